//! Direct solution of whole systems by a library's sparse Cholesky factorisation.

use faer::prelude::Solve;
use faer::sparse::linalg::solvers::{Llt, SymbolicLlt};
use faer::sparse::{SparseColMat, SymbolicSparseColMat};
use faer::{MatMut, Side};

use crate::error::SolveError;
use crate::layered::{LayeredOperator, LayeredShape};
use crate::operator::{LinearOperator, Preconditioner};

/// Share of itself by which the diagonal is raised where nothing fixes the level of some unknowns.
const SHIFT: f64 = 1e-10;

/// `L Lᵀ` of the active rows, in an order that keeps fill small: the sparse Cholesky factorisation of the library faer, on one thread.
///
/// As a preconditioner it is the inverse up to rounding, so that conjugate gradients take one iteration or two, whatever the contrast, and stop on
/// the true residual as with any other. What it costs grows faster than the number of unknowns: see the table in the solver
/// benchmarks. The order is found anew only where other rows are solved than before.
///
/// Where a pivot is not positive, as where nothing fixes the level of some unknowns, the factors are those of `A + 1e-10 diag A`.
#[derive(Clone, Debug)]
pub struct SparseCholesky {
    shape: LayeredShape,
    /// Cells of the rows.
    cells: Vec<usize>,
    in_rows: Vec<bool>,
    diagonal: Vec<f64>,
    pattern: Option<(SymbolicSparseColMat<usize>, SymbolicLlt<usize>)>,
    values: Vec<f64>,
    factors: Option<Llt<usize, f64>>,
    work: Vec<f64>,
}

impl SparseCholesky {
    /// Lays out nothing but the diagonal; [`rebuild`](Self::rebuild) it before use. Until then its correction is zero.
    pub fn new(shape: LayeredShape) -> Self {
        Self {
            shape,
            cells: Vec::new(),
            in_rows: Vec::new(),
            diagonal: vec![0.0; shape.cells()],
            pattern: None,
            values: Vec::new(),
            factors: None,
            work: Vec::new(),
        }
    }

    /// Takes the values of `a`, which must have the shape this was made for.
    pub fn rebuild(&mut self, a: &LayeredOperator) {
        a.diagonal(&mut self.diagonal);
        // A row of nothing has no pivot; its cell gets no correction.
        let in_rows = |cell: usize| a.active()[cell] && self.diagonal[cell] > 0.0;
        if self.pattern.is_none() || (0..self.shape.cells()).any(|cell| self.in_rows[cell] != in_rows(cell)) {
            self.in_rows = (0..self.shape.cells()).map(in_rows).collect();
            self.find_pattern();
        }
        self.factors = self.factorise(a, 0.0).or_else(|| self.factorise(a, SHIFT));
    }

    /// Whether there are factors: none before the first [`rebuild`](Self::rebuild), and none where no pivot is positive.
    pub fn is_factorised(&self) -> bool {
        self.factors.is_some()
    }

    /// The error of a matrix that has no factors; it names the cell whose diagonal is least.
    pub(crate) fn why_not(&self, a: &LayeredOperator) -> SolveError {
        let diagonal = |cell: &usize| self.diagonal[*cell];
        let least = self.cells.iter().copied().min_by(|one, other| diagonal(one).total_cmp(&diagonal(other)));
        let cell = least.unwrap_or(0);
        let curvature = self.diagonal.get(cell).copied().unwrap_or(0.0);
        SolveError::NotPositiveDefinite { what: "matrix", curvature, iteration: 0, cell: a.locate(cell) }
    }

    /// The lower triangle by columns, rows ascending: the diagonal, then the cells to the east, south and below.
    fn find_pattern(&mut self) {
        self.cells = (0..self.shape.cells()).filter(|cell| self.in_rows[*cell]).collect();
        let mut place = vec![usize::MAX; self.shape.cells()];
        self.cells.iter().enumerate().for_each(|(row, cell)| place[*cell] = row);
        let (mut starts, mut rows) = (vec![0], Vec::with_capacity(4 * self.cells.len()));
        for &cell in &self.cells {
            rows.push(place[cell]);
            rows.extend(self.behind(cell).into_iter().flatten().map(|behind| place[behind]));
            starts.push(rows.len());
        }
        let size = self.cells.len();
        self.work = vec![0.0; size];
        self.values = vec![0.0; rows.len()];
        let pattern = SymbolicSparseColMat::new_checked(size, size, starts, None, rows);
        self.pattern = SymbolicLlt::try_new(pattern.as_ref(), Side::Lower).ok().map(|order| (pattern, order));
    }

    /// Cells in the rows behind the east, south and down faces of a cell.
    fn behind(&self, cell: usize) -> [Option<usize>; 3] {
        let LayeredShape { layers, rows, columns } = self.shape;
        let (column, row) = (cell % columns, cell / columns % rows);
        let layer = cell / self.shape.layer_cells();
        let there = |is: bool, step: usize| (is && self.in_rows[cell + step]).then_some(cell + step);
        [
            there(column + 1 < columns, 1),
            there(row + 1 < rows, columns),
            there(layer + 1 < layers, self.shape.layer_cells()),
        ]
    }

    fn factorise(&mut self, a: &LayeredOperator, shift: f64) -> Option<Llt<usize, f64>> {
        let mut values = std::mem::take(&mut self.values);
        let mut at = 0;
        for &cell in &self.cells {
            values[at] = self.diagonal[cell] * (1.0 + shift);
            at += 1;
            for (behind, faces) in self.behind(cell).into_iter().zip([&a.east, &a.south, &a.down]) {
                if behind.is_some() {
                    values[at] = -faces[cell];
                    at += 1;
                }
            }
        }
        let (pattern, order) = self.pattern.as_ref()?;
        let matrix = SparseColMat::new(pattern.clone(), values);
        let factors = Llt::try_new_with_symbolic(order.clone(), matrix.as_ref(), Side::Lower).ok();
        self.values = matrix.into_parts().1;
        factors
    }
}

impl Preconditioner for SparseCholesky {
    fn precondition(&mut self, residual: &[f64], correction: &mut [f64]) {
        correction.fill(0.0);
        let Some(factors) = &self.factors else { return };
        let size = self.cells.len();
        self.work.iter_mut().zip(&self.cells).for_each(|(work, cell)| *work = residual[*cell]);
        factors.solve_in_place(MatMut::from_column_major_slice_mut(&mut self.work, size, 1));
        self.work.iter().zip(&self.cells).for_each(|(work, cell)| correction[*cell] = *work);
    }
}
