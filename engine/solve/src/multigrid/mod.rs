//! Geometric multigrid for layered seven-point operators, as a preconditioner.

mod coarsen;
mod cycle;
mod layout;
mod level;
mod sweep;
mod transfer;

use crate::banded_cholesky::BandedCholesky;
use crate::layered::{LayeredOperator, LayeredShape};
use crate::operator::Preconditioner;
use crate::vector;
use level::Level;

/// How a multigrid cycle is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MultigridSettings {
    /// Coarsening ends where a direct factorisation costs at most this many multiplications.
    pub direct_cost: usize,
}

impl Default for MultigridSettings {
    fn default() -> Self {
        Self { direct_cost: 500_000 }
    }
}

/// Multigrid with 2 × 2 horizontal semi-coarsening; layers are kept.
///
/// Every level is a seven-point operator in flux form. A coarse cell joins 2 × 2 fine ones of a layer; a
/// coarse coefficient is the sum of the fine ones, the horizontal ones halved because they span twice the
/// distance. Transfer is piecewise constant. Smoothing is red–black Gauss–Seidel over vertical lines: a
/// tridiagonal solve per column, so that strong vertical coupling does no harm. The V-cycle smooths
/// red, black on the way down and black, red on the way up, which makes it symmetric and positive: a
/// preconditioner for plain conjugate gradients.
///
/// Values are kept in `f32`; the flux form and pivots without cancellation keep small differences
/// between strongly joined cells. Coefficients and residuals are scaled by powers of two, so that the result
/// does not depend on their units.
///
/// It converges well on smooth and on rough media. Thin conduits of high contrast, one cell wide, make the
/// number of iterations grow: piecewise-constant coarse cells join what the conduit separates.
#[derive(Clone, Debug)]
pub struct LayeredMultigrid {
    shape: LayeredShape,
    levels: Vec<Level>,
    direct: BandedCholesky,
    /// The coarsest right-hand side and solution, in the order of `direct`.
    direct_values: Vec<f64>,
    /// The operator held is the true one times this.
    scale: f64,
    diagonal: Vec<f64>,
}

impl LayeredMultigrid {
    /// Lays out all levels for a grid; [`rebuild`](Self::rebuild) it before use. Until then it is the zero matrix.
    pub fn new(shape: LayeredShape, settings: MultigridSettings) -> Self {
        let mut levels = vec![Level::new(shape)];
        let mut last = shape;
        while cost(last) > settings.direct_cost && (last.rows > 1 || last.columns > 1) {
            last = LayeredShape {
                layers: last.layers,
                rows: last.rows.div_ceil(2),
                columns: last.columns.div_ceil(2),
            };
            levels.push(Level::new(last));
        }
        Self {
            shape,
            levels,
            direct: BandedCholesky::new(last.cells(), band(last)),
            direct_values: vec![0.0; last.cells()],
            scale: 1.0,
            diagonal: vec![0.0; shape.cells()],
        }
    }

    /// Takes the values of `a`, which must have the shape this was made for. Allocates nothing.
    pub fn rebuild(&mut self, a: &LayeredOperator) {
        a.diagonal(&mut self.diagonal);
        self.scale = power_of_two_below(vector::max_abs(&self.diagonal)).recip();
        self.levels[0].load(a, self.scale);
        for l in 1..self.levels.len() {
            let (fine, coarse) = self.levels.split_at_mut(l);
            coarsen::coarsen(&fine[l - 1], &mut coarse[0]);
        }
        self.factorise_coarsest();
    }

    /// Number of levels, the finest included.
    pub fn levels(&self) -> usize {
        self.levels.len()
    }

    fn factorise_coarsest(&mut self) {
        let Some(level) = self.levels.last() else { return };
        let shape = level.layout.shape;
        let order = DirectOrder::new(shape);
        self.direct.clear();
        for row in 0..shape.rows {
            for column in 0..shape.columns {
                for layer in 0..shape.layers {
                    let own = order.place(layer, row, column);
                    let [east, south, down, extra] = level.coefficients(layer, row, column).map(f64::from);
                    self.direct.add(own, 0, extra);
                    for (value, [k, i, j]) in [(east, [0, 0, 1]), (south, [0, 1, 0]), (down, [1, 0, 0])] {
                        if value != 0.0 {
                            let other = order.place(layer + k, row + i, column + j);
                            self.direct.add(own, 0, value);
                            self.direct.add(other, 0, value);
                            self.direct.add(other.max(own), other.abs_diff(own), -value);
                        }
                    }
                }
            }
        }
        self.direct.factorise();
    }
}

impl Preconditioner for LayeredMultigrid {
    fn precondition(&mut self, residual: &[f64], correction: &mut [f64]) {
        if self.shape.cells() == 0 {
            return;
        }
        let unit = power_of_two_below(vector::max_abs(residual));
        self.levels[0].take(residual, unit.recip());
        cycle::cycle(&mut self.levels, &self.direct, &mut self.direct_values);
        self.levels[0].give(correction, unit * self.scale);
    }
}

/// A power of two within a factor of two of a positive value; one for zero and what is not finite.
fn power_of_two_below(value: f64) -> f64 {
    if (f64::MIN_POSITIVE * 4.0..=f64::MAX / 4.0).contains(&value) {
        f64::from_bits(value.to_bits() & 0x7ff0_0000_0000_0000)
    } else {
        1.0
    }
}

/// Order of the unknowns for the direct solver: layers fastest, then the shorter side.
#[derive(Clone, Copy)]
struct DirectOrder {
    layers: usize,
    row_step: usize,
    column_step: usize,
}

impl DirectOrder {
    fn new(shape: LayeredShape) -> Self {
        let LayeredShape { layers, rows, columns } = shape;
        if rows < columns {
            Self { layers, row_step: 1, column_step: rows }
        } else {
            Self { layers, row_step: columns, column_step: 1 }
        }
    }

    fn place(self, layer: usize, row: usize, column: usize) -> usize {
        (row * self.row_step + column * self.column_step) * self.layers + layer
    }
}

/// Half-bandwidth in [`DirectOrder`].
fn band(shape: LayeredShape) -> usize {
    let LayeredShape { layers, rows, columns } = shape;
    match (rows.min(columns), rows.max(columns)) {
        (0 | 1, 0 | 1) => usize::from(layers > 1),
        (short, _) => short * layers,
    }
}

/// Multiplications of a direct factorisation.
fn cost(shape: LayeredShape) -> usize {
    shape.cells().saturating_mul(band(shape)).saturating_mul(band(shape))
}
