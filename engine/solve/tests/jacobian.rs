//! The solvers for matrices that are not symmetric against a dense reference, and what they promise beside the
//! solution.

#![allow(clippy::unwrap_used)]

mod random_systems;

use proptest::prelude::*;
use quanyu_solve::{
    BiConjugateGradientStabilised, BicgstabSettings, Cycle, Family, Gmres, GmresSettings, JacobianMethod,
    JacobianMultigrid, JacobianSettings, JacobianSolver, LayeredJacobian, LayeredMultigrid, LinearOperator,
    MultigridSettings, Preconditioner, SolveError, vector,
};
use random_systems::{Random, dense_general, random_jacobian, random_operator, shape};

const SMALL_DIRECT: MultigridSettings = MultigridSettings { direct_cost: 100, cycle: Cycle::V };

fn solver(a: &LayeredJacobian, method: JacobianMethod, relative_tolerance: f64) -> JacobianSolver {
    let stop = BicgstabSettings { relative_tolerance, max_iterations: 3000, ..Default::default() };
    JacobianSolver::new(a.shape, JacobianSettings { method, stop, multigrid: SMALL_DIRECT })
}

/// A solution with entries of size one, and the right-hand side it belongs to.
fn problem(a: &LayeredJacobian, seed: u64) -> (Vec<f64>, Vec<f64>) {
    let mut random = Random(seed ^ 99);
    let x: Vec<f64> = a.active().iter().map(|active| if *active { random.normal() } else { 0.0 }).collect();
    let mut b = vec![0.0; x.len()];
    a.apply(&x, &mut b);
    (x, b)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_jacobian_is_solved_as_by_a_dense_factorisation(
        layers in 1_usize..=12,
        rows in 1_usize..=7,
        columns in 1_usize..=7,
        decades in 0.0_f64..4.0,
        wind in 0.0_f64..100.0,
        inactive in 0.0_f64..0.4,
        seed in any::<u64>(),
    ) {
        let a = random_jacobian(shape(layers, rows, columns), 10_f64.powf(decades), wind, inactive, seed);
        prop_assume!(a.active().contains(&true));
        a.check_coefficients().unwrap();
        let (_, b) = problem(&a, seed);
        let dense = dense_general(&a, &b);
        for method in [JacobianMethod::Multigrid, JacobianMethod::IncompleteLu, JacobianMethod::Auto] {
            let mut x = vec![0.0; b.len()];
            let report = solver(&a, method, 1e-12).solve(&a, &b, &mut x).unwrap();
            prop_assert!(report.final_residual <= report.target || report.at_rounding_floor);
            let difference: Vec<f64> = x.iter().zip(&dense).map(|(x, d)| x - d).collect();
            let error = vector::norm(&difference) / vector::norm(&dense).max(f64::MIN_POSITIVE);
            prop_assert!(error < 1e-6, "{method:?}: {error:e} {report:?}");
        }
    }
}

/// A Jacobian like that of a sloping aquifer with upstream weighting, large enough for several threads.
fn sloping(rows: usize, columns: usize) -> LayeredJacobian {
    random_jacobian(shape(3, rows, columns), 1e2, 5.0, 0.1, 21)
}

#[test]
fn multigrid_takes_few_iterations_where_factors_take_many() {
    let a = random_jacobian(shape(3, 120, 120), 10.0, 0.3, 0.0, 21);
    let (_, b) = problem(&a, 1);
    let iterations = |method| {
        let mut x = vec![0.0; b.len()];
        solver(&a, method, 1e-8).solve(&a, &b, &mut x).unwrap().iterations
    };
    let multigrid = iterations(JacobianMethod::Multigrid);
    let factors = iterations(JacobianMethod::IncompleteLu);
    assert!(multigrid <= 20 && 2 * multigrid <= factors, "multigrid {multigrid}, factors {factors}");
}

#[test]
fn the_same_bits_come_from_any_number_of_threads() {
    let a = sloping(130, 121);
    let (_, b) = problem(&a, 2);
    let solve = |threads: usize, method: JacobianMethod| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut x = vec![0.0; b.len()];
            solver(&a, method, 1e-6).solve(&a, &b, &mut x).unwrap();
            x.into_iter().map(f64::to_bits).collect::<Vec<u64>>()
        })
    };
    for method in [JacobianMethod::Multigrid, JacobianMethod::IncompleteLu] {
        let one = solve(1, method);
        for threads in [2, 3] {
            assert!(one == solve(threads, method), "{method:?} differs on {threads} threads");
        }
    }
}

