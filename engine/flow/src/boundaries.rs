//! All boundary packages at some heads: flows of the rows, and what they add to residual and matrix.

use crate::fault::Fault;
use crate::model::Problem;
use crate::package::{Exchange, Package, Well};
use crate::routing::Routing;
use crate::stresses::Stresses;

/// What flows in and out \[m³/d\], both non-negative.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct InOut {
    pub(crate) inflow: f64,
    pub(crate) outflow: f64,
}

impl InOut {
    pub(crate) fn add(&mut self, flow: f64) {
        if flow > 0.0 {
            self.inflow += flow;
        } else {
            self.outflow -= flow;
        }
    }
}

/// The boundary packages of a step.
#[derive(Clone, Debug)]
pub(crate) struct Boundaries {
    /// Whether the head of a cell is given.
    pub(crate) fixed: Vec<bool>,
    /// Those cells, with their heads \[m\].
    pub(crate) fixed_cells: Vec<(usize, f64)>,
    /// Flow into each cell whatever its head \[m³/d\].
    pub(crate) source: Vec<f64>,
    /// Flow of every row of every package \[m³/d\].
    pub(crate) flows: Vec<Vec<f64>>,
    /// The rows of each package of wells that are reduced as their cells dry.
    reducible: Vec<Vec<usize>>,
    /// In and out of the rows whose flow does not depend on head.
    steady: InOut,
    /// Streams.
    pub(crate) routing: Routing,
}

/// Where the exchanges are booked.
struct Book<'a> {
    fixed: &'a [bool],
    head: &'a [f64],
    residual: &'a mut [f64],
    slope: &'a mut [f64],
    total: InOut,
}

impl Book<'_> {
    /// Books the law of a cell; a cell of given head takes no other exchange.
    #[inline]
    fn enter(&mut self, cell: usize, law: impl FnOnce(f64) -> Exchange) -> f64 {
        if self.fixed[cell] {
            return 0.0;
        }
        let Exchange { flow, slope } = law(self.head[cell]);
        self.residual[cell] += flow;
        self.slope[cell] -= slope;
        self.total.add(flow);
        flow
    }
}

impl Boundaries {
    pub(crate) fn new(cells: usize) -> Self {
        Self {
            fixed: vec![false; cells],
            fixed_cells: Vec::new(),
            source: vec![0.0; cells],
            flows: Vec::new(),
            reducible: Vec::new(),
            steady: InOut::default(),
            routing: Routing::default(),
        }
    }

