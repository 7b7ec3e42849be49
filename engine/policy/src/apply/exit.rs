//! Exit of firms (退出): a share of the selected users' demand is gone for good, and with it what seeped back of it.

use quanyu_basin::Period;

use super::{Draft, Resolved, Work};
use crate::Schedule;

/// Firms that leave.
#[derive(Clone, Debug, PartialEq)]
pub struct ExitRule {
    /// Share of the demand that has left over time \[-\].
    pub stages: Schedule,
    /// Share of the water that had seeped back \[-\]; `None`: that of the sector.
    pub returned: Option<f64>,
}

impl Draft<'_> {
    /// Books the demand of those who left as saved.
    pub(super) fn exit(
        &self,
        index: usize,
        resolved: &Resolved,
        rule: &ExitRule,
        period: &Period,
        work: &mut Work,
    ) {
        let share = rule.stages.mean(period) * resolved.measure.compliance;
        for &group in &resolved.selected {
            let claim = self.wanted(group, period).share(share);
            work.save(index, group, claim, self.returned(rule.returned, group));
        }
    }
}
