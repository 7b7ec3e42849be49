//! `quanyu calibrate`: set the free parameters against the published marks and write them beside the basin's data.

use std::fmt::Write;

use quanyu_files::{Sources, read_basin, write_calibration};
use quanyu_flow::Settings;
use quanyu_policy::history::{Calibration, CalibrationError, calibrate as search};
use quanyu_report::{Language, marks_table};

use crate::arguments::CalibrateArguments;
use crate::interrupt;
use crate::outcome::{CommandError, Outcome};
use crate::progress::{bar, result, terminal_width};
use crate::run::{use_threads, wrong};

/// Calibrates a basin.
pub(crate) fn calibrate(arguments: &CalibrateArguments) -> Result<Outcome, CommandError> {
    use_threads(arguments.effort.threads)?;
    let mut sources = Sources::new();
    let folder = read_basin(&arguments.basin, &mut sources).map_err(|faults| wrong(&sources, &faults))?;
    let path = match (&folder.calibrated, arguments.dry_run) {
        (_, true) => None,
        (Some(path), false) => Some(path),
        (None, false) => {
            return Err(CommandError::WrongInput(format!(
                "{} names no file for calibrated parameters; add `calibrated = \"calibrated.toml\"` under [files], or ask for \
                 --dry-run",
                folder.folder.join("basin.toml").display()
            )));
        }
    };
    let bar = bar("calibrate", arguments.evaluations as usize, arguments.effort.quiet);
    let found = search(
        &folder.basin,
        arguments.cell,
        arguments.evaluations as usize,
        Settings::default(),
        &interrupt::goes_on,
        |evaluations, best| {
            bar.set_position(evaluations as u64);
            bar.set_message(format!("{best:.3}"));
        },
    );
    bar.finish_and_clear();
    let found = found.map_err(|error| match error {
        CalibrationError::Faults(faults) => wrong(&sources, &faults),
        CalibrationError::Unsolved(failure) => CommandError::Failed(failure.to_string()),
        CalibrationError::Stopped => CommandError::Interrupted("interrupted; nothing was written".into()),
    })?;
    let mut text = describe(&found);
    if let Some(path) = path {
        let values: Vec<_> = found.parameters.iter().map(|moved| (moved.id.clone(), moved.value)).collect();
        write_calibration(path, &remark(&found), &values)
            .map_err(|failure| CommandError::Failed(failure.to_string()))?;
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

fn remark(found: &Calibration) -> String {
    format!(
        "Written by `quanyu calibrate` {}: yearly steps, cells of {} m, {} evaluations; cost {:.3} at the priors, {:.3} here.\n\
         Delete this file to run on the priors.",
        env!("CARGO_PKG_VERSION"),
        found.cell,
        found.evaluations,
        found.cost_before,
        found.cost_after
    )
}
