//! Outer iterations as MODFLOW does them: Picard's, where the way decides which cells are dry, and Newton's with the upstream
//! formulation, where their number decides the lengths of adaptive steps.
//!
//! An outer iteration rewets and dries cells, writes the equations with the conductances of the present heads, solves them as far
//! as the inner settings ask, and takes the change of heads, under-relaxed. It ends when no head moved by more than the
//! tolerance. Flows are those of the last conductances and the last heads, which balance.

mod inner;
mod matrix;
mod patient;
mod relaxation;
mod settings;
mod wetting;

pub use settings::{Acceleration, Backtracking, InnerResidual, PicardSettings, UnderRelaxation};

use crate::balance::{Balance, Measure, Storing};
use crate::model::{Formulation, Problem};
use crate::options::Drying;
use crate::outer::{self, Effort, Solved, Task, Unsolved};
use crate::watch::{OuterIteration, Watch};
use inner::{Inner, Inside};
use matrix::Matrix;
use quanyu_solve::vector;
use relaxation::Relaxation;
use wetting::Trial;
pub(crate) use wetting::next_in_column;

/// Share of the inner tolerance that Newton's inner solutions meet. What is left by a solution that just meets it may be several times
/// as large, and decide whether one iteration more is taken; MODFLOW's factorisations with fill leave less.
const NEWTON_SHARE: f64 = 0.1;

