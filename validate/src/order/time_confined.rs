//! Order in time of confined flow: a head that is a parabola in x, which the cells meet exactly, and a sine in time.

use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::models::{Block, constant_heads, simulation, wells, worst};

use super::last_order;

const LENGTH: f64 = 1000.0;
const CELLS: usize = 20;
const TRANSMISSIVITY: f64 = 40.0;
const STORAGE: f64 = 1e-3;

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "order-time-confined",
        checks: "error falls with the step: confined, a solution that leaves no error in space",
        source: "manufactured solution",
        reason: "backward Euler is of first order; what 40 and 80 steps may be off before it has settled",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

fn error(count: usize) -> Result<f64, Stop> {
    let width = LENGTH / CELLS as f64;
    let problem = Block::confined(vec![width; CELLS + 1], vec![1.0], TRANSMISSIVITY, STORAGE).problem()?;
    let shape = |cell: usize| {
        let x = cell as f64 * width;
        4.0 * x * (LENGTH - x) / (LENGTH * LENGTH)
    };
    let days = 3.0 / count as f64;
    let mut simulation = simulation(&problem, vec![constant_heads([(0, 0.0), (CELLS, 0.0)])])?;
    let mut errors = Vec::new();
    for at in 1..=count {
        let time = at as f64 * days;
        let rate = |cell: usize| {
            let stored = STORAGE * shape(cell) * time.cos();
            let flowing = TRANSMISSIVITY * 8.0 / (LENGTH * LENGTH) * time.sin();
            (cell, (stored + flowing) * width)
        };
        simulation.stresses_mut().packages.truncate(1);
        simulation.stresses_mut().packages.push(wells((1..CELLS).map(rate)));
        let step = simulation.advance(days).map_err(Stop::failed)?;
        errors.push(worst((0..=CELLS).map(|cell| (step.head[cell] - shape(cell) * time.sin()).abs())));
    }
    Ok(worst(errors))
}

fn run() -> Outcome {
    let errors = [error(20)?, error(40)?, error(80)?];
    Ok(vec![Measure::share("order off 1 by", (last_order(&errors) - 1.0).abs(), 0.05)])
}
