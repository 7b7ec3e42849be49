//! The matrix of an outer iteration: conductances at the present heads; symmetric unless water falls freely.

use crate::assembly;
use crate::balance::Balance;
use crate::jacobian;
use crate::model::Problem;
use quanyu_solve::{LayeredJacobian, LayeredOperator};

/// A cell whose diagonal is smaller than this holds its head, as in MODFLOW \[m²/d\].
const TINY: f64 = 1e-15;

/// The matrix of one kind or the other.
#[derive(Debug)]
pub(crate) enum Matrix {
    /// One coefficient a face.
    Symmetric(LayeredOperator),
    /// Two coefficients a face: free fall acts on the cell below without being acted on.
    General(LayeredJacobian),
}

impl Matrix {
    pub(crate) fn new(problem: &Problem) -> Self {
        if problem.laws().vertical.perched {
            Self::General(jacobian::empty(problem))
        } else {
            Self::Symmetric(assembly::empty(problem))
        }
    }

    /// Which cells are solved for.
    pub(crate) fn solved(&self) -> &[bool] {
        match self {
            Self::Symmetric(matrix) => matrix.active(),
            Self::General(matrix) => matrix.active(),
        }
    }

    /// Takes the heads of the last evaluation.
    pub(crate) fn write(&mut self, problem: &Problem, balance: &Balance) {
        match self {
            Self::Symmetric(matrix) => {
                assembly::write(problem, balance, matrix);
                hold(&mut matrix.extra, balance, problem);
            }
            Self::General(matrix) => {
                jacobian::write_plain(problem, balance, matrix);
                hold(&mut matrix.extra, balance, problem);
            }
        }
    }
}

/// Ties cells that nothing ties to the head they have.
fn hold(extra: &mut [f64], balance: &Balance, problem: &Problem) {
    for (cell, extra) in extra.iter_mut().enumerate() {
        if problem.grid().is_active(cell) && !balance.is_dry(cell) && !balance.boundaries.fixed[cell] {
            let diagonal = balance.around[cell].joined + balance.slope[cell];
            if diagonal < TINY {
                *extra = 1.0;
            }
        }
    }
}
