//! A symmetric matrix in flux form on an unstructured graph, in single precision, and what a cycle does with it.

use rayon::prelude::*;

use super::aggregates::Aggregates;
use super::lanes;
use super::pairing::Scratch;
use super::rows::{BlockRows, Rows};

/// Rows of a block. Sweeps run block by block, each in order, with what other blocks had before; so the result does not
/// depend on who runs a block.
pub(super) const BLOCK: usize = 4096;

/// `(A x)_i = Σ_j c_ij (x_i − x_j) + extra_i x_i`, the `c_ij ≥ 0`.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    /// As many as are in use, then those that were in use before.
    blocks: Vec<Block>,
    size: usize,
    ordering: Scratch<Ordering>,
}

/// A block of rows. Both rows of a face within it are met when the face is read, which is once a pass.
///
/// Rows are gone through wave by wave: a row belongs to the wave after the last of those before it that it is joined to. Rows of a wave
/// are not joined to one another, so that the processor need not wait for one before it begins with the next; what comes out is the same
/// as in the order of their numbers.
#[derive(Clone, Debug, Default)]
struct Block {
    rows: Vec<Row>,
    /// The faces of each row to rows before it.
    before: Vec<u16>,
    value: Vec<f32>,
    /// By the rows' numbers.
    extra: Vec<f32>,
    outside: Vec<Outside>,
}

/// A row of a block.
#[derive(Clone, Copy, Debug)]
struct Row {
    at: u16,
    /// How many faces it has to rows before it.
    faces: u16,
    /// One over the diagonal; zero in empty rows, which have no faces.
    inverse: f32,
}

/// A face to a row of another block.
#[derive(Clone, Copy, Debug)]
struct Outside {
    at: u16,
    neighbour: u32,
    value: f32,
}

/// Scratch to order a block's rows.
#[derive(Clone, Debug, Default)]
struct Ordering {
    /// Wave, number of faces and number of each row, in one, so that they sort quickly.
    keys: Vec<u64>,
    wave: Vec<u16>,
    inverse: Vec<f32>,
}

/// Values of a block's rows; longer than most blocks, so that a row's number needs no check.
type Values = [f32; BLOCK];

fn values_of(rows: &[f32]) -> Values {
    let mut values = [0.0; BLOCK];
    values[..rows.len()].copy_from_slice(rows);
    values
}

impl Graph {
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Faces, twice each, and rows.
    pub(super) fn entries(&self) -> usize {
        let entries = |block: &Block| block.rows.len() + 2 * block.before.len() + block.outside.len();
        self.blocks[..self.size.div_ceil(BLOCK)].iter().map(entries).sum()
    }

    /// Takes the coefficients of `rows`.
    pub(super) fn take(&mut self, rows: &Rows) {
        self.size = rows.size();
        let count = rows.blocks().len();
        if self.blocks.len() < count {
            self.blocks.resize_with(count, Block::default);
        }
        let ordering = &self.ordering;
        self.blocks[..count].par_iter_mut().zip(rows.blocks()).enumerate().for_each(|(at, (block, rows))| {
            ordering.with(|ordering| block.take(at * BLOCK, rows, ordering));
        });
    }

    /// One forward sweep from zero within each block, `x_i = (b_i + Σ_{j before i} c_ij x_j) / d_i`, and the residual after it: what comes
    /// from neighbours that were not there yet.
    pub(super) fn sweep_from_zero(&self, b: &[f32], x: &mut [f32], residual: &mut [f32]) {
        lanes::for_blocks_of_two(x, residual, |first, x, residual| {
            self.blocks[first / BLOCK].sweep_from_zero(&b[first..first + x.len()], x, residual);
        });
        let x = &*x;
        lanes::for_blocks(residual, |first, residual| {
            for face in &self.blocks[first / BLOCK].outside {
                residual[usize::from(face.at)] += face.value * x[face.neighbour as usize];
            }
        });
    }

