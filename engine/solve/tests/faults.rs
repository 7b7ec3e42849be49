//! Systems that have no solution, or none that can be written down: each is refused with the cell to look at.

#![allow(clippy::unwrap_used)]

mod random_systems;

use quanyu_solve::{
    BicgstabSettings, Cell, CgSettings, ConjugateGradient, FaultKind, Gmres, GmresSettings, Jacobi,
    JacobianMethod, JacobianSettings, JacobianSolver, LayeredOperator, LinearOperator, Method,
    Preconditioner, SolveError, SymmetricSettings, SymmetricSolver,
};
use random_systems::{random_jacobian, random_operator, shape};

const METHODS: [Method; 6] = [
    Method::Multigrid,
    Method::Aggregation,
    Method::IncompleteCholesky,
    Method::Jacobi,
    Method::Cholesky,
    Method::Auto,
];

fn solver(a: &LayeredOperator, method: Method) -> SymmetricSolver {
    SymmetricSolver::new(a.shape, SymmetricSettings { method, ..Default::default() })
}

#[test]
fn no_active_cell_is_an_error() {
    let a = LayeredOperator::new(shape(2, 3, 4), vec![false; 24]).unwrap();
    for method in METHODS {
        let error = solver(&a, method).solve(&a, &[1.0; 24], &mut [0.0; 24]).unwrap_err();
        assert_eq!(error, SolveError::NothingActive { cells: 24 });
        assert!(error.to_string().contains("none of the 24 cells"), "{error}");
    }
    let mut j = random_jacobian(shape(2, 3, 4), 10.0, 1.0, 0.0, 1);
    for values in [&mut j.east, &mut j.south, &mut j.down] {
        values.own.fill(0.0);
        values.other.fill(0.0);
    }
    j.extra.fill(0.0);
    j.active_mut().fill(false);
    let mut newton = JacobianSolver::new(j.shape, JacobianSettings::default());
    assert_eq!(newton.solve(&j, &[1.0; 24], &mut [0.0; 24]), Err(SolveError::NothingActive { cells: 24 }));
}

#[test]
fn every_coefficient_that_cannot_be_is_named() {
    for (value, kind) in [
        (f64::NAN, FaultKind::NotFinite),
        (f64::INFINITY, FaultKind::NotFinite),
        (f64::NEG_INFINITY, FaultKind::NotFinite),
        (-1e-30, FaultKind::Negative),
        (1e160, FaultKind::TooLarge),
    ] {
        let sound = random_operator(shape(2, 4, 5), 10.0, 0.0, 3);
        for name in ["east", "south", "down", "extra"] {
            let mut a = sound.clone();
            let at = a.shape.index(0, 2, 1);
            match name {
                "east" => a.east[at] = value,
                "south" => a.south[at] = value,
                "down" => a.down[at] = value,
                _ => a.extra[at] = value,
            }
            for method in METHODS {
                let error = solver(&a, method).solve(&a, &[1.0; 40], &mut [0.0; 40]).unwrap_err();
                let SolveError::Coefficients { faults, total: 1 } = &error else { panic!("{error}") };
                assert_eq!((faults[0].coefficient, faults[0].kind), (name, kind));
                assert_eq!(faults[0].cell.position, Some([0, 2, 1]), "{error}");
            }
        }
    }
}

