//! What the coefficients of a layered matrix must be, and the search for those that are not.

use rayon::prelude::*;

use crate::error::{CoefficientFault, FaultKind, SolveError};
use crate::layered::LayeredShape;
use crate::operator::LinearOperator;

/// Cells of a task, and below which the search stays on the calling thread.
const PARALLEL: usize = 32_768;
/// Coefficients beyond this overflow in sums of squares, which residuals and curvatures are.
const LARGEST: f64 = 1e150;

/// One array of coefficients.
pub(crate) struct Coefficients<'a> {
    pub(crate) name: &'static str,
    pub(crate) values: &'a [f64],
    /// Which face of its cell it belongs to (east, south, down: 0, 1, 2), or none.
    pub(crate) face: Option<usize>,
    /// Whether it may be negative.
    pub(crate) signed: bool,
}

/// Looks for coefficients that are not finite, too large, negative where they may not be, or that lead nowhere.
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
            } else if value.abs() > LARGEST {
                FaultKind::TooLarge
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
    let lowest = if array.signed { -LARGEST } else { 0.0 };
    let line_is_sound = |line: usize| {
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
        let mut sound = true;
        for ((value, here), there) in values.iter().zip(here).zip(there) {
            sound &= (*value >= lowest) & (*value <= LARGEST) & ((*value == 0.0) | (*here & *there));
        }
        sound && values[inner..].iter().all(|value| *value == 0.0)
    };
    let lines = layers * rows;
    if shape.cells() < PARALLEL {
        (0..lines).all(line_is_sound)
    } else {
        (0..lines).into_par_iter().with_min_len(PARALLEL.div_ceil(columns)).all(line_is_sound)
    }
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
        let parts = active.par_chunks(PARALLEL).zip(self.diagonal.par_chunks(PARALLEL));
        let is_empty = |(active, diagonal): (&bool, &f64)| *active && *diagonal == 0.0;
        // Hardly ever is there one.
        if parts.any(|(active, diagonal)| active.iter().zip(diagonal).any(is_empty)) {
            let rows = active.iter().zip(&self.diagonal).enumerate();
            self.rows.extend(rows.filter(|(_, row)| is_empty(*row)).map(|(n, _)| n));
        }
    }

    /// Fails where `b` asks something of an empty row.
    pub(crate) fn check(&self, a: &impl LinearOperator, b: &[f64]) -> Result<(), SolveError> {
        let asked = self.rows.iter().find(|n| b.get(**n).is_some_and(|b| *b != 0.0));
        asked.map_or(Ok(()), |n| Err(SolveError::Singular { cell: a.locate(*n), cells: 1 }))
    }
}

/// Fails where no cell is active.
pub(crate) fn check_active(active: &[bool]) -> Result<(), SolveError> {
    if active.contains(&true) { Ok(()) } else { Err(SolveError::NothingActive { cells: active.len() }) }
}

/// Fails unless a matrix has the shape a solver was laid out for.
pub(crate) fn check_shape(given: LayeredShape, expected: LayeredShape) -> Result<(), SolveError> {
    if given == expected { Ok(()) } else { Err(SolveError::WrongShape { given, expected }) }
}
