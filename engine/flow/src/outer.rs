//! The outer iteration: heads at which every cell's net inflow vanishes.
//!
//! Each round solves `A δ = F` only as well as the last round showed the linear model to hold (Eisenstat and Walker,
//! 1996, SIAM J. Sci. Comput. 17, their first choice), turns the correction at the kinks of the laws, and halves
//! it while ‖F‖₂ rises above all of the last rounds' (Grippo, Lampariello and Lucidi, 1986, SIAM J. Numer. Anal. 23:
//! a drain that starts to flow may raise ‖F‖₂ for a round on the way to the solution). Heads that fall below a column's
//! convertible bottom are put a tenth of the way back above where they came from (Niswonger and others, 2011,
//! MODFLOW-NWT).

use crate::balance::{Balance, Measure, Storing};
use crate::kinks::{self, Move, Overshoot, crosses, lift_stranded};
use crate::linear::{Linear, LinearChoice};
use crate::model::Problem;
use crate::models::Models;
use crate::settings::Settings;
use crate::stresses::Stresses;
use crate::watch::{OuterIteration, Watch};
use quanyu_solve::{SolveError, vector};
use rayon::prelude::*;

/// Rounds over which ‖F‖₂ may rise.
const WINDOW: usize = 6;
/// How much the first round may raise it.
const FIRST_RISE: f64 = 10.0;
/// A correction must stay below the largest of the last norms by this share of its length.
const SUFFICIENT: f64 = 1e-4;
/// How far below the tolerance a linear solution goes, so that the outer test does not fail by a hair.
const INNER_SHARE: f64 = 0.3;
/// How often in a row a correction that lowers nothing is taken all the same.
const PATIENCE: usize = 3;
/// How often a correction that did not do its work is turned at the kinks of the laws.
const TURNS: usize = 2;
/// The same where storage, whose kinks are met already, keeps corrections small.
const TURNS_WITH_STORAGE: usize = 1;
/// Rounds at what rounding allows after which a change of heads is rounding too.
const FLOOR_ROUNDS: usize = 4;
/// Share of the residual that may be left before a correction counts as not having done its work, without and with storage.
const LEFT: f64 = 0.5;
const LEFT_WITH_STORAGE: f64 = 1.0;
/// A law that steepens by less than this share has no kink.
const KINK: f64 = 1e-3;
/// Share of a bottom in a head that fell below it.
pub(crate) const RESET: f64 = 0.9;
/// No correction moves a head by more than this many times the height of the model, as one would that comes from a nearly
/// singular matrix.
pub(crate) const REACH: f64 = 1e3;
/// The same where heads may fall below the bottoms, as far as a well draws them that nothing reduces.
const FAR_REACH: f64 = 1e7;
/// Shares of itself that a diagonal is given, one after the other, where the linear model as it stands is not solved: parts of it may
/// hang on nothing at the heads of the moment.
const SHIFTS: [f64; 2] = [1e-6, 1e-2];

/// What is to be solved.
#[derive(Clone, Copy)]
pub(crate) struct Task<'a> {
    pub(crate) problem: &'a Problem,
    pub(crate) stresses: &'a Stresses,
    pub(crate) settings: &'a Settings,
    pub(crate) storing: Storing,
    /// Time at which the step began \[d\].
    pub(crate) time: f64,
}

/// How a solution went.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Solved {
    pub(crate) measure: Measure,
    /// Whether it ended at what rounding allows, above the tolerance.
    pub(crate) at_rounding: bool,
}

/// Rounds and linear iterations, those of failed solutions too.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Effort {
    pub(crate) outer: usize,
    pub(crate) linear: usize,
}

/// Why a solution failed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Unsolved {
    Linear(SolveError),
    NotConverged,
    NotFinite,
    DryConstantHead(usize),
}

