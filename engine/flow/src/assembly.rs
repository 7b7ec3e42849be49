//! The matrix of a correction: conductances at the present heads, storage and boundary slopes.
//!
//! `A δ = F`: symmetric and positive, with cells of given head taken out (their faces tie the neighbours to them).

use crate::balance::Balance;
use crate::grid::Grid;
use crate::model::Problem;
use quanyu_solve::{LayeredOperator, LayeredShape};
use rayon::prelude::*;

/// Cells that one task should have at least.
const TASK: usize = 8192;
/// Share of its full conductance with which a cell that is joined to nothing but has water to shed is held.
pub(crate) const STRANDED: f64 = 1e-3;

/// The shape of a grid, for the solver.
pub(crate) fn shape(grid: &Grid) -> LayeredShape {
    LayeredShape { layers: grid.layers, rows: grid.rows, columns: grid.columns }
}

/// An empty matrix for a problem.
pub(crate) fn empty(problem: &Problem) -> LayeredOperator {
    LayeredOperator::new(shape(problem.grid()), problem.geometry().unknown.clone())
        .expect("a problem's mask has one value a cell")
}

/// Writes the matrix for the heads of the last evaluation.
pub(crate) fn write(problem: &Problem, balance: &Balance, matrix: &mut LayeredOperator) {
    let grid = problem.grid();
    let (columns, rows, stride) = (grid.columns, grid.rows, grid.cells_per_layer());
    mask(problem, balance, matrix.active_mut());
    // Taken out for the moment, so that the mask can be read while the coefficients are written.
    let mut east = std::mem::take(&mut matrix.east);
    let mut south = std::mem::take(&mut matrix.south);
    let mut down = std::mem::take(&mut matrix.down);
    let mut extra = std::mem::take(&mut matrix.extra);
    let solved = matrix.active();
    let faces = &balance.faces;
    let horizontal = east.par_chunks_mut(columns).zip(south.par_chunks_mut(columns));
    let others = down.par_chunks_mut(columns).zip(extra.par_chunks_mut(columns));
    let lines = horizontal.zip(others).with_min_len(TASK.div_ceil(columns)).enumerate();
    lines.for_each(|(at, ((east, south), (down, extra)))| {
        let (layer, row) = (at / rows, at % rows);
        for column in 0..columns {
            let cell = at * columns + column;
            (east[column], south[column], down[column], extra[column]) = (0.0, 0.0, 0.0, 0.0);
            if !solved[cell] {
                continue;
            }
            let mut tie = (balance.slope[cell] + balance.around[cell].film).max(0.0);
            let mut joined = 0.0;
            let mut ahead = |own: &mut f64, conductance: f64, other: usize| {
                if solved[other] {
                    *own = conductance;
                    joined += conductance;
                } else {
                    tie += conductance;
                }
            };
            if column + 1 < columns {
                ahead(&mut east[column], faces.east[cell], cell + 1);
            }
            if row + 1 < rows {
                ahead(&mut south[column], faces.south[cell], cell + columns);
            }
            if layer + 1 < grid.layers {
                ahead(&mut down[column], faces.down[cell], cell + stride);
            }
            let mut behind = |conductance: f64, other: usize| {
                if solved[other] {
                    joined += conductance;
                } else {
                    tie += conductance;
                }
            };
            if column > 0 {
                behind(faces.east[cell - 1], cell - 1);
            }
            if row > 0 {
                behind(faces.south[cell - columns], cell - columns);
            }
            if layer > 0 {
                behind(faces.down[cell - stride], cell - stride);
            }
            if joined + tie == 0.0 && balance.residual[cell] != 0.0 {
                tie = STRANDED * faces.full_around(grid, cell);
            }
            extra[column] = tie;
        }
    });
    (matrix.east, matrix.south, matrix.down, matrix.extra) = (east, south, down, extra);
    take_out_lone_cells(grid, matrix);
}

/// Which cells are solved for: those with an unknown whose head is not given and not held.
pub(crate) fn mask(problem: &Problem, balance: &Balance, solved: &mut [bool]) {
    solved.copy_from_slice(&problem.geometry().unknown);
    for &(cell, _) in &balance.boundaries.fixed_cells {
        solved[cell] = false;
    }
    for &cell in &balance.held {
        solved[cell] = false;
    }
    for (solved, dry) in solved.iter_mut().zip(&balance.dry) {
        *solved &= !dry;
    }
}

/// A cell with an empty row is not solved for.
fn take_out_lone_cells(grid: &Grid, matrix: &mut LayeredOperator) {
    let (columns, stride) = (grid.columns, grid.cells_per_layer());
    let before = |faces: &[f64], cell: usize, step: usize| cell.checked_sub(step).map_or(0.0, |at| faces[at]);
    for cell in 0..grid.cells() {
        if matrix.active()[cell]
            && matrix.extra[cell] == 0.0
            && matrix.east[cell] + matrix.south[cell] + matrix.down[cell] == 0.0
            && before(&matrix.east, cell, 1) + before(&matrix.south, cell, columns) == 0.0
            && before(&matrix.down, cell, stride) == 0.0
        {
            matrix.active_mut()[cell] = false;
        }
    }
}
