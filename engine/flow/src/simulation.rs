//! Steps through time: heads and flows under the stresses of the moment.

use crate::failure::StepFailure;
use crate::model::Problem;
use crate::properties::PropertyChange;
use crate::settings::Settings;
use crate::state::State;
use crate::step::Step;
use crate::stresses::Stresses;

/// A run of one problem. All memory is allocated once, or when the stresses change shape.
#[derive(Debug)]
pub struct Simulation<'p> {
    problem: &'p Problem,
    settings: Settings,
    state: State,
    stresses: Stresses,
}

impl<'p> Simulation<'p> {
    /// A simulation of a problem from a state; [`State::start`] gives the state at the start.
    pub fn new(problem: &'p Problem, settings: Settings, state: State) -> Self {
        Self { problem, settings, state, stresses: Stresses::default() }
    }

    /// The problem.
    pub fn problem(&self) -> &'p Problem {
        self.problem
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The stresses of the next step.
    pub fn stresses(&self) -> &Stresses {
        &self.stresses
    }

    /// The stresses of the next step, to be rewritten in place; packages and rows may come and go.
    pub fn stresses_mut(&mut self) -> &mut Stresses {
        &mut self.stresses
    }

    /// All that is remembered; a clone is a checkpoint.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Changes the rock from now on.
    ///
    /// # Errors
    /// All faults of the changes; then none is made.
    pub fn change_properties(&mut self, _changes: &[PropertyChange]) -> Result<(), Vec<crate::fault::Fault>> {
        todo!()
    }

    /// Solves for the steady state under the present stresses, without storage.
    ///
    /// # Errors
    /// The step failed; the state is as before.
    pub fn steady(&mut self) -> Result<Step<'_>, StepFailure> {
        todo!()
    }

    /// Advances by a number of days \[d\] by backward Euler, in sub-steps where it must.
    ///
    /// # Errors
    /// The step failed; the state is as before.
    pub fn advance(&mut self, _days: f64) -> Result<Step<'_>, StepFailure> {
        todo!()
    }
}
