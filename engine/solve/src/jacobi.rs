//! Diagonal scaling.

use crate::operator::{LinearOperator, Preconditioner};

/// The Jacobi preconditioner, `M = D⁻¹`; a row with a zero diagonal gets no correction.
#[derive(Clone, Debug)]
pub struct Jacobi {
    inverse: Vec<f64>,
}

impl Jacobi {
    /// Room for `size` unknowns; [`rebuild`](Self::rebuild) it before use.
    pub fn new(size: usize) -> Self {
        Self { inverse: vec![0.0; size] }
    }

    /// Takes the diagonal of `a`.
    pub fn rebuild(&mut self, a: &impl LinearOperator) {
        a.diagonal(&mut self.inverse);
        for d in &mut self.inverse {
            *d = if *d == 0.0 { 0.0 } else { 1.0 / *d };
        }
    }
}

impl Preconditioner for Jacobi {
    fn precondition(&mut self, residual: &[f64], correction: &mut [f64]) {
        for ((z, r), inverse) in correction.iter_mut().zip(residual).zip(&self.inverse) {
            *z = r * inverse;
        }
    }
}
