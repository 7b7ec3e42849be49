//! The symmetric solvers against a dense reference.

#![allow(clippy::unwrap_used)]

mod common;

use common::{Random, basin, dense_solution, energy_norm, random_operator, shape};
use quanyu_solve::{CgSettings, Method, SymmetricSettings, SymmetricSolver};

fn error_in_energy(
    method: Method,
    layers: usize,
    rows: usize,
    columns: usize,
    contrast: f64,
    seed: u64,
) -> f64 {
    let shape = shape(layers, rows, columns);
    let a = random_operator(shape, contrast, 0.2, seed);
    let mut random = Random(seed ^ 77);
    let b: Vec<f64> = (0..shape.cells()).map(|n| if a.active()[n] { random.normal() } else { 0.0 }).collect();
    let reference = dense_solution(&a, &b);
    let stop = CgSettings { relative_tolerance: 1e-12, max_iterations: 3000, ..CgSettings::default() };
    let mut solver = SymmetricSolver::new(shape, SymmetricSettings { method, stop, ..Default::default() });
    let mut x = vec![0.0; shape.cells()];
    solver.rebuild(&a).unwrap();
    let report = solver.solve(&a, &b, &mut x).unwrap();
    assert!(report.final_residual <= report.target || report.at_rounding_floor);
    let error: Vec<f64> = x.iter().zip(&reference).map(|(x, r)| x - r).collect();
    energy_norm(&a, &error) / energy_norm(&a, &reference)
}

#[test]
fn every_method_agrees_with_a_dense_factorisation() {
    for method in [Method::Multigrid, Method::IncompleteCholesky, Method::Jacobi, Method::Auto] {
        for (layers, rows, columns) in
            [(1, 1, 1), (1, 1, 40), (3, 40, 1), (12, 5, 4), (4, 9, 12), (2, 17, 16), (7, 1, 1)]
        {
            for contrast in [1.0, 1e4, 1e8] {
                if contrast > 1e4 && method == Method::Jacobi {
                    continue;
                }
                let error = error_in_energy(method, layers, rows, columns, contrast, 5);
                assert!(
                    error < 1e-6,
                    "{method:?} {layers}x{rows}x{columns} contrast {contrast:e}: {error:e}"
                );
            }
        }
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
        solver.rebuild(&a).unwrap();
        let report = solver.solve(&a, &b, &mut x).unwrap();
        assert!(report.iterations <= most, "sigma {sigma}: {report:?}");
    }
}
