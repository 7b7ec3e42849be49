//! Direct solution of small systems: elimination within a band.

/// Factors `L D U` of a matrix with a fixed half-bandwidth, without exchanging rows.
///
/// Small ones are the coarsest levels of multigrid, which are factorised once and solved tens to thousands of times. A sparse factorisation by a
/// library ([`SparseCholesky`](crate::SparseCholesky)) of 108, 243 and 768 unknowns in three layers takes 11, 33 and 212 µs to set up against 16,
/// 63 and 523 here, and 1.71, 4.27 and 18.8 µs to solve against 1.49, 3.98 and 17.6 (`cargo bench -p benches --bench kernels -- coarsest`);
/// it knows neither matrices that are not symmetric nor groups that nothing fixes.
///
/// Meant for symmetric positive (semi)definite matrices and for M-matrices, whose pivots stay positive in any order.
/// A pivot that is zero up to rounding (a group of unknowns that nothing fixes) is taken as infinite:
/// its unknown stays zero, and the others of the group are found relative to it.
#[derive(Clone, Debug)]
pub struct BandedFactors {
    width: usize,
    /// Row `n` of the lower part: `lower[n · width + width − d]` is the element `d` places left of the diagonal.
    lower: Vec<f64>,
    /// Column `n` of the upper part, in the same way: `d` places above the diagonal.
    upper: Vec<f64>,
    /// The diagonal; one over the pivot once factorised.
    diagonal: Vec<f64>,
}

/// A pivot below this part of its diagonal element is rounding.
const ROUNDING: f64 = 1e-13;

impl BandedFactors {
    /// Room for `size` unknowns, none coupled to another more than `width` places away.
    pub fn new(size: usize, width: usize) -> Self {
        let zero = || vec![0.0; size * width];
        Self { width, lower: zero(), upper: zero(), diagonal: vec![0.0; size] }
    }

    /// Number of unknowns.
    pub fn size(&self) -> usize {
        self.diagonal.len()
    }

    /// Half-bandwidth.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Sets all elements to zero, for a new matrix.
    pub fn clear(&mut self) {
        self.lower.fill(0.0);
        self.upper.fill(0.0);
        self.diagonal.fill(0.0);
    }

    /// Adds to the element at `row`, `column`, which must lie within the band.
    pub fn add(&mut self, row: usize, column: usize, value: f64) {
        let w = self.width;
        if column < row {
            self.lower[row * w + w - (row - column)] += value;
        } else if row < column {
            self.upper[column * w + w - (column - row)] += value;
        } else {
            self.diagonal[row] += value;
        }
    }

    /// Factorises what was added since [`clear`](Self::clear).
    pub fn factorise(&mut self) {
        let w = self.width;
        for n in 0..self.size() {
            let first = n.saturating_sub(w);
            let (lower_before, lower) = self.lower.split_at_mut(n * w);
            let (upper_before, upper) = self.upper.split_at_mut(n * w);
            let (lower, upper) = (&mut lower[..w], &mut upper[..w]);
            // Row n becomes L D and column n becomes D U, by substitution with the unit factors before.
            for m in first..n {
                let place = m + w - n;
                let common = m - first;
                let known = m * w + w - common..m * w + w;
                lower[place] -= dot(&lower[place - common..place], &upper_before[known.clone()]);
                upper[place] -= dot(&upper[place - common..place], &lower_before[known]);
            }
            let diagonal = self.diagonal[n];
            let mut pivot = diagonal;
            for m in first..n {
                let place = m + w - n;
                let scaled = lower[place] * self.diagonal[m];
                pivot -= scaled * upper[place];
                lower[place] = scaled;
                upper[place] *= self.diagonal[m];
            }
            self.diagonal[n] = if pivot > ROUNDING * diagonal { 1.0 / pivot } else { 0.0 };
        }
    }

    /// Solves `A x = b` in place.
    pub fn solve(&self, x: &mut [f64]) {
        let w = self.width;
        let span = |n: usize| {
            let first = n.saturating_sub(w);
            (first, n * w + w - (n - first)..n * w + w)
        };
        for n in 0..self.size() {
            let (first, row) = span(n);
            x[n] -= dot(&self.lower[row], &x[first..n]);
        }
        for (x, inverse) in x.iter_mut().zip(&self.diagonal) {
            *x *= inverse;
        }
        for n in (0..self.size()).rev() {
            let (first, column) = span(n);
            let (before, solved) = x.split_at_mut(n);
            for (x, u) in before[first..].iter_mut().zip(&self.upper[column]) {
                *x -= u * solved[0];
            }
        }
    }
}

/// A short dot product, in four lanes.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 4];
    let (a, a_tail) = a.as_chunks::<4>();
    let (b, b_tail) = b.as_chunks::<4>();
    for (a, b) in a.iter().zip(b) {
        for i in 0..4 {
            lanes[i] += a[i] * b[i];
        }
    }
    for (i, (a, b)) in a_tail.iter().zip(b_tail).enumerate() {
        lanes[i] += a * b;
    }
    (lanes[0] + lanes[2]) + (lanes[1] + lanes[3])
}
