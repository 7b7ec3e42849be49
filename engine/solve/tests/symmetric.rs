//! The symmetric solvers against a dense reference, and what they promise beside the solution.

#![allow(clippy::unwrap_used)]

mod random_systems;

use proptest::prelude::*;
use quanyu_solve::{
    CgSettings, ConjugateGradient, Cycle, Family, IncompleteCholesky, Jacobi, LayeredMultigrid,
    LayeredOperator, LinearOperator, Method, MultigridSettings, Preconditioner, SolveError,
    SymmetricSettings, SymmetricSolver, vector,
};
use random_systems::{Random, basin, dense_solution, energy_norm, random_operator, shape};

fn solver(a: &LayeredOperator, method: Method, relative_tolerance: f64) -> SymmetricSolver {
    let stop = CgSettings { relative_tolerance, max_iterations: 4000, ..CgSettings::default() };
    // A small direct problem, so that small grids have several levels too.
    let multigrid = MultigridSettings { direct_cost: 100, cycle: Cycle::V };
    SymmetricSolver::new(a.shape, SymmetricSettings { method, stop, multigrid, ..Default::default() })
}

fn random_vector(a: &LayeredOperator, seed: u64) -> Vec<f64> {
    let mut random = Random(seed);
    a.active().iter().map(|active| if *active { random.normal() } else { 0.0 }).collect()
}

/// Error of a solve in the energy norm, relative to the dense solution's.
fn error_in_energy(a: &LayeredOperator, method: Method, seed: u64) -> f64 {
    let b = random_vector(a, seed ^ 77);
    let reference = dense_solution(a, &b);
    let mut x = vec![0.0; b.len()];
    let report = solver(a, method, 1e-12).solve(a, &b, &mut x).unwrap();
    assert!(report.final_residual <= report.target || report.at_rounding_floor, "{report:?}");
    let error: Vec<f64> = x.iter().zip(&reference).map(|(x, r)| x - r).collect();
    energy_norm(a, &error) / energy_norm(a, &reference).max(f64::MIN_POSITIVE)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_system_is_solved_as_by_a_dense_factorisation(
        layers in 1_usize..=12,
        rows in 1_usize..=8,
        columns in 1_usize..=8,
        decades in 0.0_f64..8.0,
        inactive in 0.0_f64..0.5,
        seed in any::<u64>(),
    ) {
        let a = random_operator(shape(layers, rows, columns), 10_f64.powf(decades), inactive, seed);
        prop_assume!(a.active().contains(&true));
        for method in [Method::Multigrid, Method::Aggregation, Method::IncompleteCholesky, Method::Cholesky, Method::Auto] {
            let error = error_in_energy(&a, method, seed);
            prop_assert!(error < 1e-6, "{method:?}: {error:e}");
        }
    }

    #[test]
    fn the_cycle_is_symmetric_and_positive(
        layers in 1_usize..=5,
        rows in 1_usize..=20,
        columns in 1_usize..=20,
        decades in 0.0_f64..6.0,
        seed in any::<u64>(),
    ) {
        let a = random_operator(shape(layers, rows, columns), 10_f64.powf(decades), 0.2, seed);
        let mut m = LayeredMultigrid::new(a.shape, MultigridSettings { direct_cost: 100, cycle: Cycle::V });
        m.rebuild(&a);
        let (x, y) = (random_vector(&a, seed ^ 1), random_vector(&a, seed ^ 2));
        let (mut mx, mut my) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        m.precondition(&x, &mut mx);
        m.precondition(&y, &mut my);
        let (xmx, ymy) = (vector::dot(&x, &mx), vector::dot(&y, &my));
        prop_assert!(vector::norm(&x) == 0.0 || (xmx > 0.0 && ymy > 0.0));
        let difference = (vector::dot(&x, &my) - vector::dot(&y, &mx)).abs();
        prop_assert!(difference <= 1e-5 * (xmx * ymy).sqrt(), "{difference:e} of {:e}", (xmx * ymy).sqrt());
    }
}

#[test]
fn diagonal_scaling_solves_too() {
    for (layers, rows, columns) in [(1, 1, 1), (1, 1, 40), (3, 30, 1), (4, 9, 12)] {
        let a = random_operator(shape(layers, rows, columns), 1e3, 0.2, 4);
        let error = error_in_energy(&a, Method::Jacobi, 4);
        assert!(error < 1e-6, "{layers}×{rows}×{columns}: {error:e}");
    }
}

