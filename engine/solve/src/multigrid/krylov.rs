//! What a K-cycle asks of a structured level.
//!
//! A cycle ends with a red sweep, so that the image of its solution is the right-hand side in all red cells; only the black cells'
//! image has to be computed.

use rayon::prelude::*;

use super::layout::{BLACK, Colours, LEAD, Layout, RED, parity};
use super::level::Level;
use super::sweep::Window;
use crate::krylov_cycle::KrylovLevel;
use crate::wide::wide;

/// The first direction, and an image of black cells.
#[derive(Clone, Debug, Default)]
pub(super) struct KrylovVectors {
    first: Colours,
    image: Vec<f32>,
}

impl KrylovVectors {
    pub(super) fn new(layout: Layout) -> Self {
        let zero = || vec![0.0; layout.length()];
        Self { first: [zero(), zero()], image: zero() }
    }
}

impl Level {
    /// Writes the image of `x` in the black cells and adds up `sums(image, row)` over the rows.
    fn image_of_black(
        &self,
        x: &Colours,
        image: &mut [f32],
        row_sums: &mut [[f64; 3]],
        sums: impl Fn(&[f32], usize) -> [f64; 3] + Sync,
    ) -> [f64; 3] {
        for_rows_with_sums(self.layout, image, row_sums, |row, image| {
            self.image_of_row(x, row, BLACK, image);
            sums(image, row)
        })
    }

    /// `extra x + Σ c (x − x_m)` in a row's cells of a colour.
    pub(super) fn image_of_row(&self, x: &Colours, row: usize, colour: usize, result: &mut [f32]) {
        let layout = self.layout;
        let (half, stride) = (layout.half, layout.stride);
        let faces = self.carried_by(colour).row(layout, row, colour);
        let other = Window::of(layout, &x[1 - colour], row);
        let own = layout.row(&x[colour], row);
        let (extra, down) = (layout.row(&self.extra[colour], row), layout.row(&self.down[0][colour], row));
        for (layer, line) in result.chunks_mut(stride).enumerate() {
            let offset = layer * stride;
            let here = offset + LEAD..offset + LEAD + half;
            let west = offset + LEAD + parity(row, colour) - 1;
            // A ghost row stands for the faces that lead nowhere.
            let nothing = (&self.extra[colour][LEAD..LEAD + half], &own[here.clone()]);
            let beyond = |faces: usize, cells: usize| {
                (&down[faces + LEAD..faces + LEAD + half], &own[cells + LEAD..cells + LEAD + half])
            };
            let above = if layer > 0 { beyond(offset - stride, offset - stride) } else { nothing };
            let below =
                if layer + 1 < layout.shape.layers { beyond(offset, offset + stride) } else { nothing };
            image(
                &mut line[LEAD..LEAD + half],
                (&own[here.clone()], &extra[here.clone()]),
                [faces.west, faces.east, faces.north, faces.south].map(|f| &f[offset..offset + half]),
                [
                    &other.here[west..west + half],
                    &other.here[west + 1..west + 1 + half],
                    &other.north[here.clone()],
                    &other.south[here],
                ],
                [above, below],
            );
        }
    }
}

wide! {
    /// `line = extra x + Σ c (x − x_m)` over the four horizontal neighbours and the two vertical ones, given with their faces.
    fn image(
        line: &mut [f32],
        own: (&[f32], &[f32]),
        faces: [&[f32]; 4],
        beyond: [&[f32]; 4],
        vertical: [(&[f32], &[f32]); 2],
    ) {
        let n = line.len();
        let (x, extra) = (&own.0[..n], &own.1[..n]);
        let [west, east, north, south] = [&faces[0][..n], &faces[1][..n], &faces[2][..n], &faces[3][..n]];
        let [x_west, x_east, x_north, x_south] =
            [&beyond[0][..n], &beyond[1][..n], &beyond[2][..n], &beyond[3][..n]];
        let [(up, x_up), (down, x_down)] = vertical;
        let (up, x_up, down, x_down) = (&up[..n], &x_up[..n], &down[..n], &x_down[..n]);
        for m in 0..n {
            let here = x[m];
            line[m] = (extra[m] * here
                + (west[m] * (here - x_west[m]) + east[m] * (here - x_east[m]))
                + (north[m] * (here - x_north[m]) + south[m] * (here - x_south[m])))
                + up[m] * (here - x_up[m])
                + down[m] * (here - x_down[m]);
        }
    }

    /// `Σ a b` of a row, in sixteen lanes.
    pub(super) fn dot(a: &[f32], b: &[f32]) -> f64 {
        const LANES: usize = 16;
        let mut lanes = [0.0_f32; LANES];
        let (a, a_tail) = a.as_chunks::<LANES>();
        let (b, b_tail) = b.as_chunks::<LANES>();
        for (a, b) in a.iter().zip(b) {
            for i in 0..LANES {
                lanes[i] += a[i] * b[i];
            }
        }
        for (i, (a, b)) in a_tail.iter().zip(b_tail).enumerate() {
            lanes[i] += a * b;
        }
        lanes.iter().map(|lane| f64::from(*lane)).sum()
    }

    /// `y ← y − factor x`; returns `Σ y²`, in sixteen lanes.
    pub(super) fn subtract_and_square(factor: f32, x: &[f32], y: &mut [f32]) -> f64 {
        const LANES: usize = 16;
        let mut lanes = [0.0_f32; LANES];
        let (x, x_tail) = x.as_chunks::<LANES>();
        let (y, y_tail) = y.as_chunks_mut::<LANES>();
        for (y, x) in y.iter_mut().zip(x) {
            for i in 0..LANES {
                y[i] -= factor * x[i];
                lanes[i] += y[i] * y[i];
            }
        }
        for (i, (y, x)) in y_tail.iter_mut().zip(x_tail).enumerate() {
            *y -= factor * x;
            lanes[i] += *y * *y;
        }
        lanes.iter().map(|lane| f64::from(*lane)).sum()
    }

    /// `y ← x + factor y`.
    pub(super) fn turn(x: &[f32], factor: f32, y: &mut [f32]) {
        let n = y.len();
        let x = &x[..n];
        for m in 0..n {
            y[m] = x[m] + factor * y[m];
        }
    }

    /// `y ← one x + two y`.
    fn combine(one: f32, x: &[f32], two: f32, y: &mut [f32]) {
        let n = y.len();
        let x = &x[..n];
        for m in 0..n {
            y[m] = one * x[m] + two * y[m];
        }
    }
}

