//! Steps through time: heads and flows under the stresses of the moment.
//!
//! Backward Euler: the laws hold at the end of each (sub-)step. A step that fails is cut into shorter sub-steps, which grow
//! again as they succeed; what is reported are means over the whole step.

use crate::balance::{Balance, Storing};
use crate::failure::{FailureCause, Sign, StepFailure, WorstCell};
use crate::fault::Fault;
use crate::islands::{self, Islands};
use crate::model::{Formulation, Problem};
use crate::outer::{self, Effort, Solved, Task, Unsolved};
use crate::properties::{Barrier, PropertyChange};
use crate::settings::Settings;
use crate::solver::Solver;
use crate::state::State;
use crate::step::{Step, StepReport};
use crate::stresses::Stresses;
use crate::tally::Tally;
use crate::watch::{OuterIteration, Watch};

/// A remainder of a step below this share of it is not taken as a sub-step of its own.
const SLIVER: f64 = 1e-9;

/// A run of one problem. All memory is allocated once, or when the stresses change shape.
#[derive(Debug)]
pub struct Simulation<'p> {
    pub(crate) problem: &'p Problem,
    pub(crate) settings: Settings,
    state: State,
    pub(crate) stresses: Stresses,
    pub(crate) balance: Balance,
    pub(crate) solver: Solver,
    tally: Tally,
    pub(crate) report: StepReport,
    /// Whether the rock of some active cell stores nothing.
    rigid: bool,
    watch: Watch<'p>,
    /// Whether cells dry and come back by the slower way.
    pub(crate) patient: bool,
    /// Whether a solution that did not converge is accepted.
    pub(crate) lenient: bool,
    /// Heads at which the next step starts to look for its own; empty where it starts from those it begins at \[m\].
    guess: Vec<f64>,
}

impl<'p> Simulation<'p> {
    /// A simulation of a problem from a state; [`State::start`] gives the state at the start.
    ///
    /// # Errors
    /// The state does not fit the problem, or a setting is out of range.
    pub fn new(problem: &'p Problem, settings: Settings, state: State) -> Result<Self, Vec<Fault>> {
        let mut faults = crate::check::state_faults(problem, &state);
        faults.extend(crate::check::settings_faults(problem, &settings));
        if !faults.is_empty() {
            return Err(faults);
        }
        let solver = Solver::new(problem, &settings);
        let held = solver.is_picard() && problem.formulation() == Formulation::Central;
        let balance = Balance::new(problem, &state, held);
        let rigid = balance.rock.stores_nothing_somewhere(problem);
        Ok(Self {
            problem,
            settings,
            stresses: Stresses::default(),
            solver,
            tally: Tally::new(problem.grid().cells()),
            report: StepReport::default(),
            balance,
            state,
            rigid,
            watch: Watch::default(),
            patient: false,
            lenient: false,
            guess: Vec::new(),
        })
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

    /// Takes the heads \[m\], one per cell, near which those at the end of the next step are expected; what is not finite is
    /// left out. It saves iterations and changes the answer by no more than the tolerance allows, except where there are several
    /// answers: with central conductances a guess that dries a cell may leave it dry. Where it leads nowhere the step starts
    /// from its own heads. It is not part of the state: a run that is to continue from a checkpoint to the same bits gives the same guesses again.
    pub fn set_guess(&mut self, heads: impl IntoIterator<Item = f64>) {
        self.guess.clear();
        self.guess.extend(heads);
        self.guess.resize(self.problem.grid().cells(), f64::NAN);
    }

    /// All that is remembered; a clone is a checkpoint.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What the heads show at which the last step failed, a steady one or one over a time. Ask before the next step is tried.
    pub fn signs(&self, steady: bool) -> Vec<Sign> {
        crate::failure::signs(self.problem, &self.stresses, &self.balance, !steady)
    }

    /// Calls `watcher` after every outer iteration from now on, for a live history of how steps converge.
    pub fn watch(&mut self, watcher: impl FnMut(OuterIteration) + Send + 'p) {
        self.watch = Watch::new(watcher);
    }

    /// Changes the rock from now on. Stored water follows the new storage without being released.
    ///
    /// # Errors
    /// All faults of the changes; then none is made.
    pub fn change_properties(&mut self, changes: &[PropertyChange]) -> Result<(), Vec<Fault>> {
        let faults = crate::check::change_faults(self.problem, changes);
        if !faults.is_empty() {
            return Err(faults);
        }
        for change in changes {
            self.balance.rock.apply(self.problem, change);
            self.state.remember(change);
        }
        self.balance.faces.rebuild(self.problem, &self.balance.rock);
        self.rigid = self.balance.rock.stores_nothing_somewhere(self.problem);
        Ok(())
    }

    /// Puts other barriers in place of all from now on. The state does not remember them: whoever goes on from a copy of it gives
    /// them again.
    ///
    /// # Errors
    /// All faults of the barriers; then nothing changes.
    pub fn change_barriers(&mut self, barriers: &[Barrier]) -> Result<(), Vec<Fault>> {
        let faults = crate::check::barrier_faults(self.problem.grid(), barriers);
        if !faults.is_empty() {
            return Err(faults);
        }
        self.balance.faces.set_barriers(self.problem, &self.balance.rock, barriers);
        Ok(())
    }

    /// Solves for the steady state under the present stresses, without storage, from the present heads. Where plain
    /// iteration fails, a made-up storage leads there in growing pseudo-time steps, and the report says so.
    ///
    /// # Errors
    /// The step failed; the state is as before.
    pub fn steady(&mut self) -> Result<Step<'_>, StepFailure> {
        // One move to the workers a step, instead of one at each parallel loop.
        rayon::scope(|_| self.find_steady())?;
        Ok(self.finish(0.0))
    }

