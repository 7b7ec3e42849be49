//! Which uncertain factor moves a judged value most.

use serde::{Deserialize, Serialize};

/// Fewer members than this say nothing about what moves what.
const FEWEST: usize = 8;
/// Chance that any factor at all is listed where none has an influence.
const CHANCE: f64 = 0.05;

/// A factor and how closely a value follows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Influence {
    /// Factor id.
    pub factor: String,
    /// Rank correlation (Spearman, 1904) of the value with the factor over the members \[-\].
    pub correlation: f64,
}

/// Factors by the size of their rank correlation with a value, the largest first; `scores` per member, one per factor. Only those
/// above what chance gives the largest of so many factors: `|r| > √(2 ln(2 k / 0.05) / (n − 1))` for `k` factors and `n`
/// members, by the Gaussian tail bound. Empty with fewer than eight members, or where the value does not vary.
pub fn influences(factors: &[String], scores: &[Vec<f64>], values: &[f64]) -> Vec<Influence> {
    if values.len() < FEWEST || scores.len() != values.len() {
        return Vec::new();
    }
    let value_ranks = ranks(values);
    let tail = 2.0 * (2.0 * factors.len() as f64 / CHANCE).ln();
    let by_chance = (tail / (values.len() - 1) as f64).sqrt();
    let mut all: Vec<Influence> = factors
        .iter()
        .enumerate()
        .filter_map(|(place, factor)| {
            let column: Vec<f64> = scores.iter().map(|member| member[place]).collect();
            let correlation = correlation(&ranks(&column), &value_ranks)?;
            (correlation.abs() > by_chance).then(|| Influence { factor: factor.clone(), correlation })
        })
        .collect();
    all.sort_by(|a, b| {
        b.correlation.abs().total_cmp(&a.correlation.abs()).then_with(|| a.factor.cmp(&b.factor))
    });
    all
}

/// Ranks; equal values share their mean rank.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut at = 0;
    while at < order.len() {
        let same = order[at..].iter().take_while(|other| values[**other] == values[order[at]]).count();
        let mean = at as f64 + 0.5 * (same - 1) as f64;
        for place in &order[at..at + same] {
            ranks[*place] = mean;
        }
        at += same;
    }
    ranks
}

fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let count = a.len() as f64;
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / count, b.iter().sum::<f64>() / count);
    let product = |x: &[f64], x_mean: f64, y: &[f64], y_mean: f64| -> f64 {
        x.iter().zip(y).map(|(x, y)| (x - x_mean) * (y - y_mean)).sum()
    };
    let (spread_a, spread_b) = (product(a, mean_a, a, mean_a), product(b, mean_b, b, mean_b));
    (spread_a > 0.0 && spread_b > 0.0).then(|| product(a, mean_a, b, mean_b) / (spread_a * spread_b).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_that_a_value_follows_comes_first() {
        let scores: Vec<Vec<f64>> =
            (0..20).map(|member| vec![f64::from(member * 7 % 20), f64::from(member)]).collect();
        let values: Vec<f64> = (0..20).map(|member| -f64::from(member).exp()).collect();
        let found = influences(&["other".into(), "cause".into()], &scores, &values);
        assert_eq!(found[0].factor, "cause");
        assert!((found[0].correlation + 1.0).abs() < 1e-12);
        assert_eq!(found.len(), 1, "the other is no more than chance: {found:?}");
        assert!(influences(&["x".into()], &vec![vec![1.0]; 20], &[3.0; 20]).is_empty());
    }

    #[test]
    fn equal_values_share_their_rank() {
        assert_eq!(ranks(&[5.0, 1.0, 5.0, 0.0]), [2.5, 1.0, 2.5, 0.0]);
    }
}
