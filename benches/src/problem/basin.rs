//! Basin-shaped problems: a coast to the south, drains, wells and recharge, in rough or karstic rock.

use quanyu_solve::{LayeredOperator, LayeredShape};

use super::random::{Random, normalise, smooth_field};
use super::{Name, Problem};

/// Side of a cell in metres.
const CELL: f64 = 200.0;
/// Conductivity of the rock, metres a day; contrasts are to this.
const ROCK: f64 = 5.0;
/// Conductivity of a barrier.
const BARRIER: f64 = 5e-4;

/// Rock and outline of a basin.
struct Basin {
    shape: LayeredShape,
    active: Vec<bool>,
    conductivity: Vec<f64>,
    thickness: Vec<f64>,
    /// Vertical over horizontal conductivity, by layer.
    vertical: Vec<f64>,
    /// Conductivity along columns of cells over that along rows.
    across: f64,
}

pub(super) fn generate(name: Name, layers: usize, side: usize, seed: u64) -> Result<Problem, String> {
    let mut random = Random(seed ^ 0x5eed_0000);
    let shape = LayeredShape { layers, rows: side, columns: side };
    let sigma = match name {
        Name::Rough(sigma) => sigma,
        Name::Karst(_) | Name::Layers(_) | Name::Jincheng(_) => 1.5,
    };
    let logarithm = layered_field(&mut random, shape, &[side as f64 / 20.0, 8.0, 2.0]);
    let relief = smooth_field(&mut random, side, side as f64 / 25.0);
    let ripple = smooth_field(&mut random, side, (side as f64 / 120.0).max(3.0));
    let (outline, pinched) = outline(side, &relief, &ripple);
    let plan = side * side;
    let mut active: Vec<bool> = (0..shape.cells()).map(|n| outline[n % plan]).collect();
    if layers >= 3 {
        let bottom = (layers - 1) * plan;
        active[bottom..].iter_mut().zip(&pinched).for_each(|(active, there)| *active &= there);
    }
    let mut basin = Basin {
        shape,
        active,
        conductivity: logarithm.iter().map(|v| ROCK * (sigma * v).exp()).collect(),
        thickness: vec![10.0; shape.cells()],
        vertical: vec![1.0; layers],
        across: 1.0,
    };
    match name {
        Name::Layers(_) => {
            basin.across = 1.0 / 3.0;
            // Every other layer is a hundred times tighter.
            for (layer, values) in basin.conductivity.chunks_mut(plan).enumerate() {
                basin.vertical[layer] = 0.1;
                let factor = if layer % 2 == 1 { 0.01 } else { 1.0 };
                values.iter_mut().for_each(|value| *value *= factor);
            }
        }
        Name::Rough(_) | Name::Karst(_) | Name::Jincheng(_) => {
            for values in basin.thickness.chunks_mut(plan) {
                let field = smooth_field(&mut random, side, side as f64 / 15.0);
                values.iter_mut().zip(field).for_each(|(b, v)| *b = 75.0 + 25.0 * (0.85 * v).tanh());
            }
        }
    }
    if let Name::Karst(contrast) = name {
        basin.vertical = vec![0.5, 0.1, 0.5];
        basin.conductivity[plan..2 * plan].iter_mut().for_each(|value| *value *= 0.01);
        conduits(&mut basin, &mut random, ROCK * contrast);
        barriers(&mut basin, &mut random);
    }
    let mut operator =
        LayeredOperator::new(shape, basin.active.clone()).map_err(|error| error.to_string())?;
    join(&basin, &mut operator);
    let rhs = stress(&basin, &mut operator, &mut random, &outline, &relief, &ripple);
    Problem::with_mean_level(name.to_string(), seed, operator, rhs)
}

/// A field of several scales, partly common to all layers, with variance one in each.
fn layered_field(random: &mut Random, shape: LayeredShape, scales: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; shape.cells()];
    for &scale in scales {
        let common = smooth_field(random, shape.columns, scale);
        for layer in sum.chunks_mut(shape.layer_cells()) {
            let own = smooth_field(random, shape.columns, scale);
            for ((sum, common), own) in layer.iter_mut().zip(&common).zip(own) {
                *sum += 0.7 * common + 0.71 * own;
            }
        }
    }
    sum.chunks_mut(shape.layer_cells()).for_each(normalise);
    sum
}

/// Where the basin is, and where its lowest layer is.
fn outline(side: usize, relief: &[f64], ripple: &[f64]) -> (Vec<bool>, Vec<bool>) {
    let n = side as f64;
    let level: Vec<f64> = (0..side * side)
        .map(|at| {
            let (y, x) = ((at / side) as f64 / n - 0.5, (at % side) as f64 / n - 0.5);
            let distance = (x.abs().powf(2.5) + y.abs().powf(2.5)).powf(0.4);
            distance + 0.045 * relief[at] + 0.012 * ripple[at]
        })
        .collect();
    let mut sorted = level.clone();
    sorted.sort_by(f64::total_cmp);
    let below = |share: f64| {
        let bound = sorted[((sorted.len() - 1) as f64 * share) as usize];
        level.iter().map(|v| *v < bound).collect::<Vec<bool>>()
    };
    let whole = largest_part(side, &below(0.815));
    let pinched = below(0.76).iter().zip(&whole).map(|(a, b)| *a && *b).collect();
    (whole, pinched)
}