    pub(crate) fn find_steady(&mut self) -> Result<(), StepFailure> {
        self.prepare()?;
        self.find_islands(false)?;
        let solved = match crate::steady::solve(self) {
            Ok(solved) => solved,
            Err(error) => return Err(self.failure(error, self.state.time, 0.0)),
        };
        self.note_held();
        self.book(solved, Storing::Nothing, 1.0);
        Ok(())
    }

    /// Advances by a number of days \[d\] by backward Euler, in sub-steps where it must.
    ///
    /// # Errors
    /// The step failed; the state is as before.
    pub fn advance(&mut self, days: f64) -> Result<Step<'_>, StepFailure> {
        self.check_length(days)?;
        let played = rayon::scope(|_| self.play(days));
        self.guess.clear();
        played?;
        Ok(self.finish(days))
    }

    /// Advances by a number of days \[d\] in exactly one step of backward Euler, for a caller who chooses the lengths of steps.
    ///
    /// # Errors
    /// The step failed; the state is as before.
    pub fn advance_once(&mut self, days: f64) -> Result<Step<'_>, StepFailure> {
        self.check_length(days)?;
        rayon::scope(|_| self.play_once(days))?;
        Ok(self.finish(days))
    }

    pub(crate) fn play_once(&mut self, days: f64) -> Result<(), StepFailure> {
        self.prepare()?;
        if self.rigid {
            self.find_islands(true)?;
        }
        match self.substep(days) {
            Ok(solved) => self.book(solved, Storing::Rock(days), 1.0),
            Err(error) => return Err(self.failure(error, self.state.time, days)),
        }
        self.note_held();
        Ok(())
    }

    pub(crate) fn check_length(&self, days: f64) -> Result<(), StepFailure> {
        if days > 0.0 && days.is_finite() {
            return Ok(());
        }
        let cause = FailureCause::Argument(format!("a step of {days} days was asked for"));
        Err(self.fail(cause, self.state.time, 0.0, "Ask for a positive number of days."))
    }

    fn play(&mut self, days: f64) -> Result<(), StepFailure> {
        self.prepare()?;
        if self.rigid {
            self.find_islands(true)?;
        }
        let shortest = days * self.settings.substep_factor.powi(-(self.settings.max_cuts as i32));
        let mut length = self.state.substep.unwrap_or(days).clamp(shortest, days);
        let mut done = 0.0;
        while done < days {
            let rest = days - done;
            let step = if rest - length <= SLIVER * days { rest } else { length };
            match self.substep(step) {
                Ok(solved) => {
                    self.book(solved, Storing::Rock(step), step / days);
                    done = if step == rest { days } else { done + step };
                    // A last remainder says nothing about longer steps.
                    if length < days && step == length {
                        length = (length * self.settings.substep_factor).min(days);
                    }
                }
                Err(error) => {
                    self.report.failed_substeps += 1;
                    let next = step / self.settings.substep_factor;
                    if next < shortest * (1.0 - SLIVER) {
                        return Err(self.failure(error, self.state.time + done, step));
                    }
                    self.balance.go_back(self.problem);
                    length = next;
                }
            }
        }
        self.note_held();
        self.state.substep = (length < days).then_some(length);
        Ok(())
    }

    fn substep(&mut self, days: f64) -> Result<Solved, Unsolved> {
        let settings = self.settings;
        self.balance.begin(self.problem);
        if !self.guess.is_empty() {
            self.balance.start_near(self.problem, &self.guess);
            // A sub-step after this one ends elsewhere.
            self.guess.clear();
            if let Ok(solved) = self.attempt(&settings, Storing::Rock(days)) {
                return Ok(solved);
            }
            self.balance.go_back(self.problem);
            self.balance.begin(self.problem);
        }
        match self.attempt_both_ways(&settings, Storing::Rock(days)) {
            Ok(solved) => Ok(solved),
            Err(failure) => crate::smoothing::solve(self, Storing::Rock(days), failure)
                .or_else(|failure| crate::rescue::by_shorter_steps(self, days, failure)),
        }
    }

    /// Solves from the present heads, once more without putting heads back above the bottoms where that fails: a well that is not
    /// reduced may ask for a head far below them.
    pub(crate) fn attempt_both_ways(
        &mut self,
        settings: &Settings,
        storing: Storing,
    ) -> Result<Solved, Unsolved> {
        let reset = self.attempt(settings, storing);
        let upstream = self.problem.formulation() == Formulation::Upstream;
        let apt = settings.max_smoothings > 0 && settings.reset_below_bottom && upstream;
        if reset.is_ok() || !apt || self.solver.is_picard() {
            return reset;
        }
        self.balance.go_back(self.problem);
        self.balance.begin(self.problem);
        let free = Settings { reset_below_bottom: false, ..*settings };
        self.attempt(&free, storing).or(reset)
    }

    /// Solves from the present heads; what it cost is reported either way.
    pub(crate) fn attempt(&mut self, settings: &Settings, storing: Storing) -> Result<Solved, Unsolved> {
        let time = self.state.time;
        let task = Task { problem: self.problem, stresses: &self.stresses, settings, storing, time };
        let mut effort = Effort::default();
        let (balance, watch) = (&mut self.balance, &mut self.watch);
        let solved = match (&mut self.solver, self.patient) {
            (Solver::Picard(picard, settings), true) => {
                let solved = picard.solve_patiently(*settings, task, balance, &mut effort, watch);
                solved.map(|(solved, left_dry)| {
                    self.report.notes.push(format!(
                        "MODFLOW's iterations failed; solved with damped changes, dry cells tried only when heads had settled \
                         ({left_dry} cells stay dry although a neighbour's head would bring them back: they dried again each time)"
                    ));
                    solved
                })
            }
            (solver, _) => solver.solve(task, balance, &mut effort, watch),
        };
        self.report.outer_iterations += effort.outer;
        self.report.linear_iterations += effort.linear;
        match solved {
            Err(Unsolved::NotConverged) if self.lenient => {
                let measure = self.balance.evaluate_flows(self.problem, &self.stresses, storing);
                let solved = Solved { measure, at_rounding: false };
                self.report.notes.push(format!(
                    "not converged, and accepted: net inflows of cells remain at {:.1e} of the gross flow",
                    solved.relative()
                ));
                Ok(solved)
            }
            solved => solved,
        }
    }

    /// Takes the stresses and the state, and empties what the last step reported.
    pub(crate) fn prepare(&mut self) -> Result<(), StepFailure> {
        self.report.clear();
        self.balance.held.clear();
        if let Err(faults) = self.balance.boundaries.prepare(self.problem, &self.stresses) {
            let cause = FailureCause::Stresses(faults);
            return Err(self.fail(cause, self.state.time, 0.0, "Correct the rows that are named."));
        }
        self.balance.load(self.problem, &self.state.head);
        if self.balance.dry.contains(&true) {
            self.balance.follow_dry_cells(self.problem, &self.stresses);
        }
        self.solver.set_choice(self.state.linear_choice);
        self.tally.begin(&self.stresses);
        Ok(())
    }

    pub(crate) fn find_islands(&mut self, storing: bool) -> Result<(), StepFailure> {
        match islands::find(self.problem, &self.stresses, storing, &mut self.balance) {
            Islands::Sound => Ok(()),
            Islands::NoOutlet { cell, source, cells } => {
                let mut failure = self.fail(
                    FailureCause::NoOutlet(cells),
                    self.state.time,
                    0.0,
                    "Give that part an outlet or a given head, take its sources away, or let it store water.",
                );
                failure.worst = Some(self.place(cell, source));
                Err(failure)
            }
        }
    }

    fn note_held(&mut self) {
        self.report.held_cells = self.balance.held.len();
        if let Some(first) = self.balance.held.first() {
            let (layer, row, column) = self.problem.grid().layer_row_column(*first);
            self.report.notes.push(format!(
                "{} cells are cut off from all sources, sinks and storage: heads held (the first: layer {}, row {}, column {})",
                self.report.held_cells,
                layer + 1,
                row + 1,
                column + 1
            ));
        }
    }

    /// Adds a solved sub-step to the means.
    fn book(&mut self, solved: Solved, storing: Storing, share: f64) {
        self.tally.add(&self.stresses, &self.balance, storing, share);
        self.report.substeps += 1;
        self.report.last_substep = storing.days();
        if solved.relative() >= self.report.relative_residual {
            self.report.relative_residual = solved.relative();
            self.report.worst_cell = Some(outer::worst(&self.balance));
        }
        if solved.at_rounding {
            self.report.at_rounding_floor = true;
        }
    }

    /// Moves the state to the end of the step and lends what was found.
    pub(crate) fn finish(&mut self, days: f64) -> Step<'_> {
        self.tally.finish();
        self.balance.store(self.problem, &mut self.state.head);
        self.state.time += days;
        self.state.linear_choice = self.solver.choice();
        self.report.linear_choice = self.state.linear_choice;
        Step {
            days,
            time: self.state.time,
            head: &self.state.head,
            flows: &self.tally.flows,
            storage: self.tally.storage,
            storage_by_cell: &self.tally.storage_by_cell,
            budget: &self.tally.budget,
            streams: &self.tally.streams,
            report: &self.report,
            stresses: &self.stresses,
            changes: &self.state.changes,
            problem: self.problem,
            balance: &self.balance,
        }
    }

    fn place(&self, cell: usize, residual: f64) -> WorstCell {
        let (layer, row, column) = self.problem.grid().layer_row_column(cell);
        WorstCell { cell, layer, row, column, residual }
    }

    /// What the outer iteration's failure means for the whole step.
    fn failure(&self, error: Unsolved, time: f64, shortest: f64) -> StepFailure {
        let mut place = None;
        let (cause, advice) = match error {
            Unsolved::Linear(error) => (
                FailureCause::LinearSolver(error.to_string()),
                "Look for extreme contrasts of conductivity near the cell, or raise `max_inner`.",
            ),
            Unsolved::NotConverged => (
                FailureCause::NotConverged,
                concat!(
                    "Look at the rates, elevations and rock near the worst cell; allow shorter sub-steps (`max_cuts`) ",
                    "or more iterations (`max_outer`); where cells dry, use the upstream formulation."
                ),
            ),
            Unsolved::DryConstantHead(cell) => (FailureCause::DryConstantHead, {
                place = Some(cell);
                "Keep the given head above the bottom of its cell."
            }),
            Unsolved::NotFinite => {
                (FailureCause::NotFinite, "Look for values of extreme size in rock, heads and stresses.")
            }
        };
        let mut failure = self.fail(cause, time, shortest, advice);
        let (cell, residual) = place.map_or_else(|| outer::worst(&self.balance), |cell| (cell, 0.0));
        failure.worst = Some(self.place(cell, residual));
        failure
    }

    pub(crate) fn fail(
        &self,
        cause: FailureCause,
        time: f64,
        shortest: f64,
        advice: &'static str,
    ) -> StepFailure {
        StepFailure { cause, worst: None, time, shortest, relative_residual: self.solver.reached(), advice }
    }
}
