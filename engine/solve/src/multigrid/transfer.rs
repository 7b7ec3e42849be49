//! Between two levels: the residual down, the correction up.

use super::layout::{BLACK, LEAD, RED, parity};
use super::level::Level;

/// Sums the fine residual into the coarse right-hand side. Only red cells have a residual after the downward sweep, and both
/// red cells of a coarse cell `j` lie at place `j` of their half-rows.
pub(super) fn restrict(fine: &Level, coarse: &mut Level) {
    let (from, to) = (fine.layout, coarse.layout);
    for (colour, rhs) in coarse.rhs.iter_mut().enumerate() {
        to.for_rows(rhs, |row, line| {
            let parity = parity(row, colour);
            for (layer, line) in line.chunks_mut(to.stride).enumerate() {
                let upper = from.half_row(layer, 2 * row) + parity;
                let lower = upper + from.row_length();
                let span = 2 * to.half;
                let (upper, _) = fine.red_residual[upper..upper + span].as_chunks::<2>();
                let (lower, _) = fine.red_residual[lower..lower + span].as_chunks::<2>();
                for ((rhs, [upper, _]), [lower, _]) in line[LEAD..].iter_mut().zip(upper).zip(lower) {
                    *rhs = upper + lower;
                }
            }
        });
    }
}

/// Adds the coarse solution to the fine red cells; the black ones are found from these by the next sweep.
pub(super) fn prolong(coarse: &Level, fine: &mut Level) {
    let (from, to) = (coarse.layout, fine.layout);
    let [red, _] = &mut fine.x;
    to.for_rows(red, |row, line| {
        let coarse_row = row / 2;
        for (layer, line) in line.chunks_mut(to.stride).enumerate() {
            let at = from.half_row(layer, coarse_row);
            let own = at..at + from.half;
            let even = &coarse.x[parity(coarse_row, RED)][own.clone()];
            let odd = &coarse.x[parity(coarse_row, BLACK)][own];
            let (pairs, last) = line[LEAD..LEAD + to.half].as_chunks_mut::<2>();
            for (([first, second], even), odd) in pairs.iter_mut().zip(even).zip(odd) {
                *first += even;
                *second += odd;
            }
            if let [first] = last {
                *first += even[from.half - 1];
            }
        }
    });
}
