//! The time steps of a simulation, one after another.

use quanyu_files::modflow::{Clock, FlowModel, TimeStep};
use quanyu_flow::{self as flow, FailureCause, Fault, NamedPackage, Package, Step};

use crate::faces::Connected;
use crate::failure::{self, StepStopped, Stopped};
use crate::output::{Known, Outputs, Solved};
use crate::run::{Finished, Progress};
use crate::translate::ground;
use crate::translate::stress::{self, Plan, RowNotes};

/// What goes with the rows of all packages beside what the engine holds.
#[derive(Debug)]
pub(crate) struct Rows {
    notes: Vec<RowNotes>,
}

impl Rows {
    pub(crate) fn new(model: &FlowModel) -> Self {
        Self { notes: vec![RowNotes::default(); model.packages.len()] }
    }

    /// Writes the rows of a step into `packages`; whether any changed. `anew` takes all, else only those that may differ
    /// from the step before.
    ///
    /// # Errors
    ///
    /// Numbers that a series does not have for the step.
    pub(crate) fn fill(
        &mut self,
        model: &FlowModel,
        step: &TimeStep,
        packages: &mut [NamedPackage],
        anew: bool,
    ) -> Result<bool, Vec<Fault>> {
        let plan = Plan { grid: &model.grid };
        let mut changed = anew;
        let mut faults = Vec::new();
        for (package, (named, notes)) in model.packages.iter().zip(packages.iter_mut().zip(&mut self.notes)) {
            let begins = step.step == 1 && stress::begins(package, step.period);
            if anew || begins || stress::moves(package, step.period) {
                changed = true;
                faults.extend(stress::fill(package, step, plan, named, notes).err().unwrap_or_default());
            }
        }
        if faults.is_empty() { Ok(changed) } else { Err(faults) }
    }
}

/// Plays all steps from the engine's first state.
///
/// # Errors
///
/// A step that cannot be solved, a file that cannot be written.
pub(crate) fn play<'a>(
    known: Known<'a>,
    mut engine: flow::Simulation<'a>,
    outputs: &mut Outputs,
    tell: &mut impl FnMut(Progress<'_>),
) -> Result<Finished, Stopped> {
    let simulation = known.simulation;
    let solver = &simulation.solver;
    engine.stresses_mut().packages = simulation.model.packages.iter().map(stress::empty).collect();
    let history = outputs.history().clone();
    let grid = &simulation.model.grid;
    engine.watch(move |iteration| history.note(grid, iteration));
    let mut player = Player {
        known,
        clock: Clock::new(&simulation.time, solver.adaptive_share, solver.outer_maximum),
        rows: Rows::new(&simulation.model),
        outputs,
        steps: 0,
        unconverged: 0,
    };
    let mut next = player.clock.advance(Some(0));
    while let Some(step) = next {
        let iterations = player.solve(&mut engine, step, tell)?;
        player.steps += 1;
        next = player.clock.advance(iterations);
    }
    Ok(Finished { steps: player.steps, unconverged: player.unconverged })
}

/// A run in progress.
struct Player<'a> {
    known: Known<'a>,
    clock: Clock<'a>,
    rows: Rows,
    outputs: &'a mut Outputs,
    steps: usize,
    unconverged: usize,
}

