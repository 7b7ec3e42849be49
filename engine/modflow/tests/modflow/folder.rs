//! Folders with simulations, run and read back.

use std::fs;
use std::path::{Path, PathBuf};

use quanyu_files::modflow::results::{HeadRecord, read_heads};
use quanyu_modflow::{Finished, Stopped, run};
use tempfile::TempDir;

/// Files of a case that are results.
const RESULTS: [&str; 5] = ["gwf.hds", "gwf.dis.grb", "heads_last.csv", "budget_rates.csv", "o.csv"];

/// The folder of one of the MODFLOW 6 cases, results included.
pub(crate) fn case(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../validate/modflow/cases").join(name)
}

/// The input of a case in a folder of its own.
pub(crate) fn copy(name: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(case(name)).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap();
        if !RESULTS.contains(&file) {
            fs::copy(&path, folder.path().join(file)).unwrap();
        }
    }
    folder
}

/// Runs a folder without listening.
pub(crate) fn play(folder: &Path) -> Result<Finished, Stopped> {
    run(folder, |_| {})
}

/// Puts a text in the place of another in a file, which must have it.
pub(crate) fn replace(folder: &Path, file: &str, from: &str, to: &str) {
    let text = fs::read_to_string(folder.join(file)).unwrap();
    assert!(text.contains(from), "{file} lacks {from:?}:\n{text}");
    fs::write(folder.join(file), text.replace(from, to)).unwrap();
}

/// The heads of a folder.
pub(crate) fn heads(folder: &Path, file: &str) -> Vec<HeadRecord> {
    read_heads(&fs::read(folder.join(file)).unwrap()).unwrap()
}

/// Rates of every step from the tables of a listing: term and side (`WEL_IN`), rate.
pub(crate) fn rates(listing: &Path) -> Vec<Vec<(String, f64)>> {
    let mut steps: Vec<Vec<(String, f64)>> = Vec::new();
    let mut side = "";
    for line in fs::read_to_string(listing).unwrap().lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if line.contains("VOLUME BUDGET FOR ENTIRE MODEL") {
            steps.push(Vec::new());
        } else if words == ["IN:", "IN:"] {
            side = "IN";
        } else if words == ["OUT:", "OUT:"] {
            side = "OUT";
        } else if words.len() == 7
            && words[1] == "="
            && let Some(step) = steps.last_mut()
        {
            step.push((format!("{}_{side}", words[3]), words[5].parse().unwrap()));
        }
    }
    steps
}
