//! Random numbers and smooth random fields, the same on every machine.

/// SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, 2014).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in (0, 1).
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Uniform in (from, to).
    pub(crate) fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.uniform()
    }

    /// Uniform in `0..count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        ((self.uniform() * count as f64) as usize).min(count.saturating_sub(1))
    }

    /// Normal with mean zero and variance one (Box–Muller).
    pub(crate) fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// White noise on a square, smoothed to a correlation length of about `width` cells (periodic, Gaussian-like), with variance one.
pub(crate) fn smooth_field(random: &mut Random, side: usize, width: f64) -> Vec<f64> {
    let mut field: Vec<f64> = (0..side * side).map(|_| random.normal()).collect();
    // Three running means come close to a Gaussian; odd widths whose variances add up.
    let ideal = (4.0 * width * width + 1.0).sqrt();
    let narrow = ((ideal as usize).saturating_sub(1) / 2).min(side.saturating_sub(1) / 2);
    let n = (2 * narrow + 1) as f64;
    let narrow_passes = (12.0 * width * width - 3.0 * n * n - 12.0 * n - 9.0) / (-4.0 * n - 4.0);
    for pass in 0..3 {
        let half = narrow + usize::from(f64::from(pass) >= narrow_passes.round());
        let half = half.min(side.saturating_sub(1) / 2);
        for row in field.chunks_mut(side) {
            running_mean(row, half);
        }
        transpose(&mut field, side);
        for row in field.chunks_mut(side) {
            running_mean(row, half);
        }
        transpose(&mut field, side);
    }
    normalise(&mut field);
    field
}

/// Shifts and scales to mean zero and variance one.
pub(crate) fn normalise(field: &mut [f64]) {
    let count = field.len() as f64;
    let mean = field.iter().sum::<f64>() / count;
    let variance = field.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count;
    let scale = if variance > 0.0 { variance.sqrt().recip() } else { 0.0 };
    field.iter_mut().for_each(|v| *v = (*v - mean) * scale);
}

fn running_mean(row: &mut [f64], half: usize) {
    let n = row.len();
    let copy = row.to_vec();
    let width = (2 * half + 1) as f64;
    let mut sum: f64 = (0..=2 * half).map(|i| copy[(i + n - half) % n]).sum();
    for (i, value) in row.iter_mut().enumerate() {
        *value = sum / width;
        sum += copy[(i + half + 1) % n] - copy[(i + n - half) % n];
    }
}

fn transpose(field: &mut [f64], side: usize) {
    for row in 0..side {
        for column in 0..row {
            field.swap(row * side + column, column * side + row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_has_unit_variance_and_the_asked_correlation() {
        let side = 256;
        let field = smooth_field(&mut Random(1), side, 6.0);
        let count = field.len() as f64;
        assert!((field.iter().map(|v| v * v).sum::<f64>() / count - 1.0).abs() < 1e-9);
        // White noise smoothed by a Gaussian of width w correlates as exp(−d²/4w²).
        let at = |row: usize, column: usize| field[row * side + column % side];
        let pairs = (0..side).flat_map(|row| (0..side).map(move |column| (row, column)));
        let correlation = pairs.map(|(r, c)| at(r, c) * at(r, c + 12)).sum::<f64>() / count;
        assert!((correlation - (-1.0_f64).exp()).abs() < 0.15, "{correlation}");
    }
}
