//! A simulation run in a copy of its folder, which vanishes afterwards.

use std::fs;
use std::path::{Path, PathBuf};

use quanyu_files::modflow::results::{HeadRecord, read_heads};
use quanyu_modflow::Stopped;
use tempfile::TempDir;

use super::rates::{Rates, rates};
use crate::case::Stop;

/// Where the budget of every step goes, so that it can be read to all its digits.
const BUDGET: &str = "validate.budget.csv";

/// A model's folder under `modflow/` of this crate.
pub(super) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("modflow").join(name)
}

/// A file as text.
pub(super) fn text(path: &Path) -> Result<String, Stop> {
    fs::read_to_string(path).map_err(|error| Stop::Failed(format!("{}: {error}", path.display())))
}

/// A file of heads.
pub(super) fn heads(path: &Path) -> Result<Vec<HeadRecord>, Stop> {
    let bytes = fs::read(path).map_err(|error| Stop::Failed(format!("{}: {error}", path.display())))?;
    read_heads(&bytes).ok_or_else(|| Stop::Failed(format!("{} holds no heads", path.display())))
}

/// A simulation that was run.
pub(super) struct Finished {
    /// The copy.
    copy: TempDir,
}

impl Finished {
    /// Copies a model's input, asks for its budget as a table, and runs it.
    ///
    /// Results that lie beside the input stay behind, so that none can be taken for the engine's.
    pub(super) fn run(model: &Path) -> Result<Self, Stop> {
        let copy = TempDir::new().map_err(Stop::failed)?;
        for entry in fs::read_dir(model).map_err(Stop::failed)? {
            let path = entry.map_err(Stop::failed)?.path();
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            let (true, Some(name)) = (path.is_file(), path.file_name()) else { continue };
            match ending {
                "hds" | "grb" | "csv" => {}
                "oc" => {
                    let asked = format!("begin options\n  BUDGETCSV FILEOUT {BUDGET}\n");
                    let control = text(&path)?.replacen("BEGIN options\n", &asked, 1);
                    fs::write(copy.path().join(name), control).map_err(Stop::failed)?;
                }
                _ => {
                    fs::copy(&path, copy.path().join(name)).map_err(Stop::failed)?;
                }
            }
        }
        match quanyu_modflow::run(copy.path(), |_| {}) {
            Ok(_) => Ok(Self { copy }),
            Err(Stopped::Input(wrong)) => Err(Stop::faults(wrong.faults)),
            Err(stopped) => Err(Stop::failed(stopped)),
        }
    }

    /// The heads it wrote.
    pub(super) fn heads(&self) -> Result<Vec<HeadRecord>, Stop> {
        heads(&self.copy.path().join("gwf.hds"))
    }

    /// The budget it wrote.
    pub(super) fn rates(&self) -> Result<Rates, Stop> {
        rates(&text(&self.copy.path().join(BUDGET))?)
    }
}
