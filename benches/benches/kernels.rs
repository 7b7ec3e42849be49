//! Every kernel of an iteration by itself, with its bytes a second: `cargo bench -p benches --bench kernels [-- NAME]`.
//!
//! Rock without gaps and with random coefficients: what a kernel does with a cell does not depend on its values. A size that lies in the cache
//! shows the arithmetic, one beyond it the memory.

use divan::Bencher;
use divan::counter::BytesCount;
use quanyu_solve::{
    AggregationMultigrid, AggregationSettings, BandedFactors, Cycle, FinestPass, IncompleteCholesky,
    LayeredMultigrid, LayeredOperator, LayeredShape, LinearOperator, MultigridSettings, Preconditioner,
    SparseCholesky, vector,
};

/// Cells on a side of three layers: 30 thousand, 270 thousand, 1.08 million.
const SIDES: [usize; 3] = [100, 300, 600];

/// The same of the coarsest levels: 108, 243 and 768 unknowns.
const COARSEST: [usize; 3] = [6, 9, 16];

fn main() {
    divan::main();
}

fn system(side: usize) -> (LayeredOperator, Vec<f64>) {
    let shape = LayeredShape { layers: 3, rows: side, columns: side };
    let value = |n: usize| 0.1 + ((n * 2_654_435_761) % 1_000_003) as f64 / 1_000_003.0;
    let mut operator = LayeredOperator::new(shape, vec![true; shape.cells()]).expect("one value a cell");
    for n in 0..shape.cells() {
        operator.extra[n] = 1e-3 * value(n);
        for (face, faces) in
            [&mut operator.east, &mut operator.south, &mut operator.down].into_iter().enumerate()
        {
            faces[n] = shape.neighbour(n, face).map_or(0.0, |_| value(3 * n + face));
        }
    }
    let rhs = (0..shape.cells()).map(|n| value(5 * n) - 0.5).collect();
    (operator, rhs)
}

fn multigrid(operator: &LayeredOperator, cycle: Cycle) -> LayeredMultigrid {
    let settings = MultigridSettings { cycle, ..MultigridSettings::default() };
    let mut multigrid = LayeredMultigrid::new(operator.shape, settings);
    multigrid.rebuild(operator);
    multigrid
}

fn pass(bencher: Bencher<'_, '_>, side: usize, pass: FinestPass) {
    let (operator, mut x) = system(side);
    let mut multigrid = multigrid(&operator, Cycle::K);
    let bytes = multigrid.run_pass(pass, &mut x);
    bencher.counter(BytesCount::new(bytes as usize)).bench_local(|| multigrid.run_pass(pass, &mut x));
}

#[divan::bench(args = SIDES)]
fn descend(bencher: Bencher<'_, '_>, side: usize) {
    pass(bencher, side, FinestPass::Descend);
}

#[divan::bench(args = SIDES)]
fn ascend(bencher: Bencher<'_, '_>, side: usize) {
    pass(bencher, side, FinestPass::Ascend);
}

#[divan::bench(args = SIDES)]
fn turn(bencher: Bencher<'_, '_>, side: usize) {
    pass(bencher, side, FinestPass::Turn);
}

#[divan::bench(args = SIDES)]
fn advance(bencher: Bencher<'_, '_>, side: usize) {
    pass(bencher, side, FinestPass::Advance);
}

#[divan::bench(args = SIDES)]
fn reduce(bencher: Bencher<'_, '_>, side: usize) {
    pass(bencher, side, FinestPass::Reduce);
}

#[divan::bench(args = SIDES)]
fn true_residual(bencher: Bencher<'_, '_>, side: usize) {
    let (operator, x) = system(side);
    let mut residual = vec![0.0; x.len()];
    let bytes = x.len() * (7 * size_of::<f64>() + size_of::<bool>());
    bencher.counter(BytesCount::new(bytes)).bench_local(|| operator.residual(&x, &x, &mut residual));
}

#[divan::bench(args = SIDES)]
fn dot(bencher: Bencher<'_, '_>, side: usize) {
    let (_, x) = system(side);
    let y = x.clone();
    bencher.counter(BytesCount::of_many::<f64>(2 * x.len())).bench_local(|| vector::dot(&x, &y));
}

