//! The take at other demands, the measures applied anew: at the ends of its range, and where a test on it flips.

use quanyu_basin::{Fault, GroupKind};

use crate::apply::Draft;
use crate::{Ends, GroupRow, Ledger, Scenario};
use quanyu_basin::Basin;

/// Largest factor on demand that is tried.
const MOST: f64 = 16.0;
/// Width of the last bracket, on the factor.
const WIDTH: f64 = 1.0e-6;

/// The take of chosen groups in chosen years at other demands.
///
/// The measures are applied anew at each. What aquifer and springs refused at the value is refused in the same
/// proportion, year by year and group by group; mine drainage does not depend on demand.
pub(super) struct Rescaled<'a> {
    basin: &'a Basin,
    scenario: &'a Scenario,
    ledger: &'a Ledger,
    counted: Vec<usize>,
    years: Vec<i16>,
    /// Per year, per counted group: delivered over requested; for mine drainage the drainage itself \[m³\].
    given: Vec<Vec<f64>>,
}

impl<'a> Rescaled<'a> {
    pub(super) fn new(
        basin: &'a Basin,
        scenario: &'a Scenario,
        ledger: &'a Ledger,
        years: Vec<i16>,
        counts: impl Fn(&GroupRow) -> bool,
    ) -> Self {
        let counted: Vec<usize> =
            (0..ledger.groups.len()).filter(|group| counts(&ledger.groups[*group])).collect();
        let given = |year: i16, group: usize| {
            let periods = (0..ledger.periods.len()).filter(|period| ledger.periods[*period].year() == year);
            let (mut delivered, mut requested) = (0.0, 0.0);
            for period in periods {
                delivered += ledger.entry(group, period).delivered.cubic_metres();
                requested += ledger.entry(group, period).requested.cubic_metres();
            }
            match ledger.groups[group].kind {
                GroupKind::MineDrainage { .. } => delivered,
                _ if requested > 0.0 => delivered / requested,
                _ => 1.0,
            }
        };
        let given =
            years.iter().map(|year| counted.iter().map(|group| given(*year, *group)).collect()).collect();
        Self { basin, scenario, ledger, counted, years, given }
    }

    /// Take in each year at an end of the range of the counted groups' sum \[m³\].
    pub(super) fn at(&self, ends: Ends) -> Result<Vec<f64>, Vec<Fault>> {
        self.takes(ends, 1.0)
    }

    /// Take in each year at an end of the range and a factor on demand \[m³\].
    fn takes(&self, ends: Ends, factor: f64) -> Result<Vec<f64>, Vec<Fault>> {
        let draft = Draft::new(self.basin, self.scenario, ends, factor, Some(&self.counted))?;
        let of_year = |(year, given): (&i16, &Vec<f64>)| {
            let mut requested = vec![0.0; self.counted.len()];
            for period in self.ledger.periods.iter().filter(|period| period.year() == *year) {
                let plan = draft.period(period);
                for (sum, group) in requested.iter_mut().zip(&self.counted) {
                    *sum += plan.entries[*group].requested.cubic_metres();
                }
            }
            let take =
                |((requested, given), group): ((&f64, &f64), &usize)| match self.ledger.groups[*group].kind {
                    GroupKind::MineDrainage { .. } => *given,
                    _ => requested * given,
                };
            requested.iter().zip(given).zip(&self.counted).map(take).fold(0.0, |sum, take| sum + take)
        };
        Ok(self.years.iter().zip(&self.given).map(of_year).collect())
    }

    /// Share by which demand could rise, or must fall, for `holds` to flip; see [`super::Ruling::break_even`]. `now` is what it
    /// says of the ledger itself, and it must not become true as takes rise.
    pub(super) fn break_even(
        &self,
        now: bool,
        holds: impl Fn(&[f64]) -> bool,
    ) -> Result<Option<f64>, Vec<Fault>> {
        let test = |factor: f64| self.takes(Ends::Value, factor).map(|takes| holds(&takes));
        let (mut good, mut bad);
        if now {
            (good, bad) = (1.0, 2.0);
            while test(bad)? {
                if bad >= MOST {
                    return Ok(None);
                }
                (good, bad) = (bad, bad * 2.0);
            }
        } else {
            (good, bad) = (0.0, 1.0);
            if !test(0.0)? {
                return Ok(None);
            }
        }
        while bad - good > WIDTH {
            let middle = 0.5 * (good + bad);
            if test(middle)? {
                good = middle;
            } else {
                bad = middle;
            }
        }
        Ok(Some(good - 1.0))
    }
}
