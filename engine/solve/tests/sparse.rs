//! Matrices that are on no grid: what is refused, and solutions against the structured solver and by their own residual.

#![allow(clippy::unwrap_used)]

mod random_systems;

use nalgebra_sparse::{CooMatrix, CsrMatrix};
use quanyu_solve::{
    CgSettings, LayeredOperator, LinearOperator, Method, SolveError, SparseFault, SparseOperator,
    SparseSolver, SymmetricSettings, SymmetricSolver,
};
use random_systems::{Random, basin, energy_norm, shape};

fn stop(relative_tolerance: f64) -> CgSettings {
    CgSettings { relative_tolerance, max_iterations: 300, ..CgSettings::default() }
}

fn csr(size: usize, entries: &[(usize, usize, f64)]) -> CsrMatrix<f64> {
    let mut matrix = CooMatrix::new(size, size);
    entries.iter().for_each(|(row, column, value)| matrix.push(*row, *column, *value));
    CsrMatrix::from(&matrix)
}

/// Points at random in a square, joined to those near them by rough couplings, some held, small groups apart from the others hardly so; numbered at random.
fn points(size: usize, sigma: f64, seed: u64) -> (CsrMatrix<f64>, Vec<f64>) {
    let mut random = Random(seed);
    let side = (size as f64).sqrt();
    let places: Vec<[f64; 2]> =
        (0..size).map(|_| [random.uniform() * side, random.uniform() * side]).collect();
    let cells = side.ceil() as usize;
    let mut bins = vec![Vec::new(); cells * cells];
    let bin =
        |place: &[f64; 2]| (place[0] as usize).min(cells - 1) * cells + (place[1] as usize).min(cells - 1);
    places.iter().enumerate().for_each(|(point, place)| bins[bin(place)].push(point));
    let mut entries = Vec::new();
    let mut diagonal = vec![0.0; size];
    for (point, place) in places.iter().enumerate() {
        let (row, column) = (place[0] as usize, place[1] as usize);
        for near in row.saturating_sub(2)..=(row + 2).min(cells - 1) {
            for beside in column.saturating_sub(2)..=(column + 2).min(cells - 1) {
                for &other in bins[near * cells + beside].iter().filter(|other| **other > point) {
                    let far = (place[0] - places[other][0]).hypot(place[1] - places[other][1]);
                    if far < 1.3 {
                        let value = (sigma * random.normal()).exp() / far.max(0.05);
                        entries.extend([(point, other, -value), (other, point, -value)]);
                        (diagonal[point], diagonal[other]) =
                            (diagonal[point] + value, diagonal[other] + value);
                    }
                }
            }
        }
    }
    for (point, diagonal) in diagonal.iter().enumerate() {
        // Lone points are held, and every hundredth.
        let held = if *diagonal == 0.0 || point % 100 == 0 { 0.5 } else { 1e-4 };
        entries.push((point, point, diagonal + held));
    }
    let b = (0..size).map(|_| random.normal()).collect();
    (csr(size, &entries), b)
}

fn residual(matrix: &CsrMatrix<f64>, b: &[f64], x: &[f64]) -> f64 {
    let of_row = |(row, entries): (usize, nalgebra_sparse::csr::CsrRow<'_, f64>)| {
        let products =
            entries.col_indices().iter().zip(entries.values()).map(|(column, value)| value * x[*column]);
        b[row] - products.sum::<f64>()
    };
    matrix.row_iter().enumerate().map(of_row).map(|r| r * r).sum::<f64>().sqrt()
}

#[test]
fn unstructured_systems_are_solved_in_iterations_that_hardly_grow() {
    for sigma in [0.0, 2.0] {
        let mut iterations = Vec::new();
        for size in [3_000, 12_000, 48_000] {
            let (matrix, b) = points(size, sigma, 7);
            let a = SparseOperator::new(&matrix).unwrap();
            let mut x = vec![0.0; size];
            let report = SparseSolver::new(size, stop(1e-9)).solve(&a, &b, &mut x).unwrap();
            let size_of_b = b.iter().map(|b| b * b).sum::<f64>().sqrt();
            assert!(residual(&matrix, &b, &x) <= 1.01e-9 * size_of_b, "{report:?}");
            iterations.push(report.iterations);
        }
        assert!(iterations.iter().all(|n| *n <= 40), "sigma {sigma}: {iterations:?}");
    }
}

#[test]
fn a_grid_given_as_a_sparse_matrix_has_the_same_solution() {
    let (a, b) = basin(shape(3, 40, 50), 2.0, 3);
    let (sparse, cells) = active_rows(&a);
    let mut structured = vec![0.0; b.len()];
    let settings =
        SymmetricSettings { method: Method::Multigrid, stop: stop(1e-12), ..SymmetricSettings::default() };
    SymmetricSolver::new(a.shape, settings).solve(&a, &b, &mut structured).unwrap();
    let own: Vec<f64> = cells.iter().map(|cell| b[*cell]).collect();
    let mut x = vec![0.0; cells.len()];
    let operator = SparseOperator::new(&sparse).unwrap();
    SparseSolver::new(x.len(), stop(1e-12)).solve(&operator, &own, &mut x).unwrap();
    let mut difference = structured.clone();
    cells.iter().zip(&x).for_each(|(cell, x)| difference[*cell] -= x);
    assert!(energy_norm(&a, &difference) <= 1e-6 * energy_norm(&a, &structured));
}