impl Player<'_> {
    /// Solves a step and writes it, with shorter and shorter steps where they adapt; the outer iterations that it took, if those of the method
    /// that was asked for.
    fn solve(
        &mut self,
        engine: &mut flow::Simulation<'_>,
        mut step: TimeStep,
        tell: &mut impl FnMut(Progress<'_>),
    ) -> Result<Option<usize>, Stopped> {
        let simulation = self.known.simulation;
        let model = &simulation.model;
        let transient = model.storage.as_ref().is_some_and(|storage| storage.is_transient(step.period));
        let mut anew = self.steps == 0;
        if step.step == 1 {
            self.change_rock(engine, &step)?;
        }
        loop {
            tell(Progress::Step { period: step.period + 1, step: step.step });
            let packages = &mut engine.stresses_mut().packages;
            let changed = self.rows.fill(model, &step, packages, anew).map_err(|faults| {
                let cause = "a time series does not cover the time step";
                self.stopped(&step, &faults, cause, "add times to the series")
            })?;
            if changed {
                self.outputs.rows_changed(self.known, &step, packages)?;
            }
            anew = false;
            self.outputs.history().begin(&step);
            let solved = if transient { engine.advance_once(step.length) } else { engine.steady() };
            let failure = match solved {
                Ok(solved) => {
                    self.outputs.history().check()?;
                    let iterations = solved.report.outer_iterations;
                    self.write(&step, &solved)?;
                    return Ok(Some(iterations));
                }
                Err(failure) => failure,
            };
            match self.clock.retry() {
                Some(shorter) => step = shorter,
                None => {
                    let restless = self.outputs.history().restless();
                    let signs = engine.signs(!transient);
                    // Too short for MODFLOW; an answer can still be had another way.
                    let own_way = matches!(engine.settings().method, flow::Method::Picard(_));
                    let lost = matches!(failure.cause, FailureCause::DryConstantHead);
                    let other = match (own_way && !lost, model.newton, transient) {
                        (false, ..) | (_, true, false) => None,
                        (true, true, true) => engine.rescue(step.length).ok(),
                        (true, false, true) => engine.persist(Some(step.length)).ok(),
                        (true, false, false) => engine.persist(None).ok(),
                    };
                    if let Some(solved) = other {
                        self.write(&step, &solved)?;
                        tell(Progress::Remark(&format!(
                            "stress period {}, time step {}: IMS's iterations did not converge; {}",
                            step.period + 1,
                            step.step,
                            solved.report.notes.join("; ")
                        )));
                        // What another way took says nothing about the length of the next step.
                        return Ok(None);
                    }
                    if simulation.continue_unconverged
                        && let Ok(solved) = engine.carry_on(transient.then_some(step.length))
                    {
                        let iterations = solved.report.outer_iterations;
                        self.write(&step, &solved)?;
                        self.unconverged += 1;
                        tell(Progress::Remark(&format!(
                            "stress period {}, time step {}: {}; going on, as CONTINUE asks",
                            step.period + 1,
                            step.step,
                            solved.report.notes.join("; ")
                        )));
                        return Ok(Some(iterations));
                    }
                    let packages = &engine.stresses().packages;
                    let unit = simulation.time.unit;
                    let rewets = model.property.rewetting.is_some();
                    let seen = (restless.as_slice(), signs.as_slice(), rewets);
                    let stopped = failure::of_step(&failure, seen, &step, unit, &model.grid, packages);
                    return Err(Stopped::Step(Box::new(stopped)));
                }
            }
        }
    }

    /// Barriers and conductivities that a stress period brings.
    fn change_rock(&self, engine: &mut flow::Simulation<'_>, step: &TimeStep) -> Result<(), Stopped> {
        let model = &self.known.simulation.model;
        if model.barriers.as_ref().is_some_and(|barriers| barriers.periods.begins(step.period)) {
            let changed = engine.change_barriers(&ground::barriers(model, step.period));
            changed
                .map_err(|faults| self.stopped(step, &faults, "a barrier is wrong", "correct the barrier"))?;
        }
        let changes = ground::changes(model, step.period);
        if changes.is_empty() {
            return Ok(());
        }
        let changed = engine.change_properties(&changes);
        changed
            .map_err(|faults| self.stopped(step, &faults, "a conductivity is wrong", "correct the TVK file"))
    }

    fn write(&mut self, step: &TimeStep, engine: &Step<'_>) -> Result<(), Stopped> {
        let (known, grid) = (self.known, &self.known.simulation.model.grid);
        let given: Vec<Option<Vec<f64>>> = engine
            .stresses
            .packages
            .iter()
            .map(|named| match &named.package {
                Package::ConstantHeads(rows) => {
                    Some(rows.iter().map(|row| -engine.net(grid, row.cell)).collect())
                }
                _ => None,
            })
            .collect();
        let flows: Vec<&[f64]> = given
            .iter()
            .zip(engine.flows)
            .map(|(given, flows)| given.as_deref().unwrap_or(flows.as_slice()))
            .collect();
        let solved = Solved { step, engine, flows: &flows, notes: &self.rows.notes };
        self.outputs.write(known, &solved)
    }

    /// A step that rows of the input stop.
    fn stopped(&self, step: &TimeStep, faults: &[Fault], cause: &str, remedy: &str) -> Stopped {
        let place = |fault: &Fault| {
            let place = self.known.sources.place(fault.origin);
            let place = place.map(|place| format!("{}:{}: ", place.path.display(), place.line));
            format!("{}{}", place.unwrap_or_default(), fault.message)
        };
        Stopped::Step(Box::new(StepStopped {
            period: step.period + 1,
            step: step.step,
            span: failure::span(step, self.known.simulation.time.unit),
            happened: faults.first().map_or_else(String::new, place),
            cells: faults.iter().skip(1).take(9).map(place).collect(),
            cause: cause.to_owned(),
            remedy: remedy.to_owned(),
        }))
    }
}
