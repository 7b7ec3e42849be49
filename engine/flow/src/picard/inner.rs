//! The inner solution: preconditioned conjugate gradients or BiCGSTAB that stop as MODFLOW's do.
//!
//! How far an inner solution goes decides, on the way through drying and rewetting, which cells end up dry; so it stops by the
//! settings of MODFLOW's Iterative Model Solution: by the largest change of the last inner iteration and by the residual
//! (Hughes and others, 2017, Documentation for the MODFLOW 6 framework). Sums run in fixed order.

use super::settings::{Acceleration, InnerResidual, PicardSettings};
use quanyu_solve::{
    IncompleteCholesky, IncompleteLu, LayeredJacobian, LayeredOperator, LayeredShape, LinearOperator,
    Preconditioner, vector,
};

/// Share of the first 2-norm that is good enough with `L2NORM_RCLOSE` and with `L2NORM_RELATIVE_RCLOSE`.
const NORM_SHARE: f64 = 0.01;
const SMALL_SHARE: f64 = 1e-4;

/// Preconditioners and work vectors.
#[derive(Debug)]
pub(crate) struct Inner {
    cholesky: IncompleteCholesky,
    lu: IncompleteLu,
    work: Work,
}

#[derive(Debug)]
struct Work {
    residual: Vec<f64>,
    vectors: [Vec<f64>; 7],
    /// The most that a solution may change an unknown.
    reach: f64,
}

/// How an inner solution went.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Inside {
    /// Iterations made.
    pub(crate) iterations: usize,
    /// Whether every number stayed finite.
    pub(crate) finite: bool,
    /// Whether it got as far as it was asked to, or used up its iterations.
    pub(crate) sound: bool,
}

/// What an inner iteration is judged by.
struct Judge {
    settings: PicardSettings,
    first_norm: f64,
    reach: f64,
}

impl Judge {
    /// A step along a direction, no longer than within reach, and whether it was cut: along the constant of a part that nothing ties to
    /// any head it would never end.
    fn within_reach(&self, step: f64, direction: &[f64]) -> (f64, bool) {
        let largest = vector::max_abs(direction);
        if (step * largest).abs() > self.reach {
            (self.reach.copysign(step) / largest, true)
        } else {
            (step, false)
        }
    }

    /// Whether an iteration that changed no unknown by more than `change` ends the solution.
    fn ends(&self, change: f64, residual: &[f64]) -> bool {
        let PicardSettings { inner_change, inner_residual, residual: kind, .. } = self.settings;
        let close = change <= inner_change;
        match kind {
            InnerResidual::Largest | InnerResidual::Strict => {
                let largest = vector::max_abs(residual);
                largest == 0.0 || (close && largest <= inner_residual)
            }
            InnerResidual::Norm => {
                let norm = vector::norm(residual);
                norm == 0.0 || close || norm <= inner_residual || norm <= self.first_norm * NORM_SHARE
            }
            InnerResidual::Relative => {
                let norm = vector::norm(residual);
                norm == 0.0 || close || norm <= self.first_norm * inner_residual
            }
            InnerResidual::NormOrShare => {
                let norm = vector::norm(residual);
                (close && norm <= inner_residual) || norm <= self.first_norm * SMALL_SHARE
            }
        }
    }
}

impl Inner {
    pub(crate) fn new(shape: LayeredShape, settings: &PicardSettings, reach: f64) -> Self {
        let zero = || vec![0.0; shape.cells()];
        let work = Work { residual: zero(), vectors: std::array::from_fn(|_| zero()), reach };
        Self {
            cholesky: IncompleteCholesky::relaxed(shape, settings.relaxation),
            lu: IncompleteLu::relaxed(shape, settings.relaxation),
            work,
        }
    }

    /// Solves `A δ = F` from `δ = 0` with a symmetric matrix.
    pub(crate) fn symmetric(
        &mut self,
        matrix: &LayeredOperator,
        right: &[f64],
        change: &mut [f64],
        settings: PicardSettings,
    ) -> Inside {
        self.cholesky.rebuild(matrix);
        let Self { cholesky, work, .. } = self;
        match settings.acceleration {
            Acceleration::ConjugateGradient => {
                conjugate_gradients(matrix, cholesky, right, change, work, settings)
            }
            Acceleration::Bicgstab => bicgstab(matrix, cholesky, right, change, work, settings),
        }
    }

