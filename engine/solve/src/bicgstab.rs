//! Preconditioned BiCGSTAB that stops on the true residual.

use std::time::Instant;

use crate::error::SolveError;
use crate::operator::{LinearOperator, Preconditioner};
use crate::stopping::{
    PRECONDITIONED, SolveReport, check_lengths, check_not_tiny, not_finite, true_residual,
};
use crate::vector;

/// When BiCGSTAB stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BicgstabSettings {
    /// Stop when `‖b − A x‖₂` is at most this part of `‖b‖₂`.
    pub relative_tolerance: f64,
    /// Or when `‖b − A x‖₂` is at most this; the larger of the two bounds holds.
    pub absolute_tolerance: f64,
    /// Most iterations before the solver gives up; each has two products and two preconditionings.
    pub max_iterations: usize,
}

impl Default for BicgstabSettings {
    fn default() -> Self {
        Self { relative_tolerance: 1e-8, absolute_tolerance: 0.0, max_iterations: 300 }
    }
}

/// The stabilised bi-conjugate gradient method with right preconditioning, for matrices that are not symmetric
/// (H. A. van der Vorst, SIAM J. Sci. Stat. Comput. 13, 1992). All work vectors are owned.
///
/// Where the recurrence breaks down, or says less than the true residual, it is started anew from where it is. The
/// best point met at a start is kept, so that a failed solve does not end worse than it began.
#[derive(Clone, Debug)]
pub struct BiConjugateGradientStabilised {
    residual: Vec<f64>,
    shadow: Vec<f64>,
    direction: Vec<f64>,
    /// `A M` times the direction.
    image: Vec<f64>,
    preconditioned: Vec<f64>,
    /// `A M` times the residual half-way.
    second: Vec<f64>,
    best: Vec<f64>,
    history: Vec<f64>,
}

/// Two vectors whose cosine is below this count as orthogonal.
const ORTHOGONAL: f64 = 1e-14;
/// Starts in a row that may fail to bring the true residual down to [`PROGRESS`] of the best.
const PATIENCE: usize = 3;
const PROGRESS: f64 = 0.9;

impl BiConjugateGradientStabilised {
    /// Work vectors for `size` unknowns.
    pub fn new(size: usize) -> Self {
        let zero = || vec![0.0; size];
        Self {
            residual: zero(),
            shadow: zero(),
            direction: zero(),
            image: zero(),
            preconditioned: zero(),
            second: zero(),
            best: zero(),
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
    /// [`SolveError::WrongLength`], [`SolveError::NotFinite`], [`SolveError::Singular`] and
    /// [`SolveError::NotConverged`]. After the last two `x` holds the best point met.
    pub fn solve(
        &mut self,
        a: &impl LinearOperator,
        m: &mut impl Preconditioner,
        b: &[f64],
        x: &mut [f64],
        settings: &BicgstabSettings,
    ) -> Result<SolveReport, SolveError> {
        let started = Instant::now();
        check_lengths(a, b, x, &self.residual)?;
        self.history.clear();
        // b − A·0, so that rows that are not solved do not count.
        self.image.fill(0.0);
        let size = true_residual(a, b, &self.image, &mut self.residual)?;
        if settings.absolute_tolerance == 0.0 {
            check_not_tiny(a, &self.residual, size)?;
        }
        let target = (settings.relative_tolerance * size).max(settings.absolute_tolerance);
        let mut report = SolveReport::start(true_residual(a, b, x, &mut self.residual)?, target);
        self.history.push(report.initial_residual);
        self.best.copy_from_slice(x);
        let mut fruitless = 0;
        while report.final_residual > target
            && report.iterations < settings.max_iterations
            && fruitless < PATIENCE
        {
            report.restarts += usize::from(report.iterations > 0);
            self.run(a, m, x, settings, &mut report)?;
            let reached = true_residual(a, b, x, &mut self.residual);
            let reached = reached.unwrap_or(f64::INFINITY);
            fruitless = if reached < PROGRESS * report.final_residual { 0 } else { fruitless + 1 };
            if reached < report.final_residual {
                report.final_residual = reached;
                self.best.copy_from_slice(x);
            } else {
                x.copy_from_slice(&self.best);
                true_residual(a, b, x, &mut self.residual)?;
            }
        }
        report.judge(a, x, &self.residual, &mut self.image)?;
        report.solve_seconds = started.elapsed().as_secs_f64();
        Ok(report)
    }

    /// The recurrence, from the residual at hand until it meets the target or breaks down.
    fn run(
        &mut self,
        a: &impl LinearOperator,
        m: &mut impl Preconditioner,
        x: &mut [f64],
        settings: &BicgstabSettings,
        report: &mut SolveReport,
    ) -> Result<(), SolveError> {
        // A little below the target, so that the true residual seldom lies just above it.
        let target = 0.9 * report.target;
        self.shadow.copy_from_slice(&self.residual);
        self.direction.copy_from_slice(&self.residual);
        let shadow_size = vector::norm(&self.shadow);
        let mut product = shadow_size * shadow_size;
        while report.iterations < settings.max_iterations {
            report.iterations += 1;
            m.precondition(&self.direction, &mut self.preconditioned);
            a.apply(&self.preconditioned, &mut self.image);
            let along = vector::dot(&self.shadow, &self.image);
            let image_size = vector::norm(&self.image);
            if !image_size.is_finite() {
                return Err(self.not_finite(a));
            }
            if along.abs() <= ORTHOGONAL * shadow_size * image_size {
                return Ok(());
            }
            let alpha = product / along;
            vector::axpy(alpha, &self.preconditioned, x);
            vector::axpy(-alpha, &self.image, &mut self.residual);
            let half_way = vector::norm(&self.residual);
            if half_way <= target {
                self.history.push(half_way);
                return Ok(());
            }
            m.precondition(&self.residual, &mut self.preconditioned);
            a.apply(&self.preconditioned, &mut self.second);
            let second_squared = vector::dot(&self.second, &self.second);
            if !second_squared.is_finite() {
                return Err(self.not_finite(a));
            }
            if second_squared == 0.0 {
                return Ok(());
            }
            let omega = vector::dot(&self.second, &self.residual) / second_squared;
            let squared = vector::step(omega, &self.preconditioned, &self.second, x, &mut self.residual);
            let size = squared.sqrt();
            self.history.push(size);
            let next = vector::dot(&self.shadow, &self.residual);
            if size <= target || omega == 0.0 || next.abs() <= ORTHOGONAL * shadow_size * size {
                return Ok(());
            }
            let beta = next / product * (alpha / omega);
            product = next;
            // direction ← residual + β (direction − ω image)
            vector::axpy(-omega, &self.image, &mut self.direction);
            vector::xpby(&self.residual, beta, &mut self.direction);
        }
        Ok(())
    }

    fn not_finite(&self, a: &impl LinearOperator) -> SolveError {
        if vector::first_not_finite(&self.preconditioned).is_some() {
            not_finite(a, PRECONDITIONED, &self.preconditioned)
        } else {
            not_finite(a, "the product of the matrix and a direction", &self.image)
        }
    }
}
