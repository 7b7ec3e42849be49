//! Order in space of a water table over a wavy base, in rock that varies, on columns of unequal width.

use std::f64::consts::PI;

use quanyu_flow::{Averaging, Formulation};

use super::last_order;
use super::manufactured::Manufactured;
use crate::case::{Case, Measure, Outcome, Speed};

/// A water table over a wavy base.
pub(super) fn water_table(formulation: Formulation) -> Manufactured {
    Manufactured {
        size: [1000.0, 800.0, 40.0],
        head: |[x, y, _]| 15.0 + 3.0 * (PI * x / 1000.0).sin() * (PI * y / 800.0).cos() + 0.004 * x,
        conductivity: |[x, y, _]| (0.8 * (2.0 * PI * x / 1000.0).sin() * (PI * y / 800.0).cos()).exp(),
        anisotropy: [0.4, 1.0],
        bottom: Some(|[x, y, _]| 2.0 * (2.0 * PI * x / 1000.0).cos() * (PI * y / 800.0).sin()),
        formulation,
        averaging: Averaging::Harmonic,
        stretch: 0.05,
    }
}

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "order-space-unconfined",
        checks: "error falls as the square of the cell: water table over a wavy base, heterogeneous, unequal columns",
        source: "manufactured solution",
        reason: "what the order of 32 and 64 cells a side may be short of 2 before it has settled",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

fn run() -> Outcome {
    let chosen = water_table(Formulation::Central);
    let errors = [chosen.error(16)?, chosen.error(32)?, chosen.error(64)?];
    Ok(vec![Measure::share("order short of 2 by", (2.0 - last_order(&errors)).max(0.0), 0.1)])
}
