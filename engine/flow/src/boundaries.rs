//! All boundary packages at some heads: flows of the rows, and what they add to residual and matrix.

use crate::fault::Fault;
use crate::model::{Formulation, Problem};
use crate::package::{DepthScaling, Exchange, Package, Well};
use crate::picard::next_in_column;
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

/// The cells that packages act on.
pub(crate) struct Cells<'a> {
    /// Heads \[m\].
    pub(crate) head: &'a [f64],
    /// Which are out of the problem because they are dry; empty where none ever is.
    pub(crate) dry: &'a [bool],
    /// Net inflow \[m³/d\].
    pub(crate) residual: &'a mut [f64],
    /// Minus its derivative \[m²/d\].
    pub(crate) slope: &'a mut [f64],
    /// Whether what scales a flow is held at the present heads, as in Picard's linear model.
    pub(crate) held: bool,
}

/// Net inflow that rounding of the heads may cause \[m³/d\].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Rounding {
    /// The sum.
    pub(crate) sum: f64,
    /// The sum of squares.
    pub(crate) squared: f64,
}

impl Rounding {
    fn add(&mut self, rounding: f64) {
        self.sum += rounding;
        self.squared += rounding * rounding;
    }
}

/// Where the exchanges are booked.
struct Book<'a> {
    fixed: &'a [bool],
    cells: Cells<'a>,
    total: InOut,
    rounding: Rounding,
}

impl Book<'_> {
    /// Books the law of a cell; a cell of given head or a dry one takes no other exchange.
    #[inline]
    fn enter(&mut self, cell: usize, law: impl FnOnce(f64) -> Exchange) -> f64 {
        if self.fixed[cell] || is_dry(self.cells.dry, cell) {
            return 0.0;
        }
        let Exchange { flow, slope } = law(self.cells.head[cell]);
        self.cells.residual[cell] += flow;
        self.cells.slope[cell] -= slope;
        self.rounding.add(f64::EPSILON * slope.abs() * self.cells.head[cell].abs());
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
        self.book_steady(problem, stresses, &[]);
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
    pub(crate) fn book_steady(&mut self, problem: &Problem, stresses: &Stresses, dry: &[bool]) {
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
                        if self.fixed[row.cell] || is_dry(dry, row.cell) {
                            continue;
                        }
                        let fading = wells.fading(at, problem.geometry().thickness[row.cell]);
                        if is_reducible(problem, row, fading) {
                            reducible.push(at);
                            continue;
                        }
                        *flow = row.rate;
                        self.source[row.cell] += row.rate;
                        self.steady.add(row.rate);
                    }
                }
                Package::Recharge(rows) => {
                    for (row, flow) in rows.iter().zip(flows) {
                        let cell = acting(problem, dry, row.cell, row.fixed_cell);
                        if self.fixed[cell] || is_dry(dry, cell) {
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
    pub(crate) fn acting_cell(problem: &Problem, dry: &[bool], package: &Package, row: usize) -> usize {
        match package {
            Package::Recharge(rows) => acting(problem, dry, rows[row].cell, rows[row].fixed_cell),
            Package::Evapotranspiration(rows) => acting(problem, dry, rows[row].cell, rows[row].fixed_cell),
            _ => package.row(row).0,
        }
    }

    /// Adds to `residual` what the rows whose flow depends on head exchange, and to `slope` minus their derivatives;
    /// returns in and out of all rows but those of constant head, and what rounding may do to them. The other rows are already
    /// in `source`.
    pub(crate) fn exchange(
        &mut self,
        problem: &Problem,
        stresses: &Stresses,
        cells: Cells<'_>,
    ) -> (InOut, Rounding) {
        let (grid, geometry) = (problem.grid(), problem.geometry());
        let held = cells.held;
        let mut book = Book { fixed: &self.fixed, cells, total: self.steady, rounding: Rounding::default() };
        let scaling = match problem.formulation() {
            Formulation::Central => DepthScaling::Linear,
            Formulation::Upstream => DepthScaling::Cubic,
        };
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
                        let fade = wells.fading(row, geometry.thickness[well.cell]);
                        let bottom = grid.bottom[well.cell];
                        flows[at][row] = book.enter(well.cell, |head| {
                            let exchange = well.exchange(head, bottom, fade);
                            if held { Exchange { slope: 0.0, ..exchange } } else { exchange }
                        });
                    }
                }
                Package::Drains(drains) => {
                    for (drain, flow) in drains.iter().zip(&mut flows[at]) {
                        *flow = book.enter(drain.cell, |head| {
                            let exchange = drain.exchange(head, scaling);
                            if held { drain.held(head, exchange) } else { exchange }
                        });
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
                        let cell = acting(problem, book.cells.dry, zone.cell, zone.fixed_cell);
                        let area = grid.area(cell);
                        *flow = book.enter(cell, |head| zone.exchange(head, area));
                    }
                }
                Package::Recharge(_) | Package::ConstantHeads(_) => {}
            }
        }
        (book.total, book.rounding)
    }
}

/// Only an abstraction from a cell that can dry is reduced.
fn is_reducible(problem: &Problem, well: &Well, fading: f64) -> bool {
    fading > 0.0 && well.rate < 0.0 && problem.geometry().convertible[well.cell]
}

/// The cell in which a row of recharge or evapotranspiration acts: its own, or the uppermost one at or below it that is in the
/// problem; the lowest where none is.
fn acting(problem: &Problem, dry: &[bool], cell: usize, fixed_cell: bool) -> usize {
    if fixed_cell {
        return cell;
    }
    let mut at = problem.geometry().receiver(cell).unwrap_or(cell);
    while is_dry(dry, at)
        && let Some(below) = next_in_column(problem, at, true)
    {
        at = below;
    }
    at
}

/// Whether a cell is dry; `dry` is empty where none ever is.
fn is_dry(dry: &[bool], cell: usize) -> bool {
    dry.get(cell) == Some(&true)
}