/// The largest connected part of a mask.
fn largest_part(side: usize, mask: &[bool]) -> Vec<bool> {
    let mut part = vec![0_usize; mask.len()];
    let mut best = (0, 0);
    let mut front = Vec::new();
    for first in 0..mask.len() {
        if !mask[first] || part[first] != 0 {
            continue;
        }
        let mut count = 0;
        part[first] = first + 1;
        front.push(first);
        while let Some(at) = front.pop() {
            count += 1;
            let (row, column) = (at / side, at % side);
            let beside = [
                (column > 0).then(|| at - 1),
                (column + 1 < side).then_some(at + 1),
                (row > 0).then(|| at - side),
                (row + 1 < side).then_some(at + side),
            ];
            for next in beside.into_iter().flatten() {
                if mask[next] && part[next] == 0 {
                    part[next] = first + 1;
                    front.push(next);
                }
            }
        }
        best = best.max((count, first + 1));
    }
    part.iter().map(|p| *p != 0 && *p == best.1).collect()
}

/// Winding one-cell conduits in the first and last layer, joined face to face, with shafts through all layers.
fn conduits(basin: &mut Basin, random: &mut Random, conductivity: f64) {
    let LayeredShape { layers, columns: side, .. } = basin.shape;
    let n = side as f64;
    let inside = |v: f64| (1.0..n - 1.0).contains(&v).then_some(v as usize);
    for _ in 0..(side / 25).max(12) {
        let mut place = [random.between(0.1, 0.9) * n, random.between(0.1, 0.9) * n];
        let mut direction = random.between(0.0, std::f64::consts::TAU);
        let layer = if random.uniform() < 0.5 { 0 } else { layers - 1 };
        let mut before = None;
        for _ in 0..side {
            direction += 0.15 * random.normal();
            place = [place[0] + 0.5 * direction.cos(), place[1] + 0.5 * direction.sin()];
            let (Some(row), Some(column)) = (inside(place[0]), inside(place[1])) else { break };
            if let Some((last_row, last_column)) = before
                && last_row != row
                && last_column != column
            {
                basin.conductivity[basin.shape.index(layer, last_row, column)] = conductivity;
            }
            before = Some((row, column));
            basin.conductivity[basin.shape.index(layer, row, column)] = conductivity;
            if random.uniform() < 0.01 {
                for layer in 0..layers {
                    basin.conductivity[basin.shape.index(layer, row, column)] = conductivity;
                }
            }
        }
    }
}

/// Long tight lines, two cells wide, through all layers.
fn barriers(basin: &mut Basin, random: &mut Random) {
    let LayeredShape { layers, columns: side, .. } = basin.shape;
    let n = side as f64;
    for _ in 0..3 {
        let mut place = [random.between(0.2, 0.8) * n, random.between(0.2, 0.8) * n];
        let mut direction = random.between(0.0, std::f64::consts::TAU);
        for _ in 0..(1.2 * n) as usize {
            direction += 0.02 * random.normal();
            place = [place[0] + 0.5 * direction.cos(), place[1] + 0.5 * direction.sin()];
            if !place.iter().all(|v| (1.0..n - 1.0).contains(v)) {
                break;
            }
            for layer in 0..layers {
                let at = basin.shape.index(layer, place[0] as usize, place[1] as usize);
                basin.conductivity[at] = BARRIER;
                basin.conductivity[at - 1] = BARRIER;
            }
        }
    }
}

/// Conductances between neighbours; an active cell that is joined to none is taken out.
fn join(basin: &Basin, operator: &mut LayeredOperator) {
    let shape = basin.shape;
    let mut joined = vec![false; shape.cells()];
    let half = |n: usize| {
        let vertical = basin.conductivity[n] * basin.vertical[n / shape.layer_cells()];
        CELL * CELL * vertical / (0.5 * basin.thickness[n])
    };
    let along = |n: usize| basin.conductivity[n] * basin.thickness[n];
    for n in 0..shape.cells() {
        for face in 0..3 {
            let Some(m) = shape.neighbour(n, face).filter(|m| basin.active[n] && basin.active[*m]) else {
                continue;
            };
            let [one, other] = if face == 2 { [half(n), half(m)] } else { [along(n), along(m)] };
            let series = one * other / (one + other);
            let (faces, value) = match face {
                0 => (&mut operator.east, 2.0 * series),
                1 => (&mut operator.south, 2.0 * series * basin.across),
                _ => (&mut operator.down, series),
            };
            faces[n] = value;
            (joined[n], joined[m]) = (true, true);
        }
    }
    operator.active_mut().iter_mut().zip(joined).for_each(|(active, joined)| *active &= joined);
}

/// Coast, drains, recharge and wells.
fn stress(
    basin: &Basin,
    operator: &mut LayeredOperator,
    random: &mut Random,
    outline: &[bool],
    relief: &[f64],
    ripple: &[f64],
) -> Vec<f64> {
    let LayeredShape { layers, columns: side, .. } = basin.shape;
    let plan = side * side;
    let mut rhs = vec![0.0; basin.shape.cells()];
    for at in 0..plan {
        let drained = random.uniform() < 0.002;
        if !operator.active()[at] {
            continue;
        }
        let (row, column) = (at / side, at % side);
        let edge = row == 0 || column == 0 || row + 1 == side || column + 1 == side;
        let rim = edge || [at - side, at - 1, at + 1, at + side].iter().any(|next| !outline[*next]);
        if rim && row as f64 / side as f64 > 0.75 {
            // The sea, at level zero.
            operator.extra[at] += 500.0;
        }
        if drained {
            operator.extra[at] += 50.0;
            rhs[at] += 50.0 * (100.0 + 50.0 * relief[at]);
        }
        rhs[at] += 20.0 * (0.3 * ripple[at]).exp();
    }
    for _ in 0..(40.0 * (side as f64 / 300.0).powi(2)).ceil() as usize {
        let at = (layers - 1) * plan + random.below(side) * side + random.below(side);
        if operator.active()[at] {
            rhs[at] -= 4000.0;
        }
    }
    rhs
}
