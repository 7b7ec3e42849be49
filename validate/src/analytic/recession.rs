//! A finite aquifer that drains to one side after Rorabaugh (1964), and its last recession, Maillet's (1905):
//! `q ∝ exp(−α t)`, `α = π² T / (4 S L²)`.

use std::f64::consts::PI;

use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::figures::rows;
use crate::models::{Block, constant_heads, simulation, steps, worst};

const TRANSMISSIVITY: f64 = 500.0;
const STORAGE: f64 = 0.02;
const LENGTH: f64 = 10_000.0;
const CELLS: usize = 1000;

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "finite-aquifer-recession",
        checks: "discharge of an aquifer of finite length, and the constant of its recession",
        source: "Rorabaugh (1964); Maillet (1905)",
        reason: "1000 cells and steps of 0.3 % of the time that has passed, which alone leave (αt)²·0.3 %/4 = 4.6e-3 of the last \
                 discharge; the constant is read from a step of 0.002/α, where backward Euler's is off by half of that",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

fn run() -> Outcome {
    let width = LENGTH / (CELLS as f64 + 0.5);
    let widths = vec![width; CELLS + 1];
    let mut block = Block::confined(widths, vec![1.0], TRANSMISSIVITY, STORAGE);
    block.head = 1.0;
    let problem = block.problem()?;
    let figures = rows(include_str!("../../figures/recession.csv"));
    let scale = STORAGE * LENGTH * LENGTH / TRANSMISSIVITY;
    let times: Vec<f64> = figures.iter().map(|figure| figure[0] * scale).collect();
    let mut simulation = simulation(&problem, vec![constant_heads([(0, 0.0)])])?;
    let (mut flows, mut last) = (Vec::new(), f64::NAN);
    for (days, asked) in steps(&times, 1e-4, 0.003) {
        let step = simulation.advance(days).map_err(Stop::failed)?;
        last = -step.flows[0][0];
        if asked {
            let found = last * LENGTH / TRANSMISSIVITY;
            flows.push((found / figures[flows.len()][1] - 1.0).abs());
        }
    }
    let exact = PI * PI * TRANSMISSIVITY / (4.0 * STORAGE * LENGTH * LENGTH);
    let days = 0.002 / exact;
    let step = simulation.advance(days).map_err(Stop::failed)?;
    let constant = (last / -step.flows[0][0]).ln() / days;
    Ok(vec![
        Measure::share("discharge, relative", worst(flows), 6e-3),
        Measure::share("recession constant, relative", (constant / exact - 1.0).abs(), 2e-3),
    ])
}
