//! The solver's settings from those of IMS.

use quanyu_files::modflow::{self as document, FlowModel, ResidualTest, Solver, UnderRelaxation};
use quanyu_flow::{
    self as flow, Acceleration, Backtracking, InnerResidual, Method, PicardSettings, Settings,
};

use super::ground::cells_leave;

/// Fewest outer iterations that the engine's own method is allowed.
const LEAST_OUTER: usize = 60;
/// Saturation smoothings that lead to a solution which is not reached otherwise.
const SMOOTHINGS: usize = 6;
/// Share of INNER_RCLOSE that the engine goes down to: thin films answer to a small residual with a large change of head.
const CLOSER: f64 = 0.01;

/// The settings of the flow engine for a simulation, and what was done with IMS in words.
///
/// Where cells may leave and come back the way decides the answer, so IMS is followed iteration by iteration. Elsewhere
/// the answer is one, the engine goes its own way there, and IMS's tolerances are ceilings.
///
/// So it is with `adaptive` steps: how many outer iterations MODFLOW would take decides how long the next step is.
pub(crate) fn settings(model: &FlowModel, solver: &Solver, adaptive: bool) -> (Settings, String) {
    let property = &model.property;
    let follows_way = cells_leave(model) || property.variable_vertical || property.perched;
    if adaptive && !follows_way {
        let settings = Settings {
            method: Method::Picard(picard(solver)),
            reset_below_bottom: model.newton_under_relaxation,
            max_smoothings: if model.newton { SMOOTHINGS } else { 0 },
            max_cuts: 0,
            ..Settings::default()
        };
        let words = "IMS: steps adapt by the number of outer iterations: its outer and inner settings are followed one by \
                     one; preconditioner levels, drop tolerance, orthogonalizations, scaling and reordering are not";
        return (settings, words.to_owned());
    }
    if follows_way {
        let settings =
            Settings { method: Method::Picard(picard(solver)), max_cuts: 0, ..Settings::default() };
        let words = "IMS: convertible cells without NEWTON: its outer and inner settings are followed one by one; \
                     preconditioner levels, drop tolerance, orthogonalizations, scaling and reordering are not";
        return (settings, words.to_owned());
    }
    let settings = Settings {
        largest_change: solver.outer_closure,
        largest_residual: match solver.residual_test {
            ResidualTest::Greatest | ResidualTest::Strict | ResidualTest::L2Norm => {
                CLOSER * solver.inner_residual
            }
            ResidualTest::Relative | ResidualTest::L2NormRelative => f64::INFINITY,
        },
        max_outer: solver.outer_maximum.max(LEAST_OUTER),
        max_smoothings: if model.newton { SMOOTHINGS } else { 0 },
        max_cuts: 0,
        ..Settings::default()
    };
    let words = format!(
        "IMS: solved down the residual by {}; accepted where the net inflows of cells are below {:.0e} of the gross flow \
         and INNER_RCLOSE {:e}, and no head moved by more than OUTER_DVCLOSE {:e}; under-relaxation, backtracking and the linear settings \
         change the way, not the answer, and are left to the engine",
        if model.newton { "Newton's method with the exact Jacobian" } else { "symmetric linear systems" },
        settings.tolerance,
        solver.inner_residual,
        solver.outer_closure,
    );
    (settings, words)
}

fn picard(solver: &Solver) -> PicardSettings {
    PicardSettings {
        outer_maximum: solver.outer_maximum,
        outer_change: solver.outer_closure,
        under_relaxation: match solver.under_relaxation {
            UnderRelaxation::None => flow::UnderRelaxation::None,
            UnderRelaxation::Simple => flow::UnderRelaxation::Simple { gamma: solver.gamma },
            UnderRelaxation::Cooley => flow::UnderRelaxation::Cooley { gamma: solver.gamma },
            UnderRelaxation::DeltaBarDelta => flow::UnderRelaxation::DeltaBarDelta {
                theta: solver.theta,
                kappa: solver.kappa,
                gamma: solver.gamma,
                momentum: solver.momentum,
            },
        },
        backtracking: (solver.backtracks > 0).then_some(Backtracking {
            maximum: solver.backtracks,
            tolerance: solver.backtrack_tolerance,
            reduction: solver.backtrack_reduction,
            limit: solver.backtrack_limit,
        }),
        inner_maximum: solver.inner_maximum,
        inner_change: solver.inner_closure,
        inner_residual: solver.inner_residual,
        residual: match solver.residual_test {
            ResidualTest::Greatest => InnerResidual::Largest,
            ResidualTest::Strict => InnerResidual::Strict,
            ResidualTest::L2Norm => InnerResidual::Norm,
            ResidualTest::Relative => InnerResidual::Relative,
            ResidualTest::L2NormRelative => InnerResidual::NormOrShare,
        },
        acceleration: match solver.acceleration {
            document::Acceleration::ConjugateGradients => Acceleration::ConjugateGradient,
            document::Acceleration::Bicgstab => Acceleration::Bicgstab,
        },
        relaxation: solver.relaxation,
    }
}
