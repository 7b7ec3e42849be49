//! Boussinesq (1904): a water table over a level base that drains to one side at the level of the base keeps its shape,
//! `h = D F(x/L) / (1 + a K D t / (n L²))`, `q = b K D² / (L (1 + a K D t / (n L²))²)` with a = 1.115 and b = 0.862.
//! And Polubarinova-Kochina (1962): a half-plane filled to D whose edge falls to the base, `q = 0.332 √(K n D³ / t)`.
//!
//! The outlet is a given head at the base, where the thickness is nought: Newton's formulation carries water there.

use quanyu_flow::{Formulation, check};

use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::figures::rows;
use crate::models::{Block, constant_heads, growing, simulation, steps, worst};

const CONDUCTIVITY: f64 = 10.0;
const YIELD: f64 = 0.2;
const DEPTH: f64 = 10.0;
const LENGTH: f64 = 500.0;

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "boussinesq-recession",
        checks: "recession of a water table to an outlet at the level of the base, and the first flow after a sudden fall",
        source: "Boussinesq (1904); Polubarinova-Kochina (1962)",
        reason: "steps of 1 % leave 8e-3 of the discharge, a third of it when halved; heads have the first order of upstream weighting, on cells of 1 cm at the outlet that grow by 2 %",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

/// Where the shape reaches a height, both as shares: x/L = (1/I) ∫₀^F y / √(1 − y³) dy, by Simpson's rule in s = √(1 − y), where the
/// integrand is smooth.
fn place(height: f64, integral: f64) -> f64 {
    let (from, panels) = ((1.0 - height).sqrt(), 200);
    let integrand = |s: f64| 2.0 * (1.0 - s * s) / (3.0 - 3.0 * s * s + s.powi(4)).sqrt();
    let width = (1.0 - from) / panels as f64;
    let weight = |at: usize| if at == 0 || at == panels { 1.0 } else { 2.0 + 2.0 * (at % 2) as f64 };
    let sum: f64 = (0..=panels).map(|at| weight(at) * integrand(from + width * at as f64)).sum();
    sum * width / 3.0 / integral
}

/// The height of the shape at a place, both as shares, by bisection.
fn shape(share: f64, integral: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if place(middle, integral) < share { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

fn block(widths: Vec<f64>) -> Block {
    Block {
        widths,
        surfaces: vec![2.0 * DEPTH, 0.0],
        conductivity: CONDUCTIVITY,
        specific_storage: 0.0,
        specific_yield: YIELD,
        convertible: true,
        head: DEPTH,
        formulation: Formulation::Upstream,
        ..Block::default()
    }
}

fn run() -> Outcome {
    let figures = rows(include_str!("../../figures/boussinesq.csv")).concat();
    let [integral, fading, sudden] = figures[..] else {
        return Err(Stop::failed("three constants are kept"));
    };
    let mut widths = growing(0.01, 1.02, 2.0, LENGTH);
    // The middle of the first cell is the outlet; the last cell ends at the divide.
    let excess = widths.iter().sum::<f64>() - 0.5 * widths[0] - LENGTH;
    if let Some(last) = widths.last_mut() {
        *last -= excess;
    }
    let mut model = block(widths).model();
    let first = model.grid.centre(0)[0];
    for cell in 0..model.grid.cells() {
        let share = (model.grid.centre(cell)[0] - first) / LENGTH;
        model.initial_head[cell] = DEPTH * shape(share, integral);
    }
    model.initial_head[0] = 0.0;
    let problem = check(model).map_err(Stop::faults)?;
    let mut recession = simulation(&problem, vec![constant_heads([(0, 0.0)])])?;
    let scale = YIELD * LENGTH * LENGTH / (fading * CONDUCTIVITY * DEPTH);
    let times: Vec<f64> = [0.2, 0.5, 1.0, 2.0, 5.0].map(|share| share * scale).to_vec();
    let start = problem.initial_head().to_vec();
    let (mut flows, mut heads) = (Vec::new(), Vec::new());
    for (days, asked) in steps(&times, 1e-3, 0.01) {
        let step = recession.advance(days).map_err(Stop::failed)?;
        if asked {
            let left = 1.0 / (1.0 + step.time / scale);
            let exact = integral * CONDUCTIVITY * DEPTH * DEPTH / LENGTH * left * left;
            flows.push((-step.flows[0][0] / exact - 1.0).abs());
            let off = |cell: usize| (step.head[cell] - start[cell] * left).abs();
            heads.push(worst((0..start.len()).map(off)));
        }
    }
    let problem = block(growing(0.01, 1.02, 5.0, 2000.0)).problem()?;
    let mut fall = simulation(&problem, vec![constant_heads([(0, 0.0)])])?;
    let mut falls = Vec::new();
    for (days, asked) in steps(&[1.0, 4.0, 16.0, 64.0], 1e-4, 0.01) {
        let step = fall.advance(days).map_err(Stop::failed)?;
        if asked {
            let exact = sudden * (CONDUCTIVITY * YIELD * DEPTH.powi(3) / step.time).sqrt();
            falls.push((-step.flows[0][0] / exact - 1.0).abs());
        }
    }
    Ok(vec![
        Measure::share("discharge, relative", worst(flows), 1e-2),
        Measure::of("heads", worst(heads), 2e-2, "m"),
        Measure::share("flow after a sudden fall, relative", worst(falls), 1e-2),
    ])
}
