//! Loops and sums over blocks of single-precision vectors, the same to the bit on any number of threads.

use rayon::prelude::*;

use super::graph::BLOCK;

/// Below this many values a loop stays on the calling thread.
const PARALLEL: usize = 4 * BLOCK;
/// Partial sums held on the stack at a time.
const PARTIALS: usize = 64;
const LANES: usize = 16;

/// Runs `work(first, values)` over blocks.
pub(super) fn for_blocks(values: &mut [f32], work: impl Fn(usize, &mut [f32]) + Sync) {
    let each = |(block, values): (usize, &mut [f32])| work(block * BLOCK, values);
    if values.len() < PARALLEL {
        values.chunks_mut(BLOCK).enumerate().for_each(each);
    } else {
        values.par_chunks_mut(BLOCK).enumerate().for_each(each);
    }
}

/// The same with blocks of two vectors.
pub(super) fn for_blocks_of_two(
    values: &mut [f32],
    others: &mut [f32],
    work: impl Fn(usize, &mut [f32], &mut [f32]) + Sync,
) {
    let each =
        |(block, (values, others)): (usize, (&mut [f32], &mut [f32]))| work(block * BLOCK, values, others);
    if values.len() < PARALLEL {
        values.chunks_mut(BLOCK).zip(others.chunks_mut(BLOCK)).enumerate().for_each(each);
    } else {
        values.par_chunks_mut(BLOCK).zip(others.par_chunks_mut(BLOCK)).enumerate().for_each(each);
    }
}

/// [`for_blocks`] with three sums a block, added in order.
pub(super) fn for_blocks_with_sums(
    values: &mut [f32],
    work: impl Fn(usize, &mut [f32]) -> [f64; 3] + Sync,
) -> [f64; 3] {
    let mut total = [0.0; 3];
    let parallel = values.len() >= PARALLEL;
    for (part, values) in values.chunks_mut(BLOCK * PARTIALS).enumerate() {
        let mut partials = [[0.0; 3]; PARTIALS];
        let each = |(block, (values, partial)): (usize, (&mut [f32], &mut [f64; 3]))| {
            *partial = work((part * PARTIALS + block) * BLOCK, values);
        };
        if parallel {
            values.par_chunks_mut(BLOCK).zip(partials.par_iter_mut()).enumerate().for_each(each);
        } else {
            values.chunks_mut(BLOCK).zip(&mut partials).enumerate().for_each(each);
        }
        for partial in partials {
            for (total, partial) in total.iter_mut().zip(partial) {
                *total += partial;
            }
        }
    }
    total
}

/// `Σ a b` of a block at most, in sixteen lanes.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f64 {
    let mut lanes = [0.0_f32; LANES];
    let (a, a_tail) = a.as_chunks::<LANES>();
    let (b, b_tail) = b.as_chunks::<LANES>();
    for (a, b) in a.iter().zip(b) {
        for i in 0..LANES {
            lanes[i] += a[i] * b[i];
        }
    }
    for (i, (a, b)) in a_tail.iter().zip(b_tail).enumerate() {
        lanes[i] += a * b;
    }
    lanes.iter().map(|lane| f64::from(*lane)).sum()
}

/// `Σ a` of a block at most, in sixteen lanes.
pub(super) fn sum(a: &[f32]) -> f64 {
    let mut lanes = [0.0_f32; LANES];
    let (a, tail) = a.as_chunks::<LANES>();
    for a in a {
        for i in 0..LANES {
            lanes[i] += a[i];
        }
    }
    for (lane, a) in lanes.iter_mut().zip(tail) {
        *lane += a;
    }
    lanes.iter().map(|lane| f64::from(*lane)).sum()
}
