//! `quanyu run`: read everything, then simulate, settle and rule on one scenario after another.

mod background;
mod basin_budget;
mod files;
pub(crate) mod member;
pub(crate) mod past;
pub(crate) mod playing;
pub(crate) mod prepared;
mod printed;
mod restart;
pub(crate) mod storage;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use quanyu_files::{Sources, Study, Style, read_scenarios, render};
use quanyu_policy::Status;
use quanyu_policy::history::check_sites;

use crate::arguments::{Require, RunArguments};
use crate::folder::writable;
use crate::interrupt;
use crate::outcome::{CommandError, Outcome};
use crate::progress::{message, result};
use background::Background;
use member::Finished;
use prepared::Prepared;

/// Runs the scenarios.
pub(crate) fn run(arguments: &RunArguments) -> Result<Outcome, CommandError> {
    use_threads(arguments.effort.threads)?;
    let mut sources = Sources::new();
    let study = read(&arguments.scenarios, &mut sources)?;
    let prepared = prepare(&study, arguments.cell, &sources)?;
    let plans = prepared::plan_all(&study, &prepared).map_err(|faults| wrong(&sources, &faults))?;
    let beginnings = restart::beginnings(&study, &prepared, &plans, arguments)?;
    writable(&arguments.out)?;
    let pasts: Vec<_> = beginnings
        .into_iter()
        .zip(&prepared)
        .map(|(beginning, prepared)| beginning.past(prepared, arguments))
        .collect::<Result<_, _>>()?;
    let mut finished: Vec<Finished> = Vec::new();
    let mut failed = false;
    let mut interrupted = false;
    let outcomes = side_by_side(study.scenarios.len(), |number| {
        let file = &study.scenarios[number];
        let past = pasts[file.basin].as_ref();
        member::play(&prepared[file.basin], file, &plans[number], past, arguments, &sources)
    });
    for (file, outcome) in study.scenarios.iter().zip(outcomes) {
        match outcome {
            Ok(member) => finished.push(member),
            // What turns out to be wrong only now has left files behind, and the other scenarios have finished.
            Err(CommandError::Failed(text) | CommandError::WrongInput(text)) => {
                message(&format!("{}: {text}", file.scenario.name));
                failed = true;
            }
            Err(CommandError::Interrupted(text)) => {
                message(&text);
                interrupted = true;
            }
        }
    }
    if interrupted {
        say(&finished, &[], arguments);
        return Ok(Outcome::Interrupted);
    }
    let backgrounds = match backgrounds(&prepared, &arguments.out, arguments.effort.quiet) {
        Err(CommandError::Interrupted(text)) => {
            message(&text);
            say(&finished, &[], arguments);
            return Ok(Outcome::Interrupted);
        }
        Ok(backgrounds) => backgrounds,
        Err(CommandError::Failed(text)) => {
            message(&format!("the comparison with the published marks: {text}"));
            failed = true;
            Vec::new()
        }
        Err(error) => return Err(error),
    };
    failed |= !say(&finished, &backgrounds, arguments);
    if failed {
        return Ok(Outcome::Failed);
    }
    let all_met = finished.iter().all(|member| {
        member
            .verdict
            .targets
            .iter()
            .filter(|ruling| ruling.required)
            .all(|ruling| ruling.status == Status::Met)
    });
    Ok(if arguments.require == Some(Require::Met) && !all_met { Outcome::NotMet } else { Outcome::Done })
}

/// Does a number of independent tasks side by side, sharing the threads out among them, and returns what they gave in their
/// order. Two runs on one thread each go much further than one on two.
pub(crate) fn side_by_side<T: Send>(tasks: usize, task: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = rayon::current_num_threads().max(1);
    let workers = threads.min(tasks).max(1);
    let next = AtomicUsize::new(0);
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let work = || {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads / workers).build();
            let mut own = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= tasks {
                    return own;
                }
                // Without a pool of its own a task uses everybody's, and gives the same.
                own.push((
                    number,
                    match &pool {
                        Ok(pool) => pool.install(|| task(number)),
                        Err(_) => task(number),
                    },
                ));
            }
        };
        let handles: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let join = |handle: std::thread::ScopedJoinHandle<'_, Vec<(usize, T)>>| match handle.join() {
            Ok(own) => own,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        handles.into_iter().flat_map(join).collect()
    });
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Limits the threads of everything that follows.
pub(crate) fn use_threads(threads: Option<u16>) -> Result<(), CommandError> {
    let Some(threads) = threads else { return Ok(()) };
    rayon::ThreadPoolBuilder::new()
        .num_threads(usize::from(threads))
        .build_global()
        .map_err(|error| CommandError::Failed(format!("cannot start {threads} threads: {error}")))
}

/// Reads scenarios and their basins, or all their faults.
pub(crate) fn read(paths: &[std::path::PathBuf], sources: &mut Sources) -> Result<Study, CommandError> {
    read_scenarios(paths, None, sources).map_err(|faults| wrong(sources, &faults))
}

/// Puts every basin on the grid; every site of a measure must cover some of it.
pub(crate) fn prepare<'a>(
    study: &'a Study,
    cell: f64,
    sources: &Sources,
) -> Result<Vec<Prepared<'a>>, CommandError> {
    let on_grid = study.basins.iter().map(|folder| {
        Prepared::new(folder, cell).map_err(|error| match error {
            prepared::PrepareError::Faults(faults) => wrong(sources, &faults),
            prepared::PrepareError::Unsolved(failure) => CommandError::Failed(failure.to_string()),
        })
    });
    let on_grid: Vec<Prepared<'a>> = on_grid.collect::<Result<_, _>>()?;
    let nowhere = study.scenarios.iter().flat_map(|file| {
        let prepared = &on_grid[file.basin];
        check_sites(&prepared.folder.basin, &file.scenario, &prepared.gridded)
    });
    let nowhere: Vec<_> = nowhere.collect();
    if nowhere.is_empty() { Ok(on_grid) } else { Err(wrong(sources, &nowhere)) }
}

/// Faults, as text that points into the files.
pub(crate) fn wrong(sources: &Sources, faults: &[quanyu_flow::Fault]) -> CommandError {
    CommandError::WrongInput(render(sources, faults, Style::detect(&std::io::stderr())))
}

fn backgrounds(prepared: &[Prepared<'_>], out: &Path, quiet: bool) -> Result<Vec<Background>, CommandError> {
    prepared
        .iter()
        .map(|prepared| {
            if interrupt::asked() {
                return Err(CommandError::Interrupted("stopped before the comparison with the marks".into()));
            }
            Background::new(prepared, out, quiet)
        })
        .collect()
}

/// Writes a file beside its place and renames it, so that it is there whole or not at all.
pub(crate) fn write_whole(path: &Path, content: impl AsRef<[u8]>) -> Result<(), CommandError> {
    quanyu_files::write_whole(path, content).map_err(|failure| CommandError::Failed(failure.to_string()))
}

/// Says what came out, and whether all of it could be said and drawn.
fn say(finished: &[Finished], backgrounds: &[Background], arguments: &RunArguments) -> bool {
    if finished.is_empty() && backgrounds.is_empty() {
        return true;
    }
    let picture = printed::draw(finished, arguments).map_err(|error| message(&error.to_string())).ok();
    match printed::printed(finished, backgrounds, picture.as_deref(), arguments) {
        Ok(text) => {
            result(&text);
            picture.is_some()
        }
        Err(error) => {
            message(&error.to_string());
            false
        }
    }
}
