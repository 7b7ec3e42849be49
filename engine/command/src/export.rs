//! `quanyu export`: a scenario played out once, and written as a model that other programs run.

use std::path::Path;

use quanyu_basin::Mining;
use quanyu_files::Sources;
use quanyu_flow::Settings;
use quanyu_modflow::{Export, ExportFailure, OwnHeads};
use quanyu_policy::history::Course;
use quanyu_policy::{Ends, apply};

use crate::arguments::{ExportArguments, ExportFormat};
use crate::interrupt;
use crate::outcome::{CommandError, Outcome};
use crate::progress::{self, message, result};
use crate::run::{prepare, read, use_threads, wrong};

/// Largest change of head of the last outer iteration \[m\]: with it and the next, what is exported gives the same heads to a
/// millionth of a metre.
const LARGEST_CHANGE: f64 = 1e-9;
/// Largest residual \[m³/d\].
const LARGEST_RESIDUAL: f64 = 1e-9;

/// Exports a scenario.
pub(crate) fn export(arguments: &ExportArguments) -> Result<Outcome, CommandError> {
    use_threads(arguments.effort.threads)?;
    let mut sources = Sources::new();
    let study = read(std::slice::from_ref(&arguments.scenario), &mut sources)?;
    let [file] = &study.scenarios[..] else {
        let text = format!(
            "{} has {} scenarios; name the file of one",
            arguments.scenario.display(),
            study.scenarios.len()
        );
        return Err(CommandError::WrongInput(text));
    };
    let prepared = prepare(&study, arguments.cell, &sources)?;
    let prepared = &prepared[file.basin];
    let basin = &prepared.folder.basin;
    let plan = apply(basin, &file.scenario, &basin.time.periods(), Ends::Value)
        .map_err(|faults| wrong(&sources, &faults))?;
    let settings =
        Settings { largest_change: LARGEST_CHANGE, largest_residual: LARGEST_RESIDUAL, ..prepared.settings };
    let state = prepared.start.state.clone();
    let title = format!(
        "scenario {} of basin {}, cells of {} m, written by quanyu {}",
        file.scenario.name,
        basin.id,
        arguments.cell,
        env!("CARGO_PKG_VERSION")
    );
    let start = plan.periods.first().map(|period| period.start.to_string());
    let problem = &prepared.gridded.problem;
    let ExportFormat::Mf6 = arguments.format;
    let unwritten = |error: std::io::Error| unwritten(&arguments.out, &error);
    let mut export = Export::create(&arguments.out, problem, &state, &title, start).map_err(unwritten)?;
    let mut heads = match arguments.own_heads {
        true => Some(OwnHeads::create(&arguments.out, problem).map_err(unwritten)?),
        false => None,
    };
    let mut course = Course::new(basin, &prepared.gridded, &plan, state, Mining::On, settings)
        .map_err(|faults| wrong(&sources, &faults))?;
    let bar = progress::bar(&file.scenario.name, plan.periods.len(), arguments.effort.quiet);
    while let Some(played) = course.advance().map_err(|failure| CommandError::Failed(failure.to_string()))? {
        if interrupt::asked() {
            bar.abandon();
            return Err(CommandError::Interrupted("interrupted; no simulation was written".into()));
        }
        export.add(&played.step).map_err(|failure| match failure {
            ExportFailure::Beyond(faults) => wrong(&sources, &faults),
            ExportFailure::Output(error) => unwritten(error),
        })?;
        if let Some(heads) = &mut heads {
            heads.add(&played.step).map_err(unwritten)?;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let remarks = export.finish().map_err(unwritten)?;
    remarks.iter().for_each(|remark| message(remark));
    result(&format!("{} stress periods in {}", plan.periods.len(), arguments.out.display()));
    Ok(Outcome::Done)
}

fn unwritten(folder: &Path, error: &std::io::Error) -> CommandError {
    CommandError::Failed(format!("cannot write into {}: {error}", folder.display()))
}
