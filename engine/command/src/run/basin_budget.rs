//! Water budget of each spring basin, written beside that of the whole domain.

use quanyu_basin::{Basin, Gridded, PACKAGE_NAMES};
use quanyu_files::SeriesColumn;
use quanyu_flow::Step;

/// Storage of a basin, positive where it is giving water up.
const STORAGE: &str = "storage";
/// What flows in from the other basins.
const EXCHANGE: &str = "exchange";

/// Columns of `basin-budget.csv`: `BASIN:TERM` for every basin and term.
pub(super) fn columns(basin: &Basin) -> Vec<SeriesColumn> {
    let terms = || PACKAGE_NAMES.iter().copied().chain([STORAGE, EXCHANGE]);
    let named = basin.outlines.iter().flat_map(|outline| {
        terms().map(move |term| SeriesColumn::new(format!("{}:{term}", outline.id), "m3/d"))
    });
    named.collect()
}

/// Net flow of each term into each basin over a step \[m³/d\], positive into it, in the order of [`columns`].
///
/// Rows of a column that two basins share are divided as the column is. The basins share out every active column, so that the
/// exchange is what balances the other terms, and over all basins it sums to the error of the domain's budget.
pub(super) fn values(gridded: &Gridded, step: &Step<'_>) -> Vec<f64> {
    let per_layer = gridded.footprint.len();
    let mut shares = vec![0.0; per_layer];
    let mut all = Vec::new();
    for outline in &gridded.outlines {
        shares.fill(0.0);
        for part in &outline.columns {
            shares[part.column] = part.share;
        }
        let first = all.len();
        for (named, flows) in step.stresses.packages.iter().zip(step.flows) {
            let share = |row: usize| shares[named.package.row(row).0 % per_layer];
            all.push(flows.iter().enumerate().map(|(row, flow)| flow * share(row)).sum::<f64>());
        }
        all.push(gridded.sum_over(outline, step.storage_by_cell));
        let rest: f64 = all[first..].iter().sum();
        all.push(-rest);
    }
    all
}
