//! The binary grid file (`.grb`): a text head of fixed lines, then the numbers it names.

use std::io::{self, Write};

use super::Connectivity;
use super::fortran;
use crate::modflow::{Grid, Property};

const LINE: usize = 50;
const DEFINITION: usize = 100;

/// Writes the binary grid file of a grid.
///
/// # Errors
///
/// Those of the writer.
pub fn write_grid_file(
    out: &mut impl Write,
    grid: &Grid,
    property: &Property,
    connectivity: &Connectivity,
) -> io::Result<()> {
    let mut definitions: Vec<String> = [
        ("NCELLS", grid.cells()),
        ("NLAY", grid.layers),
        ("NROW", grid.rows),
        ("NCOL", grid.columns),
        ("NJA", connectivity.len()),
    ]
    .iter()
    .map(|(name, value)| format!("{name} INTEGER NDIM 0 # {value}"))
    .collect();
    let origin = [("XORIGIN", grid.x_origin), ("YORIGIN", grid.y_origin), ("ANGROT", grid.rotation)];
    for (name, value) in origin {
        definitions.push(format!("{name} DOUBLE NDIM 0 # {}", fortran::general(value, 24, 15, true)));
    }
    for (name, kind, length) in [
        ("DELR", "DOUBLE", grid.columns),
        ("DELC", "DOUBLE", grid.rows),
        ("TOP", "DOUBLE", grid.per_layer()),
        ("BOTM", "DOUBLE", grid.cells()),
        ("IA", "INTEGER", grid.cells() + 1),
        ("JA", "INTEGER", connectivity.len()),
        ("IDOMAIN", "INTEGER", grid.cells()),
        ("ICELLTYPE", "INTEGER", grid.cells()),
    ] {
        definitions.push(format!("{name} {kind} NDIM 1 {length}"));
    }
    let head = [
        "GRID DIS".to_owned(),
        "VERSION 1".to_owned(),
        format!("NTXT {}", definitions.len()),
        format!("LENTXT {DEFINITION}"),
    ];
    for line in &head {
        writeln!(out, "{line:<width$}", width = LINE - 1)?;
    }
    for line in &definitions {
        writeln!(out, "{line:<width$}", width = DEFINITION - 1)?;
    }
    let whole = [grid.cells(), grid.layers, grid.rows, grid.columns, connectivity.len()];
    integers(out, whole.iter().map(|value| *value as i32))?;
    reals(out, origin.iter().map(|(_, value)| *value))?;
    reals(out, grid.column_widths.iter())?;
    reals(out, grid.row_heights.iter())?;
    reals(out, grid.top.iter())?;
    reals(out, grid.bottom.iter())?;
    integers(out, connectivity.starts().iter().map(|start| *start as i32 + 1))?;
    integers(out, connectivity.cells().iter().map(|cell| *cell as i32 + 1))?;
    integers(out, grid.domain.iter())?;
    integers(out, (0..grid.cells()).map(|cell| cell_type(grid, property, cell)))
}

/// A type below nought stands for a confined cell of starting thickness where `THICKSTRT` is given, else for a
/// convertible one; cells that are not active have nought.
fn cell_type(grid: &Grid, property: &Property, cell: usize) -> i32 {
    if !grid.is_active(cell) {
        return 0;
    }
    match property.cell_type.at(cell) {
        below if below < 0 => i32::from(!property.starting_thickness),
        other => other,
    }
}

fn integers(out: &mut impl Write, values: impl Iterator<Item = i32>) -> io::Result<()> {
    let bytes: Vec<u8> = values.flat_map(i32::to_le_bytes).collect();
    out.write_all(&bytes)
}

fn reals(out: &mut impl Write, values: impl Iterator<Item = f64>) -> io::Result<()> {
    let bytes: Vec<u8> = values.flat_map(f64::to_le_bytes).collect();
    out.write_all(&bytes)
}
