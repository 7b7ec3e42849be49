//! Schedules over a period.

use jiff::civil::Date;
use quanyu_basin::{Period, days_between};

use crate::Schedule;

impl Schedule {
    /// Mean over a period, by days \[-\]: zero before the first date, exact for both forms.
    pub fn mean(&self, period: &Period) -> f64 {
        let days = period.days();
        match self {
            Self::Stages(stages) => {
                let mut sum = 0.0;
                for (index, (from, value)) in stages.iter().enumerate() {
                    let begin = (*from).max(period.start);
                    let end = stages.get(index + 1).map_or(period.end, |next| next.0.min(period.end));
                    if begin <= period.start && end >= period.end {
                        return *value;
                    }
                    if begin < end {
                        sum += value * days_between(begin, end);
                    }
                }
                sum / days
            }
            Self::Ramp { from, to, value } => {
                let ramp = days_between(*from, *to);
                value * ramp_mean(*from, ramp, period)
            }
        }
    }

    /// Dates named, in stated order.
    pub fn dates(&self) -> Vec<Date> {
        match self {
            Self::Stages(stages) => stages.iter().map(|stage| stage.0).collect(),
            Self::Ramp { from, to, .. } => vec![*from, *to],
        }
    }
}

/// Mean over a period of a linear growth from 0 at `from` to 1 after `ramp` days \[-\]; a step where `ramp` is 0.
///
/// With t in days since `from`, the integral of clamp(t/R, 0, 1) is t²/2R up to R and t − R/2 beyond.
pub(crate) fn ramp_mean(from: Date, ramp: f64, period: &Period) -> f64 {
    let integral = |t: f64| {
        if t <= 0.0 {
            0.0
        } else if t < ramp {
            0.5 * t * t / ramp
        } else {
            t - 0.5 * ramp
        }
    };
    let begin = days_between(from, period.start);
    if begin >= ramp {
        return 1.0;
    }
    (integral(begin + period.days()) - integral(begin)) / period.days()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn month(year: i16, month: i8) -> Period {
        let end = if month == 12 { date(year + 1, 1, 1) } else { date(year, month + 1, 1) };
        Period { start: date(year, month, 1), end }
    }

    #[test]
    fn stages_hold_until_the_next() {
        let stages = Schedule::Stages(vec![(date(2020, 1, 1), 0.4), (date(2021, 1, 1), 1.0)]);
        assert_eq!(stages.mean(&month(2019, 12)), 0.0);
        assert_eq!(stages.mean(&month(2020, 1)), 0.4);
        assert_eq!(stages.mean(&month(2020, 12)), 0.4);
        assert_eq!(stages.mean(&month(2021, 1)), 1.0);
        assert_eq!(stages.mean(&month(2035, 1)), 1.0);
    }

    #[test]
    fn a_stage_inside_a_period_counts_by_days() {
        let stages = Schedule::Stages(vec![(date(2020, 4, 16), 0.5)]);
        assert!((stages.mean(&month(2020, 4)) - 0.25).abs() < 1e-15);
        let year = Period { start: date(2020, 1, 1), end: date(2021, 1, 1) };
        let stages = Schedule::Stages(vec![(date(2020, 4, 16), 0.5), (date(2020, 12, 31), 1.0)]);
        assert!((stages.mean(&year) - (259.0 * 0.5 + 1.0) / 366.0).abs() < 1e-15);
    }

    #[test]
    fn a_ramp_grows_linearly() {
        let ramp = Schedule::Ramp { from: date(2020, 1, 1), to: date(2021, 1, 1), value: 0.6 };
        assert_eq!(ramp.mean(&month(2019, 12)), 0.0);
        assert!((ramp.mean(&month(2020, 1)) - 0.6 * 15.5 / 366.0).abs() < 1e-15);
        assert!((ramp.mean(&month(2020, 12)) - 0.6 * (366.0 - 15.5) / 366.0).abs() < 1e-15);
        assert_eq!(ramp.mean(&month(2021, 1)), 0.6);
        let whole = Period { start: date(2020, 1, 1), end: date(2021, 1, 1) };
        assert!((ramp.mean(&whole) - 0.3).abs() < 1e-15);
    }

    #[test]
    fn no_ramp_is_a_step() {
        assert_eq!(ramp_mean(date(2020, 2, 1), 0.0, &month(2020, 1)), 0.0);
        assert_eq!(ramp_mean(date(2020, 2, 1), 0.0, &month(2020, 2)), 1.0);
        assert!((ramp_mean(date(2020, 4, 16), 0.0, &month(2020, 4)) - 0.5).abs() < 1e-15);
    }
}
