//! Levels that follow the strength of coefficients instead of the grid.

mod aggregates;
mod general;
mod graph;
mod hierarchy;
mod lanes;
mod pairing;
mod rows;

pub use general::GraphMultigrid;

use aggregates::Aggregates;
use hierarchy::GraphHierarchy;
use rows::Workshop;

/// Least part of a face that a coarse level takes: half is right for what is smooth, all for what jumps from one aggregate to the next. Measured on
/// karst and on rough rock from 0.3 to 1.
const STIFF: f32 = 0.6;

/// A structured level, as its cells are joined to aggregates. Cells are known by a place below [`places`](Self::places); those with a
/// residual come first.
pub(crate) trait Cells: Sync {
    /// Number of places, gaps included.
    fn places(&self) -> usize;

    /// Blocks within which cells are joined.
    fn blocks(&self) -> usize;

    /// The places of a block's cells, in the order in which they are joined.
    fn block(&self, block: usize, places: &mut Vec<u32>);

    /// Groups the cells of a block, in the order of [`block`](Self::block); returns how many groups there are.
    fn group(&self, block: usize, groups: &mut Vec<u32>) -> u32;

    /// Gives the `extra` of the cell at a place and the faces to its neighbours.
    fn coefficients(&self, place: usize, add: impl FnMut(Face)) -> f32;
}

/// A face between two cells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Face {
    /// The place beyond.
    pub(crate) neighbour: usize,
    pub(crate) value: f32,
    /// Of a horizontal face: the places before the cell and after the neighbour on a line through both, and the coefficients to these.
    pub(crate) line: Option<[(usize, f32); 2]>,
}

/// What a face between the aggregates of two cells carries on the coarse level.
///
/// Piecewise-constant transfer makes a coarse level twice as stiff as the fine one for what is smooth, since the way from one aggregate's middle
/// to the next one's leads through faces within them too. So the halves of the faces behind the cells count, in series with the one
/// between them; where an aggregate has none that way, nothing is added, and where the face itself is what holds the flow back, it stays as it
/// is. [`STIFF`] bounds it, since a coarse level that is too soft corrects too much.
#[inline]
fn in_series(aggregates: &Aggregates, place: usize, face: Face) -> f32 {
    let Some([behind, beyond]) = face.line else { return face.value };
    let half = |place: usize, (m, value): (usize, f32)| {
        let within = value > 0.0 && aggregates.of[m] == aggregates.of[place];
        if within { face.value / (2.0 * value) } else { 0.0 }
    };
    let halves = half(place, behind) + half(face.neighbour, beyond);
    let part = (1.0 + halves).recip();
    face.value * if part > STIFF { part } else { STIFF }
}

/// The levels below a grid's last structured one, and how its cells are joined to their first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tail {
    hierarchy: GraphHierarchy,
    aggregates: Aggregates,
    workshop: Workshop,
    /// The places of all blocks, one after another, and their aggregates.
    order: Vec<u32>,
    joined: Vec<u32>,
    /// Where each block ends.
    ends: Vec<usize>,
}

impl Tail {
    /// Rebuilds all levels from the cells of a structured one.
    pub(crate) fn rebuild(&mut self, cells: &impl Cells) {
        self.number(cells);
        let mut blocks = Vec::with_capacity(self.ends.len());
        let mut rest = &mut self.joined[..];
        let mut start = 0;
        for &end in &self.ends {
            let (own, after) = rest.split_at_mut(end - start);
            blocks.push(own);
            (rest, start) = (after, end);
        }
        let count = self.workshop.join(0, blocks, |block, _, groups| Some(cells.group(block, groups)));
        self.aggregates.of.clear();
        self.aggregates.of.resize(cells.places(), pairing::NONE);
        for (place, aggregate) in self.order.iter().zip(&self.joined) {
            self.aggregates.of[*place as usize] = *aggregate;
        }
        self.aggregates.list(count);
        let aggregates = &self.aggregates;
        self.hierarchy.finest_rows().build(count, &self.workshop, |aggregate, entries| {
            let members = aggregates.members_of(aggregate).iter();
            let extras = members.map(|place| {
                let place = *place as usize;
                cells.coefficients(place, |face| {
                    let neighbour = aggregates.of[face.neighbour];
                    if neighbour as usize != aggregate {
                        entries.push((neighbour, in_series(aggregates, place, face)));
                    }
                })
            });
            extras.sum()
        });
        self.hierarchy.rebuild(&mut self.workshop);
    }

    /// Lists the places of all blocks.
    fn number(&mut self, cells: &impl Cells) {
        self.order.clear();
        self.ends.clear();
        for block in 0..cells.blocks() {
            cells.block(block, &mut self.order);
            self.ends.push(self.order.len());
        }
        self.joined.clear();
        self.joined.resize(self.order.len(), pairing::NONE);
    }

    /// Number of levels.
    pub(crate) fn levels(&self) -> usize {
        self.hierarchy.levels()
    }

    /// Entries of all levels.
    pub(crate) fn entries(&self) -> usize {
        self.hierarchy.entries()
    }

    /// Corrects `x` for the residual, both at the structured level's first places.
    pub(crate) fn correct(&mut self, residual: &[f32], x: &mut [f32]) {
        let Some(first) = self.hierarchy.finest().filter(|first| first.graph.size() > 0) else { return };
        self.aggregates.restrict(residual, &mut first.rhs);
        self.hierarchy.solve();
        if let Some(first) = self.hierarchy.finest() {
            self.aggregates.prolong(&first.x, x);
        }
    }
}
