//! A simulation from its files to its results.

use std::path::Path;

use quanyu_files::modflow::results::connections;
use quanyu_files::modflow::{
    CellValues, FlowModel, InputFaults, ReadSimulation, Simulation, Sources, TimeStep, read,
};
use quanyu_flow::{self as flow, Fault, Problem, State, Stresses};

use crate::failure::Stopped;
use crate::output::{Folder, Known, Outputs};
use crate::play::{Rows, play};
use crate::translate::{ground, settings, stress};

/// What is told of a run while it goes on.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// Input that is legal and has no effect here, or a word on how the run is done.
    Remark(&'a str),
    /// A time step begins (period and step from one).
    Step {
        /// Stress period.
        period: usize,
        /// Time step.
        step: usize,
    },
}

/// A run that ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finished {
    /// Time steps solved.
    pub steps: usize,
    /// Those of them that did not converge and were accepted, as `CONTINUE` asks.
    pub unconverged: usize,
}

impl Finished {
    /// What MODFLOW says of steps that did not converge; nothing where all did.
    pub fn failures(self) -> Option<String> {
        let count = self.unconverged;
        (count > 0).then(|| format!("Simulation convergence failure occurred {count} time(s)."))
    }
}

/// Runs the simulation of a folder and writes its results there.
///
/// # Errors
///
/// All faults of the input, before anything is written; a step that cannot be solved; a file that cannot be written.
pub fn run(folder: &Path, mut tell: impl FnMut(Progress<'_>)) -> Result<Finished, Stopped> {
    let ReadSimulation { mut simulation, sources, notes } = read(folder).map_err(Stopped::Input)?;
    let wrong = |faults: Vec<Fault>| Stopped::Input(InputFaults { sources: sources.clone(), faults });
    let adaptive = simulation.time.periods.iter().any(|period| period.adaptive.is_some());
    let (settings, words) = settings::settings(&simulation.model, &simulation.solver, adaptive);
    let mut remarks: Vec<String> = notes.iter().map(|note| remark(note, &sources)).collect();
    remarks.push(words);
    remarks.extend(unwritten(&simulation));
    remarks.iter().for_each(|remark| tell(Progress::Remark(remark)));
    let problem = flow::check(ground::model(&simulation.model)).map_err(wrong)?;
    check_stresses(&simulation, &problem).map_err(wrong)?;
    let mut engine = flow::Simulation::new(&problem, settings, State::start(&problem)).map_err(wrong)?;
    check_barriers(&simulation, &mut engine).map_err(wrong)?;
    let_go(&mut simulation.model);
    let cells = 0..simulation.model.grid.cells();
    let convertible: Vec<bool> =
        cells.map(|cell| ground::convertible(&simulation.model.property, cell)).collect();
    let known = Known {
        simulation: &simulation,
        sources: &sources,
        connections: connections(&simulation.model.grid),
        convertible: &convertible,
        start: problem.initial_head(),
    };
    let mut outputs = Outputs::open(&Folder::new(folder), known, &remarks)?;
    let played = play(known, engine, &mut outputs, &mut tell);
    match &played {
        Ok(finished) => outputs.finish(*finished)?,
        Err(Stopped::Step(stopped)) => outputs.fail(stopped)?,
        Err(_) => {}
    }
    played
}

fn remark(note: &Fault, sources: &Sources) -> String {
    let place = sources.place(note.origin);
    let place = place.map_or_else(String::new, |place| format!("{}:{}: ", place.path.display(), place.line));
    format!("{place}{} ({})", note.message, note.value)
}

/// What was asked for that leaves no trace in the results.
fn unwritten(simulation: &Simulation) -> Vec<String> {
    let solver = &simulation.solver;
    let asked = [(
        solver.inner_csv.is_some(),
        "IMS: CSV_INNER_OUTPUT is not written: inner iterations are the engine's own",
    )];
    asked.iter().filter(|(asked, _)| *asked).map(|(_, words)| (*words).to_owned()).collect()
}

/// Lets go of the arrays that the engine has taken over.
fn let_go(model: &mut FlowModel) {
    let none = || CellValues::uniform(0, 0, 0.0);
    let property = &mut model.property;
    property.k = none();
    for array in [
        &mut property.k22,
        &mut property.k33,
        &mut property.angle1,
        &mut property.angle2,
        &mut property.angle3,
        &mut property.wet_dry,
    ] {
        *array = None;
    }
    model.initial.head = none();
    if let Some(storage) = &mut model.storage {
        (storage.specific_storage, storage.specific_yield) = (none(), none());
    }
}

/// Checks the barriers of all stress periods after the first and leaves those of the first.
fn check_barriers(simulation: &Simulation, engine: &mut flow::Simulation<'_>) -> Result<(), Vec<Fault>> {
    let model = &simulation.model;
    let later = model.barriers.iter().flat_map(|barriers| barriers.periods.list());
    let later: Vec<usize> = later.map(|block| block.number).filter(|number| *number > 0).collect();
    let faults: Vec<Fault> = later
        .iter()
        .flat_map(|number| {
            engine.change_barriers(&ground::barriers(model, *number)).err().unwrap_or_default()
        })
        .collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    if later.is_empty() { Ok(()) } else { engine.change_barriers(&ground::barriers(model, 0)) }
}

/// Checks the rows of all stress periods against the model, as far as they are numbers.
fn check_stresses(simulation: &Simulation, problem: &Problem) -> Result<(), Vec<Fault>> {
    let model = &simulation.model;
    let mut rows = Rows::new(model);
    let packages = model.packages.iter().map(stress::empty).collect();
    let mut stresses = Stresses { packages, streams: Vec::new() };
    let mut faults = Vec::new();
    for (number, period) in simulation.time.periods.iter().enumerate() {
        if number > 0 && !model.packages.iter().any(|package| stress::begins(package, number)) {
            continue;
        }
        let end = simulation.time.end(number);
        let step = TimeStep {
            period: number,
            step: 1,
            length: period.length,
            begin: end - period.length,
            period_time: period.length,
            total_time: end,
            ends_period: true,
        };
        // A series that does not cover its use is a fault of the reading, found there.
        let _ = rows.fill(model, &step, &mut stresses.packages, number == 0);
        for fault in stresses.check(problem).err().unwrap_or_default() {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}
