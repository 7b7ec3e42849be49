//! What groups want, as metering leaves it of the demand range.

use jiff::civil::Date;
use quanyu_basin::Period;

use super::Draft;
use crate::Litres;

impl Draft<'_> {
    /// What a group wants in a period.
    pub(super) fn wanted(&self, group: usize, period: &Period) -> Litres {
        let end = self.demand.period(group, period);
        match &self.value {
            Some(value) => self.metered(group, period.year(), value.period(group, period), end),
            None => end,
        }
    }

    /// What a group wants in the same calendar month (all twelve where `month` is `None`) in the twelve whole months before a date.
    pub(super) fn wanted_before(&self, group: usize, date: Date, month: Option<i8>) -> Litres {
        let end = self.demand.before(group, date, month);
        match &self.value {
            Some(value) => self.metered(group, date.year() - 1, value.before(group, date, month), end),
            None => end,
        }
    }

    /// What some groups want in a calendar year.
    pub(super) fn wanted_of_year(&self, groups: &[usize], year: i16) -> Litres {
        let of = |group: &usize| {
            let end = self.demand.year(*group, year);
            match &self.value {
                Some(value) => self.metered(*group, year, value.year(*group, year), end),
                None => end,
            }
        };
        groups.iter().map(of).sum()
    }

    /// Share of a group's water that seeps back \[-\]: as stated, or that of its sector.
    pub(super) fn returned(&self, stated: Option<f64>, group: usize) -> f64 {
        let sector = self.basin.groups[group].sector;
        stated.or(self.basin.levers.sector(sector).map(|row| row.returned.value)).unwrap_or(0.0)
    }
}
