//! Water budgets of parts of the aquifer.
//!
//! Every cell belongs to a zone. What packages and storage give to or take from the cells of a zone, and what crosses the faces between
//! zones, balances in each zone as it does in each cell (Harbaugh, 1990, USGS OFR 90-392).

use crate::balance::Balance;
use crate::boundaries::Boundaries;
use crate::face_flows::FaceFlows;
use crate::fault::{Fault, FaultKind, Origin};
use crate::model::Problem;
use crate::package::Package;
use crate::picard::next_in_column;
use crate::step::BudgetTerm;
use crate::stresses::Stresses;

/// The budget of one zone \[m³/d\].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ZoneBudget {
    /// Its number.
    pub zone: u32,
    /// One term a package, in the order of the stresses.
    pub terms: Vec<BudgetTerm>,
    /// Release from and uptake into elastic storage.
    pub elastic_storage: BudgetTerm,
    /// Release from and uptake into the pores at the water table.
    pub drainable_storage: BudgetTerm,
    /// Flow from (inflow) and to (outflow) each other zone that it exchanges water with, by number.
    pub exchange: Vec<(u32, BudgetTerm)>,
    /// Sum of all inflows.
    pub inflow: f64,
    /// Sum of all outflows.
    pub outflow: f64,
    /// (inflow − outflow) over the mean of the two; 0 where nothing flows.
    pub closure: f64,
}

fn add(term: &mut BudgetTerm, flow: f64) {
    if flow > 0.0 {
        term.inflow += flow;
    } else {
        term.outflow -= flow;
    }
}

/// The budgets of all zones, by number; `zones` has one number a cell, which is read in active cells only.
///
/// # Errors
/// Another number of values than cells.
pub(crate) fn budgets(
    problem: &Problem,
    stresses: &Stresses,
    balance: &Balance,
    days: f64,
    zones: &[u32],
) -> Result<Vec<ZoneBudget>, Fault> {
    let grid = problem.grid();
    if zones.len() != grid.cells() {
        return Err(Fault {
            origin: Origin::NONE,
            kind: FaultKind::BadGeometry,
            message: "The zones have the wrong number of values.".into(),
            value: zones.len().to_string(),
            allowed: format!("{} values", grid.cells()),
            remedy: "Give one zone a cell.".into(),
        });
    }
    let active = |cell: &usize| grid.is_active(*cell);
    let mut numbers: Vec<u32> = (0..grid.cells()).filter(active).map(|cell| zones[cell]).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let named = |name: &str| BudgetTerm { name: name.to_owned(), ..BudgetTerm::default() };
    let empty = |zone: &u32| ZoneBudget {
        zone: *zone,
        terms: stresses.packages.iter().map(|package| named(&package.name)).collect(),
        exchange: numbers.iter().map(|other| (*other, BudgetTerm::default())).collect(),
        ..ZoneBudget::default()
    };
    let mut budgets: Vec<ZoneBudget> = numbers.iter().map(empty).collect();
    let position = |cell: usize| numbers.binary_search(&zones[cell]).unwrap_or(0);
    for_rows(problem, stresses, balance, |package, cell, flow| {
        add(&mut budgets[position(cell)].terms[package], flow);
    });
    if days > 0.0 {
        for cell in (0..grid.cells()).filter(active) {
            let (elastic, drainable) = balance.releases(cell, days);
            let budget = &mut budgets[position(cell)];
            add(&mut budget.elastic_storage, elastic);
            add(&mut budget.drainable_storage, drainable);
        }
    }
    for_faces(problem, balance, |from, to, flow| {
        let (from, to) = (position(from), position(to));
        if from != to {
            add(&mut budgets[from].exchange[to].1, -flow);
            add(&mut budgets[to].exchange[from].1, flow);
        }
    });
    budgets.iter_mut().for_each(finish);
    Ok(budgets)
}

/// Calls `visit(package, cell, flow)` for what every row exchanges, and for both directions of what a cell of given head does.
fn for_rows(
    problem: &Problem,
    stresses: &Stresses,
    balance: &Balance,
    mut visit: impl FnMut(usize, usize, f64),
) {
    let boundaries = &balance.boundaries;
    let mut fixed = boundaries.fixed_cells.iter().zip(&balance.fixed_flows);
    for (at, named) in stresses.packages.iter().enumerate() {
        if let Package::ConstantHeads(rows) = &named.package {
            for ((cell, _), flows) in fixed.by_ref().take(rows.len()) {
                visit(at, *cell, flows.inflow);
                visit(at, *cell, -flows.outflow);
            }
            continue;
        }
        for (row, flow) in boundaries.flows[at].iter().enumerate() {
            let cell = Boundaries::acting_cell(problem, &balance.dry, &named.package, row);
            visit(at, cell, *flow);
        }
    }
}

/// Calls `visit(from, to, flow)` for every face but those between two cells of given head.
fn for_faces(problem: &Problem, balance: &Balance, mut visit: impl FnMut(usize, usize, f64)) {
    let grid = problem.grid();
    let fixed = &balance.boundaries.fixed;
    let mut faces = FaceFlows::default();
    faces.write(problem, balance);
    for cell in 0..grid.cells() {
        let beside = [(faces.east[cell], cell + 1), (faces.south[cell], cell + grid.columns)];
        let below = next_in_column(problem, cell, true).map(|below| (faces.down[cell], below));
        for (flow, other) in beside.into_iter().chain(below) {
            if flow != 0.0 && !(fixed[cell] && fixed[other]) {
                visit(cell, other, flow);
            }
        }
    }
}

fn finish(budget: &mut ZoneBudget) {
    budget.exchange.retain(|(_, term)| term.inflow > 0.0 || term.outflow > 0.0);
    let terms = budget.terms.iter().chain([&budget.elastic_storage, &budget.drainable_storage]);
    let all = terms.chain(budget.exchange.iter().map(|(_, term)| term));
    (budget.inflow, budget.outflow) =
        all.fold((0.0, 0.0), |(inflow, outflow), term| (inflow + term.inflow, outflow + term.outflow));
    let mean = 0.5 * (budget.inflow + budget.outflow);
    budget.closure = if mean > 0.0 { (budget.inflow - budget.outflow) / mean } else { 0.0 };
}