    /// The same with a matrix that is not symmetric.
    pub(crate) fn general(
        &mut self,
        matrix: &LayeredJacobian,
        right: &[f64],
        change: &mut [f64],
        settings: PicardSettings,
    ) -> Inside {
        let Self { lu, work, .. } = self;
        lu.rebuild(matrix);
        bicgstab(matrix, lu, right, change, work, settings)
    }
}

/// Puts `δ = 0` and its residual, which is the right-hand side of the rows that are solved.
fn begin(
    matrix: &impl LinearOperator,
    right: &[f64],
    change: &mut [f64],
    residual: &mut [f64],
    settings: PicardSettings,
    reach: f64,
) -> Judge {
    change.fill(0.0);
    matrix.residual(right, change, residual);
    Judge { settings, first_norm: vector::norm(residual), reach }
}

fn conjugate_gradients(
    matrix: &impl LinearOperator,
    preconditioner: &mut impl Preconditioner,
    right: &[f64],
    change: &mut [f64],
    work: &mut Work,
    settings: PicardSettings,
) -> Inside {
    let Work { residual, vectors, reach } = work;
    let [direction, image, corrected, ..] = vectors;
    let judge = begin(matrix, right, change, residual, settings, *reach);
    if judge.first_norm == 0.0 {
        return Inside { iterations: 0, finite: true, sound: true };
    }
    let mut previous = 0.0;
    for iteration in 1..=settings.inner_maximum {
        preconditioner.precondition(residual, corrected);
        let product = vector::dot(residual, corrected);
        if iteration == 1 {
            direction.copy_from_slice(corrected);
        } else {
            vector::xpby(corrected, product / previous, direction);
        }
        matrix.apply(direction, image);
        let curvature = vector::dot(direction, image);
        if product == 0.0 || product == previous {
            return Inside { iterations: iteration, finite: true, sound: product == 0.0 };
        }
        let (step, cut) = judge.within_reach(product / curvature, direction);
        let squared = vector::step(step, direction, image, change, residual);
        if !squared.is_finite() {
            return Inside { iterations: iteration, finite: false, sound: false };
        }
        let ends = judge.ends(step.abs() * vector::max_abs(direction), residual);
        if ends || cut {
            return Inside { iterations: iteration, finite: true, sound: ends };
        }
        previous = product;
    }
    Inside { iterations: settings.inner_maximum, finite: true, sound: true }
}

fn bicgstab(
    matrix: &impl LinearOperator,
    preconditioner: &mut impl Preconditioner,
    right: &[f64],
    change: &mut [f64],
    work: &mut Work,
    settings: PicardSettings,
) -> Inside {
    let Work { residual, vectors, reach } = work;
    let [direction, image, corrected, shadow, half, half_image, both] = vectors;
    let judge = begin(matrix, right, change, residual, settings, *reach);
    if judge.first_norm == 0.0 {
        return Inside { iterations: 0, finite: true, sound: true };
    }
    shadow.copy_from_slice(residual);
    let (mut previous, mut alpha, mut omega) = (0.0, 0.0, 0.0);
    for iteration in 1..=settings.inner_maximum {
        let product = vector::dot(shadow, residual);
        if iteration == 1 {
            direction.copy_from_slice(residual);
        } else {
            let beta = product / previous * (alpha / omega);
            // p = r + β (p − ω v)
            vector::axpy(-omega, image, direction);
            vector::xpby(residual, beta, direction);
        }
        preconditioner.precondition(direction, corrected);
        matrix.apply(corrected, image);
        let curvature = vector::dot(shadow, image);
        if product == 0.0 {
            return Inside { iterations: iteration, finite: true, sound: false };
        }
        let cut;
        (alpha, cut) = judge.within_reach(product / curvature, corrected);
        vector::axpy(-alpha, image, residual);
        preconditioner.precondition(residual, half);
        matrix.apply(half, half_image);
        let length = vector::dot(half_image, half_image);
        omega = if length > 0.0 { vector::dot(half_image, residual) / length } else { 0.0 };
        for (both, (first, second)) in both.iter_mut().zip(corrected.iter().zip(half.iter())) {
            *both = alpha * first + omega * second;
        }
        vector::axpy(1.0, both, change);
        vector::axpy(-omega, half_image, residual);
        let largest = vector::max_abs(both);
        if !largest.is_finite() || !vector::norm(residual).is_finite() {
            return Inside { iterations: iteration, finite: false, sound: false };
        }
        let ends = judge.ends(largest, residual);
        if ends || cut || omega == 0.0 {
            return Inside { iterations: iteration, finite: true, sound: ends };
        }
        previous = product;
    }
    Inside { iterations: settings.inner_maximum, finite: true, sound: true }
}
