//! The matrix of an outer iteration: conductances at the present heads, symmetric unless water falls freely; Newton's with the
//! upstream formulation.

use crate::assembly;
use crate::balance::Balance;
use crate::jacobian;
use crate::model::{Formulation, Problem};
use quanyu_solve::{LayeredJacobian, LayeredOperator, LinearOperator};

/// A cell whose diagonal is smaller than this holds its head, as in MODFLOW \[m²/d\].
const TINY: f64 = 1e-15;

/// The matrix of one kind or the other.
#[derive(Debug)]
pub(crate) enum Matrix {
    /// One coefficient a face.
    Symmetric(LayeredOperator),
    /// Two coefficients a face: free fall acts on the cell below without being acted on, and Newton's slopes.
    General(LayeredJacobian),
}

impl Matrix {
    pub(crate) fn new(problem: &Problem) -> Self {
        if problem.laws().vertical.perched || problem.formulation() == Formulation::Upstream {
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

    /// Takes the heads of the last evaluation; `diagonal` is work space.
    pub(crate) fn write(&mut self, problem: &Problem, balance: &Balance, diagonal: &mut [f64]) {
        match self {
            Self::Symmetric(matrix) => {
                assembly::write(problem, balance, matrix);
                matrix.diagonal(diagonal);
                hold(problem, balance, diagonal, &mut matrix.extra);
            }
            Self::General(matrix) => {
                match problem.formulation() {
                    Formulation::Central => jacobian::write_plain(problem, balance, matrix),
                    Formulation::Upstream => jacobian::write(problem, balance, matrix),
                }
                matrix.diagonal(diagonal);
                hold(problem, balance, diagonal, &mut matrix.extra);
            }
        }
    }
}

/// Ties cells that nothing ties to the head they have.
fn hold(problem: &Problem, balance: &Balance, diagonal: &[f64], extra: &mut [f64]) {
    for (cell, (extra, diagonal)) in extra.iter_mut().zip(diagonal).enumerate() {
        let solved =
            problem.grid().is_active(cell) && !balance.is_dry(cell) && !balance.boundaries.fixed[cell];
        if solved && diagonal.abs() < TINY {
            *extra = 1.0;
        }
    }
}
