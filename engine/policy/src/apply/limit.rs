//! Limit on abstraction (限采): a volume a year over a selection, shared out as quotas.
//!
//! Quota of a group in a period = its demand of the period × (limit − demand of exempt uses) / demand of the limited uses, the
//! demands of the calendar year before any measure. A quota is therefore a fixed entitlement: what one user saves does not
//! raise another's take; [`super::trade`] is what moves quotas. Exempt uses (drinking water) keep their take and count
//! against the limit; where they alone exceed it, the others get nothing.

use jiff::civil::Date;
use quanyu_basin::{Fault, FaultKind, Period, Sector, days_between};

use super::{Draft, Resolved, Work};
use crate::{Litres, Measure};

/// Limit on abstraction.
#[derive(Clone, Debug, PartialEq)]
pub struct LimitRule {
    /// Volume a year over the whole selection from each date on \[m³/a\].
    pub most: Vec<(Date, f64)>,
    /// Sectors that keep their take.
    pub exempt: Vec<Sector>,
}

impl LimitRule {
    pub(super) fn dates(&self) -> Vec<Date> {
        self.most.iter().map(|stage| stage.0).collect()
    }

    pub(super) fn check(&self, measure: &Measure, faults: &mut Vec<Fault>) {
        if self.most.is_empty() {
            faults.push(super::check::missing(
                measure,
                "limits abstraction to no volume",
                "a date with its volume",
            ));
        }
        for (_, volume) in self.most.iter().filter(|(_, volume)| !(0.0..=1.0e11).contains(volume)) {
            faults.push(Fault {
                origin: measure.origin,
                kind: FaultKind::OutOfRange,
                message: format!("The volume that measure {} allows is not usable.", measure.id),
                value: format!("{volume} m³/a"),
                allowed: "0 to 1e11 m³/a".into(),
                remedy: "Correct it.".into(),
            });
        }
    }

    /// Mean volume over the days in force \[m³/a\], and the share of the period's days that they are.
    fn in_force(&self, period: &Period) -> (f64, f64) {
        let (mut days, mut volume) = (0.0, 0.0);
        for (index, (from, most)) in self.most.iter().enumerate() {
            let begin = (*from).max(period.start);
            let end = self.most.get(index + 1).map_or(period.end, |next| next.0.min(period.end));
            if begin < end {
                days += days_between(begin, end);
                volume += most * days_between(begin, end);
            }
        }
        if days > 0.0 { (volume / days, days / period.days()) } else { (0.0, 0.0) }
    }
}

impl Draft<'_> {
    /// Lowers every limited group to its quota.
    pub(super) fn limit(
        &self,
        index: usize,
        resolved: &Resolved,
        rule: &LimitRule,
        period: &Period,
        work: &mut Work,
    ) {
        let (most, share_of_days) = rule.in_force(period);
        let binding = share_of_days * resolved.measure.compliance;
        if binding == 0.0 {
            return;
        }
        let exempt = |group: &usize| rule.exempt.contains(&self.basin.groups[*group].sector);
        let (kept, limited): (Vec<usize>, Vec<usize>) =
            resolved.selected.iter().partition(|group| exempt(group));
        let left = (most - self.wanted_of_year(&kept, period.year()).cubic_metres()).max(0.0);
        let wanted = self.wanted_of_year(&limited, period.year()).cubic_metres();
        if left >= wanted {
            return;
        }
        for &group in &limited {
            let quota = self.wanted(group, period).part(left / wanted);
            work.hold_to(index, group, quota, binding);
        }
    }
}

impl Work {
    /// Lowers what a group may take to a quota, by the share of the excess that is bound, and books what it can no longer
    /// pump as unmet.
    pub(super) fn hold_to(&mut self, measure: usize, group: usize, quota: Litres, binding: f64) {
        let entry = &mut self.plan.entries[group];
        entry.permitted -= entry.permitted.less(quota).share(binding);
        let refused = self.pumped[group].less(entry.permitted);
        if refused > Litres::ZERO {
            self.pumped[group] -= refused;
            entry.add_unmet(measure, refused);
            let effect = &mut self.plan.effects[measure];
            effect.claimed += refused;
            effect.reduced += refused;
        }
    }
}
