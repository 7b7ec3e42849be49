//! Heads of every saved step against those of MODFLOW 6.

use quanyu_files::modflow::results::HeadRecord;

use crate::case::{Measure, Stop};
use crate::models::worst;

/// Magnitude from which on a head says that a cell is dry or not there.
const MARK: f64 = 1e29;
/// The least that heads have to agree to.
const LEAST: f64 = 1e-3;
/// Share of the range of heads, if that is more.
const OF_RANGE: f64 = 1e-5;

/// How far heads may be apart, given all that are expected.
fn tolerance<'a>(expected: impl Iterator<Item = &'a f64>) -> f64 {
    let wet = expected.filter(|head| head.abs() < MARK);
    let (low, high) =
        wet.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), head| (low.min(*head), high.max(*head)));
    LEAST.max(OF_RANGE * (high - low))
}

/// How far two heads are apart: a dry cell is only like a dry one.
fn apart(found: f64, expected: f64) -> f64 {
    match (found.abs() < MARK, expected.abs() < MARK) {
        (true, true) => (found - expected).abs(),
        (false, false) if found.is_sign_positive() == expected.is_sign_positive() => 0.0,
        _ => f64::INFINITY,
    }
}

/// Compares every record; steps and layers must be the same ones.
pub(super) fn compare(found: &[HeadRecord], expected: &[HeadRecord]) -> Result<Measure, Stop> {
    let named = |records: &[HeadRecord]| -> Vec<[i32; 3]> {
        records.iter().map(|record| [record.period, record.step, record.layer]).collect()
    };
    if named(found) != named(expected) {
        let count = |records: &[HeadRecord]| records.iter().filter(|record| record.layer == 1).count();
        return Err(Stop::Failed(format!(
            "{} steps with heads, not the {} expected",
            count(found),
            count(expected)
        )));
    }
    let mut errors = Vec::new();
    for (found, expected) in found.iter().zip(expected) {
        if (found.total_time - expected.total_time).abs() > 1e-9 * expected.total_time {
            return Err(Stop::Failed(format!(
                "a step ends at {}, not {}",
                found.total_time, expected.total_time
            )));
        }
        if found.values.len() != expected.values.len() {
            return Err(Stop::Failed("a layer has another number of cells".into()));
        }
        errors.push(worst(
            found.values.iter().zip(&expected.values).map(|(found, expected)| apart(*found, *expected)),
        ));
    }
    let allowed = tolerance(expected.iter().flat_map(|record| &record.values));
    Ok(Measure::of("heads", worst(errors), allowed, "m"))
}

/// Compares the last step with a table of layers one below the other.
pub(super) fn compare_last(found: &[HeadRecord], table: &[Vec<f64>]) -> Result<Measure, Stop> {
    let layers = found.iter().map(|record| record.layer).max().unwrap_or_default() as usize;
    let last: Vec<f64> =
        found[found.len().saturating_sub(layers)..].iter().flat_map(|record| record.values.clone()).collect();
    let expected = table.concat();
    if last.len() != expected.len() {
        return Err(Stop::Failed(format!("{} heads, not the {} expected", last.len(), expected.len())));
    }
    let errors = last.iter().zip(&expected).map(|(found, expected)| apart(*found, *expected));
    Ok(Measure::of("heads of the last step", worst(errors), tolerance(expected.iter()), "m"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(step: i32, values: Vec<f64>) -> HeadRecord {
        HeadRecord {
            step,
            period: 1,
            period_time: 1.0,
            total_time: 1.0,
            text: "HEAD".into(),
            columns: values.len() as i32,
            rows: 1,
            layer: 1,
            values,
        }
    }

    #[test]
    fn a_dry_cell_is_only_like_a_dry_one() {
        let expected = [record(1, vec![1.0, -1e30, 1e30])];
        let error = |values: Vec<f64>| compare(&[record(1, values)], &expected).map(|measure| measure.error);
        assert_eq!(error(vec![1.0, -1e30, 1e30]), Ok(0.0));
        assert_eq!(error(vec![1.5, -1e30, 1e30]), Ok(0.5));
        for wrong in [vec![1.0, 0.0, 1e30], vec![1.0, 1e30, 1e30], vec![-1e30, -1e30, 1e30]] {
            assert_eq!(error(wrong), Ok(f64::INFINITY));
        }
        assert!(error(vec![f64::NAN, -1e30, 1e30]).is_ok_and(f64::is_infinite));
        assert!(compare(&[record(2, vec![1.0, -1e30, 1e30])], &expected).is_err());
    }

    #[test]
    fn the_tolerance_grows_with_the_range() {
        assert_eq!(tolerance([0.0, 50.0, 1e30, -1e30].iter()), 1e-3);
        assert_eq!(tolerance([0.0, 1000.0].iter()), 1e-2);
    }
}
