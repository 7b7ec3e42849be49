//! Random systems and a dense reference, shared by the tests.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::needless_range_loop)]

use quanyu_solve::{LayeredJacobian, LayeredOperator, LayeredShape, LinearOperator};

/// A small generator (SplitMix64), so that the systems are the same everywhere.
pub struct Random(pub u64);

impl Random {
    /// Uniform in [0, 1).
    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Normal with mean 0 and deviation 1.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

pub fn shape(layers: usize, rows: usize, columns: usize) -> LayeredShape {
    LayeredShape { layers, rows, columns }
}

/// Fills the faces with harmonic means of `conductivity`, the vertical ones times `vertical`.
pub fn fill(a: &mut LayeredOperator, conductivity: &[f64], vertical: f64) {
    let shape = a.shape;
    let harmonic = |p: f64, q: f64| 2.0 * p * q / (p + q);
    let active = a.active().to_vec();
    for layer in 0..shape.layers {
        for row in 0..shape.rows {
            for column in 0..shape.columns {
                let n = shape.index(layer, row, column);
                let face = |inside: bool, m: usize, factor: f64| {
                    if inside && active[n] && active[m] {
                        factor * harmonic(conductivity[n], conductivity[m])
                    } else {
                        0.0
                    }
                };
                a.east[n] = face(column + 1 < shape.columns, n + 1, 1.0);
                a.south[n] = face(row + 1 < shape.rows, n + shape.columns, 1.0);
                a.down[n] = face(layer + 1 < shape.layers, n + shape.rows * shape.columns, vertical);
            }
        }
    }
}

/// A system with coefficients spread log-uniformly over `contrast`, a part of the cells inactive, and
/// an `extra` in a part of the cells: in one at least of every connected group.
pub fn random_operator(shape: LayeredShape, contrast: f64, inactive: f64, seed: u64) -> LayeredOperator {
    let mut random = Random(seed);
    let cells = shape.cells();
    let active: Vec<bool> = (0..cells).map(|_| random.uniform() >= inactive).collect();
    let mut a = LayeredOperator::new(shape, active.clone()).unwrap();
    let conductivity: Vec<f64> = (0..cells).map(|_| contrast.powf(random.uniform() - 0.5)).collect();
    let vertical = contrast.powf(0.3 * (random.uniform() - 0.5));
    fill(&mut a, &conductivity, vertical);
    for n in 0..cells {
        if active[n] && random.uniform() < 0.1 {
            a.extra[n] = contrast.powf(random.uniform() - 0.5);
        }
    }
    while let Err(quanyu_solve::SolveError::Singular { cell, .. }) = a.check() {
        a.extra[cell.index] = 1.0;
    }
    a
}

/// A basin like the one that the speed is promised for: log-normal with deviation `sigma`, correlated over a few
/// cells, round, one fixed rim in the first layer.
pub fn basin(shape: LayeredShape, sigma: f64, seed: u64) -> (LayeredOperator, Vec<f64>) {
    let mut random = Random(seed);
    let (rows, columns) = (shape.rows, shape.columns);
    let mut conductivity = Vec::with_capacity(shape.cells());
    for _ in 0..shape.layers {
        let mut field: Vec<f64> = (0..rows * columns).map(|_| random.normal()).collect();
        for _ in 0..3 {
            field = smooth(&field, rows, columns);
        }
        let deviation = (field.iter().map(|v| v * v).sum::<f64>() / field.len() as f64).sqrt();
        conductivity.extend(field.iter().map(|v| 400.0 * (sigma * v / deviation).exp()));
    }
    let place = |n: usize| {
        let [_, row, column] = shape.position(n);
        let (y, x) = (row as f64 / rows as f64 - 0.5, column as f64 / columns as f64 - 0.5);
        (x.hypot(y), y)
    };
    let active: Vec<bool> = (0..shape.cells()).map(|n| place(n).0 < 0.52).collect();
    let mut a = LayeredOperator::new(shape, active.clone()).unwrap();
    fill(&mut a, &conductivity, 0.2);
    let mut b = vec![0.0; shape.cells()];
    for n in 0..shape.layer_cells() {
        if active[n] {
            b[n] = 30.0 * (1.0 + random.uniform());
            let (radius, y) = place(n);
            if radius > 0.5 && y > 0.2 {
                a.extra[n] = 500.0;
                b[n] += 500.0 * 300.0;
            }
        }
    }
    for _ in 0..60 {
        let n = ((random.uniform() * shape.cells() as f64) as usize).min(shape.cells() - 1);
        if active[n] {
            b[n] -= 4000.0;
        }
    }
    (a, b)
}

fn smooth(field: &[f64], rows: usize, columns: usize) -> Vec<f64> {
    let at = |i: isize, j: isize| {
        let (i, j) = (i.rem_euclid(rows as isize) as usize, j.rem_euclid(columns as isize) as usize);
        field[i * columns + j]
    };
    let one = |n: usize| {
        let (i, j) = ((n / columns) as isize, (n % columns) as isize);
        2.0 * at(i, j) + at(i - 1, j) + at(i + 1, j) + at(i, j - 1) + at(i, j + 1)
    };
    (0..rows * columns).map(one).collect()
}

/// `√(eᵀ A e)`.
pub fn energy_norm(a: &LayeredOperator, e: &[f64]) -> f64 {
    let mut image = vec![0.0; e.len()];
    a.apply(e, &mut image);
    quanyu_solve::vector::dot(e, &image).max(0.0).sqrt()
}

/// Solves the active rows by dense Cholesky; inactive cells get zero.
pub fn dense_solution(a: &LayeredOperator, b: &[f64]) -> Vec<f64> {
    let cells: Vec<usize> = (0..b.len()).filter(|&n| a.active()[n]).collect();
    let csr = a.to_csr();
    let size = cells.len();
    let mut place = vec![usize::MAX; b.len()];
    for (i, &n) in cells.iter().enumerate() {
        place[n] = i;
    }
    let mut l = vec![0.0; size * size];
    for (n, m, value) in csr.triplet_iter() {
        if a.active()[n] && a.active()[m] {
            l[place[n] * size + place[m]] = *value;
        }
    }
    for j in 0..size {
        for k in 0..j {
            let factor = l[j * size + k];
            for i in j..size {
                l[i * size + j] -= l[i * size + k] * factor;
            }
        }
        let pivot = l[j * size + j].sqrt();
        assert!(pivot > 0.0, "the reference met a pivot that is not positive");
        for i in j..size {
            l[i * size + j] /= pivot;
        }
    }
    let mut x: Vec<f64> = cells.iter().map(|&n| b[n]).collect();
    for i in 0..size {
        for k in 0..i {
            x[i] -= l[i * size + k] * x[k];
        }
        x[i] /= l[i * size + i];
    }
    for i in (0..size).rev() {
        for k in i + 1..size {
            x[i] -= l[k * size + i] * x[k];
        }
        x[i] /= l[i * size + i];
    }
    let mut full = vec![0.0; b.len()];
    for (i, &n) in cells.iter().enumerate() {
        full[n] = x[i];
    }
    full
}

/// An M-matrix like those of Newton's method: diffusion with the given contrast and, carried down a rough slope, up to `wind`
/// times as much. Hollows in the slope have an outlet, or what gathers there would know no bound.
pub fn random_jacobian(
    shape: LayeredShape,
    contrast: f64,
    wind: f64,
    inactive: f64,
    seed: u64,
) -> LayeredJacobian {
    let diffusion = random_operator(shape, contrast, inactive, seed);
    let mut random = Random(seed ^ 0xabcd);
    let mut a = LayeredJacobian::new(shape, diffusion.active().to_vec()).unwrap();
    a.extra.copy_from_slice(&diffusion.extra);
    let slope: Vec<f64> = (0..shape.cells())
        .map(|n| shape.position(n).iter().sum::<usize>() as f64 + 2.0 * random.uniform())
        .collect();
    let mut hollow = vec![true; shape.cells()];
    let mut arriving = vec![0.0; shape.cells()];
    let faces =
        [(&mut a.east, &diffusion.east), (&mut a.south, &diffusion.south), (&mut a.down, &diffusion.down)];
    for (face, (target, source)) in faces.into_iter().enumerate() {
        for n in 0..source.len() {
            let Some(m) = shape.neighbour(n, face).filter(|_| source[n] > 0.0) else { continue };
            let carried = wind * source[n] * random.uniform();
            let (up, down) = if slope[n] > slope[m] { (n, m) } else { (m, n) };
            hollow[up] = false;
            arriving[down] += carried;
            target.own[n] = source[n] + if up == n { carried } else { 0.0 };
            target.other[n] = source[n] + if up == n { 0.0 } else { carried };
        }
    }
    for n in 0..shape.cells() {
        if hollow[n] && a.active()[n] {
            a.extra[n] += arriving[n];
        }
    }
    a
}

/// Solves the active rows by Gaussian elimination with row exchanges; inactive cells get zero.
pub fn dense_general(a: &LayeredJacobian, b: &[f64]) -> Vec<f64> {
    let cells: Vec<usize> = (0..b.len()).filter(|&n| a.active()[n]).collect();
    let mut place = vec![usize::MAX; b.len()];
    for (i, &n) in cells.iter().enumerate() {
        place[n] = i;
    }
    let mut rows: Vec<Vec<f64>> = cells
        .iter()
        .map(|&n| {
            let mut row = vec![0.0; cells.len() + 1];
            row[cells.len()] = b[n];
            row
        })
        .collect();
    for (n, m, value) in a.to_csr().triplet_iter() {
        if a.active()[n] && a.active()[m] {
            rows[place[n]][place[m]] = *value;
        }
    }
    let size = cells.len();
    for k in 0..size {
        let pivot = (k..size).max_by(|&i, &j| rows[i][k].abs().total_cmp(&rows[j][k].abs())).unwrap();
        rows.swap(k, pivot);
        let (done, rest) = rows.split_at_mut(k + 1);
        for row in rest {
            let factor = row[k] / done[k][k];
            for j in k..=size {
                row[j] -= factor * done[k][j];
            }
        }
    }
    let mut full = vec![0.0; b.len()];
    for k in (0..size).rev() {
        let known: f64 = (k + 1..size).map(|j| rows[k][j] * full[cells[j]]).sum();
        full[cells[k]] = (rows[k][size] - known) / rows[k][k];
    }
    full
}
