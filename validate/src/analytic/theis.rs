//! Theis (1935): drawdown around a well in a confined plane, `s = Q / (4πT) · W(u)`, `u = r² S / (4 T t)`.
//!
//! One quarter of the plane, the well in its corner cell; by symmetry its closed edges change nothing. Heads are read on a row
//! and on the diagonal, at the times at which u has the values of the table.

use std::f64::consts::PI;

use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::figures::rows;
use crate::models::{Block, growing, simulation, steps, wells, worst};

const TRANSMISSIVITY: f64 = 500.0;
const STORAGE: f64 = 1e-4;
const RATE: f64 = 1000.0;

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "theis",
        checks: "drawdown of a well in a confined plane, on a row and on the diagonal, u from 1 to 1e-4",
        source: "Theis (1935)",
        reason: "cells that grow by 8 % leave 3e-3 where u = 1, steps of 1 % less",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

fn run() -> Outcome {
    let widths = growing(2.0, 1.08, 1000.0, 16_000.0);
    let problem = Block::confined(widths.clone(), widths, TRANSMISSIVITY, STORAGE).problem()?;
    let grid = problem.grid();
    // The corner of the grid is the axis of the well.
    let radius_squared = |cell: usize| grid.centre(cell).iter().map(|x| x * x).sum::<f64>();
    let nearest = |cells: Vec<usize>| {
        let off = |cell: &usize| (radius_squared(*cell).sqrt() - 50.0).abs();
        cells.into_iter().min_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or_default()
    };
    let row = nearest((0..grid.columns).collect());
    let diagonal = nearest((0..grid.columns).map(|at| grid.index(0, at, at)).collect());
    let mut moments: Vec<(f64, usize, f64)> = Vec::new();
    for figure in rows(include_str!("../../figures/theis.csv")) {
        for cell in [row, diagonal] {
            let time = radius_squared(cell) * STORAGE / (4.0 * TRANSMISSIVITY * figure[0]);
            moments.push((time, cell, figure[1]));
        }
    }
    moments.sort_by(|a, b| a.0.total_cmp(&b.0));
    let times: Vec<f64> = moments.iter().map(|moment| moment.0).collect();
    // A quarter of the well's rate enters a quarter of the plane.
    let mut simulation = simulation(&problem, vec![wells([(0, -RATE / 4.0)])])?;
    let mut errors = Vec::new();
    for (days, asked) in steps(&times, 1e-2, 0.01) {
        let step = simulation.advance(days).map_err(Stop::failed)?;
        if asked {
            let (_, cell, exact) = moments[errors.len()];
            let found = -step.head[cell] * 4.0 * PI * TRANSMISSIVITY / RATE;
            errors.push((found / exact - 1.0).abs());
        }
    }
    Ok(vec![Measure::share("W(u), relative", worst(errors), 5e-3)])
}
