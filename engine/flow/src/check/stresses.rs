//! Faults of the stresses of a step.

use super::model::Range;
use super::streams;
use super::{Faults, place};
use crate::fault::{Fault, FaultKind, Origin};
use crate::model::Problem;
use crate::package::{Package, Wells};
use crate::stresses::Stresses;

/// A row's number that is out of range: what it is, its value, the range.
type BadNumber = (&'static str, f64, &'static str);

/// All faults of the stresses; allocates nothing where there are none.
pub(crate) fn stress_faults(problem: &Problem, stresses: &Stresses) -> Vec<Fault> {
    let mut faults = Faults::default();
    for (at, named) in stresses.packages.iter().enumerate() {
        if stresses.packages[..at].iter().any(|other| other.name == named.name) {
            let origin = if named.package.is_empty() { Origin::NONE } else { named.package.row(0).1 };
            let message = "Two packages have the same name.".into();
            faults.add(
                origin,
                FaultKind::Collision,
                message,
                named.name.clone(),
                "a name of its own",
                "Rename one.",
            );
        }
        package(problem, &named.name, &named.package, &mut faults);
    }
    streams::stream_faults(stresses, &mut faults);
    faults.list
}

fn package(problem: &Problem, name: &str, package: &Package, faults: &mut Faults) {
    let grid = problem.grid();
    if let Package::Wells(wells) = package
        && !Range::SHARE.holds(wells.reduction)
    {
        let message = format!("The reduction share of the wells \"{name}\" is out of range.");
        let origin = wells.rows.first().map_or(Origin::NONE, |row| row.origin);
        faults.add(
            origin,
            FaultKind::OutOfRange,
            message,
            wells.reduction.to_string(),
            Range::SHARE.text,
            "",
        );
    }
    if let Package::Wells(Wells { rows, fading: Some(heights), .. }) = package
        && heights.len() != rows.len()
    {
        let message = format!("The wells \"{name}\" have the wrong number of fading heights.");
        let origin = rows.first().map_or(Origin::NONE, |row| row.origin);
        let allowed = format!("{} values", rows.len());
        faults.add(origin, FaultKind::BadGeometry, message, heights.len().to_string(), &allowed, "");
    }

    faults.each(0..package.len(), |row| {
        let (cell, origin) = package.row(*row);
        let tied = cell < grid.cells()
            && (grid.is_active(cell)
                || (moves(package, *row) && problem.geometry().receiver(cell).is_some()));
        if !tied {
            let value = if cell < grid.cells() { place(grid, cell) } else { format!("cell {}", cell + 1) };
            return Some(Fault {
                origin,
                kind: FaultKind::NotTied,
                message: format!(
                    "Row {} of the {} \"{name}\" lies in no active cell.",
                    row + 1,
                    package.kind()
                ),
                value,
                allowed: if moves(package, *row) {
                    "a cell with an active one at or below it"
                } else {
                    "an active cell"
                }
                .into(),
                remedy: "Move it into the aquifer or drop it.".into(),
            });
        }
        let (what, value, allowed) = bad_number(package, *row)?;
        Some(Fault {
            origin,
            kind: FaultKind::OutOfRange,
            message: format!(
                "The {what} in row {} of the {} \"{name}\" is out of range.",
                row + 1,
                package.kind()
            ),
            value: value.to_string(),
            allowed: allowed.into(),
            remedy: String::new(),
        })
    });
}

/// The first number of a row that is out of range.
fn bad_number(package: &Package, row: usize) -> Option<BadNumber> {
    let first = |numbers: &[(&'static str, f64, Range)]| {
        numbers
            .iter()
            .find(|(_, value, range)| !range.holds(*value))
            .map(|(what, value, range)| (*what, *value, range.text))
    };
    match package {
        Package::Wells(wells) => first(&[("rate", wells.rows[row].rate, Range::FINITE)]).or_else(|| {
            let height = *wells.fading.as_ref()?.get(row)?;
            (!Range::NOT_NEGATIVE.holds(height)).then_some((
                "fading height",
                height,
                Range::NOT_NEGATIVE.text,
            ))
        }),
        Package::Drains(rows) => first(&[
            ("elevation", rows[row].elevation, Range::FINITE),
            ("conductance", rows[row].conductance, Range::NOT_NEGATIVE),
            ("depth", rows[row].depth, Range::FINITE),
        ]),
        Package::Rivers(rows) => {
            let river = &rows[row];
            let limited = river.limit >= 0.0;
            let bottom_above = river.bottom > river.stage;
            first(&[
                ("stage", river.stage, Range::FINITE),
                ("conductance", river.conductance, Range::NOT_NEGATIVE),
                ("bottom", river.bottom, Range::FINITE),
            ])
            .or_else(|| (!limited).then_some(("limit", river.limit, "0 or more; infinite for none")))
            .or_else(|| bottom_above.then_some(("bottom", river.bottom, "not above the stage")))
        }
        Package::GeneralHeads(rows) => first(&[
            ("head", rows[row].head, Range::FINITE),
            ("conductance", rows[row].conductance, Range::NOT_NEGATIVE),
        ]),
        Package::ConstantHeads(rows) => first(&[("head", rows[row].head, Range::FINITE)]),
        Package::Recharge(rows) => first(&[("rate", rows[row].rate, Range::FINITE)]),
        Package::Evapotranspiration(rows) => first(&[
            ("surface", rows[row].surface, Range::FINITE),
            ("rate", rows[row].rate, Range::NOT_NEGATIVE),
            ("depth", rows[row].depth, Range::POSITIVE),
            ("share at the surface", rows[row].surface_share.unwrap_or(1.0), Range::NOT_NEGATIVE),
        ])
        .or_else(|| bad_bend(&rows[row].bends)),
    }
}

/// Whether a row goes to the uppermost active cell at or below its own.
fn moves(package: &Package, row: usize) -> bool {
    match package {
        Package::Recharge(rows) => !rows[row].fixed_cell,
        Package::Evapotranspiration(rows) => !rows[row].fixed_cell,
        _ => false,
    }
}

/// The first bend that does not lie below the one before it, or outside the depth.
fn bad_bend(bends: &[[f64; 2]]) -> Option<BadNumber> {
    let mut above = 0.0;
    for [depth, share] in bends {
        if !(*depth > above && *depth < 1.0) {
            return Some(("depth of a bend", *depth, "above the bend before it and below 1"));
        }
        if !Range::FINITE.holds(*share) {
            return Some(("share of a bend", *share, Range::FINITE.text));
        }
        above = *depth;
    }
    None
}
