//! Dupuit (1863): a water table between two given levels, with and without recharge,
//! `h² = h₁² − (h₁² − h₂²) x / L + (w/K) x (L − x)`, and the flow `q = K (h₁² − h₂²) / (2 L)`.

use quanyu_flow::{Averaging, Laws, Problem};

use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::figures::rows;
use crate::models::{Block, constant_heads, recharge, simulation, worst};

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "dupuit-recharge",
        checks: "water table between two canals under recharge, and the flow between two canals without",
        source: "Dupuit (1863)",
        reason: "800 cells across: a coarser grid's error grows as the square of the cell (order-space-unconfined); the arithmetic mean of \
                 thicknesses is exact on any, to the digits of the table and the closure of the solution",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

/// A strip whose outermost cells have their middles at its ends.
fn strip(
    length: f64,
    cells: usize,
    conductivity: f64,
    head: f64,
    averaging: Averaging,
) -> Result<Problem, Stop> {
    let widths = vec![length / cells as f64; cells + 1];
    let block = Block {
        widths,
        surfaces: vec![100.0, 0.0],
        conductivity,
        convertible: true,
        head,
        laws: Laws { averaging, ..Laws::default() },
        ..Block::default()
    };
    block.problem()
}

/// Heads that are recharged, furthest from the parabola \[m\].
fn recharged(cells: usize, averaging: Averaging) -> Result<f64, Stop> {
    let problem = strip(2000.0, cells, 10.0, 20.0, averaging)?;
    let packages = vec![
        constant_heads([(0, 20.0), (cells, 20.0)]),
        recharge((1..cells).map(|cell| (cell, 1e-4 * 10.0))),
    ];
    let mut simulation = simulation(&problem, packages)?;
    let step = simulation.steady().map_err(Stop::failed)?;
    let width = 2000.0 / cells as f64;
    let error = |figure: Vec<f64>| (step.head[(figure[0] / width) as usize] - figure[1]).abs();
    Ok(worst(rows(include_str!("../../figures/dupuit.csv")).into_iter().map(error)))
}

/// Flow between two canals, as a share of the exact one away from it.
fn flow(cells: usize, averaging: Averaging) -> Result<f64, Stop> {
    let problem = strip(100.0, cells, 1.0, 8.0, averaging)?;
    let mut simulation = simulation(&problem, vec![constant_heads([(0, 10.0), (cells, 5.0)])])?;
    let step = simulation.steady().map_err(Stop::failed)?;
    Ok((step.flows[0][0] / 0.375 - 1.0).abs())
}

fn run() -> Outcome {
    let (harmonic, thickness) = (Averaging::Harmonic, Averaging::ThicknessLogarithmic);
    Ok(vec![
        Measure::of("heads", recharged(800, harmonic)?, 1e-5, "m"),
        Measure::share("flow, relative", flow(800, harmonic)?, 1e-6),
        Measure::of("heads, AMT-LMK, 8 cells", recharged(8, thickness)?, 1e-6, "m"),
        Measure::share("flow, relative, AMT-LMK, 8 cells", flow(8, thickness)?, 1e-8),
    ])
}
