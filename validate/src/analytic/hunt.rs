//! Hunt (1999): what a stream with a clogged bed gives of a well's rate; the aquifer goes on beneath it.
//!
//! The stream is a river whose bed conducts λ a metre of stream, with its bottom far below the heads.

use quanyu_flow::{NamedPackage, Origin, Package, River};

use super::stream::Bank;
use crate::case::{Case, Measure, Outcome, Speed};
use crate::figures::rows;
use crate::models::worst;

/// Flow through the bed for a metre of stream and a metre of head \[m/d\].
const BED: f64 = 0.432;

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "hunt-depletion",
        checks: "rate that a well takes from a stream with a clogged bed",
        source: "Hunt (1999)",
        reason: "steps of 1 % of the time that has passed leave 3e-4 of the well's rate, less when halved; 10 m cells",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

fn run() -> Outcome {
    let bank = Bank::new(true)?;
    let grid = bank.problem.grid();
    let river = |(row, cell): (usize, &usize)| River {
        cell: *cell,
        stage: 0.0,
        conductance: BED * grid.row_heights[row],
        bottom: -1e3,
        limit: f64::INFINITY,
        origin: Origin::NONE,
    };
    let rivers = bank.stream.iter().enumerate().map(river).collect();
    let stream = NamedPackage { name: "stream".into(), package: Package::Rivers(rivers) };
    let figures = rows(include_str!("../../figures/depletion.csv"));
    let times: Vec<f64> = figures.iter().map(|figure| figure[0]).collect();
    let found = bank.deplete(stream, &times)?;
    let rates = worst(found.iter().zip(&figures).map(|(found, figure)| (found.rate - figure[2]).abs()));
    Ok(vec![Measure::share("q/Q", rates, 6e-4)])
}
