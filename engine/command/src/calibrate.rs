//! `quanyu calibrate`: set the free parameters against the published marks and write them beside the basin's data.

use std::fmt::Write;
use std::ops::ControlFlow;

use quanyu_files::{Sources, read_basin};
use quanyu_flow::Settings;
use quanyu_policy::history::{Calibration, CalibrationError, calibrate as search};
use quanyu_report::{Language, marks_table};

use crate::arguments::CalibrateArguments;
use crate::interrupt;
use crate::outcome::{CommandError, Outcome};
use crate::progress::{bar, result, terminal_width};
use crate::run::{use_threads, write_whole, wrong};

/// Name of the file where the basin does not name one.
const CALIBRATED: &str = "calibrated.toml";

/// Calibrates a basin.
pub(crate) fn calibrate(arguments: &CalibrateArguments) -> Result<Outcome, CommandError> {
    use_threads(arguments.threads)?;
    let mut sources = Sources::new();
    let folder = read_basin(&arguments.basin, &mut sources).map_err(|faults| wrong(&sources, &faults))?;
    let bar = bar("calibrate", arguments.evaluations as usize, arguments.quiet);
    let found = search(
        &folder.basin,
        arguments.cell,
        arguments.evaluations as usize,
        Settings::default(),
        |evaluations, best| {
            bar.set_position(evaluations as u64);
            bar.set_message(format!("{best:.3}"));
            if interrupt::asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        },
    );
    bar.finish_and_clear();
    let found = found.map_err(|error| match error {
        CalibrationError::Faults(faults) => wrong(&sources, &faults),
        CalibrationError::Unsolved(failure) => CommandError::Failed(failure.to_string()),
        CalibrationError::Stopped => CommandError::Interrupted("interrupted; nothing was written".into()),
    })?;
    let mut text = describe(&found);
    if !arguments.dry_run {
        let path = arguments.basin.join(CALIBRATED);
        write_whole(&path, &document(&found))?;
        let _ = write!(text, "\nwritten to {}", path.display());
    }
    result(&text);
    Ok(Outcome::Done)
}

fn describe(found: &Calibration) -> String {
    let mut text = format!(
        "at the priors (cost {:.3}):\n{}\n\ncalibrated (cost {:.3}, {} evaluations, cells of {} m):\n{}\n\n",
        found.cost_before,
        marks_table(&found.marks_before, &[], Language::En, terminal_width()),
        found.cost_after,
        found.evaluations,
        found.cell,
        marks_table(&found.marks_after, &[], Language::En, terminal_width())
    );
    for parameter in &found.parameters {
        let _ = writeln!(
            text,
            "{}: {:.4} (prior {} [{}, {}], moved {:+.2} σ)",
            parameter.id,
            parameter.value,
            parameter.prior,
            parameter.low,
            parameter.high,
            parameter.deviations
        );
    }
    text
}

fn document(found: &Calibration) -> String {
    let mut text = format!(
        "# Written by `quanyu calibrate`: yearly steps, cells of {} m, {} evaluations; cost {:.3} at the priors, {:.3} here.\n\
         # Delete this file to run on the priors.\n\n[parameter]\n",
        found.cell, found.evaluations, found.cost_before, found.cost_after
    );
    for parameter in &found.parameters {
        let _ = writeln!(text, "{} = {:.6}", parameter.id, parameter.value);
    }
    text
}
