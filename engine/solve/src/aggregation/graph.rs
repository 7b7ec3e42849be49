//! A symmetric matrix in flux form on an unstructured graph, in single precision, and what a cycle does with it.

use rayon::prelude::*;

use super::lanes;
use super::pairing::{BlockScratch, LocalGraph, NONE, Scratch, list_members};

/// Rows of a block. Sweeps run block by block, each in order, with what other blocks had before; so the result does not
/// depend on who runs a block.
pub(super) const BLOCK: usize = 4096;

/// `(A x)_i = Σ_j c_ij (x_i − x_j) + extra_i x_i`, the `c_ij ≥ 0` by rows.
///
/// A row's neighbours come in three parts: those before it in its block, those after it in its block, and those in other blocks.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    /// Where a row's first part starts, its second and its third; the next row's first closes it.
    pub(super) start: Vec<[u32; 3]>,
    pub(super) neighbour: Vec<u32>,
    pub(super) value: Vec<f32>,
    pub(super) extra: Vec<f32>,
    /// One over the diagonal; zero in empty rows.
    pub(super) inverse: Vec<f32>,
}

/// Rows of a graph under construction, a block's worth, in the same form.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    start: Vec<[u32; 3]>,
    neighbour: Vec<u32>,
    value: Vec<f32>,
    extra: Vec<f32>,
    inverse: Vec<f32>,
}

impl Rows {
    pub(super) fn clear(&mut self) {
        self.start.clear();
        self.neighbour.clear();
        self.value.clear();
        self.extra.clear();
        self.inverse.clear();
    }

    /// Appends row `row` with these entries, in any order but its own.
    pub(super) fn push(&mut self, row: usize, entries: &[(u32, f32)], extra: f32) {
        let block = row / BLOCK;
        let part = |&(neighbour, _): &(u32, f32)| {
            let neighbour = neighbour as usize;
            if neighbour / BLOCK != block { 2 } else { usize::from(neighbour > row) }
        };
        let mut start = [0; 3];
        let mut sum = 0.0;
        for (wanted, start) in start.iter_mut().enumerate() {
            *start = self.neighbour.len() as u32;
            for entry in entries.iter().filter(|entry| part(entry) == wanted) {
                self.neighbour.push(entry.0);
                self.value.push(entry.1);
                sum += entry.1;
            }
        }
        let diagonal = sum + extra;
        self.start.push(start);
        self.extra.push(extra);
        self.inverse.push(if diagonal >= f32::MIN_POSITIVE { diagonal.recip() } else { 0.0 });
    }
}

impl Graph {
    pub(super) fn size(&self) -> usize {
        self.extra.len()
    }

    /// Puts the rows of all blocks one after another.
    pub(super) fn assemble(&mut self, blocks: &[Rows]) {
        self.start.clear();
        self.neighbour.clear();
        self.value.clear();
        self.extra.clear();
        self.inverse.clear();
        for rows in blocks {
            let offset = self.neighbour.len() as u32;
            self.start.extend(rows.start.iter().map(|start| start.map(|at| at + offset)));
            self.neighbour.extend_from_slice(&rows.neighbour);
            self.value.extend_from_slice(&rows.value);
            self.extra.extend_from_slice(&rows.extra);
            self.inverse.extend_from_slice(&rows.inverse);
        }
        self.start.push([self.neighbour.len() as u32; 3]);
    }

    /// Neighbours and coefficients of a row.
    pub(super) fn row(&self, row: usize) -> impl Iterator<Item = (usize, f32)> {
        let own = self.start[row][0] as usize..self.start[row + 1][0] as usize;
        self.neighbour[own.clone()].iter().map(|m| *m as usize).zip(self.value[own].iter().copied())
    }

    /// `Σ c x` over a span of entries, `x` starting at index `base`.
    #[inline(always)]
    fn sum(&self, from: u32, to: u32, x: &[f32], base: usize) -> f32 {
        let own = from as usize..to as usize;
        let mut sum = 0.0;
        for (value, neighbour) in self.value[own.clone()].iter().zip(&self.neighbour[own]) {
            sum += value * x[*neighbour as usize - base];
        }
        sum
    }

    /// One forward sweep from zero: `x_i = (b_i + Σ_{j before i} c_ij x_j) / d_i` within each block.
    pub(super) fn sweep_from_zero(&self, b: &[f32], x: &mut [f32]) {
        lanes::for_blocks(x, |first, x| {
            for at in 0..x.len() {
                let row = first + at;
                let [from, to, _] = self.start[row];
                x[at] = (b[row] + self.sum(from, to, &x[..at], first)) * self.inverse[row];
            }
        });
    }