/// Matrix, linear solver and work vectors of the outer iteration.
#[derive(Debug)]
pub(crate) struct Outer {
    linear: Linear,
    correction: Vec<f64>,
    /// Heads from which a correction starts.
    base: Vec<f64>,
    /// Diagonal of the linear model there.
    base_steepness: Vec<f64>,
    /// What of it the cell does by itself.
    base_own: Vec<f64>,
    /// Where cells go back to; not a number for those that stay \[m\].
    turned: Vec<f64>,
    /// Height of the model \[m\].
    height: f64,
    /// Relative residual at the end of the last solution.
    reached: f64,
}

/// How far along an outer iteration is.
struct Progress {
    measure: Measure,
    rounds: usize,
    /// Share of the gross flow that the 2-norm has to reach; lowered where the sum alone is still too large.
    goal: f64,
    forcing: f64,
    stubborn: usize,
    /// Rounds that ended at what rounding allows.
    at_floor: usize,
    /// The most that the last round moved a head \[m\], where somebody wants to know.
    change: f64,
    norms: [f64; WINDOW],
}

impl Solved {
    /// Relative residual.
    pub(crate) fn relative(&self) -> f64 {
        relative(&self.measure)
    }
}

/// 2-norm of the net inflows over the gross flow.
pub(crate) fn relative(measure: &Measure) -> f64 {
    if measure.norm == 0.0 { 0.0 } else { measure.norm / measure.gross }
}

impl Outer {
    pub(crate) fn new(problem: &Problem, settings: &Settings) -> Self {
        let cells = problem.grid().cells();
        Self {
            linear: Linear::new(problem, settings),
            correction: vec![0.0; cells],
            base: vec![0.0; cells],
            base_steepness: vec![0.0; cells],
            base_own: vec![0.0; cells],
            turned: vec![f64::NAN; cells],
            height: problem.geometry().height,
            reached: 0.0,
        }
    }

    /// Relative residual at the end of the last solution, converged or not.
    pub(crate) fn reached(&self) -> f64 {
        self.reached
    }

    /// What the linear solvers learned about their preconditioners.
    pub(crate) fn choice(&self) -> LinearChoice {
        self.linear.choice()
    }

    /// Lets the linear solvers know no more than was learned in the state that a step starts from.
    pub(crate) fn set_choice(&mut self, choice: LinearChoice) {
        self.linear.set_choice(choice);
    }

    /// Solves from the present heads of `balance`.
    pub(crate) fn solve(
        &mut self,
        task: Task<'_>,
        balance: &mut Balance,
        effort: &mut Effort,
        watch: &mut Watch<'_>,
    ) -> Result<Solved, Unsolved> {
        let measure = balance.evaluate(task.problem, task.stresses, task.storing);
        let films = task.storing == Storing::Nothing && task.problem.has_upstream_films();
        let mut models = Models::new(task.settings.linear_model, films, measure.norm);
        self.linear.use_newton(task.problem, models.newton);
        let mut progress = Progress {
            measure,
            rounds: 0,
            goal: task.settings.tolerance,
            forcing: task.settings.forcing,
            stubborn: 0,
            at_floor: 0,
            change: f64::INFINITY,
            norms: [FIRST_RISE * measure.norm; WINDOW],
        };
        let outcome = loop {
            let measure = progress.measure;
            self.reached = relative(&measure);
            if !measure.norm.is_finite() || !measure.gross.is_finite() {
                break Err(Unsolved::NotFinite);
            }
            if let Some(at_rounding) = progress.converged(task.settings) {
                break Ok(Solved { measure, at_rounding });
            }
            if progress.rounds >= task.settings.max_outer || progress.stubborn > PATIENCE {
                let enough =
                    progress.balances(task.settings) && progress.change <= task.settings.largest_change;
                break if enough {
                    Ok(Solved { measure, at_rounding: true })
                } else {
                    Err(Unsolved::NotConverged)
                };
            }
            let inner = effort.linear;
            if let Err(error) = self.round(task, balance, &mut progress, effort) {
                break Err(error);
            }
            if watch.is_open() || task.settings.largest_change.is_finite() {
                let (cell, change) = self.largest_change(balance);
                progress.change = change.abs();
                let rounds = (progress.rounds, effort.linear - inner);
                watch.show(look(task, balance, &progress.measure, rounds, (cell, change)));
            }
            models.judge(progress.measure.norm);
            self.linear.use_newton(task.problem, models.newton);
        };
        effort.outer += progress.rounds;
        outcome
    }

