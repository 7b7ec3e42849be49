//! Ban on abstraction (禁采): nobody of the selection takes anything from its date on, exempt uses excepted.
//!
//! A ban comes after the projects: what a swap serves stays served, and only what would still be pumped is refused and unmet.

use jiff::civil::Date;
use quanyu_basin::{Fault, FaultKind, Period, Sector, days_between};

use super::{Draft, Resolved, Work};
use crate::{Litres, Measure};

/// Ban on abstraction.
#[derive(Clone, Debug, PartialEq)]
pub struct BanRule {
    /// From this date.
    pub from: Date,
    /// Sectors that keep their take.
    pub exempt: Vec<Sector>,
}

impl Draft<'_> {
    /// Refuses what the banned groups would still pump.
    pub(super) fn ban(
        &self,
        index: usize,
        resolved: &Resolved,
        rule: &BanRule,
        period: &Period,
        work: &mut Work,
    ) {
        let days = days_between(rule.from.max(period.start), period.end).max(0.0);
        let binding = days / period.days() * resolved.measure.compliance;
        for &group in &resolved.selected {
            if !rule.exempt.contains(&self.basin.groups[group].sector) {
                work.hold_to(index, group, Litres::ZERO, binding);
            }
        }
    }
}

/// A fault where every selected group is exempt.
pub(super) fn check_exempt(
    basin: &quanyu_basin::Basin,
    measure: &Measure,
    selected: &[usize],
    exempt: &[Sector],
    faults: &mut Vec<Fault>,
) {
    if !selected.is_empty() && selected.iter().all(|group| exempt.contains(&basin.groups[*group].sector)) {
        faults.push(Fault {
            origin: measure.origin,
            kind: FaultKind::EmptySelection,
            message: format!("Every group that measure {} selects is exempt from it.", measure.id),
            value: exempt.iter().map(|sector| crate::sector_word(*sector)).collect::<Vec<_>>().join(", "),
            allowed: "at least one group of another sector".into(),
            remedy: "Drop an exemption or select other groups.".into(),
        });
    }
}
