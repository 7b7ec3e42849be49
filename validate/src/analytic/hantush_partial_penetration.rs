//! Hantush (1961): drawdown near a well that is open over the upper half of the aquifer only.
//!
//! Rings and layers: the well's rate is spread over the innermost rings of the upper half, and the head is read where the
//! table is for, half the thickness from the well and a quarter below the top (between two layers: their mean).

use std::f64::consts::PI;

use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::figures::rows;
use crate::models::{simulation, steps, wells, worst};
use crate::section::Section;

const THICKNESS: f64 = 20.0;
const LAYERS: usize = 40;
const CONDUCTIVITY: f64 = 10.0;
const SPECIFIC_STORAGE: f64 = 1e-5;
const RATE: f64 = 800.0;

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "hantush-partial-penetration",
        checks: "drawdown near a well open over half the aquifer, where flow is vertical too",
        source: "Hantush (1961)",
        reason: "steps of 2 % leave 1.7e-3, half as much when halved; 40 layers, rings that grow by 6 %",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

fn run() -> Outcome {
    let layer = THICKNESS / LAYERS as f64;
    // A ring whose middle lies at half the thickness: edges are counted from there.
    let ratio: f64 = 1.06;
    let outward = 0.5 * THICKNESS * 2.0 / (1.0 + ratio);
    let inward = outward * ratio.powi(-110);
    let section = Section {
        edges: Section::edges(inward, ratio, 5000.0),
        surfaces: (0..=LAYERS).map(|at| THICKNESS - layer * at as f64).collect(),
        conductivity: CONDUCTIVITY,
        specific_storage: SPECIFIC_STORAGE,
    };
    let problem = section.problem()?;
    let (ring, radius) = (section.nearest(0.5 * THICKNESS), 0.5 * THICKNESS);
    let rings = section.edges.len() - 1;
    let transmissivity = CONDUCTIVITY * THICKNESS;
    let figures = rows(include_str!("../../figures/hantush_partial_penetration.csv"));
    let time = |figure: &Vec<f64>| radius * radius * SPECIFIC_STORAGE / (4.0 * CONDUCTIVITY * figure[0]);
    let times: Vec<f64> = figures.iter().map(time).collect();
    let open = LAYERS / 2;
    let screen = (0..open).map(|layer| (layer * rings, -RATE / open as f64));
    let mut simulation = simulation(&problem, vec![wells(screen)])?;
    let mut errors = vec![(section.middle(ring) / radius - 1.0).abs()];
    for (days, asked) in steps(&times, 1e-3, 0.02) {
        let step = simulation.advance(days).map_err(Stop::failed)?;
        if asked {
            let above = (LAYERS / 4 - 1) * rings + ring;
            let head = 0.5 * (step.head[above] + step.head[above + rings]);
            let found = -head * 4.0 * PI * transmissivity / RATE;
            errors.push((found / figures[errors.len() - 1][1] - 1.0).abs());
        }
    }
    Ok(vec![Measure::share("W(u) + f, relative", worst(errors), 3e-3)])
}
