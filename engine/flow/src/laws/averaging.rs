//! Means between two cells side by side, with their slopes (MODFLOW 6's `ALTERNATIVE_CELL_AVERAGING`).
//!
//! With transmissivities `T = K b`, wetted thicknesses `b`, half lengths `l` and the width `w` of the face:
//! harmonic `w T₁ T₂ / (T₁ l₂ + T₂ l₁)`; logarithmic `w L(T₁, T₂) / (l₁ + l₂)`; mean thickness with logarithmic conductivity
//! `w ½ (b₁ + b₂) L(K₁, K₂) / (l₁ + l₂)`; mean thickness with harmonic conductivity `w ½ (b₁ + b₂) K₁ K₂ / (K₁ l₂ + K₂ l₁)`, where
//! `L(x, y) = (y − x) / ln(y / x)` (Goode and Appel, 1992, USGS WRI Report 92-4124; Langevin and others, 2017).

use crate::options::Averaging;

/// Ratios this near to one have the arithmetic mean for their logarithmic one, as in MODFLOW.
const NEAR_ONE: [f64; 2] = [0.995, 1.005];

/// One side of a face as far as its mean depends on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Half {
    /// Conductivity across the face \[m/d\].
    pub conductivity: f64,
    /// Wetted thickness \[m\].
    pub wetted: f64,
    /// Half the cell's length across the face \[m\].
    pub length: f64,
}

/// Conductance of a face \[m²/d\] of this width \[m\], and its derivatives with the wetted thickness of either side \[m/d\].
#[inline]
pub fn mean(averaging: Averaging, width: f64, a: Half, b: Half) -> [f64; 3] {
    let (trans_a, trans_b) = (a.conductivity * a.wetted, b.conductivity * b.wetted);
    match averaging {
        Averaging::Harmonic => {
            let value = super::conductance::harmonic(width, trans_a, a.length, trans_b, b.length);
            if value == 0.0 {
                return [0.0; 3];
            }
            // With r = l/T on each side C = w / (r_a + r_b), so dC/dT_a = C² l_a / (w T_a²).
            let slope = |half: Half, transmissivity: f64| {
                let ratio = value / transmissivity;
                ratio * ratio * half.length / width * half.conductivity
            };
            [value, slope(a, trans_a), slope(b, trans_b)]
        }
        Averaging::Logarithmic => {
            let share = width / (a.length + b.length);
            let [value, slope_a, slope_b] = logarithmic(trans_a, trans_b);
            [share * value, share * slope_a * a.conductivity, share * slope_b * b.conductivity]
        }
        Averaging::ThicknessLogarithmic => {
            let conductivity = logarithmic(a.conductivity, b.conductivity)[0];
            thickness(width / (a.length + b.length) * conductivity, a, b)
        }
        Averaging::ThicknessHarmonic => {
            let conductivity =
                super::conductance::harmonic(width, a.conductivity, a.length, b.conductivity, b.length);
            thickness(conductivity, a, b)
        }
    }
}

/// Arithmetic mean of the thicknesses.
fn thickness(unit: f64, a: Half, b: Half) -> [f64; 3] {
    [unit * 0.5 * (a.wetted + b.wetted), 0.5 * unit, 0.5 * unit]
}

/// Logarithmic mean of two numbers and its derivatives; 0 where one of them is not positive.
fn logarithmic(x: f64, y: f64) -> [f64; 3] {
    if !(x > 0.0 && y > 0.0) {
        return [0.0; 3];
    }
    let ratio = y / x;
    if ratio > NEAR_ONE[0] && ratio < NEAR_ONE[1] {
        return [0.5 * (x + y), 0.5, 0.5];
    }
    let log = ratio.ln();
    let mean = (y - x) / log;
    [mean, (mean / x - 1.0) / log, (1.0 - mean / y) / log]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::slopes_agree;
    use crate::package::Exchange;

    const A: Half = Half { conductivity: 3.0, wetted: 10.0, length: 50.0 };
    const B: Half = Half { conductivity: 0.4, wetted: 6.0, length: 20.0 };
    const ALL: [Averaging; 4] = [
        Averaging::Harmonic,
        Averaging::Logarithmic,
        Averaging::ThicknessLogarithmic,
        Averaging::ThicknessHarmonic,
    ];

    #[test]
    fn means_are_those_of_their_definitions() {
        // T = 30 and 2.4 m²/d; K = 3 and 0.4 m/d; width 25 m over 70 m.
        let log = |x: f64, y: f64| (y - x) / (y / x).ln();
        let expected = [
            25.0 / (50.0 / 30.0 + 20.0 / 2.4),
            25.0 * log(30.0, 2.4) / 70.0,
            25.0 * 8.0 * log(3.0, 0.4) / 70.0,
            25.0 * 8.0 / (50.0 / 3.0 + 20.0 / 0.4),
        ];
        for (averaging, expected) in ALL.into_iter().zip(expected) {
            let found = mean(averaging, 25.0, A, B)[0];
            assert!((found - expected).abs() < 1e-13, "{averaging:?}: {found} against {expected}");
            // Alike cells: T over the distance, whatever the mean.
            let same = mean(averaging, 25.0, A, A)[0];
            assert!((same - 25.0 * 30.0 / 100.0).abs() < 1e-13, "{averaging:?}: {same}");
        }
    }

    #[test]
    fn slopes_are_the_derivatives() {
        for averaging in ALL {
            slopes_agree(&[0.5, 4.0, 12.0], |wetted| {
                let [flow, slope, _] = mean(averaging, 25.0, Half { wetted, ..A }, B);
                Exchange { flow, slope }
            });
            slopes_agree(&[0.5, 4.0, 12.0], |wetted| {
                let [flow, _, slope] = mean(averaging, 25.0, A, Half { wetted, ..B });
                Exchange { flow, slope }
            });
        }
    }

    #[test]
    fn what_does_not_conduct_has_no_mean() {
        for averaging in [Averaging::Harmonic, Averaging::Logarithmic] {
            assert_eq!(mean(averaging, 25.0, Half { wetted: 0.0, ..A }, B), [0.0; 3]);
        }
        for averaging in ALL {
            assert_eq!(mean(averaging, 25.0, Half { conductivity: 0.0, ..A }, B)[0], 0.0);
        }
    }
}
