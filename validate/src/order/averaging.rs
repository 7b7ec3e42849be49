//! Order in space of the other means of conductance between cells: logarithmic, and arithmetic thickness times logarithmic or harmonic
//! conductivity.

use quanyu_flow::{Averaging, Formulation};

use super::last_order;
use super::manufactured::Manufactured;
use super::space_unconfined::water_table;
use crate::case::{Case, Measure, Outcome, Speed};

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "order-space-averaging",
        checks: "error falls as the square of the cell with logarithmic, AMT-LMK and AMT-HMK means: the water table of \
                 order-space-unconfined",
        source: "manufactured solution",
        reason: "what the order of 32 and 64 cells a side may be short of 2 before it has settled",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

fn run() -> Outcome {
    let means = [
        ("LOGARITHMIC", Averaging::Logarithmic),
        ("AMT-LMK", Averaging::ThicknessLogarithmic),
        ("AMT-HMK", Averaging::ThicknessHarmonic),
    ];
    let order = |(name, averaging): (&str, Averaging)| {
        // Equal columns, since these means do not weigh the two sides by their lengths.
        let chosen = Manufactured { averaging, stretch: 0.0, ..water_table(Formulation::Central) };
        let errors = [chosen.error(16)?, chosen.error(32)?, chosen.error(64)?];
        Ok(Measure::share(format!("{name}: order short of 2 by"), (2.0 - last_order(&errors)).max(0.0), 0.1))
    };
    means.into_iter().map(order).collect()
}
