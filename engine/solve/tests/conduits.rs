//! Multigrid on media with one-cell conduits, barriers and a layer that pinches out.

#![allow(clippy::unwrap_used)]

mod random_systems;

use quanyu_solve::{
    CgSettings, Cycle, Family, LayeredOperator, LayeredShape, LinearOperator, Method, MultigridSettings,
    SolveReport, SymmetricSettings, SymmetricSolver, vector,
};
use random_systems::{Random, basin, shape};

/// Rock of three layers, the middle one tight, with winding conduits of this contrast in the others, shafts, and a barrier.
fn karst(side: usize, contrast: f64, seed: u64) -> (LayeredOperator, Vec<f64>) {
    let shape = shape(3, side, side);
    let mut random = Random(seed);
    let mut conductivity: Vec<f64> = (0..shape.cells()).map(|_| random.normal().exp()).collect();
    conductivity[side * side..2 * side * side].iter_mut().for_each(|k| *k *= 0.01);
    for conduit in 0..12 {
        let mut place = [0, 1].map(|_| random.uniform() * side as f64);
        let mut heading = random.uniform() * std::f64::consts::TAU;
        let layer = 2 * (conduit % 2);
        for _ in 0..side {
            heading += 0.15 * random.normal();
            // A step along one axis at a time, so that the conduit hangs together.
            let axis = usize::from(random.uniform() < heading.cos().abs());
            let ahead = if axis == 0 { heading.sin() } else { heading.cos() };
            place[axis] += ahead.signum();
            let [row, column] = place.map(|v| v as usize);
            if place.iter().any(|v| *v < 1.0) || row + 1 >= side || column + 1 >= side {
                break;
            }
            let shaft = random.uniform() < 0.02;
            for layer in if shaft { 0..3 } else { layer..layer + 1 } {
                conductivity[shape.index(layer, row, column)] = contrast;
            }
        }
    }
    for column in 0..side {
        for (layer, row) in (0..3).flat_map(|layer| [(layer, side / 3), (layer, side / 3 + 1)]) {
            conductivity[shape.index(layer, row, column)] = 1e-4;
        }
    }
    // The bottom layer is there in the west only.
    let active = (0..shape.cells()).map(|n| n < 2 * side * side || n % side < side / 2).collect();
    let mut a = LayeredOperator::new(shape, active).unwrap();
    random_systems::fill(&mut a, &conductivity, 1.0);
    (0..side).for_each(|column| a.extra[column] = 1.0);
    let b = (0..shape.cells()).map(|n| if a.active()[n] { random.normal() } else { 0.0 }).collect();
    (a, b)
}

fn solve(a: &LayeredOperator, b: &[f64], settings: SymmetricSettings) -> (Vec<f64>, SolveReport) {
    let mut x = vec![0.0; b.len()];
    let report = SymmetricSolver::new(a.shape, settings).solve(a, b, &mut x).unwrap();
    let mut residual = vec![0.0; b.len()];
    a.residual(b, &x, &mut residual);
    assert_eq!(report.final_residual, vector::norm(&residual), "the reported residual is not the true one");
    (x, report)
}

fn with(method: Method) -> SymmetricSettings {
    let stop = CgSettings { max_iterations: 2_000, ..CgSettings::default() };
    SymmetricSettings { method, stop, ..SymmetricSettings::default() }
}

#[test]
fn aggregation_does_not_mind_conduits() {
    for contrast in [1.0, 1e3, 1e6] {
        for seed in 1..=4 {
            let (a, b) = karst(60, contrast, seed);
            let (_, report) = solve(&a, &b, with(Method::Aggregation));
            assert!(report.iterations <= 20, "contrast {contrast:e}, seed {seed}: {report:?}");
        }
    }
}

#[test]
fn the_automatic_choice_finds_aggregation() {
    let (a, b) = karst(60, 1e5, 1);
    let mut solver = SymmetricSolver::new(a.shape, with(Method::Auto));
    let mut iterations = Vec::new();
    for _ in 0..2 {
        let mut x = vec![0.0; b.len()];
        iterations.push(solver.solve(&a, &b, &mut x).unwrap().iterations);
    }
    assert_eq!(solver.choice().family, Family::Aggregation, "{}", solver.choice());
    // What is thin and strong shows before anything is tried.
    assert_eq!(solver.choice().multigrid_rate, None, "{}", solver.choice());
    assert!(iterations.iter().all(|iterations| *iterations <= 20), "{iterations:?}");
}

