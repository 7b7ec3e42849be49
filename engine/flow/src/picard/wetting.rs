//! Which cells are in the problem: drying and rewetting in MODFLOW's order.
//!
//! Dry cells come back one after the other in the order of their numbers, each looking at its neighbours above, north, west, east,
//! south and below, and one that has just come back may wet the next. Then cells whose head is not above their bottom
//! leave. The order decides which cells are dry at the end (McDonald and others, 1991, USGS OFR 91-536; Langevin and
//! others, 2017).

use crate::balance::Balance;
use crate::grid::CellKind;
use crate::model::Problem;
use crate::options::{Drying, Rewetting, WettingHead};
use crate::state::DRY_HEAD;

/// When dry cells are tried, and which.
#[derive(Debug)]
pub(crate) enum Trial<'a> {
    /// As the model says, in this outer iteration.
    Regular(usize),
    /// Now, but for those that came back this often already; how often each did is counted.
    Patient(&'a mut [u8], u8),
    /// Not now.
    Wait,
}

/// Rewets and dries; returns whether any cell changed.
///
/// # Errors
/// A cell of given head, whose head is not above its bottom.
pub(crate) fn wet_and_dry(
    problem: &Problem,
    balance: &mut Balance,
    mut trial: Trial<'_>,
) -> Result<bool, usize> {
    let mut changed = false;
    if let Drying::Leave(Some(rewetting)) = &problem.laws().drying {
        let now = match trial {
            Trial::Regular(iteration) => iteration.is_multiple_of(rewetting.interval.max(1)),
            Trial::Patient(..) => true,
            Trial::Wait => false,
        };
        for cell in 0..if now { balance.dry.len() } else { 0 } {
            if !balance.dry[cell] || rewetting.threshold[cell] == 0.0 {
                continue;
            }
            match &mut trial {
                Trial::Patient(returns, most) => {
                    if returns[cell] < *most && wet(problem, balance, rewetting, cell) {
                        returns[cell] += 1;
                        changed = true;
                    }
                }
                _ => changed |= wet(problem, balance, rewetting, cell),
            }
        }
    }
    let (grid, convertible) = (problem.grid(), &problem.geometry().convertible);
    let Balance { dry, head, boundaries, .. } = balance;
    for (cell, dry) in dry.iter_mut().enumerate() {
        if !convertible[cell] || *dry || head[cell] > grid.bottom[cell] {
            continue;
        }
        if boundaries.fixed[cell] {
            return Err(cell);
        }
        (*dry, head[cell]) = (true, DRY_HEAD);
        changed = true;
    }
    Ok(changed)
}

/// Brings a dry cell back if the head of a neighbour asks for it.
fn wet(problem: &Problem, balance: &mut Balance, rewetting: &Rewetting, cell: usize) -> bool {
    let threshold = rewetting.threshold[cell];
    let bottom = problem.grid().bottom[cell];
    for (neighbour, vertical) in neighbours(problem, cell).into_iter().flatten() {
        let asks = vertical || threshold > 0.0;
        let may = !balance.dry[neighbour] && !balance.boundaries.fixed[neighbour];
        let head = balance.head[neighbour];
        if asks && may && head >= bottom + threshold.abs() {
            let above = match rewetting.start {
                WettingHead::Neighbour => head - bottom,
                WettingHead::Threshold => threshold.abs(),
            };
            balance.head[cell] = bottom + rewetting.factor * above;
            balance.dry[cell] = false;
            return true;
        }
    }
    false
}

/// The active neighbours in the order of their numbers, and whether each lies above or below.
fn neighbours(problem: &Problem, cell: usize) -> [Option<(usize, bool)>; 6] {
    let grid = problem.grid();
    let (_, row, column) = grid.layer_row_column(cell);
    let beside = |there: bool, other: usize| (there && grid.is_active(other)).then_some((other, false));
    [
        next_in_column(problem, cell, false).map(|above| (above, true)),
        beside(row > 0, cell.wrapping_sub(grid.columns)),
        beside(column > 0, cell.wrapping_sub(1)),
        beside(column + 1 < grid.columns, cell + 1),
        beside(row + 1 < grid.rows, cell + grid.columns),
        next_in_column(problem, cell, true).map(|below| (below, true)),
    ]
}

/// The active cell next above or below that a cell is joined to, across pass-through cells.
pub(crate) fn next_in_column(problem: &Problem, cell: usize, down: bool) -> Option<usize> {
    let grid = problem.grid();
    let stride = grid.cells_per_layer();
    let step = |at: usize| if down { Some(at + stride) } else { at.checked_sub(stride) };
    let mut at = step(cell)?;
    while at < grid.cells() {
        match grid.kind[at] {
            CellKind::Active => return Some(at),
            CellKind::Inactive => return None,
            CellKind::PassThrough => at = step(at)?,
        }
    }
    None
}
