//! The coarse operator from the fine one.

use super::layout::{BLACK, Colours, Faces, LEAD, Layout, RED, parity};
use super::level::Level;

/// Fills a coarse level's coefficients from the finer one's: sums, with this share of the diffusive part of the horizontal ones.
/// A half is what the distance asks for; all of it is what piecewise-constant transfer asks for (Galerkin).
///
/// Coarse cell `(i, j)` joins the fine red cells `(2i, 2j)` and `(2i + 1, 2j + 1)`, which both lie at place `j` of
/// their half-row, and the black ones beside them, at place `j` too.
pub(super) fn coarsen(fine: &Level, coarse: &mut Level, share: f32) {
    let (from, to) = (fine.layout, coarse.layout);
    for colour in [RED, BLACK] {
        for (coarse, fine) in coarse.down.iter_mut().zip(&fine.down) {
            sum_cells(from, to, fine, &mut coarse[colour], colour);
        }
        sum_cells(from, to, &fine.extra, &mut coarse.extra[colour], colour);
    }
    for carrier in 0..coarse.horizontal.len() {
        let less = 1.0 - share;
        let ours = Halved { faces: fine.carried_by(carrier), partner: fine.carried_by(1 - carrier), less };
        let theirs = Halved { faces: ours.partner, partner: ours.faces, less };
        let target = &mut coarse.horizontal[carrier];
        // Of the two fine faces that a coarse one joins, one has its red cell on the coarse red cell's side.
        sum_faces(from, to, &mut target.west, |rows, j| {
            ours.west(rows.upper + j) + theirs.east(rows.lower + j - 1)
        });
        sum_faces(from, to, &mut target.east, |rows, j| {
            theirs.west(rows.upper + j + 1) + ours.east(rows.lower + j)
        });
        sum_faces(from, to, &mut target.north, |rows, j| {
            ours.north(rows.upper + j) + theirs.south(rows.before + j)
        });
        sum_faces(from, to, &mut target.south, |rows, j| {
            theirs.north(rows.after + j) + ours.south(rows.lower + j)
        });
    }
    coarse.eliminate();
}

/// Coefficients less a part, by default half, of their diffusive part: a coarse face spans twice the distance of a fine one, so that the same
/// difference means half the gradient, while what is carried along with the value stays.
/// The diffusive part is what both sides of a face have in common.
#[derive(Clone, Copy)]
struct Halved<'a> {
    faces: &'a Faces,
    partner: &'a Faces,
    less: f32,
}

impl Halved<'_> {
    fn west(self, at: usize) -> f32 {
        take(self.faces.west[at], self.partner.west[at], self.less)
    }

    fn east(self, at: usize) -> f32 {
        take(self.faces.east[at], self.partner.east[at], self.less)
    }

    fn north(self, at: usize) -> f32 {
        take(self.faces.north[at], self.partner.north[at], self.less)
    }

    fn south(self, at: usize) -> f32 {
        take(self.faces.south[at], self.partner.south[at], self.less)
    }
}

fn take(value: f32, partner: f32, less: f32) -> f32 {
    value - less * if partner < value { partner } else { value }
}

fn sum_cells(from: Layout, to: Layout, [red, black]: &Colours, target: &mut [f32], colour: usize) {
    sum(from, to, target, colour, |rows, j| {
        (red[rows.upper + j] + black[rows.upper + j]) + (red[rows.lower + j] + black[rows.lower + j])
    });
}

fn sum_faces(from: Layout, to: Layout, target: &mut [f32], part: impl Fn(FineRows, usize) -> f32 + Sync) {
    sum(from, to, target, RED, part);
}

/// Gives every coarse cell of a colour the value `part(rows, column)`.
fn sum(
    from: Layout,
    to: Layout,
    target: &mut [f32],
    colour: usize,
    part: impl Fn(FineRows, usize) -> f32 + Sync,
) {
    to.for_rows(target, |row, line| {
        let parity = parity(row, colour);
        for (layer, line) in line.chunks_mut(to.stride).enumerate() {
            let rows = FineRows::new(from, layer, row);
            for (m, value) in line[LEAD..LEAD + to.half].iter_mut().enumerate() {
                *value = part(rows, 2 * m + parity);
            }
        }
    });
}

/// Where the half-rows start that a coarse half-row looks at.
#[derive(Clone, Copy)]
struct FineRows {
    before: usize,
    upper: usize,
    lower: usize,
    after: usize,
}

impl FineRows {
    fn new(fine: Layout, layer: usize, row: usize) -> Self {
        let upper = fine.half_row(layer, 2 * row);
        let length = fine.row_length();
        // The ghost row after the last stands for all that lie beyond.
        let after = fine.half_row(layer, (2 * row + 2).min(fine.shape.rows));
        Self { before: upper - length, upper, lower: upper + length, after }
    }
}
