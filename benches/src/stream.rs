//! The bandwidth of the machine: STREAM's triad, `a = b + s c` (J. D. McCalpin, 1995).

use rayon::prelude::*;
use std::time::Instant;

/// Elements of an array: 3 × 256 MB, beyond any cache of a workstation.
const ELEMENTS: usize = 32 << 20;
/// Elements that a task takes at a time.
const TASK: usize = 1 << 16;

/// Bytes a second, 24 an element, best of a few passes on the threads of the calling pool.
pub(crate) fn triad() -> f64 {
    let b: Vec<f64> = vec![1.5; ELEMENTS];
    let c: Vec<f64> = vec![2.5; ELEMENTS];
    let mut a: Vec<f64> = vec![0.0; ELEMENTS];
    let mut best = f64::INFINITY;
    for pass in 0..6 {
        let started = Instant::now();
        let scale = 3.0 + f64::from(pass);
        let parts = a.par_chunks_mut(TASK).zip(b.par_chunks(TASK)).zip(c.par_chunks(TASK));
        parts.for_each(|((a, b), c)| {
            for ((a, b), c) in a.iter_mut().zip(b).zip(c) {
                *a = b + scale * c;
            }
        });
        best = best.min(started.elapsed().as_secs_f64());
    }
    assert_eq!(a[ELEMENTS / 2], 1.5 + 8.0 * 2.5, "the triad was not computed");
    24.0 * ELEMENTS as f64 / best
}
