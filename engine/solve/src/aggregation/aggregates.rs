//! How the rows of a graph are joined to those of a coarser one.

use super::lanes;
use super::pairing::list_members;

/// Which coarse row each fine one belongs to.
#[derive(Clone, Debug, Default)]
pub(super) struct Aggregates {
    /// The coarse row of each fine one.
    pub(super) of: Vec<u32>,
    /// Where each coarse row's members start, and the members.
    first: Vec<u32>,
    members: Vec<u32>,
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

    /// What a row takes of its aggregate's value; one of no aggregate takes nothing.
    #[inline(always)]
    pub(super) fn correction(&self, row: usize, coarse: &[f32]) -> f32 {
        self.of.get(row).and_then(|aggregate| coarse.get(*aggregate as usize)).copied().unwrap_or(0.0)
    }

    /// `fine_i += coarse` of its aggregate.
    pub(super) fn prolong(&self, coarse: &[f32], fine: &mut [f32]) {
        lanes::for_blocks(fine, |first, fine| self.prolong_from(first, coarse, fine));
    }

    /// The same for rows that begin with number `first`.
    pub(super) fn prolong_from(&self, first: usize, coarse: &[f32], fine: &mut [f32]) {
        for (value, aggregate) in fine.iter_mut().zip(self.of.iter().skip(first)) {
            *value += coarse.get(*aggregate as usize).copied().unwrap_or(0.0);
        }
    }
}
