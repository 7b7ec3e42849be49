//! Direct solution of small systems: Cholesky factorisation within a band.

/// Factors `L D Lᵀ` of a symmetric positive (semi)definite matrix with a fixed half-bandwidth.
///
/// The matrix is held by rows: `band[n · (width + 1) + width − d]` is `a[n][n − d]`. A pivot that is zero up
/// to rounding (a group of unknowns that nothing fixes) is taken as infinite: its unknown stays zero,
/// and the other unknowns of the group are found relative to it.
#[derive(Clone, Debug)]
pub struct BandedCholesky {
    width: usize,
    band: Vec<f64>,
    inverse: Vec<f64>,
}

impl BandedCholesky {
    /// Room for `size` unknowns, none coupled to another more than `width` places away.
    pub fn new(size: usize, width: usize) -> Self {
        Self { width, band: vec![0.0; size * (width + 1)], inverse: vec![0.0; size] }
    }

    /// Number of unknowns.
    pub fn size(&self) -> usize {
        self.inverse.len()
    }

    /// Sets all elements to zero, for a new matrix.
    pub fn clear(&mut self) {
        self.band.fill(0.0);
    }

    /// Adds to the element in row `n`, `distance ≤ width` places left of the diagonal; its mirror is implied.
    pub fn add(&mut self, n: usize, distance: usize, value: f64) {
        self.band[n * (self.width + 1) + self.width - distance] += value;
    }

    /// Factorises what was added since [`clear`](Self::clear).
    pub fn factorise(&mut self) {
        let (w, stride) = (self.width, self.width + 1);
        for n in 0..self.inverse.len() {
            let (before, row) = self.band.split_at_mut(n * stride);
            let row = &mut row[..stride];
            let diagonal = row[w];
            let first = n.saturating_sub(w);
            // Row n becomes L D by forward substitution with the rows above.
            for m in first..n {
                let place = m + w - n;
                let above = &before[m * stride..(m + 1) * stride];
                let common = m - first;
                // Elements first..m of both rows.
                let dot: f64 =
                    (row[place - common..place].iter()).zip(&above[w - common..w]).map(|(a, b)| a * b).sum();
                row[place] -= dot;
            }
            let mut pivot = diagonal;
            for m in first..n {
                let place = m + w - n;
                let scaled = row[place] * self.inverse[m];
                pivot -= scaled * row[place];
                row[place] = scaled;
            }
            self.inverse[n] = if pivot > 1e-13 * diagonal { 1.0 / pivot } else { 0.0 };
        }
    }

    /// Solves `A x = b` in place.
    pub fn solve(&self, x: &mut [f64]) {
        let (w, stride) = (self.width, self.width + 1);
        let size = self.inverse.len();
        for n in 0..size {
            let first = n.saturating_sub(w);
            let row = &self.band[n * stride + w - (n - first)..n * stride + w];
            let dot: f64 = row.iter().zip(&x[first..n]).map(|(l, x)| l * x).sum();
            x[n] -= dot;
        }
        for (x, inverse) in x.iter_mut().zip(&self.inverse) {
            *x *= inverse;
        }
        for n in (0..size).rev() {
            let first = n.saturating_sub(w);
            let row = &self.band[n * stride + w - (n - first)..n * stride + w];
            let solved = x[n];
            for (x, l) in x[first..n].iter_mut().zip(row) {
                *x -= l * solved;
            }
        }
    }
}
