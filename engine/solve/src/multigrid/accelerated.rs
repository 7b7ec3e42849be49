//! Conjugate gradients in the multigrid's own memory.

use std::time::Instant;

use super::hierarchy::Hierarchy;
use crate::conjugate_gradient::{CgSettings, Progress, Vectors, iterate, reference_target};
use crate::error::SolveError;
use crate::layered::LayeredOperator;
use crate::stopping::{SolveReport, check_lengths, true_residual};
use crate::vector;

/// The recurrence is given the true residual again each time it has come down by this factor: rounding in single precision has then
/// grown by as much in comparison.
const TRUSTED: f64 = 1e-3;

/// Solves `A x = b` from the given `x` by conjugate gradients whose vectors are those of a hierarchy's finest level; `history` is told
/// the residuals' norms, and `work` is overwritten.
///
/// Direction, image and residual are kept in single precision, `x` in double. Now and then the residual is computed anew in double
/// precision; the direction is kept, since each new one is made conjugate to the last whatever became of the residual. So the result is as
/// accurate as that of a recurrence in double precision (after H. A. van der Vorst and Q. Ye, SIAM J. Sci. Comput. 22, 2000), at less than half
/// of its traffic.
///
/// Ends short of the target where single precision gets no further or breaks down; the report's final residual says so.
///
/// # Errors
///
/// [`SolveError::WrongLength`] and [`SolveError::NotFinite`].
pub(super) fn accelerate(
    (hierarchy, work): (&mut Hierarchy, &mut [f64]),
    (a, b): (&LayeredOperator, &[f64]),
    x: &mut [f64],
    settings: &CgSettings,
    history: &mut Vec<f64>,
) -> Result<SolveReport, SolveError> {
    let started = Instant::now();
    check_lengths(a, b, x, work)?;
    history.clear();
    let target = target(a, b, settings, work)?;
    let mut report = SolveReport::start(true_residual(a, b, x, work)?, target);
    history.push(report.initial_residual);
    let mut progress = Progress::default();
    while report.final_residual > target && report.iterations < settings.max_iterations {
        let before = report.final_residual;
        hierarchy.begin(work);
        // A little below the target, so that the true residual seldom lies just above it.
        let goal = (0.9 * target).max(TRUSTED * before);
        let mut vectors = OfLevels(hierarchy);
        let ran =
            iterate(&mut vectors, x, goal, settings.max_iterations, &mut progress, &mut report, history);
        report.final_residual = true_residual(a, b, x, work)?;
        if ran.is_err() || report.final_residual > 0.5 * before {
            // Rounding of `x`, or of the recurrence; in the second case double precision goes on from here.
            let residual = work.to_vec();
            if report.judge(a, x, &residual, work).is_err() {
                report.at_rounding_floor = false;
            }
            break;
        }
    }
    report.solve_seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// Where a residual does not come down to a half in so many iterations, single precision cannot tell the image of a direction from its
/// rounding: faces that carry a million times as much as their cells' other ones are enough for that.
const PATIENCE: usize = 100;

struct OfLevels<'a>(&'a mut Hierarchy);

impl Vectors for OfLevels<'_> {
    fn is_flexible(&self) -> bool {
        true
    }

    fn precondition(&mut self) -> [f64; 2] {
        self.0.correct()
    }

    fn patience(&self) -> usize {
        PATIENCE
    }

    fn turn(&mut self, factor: Option<f64>) -> [f64; 2] {
        self.0.turn(factor)
    }

    fn step(&mut self, step: f64, x: &mut [f64]) -> f64 {
        self.0.step(step, x)
    }
}

/// The residual to come down to, as [`CgSettings`] say; `work` is overwritten. The image of a constant is that of the extra terms alone.
fn target(
    a: &LayeredOperator,
    b: &[f64],
    settings: &CgSettings,
    work: &mut [f64],
) -> Result<f64, SolveError> {
    if settings.relative_tolerance == 0.0 {
        return Ok(settings.absolute_tolerance);
    }
    work.fill(0.0);
    vector::subtract_where(a.active(), b, work);
    reference_target(a, b, (work, &a.extra), settings)
}
