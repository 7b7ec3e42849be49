//! Order in space of the same water table with the upstream weighting of Newton's formulation: the first.

use quanyu_flow::Formulation;

use super::last_order;
use super::space_unconfined::water_table;
use crate::case::{Case, Measure, Outcome, Speed};

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "order-space-upstream",
        checks: "error falls with the cell under upstream weighting: the water table of order-space-unconfined",
        source: "manufactured solution",
        reason: "what the order of 64 and 128 cells a side may be short of 1 before it has settled",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

fn run() -> Outcome {
    let chosen = water_table(Formulation::Upstream);
    let errors = [chosen.error(32)?, chosen.error(64)?, chosen.error(128)?];
    Ok(vec![Measure::share("order short of 1 by", (1.0 - last_order(&errors)).max(0.0), 0.1)])
}
