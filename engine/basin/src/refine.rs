//! Heads of one grid on another: a coarse steady state is the best first guess for a fine one.

use crate::Gridded;

impl Gridded {
    /// Heads for this grid \[m\], one per cell, from those of another grid of the same basin: bilinear between the centres of
    /// the same layer; where the other grid lacks the layer, the head of the next present one below, or above, in the nearest
    /// column; the first guess of this grid where the other has no column near.
    pub fn heads_from(&self, other: &Gridded, head: &[f64]) -> Vec<f64> {
        let (grid, coarse) = (self.problem.grid(), other.problem.grid());
        let (per_layer, per_other) = (self.footprint.len(), other.footprint.len());
        let mut heads = self.problem.initial_head().to_vec();
        for column in self.footprint.active_columns() {
            let at = self.footprint.centre(column);
            let nearest = other.footprint.nearest_active(at, 2);
            for cell in (column..grid.cells()).step_by(per_layer).filter(|cell| grid.is_active(*cell)) {
                let layer = cell / per_layer;
                let (mut sum, mut weight) = (0.0, 0.0);
                for (column, share) in other.footprint.around(at) {
                    let there = layer * per_other + column;
                    if layer < coarse.layers && share > 0.0 && coarse.is_active(there) {
                        sum += share * head[there];
                        weight += share;
                    }
                }
                let stacked = |layer: usize| nearest.map(|column| layer * per_other + column);
                let found = if weight > 0.0 {
                    Some(sum / weight)
                } else {
                    let below_then_above = (layer..coarse.layers).chain((0..layer.min(coarse.layers)).rev());
                    let mut cells = below_then_above.filter_map(stacked);
                    cells.find(|there| coarse.is_active(*there)).map(|there| head[there])
                };
                if let Some(found) = found {
                    heads[cell] = found;
                }
            }
        }
        heads
    }
}
