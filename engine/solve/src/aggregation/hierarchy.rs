//! Levels of graphs, each joined from the one before, and the K-cycle over them.

use super::aggregates::Aggregates;
use super::graph::{BLOCK, Graph};
use super::lanes;
use super::pairing::NONE;
use super::rows::{Rows, Workshop};
use crate::banded::BandedFactors;
use crate::krylov_cycle::{self, KrylovLevel};

/// Coarsening ends at this many rows: a direct solve costs less than the visits to the levels below.
const DIRECT: usize = 256;
/// Pairings from one level to the next.
const PASSES: usize = 2;
/// Most rows for a direct solve where coarsening does not get that far.
const MOST_DIRECT: usize = 2048;
/// Coarsening that leaves more than this part of the rows has stalled.
const STALLED: f64 = 0.9;

/// One level: a graph, how it is joined to the next, and the vectors of a cycle.
#[derive(Clone, Debug, Default)]
pub(super) struct GraphLevel {
    pub(super) graph: Graph,
    aggregates: Aggregates,
    pub(super) rhs: Vec<f32>,
    /// The solution of a cycle.
    pub(super) x: Vec<f32>,
    work: Vec<f32>,
    residual: Vec<f32>,
    first: Vec<f32>,
    image: Vec<f32>,
}

impl GraphLevel {
    fn lay_out(&mut self) {
        let rows = self.graph.size();
        let vectors = [&mut self.rhs, &mut self.x, &mut self.work, &mut self.residual];
        for vector in vectors.into_iter().chain([&mut self.first, &mut self.image]) {
            vector.clear();
            vector.resize(rows, 0.0);
        }
    }
}

/// The levels below a given finest graph.
#[derive(Clone, Debug, Default)]
pub(super) struct GraphHierarchy {
    /// As many as are in use, then those that were in use before.
    levels: Vec<GraphLevel>,
    used: usize,
    /// The rows of two levels under construction, by turns.
    rows: [Rows; 2],
    direct: Option<BandedFactors>,
    /// The place of each coarsest row in the direct solver's order.
    order: Vec<usize>,
    values: Vec<f64>,
}

impl GraphHierarchy {
    /// The rows of the finest graph, to be written before [`rebuild`](Self::rebuild).
    pub(super) fn finest_rows(&mut self) -> &mut Rows {
        &mut self.rows[0]
    }

    /// The finest graph, once built.
    pub(super) fn finest(&mut self) -> Option<&mut GraphLevel> {
        self.levels[..self.used].first_mut()
    }

    pub(super) fn levels(&self) -> usize {
        self.used
    }

    /// Entries of all levels, and rows.
    pub(super) fn entries(&self) -> usize {
        self.levels[..self.used].iter().map(|level| level.graph.entries()).sum()
    }

    /// Takes the finest graph's rows and joins coarser levels to it.
    pub(super) fn rebuild(&mut self, workshop: &mut Workshop) {
        self.used = 0;
        loop {
            if self.levels.len() == self.used {
                self.levels.push(GraphLevel::default());
            }
            let (even, odd) = self.rows.split_at_mut(1);
            let (rows, coarse) =
                if self.used.is_multiple_of(2) { (&even[0], &mut odd[0]) } else { (&odd[0], &mut even[0]) };
            let level = &mut self.levels[self.used];
            level.graph.take(rows);
            level.lay_out();
            self.used += 1;
            if rows.size() <= DIRECT {
                break;
            }
            join(rows, &mut level.aggregates, coarse, workshop);
            if coarse.size() as f64 > STALLED * rows.size() as f64 {
                break;
            }
        }
        self.factorise();
    }

    /// Factorises the coarsest level, unless it is too large.
    fn factorise(&mut self) {
        let graph = &self.rows[(self.used - 1) % 2];
        let rows = graph.size();
        if rows > MOST_DIRECT {
            self.direct = None;
            return;
        }
        order_by_distance(graph, &mut self.order);
        let place = |row: usize| self.order[row];
        let pairs = (0..rows).flat_map(|row| graph.neighbours(row).map(move |m| (row, m)));
        let width = pairs.map(|(row, m)| place(row).abs_diff(place(m))).max().unwrap_or(0);
        let mut direct = match self.direct.take() {
            Some(direct) if direct.size() == rows && direct.width() >= width => direct,
            _ => BandedFactors::new(rows, width),
        };
        direct.clear();
        for row in 0..rows {
            let (entries, extra) = graph.row(row);
            direct.add(place(row), place(row), f64::from(extra));
            for &(m, value) in entries {
                direct.add(place(row), place(row), f64::from(value));
                direct.add(place(row), place(m as usize), -f64::from(value));
            }
        }
        direct.factorise();
        self.direct = Some(direct);
        self.values.resize(rows, 0.0);
    }

    /// Solves the finest graph's system roughly, from its right-hand side to its solution.
    pub(super) fn solve(&mut self) {
        let levels = &mut self.levels[..self.used];
        krylov(
            levels,
            &mut Bottom { direct: self.direct.as_ref(), order: &self.order, values: &mut self.values },
        );
    }
}

