//! Red–black Gauss–Seidel over vertical lines.

use super::layout::{BLACK, Colours, LEAD, Layout, RED, RowFaces, parity};
use super::level::Level;

impl Level {
    /// Solves the red columns with all black cells at zero.
    pub(super) fn sweep_red_from_zero(&mut self) {
        let layout = self.layout;
        let (rhs, couple, inverse) = (&self.rhs[RED], &self.couple[RED], &self.inverse[RED]);
        layout.for_rows(&mut self.x[RED], |row, x| {
            let start = layout.first(row) - LEAD;
            let own = start..start + layout.row_length();
            x.copy_from_slice(&rhs[own.clone()]);
            solve_columns(layout, x, &couple[own.clone()], &inverse[own]);
        });
    }

    /// Solves the columns of a colour with the other colour as it is.
    pub(super) fn sweep(&mut self, colour: usize) {
        let layout = self.layout;
        let (x, other) = split(&mut self.x, colour);
        let (rhs, couple, inverse) = (&self.rhs[colour], &self.couple[colour], &self.inverse[colour]);
        let faces = &self.faces;
        layout.for_rows(x, |row, x| {
            let start = layout.first(row) - LEAD;
            let own = start..start + layout.row_length();
            x.copy_from_slice(&rhs[own.clone()]);
            add_neighbours(layout, faces.row(layout, row, colour), other, row, colour, x);
            solve_columns(layout, x, &couple[own.clone()], &inverse[own]);
        });
    }

    /// Residual of the red cells after a red sweep from zero and a black sweep: what the black cells send
    /// them, the rest having been met by the red sweep.
    pub(super) fn residual_of_red(&mut self) {
        let layout = self.layout;
        let (faces, black) = (&self.faces, &self.x[BLACK]);
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

/// Solves the tridiagonal systems of a row's columns in place, all columns side by side.
fn solve_columns(layout: Layout, x: &mut [f32], couple: &[f32], inverse: &[f32]) {
    let (stride, half) = (layout.stride, layout.half);
    let layers = layout.shape.layers;
    let line = |layer: usize| layer * stride + LEAD..layer * stride + LEAD + half;
    for layer in 1..layers {
        let (above, here) = x.split_at_mut(layer * stride);
        let (above, here) = (&above[line(layer - 1)], &mut here[LEAD..LEAD + half]);
        let couple = &couple[line(layer - 1)];
        for m in 0..half {
            here[m] += couple[m] * above[m];
        }
    }
    let last = line(layers - 1);
    for (x, inverse) in x[last.clone()].iter_mut().zip(&inverse[last]) {
        *x *= inverse;
    }
    for layer in (0..layers - 1).rev() {
        let (here, below) = x.split_at_mut((layer + 1) * stride);
        let (here, below) = (&mut here[line(layer)], &below[LEAD..LEAD + half]);
        let (couple, inverse) = (&couple[line(layer)], &inverse[line(layer)]);
        for m in 0..half {
            here[m] = inverse[m] * here[m] + couple[m] * below[m];
        }
    }
}