    /// The cell whose head the last round moved most, and how far.
    fn largest_change(&self, balance: &Balance) -> (usize, f64) {
        let change = |cell: usize| balance.head[cell] - self.base[cell];
        let farther =
            |most: usize, cell: usize| if change(cell).abs() > change(most).abs() { cell } else { most };
        let cell = (0..self.base.len()).fold(0, farther);
        (cell, change(cell))
    }

    /// One round: matrix, correction, search along it.
    fn round(
        &mut self,
        task: Task<'_>,
        balance: &mut Balance,
        progress: &mut Progress,
        effort: &mut Effort,
    ) -> Result<(), Unsolved> {
        if lift_stranded(task.problem, balance) {
            progress.measure = balance.evaluate(task.problem, task.stresses, task.storing);
        }
        let before = progress.measure;
        let enough = INNER_SHARE * (progress.goal * before.gross).max(before.rounding);
        let enough = enough.max(progress.forcing * before.norm);
        // A residual that is small already may still stand for a large change where films are thin, which is asked about.
        let asked = task.settings.largest_change.is_finite() && enough >= before.norm;
        let enough = if asked { task.settings.forcing * before.norm } else { enough };
        let mut solved = self.linear_correction(task.problem, balance, (before.norm, enough), 0.0, effort);
        for shift in SHIFTS {
            if solved.is_ok() {
                break;
            }
            solved = self.linear_correction(task.problem, balance, (before.norm, enough), shift, effort);
        }
        let linear_residual = solved?;
        let reach = if task.settings.reset_below_bottom { REACH } else { FAR_REACH } * self.height;
        if vector::max_abs(&self.correction) > reach {
            for correction in &mut self.correction {
                *correction = correction.clamp(-reach, reach);
            }
        }
        self.remember(balance);
        let (after, halvings) = self.search(task, balance, progress);
        progress.forcing = task.settings.forcing;
        if halvings == 0 {
            let surprise = (after.norm - linear_residual).abs() / before.norm;
            progress.forcing = progress.forcing.min(surprise);
        }
        progress.rounds += 1;
        progress.at_floor += usize::from(after.norm <= after.rounding);
        progress.norms[progress.rounds % WINDOW] = after.norm;
        progress.measure = after;
        Ok(())
    }

    /// Writes and solves the linear model, its diagonal larger by a share of itself.
    fn linear_correction(
        &mut self,
        problem: &Problem,
        balance: &Balance,
        (norm, enough): (f64, f64),
        shift: f64,
        effort: &mut Effort,
    ) -> Result<f64, Unsolved> {
        self.correction.fill(0.0);
        match self.linear.rebuild(problem, balance, shift) {
            Err(SolveError::NothingActive { .. }) => return Ok(norm), // All heads are given or held.
            rebuilt => rebuilt.map_err(Unsolved::Linear)?,
        }
        self.correct(&balance.residual, norm, enough, effort)
    }

    /// Solves the linear model; returns the 2-norm of what is left of the residual.
    fn correct(
        &mut self,
        residual: &[f64],
        norm: f64,
        enough: f64,
        effort: &mut Effort,
    ) -> Result<f64, Unsolved> {
        self.correction.fill(0.0);
        match self.linear.solve(residual, &mut self.correction, enough) {
            Ok(report) => {
                effort.linear += report.iterations;
                Ok(report.final_residual)
            }
            // What was reached may still help; the search along it will tell.
            Err(SolveError::NotConverged { iterations, final_residual, .. }) if final_residual < norm => {
                effort.linear += iterations;
                Ok(final_residual)
            }
            Err(error) => Err(Unsolved::Linear(error)),
        }
    }

