//! Seventeen models written for this project and solved by MODFLOW 6.6.2: heads and every budget term of every step.

use super::heads::{compare, compare_last};
use super::rates::rates;
use super::workspace::{Finished, folder, heads, text};
use crate::case::{Case, Outcome, Speed};
use crate::figures::rows;

const SOURCE: &str = "MODFLOW 6.6.2";
const REASON: &str = "1 mm or 1e-5 of the range of heads, and a thousandth of a budget term or 1e-5 of the inflow: what two correct solvers \
                      of the same equations may differ by, far below what any option moves";

/// Name of a case, its folder under `modflow/cases`, and what it exercises.
const CASES: [(&str, &str, &str); 17] = [
    (
        "mf6-steady-confined-barrier",
        "steady-confined-barrier",
        "harmonic conductance, barrier, wells, general heads, drains, recharge",
    ),
    (
        "mf6-transient-wells-timeseries",
        "transient-wells-timeseries",
        "growing steps, time series of rates, a river that changes, observations",
    ),
    (
        "mf6-water-table-picard",
        "water-table-picard",
        "water table by Picard, evapotranspiration in segments, wells on and off",
    ),
    (
        "mf6-newton-sloping-base",
        "newton-sloping-base",
        "Newton over a rough sloping base, cells near dry, wells that reduce, a pulse of recharge",
    ),
    (
        "mf6-newton-perched-drains",
        "newton-perched-drains",
        "Newton, perching over a tight layer, drains with a depth",
    ),
    (
        "mf6-pinch-out-pass-through",
        "pinch-out-pass-through",
        "inactive and pass-through cells, layers of no thickness",
    ),
    ("mf6-cv-variable", "cv-variable", "VARIABLECV"),
    ("mf6-cv-variable-dewatered", "cv-variable-dewatered", "VARIABLECV DEWATERED"),
    ("mf6-cv-perched", "cv-perched", "PERCHED"),
    ("mf6-averaging-logarithmic", "averaging-logarithmic", "LOGARITHMIC, anisotropy in plan"),
    ("mf6-averaging-amt-lmk", "averaging-amt-lmk", "AMT-LMK, anisotropy in plan"),
    ("mf6-averaging-amt-hmk", "averaging-amt-hmk", "AMT-HMK, anisotropy in plan"),
    ("mf6-rewetting-picard", "rewetting-picard", "drying and rewetting by Picard, delta-bar-delta"),
    (
        "mf6-adaptive-steps",
        "adaptive-steps",
        "adaptive steps, SS_CONFINED_ONLY, wells that reduce, given heads that fall",
    ),
    ("mf6-storage-coefficient", "storage-coefficient", "STORAGECOEFFICIENT"),
    (
        "mf6-irregular-spacing-arrays",
        "irregular-spacing-arrays",
        "unequal cells, arrays of evapotranspiration, multipliers, series",
    ),
    (
        "mf6-karst-basin",
        "karst-basin",
        "four layers, a conduit belt, springs, a losing river, seasons, pumping doubled and cut",
    ),
];

/// What is known to miss, by folder.
const KNOWN_MISSES: [(&str, &str); 0] = [];

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    let case = |(name, model, checks): (&'static str, &'static str, &'static str)| Case {
        name,
        checks,
        source: SOURCE,
        reason: REASON,
        speed: Speed::Fast,
        known_miss: KNOWN_MISSES.iter().find(|(known, _)| *known == model).map(|(_, why)| *why),
        run: Box::new(move || run(model)),
    };
    CASES.into_iter().map(case).collect()
}

fn run(model: &str) -> Outcome {
    let folder = folder("cases").join(model);
    let finished = Finished::run(&folder)?;
    let found = finished.heads()?;
    let saved = folder.join("gwf.hds");
    // The heads of every step of the largest model are not kept, those of the last one are.
    let heads = if saved.exists() {
        compare(&found, &heads(&saved)?)?
    } else {
        compare_last(&found, &rows(&text(&folder.join("heads_last.csv"))?))?
    };
    let budget = finished.rates()?.compare(&rates(&text(&folder.join("budget_rates.csv"))?)?)?;
    Ok(vec![heads, budget])
}
