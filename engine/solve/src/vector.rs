//! Vector kernels whose results do not depend on the number of threads.
//!
//! A sum runs over chunks of [`CHUNK`] elements. Within a chunk sixteen lanes run side by side and are
//! folded pairwise; the chunks' partial sums are added in order. Neither depends on who computes
//! a chunk, so neither do the bits.

use rayon::prelude::*;

/// Elements in a chunk.
pub const CHUNK: usize = 4096;
/// Below this length a kernel stays on the calling thread: waking another costs more than it saves.
const PARALLEL: usize = 16 * CHUNK;
/// Partial sums held on the stack at a time.
const PARTIALS: usize = 256;
const LANES: usize = 16;

/// `Σ a_i b_i`.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len().min(b.len());
    let (a, b) = (&a[..n], &b[..n]);
    ordered(n, |at| dot_chunk(&a[at.clone()], &b[at]), |sum, part| sum + part)
}

/// `√ Σ a_i²`.
pub fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

/// Largest `|a_i|`; zero for an empty slice. A value that is not a number is passed over.
pub fn max_abs(a: &[f64]) -> f64 {
    let largest = |chunk: &[f64]| {
        let mut lanes = [0.0_f64; LANES];
        let (body, tail) = chunk.as_chunks::<LANES>();
        for values in body {
            for (lane, value) in lanes.iter_mut().zip(values) {
                *lane = if value.abs() > *lane { value.abs() } else { *lane };
            }
        }
        lanes.iter().chain(tail).fold(0.0_f64, |m, v| m.max(v.abs()))
    };
    ordered(a.len(), |at| largest(&a[at]), f64::max)
}

/// `y ← y + factor · x`.
pub fn axpy(factor: f64, x: &[f64], y: &mut [f64]) {
    for_chunks_mut(y, |at, y| {
        for (y, x) in y.iter_mut().zip(&x[at..]) {
            *y += factor * x;
        }
    });
}

/// `y ← x + factor · y`.
pub fn xpby(x: &[f64], factor: f64, y: &mut [f64]) {
    for_chunks_mut(y, |at, y| {
        for (y, x) in y.iter_mut().zip(&x[at..]) {
            *y = x + factor * *y;
        }
    });
}

/// `y ← b − y`.
pub fn subtract_from(b: &[f64], y: &mut [f64]) {
    for_chunks_mut(y, |at, y| {
        for (y, b) in y.iter_mut().zip(&b[at..]) {
            *y = b - *y;
        }
    });
}

/// `y ← b − y` where `chosen`, zero elsewhere.
pub fn subtract_where(chosen: &[bool], b: &[f64], y: &mut [f64]) {
    for_chunks_mut(y, |at, y| {
        for ((y, b), chosen) in y.iter_mut().zip(&b[at..]).zip(&chosen[at..]) {
            *y = if *chosen { b - *y } else { 0.0 };
        }
    });
}

/// One step of conjugate gradients, in one pass: `x ← x + α p`, `r ← r − α q`; returns `Σ r_i²`.
pub fn step(alpha: f64, p: &[f64], q: &[f64], x: &mut [f64], r: &mut [f64]) -> f64 {
    let n = r.len().min(x.len());
    let mut total = 0.0;
    for from in (0..n).step_by(CHUNK * PARTIALS) {
        let to = n.min(from + CHUNK * PARTIALS);
        let mut partials = [0.0; PARTIALS];
        let one = |partial: &mut f64, at: usize, x: &mut [f64], r: &mut [f64]| {
            let (p, q) = (&p[at..at + x.len()], &q[at..at + x.len()]);
            for (x, p) in x.iter_mut().zip(p) {
                *x += alpha * p;
            }
            for (r, q) in r.iter_mut().zip(q) {
                *r -= alpha * q;
            }
            *partial = dot_chunk(r, r);
        };
        let (x, r) = (&mut x[from..to], &mut r[from..to]);
        if to - from < PARALLEL {
            let chunks = x.chunks_mut(CHUNK).zip(r.chunks_mut(CHUNK));
            for (i, ((x, r), partial)) in chunks.zip(&mut partials).enumerate() {
                one(partial, from + i * CHUNK, x, r);
            }
        } else {
            let chunks = x.par_chunks_mut(CHUNK).zip(r.par_chunks_mut(CHUNK));
            let chunks = chunks.zip(partials.par_iter_mut()).enumerate();
            chunks.for_each(|(i, ((x, r), partial))| one(partial, from + i * CHUNK, x, r));
        }
        total = partials.iter().fold(total, |total, partial| total + partial);
    }
    total
}

/// Position of the first element that is not finite.
pub fn first_not_finite(a: &[f64]) -> Option<usize> {
    a.iter().position(|v| !v.is_finite())
}

/// Position of the largest `|a_i|`, the first of equals; zero for an empty slice.
pub fn position_of_largest(a: &[f64]) -> usize {
    let mut at = 0;
    for (i, value) in a.iter().enumerate() {
        if value.abs() > a[at].abs() {
            at = i;
        }
    }
    at
}

/// Runs `work(start, chunk)` over chunks of `y`, on several threads where that pays.
fn for_chunks_mut(y: &mut [f64], work: impl Fn(usize, &mut [f64]) + Sync) {
    if y.len() < PARALLEL {
        y.chunks_mut(CHUNK).enumerate().for_each(|(i, y)| work(i * CHUNK, y));
    } else {
        y.par_chunks_mut(CHUNK).enumerate().for_each(|(i, y)| work(i * CHUNK, y));
    }
}

/// Computes a part per chunk, on any thread, and combines the parts in order, from zero.
fn ordered(
    n: usize,
    part: impl Fn(std::ops::Range<usize>) -> f64 + Sync,
    combine: impl Fn(f64, f64) -> f64,
) -> f64 {
    let mut total = 0.0;
    for from in (0..n).step_by(CHUNK * PARTIALS) {
        let to = n.min(from + CHUNK * PARTIALS);
        let count = (to - from).div_ceil(CHUNK);
        let mut partials = [0.0; PARTIALS];
        let one = |(i, partial): (usize, &mut f64)| {
            let start = from + i * CHUNK;
            *partial = part(start..to.min(start + CHUNK));
        };
        if to - from < PARALLEL {
            partials[..count].iter_mut().enumerate().for_each(one);
        } else {
            partials[..count].par_iter_mut().enumerate().for_each(one);
        }
        total = partials[..count].iter().fold(total, |total, &partial| combine(total, partial));
    }
    total
}

fn dot_chunk(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
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
    let mut width = LANES / 2;
    while width > 0 {
        for i in 0..width {
            lanes[i] += lanes[i + width];
        }
        width /= 2;
    }
    lanes[0]
}
