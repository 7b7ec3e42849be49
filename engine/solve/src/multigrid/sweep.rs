//! Red–black Gauss–Seidel over vertical lines, a row at a time.

use super::layout::{BLACK, Colours, Faces, LEAD, Layout, RED, RowFaces, parity};
use super::level::Level;
use crate::wide::wide;

impl Level {
    /// Solves the red columns with all black cells at zero.
    pub(super) fn sweep_red_from_zero(&mut self) {
        let layout = self.layout;
        let rhs = &self.rhs[RED];
        let columns = Columns::new(layout, &self.couple, &self.inverse, RED);
        layout.for_rows(&mut self.x[RED], |row, x| {
            x.copy_from_slice(layout.row(rhs, row));
            columns.solve(row, x);
        });
    }
}

/// A row of a colour and the ones to its north and south, all layers.
#[derive(Clone, Copy)]
pub(super) struct Window<'a> {
    pub(super) north: &'a [f32],
    pub(super) here: &'a [f32],
    pub(super) south: &'a [f32],
}

impl<'a> Window<'a> {
    /// The window round a row of a whole colour.
    pub(super) fn of(layout: Layout, colour: &'a [f32], row: usize) -> Self {
        let length = layout.row_length();
        let [north, here, south] = [0, 1, 2].map(|at| &colour[(row + at) * length..(row + at + 1) * length]);
        Self { north, here, south }
    }
}

/// What a sweep over a level reads.
#[derive(Clone, Copy)]
pub(super) struct Smoother<'a> {
    pub(super) layout: Layout,
    pub(super) horizontal: &'a [Faces],
    pub(super) columns: [Columns<'a>; 2],
    pub(super) rhs: &'a Colours,
}

impl Smoother<'_> {
    /// Solves a row's columns of a colour, with the other colour as it is.
    pub(super) fn solve_row(&self, row: usize, colour: usize, other: Window<'_>, x: &mut [f32]) {
        let layout = self.layout;
        let (half, stride) = (layout.half, layout.stride);
        let faces = &self.horizontal[(1 - colour).min(self.horizontal.len() - 1)];
        let faces = faces.row(layout, row, colour);
        let rhs = layout.row(&self.rhs[colour], row);
        let columns = self.columns[colour];
        for layer in 0..layout.shape.layers {
            let offset = layer * stride;
            let (above, line) = x.split_at_mut(offset);
            let here = offset + LEAD..offset + LEAD + half;
            let west = offset + LEAD + parity(row, colour) - 1;
            let faces = [faces.west, faces.east, faces.north, faces.south].map(|f| &f[offset..offset + half]);
            let neighbours = [
                &other.here[west..west + half],
                &other.here[west + 1..west + 1 + half],
                &other.north[here.clone()],
                &other.south[here.clone()],
            ];
            let line = &mut line[LEAD..LEAD + half];
            if layer == 0 {
                gather(line, &rhs[here], faces, neighbours);
            } else {
                let above = &above[offset - stride + LEAD..][..half];
                gather_below(line, &rhs[here], faces, neighbours, (columns.down_to(layer, row), above));
            }
        }
        columns.substitute_back(row, x);
    }

    /// Residual of a row's red cells after a red sweep from zero and a black sweep: what the black cells send
    /// them, the rest having been met by the red sweep.
    pub(super) fn residual_of_red(&self, row: usize, black: Window<'_>, residual: &mut [f32]) {
        let layout = self.layout;
        let faces = &self.horizontal[BLACK.min(self.horizontal.len() - 1)];
        sum_neighbours(layout, faces.row(layout, row, RED), black, parity(row, RED), residual);
    }
}

/// `line = Σ c x` over the four horizontal neighbours.
fn sum_neighbours(layout: Layout, faces: RowFaces<'_>, other: Window<'_>, parity: usize, line: &mut [f32]) {
    let half = layout.half;
    for (layer, line) in line.chunks_mut(layout.stride).enumerate() {
        let offset = layer * layout.stride;
        let here = offset + LEAD..offset + LEAD + half;
        let west = offset + LEAD + parity - 1;
        flows(
            &mut line[LEAD..LEAD + half],
            [faces.west, faces.east, faces.north, faces.south].map(|f| &f[offset..offset + half]),
            [
                &other.here[west..west + half],
                &other.here[west + 1..west + 1 + half],
                &other.north[here.clone()],
                &other.south[here],
            ],
        );
    }
}

