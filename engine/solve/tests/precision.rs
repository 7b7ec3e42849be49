//! Single precision inside: where it gets no further, double precision goes on.

#![allow(clippy::unwrap_used)]

mod random_systems;

use quanyu_solve::{
    CgSettings, Cycle, Family, LayeredOperator, LinearOperator, Method, MultigridSettings, SolveError,
    SymmetricSettings, SymmetricSolver, vector,
};
use random_systems::{Random, dense_solution, random_operator, shape};

fn settings(method: Method, cycle: Cycle, relative_tolerance: f64) -> SymmetricSettings {
    let stop = CgSettings { relative_tolerance, max_iterations: 6000, ..CgSettings::default() };
    let multigrid = MultigridSettings { direct_cost: 100, cycle };
    SymmetricSettings { method, stop, multigrid, ..Default::default() }
}

/// Two groups of cells, the coefficients of the second so much smaller that single precision keeps only two or three of their bits.
fn hardly_there(factor: f64, seed: u64) -> (LayeredOperator, Vec<f64>) {
    let mut a = random_operator(shape(2, 16, 20), 10.0, 0.0, seed);
    let columns = a.shape.columns;
    let second = |n: usize| n % columns >= 10;
    for n in 0..a.shape.cells() {
        if n % columns == 9 {
            a.east[n] = 0.0;
        }
        if second(n) {
            for values in [&mut a.east, &mut a.south, &mut a.down, &mut a.extra] {
                values[n] *= factor;
            }
        }
    }
    a.extra[0] = 1.0;
    for row in 0..16 {
        a.extra[row * columns + 19] = factor;
    }
    let mut random = Random(seed);
    // Small there too, so that the unknowns stay within the range of single precision.
    let b = (0..a.shape.cells()).map(|n| random.normal() * if second(n) { 1e-8 } else { 1.0 }).collect();
    (a, b)
}

/// A line of cells, held at one end, with rain on all.
fn line(cells: usize) -> (LayeredOperator, Vec<f64>) {
    let mut a = LayeredOperator::new(shape(1, 1, cells), vec![true; cells]).unwrap();
    a.east[..cells - 1].fill(1.0);
    a.extra[0] = 1.0;
    (a, vec![1.0; cells])
}

/// Heads along the line, added up in whole numbers: through each face goes the rain of all cells beyond it.
fn heads_of_line(cells: usize) -> Vec<f64> {
    let mut head = cells;
    (0..cells)
        .map(|n| {
            head += if n > 0 { cells - n } else { 0 };
            head as f64
        })
        .collect()
}

/// On a line of a million cells neighbours differ by less than single precision can tell, so that its recurrence stalls, far above the
/// target; double precision, from where that got to, does not.
#[test]
fn double_precision_goes_on_where_single_precision_stalls() {
    let (a, b) = line(1_000_000);
    let mut x = vec![0.0; b.len()];
    let settings = settings(Method::Multigrid, Cycle::K, 1e-6);
    let report = SymmetricSolver::new(a.shape, settings).solve(&a, &b, &mut x).unwrap();
    assert!(report.restarts > 0, "single precision did not stall: {report:?}");
    let error: Vec<f64> = x.iter().zip(heads_of_line(b.len())).map(|(x, head)| x - head).collect();
    let error = vector::norm(&error) / vector::norm(&x);
    assert!(error < 1e-4, "{error:e} {report:?}");
    assert!(report.final_residual <= report.target || report.at_rounding_floor);
}

/// Two rows of four cells, joined in pairs a million times more strongly than otherwise: what such a face carries is lost in the rounding
/// of single precision.
#[test]
fn faces_much_stronger_than_the_others_are_left_to_double_precision() {
    let mut a = LayeredOperator::new(shape(4, 2, 2), vec![true; 16]).unwrap();
    for n in 0..16 {
        a.extra[n] = if n % 3 == 0 { 1.0 } else { 0.0 };
        a.east[n] = if n % 2 == 0 { 3e6 } else { 0.0 };
        a.south[n] = if n % 4 < 2 { 0.5 } else { 0.0 };
        a.down[n] = if n < 12 { 0.5 } else { 0.0 };
    }
    let b: Vec<f64> = (0..16).map(|n| f64::from(n % 5) - 1.5).collect();
    let expected = dense_solution(&a, &b);
    for (method, cycle) in
        [(Method::Multigrid, Cycle::V), (Method::Multigrid, Cycle::K), (Method::Aggregation, Cycle::K)]
    {
        let mut settings = settings(method, cycle, 1e-12);
        settings.multigrid.direct_cost = 0;
        let mut x = vec![0.0; 16];
        let report = SymmetricSolver::new(a.shape, settings).solve(&a, &b, &mut x).unwrap();
        let error: Vec<f64> = x.iter().zip(&expected).map(|(x, e)| x - e).collect();
        let error = vector::norm(&error) / vector::norm(&expected);
        assert!(error < 1e-8, "{method:?} {cycle:?}: {error:e} {report:?}");
        assert!(report.iterations < 600, "{report:?}");
        assert!(
            method == Method::Aggregation || report.restarts > 0,
            "double precision was not asked: {report:?}"
        );
    }
}

/// Coefficients that single precision cannot hold, or not invert, leave a part of the system without a preconditioner. That is found
/// out: incomplete factors, which are in double precision, solve it, and multigrid alone says that it cannot.
#[test]
fn coefficients_beyond_single_precision_are_solved_in_double() {
    for (power, seed) in [(126, 0), (130, 1), (140, 2), (149, 3), (400, 4)] {
        let (a, b) = hardly_there(2_f64.powi(-power), seed);
        let mut residual = vec![0.0; b.len()];
        let mut x = vec![0.0; b.len()];
        let mut auto = SymmetricSolver::new(a.shape, settings(Method::Auto, Cycle::V, 1e-12));
        let report = auto.solve(&a, &b, &mut x).unwrap();
        assert_eq!(auto.choice().family, Family::Incomplete, "{}", auto.choice());
        a.residual(&b, &x, &mut residual);
        assert!(vector::norm(&residual) <= report.target, "2^-{power}: {report:?}");
        for (method, cycle) in [(Method::Multigrid, Cycle::K), (Method::Aggregation, Cycle::K)] {
            x.fill(0.0);
            let error = SymmetricSolver::new(a.shape, settings(method, cycle, 1e-12)).solve(&a, &b, &mut x);
            let error = error.unwrap_err();
            assert!(
                matches!(error, SolveError::NotPositiveDefinite { .. }),
                "2^-{power}, {method:?}: {error}"
            );
            assert!(error.to_string().contains("layer"), "{error}");
        }
    }
    // The least that it can.
    let (a, b) = hardly_there(2_f64.powi(-118), 5);
    for method in [Method::Multigrid, Method::Aggregation] {
        let mut x = vec![0.0; b.len()];
        SymmetricSolver::new(a.shape, settings(method, Cycle::K, 1e-12)).solve(&a, &b, &mut x).unwrap();
    }
}
