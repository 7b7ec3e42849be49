//! Coarse levels that are kept from one system of a sequence to the next.

#![allow(clippy::unwrap_used)]

mod random_systems;

use quanyu_solve::{
    AggregationMultigrid, AggregationSettings, CgSettings, Cycle, LayeredMultigrid, LayeredOperator,
    LinearOperator, Method, MultigridSettings, SymmetricSettings, SymmetricSolver, vector,
};
use random_systems::{basin, shape};

fn solver(a: &LayeredOperator, method: Method) -> SymmetricSolver {
    let stop = CgSettings { relative_tolerance: 1e-8, ..CgSettings::default() };
    let multigrid = MultigridSettings { direct_cost: 100, cycle: Cycle::K };
    SymmetricSolver::new(a.shape, SymmetricSettings { method, stop, multigrid, ..Default::default() })
}

/// The months of a confined aquifer: what is stored in a month weighs more the shorter it is.
fn month(a: &LayeredOperator, days: f64) -> LayeredOperator {
    let mut month = a.clone();
    let stored = month.extra.iter_mut().zip(a.active()).filter(|(_, active)| **active);
    stored.for_each(|(extra, _)| *extra += 3.0 / days);
    month
}

fn rain(a: &LayeredOperator) -> Vec<f64> {
    a.active().iter().enumerate().map(|(n, on)| if *on { (n % 17) as f64 - 8.0 } else { 0.0 }).collect()
}

/// Iterations of each system of a sequence, from zero, and the last solution.
fn play(systems: &[LayeredOperator], method: Method, keep: bool) -> (Vec<usize>, Vec<f64>) {
    let mut solver = solver(&systems[0], method);
    let mut x = Vec::new();
    let iterations = systems.iter().map(|a| {
        if keep { solver.refresh(a) } else { solver.rebuild(a) }.unwrap();
        x = vec![0.0; a.size()];
        let report = solver.solve(a, &rain(a), &mut x).unwrap();
        let mut residual = vec![0.0; a.size()];
        a.residual(&rain(a), &x, &mut residual);
        assert!(vector::norm(&residual) <= 1.01 * report.target, "{report:?}");
        report.iterations
    });
    (iterations.collect(), x)
}

#[test]
fn months_need_hardly_more_iterations_with_the_levels_of_the_first() {
    let a = basin(shape(3, 60, 60), 1.5, 5).0;
    let months = [31.0, 28.0, 31.0, 30.0, 31.0, 30.0].map(|days| month(&a, days));
    for method in [Method::Multigrid, Method::Aggregation] {
        let (kept, _) = play(&months, method, true);
        let (rebuilt, _) = play(&months, method, false);
        let [kept, rebuilt] = [kept, rebuilt].map(|own| own.iter().sum::<usize>());
        assert!(kept <= rebuilt + 3, "{method:?}: {kept} with kept levels, {rebuilt} with new ones");
    }
}

#[test]
fn levels_that_no_longer_fit_are_rebuilt() {
    let a = basin(shape(3, 60, 60), 1.5, 5).0;
    // Another basin altogether, again and again: the first solve may be slow, those after the next rebuild are not.
    let other = basin(shape(3, 60, 60), 1.5, 8).0;
    let systems = [month(&a, 30.0), other.clone(), other.clone(), other];
    for method in [Method::Multigrid, Method::Aggregation] {
        let (kept, x) = play(&systems, method, true);
        let (rebuilt, y) = play(&systems, method, false);
        assert!(
            kept[1] > rebuilt[1],
            "{method:?}: the levels of another basin did as well: {kept:?}, {rebuilt:?}"
        );
        assert_eq!(kept[2..], rebuilt[2..], "{method:?}");
        assert_eq!(x, y, "{method:?}: a rebuilt solver remembers nothing");
    }
}

#[test]
fn a_unit_that_changes_rebuilds_all_levels() {
    let a = month(&basin(shape(3, 60, 60), 1.5, 5).0, 30.0);
    let mut thousand = a.clone();
    for values in [&mut thousand.east, &mut thousand.south, &mut thousand.down, &mut thousand.extra] {
        values.iter_mut().for_each(|value| *value *= 1000.0);
    }
    let systems = [a, thousand];
    assert_eq!(play(&systems, Method::Aggregation, true), play(&systems, Method::Aggregation, false));
}

#[test]
fn there_is_nothing_to_keep_before_levels_were_built() {
    // A diagonal near one, which a hierarchy without values might take for its own unit.
    let mut a = LayeredOperator::new(shape(2, 40, 40), vec![true; 3200]).unwrap();
    a.extra.fill(1.0);
    let settings = MultigridSettings { direct_cost: 100, cycle: Cycle::V };
    let mut levels = LayeredMultigrid::new(a.shape, settings);
    assert!(!levels.refresh(&a), "nothing was built");
    assert!(levels.refresh(&a), "now there is");
    assert!(!AggregationMultigrid::new(a.shape, AggregationSettings::default()).refresh(&a));
}

#[test]
fn kept_levels_give_the_same_bits_on_any_number_of_threads() {
    let a = basin(shape(3, 120, 110), 2.0, 3).0;
    let months = [31.0, 28.0, 31.0].map(|days| month(&a, days));
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| play(&months, Method::Aggregation, true))
    };
    let one = on(1);
    for threads in [2, 3, 8] {
        assert!(on(threads) == one, "{threads} threads");
    }
}
