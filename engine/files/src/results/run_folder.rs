//! The folder of a run, while it is written and when it is read.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use quanyu_basin::Basin;
use quanyu_policy::Ledger;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::hold::hold;
use super::{
    HeadFile, HeadFileSettings, HeadFileSubject, HeadReader, OutputFailure, RunBasis, RunRecord, Series,
    SeriesColumn, SeriesFile, basin_map,
};
use crate::whole_file::write_whole_by;

const RECORD: &str = "run.json";
const VERDICT: &str = "verdict.json";
const MAP: &str = "basin.geojson";
const BASIS: &str = "basis.json";
const RESULTS: &str = "results.h5";
const ATTRIBUTION: &str = "attribution.csv";
const LOCK: &str = "run.lock";

/// A run's folder while the run lasts: `NAME.partial`. Dropped without [`RunFolder::finish`] it stays as it is, readable.
#[derive(Debug)]
pub struct RunFolder {
    partial: PathBuf,
    whole: PathBuf,
    /// Held as long as the run lasts, so that no other one writes into the same folder.
    lock: File,
}

impl RunFolder {
    /// Creates `NAME.partial` in a folder, replacing what an interrupted run left. An older whole `NAME` stays until the end.
    ///
    /// # Errors
    ///
    /// Where the folder cannot be made, where another run is at work in it, or where what is in the way is not the folder of a run:
    /// nothing else is ever removed.
    pub fn create(parent: &Path, name: &str) -> Result<Self, OutputFailure> {
        let (partial, whole) = (parent.join(format!("{name}.partial")), parent.join(name));
        let aside = aside(&whole);
        for path in [&whole, &partial, &aside] {
            if path.exists() && !is_run(path) {
                let cause = "it is in the way, but holds no run; remove or rename it";
                return Err(OutputFailure::new(path, "replace", cause));
            }
        }
        fs::create_dir_all(&partial).map_err(OutputFailure::at(&partial, "create"))?;
        let lock = hold(&partial, LOCK)?;
        if aside.exists() && !whole.exists() {
            // The program ended between the two renames of `finish`.
            fs::rename(&aside, &whole).map_err(OutputFailure::at(&aside, "restore"))?;
        }
        let entries = fs::read_dir(&partial).map_err(OutputFailure::at(&partial, "read"))?;
        for path in entries.flatten().map(|entry| entry.path()).filter(|path| !path.ends_with(LOCK)) {
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            removed.map_err(OutputFailure::at(&path, "remove"))?;
        }
        Ok(Self { partial, whole, lock })
    }

    /// The folder as it is now, ending in `.partial`.
    pub fn path(&self) -> &Path {
        &self.partial
    }

    /// Writes `run.json`, or writes it anew.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written.
    pub fn write_record(&self, record: &RunRecord) -> Result<(), OutputFailure> {
        self.write_json(RECORD, record)
    }

    /// Writes `verdict.json`.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written.
    pub fn write_verdict(&self, verdict: &impl Serialize) -> Result<(), OutputFailure> {
        self.write_json(VERDICT, verdict)
    }

    /// Writes `basis.json`.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written.
    pub fn write_basis(&self, basis: &RunBasis) -> Result<(), OutputFailure> {
        self.write_json(BASIS, basis)
    }

    /// Writes `basin.geojson`.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written.
    pub fn write_map(&self, basin: &Basin) -> Result<(), OutputFailure> {
        write_whole_by(&self.partial.join(MAP), |file| {
            serde_json::to_writer(file, &basin_map(basin)).map_err(std::io::Error::from)
        })
    }

    /// Writes any value as JSON.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written.
    pub fn write_json(&self, name: &str, value: &impl Serialize) -> Result<(), OutputFailure> {
        write_whole_by(&self.partial.join(name), |file| {
            serde_json::to_writer_pretty(&mut *file, value)?;
            file.write_all(b"\n")
        })
    }

