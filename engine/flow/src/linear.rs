//! The linear model of a round, and who solves it.

use crate::balance::Balance;
use crate::model::Problem;
use crate::settings::Settings;
use crate::{assembly, jacobian};
use quanyu_solve::{
    BicgstabSettings, CgSettings, Choice, JacobianSettings, JacobianSolver, LayeredJacobian, LayeredOperator,
    LinearOperator, SolveError, SolveReport, SymmetricSettings, SymmetricSolver,
};
use serde::{Deserialize, Serialize};

/// What the linear solvers learned about their preconditioners.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LinearChoice {
    /// For the symmetric matrix.
    pub symmetric: Option<Choice>,
    /// For Newton's matrix.
    pub newton: Option<Choice>,
}

/// Both linear models; Newton's is laid out when it is first asked for.
#[derive(Debug)]
pub(crate) struct Linear {
    symmetric: (LayeredOperator, SymmetricSolver),
    newton: Option<(LayeredJacobian, JacobianSolver)>,
    learned: LinearChoice,
    most: usize,
    /// Whether Newton's model is in use.
    newton_now: bool,
}

impl Linear {
    pub(crate) fn new(problem: &Problem, settings: &Settings) -> Self {
        let most = settings.max_inner;
        let stop = CgSettings { relative_tolerance: 0.0, max_iterations: most, ..CgSettings::default() };
        let inner = SymmetricSettings { stop, ..SymmetricSettings::default() };
        let solver = SymmetricSolver::new(assembly::shape(problem.grid()), inner);
        Self {
            symmetric: (assembly::empty(problem), solver),
            newton: None,
            learned: LinearChoice::default(),
            most,
            newton_now: false,
        }
    }

    /// What was learned so far.
    pub(crate) fn choice(&self) -> LinearChoice {
        let newton = self.newton.as_ref().map_or(self.learned.newton, |(_, solver)| Some(solver.choice()));
        LinearChoice { symmetric: Some(self.symmetric.1.choice()), newton }
    }

    /// Forgets all but what was learned in the state that a step starts from.
    pub(crate) fn set_choice(&mut self, choice: LinearChoice) {
        self.learned = choice;
        self.symmetric.1.set_choice(choice.symmetric);
        if let Some((_, solver)) = &mut self.newton {
            solver.set_choice(choice.newton);
        }
    }

    /// Chooses the model of the next rounds.
    pub(crate) fn use_newton(&mut self, problem: &Problem, newton: bool) {
        self.newton_now = newton;
        if newton && self.newton.is_none() {
            let stop =
                BicgstabSettings { relative_tolerance: 0.0, max_iterations: self.most, ..Default::default() };
            let inner = JacobianSettings { stop, ..JacobianSettings::default() };
            let mut solver = JacobianSolver::new(assembly::shape(problem.grid()), inner);
            solver.set_choice(self.learned.newton);
            self.newton = Some((jacobian::empty(problem), solver));
        }
    }

    /// Takes the heads of the last evaluation, and adds a share of itself to every diagonal, which makes a correction that is not
    /// determined a small one.
    pub(crate) fn rebuild(
        &mut self,
        problem: &Problem,
        balance: &Balance,
        shift: f64,
    ) -> Result<(), SolveError> {
        if let (true, Some((matrix, solver))) = (self.newton_now, &mut self.newton) {
            jacobian::write(problem, balance, matrix);
            let diagonal = diagonal(matrix, shift);
            add(&mut matrix.extra, &diagonal, shift);
            return solver.rebuild(matrix);
        }
        let (matrix, solver) = &mut self.symmetric;
        assembly::write(problem, balance, matrix);
        let diagonal = diagonal(matrix, shift);
        add(&mut matrix.extra, &diagonal, shift);
        solver.rebuild(matrix)
    }

    /// Solves for a correction, from what is given, until the 2-norm of the residual is small enough.
    pub(crate) fn solve(
        &mut self,
        residual: &[f64],
        correction: &mut [f64],
        enough: f64,
    ) -> Result<SolveReport, SolveError> {
        if let (true, Some((matrix, solver))) = (self.newton_now, &mut self.newton) {
            solver.stop_mut().absolute_tolerance = enough;
            return solver.solve(matrix, residual, correction);
        }
        let (matrix, solver) = &mut self.symmetric;
        solver.stop_mut().absolute_tolerance = enough;
        solver.solve(matrix, residual, correction)
    }

    /// Which cells are solved for.
    pub(crate) fn active(&self) -> &[bool] {
        match (self.newton_now, &self.newton) {
            (true, Some((matrix, _))) => matrix.active(),
            _ => self.symmetric.0.active(),
        }
    }
}

/// The diagonal of a matrix where it is wanted; empty where nothing is to be added.
fn diagonal(matrix: &impl LinearOperator, shift: f64) -> Vec<f64> {
    if shift == 0.0 {
        return Vec::new();
    }
    let mut diagonal = vec![0.0; matrix.size()];
    matrix.diagonal(&mut diagonal);
    diagonal
}

fn add(extra: &mut [f64], diagonal: &[f64], shift: f64) {
    for (extra, diagonal) in extra.iter_mut().zip(diagonal) {
        *extra += shift * diagonal;
    }
}
