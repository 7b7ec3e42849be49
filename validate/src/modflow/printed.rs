//! Two problems of the MODFLOW manuals, put into MODFLOW 6's words from their published descriptions, against the tables printed
//! with MODFLOW-2005.
//!
//! The printed runs were stopped before they were closed. That of TWRI is 4.6e-3 ft³/s short of a balance, and its heads are up to
//! 0.012 ft off the solution of its equations, more than a unit of the last digit printed; that of BCF2SS is up to 7e-4 ft off, enough to
//! print rows that symmetry makes alike with different digits. What stopping left, found by playing those runs again (`stopping.py`
//! beside the tables, which meets every printed head), is added to the engine's before they are compared.

use super::rates::Rates;
use super::workspace::{Finished, folder, text};
use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::models::worst;

/// How far a number may be from one that was printed by a run of single precision, in units of its last digit.
const HALF: f64 = 0.501;

/// What the tables print for a cell that is dry.
const DRY: [&str; 2] = ["777.77", "999.99"];

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            name: "twri",
            checks: "three aquifers with canal, drain, wells and recharge: every printed head and rate",
            source: "McDonald and Harbaugh (1988), as printed by MODFLOW-2005",
            reason: "half a unit of the last digit printed, counted in such units, and 1e-3 of it for the single precision of the printed \
                     run; what that run left when it was stopped is counted in",
            speed: Speed::Fast,
            known_miss: None,
            run: Box::new(|| run("twri")),
        },
        Case {
            name: "bcf2ss",
            checks: "two sands and a river, natural and pumped, cells that dry and wet: every printed head and rate",
            source: "McDonald and others (1992), as printed by MODFLOW-2005",
            reason: "half a unit of the last digit printed, counted in such units, and 1e-3 of it for the single precision of the printed \
                     run; what that run left when it was stopped is counted in",
            speed: Speed::Fast,
            known_miss: None,
            run: Box::new(|| run("bcf2ss")),
        },
    ]
}

/// How far a number is from one that was printed, in units of its last digit.
fn off(found: f64, printed: &str) -> f64 {
    let digits = printed.split_once('.').map_or(0, |(_, digits)| digits.len());
    let printed: f64 = printed.parse().unwrap_or(f64::NAN);
    (found - printed).abs() * 10f64.powi(digits as i32)
}

/// How far a head is from one that was printed; a dry cell is only like a dry one.
fn head_off(found: f64, printed: &str) -> f64 {
    match (found < -1e29, DRY.contains(&printed)) {
        (true, true) => 0.0,
        (false, false) => off(found, printed),
        _ => f64::INFINITY,
    }
}

fn lines(table: &str) -> impl Iterator<Item = Vec<&str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(',').map(str::trim).collect())
}

fn run(model: &str) -> Outcome {
    let folder = folder("printed").join(model);
    let finished = Finished::run(&folder)?;
    let records = finished.heads()?;
    let printed = text(&folder.join("printed_heads.csv"))?;
    let stopping = folder.join("stopping_heads.csv");
    let stopping = if stopping.exists() { text(&stopping)? } else { String::new() };
    let mut left = lines(&stopping);
    let mut heads = Vec::new();
    for line in lines(&printed) {
        let [period, layer, row] = [0, 1, 2].map(|at| line[at].parse::<i32>().unwrap_or_default());
        let record = records.iter().find(|record| record.period == period && record.layer == layer);
        let record = record.ok_or_else(|| Stop::Failed(format!("period {period} has no heads")))?;
        let first = (row - 1) as usize * record.columns as usize;
        let found = record.values.get(first..).unwrap_or_default();
        if found.len() < line.len() - 3 {
            return Err(Stop::Failed(format!("layer {layer} has no row {row}")));
        }
        let left = left.next().unwrap_or_default();
        for (column, printed) in line.iter().enumerate().skip(3) {
            let left = left.get(column).map_or(0.0, |left| left.parse().unwrap_or(f64::NAN));
            heads.push(head_off(found[column - 3] + left, printed));
        }
    }
    let rates = finished.rates()?;
    let printed = text(&folder.join("printed_rates.csv"))?;
    let rates = lines(&printed).map(|line| rate_off(&rates, &line)).collect::<Result<Vec<f64>, Stop>>()?;
    Ok(vec![
        Measure::of("heads", worst(heads), HALF, "of the last digit"),
        Measure::of("rates", worst(rates), HALF, "of the last digit"),
    ])
}

/// Stress period, term, what was printed and what stopping left.
fn rate_off(rates: &Rates, line: &[&str]) -> Result<f64, Stop> {
    let [period, term, printed, left] = line else { return Err(Stop::Failed(format!("no rate: {line:?}"))) };
    let step = period.parse::<usize>().unwrap_or_default().wrapping_sub(1);
    let rate =
        rates.rate(step, term).ok_or_else(|| Stop::Failed(format!("period {period} has no {term}")))?;
    Ok(off(rate + left.parse().unwrap_or(f64::NAN), printed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_as_far_off_as_units_of_the_last_digit_say() {
        assert!((off(24.943, "24.94") - 0.3).abs() < 1e-9);
        assert!((off(0.43317, "0.4331") - 0.7).abs() < 1e-9);
        assert!(off(1.0, "x").is_nan());
        assert_eq!((head_off(-1e30, "777.77"), head_off(-1e30, "60.36")), (0.0, f64::INFINITY));
        assert_eq!(head_off(777.77, "777.77"), f64::INFINITY);
    }

    #[test]
    fn what_stopping_left_is_what_the_printed_runs_leave_when_played_again() {
        for model in ["twri", "bcf2ss"] {
            let folder = folder("printed").join(model);
            let ran = std::process::Command::new("python3").arg("stopping.py").current_dir(&folder).output();
            let ran = ran.unwrap();
            assert!(ran.status.success(), "{model}: {}", String::from_utf8_lossy(&ran.stderr));
            let kept = text(&folder.join("stopping_heads.csv")).unwrap();
            let played = String::from_utf8(ran.stdout).unwrap();
            let (mut kept, mut played) = (lines(&kept).flatten(), lines(&played).flatten());
            for (at, (one, other)) in kept.by_ref().zip(played.by_ref()).enumerate() {
                let [one, other]: [f64; 2] = [one, other].map(|word| word.parse().unwrap());
                assert!((one - other).abs() < 2e-6, "{model}, number {at}: {one} kept, {other} played");
            }
            assert!(kept.next().is_none() && played.next().is_none(), "{model}: tables of different length");
        }
    }
}
