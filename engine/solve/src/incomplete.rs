//! Incomplete factorisations without fill, IC(0) and ILU(0).

use crate::jacobian::LayeredJacobian;
use crate::layered::{LayeredOperator, LayeredShape};
use crate::operator::{LinearOperator, Preconditioner};

/// A pivot below this part of its diagonal element is rounding.
const ROUNDING: f64 = 1e-14;

/// Share of the diagonal that stands for a pivot of a singular part, where such rows are to be corrected.
const FLOOR: f64 = 1e-3;

/// `M⁻¹ = (D + L) D⁻¹ (D + U)` with the matrix' own off-diagonals, in the natural order.
#[derive(Clone, Debug)]
struct Factors {
    shape: LayeredShape,
    /// Off-diagonals through the east, south and down faces of a cell, with the sign turned: those in the rows
    /// of the cells behind the faces, and those in the cell's own row. One member where they are equal.
    sides: Vec<[Vec<f64>; 3]>,
    /// Share of the fill that is dropped which the diagonal is given.
    relaxation: f64,
    /// Share of the diagonal that stands for a pivot which is rounding; 0 for no correction of such a row.
    floor: f64,
    /// One over the pivot; zero where the pivot is zero, so that the row gets no correction.
    inverse: Vec<f64>,
}

impl Factors {
    fn new(shape: LayeredShape, symmetric: bool) -> Self {
        let zero = || vec![0.0; shape.cells()];
        let side = || [zero(), zero(), zero()];
        let sides = if symmetric { vec![side()] } else { vec![side(), side()] };
        Self { shape, sides, relaxation: 0.0, floor: 0.0, inverse: zero() }
    }

    fn lower(&self) -> &[Vec<f64>; 3] {
        &self.sides[0]
    }

    fn upper(&self) -> &[Vec<f64>; 3] {
        &self.sides[self.sides.len() - 1]
    }

    fn take(&mut self, side: usize, faces: [&[f64]; 3]) {
        for (target, source) in self.sides[side].iter_mut().zip(faces) {
            target.copy_from_slice(source);
        }
    }

    /// Turns the diagonal held in `inverse` into the inverse pivots, `d_n = a_nn − Σ_m a_nm (a_mn + ρ Σ_p a_mp) / d_m`, where `p` runs over
    /// the other cells behind `m` and `ρ` is the relaxation.
    fn factorise(&mut self) {
        let steps = [1, self.shape.columns, self.shape.layer_cells()];
        let mut inverse = std::mem::take(&mut self.inverse);
        let (lower, upper) = (self.lower(), self.upper());
        for n in 0..inverse.len() {
            let diagonal = inverse[n];
            let mut pivot = diagonal;
            for ((lower, upper), step) in lower.iter().zip(upper).zip(steps) {
                if let Some(m) = n.checked_sub(step) {
                    let mut kept = upper[m];
                    if self.relaxation > 0.0 {
                        let behind: f64 = self.upper().iter().map(|upper| upper[m]).sum();
                        kept += self.relaxation * (behind - upper[m]);
                    }
                    pivot -= lower[m] * kept * inverse[m];
                }
            }
            let least = self.floor * diagonal;
            inverse[n] = if pivot > ROUNDING * diagonal {
                1.0 / pivot
            } else if least > 0.0 {
                1.0 / least
            } else {
                0.0
            };
        }
        self.inverse = inverse;
    }

    fn solve(&self, residual: &[f64], correction: &mut [f64]) {
        if correction.is_empty() {
            return;
        }
        let lines = self.shape.layers * self.shape.rows;
        (0..lines).for_each(|line| self.forward(line, residual, correction));
        (0..lines).rev().for_each(|line| self.back(line, correction));
    }

    /// One row of `(D + L) z = r`.
    fn forward(&self, line: usize, residual: &[f64], correction: &mut [f64]) {
        let LayeredShape { rows, columns, .. } = self.shape;
        let at = line * columns;
        let own = at..at + columns;
        let (before, z) = correction.split_at_mut(at);
        let z = &mut z[..columns];
        z.copy_from_slice(&residual[own.clone()]);
        let [east, south, down] = self.lower();
        let mut add = |faces: &[f64], step: usize| {
            let there = at - step..at - step + columns;
            for ((z, c), solved) in z.iter_mut().zip(&faces[there.clone()]).zip(&before[there]) {
                *z += c * solved;
            }
        };
        if !line.is_multiple_of(rows) {
            add(south, columns);
        }
        if line >= rows {
            add(down, self.shape.layer_cells());
        }
        let inverse = &self.inverse[own.clone()];
        let mut last = 0.0;
        // The face to the west is the eastern one of the cell before; the first cell meets a value of zero.
        let west = std::iter::once(&0.0).chain(&east[own]);
        for ((z, inverse), west) in z.iter_mut().zip(inverse).zip(west) {
            last = (*z + west * last) * inverse;
            *z = last;
        }
    }