    /// One backward sweep from `x`, corrected by what aggregates have in `coarse`, into `z`: rows after one in its block have their new
    /// values, all others those of before.
    pub(super) fn sweep_back(
        &self,
        b: &[f32],
        x: &[f32],
        (aggregates, coarse): (&Aggregates, &[f32]),
        z: &mut [f32],
    ) {
        lanes::for_blocks(z, |first, z| {
            let own = first..first + z.len();
            let mut old = values_of(&x[own.clone()]);
            let mut sums = values_of(&b[own.clone()]);
            aggregates.prolong_from(first, coarse, &mut old[..z.len()]);
            let block = &self.blocks[first / BLOCK];
            for face in &block.outside {
                let neighbour = face.neighbour as usize;
                let beyond = x[neighbour] + aggregates.correction(neighbour, coarse);
                sums[usize::from(face.at) % BLOCK] += face.value * beyond;
            }
            block.sweep_back(&old, &mut sums, z);
        });
    }

    /// `y = A x`; returns the products `x·y`, `x·b` and `b·b`.
    pub(super) fn apply(&self, x: &[f32], b: &[f32], y: &mut [f32]) -> [f64; 3] {
        lanes::for_blocks_with_sums(y, |first, y| {
            let own = first..first + y.len();
            self.blocks[first / BLOCK].apply(x, &x[own.clone()], y);
            let (x, b) = (&x[own.clone()], &b[own]);
            [lanes::dot(x, y), lanes::dot(x, b), lanes::dot(b, b)]
        })
    }

    /// The products `x·A x`, `x·b` and `x·v`; overwrites `work`.
    pub(super) fn products(&self, x: &[f32], b: &[f32], v: &[f32], work: &mut [f32]) -> [f64; 3] {
        lanes::for_blocks_with_sums(work, |first, work| {
            let own = first..first + work.len();
            self.blocks[first / BLOCK].energy(x, &x[own.clone()], work);
            let (x, b, v) = (&x[own.clone()], &b[own.clone()], &v[own]);
            [lanes::sum(work), lanes::dot(x, b), lanes::dot(x, v)]
        })
    }
}

impl Block {
    /// Takes the coefficients of rows that begin with number `first`.
    fn take(&mut self, first: usize, rows: &BlockRows, ordering: &mut Ordering) {
        let size = rows.size();
        let Ordering { keys, wave, inverse } = ordering;
        self.rows.clear();
        self.before.clear();
        self.value.clear();
        self.extra.clear();
        self.outside.clear();
        keys.clear();
        wave.clear();
        inverse.clear();
        for at in 0..size {
            let (entries, extra) = rows.row(at);
            let diagonal = entries.iter().map(|(_, value)| value).sum::<f32>() + extra;
            inverse.push(if diagonal >= f32::MIN_POSITIVE { diagonal.recip() } else { 0.0 });
            self.extra.push(extra);
        }
        let before = |at: usize| {
            let faces = rows.row(at).0.iter().map(|(m, value)| ((*m as usize).wrapping_sub(first), *value));
            faces.filter(move |(m, _)| *m < at)
        };
        for at in 0..size {
            let (mut own_wave, mut faces) = (0, 0);
            // A row that nothing holds takes no part.
            for (m, _) in before(at).filter(|(m, _)| inverse[at] > 0.0 && inverse[*m] > 0.0) {
                own_wave = own_wave.max(wave[m] + 1);
                faces += 1;
            }
            wave.push(own_wave);
            keys.push(u64::from(own_wave) << 32 | faces << 16 | at as u64);
            for &(m, value) in rows.row(at).0 {
                if (m as usize).wrapping_sub(first) >= size && inverse[at] > 0.0 {
                    self.outside.push(Outside { at: at as u16, neighbour: m, value });
                }
            }
        }
        keys.sort_unstable();
        for key in keys.iter() {
            let (at, faces) = (*key as u16, (*key >> 16) as u16);
            let here = inverse[usize::from(at)];
            self.rows.push(Row { at, faces, inverse: here });
            for (m, value) in before(usize::from(at)).filter(|(m, _)| here > 0.0 && inverse[*m] > 0.0) {
                self.before.push(m as u16);
                self.value.push(value);
            }
        }
    }

