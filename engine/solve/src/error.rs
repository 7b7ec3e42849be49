//! Errors of this crate, in plain words, with the cell at fault.

use std::fmt;

use crate::layered::LayeredShape;

/// An unknown, named for people.
///
/// Numbers are shown counted from one, as the field does; `index` and `position` count from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Position in the vector of unknowns.
    pub index: usize,
    /// Layer, row and column, where the unknown has them.
    pub position: Option<[usize; 3]>,
}

impl Cell {
    /// An unknown that lies on no grid.
    pub fn unplaced(index: usize) -> Self {
        Self { index, position: None }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some([layer, row, column]) => {
                write!(f, "layer {}, row {}, column {}", layer + 1, row + 1, column + 1)
            }
            None => write!(f, "unknown {}", self.index + 1),
        }
    }
}

/// What is wrong with a coefficient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Not a number, or infinite.
    NotFinite,
    /// Below zero.
    Negative,
    /// So large that sums of squares of it overflow.
    TooLarge,
    /// A face leads to a cell that is not active, or out of the grid, with a coefficient that is not zero.
    LeadsNowhere,
}

/// One wrong coefficient of a [`LayeredOperator`](crate::LayeredOperator).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoefficientFault {
    /// The cell that owns the coefficient.
    pub cell: Cell,
    /// Which of its coefficients: `"east"`, `"south"`, `"down"` or `"extra"`.
    pub coefficient: &'static str,
    /// Its value.
    pub value: f64,
    /// What is wrong with it.
    pub kind: FaultKind,
}

impl fmt::Display for CoefficientFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            FaultKind::NotFinite => "is not a finite number",
            FaultKind::Negative => "is negative",
            FaultKind::TooLarge => "is too large: sums of its squares overflow",
            FaultKind::LeadsNowhere => "leads to a cell that is inactive or outside the grid",
        };
        write!(f, "{}: {} = {} {what}", self.cell, self.coefficient, self.value)
    }
}

/// Why a system could not be solved.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SolveError {
    /// Coefficients that no operator of this kind may have.
    Coefficients {
        /// The first faults in cell order, at most [`SolveError::LISTED`].
        faults: Vec<CoefficientFault>,
        /// How many there are in all.
        total: usize,
    },
    /// A connected group of cells has no term that fixes its level, so its level is undetermined,
    /// or its rows ask for something no level can give.
    Singular {
        /// Its first cell.
        cell: Cell,
        /// Number of cells in the group.
        cells: usize,
    },
    /// No cell is active: there is nothing to solve for.
    NothingActive {
        /// Cells of the grid, all of them inactive.
        cells: usize,
    },
    /// A direction of zero or negative curvature: the matrix (or the preconditioner) is not positive definite.
    NotPositiveDefinite {
        /// `"matrix"` or `"preconditioner"`.
        what: &'static str,
        /// The offending quadratic form.
        curvature: f64,
        /// Iteration at which it was met.
        iteration: usize,
        /// The cell that takes the most away from the form: where to look for the fault.
        cell: Cell,
    },
    /// A value that is not finite in what was given, or met on the way.
    NotFinite {
        /// What holds it.
        what: &'static str,
        /// The first cell that holds it.
        cell: Cell,
    },
    /// Values whose sum of squares cannot be written in double precision: larger than some 1e150, or none as large as 1e-150.
    OutOfRange {
        /// What holds them.
        what: &'static str,
        /// The largest of them.
        value: f64,
        /// The first cell that holds it.
        cell: Cell,
    },
    /// The residual did not come down far enough.
    NotConverged {
        /// Iterations made.
        iterations: usize,
        /// True residual, 2-norm, at the start.
        initial_residual: f64,
        /// True residual, 2-norm, at the end.
        final_residual: f64,
        /// The residual that was asked for.
        target: f64,
        /// Where the residual is largest at the end.
        worst: Cell,
    },
    /// A matrix on another grid than the solver was laid out for.
    WrongShape {
        /// The matrix' grid.
        given: LayeredShape,
        /// The solver's.
        expected: LayeredShape,
    },
    /// A slice whose length does not fit.
    WrongLength {
        /// What it holds.
        what: &'static str,
        /// Its length.
        length: usize,
        /// The length it should have.
        expected: usize,
    },
}

impl SolveError {
    /// Most coefficient faults that are listed one by one.
    pub const LISTED: usize = 20;
}

impl fmt::Display for SolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Coefficients { faults, total } => {
                write!(f, "{total} wrong coefficient{}", if *total == 1 { "" } else { "s" })?;
                for fault in faults {
                    write!(f, "\n  {fault}")?;
                }
                if *total > faults.len() {
                    write!(f, "\n  and {} more", total - faults.len())?;
                }
                Ok(())
            }
            Self::Singular { cell, cells: 1 } => write!(
                f,
                "the cell at {cell} is joined to nothing and nothing fixes its level: its row is empty"
            ),
            Self::Singular { cell, cells } => write!(
                f,
                "the {cells} connected cells around {cell} have nothing that fixes their level: \
                 the system has no single solution there"
            ),
            Self::NothingActive { cells } => {
                write!(f, "none of the {cells} cells is active: there is nothing to solve for")
            }
            Self::NotPositiveDefinite { what, curvature, iteration, cell } => write!(
                f,
                "the {what} is not positive definite: curvature {curvature:e} at iteration {iteration}, most of it \
                 from {cell}"
            ),
            Self::OutOfRange { what, value, cell } => write!(
                f,
                "{what} is {value:e} at {cell}, the largest: sums of squares of such values cannot be written in \
                 double precision; choose another unit"
            ),
            Self::NotFinite { what, cell } => {
                write!(f, "{what} is not a finite number at {cell}")
            }
            Self::NotConverged { iterations, initial_residual, final_residual, target, worst } => write!(
                f,
                "not converged after {iterations} iterations: residual {final_residual:e} (from \
                 {initial_residual:e}), asked for {target:e}; largest at {worst}"
            ),
            Self::WrongShape { given, expected } => {
                let size = |s: &LayeredShape| format!("{} × {} × {}", s.layers, s.rows, s.columns);
                let (given, expected) = (size(given), size(expected));
                write!(f, "a matrix on {given} cells for a solver of {expected} (layers × rows × columns)")
            }
            Self::WrongLength { what, length, expected } => {
                write!(f, "{what} has {length} elements, {expected} are needed")
            }
        }
    }
}

impl std::error::Error for SolveError {}