    /// One row of `(D + U) z = D z`.
    fn back(&self, line: usize, correction: &mut [f64]) {
        let LayeredShape { layers, rows, columns } = self.shape;
        let at = line * columns;
        let own = at..at + columns;
        let (z, after) = correction[at..].split_at_mut(columns);
        let [east, south, down] = self.upper();
        let inverse = &self.inverse[own.clone()];
        let mut add = |faces: &[f64], step: usize| {
            let solved = &after[step - columns..step];
            for (((z, c), solved), inverse) in z.iter_mut().zip(&faces[own.clone()]).zip(solved).zip(inverse)
            {
                *z += c * solved * inverse;
            }
        };
        if line % rows + 1 < rows {
            add(south, columns);
        }
        if line / rows + 1 < layers {
            add(down, self.shape.layer_cells());
        }
        let mut last = 0.0;
        for ((z, inverse), east) in z.iter_mut().zip(inverse).zip(&east[own]).rev() {
            last = *z + east * last * inverse;
            *z = last;
        }
    }
}

/// Incomplete Cholesky factorisation IC(0) of a [`LayeredOperator`]
/// (J. A. Meijerink and H. A. van der Vorst, Mathematics of Computation 31, 1977).
///
/// Its pivots stay positive for any operator that passes its check. The number of iterations grows with the number of cells across the grid.
/// The two sweeps run in the natural order on one thread.
#[derive(Clone, Debug)]
pub struct IncompleteCholesky(Factors);

impl IncompleteCholesky {
    /// Room for a grid; [`rebuild`](Self::rebuild) it before use. Until then its correction is zero.
    pub fn new(shape: LayeredShape) -> Self {
        Self(Factors::new(shape, true))
    }

    /// The same as a modified factorisation, which gives this share of what it drops to the diagonal (0 to 1; I. Gustafsson, BIT 18,
    /// 1978), and which corrects rows of singular parts of the matrix, too.
    pub fn relaxed(shape: LayeredShape, relaxation: f64) -> Self {
        let mut factors = Factors::new(shape, true);
        factors.relaxation = relaxation.clamp(0.0, 1.0);
        factors.floor = FLOOR;
        Self(factors)
    }

    /// Factorises `a`, which must have the shape this was made for. Allocates nothing.
    pub fn rebuild(&mut self, a: &LayeredOperator) {
        self.0.take(0, [&a.east, &a.south, &a.down]);
        a.diagonal(&mut self.0.inverse);
        self.0.factorise();
    }
}

impl Preconditioner for IncompleteCholesky {
    fn precondition(&mut self, residual: &[f64], correction: &mut [f64]) {
        self.0.solve(residual, correction);
    }
}

/// Incomplete factorisation ILU(0) of a [`LayeredJacobian`].
///
/// The seven-point pattern has no triangles, so that only the diagonal differs from the matrix. Pivots
/// stay positive for M-matrices; a pivot that does not gives its row no correction.
#[derive(Clone, Debug)]
pub struct IncompleteLu(Factors);

impl IncompleteLu {
    /// Room for a grid; [`rebuild`](Self::rebuild) it before use. Until then its correction is zero.
    pub fn new(shape: LayeredShape) -> Self {
        Self(Factors::new(shape, false))
    }

    /// The same as a modified factorisation, which gives this share of what it drops to the diagonal (0 to 1; I. Gustafsson, BIT 18,
    /// 1978), and which corrects rows of singular parts of the matrix, too.
    pub fn relaxed(shape: LayeredShape, relaxation: f64) -> Self {
        let mut factors = Factors::new(shape, false);
        factors.relaxation = relaxation.clamp(0.0, 1.0);
        factors.floor = FLOOR;
        Self(factors)
    }

    /// Factorises `a`, which must have the shape this was made for. Allocates nothing.
    pub fn rebuild(&mut self, a: &LayeredJacobian) {
        self.0.take(0, [&a.east.own, &a.south.own, &a.down.own]);
        self.0.take(1, [&a.east.other, &a.south.other, &a.down.other]);
        a.diagonal(&mut self.0.inverse);
        self.0.factorise();
    }
}

impl Preconditioner for IncompleteLu {
    fn precondition(&mut self, residual: &[f64], correction: &mut [f64]) {
        self.0.solve(residual, correction);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fully relaxed factorisation has the row sums of its matrix, so it inverts what the matrix makes of a constant.
    #[test]
    fn what_is_dropped_goes_to_the_diagonal() {
        let shape = LayeredShape { layers: 3, rows: 4, columns: 5 };
        let mut a = LayeredOperator::new(shape, vec![true; 60]).expect("one value a cell");
        for cell in 0..60 {
            let (layer, row, column) = (cell / 20, cell / 5 % 4, cell % 5);
            let value = |there: bool, salt: usize| if there { ((cell * salt) % 7 + 1) as f64 } else { 0.0 };
            a.east[cell] = value(column < 4, 3);
            a.south[cell] = value(row < 3, 5);
            a.down[cell] = value(layer < 2, 11);
            a.extra[cell] = 0.1;
        }
        let apart = |relaxation: f64| {
            let mut factors = IncompleteCholesky::relaxed(shape, relaxation);
            factors.rebuild(&a);
            let (mut image, mut found) = (vec![0.0; 60], vec![0.0; 60]);
            a.apply(&[1.0; 60], &mut image);
            factors.precondition(&image, &mut found);
            found.iter().map(|value| (value - 1.0).abs()).fold(0.0, f64::max)
        };
        assert!(apart(1.0) < 1e-11, "{}", apart(1.0));
        assert!(apart(0.0) > 0.1 && apart(0.9) < apart(0.0));
    }
}