/// The rows of the active cells, and which cells they are.
fn active_rows(a: &LayeredOperator) -> (CsrMatrix<f64>, Vec<usize>) {
    let cells: Vec<usize> = (0..a.shape.cells()).filter(|cell| a.active()[*cell]).collect();
    let mut place = vec![usize::MAX; a.shape.cells()];
    cells.iter().enumerate().for_each(|(row, cell)| place[*cell] = row);
    let mut diagonal = vec![0.0; a.shape.cells()];
    a.diagonal(&mut diagonal);
    let mut entries: Vec<_> =
        cells.iter().map(|cell| (place[*cell], place[*cell], diagonal[*cell])).collect();
    for &cell in &cells {
        for (face, faces) in [&a.east, &a.south, &a.down].into_iter().enumerate() {
            if let Some(other) = a.shape.neighbour(cell, face).filter(|other| a.active()[*other]) {
                let (row, column) = (place[cell], place[other]);
                entries.extend([(row, column, -faces[cell]), (column, row, -faces[cell])]);
            }
        }
    }
    (csr(cells.len(), &entries), cells)
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let (matrix, b) = points(20_000, 1.5, 11);
    let a = SparseOperator::new(&matrix).unwrap();
    let solve = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut x = vec![0.0; b.len()];
            let mut solver = SparseSolver::new(b.len(), stop(1e-8));
            solver.rebuild(&a).unwrap();
            solver.solve(&a, &b, &mut x).unwrap();
            // Once more in the same memory.
            solver.rebuild(&a).unwrap();
            let mut again = vec![0.0; b.len()];
            solver.solve(&a, &b, &mut again).unwrap();
            assert!(x == again);
            x
        })
    };
    let one = solve(1);
    for threads in [2, 3, 8] {
        assert!(solve(threads) == one, "{threads} threads");
    }
}

#[test]
fn what_is_no_such_matrix_is_refused_with_its_place() {
    let good = [(0, 0, 2.0), (0, 1, -1.0), (1, 0, -1.0), (1, 1, 1.0)];
    let with = |at: usize, value: f64| {
        let mut entries = good;
        entries[at].2 = value;
        SparseOperator::new(&csr(2, &entries)).unwrap_err()
    };
    assert!(SparseOperator::new(&csr(2, &good)).is_ok());
    assert_eq!(with(1, -2.0), SparseFault::NotSymmetric { row: 0, column: 1, value: -2.0, other: -1.0 });
    assert_eq!(with(3, 0.5), SparseFault::NotDominant { row: 1, sum: -0.5, diagonal: 0.5 });
    assert!(matches!(with(0, f64::NAN), SparseFault::NotFinite { row: 0, column: 0, .. }));
    assert!(with(1, -2.0).to_string().contains("row 1, column 2: -2, but -1 across"));
    let positive = SparseOperator::new(&csr(2, &[(0, 0, 2.0), (0, 1, 1.0), (1, 0, 1.0), (1, 1, 2.0)]));
    assert_eq!(positive.unwrap_err(), SparseFault::Positive { row: 0, column: 1, value: 1.0 });
    let one_way = SparseOperator::new(&csr(2, &[(0, 0, 2.0), (0, 1, -1.0), (1, 1, 2.0)]));
    assert_eq!(
        one_way.unwrap_err(),
        SparseFault::NotSymmetric { row: 0, column: 1, value: -1.0, other: 0.0 }
    );
    assert!(matches!(SparseOperator::new(&CsrMatrix::zeros(2, 3)), Err(SparseFault::NotSquare { .. })));
    assert_eq!(SparseOperator::new(&CsrMatrix::zeros(0, 0)).unwrap_err(), SparseFault::Size { rows: 0 });
    // Two rows that hold one another and nothing else.
    let entries = [(0, 0, 1.0), (1, 1, 1.0), (1, 2, -1.0), (2, 1, -1.0), (2, 2, 1.0)];
    let loose = SparseOperator::new(&csr(3, &entries)).unwrap();
    let error = SparseSolver::new(3, stop(1e-8)).rebuild(&loose).unwrap_err();
    assert!(matches!(error, SolveError::Singular { cell, cells: 2 } if cell.index == 1), "{error:?}");
}

/// What the rows of a small group have in common no sweep over them finds: it needs an aggregate of its own on every level.
#[test]
fn small_groups_that_hardly_anything_holds_are_solved_with_the_rest() {
    let side = 30;
    for (apart, coupling) in [(1, 1.0), (2, 1.0), (2, 20.0), (3, 1.0), (4, 1.0), (8, 1.0)] {
        let size = side * side + apart;
        let mut entries = Vec::new();
        let mut diagonal = vec![0.1; size];
        diagonal[side * side..].fill(1e-4);
        let mut join = |one: usize, other: usize, value: f64| {
            entries.extend([(one, other, -value), (other, one, -value)]);
            diagonal[one] += value;
            diagonal[other] += value;
        };
        for at in 0..side * side {
            if at % side + 1 < side {
                join(at, at + 1, 1.0);
            }
            if at / side + 1 < side {
                join(at, at + side, 1.0);
            }
        }
        (side * side + 1..size).for_each(|at| join(at - 1, at, coupling));
        entries.extend(diagonal.iter().enumerate().map(|(at, value)| (at, at, *value)));
        let a = SparseOperator::new(&csr(size, &entries)).unwrap();
        let mut random = Random(3);
        let b: Vec<f64> = (0..size).map(|_| random.normal()).collect();
        let report = SparseSolver::new(size, stop(1e-9)).solve(&a, &b, &mut vec![0.0; size]).unwrap();
        assert!(report.iterations <= 12, "{apart} apart, {coupling}: {report:?}");
    }
}
