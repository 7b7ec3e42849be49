//! Conjugate gradients' vectors as the finest level keeps them: in single precision, by colours, with its scaling.
//!
//! The residual is the level's right-hand side and the preconditioned one its solution. A pass that changes a row does with it all that
//! can be done with that row alone.

// Arrays that are gone through together come as nested pairs.
#![allow(clippy::type_complexity)]

use rayon::prelude::*;

use super::krylov::{dot, subtract_and_square, turn};
use super::layout::{BLACK, Colours, Layout, RED, for_lines, parity};
use super::level::Level;
use super::sweep::Columns;
use crate::layered::LayeredShape;
use crate::wide::wide;

/// The direction `p` and its image `q = A p`; laid out when first used.
#[derive(Clone, Debug, Default)]
pub(super) struct Recurrence {
    direction: Colours,
    image: Colours,
    /// The residual held is the true one over this.
    unit: f64,
    /// Partial sums of each row.
    sums: Vec<[f64; 3]>,
}

/// Runs `work` over the rows of two or three arrays with three sums a row, which are added in order.
macro_rules! rows_with_sums {
    ($layout:expr, $sums:expr, $work:expr, $first:expr $(, $other:expr)*) => {{
        let (layout, work): (Layout, _) = ($layout, $work);
        let (length, rows) = (layout.row_length(), layout.interior());
        if layout.parallel() {
            let lines = $first[rows.clone()].par_chunks_mut(length);
            let lines = lines$(.zip($other[rows.clone()].par_chunks_mut(length)))*.zip($sums.par_iter_mut());
            lines.with_min_len(layout.rows_of_a_task()).enumerate().for_each(work);
        } else {
            let lines = $first[rows.clone()].chunks_mut(length);
            lines$(.zip($other[rows.clone()].chunks_mut(length)))*.zip($sums.iter_mut()).enumerate().for_each(work);
        }
        $sums.iter().fold([0.0; 3], |total, sum| [0, 1, 2].map(|i| total[i] + sum[i]))
    }};
}

impl Recurrence {
    /// Takes a true residual, whose largest element is of the size of `unit`, and solves the red columns.
    pub(super) fn begin(&mut self, level: &mut Level, residual: &[f64], unit: f64) {
        if self.image[RED].is_empty() {
            let zero = || vec![0.0; level.layout.length()];
            (self.direction, self.image) = ([zero(), zero()], [zero(), zero()]);
            self.sums = vec![[0.0; 3]; level.layout.shape.rows];
        }
        self.unit = unit;
        level.take(residual, unit.recip());
        level.sweep_red_from_zero();
    }

    pub(super) fn image(&self) -> &Colours {
        &self.image
    }

    /// `p ← z + factor p` (without a factor `p ← z`), `q ← A p`; returns `p q` and `p r`.
    pub(super) fn turn(&mut self, level: &Level, factor: Option<f64>) -> [f64; 2] {
        let layout = level.layout;
        for (direction, z) in self.direction.iter_mut().zip(&level.x) {
            layout.for_rows(direction, |row, line| match factor {
                Some(factor) => turn(layout.row(z, row), factor as f32, line),
                None => line.copy_from_slice(layout.row(z, row)),
            });
        }
        let (direction, [red, black], sums) = (&self.direction, &mut self.image, &mut self.sums);
        let [curvature, along, _] = rows_with_sums!(
            layout,
            sums,
            |(row, ((red, black), sum)): (usize, ((&mut [f32], &mut [f32]), &mut [f64; 3]))| {
                let part = |colour: usize, image: &mut [f32]| {
                    level.image_of_row(direction, row, colour, image);
                    let p = layout.row(&direction[colour], row);
                    [dot(p, image), dot(p, layout.row(&level.rhs[colour], row))]
                };
                let (one, other) = (part(RED, red), part(BLACK, black));
                *sum = [one[0] + other[0], one[1] + other[1], 0.0];
            },
            red,
            black
        );
        [curvature, along]
    }

    /// `r ← r − step q`, and the red columns for the next cycle; returns `r r`.
    pub(super) fn reduce(&mut self, level: &mut Level, step: f64) -> f64 {
        let layout = level.layout;
        let columns = Columns::new(layout, &level.couple, &level.inverse, RED);
        let (image, sums, step) = (&self.image, &mut self.sums, step as f32);
        let ([red, black], [x, _]) = (&mut level.rhs, &mut level.x);
        let [squared, ..] = rows_with_sums!(
            layout,
            sums,
            |(row, (((red, black), x), sum)): (
                usize,
                (((&mut [f32], &mut [f32]), &mut [f32]), &mut [f64; 3])
            )| {
                sum[0] = subtract_and_square(step, layout.row(&image[RED], row), red)
                    + subtract_and_square(step, layout.row(&image[BLACK], row), black);
                x.copy_from_slice(red);
                columns.solve(row, x);
            },
            red,
            black,
            x
        );
        squared * self.unit * self.unit
    }

    /// `x ← x + step p`, `x` in double precision and the natural order; `scale` is the level's.
    pub(super) fn advance(&self, level: &Level, step: f64, scale: f64, x: &mut [f64]) {
        let layout = level.layout;
        let LayeredShape { rows, columns, .. } = layout.shape;
        let factor = step * self.unit * scale;
        for_lines(x, columns, layout.parallel(), |line, values| {
            let (layer, row) = (line / rows, line % rows);
            let at = layout.half_row(layer, row);
            let own = at..at + layout.half;
            let even = &self.direction[parity(row, RED)][own.clone()];
            let odd = &self.direction[parity(row, BLACK)][own];
            add_interleaved(values, even, odd, factor);
        });
    }
}

wide! {
    /// `x_2m += factor even_m`, `x_2m+1 += factor odd_m`.
    fn add_interleaved(x: &mut [f64], even: &[f32], odd: &[f32], factor: f64) {
        let n = x.len() / 2;
        let (pairs, last) = x.split_at_mut(2 * n);
        let last_even = even.get(n);
        let (even, odd) = (&even[..n], &odd[..n]);
        for m in 0..n {
            pairs[2 * m] += factor * f64::from(even[m]);
            pairs[2 * m + 1] += factor * f64::from(odd[m]);
        }
        if let (Some(last), Some(even)) = (last.first_mut(), last_even) {
            *last += factor * f64::from(*even);
        }
    }
}
