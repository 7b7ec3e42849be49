//! Calendar periods of the run.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// From when to when the model runs, and how finely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeFrame {
    /// First year simulated (after the steady state under mean climate).
    pub history_from: i16,
    /// First year resolved by month; years before are one step each.
    pub monthly_from: i16,
    /// Last year simulated.
    pub to: i16,
}

/// One stress period: from the first day to the day after the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub start: Date,
    /// Day after the last.
    pub end: Date,
}

impl Period {
    /// Length \[d\].
    pub fn days(&self) -> f64 {
        days_between(self.start, self.end)
    }

    /// Calendar year of its first day.
    pub fn year(&self) -> i16 {
        self.start.year()
    }

    /// Month 1–12 when the period is a month, `None` when it is a year.
    pub fn month(&self) -> Option<i8> {
        (self.days() < 32.0).then(|| self.start.month())
    }
}

impl TimeFrame {
    /// All periods in order: years until `monthly_from`, months after.
    pub fn periods(&self) -> Vec<Period> {
        let mut periods = Vec::new();
        for year in self.history_from..=self.to {
            if year < self.monthly_from {
                periods.push(Period { start: first_of(year, 1), end: first_of(year.saturating_add(1), 1) });
            } else {
                for month in 1..=12i8 {
                    let end = if month == 12 {
                        first_of(year.saturating_add(1), 1)
                    } else {
                        first_of(year, month + 1)
                    };
                    periods.push(Period { start: first_of(year, month), end });
                }
            }
        }
        periods
    }
}

/// The first day of a month; the last date there is where the calendar ends before.
pub(crate) fn first_of(year: i16, month: i8) -> Date {
    Date::new(year, month, 1).unwrap_or(Date::MAX)
}

/// Days from one date to another \[d\].
pub fn days_between(from: Date, to: Date) -> f64 {
    f64::from(from.duration_until(to).as_hours() as i32) / 24.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_then_months() {
        let frame = TimeFrame { history_from: 1999, monthly_from: 2000, to: 2000 };
        let periods = frame.periods();
        assert_eq!(periods.len(), 13);
        assert_eq!(periods[0].days(), 365.0);
        assert_eq!(periods[0].month(), None);
        assert_eq!(periods[2].days(), 29.0);
        assert_eq!(periods[2].month(), Some(2));
    }
}
