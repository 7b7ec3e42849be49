//! `mfsim.nam`: the files of a simulation, and a whole simulation as one document.

use std::path::{Path, PathBuf};

use quanyu_flow::{Fault, FaultKind, Origin};

use super::block::{Block, Grammar, blocks};
use super::check;
use super::model::{self, FlowModel};
use super::reading::Reading;
use super::solver::{self, Solver};
use super::source::{Line, Mark, Sources};
use super::time::{self, Time};
use super::word::Words;

const GRAMMAR: Grammar = Grammar {
    what: "mfsim.nam",
    order: &["OPTIONS", "TIMING", "MODELS", "EXCHANGES", "SOLUTIONGROUP"],
    repeated: &["SOLUTIONGROUP"],
    required: &["TIMING", "MODELS", "SOLUTIONGROUP"],
};

/// A MODFLOW 6 simulation of one groundwater-flow model.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulation {
    /// The simulation goes on after a step that did not converge (`CONTINUE`).
    pub continue_unconverged: bool,
    /// Boundaries are checked against the cells they lie in; `NOCHECK` forgoes it.
    pub checked: bool,
    /// When it runs.
    pub time: Time,
    /// File of the time, relative to the folder.
    pub time_file: String,
    /// How tightly it is solved.
    pub solver: Solver,
    /// File of the solver, relative to the folder.
    pub solver_file: String,
    /// The model.
    pub model: FlowModel,
}

/// A simulation read, with what is needed to speak of its lines.
#[derive(Clone, Debug)]
pub struct ReadSimulation {
    /// The simulation.
    pub simulation: Simulation,
    /// Its files, which turn an origin back into file and line.
    pub sources: Sources,
    /// Legal input that has no effect here.
    pub notes: Vec<Fault>,
}

/// Everything wrong with a simulation.
#[derive(Clone, Debug)]
pub struct InputFaults {
    /// The files read, which turn an origin back into file and line.
    pub sources: Sources,
    /// The faults in the order of files and lines.
    pub faults: Vec<Fault>,
}

/// Reads a simulation: `path` is its folder or its `mfsim.nam`.
///
/// # Errors
///
/// All faults of all files at once.
pub fn read(path: &Path) -> Result<ReadSimulation, InputFaults> {
    let (folder, name) = if path.is_dir() {
        (path.to_path_buf(), PathBuf::from("mfsim.nam"))
    } else {
        let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        (folder, path.file_name().map_or_else(|| PathBuf::from("mfsim.nam"), PathBuf::from))
    };
    let mut reading = Reading::new(&folder);
    let simulation = read_files(&mut reading, &name.to_string_lossy());
    let has_faults = reading.has_faults();
    let (sources, mut faults, notes) = reading.finish();
    match simulation {
        Some(simulation) if !has_faults => Ok(ReadSimulation { simulation, sources, notes }),
        _ => {
            if faults.is_empty() {
                faults.push(Fault {
                    origin: Origin::NONE,
                    kind: FaultKind::Missing,
                    message: "the simulation is not whole".to_owned(),
                    value: path.display().to_string(),
                    allowed: "the files of one groundwater-flow model".to_owned(),
                    remedy: String::new(),
                });
            }
            Err(InputFaults { sources, faults })
        }
    }
}

/// A file named in `mfsim.nam`.
struct Named {
    file: String,
    name: String,
    origin: Origin,
}

fn read_files(reading: &mut Reading, name: &str) -> Option<Simulation> {
    let file = reading.text(name, Origin::NONE)?;
    let blocks = blocks(reading, &file, GRAMMAR);
    let block = |name: &str| blocks.iter().find(|block| block.name == name);
    let (continue_unconverged, checked) =
        block("OPTIONS").map_or((false, true), |block| options(reading, block));
    let timing = block("TIMING").and_then(|block| one(reading, block, "TDIS6"));
    let models = block("MODELS").and_then(|block| one(reading, block, "GWF6"));
    for line in block("EXCHANGES").iter().flat_map(|block| &block.lines) {
        unsupported(reading, line, "an exchange between models");
    }
    let groups: Vec<&Block> = blocks.iter().filter(|block| block.name == "SOLUTIONGROUP").collect();
    let solution = groups.first().and_then(|block| solution(reading, block, models.as_ref()));
    for block in groups.iter().skip(1) {
        reading.fault(
            block.origin,
            FaultKind::Unsupported,
            "a second solution group is not supported",
            block.argument.join(" "),
            "one solution group",
            "Leave one model and one solution.",
        );
    }
    let time = timing.as_ref().and_then(|named| time::read(reading, &named.file, named.origin));
    let solver = solution.as_ref().and_then(|named| solver::read(reading, &named.file, named.origin));
    let periods = time.as_ref().map(|time| time.periods.len());
    let model = models.and_then(|named| {
        let mark = Mark(named.origin);
        model::read(reading, &named.file, &named.name, mark, periods.unwrap_or(usize::MAX))
    });
    let simulation = Simulation {
        continue_unconverged,
        checked,
        time: time?,
        time_file: timing?.file,
        solver: solver?,
        solver_file: solution?.file,
        model: model?,
    };
    if !reading.has_faults() {
        check::check(reading, &simulation);
    }
    Some(simulation)
}

