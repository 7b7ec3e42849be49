//! The solvers for matrices that are not symmetric against a dense reference.

#![allow(clippy::unwrap_used)]

mod common;

use common::{Random, dense_general, random_jacobian, shape};
use quanyu_solve::{
    BiConjugateGradientStabilised, BicgstabSettings, IncompleteLu, JacobianMultigrid, LinearOperator,
    MultigridSettings, SolveReport, vector,
};

enum Kind {
    Multigrid,
    IncompleteLu,
}

fn solve(kind: &Kind, size: [usize; 3], contrast: f64, wind: f64, seed: u64) -> (f64, SolveReport) {
    let shape = shape(size[0], size[1], size[2]);
    let a = random_jacobian(shape, contrast, wind, 0.2, seed);
    a.check_coefficients().unwrap();
    let mut random = Random(seed ^ 99);
    let reference: Vec<f64> =
        (0..shape.cells()).map(|n| if a.active()[n] { random.normal() } else { 0.0 }).collect();
    let mut b = vec![0.0; shape.cells()];
    a.apply(&reference, &mut b);
    let dense = dense_general(&a, &b);
    let settings = BicgstabSettings { relative_tolerance: 1e-13, max_iterations: 2000, ..Default::default() };
    let mut krylov = BiConjugateGradientStabilised::new(shape.cells());
    let mut x = vec![0.0; shape.cells()];
    let report = match kind {
        Kind::Multigrid => {
            let mut m = JacobianMultigrid::new(shape, MultigridSettings { direct_cost: 200 });
            m.rebuild(&a);
            krylov.solve(&a, &mut m, &b, &mut x, &settings)
        }
        Kind::IncompleteLu => {
            let mut m = IncompleteLu::new(shape);
            m.rebuild(&a);
            krylov.solve(&a, &mut m, &b, &mut x, &settings)
        }
    };
    let report = report.unwrap();
    let difference: Vec<f64> = x.iter().zip(&dense).map(|(x, d)| x - d).collect();
    (vector::norm(&difference) / vector::norm(&dense), report)
}

#[test]
fn both_preconditioners_agree_with_a_dense_factorisation() {
    for kind in [Kind::Multigrid, Kind::IncompleteLu] {
        for size in [[1, 1, 1], [1, 1, 40], [3, 30, 1], [12, 5, 4], [4, 9, 12], [2, 17, 16], [7, 1, 1]] {
            for (contrast, wind) in [(1.0, 0.0), (1.0, 10.0), (1e3, 1.0), (1e3, 100.0)] {
                let (error, report) = solve(&kind, size, contrast, wind, 11);
                println!("{size:?} contrast {contrast:e} wind {wind}: {error:e} {report:?}");
                assert!(error < 1e-6, "{size:?} contrast {contrast:e} wind {wind}: {error:e} {report:?}");
            }
        }
    }
}
