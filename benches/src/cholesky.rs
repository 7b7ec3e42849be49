//! Sparse Cholesky by faer, with its own fill-reducing order, on one thread.

use faer::prelude::Solve;
use faer::sparse::linalg::solvers::{Llt, SymbolicLlt};
use faer::sparse::{SparseColMat, Triplet};
use faer::{MatMut, Par, Side};
use quanyu_solve::LinearOperator;

use crate::clock::Moment;
use crate::memory;
use crate::method::Measured;
use crate::problem::Problem;

/// Factorises the matrix of the active cells and solves, with one step of refinement for each time the target is not met.
pub(crate) fn cholesky(problem: &Problem, target: f64) -> Result<Measured, String> {
    let operator = &problem.operator;
    let shape = operator.shape;
    let mut diagonal = vec![0.0; shape.cells()];
    operator.diagonal(&mut diagonal);
    let mut place = vec![usize::MAX; shape.cells()];
    let mut cells = Vec::new();
    for n in (0..shape.cells()).filter(|n| operator.active()[*n]) {
        place[n] = cells.len();
        cells.push(n);
    }
    faer::set_global_parallelism(Par::Seq);
    let mark = memory::mark();
    let started = Moment::now();
    let mut entries = Vec::with_capacity(4 * cells.len());
    let steps = [1, shape.columns, shape.layer_cells()];
    for &n in &cells {
        entries.push(Triplet::new(place[n], place[n], diagonal[n]));
        for (faces, step) in [&operator.east, &operator.south, &operator.down].into_iter().zip(steps) {
            if faces[n] > 0.0 {
                entries.push(Triplet::new(place[n + step], place[n], -faces[n]));
            }
        }
    }
    let size = cells.len();
    let matrix = SparseColMat::<usize, f64>::try_new_from_triplets(size, size, &entries)
        .map_err(|error| format!("{error:?}"))?;
    let symbolic =
        SymbolicLlt::try_new(matrix.symbolic(), Side::Lower).map_err(|error| format!("{error:?}"))?;
    let factors = Llt::try_new_with_symbolic(symbolic, matrix.as_ref(), Side::Lower)
        .map_err(|error| format!("{error:?}"))?;
    let setup = started.elapsed();
    let started = Moment::now();
    let mut x = vec![0.0; shape.cells()];
    let mut residual = problem.rhs.clone();
    let mut part = vec![0.0; size];
    let mut iterations = 0;
    loop {
        iterations += 1;
        part.iter_mut().zip(&cells).for_each(|(part, n)| *part = residual[*n]);
        factors.solve_in_place(MatMut::from_column_major_slice_mut(&mut part, size, 1));
        part.iter().zip(&cells).for_each(|(part, n)| x[*n] += part);
        if problem.residual(&x) <= target || iterations == 4 {
            break;
        }
        operator.residual(&problem.rhs, &x, &mut residual);
    }
    let solve = started.elapsed();
    let bytes = memory::peak_since(mark);
    let residual = problem.residual(&x);
    Ok(Measured { setup, solve, iterations, residual, bytes, history: Vec::new(), note: String::new() })
}
