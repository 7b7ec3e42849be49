//! FloPy, as it comes from its registry, drives `quanyu-mf6`: it writes a model, runs it and reads every result back
//! (`flopy/round_trip.py`).
//!
//! The case makes an environment of its own beside the programs that were built, and is skipped by name where Python or the registry
//! cannot be reached.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::program::{built, program, run_to_end};
use crate::case::{Case, Measure, Outcome, Speed, Stop};

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "flopy-round-trip",
        checks: "FloPy writes a model, runs quanyu-mf6 and reads back heads, flows, grid, observations, listing and tables",
        source: "FloPy; conservation of mass in every cell",
        reason: "files hold doubles, so that only printed digits (12 of observations, 4 decimals of the listing) and the closure of the solution remain",
        speed: Speed::Slow,
        known_miss: None,
        run: Box::new(run),
    }
}

/// A Python that has FloPy, made if there is none yet.
fn python(built: &Path) -> Result<PathBuf, Stop> {
    let environment = built.join("validate-flopy");
    let folder = environment.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let python = folder.join(format!("python{}", std::env::consts::EXE_SUFFIX));
    if run_to_end(Command::new(&python).args(["-c", "import flopy"])).is_ok() {
        return Ok(python);
    }
    let skip = |what: &'static str| move |words: String| Stop::Skipped(format!("{what}: {words}"));
    run_to_end(Command::new("python3").args(["-m", "venv"]).arg(&environment))
        .map_err(skip("python3 made no environment"))?;
    run_to_end(Command::new(&python).args(["-m", "pip", "install", "--quiet", "flopy"]))
        .map_err(skip("FloPy was not installed from its registry"))?;
    Ok(python)
}

fn run() -> Outcome {
    let built = built()?;
    let python = python(&built)?;
    let program = program(&built, "quanyu-mf6")?;
    let folder = TempDir::new().map_err(Stop::failed)?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("flopy").join("round_trip.py");
    let told =
        run_to_end(Command::new(python).arg(script).arg(program).arg(folder.path())).map_err(Stop::Failed)?;
    told.lines().map(measure).collect()
}

/// A line of the script: what, how far off, how far it may be.
fn measure(line: &str) -> Result<Measure, Stop> {
    let parts: Vec<&str> = line.split('\t').collect();
    let [what, error, tolerance] = parts[..] else { return Err(Stop::Failed(format!("FloPy says: {line}"))) };
    let number = |text: &str| text.parse().unwrap_or(f64::NAN);
    Ok(Measure::share(what, number(error), number(tolerance)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_measure_and_other_words_are_a_failure() {
        assert_eq!(measure("heads\t1e-9\t1e-6"), Ok(Measure::share("heads", 1e-9, 1e-6)));
        assert!(measure("Traceback").is_err());
        assert!(measure("heads\tnan\t1e-6").is_ok_and(|measure| !measure.passed()));
    }
}
