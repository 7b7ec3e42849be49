//! Systems that say the same in other words: cells split in two, a layer split in two, an empty layer added.

#![allow(clippy::unwrap_used)]

mod random_systems;

use proptest::prelude::*;
use quanyu_solve::{CgSettings, Cycle, LayeredOperator, LayeredShape, Method, MultigridSettings};
use quanyu_solve::{SymmetricSettings, SymmetricSolver, vector};
use random_systems::{Random, random_operator, shape};

const METHODS: [Method; 5] =
    [Method::Multigrid, Method::Aggregation, Method::IncompleteCholesky, Method::Cholesky, Method::Auto];
/// What joins the halves of a cell, over what joins the cell to all others and to the outside.
const JOINED: f64 = 1e6;

fn solve(a: &LayeredOperator, b: &[f64], method: Method) -> Vec<f64> {
    let stop = CgSettings { relative_tolerance: 1e-12, max_iterations: 4000, ..CgSettings::default() };
    let multigrid = MultigridSettings { direct_cost: 100, cycle: Cycle::V };
    let settings = SymmetricSettings { method, stop, multigrid, ..Default::default() };
    let mut x = vec![0.0; b.len()];
    SymmetricSolver::new(a.shape, settings).solve(a, b, &mut x).unwrap();
    x
}

fn right_hand_side(a: &LayeredOperator, seed: u64) -> Vec<f64> {
    let mut random = Random(seed ^ 7);
    a.active().iter().map(|active| if *active { random.normal() } else { 0.0 }).collect()
}

/// Which way cells are split.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Split {
    /// Every cell into a western and an eastern one of half the width.
    Columns,
    /// Every layer into an upper and a lower one of half the thickness.
    Layers,
}

/// The system of the split grid, its right-hand side, and the old cell of each new one. What goes out sideways is shared out
/// evenly between the halves; what goes on from one cell to the next in the direction of the split leaves from the half that lies there.
fn split(a: &LayeredOperator, b: &[f64], how: Split) -> (LayeredOperator, Vec<f64>, Vec<usize>) {
    let LayeredShape { layers, rows, columns } = a.shape;
    let wide = match how {
        Split::Columns => shape(layers, rows, 2 * columns),
        Split::Layers => shape(2 * layers, rows, columns),
    };
    let place = |n: usize| {
        let [layer, row, column] = wide.position(n);
        match how {
            Split::Columns => (a.shape.index(layer, row, column / 2), column % 2),
            Split::Layers => (a.shape.index(layer / 2, row, column), layer % 2),
        }
    };
    let old: Vec<usize> = (0..wide.cells()).map(|n| place(n).0).collect();
    let active = old.iter().map(|n| a.active()[*n]).collect();
    let mut split = LayeredOperator::new(wide, active).unwrap();
    let mut around = a.extra.clone();
    for (face, faces) in [&a.east, &a.south, &a.down].into_iter().enumerate() {
        for n in (0..faces.len()).filter(|n| faces[*n] > 0.0) {
            around[n] += faces[n];
            around[a.shape.neighbour(n, face).unwrap()] += faces[n];
        }
    }
    let along = if how == Split::Columns { 0 } else { 2 };
    for n in (0..wide.cells()).filter(|n| a.active()[old[*n]]) {
        let (m, half) = place(n);
        split.extra[n] = 0.5 * a.extra[m];
        let faces = [&mut split.east, &mut split.south, &mut split.down];
        for (face, (new, old)) in faces.into_iter().zip([&a.east, &a.south, &a.down]).enumerate() {
            new[n] = match (face == along, half) {
                (true, 0) => JOINED * around[m].max(1e-3),
                (true, _) => old[m],
                (false, _) => 0.5 * old[m],
            };
        }
    }
    let b = old.iter().map(|n| 0.5 * b[*n]).collect();
    (split, b, old)
}

/// The same system with a layer of inactive cells above or below it.
fn with_empty_layer(a: &LayeredOperator, b: &[f64], above: bool) -> (LayeredOperator, Vec<f64>) {
    let LayeredShape { layers, rows, columns } = a.shape;
    let empty = vec![0.0; rows * columns];
    let longer = |values: &[f64]| if above { [&empty, values].concat() } else { [values, &empty].concat() };
    let active = longer(&a.active().iter().map(|a| f64::from(u8::from(*a))).collect::<Vec<_>>());
    let active = active.iter().map(|a| *a > 0.0).collect();
    let mut taller = LayeredOperator::new(shape(layers + 1, rows, columns), active).unwrap();
    taller.east = longer(&a.east);
    taller.south = longer(&a.south);
    taller.down = longer(&a.down);
    taller.extra = longer(&a.extra);
    (taller, longer(b))
}

fn difference(x: &[f64], y: &[f64]) -> f64 {
    let largest = vector::max_abs(x).max(f64::MIN_POSITIVE);
    let difference: Vec<f64> = x.iter().zip(y).map(|(x, y)| x - y).collect();
    vector::max_abs(&difference) / largest
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The halves differ by what flows between them over `JOINED` times what the cell is joined by: no more than a millionth of the
    /// differences round it, which the bound allows to add up along a row.
    #[test]
    fn splitting_cells_or_layers_changes_the_answer_little(
        layers in 1_usize..=4,
        rows in 1_usize..=10,
        columns in 1_usize..=10,
        decades in 0.0_f64..4.0,
        inactive in 0.0_f64..0.4,
        by_layers in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let a = random_operator(shape(layers, rows, columns), 10_f64.powf(decades), inactive, seed);
        prop_assume!(a.active().contains(&true));
        let b = right_hand_side(&a, seed);
        let (finer, finer_b, old) = split(&a, &b, if by_layers { Split::Layers } else { Split::Columns });
        finer.check().unwrap();
        for method in METHODS {
            let coarse = solve(&a, &b, method);
            let expected: Vec<f64> = old.iter().map(|n| coarse[*n]).collect();
            let change = difference(&expected, &solve(&finer, &finer_b, method));
            prop_assert!(change < 1e-5, "{method:?}: {change:e}");
        }
    }

    #[test]
    fn an_empty_layer_changes_nothing_but_rounding(
        layers in 1_usize..=4,
        rows in 1_usize..=12,
        columns in 1_usize..=12,
        decades in 0.0_f64..6.0,
        inactive in 0.0_f64..0.4,
        above in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let a = random_operator(shape(layers, rows, columns), 10_f64.powf(decades), inactive, seed);
        prop_assume!(a.active().contains(&true));
        let b = right_hand_side(&a, seed);
        let (taller, taller_b) = with_empty_layer(&a, &b, above);
        let from = if above { rows * columns } else { 0 };
        for method in METHODS {
            let plain = solve(&a, &b, method);
            let other = solve(&taller, &taller_b, method);
            let change = difference(&plain, &other[from..from + plain.len()]);
            prop_assert!(change < 1e-7, "{method:?}: {change:e}");
        }
    }
}
