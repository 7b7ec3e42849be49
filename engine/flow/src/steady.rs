//! Steady states, also from poor first guesses.
//!
//! Plain iteration first. Where it fails: implicit steps in pseudo-time with a made-up storage, each of which only has to
//! be solved roughly; they grow as the residual of the steady equations falls (switched evolution relaxation,
//! Kelley and Keyes, 1998, SIAM J. Numer. Anal. 35), until plain iteration succeeds from where they led.

use crate::balance::Storing;
use crate::outer::{Solved, Unsolved};
use crate::simulation::Simulation;

/// First pseudo-time step, in units in which the made-up storage responds to the flows \[d\].
const FIRST: f64 = 1.0;
/// Longest pseudo-time step \[d\]; beyond it the made-up storage is nothing beside the flows.
const LONGEST: f64 = 1e12;
/// Growth of the pseudo-time step after a success, and its cut after a failure.
const GROWTH: f64 = 4.0;
/// Plain iteration is tried again whenever the pseudo-time step grew by this factor.
const RETRY: f64 = 1024.0;
/// How well a pseudo-time step has to be solved.
const ROUGH: f64 = 1e-4;

/// Solves the steady equations from the present heads.
pub(crate) fn solve(simulation: &mut Simulation<'_>) -> Result<Solved, Unsolved> {
    simulation.balance.begin(simulation.problem);
    let settings = simulation.settings;
    let plain = simulation.attempt_both_ways(&settings, Storing::Nothing);
    let Err(first_failure) = plain else { return plain };
    let smoothed = crate::smoothing::solve(simulation, Storing::Nothing, first_failure);
    let Err(first_failure) = smoothed else { return smoothed };
    if simulation.solver.is_picard() {
        return crate::rescue::steady(simulation, first_failure);
    }
    in_pseudo_time(simulation, first_failure)
}

/// Solves through steps in pseudo-time; `first_failure` is why the plain solution was not reached, and the answer where these lead
/// nowhere either.
pub(crate) fn in_pseudo_time(
    simulation: &mut Simulation<'_>,
    first_failure: Unsolved,
) -> Result<Solved, Unsolved> {
    let settings = simulation.settings;
    if settings.max_pseudo_steps == 0 {
        return Err(first_failure);
    }
    simulation.balance.go_back(simulation.problem);
    let rough = settings.roughly(ROUGH);
    let mut days = FIRST;
    let mut retry_at = RETRY;
    for taken in 1..=settings.max_pseudo_steps {
        simulation.balance.begin(simulation.problem);
        match simulation.attempt_both_ways(&rough, Storing::Pseudo(days)) {
            Ok(_) => days *= GROWTH,
            Err(_) => {
                simulation.report.failed_substeps += 1;
                simulation.balance.go_back(simulation.problem);
                days /= GROWTH;
            }
        }
        if days < retry_at {
            continue;
        }
        retry_at = days * RETRY;
        simulation.balance.begin(simulation.problem);
        let again = simulation.attempt_both_ways(&settings, Storing::Nothing);
        if let Ok(solved) = again {
            simulation.report.substeps += taken;
            simulation.report.notes.push(format!(
                "plain iteration failed; the steady state was reached through {taken} steps in pseudo-time"
            ));
            return Ok(solved);
        }
        if days > LONGEST {
            return again;
        }
        simulation.balance.go_back(simulation.problem);
    }
    Err(first_failure)
}
