//! Stress packages: their rows as they hold in one time step, in the flow engine's form.
//!
//! A row's number is multiplied by the package's multiplier; a time series stands in for any number of the row.

use quanyu_files::modflow::{
    ArrayKind, ArrayPackage, ArrayValue, EvapotranspirationKind, Grid, ListPackage, Package, RechargeKind,
    RowPlace, StressRow, TimeSeries, TimeStep, Value, Well, Wells,
};
use quanyu_flow as flow;
use quanyu_flow::{Fault, FaultKind, NamedPackage, Origin};

/// What of a package's rows the flow engine does not need and the results do.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowNotes {
    /// Place of each row in MODFLOW's list; where there is none, each row's own place.
    pub(crate) numbers: Option<Vec<u32>>,
    /// Auxiliary values, row after row.
    pub(crate) auxiliary: Vec<f64>,
}

impl RowNotes {
    /// Place in MODFLOW's list, from nought.
    pub(crate) fn number(&self, row: usize) -> usize {
        self.numbers.as_ref().map_or(row, |numbers| numbers[row] as usize)
    }

    /// Auxiliary values of a row.
    pub(crate) fn auxiliary(&self, row: usize, count: usize) -> &[f64] {
        &self.auxiliary[row * count..(row + 1) * count]
    }
}

/// The cells of the model as packages need them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) grid: &'a Grid,
}

/// An empty package of the flow engine under its MODFLOW name.
pub(crate) fn empty(package: &Package) -> NamedPackage {
    let rows = match package {
        Package::Wells(wells) => flow::Package::Wells(flow::Wells {
            rows: Vec::new(),
            reduction: wells.options.reduction.filter(|_| !wells.options.reduction_is_length).unwrap_or(0.0),
            fading: None,
        }),
        Package::Drains(_) => flow::Package::Drains(Vec::new()),
        Package::Rivers(_) => flow::Package::Rivers(Vec::new()),
        Package::GeneralHeads(_) => flow::Package::GeneralHeads(Vec::new()),
        Package::ConstantHeads(_) => flow::Package::ConstantHeads(Vec::new()),
        Package::Recharges(_) | Package::RechargeArrays(_) => flow::Package::Recharge(Vec::new()),
        Package::Evapotranspirations(_) | Package::EvapotranspirationArrays(_) => {
            flow::Package::Evapotranspiration(Vec::new())
        }
    };
    NamedPackage { name: package.name().to_owned(), package: rows }
}

/// Whether a package's rows may differ between a stress period (from nought) and the one before.
pub(crate) fn begins(package: &Package, period: usize) -> bool {
    match package {
        Package::Wells(p) => p.periods.begins(period),
        Package::Drains(p) => p.periods.begins(period),
        Package::Rivers(p) => p.periods.begins(period),
        Package::GeneralHeads(p) => p.periods.begins(period),
        Package::ConstantHeads(p) => p.periods.begins(period),
        Package::Recharges(p) => p.periods.begins(period),
        Package::Evapotranspirations(p) => p.periods.begins(period),
        Package::RechargeArrays(p) => p.periods.begins(period),
        Package::EvapotranspirationArrays(p) => p.periods.begins(period),
    }
}

/// Whether any number of a package follows a series in a stress period (from nought), so that every step has its own.
pub(crate) fn moves(package: &Package, period: usize) -> bool {
    fn list<R: StressRow>(package: &ListPackage<R>, period: usize) -> bool {
        let follows = |value: &Value| matches!(value, Value::Series(_));
        !package.series.is_empty()
            && package
                .rows(period)
                .iter()
                .any(|row| row.values().iter().any(follows) || row.place().auxiliary.iter().any(follows))
    }
    fn arrays<K: ArrayKind>(package: &ArrayPackage<K>) -> bool {
        !package.series.is_empty()
    }
    match package {
        Package::Wells(p) => list(p, period),
        Package::Drains(p) => list(p, period),
        Package::Rivers(p) => list(p, period),
        Package::GeneralHeads(p) => list(p, period),
        Package::ConstantHeads(p) => list(p, period),
        Package::Recharges(p) => list(p, period),
        Package::Evapotranspirations(p) => list(p, period),
        Package::RechargeArrays(p) => arrays(p),
        Package::EvapotranspirationArrays(p) => arrays(p),
    }
}

