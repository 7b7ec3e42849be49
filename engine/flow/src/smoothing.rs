//! Solutions through smoother saturations, where the plain one is not reached.
//!
//! The corners of the saturation of a cell are rounded over a share `omega` of its thickness, a millionth in the Newton
//! formulation. Over a tenth of it the equations are mild; from there `omega` goes down step by step, each solution the next one's
//! beginning (continuation; Kelley, 2003, Solving Nonlinear Equations with Newton's Method).

use crate::balance::Storing;
use crate::laws::saturation::NEWTON_OMEGA;
use crate::model::Formulation;
use crate::outer::{Solved, Unsolved};
use crate::settings::Settings;
use crate::simulation::Simulation;

/// The smoothest saturation that is tried.
const SMOOTHEST: f64 = 0.1;
/// How well the solutions on the way have to be solved.
const ROUGH: f64 = 1e-4;

/// Solves from the heads at which the step began, through `max_smoothings` smoother saturations; `failure` is why the plain
/// solution was not reached, and the answer where this way leads nowhere either.
pub(crate) fn solve(
    simulation: &mut Simulation<'_>,
    storing: Storing,
    failure: Unsolved,
) -> Result<Solved, Unsolved> {
    let settings = simulation.settings;
    let problem = simulation.problem;
    let apt = problem.formulation() == Formulation::Upstream && problem.geometry().any_convertible;
    if settings.max_smoothings == 0 || !apt || simulation.solver.is_picard() {
        return Err(failure);
    }
    simulation.balance.go_back(problem);
    simulation.balance.begin(problem);
    let mut solved = go_down(simulation, storing, &settings);
    if solved.is_none() && settings.reset_below_bottom {
        simulation.balance.go_back(problem);
        simulation.balance.begin(problem);
        let free = Settings { reset_below_bottom: false, ..settings };
        solved = go_down(simulation, storing, &free);
    }
    simulation.balance.omega = NEWTON_OMEGA;
    solved.map_or(Err(failure), |solved| {
        simulation.report.notes.push(format!(
            "plain iteration failed; the solution was reached through {} smoother saturations",
            settings.max_smoothings
        ));
        Ok(solved)
    })
}

fn go_down(simulation: &mut Simulation<'_>, storing: Storing, settings: &Settings) -> Option<Solved> {
    let rough = settings.roughly(ROUGH);
    let steps = settings.max_smoothings;
    for step in 0..steps {
        let share = step as f64 / steps as f64;
        simulation.balance.omega = SMOOTHEST * (NEWTON_OMEGA / SMOOTHEST).powf(share);
        simulation.attempt(&rough, storing).ok()?;
    }
    simulation.balance.omega = NEWTON_OMEGA;
    simulation.attempt(settings, storing).ok()
}