    /// Writes rows as CSV; the header follows from the fields of the first row.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written.
    pub fn write_rows<T: Serialize>(
        &self,
        name: &str,
        rows: impl IntoIterator<Item = T>,
    ) -> Result<(), OutputFailure> {
        write_whole_by(&self.partial.join(name), |file| write_csv(file, rows))
    }

    /// Writes `ledger.csv`, `totals.csv` and, where the program was built with it, both as Parquet.
    ///
    /// # Errors
    ///
    /// Where a file cannot be written.
    pub fn write_ledger(&self, ledger: &Ledger) -> Result<(), OutputFailure> {
        let totals = ledger.total_rows();
        self.write_rows("ledger.csv", ledger.rows())?;
        self.write_rows("totals.csv", &totals)?;
        #[cfg(feature = "parquet")]
        {
            use super::ledger_table::{LEDGER, TOTALS};
            let rows: Vec<quanyu_policy::LedgerRow> = ledger.rows().collect();
            self.write_parquet("ledger.parquet", &LEDGER, &rows)?;
            self.write_parquet("totals.parquet", &TOTALS, &totals)?;
        }
        Ok(())
    }

    #[cfg(feature = "parquet")]
    fn write_parquet<R>(
        &self,
        name: &str,
        columns: &super::ledger_table::Columns<R>,
        rows: &[R],
    ) -> Result<(), OutputFailure> {
        let (path, beside) = (self.partial.join(name), self.partial.join(format!("{name}.new")));
        super::ledger_table::write_table(&beside, columns, rows)?;
        fs::rename(&beside, &path).map_err(OutputFailure::at(&path, "write"))
    }

    /// Begins a series, e.g. `springs.csv`, that is appended to as the run goes on.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written.
    pub fn series(&self, name: &str, columns: &[SeriesColumn]) -> Result<SeriesFile, OutputFailure> {
        SeriesFile::create(&self.partial.join(name), columns)
    }

    /// Begins `results.h5`.
    ///
    /// # Errors
    ///
    /// As [`HeadFile::create`].
    pub fn heads(
        &self,
        subject: &HeadFileSubject<'_>,
        settings: HeadFileSettings,
    ) -> Result<HeadFile, OutputFailure> {
        HeadFile::create(&self.partial.join(RESULTS), subject, settings)
    }

    /// Gives the run its name, in place of an older one. All files must be closed.
    ///
    /// # Errors
    ///
    /// Where `run.json` was never written, or the folder cannot be renamed; the older run is then still there.
    pub fn finish(self) -> Result<PathBuf, OutputFailure> {
        if !self.partial.join(RECORD).exists() {
            return Err(OutputFailure::new(&self.partial, "finish", "it has no run.json"));
        }
        let Self { partial, whole, lock } = self;
        let aside = aside(&whole);
        if aside.exists() {
            fs::remove_dir_all(&aside).map_err(OutputFailure::at(&aside, "remove"))?;
        }
        // Some systems remove no file that is open.
        drop(lock);
        let lock = partial.join(LOCK);
        fs::remove_file(&lock).map_err(OutputFailure::at(&lock, "remove"))?;
        if whole.exists() {
            fs::rename(&whole, &aside).map_err(OutputFailure::at(&whole, "set aside"))?;
        }
        if let Err(error) = fs::rename(&partial, &whole) {
            let failure = OutputFailure::new(&partial, "rename", error);
            return match fs::rename(&aside, &whole) {
                Err(error) if aside.exists() => Err(OutputFailure::new(&aside, "restore", error)),
                _ => Err(failure),
            };
        }
        if aside.exists() {
            fs::remove_dir_all(&aside).map_err(OutputFailure::at(&aside, "remove"))?;
        }
        Ok(whole)
    }
}

/// Where the older run waits while the new one takes its name.
fn aside(whole: &Path) -> PathBuf {
    let mut name = whole.as_os_str().to_owned();
    name.push(".replaced");
    PathBuf::from(name)
}