#[test]
fn a_small_system_that_no_iteration_solves_in_time_is_factorised() {
    let (a, b) = karst(60, 1e6, 1);
    let mut settings = with(Method::Auto);
    settings.stop.max_iterations = 5;
    for method in [Method::Multigrid, Method::Aggregation, Method::IncompleteCholesky] {
        let mut solver = SymmetricSolver::new(a.shape, SymmetricSettings { method, ..settings });
        assert!(solver.solve(&a, &b, &mut vec![0.0; b.len()]).is_err(), "{method:?}");
    }
    let mut auto = SymmetricSolver::new(a.shape, settings);
    let mut x = vec![0.0; b.len()];
    auto.solve(&a, &b, &mut x).unwrap();
    assert!(auto.choice().cholesky_rate.is_some_and(|rate| rate < 1.0), "{}", auto.choice());
    assert!(auto.choice().to_string().contains("sparse Cholesky took"), "{}", auto.choice());
    let (direct, _) = solve(&a, &b, with(Method::Cholesky));
    let most = direct.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    assert!(x.iter().zip(&direct).all(|(x, direct)| (x - direct).abs() <= 1e-6 * most));
}

#[test]
fn the_automatic_choice_lets_multigrid_finish_what_goes_well() {
    let (a, b) = basin(shape(4, 147, 147), 2.0, 3);
    let settings = |method| SymmetricSettings {
        stop: CgSettings { relative_tolerance: 1e-9, ..with(method).stop },
        ..with(method)
    };
    let (_, multigrid) = solve(&a, &b, settings(Method::Multigrid));
    let mut auto = SymmetricSolver::new(a.shape, settings(Method::Auto));
    let mut x = vec![0.0; b.len()];
    let report = auto.solve(&a, &b, &mut x).unwrap();
    assert!(multigrid.iterations > 20, "no more than a glance is needed: {multigrid:?}");
    assert_eq!(auto.choice().family, Family::Multigrid, "{}", auto.choice());
    assert!(report.iterations <= multigrid.iterations + 8, "{report:?}, {multigrid:?}");
}

#[test]
fn the_k_cycle_takes_fewer_iterations_on_rough_media() {
    let (a, b) = basin(shape(4, 147, 147), 2.0, 3);
    let iterations = |cycle| {
        let multigrid = MultigridSettings { cycle, ..MultigridSettings::default() };
        solve(&a, &b, SymmetricSettings { multigrid, ..with(Method::Multigrid) }).1.iterations
    };
    let (v, k) = (iterations(Cycle::V), iterations(Cycle::K));
    assert!(k <= 18 && 3 * k < 2 * v, "V {v}, K {k}");
}

#[test]
fn an_empty_layer_changes_nothing() {
    let (a, b) = karst(40, 1e4, 2);
    let LayeredShape { rows, columns, .. } = a.shape;
    let taller = shape(4, rows, columns);
    let longer = |values: &[f64]| [values, &vec![0.0; rows * columns]].concat();
    let active = [a.active(), &vec![false; rows * columns]].concat();
    let mut with_layer = LayeredOperator::new(taller, active).unwrap();
    with_layer.east = longer(&a.east);
    with_layer.south = longer(&a.south);
    with_layer.down = longer(&a.down);
    with_layer.extra = longer(&a.extra);
    for method in [Method::Multigrid, Method::Aggregation] {
        let mut settings = with(method);
        settings.stop.relative_tolerance = 1e-10;
        let (plain, _) = solve(&a, &b, settings);
        let (other, _) = solve(&with_layer, &longer(&b), settings);
        let difference: Vec<f64> = plain.iter().zip(&other).map(|(x, y)| x - y).collect();
        assert!(vector::norm(&difference) <= 1e-6 * vector::norm(&plain), "{method:?}");
    }
}

#[test]
fn levels_that_follow_coefficients_are_rebuilt_from_nothing_else() {
    let (first, _) = karst(40, 1e5, 1);
    let (second, b) = karst(40, 1e3, 2);
    let mut used = SymmetricSolver::new(first.shape, with(Method::Aggregation));
    used.rebuild(&first).unwrap();
    used.rebuild(&second).unwrap();
    let mut again = vec![0.0; b.len()];
    used.solve(&second, &b, &mut again).unwrap();
    assert_eq!(solve(&second, &b, with(Method::Aggregation)).0, again);
}

#[test]
fn the_same_bits_come_from_any_number_of_threads() {
    let (a, b) = karst(150, 1e5, 3);
    let bits = |threads: usize, settings: SymmetricSettings| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let (x, _) = pool.install(|| solve(&a, &b, settings));
        x.into_iter().map(f64::to_bits).collect::<Vec<u64>>()
    };
    let mut krylov = with(Method::Multigrid);
    krylov.multigrid.cycle = Cycle::K;
    krylov.stop.relative_tolerance = 1e-3;
    for settings in [with(Method::Aggregation), krylov] {
        let one = bits(1, settings);
        for threads in [2, 3, 8] {
            assert!(one == bits(threads, settings), "{:?} differs on {threads} threads", settings.method);
        }
    }
}