wide! {
    /// `line = rhs + Σ c x` over four neighbours.
    fn gather(line: &mut [f32], rhs: &[f32], faces: [&[f32]; 4], x: [&[f32]; 4]) {
        let n = line.len();
        let rhs = &rhs[..n];
        let [west, east, north, south] = [&faces[0][..n], &faces[1][..n], &faces[2][..n], &faces[3][..n]];
        let [x_west, x_east, x_north, x_south] = [&x[0][..n], &x[1][..n], &x[2][..n], &x[3][..n]];
        for m in 0..n {
            line[m] = rhs[m]
                + ((west[m] * x_west[m] + east[m] * x_east[m]) + (north[m] * x_north[m] + south[m] * x_south[m]));
        }
    }

    /// `line = rhs + Σ c x + factor above` over four neighbours and the cell above, eliminated.
    fn gather_below(line: &mut [f32], rhs: &[f32], faces: [&[f32]; 4], x: [&[f32]; 4], over: (&[f32], &[f32])) {
        let n = line.len();
        let (rhs, factor, above) = (&rhs[..n], &over.0[..n], &over.1[..n]);
        let [west, east, north, south] = [&faces[0][..n], &faces[1][..n], &faces[2][..n], &faces[3][..n]];
        let [x_west, x_east, x_north, x_south] = [&x[0][..n], &x[1][..n], &x[2][..n], &x[3][..n]];
        for m in 0..n {
            line[m] = (rhs[m]
                + ((west[m] * x_west[m] + east[m] * x_east[m]) + (north[m] * x_north[m] + south[m] * x_south[m])))
                + factor[m] * above[m];
        }
    }

    /// `line = Σ c x` over four neighbours.
    fn flows(line: &mut [f32], faces: [&[f32]; 4], x: [&[f32]; 4]) {
        let n = line.len();
        let [west, east, north, south] = [&faces[0][..n], &faces[1][..n], &faces[2][..n], &faces[3][..n]];
        let [x_west, x_east, x_north, x_south] = [&x[0][..n], &x[1][..n], &x[2][..n], &x[3][..n]];
        for m in 0..n {
            line[m] =
                (west[m] * x_west[m] + east[m] * x_east[m]) + (north[m] * x_north[m] + south[m] * x_south[m]);
        }
    }

    /// `here += factor · above`.
    fn add_product(here: &mut [f32], factor: &[f32], above: &[f32]) {
        let n = here.len();
        let (factor, above) = (&factor[..n], &above[..n]);
        for m in 0..n {
            here[m] += factor[m] * above[m];
        }
    }

    /// `here ← inverse · here`.
    fn multiply(here: &mut [f32], inverse: &[f32]) {
        let n = here.len();
        let inverse = &inverse[..n];
        for m in 0..n {
            here[m] *= inverse[m];
        }
    }

    /// `here ← inverse · here + back · below`.
    fn substitute(here: &mut [f32], inverse: &[f32], back: &[f32], below: &[f32]) {
        let n = here.len();
        let (inverse, back, below) = (&inverse[..n], &back[..n], &below[..n]);
        for m in 0..n {
            here[m] = inverse[m] * here[m] + back[m] * below[m];
        }
    }
}

/// The factors of all columns of a colour.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a> {
    layout: Layout,
    /// Multipliers of the elimination downwards.
    forward: &'a [f32],
    /// Multipliers of the substitution upwards.
    back: &'a [f32],
    inverse: &'a [f32],
}

impl<'a> Columns<'a> {
    pub(super) fn new(layout: Layout, couple: &'a [Colours], inverse: &'a Colours, colour: usize) -> Self {
        let [forward, back] = [0, couple.len() - 1].map(|side| &couple[side][colour][..]);
        Self { layout, forward, back, inverse: &inverse[colour] }
    }

    /// Solves the tridiagonal systems of a row's columns in place, all columns side by side.
    pub(super) fn solve(self, row: usize, x: &mut [f32]) {
        let (stride, half) = (self.layout.stride, self.layout.half);
        let layers = self.layout.shape.layers;
        let line = |layer: usize| layer * stride + LEAD..layer * stride + LEAD + half;
        let factor = |factors: &'a [f32], layer: usize| &factors[self.layout.half_row(layer, row)..][..half];
        for layer in 1..layers {
            let (above, here) = x.split_at_mut(layer * stride);
            add_product(
                &mut here[LEAD..LEAD + half],
                factor(self.forward, layer - 1),
                &above[line(layer - 1)],
            );
        }
        self.substitute_back(row, x);
    }

    /// Multipliers of the elimination down to a layer.
    fn down_to(self, layer: usize, row: usize) -> &'a [f32] {
        &self.forward[self.layout.half_row(layer - 1, row)..][..self.layout.half]
    }

    /// The substitution upwards, after the elimination downwards.
    fn substitute_back(self, row: usize, x: &mut [f32]) {
        let (stride, half) = (self.layout.stride, self.layout.half);
        let layers = self.layout.shape.layers;
        let line = |layer: usize| layer * stride + LEAD..layer * stride + LEAD + half;
        let factor = |factors: &'a [f32], layer: usize| &factors[self.layout.half_row(layer, row)..][..half];
        multiply(&mut x[line(layers - 1)], factor(self.inverse, layers - 1));
        for layer in (0..layers - 1).rev() {
            let (here, below) = x.split_at_mut((layer + 1) * stride);
            let (back, inverse) = (factor(self.back, layer), factor(self.inverse, layer));
            substitute(&mut here[line(layer)], inverse, back, &below[LEAD..LEAD + half]);
        }
    }
}
