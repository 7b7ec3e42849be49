//! Which rows are joined: each with the neighbour it is joined to most strongly, several times over.

use std::sync::Mutex;

/// A neighbour counts as strong from this part of the row's strongest coefficient.
const STRONG: f32 = 0.25;
/// Rows that a pair may grow to by taking in rows whose strong neighbours are all taken.
const MOST: u8 = 4;
/// Two rows are joined if what joins them is at least one part in this many of what sweeps have to move the weaker one against;
/// else their difference is neither smoothed nor seen by the coarse level.
const LOOSE: f32 = 10.0;
/// A row whose coefficients come to no more than this part of its `extra` is solved well by sweeps and joins no aggregate.
const HELD: f32 = 0.125;
/// No aggregate, or none yet.
pub(super) const NONE: u32 = u32::MAX;
/// While pairs are formed: of no aggregate for good.
const LEFT: u32 = u32::MAX - 1;

/// The part of a graph that one block of rows makes up, with what leaves the block.
#[derive(Clone, Debug, Default)]
pub(super) struct LocalGraph {
    start: Vec<u32>,
    neighbour: Vec<u32>,
    value: Vec<f32>,
    extra: Vec<f32>,
    /// The strongest coefficient to a row of another block, and the sum of those.
    outside: Vec<[f32; 2]>,
    /// The sum of the diagonals of all first rows that a row stands for: how fast sweeps over these can move it.
    diagonal: Vec<f32>,
}

impl LocalGraph {
    pub(super) fn clear(&mut self) {
        self.start.clear();
        self.start.push(0);
        self.neighbour.clear();
        self.value.clear();
        self.extra.clear();
        self.outside.clear();
        self.diagonal.clear();
    }

    /// Adds an entry to the row that [`close_row`](Self::close_row) will end.
    pub(super) fn push(&mut self, neighbour: u32, value: f32) {
        self.neighbour.push(neighbour);
        self.value.push(value);
    }

    /// Ends a row of the first graph.
    pub(super) fn close_row(&mut self, extra: f32, outside: [f32; 2]) {
        let from = self.start.last().map_or(0, |from| *from as usize);
        let sum: f32 = self.value[from..].iter().sum();
        self.close_coarse_row(extra, outside, sum + outside[1] + extra);
    }

    fn close_coarse_row(&mut self, extra: f32, outside: [f32; 2], diagonal: f32) {
        self.start.push(self.neighbour.len() as u32);
        self.extra.push(extra);
        self.outside.push(outside);
        self.diagonal.push(diagonal);
    }

    fn rows(&self) -> usize {
        self.extra.len()
    }

    fn row(&self, row: usize) -> impl Iterator<Item = (usize, f32)> {
        let own = self.start[row] as usize..self.start[row + 1] as usize;
        self.neighbour[own.clone()].iter().map(|m| *m as usize).zip(self.value[own].iter().copied())
    }
}

/// Scratch for one block.
#[derive(Clone, Debug, Default)]
pub(super) struct BlockScratch {
    pub(super) local: LocalGraph,
    coarse: LocalGraph,
    /// The group of each row, where rows are grouped before they are paired.
    pub(super) groups: Vec<u32>,
    pairs: Vec<u32>,
    sizes: Vec<u8>,
    first: Vec<u32>,
    members: Vec<u32>,
    marks: Vec<u32>,
}

impl BlockScratch {
    /// Joins the rows of `local` in pairs, `passes` times over, and writes each row's aggregate; returns how many there are.
    /// `grouped` tells how many groups `groups` has put the rows in before that, if it has.
    ///
    /// Strong neighbours only are joined, so that a conduit stays apart from the rock and the two sides of a barrier from one another.
    pub(super) fn join(&mut self, grouped: Option<u32>, passes: usize, of: &mut [u32]) -> u32 {
        let mut count = 0;
        if let Some(groups) = grouped {
            count = groups;
            of.copy_from_slice(&self.groups);
            if passes > 0 {
                std::mem::swap(&mut self.pairs, &mut self.groups);
                self.next(count);
            }
        }
        for pass in 0..passes {
            count = self.pair(pass == 0 && grouped.is_none());
            if pass == 0 && grouped.is_none() {
                of.copy_from_slice(&self.pairs);
            } else {
                for of in of.iter_mut().filter(|of| **of != NONE) {
                    *of = self.pairs[*of as usize];
                }
            }
            if pass + 1 < passes {
                self.next(count);
            }
        }
        count
    }

    /// Goes on with the graph of the aggregates.
    fn next(&mut self, count: u32) {
        self.coarsen(count as usize);
        std::mem::swap(&mut self.local, &mut self.coarse);
    }

