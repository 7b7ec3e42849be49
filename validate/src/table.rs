//! Running the cases, and the table of what they found.

use std::fmt::Write;
use std::time::Instant;

use crate::case::{Case, Measure, Outcome, Stop};

/// A case that was run.
pub struct Row<'a> {
    /// The case.
    pub case: &'a Case,
    /// What it measured.
    pub outcome: Outcome,
    /// How long it took \[s\].
    pub seconds: f64,
}

impl Row<'_> {
    /// Whether the case measured what it had to and every number is small enough.
    pub fn passed(&self) -> bool {
        self.outcome
            .as_ref()
            .is_ok_and(|measures| !measures.is_empty() && measures.iter().all(Measure::passed))
    }

    /// Whether something outside the engine was not there.
    pub fn skipped(&self) -> bool {
        matches!(self.outcome, Err(Stop::Skipped(_)))
    }

    /// The verdict in words.
    pub fn verdict(&self) -> &'static str {
        match (self.passed(), self.skipped(), self.case.known_miss) {
            (true, _, None) => "passed",
            (true, _, Some(_)) => "passed, though listed as a known miss",
            (_, true, _) => "skipped",
            (_, _, Some(_)) => "known miss",
            _ => "MISSED",
        }
    }

    /// Whether the run as a whole fails because of it: a miss that nobody knew of, or one that is listed and no longer there.
    pub fn fails(&self) -> bool {
        match self.case.known_miss {
            None => !self.passed() && !self.skipped(),
            Some(_) => self.passed(),
        }
    }
}

/// Runs a case.
pub fn run(case: &Case) -> Row<'_> {
    let start = Instant::now();
    let outcome = (case.run)();
    Row { case, outcome, seconds: start.elapsed().as_secs_f64() }
}

/// The table in Markdown: a row a case, its measures one below the other; then why each tolerance is what it is, what is
/// skipped and what is known to miss.
pub fn markdown(rows: &[Row<'_>]) -> String {
    let mut text = String::from(
        "| case | checks | source | measured error | tolerance | result |\n|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let case = row.case;
        let (error, tolerance) = cells(&row.outcome);
        let _ = writeln!(
            text,
            "| {} | {} | {} | {error} | {tolerance} | {} |",
            case.name,
            case.checks,
            case.source,
            row.verdict()
        );
    }
    for row in rows {
        if let Err(Stop::Failed(why) | Stop::Skipped(why)) = &row.outcome {
            let _ = writeln!(text, "\n{} ({}): {}", row.case.name, row.verdict(), why.trim());
        }
        if let Some(why) = row.case.known_miss {
            let _ = writeln!(text, "\n{} ({}): {why}", row.case.name, row.verdict());
        }
    }
    text
}

fn cells(outcome: &Outcome) -> (String, String) {
    let Ok(measures) = outcome else { return ("none".into(), "".into()) };
    let error = |measure: &Measure| format!("{} {}", measure.what, number(measure.error, measure.unit));
    let errors: Vec<String> = measures.iter().map(error).collect();
    let mut tolerances: Vec<String> =
        measures.iter().map(|measure| number(measure.tolerance, measure.unit)).collect();
    if tolerances.iter().all(|tolerance| *tolerance == tolerances[0]) {
        tolerances.truncate(1);
    }
    (errors.join("<br>"), tolerances.join("<br>"))
}

fn number(value: f64, unit: &str) -> String {
    let text = match value {
        0.0 => "0".to_owned(),
        0.1..100.0 => format!("{value:.3}"),
        100.0..1e5 => format!("{value:.0}"),
        _ => format!("{value:.1e}"),
    };
    if unit.is_empty() { text } else { format!("{text} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Speed;

    fn case(error: f64, known_miss: Option<&'static str>) -> Case {
        Case {
            name: "some-law",
            checks: "a law",
            source: "someone (1900)",
            reason: "because",
            speed: Speed::Fast,
            known_miss,
            run: Box::new(move || Ok(vec![Measure::of("head", error, 1e-3, "m")])),
        }
    }

    #[test]
    fn a_miss_is_told_and_fails_and_so_does_a_number_that_is_none() {
        for (error, fails) in [(5e-4, false), (2e-3, true), (f64::NAN, true)] {
            let case = case(error, None);
            let row = run(&case);
            assert_eq!((row.passed(), row.fails()), (!fails, fails));
        }
        let case = case(2e-3, None);
        let text = markdown(&[run(&case)]);
        assert!(
            text.contains("| some-law | a law | someone (1900) | head 2.0e-3 m | 1.0e-3 m | MISSED |"),
            "{text}"
        );
    }

    #[test]
    fn a_known_miss_is_shown_with_its_reason_until_it_is_mended() {
        let missing = case(2e-3, Some("the law is not built"));
        assert!(!run(&missing).fails());
        assert!(markdown(&[run(&missing)]).contains("some-law (known miss): the law is not built"));
        assert!(run(&case(1e-4, Some("the law is not built"))).fails());
    }

    #[test]
    fn what_is_skipped_is_named() {
        let case = Case { run: Box::new(|| Err(Stop::Skipped("no network".into()))), ..case(0.0, None) };
        let row = run(&case);
        assert!(!row.fails() && !row.passed());
        assert!(markdown(&[row]).contains("some-law (skipped): no network"));
    }
}
