//! What the Krylov solvers have in common: true residuals, the rounding floor, and naming what is not finite.

use crate::error::SolveError;
use crate::operator::LinearOperator;
use crate::vector;

/// How a solve went. Residuals are true ones, `‖b − A x‖₂`, computed anew from `x`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SolveReport {
    /// Iterations made. For conjugate gradients one costs a product and a preconditioning, for BiCGSTAB two of each.
    pub iterations: usize,
    /// True residual of the starting point.
    pub initial_residual: f64,
    /// True residual of the result.
    pub final_residual: f64,
    /// What the residual had to come down to.
    pub target: f64,
    /// How often the recurrence was started anew because it had broken down, or because the true residual
    /// was larger than it said.
    pub restarts: usize,
    /// The residual stopped at what rounding of `x` alone causes, above `target`: no better `x` can be
    /// written in this precision.
    pub at_rounding_floor: bool,
    /// Wall time spent on building the preconditioner, where the solver owns one; else zero.
    pub setup_seconds: f64,
    /// Wall time of the solve; of an automatic choice with all it tried, and what setting that up took.
    pub solve_seconds: f64,
}

/// A residual that rounding of `x` explains: this many units in the last place of `D x`.
const FLOOR_UNITS: f64 = 8.0;

/// What holds values that are not finite where the preconditioner made them.
pub(crate) const PRECONDITIONED: &str = "the preconditioned residual";

/// A norm below this is made of squares that have lost their digits.
const SMALLEST: f64 = 1e-146;

/// A residual that grew by more than this in a solve did not stop at rounding.
const WORSE: f64 = 2.0;

impl SolveReport {
    pub(crate) fn start(initial_residual: f64, target: f64) -> Self {
        Self {
            iterations: 0,
            initial_residual,
            final_residual: initial_residual,
            target,
            restarts: 0,
            at_rounding_floor: false,
            setup_seconds: 0.0,
            solve_seconds: 0.0,
        }
    }

    /// Judges a solve that has ended: fails where the residual is above both target and rounding floor.
    ///
    /// `residual` is that of `x`; `work` is overwritten.
    pub(crate) fn judge(
        &mut self,
        a: &impl LinearOperator,
        x: &[f64],
        residual: &[f64],
        work: &mut [f64],
    ) -> Result<(), SolveError> {
        if self.final_residual <= self.target {
            return Ok(());
        }
        a.diagonal(work);
        let worst = vector::position_of_largest(residual);
        if work[worst] == 0.0 && residual[worst] != 0.0 {
            return Err(SolveError::Singular { cell: a.locate(worst), cells: 1 });
        }
        for (d, x) in work.iter_mut().zip(x) {
            *d *= x;
        }
        // Where the unknowns ran away, as in a singular system, their rounding explains any residual; that is no solution.
        self.at_rounding_floor = self.final_residual <= FLOOR_UNITS * f64::EPSILON * vector::norm(work)
            && self.final_residual <= WORSE * self.initial_residual;
        if self.at_rounding_floor {
            return Ok(());
        }
        Err(SolveError::NotConverged {
            iterations: self.iterations,
            initial_residual: self.initial_residual,
            final_residual: self.final_residual,
            target: self.target,
            worst: a.locate(worst),
        })
    }
}

/// Fails unless every length is the operator's size.
pub(crate) fn check_lengths(
    a: &impl LinearOperator,
    b: &[f64],
    x: &[f64],
    work: &[f64],
) -> Result<(), SolveError> {
    let expected = a.size();
    for (what, values) in [("the right-hand side", b), ("the starting point", x), ("the work space", work)] {
        if values.len() != expected {
            return Err(SolveError::WrongLength { what, length: values.len(), expected });
        }
    }
    Ok(())
}

/// Writes `residual = b − A x` and returns its norm.
pub(crate) fn true_residual(
    a: &impl LinearOperator,
    b: &[f64],
    x: &[f64],
    residual: &mut [f64],
) -> Result<f64, SolveError> {
    a.residual(b, x, residual);
    let norm = vector::norm(residual);
    if norm.is_finite() {
        return Ok(norm);
    }
    Err(if vector::first_not_finite(x).is_some() {
        not_finite(a, "the unknown", x)
    } else if vector::first_not_finite(b).is_some() {
        not_finite(a, "the right-hand side", b)
    } else {
        not_finite(a, "the residual", residual)
    })
}

/// Names the first value that is not finite; finite ones can still overflow in a sum of squares, and then
/// the largest is named.
pub(crate) fn not_finite(a: &impl LinearOperator, what: &'static str, values: &[f64]) -> SolveError {
    match vector::first_not_finite(values) {
        Some(index) => SolveError::NotFinite { what, cell: a.locate(index) },
        None => out_of_range(a, what, values),
    }
}

fn out_of_range(a: &impl LinearOperator, what: &'static str, values: &[f64]) -> SolveError {
    let index = vector::position_of_largest(values);
    let value = values.get(index).copied().unwrap_or_default();
    SolveError::OutOfRange { what, value, cell: a.locate(index) }
}

/// Fails where a right-hand side is so small that its sum of squares, `norm²`, loses its digits, and would pass for zero.
pub(crate) fn check_not_tiny(a: &impl LinearOperator, b: &[f64], norm: f64) -> Result<(), SolveError> {
    if norm > SMALLEST || vector::max_abs(b) == 0.0 {
        return Ok(());
    }
    Err(out_of_range(a, "the right-hand side", b))
}