    /// Keeps what a correction starts from.
    fn remember(&mut self, balance: &Balance) {
        self.base.copy_from_slice(&balance.head);
        for_cells(&mut self.base_steepness, |cell, steepness| *steepness = balance.steepness(cell));
        for_cells(&mut self.base_own, |cell, own| *own = balance.own_steepness(cell));
    }

    /// Goes along the correction; returns where it ended and how often it was halved.
    fn search(&mut self, task: Task<'_>, balance: &mut Balance, progress: &mut Progress) -> (Measure, usize) {
        let allowed = progress.norms.iter().fold(0.0_f64, |most, norm| most.max(*norm));
        let (turns, left) = match task.storing {
            Storing::Rock(_) => (TURNS_WITH_STORAGE, LEFT_WITH_STORAGE),
            Storing::Nothing | Storing::Pseudo(_) => (TURNS, LEFT),
        };
        let (mut length, mut halvings) = (1.0, 0);
        loop {
            self.step(task, balance, length);
            let mut after = balance.evaluate(task.problem, task.stresses, task.storing);
            for _ in 0..turns {
                if after.norm <= left * progress.measure.norm || !self.turn_at_kinks(task, balance) {
                    break;
                }
                after = balance.evaluate(task.problem, task.stresses, task.storing);
            }
            if after.norm <= (1.0 - SUFFICIENT * length) * allowed || after.norm <= after.rounding {
                progress.stubborn = 0;
                return (after, halvings);
            }
            if halvings >= task.settings.max_halvings {
                progress.stubborn += 1;
                return (after, halvings);
            }
            length *= 0.5;
            halvings += 1;
        }
    }

    /// Puts the heads a share of the correction away from the base, turned at the kinks of storage.
    fn step(&self, task: Task<'_>, balance: &mut Balance, length: f64) {
        let (bottom, geometry) = (&task.problem.grid().bottom, task.problem.geometry());
        let solved = self.linear.active();
        let (rock, omega) = (&balance.rock, balance.omega);
        for_cells(&mut balance.head, |cell, head| {
            if !solved[cell] {
                return;
            }
            let from = self.base[cell];
            let mut to = from + length * self.correction[cell];
            if let Storing::Rock(days) = task.storing
                && task.problem.storing_law(cell).has_kinks()
            {
                let (low, high) = (bottom[cell], bottom[cell] + geometry.thickness[cell]);
                if crosses(from, to, low) || crosses(from, to, high) {
                    let store = rock.store(task.problem, cell);
                    let steepness = self.base_steepness[cell];
                    to = kinks::settle(&store, omega, Move { from, to, steepness, days });
                }
            }
            if geometry.convertible[cell] {
                let floor = geometry.floor[cell];
                if task.settings.reset_below_bottom && to < floor && to < from {
                    to = (1.0 - RESET) * from + RESET * floor;
                }
            }
            *head = to;
        });
    }

    /// Where a cell's own law turned steeper on the way, as when a drain starts to flow or a dry cell sheds water, the
    /// correction went too far: such a cell goes back to where its own balance holds, but never past where it came from.
    /// Returns whether any did.
    fn turn_at_kinks(&mut self, task: Task<'_>, balance: &mut Balance) -> bool {
        let mut turned = std::mem::take(&mut self.turned);
        for_cells(&mut turned, |cell, turned| *turned = self.turn(task, balance, cell).unwrap_or(f64::NAN));
        let mut any = false;
        for (head, turned) in balance.head.iter_mut().zip(&turned) {
            if !turned.is_nan() {
                *head = *turned;
                any = true;
            }
        }
        self.turned = turned;
        any
    }