    /// Takes the stresses of a step; allocates only where their shape grew.
    ///
    /// # Errors
    /// All their faults.
    pub(crate) fn prepare(&mut self, problem: &Problem, stresses: &Stresses) -> Result<(), Vec<Fault>> {
        let mut faults = crate::check::stress_faults(problem, stresses);
        for (cell, _) in self.fixed_cells.drain(..) {
            self.fixed[cell] = false;
        }
        if faults.is_empty() {
            self.fix(stresses, &mut faults);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        self.flows.resize(stresses.packages.len(), Vec::new());
        for (flows, named) in self.flows.iter_mut().zip(&stresses.packages) {
            flows.resize(named.package.len(), 0.0);
        }
        self.routing.prepare(stresses);
        self.book_steady(problem, stresses);
        Ok(())
    }

    fn fix(&mut self, stresses: &Stresses, faults: &mut Vec<Fault>) {
        for named in &stresses.packages {
            let Package::ConstantHeads(rows) = &named.package else { continue };
            for row in rows {
                if self.fixed[row.cell] {
                    faults.push(crate::check::given_twice(&named.name, row));
                    continue;
                }
                self.fixed[row.cell] = true;
                self.fixed_cells.push((row.cell, row.head));
            }
        }
    }

    /// Books once the rows whose flow does not depend on head.
    fn book_steady(&mut self, problem: &Problem, stresses: &Stresses) {
        self.source.fill(0.0);
        self.steady = InOut::default();
        self.reducible.resize(stresses.packages.len(), Vec::new());
        let booked = self.flows.iter_mut().zip(&mut self.reducible);
        for ((flows, reducible), named) in booked.zip(&stresses.packages) {
            reducible.clear();
            match &named.package {
                Package::Wells(wells) => {
                    for (at, (row, flow)) in wells.rows.iter().zip(flows).enumerate() {
                        *flow = 0.0;
                        if self.fixed[row.cell] {
                            continue;
                        }
                        if is_reducible(problem, row, wells.reduction) {
                            reducible.push(at);
                            continue;
                        }
                        *flow = row.rate;
                        self.source[row.cell] += row.rate;
                        self.steady.add(row.rate);
                    }
                }
                Package::Recharge(rows) => {
                    let receiver = &problem.geometry().receiver;
                    for (row, flow) in rows.iter().zip(flows) {
                        let cell = receiver[row.cell];
                        if self.fixed[cell] {
                            *flow = 0.0;
                            continue;
                        }
                        *flow = row.exchange(problem.grid().area(cell)).flow;
                        self.source[cell] += *flow;
                        self.steady.add(*flow);
                    }
                }
                _ => {}
            }
        }
    }

    /// The cell in which a row acts.
    pub(crate) fn acting_cell(&self, problem: &Problem, package: &Package, row: usize) -> usize {
        match package {
            Package::Recharge(rows) => problem.geometry().receiver[rows[row].cell],
            _ => package.row(row).0,
        }
    }

    /// Adds to `residual` what the rows whose flow depends on head exchange, and to `slope` minus their derivatives;
    /// returns in and out of all rows but those of constant head. The other rows are already in `source`.
    pub(crate) fn exchange(
        &mut self,
        problem: &Problem,
        stresses: &Stresses,
        head: &[f64],
        residual: &mut [f64],
        slope: &mut [f64],
    ) -> InOut {
        let (grid, geometry) = (problem.grid(), problem.geometry());
        let mut book = Book { fixed: &self.fixed, head, residual, slope, total: self.steady };
        let flows = &mut self.flows;
        self.routing.sweep(stresses, |package, row, limits, exchanged| {
            let Package::Rivers(rivers) = &stresses.packages[package].package else { return };
            let river = &rivers[row];
            let part = 1.0 / limits.len() as f64;
            exchanged.fill(0.0);
            flows[package][row] = book.enter(river.cell, |head| {
                let mut mean = Exchange::default();
                for (limit, exchanged) in limits.iter().zip(exchanged.iter_mut()) {
                    let season = river.exchange(head, river.limit.min(*limit));
                    *exchanged = season.flow;
                    mean.flow += season.flow * part;
                    mean.slope += season.slope * part;
                }
                mean
            });
        });
        for (at, named) in stresses.packages.iter().enumerate() {
            match &named.package {
                Package::Wells(wells) => {
                    for &row in &self.reducible[at] {
                        let well = &wells.rows[row];
                        let fade = wells.reduction * geometry.thickness[well.cell];
                        let bottom = grid.bottom[well.cell];
                        flows[at][row] = book.enter(well.cell, |head| well.exchange(head, bottom, fade));
                    }
                }
                Package::Drains(drains) => {
                    for (drain, flow) in drains.iter().zip(&mut flows[at]) {
                        *flow = book.enter(drain.cell, |head| drain.exchange(head));
                    }
                }
                Package::Rivers(rivers) => {
                    for ((river, flow), routed) in
                        rivers.iter().zip(&mut flows[at]).zip(&self.routing.routed[at])
                    {
                        if !routed {
                            *flow = book.enter(river.cell, |head| river.exchange(head, river.limit));
                        }
                    }
                }
                Package::GeneralHeads(general_heads) => {
                    for (general_head, flow) in general_heads.iter().zip(&mut flows[at]) {
                        *flow = book.enter(general_head.cell, |head| general_head.exchange(head));
                    }
                }
                Package::Evapotranspiration(zones) => {
                    for (zone, flow) in zones.iter().zip(&mut flows[at]) {
                        let area = grid.area(zone.cell);
                        *flow = book.enter(zone.cell, |head| zone.exchange(head, area));
                    }
                }
                Package::Recharge(_) | Package::ConstantHeads(_) => {}
            }
        }
        book.total
    }
}

/// Only an abstraction from a cell that can dry is reduced.
fn is_reducible(problem: &Problem, well: &Well, reduction: f64) -> bool {
    reduction > 0.0 && well.rate < 0.0 && problem.geometry().convertible[well.cell]
}