    /// Calls `work(row, faces)` for each row, in order.
    #[inline(always)]
    fn for_rows(&self, mut work: impl FnMut(usize, &Row, &[u16], &[f32])) {
        let (mut before, mut value) = (&self.before[..], &self.value[..]);
        for row in &self.rows {
            let (own_before, later_before) = before.split_at(usize::from(row.faces));
            let (own_value, later_value) = value.split_at(usize::from(row.faces));
            work(usize::from(row.at) % BLOCK, row, own_before, own_value);
            (before, value) = (later_before, later_value);
        }
    }

    /// The same backwards.
    #[inline(always)]
    fn for_rows_back(&self, mut work: impl FnMut(usize, &Row, &[u16], &[f32])) {
        let (mut before, mut value) = (&self.before[..], &self.value[..]);
        for row in self.rows.iter().rev() {
            let (rest_before, own_before) = before.split_at(before.len() - usize::from(row.faces));
            let (rest_value, own_value) = value.split_at(value.len() - usize::from(row.faces));
            work(usize::from(row.at) % BLOCK, row, own_before, own_value);
            (before, value) = (rest_before, rest_value);
        }
    }

    fn sweep_from_zero(&self, b: &[f32], x: &mut [f32], residual: &mut [f32]) {
        let b = values_of(b);
        let (mut new, mut left) = ([0.0; BLOCK], [0.0; BLOCK]);
        self.for_rows(|at, row, before, value| {
            let mut sum = b[at];
            for (m, c) in before.iter().zip(value) {
                sum += c * new[usize::from(*m) % BLOCK];
            }
            let here = sum * row.inverse;
            new[at] = here;
            for (m, c) in before.iter().zip(value) {
                left[usize::from(*m) % BLOCK] += c * here;
            }
        });
        x.copy_from_slice(&new[..x.len()]);
        residual.copy_from_slice(&left[..residual.len()]);
    }

    /// `sums` holds what comes from outside the block, and is overwritten.
    fn sweep_back(&self, old: &Values, sums: &mut Values, z: &mut [f32]) {
        self.for_rows_back(|at, row, before, value| {
            let mut sum = sums[at];
            for (m, c) in before.iter().zip(value) {
                sum += c * old[usize::from(*m) % BLOCK];
            }
            let here = sum * row.inverse;
            sums[at] = here;
            for (m, c) in before.iter().zip(value) {
                sums[usize::from(*m) % BLOCK] += c * here;
            }
        });
        z.copy_from_slice(&sums[..z.len()]);
    }

    fn apply(&self, all: &[f32], x: &[f32], y: &mut [f32]) {
        let x = values_of(x);
        let mut image = values_of(&self.extra);
        image.iter_mut().zip(&x).for_each(|(image, x)| *image *= x);
        self.for_rows(|at, _, before, value| {
            let here = x[at];
            let mut sum = 0.0;
            for (m, c) in before.iter().zip(value) {
                let m = usize::from(*m) % BLOCK;
                let flow = c * (here - x[m]);
                sum += flow;
                image[m] -= flow;
            }
            image[at] += sum;
        });
        for face in &self.outside {
            let at = usize::from(face.at) % BLOCK;
            image[at] += face.value * (x[at] - all[face.neighbour as usize]);
        }
        y.copy_from_slice(&image[..y.len()]);
    }

