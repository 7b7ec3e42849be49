//! The coarse operator from the fine one.

use super::layout::{BLACK, Layout, RED, parity};
use super::level::Level;

/// A coarse horizontal face spans twice the distance of the fine ones it sums.
const HALVED: f32 = 0.5;

/// Fills a coarse level's coefficients from the finer one's: sums, the horizontal faces halved.
///
/// Coarse cell `(i, j)` joins the fine red cells `(2i, 2j)` and `(2i + 1, 2j + 1)`, which both lie at place `j` of
/// their half-row, and the black ones beside them, at place `j` too.
pub(super) fn coarsen(fine: &Level, coarse: &mut Level) {
    let from = fine.layout;
    let to = coarse.layout;
    for row in 0..to.shape.rows {
        for layer in 0..to.shape.layers {
            let rows = FineRows::new(from, layer, row);
            let at = to.half_row(layer, row);
            for colour in [RED, BLACK] {
                let parity = parity(row, colour);
                for (coarse, fine) in [(&mut coarse.down, &fine.down), (&mut coarse.extra, &fine.extra)] {
                    let [red, black] = fine;
                    let (upper, lower) = (rows.upper, rows.lower);
                    let target = &mut coarse[colour][at..at + to.half];
                    for (m, value) in target.iter_mut().enumerate() {
                        let j = 2 * m + parity;
                        *value = (red[upper + j] + black[upper + j]) + (red[lower + j] + black[lower + j]);
                    }
                }
            }
            let parity = parity(row, RED);
            let (fine, faces) = (&fine.faces, &mut coarse.faces);
            for m in 0..to.half {
                let j = 2 * m + parity;
                let FineRows { before, upper, lower, after } = rows;
                faces.west[at + m] = HALVED * (fine.west[upper + j] + fine.east[lower + j - 1]);
                faces.east[at + m] = HALVED * (fine.west[upper + j + 1] + fine.east[lower + j]);
                faces.north[at + m] = HALVED * (fine.north[upper + j] + fine.south[before + j]);
                faces.south[at + m] = HALVED * (fine.north[after + j] + fine.south[lower + j]);
            }
        }
    }
    coarse.eliminate();
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
