//! A way out where MODFLOW's own way through Newton's iterations fails: down the residual, to the same answer.

use crate::balance::Storing;
use crate::failure::{FailureCause, StepFailure};
use crate::model::Formulation;
use crate::outer::{Solved, Unsolved};
use crate::settings::{Method, Settings};
use crate::simulation::Simulation;
use crate::solver::Solver;
use crate::step::Step;

/// How well the steps that show the way are solved.
const ROUGH: f64 = 1e-4;
/// What they grow by.
const GROWTH: f64 = 2.0;
/// The most of them, and the shortest as a share of the step.
const MOST_SHORTER: usize = 300;
const SHORTEST: f64 = 1e-7;
/// A remainder below this share of the step is not gone.
const SLIVER: f64 = 1e-9;

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

    /// The step of [`advance_once`](Self::advance_once), or of [`steady`](Self::steady) where `days` is none, by a slower way through drying
    /// and rewetting, for a caller whose last, shortest step failed by [`Method::Picard`]: dry cells are tried only when heads
    /// have settled, and changes are damped. The report says so, and how many cells were left dry that a neighbour would bring back.
    ///
    /// # Errors
    /// The step failed, or the formulation or the method is another; the state is as before.
    pub fn persist(&mut self, days: Option<f64>) -> Result<Step<'_>, StepFailure> {
        if let Some(days) = days {
            self.check_length(days)?;
        }
        if self.problem.formulation() != Formulation::Central || !self.solver.is_picard() {
            let cause = FailureCause::Argument("a step was to be solved by a way that is not its own".into());
            return Err(self.fail(cause, self.state().time, 0.0, "Ask for shorter steps."));
        }
        self.patient = true;
        let played = rayon::scope(|_| match days {
            Some(days) => self.play_once(days),
            None => self.find_steady(),
        });
        self.patient = false;
        played?;
        Ok(self.finish(days.unwrap_or(0.0)))
    }

    /// The step of [`advance_once`](Self::advance_once), or of [`steady`](Self::steady) where `days` is none, accepted where its outer iterations
    /// end although they did not converge, for a caller who was told to go on (MODFLOW's `CONTINUE`). The budget does not
    /// close, and the report says so. A solution that does converge is as good as any.
    ///
    /// # Errors
    /// The equations could not be solved at all, or heads are no numbers; the state is as before.
    pub fn carry_on(&mut self, days: Option<f64>) -> Result<Step<'_>, StepFailure> {
        if let Some(days) = days {
            self.check_length(days)?;
        }
        self.lenient = true;
        let played = rayon::scope(|_| match days {
            Some(days) => self.play_once(days),
            None => self.find_steady(),
        });
        self.lenient = false;
        played?;
        Ok(self.finish(days.unwrap_or(0.0)))
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

/// A step of `days` that was not solved from the heads at which it begins, for the reason given, solved from those to which shorter
/// steps lead. These only show the way: what the step stores is what lies between its own two ends. Upstream formulation only, whose
/// answer does not depend on the way.
pub(crate) fn by_shorter_steps(
    simulation: &mut Simulation<'_>,
    days: f64,
    failure: Unsolved,
) -> Result<Solved, Unsolved> {
    let problem = simulation.problem;
    let apt = problem.formulation() == Formulation::Upstream && simulation.settings.max_smoothings > 0;
    if !apt || simulation.solver.is_picard() {
        return Err(failure);
    }
    let reached = simulation.balance.head.clone();
    simulation.balance.go_back(problem);
    let begun = simulation.balance.head.clone();
    let ended = go_by_shorter_steps(simulation, days);
    simulation.balance.head.copy_from_slice(&begun);
    simulation.balance.begin(problem);
    let Some(ended) = ended else {
        // What the plain iteration came to shows why.
        simulation.balance.head.copy_from_slice(&reached);
        return Err(failure);
    };
    simulation.balance.start_near(problem, &ended);
    let settings = simulation.settings;
    let mut solved = simulation.attempt(&settings, Storing::Rock(days));
    if solved.is_err() {
        simulation.balance.head.copy_from_slice(&begun);
        simulation.balance.begin(problem);
        simulation.balance.start_near(problem, &ended);
        let free = Settings { reset_below_bottom: false, ..settings };
        solved = simulation.attempt(&free, Storing::Rock(days));
    }
    let solved = solved.map_err(|_| failure)?;
    simulation.report.notes.push("plain iteration failed; shorter steps led to the solution".to_owned());
    Ok(solved)
}

/// Heads after `days` in shorter steps, roughly solved.
fn go_by_shorter_steps(simulation: &mut Simulation<'_>, days: f64) -> Option<Vec<f64>> {
    let rough = simulation.settings.roughly(ROUGH);
    let (mut done, mut length) = (0.0, days / GROWTH);
    for _ in 0..MOST_SHORTER {
        simulation.balance.begin(simulation.problem);
        let step = length.min(days - done);
        if simulation.attempt_both_ways(&rough, Storing::Rock(step)).is_ok() {
            done += step;
            if days - done <= SLIVER * days {
                return Some(simulation.balance.head.clone());
            }
            length *= GROWTH;
        } else {
            simulation.report.failed_substeps += 1;
            simulation.balance.go_back(simulation.problem);
            length = step / GROWTH.powi(2);
        }
        if length < SHORTEST * days {
            return None;
        }
    }
    None
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