#[test]
fn a_basin_of_72_thousand_cells_takes_few_iterations() {
    let shape = shape(4, 147, 147);
    for (sigma, most) in [(0.0, 15), (1.0, 20), (2.0, 40)] {
        let (a, b) = basin(shape, sigma, 3);
        let settings = SymmetricSettings { method: Method::Multigrid, ..Default::default() };
        let mut solver = SymmetricSolver::new(shape, settings);
        let mut x = vec![0.0; shape.cells()];
        let report = solver.solve(&a, &b, &mut x).unwrap();
        assert!(report.iterations <= most, "sigma {sigma}: {report:?}");
        let mut residual = vec![0.0; shape.cells()];
        a.residual(&b, &x, &mut residual);
        assert_eq!(
            report.final_residual,
            vector::norm(&residual),
            "the reported residual is not the true one"
        );
    }
}

#[test]
fn the_same_bits_come_from_any_number_of_threads() {
    // Large enough that every kernel splits its work.
    let (a, b) = basin(shape(3, 230, 211), 1.0, 8);
    let solve = |threads: usize, method: Method| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut x = vec![0.0; b.len()];
            let mut stop = CgSettings { relative_tolerance: 1e-6, ..CgSettings::default() };
            stop.max_iterations = 2000;
            let settings = SymmetricSettings { method, stop, ..Default::default() };
            SymmetricSolver::new(a.shape, settings).solve(&a, &b, &mut x).unwrap();
            x.into_iter().map(f64::to_bits).collect::<Vec<u64>>()
        })
    };
    for method in [Method::Multigrid, Method::Aggregation, Method::IncompleteCholesky, Method::Cholesky] {
        let one = solve(1, method);
        for threads in [2, 3, 8] {
            assert!(one == solve(threads, method), "{method:?} differs on {threads} threads");
        }
    }
}

#[test]
fn inactive_cells_keep_what_they_were_given() {
    let a = random_operator(shape(2, 8, 8), 10.0, 0.4, 3);
    // A right-hand side in inactive rows must not disturb the others, or count.
    let b: Vec<f64> = (0..a.shape.cells()).map(|n| if a.active()[n] { 1.0 } else { 1e9 }).collect();
    let clean: Vec<f64> = (0..a.shape.cells()).map(|n| if a.active()[n] { 1.0 } else { 0.0 }).collect();
    let reference = dense_solution(&a, &clean);
    for method in
        [Method::Multigrid, Method::Aggregation, Method::IncompleteCholesky, Method::Jacobi, Method::Cholesky]
    {
        let mut x: Vec<f64> = a.active().iter().map(|active| if *active { 0.0 } else { -999.0 }).collect();
        solver(&a, method, 1e-12).solve(&a, &b, &mut x).unwrap();
        for n in 0..x.len() {
            let expected = if a.active()[n] { reference[n] } else { -999.0 };
            assert!(
                (x[n] - expected).abs() <= 1e-7 * expected.abs().max(1.0),
                "{method:?}: {} {expected}",
                x[n]
            );
        }
    }
}

/// Two groups of cells, the second with nothing that fixes its level.
fn with_island() -> LayeredOperator {
    let mut a = LayeredOperator::new(shape(1, 4, 6), vec![true; 24]).unwrap();
    random_systems::fill(&mut a, &[1.0; 24], 1.0);
    for row in 0..4 {
        a.east[row * 6 + 2] = 0.0;
    }
    a.extra[0] = 1.0;
    a
}

#[test]
fn an_island_without_a_level_is_solved_where_that_can_be_and_named_where_not() {
    let a = with_island();
    assert!(
        matches!(a.check(), Err(SolveError::Singular { cell, cells: 12 }) if cell.position == Some([0, 0, 3]))
    );
    let mut consistent = vec![0.5; 24];
    for n in (0..24).filter(|n| n % 6 >= 3) {
        consistent[n] = if n < 12 { 1.0 } else { -1.0 };
    }
    for method in
        [Method::Multigrid, Method::Aggregation, Method::IncompleteCholesky, Method::Jacobi, Method::Cholesky]
    {
        let mut x = vec![0.0; 24];
        solver(&a, method, 1e-10).solve(&a, &consistent, &mut x).unwrap();
        let mut residual = vec![0.0; 24];
        a.residual(&consistent, &x, &mut residual);
        assert!(vector::norm(&residual) < 1e-8, "{method:?}");
    }
    for method in [
        Method::Multigrid,
        Method::Aggregation,
        Method::IncompleteCholesky,
        Method::Jacobi,
        Method::Cholesky,
        Method::Auto,
    ] {
        let error = solver(&a, method, 1e-10).solve(&a, &[1.0; 24], &mut [0.0; 24]).unwrap_err();
        let message = error.to_string();
        assert!(
            message.contains("12 connected cells around layer 1, row 1, column 4"),
            "{method:?}: {message}"
        );
    }
}

