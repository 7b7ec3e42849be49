//! Newton's matrix of a correction: how every flow answers to the heads on both its sides.
//!
//! `J δ = F` with, on a horizontal face of conductance `C(hₐ, h_b)`, the two coefficients `C + ∂C/∂hₐ (hₐ − h_b)` and
//! `C − ∂C/∂h_b (hₐ − h_b)`. Upstream conductances make both non-negative. A central one can make one negative, where a thin
//! film would draw the more water the wetter it gets; such a coefficient is left at zero.

use crate::assembly::STRANDED;
use crate::balance::Balance;
use crate::laws::conductance::Conductance;
use crate::laws::saturation::Saturation;
use crate::model::Problem;
use quanyu_solve::{FaceCoefficients, LayeredJacobian};
use rayon::prelude::*;

/// Cells that one task should have at least.
const TASK: usize = 8192;

/// An empty matrix for a problem.
pub(crate) fn empty(problem: &Problem) -> LayeredJacobian {
    LayeredJacobian::new(crate::assembly::shape(problem.grid()), problem.geometry().unknown.clone())
        .expect("a problem's mask has one value a cell")
}

/// Writes the matrix for the heads of the last evaluation.
pub(crate) fn write(problem: &Problem, balance: &Balance, matrix: &mut LayeredJacobian) {
    let grid = problem.grid();
    let (columns, rows, stride) = (grid.columns, grid.rows, grid.cells_per_layer());
    crate::assembly::mask(problem, balance, matrix.active_mut());
    let LayeredJacobian { east, south, down, .. } = matrix;
    write_faces(problem, balance, east, (Toward::East, 1), |cell| cell % columns + 1 < columns);
    write_faces(problem, balance, south, (Toward::South, columns), |cell| cell / columns % rows + 1 < rows);
    write_faces(problem, balance, down, (Toward::Below, stride), |cell| cell + stride < grid.cells());
    tie(balance, matrix, [1, columns, stride]);
    free_stranded(problem, balance, matrix, [1, columns, stride]);
}

/// Ties dry cells that gain or lose water but that no head acts on, loosely, so that they may rise or fall to where some does.
fn free_stranded(problem: &Problem, balance: &Balance, matrix: &mut LayeredJacobian, steps: [usize; 3]) {
    for cell in 0..balance.residual.len() {
        if balance.residual[cell] == 0.0 || matrix.extra[cell] != 0.0 || !matrix.active()[cell] {
            continue;
        }
        let joined: f64 = [&matrix.east, &matrix.south, &matrix.down]
            .into_iter()
            .zip(steps)
            .map(|(faces, step)| {
                faces.own[cell] + cell.checked_sub(step).map_or(0.0, |before| faces.other[before])
            })
            .sum();
        if joined == 0.0 {
            matrix.extra[cell] = STRANDED * balance.faces.full_around(problem.grid(), cell);
        }
    }
}

/// Writes Picard's matrix for the heads of the last evaluation: conductances as they are, and free fall from above.
pub(crate) fn write_plain(problem: &Problem, balance: &Balance, matrix: &mut LayeredJacobian) {
    let grid = problem.grid();
    crate::assembly::mask(problem, balance, matrix.active_mut());
    let faces = &balance.faces;
    let LayeredJacobian { east, south, down, .. } = matrix;
    for (target, source) in [(east, &faces.east), (south, &faces.south)] {
        target.own.copy_from_slice(source);
        target.other.copy_from_slice(source);
    }
    down.own.copy_from_slice(&faces.down);
    for (cell, (other, conductance)) in down.other.iter_mut().zip(&faces.down).enumerate() {
        *other = if faces.falls_freely(cell) { 0.0 } else { *conductance };
    }
    tie(balance, matrix, [1, grid.columns, grid.cells_per_layer()]);
}

/// Directions from a cell to the next. The number of cells between them does not tell: in a grid of one column the next cell to
/// the south is the next of all.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Toward {
    East,
    South,
    Below,
}

/// The coefficients of all faces in one direction, also of those that lead to cells of given head.
fn write_faces(
    problem: &Problem,
    balance: &Balance,
    faces: &mut FaceCoefficients,
    (toward, step): (Toward, usize),
    goes_on: impl Fn(usize) -> bool + Sync,
) {
    let (head, wet) = (&balance.head, &balance.wet);
    let wetness = |cell: usize| Saturation { value: wet.saturation[cell], slope: wet.steepness[cell] };
    let chunks = faces.own.par_chunks_mut(TASK).zip(faces.other.par_chunks_mut(TASK)).enumerate();
    chunks.for_each(|(chunk, (own, other))| {
        for at in 0..own.len() {
            let cell = chunk * TASK + at;
            (own[at], other[at]) = (0.0, 0.0);
            if !goes_on(cell) {
                continue;
            }
            let Conductance { value, slope_a, slope_b } = if toward == Toward::Below {
                Conductance { value: balance.faces.down[cell], ..Conductance::default() }
            } else {
                balance.faces.conductance(
                    problem,
                    &balance.rock,
                    &wetness,
                    &|cell| head[cell],
                    cell,
                    toward == Toward::East,
                )
            };
            let fall = head[cell] - head[cell + step];
            own[at] = (value + slope_a * fall).max(0.0);
            other[at] = (value - slope_b * fall).max(0.0);
        }
    });
}

/// Turns faces to cells that are not solved for into ties, and adds what each cell does by itself.
fn tie(balance: &Balance, matrix: &mut LayeredJacobian, steps: [usize; 3]) {
    let mut extra = std::mem::take(&mut matrix.extra);
    extra.copy_from_slice(&balance.slope);
    let mut east =
        std::mem::replace(&mut matrix.east, FaceCoefficients { own: Vec::new(), other: Vec::new() });
    let mut south =
        std::mem::replace(&mut matrix.south, FaceCoefficients { own: Vec::new(), other: Vec::new() });
    let mut down =
        std::mem::replace(&mut matrix.down, FaceCoefficients { own: Vec::new(), other: Vec::new() });
    let solved = matrix.active();
    for (faces, step) in [&mut east, &mut south, &mut down].into_iter().zip(steps) {
        for cell in 0..solved.len() - step.min(solved.len()) {
            let (here, there) = (solved[cell], solved[cell + step]);
            if here && there {
                continue;
            }
            if here {
                extra[cell] += faces.own[cell];
            } else if there {
                extra[cell + step] += faces.other[cell];
            }
            (faces.own[cell], faces.other[cell]) = (0.0, 0.0);
        }
    }
    for (cell, solved) in solved.iter().enumerate() {
        if !solved {
            extra[cell] = 0.0;
        }
    }
    (matrix.east, matrix.south, matrix.down, matrix.extra) = (east, south, down, extra);
}