/// Writes rows as CSV into a folder, which is made where there is none; the file is there whole or not at all.
///
/// # Errors
///
/// Where it cannot be written.
pub fn write_table<T: Serialize>(
    folder: &Path,
    name: &str,
    rows: impl IntoIterator<Item = T>,
) -> Result<PathBuf, OutputFailure> {
    fs::create_dir_all(folder).map_err(OutputFailure::at(folder, "create"))?;
    write_whole_by(&folder.join(name), |file| write_csv(file, rows))?;
    Ok(folder.join(name))
}

fn write_csv<T: Serialize>(
    file: impl std::io::Write,
    rows: impl IntoIterator<Item = T>,
) -> std::io::Result<()> {
    let mut writer = csv::Writer::from_writer(file);
    for row in rows {
        writer.serialize(row).map_err(std::io::Error::other)?;
    }
    writer.flush()
}

/// An empty folder, or one that has a file that only runs have.
fn is_run(path: &Path) -> bool {
    let Ok(mut entries) = fs::read_dir(path) else { return false };
    if path.join(super::member_store::LOCK).exists() {
        // A batch lies there.
        return false;
    }
    entries.next().is_none()
        || [RECORD, RESULTS, VERDICT, ATTRIBUTION, LOCK].iter().any(|name| path.join(name).exists())
        || path.join(format!("{RECORD}.new")).exists()
}

/// A run read back. Its parts are read when they are asked for.
#[derive(Clone, Debug)]
pub struct Run {
    /// The folder.
    pub folder: PathBuf,
    /// Its record.
    pub record: RunRecord,
}

/// Opens the folder of a run, whole or partial.
///
/// # Errors
///
/// Where it is not the folder of a run.
pub fn read_run(folder: &Path) -> Result<Run, OutputFailure> {
    Ok(Run { folder: folder.to_owned(), record: read_json(&folder.join(RECORD))? })
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, OutputFailure> {
    let text = fs::read_to_string(path).map_err(OutputFailure::at(path, "read"))?;
    serde_json::from_str(&text).map_err(OutputFailure::at(path, "read"))
}

impl Run {
    /// Whether the run came to its end.
    pub fn is_whole(&self) -> bool {
        self.record.wall_seconds.is_some()
    }

    /// The verdict, e.g. as `quanyu_policy` states it, or as a [`serde_json::Value`].
    ///
    /// # Errors
    ///
    /// Where there is none, or not of that form.
    pub fn verdict<T: DeserializeOwned>(&self) -> Result<T, OutputFailure> {
        read_json(&self.folder.join(VERDICT))
    }

    /// What the run rests on.
    ///
    /// # Errors
    ///
    /// Where there is none, or not of that form.
    pub fn basis(&self) -> Result<RunBasis, OutputFailure> {
        read_json(&self.folder.join(BASIS))
    }

    /// Any other JSON file of the run.
    ///
    /// # Errors
    ///
    /// Where there is none, or not of that form.
    pub fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, OutputFailure> {
        read_json(&self.folder.join(name))
    }

    /// Rows of a table, e.g. of `ledger.csv`.
    ///
    /// # Errors
    ///
    /// Where there is no such table, or its rows are not of that form.
    pub fn rows<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<T>, OutputFailure> {
        let path = self.folder.join(name);
        let mut reader = csv::Reader::from_path(&path).map_err(OutputFailure::at(&path, "read"))?;
        reader.deserialize().collect::<Result<_, _>>().map_err(OutputFailure::at(&path, "read"))
    }

    /// A series, e.g. `springs.csv`.
    ///
    /// # Errors
    ///
    /// Where there is no such series.
    pub fn series(&self, name: &str) -> Result<Series, OutputFailure> {
        Series::read(&self.folder.join(name))
    }

    /// The map of the basin, a GeoJSON feature collection.
    ///
    /// # Errors
    ///
    /// Where there is none.
    pub fn map(&self) -> Result<geojson::FeatureCollection, OutputFailure> {
        read_json(&self.folder.join(MAP))
    }

    /// Heads and spring flows.
    ///
    /// # Errors
    ///
    /// Where there are none.
    pub fn heads(&self) -> Result<HeadReader, OutputFailure> {
        HeadReader::open(&self.folder.join(RESULTS))
    }
}
