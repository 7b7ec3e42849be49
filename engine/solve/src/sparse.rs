//! Symmetric matrices that are on no grid.

use std::fmt;

use nalgebra_sparse::CsrMatrix;
use rayon::prelude::*;

use crate::error::SolveError;
use crate::operator::LinearOperator;

/// Rows of a task of a product.
const TASK: usize = 4096;
/// What a row sum may lack, as a share of the diagonal: rounding of whoever added the diagonal up.
const ROUNDING: f64 = 1e-12;

/// A symmetric matrix in compressed rows, kept in flux form: `(A x)_i = Σ_j c_ij (x_i − x_j) + e_i x_i` with `c_ij = −a_ij ≥ 0` and
/// `e_i = Σ_j a_ij ≥ 0`, as unstructured grids make them.
#[derive(Clone, Debug)]
pub struct SparseOperator {
    /// Where each row starts; the last one's end closes it.
    starts: Vec<usize>,
    /// Columns of the couplings, the diagonal left out, and their `c`.
    columns: Vec<u32>,
    coupling: Vec<f64>,
    extra: Vec<f64>,
}

/// Why a matrix cannot be a [`SparseOperator`]; rows and columns count from zero, and are shown counted from one.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum SparseFault {
    /// It has not as many rows as columns.
    NotSquare {
        /// Rows.
        rows: usize,
        /// Columns.
        columns: usize,
    },
    /// It has no row, or more than can be numbered in 32 bits.
    Size {
        /// Rows.
        rows: usize,
    },
    /// A value is not finite.
    NotFinite {
        /// Row.
        row: usize,
        /// Column.
        column: usize,
        /// Value.
        value: f64,
    },
    /// A value differs from the one across the diagonal.
    NotSymmetric {
        /// Row.
        row: usize,
        /// Column.
        column: usize,
        /// Value.
        value: f64,
        /// The other one, zero where there is none.
        other: f64,
    },
    /// A value beside the diagonal is above zero.
    Positive {
        /// Row.
        row: usize,
        /// Column.
        column: usize,
        /// Value.
        value: f64,
    },
    /// A row's values add up to less than zero.
    NotDominant {
        /// Row.
        row: usize,
        /// Sum of its values.
        sum: f64,
        /// Its diagonal.
        diagonal: f64,
    },
}

impl fmt::Display for SparseFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NotSquare { rows, columns } => {
                write!(f, "{rows} rows and {columns} columns: a square matrix is needed")
            }
            Self::Size { rows } => write!(f, "{rows} rows; allowed: 1 to {}", u32::MAX - 1),
            Self::NotFinite { row, column, value } => {
                write!(f, "row {}, column {}: {value} is not a finite number", row + 1, column + 1)
            }
            Self::NotSymmetric { row, column, value, other } => write!(
                f,
                "row {}, column {}: {value}, but {other} across the diagonal: a symmetric matrix is needed",
                row + 1,
                column + 1
            ),
            Self::Positive { row, column, value } => write!(
                f,
                "row {}, column {}: {value} is above zero; allowed beside the diagonal: zero or less",
                row + 1,
                column + 1
            ),
            Self::NotDominant { row, sum, diagonal } => write!(
                f,
                "row {}: its values add up to {sum}, with {diagonal} on the diagonal; allowed: zero or more",
                row + 1
            ),
        }
    }
}

impl std::error::Error for SparseFault {}

