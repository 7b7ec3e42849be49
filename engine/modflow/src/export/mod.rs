//! A course of the flow engine, step after step, as a MODFLOW 6 simulation that gives the same heads.
//!
//! Every step becomes a stress period of one time step. What MODFLOW has is written as such: wells with their reduction, drains,
//! general heads, given heads, recharge as shares of one time series, barriers, changing conductivities (TVK). What it lacks is
//! written as the flow that resulted: rivers that lose no more than flows in them become wells of the package's name.

mod kept;
mod model;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use quanyu_files::modflow::results::{RecordTime, write_heads};
use quanyu_files::modflow::{
    Conductivity, ConductivityChange, Mark, Period, Simulation, TextFile, input_files,
};
use quanyu_flow::{Fault, FaultKind, NamedPackage, Origin, Problem, PropertyChange, State, Step};

use self::kept::Kept;

/// File of the engine's own heads beside the input.
const OWN_HEADS: &str = "quanyu.hds";

/// A simulation in the making: the model, and what every step so far brought.
#[derive(Debug)]
pub struct Export<'p> {
    problem: &'p Problem,
    title: String,
    start_date: Option<String>,
    start: Vec<f64>,
    lengths: Vec<f64>,
    packages: Vec<Kept>,
    changes: Vec<Period<ConductivityChange>>,
    known: BTreeMap<usize, PropertyChange>,
    remarks: Vec<String>,
}

impl<'p> Export<'p> {
    /// A simulation that starts from a state. `title` goes into the files as a comment, `start_date` is that of the first step.
    pub fn new(problem: &'p Problem, state: &State, title: &str, start_date: Option<String>) -> Self {
        Self {
            problem,
            title: title.to_owned(),
            start_date,
            start: state.head.clone(),
            lengths: Vec::new(),
            packages: Vec::new(),
            changes: Vec::new(),
            known: state.changes.iter().map(|change| (change.cell, *change)).collect(),
            remarks: Vec::new(),
        }
    }

    /// Takes a solved transient step.
    ///
    /// # Errors
    ///
    /// What MODFLOW cannot be told.
    pub fn add(&mut self, step: &Step<'_>) -> Result<(), Vec<Fault>> {
        let number = self.lengths.len();
        self.lengths.push(step.days);
        if step.report.substeps > 1 {
            self.remarks.push(format!(
                "stress period {} was solved in {} sub-steps; its heads agree less closely",
                number + 1,
                step.report.substeps
            ));
        }
        let mut faults = self.take_changes(number, step.changes);
        if self.packages.is_empty() {
            let kept = |(at, named): (usize, &NamedPackage)| Kept::new(at, named, step.stresses);
            self.packages = step.stresses.packages.iter().enumerate().map(kept).collect();
        }
        for (at, kept) in self.packages.iter_mut().enumerate() {
            let added = kept.add(self.problem, number, &step.stresses.packages[at].package, &step.flows[at]);
            faults.extend(added.err());
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn take_changes(&mut self, number: usize, changes: &[PropertyChange]) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut rows = Vec::new();
        for change in changes {
            let before = self.known.insert(change.cell, *change).unwrap_or_default();
            if before.specific_storage != change.specific_storage
                || before.specific_yield != change.specific_yield
            {
                faults.push(beyond(change.origin, "storage that changes with time"));
            }
            let mut row = |which, now: Option<f64>, before: Option<f64>| {
                if let Some(value) = now.filter(|_| now != before) {
                    rows.push(ConductivityChange { cell: change.cell, which, value, mark: Mark::default() });
                }
            };
            row(Conductivity::First, change.conductivity, before.conductivity);
            row(Conductivity::Third, change.vertical_conductivity, before.vertical_conductivity);
        }
        let first = |row: &ConductivityChange| row.which == Conductivity::First;
        if self.problem.properties().anisotropy.is_some() && rows.iter().any(first) {
            faults.push(beyond(Origin::NONE, "a conductivity along rows that changes beside an anisotropy"));
        }
        if !rows.is_empty() {
            self.changes.push(Period { number, rows, mark: Mark::default() });
        }
        faults
    }

    /// The simulation as a document.
    pub fn simulation(&self) -> Simulation {
        model::simulation(self)
    }

    /// The input files, each with its comments.
    pub fn files(&self) -> Vec<TextFile> {
        let mut files = input_files(&self.simulation());
        for file in &mut files {
            let mut head = format!("# {}\n", self.title);
            if file.name == "mfsim.nam" {
                self.remarks.iter().for_each(|remark| head.push_str(&format!("# {remark}\n")));
            }
            for kept in &self.packages {
                if file.name == format!("{}.{}", model::NAME, kept.name.to_ascii_lowercase()) {
                    kept.comment().lines().for_each(|line| head.push_str(&format!("# {line}\n")));
                }
            }
            file.text.insert_str(0, &head);
        }
        files
    }

    /// Writes the input files into a folder, which is made where it does not exist.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        self.files().iter().try_for_each(|file| fs::write(folder.join(&file.name), &file.text))
    }
}

/// Writes the heads of every step as they were found, for comparison with what the exported simulation gives.
#[derive(Debug)]
pub struct OwnHeads {
    out: io::BufWriter<fs::File>,
    grid: quanyu_files::modflow::Grid,
    steps: usize,
}

impl OwnHeads {
    /// Makes the file `quanyu.hds` in a folder.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn create(folder: &Path, problem: &Problem) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let out = io::BufWriter::new(fs::File::create(folder.join(OWN_HEADS))?);
        Ok(Self { out, grid: model::grid(problem), steps: 0 })
    }

    /// Appends a step.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn add(&mut self, step: &Step<'_>) -> io::Result<()> {
        self.steps += 1;
        let (length, total_time) = (step.days, step.time);
        let time = RecordTime { step: 1, period: self.steps, length, period_time: length, total_time };
        write_heads(&mut self.out, &self.grid, time, step.head)?;
        io::Write::flush(&mut self.out)
    }
}

/// Something that MODFLOW's files cannot say.
fn beyond(origin: Origin, what: &str) -> Fault {
    Fault {
        origin,
        kind: FaultKind::Unsupported,
        message: format!("MODFLOW 6 cannot be told of {what}"),
        value: what.to_owned(),
        allowed: "what its packages know".to_owned(),
        remedy: String::new(),
    }
}
