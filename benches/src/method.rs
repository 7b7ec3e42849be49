//! The methods that are compared, by name, and one measured solve of each.

use quanyu_solve::{
    CgSettings, Cycle, Method as Preconditioner, MultigridSettings, SymmetricSettings, SymmetricSolver,
};

use crate::clock::{Moment, Seconds};
use crate::problem::Problem;
use crate::{hypre, memory};

/// A method's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// One of ours, by conjugate gradients.
    Ours(&'static str, Preconditioner, Cycle),
    /// hypre's algebraic multigrid with conjugate gradients, the best of three settings.
    BoomerAmg,
    /// hypre's structured multigrid with conjugate gradients.
    Pfmg,
}

impl Method {
    pub(crate) const ALL: [Self; 9] = [
        Self::Ours("multigrid-v", Preconditioner::Multigrid, Cycle::V),
        Self::Ours("multigrid-k", Preconditioner::Multigrid, Cycle::K),
        Self::Ours("aggregation", Preconditioner::Aggregation, Cycle::K),
        Self::Ours("auto", Preconditioner::Auto, Cycle::K),
        Self::Ours("incomplete-cholesky", Preconditioner::IncompleteCholesky, Cycle::V),
        Self::Ours("jacobi", Preconditioner::Jacobi, Cycle::V),
        Self::Ours("faer-cholesky", Preconditioner::Cholesky, Cycle::V),
        Self::BoomerAmg,
        Self::Pfmg,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ours(name, ..) => name,
            Self::BoomerAmg => "hypre-boomeramg",
            Self::Pfmg => "hypre-pfmg",
        }
    }
}

impl std::str::FromStr for Method {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|method| method.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|method| method.name()).collect();
            format!("“{text}” is no method: {}", names.join(", "))
        })
    }
}

/// What a solve took.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    pub(crate) setup: Seconds,
    pub(crate) solve: Seconds,
    pub(crate) iterations: usize,
    /// True residual of the solution, computed anew.
    pub(crate) residual: f64,
    /// Most bytes held beyond the problem and the solution. hypre's: its processes' growth, the matrix included.
    pub(crate) bytes: usize,
    /// Residual norms, where the method tells them.
    pub(crate) history: Vec<f64>,
    /// What was chosen, or which setting was the best.
    pub(crate) note: String,
}

/// Solves a problem to its target from zero, on the threads of the calling pool; the fastest of some repeats.
///
/// # Errors
/// In words, what went wrong; a solver that did not reach the target is such an error.
pub(crate) fn measure(
    method: Method,
    problem: &Problem,
    target: f64,
    threads: usize,
    repeats: usize,
) -> Result<Measured, String> {
    let measured = match method {
        Method::Ours(_, preconditioner, cycle) => ours((preconditioner, cycle), problem, target, repeats)?,
        Method::BoomerAmg => hypre::boomer_amg(problem, target, threads, repeats)?,
        Method::Pfmg => hypre::pfmg(problem, target, threads, repeats)?,
    };
    // The recurrences of others may stop a little early; more than this is no solution.
    if measured.residual > 1.05 * target {
        return Err(format!(
            "stopped at a true residual of {:.2e}, {:.2e} was asked for",
            measured.residual, target
        ));
    }
    Ok(measured)
}

fn ours(
    (method, cycle): (Preconditioner, Cycle),
    problem: &Problem,
    target: f64,
    repeats: usize,
) -> Result<Measured, String> {
    let mut best: Option<Measured> = None;
    for _ in 0..repeats.max(1) {
        let stop = CgSettings {
            relative_tolerance: 0.0,
            absolute_tolerance: target,
            max_iterations: 5_000,
            ..CgSettings::default()
        };
        let mut x = vec![0.0; problem.rhs.len()];
        let mark = memory::mark();
        let started = Moment::now();
        let multigrid = MultigridSettings { cycle, ..MultigridSettings::default() };
        let settings = SymmetricSettings { method, stop, multigrid, ..SymmetricSettings::default() };
        let mut solver = SymmetricSolver::new(problem.operator.shape, settings);
        solver.rebuild(&problem.operator).map_err(|error| error.to_string())?;
        let setup = started.elapsed();
        let started = Moment::now();
        let report =
            solver.solve(&problem.operator, &problem.rhs, &mut x).map_err(|error| error.to_string())?;
        let solve = started.elapsed();
        let bytes = memory::peak_since(mark) + operator_bytes(problem);
        let (history, note) = (solver.history().to_vec(), solver.choice().to_string());
        drop(solver);
        if best.as_ref().is_none_or(|best| setup.wall + solve.wall < best.setup.wall + best.solve.wall) {
            let (iterations, residual) = (report.iterations, problem.residual(&x));
            best = Some(Measured { setup, solve, iterations, residual, bytes, history, note });
        }
    }
    best.ok_or_else(|| "nothing was run".to_string())
}

/// Bytes of the matrix itself, which its owner holds.
fn operator_bytes(problem: &Problem) -> usize {
    problem.operator.shape.cells() * (4 * size_of::<f64>() + size_of::<bool>())
}
