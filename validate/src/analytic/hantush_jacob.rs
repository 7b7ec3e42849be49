//! Hantush and Jacob (1955): drawdown around a well in an aquifer that leaks, `s = Q / (4πT) · W(u, r/B)`, `B = √(T c)`.
//!
//! Rings around the well, each with a general head behind the resistance c of the layer above. One run a value of r/B: the
//! ring stays, the resistance changes.

use std::f64::consts::PI;

use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::figures::rows;
use crate::models::{general_heads, simulation, steps, wells, worst};
use crate::section::Section;

const TRANSMISSIVITY: f64 = 200.0;
const STORAGE: f64 = 1e-3;
const RATE: f64 = 500.0;
/// Values of u in the columns of the table, the earliest first.
const U: [f64; 6] = [1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-6];

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "hantush-jacob",
        checks: "drawdown of a well in a leaky aquifer, r/B from 0.01 to 2, u from 1 to 1e-6",
        source: "Hantush and Jacob (1955)",
        reason: "steps of 1 % leave 3e-3 where u = 1, half as much when halved; rings grow by 4 %",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

fn run() -> Outcome {
    let section = Section {
        edges: Section::edges(0.01, 1.04, 40_000.0),
        surfaces: vec![1.0, 0.0],
        conductivity: TRANSMISSIVITY,
        specific_storage: STORAGE,
    };
    let problem = section.problem()?;
    let ring = section.nearest(10.0);
    let radius = section.middle(ring);
    let times = U.map(|u| radius * radius * STORAGE / (4.0 * TRANSMISSIVITY * u));
    let mut errors = Vec::new();
    for figure in rows(include_str!("../../figures/hantush_jacob.csv")) {
        let resistance = (radius / figure[0]).powi(2) / TRANSMISSIVITY;
        let leaks = (0..section.edges.len() - 1).map(|ring| (ring, 0.0, section.area(ring) / resistance));
        let mut simulation = simulation(&problem, vec![wells([(0, -RATE)]), general_heads(leaks)])?;
        let mut exact = figure[1..].iter().rev();
        for (days, asked) in steps(&times, 1e-3, 0.01) {
            let step = simulation.advance(days).map_err(Stop::failed)?;
            if asked && let Some(exact) = exact.next() {
                let found = -step.head[ring] * 4.0 * PI * TRANSMISSIVITY / RATE;
                errors.push((found / exact - 1.0).abs());
            }
        }
    }
    Ok(vec![Measure::share("W(u, r/B), relative", worst(errors), 5e-3)])
}
