//! In a linear aquifer the drawdowns of two stresses add up to that of both.

use quanyu_flow::{Formulation, NamedPackage, check};

use super::rough::aquifer;
use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::models::{general_heads, recharge, simulation, wells, worst};

const SIDE: usize = 20;

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "superposition",
        checks: "heads under two stresses are the sums of those under each: rough rock, confined, in time",
        source: "linearity",
        reason: "steps are solved to a residual of 1e-10 of the gross flow, which leaves heads some 1e-8 m apart",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

fn run() -> Outcome {
    let mut model = aquifer(SIDE, false, Formulation::Central);
    model.initial_head.fill(0.0);
    let problem = check(model).map_err(Stop::faults)?;
    let river = || general_heads((0..SIDE).map(|row| (row * SIDE, 0.0, 60.0)));
    let pumping = || wells([(SIDE * SIDE + 45, -800.0), (133, 200.0)]);
    let rain = || recharge((0..SIDE * SIDE).map(|cell| (cell, 1e-3)));
    let heads = |packages: Vec<NamedPackage>| -> Result<Vec<f64>, Stop> {
        let mut simulation = simulation(&problem, packages)?;
        for days in [0.5, 1.0, 2.0, 4.0, 100.0] {
            simulation.advance(days).map_err(Stop::failed)?;
        }
        Ok(simulation.state().head.clone())
    };
    let (first, second) = (heads(vec![river(), pumping()])?, heads(vec![river(), rain()])?);
    let both = heads(vec![river(), pumping(), rain()])?;
    let sums =
        first.iter().zip(&second).zip(&both).map(|((first, second), both)| (first + second - both).abs());
    Ok(vec![Measure::of("heads", worst(sums), 1e-7, "m")])
}
