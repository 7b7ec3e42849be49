//! Picard iteration as MODFLOW's standard formulation does it, where the way decides which cells are dry.
//!
//! An outer iteration rewets and dries cells, writes the equations with the conductances of the present heads, solves them as far
//! as the inner settings ask, and takes the change of heads, under-relaxed. It ends when no head moved by more than the
//! tolerance. Flows are those of the last conductances and the last heads, which balance.

mod inner;
mod matrix;
mod relaxation;
mod settings;
mod wetting;

pub use settings::{Acceleration, Backtracking, InnerResidual, PicardSettings, UnderRelaxation};

use crate::balance::{Balance, Measure};
use crate::model::Problem;
use crate::outer::{self, Effort, Solved, Task, Unsolved};
use crate::watch::{OuterIteration, Watch};
use inner::{Inner, Inside};
use matrix::Matrix;
use quanyu_solve::vector;
use relaxation::Relaxation;
pub(crate) use wetting::next_in_column;

/// Matrix, inner solver and memory of the outer iteration.
#[derive(Debug)]
pub(crate) struct Picard {
    matrix: Matrix,
    inner: Inner,
    relaxation: Relaxation,
    /// Heads before an outer iteration \[m\].
    before: Vec<f64>,
    change: Vec<f64>,
    /// Residual of the last outer iteration, for backtracking \[m³/d\].
    last_norm: f64,
    /// Relative residual at the end of the last solution.
    reached: f64,
}

impl Picard {
    pub(crate) fn new(problem: &Problem, settings: &PicardSettings) -> Self {
        let cells = problem.grid().cells();
        Self {
            matrix: Matrix::new(problem),
            inner: Inner::new(crate::assembly::shape(problem.grid()), settings),
            relaxation: Relaxation::default(),
            before: vec![0.0; cells],
            change: vec![0.0; cells],
            last_norm: 0.0,
            reached: 0.0,
        }
    }

    /// Relative residual at the end of the last solution, converged or not.
    pub(crate) fn reached(&self) -> f64 {
        self.reached
    }

    /// Solves from the present heads of `balance`.
    pub(crate) fn solve(
        &mut self,
        settings: PicardSettings,
        task: Task<'_>,
        balance: &mut Balance,
        effort: &mut Effort,
        watch: &mut Watch<'_>,
    ) -> Result<Solved, Unsolved> {
        for iteration in 1..=settings.outer_maximum {
            let measure = self.present(settings, task, balance, iteration)?;
            self.reached = outer::relative(&measure);
            if !measure.norm.is_finite() || !measure.gross.is_finite() {
                return Err(Unsolved::NotFinite);
            }
            self.before.copy_from_slice(&balance.head);
            let inside = self.round(settings, task.problem, balance)?;
            effort.outer += 1;
            effort.linear += inside.iterations;
            let (cell, largest) = self.largest_change(balance);
            if watch.is_open() {
                watch.show(look(task, balance, &measure, (iteration, inside), (cell, largest)));
            }
            if largest.abs() <= settings.outer_change {
                let measure = balance.evaluate_flows(task.problem, task.stresses, task.storing);
                self.reached = outer::relative(&measure);
                return Ok(Solved { measure, at_rounding: false });
            }
            let solved = self.matrix.solved();
            let way = settings.under_relaxation;
            self.relaxation.apply(way, iteration, largest, solved, &self.before, &mut balance.head);
        }
        Err(Unsolved::NotConverged)
    }

    /// Writes the equations of the present heads, gone back along the last change while the residual grew.
    fn present(
        &mut self,
        settings: PicardSettings,
        task: Task<'_>,
        balance: &mut Balance,
        iteration: usize,
    ) -> Result<Measure, Unsolved> {
        let mut measure = formulate(task, balance, iteration)?;
        let Some(way) = settings.backtracking else { return Ok(measure) };
        if iteration > 1 {
            let allowed = way.tolerance * self.last_norm;
            for _ in 0..way.maximum {
                let (_, largest) = self.largest_change(balance);
                if measure.norm <= allowed
                    || measure.norm < way.limit
                    || way.reduction * largest.abs() < settings.outer_change
                {
                    break;
                }
                for (cell, solved) in self.matrix.solved().iter().enumerate() {
                    if *solved && !balance.is_dry(cell) {
                        let before = self.before[cell];
                        balance.head[cell] = before + way.reduction * (balance.head[cell] - before);
                    }
                }
                measure = formulate(task, balance, iteration)?;
            }
        }
        self.last_norm = measure.norm;
        Ok(measure)
    }

    /// Solves the equations and moves the heads.
    fn round(
        &mut self,
        settings: PicardSettings,
        problem: &Problem,
        balance: &mut Balance,
    ) -> Result<Inside, Unsolved> {
        self.matrix.write(problem, balance);
        let inside = match &self.matrix {
            Matrix::Symmetric(matrix) => {
                self.inner.symmetric(matrix, &balance.residual, &mut self.change, settings)
            }
            Matrix::General(matrix) => {
                self.inner.general(matrix, &balance.residual, &mut self.change, settings)
            }
        };
        if !inside.finite {
            return Err(Unsolved::NotFinite);
        }
        let solved = self.matrix.solved().iter().zip(&self.change);
        for (head, (solved, change)) in balance.head.iter_mut().zip(solved) {
            if *solved {
                *head += change;
            }
        }
        Ok(inside)
    }

    /// The cell whose head moved most since the last equations were solved, and how far.
    fn largest_change(&self, balance: &Balance) -> (usize, f64) {
        let mut most = (0, 0.0_f64);
        for (cell, solved) in self.matrix.solved().iter().enumerate() {
            let change = balance.head[cell] - self.before[cell];
            if *solved && !balance.is_dry(cell) && change.abs() > most.1.abs() {
                most = (cell, change);
            }
        }
        most
    }
}

/// Rewets, dries and writes the equations of the present heads.
fn formulate(task: Task<'_>, balance: &mut Balance, iteration: usize) -> Result<Measure, Unsolved> {
    match wetting::wet_and_dry(task.problem, balance, iteration) {
        Ok(changed) => {
            if changed {
                balance.follow_dry_cells(task.problem, task.stresses);
            }
            Ok(balance.evaluate(task.problem, task.stresses, task.storing))
        }
        Err(cell) => Err(Unsolved::DryConstantHead(cell)),
    }
}

/// What there is to see after an outer iteration.
fn look(
    task: Task<'_>,
    balance: &Balance,
    measure: &Measure,
    (iteration, inside): (usize, Inside),
    (change_cell, change): (usize, f64),
) -> OuterIteration {
    let residual_cell = vector::position_of_largest(&balance.residual);
    OuterIteration {
        iteration,
        inner: inside.iterations,
        time: task.time,
        days: task.storing.days(),
        change,
        change_cell,
        residual: balance.residual[residual_cell],
        residual_cell,
        relative_residual: outer::relative(measure),
        dry_cells: balance.dry.iter().filter(|dry| **dry).count(),
    }
}
