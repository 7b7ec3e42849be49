//! The page that a recorded run leaves: what was asked for beside what was reached, then every table.

use crate::report::{PEER, Row, markdown, median};

/// How many times faster than the peer the solvers are meant to be: on one thread, and on more.
fn asked(problem: &str, cells: usize) -> Option<[f64; 2]> {
    let small = cells < 700_000;
    match problem {
        _ if cells < 200_000 => None,
        "s1" | "s2" => Some(if small { [6.0, 5.0] } else { [8.0, 6.0] }),
        "karst-1e4" => Some(if small { [2.0, 1.5] } else { [3.0, 2.0] }),
        _ => None,
    }
}

/// The best of ours against the peer, one line a problem, size and number of threads.
pub(crate) fn table(rows: &[Row]) -> String {
    let header = [
        "problem",
        "cells",
        "threads",
        "seeds",
        "best of ours",
        "s",
        "iterations",
        "BoomerAMG s",
        "times faster",
        "asked",
    ];
    let mut table = markdown(&header, [1, 2, 3, 5, 6, 7, 8, 9]);
    let mut done: Vec<(&str, usize, usize)> = Vec::new();
    for row in rows.iter().filter(|row| row.method == PEER) {
        let key = (row.problem.as_str(), row.cells, row.threads);
        if done.contains(&key) {
            continue;
        }
        done.push(key);
        let group: Vec<&Row> =
            rows.iter().filter(|other| (other.problem.as_str(), other.cells, other.threads) == key).collect();
        let of = |method: &str| -> Vec<&Row> {
            group.iter().copied().filter(|row| row.method == method && row.result.is_ok()).collect()
        };
        let seconds = |method: &str| median(of(method).iter().filter_map(|row| row.seconds()).collect());
        let mut ours: Vec<(&str, f64)> = Vec::new();
        for row in &group {
            let foreign = row.method.starts_with("hypre") || row.method.starts_with("faer");
            if !foreign
                && ours.iter().all(|(method, _)| *method != row.method)
                && let Some(seconds) = seconds(row.method)
            {
                ours.push((row.method, seconds));
            }
        }
        // One that was run on fewer seeds stands for fewer.
        let seeds = ours.iter().map(|(method, _)| of(method).len()).max().unwrap_or_default();
        ours.retain(|(method, _)| of(method).len() == seeds);
        let best = ours.into_iter().min_by(|one, other| one.1.total_cmp(&other.1));
        let (Some((method, best)), Some(peer)) = (best, seconds(PEER)) else { continue };
        // The median over the seeds of the ratio on each seed.
        let pair = |row: &Row| {
            let same = of(PEER).into_iter().find(|other| other.seed == row.seed)?;
            Some(same.seconds()? / row.seconds()?)
        };
        let ratio = median(of(method).into_iter().filter_map(pair).collect());
        let solved = of(method);
        let iterations = solved.iter().filter_map(|row| row.result.as_ref().ok());
        let iterations = iterations.map(|measured| measured.iterations).max();
        let asked = asked(row.problem.as_str(), row.cells).map(|asked| asked[usize::from(row.threads > 1)]);
        table.add_row([
            row.problem.clone(),
            row.cells.to_string(),
            row.threads.to_string(),
            of(method).len().to_string(),
            method.to_string(),
            format!("{best:.3}"),
            iterations.map_or_else(String::new, |most| most.to_string()),
            format!("{peer:.3}"),
            ratio.map_or_else(|| "–".into(), |ratio| format!("{ratio:.1}")),
            asked.map_or_else(String::new, |asked| format!("{asked}")),
        ]);
    }
    table.to_string()
}

/// The names of the charts in a folder, as Markdown.
pub(crate) fn charts(folder: &std::path::Path) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut names: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".svg") {
            names.push(name);
        }
    }
    names.sort_unstable();
    let line = |name: &String| format!("![{}]({name})", name.trim_end_matches(".svg"));
    Ok(names.iter().map(line).collect::<Vec<String>>().join("\n"))
}
