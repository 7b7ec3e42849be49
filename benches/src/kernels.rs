//! How near the passes over the finest level come to the bandwidth of the machine.

use std::path::Path;
use std::time::Instant;

use quanyu_solve::{Cycle, FinestPass, LayeredMultigrid, LinearOperator, MultigridSettings, vector};

use crate::problem::Problem;
use crate::report::markdown;

/// Seconds for which a pass is repeated, at least; the fastest repetition counts.
const LEAST: f64 = 0.25;

/// One pass on some threads.
pub(crate) struct Kernel {
    pub(crate) name: &'static str,
    pub(crate) cells: usize,
    pub(crate) threads: usize,
    /// Bytes of its arrays, each counted once.
    pub(crate) bytes: f64,
    pub(crate) seconds: f64,
    /// Bytes a second of the triad on as many threads.
    pub(crate) stream: f64,
}

impl Kernel {
    /// Its bytes a second over the triad's.
    pub(crate) fn share(&self) -> f64 {
        self.bytes / self.seconds / self.stream
    }
}

/// Measures all passes on the threads of the calling pool. `triad` measures the bandwidth just before each, since others on the
/// machine take of it.
pub(crate) fn measure(
    problem: &Problem,
    threads: usize,
    triad: impl Fn() -> f64,
) -> Result<Vec<Kernel>, String> {
    let shape = problem.operator.shape;
    let cells = shape.cells();
    let settings = MultigridSettings { cycle: Cycle::K, ..MultigridSettings::default() };
    let mut multigrid = LayeredMultigrid::new(shape, settings);
    multigrid.rebuild(&problem.operator);
    let mut x = vec![0.0; cells];
    let mut kernels = Vec::new();
    let mut add = |name, bytes: f64, run: &mut dyn FnMut()| {
        let stream = triad();
        let seconds = fastest(run);
        kernels.push(Kernel { name, cells, threads, bytes, seconds, stream });
    };
    for pass in FinestPass::ALL {
        let bytes = multigrid.run_pass(pass, &mut x);
        add(pass.name(), bytes, &mut || {
            multigrid.run_pass(pass, &mut x);
        });
    }
    let b = problem.rhs.clone();
    let mut y = vec![0.0; cells];
    let size = (8 * cells) as f64;
    // Four coefficients, x, b and the residual; and which cells are active.
    add("true residual, double precision", 7.0 * size + cells as f64, &mut || {
        problem.operator.residual(&b, &x, &mut y);
    });
    let mut sum = 0.0;
    add("dot product, double precision", 2.0 * size, &mut || sum += vector::dot(&b, &y));
    if sum.is_nan() { Err("a dot product is not a number".into()) } else { Ok(kernels) }
}

fn fastest(run: &mut dyn FnMut()) -> f64 {
    let (begun, mut best) = (Instant::now(), f64::INFINITY);
    while begun.elapsed().as_secs_f64() < LEAST {
        let started = Instant::now();
        run();
        best = best.min(started.elapsed().as_secs_f64());
    }
    best
}

/// The passes as a table.
pub(crate) fn table(kernels: &[Kernel]) -> String {
    let header = ["pass over the finest level", "cells", "threads", "bytes/cell", "ms", "GB/s", "of STREAM"];
    let mut table = markdown(&header, 1..7);
    for kernel in kernels {
        table.add_row([
            kernel.name.to_string(),
            kernel.cells.to_string(),
            kernel.threads.to_string(),
            format!("{:.0}", kernel.bytes / kernel.cells as f64),
            format!("{:.2}", 1e3 * kernel.seconds),
            format!("{:.1}", 1e-9 * kernel.bytes / kernel.seconds),
            format!("{:.2}", kernel.share()),
        ]);
    }
    table.to_string()
}

/// The same as CSV.
pub(crate) fn write_csv(path: &Path, kernels: &[Kernel]) -> Result<(), String> {
    let failed = |error: csv::Error| format!("{}: {error}", path.display());
    let mut file = csv::Writer::from_path(path).map_err(failed)?;
    file.write_record(["pass", "cells", "threads", "bytes", "seconds", "stream_bytes_per_s", "share"])
        .map_err(failed)?;
    for kernel in kernels {
        file.write_record([
            kernel.name.to_string(),
            kernel.cells.to_string(),
            kernel.threads.to_string(),
            format!("{:.0}", kernel.bytes),
            format!("{:.9}", kernel.seconds),
            format!("{:.4e}", kernel.stream),
            format!("{:.4}", kernel.share()),
        ])
        .map_err(failed)?;
    }
    file.flush().map_err(|error| format!("{}: {error}", path.display()))
}
