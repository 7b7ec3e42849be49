//! What a Krylov solver asks of a matrix and of a preconditioner.

use crate::error::Cell;

/// A square matrix `A`, known by its action.
pub trait LinearOperator: Sync {
    /// Number of unknowns.
    fn size(&self) -> usize;

    /// Writes `y = A x`. Both slices have [`size`](Self::size) elements.
    fn apply(&self, x: &[f64], y: &mut [f64]);

    /// Writes `residual = b − A x`, with zero in rows that are not to be solved.
    ///
    /// The default solves every row.
    fn residual(&self, b: &[f64], x: &[f64], residual: &mut [f64]) {
        self.apply(x, residual);
        crate::vector::subtract_from(b, residual);
    }

    /// Writes the diagonal of `A`; it scales the rounding floor of a residual.
    fn diagonal(&self, diagonal: &mut [f64]);

    /// Names an unknown for an error message.
    fn locate(&self, index: usize) -> Cell {
        Cell::unplaced(index)
    }
}

/// An approximate inverse `M ≈ A⁻¹`.
pub trait Preconditioner {
    /// Writes `correction = M · residual`, from nothing: the old content of `correction` is ignored.
    fn precondition(&mut self, residual: &[f64], correction: &mut [f64]);
}
