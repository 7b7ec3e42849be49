//! Aggregation multigrid for matrices that are on no grid.

use super::hierarchy::{GraphHierarchy, order_by_distance};
use super::rows::{Rows, Workshop};
use crate::multigrid::power_of_two_below;
use crate::operator::{LinearOperator, Preconditioner};
use crate::sparse::SparseOperator;
use crate::vector;

/// [`AggregationMultigrid`](crate::AggregationMultigrid) without a grid: rows are joined in pairs, twice a level, from the matrix itself on,
/// and every level is visited by the K-cycle. It wants the flexible form of conjugate gradients.
///
/// Rows are numbered anew by their distance from one far out, so that neighbours lie in the same block of a sweep whatever
/// order they come in. Values are kept in `f32`, scaled by powers of two.
#[derive(Clone, Debug, Default)]
pub struct GraphMultigrid {
    hierarchy: GraphHierarchy,
    workshop: Workshop,
    /// The place of each row, and the row at each place.
    place: Vec<usize>,
    row_at: Vec<usize>,
    scale: f64,
}

impl GraphMultigrid {
    /// Lays out nothing; [`rebuild`](Self::rebuild) it before use. Until then its correction is zero.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the values of `a`. Where it is asked for again, memory is used again.
    pub fn rebuild(&mut self, a: &SparseOperator) {
        let size = a.size();
        let mut diagonal = vec![0.0; size];
        a.diagonal(&mut diagonal);
        self.scale = power_of_two_below(vector::max_abs(&diagonal)).recip();
        let scale = self.scale;
        let mut as_given = Rows::default();
        let fill = |row: usize, place: &dyn Fn(usize) -> u32, entries: &mut Vec<(u32, f32)>| {
            let (columns, coupling, extra) = a.row(row);
            let scaled = coupling.iter().map(|value| (value * scale) as f32);
            entries.extend(columns.iter().map(|column| place(*column as usize)).zip(scaled));
            (extra * scale) as f32
        };
        as_given.build(size, &self.workshop, |row, entries| fill(row, &|column| column as u32, entries));
        order_by_distance(&as_given, &mut self.place);
        self.row_at.clear();
        self.row_at.resize(size, 0);
        self.place.iter().enumerate().for_each(|(row, place)| self.row_at[*place] = row);
        let (place, row_at) = (&self.place, &self.row_at);
        self.hierarchy.finest_rows().build(size, &self.workshop, |at, entries| {
            fill(row_at[at], &|column| place[column] as u32, entries)
        });
        self.hierarchy.rebuild(&mut self.workshop);
    }

    /// Number of levels, the finest included.
    pub fn levels(&self) -> usize {
        self.hierarchy.levels()
    }
}

impl Preconditioner for GraphMultigrid {
    fn precondition(&mut self, residual: &[f64], correction: &mut [f64]) {
        correction.fill(0.0);
        let unit = power_of_two_below(vector::max_abs(residual));
        let Some(finest) = self.hierarchy.finest() else { return };
        for (rhs, row) in finest.rhs.iter_mut().zip(&self.row_at) {
            *rhs = (residual[*row] / unit) as f32;
        }
        self.hierarchy.solve();
        let Some(finest) = self.hierarchy.finest() else { return };
        for (x, row) in finest.x.iter().zip(&self.row_at) {
            correction[*row] = f64::from(*x) * unit * self.scale;
        }
    }
}