/// A budget closes when what is left of it is at most this share of the gross flow; most iterations to get there, and the share of
/// the inner tolerances that these meet.
const CLOSED: f64 = 1e-6;
const CLOSING: usize = 20;
const FINE: f64 = 1e-2;

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
            inner: Inner::new(
                crate::assembly::shape(problem.grid()),
                settings,
                outer::REACH * problem.geometry().height,
            ),
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
            let (inside, largest) =
                self.iterate(settings, task, balance, (&measure, iteration), effort, watch)?;
            if inside.sound && largest.abs() <= settings.outer_change {
                let measure = self.close(settings, task, balance, iteration)?;
                self.reached = outer::relative(&measure);
                return Ok(Solved { measure, at_rounding: false });
            }
            let solved = self.matrix.solved();
            let way = settings.under_relaxation;
            self.relaxation.apply(way, iteration, largest, solved, &self.before, &mut balance.head);
            if task.settings.reset_below_bottom && task.problem.formulation() == Formulation::Upstream {
                self.reset_below_bottom(task.problem, balance);
            }
        }
        Err(Unsolved::NotConverged)
    }

    /// One outer iteration from a measure of where it begins: new heads, how they were found, and their largest change \[m\].
    fn iterate(
        &mut self,
        settings: PicardSettings,
        task: Task<'_>,
        balance: &mut Balance,
        (measure, iteration): (&Measure, usize),
        effort: &mut Effort,
        watch: &mut Watch<'_>,
    ) -> Result<(Inside, f64), Unsolved> {
        self.reached = outer::relative(measure);
        if !measure.norm.is_finite() || !measure.gross.is_finite() {
            return Err(Unsolved::NotFinite);
        }
        self.before.copy_from_slice(&balance.head);
        let inside = self.round(settings, task.problem, balance)?;
        effort.outer += 1;
        effort.linear += inside.iterations;
        let (cell, largest) = self.largest_change(balance);
        if watch.is_open() {
            watch.show(look(task, balance, measure, (iteration, inside), (cell, largest)));
        }
        Ok((inside, largest))
    }

    /// Flows at the end. Where tolerances are so wide that the balance of the cells, or their sum, does not close, iterations go on until
    /// it does, as long as no cell dries or comes back; with rewetting the cells stay as they are.
    fn close(
        &mut self,
        settings: PicardSettings,
        task: Task<'_>,
        balance: &mut Balance,
        iteration: usize,
    ) -> Result<Measure, Unsolved> {
        let mut measure = balance.evaluate_flows(task.problem, task.stresses, task.storing);
        let open = |measure: &Measure| measure.sum.abs().max(measure.norm);
        let fine = PicardSettings { inner_change: FINE * settings.inner_change, ..settings };
        for more in 1..=CLOSING {
            let allowed = CLOSED * measure.gross;
            if open(&measure) <= allowed {
                break;
            }
            let (heads, dry) = (balance.head.clone(), balance.dry.clone());
            let kept = if rewets(task.problem) {
                balance.evaluate(task.problem, task.stresses, task.storing);
                true
            } else {
                formulate(task, balance, Trial::Regular(iteration + more), false).is_ok()
                    && balance.dry == dry
            };
            let fine = PicardSettings {
                inner_residual: (FINE * allowed / balance.head.len() as f64).min(settings.inner_residual),
                ..fine
            };
            if kept && self.round(fine, task.problem, balance).is_ok() {
                let next = balance.evaluate_flows(task.problem, task.stresses, task.storing);
                if open(&next) < open(&measure) {
                    measure = next;
                    continue;
                }
            }
            (balance.head, balance.dry) = (heads, dry);
            balance.follow_dry_cells(task.problem, task.stresses);
            return Ok(balance.evaluate(task.problem, task.stresses, task.storing));
        }
        Ok(measure)
    }

    /// Writes the equations of the present heads, gone back along the last change while the residual grew.
    fn present(
        &mut self,
        settings: PicardSettings,
        task: Task<'_>,
        balance: &mut Balance,
        iteration: usize,
    ) -> Result<Measure, Unsolved> {
        let mut measure = formulate(task, balance, Trial::Regular(iteration), iteration == 1)?;
        let Some(way) = settings.backtracking else { return Ok(measure) };
        let mut norm = self.plain_norm(task, balance);
        if iteration > 1 && norm > way.tolerance * self.last_norm {
            for _ in 0..way.maximum {
                let (_, largest) = self.largest_change(balance);
                if way.reduction * largest.abs() < settings.outer_change {
                    break;
                }
                for (cell, solved) in self.matrix.solved().iter().enumerate() {
                    if *solved && !balance.is_dry(cell) {
                        let before = self.before[cell];
                        balance.head[cell] = before + way.reduction * (balance.head[cell] - before);
                    }
                }
                measure = formulate(task, balance, Trial::Regular(iteration), iteration == 1)?;
                norm = self.plain_norm(task, balance);
                if norm < way.tolerance * self.last_norm || norm < way.limit {
                    break;
                }
            }
        }
        self.last_norm = norm;
        Ok(measure)
    }

    /// 2-norm of the residual that decides about going back: MODFLOW takes it before Newton's terms come in, when pores at the
    /// water table drain by the head and not by the saturation with its rounded corners.
    fn plain_norm(&mut self, task: Task<'_>, balance: &Balance) -> f64 {
        let Storing::Rock(days) = task.storing else { return vector::norm(&balance.residual) };
        let grid = task.problem.grid();
        for (cell, plain) in self.change.iter_mut().enumerate() {
            *plain = balance.residual[cell];
            if grid.is_active(cell) && !balance.is_dry(cell) && !balance.boundaries.fixed[cell] {
                let store = balance.rock.store(task.problem, cell);
                let height = balance.head[cell] - store.bottom;
                if store.law.has_kinks() && height > 0.0 && height < store.thickness {
                    let by_head = store.drainable * height / store.thickness;
                    *plain += (balance.wet.drainable[cell] - by_head) / days;
                }
            }
        }
        vector::norm(&self.change)
    }

    /// Solves the equations and moves the heads.
    fn round(
        &mut self,
        settings: PicardSettings,
        problem: &Problem,
        balance: &mut Balance,
    ) -> Result<Inside, Unsolved> {
        self.matrix.write(problem, balance, &mut self.change);
        let mut settings = settings;
        if problem.formulation() == Formulation::Upstream {
            settings.inner_change *= NEWTON_SHARE;
        }
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

    /// Puts heads below the lowest bottom of their column a tenth of the way back above it.
    fn reset_below_bottom(&self, problem: &Problem, balance: &mut Balance) {
        let solved = self.matrix.solved().iter().zip(&self.before);
        let cells = solved.zip(&problem.geometry().floor).zip(&mut balance.head);
        for (((solved, before), floor), head) in cells {
            if *solved && *head < *floor {
                *head = (1.0 - outer::RESET) * before + outer::RESET * floor;
            }
        }
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

/// Whether dry cells may come back.
fn rewets(problem: &Problem) -> bool {
    matches!(&problem.laws().drying, Drying::Leave(Some(_)))
}

/// Rewets, dries and writes the equations of the present heads; `first` of a solution.
fn formulate(
    task: Task<'_>,
    balance: &mut Balance,
    trial: Trial<'_>,
    first: bool,
) -> Result<Measure, Unsolved> {
    match wetting::wet_and_dry(task.problem, balance, trial) {
        Ok(changed) => {
            if changed || first {
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
