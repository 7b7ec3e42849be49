//! The outer iteration: heads at which every cell's net inflow vanishes.
//!
//! Each round solves `A δ = F` only as well as the last round showed the linear model to hold (Eisenstat and Walker,
//! 1996, SIAM J. Sci. Comput. 17, their first choice), then halves the correction until ‖F‖₂ falls. Heads that
//! fall below a column's convertible bottom are put a tenth of the way back above where they came from
//! (Niswonger and others, 2011, MODFLOW-NWT).

use crate::assembly;
use crate::balance::{Balance, Measure, Storing};
use crate::model::Problem;
use crate::settings::Settings;
use crate::stresses::Stresses;
use quanyu_solve::{
    CgSettings, Choice, LayeredOperator, SolveError, SymmetricSettings, SymmetricSolver, vector,
};

/// A correction must lower the residual by at least this share of its length.
const SUFFICIENT: f64 = 1e-4;
/// How far below the tolerance a linear solution goes, so that the outer test does not fail by a hair.
const INNER_SHARE: f64 = 0.3;
/// How often a correction that lowers nothing is taken all the same, to leave a kink of the laws behind.
const PATIENCE: usize = 3;
/// Share of a bottom in a head that fell below it.
const RESET: f64 = 0.9;

/// How a solution went.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Solved {
    pub(crate) outer: usize,
    pub(crate) linear: usize,
    pub(crate) measure: Measure,
    /// Whether it ended at what rounding allows, above the tolerance.
    pub(crate) at_rounding: bool,
}

impl Solved {
    /// Relative residual.
    pub(crate) fn relative(&self) -> f64 {
        relative(&self.measure)
    }
}

fn relative(measure: &Measure) -> f64 {
    if measure.norm == 0.0 { 0.0 } else { measure.norm / measure.gross }
}

/// Why a solution failed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Unsolved {
    Linear(SolveError),
    NotConverged,
    NotFinite,
}

/// Matrix, linear solver and work vectors of the outer iteration.
#[derive(Debug)]
pub(crate) struct Outer {
    matrix: LayeredOperator,
    solver: SymmetricSolver,
    correction: Vec<f64>,
    base: Vec<f64>,
    /// Relative residual at the end of the last solution.
    reached: f64,
}

/// How far along an outer iteration is.
struct Progress {
    solved: Solved,
    /// Share of the gross flow that the 2-norm has to reach; lowered where the sum alone is still too large.
    goal: f64,
    forcing: f64,
    stubborn: usize,
}

impl Outer {
    pub(crate) fn new(problem: &Problem, settings: &Settings) -> Self {
        let cells = problem.grid().cells();
        let stop = CgSettings {
            relative_tolerance: 0.0,
            max_iterations: settings.max_inner,
            ..CgSettings::default()
        };
        let inner = SymmetricSettings { stop, ..SymmetricSettings::default() };
        Self {
            matrix: assembly::empty(problem),
            solver: SymmetricSolver::new(assembly::shape(problem.grid()), inner),
            correction: vec![0.0; cells],
            base: vec![0.0; cells],
            reached: 0.0,
        }
    }

    /// Relative residual at the end of the last solution, converged or not.
    pub(crate) fn reached(&self) -> f64 {
        self.reached
    }

    /// What the linear solver learned about its preconditioners.
    pub(crate) fn choice(&self) -> Choice {
        self.solver.choice()
    }

    /// Lets the linear solver know no more than was learned in the state that it starts from.
    pub(crate) fn set_choice(&mut self, choice: Option<Choice>) {
        self.solver.set_choice(choice);
    }