#[test]
fn an_empty_row_is_left_alone_unless_something_is_asked_of_it() {
    let mut a = with_island();
    a.extra[3] = 1.0;
    // Cut the last cell off.
    (a.east[22], a.south[17]) = (0.0, 0.0);
    let mut b = vec![1.0; 24];
    b[23] = 0.0;
    for method in
        [Method::Multigrid, Method::Aggregation, Method::IncompleteCholesky, Method::Jacobi, Method::Cholesky]
    {
        let mut x = vec![7.0; 24];
        solver(&a, method, 1e-10).solve(&a, &b, &mut x).unwrap();
        assert_eq!(x[23], 7.0);
        assert!(x[..23].iter().all(|x| *x != 7.0));
        let error = solver(&a, method, 1e-10).solve(&a, &[1.0; 24], &mut x).unwrap_err();
        assert!(error.to_string().contains("layer 1, row 4, column 6"), "{error}");
    }
}

#[test]
fn cells_that_only_pass_water_through_are_solved() {
    // The middle layer has vertical faces and nothing else.
    let mut a = LayeredOperator::new(shape(3, 6, 7), vec![true; 126]).unwrap();
    random_systems::fill(&mut a, &[2.0; 126], 1e5);
    (a.east[42..84]).fill(0.0);
    (a.south[42..84]).fill(0.0);
    a.extra[0] = 0.1;
    for method in [Method::Multigrid, Method::Aggregation, Method::IncompleteCholesky, Method::Cholesky] {
        let error = error_in_energy(&a, method, 9);
        assert!(error < 1e-6, "{method:?}: {error:e}");
    }
}

#[test]
fn the_unit_of_coefficients_and_levels_does_not_matter() {
    let (a, b) = basin(shape(2, 40, 40), 1.0, 5);
    let solve = |coefficients: f64, levels: f64| {
        let mut a = a.clone();
        for values in [&mut a.east, &mut a.south, &mut a.down, &mut a.extra] {
            values.iter_mut().for_each(|v| *v *= coefficients);
        }
        let b: Vec<f64> = b.iter().map(|b| b * coefficients * levels).collect();
        let mut x = vec![0.0; b.len()];
        solver(&a, Method::Multigrid, 1e-9).solve(&a, &b, &mut x).unwrap();
        x.iter().map(|x| (x / levels).to_bits()).collect::<Vec<u64>>()
    };
    // Powers of two only, so that nothing but the exponents differ.
    let plain = solve(1.0, 1.0);
    for (coefficients, levels) in [(2_f64.powi(-130), 1.0), (2_f64.powi(140), 2_f64.powi(-150))] {
        assert!(plain == solve(coefficients, levels), "{coefficients:e} {levels:e}");
    }
}

#[test]
fn the_measure_does_not_depend_on_the_datum() {
    let (a, b) = basin(shape(2, 40, 40), 1.0, 5);
    let target = |datum: f64| {
        let b: Vec<f64> = b.iter().zip(&a.extra).map(|(b, extra)| b + datum * extra).collect();
        let mut x = vec![datum; b.len()];
        solver(&a, Method::Multigrid, 1e-8).solve(&a, &b, &mut x).unwrap().target
    };
    let (low, high) = (target(0.0), target(4096.0));
    assert!((low - high).abs() < 1e-9 * low, "{low:e} {high:e}");
}

/// Multigrid whose correction is blurred anew each time.
struct Noisy(LayeredMultigrid, Random);

impl Preconditioner for Noisy {
    fn precondition(&mut self, residual: &[f64], correction: &mut [f64]) {
        self.0.precondition(residual, correction);
        for value in correction {
            *value *= 1.0 + 0.3 * self.1.uniform();
        }
    }
}

