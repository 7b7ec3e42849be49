//! Which uncertain factor moves a judged value most.

use serde::{Deserialize, Serialize};

use super::effective_size;

/// Fewer members, counted by their effective number, say nothing about what moves what.
const FEWEST: f64 = 8.0;
/// Chance that any factor at all is listed where none has an influence.
const CHANCE: f64 = 0.05;

/// A factor and how closely a value follows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Influence {
    /// Factor id.
    pub factor: String,
    /// Rank correlation (Spearman, 1904) of the value with the factor over the members, by their weights \[-\].
    pub correlation: f64,
}

/// Factors by the size of their rank correlation with a value, the largest first; per member its `scores`, one per factor, its value and
/// its weight. A member of twice the weight counts as two members that are alike. Only those above what chance gives the largest of so
/// many factors: `|r| > √(2 ln(2 k / 0.05) / (n − 1))` for `k` factors and `n` members, by the Gaussian tail bound, `n` being their
/// effective number. Empty with fewer than eight members by that number, or where the value does not vary.
pub fn influences(
    factors: &[String],
    scores: &[Vec<f64>],
    values: &[f64],
    weights: &[f64],
) -> Vec<Influence> {
    let size = effective_size(weights);
    if size < FEWEST || scores.len() != values.len() || weights.len() != values.len() {
        return Vec::new();
    }
    let value_ranks = ranks(values, weights);
    let tail = 2.0 * (2.0 * factors.len() as f64 / CHANCE).ln();
    let by_chance = (tail / (size - 1.0)).sqrt();
    let mut all: Vec<Influence> = factors
        .iter()
        .enumerate()
        .filter_map(|(place, factor)| {
            let column: Vec<f64> = scores.iter().map(|member| member[place]).collect();
            let correlation = correlation(&ranks(&column, weights), &value_ranks, weights)?;
            (correlation.abs() > by_chance).then(|| Influence { factor: factor.clone(), correlation })
        })
        .collect();
    all.sort_by(|a, b| {
        b.correlation.abs().total_cmp(&a.correlation.abs()).then_with(|| a.factor.cmp(&b.factor))
    });
    all
}

/// Ranks: the weight of all that is smaller, and half of what is equal.
fn ranks(values: &[f64], weights: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut below = 0.0;
    for equal in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let own: f64 = equal.iter().map(|place| weights[*place]).sum();
        equal.iter().for_each(|place| ranks[*place] = below + 0.5 * own);
        below += own;
    }
    ranks
}

/// `None` where one of them does not vary where there is weight, which rounding of the mean would hide.
fn correlation(a: &[f64], b: &[f64], weights: &[f64]) -> Option<f64> {
    let varies = |x: &[f64]| {
        let mut counted = x.iter().zip(weights).filter(|(_, weight)| **weight > 0.0).map(|(x, _)| x);
        counted.next().is_some_and(|first| counted.any(|other| other != first))
    };
    if !varies(a) || !varies(b) {
        return None;
    }
    let sum: f64 = weights.iter().sum();
    let mean = |x: &[f64]| x.iter().zip(weights).map(|(x, weight)| x * weight).sum::<f64>() / sum;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let product = |x: &[f64], x_mean: f64, y: &[f64], y_mean: f64| -> f64 {
        x.iter().zip(y).zip(weights).map(|((x, y), weight)| weight * (x - x_mean) * (y - y_mean)).sum()
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
        let found = influences(&["other".into(), "cause".into()], &scores, &values, &[0.05; 20]);
        assert_eq!(found[0].factor, "cause");
        assert!((found[0].correlation + 1.0).abs() < 1e-12);
        assert_eq!(found.len(), 1, "the other is no more than chance: {found:?}");
        assert!(influences(&["x".into()], &vec![vec![1.0]; 20], &[3.0; 20], &[0.05; 20]).is_empty());
        // Nor does a value that varies only in a member without weight.
        let (mut values, mut weights) = ([3.0; 20], [0.05; 20]);
        (values[7], weights[7]) = (4.0, 0.0);
        assert!(influences(&["cause".into()], &scores, &values, &weights).is_empty());
    }

    #[test]
    fn equal_values_share_their_rank() {
        assert_eq!(ranks(&[5.0, 1.0, 5.0, 0.0], &[1.0; 4]), [3.0, 1.5, 3.0, 0.5]);
    }

    /// Sixty members: the value follows one factor where the weight lies, another where hardly any does.
    #[test]
    fn what_moves_a_value_is_what_moves_it_where_the_weight_lies() {
        let heavy = |member: usize| member.is_multiple_of(2);
        let scores: Vec<Vec<f64>> =
            (0..60).map(|member| vec![(member * 7 % 60) as f64, (member * 13 % 60) as f64]).collect();
        let values: Vec<f64> = (0..60).map(|member| scores[member][usize::from(!heavy(member))]).collect();
        let weights: Vec<f64> = (0..60).map(|member| if heavy(member) { 1.0 } else { 1e-3 }).collect();
        let names = ["where it lies".to_owned(), "elsewhere".to_owned()];
        let found = influences(&names, &scores, &values, &weights);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].factor == names[0] && found[0].correlation > 0.99, "{found:?}");
        let turned: Vec<f64> = weights.iter().map(|weight| 1.0 / weight).collect();
        assert_eq!(influences(&names, &scores, &values, &turned)[0].factor, names[1]);
    }

    #[test]
    fn a_member_of_twice_the_weight_counts_as_two_that_are_alike() {
        let column: Vec<f64> = (0..12).map(|member| f64::from(member * 5 % 12)).collect();
        let values: Vec<f64> = (0..12).map(|member| f64::from(member * 5 % 12 + 4 * (member % 3))).collect();
        let weights: Vec<f64> = (0..12).map(|member| f64::from(1 + member % 2)).collect();
        let copies = |of: &[f64]| -> Vec<f64> {
            of.iter().zip(&weights).flat_map(|(value, weight)| vec![*value; *weight as usize]).collect()
        };
        let by = |column: &[f64], values: &[f64], weights: &[f64]| {
            correlation(&ranks(column, weights), &ranks(values, weights), weights).unwrap()
        };
        let ones = vec![1.0; 18];
        let (weighted, doubled) =
            (by(&column, &values, &weights), by(&copies(&column), &copies(&values), &ones));
        assert!((weighted - doubled).abs() < 1e-12, "{weighted} {doubled}");
    }

    #[test]
    fn weight_on_few_members_says_nothing() {
        let scores: Vec<Vec<f64>> = (0..20).map(|member| vec![f64::from(member)]).collect();
        let values: Vec<f64> = (0..20).map(f64::from).collect();
        let mut weights = vec![0.0; 20];
        weights[..7].fill(1.0);
        assert!(influences(&["cause".into()], &scores, &values, &weights).is_empty());
    }
}
