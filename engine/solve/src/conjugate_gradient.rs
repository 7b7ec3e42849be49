//! Preconditioned conjugate gradients that stop on the true residual.

use std::time::Instant;

use crate::error::SolveError;
use crate::operator::{LinearOperator, Preconditioner};
use crate::stopping::{
    PRECONDITIONED, SolveReport, check_lengths, check_not_tiny, not_finite, true_residual,
};
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
        // A little below the target, so that the true residual seldom lies just above it.
        let goal = 0.9 * report.target;
        let Self { residual, correction, direction, image, history } = self;
        let mut vectors =
            InDouble { a, m, flexible: settings.flexible, residual, correction, direction, image };
        let mut progress = Progress::default();
        iterate(&mut vectors, x, goal, settings.max_iterations, &mut progress, report, history)
            .map_err(|breakdown| self.name(a, breakdown, report.iterations + 1))
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
        reference_target(a, b, (&mut self.direction, &self.image), settings)
    }

    fn name(&self, a: &impl LinearOperator, breakdown: Breakdown, iteration: usize) -> SolveError {
        let Breakdown { what, curvature } = breakdown;
        if curvature.is_finite() {
            let (one, other) = if what == MATRIX {
                (&self.direction, &self.image)
            } else {
                (&self.residual, &self.correction)
            };
            let parts = one.iter().zip(other).map(|(one, other)| one * other).enumerate();
            let least = parts.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(at, _)| at);
            return SolveError::NotPositiveDefinite { what, curvature, iteration, cell: a.locate(least) };
        }
        if vector::first_not_finite(&self.correction).is_some() {
            return not_finite(a, PRECONDITIONED, &self.correction);
        }
        not_finite(a, "the product of the matrix and a direction", &self.image)
    }
}

/// The residual to come down to, given the right-hand side (zero in rows that are not solved; it is overwritten) and the image of the
/// constant one.
pub(crate) fn reference_target(
    a: &impl LinearOperator,
    b: &[f64],
    (rest, image): (&mut [f64], &[f64]),
    settings: &CgSettings,
) -> Result<f64, SolveError> {
    let size = vector::norm(rest);
    if size.is_finite() && settings.absolute_tolerance == 0.0 {
        check_not_tiny(a, rest, size)?;
    }
    let weight = vector::dot(image, image);
    if weight > 0.0 {
        let level = vector::dot(rest, image) / weight;
        vector::axpy(-level, image, rest);
    }
    let reference = vector::norm(rest);
    if !reference.is_finite() {
        if vector::first_not_finite(b).is_some() || vector::first_not_finite(image).is_none() {
            return Err(not_finite(a, "the right-hand side", b));
        }
        return Err(not_finite(a, "a row's sum of coefficients", image));
    }
    // Where a constant is the whole solution, what is left of b is its rounding.
    let rounding = f64::EPSILON * size;
    Ok((settings.relative_tolerance * reference).max(settings.absolute_tolerance).max(rounding))
}

/// What conjugate gradients work on: the residual `r`, what the preconditioner makes of it, `z`, a direction `p` and its image `q = A p`.
pub(crate) trait Vectors {
    /// `z = M r`; returns `z r` and `z q`, the second only where [`is_flexible`](Self::is_flexible).
    fn precondition(&mut self) -> [f64; 2];

    /// `p ← z + factor p`, or `z` where there is no factor, and `q ← A p`; returns `p q`, and `p r` where [`is_flexible`](Self::is_flexible).
    fn turn(&mut self, factor: Option<f64>) -> [f64; 2];

    /// `x ← x + step p`, `r ← r − step q`; returns `r r`.
    fn step(&mut self, step: f64, x: &mut [f64]) -> f64;

    /// Whether the preconditioner may change.
    fn is_flexible(&self) -> bool;

    /// Iterations after which a residual that has not come down to a half will not do so.
    fn patience(&self) -> usize {
        usize::MAX
    }
}

/// What one iteration leaves to the next; without a last curvature the next one starts anew.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    curvature: Option<f64>,
    product: f64,
}

/// What a [`Breakdown`] can be one of.
const MATRIX: &str = "matrix";
const PRECONDITIONER: &str = "preconditioner";

/// A quadratic form that should be positive and is not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Breakdown {
    what: &'static str,
    curvature: f64,
}

/// Conjugate gradients until the recurrence's residual comes down to `goal`, or no further.
pub(crate) fn iterate(
    vectors: &mut impl Vectors,
    x: &mut [f64],
    goal: f64,
    max_iterations: usize,
    progress: &mut Progress,
    report: &mut SolveReport,
    history: &mut Vec<f64>,
) -> Result<(), Breakdown> {
    let (flexible, patience) = (vectors.is_flexible(), vectors.patience());
    let mut squared = f64::INFINITY;
    let (mut least, mut since) = (f64::INFINITY, report.iterations);
    while squared > goal * goal && report.iterations < max_iterations {
        let [product, overlap] = vectors.precondition();
        if !product.is_finite() || product <= 0.0 {
            return Err(Breakdown { what: PRECONDITIONER, curvature: product });
        }
        // Flexible: z·(r − r_old) / (z_old·r_old), with r − r_old = −α q and α = z_old·r_old / p·q, which makes the new direction
        // conjugate to the last one whatever z is.
        let factor = progress
            .curvature
            .map(|curvature| if flexible { -overlap / curvature } else { product / progress.product });
        let [curvature, along] = vectors.turn(factor);
        if !curvature.is_finite() || curvature <= 0.0 {
            return Err(Breakdown { what: MATRIX, curvature });
        }
        *progress = Progress { curvature: Some(curvature), product };
        squared = vectors.step(if flexible { along } else { product } / curvature, x);
        report.iterations += 1;
        history.push(squared.sqrt());
        if squared <= 0.25 * least {
            (least, since) = (squared, report.iterations);
        } else if report.iterations - since >= patience {
            break;
        }
    }
    Ok(())
}

/// Vectors in double precision, for any matrix and preconditioner.
struct InDouble<'a, A, M> {
    a: &'a A,
    m: &'a mut M,
    flexible: bool,
    residual: &'a mut Vec<f64>,
    correction: &'a mut Vec<f64>,
    direction: &'a mut Vec<f64>,
    image: &'a mut Vec<f64>,
}

impl<A: LinearOperator, M: Preconditioner> InDouble<'_, A, M> {
    fn if_flexible(&self, a: &[f64], b: &[f64]) -> f64 {
        if self.flexible { vector::dot(a, b) } else { 0.0 }
    }
}

impl<A: LinearOperator, M: Preconditioner> Vectors for InDouble<'_, A, M> {
    fn is_flexible(&self) -> bool {
        self.flexible
    }

    fn precondition(&mut self) -> [f64; 2] {
        self.m.precondition(self.residual, self.correction);
        [vector::dot(self.residual, self.correction), self.if_flexible(self.correction, self.image)]
    }

    fn turn(&mut self, factor: Option<f64>) -> [f64; 2] {
        match factor {
            Some(factor) => vector::xpby(self.correction, factor, self.direction),
            None => self.direction.copy_from_slice(self.correction),
        }
        self.a.apply(self.direction, self.image);
        [vector::dot(self.direction, self.image), self.if_flexible(self.direction, self.residual)]
    }

    fn step(&mut self, step: f64, x: &mut [f64]) -> f64 {
        vector::step(step, self.direction, self.image, x, self.residual)
    }
}