    /// Residual after [`sweep_from_zero`](Self::sweep_from_zero): what comes from neighbours that were not there yet.
    pub(super) fn residual_after_sweep(&self, x: &[f32], residual: &mut [f32]) {
        lanes::for_blocks(residual, |first, residual| {
            for (at, residual) in residual.iter_mut().enumerate() {
                let row = first + at;
                let sum = self.sum(self.start[row][1], self.start[row + 1][0], x, 0);
                // A row that nothing holds has no correction and takes no part.
                *residual = if self.inverse[row] > 0.0 { sum } else { 0.0 };
            }
        });
    }

    /// One backward sweep from `x` into `z`: rows after one in its block have their new values, all others those of `x`.
    pub(super) fn sweep_back(&self, b: &[f32], x: &[f32], z: &mut [f32]) {
        lanes::for_blocks(z, |first, z| {
            for at in (0..z.len()).rev() {
                let row = first + at;
                let [from, after, outside] = self.start[row];
                let old = self.sum(from, after, x, 0) + self.sum(outside, self.start[row + 1][0], x, 0);
                z[at] = (b[row] + old + self.sum(after, outside, z, first)) * self.inverse[row];
            }
        });
    }

    /// `y = A x`; returns the products `x·y`, `x·b` and `b·b`.
    pub(super) fn apply(&self, x: &[f32], b: &[f32], y: &mut [f32]) -> [f64; 3] {
        lanes::for_blocks_with_sums(y, |first, y| {
            for (at, y) in y.iter_mut().enumerate() {
                let row = first + at;
                let here = x[row];
                let own = self.start[row][0] as usize..self.start[row + 1][0] as usize;
                let mut sum = self.extra[row] * here;
                for (value, neighbour) in self.value[own.clone()].iter().zip(&self.neighbour[own]) {
                    sum += value * (here - x[*neighbour as usize]);
                }
                *y = sum;
            }
            let own = first..first + y.len();
            let (x, b) = (&x[own.clone()], &b[own]);
            [lanes::dot(x, y), lanes::dot(x, b), lanes::dot(b, b)]
        })
    }
}

/// How the rows of a graph are joined to those of a coarser one.
#[derive(Clone, Debug, Default)]
pub(super) struct Aggregates {
    /// The coarse row of each fine one.
    pub(super) of: Vec<u32>,
    /// Where each coarse row's members start, and the members.
    pub(super) first: Vec<u32>,
    pub(super) members: Vec<u32>,
}

impl Aggregates {
    /// Lists the members of `count` aggregates from `of`.
    pub(super) fn list(&mut self, count: usize) {
        list_members(&self.of, count, &mut self.first, &mut self.members);
    }

    pub(super) fn members_of(&self, aggregate: usize) -> &[u32] {
        &self.members[self.first[aggregate] as usize..self.first[aggregate + 1] as usize]
    }

    /// `coarse_c = Σ fine_i` over the members that `fine` has; members come in rising order.
    pub(super) fn restrict(&self, fine: &[f32], coarse: &mut [f32]) {
        lanes::for_blocks(coarse, |first, coarse| {
            for (at, value) in coarse.iter_mut().enumerate() {
                let there = self.members_of(first + at).iter().map_while(|m| fine.get(*m as usize));
                *value = there.sum();
            }
        });
    }

    /// `fine_i += coarse` of its aggregate.
    pub(super) fn prolong(&self, coarse: &[f32], fine: &mut [f32]) {
        lanes::for_blocks(fine, |first, fine| {
            for (value, aggregate) in fine.iter_mut().zip(&self.of[first..]) {
                // A row of no aggregate takes no correction.
                *value += coarse.get(*aggregate as usize).copied().unwrap_or(0.0);
            }
        });
    }
}

/// Scratch of the construction: one set of rows a block.
#[derive(Clone, Debug, Default)]
pub(super) struct Workshop {
    blocks: Vec<Rows>,
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

    /// Builds a graph of `rows` rows; `fill(row, entries)` gives a row's entries in any order, the same neighbour as often as it
    /// likes, itself included (which is left out), and returns its `extra`. An entry for [`NONE`] adds to the `extra`: a neighbour
    /// that is left as it is holds the row.
    pub(super) fn build(
        &mut self,
        rows: usize,
        graph: &mut Graph,
        fill: impl Fn(usize, &mut Vec<(u32, f32)>) -> f32 + Sync,
    ) {
        self.blocks.resize_with(rows.div_ceil(BLOCK), Rows::default);
        let merging = &self.merging;
        self.blocks.par_iter_mut().enumerate().for_each(|(block, out)| {
            out.clear();
            merging.with(|Merging { entries, marks }| {
                for row in block * BLOCK..rows.min((block + 1) * BLOCK) {
                    entries.clear();
                    let extra = fill(row, entries);
                    let held = merge(row, entries, marks);
                    out.push(row, entries, extra + held);
                }
            });
        });
        graph.assemble(&self.blocks);
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
