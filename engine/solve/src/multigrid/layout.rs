//! Where a level keeps its cells: split by colour, half a row at a time.

use rayon::prelude::*;

use crate::layered::LayeredShape;

/// Ghost cells before the first cell of a half-row.
pub(super) const LEAD: usize = 1;
/// Ghost cells of a half-row in all; coarsening looks up to two places beyond the last cell.
const GHOSTS: usize = 4;
/// Below this many cells a sweep stays on the calling thread.
const PARALLEL: usize = 32_768;
/// Values that one task of a parallel sweep should have at least.
const TASK: usize = 8_192;

/// The colour of cells with an even `row + column`.
pub(super) const RED: usize = 0;
/// The colour of the others.
pub(super) const BLACK: usize = 1;

/// Values of the red and of the black cells.
pub(super) type Colours = [Vec<f32>; 2];

/// Order of one colour's cells.
///
/// In a row a colour has the columns `2 m + parity`. They lie side by side, at
/// `((row + 1) · layers + layer) · stride + LEAD + m`, so that a sweep over one colour has no gaps. All neighbours of
/// a cell have the other colour: those to the west and east lie at `m + parity − 1` and `m + parity`, those
/// to the north and south at `m`. Ghost cells all round hold zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) shape: LayeredShape,
    /// Cells of one colour in a row, at most.
    pub(super) half: usize,
    /// Distance between half-rows.
    pub(super) stride: usize,
}

impl Layout {
    pub(super) fn new(shape: LayeredShape) -> Self {
        let half = shape.columns.div_ceil(2);
        Self { shape, half, stride: half + GHOSTS }
    }

    /// Elements of one colour, ghosts included.
    pub(super) fn length(&self) -> usize {
        (self.shape.rows + 2) * self.row_length()
    }

    /// Elements of a row of one colour, all layers.
    pub(super) fn row_length(&self) -> usize {
        self.shape.layers * self.stride
    }

    /// Where the first cell of a row's first layer lies.
    pub(super) fn first(&self, row: usize) -> usize {
        (row + 1) * self.row_length() + LEAD
    }

    /// Where the first cell of a half-row lies.
    pub(super) fn half_row(&self, layer: usize, row: usize) -> usize {
        self.first(row) + layer * self.stride
    }

    /// Where a cell lies in the vector of its colour, `(row + column) mod 2`.
    pub(super) fn place(&self, layer: usize, row: usize, column: usize) -> usize {
        self.half_row(layer, row) + column / 2
    }

    /// Cells that a colour with this parity has in a row.
    pub(super) fn count(&self, parity: usize) -> usize {
        (self.shape.columns + 1 - parity) / 2
    }

    /// A row of a colour, all layers, ghosts included.
    pub(super) fn row<'a>(&self, colour: &'a [f32], row: usize) -> &'a [f32] {
        &colour[(row + 1) * self.row_length()..][..self.row_length()]
    }

    /// All rows but the ghosts.
    pub(super) fn interior(&self) -> std::ops::Range<usize> {
        self.row_length()..(self.shape.rows + 1) * self.row_length()
    }

    /// Whether sweeps of this level are worth several threads.
    pub(super) fn parallel(&self) -> bool {
        self.shape.cells() >= PARALLEL
    }

    /// Rows that one task should have at least.
    pub(super) fn rows_of_a_task(&self) -> usize {
        TASK.div_ceil(self.row_length())
    }

    /// Runs `work(row, values)` for every row of a colour; `values` starts with the row's leading ghost.
    pub(super) fn for_rows(&self, colour: &mut [f32], work: impl Fn(usize, &mut [f32]) + Sync) {
        if !colour.is_empty() && self.row_length() > 0 {
            for_lines(&mut colour[self.interior()], self.row_length(), self.parallel(), work);
        }
    }
}

/// Parity of the columns that a colour has in a row.
pub(super) fn parity(row: usize, colour: usize) -> usize {
    (row + colour) & 1
}

/// Runs `work(line, values)` over lines of `length` elements.
pub(super) fn for_lines<T: Send>(
    values: &mut [T],
    length: usize,
    parallel: bool,
    work: impl Fn(usize, &mut [T]) + Sync,
) {
    let each = |(line, values): (usize, &mut [T])| work(line, values);
    if parallel {
        let lines = values.par_chunks_mut(length).enumerate();
        lines.with_min_len(TASK.div_ceil(length)).for_each(each);
    } else {
        values.chunks_mut(length).enumerate().for_each(each);
    }
}

/// One coefficient for every face between cells of a layer, kept with the face's red cell.
#[derive(Clone, Debug)]
pub(super) struct Faces {
    pub(super) west: Vec<f32>,
    pub(super) east: Vec<f32>,
    pub(super) north: Vec<f32>,
    pub(super) south: Vec<f32>,
}

/// The faces of one row of one colour, by the cell's own directions; place 0 of each is the row's first cell
/// in the first layer.
#[derive(Clone, Copy)]
pub(super) struct RowFaces<'a> {
    pub(super) west: &'a [f32],
    pub(super) east: &'a [f32],
    pub(super) north: &'a [f32],
    pub(super) south: &'a [f32],
}

impl Faces {
    pub(super) fn new(layout: Layout) -> Self {
        let zero = || vec![0.0; layout.length()];
        Self { west: zero(), east: zero(), north: zero(), south: zero() }
    }

    pub(super) fn row(&self, layout: Layout, row: usize, colour: usize) -> RowFaces<'_> {
        let at = layout.first(row);
        if colour == RED {
            RowFaces {
                west: &self.west[at..],
                east: &self.east[at..],
                north: &self.north[at..],
                south: &self.south[at..],
            }
        } else {
            // A black cell's western face is the eastern one of its red neighbour there, and so on.
            let (parity, length) = (parity(row, BLACK), layout.row_length());
            RowFaces {
                west: &self.east[at + parity - 1..],
                east: &self.west[at + parity..],
                north: &self.south[at - length..],
                south: &self.north[at + length..],
            }
        }
    }
}
