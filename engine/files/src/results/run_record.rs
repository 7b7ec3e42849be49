//! `run.json`: what was run, on what, when.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::diagnostic::InputHash;

/// Record of a run. Written when it begins and again when it ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Version of the program.
    pub version: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Chinese title.
    pub title_zh: String,
    /// English title.
    pub title_en: String,
    /// Id of the basin.
    pub basin: String,
    /// Hash of every input file.
    pub inputs: Vec<InputHash>,
    /// Hash over all of them; see [`combined_hash`].
    pub input_sha256: String,
    /// EPSG code of the reference system.
    pub epsg: u32,
    /// Its name.
    pub crs: String,
    /// The grid.
    pub grid: GridSize,
    /// Where it ran.
    pub machine: Machine,
    /// Threads used.
    pub threads: usize,
    /// When it began, UTC.
    pub started: Timestamp,
    /// Seconds from begin to end; absent while it runs.
    pub wall_seconds: Option<f64>,
    /// Remarks in plain words: what was decided where the input left it open.
    pub notes: Vec<String>,
}

/// Size of a grid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GridSize {
    /// Width of a cell \[m\].
    pub cell_m: f64,
    /// Layers.
    pub layers: usize,
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Cells that have a head.
    pub active_cells: usize,
}

/// A machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Operating system.
    pub system: String,
    /// Architecture.
    pub architecture: String,
    /// Model of the processor, where the system tells.
    pub processor: Option<String>,
    /// Threads that the system offers.
    pub available_threads: usize,
}

impl Machine {
    /// The machine that this runs on.
    pub fn here() -> Self {
        let processor = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("model name"))?.to_owned();
            Some(line.split_once(':')?.1.trim().to_owned())
        });
        Self {
            system: std::env::consts::OS.to_owned(),
            architecture: std::env::consts::ARCH.to_owned(),
            processor,
            available_threads: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

/// One hash over all inputs: SHA-256 of their hashes in ascending order, so that it depends on what the files hold, but not on where
/// they lie.
pub fn combined_hash(inputs: &[InputHash]) -> String {
    let mut hashes: Vec<&str> = inputs.iter().map(|input| input.sha256.as_str()).collect();
    hashes.sort_unstable();
    hashes.dedup();
    crate::diagnostic::hexadecimal(&Sha256::digest(hashes.join("\n")))
}
