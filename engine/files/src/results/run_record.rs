//! `run.json`: what was run, on what, when.

use std::path::Path;

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

/// One hash over all inputs: SHA-256 of their names and hashes in ascending order, so that it depends on what each file holds (two
/// that change places are other inputs), but not on the folder they lie in.
pub fn combined_hash(inputs: &[InputHash]) -> String {
    let line = |input: &InputHash| {
        let name = Path::new(&input.path).file_name().unwrap_or_default();
        format!("{} {}", input.sha256, name.display())
    };
    let mut lines: Vec<String> = inputs.iter().map(line).collect();
    lines.sort_unstable();
    lines.dedup();
    crate::diagnostic::hexadecimal(&Sha256::digest(lines.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_change_places_are_other_inputs_and_folders_do_not_matter() {
        let hash = |files: [(&str, &str); 2]| {
            let input = |(path, sha256): (&str, &str)| InputHash { path: path.into(), sha256: sha256.into() };
            combined_hash(&files.map(input))
        };
        let as_it_was = hash([("a/top.asc", "1"), ("a/bottom.asc", "2")]);
        assert_eq!(as_it_was, hash([("b/bottom.asc", "2"), ("b/top.asc", "1")]));
        assert_ne!(as_it_was, hash([("a/top.asc", "2"), ("a/bottom.asc", "1")]));
        assert_ne!(as_it_was, hash([("a/top.asc", "1"), ("a/bottom.asc", "1")]));
    }
}
