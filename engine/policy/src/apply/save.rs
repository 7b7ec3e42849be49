//! Saving (节水): better rates of leakage, irrigation, recycling or use lower what is wanted; gross against net.
//!
//! Gross share saved of what a user still wants, with the rate going from r₀ to r as the schedule advances:
//!
//! - leakage λ: 1 − (1 − λ₀) / (1 − λ), since supply = use / (1 − λ);
//! - irrigation efficiency η: 1 − η₀ / η, since supply = need / η;
//! - recycling ρ: 1 − (1 − ρ) / (1 − ρ₀), since fresh water = use × (1 − ρ);
//! - quota q: 1 − q / q₀.
//!
//! The net saving is the gross one less what had seeped back of it, which is lost to the layer below the field or street.

use quanyu_basin::{Fault, FaultKind, Period};

use super::{Draft, Resolved, Work};
use crate::{Measure, Schedule};

/// A rate that improves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SavingRate {
    /// Share lost from public networks \[-\]; falls.
    Leakage,
    /// Share of the irrigation water that the crop gets \[-\]; rises.
    Efficiency,
    /// Share of the industrial water that is used again \[-\]; rises.
    Recycling,
    /// Quota per head, product or service, in any unit; falls.
    Quota,
}

/// Saving.
#[derive(Clone, Debug, PartialEq)]
pub struct SaveRule {
    /// What improves.
    pub rate: SavingRate,
    /// Rate before.
    pub from: f64,
    /// Rate when all is in force.
    pub to: f64,
    /// Progress from one to the other over time \[-\].
    pub ramp: Schedule,
    /// Share of the saved water that had seeped back \[-\]; `None`: that of the sector.
    pub returned: Option<f64>,
}

impl SaveRule {
    /// Gross share saved when the rate has come so far \[-\].
    pub fn gross(&self, progress: f64) -> f64 {
        let rate = self.from + (self.to - self.from) * progress;
        match self.rate {
            SavingRate::Leakage => 1.0 - (1.0 - self.from) / (1.0 - rate),
            SavingRate::Efficiency => 1.0 - self.from / rate,
            SavingRate::Recycling => 1.0 - (1.0 - rate) / (1.0 - self.from),
            SavingRate::Quota => 1.0 - rate / self.from,
        }
    }

    pub(super) fn check(&self, measure: &Measure, faults: &mut Vec<Fault>) {
        let (from, to) = (self.from, self.to);
        let good = match self.rate {
            SavingRate::Leakage => (0.0..1.0).contains(&from) && (0.0..=from).contains(&to),
            SavingRate::Efficiency => from > 0.0 && from <= to && to <= 1.0,
            SavingRate::Recycling => (0.0..1.0).contains(&from) && from <= to && to <= 1.0,
            SavingRate::Quota => from.is_finite() && from > 0.0 && (0.0..=from).contains(&to),
        };
        let allowed = match self.rate {
            SavingRate::Leakage => "shares below 1 that fall",
            SavingRate::Efficiency => "shares above 0 that rise",
            SavingRate::Recycling => "shares that rise from below 1",
            SavingRate::Quota => "quotas above 0 that fall",
        };
        if !good {
            faults.push(Fault {
                origin: measure.origin,
                kind: FaultKind::OutOfRange,
                message: format!("The rates of measure {} do not save water.", measure.id),
                value: format!("from {from} to {to}"),
                allowed: allowed.into(),
                remedy: "Correct them.".into(),
            });
        }
    }
}

impl Draft<'_> {
    /// Books the gross saving, and what had seeped back of it as lost.
    pub(super) fn saving(
        &self,
        index: usize,
        resolved: &Resolved,
        rule: &SaveRule,
        period: &Period,
        work: &mut Work,
    ) {
        let share = rule.gross(rule.ramp.mean(period)) * resolved.measure.compliance;
        for &group in &resolved.selected {
            let claim = work.allowed[group].share(share);
            work.save(index, group, claim, self.returned(rule.returned, group));
        }
    }
}
