//! Sequences of systems as tables: months of a confined aquifer, and Newton's method on a water table that dries.

use std::path::Path;

use crate::report::markdown;
use crate::{drying, transient};

/// A line of either.
pub(crate) struct Line {
    pub(crate) problem: String,
    pub(crate) cells: usize,
    pub(crate) seed: u64,
    pub(crate) threads: usize,
    pub(crate) result: Result<Outcome, String>,
}

/// What was played.
pub(crate) enum Outcome {
    Months(&'static str, transient::Played),
    Newton(drying::Played),
}

/// Months: all of them over one cold solve.
pub(crate) fn months_table(lines: &[Line]) -> String {
    let mut table = markdown(
        &[
            "problem",
            "cells",
            "seed",
            "threads",
            "method",
            "one cold solve s",
            "24 months s",
            "×",
            "iterations, cold",
            "a month",
            "worst residual/target",
        ],
        5..11,
    );
    for line in lines {
        let start =
            [line.problem.clone(), line.cells.to_string(), line.seed.to_string(), line.threads.to_string()];
        match &line.result {
            Ok(Outcome::Months(method, played)) => {
                let of = |seconds: crate::clock::Seconds| {
                    if line.threads == 1 { seconds.processor } else { seconds.wall }
                };
                let (cold, months) = (of(played.cold), of(played.months));
                let rest = [
                    (*method).to_string(),
                    format!("{cold:.3}"),
                    format!("{months:.3}"),
                    format!("{:.1}", months / cold),
                    played.cold_iterations.to_string(),
                    format!("{:.1}", played.iterations as f64 / transient::MONTHS as f64),
                    format!("{:.2}", played.worst),
                ];
                table.add_row(start.into_iter().chain(rest));
            }
            Err(error) if !line.problem.starts_with("drying") => {
                table.add_row(start.into_iter().chain([error.clone()]));
            }
            _ => {}
        }
    }
    table.to_string()
}

/// Newton's method: outer and linear iterations.
pub(crate) fn newton_table(lines: &[Line]) -> String {
    let mut table = markdown(
        &[
            "problem",
            "cells",
            "seed",
            "threads",
            "solution",
            "s",
            "outer iterations",
            "linear, all",
            "most in one",
            "sub-steps (failed)",
            "residual/gross flow",
            "budget closes to",
            "cells dry",
            "bytes/active",
            "of them solver's",
            "linear solver",
        ],
        5..15,
    );
    for line in lines {
        let start =
            [line.problem.clone(), line.cells.to_string(), line.seed.to_string(), line.threads.to_string()];
        match &line.result {
            Ok(Outcome::Newton(played)) => {
                let seconds = if line.threads == 1 { played.seconds.processor } else { played.seconds.wall };
                let rest = [
                    played.what.to_string(),
                    format!("{seconds:.2}"),
                    played.outer.to_string(),
                    played.linear.to_string(),
                    played.most.to_string(),
                    format!("{} ({})", played.substeps, played.failed),
                    format!("{:.1e}", played.relative_residual),
                    format!("{:.1e}", played.closure),
                    format!("{:.0} %", 100.0 * played.dry),
                    format!("{:.0}", played.bytes_per_active),
                    format!("{:.0}", played.solver_bytes_per_active),
                    played.note.clone(),
                ];
                table.add_row(start.into_iter().chain(rest));
            }
            Err(error) if line.problem.starts_with("drying") => {
                table.add_row(start.into_iter().chain([error.clone()]));
            }
            _ => {}
        }
    }
    table.to_string()
}

/// Every line as CSV; what a line does not have is empty.
pub(crate) fn write_csv(path: &Path, lines: &[Line]) -> Result<(), String> {
    let failed = |error: csv::Error| format!("{}: {error}", path.display());
    let mut file = csv::Writer::from_path(path).map_err(failed)?;
    let header = "problem,cells,seed,threads,solution,method,wall_s,cpu_s,cold_wall_s,cold_cpu_s,cold_iterations,\
                  iterations,outer_iterations,most_in_one,failed_substeps,worst_residual,closure,bytes_per_active,solver_bytes_per_active,error";
    file.write_record(header.split(',')).map_err(failed)?;
    for line in lines {
        let start =
            [line.problem.clone(), line.cells.to_string(), line.seed.to_string(), line.threads.to_string()];
        let number = |value: f64| format!("{value:.6e}");
        let rest: [String; 16] = match &line.result {
            Ok(Outcome::Months(method, played)) => [
                "24 months".into(),
                (*method).into(),
                number(played.months.wall),
                number(played.months.processor),
                number(played.cold.wall),
                number(played.cold.processor),
                played.cold_iterations.to_string(),
                played.iterations.to_string(),
                String::new(),
                String::new(),
                String::new(),
                number(played.worst),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
            ],
            Ok(Outcome::Newton(played)) => [
                played.what.into(),
                played.note.clone(),
                number(played.seconds.wall),
                number(played.seconds.processor),
                String::new(),
                String::new(),
                String::new(),
                played.linear.to_string(),
                played.outer.to_string(),
                played.most.to_string(),
                played.failed.to_string(),
                number(played.relative_residual),
                number(played.closure),
                number(played.bytes_per_active),
                number(played.solver_bytes_per_active),
                String::new(),
            ],
            Err(error) => std::array::from_fn(|at| if at == 15 { error.clone() } else { String::new() }),
        };
        file.write_record(start.into_iter().chain(rest)).map_err(failed)?;
    }
    file.flush().map_err(|error| format!("{}: {error}", path.display()))
}
