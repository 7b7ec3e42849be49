//! Swap to surface water (置换水源): a share of what is allowed goes over to projects; what they cannot bring stays pumped.

use quanyu_basin::Period;

use super::{Draft, Resolved, Work};
use crate::Schedule;

impl Draft<'_> {
    /// Serves users who are to be swapped.
    pub(super) fn swap(
        &self,
        index: usize,
        resolved: &Resolved,
        share: &Schedule,
        period: &Period,
        work: &mut Work,
    ) {
        let share = share.mean(period) * resolved.measure.compliance;
        for &group in &resolved.selected {
            let claim = work.allowed[group].share(share);
            let wanted = claim.min(work.pumped[group]);
            let given = self.serve(index, group, wanted, work);
            work.pumped[group] -= given;
            let effect = &mut work.plan.effects[index];
            effect.claimed += claim;
            effect.reduced += given;
            effect.forestalled += claim - wanted;
        }
    }
}
