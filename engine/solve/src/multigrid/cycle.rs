//! One cycle over the hierarchy.

use super::DirectOrder;
use super::layout::{BLACK, RED};
use super::level::Level;
use super::transfer::{prolong, restrict};
use crate::banded_cholesky::BandedCholesky;

/// Solves the finest of `levels` approximately, from its right-hand side to its solution.
pub(super) fn cycle(levels: &mut [Level], direct: &BandedCholesky, values: &mut [f64]) {
    match levels {
        [] => {}
        [coarsest] => solve_directly(coarsest, direct, values),
        [fine, rest @ ..] => {
            fine.sweep_red_from_zero();
            fine.sweep(BLACK);
            fine.residual_of_red();
            restrict(fine, &mut rest[0]);
            cycle(rest, direct, values);
            prolong(&rest[0], fine);
            fine.sweep(BLACK);
            fine.sweep(RED);
        }
    }
}

fn solve_directly(level: &mut Level, direct: &BandedCholesky, values: &mut [f64]) {
    let layout = level.layout;
    let order = DirectOrder::new(layout.shape);
    let cells = move || {
        let shape = layout.shape;
        (0..shape.cells()).map(move |n| {
            let [layer, row, column] = shape.position(n);
            let colour = (row + column) & 1;
            (order.place(layer, row, column), colour, layout.place(layer, row, column))
        })
    };
    for (n, colour, at) in cells() {
        values[n] = f64::from(level.rhs[colour][at]);
    }
    direct.solve(values);
    for (n, colour, at) in cells() {
        level.x[colour][at] = values[n] as f32;
    }
}
