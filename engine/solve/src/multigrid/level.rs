//! One level of the hierarchy: its coefficients and vectors.

use super::krylov::KrylovVectors;
use super::layout::{BLACK, Colours, Faces, LEAD, Layout, RED, for_lines, parity};
use crate::layered::{LayeredOperator, LayeredShape};

/// The coefficients of a seven-point matrix in the natural order. A face carries `own · x_n − other · x_m` from
/// the western, northern or upper cell `n` to its neighbour `m`; `[own, other]` are the same where the matrix is symmetric.
#[derive(Clone, Copy)]
pub(super) struct Stencil<'a> {
    pub(super) east: [&'a [f64]; 2],
    pub(super) south: [&'a [f64]; 2],
    pub(super) down: [&'a [f64]; 2],
    pub(super) extra: &'a [f64],
}

impl<'a> Stencil<'a> {
    pub(super) fn of(a: &'a LayeredOperator) -> Self {
        Self { east: [&a.east; 2], south: [&a.south; 2], down: [&a.down; 2], extra: &a.extra }
    }
}

/// One level of the hierarchy.
///
/// `horizontal`, `down` and `couple` have one member where the matrix is symmetric and two where it is not.
#[derive(Clone, Debug)]
pub(super) struct Level {
    pub(super) layout: Layout,
    /// What multiplies the value of the red, and of the black cell of a face.
    pub(super) horizontal: Vec<Faces>,
    /// What multiplies the value of the upper, and of the lower cell of a face; kept with the upper one.
    pub(super) down: Vec<Colours>,
    pub(super) extra: Colours,
    /// One over the pivot of the column's elimination; zero where there is nothing to solve.
    pub(super) inverse: Colours,
    /// `down · inverse`: the multipliers of the elimination downwards, and of the substitution upwards.
    pub(super) couple: Vec<Colours>,
    pub(super) rhs: Colours,
    pub(super) x: Colours,
    /// Residual of the red cells after the downward sweep; the black cells have none. Then their values after the upward one.
    pub(super) red_residual: Vec<f32>,
    /// Rows that bands keep for themselves.
    pub(super) kept: Vec<f32>,
    /// Partial sums of each row.
    pub(super) sums: Vec<[f64; 3]>,
    /// Of a K-cycle, laid out when one is first made.
    pub(super) krylov: KrylovVectors,
}

impl Level {
    pub(super) fn new(shape: LayeredShape, symmetric: bool) -> Self {
        let layout = Layout::new(shape);
        let one = || vec![0.0; layout.length()];
        let two = || [one(), one()];
        let sides = if symmetric { 1 } else { 2 };
        Self {
            layout,
            horizontal: vec![Faces::new(layout); sides],
            down: vec![two(); sides],
            extra: two(),
            inverse: two(),
            couple: vec![two(); sides],
            rhs: two(),
            x: two(),
            red_residual: one(),
            kept: vec![0.0; layout.kept()],
            sums: vec![[0.0; 3]; shape.rows],
            krylov: KrylovVectors::default(),
        }
    }

    /// The horizontal coefficients that multiply values of a colour.
    pub(super) fn carried_by(&self, colour: usize) -> &Faces {
        &self.horizontal[colour.min(self.horizontal.len() - 1)]
    }

    /// The cell's own coefficient and its neighbour's for the faces to the east, south and down, and `extra`.
    pub(super) fn coefficients(&self, layer: usize, row: usize, column: usize) -> ([[f32; 2]; 3], f32) {
        let colour = (row + column) & 1;
        let at = layer * self.layout.stride + column / 2;
        let own = self.layout.place(layer, row, column);
        let [ours, theirs] =
            [colour, 1 - colour].map(|carrier| self.carried_by(carrier).row(self.layout, row, colour));
        let [fall, rise] = [0, self.down.len() - 1].map(|side| self.down[side][colour][own]);
        let faces = [[ours.east[at], theirs.east[at]], [ours.south[at], theirs.south[at]], [fall, rise]];
        (faces, self.extra[colour][own])
    }

    /// Takes coefficients, times `scale`.
    pub(super) fn load(&mut self, stencil: &Stencil<'_>, scale: f64) {
        let layout = self.layout;
        for (side, faces) in self.horizontal.iter_mut().enumerate() {
            // A red cell owns its eastern and southern faces; the western and northern are its neighbours'.
            let fill = |target: &mut [f32], source: &[f64], back| {
                fill(layout, target, RED, source, back, scale);
            };
            fill(&mut faces.east, stencil.east[side], [0, 0]);
            fill(&mut faces.south, stencil.south[side], [0, 0]);
            fill(&mut faces.west, stencil.east[1 - side], [0, 1]);
            fill(&mut faces.north, stencil.south[1 - side], [1, 0]);
        }
        for colour in [RED, BLACK] {
            for (side, down) in self.down.iter_mut().enumerate() {
                fill(layout, &mut down[colour], colour, stencil.down[side], [0, 0], scale);
            }
            fill(layout, &mut self.extra[colour], colour, stencil.extra, [0, 0], scale);
        }
        self.eliminate();
    }

    /// Computes the pivots of all columns.
    ///
    /// With `g` the part of a pivot that does not lead downwards, `g_k = h_k + r g_{k−1} / (g_{k−1} + f)`: `h` is the
    /// sum of the horizontal faces and `extra`, `f` and `r` are what the face above carries of its upper
    /// and of its lower cell. Only sums of positive terms, so that nothing cancels.
    pub(super) fn eliminate(&mut self) {
        for colour in [RED, BLACK] {
            self.ground(colour);
            let layout = self.layout;
            let (ground, fall) = (&self.x[colour], &self.down[0][colour]);
            layout.for_rows(&mut self.inverse[colour], |row, line| {
                let start = layout.first(row) - LEAD;
                for ((value, ground), fall) in line.iter_mut().zip(&ground[start..]).zip(&fall[start..]) {
                    let pivot = ground + fall;
                    *value = if pivot >= f32::MIN_POSITIVE { 1.0 / pivot } else { 0.0 };
                }
            });
            let inverse = &self.inverse[colour];
            for (couple, down) in self.couple.iter_mut().zip(&self.down) {
                let down = &down[colour];
                layout.for_rows(&mut couple[colour], |row, line| {
                    let start = layout.first(row) - LEAD;
                    for ((value, down), inverse) in line.iter_mut().zip(&down[start..]).zip(&inverse[start..])
                    {
                        *value = down * inverse;
                    }
                });
            }
        }
    }

    /// Writes `g` of [`eliminate`](Self::eliminate) into the solution vector, which is free between cycles.
    fn ground(&mut self, colour: usize) {
        let layout = self.layout;
        let (half, stride) = (layout.half, layout.stride);
        let horizontal = &self.horizontal[colour.min(self.horizontal.len() - 1)];
        let (fall, rise) = (&self.down[0][colour], &self.down[self.down.len() - 1][colour]);
        let extra = &self.extra[colour];
        layout.for_rows(&mut self.x[colour], |row, line| {
            let faces = horizontal.row(layout, row, colour);
            for layer in 0..layout.shape.layers {
                let offset = layer * stride;
                let at = layout.half_row(layer, row);
                let [west, east, north, south] =
                    [faces.west, faces.east, faces.north, faces.south].map(|f| &f[offset..offset + half]);
                let extra = &extra[at..at + half];
                let (above, here) = line.split_at_mut(offset);
                let here = &mut here[LEAD..LEAD + half];
                for m in 0..half {
                    here[m] = extra[m] + ((west[m] + east[m]) + (north[m] + south[m]));
                }
                if layer > 0 {
                    let above = &above[offset - stride + LEAD..][..half];
                    let [fall, rise] = [fall, rise].map(|v| &v[at - stride..at - stride + half]);
                    for m in 0..half {
                        let pivot = above[m] + fall[m];
                        here[m] += if pivot > 0.0 { rise[m] * (above[m] / pivot) } else { 0.0 };
                    }
                }
            }
        });
    }

    /// Takes a right-hand side given in the natural order, times `factor`.
    pub(super) fn take(&mut self, values: &[f64], factor: f64) {
        let layout = self.layout;
        for (colour, rhs) in self.rhs.iter_mut().enumerate() {
            fill(layout, rhs, colour, values, [0, 0], factor);
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

/// Gives every cell of a colour the value that the cell `[rows, columns]` before it has in `source`, times `factor`;
/// cells that have none before them keep theirs.
fn fill(
    layout: Layout,
    target: &mut [f32],
    colour: usize,
    source: &[f64],
    [rows_back, columns_back]: [usize; 2],
    factor: f64,
) {
    let columns = layout.shape.columns;
    layout.for_rows(target, |row, line| {
        if row < rows_back {
            return;
        }
        let parity = parity(row, colour);
        // Column `parity` is the first of its colour; where nothing lies before it, begin with the next.
        let skip = usize::from(parity < columns_back);
        for (layer, line) in line.chunks_mut(layout.stride).enumerate() {
            let natural = layout.shape.index(layer, row - rows_back, 0);
            let from = natural + parity + 2 * skip - columns_back;
            let target = &mut line[LEAD + skip.min(layout.count(parity))..LEAD + layout.count(parity)];
            spread(target, &source[from.min(natural + columns)..natural + columns], factor);
        }
    });
}

/// `target[m] = source[2 m] · factor`, in single precision.
fn spread(target: &mut [f32], source: &[f64], factor: f64) {
    let (pairs, last) = source.as_chunks::<2>();
    for (target, [value, _]) in target.iter_mut().zip(pairs) {
        *target = (value * factor) as f32;
    }
    if let (true, [value]) = (target.len() > pairs.len(), last) {
        target[pairs.len()] = (value * factor) as f32;
    }
}
