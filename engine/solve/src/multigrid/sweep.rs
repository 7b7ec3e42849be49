//! Red–black Gauss–Seidel over vertical lines.

use super::layout::{BLACK, Colours, LEAD, Layout, RED, RowFaces, parity};
use super::level::Level;

impl Level {
    /// Solves the red columns with all black cells at zero.
    pub(super) fn sweep_red_from_zero(&mut self) {
        let layout = self.layout;
        let rhs = &self.rhs[RED];
        let columns = Columns::new(layout, &self.couple, &self.inverse, RED);
        layout.for_rows(&mut self.x[RED], |row, x| {
            let start = layout.first(row) - LEAD;
            let own = start..start + layout.row_length();
            x.copy_from_slice(&rhs[own]);
            columns.solve(row, x);
        });
    }

    /// Solves the columns of a colour with the other colour as it is.
    pub(super) fn sweep(&mut self, colour: usize) {
        let layout = self.layout;
        let (x, other) = split(&mut self.x, colour);
        let rhs = &self.rhs[colour];
        let columns = Columns::new(layout, &self.couple, &self.inverse, colour);
        let faces = &self.horizontal[(1 - colour).min(self.horizontal.len() - 1)];
        layout.for_rows(x, |row, x| {
            let start = layout.first(row) - LEAD;
            let own = start..start + layout.row_length();
            x.copy_from_slice(&rhs[own]);
            add_neighbours(layout, faces.row(layout, row, colour), other, row, colour, x);
            columns.solve(row, x);
        });
    }

    /// Residual of the red cells after a red sweep from zero and a black sweep: what the black cells send
    /// them, the rest having been met by the red sweep.
    pub(super) fn residual_of_red(&mut self) {
        let layout = self.layout;
        let (faces, black) = (&self.horizontal[self.horizontal.len() - 1], &self.x[BLACK]);
        layout.for_rows(&mut self.red_residual, |row, residual| {
            residual.fill(0.0);
            add_neighbours(layout, faces.row(layout, row, RED), black, row, RED, residual);
        });
    }
}

/// The vector of a colour, to be written, and that of the other.
fn split(colours: &mut Colours, colour: usize) -> (&mut Vec<f32>, &Vec<f32>) {
    let [red, black] = colours;
    if colour == RED { (red, black) } else { (black, red) }
}

/// `line += Σ c x` over the four horizontal neighbours.
fn add_neighbours(
    layout: Layout,
    faces: RowFaces<'_>,
    other: &[f32],
    row: usize,
    colour: usize,
    line: &mut [f32],
) {
    let half = layout.half;
    let at = layout.first(row);
    let west_at = at + parity(row, colour) - 1;
    for (layer, line) in line.chunks_mut(layout.stride).enumerate() {
        let offset = layer * layout.stride;
        let line = &mut line[LEAD..LEAD + half];
        let (west, east) = (&faces.west[offset..offset + half], &faces.east[offset..offset + half]);
        let (north, south) = (&faces.north[offset..offset + half], &faces.south[offset..offset + half]);
        let beside = |from: usize| from + offset..from + offset + half;
        let (x_west, x_east) = (&other[beside(west_at)], &other[beside(west_at + 1)]);
        let x_north = &other[beside(at - layout.row_length())];
        let x_south = &other[beside(at + layout.row_length())];
        for m in 0..half {
            line[m] +=
                (west[m] * x_west[m] + east[m] * x_east[m]) + (north[m] * x_north[m] + south[m] * x_south[m]);
        }
    }
}

/// The factors of all columns of a colour.
#[derive(Clone, Copy)]
struct Columns<'a> {
    layout: Layout,
    /// Multipliers of the elimination downwards.
    forward: &'a [f32],
    /// Multipliers of the substitution upwards.
    back: &'a [f32],
    inverse: &'a [f32],
}

impl<'a> Columns<'a> {
    fn new(layout: Layout, couple: &'a [Colours], inverse: &'a Colours, colour: usize) -> Self {
        let [forward, back] = [0, couple.len() - 1].map(|side| &couple[side][colour][..]);
        Self { layout, forward, back, inverse: &inverse[colour] }
    }

    /// Solves the tridiagonal systems of a row's columns in place, all columns side by side.
    fn solve(self, row: usize, x: &mut [f32]) {
        let (stride, half) = (self.layout.stride, self.layout.half);
        let layers = self.layout.shape.layers;
        let line = |layer: usize| layer * stride + LEAD..layer * stride + LEAD + half;
        let factor = |factors: &'a [f32], layer: usize| &factors[self.layout.half_row(layer, row)..][..half];
        for layer in 1..layers {
            let (above, here) = x.split_at_mut(layer * stride);
            let (above, here) = (&above[line(layer - 1)], &mut here[LEAD..LEAD + half]);
            let forward = factor(self.forward, layer - 1);
            for m in 0..half {
                here[m] += forward[m] * above[m];
            }
        }
        for (x, inverse) in x[line(layers - 1)].iter_mut().zip(factor(self.inverse, layers - 1)) {
            *x *= inverse;
        }
        for layer in (0..layers - 1).rev() {
            let (here, below) = x.split_at_mut((layer + 1) * stride);
            let (here, below) = (&mut here[line(layer)], &below[LEAD..LEAD + half]);
            let (back, inverse) = (factor(self.back, layer), factor(self.inverse, layer));
            for m in 0..half {
                here[m] = inverse[m] * here[m] + back[m] * below[m];
            }
        }
    }
}
