//! What the coefficients of a layered matrix must be, and the search for those that are not.

use crate::error::{CoefficientFault, FaultKind, SolveError};
use crate::layered::LayeredShape;
use crate::operator::LinearOperator;

/// One array of coefficients.
pub(crate) struct Coefficients<'a> {
    pub(crate) name: &'static str,
    pub(crate) values: &'a [f64],
    /// Which face of its cell it belongs to (east, south, down: 0, 1, 2), or none.
    pub(crate) face: Option<usize>,
    /// Whether it may be negative.
    pub(crate) signed: bool,
}

/// Looks for coefficients that are not finite, negative where they may not be, or that lead nowhere.
pub(crate) fn check(
    shape: LayeredShape,
    active: &[bool],
    arrays: &[Coefficients<'_>],
) -> Result<(), SolveError> {
    let cells = shape.cells();
    if let Some(array) = arrays.iter().find(|array| array.values.len() != cells) {
        let (what, length) = (array.name, array.values.len());
        return Err(SolveError::WrongLength { what, length, expected: cells });
    }
    let mut faults = Vec::new();
    let mut total = 0;
    for array in arrays.iter().filter(|array| !sound(shape, active, array)) {
        for (n, &value) in array.values.iter().enumerate() {
            let there = || array.face.is_none_or(|face| shape.neighbour(n, face).is_some_and(|m| active[m]));
            let kind = if !value.is_finite() {
                FaultKind::NotFinite
            } else if value < 0.0 && !array.signed {
                FaultKind::Negative
            } else if value != 0.0 && !(active[n] && there()) {
                FaultKind::LeadsNowhere
            } else {
                continue;
            };
            total += 1;
            if faults.len() < SolveError::LISTED {
                let (cell, coefficient) = (shape.cell(n), array.name);
                faults.push(CoefficientFault { cell, coefficient, value, kind });
            }
        }
    }
    if total > 0 { Err(SolveError::Coefficients { faults, total }) } else { Ok(()) }
}

/// Whether an array has no fault: the same tests without branches, a row at a time.
fn sound(shape: LayeredShape, active: &[bool], array: &Coefficients<'_>) -> bool {
    let LayeredShape { layers, rows, columns } = shape;
    let lowest = if array.signed { f64::MIN } else { 0.0 };
    let mut sound = true;
    for line in 0..layers * rows {
        let own = line * columns..(line + 1) * columns;
        let values = &array.values[own.clone()];
        let here = &active[own.clone()];
        // The cells at the other end; the last column has none to its east.
        let (step, inner) = match array.face {
            None => (0, columns),
            Some(0) => (1, columns - 1),
            Some(1) => (columns, if line % rows + 1 < rows { columns } else { 0 }),
            Some(_) => (rows * columns, if line / rows + 1 < layers { columns } else { 0 }),
        };
        let there = if inner > 0 { &active[own.start + step..own.start + step + inner] } else { &[] };
        for ((value, here), there) in values.iter().zip(here).zip(there) {
            sound &= (*value >= lowest) & (*value <= f64::MAX) & ((*value == 0.0) | (*here & *there));
        }
        sound &= values[inner..].iter().all(|value| *value == 0.0);
    }
    sound
}

/// Active cells whose rows hold nothing. Their unknowns stay as given, which is right only if nothing is asked of them.
#[derive(Clone, Debug)]
pub(crate) struct EmptyRows {
    diagonal: Vec<f64>,
    rows: Vec<usize>,
}

impl EmptyRows {
    pub(crate) fn new(shape: LayeredShape) -> Self {
        Self { diagonal: vec![0.0; shape.cells()], rows: Vec::new() }
    }

    pub(crate) fn find(&mut self, a: &impl LinearOperator, active: &[bool]) {
        a.diagonal(&mut self.diagonal);
        self.rows.clear();
        let rows = active.iter().zip(&self.diagonal).enumerate();
        self.rows.extend(rows.filter(|(_, (active, d))| **active && **d == 0.0).map(|(n, _)| n));
    }

    /// Fails where `b` asks something of an empty row.
    pub(crate) fn check(&self, a: &impl LinearOperator, b: &[f64]) -> Result<(), SolveError> {
        let asked = self.rows.iter().find(|n| b.get(**n).is_some_and(|b| *b != 0.0));
        asked.map_or(Ok(()), |n| Err(SolveError::Singular { cell: a.locate(*n), cells: 1 }))
    }
}

/// Fails unless a matrix has the shape a solver was laid out for.
pub(crate) fn check_shape(given: LayeredShape, expected: LayeredShape) -> Result<(), SolveError> {
    if given == expected { Ok(()) } else { Err(SolveError::WrongShape { given, expected }) }
}
