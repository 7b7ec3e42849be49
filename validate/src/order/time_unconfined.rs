//! Order in time of a water table that falls through the top of its layer and drains to a river, against steps far finer.

use quanyu_flow::{Problem, check};

use super::last_order;
use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::models::{Block, general_heads, simulation, wells, worst};

const CELLS: usize = 40;

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "order-time-unconfined",
        checks: "error falls with the step: water table that drains, heterogeneous, a well that pumps",
        source: "the same model with 64 times as many steps",
        reason: "backward Euler is of first order; what 40 and 80 steps may be off before it has settled, 0.02 of it from the finite \
                 number of the steps compared with",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

fn heads(problem: &Problem, count: usize) -> Result<Vec<f64>, Stop> {
    let packages = vec![general_heads([(0, 4.0, 30.0)]), wells([(CELLS / 2, -8.0)])];
    let mut simulation = simulation(problem, packages)?;
    for _ in 0..count {
        simulation.advance(40.0 / count as f64).map_err(Stop::failed)?;
    }
    Ok(simulation.state().head.clone())
}

fn run() -> Outcome {
    let mut model = Block {
        widths: vec![20.0; CELLS],
        heights: vec![10.0],
        surfaces: vec![20.0, 0.0],
        specific_storage: 1e-5,
        specific_yield: 0.1,
        convertible: true,
        head: 18.0,
        ..Block::default()
    }
    .model();
    for cell in 0..CELLS {
        let x = cell as f64 / CELLS as f64;
        model.properties.conductivity[cell] = 10.0 * (1.5 * (9.0 * x).sin()).exp();
        model.initial_head[cell] = 16.0 + 3.0 * x;
    }
    let problem = check(model).map_err(Stop::faults)?;
    let finest = heads(&problem, 80 * 64)?;
    let mut errors = Vec::new();
    for count in [20, 40, 80] {
        let found = heads(&problem, count)?;
        errors.push(worst(found.iter().zip(&finest).map(|(found, finest)| (found - finest).abs())));
    }
    Ok(vec![Measure::share("order off 1 by", (last_order(&errors) - 1.0).abs(), 0.05)])
}
