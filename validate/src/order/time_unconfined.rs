//! Order in time of a water table: h² is a parabola in x, which the arithmetic mean of thicknesses meets exactly, and a sine in time.

use quanyu_flow::{Averaging, Laws};

use super::last_order;
use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::models::{Block, constant_heads, simulation, wells, worst};

const LENGTH: f64 = 400.0;
const CELLS: usize = 20;
const CONDUCTIVITY: f64 = 25.0;
const YIELD: f64 = 0.1;

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "order-time-unconfined",
        checks: "error falls with the step: a water table, a solution that leaves no error in space",
        source: "manufactured solution",
        reason: "backward Euler is of first order; what 40 and 80 steps may be off before it has settled",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

/// Square of the head at a place, 0 at the ends to 1 in the middle, and half its rate of change.
fn squared(shape: f64, time: f64) -> [f64; 2] {
    [100.0 + shape * (60.0 + 40.0 * time.sin()), 0.5 * shape * 40.0 * time.cos()]
}

fn error(count: usize) -> Result<f64, Stop> {
    let width = LENGTH / CELLS as f64;
    let shape = |cell: usize| {
        let x = cell as f64 * width;
        4.0 * x * (LENGTH - x) / (LENGTH * LENGTH)
    };
    let mut model = Block {
        widths: vec![width; CELLS + 1],
        surfaces: vec![30.0, 0.0],
        conductivity: CONDUCTIVITY,
        specific_storage: 0.0,
        specific_yield: YIELD,
        convertible: true,
        laws: Laws { averaging: Averaging::ThicknessLogarithmic, ..Laws::default() },
        ..Block::default()
    }
    .model();
    for cell in 0..=CELLS {
        model.initial_head[cell] = squared(shape(cell), 0.0)[0].sqrt();
    }
    let problem = quanyu_flow::check(model).map_err(Stop::faults)?;
    let days = 3.0 / count as f64;
    let mut simulation = simulation(&problem, vec![constant_heads([(0, 10.0), (CELLS, 10.0)])])?;
    let mut errors = Vec::new();
    for at in 1..=count {
        let time = at as f64 * days;
        let rate = |cell: usize| {
            let [square, half_change] = squared(shape(cell), time);
            let stored = YIELD * half_change / square.sqrt();
            let flowing = CONDUCTIVITY * 4.0 / (LENGTH * LENGTH) * (60.0 + 40.0 * time.sin());
            (cell, (stored + flowing) * width)
        };
        simulation.stresses_mut().packages.truncate(1);
        simulation.stresses_mut().packages.push(wells((1..CELLS).map(rate)));
        let step = simulation.advance(days).map_err(Stop::failed)?;
        errors.push(worst(
            (0..=CELLS).map(|cell| (step.head[cell] - squared(shape(cell), time)[0].sqrt()).abs()),
        ));
    }
    Ok(worst(errors))
}

fn run() -> Outcome {
    let errors = [error(20)?, error(40)?, error(80)?];
    Ok(vec![Measure::share("order off 1 by", (last_order(&errors) - 1.0).abs(), 0.05)])
}