#[test]
fn equal_coefficients_make_the_symmetric_operator() {
    let a = random_operator(shape(3, 11, 14), 1e4, 0.2, 6);
    let mut j = LayeredJacobian::new(a.shape, a.active().to_vec()).unwrap();
    for (target, source) in [(&mut j.east, &a.east), (&mut j.south, &a.south), (&mut j.down, &a.down)] {
        target.own.copy_from_slice(source);
        target.other.copy_from_slice(source);
    }
    j.extra.copy_from_slice(&a.extra);
    assert_eq!(j.to_csr(), a.to_csr());
    let x: Vec<f64> = problem(&j, 3).0;
    let (mut ours, mut theirs) = (vec![0.0; x.len()], vec![0.0; x.len()]);
    j.apply(&x, &mut ours);
    a.apply(&x, &mut theirs);
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert!((ours - theirs).abs() <= 1e-13 * 1e4, "{ours} {theirs}");
    }
    let mut symmetric = LayeredMultigrid::new(a.shape, SMALL_DIRECT);
    symmetric.rebuild(&a);
    symmetric.precondition(&x, &mut theirs);
    let mut general = JacobianMultigrid::new(a.shape, SMALL_DIRECT);
    general.rebuild(&j);
    general.precondition(&x, &mut ours);
    assert_eq!(ours, theirs, "one kernel serves both");
}

#[test]
fn the_product_is_that_of_the_matrix() {
    for (layers, rows, columns) in [(1, 1, 1), (1, 1, 9), (1, 9, 1), (5, 1, 1), (3, 4, 5)] {
        let a = random_jacobian(shape(layers, rows, columns), 1e3, 10.0, 0.2, 8);
        let (x, b) = problem(&a, 4);
        let mut expected = vec![0.0; b.len()];
        let mut size = vec![0.0; b.len()];
        for (n, m, value) in a.to_csr().triplet_iter() {
            expected[n] += value * x[m];
            size[n] += (value * x[m]).abs();
        }
        for n in 0..b.len() {
            assert!((b[n] - expected[n]).abs() <= 1e-13 * size[n], "{} {}", b[n], expected[n]);
        }
    }
}

#[test]
fn what_a_face_takes_it_gives() {
    let mut a = random_jacobian(shape(3, 8, 9), 1e3, 10.0, 0.2, 8);
    a.extra.fill(0.0);
    let (_, b) = problem(&a, 4);
    let size: f64 = b.iter().map(|b| b.abs()).sum();
    assert!(b.iter().sum::<f64>().abs() < 1e-12 * size);
}

#[test]
fn a_failed_solve_ends_no_worse_than_it_began() {
    let a = sloping(30, 31);
    let (solution, b) = problem(&a, 5);
    // A preconditioner of no use at all.
    struct Useless(Random);
    impl Preconditioner for Useless {
        fn precondition(&mut self, _: &[f64], correction: &mut [f64]) {
            correction.iter_mut().for_each(|value| *value = self.0.normal());
        }
    }
    let mut x: Vec<f64> = solution.iter().map(|x| x * 1.01).collect();
    let settings = BicgstabSettings { max_iterations: 40, ..Default::default() };
    let error = BiConjugateGradientStabilised::new(b.len())
        .solve(&a, &mut Useless(Random(1)), &b, &mut x, &settings)
        .unwrap_err();
    let SolveError::NotConverged { initial_residual, final_residual, .. } = error else {
        panic!("{error}");
    };
    let mut residual = vec![0.0; b.len()];
    a.residual(&b, &x, &mut residual);
    assert_eq!(final_residual, vector::norm(&residual));
    assert!(final_residual <= initial_residual);
}

#[test]
fn the_automatic_choice_follows_the_rates() {
    // Almost nothing but transport: one sweep of the factors follows the flow all the way.
    let a = random_jacobian(shape(1, 50, 60), 1e3, 1e4, 0.0, 30);
    let (_, b) = problem(&a, 6);
    let mut solver = solver(&a, JacobianMethod::Auto, 1e-10);
    let mut iterations = Vec::new();
    for _ in 0..3 {
        let mut x = vec![0.0; b.len()];
        iterations.push(solver.solve(&a, &b, &mut x).unwrap().iterations);
    }
    let choice = solver.choice();
    assert_eq!(choice.family, Family::Incomplete, "{choice} {iterations:?}");
    assert!(choice.multigrid_rate.unwrap() > choice.incomplete_rate.unwrap());
    assert!(iterations[2] < iterations[0]);
}

