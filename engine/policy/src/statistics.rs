//! Trend of a short series without assuming its distribution.
//!
//! Slope after Theil (1950) and Sen (1968): the median of the slopes of all pairs. Confidence after Mann (1945) and Kendall
//! (1955): from the exact distribution of S = concordant − discordant pairs where no values tie, else from its normal
//! approximation with the variance corrected for ties and a continuity correction.

/// Longest series for which the distribution of S is computed exactly.
const EXACT_UP_TO: usize = 60;

/// A trend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// Sen slope, in units of y per unit of x.
    pub slope: f64,
    /// Confidence that there is a trend at all, two-sided \[-\]: 1 − p of the Mann–Kendall test.
    pub confidence: f64,
}

/// Trend of `(x, y)` points with rising x; `None` for fewer than two points, x that does not rise, or values that are not
/// finite.
pub fn trend(points: &[(f64, f64)]) -> Option<Trend> {
    let finite = points.iter().all(|(x, y)| x.is_finite() && y.is_finite());
    if points.len() < 2 || !finite || points.windows(2).any(|pair| pair[1].0 <= pair[0].0) {
        return None;
    }
    let mut slopes = Vec::with_capacity(points.len() * (points.len() - 1) / 2);
    let mut score = 0_i64;
    for (index, late) in points.iter().enumerate() {
        for early in &points[..index] {
            slopes.push((late.1 - early.1) / (late.0 - early.0));
            score += i64::from(late.1 > early.1) - i64::from(late.1 < early.1);
        }
    }
    slopes.sort_by(f64::total_cmp);
    let middle = slopes.len() / 2;
    let slope =
        if slopes.len() % 2 == 1 { slopes[middle] } else { 0.5 * (slopes[middle - 1] + slopes[middle]) };
    let mut values: Vec<f64> = points.iter().map(|point| point.1).collect();
    values.sort_by(f64::total_cmp);
    let tied = values.windows(2).any(|pair| pair[0] == pair[1]);
    let p = if tied || values.len() > EXACT_UP_TO {
        normal_p(score, &values)
    } else {
        exact_p(score, values.len())
    };
    Some(Trend { slope, confidence: 1.0 - p })
}

/// Two-sided p of a score without ties: the share of orders with a score at least as far from zero. Inserting the k-th value
/// adds 0 … k discordant pairs, all equally likely.
fn exact_p(score: i64, count: usize) -> f64 {
    let pairs = count * (count - 1) / 2;
    let mut share = vec![0.0; pairs + 1];
    share[0] = 1.0;
    for added in 1..count {
        let before = share.clone();
        for (discordant, share) in share.iter_mut().enumerate() {
            let from = discordant.saturating_sub(added);
            *share = before[from..=discordant].iter().sum::<f64>() / (added + 1) as f64;
        }
    }
    let fewer = (pairs - usize::try_from(score.unsigned_abs()).unwrap_or(pairs)) / 2;
    (2.0 * share[..=fewer].iter().sum::<f64>()).min(1.0)
}

fn normal_p(score: i64, sorted: &[f64]) -> f64 {
    let spread = |count: f64| count * (count - 1.0) * (2.0 * count + 5.0);
    let ties: f64 = sorted.chunk_by(|a, b| a == b).map(|tie| spread(tie.len() as f64)).sum();
    let variance = (spread(sorted.len() as f64) - ties) / 18.0;
    if score == 0 || variance <= 0.0 {
        return 1.0;
    }
    let z = (score.unsigned_abs() as f64 - 1.0) / variance.sqrt();
    erfc(z / std::f64::consts::SQRT_2)
}

/// Complementary error function for x ≥ 0 (Abramowitz and Stegun 7.1.26, within 1.5e-7).
fn erfc(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let polynomial = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
    polynomial.iter().fold(0.0, |sum, coefficient| (sum + coefficient) * t) * (-x * x).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yearly(values: &[f64]) -> Vec<(f64, f64)> {
        values.iter().enumerate().map(|(year, value)| (year as f64, *value)).collect()
    }

    #[test]
    fn slope_is_the_median_of_pair_slopes() {
        let outlier = trend(&yearly(&[0.0, 1.0, 2.0, 300.0, 4.0])).unwrap();
        assert_eq!(outlier.slope, 1.0);
        let even = trend(&[(2000.0, 1.0), (2001.0, 2.0), (2003.0, 8.0), (2004.0, 7.0)]).unwrap();
        // The six slopes, sorted: -1, 1, 3/2, 5/3, 7/3, 3.
        assert!((even.slope - 0.5 * (3.0 / 2.0 + 5.0 / 3.0)).abs() < 1e-15);
    }

    #[test]
    fn exact_confidence_of_short_series() {
        // Five rising values: 2 of 120 orders are as far from zero; one swap: 2 × (1 + 4) of 120.
        assert!(
            (trend(&yearly(&[1.0, 2.0, 3.0, 4.0, 5.0])).unwrap().confidence - 118.0 / 120.0).abs() < 1e-12
        );
        assert!(
            (trend(&yearly(&[2.0, 1.0, 3.0, 4.0, 5.0])).unwrap().confidence - 110.0 / 120.0).abs() < 1e-12
        );
        let falling = trend(&yearly(&[5.0, 4.0, 3.0, 2.0, 1.0])).unwrap();
        assert!((falling.confidence - 118.0 / 120.0).abs() < 1e-12 && falling.slope == -1.0);
    }

    #[test]
    fn ties_use_the_corrected_normal_approximation() {
        assert_eq!(trend(&yearly(&[3.0; 6])), Some(Trend { slope: 0.0, confidence: 0.0 }));
        // S = 14, variance (6·5·17 − 2·1·9)/18 = 492/18, z = 13/√27.333 = 2.4866, p = 0.012898.
        let tied = trend(&yearly(&[1.0, 2.0, 2.0, 4.0, 5.0, 6.0])).unwrap();
        assert!((tied.confidence - (1.0 - 0.012_898)).abs() < 1e-6, "{}", tied.confidence);
    }

    #[test]
    fn error_function() {
        assert!((erfc(0.0) - 1.0).abs() < 2e-7);
        assert!((erfc(1.0) - 0.157_299_207).abs() < 2e-7);
    }

    #[test]
    fn unusable_series() {
        assert_eq!(trend(&[(1.0, 1.0)]), None);
        assert_eq!(trend(&[(1.0, 1.0), (1.0, 2.0)]), None);
        assert_eq!(trend(&[(1.0, 1.0), (2.0, f64::NAN)]), None);
    }
}
