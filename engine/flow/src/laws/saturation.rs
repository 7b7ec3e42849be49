//! How much of a cell's thickness is wet.
//!
//! `s = (h − bottom) / (top − bottom)` between 0 and 1, with both corners rounded by parabolas over a share `omega` of the
//! thickness, so that the slope is continuous (Langevin and others, 2017, Documentation for the MODFLOW 6 Groundwater
//! Flow Model; after Niswonger and others, 2011, MODFLOW-NWT). `omega = 0` is the plain, piecewise linear law.

/// Smoothing share that MODFLOW 6 uses with its Newton formulation.
pub const NEWTON_OMEGA: f64 = 1e-6;

/// A saturation and its slope with head.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Saturation {
    /// Wet share of the thickness \[-\], from 0 to 1.
    pub value: f64,
    /// Its derivative with head \[1/m\], never negative.
    pub slope: f64,
}

impl Saturation {
    /// A cell that is full whatever the head.
    pub const FULL: Self = Self { value: 1.0, slope: 0.0 };

    /// Saturation at a head \[m\] of a cell with this bottom \[m\] and thickness \[m\], corners rounded over the share
    /// `omega` (0 ≤ omega < 0.5) of it.
    #[inline]
    pub fn at(head: f64, bottom: f64, thickness: f64, omega: f64) -> Self {
        let wet = (head - bottom) / thickness;
        if wet <= 0.0 {
            return Self { value: 0.0, slope: 0.0 };
        }
        if wet >= 1.0 {
            return Self::FULL;
        }
        if omega <= 0.0 {
            return Self { value: wet, slope: 1.0 / thickness };
        }
        let steep = 1.0 / (1.0 - omega);
        if wet < omega {
            Self { value: 0.5 * steep * wet * wet / omega, slope: steep * wet / omega / thickness }
        } else if wet < 1.0 - omega {
            Self { value: steep * wet + 0.5 * (1.0 - steep), slope: steep / thickness }
        } else {
            let dry = 1.0 - wet;
            Self { value: 1.0 - 0.5 * steep * dry * dry / omega, slope: steep * dry / omega / thickness }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::slopes_agree;
    use crate::package::Exchange;

    #[test]
    fn runs_from_dry_to_full() {
        for omega in [0.0, 1e-6, 0.1] {
            assert_eq!(Saturation::at(9.0, 10.0, 4.0, omega).value, 0.0);
            assert_eq!(Saturation::at(15.0, 10.0, 4.0, omega), Saturation::FULL);
            assert!((Saturation::at(12.0, 10.0, 4.0, omega).value - 0.5).abs() < 1e-15);
        }
    }

    #[test]
    fn slope_is_the_derivative_and_continuous_where_smoothed() {
        let law = |head: f64| {
            let s = Saturation::at(head, 10.0, 4.0, 0.1);
            Exchange { flow: s.value, slope: s.slope }
        };
        slopes_agree(&[9.0, 10.1, 10.3, 12.0, 13.65, 13.9, 20.0], law);
        for corner in [10.0, 10.4, 13.6, 14.0] {
            let (below, above) = (law(corner - 1e-9), law(corner + 1e-9));
            assert!((below.slope - above.slope).abs() < 1e-7, "slope jumps at {corner}");
            assert!((below.flow - above.flow).abs() < 1e-8, "value jumps at {corner}");
        }
        slopes_agree(&[9.0, 10.1, 12.0, 20.0], |head| {
            let s = Saturation::at(head, 10.0, 4.0, 0.0);
            Exchange { flow: s.value, slope: s.slope }
        });
    }
}
