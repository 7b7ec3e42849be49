//! The two halves of a cycle on a level, each in one pass over its rows: what a row needs of the rows round it has just been computed
//! and is still at hand.
//!
//! Rows are worked on in bands. A band computes the black rows beside it anew, for itself, so that no band waits for another; every row has
//! the same value whoever computes it.

// Arrays that are gone through together come as nested pairs.
#![allow(clippy::type_complexity)]

use rayon::prelude::*;

use super::layout::{BLACK, Colours, Layout, RED};
use super::level::Level;
use super::sweep::{Columns, Smoother, Window};
use super::transfer::{prolong_row, restrict_row};

/// Rows of a band where a level is worth several threads; even, so that no coarse row lies in two.
const BAND: usize = 32;
/// Rows that a band keeps for itself: four that pass by, and two beside it.
const KEPT: usize = 6;

impl Layout {
    /// Rows of a band.
    fn band(&self) -> usize {
        if self.parallel() { BAND } else { self.shape.rows.next_multiple_of(2).max(2) }
    }

    /// Elements that all bands keep for themselves.
    pub(super) fn kept(&self) -> usize {
        self.shape.rows.div_ceil(self.band()) * KEPT * self.row_length()
    }
}

/// Runs `work` over bands of some arrays, on several threads where that pays.
macro_rules! for_bands {
    ($parallel:expr, $work:expr, ($first:expr, $length:expr)$(, ($other:expr, $other_length:expr))*) => {{
        let work = $work;
        if $parallel {
            let bands = $first.par_chunks_mut($length)$(.zip($other.par_chunks_mut($other_length)))*;
            bands.enumerate().for_each(work);
        } else {
            let bands = $first.chunks_mut($length)$(.zip($other.chunks_mut($other_length)))*;
            bands.enumerate().for_each(work);
        }
    }};
}

/// The rows of a band, its own and the two beside it.
struct Band<'a> {
    length: usize,
    first: usize,
    own: &'a mut [f32],
    beside: &'a mut [f32],
}

impl Band<'_> {
    fn end(&self) -> usize {
        self.first + self.own.len() / self.length
    }

    /// Row `above − 1`, so that the row before the first one has a number too.
    fn row_mut(&mut self, above: usize) -> &mut [f32] {
        if above == self.first {
            &mut self.beside[..self.length]
        } else if above > self.end() {
            &mut self.beside[self.length..]
        } else {
            &mut self.own[(above - 1 - self.first) * self.length..][..self.length]
        }
    }

    fn row(&self, above: usize) -> &[f32] {
        if above == self.first {
            &self.beside[..self.length]
        } else if above > self.end() {
            &self.beside[self.length..]
        } else {
            &self.own[(above - 1 - self.first) * self.length..][..self.length]
        }
    }

    fn window(&self, row: usize) -> Window<'_> {
        Window { north: self.row(row), here: self.row(row + 1), south: self.row(row + 2) }
    }
}

impl Level {
    /// After the red columns were solved: solves the black ones, and sums the residual of the red ones over the cells of `coarse`; keeps it
    /// in `red_residual` where there is no coarse level.
    pub(super) fn descend(&mut self, coarse: Option<&mut Level>) {
        let layout = self.layout;
        let (length, band) = (layout.row_length(), layout.band());
        if length == 0 {
            return;
        }
        let columns = [RED, BLACK].map(|colour| Columns::new(layout, &self.couple, &self.inverse, colour));
        let smoother = Smoother { layout, horizontal: &self.horizontal, columns, rhs: &self.rhs };
        let [red, black] = &mut self.x;
        let red = &red[..];
        if let Some(coarse) = coarse {
            let to = coarse.layout;
            let [red_rhs, black_rhs] = &mut coarse.rhs;
            let chunk = band / 2 * to.row_length();
            for_bands!(
                layout.parallel(),
                |(at, (((black, kept), red_rhs), black_rhs)): (
                    usize,
                    (((&mut [f32], &mut [f32]), &mut [f32]), &mut [f32])
                )| {
                    let (passing, beside) = kept.split_at_mut(4 * length);
                    let (upper, lower) = passing[..2 * length].split_at_mut(length);
                    let band = Band { length, first: at * band, own: black, beside };
                    let (first, last) = (band.first, band.end() - 1);
                    down(&smoother, red, band, |row, fill| {
                        fill(if row % 2 == 0 { &mut *upper } else { &mut *lower });
                        if row % 2 == 0 && row == last {
                            lower.fill(0.0);
                        }
                        if row % 2 == 1 || row == last {
                            let own = (row / 2 - first / 2) * to.row_length()..;
                            let own = [&mut red_rhs[own.clone()], &mut black_rhs[own]];
                            let own = own.map(|rhs| &mut rhs[..to.row_length()]);
                            restrict_row((layout, upper, lower), (to, row / 2), own);
                        }
                    });
                },
                (black[layout.interior()], band * length),
                (self.kept, KEPT * length),
                (red_rhs[to.interior()], chunk),
                (black_rhs[to.interior()], chunk)
            );
        } else {
            for_bands!(
                layout.parallel(),
                |(at, ((black, kept), residual)): (usize, ((&mut [f32], &mut [f32]), &mut [f32]))| {
                    let beside = &mut kept[4 * length..];
                    let first = at * band;
                    let band = Band { length, first, own: black, beside };
                    down(&smoother, red, band, |row, fill| {
                        fill(&mut residual[(row - first) * length..][..length]);
                    });
                },
                (black[layout.interior()], band * length),
                (self.kept, KEPT * length),
                (self.red_residual[layout.interior()], band * length)
            );
        }
    }

