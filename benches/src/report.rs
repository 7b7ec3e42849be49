//! The measurements as a table and as CSV.

use std::path::Path;

use comfy_table::{CellAlignment, Table, presets};

use crate::method::Measured;

/// One line of the results.
pub(crate) struct Row {
    pub(crate) problem: String,
    pub(crate) cells: usize,
    pub(crate) active: usize,
    pub(crate) seed: u64,
    pub(crate) method: &'static str,
    pub(crate) threads: usize,
    /// Bytes a second of the triad on as many threads, in this run.
    pub(crate) stream: f64,
    pub(crate) target: f64,
    pub(crate) result: Result<Measured, String>,
}

impl Row {
    /// Set-up and solve: processor seconds on one thread (others on the machine do not count), wall seconds on more.
    pub(crate) fn seconds(&self) -> Option<f64> {
        let measured = self.result.as_ref().ok()?;
        let total = measured.setup + measured.solve;
        Some(if self.threads == 1 { total.processor } else { total.wall })
    }

    /// Seconds in which the machine reads the matrix' seven-point coefficients and five vectors once an iteration, over the solve's:
    /// no method of this kind can come above one.
    pub(crate) fn bandwidth_share(&self) -> Option<f64> {
        let measured = self.result.as_ref().ok()?;
        let least = measured.iterations as f64 * self.cells as f64 * 8.0 * (4.0 + 5.0) / self.stream;
        let took = if self.threads == 1 { measured.solve.processor } else { measured.solve.wall };
        Some(least / took)
    }
}

/// Median; `None` of nothing.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() {
        0 => None,
        n if n % 2 == 1 => Some(values[half]),
        _ => Some(0.5 * (values[half - 1] + values[half])),
    }
}

/// The peer that others are compared with.
pub(crate) const PEER: &str = "hypre-boomeramg";

