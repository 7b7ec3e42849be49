//! Results do not depend on the number of threads, to the bit.

use quanyu_flow::{Formulation, check};
use rayon::ThreadPoolBuilder;

use super::rough::{aquifer, stresses};
use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::models::simulation_to;

const SIDE: usize = 80;

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "threads",
        checks: "heads and flows on 1, 2 and 3 threads have the same bits: cells that dry and wet, central and upstream",
        source: "the same run",
        reason: "to the bit",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

fn bits(formulation: Formulation) -> Result<Vec<u64>, Stop> {
    let problem = check(aquifer(SIDE, true, formulation)).map_err(Stop::faults)?;
    let mut simulation = simulation_to(&problem, stresses(SIDE), 1e-8)?;
    let mut bits = Vec::new();
    for days in [10.0, 100.0, 1000.0] {
        let step = simulation.advance(days).map_err(Stop::failed)?;
        bits.extend(step.head.iter().chain(step.flows.iter().flatten()).map(|value| value.to_bits()));
    }
    Ok(bits)
}

fn run() -> Outcome {
    let mut measures = Vec::new();
    for (what, formulation) in [("central", Formulation::Central), ("upstream", Formulation::Upstream)] {
        let mut runs = Vec::new();
        for threads in [1, 2, 3] {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build().map_err(Stop::failed)?;
            runs.push(pool.install(|| bits(formulation))?);
        }
        let differ = |run: &Vec<u64>| run.iter().zip(&runs[0]).filter(|(a, b)| a != b).count();
        let different = runs.iter().map(differ).sum::<usize>();
        measures.push(Measure::of(what, different as f64, 0.0, "values"));
    }
    Ok(measures)
}
