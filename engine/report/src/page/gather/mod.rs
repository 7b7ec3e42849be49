//! What the page shows, read from the folders of finished runs and batches.

mod batch;
pub(crate) mod contours;
mod ledger;
mod maps;
mod members;
mod places;
mod run;

use std::path::{Path, PathBuf};

use quanyu_files::{OutputFailure, read_run};

pub(crate) use batch::{BandYear, BatchView, FactorBand};
pub(crate) use ledger::{GroupView, YearEntry};
pub(crate) use maps::{Frame, Maps, SpringState, WellMark};
pub(crate) use members::MembersOnly;
pub(crate) use places::Places;
pub(crate) use run::{AttributionRow, RunView, Yearly};

/// Why a page cannot be written.
#[derive(Debug)]
pub enum PageError {
    /// A folder holds no finished run and no batch, or a file of it cannot be read.
    Unreadable(String),
    /// No run was named.
    Empty,
    /// Runs that cannot stand side by side.
    Mixed(String),
    /// A figure could not be drawn.
    Drawing(String),
}

impl std::fmt::Display for PageError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable(text) | Self::Mixed(text) | Self::Drawing(text) => formatter.write_str(text),
            Self::Empty => formatter.write_str(
                "there is no finished run: name the folder of a run, or one that holds some (a run is finished when it has lost \
                 its ending .partial)",
            ),
        }
    }
}

impl std::error::Error for PageError {}

impl From<OutputFailure> for PageError {
    fn from(failure: OutputFailure) -> Self {
        Self::Unreadable(failure.to_string())
    }
}

/// All that the page shows.
#[derive(Debug)]
pub(crate) struct Findings {
    /// Runs; the first is what the others are compared with.
    pub(crate) runs: Vec<RunView>,
    /// A batch over them, if there is one.
    pub(crate) batch: Option<BatchView>,
    /// Places of the basin.
    pub(crate) places: Places,
    /// Heads on the map.
    pub(crate) maps: Maps,
}

/// What lies in some folders.
#[derive(Debug)]
pub(crate) enum Content {
    /// Finished runs, with a batch over them if there is one.
    Runs(Box<Findings>),
    /// A batch by itself.
    Members(Box<MembersOnly>),
}

impl Content {
    /// Reads folders: each that of a run, of a batch, or one that holds such folders.
    ///
    /// # Errors
    /// Where a folder holds neither, where a file cannot be read, or where the runs are of different basins.
    pub(crate) fn read(folders: &[PathBuf]) -> Result<Self, PageError> {
        let (mut found, mut batches) = (Vec::new(), Vec::new());
        for folder in folders {
            let before = (found.len(), batches.len());
            find(folder, true, &mut found, &mut batches)?;
            if before == (found.len(), batches.len()) {
                let text = format!(
                    "{} holds no finished run (a folder with run.json, verdict.json and basis.json, not ending in .partial) and no \
                     finished batch (one with batch.json)",
                    folder.display()
                );
                return Err(PageError::Unreadable(text));
            }
        }
        if !found.is_empty() {
            return Ok(Self::Runs(Box::new(Findings::of(found, &batches)?)));
        }
        if let [_, other, ..] = &batches[..] {
            return Err(PageError::Mixed(format!(
                "there are several batches and no run ({} is one of them): name the folder of one",
                other.display()
            )));
        }
        let only = batches.first().map(|folder| MembersOnly::read(folder)).transpose()?.flatten();
        only.map(|members| Self::Members(Box::new(members))).ok_or(PageError::Empty)
    }
}

impl Findings {
    fn of(found: Vec<PathBuf>, batches: &[PathBuf]) -> Result<Self, PageError> {
        let mut runs = read_all(found)?;
        let Some(first) = runs.first() else { return Err(PageError::Empty) };
        if let Some(other) = runs.iter().find(|run| run.record.basin != first.record.basin) {
            return Err(PageError::Mixed(format!(
                "{} is of the basin {}, {} of {}: one page shows one basin",
                first.name(),
                first.record.basin,
                other.name(),
                other.record.basin
            )));
        }
        if let Some(other) = runs.iter().find(|run| run.record.grid.cell_m != first.record.grid.cell_m) {
            return Err(PageError::Mixed(format!(
                "{} has cells of {} m, {} of {} m: one page shows runs on one grid; name the folders of such, or run one of them again",
                first.name(),
                first.record.grid.cell_m,
                other.name(),
                other.record.grid.cell_m
            )));
        }
        // What the others are compared with is the run without measures; without one, the first that was named.
        if let Some(base) = runs.iter().position(|run| run.basis.measures.is_empty()) {
            let base = runs.remove(base);
            runs.insert(0, base);
        }
        let mut batch = None;
        for folder in batches {
            let read = BatchView::read(folder)?;
            let shared = |view: &BatchView| {
                view.scenarios.iter().filter(|own| runs.iter().any(|run| run.name() == own.name)).count()
            };
            let best = batch.as_ref().map_or(0, shared);
            if read.as_ref().is_some_and(|view| shared(view) > best) {
                batch = read;
            }
        }
        if let Some(batch) = &batch {
            runs.iter_mut().for_each(|run| run.hear(batch));
        }
        let places = Places::read(&runs[0].run)?;
        let maps = Maps::read(&runs, &places)?;
        Ok(Self { runs, batch, places, maps })
    }

    /// What the others are compared with.
    pub(crate) fn base(&self) -> &RunView {
        &self.runs[0]
    }
}

/// Finds runs and batches in a folder, and in those that it holds.
fn find(
    folder: &Path,
    below: bool,
    runs: &mut Vec<PathBuf>,
    batches: &mut Vec<PathBuf>,
) -> Result<(), PageError> {
    let partial = folder.extension().is_some_and(|ending| ending == "partial" || ending == "replaced");
    if partial {
        return Ok(());
    }
    if folder.join("batch.json").is_file() {
        batches.push(folder.to_owned());
    } else if folder.join("run.json").is_file() {
        if folder.join("verdict.json").is_file() && !runs.contains(&folder.to_owned()) {
            runs.push(folder.to_owned());
        }
    } else if below {
        let entries = std::fs::read_dir(folder)
            .map_err(|error| PageError::Unreadable(format!("cannot read {}: {error}", folder.display())))?;
        let mut inner: Vec<PathBuf> =
            entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
        inner.sort();
        for path in inner {
            find(&path, false, runs, batches)?;
        }
    }
    Ok(())
}

/// Reads runs side by side: their ledgers are long.
fn read_all(folders: Vec<PathBuf>) -> Result<Vec<RunView>, PageError> {
    std::thread::scope(|scope| {
        let readers: Vec<_> = folders
            .iter()
            .map(|folder| {
                scope.spawn(move || -> Result<RunView, PageError> { Ok(RunView::read(read_run(folder)?)?) })
            })
            .collect();
        readers
            .into_iter()
            .map(|reader| reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}