impl KrylovLevel for Level {
    fn keep_first(&mut self) -> [f64; 3] {
        let layout = self.layout;
        if self.krylov.image.is_empty() {
            self.krylov = KrylovVectors::new(layout);
        }
        let (mut krylov, mut row_sums) = (std::mem::take(&mut self.krylov), std::mem::take(&mut self.sums));
        std::mem::swap(&mut self.x, &mut krylov.first);
        let first = &krylov.first;
        let sums = self.image_of_black(first, &mut krylov.image, &mut row_sums, |image, row| {
            let [c_red, b_red] = [&first[RED], &self.rhs[RED]].map(|v| layout.row(v, row));
            let [c, b] = [&first[BLACK], &self.rhs[BLACK]].map(|v| layout.row(v, row));
            let along_red = dot(c_red, b_red);
            [dot(c, image) + along_red, dot(c, b) + along_red, dot(b, b) + dot(b_red, b_red)]
        });
        (self.krylov, self.sums) = (krylov, row_sums);
        sums
    }

    fn reduce(&mut self, factor: f64) -> f64 {
        let layout = self.layout;
        let factor = factor as f32;
        let [red, black] = &mut self.rhs;
        let (image, sums) = (&self.krylov.image, &mut self.sums);
        let [of_red, ..] = for_rows_with_sums(layout, red, sums, |_, b| {
            b.iter_mut().for_each(|b| *b *= 1.0 - factor);
            [dot(b, b), 0.0, 0.0]
        });
        let [of_black, ..] = for_rows_with_sums(layout, black, sums, |row, b| {
            [subtract_and_square(factor, layout.row(image, row), b), 0.0, 0.0]
        });
        of_red + of_black
    }

    fn second_products(&mut self) -> [f64; 3] {
        let layout = self.layout;
        let (mut krylov, mut row_sums) = (std::mem::take(&mut self.krylov), std::mem::take(&mut self.sums));
        let (x, first) = (&self.x, &krylov.first);
        // `d·A c = c·A d`.
        let sums = self.image_of_black(x, &mut krylov.image, &mut row_sums, |image, row| {
            let [d_red, c_red, b_red] = [&x[RED], &first[RED], &self.rhs[RED]].map(|v| layout.row(v, row));
            let [d, c, b] = [&x[BLACK], &first[BLACK], &self.rhs[BLACK]].map(|v| layout.row(v, row));
            let along_red = dot(d_red, b_red);
            [dot(d, image) + along_red, dot(d, b) + along_red, dot(c, image) + dot(c_red, b_red)]
        });
        (self.krylov, self.sums) = (krylov, row_sums);
        sums
    }

    fn combine(&mut self, one: f64, two: f64) {
        let layout = self.layout;
        let (one, two) = (one as f32, two as f32);
        for (x, first) in self.x.iter_mut().zip(&self.krylov.first) {
            layout.for_rows(x, |row, x| {
                let c = layout.row(first, row);
                if two == 0.0 {
                    x.iter_mut().zip(c).for_each(|(x, c)| *x = one * c);
                } else {
                    combine(one, c, two, x);
                }
            });
        }
    }
}

/// [`Layout::for_rows`] with three sums a row, added in order.
fn for_rows_with_sums(
    layout: Layout,
    colour: &mut [f32],
    sums: &mut [[f64; 3]],
    work: impl Fn(usize, &mut [f32]) -> [f64; 3] + Sync,
) -> [f64; 3] {
    let length = layout.row_length();
    let values = &mut colour[layout.interior()];
    let each = |(row, (values, sum)): (usize, (&mut [f32], &mut [f64; 3]))| *sum = work(row, values);
    if layout.parallel() {
        let rows = values.par_chunks_mut(length).zip(sums.par_iter_mut());
        rows.with_min_len(layout.rows_of_a_task()).enumerate().for_each(each);
    } else {
        values.chunks_mut(length).zip(sums.iter_mut()).enumerate().for_each(each);
    }
    sums.iter().fold([0.0; 3], |total, sum| [0, 1, 2].map(|i| total[i] + sum[i]))
}