    /// Pairs the rows of `local`, each a row of the fine graph if they are `single`, else an aggregate already; aggregates are counted from
    /// zero.
    fn pair(&mut self, single: bool) -> u32 {
        let (local, of, sizes) = (&self.local, &mut self.pairs, &mut self.sizes);
        of.clear();
        of.resize(local.rows(), NONE);
        sizes.clear();
        let mut count = 0;
        for row in 0..local.rows() {
            if of[row] != NONE {
                continue;
            }
            let [outside, sum] = local.outside[row];
            let (strongest, sum) = local.row(row).fold((outside, sum), |(most, sum), (_, value)| {
                (if value > most { value } else { most }, sum + value)
            });
            if sum <= HELD * local.extra[row] {
                // An aggregate that hardly depends on others stays one: what its own rows have in common no sweep over them finds.
                of[row] = if single { LEFT } else { count };
                if !single {
                    sizes.push(1);
                    count += 1;
                }
                continue;
            }
            let (mut free, mut partner) = (0.0, None);
            let (mut taken, mut group) = (0.0, NONE);
            for (m, value) in local.row(row) {
                if value < STRONG * strongest || of[m] == LEFT {
                    continue;
                }
                let (one, other) = (local.diagonal[row] - value, local.diagonal[m] - value);
                if one * other > LOOSE * value * (one + other) {
                    continue;
                }
                if of[m] == NONE {
                    if value > free {
                        (free, partner) = (value, Some(m));
                    }
                } else if value > taken && one <= LOOSE * value && sizes[of[m] as usize] < MOST {
                    // Only a row that follows: one with strong ties of its own would be bound to all of the group by this one.
                    (taken, group) = (value, of[m]);
                }
            }
            if let (None, true) = (partner, group != NONE) {
                of[row] = group;
                sizes[group as usize] += 1;
                continue;
            }
            of[row] = count;
            sizes.push(1);
            if let Some(m) = partner {
                of[m] = count;
                sizes[count as usize] = 2;
            }
            count += 1;
        }
        of.iter_mut().filter(|of| **of == LEFT).for_each(|of| *of = NONE);
        count
    }

    /// Builds `coarse` from `local` and the pairs.
    fn coarsen(&mut self, count: usize) {
        list_members(&self.pairs, count, &mut self.first, &mut self.members);
        let (local, coarse) = (&self.local, &mut self.coarse);
        coarse.clear();
        self.marks.clear();
        self.marks.resize(count, 0);
        for aggregate in 0..count {
            let begin = coarse.neighbour.len();
            let mut extra = 0.0;
            let (mut outside, mut diagonal) = ([0.0_f32; 2], 0.0);
            for &member in &self.members[self.first[aggregate] as usize..self.first[aggregate + 1] as usize] {
                let member = member as usize;
                extra += local.extra[member];
                diagonal += local.diagonal[member];
                let [most, sum] = local.outside[member];
                outside = [if most > outside[0] { most } else { outside[0] }, outside[1] + sum];
                for (m, value) in local.row(member) {
                    let neighbour = self.pairs[m];
                    if neighbour == NONE {
                        // The neighbour is left as it is, and so holds this one.
                        extra += value;
                    } else if neighbour as usize != aggregate {
                        // A mark counts only if the entry it points to says so too.
                        let place = self.marks[neighbour as usize] as usize;
                        if place >= begin && coarse.neighbour.get(place) == Some(&neighbour) {
                            coarse.value[place] += value;
                        } else {
                            self.marks[neighbour as usize] = coarse.neighbour.len() as u32;
                            coarse.push(neighbour, value);
                        }
                    }
                }
            }
            coarse.close_coarse_row(extra, outside, diagonal);
        }
    }
}

/// Lists the members of `count` aggregates, those of [`NONE`] left out; `first[a]..first[a + 1]` are those of `a`, in rising order.
pub(super) fn list_members(of: &[u32], count: usize, first: &mut Vec<u32>, members: &mut Vec<u32>) {
    first.clear();
    first.resize(count + 1, 0);
    for &aggregate in of.iter().filter(|a| **a != NONE) {
        first[aggregate as usize + 1] += 1;
    }
    for at in 0..count {
        first[at + 1] += first[at];
    }
    members.resize(first[count] as usize, 0);
    for (member, &aggregate) in of.iter().enumerate().filter(|(_, a)| **a != NONE) {
        let at = &mut first[aggregate as usize];
        members[*at as usize] = member as u32;
        *at += 1;
    }
    // Each start has moved to the next one's.
    first.copy_within(0..count, 1);
    first[0] = 0;
}

/// Scratch that blocks lend one another, so that there is as much of it as there are threads.
#[derive(Debug, Default)]
pub(super) struct Scratch<T>(Mutex<Vec<T>>);

impl<T: Default> Scratch<T> {
    pub(super) fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        let lent = self.0.lock().map_or(None, |mut free| free.pop());
        let mut scratch = lent.unwrap_or_default();
        let result = work(&mut scratch);
        if let Ok(mut free) = self.0.lock() {
            free.push(scratch);
        }
        result
    }
}

impl<T> Clone for Scratch<T> {
    /// A copy starts without scratch of its own.
    fn clone(&self) -> Self {
        Self(Mutex::new(Vec::new()))
    }
}
