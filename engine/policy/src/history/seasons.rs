//! What each month did to the heads when it last came by: the best first guess of what it will do again.
//!
//! Recharge, river flow and most takes return every year, and so do the changes of head: the change of a month a year ago is
//! close to its change now. The guess shortens the search for the heads and is forgotten by the tolerance.

use quanyu_basin::Period;
use serde::{Deserialize, Serialize};

/// Months of a year.
const MONTHS: usize = 12;

/// Changes of head over the last time of every month \[m\]; single precision, since it is a guess.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Seasons {
    changes: [Vec<f32>; MONTHS],
}

impl Seasons {
    /// Notes what a period did to the heads; only months return.
    pub(super) fn note(&mut self, period: Period, before: &[f64], after: &[f64]) {
        if let Some(changes) = self.of_mut(period) {
            changes.clear();
            changes.extend(before.iter().zip(after).map(|(before, after)| (after - before) as f32));
        }
    }

    /// Heads at the end of a period that begins at these, if its month has come by before.
    pub(super) fn guess<'s>(
        &'s self,
        period: Period,
        heads: &'s [f64],
    ) -> Option<impl Iterator<Item = f64> + 's> {
        let changes = &self.changes[place(period)?];
        let known = changes.len() == heads.len();
        known.then(|| heads.iter().zip(changes).map(|(head, change)| head + f64::from(*change)))
    }

    fn of_mut(&mut self, period: Period) -> Option<&mut Vec<f32>> {
        Some(&mut self.changes[place(period)?])
    }
}

fn place(period: Period) -> Option<usize> {
    let month = usize::try_from(period.month()?).ok()?;
    (1..=MONTHS).contains(&month).then(|| month - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_month_is_expected_to_do_what_it_did_a_year_ago() {
        let mut seasons = Seasons::default();
        let april = |year: i16| Period { start: date(year, 4, 1), end: date(year, 5, 1) };
        let may = Period { start: date(2001, 5, 1), end: date(2001, 6, 1) };
        seasons.note(april(2000), &[10.0, 20.0], &[10.5, 18.0]);
        let guess: Vec<f64> = seasons.guess(april(2001), &[11.0, 19.0]).unwrap().collect();
        assert_eq!(guess, [11.5, 17.0]);
        assert!(seasons.guess(may, &[11.0, 19.0]).is_none());
        let year = Period { start: date(2002, 1, 1), end: date(2003, 1, 1) };
        seasons.note(year, &[0.0, 0.0], &[9.0, 9.0]);
        assert!(seasons.guess(year, &[0.0, 0.0]).is_none());
    }
}
