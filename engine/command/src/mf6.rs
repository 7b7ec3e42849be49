//! The `quanyu-mf6` program: reads `mfsim.nam` in the current folder and behaves as `mf6` does.
//!
//! No arguments (`--version` and `--help` aside). Exit codes: 0 normal termination, also after steps that did not converge where
//! `CONTINUE` is given · 1 a step failed or a file cannot be written · 2 wrong input, nothing written.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use quanyu_files::Style;
use quanyu_files::modflow::render;
use quanyu_files::modflow::results::NORMAL_TERMINATION;
use quanyu_modflow::{Progress, Stopped, run};

const HELP: &str = "quanyu-mf6 runs the MODFLOW 6 simulation (one GWF model on a DIS grid) of the current folder, \
as mf6 does.\nIt takes no arguments and reads mfsim.nam.";

fn main() -> ExitCode {
    if let Some(argument) = std::env::args_os().nth(1) {
        let version = concat!("quanyu-mf6: ", env!("CARGO_PKG_VERSION"));
        match argument.to_string_lossy().as_ref() {
            "-v" | "-V" | "--version" => say(version),
            "-h" | "-?" | "--help" => say(HELP),
            other => {
                complain(&format!("quanyu-mf6 takes no arguments, but was given {other}.\n{HELP}"));
                return ExitCode::from(2);
            }
        }
        return ExitCode::SUCCESS;
    }
    let begun = Instant::now();
    say(concat!("\n                  quanyu-mf6 ", env!("CARGO_PKG_VERSION"), "\n"));
    say("      MODFLOW 6 simulations on structured grids, run by quanyu\n");
    say(" Writing simulation list file: mfsim.lst\n Using Simulation name file: mfsim.nam\n");
    let ended = run(Path::new("."), |progress| match progress {
        Progress::Remark(text) => say(&format!("    {text}")),
        Progress::Step { period, step } => {
            say(&format!("    Solving:  Stress period: {period:5}    Time step: {step:5}"));
        }
    });
    let (code, words) = match ended {
        Ok(finished) => {
            if let Some(words) = finished.failures() {
                say(&format!("\n {words}"));
            }
            (0, format!(" {NORMAL_TERMINATION}"))
        }
        Err(Stopped::Input(wrong)) => {
            complain(&render(&wrong.sources, &wrong.faults, Style::Plain));
            (2, format!(" ERROR REPORT: {} fault(s) in the input; nothing was written.", wrong.faults.len()))
        }
        Err(stopped) => {
            complain(&format!("\n FAILURE: {stopped}"));
            (1, " Premature termination of simulation.".to_owned())
        }
    };
    say(&format!("\n Elapsed run time: {:.3} Seconds\n\n{words}", begun.elapsed().as_secs_f64()));
    ExitCode::from(code)
}

/// Writes a line for the user; a closed pipe is no reason to stop.
fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Writes what went wrong.
fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
