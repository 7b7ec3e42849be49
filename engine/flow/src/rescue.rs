//! A way out where MODFLOW's own way through Newton's iterations fails: down the residual, to the same answer.

use crate::balance::Storing;
use crate::failure::{FailureCause, StepFailure};
use crate::model::Formulation;
use crate::outer::{Solved, Unsolved};
use crate::settings::{Method, Settings};
use crate::simulation::Simulation;
use crate::solver::Solver;
use crate::step::Step;

impl Simulation<'_> {
    /// The step of [`advance_once`](Self::advance_once) by [`Method::Residual`], whatever the settings say: for a caller whose last,
    /// shortest step failed by [`Method::Picard`]. Upstream formulation only, whose answer does not depend on the way.
    ///
    /// # Errors
    /// The step failed, or the formulation is another; the state is as before.
    pub fn rescue(&mut self, days: f64) -> Result<Step<'_>, StepFailure> {
        self.check_length(days)?;
        if self.problem.formulation() != Formulation::Upstream {
            let cause =
                FailureCause::Argument("a step whose answer depends on the way was to be rescued".into());
            return Err(self.fail(cause, self.state().time, 0.0, "Ask for shorter steps."));
        }
        rayon::scope(|_| self.by_residual(|simulation| simulation.play_once(days)))?;
        self.report.notes.push("solved down the residual, since MODFLOW's iterations failed".to_owned());
        Ok(self.finish(days))
    }

    /// Works with a solver that goes down the residual.
    fn by_residual<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let settings = Settings { method: Method::Residual, ..self.settings };
        let residual = Solver::new(self.problem, &settings);
        let own = std::mem::replace(&mut self.solver, residual);
        let done = work(self);
        self.solver = own;
        done
    }
}

/// A steady state that MODFLOW's iterations did not reach, for the reason given.
pub(crate) fn steady(simulation: &mut Simulation<'_>, failure: Unsolved) -> Result<Solved, Unsolved> {
    if !simulation.solver.is_picard() || simulation.problem.formulation() != Formulation::Upstream {
        return Err(failure);
    }
    simulation.balance.go_back(simulation.problem);
    simulation.balance.begin(simulation.problem);
    let solved = simulation.by_residual(|simulation| {
        let settings = simulation.settings;
        simulation
            .attempt(&settings, Storing::Nothing)
            .or_else(|_| crate::steady::in_pseudo_time(simulation, failure))
    })?;
    simulation.report.notes.push("solved down the residual, since MODFLOW's iterations failed".to_owned());
    Ok(solved)
}
