//! What single packages cannot see: faults between the files of a simulation.

use quanyu_flow::{FaultKind, Origin};

use super::list::{ListPackage, RowGrammar, RowPlace, Value};
use super::model::FlowModel;
use super::package::Package;
use super::reading::Reading;
use super::series::{Interpolation, TimeSeries, same_time};
use super::simulation::Simulation;

pub(crate) fn check(reading: &mut Reading, simulation: &Simulation) {
    let model = &simulation.model;
    formulation(reading, model);
    lengths(reading, simulation);
    for package in &model.packages {
        match package {
            Package::Wells(package) => list(reading, simulation, package),
            Package::Drains(package) => list(reading, simulation, package),
            Package::Rivers(package) => list(reading, simulation, package),
            Package::GeneralHeads(package) => list(reading, simulation, package),
            Package::Recharges(package) => list(reading, simulation, package),
            Package::Evapotranspirations(package) => list(reading, simulation, package),
            Package::ConstantHeads(package) => list(reading, simulation, package),
            Package::RechargeArrays(_) | Package::EvapotranspirationArrays(_) => {}
        }
    }
    constant_heads_once(reading, model, simulation.time.periods.len());
}

/// Options that the Newton–Raphson formulation does not go with.
fn formulation(reading: &mut Reading, model: &FlowModel) {
    if !model.newton {
        return;
    }
    let property = &model.property;
    for (given, word) in [
        (property.perched, "PERCHED"),
        (property.variable_vertical, "VARIABLECV"),
        (property.rewetting.is_some(), "REWET"),
    ] {
        if given {
            reading.fault(
                property.mark.0,
                FaultKind::Inconsistent,
                "an option of the NPF package does not go with NEWTON",
                word,
                "NEWTON or the option, not both",
                format!("Remove {word}, or NEWTON from the name file of the model."),
            );
        }
    }
}

/// A transient period must have a length.
fn lengths(reading: &mut Reading, simulation: &Simulation) {
    for (number, period) in simulation.time.periods.iter().enumerate() {
        let transient = simulation.model.storage.as_ref().is_some_and(|storage| storage.is_transient(number));
        if transient && period.length == 0.0 {
            reading.fault(
                period.mark.0,
                FaultKind::OutOfRange,
                format!("stress period {} is transient and has no length", number + 1),
                period.length,
                "above 0",
                "Give the period a length, or make it STEADY-STATE.",
            );
        }
    }
}

/// Every row as its package checks it; time series must reach to the end of the periods that use them.
fn list<R: RowGrammar>(reading: &mut Reading, simulation: &Simulation, package: &ListPackage<R>) {
    let (time, ground) = (&simulation.time, Ground { model: &simulation.model });
    let blocks = package.periods.list();
    for (at, block) in blocks.iter().enumerate() {
        let last = blocks.get(at + 1).map_or(time.periods.len(), |next| next.number) - 1;
        let span = (time.end(block.number) - time.periods[block.number].length, time.end(last));
        let mut seen = vec![false; package.series.len()];
        for row in &block.rows {
            if simulation.checked {
                row.check(reading, package, ground);
            }
            let values = row.values();
            for value in values.iter().chain(row.place().auxiliary.iter()) {
                if let Value::Series(series) = *value
                    && !std::mem::replace(&mut seen[series as usize], true)
                {
                    covers(reading, &package.series[series as usize], row.place().mark.0, span);
                }
            }
        }
    }
}

fn covers(reading: &mut Reading, series: &TimeSeries, origin: Origin, (begin, end): (f64, f64)) {
    let first = series.times.first().copied().unwrap_or(f64::INFINITY);
    let last = series.times.last().copied().unwrap_or(f64::NEG_INFINITY);
    if last < end && !same_time(last, end) {
        reading.fault(
            origin,
            FaultKind::Inconsistent,
            format!("the time series {} ends before the periods that use it", series.name),
            format!("time {last}"),
            format!("up to time {end}"),
            "Add a later time to the series.",
        );
    }
    if first > begin && !same_time(first, begin) {
        let mean = series.method != Interpolation::LinearEnd;
        let effect =
            if mean { "steps that begin before it get nought" } else { "steps that end before it get none" };
        reading.note(series.mark.0, format!("the time series {} begins late: {effect}", series.name), first);
    }
}

/// A cell may have its head given only once in a period.
fn constant_heads_once(reading: &mut Reading, model: &FlowModel, periods: usize) {
    let packages: Vec<_> = model
        .packages
        .iter()
        .filter_map(|package| match package {
            Package::ConstantHeads(package) => Some(package),
            _ => None,
        })
        .collect();
    for period in 0..periods {
        if !packages.iter().any(|package| package.periods.begins(period)) {
            continue;
        }
        let mut cells: Vec<(usize, Origin)> = packages
            .iter()
            .flat_map(|package| package.rows(period))
            .map(|row| (row.place.cell, row.place.mark.0))
            .collect();
        cells.sort_unstable();
        for pair in cells.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            reading.fault(
                pair[1].1,
                FaultKind::Collision,
                "the head of a cell is given twice",
                model.grid.label(pair[1].0),
                "one row of CHD for each cell and period",
                "Remove one of the rows.",
            );
        }
    }
}

/// The ground that a row stands in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ground<'a> {
    pub(crate) model: &'a FlowModel,
}

impl Ground<'_> {
    /// A number of a row that lies below the bottom of a convertible cell is a fault.
    pub(crate) fn not_below_bottom(
        self,
        reading: &mut Reading,
        what: &str,
        place: &RowPlace,
        value: Option<f64>,
    ) {
        let cell = place.cell;
        let bottom = self.model.grid.bottom.at(cell);
        if let Some(value) =
            value.filter(|value| *value < bottom && self.model.property.cell_type.at(cell) != 0)
        {
            reading.fault(
                place.mark.0,
                FaultKind::Inconsistent,
                format!("{what} lies below the bottom of cell {}", self.model.grid.label(cell)),
                value,
                format!("{bottom} or above"),
                "Raise it, or move the row to a deeper layer.",
            );
        }
    }
}

/// A number of a row that is below nought is a fault.
pub(crate) fn not_negative(reading: &mut Reading, what: &str, place: &RowPlace, value: Option<f64>) {
    if let Some(value) = value.filter(|value| *value < 0.0) {
        reading.fault(
            place.mark.0,
            FaultKind::OutOfRange,
            format!("{what} is below nought"),
            value,
            "0 or more",
            "Correct the number.",
        );
    }
}
