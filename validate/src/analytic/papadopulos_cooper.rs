//! Papadopulos and Cooper (1967): drawdown in a well that is wide enough to give water of its own, `s = Q / (4πT) · F(u, α)`,
//! `u = r_w² S / (4 T t)`, `α = r_w² S / r_c²`.
//!
//! Rings around the well's face; the innermost cell is the well itself, nearly free to flow, with the storage of its free water.

use std::f64::consts::{PI, TAU};

use quanyu_flow::check;

use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::figures::rows;
use crate::models::{simulation, steps, wells, worst};
use crate::section::Section;

const TRANSMISSIVITY: f64 = 100.0;
const STORAGE: f64 = 1e-3;
const FACE: f64 = 0.5;
const RATE: f64 = 300.0;
/// How much better than the rock the well conducts.
const FREE: f64 = 1e8;

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "papadopulos-cooper",
        checks: "drawdown in a well of large diameter, alpha from 1e-1 to 1e-5, u from 10 to 1e-6",
        source: "Papadopulos and Cooper (1967)",
        reason: "steps of 1 % leave 1.3e-3, half as much when halved; rings grow by 2 % from the face on",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

fn run() -> Outcome {
    // The first ring is thin beside the well, so that its half is no resistance of its own; then they grow.
    let mut edges = vec![0.9 * FACE, FACE];
    let mut width = 2e-4 * FACE;
    while edges[edges.len() - 1] < 4000.0 {
        let last = edges[edges.len() - 1];
        edges.push(last + width);
        width = (width * 1.1).min(0.02 * last);
    }
    let section =
        Section { edges, surfaces: vec![1.0, 0.0], conductivity: TRANSMISSIVITY, specific_storage: STORAGE };
    let times: Vec<f64> =
        (0..8).map(|k| FACE * FACE * STORAGE / (4.0 * TRANSMISSIVITY * 10f64.powi(1 - k))).collect();
    let mut errors = Vec::new();
    for figure in rows(include_str!("../../figures/papadopulos_cooper.csv")) {
        let mut model = section.model();
        let free_area = PI * FACE * FACE * STORAGE / figure[0];
        model.properties.conductivity[0] = TAU * FACE * TRANSMISSIVITY * FREE;
        // The cell stores what its plan does, 0.1 r_w wide and a metre along the row.
        model.properties.specific_storage[0] = free_area / (0.1 * FACE);
        let problem = check(model).map_err(Stop::faults)?;
        let mut simulation = simulation(&problem, vec![wells([(0, -RATE)])])?;
        let mut exact = figure[1..].iter();
        for (days, asked) in steps(&times, 1e-3, 0.01) {
            let step = simulation.advance(days).map_err(Stop::failed)?;
            if asked && let Some(exact) = exact.next() {
                let found = -step.head[0] * 4.0 * PI * TRANSMISSIVITY / RATE;
                errors.push((found / exact - 1.0).abs());
            }
        }
    }
    Ok(vec![Measure::share("F(u, alpha), relative", worst(errors), 3e-3)])
}
