//! What is done to a change of heads before the next outer iteration.
//!
//! A fixed share; Cooley's share, which follows the largest change (Cooley, 1983, Water Resources Research 19); or
//! delta-bar-delta, where every cell has a share of its own that is cut when its change turns round and grows when it does not
//! (Smith, 1993, Neural Networks for Statistical Modeling).

use super::settings::UnderRelaxation;

/// Outer iterations before past changes are added.
const MOMENTUM_AFTER: usize = 4;
/// What past changes begin with.
const NO_PAST: f64 = 1e-20;

/// What is remembered from one outer iteration to the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Relaxation {
    /// Share of each cell.
    share: Vec<f64>,
    /// Past changes of each cell, weighted \[m\].
    past: Vec<f64>,
    /// Last change of each cell \[m\].
    last: Vec<f64>,
    /// Cooley's last share and weighted largest change.
    common: f64,
    largest: f64,
}

impl Relaxation {
    /// Moves `heads` back towards `before` where `solved` says so; `largest` is the largest change, with its sign.
    pub(crate) fn apply(
        &mut self,
        way: UnderRelaxation,
        iteration: usize,
        largest: f64,
        solved: &[bool],
        before: &[f64],
        heads: &mut [f64],
    ) {
        let cells = solved.iter().zip(before).zip(heads).enumerate();
        let cells = cells.filter(|(_, ((solved, _), _))| **solved);
        match way {
            UnderRelaxation::None => {}
            UnderRelaxation::Simple { gamma } => {
                cells.for_each(|(_, ((_, before), head))| *head = before + gamma * (*head - before));
            }
            UnderRelaxation::Cooley { gamma } => {
                let share = self.cooley(gamma, iteration, largest);
                if share < 1.0 {
                    cells.for_each(|(_, ((_, before), head))| *head = before + share * (*head - before));
                }
            }
            UnderRelaxation::DeltaBarDelta { theta, kappa, gamma, momentum } => {
                if iteration == 1 {
                    let count = solved.len();
                    for (values, start) in
                        [(&mut self.share, 1.0), (&mut self.past, NO_PAST), (&mut self.last, 0.0)]
                    {
                        values.clear();
                        values.resize(count, start);
                    }
                }
                let momentum = if iteration > MOMENTUM_AFTER { momentum } else { 0.0 };
                for (cell, ((_, before), head)) in cells {
                    let change = *head - before;
                    let turned = self.last[cell] * change < 0.0;
                    let share = if turned { theta * self.share[cell] } else { self.share[cell] + kappa };
                    self.share[cell] = share.min(1.0);
                    self.past[cell] = if iteration == 1 {
                        change
                    } else {
                        (1.0 - gamma) * change + gamma * self.past[cell]
                    };
                    self.last[cell] = change;
                    *head = before + (change * self.share[cell] + momentum * self.past[cell]);
                }
            }
        }
    }

    /// Cooley's share.
    fn cooley(&mut self, gamma: f64, iteration: usize, largest: f64) -> f64 {
        let share = if iteration == 1 {
            self.largest = largest;
            1.0
        } else {
            let ratio = largest / (self.largest * self.common);
            if ratio < -1.0 { 0.5 / ratio.abs() } else { (3.0 + ratio) / (3.0 + ratio.abs()) }
        };
        let share = if share.is_finite() { share } else { 1.0 };
        self.common = share;
        self.largest = (1.0 - gamma) * largest + gamma * self.largest;
        share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Heads after each of these changes from 0.
    fn play(way: UnderRelaxation, changes: &[f64]) -> Vec<f64> {
        let mut relaxation = Relaxation::default();
        let one = |(at, change): (usize, &f64)| {
            let mut heads = [*change, 7.0];
            relaxation.apply(way, at + 1, *change, &[true, false], &[0.0, 0.0], &mut heads);
            assert_eq!(heads[1], 7.0);
            heads[0]
        };
        changes.iter().enumerate().map(one).collect()
    }

    #[test]
    fn a_fixed_share_is_taken() {
        assert_eq!(play(UnderRelaxation::Simple { gamma: 0.25 }, &[4.0, -8.0]), [1.0, -2.0]);
        assert_eq!(play(UnderRelaxation::None, &[4.0]), [4.0]);
    }

    #[test]
    fn cooley_damps_changes_that_turn_round() {
        let found = play(UnderRelaxation::Cooley { gamma: 0.0 }, &[4.0, 2.0, -1.0, 4.0]);
        // Ratio 0.5: 1; −0.5: 2.5/3.5; 4/(−1 · 2.5/3.5) = −5.6: 0.5/5.6.
        assert_eq!(found[..2], [4.0, 2.0]);
        assert!((found[2] + 2.5 / 3.5).abs() < 1e-15 && (found[3] - 4.0 * 0.5 / 5.6).abs() < 1e-15);
    }

    #[test]
    fn delta_bar_delta_cuts_where_changes_turn_and_grows_where_they_do_not() {
        let way = UnderRelaxation::DeltaBarDelta { theta: 0.5, kappa: 0.1, gamma: 0.0, momentum: 0.0 };
        let found = play(way, &[4.0, -4.0, -4.0, 4.0]);
        for (found, expected) in found.iter().zip([4.0, -2.0, -2.4, 1.2]) {
            assert!((found - expected).abs() < 1e-15, "{found} {expected}");
        }
        let way = UnderRelaxation::DeltaBarDelta { theta: 0.5, kappa: 0.0, gamma: 0.5, momentum: 1.0 };
        // The past comes in after the fourth iteration: half of 4, weighted changes before it included.
        assert_eq!(play(way, &[4.0; 5]), [4.0, 4.0, 4.0, 4.0, 8.0]);
    }
}
