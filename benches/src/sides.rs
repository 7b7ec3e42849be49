//! Several right-hand sides of one matrix: all at once against one after another.

use std::path::Path;

use quanyu_solve::{CgSettings, SolveError, SymmetricSettings, SymmetricSolver};

use crate::clock::Moment;
use crate::method::Method;
use crate::problem::{Name, Problem};
use crate::report::markdown;

/// Right-hand sides: wells and rain of other months, each the problem's own with some of it changed.
const SIDES: usize = 8;
/// Fastest of so many.
const REPEATS: usize = 3;

/// Solves eight right-hand sides one after another and all at once, on the threads of each pool; a table, also written as `sides.md`.
pub(crate) fn run(names: &[Name], cells: &[usize], threads: &[usize], out: &Path) -> Result<String, String> {
    let header = [
        "problem",
        "cells",
        "method",
        "threads",
        "8 one by one, wall s",
        "8 at once, wall s",
        "times faster",
    ];
    let mut table = markdown(&header, [1, 3, 4, 5, 6]);
    for &name in names {
        for &cells in cells {
            let problem = Problem::generate(name, cells, 1)?;
            for &threads in threads {
                let (method, [apart, at_once]) = crate::on_threads(threads, || both(&problem, name))??;
                table.add_row([
                    problem.name.clone(),
                    problem.rhs.len().to_string(),
                    method.to_owned(),
                    threads.to_string(),
                    format!("{apart:.4}"),
                    format!("{at_once:.4}"),
                    format!("{:.2}", apart / at_once),
                ]);
            }
        }
    }
    let text = format!("{table}\n");
    crate::create(out)?;
    println!("{text}");
    crate::write(&out.join("sides.md"), &text)?;
    Ok(text)
}

/// Wall seconds of both ways, without the set-up that they have in common.
fn both(problem: &Problem, name: Name) -> Result<(&'static str, [f64; 2]), String> {
    let [_, k, aggregation, ..] = Method::ALL;
    let method = if matches!(name, Name::Karst(_)) { aggregation } else { k };
    let Method::Ours(named, preconditioner, cycle) = method else { return Err("not ours".into()) };
    let said = |error: SolveError| error.to_string();
    let stop = CgSettings {
        absolute_tolerance: problem.target()?,
        relative_tolerance: 0.0,
        ..CgSettings::default()
    };
    let mut settings = SymmetricSettings { method: preconditioner, stop, ..SymmetricSettings::default() };
    settings.multigrid.cycle = cycle;
    let factor = |side: usize, cell: usize| 1.0 + 0.5 * ((side * (cell % 97 + 1)) as f64).sin();
    let rhs: Vec<Vec<f64>> = (0..SIDES)
        .map(|side| problem.rhs.iter().enumerate().map(|(cell, b)| b * factor(side, cell)).collect())
        .collect();
    let mut solver = SymmetricSolver::new(problem.operator.shape, settings);
    solver.rebuild(&problem.operator).map_err(said)?;
    let mut best = [f64::INFINITY; 2];
    let mut found = [Vec::new(), Vec::new()];
    for _ in 0..REPEATS {
        for (way, best) in best.iter_mut().enumerate() {
            let mut x = vec![vec![0.0; problem.rhs.len()]; SIDES];
            let started = Moment::now();
            if way == 0 {
                for (b, x) in rhs.iter().zip(&mut x) {
                    solver.solve(&problem.operator, b, x).map_err(said)?;
                }
            } else {
                let mut sides: Vec<_> = rhs.iter().zip(&mut x).map(|(b, x)| (&b[..], &mut x[..])).collect();
                for report in solver.solve_many(&problem.operator, &mut sides) {
                    report.map_err(said)?;
                }
            }
            *best = best.min(started.elapsed().wall);
            found[way] = x;
        }
    }
    if found[0] != found[1] {
        return Err(format!("{}: the two ways give other bits", problem.name));
    }
    Ok((named, best))
}