/// An empty Markdown table; the columns named are numbers, and stand to the right.
pub(crate) fn markdown(header: &[&str], numbers: impl IntoIterator<Item = usize>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header(header);
    for column in numbers {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// A table of medians over the seeds, one line a problem, size, method and number of threads.
pub(crate) fn table(rows: &[Row]) -> String {
    let header = [
        "problem",
        "cells",
        "method",
        "threads",
        "set-up s",
        "solve s",
        "total s",
        "× BoomerAMG",
        "iterations",
        "bytes/active",
        "of bandwidth",
        "residual/target",
        "note",
    ];
    let mut table = markdown(&header, 3..12);
    let mut done: Vec<(&str, usize, &str, usize)> = Vec::new();
    for row in rows {
        let key = (row.problem.as_str(), row.cells, row.method, row.threads);
        if done.contains(&key) {
            continue;
        }
        done.push(key);
        let same = |other: &&Row| (other.problem.as_str(), other.cells, other.method, other.threads) == key;
        let group: Vec<&Row> = rows.iter().filter(same).collect();
        let good: Vec<(&Row, &Measured)> =
            group.iter().filter_map(|row| row.result.as_ref().ok().map(|m| (*row, m))).collect();
        let of =
            |value: &dyn Fn(&Row, &Measured) -> f64| median(good.iter().map(|(r, m)| value(r, m)).collect());
        let time =
            |seconds: crate::clock::Seconds| if row.threads == 1 { seconds.processor } else { seconds.wall };
        let text = |value: Option<f64>, digits: usize| {
            value.map_or_else(|| "–".to_string(), |value| format!("{value:.digits$}"))
        };
        // The median over the seeds of the ratio on each seed.
        let ratio = median(
            group.iter().filter_map(|row| row.seconds().zip(peer(rows, row))).map(|(t, p)| p / t).collect(),
        );
        let failed = group.len() - good.len();
        let mut note = good.first().map(|(_, m)| m.note.clone()).unwrap_or_default();
        if let Some(error) = group.iter().find_map(|row| row.result.as_ref().err()) {
            let first = error.lines().next().unwrap_or_default();
            note = format!("{failed} of {} failed: {first}. {note}", group.len());
        }
        table.add_row([
            row.problem.clone(),
            row.cells.to_string(),
            row.method.to_string(),
            row.threads.to_string(),
            text(of(&|_, m| time(m.setup)), 3),
            text(of(&|_, m| time(m.solve)), 3),
            text(of(&|r, _| r.seconds().unwrap_or(f64::NAN)), 3),
            text(ratio, 2),
            text(of(&|_, m| m.iterations as f64), 0),
            text(of(&|r, m| m.bytes as f64 / r.active as f64), 0),
            text(of(&|r, _| r.bandwidth_share().unwrap_or(f64::NAN)), 2),
            text(of(&|r, m| m.residual / r.target), 2),
            note,
        ]);
    }
    table.to_string()
}

/// What more threads bring: seconds of one thread over theirs, by the wall, beside the triad's gain.
pub(crate) fn threads_table(rows: &[Row]) -> String {
    let header =
        ["problem", "cells", "method", "threads", "one thread s", "s", "speed-up", "triad's", "of it"];
    let mut table = markdown(&header, 3..9);
    let wall = |row: &Row| row.result.as_ref().ok().map(|m| (m.setup + m.solve).wall);
    let mut done: Vec<(&str, usize, &str, usize)> = Vec::new();
    for row in rows.iter().filter(|row| row.threads > 1) {
        let key = (row.problem.as_str(), row.cells, row.method, row.threads);
        if done.contains(&key) {
            continue;
        }
        done.push(key);
        let same = |other: &&Row| (other.problem.as_str(), other.cells, other.method, other.threads) == key;
        let pairs: Vec<(f64, f64, f64)> = rows
            .iter()
            .filter(same)
            .filter_map(|row| {
                let key = |row: &Row| (row.problem.clone(), row.cells, row.seed, row.method);
                let alone = rows.iter().find(|other| other.threads == 1 && key(other) == key(row))?;
                Some((wall(alone)?, wall(row)?, row.stream / alone.stream))
            })
            .collect();
        let of = |value: &dyn Fn(&(f64, f64, f64)) -> f64| median(pairs.iter().map(value).collect());
        let text = |value: Option<f64>, digits: usize| {
            value.map_or_else(|| "–".to_string(), |value| format!("{value:.digits$}"))
        };
        table.add_row([
            row.problem.clone(),
            row.cells.to_string(),
            row.method.to_string(),
            row.threads.to_string(),
            text(of(&|(one, ..)| *one), 3),
            text(of(&|(_, more, _)| *more), 3),
            text(of(&|(one, more, _)| one / more), 2),
            text(of(&|(.., triad)| *triad), 2),
            text(of(&|(one, more, triad)| one / more / triad), 2),
        ]);
    }
    table.to_string()
}

/// What the peer took for the same system on as many threads.
fn peer(rows: &[Row], row: &Row) -> Option<f64> {
    let key = |row: &Row| (row.problem.clone(), row.cells, row.seed, row.threads);
    rows.iter().find(|other| other.method == PEER && key(other) == key(row))?.seconds()
}

/// Every measurement on a line of its own.
pub(crate) fn write_csv(path: &Path, rows: &[Row], machine: &[(&str, String)]) -> Result<(), String> {
    let failed = |error: csv::Error| format!("{}: {error}", path.display());
    let mut file = csv::Writer::from_path(path).map_err(failed)?;
    let mut header = vec![
        "problem",
        "cells",
        "active",
        "seed",
        "method",
        "threads",
        "setup_wall_s",
        "setup_cpu_s",
        "solve_wall_s",
        "solve_cpu_s",
        "iterations",
        "bytes",
        "target",
        "residual",
        "bandwidth_share",
        "stream_bytes_per_s",
        "note",
        "error",
    ];
    header.extend(machine.iter().map(|(name, _)| *name));
    file.write_record(&header).map_err(failed)?;
    for row in rows {
        let mut record: Vec<String> = vec![
            row.problem.clone(),
            row.cells.to_string(),
            row.active.to_string(),
            row.seed.to_string(),
            row.method.into(),
            row.threads.to_string(),
        ];
        match &row.result {
            Ok(m) => {
                for seconds in [m.setup, m.solve] {
                    record.push(format!("{:.6}", seconds.wall));
                    record.push(format!("{:.6}", seconds.processor));
                }
                record.extend([m.iterations.to_string(), m.bytes.to_string()]);
                record.extend([format!("{:e}", row.target), format!("{:e}", m.residual)]);
                record.push(row.bandwidth_share().map_or(String::new(), |share| format!("{share:.4}")));
                record.extend([format!("{:.4e}", row.stream), m.note.clone(), String::new()]);
            }
            Err(error) => {
                record.extend(std::iter::repeat_n(String::new(), 6));
                record.extend([format!("{:e}", row.target), String::new(), String::new()]);
                record.extend([format!("{:.4e}", row.stream), String::new(), error.clone()]);
            }
        }
        record.extend(machine.iter().map(|(_, value)| value.clone()));
        file.write_record(&record).map_err(failed)?;
    }
    file.flush().map_err(|error| format!("{}: {error}", path.display()))
}
