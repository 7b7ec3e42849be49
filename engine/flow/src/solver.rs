//! Who solves a step: one method or the other.

use crate::balance::Balance;
use crate::linear::LinearChoice;
use crate::model::Problem;
use crate::outer::{Effort, Outer, Solved, Task, Unsolved};
use crate::picard::{Picard, PicardSettings};
use crate::settings::{Method, Settings};
use crate::watch::Watch;

/// The solver of a simulation.
#[derive(Debug)]
pub(crate) enum Solver {
    /// Down the residual.
    Residual(Box<Outer>),
    /// As MODFLOW's standard formulation does it.
    Picard(Box<Picard>, PicardSettings),
}

impl Solver {
    pub(crate) fn new(problem: &Problem, settings: &Settings) -> Self {
        match settings.method {
            Method::Residual => Self::Residual(Box::new(Outer::new(problem, settings))),
            Method::Picard(picard) => Self::Picard(Box::new(Picard::new(problem, &picard)), picard),
        }
    }

    /// Whether it follows MODFLOW's way.
    pub(crate) fn is_picard(&self) -> bool {
        matches!(self, Self::Picard(..))
    }

    /// Solves from the present heads of `balance`.
    pub(crate) fn solve(
        &mut self,
        task: Task<'_>,
        balance: &mut Balance,
        effort: &mut Effort,
        watch: &mut Watch<'_>,
    ) -> Result<Solved, Unsolved> {
        match self {
            Self::Residual(outer) => outer.solve(task, balance, effort, watch),
            Self::Picard(picard, settings) => picard.solve(*settings, task, balance, effort, watch),
        }
    }

    /// Relative residual at the end of the last solution, converged or not.
    pub(crate) fn reached(&self) -> f64 {
        match self {
            Self::Residual(outer) => outer.reached(),
            Self::Picard(picard, _) => picard.reached(),
        }
    }

    /// What the linear solvers learned about their preconditioners.
    pub(crate) fn choice(&self) -> LinearChoice {
        match self {
            Self::Residual(outer) => outer.choice(),
            Self::Picard(..) => LinearChoice::default(),
        }
    }

    /// Lets the linear solvers know no more than was learned in the state that a step starts from.
    pub(crate) fn set_choice(&mut self, choice: LinearChoice) {
        if let Self::Residual(outer) = self {
            outer.set_choice(choice);
        }
    }
}
