//! A course of the flow engine, step after step, as a MODFLOW 6 simulation that gives the same heads.
//!
//! Every step becomes a stress period of one time step. What MODFLOW has is written as such: wells with their reduction, drains,
//! general heads, given heads, recharge as shares of one time series, barriers, changing conductivities (TVK). What it lacks is
//! written as the flow that resulted: rivers that lose no more than flows in them become wells of the package's name.
//!
//! The rows of a step go to files at once; only those of the last step are held, to be compared with the next.

mod kept;
mod model;
mod spool;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use quanyu_files::modflow::results::{RecordTime, write_heads};
use quanyu_files::modflow::{
    Conductivity, ConductivityChange, Grid, Mark, TextFile, conductivity_block, input_files,
};
use quanyu_flow::{Fault, FaultKind, NamedPackage, Origin, Problem, PropertyChange, State, Step};

use self::kept::Kept;
use self::spool::Spool;

/// The simulation's name file.
const NAME_FILE: &str = "mfsim.nam";
/// File of the engine's own heads beside the input.
const OWN_HEADS: &str = "quanyu.hds";

/// Why a step cannot be exported.
#[derive(Debug)]
pub enum ExportFailure {
    /// What MODFLOW cannot be told.
    Beyond(Vec<Fault>),
    /// A file cannot be written.
    Output(io::Error),
}

impl From<io::Error> for ExportFailure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// A simulation in the making: the model, and what every step so far brought.
#[derive(Debug)]
pub struct Export<'p> {
    problem: &'p Problem,
    folder: PathBuf,
    grid: Grid,
    title: String,
    start_date: Option<String>,
    start: Vec<f64>,
    lengths: Vec<f64>,
    packages: Vec<Kept>,
    changes: Option<Spool>,
    known: BTreeMap<usize, PropertyChange>,
    remarks: Vec<String>,
}

impl<'p> Export<'p> {
    /// A simulation that starts from a state, to be written into a folder, which is made where it does not exist. `title` goes into
    /// the files as a comment, `start_date` is that of the first step.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn create(
        folder: &Path,
        problem: &'p Problem,
        state: &State,
        title: &str,
        start_date: Option<String>,
    ) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self {
            problem,
            folder: folder.to_path_buf(),
            grid: model::grid(problem),
            title: title.to_owned(),
            start_date,
            start: state.head.clone(),
            lengths: Vec::new(),
            packages: Vec::new(),
            changes: None,
            known: state.changes.iter().map(|change| (change.cell, *change)).collect(),
            remarks: Vec::new(),
        })
    }

    /// Takes a solved transient step.
    ///
    /// # Errors
    ///
    /// What MODFLOW cannot be told; a file that cannot be written.
    pub fn add(&mut self, step: &Step<'_>) -> Result<(), ExportFailure> {
        let number = self.lengths.len();
        self.lengths.push(step.days);
        if step.report.substeps > 1 {
            self.remarks.push(format!(
                "stress period {} was solved in {} sub-steps; its heads agree less closely",
                number + 1,
                step.report.substeps
            ));
        }
        let mut faults = self.take_changes(number, step.changes)?;
        if self.packages.is_empty() {
            let kept = |(at, named): (usize, &NamedPackage)| {
                let name = model::package_name(&named.name);
                let spool = Spool::create(&self.folder, &file_name(&name))?;
                Ok(Kept::new(at, name, spool, named, step.stresses))
            };
            let packages = step.stresses.packages.iter().enumerate();
            self.packages = packages.map(kept).collect::<io::Result<_>>()?;
        }
        let place = (self.problem, &self.grid, number);
        for (at, kept) in self.packages.iter_mut().enumerate() {
            match kept.add(place, &step.stresses.packages[at].package, &step.flows[at]) {
                Err(ExportFailure::Beyond(more)) => faults.extend(more),
                added => added?,
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(ExportFailure::Beyond(faults)) }
    }

    fn take_changes(&mut self, number: usize, changes: &[PropertyChange]) -> io::Result<Vec<Fault>> {
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
            let spool = match &mut self.changes {
                Some(spool) => spool,
                none => none.insert(Spool::create(&self.folder, &model::varying_name())?),
            };
            spool.write(&conductivity_block(&self.grid, number, &rows))?;
        }
        Ok(faults)
    }

    /// Writes the input files, each with its comments; returns what whoever runs them should know. The simulation's name file comes
    /// last: without it nothing runs what is only there in part.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn finish(self) -> io::Result<Vec<String>> {
        let mut files = input_files(&model::simulation(&self));
        for file in &mut files {
            file.text.insert_str(0, &self.head(file));
        }
        let (names, files): (Vec<TextFile>, Vec<TextFile>) =
            files.into_iter().partition(|file| file.name == NAME_FILE);
        let write = |file: &TextFile| fs::write(self.folder.join(&file.name), &file.text);
        match fs::remove_file(self.folder.join(NAME_FILE)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => files.iter().try_for_each(write)?,
        }
        let packages = self.packages.into_iter().filter(Kept::has_rows).map(Kept::into_spool);
        packages.chain(self.changes).try_for_each(Spool::append)?;
        let write = |file: &TextFile| fs::write(self.folder.join(&file.name), &file.text);
        names.iter().try_for_each(write)?;
        Ok(self.remarks)
    }

    /// The comments at the head of a file.
    fn head(&self, file: &TextFile) -> String {
        let mut head = format!("# {}\n", self.title);
        if file.name == NAME_FILE {
            self.remarks.iter().for_each(|remark| head.push_str(&format!("# {remark}\n")));
        }
        for kept in &self.packages {
            if file.name == file_name(&kept.name) {
                kept.comment().lines().for_each(|line| head.push_str(&format!("# {line}\n")));
            }
        }
        head
    }
}

/// The file of a package.
fn file_name(package: &str) -> String {
    format!("{}.{}", model::NAME, package.to_ascii_lowercase())
}

/// Writes the heads of every step as they were found, for comparison with what the exported simulation gives.
#[derive(Debug)]
pub struct OwnHeads {
    out: io::BufWriter<fs::File>,
    grid: Grid,
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
