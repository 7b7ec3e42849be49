//! The bandwidth of the machine: STREAM's triad, `a = b + s c` (J. D. McCalpin, 1995).

use rayon::prelude::*;
use std::time::Instant;

/// Elements of an array, at least: 256 MB.
const LEAST: usize = 32 << 20;
/// An array is this many times as large as the last cache.
const CACHES: usize = 4;
/// Elements that a task takes at a time.
const TASK: usize = 1 << 16;

/// Elements of an array; [`LEAST`] where the system does not tell its caches (Linux does).
fn elements() -> usize {
    let sizes = std::fs::read_dir("/sys/devices/system/cpu/cpu0/cache").into_iter().flatten().flatten();
    let sizes = sizes.filter_map(|cache| {
        let text = std::fs::read_to_string(cache.path().join("size")).ok()?;
        let kilobytes: usize = text.trim().strip_suffix('K')?.parse().ok()?;
        Some(kilobytes << 10)
    });
    (sizes.max().unwrap_or(0) * CACHES / size_of::<f64>()).max(LEAST)
}

/// Bytes a second, 24 an element, best of a few passes on the threads of the calling pool.
pub(crate) fn triad() -> f64 {
    let elements = elements();
    let b: Vec<f64> = vec![1.5; elements];
    let c: Vec<f64> = vec![2.5; elements];
    let mut a: Vec<f64> = vec![0.0; elements];
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
    assert_eq!(a[elements / 2], 1.5 + 8.0 * 2.5, "the triad was not computed");
    24.0 * elements as f64 / best
}
