//! Budgets: the rate of every term in every step, as tables.

use crate::case::{Measure, Stop};
use crate::models::worst;

/// A budget term that carries this share of the inflow must agree to [`SHARE`] of itself; a smaller one to as much as this one.
const SMALL: f64 = 1e-2;
/// How far a term may be off, as a share of itself.
const SHARE: f64 = 1e-3;
/// The times of the expected rates were printed to five digits; those of the heads are whole.
const PRINTED: f64 = 5e-5;

/// The rates of a run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rates {
    /// The terms, such as `STO-SS_IN`, without the name of the package.
    terms: Vec<String>,
    /// Time at the end and the rate of each term, a row a step.
    rows: Vec<Vec<f64>>,
}

/// Reads a table whose first column is the time. What is not a flow of its own (totals and their difference) is left out.
pub(super) fn rates(table: &str) -> Result<Rates, Stop> {
    let mut lines = table.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split(',').skip(1).collect();
    let chosen: Vec<usize> = (0..names.len())
        .filter(|at| names[*at].ends_with("_IN") || names[*at].ends_with("_OUT"))
        .filter(|at| !names[*at].starts_with("TOTAL"))
        .collect();
    let bare = |name: &str| match (name.find('('), name.find(')')) {
        (Some(open), Some(close)) if open < close => format!("{}{}", &name[..open], &name[close + 1..]),
        _ => name.to_owned(),
    };
    let mut rows = Vec::new();
    for line in lines.filter(|line| !line.trim().is_empty()) {
        let numbers: Vec<f64> =
            line.split(',').map(|number| number.trim().parse().unwrap_or(f64::NAN)).collect();
        if numbers.len() <= names.len().saturating_sub(1) {
            return Err(Stop::Failed(format!("a budget table has a short row: {line}")));
        }
        let chosen = chosen.iter().map(|at| numbers[at + 1]);
        rows.push(std::iter::once(numbers[0]).chain(chosen).collect());
    }
    Ok(Rates { terms: chosen.iter().map(|at| bare(names[*at])).collect(), rows })
}

impl Rates {
    /// Number of steps.
    pub(super) fn steps(&self) -> usize {
        self.rows.len()
    }

    /// The rate of a term in a step, counted from nought.
    pub(super) fn rate(&self, step: usize, term: &str) -> Option<f64> {
        let at = self.terms.iter().position(|known| known == term)?;
        self.rows.get(step)?.get(at + 1).copied()
    }

    /// How far these rates are from those expected, step by step and term by term.
    pub(super) fn compare(&self, expected: &Self) -> Result<Measure, Stop> {
        if self.terms != expected.terms {
            return Err(Stop::Failed(format!("budget terms {:?}, not {:?}", self.terms, expected.terms)));
        }
        if self.steps() != expected.steps() {
            return Err(Stop::Failed(format!("{} steps, not {}", self.steps(), expected.steps())));
        }
        let mut errors = Vec::new();
        for (found, expected_row) in self.rows.iter().zip(&expected.rows) {
            if (found[0] - expected_row[0]).abs() > PRINTED * expected_row[0] {
                return Err(Stop::Failed(format!("a step ends at {}, not {}", found[0], expected_row[0])));
            }
            let terms = || expected.terms.iter().zip(&expected_row[1..]);
            let inflow: f64 = terms().filter(|(term, _)| term.ends_with("_IN")).map(|(_, rate)| rate).sum();
            let least = SMALL * inflow;
            errors.extend(found[1..].iter().zip(terms()).map(|(found, (_, expected))| {
                if found == expected { 0.0 } else { (found - expected).abs() / expected.abs().max(least) }
            }));
        }
        Ok(Measure::share("budget", worst(errors), SHARE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPECTED: &str = ",STO-SS_IN,WEL_IN,TOTAL_IN,STO-SS_OUT,WEL_OUT,TOTAL_OUT,IN-OUT,PERCENT_DISCREPANCY\n1.5,90,10,100,0,100,100,0,0\n";

    fn error(table: &str) -> Result<f64, Stop> {
        let expected = rates(EXPECTED)?;
        Ok(rates(table)?.compare(&expected)?.error)
    }

    #[test]
    fn terms_are_compared_by_their_size_or_that_of_the_inflow() {
        let head = "time,STO-SS(STO)_IN,WEL(WEL_0)_IN,STO-SS(STO)_OUT,WEL(WEL_0)_OUT,TOTAL_IN,TOTAL_OUT,PERCENT_DIFFERENCE\n";
        let close = |row: &str, error: f64| {
            let found = super::tests::error(&format!("{head}{row}")).unwrap_or(f64::NAN);
            assert!((found - error).abs() < 1e-9, "{row}: {found}");
        };
        close("1.5,90,10,0,100,100,100,0\n", 0.0);
        close("1.5,90,10,0.02,100,100,100,0\n", 0.02);
        close("1.5,90,11,0,100,100,100,0\n", 0.1);
        close("1.5,99,10,0,100,100,100,0\n", 0.1);
    }

    #[test]
    fn other_steps_times_or_terms_are_no_agreement() {
        assert!(error(&format!("{EXPECTED}3,90,10,100,0,100,100,0,0\n")).is_err());
        assert!(error(&EXPECTED.replace("\n1.5", "\n1.6")).is_err());
        assert!(error(&EXPECTED.replace("WEL", "DRN")).is_err());
    }
}
