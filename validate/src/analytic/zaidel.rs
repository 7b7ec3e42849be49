//! Zaidel (2013): flow over a base of steps, where cells under the edge of a step run nearly dry.
//!
//! Newton's formulation. Dupuit's parabola holds on each step; at its lower edge the water falls freely unless the level below
//! stands higher.

use quanyu_flow::{Formulation, check};

use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::figures::rows;
use crate::models::{Block, constant_heads, simulation_to, worst};

const STEPS: usize = 5;
const STEP_LENGTH: f64 = 200.0;
const STEP_HEIGHT: f64 = 5.0;
const CONDUCTIVITY: f64 = 1e-4;
const FLOW: f64 = 2.25e-6;

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "zaidel-stepped-base",
        checks: "flow over a stepped base with films at its edges, low and high tailwater, Newton's formulation",
        source: "Zaidel (2013)",
        reason: "upstream weighting is of first order (order-space-upstream), here in cells of 0.25 m",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

fn run() -> Outcome {
    let per_step = 800;
    let mut flows = Vec::new();
    let mut heads = Vec::new();
    for figure in rows(include_str!("../../figures/zaidel.csv")) {
        let width = STEP_LENGTH / per_step as f64;
        let columns = STEPS * per_step;
        let mut model = Block {
            widths: vec![width; columns],
            surfaces: vec![25.0, 0.0],
            conductivity: CONDUCTIVITY,
            convertible: true,
            head: 23.0,
            formulation: Formulation::Upstream,
            ..Block::default()
        }
        .model();
        for column in 0..columns {
            model.grid.bottom[column] = STEP_HEIGHT * (STEPS - 1 - column / per_step) as f64;
        }
        let problem = check(model).map_err(Stop::faults)?;
        let ends = constant_heads([(0, 23.0), (columns - 1, figure[0])]);
        let mut simulation = simulation_to(&problem, vec![ends], 1e-8)?;
        let step = simulation.steady().map_err(Stop::failed)?;
        flows.push((step.flows[0][0] / FLOW - 1.0).abs());
        for at in 0..STEPS {
            heads.push((step.head[at * per_step] - figure[1 + 2 * at]).abs());
        }
    }
    Ok(vec![
        Measure::share("flow, relative", worst(flows), 5e-3),
        Measure::of("level at the upper end of each step", worst(heads), 5e-2, "m"),
    ])
}