#[test]
fn what_cannot_be_solved_is_named() {
    let mut a = random_jacobian(shape(2, 5, 6), 10.0, 1.0, 0.0, 3);
    let ones = vec![1.0; 60];
    let mut b = ones.clone();
    b[a.shape.index(1, 2, 3)] = f64::NAN;
    for method in [JacobianMethod::Multigrid, JacobianMethod::IncompleteLu, JacobianMethod::Auto] {
        let mut solver = solver(&a, method, 1e-10);
        let error = solver.solve(&a, &b, &mut [0.0; 60]).unwrap_err().to_string();
        assert!(error.contains("right-hand side") && error.contains("layer 2, row 3, column 4"), "{error}");
        let mut x = ones.clone();
        x[7] = f64::INFINITY;
        let error = solver.solve(&a, &ones, &mut x).unwrap_err().to_string();
        assert!(error.contains("layer 1, row 2, column 2"), "{error}");
    }
    // A row with nothing in it.
    for faces in [&mut a.east, &mut a.south, &mut a.down] {
        faces.own[0] = 0.0;
        faces.other[0] = 0.0;
    }
    a.extra[0] = 0.0;
    for method in [JacobianMethod::Multigrid, JacobianMethod::IncompleteLu] {
        let error = solver(&a, method, 1e-10).solve(&a, &ones, &mut [0.0; 60]).unwrap_err();
        assert!(matches!(error, SolveError::Singular { cell, cells: 1 } if cell.index == 0), "{error}");
        let mut b = ones.clone();
        b[0] = 0.0;
        solver(&a, method, 1e-10).solve(&a, &b, &mut [0.0; 60]).unwrap();
    }
    a.east.other[2] = -1.0;
    a.extra[3] = f64::NAN;
    let error = a.check_coefficients().unwrap_err().to_string();
    assert!(error.contains("layer 1, row 1, column 3: east other = -1 is negative"), "{error}");
    assert!(error.contains("layer 1, row 1, column 4: extra = NaN is not a finite number"), "{error}");
}

#[test]
fn gmres_solves_as_a_dense_factorisation_and_its_residual_never_grows() {
    for (wind, restart, seed) in [(0.0, 60, 1), (3.0, 60, 2), (30.0, 8, 3)] {
        let a = random_jacobian(shape(3, 9, 8), 1e2, wind, 0.2, seed);
        let (_, b) = problem(&a, seed);
        let dense = dense_general(&a, &b);
        let mut m = JacobianMultigrid::new(a.shape, SMALL_DIRECT);
        m.rebuild(&a);
        let mut krylov = Gmres::new(b.len(), restart);
        let mut x = vec![0.0; b.len()];
        let settings = GmresSettings { relative_tolerance: 1e-11, ..GmresSettings::default() };
        let report = krylov.solve(&a, &mut m, &b, &mut x, &settings).unwrap();
        let difference: Vec<f64> = x.iter().zip(&dense).map(|(x, d)| x - d).collect();
        assert!(vector::norm(&difference) <= 1e-6 * vector::norm(&dense), "wind {wind}: {report:?}");
        let rising = krylov.history().windows(2).any(|pair| pair[1] > pair[0] * (1.0 + 1e-6));
        assert!(!rising, "wind {wind}: {:?}", krylov.history());
        assert_eq!(krylov.history().len(), report.iterations + 1);
    }
}

#[test]
fn gmres_says_when_it_gets_nowhere() {
    let a = sloping(30, 31);
    let (_, b) = problem(&a, 5);
    struct Nothing;
    impl Preconditioner for Nothing {
        fn precondition(&mut self, _: &[f64], correction: &mut [f64]) {
            correction.fill(0.0);
        }
    }
    let mut x = vec![0.0; b.len()];
    let error =
        Gmres::new(b.len(), 10).solve(&a, &mut Nothing, &b, &mut x, &GmresSettings::default()).unwrap_err();
    assert!(matches!(error, SolveError::NotConverged { .. }), "{error}");
    let mut wrong = b.clone();
    wrong[a.active().iter().position(|active| *active).unwrap()] = f64::NAN;
    let error = Gmres::new(b.len(), 10).solve(&a, &mut Nothing, &wrong, &mut x, &GmresSettings::default());
    assert!(matches!(error, Err(SolveError::NotFinite { .. })), "{error:?}");
}
