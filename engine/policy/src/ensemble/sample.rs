//! Seeded Latin hypercube: every factor's range in as many equal parts as there are members, one member in each.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use super::{Factor, Wanted};

/// Scores of all members.
#[derive(Clone, Debug)]
pub struct LatinHypercube {
    seed: u64,
    pub(super) columns: Vec<Vec<f64>>,
    /// Logarithm of each member's importance weight.
    pub(super) importance: Vec<f64>,
    /// Where the water balance wanted each member's recharge; `None` where the prior alone was drawn from.
    pub(super) wanted: Vec<Option<Wanted>>,
}

impl LatinHypercube {
    /// Scores of `members` members in every factor. A factor's scores depend on the seed, its id and the number of members only,
    /// so that another factor beside it changes nothing.
    pub fn new(factors: &[Factor], members: usize, seed: u64) -> Self {
        let columns = factors.iter().map(|factor| column(&mut stream(seed, &factor.id), members)).collect();
        Self { seed, columns, importance: vec![0.0; members], wanted: vec![None; members] }
    }

    /// Scores of a member, one per factor, each in 0..1.
    pub fn member(&self, member: usize) -> Vec<f64> {
        self.columns.iter().map(|column| column[member]).collect()
    }

    /// Logarithm of a member's importance weight: prior over proposal, nothing where a member is drawn from the prior.
    pub fn log_importance(&self, member: usize) -> f64 {
        self.importance[member]
    }

    /// The triangle that proposed a member's infiltration multiplier, where one did.
    pub fn wanted(&self, member: usize) -> Option<Wanted> {
        self.wanted[member]
    }

    /// Where a member puts the takes of unknown place.
    pub(super) fn places(&self, member: usize) -> ChaCha8Rng {
        stream(self.seed, &format!("places of member {member}"))
    }

    /// What a member draws beyond its scores: its years of weather.
    pub(super) fn weather(&self, member: usize) -> ChaCha8Rng {
        stream(self.seed, &format!("weather of member {member}"))
    }
}

/// A stream of its own for each name: FNV-1a (Fowler, Noll and Vo) turns the name into its number.
fn stream(seed: u64, name: &str) -> ChaCha8Rng {
    let number = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut stream = ChaCha8Rng::seed_from_u64(seed);
    stream.set_stream(number);
    stream
}

/// Uniform in 0..1, with 53 bits.
pub(super) fn uniform(random: &mut impl RngCore) -> f64 {
    (random.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
}

fn column(random: &mut impl RngCore, members: usize) -> Vec<f64> {
    let mut order: Vec<usize> = (0..members).collect();
    for last in (1..members).rev() {
        let other = (uniform(random) * (last + 1) as f64) as usize;
        order.swap(last, other.min(last));
    }
    order.into_iter().map(|part| (part as f64 + uniform(random)) / members as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_of_a_range_has_one_member_and_other_factors_change_nothing() {
        let factors = ["a", "b"].map(|id| Factor::new(id, 0.0, 0.5, 1.0));
        let both = LatinHypercube::new(&factors, 16, 7);
        let alone = LatinHypercube::new(&factors[1..], 16, 7);
        for factor in 0..2 {
            let mut parts: Vec<usize> =
                (0..16).map(|member| (both.member(member)[factor] * 16.0) as usize).collect();
            parts.sort_unstable();
            assert!(parts.into_iter().eq(0..16));
        }
        for member in 0..16 {
            assert_eq!(both.member(member)[1], alone.member(member)[0]);
            assert_ne!(both.member(member)[0], both.member(member)[1]);
        }
        assert_ne!(LatinHypercube::new(&factors, 16, 8).member(0), both.member(0));
    }
}