/// Joins the rows of a graph to aggregates, and builds the coarse graph by piecewise-constant Galerkin: a coarse coefficient is
/// the sum of the fine ones between two aggregates.
fn join(fine: &Rows, aggregates: &mut Aggregates, coarse: &mut Rows, workshop: &mut Workshop) {
    aggregates.of.clear();
    aggregates.of.resize(fine.size(), NONE);
    let count = workshop.join(PASSES, aggregates.of.chunks_mut(BLOCK).collect(), |block, local, _| {
        let (first, rows) = (block * BLOCK, &fine.blocks()[block]);
        for at in 0..rows.size() {
            let (entries, extra) = rows.row(at);
            let mut outside = [0.0_f32; 2];
            for &(m, value) in entries {
                let place = (m as usize).wrapping_sub(first);
                if place < rows.size() {
                    local.push(place as u32, value);
                } else {
                    outside = [outside[0].max(value), outside[1] + value];
                }
            }
            local.close_row(extra, outside);
        }
        None
    });
    aggregates.list(count);
    let aggregates = &*aggregates;
    coarse.build(count, workshop, |aggregate, entries| {
        let mut sum = 0.0;
        for &member in aggregates.members_of(aggregate) {
            let (own, extra) = fine.row(member as usize);
            sum += extra;
            entries.extend(own.iter().map(|(m, value)| (aggregates.of[*m as usize], *value)));
        }
        sum
    });
}

/// What solves the coarsest level.
struct Bottom<'a> {
    direct: Option<&'a BandedFactors>,
    order: &'a [usize],
    values: &'a mut [f64],
}

fn krylov(levels: &mut [GraphLevel], bottom: &mut Bottom<'_>) {
    if levels.len() == 1 {
        return cycle(levels, bottom);
    }
    krylov_cycle::solve(levels, |levels| &mut levels[0], |levels| cycle(levels, bottom));
}

fn cycle(levels: &mut [GraphLevel], bottom: &mut Bottom<'_>) {
    let Some((fine, rest)) = levels.split_first_mut() else { return };
    if let (true, Some(direct)) = (rest.is_empty(), bottom.direct) {
        for (place, value) in bottom.order.iter().zip(&fine.rhs) {
            bottom.values[*place] = f64::from(*value);
        }
        direct.solve(bottom.values);
        for (place, x) in bottom.order.iter().zip(&mut fine.x) {
            *x = bottom.values[*place] as f32;
        }
        return;
    }
    fine.graph.sweep_from_zero(&fine.rhs, &mut fine.work, &mut fine.residual);
    if let Some(coarse) = rest.first_mut() {
        fine.aggregates.restrict(&fine.residual, &mut coarse.rhs);
        krylov(rest, bottom);
    }
    let coarse = rest.first().map_or(&[][..], |coarse| &coarse.x);
    fine.graph.sweep_back(&fine.rhs, &fine.work, (&fine.aggregates, coarse), &mut fine.x);
}

impl KrylovLevel for GraphLevel {
    fn keep_first(&mut self) -> [f64; 3] {
        std::mem::swap(&mut self.x, &mut self.first);
        self.graph.apply(&self.first, &self.rhs, &mut self.image)
    }

    fn reduce(&mut self, factor: f64) -> f64 {
        let (factor, image) = (factor as f32, &self.image);
        let [size, ..] = lanes::for_blocks_with_sums(&mut self.rhs, |first, rhs| {
            for (b, v) in rhs.iter_mut().zip(&image[first..]) {
                *b -= factor * v;
            }
            [lanes::dot(rhs, rhs), 0.0, 0.0]
        });
        size
    }

    fn second_products(&mut self) -> [f64; 3] {
        self.graph.products(&self.x, &self.rhs, &self.image, &mut self.work)
    }

    fn combine(&mut self, one: f64, two: f64) {
        let (one, two, kept) = (one as f32, two as f32, &self.first);
        lanes::for_blocks(&mut self.x, |first, x| {
            for (x, c) in x.iter_mut().zip(&kept[first..]) {
                *x = one * c + if two == 0.0 { 0.0 } else { two * *x };
            }
        });
    }
}

/// Numbers the rows part by part, by their distance from a row far out, which keeps neighbours close (E. Cuthill and J. McKee 1969).
pub(super) fn order_by_distance(graph: &Rows, order: &mut Vec<usize>) {
    let rows = graph.size();
    order.clear();
    order.resize(rows, usize::MAX);
    let mut queue = Vec::with_capacity(rows);
    let mut seen = vec![usize::MAX; rows];
    let mut before = 0;
    for first in 0..rows {
        if order[first] != usize::MAX {
            continue;
        }
        // The last row met from anywhere is a row far out.
        let far = spread(graph, first, &mut queue, &mut seen, 2 * first);
        let start = queue[far];
        spread(graph, start, &mut queue, &mut seen, 2 * first + 1);
        for (at, row) in queue.iter().enumerate() {
            order[*row] = before + at;
        }
        before += queue.len();
    }
}

/// Lists the rows joined to one, nearest first; returns the last one's place in the list.
fn spread(graph: &Rows, start: usize, queue: &mut Vec<usize>, seen: &mut [usize], mark: usize) -> usize {
    queue.clear();
    queue.push(start);
    seen[start] = mark;
    let mut at = 0;
    while at < queue.len() {
        for m in graph.neighbours(queue[at]) {
            if seen[m] != mark {
                seen[m] = mark;
                queue.push(m);
            }
        }
        at += 1;
    }
    queue.len() - 1
}
