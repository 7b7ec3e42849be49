//! In a linear aquifer a well at A draws B down as much as the same well at B draws A down, whatever the rock.

use quanyu_flow::{Formulation, check};

use super::rough::{aquifer, draw};
use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::models::{general_heads, simulation, wells, worst};

const SIDE: usize = 20;

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "reciprocity",
        checks: "the drawdown that one well makes at another is the same the other way round: rough rock, confined, in time",
        source: "symmetry of Green's function",
        reason: "steps are solved to a residual of 1e-10 of the gross flow",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

fn run() -> Outcome {
    let mut model = aquifer(SIDE, false, Formulation::Central);
    model.initial_head.fill(0.0);
    let problem = check(model).map_err(Stop::faults)?;
    let cells = problem.grid().cells();
    let river = || general_heads((0..SIDE).map(|row| (row * SIDE, 0.0, 60.0)));
    let drawdown = |from: usize, at: usize| -> Result<f64, Stop> {
        let mut simulation = simulation(&problem, vec![river(), wells([(from, -100.0)])])?;
        for days in [0.5, 1.0, 2.0, 4.0] {
            simulation.advance(days).map_err(Stop::failed)?;
        }
        Ok(simulation.state().head[at])
    };
    let mut errors = Vec::new();
    for pair in 0..6 {
        let ends = [5, 6].map(|of| (draw(pair, of) * cells as f64) as usize);
        let (there, back) = (drawdown(ends[0], ends[1])?, drawdown(ends[1], ends[0])?);
        errors.push((there / back - 1.0).abs());
    }
    Ok(vec![Measure::share("difference, relative", worst(errors), 1e-6)])
}
