//! A sequence of months: warm starts, and coarse levels that are kept while they do.

use quanyu_solve::{CgSettings, LinearOperator, SymmetricSettings, SymmetricSolver, vector};

use crate::clock::{Moment, Seconds};
use crate::method::Method;
use crate::problem::Problem;

/// Water released from a cell by a fall of one metre \[m²\]: a storativity of 1e-3 over cells of 200 m.
const STORED: f64 = 40.0;
/// Days of the months.
const DAYS: [f64; 12] = [31.0, 28.0, 31.0, 30.0, 31.0, 30.0, 31.0, 31.0, 30.0, 31.0, 30.0, 31.0];
/// Cold solves, of which the median counts.
const COLD: usize = 3;
/// Months that are played.
pub(crate) const MONTHS: usize = 24;

/// What the months took.
pub(crate) struct Played {
    /// One solve of the first month's system from zero, set-up and all.
    pub(crate) cold: Seconds,
    /// All months, set-up and all.
    pub(crate) months: Seconds,
    pub(crate) cold_iterations: usize,
    pub(crate) iterations: usize,
    /// Largest true residual of a month over the target.
    pub(crate) worst: f64,
}

/// Plays months of changing rain and pumping with the storage of confined rock, from the steady state, each solved to the
/// absolute target of the first month's system and begun from what the three months before it lead to expect.
pub(crate) fn play(problem: &Problem, method: Method, repeats: usize) -> Result<Played, String> {
    let Method::Ours(_, preconditioner, cycle) = method else {
        return Err(format!("{} does not solve sequences", method.name()));
    };
    let (cells, shape) = (problem.rhs.len(), problem.operator.shape);
    let said = |error: quanyu_solve::SolveError| error.to_string();
    let settings = |target: f64| {
        let stop =
            CgSettings { relative_tolerance: 0.0, absolute_tolerance: target, ..CgSettings::default() };
        let mut settings = SymmetricSettings { method: preconditioner, stop, ..SymmetricSettings::default() };
        settings.multigrid.cycle = cycle;
        settings
    };
    let mut steady = vec![0.0; cells];
    let target = problem.target()?;
    SymmetricSolver::new(shape, settings(target))
        .solve(&problem.operator, &problem.rhs, &mut steady)
        .map_err(said)?;
    let mut operator = problem.operator.clone();
    let mut rhs = vec![0.0; cells];
    // Rain and pumping swing over the year, in opposite phase; what is tied to a level outside stays.
    let write =
        |month: usize, before: &[f64], operator: &mut quanyu_solve::LayeredOperator, rhs: &mut [f64]| {
            let share = STORED / DAYS[month % 12];
            let season = (std::f64::consts::TAU * (month % 12) as f64 / 12.0).sin();
            for n in (0..cells).filter(|n| problem.operator.active()[*n]) {
                let (tie, b) = (problem.operator.extra[n], problem.rhs[n]);
                let flow = if tie > 0.0 { b } else { b * (1.0 + 0.8 * season * b.signum()) };
                operator.extra[n] = tie + share;
                rhs[n] = flow + share * before[n];
            }
        };
    write(0, &steady, &mut operator, &mut rhs);
    let mut residual = vec![0.0; cells];
    operator.residual(&rhs, &vec![problem.level; cells], &mut residual);
    let target = 1e-8 * vector::norm(&residual);
    let mut best: Option<Played> = None;
    for _ in 0..repeats.max(1) {
        write(0, &steady, &mut operator, &mut rhs);
        let mut x = vec![0.0; cells];
        let mut colds = Vec::new();
        let mut cold_iterations = 0;
        for _ in 0..COLD {
            x.fill(0.0);
            let started = Moment::now();
            let mut solver = SymmetricSolver::new(shape, settings(target));
            solver.rebuild(&operator).map_err(said)?;
            cold_iterations = solver.solve(&operator, &rhs, &mut x).map_err(said)?.iterations;
            colds.push(started.elapsed());
        }
        colds.sort_by(|one, other| one.wall.total_cmp(&other.wall));
        let cold = colds[COLD / 2];
        let [mut earlier, mut before, mut last] = [steady.clone(), steady.clone(), steady.clone()];
        let mut months = Seconds::default();
        let (mut iterations, mut worst) = (0, 0.0_f64);
        let mut solver = SymmetricSolver::new(shape, settings(target));
        for month in 0..MONTHS {
            write(month, &last, &mut operator, &mut rhs);
            let started = Moment::now();
            let expected = x.iter_mut().zip(last.iter().zip(&before).zip(&earlier));
            expected.for_each(|(x, ((last, before), earlier))| *x = 3.0 * (last - before) + earlier);
            solver.refresh(&operator).map_err(said)?;
            let report = solver.solve(&operator, &rhs, &mut x).map_err(said)?;
            months = months + started.elapsed();
            iterations += report.iterations;
            operator.residual(&rhs, &x, &mut residual);
            worst = worst.max(vector::norm(&residual) / target);
            std::mem::swap(&mut earlier, &mut before);
            std::mem::swap(&mut before, &mut last);
            last.copy_from_slice(&x);
        }
        let played = Played { cold, months, cold_iterations, iterations, worst };
        if best.as_ref().is_none_or(|best| played.months.wall < best.months.wall) {
            best = Some(played);
        }
    }
    best.ok_or_else(|| "nothing was played".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_solved_and_warm_starts_help() {
        let problem = Problem::generate("s1".parse().unwrap(), 6_000, 1).unwrap();
        let played = play(&problem, Method::ALL[1], 1).unwrap();
        assert!(played.worst <= 1.0, "{}", played.worst);
        assert!(played.iterations < MONTHS * played.cold_iterations, "{} months", played.iterations);
    }
}
