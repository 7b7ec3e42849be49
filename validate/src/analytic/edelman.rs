//! Edelman (1947): a half-plane whose edge falls by a step, `q = s₀ √(S T / (π t))`, `s = s₀ erfc(x/2 · √(S / (T t)))`.

use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::figures::rows;
use crate::models::{Block, constant_heads, growing, simulation, steps, worst};

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "edelman-step",
        checks: "flow and drawdown after a sudden fall at the edge of an aquifer",
        source: "Edelman (1947)",
        reason: "steps of 1 % of the time that has passed leave 1.9e-3 of the flow, half as much when halved; 1 m cells",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

fn run() -> Outcome {
    // The middle of the first cell is the edge; a cell's middle lies at 100 m.
    let widths = [vec![1.0; 400], growing(1.0, 1.05, 500.0, 5000.0)].concat();
    let problem = Block::confined(widths, vec![1.0], 100.0, 0.1).problem()?;
    let figures = rows(include_str!("../../figures/edelman.csv"));
    let times: Vec<f64> = figures.iter().map(|figure| figure[0]).collect();
    let mut simulation = simulation(&problem, vec![constant_heads([(0, -1.0)])])?;
    let (mut flows, mut drawdowns) = (Vec::new(), Vec::new());
    for (days, asked) in steps(&times, 1e-4, 0.01) {
        let step = simulation.advance(days).map_err(Stop::failed)?;
        if asked {
            let figure = &figures[flows.len()];
            flows.push((-step.flows[0][0] / figure[1] - 1.0).abs());
            drawdowns.push((-step.head[100] - figure[2]).abs());
        }
    }
    Ok(vec![
        Measure::share("flow, relative", worst(flows), 3e-3),
        Measure::of("drawdown", worst(drawdowns), 1e-3, "m"),
    ])
}