#[test]
fn a_right_hand_side_out_of_range_is_named_and_not_taken_for_zero() {
    let a = random_operator(shape(3, 6, 7), 10.0, 0.0, 3);
    let j = random_jacobian(shape(3, 6, 7), 10.0, 1.0, 0.0, 3);
    let worst = a.shape.index(1, 4, 2);
    for size in [1e200, 1e-200] {
        let mut b = vec![0.5 * size; a.shape.cells()];
        b[worst] = -size;
        for method in METHODS {
            let error = solver(&a, method).solve(&a, &b, &mut vec![0.0; b.len()]).unwrap_err();
            let SolveError::OutOfRange { what: "the right-hand side", value, cell } = error else {
                panic!("{method:?}: {error}");
            };
            assert_eq!((value, cell.position), (-size, Some([1, 4, 2])), "{method:?}");
        }
        for method in [JacobianMethod::Multigrid, JacobianMethod::IncompleteLu, JacobianMethod::Auto] {
            let settings =
                JacobianSettings { method, stop: BicgstabSettings::default(), ..Default::default() };
            let solved = JacobianSolver::new(j.shape, settings).solve(&j, &b, &mut vec![0.0; b.len()]);
            let Err(SolveError::OutOfRange { cell, .. }) = solved else { panic!("{method:?}: {solved:?}") };
            assert_eq!(cell.position, Some([1, 4, 2]), "{method:?}");
        }
        let mut m = Jacobi::new(b.len());
        m.rebuild(&j);
        let mut x = vec![0.0; b.len()];
        let solved = Gmres::new(b.len(), 20).solve(&j, &mut m, &b, &mut x, &GmresSettings::default());
        assert!(matches!(solved, Err(SolveError::OutOfRange { .. })), "{solved:?}");
    }
    // Small and large, and in range.
    for size in [1e-120, 1e120] {
        let b = vec![size; a.shape.cells()];
        let mut x = vec![0.0; b.len()];
        let report = solver(&a, Method::Multigrid).solve(&a, &b, &mut x).unwrap();
        assert!(report.iterations > 0 && x.iter().all(|x| *x > 0.0 && x.is_finite()));
    }
}

/// Symmetric, and positive but for a group of its unknowns.
struct Indefinite {
    negative: usize,
}

impl LinearOperator for Indefinite {
    fn size(&self) -> usize {
        20
    }

    fn apply(&self, x: &[f64], y: &mut [f64]) {
        for n in 0..20 {
            let before = if n > 0 { x[n - 1] } else { 0.0 };
            let after = if n < 19 { x[n + 1] } else { 0.0 };
            y[n] = if n == self.negative { -6.0 } else { 2.5 } * x[n] - before - after;
        }
    }

    fn diagonal(&self, diagonal: &mut [f64]) {
        diagonal.fill(2.5);
        diagonal[self.negative] = -6.0;
    }

    fn locate(&self, index: usize) -> Cell {
        Cell { index, position: Some([0, index / 5, index % 5]) }
    }
}

/// No preconditioner.
struct Nothing;

impl Preconditioner for Nothing {
    fn precondition(&mut self, residual: &[f64], correction: &mut [f64]) {
        correction.copy_from_slice(residual);
    }
}

#[test]
fn an_indefinite_matrix_names_the_cell_that_makes_it_so() {
    for (negative, flexible) in [(7, false), (13, true)] {
        let a = Indefinite { negative };
        let settings = CgSettings { flexible, ..CgSettings::default() };
        let b: Vec<f64> = (0..20).map(|n| 1.0 + 0.1 * f64::from(n)).collect();
        let mut x = vec![0.0; 20];
        let solved = ConjugateGradient::new(20).solve(&a, &mut Nothing, &b, &mut x, &settings);
        let Err(SolveError::NotPositiveDefinite { what: "matrix", cell, curvature, .. }) = &solved else {
            panic!("{solved:?}");
        };
        assert!(cell.index == negative && *curvature < 0.0, "{solved:?}");
        let message = solved.unwrap_err().to_string();
        assert!(
            message.contains(&format!("row {}, column {}", negative / 5 + 1, negative % 5 + 1)),
            "{message}"
        );
        let mut m = Jacobi::new(20);
        m.rebuild(&a);
        // By its diagonal the preconditioner shows it first.
        let mut side = vec![1.0; 20];
        side[negative] = 40.0;
        let solved = ConjugateGradient::new(20).solve(&a, &mut m, &side, &mut [0.0; 20], &settings);
        let Err(SolveError::NotPositiveDefinite { what: "preconditioner", cell, .. }) = &solved else {
            panic!("{solved:?}");
        };
        assert_eq!(cell.index, negative);
    }
}
