//! Between two levels: the residual down, the correction up, a row at a time.

use super::layout::{BLACK, Colours, LEAD, Layout, RED, parity};
use crate::wide::wide;

/// Sums the fine residual into a row of the coarse right-hand side. Only red cells have a residual after the downward sweep, and both
/// red cells of a coarse cell `j` lie at place `j` of their half-rows.
pub(super) fn restrict_row(
    (from, upper, lower): (Layout, &[f32], &[f32]),
    (to, row): (Layout, usize),
    coarse: [&mut [f32]; 2],
) {
    for (colour, line) in coarse.into_iter().enumerate() {
        let parity = parity(row, colour);
        for (layer, line) in line.chunks_mut(to.stride).enumerate() {
            let start = layer * from.stride + LEAD + parity;
            let span = start..start + 2 * to.half;
            add_every_other(&mut line[LEAD..LEAD + to.half], &upper[span.clone()], &lower[span]);
        }
    }
}

/// Gives a fine row of red cells with the coarse solution added; the black ones are found from these by the next sweep.
pub(super) fn prolong_row(
    (from, coarse): (Layout, &Colours),
    (to, fine): (Layout, &[f32]),
    row: usize,
    line: &mut [f32],
) {
    let coarse_row = row / 2;
    line.copy_from_slice(to.row(fine, row));
    for (layer, line) in line.chunks_mut(to.stride).enumerate() {
        let at = from.half_row(layer, coarse_row);
        let own = at..at + from.half;
        let even = &coarse[parity(coarse_row, RED)][own.clone()];
        let odd = &coarse[parity(coarse_row, BLACK)][own];
        add_interleaved(&mut line[LEAD..LEAD + to.half], even, odd);
    }
}

wide! {
    /// `coarse_m = upper_2m + lower_2m`.
    fn add_every_other(coarse: &mut [f32], upper: &[f32], lower: &[f32]) {
        let n = coarse.len();
        let (upper, lower) = (&upper[..2 * n], &lower[..2 * n]);
        for m in 0..n {
            coarse[m] = upper[2 * m] + lower[2 * m];
        }
    }

    /// `fine_2m += even_m`, `fine_2m+1 += odd_m`.
    fn add_interleaved(fine: &mut [f32], even: &[f32], odd: &[f32]) {
        let n = fine.len() / 2;
        let (pairs, last) = fine.split_at_mut(2 * n);
        let last_even = even.get(n);
        let (even, odd) = (&even[..n], &odd[..n]);
        for m in 0..n {
            pairs[2 * m] += even[m];
            pairs[2 * m + 1] += odd[m];
        }
        if let (Some(last), Some(even)) = (last.first_mut(), last_even) {
            *last += even;
        }
    }
}