/// Writes the rows that hold in a step into `target`, which [`empty`] made for the same package.
///
/// # Errors
///
/// Numbers that a series does not have for the step.
pub(crate) fn fill(
    package: &Package,
    step: &TimeStep,
    plan: Plan<'_>,
    target: &mut NamedPackage,
    notes: &mut RowNotes,
) -> Result<(), Vec<Fault>> {
    notes.numbers = None;
    notes.auxiliary.clear();
    let mut faults = Vec::new();
    match (package, &mut target.package) {
        (Package::Wells(p), flow::Package::Wells(wells)) => {
            let rows = &mut wells.rows;
            list(p, step, rows, notes, &mut faults, |row, at| flow::Well {
                cell: row.place.cell,
                rate: at.number(row.rate) * at.multiplier,
                origin: row.place.mark.0,
            });
            wells.fading = fading(p, step, plan, notes);
        }
        (Package::Drains(p), flow::Package::Drains(rows)) => {
            list(p, step, rows, notes, &mut faults, |row, at| flow::Drain {
                cell: row.place.cell,
                elevation: at.number(row.elevation),
                conductance: at.number(row.conductance) * at.multiplier,
                depth: p.options.depth.map_or(0.0, |column| at.number(row.place.auxiliary[column])),
                origin: row.place.mark.0,
            });
        }
        (Package::Rivers(p), flow::Package::Rivers(rows)) => {
            list(p, step, rows, notes, &mut faults, |row, at| flow::River {
                cell: row.place.cell,
                stage: at.number(row.stage),
                conductance: at.number(row.conductance) * at.multiplier,
                bottom: at.number(row.bottom),
                limit: f64::INFINITY,
                origin: row.place.mark.0,
            });
        }
        (Package::GeneralHeads(p), flow::Package::GeneralHeads(rows)) => {
            list(p, step, rows, notes, &mut faults, |row, at| flow::GeneralHead {
                cell: row.place.cell,
                head: at.number(row.head),
                conductance: at.number(row.conductance) * at.multiplier,
                origin: row.place.mark.0,
            });
        }
        (Package::ConstantHeads(p), flow::Package::ConstantHeads(rows)) => {
            list(p, step, rows, notes, &mut faults, |row, at| flow::ConstantHead {
                cell: row.place.cell,
                head: at.number(row.head) * at.multiplier,
                origin: row.place.mark.0,
            });
        }
        (Package::Recharges(p), flow::Package::Recharge(rows)) => {
            list(p, step, rows, notes, &mut faults, |row, at| flow::Recharge {
                cell: row.place.cell,
                rate: at.number(row.rate) * at.multiplier,
                fixed_cell: p.options.fixed_cell,
                origin: row.place.mark.0,
            });
        }
        (Package::Evapotranspirations(p), flow::Package::Evapotranspiration(rows)) => {
            list(p, step, rows, notes, &mut faults, |row, at| flow::Evapotranspiration {
                cell: row.place.cell,
                surface: at.number(row.surface),
                rate: at.number(row.rate) * at.multiplier,
                depth: at.number(row.depth),
                bends: row
                    .segments
                    .iter()
                    .map(|(depth, rate)| [at.number(*depth), at.number(*rate)])
                    .collect(),
                surface_share: row.surface_share.map(|share| at.number(share)),
                fixed_cell: p.options.uppermost.fixed_cell,
                origin: row.place.mark.0,
            });
        }
        (Package::RechargeArrays(p), flow::Package::Recharge(rows)) => {
            recharge_arrays(p, step, plan, rows, notes, &mut faults);
        }
        (Package::EvapotranspirationArrays(p), flow::Package::Evapotranspiration(rows)) => {
            evapotranspiration_arrays(p, step, plan, rows, notes, &mut faults);
        }
        _ => faults.push(Fault {
            origin: Origin::NONE,
            kind: FaultKind::Inconsistent,
            message: "a package changed its kind during the run".to_owned(),
            value: package.name().to_owned(),
            allowed: package.kind().to_owned(),
            remedy: String::new(),
        }),
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// Heights over which the abstractions of a package fade, where they are lengths or differ from well to well.
fn fading(wells: &Wells, step: &TimeStep, plan: Plan<'_>, notes: &RowNotes) -> Option<Vec<f64>> {
    let options = &wells.options;
    let reduction = options.reduction?;
    if !options.reduction_is_length && options.reduction_auxiliary.is_none() {
        return None;
    }
    let count = wells.common.auxiliary.len();
    let height = |(row, well): (usize, &Well)| {
        let given = options.reduction_auxiliary.map(|column| notes.auxiliary(row, count)[column]);
        let given = given.unwrap_or(reduction);
        let cell = well.place.cell;
        let thickness = plan.grid.cell_top(cell) - plan.grid.bottom.at(cell);
        if options.reduction_is_length { given } else { given * thickness }
    };
    Some(wells.rows(step.period).iter().enumerate().map(height).collect())
}

/// The numbers of one row in a step.
struct At<'a> {
    series: &'a [TimeSeries],
    step: &'a TimeStep,
    multiplier: f64,
    missing: bool,
}

impl At<'_> {
    fn number(&mut self, value: Value) -> f64 {
        let number = value.over(self.series, self.step.begin, self.step.total_time);
        self.missing |= number.is_none();
        number.unwrap_or(0.0)
    }
}

