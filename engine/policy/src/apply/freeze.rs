//! Freeze on new abstraction: growth beyond the twelve months before its date goes to the projects that are named, and is unmet
//! where they cannot bring it.

use quanyu_basin::{Period, Sector};

use super::{Draft, Resolved, Work};
use crate::{FreezeRule, Litres};

impl Draft<'_> {
    /// Refuses growth.
    pub(super) fn freeze(
        &self,
        index: usize,
        resolved: &Resolved,
        rule: &FreezeRule,
        period: &Period,
        work: &mut Work,
    ) {
        work.closed[index] = vec![Litres::ZERO; work.allowed.len()];
        for &group in resolved.selected.iter().filter(|group| self.frozen(rule, **group, period)) {
            let growth = work.allowed[group].less(self.wanted_before(group, rule.from, period.month()));
            let growth = growth.share(resolved.measure.compliance);
            if growth > Litres::ZERO {
                work.allowed[group] -= growth;
                if rule.replaced_by.is_empty() {
                    work.plan.entries[group].add_unmet(index, growth);
                } else {
                    work.closed[index][group] = growth;
                }
                work.plan.effects[index].claimed += growth;
                work.plan.effects[index].reduced += growth;
            }
        }
    }

    /// True where a freeze holds a group in a period: from the first period that begins on or after its date.
    fn frozen(&self, rule: &FreezeRule, group: usize, period: &Period) -> bool {
        period.start >= rule.from
            && !(rule.domestic_exempt && self.basin.groups[group].sector == Sector::Domestic)
    }
}