    /// Takes the correction of `coarse` (or what was added to the red cells, where there is none), solves the black columns and
    /// then the red ones. Returns `Σ z r`, and `Σ z q` where `image` gives `q`.
    pub(super) fn ascend(&mut self, coarse: Option<&Level>, image: Option<&Colours>) -> [f64; 2] {
        let layout = self.layout;
        let (length, band) = (layout.row_length(), layout.band());
        if length == 0 {
            return [0.0; 2];
        }
        let columns = [RED, BLACK].map(|colour| Columns::new(layout, &self.couple, &self.inverse, colour));
        let smoother = Smoother { layout, horizontal: &self.horizontal, columns, rhs: &self.rhs };
        let coarse = coarse.map(|coarse| (coarse.layout, &coarse.x));
        let [red, black] = &mut self.x;
        let old = &red[..];
        let rhs = &self.rhs;
        for_bands!(
            layout.parallel(),
            |(at, (((black, kept), red), sums)): (
                usize,
                (((&mut [f32], &mut [f32]), &mut [f32]), &mut [[f64; 3]])
            )| {
                let (passing, beside) = kept.split_at_mut(4 * length);
                let first = at * band;
                let band = Band { length, first, own: black, beside };
                up(&smoother, (coarse, old), band, passing, |row, black| {
                    let red = &mut red[(row - first) * length..][..length];
                    smoother.solve_row(row, RED, black, red);
                    if let Some(image) = image {
                        let part = |colour: usize, z: &[f32]| {
                            let (r, q) = (layout.row(&rhs[colour], row), layout.row(&image[colour], row));
                            [super::krylov::dot(z, r), super::krylov::dot(z, q)]
                        };
                        let (one, other) = (part(RED, red), part(BLACK, black.here));
                        sums[row - first] = [one[0] + other[0], one[1] + other[1], 0.0];
                    }
                });
            },
            (black[layout.interior()], band * length),
            (self.kept, KEPT * length),
            (self.red_residual[layout.interior()], band * length),
            (self.sums, band)
        );
        // The residual is not needed any more, and the old values may have been read by others while these were written.
        std::mem::swap(&mut self.x[RED], &mut self.red_residual);
        if image.is_none() {
            return [0.0; 2];
        }
        self.sums.iter().fold([0.0; 2], |total, sum| [total[0] + sum[0], total[1] + sum[1]])
    }
}

/// Solves a band's black rows and those beside it; as soon as a red row's residual can be had, `take(row, fill)` says where to.
fn down(
    smoother: &Smoother<'_>,
    red: &[f32],
    mut band: Band<'_>,
    mut take: impl FnMut(usize, &mut dyn FnMut(&mut [f32])),
) {
    let (layout, first, end) = (smoother.layout, band.first, band.end());
    for above in first..=end + 1 {
        let line = band.row_mut(above);
        if above == 0 || above > layout.shape.rows {
            line.fill(0.0);
        } else {
            smoother.solve_row(above - 1, BLACK, Window::of(layout, red, above - 1), line);
        }
        if above >= first + 2 {
            let row = above - 2;
            take(row, &mut |residual| smoother.residual_of_red(row, band.window(row), residual));
        }
    }
}

/// Corrects the red rows and solves a band's black rows and those beside it; `finish(row, black)` is called as soon as the black rows
/// round a row are there.
fn up(
    smoother: &Smoother<'_>,
    (coarse, old): (Option<(Layout, &Colours)>, &[f32]),
    mut band: Band<'_>,
    passing: &mut [f32],
    mut finish: impl FnMut(usize, Window<'_>),
) {
    let (layout, length, first, end) = (smoother.layout, band.length, band.first, band.end());
    let rows = layout.shape.rows;
    // Red rows are numbered from two before the first, so that none is negative; four of them are at hand.
    let place = |from: usize| (from & 3) * length..(from & 3) * length + length;
    let correct = |from: usize, passing: &mut [f32]| {
        let line = &mut passing[place(from)];
        match coarse {
            Some((coarse, x)) if (2..rows + 2).contains(&from) => {
                prolong_row((coarse, x), (layout, old), from - 2, line);
            }
            _ => line.fill(0.0),
        }
    };
    if coarse.is_some() {
        correct(first, passing);
        correct(first + 1, passing);
    }
    for above in first..=end + 1 {
        if coarse.is_some() {
            correct(above + 2, passing);
        }
        let line = band.row_mut(above);
        if above == 0 || above > rows {
            line.fill(0.0);
        } else {
            let window = if coarse.is_some() {
                let passing = &*passing;
                let [north, here, south] = [above, above + 1, above + 2].map(|from| &passing[place(from)]);
                Window { north, here, south }
            } else {
                Window::of(layout, old, above - 1)
            };
            smoother.solve_row(above - 1, BLACK, window, line);
        }
        if above >= first + 2 {
            finish(above - 2, band.window(above - 2));
        }
    }
}
