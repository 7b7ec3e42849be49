//! The files of a run: opened together once the input is sound, written and flushed step by step.

mod binary;
mod file;
mod history;
mod listing;
mod observed;

use quanyu_files::modflow::results::{Budget, BudgetTerm, Connectivity, RecordTime, write_grid_file};
use quanyu_files::modflow::{Simulation, Sources, TimeStep};
use quanyu_flow::{self as flow, NamedPackage, Step};

use self::binary::Binary;
use self::file::OutputFile;
use self::listing::Listing;
use self::observed::Observed;
use crate::failure::{StepStopped, Stopped};
use crate::run::Finished;
use crate::translate::stress::RowNotes;

pub(crate) use self::file::Folder;
pub(crate) use self::history::History;

/// What a run knows of the model throughout.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    pub(crate) simulation: &'a Simulation,
    pub(crate) sources: &'a Sources,
    /// Number of connections (NJA).
    pub(crate) connections: usize,
    /// Whether a water table may stand in each cell.
    pub(crate) convertible: &'a [bool],
    /// Heads at the start.
    pub(crate) start: &'a [f64],
}

/// A solved step, all that is written of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Solved<'a> {
    pub(crate) step: &'a TimeStep,
    pub(crate) engine: &'a Step<'a>,
    /// Flow of each row of each package; for cells of given head, through all their faces.
    pub(crate) flows: &'a [&'a [f64]],
    pub(crate) notes: &'a [RowNotes],
}

impl<'a> Solved<'a> {
    /// Heads at the end of the step.
    pub(crate) fn head(&self) -> &'a [f64] {
        self.engine.head
    }

    /// The rows of the packages.
    pub(crate) fn packages(&self) -> &'a [NamedPackage] {
        &self.engine.stresses.packages
    }

    /// The step's place in time as records have it.
    pub(crate) fn time(&self) -> RecordTime {
        RecordTime {
            step: self.step.step,
            period: self.step.period + 1,
            length: self.step.length,
            period_time: self.step.period_time,
            total_time: self.step.total_time,
        }
    }
}

/// All files of a run.
#[derive(Debug)]
pub(crate) struct Outputs {
    binary: Binary,
    budget: Budget,
    budget_csv: Option<OutputFile>,
    observed: Observed,
    listing: Listing,
    history: History,
}

impl Outputs {
    /// Makes all files and writes the grid file and the heads of the others.
    ///
    /// # Errors
    ///
    /// The file that cannot be made.
    pub(crate) fn open(folder: &Folder, known: Known<'_>, remarks: &[String]) -> Result<Self, Stopped> {
        let model = &known.simulation.model;
        let listing = Listing::open(folder, known, remarks)?;
        if let Some(name) = model.grid.grid_file_name() {
            let mut file = folder.make(&name)?;
            let connectivity = Connectivity::new(&model.grid);
            file.write(|out| write_grid_file(out, &model.grid, &model.property, &connectivity))?;
            file.flush()?;
        }
        let budget_csv = model.output.budget_csv.as_ref().map(|file| folder.make(&file.name)).transpose()?;
        Ok(Self {
            binary: Binary::open(folder, known)?,
            budget: Budget::new(),
            budget_csv,
            observed: Observed::open(folder, known)?,
            listing,
            history: History::open(folder, known)?,
        })
    }

    /// The rows of the packages changed: a stress period began or a series moved on.
    pub(crate) fn rows_changed(
        &mut self,
        known: Known<'_>,
        step: &TimeStep,
        packages: &[NamedPackage],
    ) -> Result<(), Stopped> {
        self.observed.find_rows(known, step.period, packages);
        self.history.set_rows(packages);
        self.listing.rows(known, step, packages)
    }

    /// Writes a solved step to all files.
    ///
    /// # Errors
    ///
    /// The file that cannot be written.
    pub(crate) fn write(&mut self, known: Known<'_>, solved: &Solved<'_>) -> Result<(), Stopped> {
        self.budget.add_step(terms(known.simulation, solved), solved.step.length);
        self.binary.write(known, solved)?;
        self.observed.write(known, solved)?;
        if let Some(file) = &mut self.budget_csv {
            let budget = &mut self.budget;
            file.write(|out| budget.write_csv(out, solved.step.total_time))?;
            file.flush()?;
        }
        self.listing.write(known, solved, &self.budget)
    }

    /// The history of outer iterations, for the engine to tell.
    pub(crate) fn history(&self) -> &History {
        &self.history
    }

    /// Ends the listings well.
    pub(crate) fn finish(&mut self, finished: Finished) -> Result<(), Stopped> {
        self.listing.finish(finished)
    }

    /// Ends the listings with what went wrong.
    pub(crate) fn fail(&mut self, stopped: &StepStopped) -> Result<(), Stopped> {
        self.listing.fail(stopped)
    }
}

/// The terms of MODFLOW's budget: storage, where the model has any, then the packages.
fn terms(simulation: &Simulation, solved: &Solved<'_>) -> Vec<BudgetTerm> {
    let model = &simulation.model;
    let term = |term: &str, package: &str, from: &flow::BudgetTerm| BudgetTerm {
        term: term.to_owned(),
        package: package.to_owned(),
        inflow: from.inflow,
        outflow: from.outflow,
    };
    let mut all = Vec::new();
    if let Some(storage) = &model.storage {
        all.push(term("STO-SS", "STO", &solved.engine.budget.elastic_storage));
        if storage.has_yield() {
            all.push(term("STO-SY", "STO", &solved.engine.budget.drainable_storage));
        }
    }
    for (package, from) in model.packages.iter().zip(&solved.engine.budget.terms) {
        all.push(term(package.term(), package.name(), from));
    }
    all
}
