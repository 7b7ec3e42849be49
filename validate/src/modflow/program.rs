//! The programs themselves, built beside the program that asks for it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::case::Stop;

/// Runs a command; its standard output, or its last words.
pub(super) fn run_to_end(command: &mut Command) -> Result<String, String> {
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
pub(super) fn built() -> Result<PathBuf, Stop> {
    let program = std::env::current_exe().map_err(Stop::failed)?;
    let folder = program.parent().ok_or_else(|| Stop::Failed("the program lies nowhere".into()))?;
    // Tests lie one deeper.
    let deeper = folder.file_name().is_some_and(|name| name == "deps");
    Ok(if deeper { folder.parent().unwrap_or(folder) } else { folder }.to_owned())
}

/// Builds a program of the command crate beside this one.
pub(super) fn program(built: &Path, name: &str) -> Result<PathBuf, Stop> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["build", "--package", "quanyu", "--bin", name]);
    if built.file_name().is_some_and(|name| name == "release") {
        command.arg("--release");
    }
    if let Some(target) = built.parent() {
        command.arg("--target-dir").arg(target);
    }
    if cfg!(feature = "static-hdf5") {
        command.args(["--features", "static-hdf5"]);
    }
    run_to_end(&mut command).map_err(|words| Stop::Failed(format!("{name} was not built: {words}")))?;
    Ok(built.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_run_says_why() {
        assert!(
            run_to_end(&mut Command::new("no-such-program-anywhere"))
                .is_err_and(|words| words.contains("no-such"))
        );
    }
}