fn list<R: StressRow, F>(
    package: &ListPackage<R>,
    step: &TimeStep,
    target: &mut Vec<F>,
    notes: &mut RowNotes,
    faults: &mut Vec<Fault>,
    make: impl Fn(&R, &mut At<'_>) -> F,
) {
    target.clear();
    let rows = package.rows(step.period);
    target.reserve_exact(rows.len());
    for row in rows {
        let mut at = At { series: &package.series, step, multiplier: 1.0, missing: false };
        let first = notes.auxiliary.len();
        for value in row.place().auxiliary.iter() {
            let value = at.number(*value);
            notes.auxiliary.push(value);
        }
        if let Some(column) = package.common.multiplier {
            at.multiplier = notes.auxiliary[first + column];
        }
        target.push(make(row, &mut at));
        if at.missing {
            faults.push(no_value(row.place(), R::WHAT, step));
        }
    }
}

fn no_value(place: &RowPlace, what: &str, step: &TimeStep) -> Fault {
    Fault {
        origin: place.mark.0,
        kind: FaultKind::Missing,
        message: format!("a time series of {what} has no value for a time step"),
        value: format!("the step from {} to {}", step.begin, step.total_time),
        allowed: "a series that begins before the step ends and ends after it".to_owned(),
        remedy: "Add times to the series.".to_owned(),
    }
}

/// Arrays of a package in a step, each with one number for every column of cells.
struct Columns {
    values: Vec<Vec<f64>>,
    auxiliary: Vec<Vec<f64>>,
}

/// The arrays of a package that hold in a step; nothing before its first block.
fn columns<K: ArrayKind>(
    package: &ArrayPackage<K>,
    step: &TimeStep,
    plan: Plan<'_>,
    faults: &mut Vec<Fault>,
) -> Option<Columns> {
    if !package.begun(step.period) {
        return None;
    }
    let mut whole = true;
    let mut numbers = |given: Option<&ArrayValue>| -> Vec<f64> {
        let Some(given) = given else { return vec![0.0; plan.grid.per_layer()] };
        let found = package.over(given, step.begin, step.total_time);
        if found.is_none() {
            whole = false;
            let origin = match given {
                ArrayValue::Series(name) => name.mark.0,
                ArrayValue::Values(values) => values.mark.0,
            };
            faults.push(Fault {
                origin,
                kind: FaultKind::Missing,
                message: format!("a time-array series of {} ends before a time step does", K::WHAT),
                value: format!("the step from {} to {}", step.begin, step.total_time),
                allowed: "a series that reaches to the end of its use".to_owned(),
                remedy: "Add a later TIME block.".to_owned(),
            });
        }
        found.unwrap_or_default()
    };
    let values = (0..K::COLUMNS.len()).map(|at| numbers(package.value(step.period, at))).collect();
    let names = package.common.auxiliary.len();
    let auxiliary = (0..names).map(|at| numbers(package.auxiliary(step.period, at))).collect();
    whole.then_some(Columns { values, auxiliary })
}

/// Calls `push(cell, column of cells, origin)` for every column of cells whose named cell is active.
fn each_cell<K: ArrayKind>(
    package: &ArrayPackage<K>,
    step: &TimeStep,
    plan: Plan<'_>,
    mut push: impl FnMut(usize, usize, Origin),
) {
    let layer = package.layer(step.period);
    let origin = package.periods.block(step.period).map_or(package.mark.0, |block| block.mark.0);
    for at in 0..plan.grid.per_layer() {
        let layer = layer.map_or(0, |layer| usize::try_from(layer.at(at) - 1).unwrap_or(0));
        let cell = layer * plan.grid.per_layer() + at;
        if plan.grid.is_active(cell) {
            push(cell, at, origin);
        }
    }
}

fn note(notes: &mut RowNotes, at: usize, auxiliary: &[Vec<f64>]) {
    notes.numbers.get_or_insert_with(Vec::new).push(at as u32);
    notes.auxiliary.extend(auxiliary.iter().map(|values| values[at]));
}

fn recharge_arrays(
    package: &ArrayPackage<RechargeKind>,
    step: &TimeStep,
    plan: Plan<'_>,
    rows: &mut Vec<flow::Recharge>,
    notes: &mut RowNotes,
    faults: &mut Vec<Fault>,
) {
    rows.clear();
    let Some(Columns { values, auxiliary }) = columns(package, step, plan, faults) else { return };
    let multiplier = package.common.multiplier;
    each_cell(package, step, plan, |cell, at, origin| {
        let multiplier = multiplier.map_or(1.0, |column| auxiliary[column][at]);
        rows.push(flow::Recharge {
            cell,
            rate: values[0][at] * multiplier,
            fixed_cell: package.fixed_cell,
            origin,
        });
        note(notes, at, &auxiliary);
    });
}

fn evapotranspiration_arrays(
    package: &ArrayPackage<EvapotranspirationKind>,
    step: &TimeStep,
    plan: Plan<'_>,
    rows: &mut Vec<flow::Evapotranspiration>,
    notes: &mut RowNotes,
    faults: &mut Vec<Fault>,
) {
    rows.clear();
    let Some(Columns { values, auxiliary }) = columns(package, step, plan, faults) else { return };
    let multiplier = package.common.multiplier;
    each_cell(package, step, plan, |cell, at, origin| {
        let multiplier = multiplier.map_or(1.0, |column| auxiliary[column][at]);
        rows.push(flow::Evapotranspiration {
            cell,
            surface: values[0][at],
            rate: values[1][at] * multiplier,
            depth: values[2][at],
            bends: Vec::new(),
            surface_share: None,
            fixed_cell: package.fixed_cell,
            origin,
        });
        note(notes, at, &auxiliary);
    });
}