/// A preconditioning, from residual to correction.
fn precondition(bencher: Bencher<'_, '_>, mut preconditioner: impl Preconditioner, residual: &[f64]) {
    let mut correction = vec![0.0; residual.len()];
    bencher.bench_local(|| preconditioner.precondition(residual, &mut correction));
}

#[divan::bench(args = SIDES)]
fn v_cycle(bencher: Bencher<'_, '_>, side: usize) {
    let (operator, residual) = system(side);
    precondition(bencher, multigrid(&operator, Cycle::V), &residual);
}

#[divan::bench(args = SIDES)]
fn k_cycle(bencher: Bencher<'_, '_>, side: usize) {
    let (operator, residual) = system(side);
    precondition(bencher, multigrid(&operator, Cycle::K), &residual);
}

#[divan::bench(args = SIDES)]
fn aggregation_cycle(bencher: Bencher<'_, '_>, side: usize) {
    let (operator, residual) = system(side);
    let mut aggregation = AggregationMultigrid::new(operator.shape, AggregationSettings::default());
    aggregation.rebuild(&operator);
    precondition(bencher, aggregation, &residual);
}

#[divan::bench(args = SIDES)]
fn incomplete_cholesky(bencher: Bencher<'_, '_>, side: usize) {
    let (operator, residual) = system(side);
    let mut factors = IncompleteCholesky::new(operator.shape);
    factors.rebuild(&operator);
    precondition(bencher, factors, &residual);
}

#[divan::bench(args = SIDES)]
fn set_up_multigrid(bencher: Bencher<'_, '_>, side: usize) {
    let (operator, _) = system(side);
    let mut multigrid = multigrid(&operator, Cycle::K);
    bencher.bench_local(|| multigrid.rebuild(&operator));
}

#[divan::bench(args = SIDES)]
fn set_up_aggregation(bencher: Bencher<'_, '_>, side: usize) {
    let (operator, _) = system(side);
    let mut aggregation = AggregationMultigrid::new(operator.shape, AggregationSettings::default());
    bencher.bench_local(|| aggregation.rebuild(&operator));
}

/// A coarsest level in a band, whose unknowns are numbered column by column of the grid.
fn banded(operator: &LayeredOperator, factors: &mut BandedFactors) {
    let shape = operator.shape;
    let number = |cell: usize| (cell % shape.layer_cells()) * shape.layers + cell / shape.layer_cells();
    factors.clear();
    for cell in 0..shape.cells() {
        factors.add(number(cell), number(cell), operator.extra[cell]);
        for (face, faces) in [&operator.east, &operator.south, &operator.down].into_iter().enumerate() {
            let Some(other) = shape.neighbour(cell, face) else { continue };
            let (a, b, value) = (number(cell), number(other), faces[cell]);
            for (row, column, value) in [(a, a, value), (b, b, value), (a, b, -value), (b, a, -value)] {
                factors.add(row, column, value);
            }
        }
    }
    factors.factorise();
}

#[divan::bench(args = COARSEST)]
fn coarsest_set_up_band(bencher: Bencher<'_, '_>, side: usize) {
    let (operator, _) = system(side);
    let mut factors = BandedFactors::new(3 * side * side, 3 * side);
    bencher.bench_local(|| banded(&operator, &mut factors));
}

#[divan::bench(args = COARSEST)]
fn coarsest_set_up_library(bencher: Bencher<'_, '_>, side: usize) {
    let (operator, _) = system(side);
    let mut factors = SparseCholesky::new(operator.shape);
    factors.rebuild(&operator);
    bencher.bench_local(|| factors.rebuild(&operator));
}

#[divan::bench(args = COARSEST)]
fn coarsest_solve_band(bencher: Bencher<'_, '_>, side: usize) {
    let (operator, mut x) = system(side);
    let mut factors = BandedFactors::new(3 * side * side, 3 * side);
    banded(&operator, &mut factors);
    bencher.bench_local(|| factors.solve(&mut x));
}

#[divan::bench(args = COARSEST)]
fn coarsest_solve_library(bencher: Bencher<'_, '_>, side: usize) {
    let (operator, residual) = system(side);
    let mut factors = SparseCholesky::new(operator.shape);
    factors.rebuild(&operator);
    precondition(bencher, factors, &residual);
}