/// `CONTINUE` is given, and `NOCHECK` is not.
fn options(reading: &mut Reading, block: &Block) -> (bool, bool) {
    let (mut continued, mut checked) = (false, true);
    for line in &block.lines {
        let word = Words::new(line.text()).keyword().unwrap_or_default();
        match word.as_str() {
            "CONTINUE" => continued = true,
            "NOCHECK" => checked = false,
            "MEMORY_PRINT_OPTION" | "PROFILE_OPTION" | "MAXERRORS" | "PRINT_INPUT" | "HPC6" => {
                reading.note(line.origin(), "the option of mfsim.nam has no effect", &word);
            }
            _ => {
                const KNOWN: [&str; 7] = [
                    "CONTINUE",
                    "NOCHECK",
                    "MEMORY_PRINT_OPTION",
                    "PROFILE_OPTION",
                    "MAXERRORS",
                    "PRINT_INPUT",
                    "HPC6",
                ];
                reading.unknown(line.origin(), "the OPTIONS of mfsim.nam", &word, &KNOWN);
            }
        }
    }
    (continued, checked)
}

fn unsupported(reading: &mut Reading, line: &Line, what: &str) {
    reading.fault(
        line.origin(),
        FaultKind::Unsupported,
        format!("{what} is not supported"),
        line.text().trim(),
        "one groundwater-flow model on a structured grid (GWF6 with DIS6)",
        "Remove it, or run the simulation with MODFLOW 6.",
    );
}

/// The one line of a block that names a file of a kind.
fn one(reading: &mut Reading, block: &Block, kind: &str) -> Option<Named> {
    let mut found = None;
    let mut others = false;
    for line in &block.lines {
        let mut words = Words::new(line.text());
        let word = words.keyword().unwrap_or_default();
        let file = words.next().unwrap_or_default().to_owned();
        let name = words.keyword().unwrap_or_default();
        if word != kind {
            others = true;
            unsupported(reading, line, &format!("{word} in {}", block.name));
        } else if found.is_some() {
            unsupported(reading, line, &format!("a second {kind}"));
        } else {
            found = Some(Named { file, name, origin: line.origin() });
        }
    }
    if found.is_none() && !others {
        super::option::missing(
            reading,
            block.origin,
            &format!("the {} block of mfsim.nam", block.name),
            kind,
        );
    }
    found
}

fn solution(reading: &mut Reading, block: &Block, model: Option<&Named>) -> Option<Named> {
    let mut found: Option<Named> = None;
    for line in &block.lines {
        let mut words = Words::new(line.text());
        let word = words.keyword().unwrap_or_default();
        match word.as_str() {
            "MXITER" => {
                let count = words.next().unwrap_or_default();
                if count != "1" {
                    reading.note(line.origin(), "MXITER has no effect with one solution", count);
                }
            }
            "IMS6" if found.is_none() => {
                let file = words.next().unwrap_or_default().to_owned();
                let names: Vec<String> = words.map(str::to_ascii_uppercase).collect();
                if let Some(model) = model.filter(|model| !names.contains(&model.name)) {
                    reading.fault(
                        line.origin(),
                        FaultKind::UnknownName,
                        "the solution does not name the model",
                        names.join(" "),
                        &model.name,
                        "Add the model's name at the end of the line.",
                    );
                }
                found = Some(Named { file, name: String::new(), origin: line.origin() });
            }
            _ => unsupported(reading, line, &format!("{word} in a solution group")),
        }
    }
    if found.is_none() {
        super::option::missing(reading, block.origin, "the SOLUTIONGROUP block of mfsim.nam", "IMS6");
    }
    found
}