impl SparseOperator {
    /// Takes a matrix whose both triangles are there.
    ///
    /// # Errors
    ///
    /// The first [`SparseFault`], by rows.
    pub fn new(matrix: &CsrMatrix<f64>) -> Result<Self, SparseFault> {
        let (rows, columns) = (matrix.nrows(), matrix.ncols());
        if rows != columns {
            return Err(SparseFault::NotSquare { rows, columns });
        }
        if rows == 0 || rows >= u32::MAX as usize {
            return Err(SparseFault::Size { rows });
        }
        let mut operator = Self {
            starts: Vec::with_capacity(rows + 1),
            columns: Vec::with_capacity(matrix.nnz()),
            coupling: Vec::with_capacity(matrix.nnz()),
            extra: Vec::with_capacity(rows),
        };
        operator.starts.push(0);
        for (row, entries) in matrix.row_iter().enumerate() {
            let (mut sum, mut lost, mut diagonal) = (0.0, 0.0, 0.0);
            for (&column, &value) in entries.col_indices().iter().zip(entries.values()) {
                if !value.is_finite() {
                    return Err(SparseFault::NotFinite { row, column, value });
                }
                // Neumaier's sum: what is left of a diagonal beside its couplings may be a small part of it.
                let next: f64 = sum + value;
                lost +=
                    if f64::abs(sum) >= value.abs() { (sum - next) + value } else { (value - next) + sum };
                sum = next;
                if column == row {
                    diagonal = value;
                    continue;
                }
                let across = matrix
                    .get_row(column)
                    .and_then(|other| other.get_entry(row).map(|entry| entry.into_value()));
                let other = across.unwrap_or(0.0);
                if other != value {
                    return Err(SparseFault::NotSymmetric { row, column, value, other });
                }
                if value > 0.0 {
                    return Err(SparseFault::Positive { row, column, value });
                }
                if value < 0.0 {
                    operator.columns.push(column as u32);
                    operator.coupling.push(-value);
                }
            }
            let sum = sum + lost;
            if sum < -ROUNDING * diagonal.abs() || diagonal < 0.0 {
                return Err(SparseFault::NotDominant { row, sum, diagonal });
            }
            operator.extra.push(sum.max(0.0));
            operator.starts.push(operator.columns.len());
        }
        Ok(operator)
    }

    /// Columns and couplings of a row, and its extra.
    pub(crate) fn row(&self, row: usize) -> (&[u32], &[f64], f64) {
        let own = self.starts[row]..self.starts[row + 1];
        (&self.columns[own.clone()], &self.coupling[own], self.extra[row])
    }

    /// Fails where no row of a connected part has an extra: its level is undetermined.
    pub(crate) fn check(&self) -> Result<(), SolveError> {
        let mut seen = vec![false; self.size()];
        let mut queue = Vec::new();
        for first in 0..self.size() {
            if std::mem::replace(&mut seen[first], true) {
                continue;
            }
            queue.clear();
            queue.push(first);
            let (mut at, mut held) = (0, false);
            while at < queue.len() {
                let (columns, _, extra) = self.row(queue[at]);
                held |= extra > 0.0;
                queue.extend(
                    columns
                        .iter()
                        .map(|column| *column as usize)
                        .filter(|m| !std::mem::replace(&mut seen[*m], true)),
                );
                at += 1;
            }
            if !held {
                return Err(SolveError::Singular { cell: self.locate(first), cells: queue.len() });
            }
        }
        Ok(())
    }
}

impl LinearOperator for SparseOperator {
    fn size(&self) -> usize {
        self.extra.len()
    }

    fn apply(&self, x: &[f64], y: &mut [f64]) {
        y.par_chunks_mut(TASK).enumerate().for_each(|(task, y)| {
            for (at, y) in y.iter_mut().enumerate() {
                let row = task * TASK + at;
                let (columns, coupling, extra) = self.row(row);
                let here = x[row];
                let flows = columns.iter().zip(coupling).map(|(column, c)| c * (here - x[*column as usize]));
                *y = flows.sum::<f64>() + extra * here;
            }
        });
    }

    fn diagonal(&self, diagonal: &mut [f64]) {
        for (row, diagonal) in diagonal.iter_mut().enumerate() {
            let (_, coupling, extra) = self.row(row);
            *diagonal = coupling.iter().sum::<f64>() + extra;
        }
    }
}
