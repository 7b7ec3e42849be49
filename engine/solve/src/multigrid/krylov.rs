//! What a K-cycle asks of a structured level.
//!
//! A cycle ends with a red sweep, so that the image of its solution is the right-hand side in all red cells; only the black cells'
//! image has to be computed.

use rayon::prelude::*;

use super::layout::{BLACK, Colours, LEAD, Layout, RED, RowFaces};
use super::level::Level;
use crate::krylov_cycle::KrylovLevel;

/// The first direction, an image of black cells, and each row's partial sums.
#[derive(Clone, Debug, Default)]
pub(super) struct KrylovVectors {
    first: Colours,
    image: Vec<f32>,
    sums: Vec<[f64; 3]>,
}

impl KrylovVectors {
    pub(super) fn new(layout: Layout) -> Self {
        let zero = || vec![0.0; layout.length()];
        Self { first: [zero(), zero()], image: zero(), sums: vec![[0.0; 3]; layout.shape.rows] }
    }
}

impl Level {
    /// Writes the image of `x` in the black cells and adds up `sums(image, places)` over the rows, where `image` starts at the row's first
    /// place.
    fn image_of_black(
        &self,
        x: &Colours,
        image: &mut [f32],
        row_sums: &mut [[f64; 3]],
        sums: impl Fn(&[f32], std::ops::Range<usize>) -> [f64; 3] + Sync,
    ) -> [f64; 3] {
        let layout = self.layout;
        for_rows_with_sums(layout, image, row_sums, |row, image| {
            let faces = self.carried_by(BLACK).row(layout, row, BLACK);
            self.image_of_row(x, row, faces, image);
            let start = layout.first(row) - LEAD;
            sums(image, start..start + layout.row_length())
        })
    }

    /// `extra x + Σ c (x − x_m)` in a row's black cells.
    fn image_of_row(&self, x: &Colours, row: usize, faces: RowFaces<'_>, image: &mut [f32]) {
        let layout = self.layout;
        let (half, stride) = (layout.half, layout.stride);
        let [other, own] = x;
        let at = layout.first(row);
        let west_at = at + super::layout::parity(row, BLACK) - 1;
        let (extra, down) = (&self.extra[BLACK], &self.down[0][BLACK]);
        for (layer, line) in image.chunks_mut(stride).enumerate() {
            let offset = layer * stride;
            let here = at + offset..at + offset + half;
            let line = &mut line[LEAD..LEAD + half];
            let [west, east, north, south] =
                [faces.west, faces.east, faces.north, faces.south].map(|f| &f[offset..offset + half]);
            let [x_west, x_east, x_north, x_south] =
                [west_at, west_at + 1, at - layout.row_length(), at + layout.row_length()]
                    .map(|from| &other[from + offset..from + offset + half]);
            let (x, extra) = (&own[here.clone()], &extra[here.clone()]);
            for m in 0..half {
                let here = x[m];
                line[m] = extra[m] * here
                    + (west[m] * (here - x_west[m]) + east[m] * (here - x_east[m]))
                    + (north[m] * (here - x_north[m]) + south[m] * (here - x_south[m]));
            }
            let mut vertical = |faces: &[f32], beyond: &[f32]| {
                let (faces, beyond) = (&faces[..half], &beyond[..half]);
                for m in 0..half {
                    line[m] += faces[m] * (x[m] - beyond[m]);
                }
            };
            if layer > 0 {
                vertical(&down[here.start - stride..], &own[here.start - stride..]);
            }
            if layer + 1 < layout.shape.layers {
                vertical(&down[here.start..], &own[here.start + stride..]);
            }
        }
    }
}

impl KrylovLevel for Level {
    fn keep_first(&mut self) -> [f64; 3] {
        let layout = self.layout;
        if self.krylov.sums.is_empty() {
            self.krylov = KrylovVectors::new(layout);
        }
        let mut krylov = std::mem::take(&mut self.krylov);
        std::mem::swap(&mut self.x, &mut krylov.first);
        let first = &krylov.first;
        let (red, black) = (&self.rhs[RED], &self.rhs[BLACK]);
        let sums = self.image_of_black(first, &mut krylov.image, &mut krylov.sums, |image, own| {
            let (c, b) = (&first[BLACK][own.clone()], &black[own.clone()]);
            let (c_red, b_red) = (&first[RED][own.clone()], &red[own]);
            let along_red = dot(c_red, b_red);
            [dot(c, image) + along_red, dot(c, b) + along_red, dot(b, b) + dot(b_red, b_red)]
        });
        self.krylov = krylov;
        sums
    }

    fn reduce(&mut self, factor: f64) -> f64 {
        let layout = self.layout;
        let factor = factor as f32;
        let [red, black] = &mut self.rhs;
        let KrylovVectors { image, sums, .. } = &mut self.krylov;
        let [of_red, ..] = for_rows_with_sums(layout, red, sums, |_, b| {
            b.iter_mut().for_each(|b| *b *= 1.0 - factor);
            [dot(b, b), 0.0, 0.0]
        });
        let [of_black, ..] = for_rows_with_sums(layout, black, sums, |row, b| {
            let start = layout.first(row) - LEAD;
            for (b, v) in b.iter_mut().zip(&image[start..]) {
                *b -= factor * v;
            }
            [dot(b, b), 0.0, 0.0]
        });
        of_red + of_black
    }

    fn second_products(&mut self) -> [f64; 3] {
        let mut krylov = std::mem::take(&mut self.krylov);
        let (x, first) = (&self.x, &krylov.first);
        let (red, black) = (&self.rhs[RED], &self.rhs[BLACK]);
        // `d·A c = c·A d`.
        let sums = self.image_of_black(x, &mut krylov.image, &mut krylov.sums, |image, own| {
            let (d, c, b) = (&x[BLACK][own.clone()], &first[BLACK][own.clone()], &black[own.clone()]);
            let (d_red, c_red, b_red) = (&x[RED][own.clone()], &first[RED][own.clone()], &red[own]);
            let along_red = dot(d_red, b_red);
            [dot(d, image) + along_red, dot(d, b) + along_red, dot(c, image) + dot(c_red, b_red)]
        });
        self.krylov = krylov;
        sums
    }

    fn combine(&mut self, one: f64, two: f64) {
        let layout = self.layout;
        let (one, two) = (one as f32, two as f32);
        for (x, first) in self.x.iter_mut().zip(&self.krylov.first) {
            layout.for_rows(x, |row, x| {
                let start = layout.first(row) - LEAD;
                for (x, c) in x.iter_mut().zip(&first[start..]) {
                    *x = one * c + if two == 0.0 { 0.0 } else { two * *x };
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

/// `Σ a b` of a row, in sixteen lanes.
fn dot(a: &[f32], b: &[f32]) -> f64 {
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
