//! One level of the hierarchy: its coefficients and vectors.

use super::layout::{BLACK, Colours, Faces, LEAD, Layout, RED, for_lines, parity};
use crate::layered::{LayeredOperator, LayeredShape};

/// One level of the hierarchy.
#[derive(Clone, Debug)]
pub(super) struct Level {
    pub(super) layout: Layout,
    pub(super) faces: Faces,
    pub(super) down: Colours,
    pub(super) extra: Colours,
    /// One over the pivot of the column's elimination; zero where there is nothing to solve.
    pub(super) inverse: Colours,
    /// `down · inverse`, the elimination's multiplier.
    pub(super) couple: Colours,
    pub(super) rhs: Colours,
    pub(super) x: Colours,
    /// Residual of the red cells after the downward sweep; the black cells have none.
    pub(super) red_residual: Vec<f32>,
}

impl Level {
    pub(super) fn new(shape: LayeredShape) -> Self {
        let layout = Layout::new(shape);
        let one = || vec![0.0; layout.length()];
        let two = || [one(), one()];
        Self {
            layout,
            faces: Faces::new(layout),
            down: two(),
            extra: two(),
            inverse: two(),
            couple: two(),
            rhs: two(),
            x: two(),
            red_residual: one(),
        }
    }

    /// East, south, down and extra of a cell.
    pub(super) fn coefficients(&self, layer: usize, row: usize, column: usize) -> [f32; 4] {
        let colour = (row + column) & 1;
        let faces = self.faces.row(self.layout, row, colour);
        let at = layer * self.layout.stride + column / 2;
        let own = self.layout.place(layer, row, column);
        [faces.east[at], faces.south[at], self.down[colour][own], self.extra[colour][own]]
    }

    /// Takes the coefficients of an operator, times `scale`.
    pub(super) fn load(&mut self, a: &LayeredOperator, scale: f64) {
        let layout = self.layout;
        let LayeredShape { layers, rows, columns } = layout.shape;
        for row in 0..rows {
            for layer in 0..layers {
                let at = layout.half_row(layer, row);
                let natural = layout.shape.index(layer, row, 0);
                let own = natural..natural + columns;
                for colour in [RED, BLACK] {
                    let parity = parity(row, colour);
                    let target = at..at + layout.count(parity);
                    spread(&mut self.down[colour][target.clone()], &a.down[own.clone()], parity, scale);
                    spread(&mut self.extra[colour][target], &a.extra[own.clone()], parity, scale);
                }
                let parity = parity(row, RED);
                let target = at..at + layout.count(parity);
                spread(&mut self.faces.east[target.clone()], &a.east[own.clone()], parity, scale);
                spread(&mut self.faces.south[target.clone()], &a.south[own.clone()], parity, scale);
                if row > 0 {
                    let above = natural - columns..natural;
                    spread(&mut self.faces.north[target.clone()], &a.south[above], parity, scale);
                }
                // Column 2 m + parity has its western face with the column before; column 0 has none.
                let skip = 1 - parity;
                let west = &mut self.faces.west[target.start + skip..target.end];
                spread(west, &a.east[natural + skip..natural + columns], 0, scale);
            }
        }
        self.eliminate();
    }

    /// Computes the pivots of all columns.
    ///
    /// With `g` the part of a pivot that does not lead downwards, `g_k = h_k + u g_{k−1} / (g_{k−1} + u)`, where
    /// `h` is the sum of the horizontal faces and `extra`, and `u` the face above: only sums of positive
    /// terms, so that nothing cancels.
    pub(super) fn eliminate(&mut self) {
        let layout = self.layout;
        let (half, stride) = (layout.half, layout.stride);
        for row in 0..layout.shape.rows {
            for colour in [RED, BLACK] {
                let faces = self.faces.row(layout, row, colour);
                // The solution vector is free between cycles; it holds g.
                let ground = &mut self.x[colour];
                for layer in 0..layout.shape.layers {
                    let offset = layer * stride;
                    let at = layout.half_row(layer, row);
                    let own = at..at + half;
                    let side = |v: &'_ [f32]| -> std::ops::Range<usize> {
                        debug_assert!(offset + half <= v.len());
                        offset..offset + half
                    };
                    let west = &faces.west[side(faces.west)];
                    let east = &faces.east[side(faces.east)];
                    let north = &faces.north[side(faces.north)];
                    let south = &faces.south[side(faces.south)];
                    let extra = &self.extra[colour][own.clone()];
                    let (above, here) = ground.split_at_mut(at);
                    let here = &mut here[..half];
                    for m in 0..half {
                        here[m] = extra[m] + ((west[m] + east[m]) + (north[m] + south[m]));
                    }
                    if layer > 0 {
                        let above = &above[at - stride..at - stride + half];
                        let up = &self.down[colour][at - stride..at - stride + half];
                        for m in 0..half {
                            let sum = above[m] + up[m];
                            here[m] += if sum > 0.0 { up[m] * (above[m] / sum) } else { 0.0 };
                        }
                    }
                    let down = &self.down[colour][own.clone()];
                    let inverse = &mut self.inverse[colour][own.clone()];
                    let couple = &mut self.couple[colour][own];
                    for m in 0..half {
                        let pivot = here[m] + down[m];
                        inverse[m] = if pivot > 0.0 { 1.0 / pivot } else { 0.0 };
                        couple[m] = down[m] * inverse[m];
                    }
                }
            }
        }
    }

    /// Takes a right-hand side given in the natural order, times `factor`.
    pub(super) fn take(&mut self, values: &[f64], factor: f64) {
        let layout = self.layout;
        let columns = layout.shape.columns;
        for (colour, rhs) in self.rhs.iter_mut().enumerate() {
            layout.for_rows(rhs, |row, line| {
                let parity = parity(row, colour);
                for (layer, line) in line.chunks_mut(layout.stride).enumerate() {
                    let natural = layout.shape.index(layer, row, 0);
                    let target = &mut line[LEAD..LEAD + layout.count(parity)];
                    spread(target, &values[natural..natural + columns], parity, factor);
                }
            });
        }
    }

    /// Gives the solution in the natural order, times `factor`.
    pub(super) fn give(&self, values: &mut [f64], factor: f64) {
        let layout = self.layout;
        let LayeredShape { rows, columns, .. } = layout.shape;
        for_lines(values, columns, layout.parallel(), |line, values| {
            let (layer, row) = (line / rows, line % rows);
            let at = layout.half_row(layer, row);
            let own = at..at + layout.half;
            let even = &self.x[parity(row, RED)][own.clone()];
            let odd = &self.x[parity(row, BLACK)][own];
            let (pairs, last) = values.as_chunks_mut::<2>();
            for ((pair, even), odd) in pairs.iter_mut().zip(even).zip(odd) {
                *pair = [f64::from(*even) * factor, f64::from(*odd) * factor];
            }
            if let [value] = last {
                *value = f64::from(even[layout.half - 1]) * factor;
            }
        });
    }
}

/// `target[m] = source[2 m + parity] · factor`, in single precision.
fn spread(target: &mut [f32], source: &[f64], parity: usize, factor: f64) {
    if target.is_empty() {
        return;
    }
    let (pairs, last) = source[parity..].as_chunks::<2>();
    for (target, [value, _]) in target.iter_mut().zip(pairs) {
        *target = (value * factor) as f32;
    }
    if let (true, [value]) = (target.len() > pairs.len(), last) {
        target[pairs.len()] = (value * factor) as f32;
    }
}
