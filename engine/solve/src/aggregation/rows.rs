//! The rows of a graph while it is built, and the joining of rows to aggregates.

use rayon::prelude::*;

use super::graph::BLOCK;
use super::pairing::{BlockScratch, LocalGraph, NONE, Scratch};

/// Coefficients by rows, block by block: each row has all its neighbours, so that each pair is there twice.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    /// As many as are in use, then those that were in use before.
    blocks: Vec<BlockRows>,
    size: usize,
}

/// The rows of a block.
#[derive(Clone, Debug, Default)]
pub(super) struct BlockRows {
    /// Where each row starts; the last one's end closes it.
    start: Vec<u32>,
    entries: Vec<(u32, f32)>,
    extra: Vec<f32>,
}

impl BlockRows {
    fn clear(&mut self) {
        self.start.clear();
        self.start.push(0);
        self.entries.clear();
        self.extra.clear();
    }

    fn push(&mut self, entries: &[(u32, f32)], extra: f32) {
        self.entries.extend_from_slice(entries);
        self.start.push(self.entries.len() as u32);
        self.extra.push(extra);
    }

    pub(super) fn size(&self) -> usize {
        self.extra.len()
    }

    /// Neighbours and coefficients of a row, and its `extra`.
    pub(super) fn row(&self, at: usize) -> (&[(u32, f32)], f32) {
        (&self.entries[self.start[at] as usize..self.start[at + 1] as usize], self.extra[at])
    }
}

impl Rows {
    pub(super) fn size(&self) -> usize {
        self.size
    }

    pub(super) fn blocks(&self) -> &[BlockRows] {
        &self.blocks[..self.size.div_ceil(BLOCK)]
    }

    /// Neighbours and coefficients of a row, and its `extra`.
    pub(super) fn row(&self, row: usize) -> (&[(u32, f32)], f32) {
        self.blocks[row / BLOCK].row(row % BLOCK)
    }

    /// Neighbours of a row.
    pub(super) fn neighbours(&self, row: usize) -> impl Iterator<Item = usize> {
        self.row(row).0.iter().map(|(m, _)| *m as usize)
    }

    /// Writes `size` rows; `fill(row, entries)` gives a row's entries in any order, the same neighbour as often as it
    /// likes, itself included (which is left out), and returns its `extra`. An entry for [`NONE`] adds to the `extra`: a neighbour
    /// that is left as it is holds the row.
    pub(super) fn build(
        &mut self,
        size: usize,
        workshop: &Workshop,
        fill: impl Fn(usize, &mut Vec<(u32, f32)>) -> f32 + Sync,
    ) {
        self.size = size;
        let blocks = size.div_ceil(BLOCK);
        if self.blocks.len() < blocks {
            self.blocks.resize_with(blocks, BlockRows::default);
        }
        self.blocks[..blocks].par_iter_mut().enumerate().for_each(|(block, out)| {
            out.clear();
            workshop.merging.with(|Merging { entries, marks }| {
                for row in block * BLOCK..size.min((block + 1) * BLOCK) {
                    entries.clear();
                    let extra = fill(row, entries);
                    let held = merge(row, entries, marks);
                    out.push(entries, extra + held);
                }
            });
        });
    }
}

/// Scratch of the construction.
#[derive(Clone, Debug, Default)]
pub(super) struct Workshop {
    joining: Scratch<BlockScratch>,
    merging: Scratch<Merging>,
    counts: Vec<u32>,
}

/// Entries of a row, and where each neighbour has its place among them.
#[derive(Clone, Debug, Default)]
struct Merging {
    entries: Vec<(u32, f32)>,
    marks: Vec<u32>,
}

impl Workshop {
    /// Joins the rows of blocks, whose slices of `of` are given; `fill` writes the local graph of a block, and groups its rows if it
    /// likes (then it returns the number of groups).
    /// Aggregates are numbered block by block; returns how many there are.
    pub(super) fn join(
        &mut self,
        passes: usize,
        blocks: Vec<&mut [u32]>,
        fill: impl Fn(usize, &mut LocalGraph, &mut Vec<u32>) -> Option<u32> + Sync,
    ) -> usize {
        self.counts.clear();
        self.counts.resize(blocks.len(), 0);
        let mut blocks = blocks;
        let joining = &self.joining;
        blocks.par_iter_mut().zip(self.counts.par_iter_mut()).enumerate().for_each(|(block, (of, count))| {
            joining.with(|scratch| {
                scratch.local.clear();
                let grouped = fill(block, &mut scratch.local, &mut scratch.groups);
                *count = scratch.join(grouped, passes, of);
            });
        });
        let mut total = 0;
        for count in &mut self.counts {
            (*count, total) = (total, total + *count);
        }
        blocks.par_iter_mut().zip(self.counts.par_iter()).for_each(|(of, offset)| {
            of.iter_mut().filter(|of| **of != NONE).for_each(|of| *of += offset);
        });
        total as usize
    }
}

/// Adds up entries of the same neighbour, in order, and drops those of the row itself; returns the sum of those of no row.
///
/// `marks` maps a neighbour, less the window's start, to its place; a mark counts only if the place says so too.
fn merge(row: usize, entries: &mut Vec<(u32, f32)>, marks: &mut Vec<u32>) -> f32 {
    let there = || entries.iter().map(|entry| entry.0).filter(|neighbour| *neighbour != NONE);
    let low = there().min().unwrap_or(0);
    let window = (there().max().unwrap_or(0) - low) as usize + 1;
    if marks.len() < window {
        marks.resize(window, 0);
    }
    let (mut kept, mut held) = (0, 0.0);
    for at in 0..entries.len() {
        let (neighbour, value) = entries[at];
        if neighbour == NONE {
            held += value;
            continue;
        }
        if neighbour as usize == row {
            continue;
        }
        let mark = &mut marks[(neighbour - low) as usize];
        let place = *mark as usize;
        if place < kept && entries[place].0 == neighbour {
            entries[place].1 += value;
        } else {
            *mark = kept as u32;
            entries[kept] = (neighbour, value);
            kept += 1;
        }
    }
    entries.truncate(kept);
    held
}