    /// Where a cell that went too far should go back to.
    #[inline]
    fn turn(&self, task: Task<'_>, balance: &Balance, cell: usize) -> Option<f64> {
        let (from, at, residual) = (self.base[cell], balance.head[cell], balance.residual[cell]);
        if residual * (at - from) >= 0.0 || !self.linear.active()[cell] {
            return None;
        }
        let steepness = balance.steepness(cell);
        if residual.abs() <= KINK * (at - from).abs() * steepness {
            return None;
        }
        let geometry = task.problem.geometry();
        let overshoot = Overshoot { from, at, residual, steepness };
        let store = balance.rock.store(task.problem, cell);
        let crosses = |level: f64| geometry.convertible[cell] && crosses(from, at, level);
        if crosses(store.bottom) || crosses(store.bottom + store.thickness) {
            let (days, capacity) = match task.storing {
                Storing::Rock(days) => (Some(days), balance.wet.capacity[cell] / days),
                Storing::Nothing | Storing::Pseudo(_) => (None, 0.0),
            };
            let around = &balance.around[cell];
            let rest = (around.joined - around.horizontal + balance.slope[cell] - capacity).max(0.0);
            let net =
                |head: f64, saturation: f64| balance.horizontal_inflow(task.problem, cell, head, saturation);
            return Some(overshoot.back_in_film(&store, balance.omega, days, rest, net));
        }
        let steeper = balance.own_steepness(cell) > self.base_own[cell] + KINK * steepness;
        steeper.then(|| overshoot.back())
    }
}

/// Runs `work(cell, value)` over all cells, on several threads where that pays.
fn for_cells(values: &mut [f64], work: impl Fn(usize, &mut f64) + Sync) {
    let chunks = values.par_chunks_mut(vector::CHUNK).enumerate();
    chunks.for_each(|(chunk, values)| {
        for (at, value) in values.iter_mut().enumerate() {
            work(chunk * vector::CHUNK + at, value);
        }
    });
}

impl Progress {
    /// Whether the residual is small beside the gross flow, and so is its sum.
    fn balances(&self, settings: &Settings) -> bool {
        let Measure { norm, sum, gross, rounding, rounding_sum } = self.measure;
        norm <= (settings.tolerance * gross).max(rounding)
            && sum.abs() <= (settings.tolerance * gross).max(rounding_sum)
    }

    /// Whether the heads are good enough, and then whether only rounding says so. Besides the 2-norm the sum must be small,
    /// for the budget's sake.
    fn converged(&mut self, settings: &Settings) -> Option<bool> {
        let Measure { norm, gross, rounding, .. } = self.measure;
        let small = norm <= self.goal * gross;
        if !small && norm > rounding {
            return None;
        }
        if self.change > settings.largest_change && norm > 0.0 && self.at_floor < FLOOR_ROUNDS {
            return None;
        }
        if !self.balances(settings) {
            self.goal = (0.1 * self.goal).min(0.1 * norm / gross);
            return None;
        }
        if norm > settings.largest_residual.max(rounding) {
            self.goal = self.goal.min(settings.largest_residual / gross);
            return None;
        }
        Some(!small)
    }
}

/// The cell of the largest residual.
pub(crate) fn worst(balance: &Balance) -> (usize, f64) {
    let cell = vector::position_of_largest(&balance.residual);
    (cell, balance.residual[cell])
}

/// What there is to see after a round; `rounds` of the outer iteration and the linear iterations of the last, the cell whose head
/// changed most and its change.
fn look(
    task: Task<'_>,
    balance: &Balance,
    measure: &Measure,
    rounds: (usize, usize),
    change: (usize, f64),
) -> OuterIteration {
    let (residual_cell, residual) = worst(balance);
    OuterIteration {
        iteration: rounds.0,
        inner: rounds.1,
        time: task.time,
        days: task.storing.days(),
        change: change.1,
        change_cell: change.0,
        residual,
        residual_cell,
        relative_residual: relative(measure),
        dry_cells: 0,
    }
}