    /// Parts of `x·A x`, a face's with its later row; one to another block is shared.
    fn energy(&self, all: &[f32], x: &[f32], parts: &mut [f32]) {
        let x = values_of(x);
        let mut energy = values_of(&self.extra);
        energy.iter_mut().zip(&x).for_each(|(energy, x)| *energy *= x * x);
        self.for_rows(|at, _, before, value| {
            let here = x[at];
            let mut sum = 0.0;
            for (m, c) in before.iter().zip(value) {
                let difference = here - x[usize::from(*m) % BLOCK];
                sum += c * difference * difference;
            }
            energy[at] += sum;
        });
        for face in &self.outside {
            let at = usize::from(face.at) % BLOCK;
            let difference = x[at] - all[face.neighbour as usize];
            energy[at] += 0.5 * face.value * difference * difference;
        }
        parts.copy_from_slice(&energy[..parts.len()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregation::rows::Workshop;

    /// A ring of rows, each joined to three others besides, near and far; some have no faces at all.
    fn ring(size: usize) -> (Rows, Graph) {
        let value = |n: usize| ((n * 2_654_435_761) % 1_000_003) as f32 / 1_000_003.0;
        let bare = |row: usize| row % 97 == 5;
        let mut rows = Rows::default();
        rows.build(size, &Workshop::default(), |row, entries| {
            for step in [1, 7, 60, 5_000] {
                for (one, other) in [(row, (row + step) % size), ((row + size - step) % size, row)] {
                    if !bare(one) && !bare(other) {
                        let neighbour = if one == row { other } else { one };
                        entries.push((neighbour as u32, 0.1 + value(one * 5_001 + step)));
                    }
                }
            }
            if bare(row) { 0.0 } else { 0.3 * value(row) }
        });
        let mut graph = Graph::default();
        graph.take(&rows);
        (rows, graph)
    }

    fn vector(size: usize, seed: usize) -> Vec<f32> {
        (0..size).map(|n| ((n * 40_503 + seed * 977) % 10_007) as f32 / 10_007.0 - 0.5).collect()
    }

    fn image(rows: &Rows, x: &[f32]) -> Vec<f64> {
        let row = |at: usize| {
            let (entries, extra) = rows.row(at);
            let here = f64::from(x[at]);
            let flows = entries.iter().map(|(m, c)| f64::from(*c) * (here - f64::from(x[*m as usize])));
            flows.sum::<f64>() + f64::from(extra) * here
        };
        (0..rows.size()).map(row).collect()
    }

    fn dot(a: &[f32], b: &[f32]) -> f64 {
        a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
    }

    #[test]
    fn faces_that_are_kept_once_give_images_and_residuals() {
        let size = 2 * BLOCK + 1_234;
        let (rows, graph) = ring(size);
        let (b, zero) = (vector(size, 1), || vec![0.0; size]);
        let (mut x, mut residual) = (zero(), zero());
        graph.sweep_from_zero(&b, &mut x, &mut residual);
        for (n, image) in image(&rows, &x).into_iter().enumerate() {
            let expected = if rows.row(n).0.is_empty() { 0.0 } else { f64::from(b[n]) - image };
            assert!((f64::from(residual[n]) - expected).abs() < 1e-5, "row {n}: {} {expected}", residual[n]);
        }
        let (mut y, mut work) = (zero(), zero());
        let [curvature, along, _] = graph.apply(&x, &b, &mut y);
        for (n, image) in image(&rows, &x).into_iter().enumerate() {
            assert!((f64::from(y[n]) - image).abs() < 1e-5, "row {n}: {} {image}", y[n]);
        }
        let [energy, same, crossed] = graph.products(&x, &b, &y, &mut work);
        assert!((energy / curvature - 1.0).abs() < 1e-5 && same == along, "{energy} {curvature}");
        assert!((crossed / curvature - 1.0).abs() < 1e-5, "{crossed} {curvature}");
    }

    #[test]
    fn sweeps_forward_and_back_are_symmetric() {
        let size = BLOCK + 2_000;
        let (_, graph) = ring(size);
        let none = Aggregates::default();
        let solve = |b: &[f32]| {
            let (mut x, mut residual, mut z) = (vec![0.0; size], vec![0.0; size], vec![0.0; size]);
            graph.sweep_from_zero(b, &mut x, &mut residual);
            graph.sweep_back(b, &x, (&none, &[]), &mut z);
            z
        };
        let (u, v) = (vector(size, 2), vector(size, 3));
        let (one, other) = (dot(&u, &solve(&v)), dot(&v, &solve(&u)));
        assert!((one - other).abs() < 1e-5 * dot(&u, &solve(&u)), "{one} {other}");
    }
}
