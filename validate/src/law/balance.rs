//! What flows in and out of every step is what its heads say was stored.
//!
//! The change in storage is worked out here from the heads before and after, not taken from the engine.

use quanyu_flow::{Formulation, check};

use super::rough::{aquifer, stresses};
use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::models::{simulation_to, worst};

const SIDE: usize = 20;

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "mass-balance",
        checks: "inflow, outflow and storage worked out from the heads balance in every step: cells that dry and wet, central and upstream",
        source: "conservation of mass",
        reason: "the rule of 1e-6 of the inflow in every step",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

fn run() -> Outcome {
    let mut measures = Vec::new();
    for (what, formulation) in [("central", Formulation::Central), ("upstream", Formulation::Upstream)] {
        let mut model = aquifer(SIDE, true, formulation);
        // Without elasticity the stored volume is the yield times what is wet, in any formulation but for its rounded corners.
        model.properties.specific_storage.fill(0.0);
        let problem = check(model).map_err(Stop::faults)?;
        let grid = problem.grid();
        let volume = |heads: &[f64]| -> f64 {
            let wet = |cell: usize| (heads[cell] - grid.bottom[cell]).clamp(0.0, grid.thickness(cell));
            (0..grid.cells()).map(|cell| 0.1 * grid.area(cell) * wet(cell)).sum()
        };
        let mut simulation = simulation_to(&problem, stresses(SIDE), 1e-8)?;
        let (mut own, mut told) = (Vec::new(), Vec::new());
        for _ in 0..40 {
            let before = volume(&simulation.state().head);
            let days = 30.0;
            let step = simulation.advance(days).map_err(Stop::failed)?;
            let flows: Vec<f64> = step.flows.iter().flatten().copied().collect();
            let stored = (volume(step.head) - before) / days;
            let gross = flows.iter().map(|flow| flow.max(0.0)).sum::<f64>() + (-stored).max(0.0);
            own.push((flows.iter().sum::<f64>() - stored).abs() / gross);
            told.push(step.budget.closure.abs());
        }
        measures.push(Measure::share(format!("{what}, from heads"), worst(own), 1e-6));
        measures.push(Measure::share(format!("{what}, as told"), worst(told), 1e-6));
    }
    Ok(measures)
}
