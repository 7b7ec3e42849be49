//! Incomplete Cholesky factorisation without fill, IC(0).

use crate::layered::{LayeredOperator, LayeredShape};
use crate::operator::Preconditioner;

/// IC(0) of a [`LayeredOperator`]: `M⁻¹ = (D + L) D⁻¹ (D + Lᵀ)`, with the matrix' own off-diagonals and pivots
/// `d_n = a_nn − Σ_m c_nm² / d_m` over the neighbours `m` to the west, north and above
/// (J. A. Meijerink and H. A. van der Vorst, Mathematics of Computation 31, 1977).
///
/// With `extra ≥ 0` the pivots stay positive. Iterations grow with the number of cells across, not with the
/// contrast of the coefficients along thin conduits.
/// The two sweeps run in the natural order on one thread.
#[derive(Clone, Debug)]
pub struct IncompleteCholesky {
    shape: LayeredShape,
    east: Vec<f64>,
    south: Vec<f64>,
    down: Vec<f64>,
    /// One over the pivot; zero where the pivot is zero, so that the row gets no correction.
    inverse: Vec<f64>,
}

impl IncompleteCholesky {
    /// Room for a grid; [`rebuild`](Self::rebuild) it before use.
    pub fn new(shape: LayeredShape) -> Self {
        let zero = || vec![0.0; shape.cells()];
        Self { shape, east: zero(), south: zero(), down: zero(), inverse: zero() }
    }

    /// Factorises `a`, which must have the shape this was made for.
    pub fn rebuild(&mut self, a: &LayeredOperator) {
        self.east.copy_from_slice(&a.east);
        self.south.copy_from_slice(&a.south);
        self.down.copy_from_slice(&a.down);
        a.diagonal(&mut self.inverse);
        let LayeredShape { columns, .. } = self.shape;
        let stride = self.shape.layer_cells();
        for n in 0..self.inverse.len() {
            let diagonal = self.inverse[n];
            let mut pivot = diagonal;
            for (faces, step) in [(&self.east, 1), (&self.south, columns), (&self.down, stride)] {
                if let Some(m) = n.checked_sub(step) {
                    pivot -= faces[m] * faces[m] * self.inverse[m];
                }
            }
            // A floating group's last pivot is zero up to rounding.
            self.inverse[n] = if pivot > 1e-14 * diagonal { 1.0 / pivot } else { 0.0 };
        }
    }
}

impl Preconditioner for IncompleteCholesky {
    fn precondition(&mut self, residual: &[f64], correction: &mut [f64]) {
        let LayeredShape { layers, rows, columns } = self.shape;
        let stride = self.shape.layer_cells();
        if correction.is_empty() {
            return;
        }
        for line in 0..layers * rows {
            let at = line * columns;
            let (before, z) = correction.split_at_mut(at);
            let z = &mut z[..columns];
            z.copy_from_slice(&residual[at..at + columns]);
            let mut add = |faces: &[f64], from: usize| {
                let (faces, solved) = (&faces[from..from + columns], &before[from..from + columns]);
                for ((z, c), solved) in z.iter_mut().zip(faces).zip(solved) {
                    *z += c * solved;
                }
            };
            if line % rows > 0 {
                add(&self.south, at - columns);
            }
            if line >= rows {
                add(&self.down, at - stride);
            }
            let (east, inverse) = (&self.east[at..at + columns], &self.inverse[at..at + columns]);
            z[0] *= inverse[0];
            for j in 1..columns {
                z[j] = (z[j] + east[j - 1] * z[j - 1]) * inverse[j];
            }
        }
        for line in (0..layers * rows).rev() {
            let at = line * columns;
            let (z, after) = correction[at..].split_at_mut(columns);
            let own = at..at + columns;
            let (east, inverse) = (&self.east[own.clone()], &self.inverse[own.clone()]);
            let mut add = |faces: &[f64], step: usize| {
                let solved = &after[step - columns..step];
                for (((z, c), solved), inverse) in z.iter_mut().zip(faces).zip(solved).zip(inverse) {
                    *z += c * solved * inverse;
                }
            };
            if line % rows + 1 < rows {
                add(&self.south[own.clone()], columns);
            }
            if line / rows + 1 < layers {
                add(&self.down[own.clone()], stride);
            }
            for j in (0..columns - 1).rev() {
                z[j] += east[j] * z[j + 1] * inverse[j];
            }
        }
    }
}
