//! What members are worth: the published marks that the model answers.

use crate::history::MarkResult;

/// Logarithm of a member's weight: `−½ Σ (2 mᵢ)²` over the marks in use, `mᵢ` its distance outside the published range over the
/// half-width. It is the misfit of the calibration: a range counts as ±2 σ, and whoever lies in all of them has weight one.
/// Marks held out do not enter, nor does one that the member's years do not cover.
pub fn log_weight(marks: &[MarkResult]) -> f64 {
    let used = marks.iter().filter(|mark| mark.calibrated).filter_map(|mark| mark.misfit);
    -0.5 * used.map(|misfit| (2.0 * misfit).powi(2)).sum::<f64>()
}

/// Weights that add up to one, from their logarithms.
pub fn weights(logarithms: &[f64]) -> Vec<f64> {
    let most = logarithms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let raw: Vec<f64> = logarithms.iter().map(|logarithm| (logarithm - most).exp()).collect();
    let sum: f64 = raw.iter().sum();
    raw.into_iter().map(|weight| weight / sum).collect()
}

/// Effective sample size, `(Σ w)² / Σ w²` (Kish, 1965).
pub fn effective_size(weights: &[f64]) -> f64 {
    let sum: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|weight| weight * weight).sum();
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}

/// The value below which a share of the weight lies, linear between the middles of the members' own shares; `None` without any.
pub fn quantile(values: &[(f64, f64)], share: f64) -> Option<f64> {
    let mut sorted: Vec<(f64, f64)> = values.iter().copied().filter(|(_, weight)| *weight > 0.0).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = sorted.iter().map(|(_, weight)| weight).sum();
    let target = share * total;
    let mut below = 0.0;
    let mut last: Option<(f64, f64)> = None;
    for (value, weight) in sorted {
        let middle = below + 0.5 * weight;
        if middle >= target {
            return Some(match last {
                Some((from, at)) => from + (value - from) * (target - at) / (middle - at),
                None => value,
            });
        }
        last = Some((value, middle));
        below += weight;
    }
    last.map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_add_up_and_equal_ones_count_in_full() {
        let equal = weights(&[-1e4; 8]);
        assert!((equal.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((effective_size(&equal) - 8.0).abs() < 1e-9);
        let one = weights(&[0.0, -800.0, -900.0]);
        assert!((effective_size(&one) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn quantiles_follow_the_weight() {
        let even: Vec<(f64, f64)> = (0..5).map(|value| (f64::from(value), 0.2)).collect();
        assert_eq!(quantile(&even, 0.5), Some(2.0));
        assert!((quantile(&even, 0.3).unwrap() - 1.0).abs() < 1e-12);
        let heavy = [(0.0, 0.05), (1.0, 0.9), (2.0, 0.05)];
        assert!((quantile(&heavy, 0.5).unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[(3.0, 1.0)], 0.95), Some(3.0));
    }
}
