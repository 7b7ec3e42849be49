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

/// A model of one period of a day and one step, at rest; `packages` are further lines of its name file and `files` its further
/// files: `d` DIS, `c` IC, `n` NPF and whatever the lines name. Heads go to `h.hds`, flows to `b.cbc`.
pub(crate) fn model(packages: &str, files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let names = format!(
        "BEGIN OPTIONS\nSAVE_FLOWS\nEND OPTIONS\nBEGIN PACKAGES\nDIS6 d\nIC6 c\nNPF6 n\nOC6 o\n{packages}END PACKAGES\n"
    );
    let common = [
        (
            "mfsim.nam",
            "BEGIN TIMING\nTDIS6 t\nEND TIMING\nBEGIN MODELS\nGWF6 m.nam m\nEND MODELS\nBEGIN EXCHANGES\n\
             END EXCHANGES\nBEGIN SOLUTIONGROUP 1\nIMS6 i m\nEND SOLUTIONGROUP\n",
        ),
        ("t", "BEGIN DIMENSIONS\nNPER 1\nEND DIMENSIONS\nBEGIN PERIODDATA\n1 1 1\nEND PERIODDATA\n"),
        (
            "i",
            "BEGIN NONLINEAR\nOUTER_DVCLOSE 1e-9\nOUTER_MAXIMUM 100\nEND NONLINEAR\nBEGIN LINEAR\nINNER_DVCLOSE 1e-10\n\
               INNER_RCLOSE 1e-8\nEND LINEAR\n",
        ),
        ("m.nam", names.as_str()),
        (
            "o",
            "BEGIN OPTIONS\nHEAD FILEOUT h.hds\nBUDGET FILEOUT b.cbc\nEND OPTIONS\nBEGIN PERIOD 1\nSAVE HEAD ALL\n\
             SAVE BUDGET ALL\nPRINT BUDGET ALL\nEND PERIOD\n",
        ),
    ];
    for (file, text) in common.iter().chain(files) {
        fs::write(folder.path().join(file), text).unwrap();
    }
    folder
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
