//! FloPy, as it comes from its registry, drives `quanyu-mf6`: it writes a model, runs it and reads every result back
//! (`flopy/round_trip.py`).
//!
//! The case makes an environment of its own beside the programs that were built, and is skipped by name where Python or the registry
//! cannot be reached.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

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

/// Runs a command; its standard output, or its last words.
fn run_to_end(command: &mut Command) -> Result<String, String> {
    let told = command.output().map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    if told.status.success() {
        return Ok(String::from_utf8_lossy(&told.stdout).into_owned());
    }
    let words = [told.stdout, told.stderr].concat();
    let words = String::from_utf8_lossy(&words).trim().to_owned();
    let last: Vec<&str> = words.lines().rev().take(12).collect();
    Err(last.into_iter().rev().collect::<Vec<_>>().join(" / "))
}

/// The folder of the programs that are being built.
fn built() -> Result<PathBuf, Stop> {
    let program = std::env::current_exe().map_err(Stop::failed)?;
    let folder = program.parent().ok_or_else(|| Stop::Failed("the program lies nowhere".into()))?;
    // Tests lie one deeper.
    let deeper = folder.file_name().is_some_and(|name| name == "deps");
    Ok(if deeper { folder.parent().unwrap_or(folder) } else { folder }.to_owned())
}

/// Builds `quanyu-mf6` beside this program.
fn program(built: &Path) -> Result<PathBuf, Stop> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args([
        "build",
        "--package",
        "quanyu",
        "--bin",
        "quanyu-mf6",
    ]);
    if built.file_name().is_some_and(|name| name == "release") {
        command.arg("--release");
    }
    if let Some(target) = built.parent() {
        command.arg("--target-dir").arg(target);
    }
    if let Some(features) = std::env::var_os("HDF5_FEATURES") {
        command.args(features.to_string_lossy().split_whitespace());
    }
    run_to_end(&mut command).map_err(|words| Stop::Failed(format!("quanyu-mf6 was not built: {words}")))?;
    Ok(built.join(format!("quanyu-mf6{}", std::env::consts::EXE_SUFFIX)))
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
    let program = program(&built)?;
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

    #[test]
    fn what_cannot_be_run_says_why() {
        assert!(
            run_to_end(&mut Command::new("no-such-program-anywhere"))
                .is_err_and(|words| words.contains("no-such"))
        );
    }
}
