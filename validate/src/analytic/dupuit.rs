//! Dupuit (1863): a water table between two given levels, with and without recharge,
//! `h² = h₁² − (h₁² − h₂²) x / L + (w/K) x (L − x)`, and the flow `q = K (h₁² − h₂²) / (2 L)`.

use quanyu_flow::Problem;

use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::figures::rows;
use crate::models::{Block, constant_heads, recharge, simulation, worst};

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "dupuit-recharge",
        checks: "water table between two canals under recharge, and the flow between two canals without",
        source: "Dupuit (1863)",
        reason: "800 cells across; the error falls to a quarter when they are halved (order-space-unconfined)",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

/// A strip whose outermost cells have their middles at its ends.
fn strip(length: f64, cells: usize, conductivity: f64, head: f64) -> Result<Problem, Stop> {
    let widths = vec![length / cells as f64; cells + 1];
    let block = Block {
        widths,
        surfaces: vec![100.0, 0.0],
        conductivity,
        convertible: true,
        head,
        ..Block::default()
    };
    block.problem()
}

fn run() -> Outcome {
    let cells = 800;
    let problem = strip(2000.0, cells, 10.0, 20.0)?;
    let packages = vec![
        constant_heads([(0, 20.0), (cells, 20.0)]),
        recharge((1..cells).map(|cell| (cell, 1e-4 * 10.0))),
    ];
    let mut recharged = simulation(&problem, packages)?;
    let step = recharged.steady().map_err(Stop::failed)?;
    let error = |figure: Vec<f64>| (step.head[(figure[0] / 2.5) as usize] - figure[1]).abs();
    let heads = worst(rows(include_str!("../../figures/dupuit.csv")).into_iter().map(error));
    let problem = strip(100.0, cells, 1.0, 8.0)?;
    let mut plain = simulation(&problem, vec![constant_heads([(0, 10.0), (cells, 5.0)])])?;
    let step = plain.steady().map_err(Stop::failed)?;
    let flow = (step.flows[0][0] / 0.375 - 1.0).abs();
    Ok(vec![Measure::of("heads", heads, 1e-4, "m"), Measure::share("flow, relative", flow, 1e-4)])
}