#[test]
fn the_flexible_form_stands_a_preconditioner_that_changes() {
    let (a, b) = basin(shape(3, 60, 60), 1.0, 5);
    let iterations = |flexible: bool| {
        let mut m = LayeredMultigrid::new(a.shape, MultigridSettings::default());
        m.rebuild(&a);
        let settings = CgSettings { flexible, max_iterations: 400, ..CgSettings::default() };
        let mut krylov = ConjugateGradient::new(a.shape.cells());
        let mut x = vec![0.0; b.len()];
        let solved = krylov.solve(&a, &mut Noisy(m, Random(1)), &b, &mut x, &settings);
        solved.map_or(usize::MAX, |report| report.iterations)
    };
    let (flexible, plain) = (iterations(true), iterations(false));
    assert!(flexible < 60 && flexible < plain, "flexible {flexible}, plain {plain}");
}

#[test]
fn what_cannot_be_solved_is_named() {
    let mut a = random_operator(shape(2, 5, 6), 10.0, 0.0, 3);
    let ones = vec![1.0; 60];
    let mut b = ones.clone();
    b[a.shape.index(1, 2, 3)] = f64::NAN;
    let said = |error: SolveError| error.to_string();
    for method in [
        Method::Multigrid,
        Method::Aggregation,
        Method::IncompleteCholesky,
        Method::Jacobi,
        Method::Cholesky,
        Method::Auto,
    ] {
        let mut solver = solver(&a, method, 1e-10);
        let error = said(solver.solve(&a, &b, &mut [0.0; 60]).unwrap_err());
        assert!(error.contains("right-hand side") && error.contains("layer 2, row 3, column 4"), "{error}");
        let mut x = ones.clone();
        x[7] = f64::INFINITY;
        let error = said(solver.solve(&a, &ones, &mut x).unwrap_err());
        assert!(error.contains("layer 1, row 2, column 2"), "{error}");
        let error = said(solver.solve(&a, &ones[1..], &mut x).unwrap_err());
        assert!(error.contains("59 elements, 60"), "{error}");
        solver.stop_mut().max_iterations = 1;
        let error = solver.solve(&a, &ones, &mut [0.0; 60]);
        // One iteration is enough with all factors.
        if method != Method::Auto && method != Method::Cholesky {
            assert!(matches!(error, Err(SolveError::NotConverged { iterations: 1, .. })), "{error:?}");
        }
        let other = random_operator(shape(1, 10, 6), 10.0, 0.0, 3);
        assert!(matches!(solver.rebuild(&other), Err(SolveError::WrongShape { .. })));
    }
    (a.east[0], a.south[3], a.down[5]) = (-1.0, f64::NAN, 4.0);
    a.east[a.shape.index(0, 1, 5)] = 3.0;
    a.active_mut()[35] = false;
    let error = said(a.check_coefficients().unwrap_err());
    for part in [
        "layer 1, row 1, column 1: east = -1 is negative",
        "layer 1, row 1, column 4: south = NaN is not a finite number",
        "layer 1, row 1, column 6: down = 4 leads to a cell",
        "layer 1, row 2, column 6: east = 3 leads to a cell",
    ] {
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn a_matrix_that_is_not_positive_is_refused() {
    struct Indefinite;
    impl LinearOperator for Indefinite {
        fn size(&self) -> usize {
            2
        }
        fn apply(&self, x: &[f64], y: &mut [f64]) {
            (y[0], y[1]) = (x[0], -x[1]);
        }
        fn diagonal(&self, diagonal: &mut [f64]) {
            diagonal.copy_from_slice(&[1.0, -1.0]);
        }
    }
    let mut m = Jacobi::new(2);
    m.rebuild(&Indefinite);
    let result = ConjugateGradient::new(2).solve(
        &Indefinite,
        &mut m,
        &[1.0, 3.0],
        &mut [0.0; 2],
        &CgSettings::default(),
    );
    assert!(
        matches!(result, Err(SolveError::NotPositiveDefinite { what: "preconditioner", .. })),
        "{result:?}"
    );
}

#[test]
fn the_automatic_choice_changes_where_multigrid_fails_and_is_remembered() {
    // One conduit, a cell wide, winding over the whole grid through rock ten million times tighter.
    let shape = shape(1, 64, 64);
    let mut conductivity = vec![1e-7; shape.cells()];
    for row in 0..64 {
        for column in 0..64 {
            if row % 2 == 0 || (column == 63 && row % 4 == 1) || (column == 0 && row % 4 == 3) {
                conductivity[shape.index(0, row, column)] = 1.0;
            }
        }
    }
    let mut a = LayeredOperator::new(shape, vec![true; shape.cells()]).unwrap();
    random_systems::fill(&mut a, &conductivity, 1.0);
    a.extra[0] = 1.0;
    let b = random_vector(&a, 1);
    let mut first = solver(&a, Method::Auto, 1e-8);
    let mut x = vec![0.0; b.len()];
    first.solve(&a, &b, &mut x).unwrap();
    let choice = first.choice();
    assert_ne!(choice.family, Family::Multigrid, "{choice}");
    assert!(choice.to_string().contains("a decade"), "{choice}");
    let mut next = solver(&a, Method::Auto, 1e-8);
    next.set_choice(Some(choice));
    let (mut again, mut fresh) = (vec![0.0; b.len()], vec![0.0; b.len()]);
    first.solve(&a, &b, &mut again).unwrap();
    next.solve(&a, &b, &mut fresh).unwrap();
    assert_eq!(again, fresh);
}

#[test]
fn factors_and_levels_can_be_rebuilt() {
    let (a, b) = (random_operator(shape(3, 9, 8), 1e3, 0.2, 1), random_operator(shape(3, 9, 8), 1e3, 0.3, 2));
    let residual = random_vector(&b, 5);
    let mut fresh = vec![0.0; residual.len()];
    let mut again = fresh.clone();
    let settings = MultigridSettings { direct_cost: 100, cycle: Cycle::V };
    let mut m = LayeredMultigrid::new(b.shape, settings);
    m.rebuild(&b);
    m.precondition(&residual, &mut fresh);
    let mut m = LayeredMultigrid::new(b.shape, settings);
    m.rebuild(&a);
    m.precondition(&residual, &mut again);
    m.rebuild(&b);
    m.precondition(&residual, &mut again);
    assert_eq!(fresh, again, "multigrid");
    let mut m = IncompleteCholesky::new(b.shape);
    m.rebuild(&b);
    m.precondition(&residual, &mut fresh);
    m.rebuild(&a);
    m.rebuild(&b);
    m.precondition(&residual, &mut again);
    assert_eq!(fresh, again, "incomplete Cholesky");
}

#[test]
fn several_right_hand_sides_are_solved_as_one_by_one() {
    // Too small for threads to share in a solve, and large enough.
    for shape in [shape(3, 60, 70), shape(3, 105, 105)] {
        sides_together(&basin(shape, 1.0, 5));
    }
}

fn sides_together((a, first): &(LayeredOperator, Vec<f64>)) {
    let sides: Vec<Vec<f64>> =
        (0..5).map(|side| if side == 0 { first.clone() } else { random_vector(a, side) }).collect();
    for method in
        [Method::Multigrid, Method::Aggregation, Method::IncompleteCholesky, Method::Cholesky, Method::Auto]
    {
        let mut single = solver(a, method, 1e-8);
        let alone: Vec<(Vec<f64>, usize)> = (sides.iter())
            .map(|b| {
                let mut x = vec![0.0; b.len()];
                let iterations = single.solve(a, b, &mut x).unwrap().iterations;
                (x, iterations)
            })
            .collect();
        for threads in [1, 2, 3, 8] {
            let mut together = vec![vec![0.0; first.len()]; sides.len()];
            let mut pairs: Vec<_> =
                sides.iter().zip(&mut together).map(|(b, x)| (&b[..], &mut x[..])).collect();
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let reports = pool.install(|| solver(a, method, 1e-8).solve_many(a, &mut pairs));
            for (((alone, iterations), x), report) in alone.iter().zip(&together).zip(&reports) {
                assert!(alone == x, "{method:?}, {threads} threads: other bits");
                assert_eq!(report.as_ref().unwrap().iterations, *iterations);
            }
        }
    }
    // One that cannot be solved leaves the others alone.
    let mut wrong = sides[1].clone();
    let at = (0..wrong.len()).find(|n| a.active()[*n]).unwrap();
    wrong[at] = f64::NAN;
    let mut x = vec![vec![0.0; first.len()]; 3];
    let [one, two, three] = &mut x[..] else { unreachable!() };
    let mut pairs = [(&first[..], &mut one[..]), (&wrong[..], &mut two[..]), (&first[..], &mut three[..])];
    let reports = solver(a, Method::Multigrid, 1e-8).solve_many(a, &mut pairs);
    assert!(reports[0].is_ok() && reports[2].is_ok() && x[0] == x[2]);
    assert!(matches!(reports[1], Err(SolveError::NotFinite { cell, .. }) if cell.index == at), "{reports:?}");
}
