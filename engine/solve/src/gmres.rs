//! Flexible GMRES that stops on the true residual.

use std::time::Instant;

use crate::error::SolveError;
use crate::operator::{LinearOperator, Preconditioner};
use crate::stopping::{
    PRECONDITIONED, SolveReport, check_lengths, check_not_tiny, not_finite, true_residual,
};
use crate::vector;

/// When GMRES stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GmresSettings {
    /// Stop when `‖b − A x‖₂` is at most this part of `‖b‖₂`.
    pub relative_tolerance: f64,
    /// Or when `‖b − A x‖₂` is at most this; the larger of the two bounds holds.
    pub absolute_tolerance: f64,
    /// Most iterations before the solver gives up; each has one product and one preconditioning.
    pub max_iterations: usize,
}

impl Default for GmresSettings {
    fn default() -> Self {
        Self { relative_tolerance: 1e-8, absolute_tolerance: 0.0, max_iterations: 300 }
    }
}

/// Restarted GMRES with right preconditioning that may change from one iteration to the next, for matrices that are not symmetric
/// (Y. Saad and M. H. Schultz 1986; flexible form: Y. Saad, SIAM J. Sci. Comput. 14, 1993). All work vectors are owned: two for each
/// iteration between restarts.
///
/// The residual never grows. Where a preconditioner is no use it stands still, and the solver says so.
#[derive(Clone, Debug)]
pub struct Gmres {
    /// Orthonormal directions.
    basis: Vec<Vec<f64>>,
    /// What the preconditioner made of each.
    preconditioned: Vec<Vec<f64>>,
    work: Vec<f64>,
    /// Columns of the triangular factor.
    triangle: Vec<Vec<f64>>,
    rotations: Vec<[f64; 2]>,
    /// The right-hand side of the small problem, turned along; its last element is the residual.
    turned: Vec<f64>,
    history: Vec<f64>,
}

impl Gmres {
    /// Work vectors for `size` unknowns and `restart` iterations at a time (at least one).
    pub fn new(size: usize, restart: usize) -> Self {
        let restart = restart.max(1);
        Self {
            basis: vec![vec![0.0; size]; restart + 1],
            preconditioned: vec![vec![0.0; size]; restart],
            work: vec![0.0; size],
            triangle: vec![vec![0.0; restart + 1]; restart],
            rotations: vec![[1.0, 0.0]; restart],
            turned: vec![0.0; restart + 1],
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
        settings: &GmresSettings,
    ) -> Result<SolveReport, SolveError> {
        let started = Instant::now();
        check_lengths(a, b, x, &self.work)?;
        self.history.clear();
        // b − A·0, so that rows that are not solved do not count.
        self.work.fill(0.0);
        let size = true_residual(a, b, &self.work, &mut self.basis[0])?;
        if settings.absolute_tolerance == 0.0 {
            check_not_tiny(a, &self.basis[0], size)?;
        }
        let target = (settings.relative_tolerance * size).max(settings.absolute_tolerance);
        let mut report = SolveReport::start(true_residual(a, b, x, &mut self.basis[0])?, target);
        self.history.push(report.initial_residual);
        while report.final_residual > target && report.iterations < settings.max_iterations {
            let before = report.final_residual;
            report.restarts += usize::from(report.iterations > 0);
            self.run(a, m, x, settings, &mut report)?;
            report.final_residual = true_residual(a, b, x, &mut self.basis[0])?;
            // A whole pass that gained nothing: another would gain as little.
            if report.final_residual > 0.999 * before {
                break;
            }
        }
        report.judge(a, x, &self.basis[0], &mut self.work)?;
        report.solve_seconds = started.elapsed().as_secs_f64();
        Ok(report)
    }

    /// One pass, from the residual in the first basis vector, until the target is met or the basis is full.
    fn run(
        &mut self,
        a: &impl LinearOperator,
        m: &mut impl Preconditioner,
        x: &mut [f64],
        settings: &GmresSettings,
        report: &mut SolveReport,
    ) -> Result<(), SolveError> {
        // A little below the target, so that the true residual seldom lies just above it.
        let target = 0.9 * report.target;
        let size = report.final_residual;
        scale(&mut self.basis[0], 1.0 / size);
        self.turned.fill(0.0);
        self.turned[0] = size;
        let mut used = 0;
        for at in 0..self.preconditioned.len() {
            if report.iterations >= settings.max_iterations {
                break;
            }
            report.iterations += 1;
            m.precondition(&self.basis[at], &mut self.preconditioned[at]);
            let (known, next) = self.basis.split_at_mut(at + 1);
            let next = &mut next[0];
            a.apply(&self.preconditioned[at], next);
            let column = &mut self.triangle[at];
            let image = vector::norm(next);
            for (coefficient, direction) in column.iter_mut().zip(known.iter()) {
                *coefficient = vector::dot(next, direction);
                vector::axpy(-*coefficient, direction, next);
            }
            let rest = vector::norm(next);
            if !rest.is_finite() {
                let fine = vector::first_not_finite(&self.preconditioned[at]).is_none();
                return Err(if fine {
                    not_finite(a, "the product of the matrix and a direction", next)
                } else {
                    not_finite(a, PRECONDITIONED, &self.preconditioned[at])
                });
            }
            for (row, [cosine, sine]) in self.rotations[..at].iter().enumerate() {
                let (one, other) = (column[row], column[row + 1]);
                (column[row], column[row + 1]) = (cosine * one + sine * other, cosine * other - sine * one);
            }
            let length = column[at].hypot(rest);
            if length <= f64::EPSILON * image || length == 0.0 {
                // The image lies in those before it: this direction adds nothing.
                break;
            }
            let [cosine, sine] = [column[at] / length, rest / length];
            self.rotations[at] = [cosine, sine];
            column[at] = length;
            (self.turned[at], self.turned[at + 1]) = (cosine * self.turned[at], -sine * self.turned[at]);
            used = at + 1;
            let residual = self.turned[used].abs();
            self.history.push(residual);
            if residual <= target || rest <= f64::EPSILON * image {
                break;
            }
            scale(next, 1.0 / rest);
        }
        for row in (0..used).rev() {
            let above: f64 =
                (row + 1..used).map(|later| self.triangle[later][row] * self.turned[later]).sum();
            self.turned[row] = (self.turned[row] - above) / self.triangle[row][row];
        }
        for (weight, direction) in self.turned[..used].iter().zip(&self.preconditioned) {
            vector::axpy(*weight, direction, x);
        }
        Ok(())
    }
}

fn scale(values: &mut [f64], factor: f64) {
    values.iter_mut().for_each(|value| *value *= factor);
}
