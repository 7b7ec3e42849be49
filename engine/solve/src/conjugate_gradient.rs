//! Preconditioned conjugate gradients that stop on the true residual.

use std::time::Instant;

use crate::error::SolveError;
use crate::operator::{LinearOperator, Preconditioner};
use crate::stopping::{SolveReport, check_lengths, not_finite, true_residual};
use crate::vector;

/// When conjugate gradients stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CgSettings {
    /// Stop when `‖b − A x‖₂` is at most this part of `‖b − h̄ A 1‖₂`.
    ///
    /// `h̄ = b·A1 / A1·A1` is the constant that satisfies the right-hand side best, so that the
    /// measure does not change when all levels are counted from another datum. Where `A 1 = 0` it is `‖b‖₂`.
    pub relative_tolerance: f64,
    /// Or when `‖b − A x‖₂` is at most this; the larger of the two bounds holds.
    pub absolute_tolerance: f64,
    /// Most iterations before the solver gives up.
    pub max_iterations: usize,
    /// Whether the preconditioner may change from one iteration to the next, as a K-cycle does.
    /// Costs one more dot product an iteration (Polak–Ribière).
    pub flexible: bool,
}

impl Default for CgSettings {
    fn default() -> Self {
        Self { relative_tolerance: 1e-8, absolute_tolerance: 0.0, max_iterations: 500, flexible: false }
    }
}

/// Conjugate gradients for symmetric positive definite `A`, with all work vectors owned.
///
/// Also solves singular systems whose right-hand side is consistent.
/// (M. R. Hestenes and E. Stiefel 1952; flexible form after Y. Notay, SIAM J. Sci. Comput. 22, 2000.)
#[derive(Clone, Debug)]
pub struct ConjugateGradient {
    residual: Vec<f64>,
    correction: Vec<f64>,
    direction: Vec<f64>,
    image: Vec<f64>,
    history: Vec<f64>,
}

impl ConjugateGradient {
    /// Work vectors for `size` unknowns.
    pub fn new(size: usize) -> Self {
        let zero = || vec![0.0; size];
        Self {
            residual: zero(),
            correction: zero(),
            direction: zero(),
            image: zero(),
            history: Vec::with_capacity(64),
        }
    }

    /// Residual norms of the last solve: the true one at the start, then the recurrence's after each iteration.
    pub fn history(&self) -> &[f64] {
        &self.history
    }

    /// Solves `A x = b` from the given `x`, in place.
    ///
    /// # Errors
    ///
    /// [`SolveError::WrongLength`], [`SolveError::NotFinite`], [`SolveError::NotPositiveDefinite`] and
    /// [`SolveError::NotConverged`]. After any of them `x` holds the last iterate, which may be of use.
    pub fn solve(
        &mut self,
        a: &impl LinearOperator,
        m: &mut impl Preconditioner,
        b: &[f64],
        x: &mut [f64],
        settings: &CgSettings,
    ) -> Result<SolveReport, SolveError> {
        let started = Instant::now();
        check_lengths(a, b, x, &self.residual)?;
        self.history.clear();
        let target = self.target(a, b, settings)?;
        let mut report = SolveReport::start(true_residual(a, b, x, &mut self.residual)?, target);
        self.history.push(report.initial_residual);
        while report.final_residual > target && report.iterations < settings.max_iterations {
            let before = report.final_residual;
            report.restarts += usize::from(report.iterations > 0);
            self.run(a, m, x, settings, &mut report)?;
            report.final_residual = true_residual(a, b, x, &mut self.residual)?;
            // A whole pass that did not halve the true residual: precision is spent, or nothing helps.
            if report.final_residual > 0.5 * before {
                break;
            }
        }
        report.judge(a, x, &self.residual, &mut self.image)?;
        report.solve_seconds = started.elapsed().as_secs_f64();
        Ok(report)
    }

    /// The recurrence, from the residual at hand until it meets the target.
    fn run(
        &mut self,
        a: &impl LinearOperator,
        m: &mut impl Preconditioner,
        x: &mut [f64],
        settings: &CgSettings,
        report: &mut SolveReport,
    ) -> Result<(), SolveError> {
        let mut previous = 0.0;
        let mut curvature = 0.0;
        let mut squared = f64::INFINITY;
        // A little below the target, so that the true residual seldom lies just above it.
        let target = (0.9 * report.target).powi(2);
        let mut first = true;
        while squared > target && report.iterations < settings.max_iterations {
            let iteration = report.iterations + 1;
            m.precondition(&self.residual, &mut self.correction);
            let product = vector::dot(&self.residual, &self.correction);
            if product.is_nan() || product <= 0.0 {
                return Err(self.breakdown(a, "preconditioner", product, iteration));
            }
            if first {
                self.direction.copy_from_slice(&self.correction);
            } else {
                let factor = if settings.flexible {
                    // z·(r − r_old) / (z_old·r_old), with r − r_old = −α q and α = z_old·r_old / p·q.
                    -vector::dot(&self.correction, &self.image) / curvature
                } else {
                    product / previous
                };
                vector::xpby(&self.correction, factor, &mut self.direction);
            }
            first = false;
            a.apply(&self.direction, &mut self.image);
            curvature = vector::dot(&self.direction, &self.image);
            if curvature.is_nan() || curvature <= 0.0 {
                return Err(self.breakdown(a, "matrix", curvature, iteration));
            }
            previous = product;
            let step = if settings.flexible {
                vector::dot(&self.direction, &self.residual) / curvature
            } else {
                product / curvature
            };
            squared = vector::step(step, &self.direction, &self.image, x, &mut self.residual);
            report.iterations = iteration;
            self.history.push(squared.sqrt());
        }
        Ok(())
    }

    fn target(
        &mut self,
        a: &impl LinearOperator,
        b: &[f64],
        settings: &CgSettings,
    ) -> Result<f64, SolveError> {
        if settings.relative_tolerance == 0.0 {
            return Ok(settings.absolute_tolerance);
        }
        // b − A·0, so that rows that are not solved do not count.
        self.image.fill(0.0);
        a.residual(b, &self.image, &mut self.direction);
        self.correction.fill(1.0);
        a.apply(&self.correction, &mut self.image);
        let size = vector::norm(&self.direction);
        let weight = vector::dot(&self.image, &self.image);
        if weight > 0.0 {
            let level = vector::dot(&self.direction, &self.image) / weight;
            vector::axpy(-level, &self.image, &mut self.direction);
        }
        let reference = vector::norm(&self.direction);
        if !reference.is_finite() {
            let values = if vector::first_not_finite(b).is_some() { b } else { &self.image };
            return Err(not_finite(a, "the right-hand side or the matrix", values));
        }
        // Where a constant is the whole solution, what is left of b is its rounding.
        let rounding = f64::EPSILON * size;
        Ok((settings.relative_tolerance * reference).max(settings.absolute_tolerance).max(rounding))
    }

    fn breakdown(
        &self,
        a: &impl LinearOperator,
        what: &'static str,
        curvature: f64,
        iteration: usize,
    ) -> SolveError {
        if curvature.is_finite() {
            return SolveError::NotPositiveDefinite { what, curvature, iteration };
        }
        if vector::first_not_finite(&self.correction).is_some() {
            return not_finite(a, "the preconditioned residual", &self.correction);
        }
        not_finite(a, "the product of the matrix and a direction", &self.image)
    }
}