    /// Solves from the present heads of `balance`; counts are added to `spent` on failure too.
    pub(crate) fn solve(
        &mut self,
        problem: &Problem,
        stresses: &Stresses,
        settings: &Settings,
        storing: Storing,
        balance: &mut Balance,
        spent: &mut (usize, usize),
    ) -> Result<Solved, Unsolved> {
        let measure = balance.evaluate(problem, stresses, storing);
        let mut progress = Progress {
            solved: Solved { measure, ..Solved::default() },
            goal: settings.tolerance,
            forcing: settings.forcing,
            stubborn: 0,
        };
        let outcome = loop {
            let measure = progress.solved.measure;
            if !measure.norm.is_finite() || !measure.gross.is_finite() {
                break Err(Unsolved::NotFinite);
            }
            if let Some(at_rounding) = converged(&mut progress, settings) {
                progress.solved.at_rounding = at_rounding;
                break Ok(progress.solved);
            }
            if progress.solved.outer >= settings.max_outer || progress.stubborn > PATIENCE {
                break Err(Unsolved::NotConverged);
            }
            if let Err(error) = self.correct(problem, stresses, settings, storing, balance, &mut progress) {
                break Err(error);
            }
        };
        self.reached = progress.solved.relative();
        spent.0 += progress.solved.outer;
        spent.1 += progress.solved.linear;
        outcome
    }

    /// One round: matrix, correction, line search.
    fn correct(
        &mut self,
        problem: &Problem,
        stresses: &Stresses,
        settings: &Settings,
        storing: Storing,
        balance: &mut Balance,
        progress: &mut Progress,
    ) -> Result<(), Unsolved> {
        let before = progress.solved.measure;
        assembly::write(problem, balance, storing, &mut self.matrix);
        self.solver.rebuild(&self.matrix).map_err(Unsolved::Linear)?;
        let enough = INNER_SHARE * (progress.goal * before.gross).max(before.rounding);
        self.solver.stop_mut().absolute_tolerance = enough.max(progress.forcing * before.norm);
        self.correction.fill(0.0);
        let linear_residual = match self.solver.solve(&self.matrix, &balance.residual, &mut self.correction) {
            Ok(report) => {
                progress.solved.linear += report.iterations;
                report.final_residual
            }
            // What was reached may still help; the line search will tell.
            Err(SolveError::NotConverged { iterations, final_residual, .. })
                if final_residual < before.norm =>
            {
                progress.solved.linear += iterations;
                final_residual
            }
            Err(error) => return Err(Unsolved::Linear(error)),
        };
        progress.solved.outer += 1;
        self.base.copy_from_slice(&balance.head);
        let mut length = 1.0;
        let mut halvings = 0;
        let after = loop {
            self.step(problem, balance, length);
            let after = balance.evaluate(problem, stresses, storing);
            let lower =
                after.norm <= (1.0 - SUFFICIENT * length) * before.norm || after.norm <= after.rounding;
            if lower || halvings >= settings.max_halvings {
                progress.stubborn = if lower { 0 } else { progress.stubborn + 1 };
                break after;
            }
            halvings += 1;
            length *= 0.5;
        };
        progress.forcing = if halvings == 0 {
            ((after.norm - linear_residual).abs() / before.norm).min(settings.forcing)
        } else {
            settings.forcing
        };
        progress.solved.measure = after;
        Ok(())
    }

    /// Heads a share of the correction away from the base.
    fn step(&self, problem: &Problem, balance: &mut Balance, length: f64) {
        let floor = &problem.geometry().floor;
        let unknown = &problem.geometry().unknown;
        for (cell, head) in balance.head.iter_mut().enumerate() {
            if !unknown[cell] {
                continue;
            }
            let base = self.base[cell];
            let moved = base + length * self.correction[cell];
            let floor = floor[cell % floor.len()];
            *head = if moved < floor && moved < base { (1.0 - RESET) * base + RESET * floor } else { moved };
        }
    }
}

/// Whether the heads are good enough, and then whether only rounding says so.
fn converged(progress: &mut Progress, settings: &Settings) -> Option<bool> {
    let Measure { norm, sum, gross, rounding, rounding_sum } = progress.solved.measure;
    let small = norm <= progress.goal * gross;
    if !small && norm > rounding {
        return None;
    }
    if sum.abs() > (settings.tolerance * gross).max(rounding_sum) {
        progress.goal = (0.1 * progress.goal).min(0.1 * norm / gross);
        return None;
    }
    Some(!small)
}

/// The cell of the largest residual.
pub(crate) fn worst(balance: &Balance) -> (usize, f64) {
    let cell = vector::position_of_largest(&balance.residual);
    (cell, balance.residual[cell])
}
