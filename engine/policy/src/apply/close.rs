//! Closing of wells (关闭自备水井): a share of what is allowed is no longer permitted; projects serve the users, first come by
//! stated order, and the rest is unmet.

use quanyu_basin::Period;

use super::{Draft, Resolved, Work};
use crate::{Litres, Schedule};

impl Draft<'_> {
    /// Lowers what is permitted, and keeps what projects should serve.
    pub(super) fn close(
        &self,
        index: usize,
        resolved: &Resolved,
        stages: &Schedule,
        period: &Period,
        work: &mut Work,
    ) {
        let share = stages.mean(period) * resolved.measure.compliance;
        work.closed[index] = vec![Litres::ZERO; work.allowed.len()];
        for &group in &resolved.selected {
            let claim = work.allowed[group].share(share);
            work.closed[index][group] = work.lower(index, group, claim, Litres::ZERO);
        }
    }

    /// Serves users whose wells are closed.
    pub(super) fn serve_closed(&self, index: usize, resolved: &Resolved, work: &mut Work) {
        for &group in &resolved.selected {
            let wanted = work.closed[index][group];
            let given = self.serve(index, group, wanted, work);
            if given < wanted {
                work.plan.entries[group].add_unmet(index, wanted - given);
            }
        }
    }
}
