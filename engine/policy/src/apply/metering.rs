//! Metering (计量): what is metered is known to the meter's error, so the range of the demand narrows; the demand itself stays.
//!
//! At an end of the range, wanted = (1 − c) × end + c × clamp(end, value × (1 ± e)), with c the share of the selected take that is newly
//! metered, as a mean over the calendar year, and e the error of a meter; several measures on one group act one after the other. The
//! unmetered part keeps the range of the data. At the value nothing changes.

use quanyu_basin::{Fault, Period};

use super::Draft;
use crate::{Ends, Litres, Measure, MeasureKind, Schedule};

/// Metering.
#[derive(Clone, Debug, PartialEq)]
pub struct MeteringRule {
    /// Share of the take that is metered over time \[-\], besides what is metered today.
    pub share: Schedule,
    /// Relative error of a metered take \[-\].
    pub error: f64,
}

impl MeteringRule {
    pub(super) fn check(&self, measure: &Measure, faults: &mut Vec<Fault>) {
        super::check::share(measure, "error of a meter", self.error, faults);
    }
}

impl Draft<'_> {
    /// What a demand at an end of the range becomes when its value is metered.
    pub(super) fn metered(&self, group: usize, year: i16, value: Litres, end: Litres) -> Litres {
        if self.ends == Ends::Value {
            return end;
        }
        let whole = Period { start: jiff::civil::date(year, 1, 1), end: jiff::civil::date(year + 1, 1, 1) };
        let mut wanted = end;
        for resolved in &self.measures {
            let MeasureKind::Metering(rule) = &resolved.measure.kind else { continue };
            if resolved.selected.binary_search(&group).is_err() {
                continue;
            }
            let share = rule.share.mean(&whole) * resolved.measure.compliance;
            let known = wanted.clamp(value.share(1.0 - rule.error), value.share(1.0 + rule.error));
            wanted = if known < wanted {
                wanted - (wanted - known).share(share)
            } else {
                wanted + (known - wanted).share(share)
            };
        }
        wanted
    }
}
