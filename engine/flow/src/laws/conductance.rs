//! Conductance of the face between two cells \[m²/d\]: flow is conductance times the difference of heads.
//!
//! Horizontal faces put the two half cells in series, `C = w T₁ T₂ / (T₁ l₂ + T₂ l₁)` with the width `w` of the face, the
//! half lengths `l` and the transmissivities `T = K b s` (Harbaugh, 2005, MODFLOW-2005). Vertical faces
//! do the same with `K_v` over the half thicknesses. A barrier is one more conductance in series.

use super::averaging::{self, Half};
use super::saturation::Saturation;
use crate::options::Averaging;

/// One side of a horizontal face.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Side {
    /// Conductivity across the face \[m/d\].
    pub conductivity: f64,
    /// Full thickness of the cell \[m\].
    pub thickness: f64,
    /// Half the cell's length across the face \[m\].
    pub half_length: f64,
}

/// A conductance and its slopes with the heads on either side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Conductance {
    /// Conductance \[m²/d\].
    pub value: f64,
    /// Its derivative with the head of the first cell \[m/d\].
    pub slope_a: f64,
    /// Its derivative with the head of the second cell \[m/d\].
    pub slope_b: f64,
}

/// Two conductances in series \[m²/d\].
#[inline]
pub fn in_series(a: f64, b: f64) -> f64 {
    if a > 0.0 && b > 0.0 { a * b / (a + b) } else { 0.0 }
}

/// Harmonic conductance of a horizontal face \[m²/d\] of this width \[m\] between two transmissivities \[m²/d\] over two
/// half lengths \[m\].
#[inline]
pub fn harmonic(width: f64, transmissivity_a: f64, half_a: f64, transmissivity_b: f64, half_b: f64) -> f64 {
    let product = transmissivity_a * transmissivity_b;
    if product > 0.0 {
        width * product / (transmissivity_a * half_b + transmissivity_b * half_a)
    } else {
        0.0
    }
}

/// Vertical conductance \[m²/d\] over an area \[m²\] between the middles of two cells of these thicknesses \[m\] and
/// vertical conductivities \[m/d\].
#[inline]
pub fn vertical(
    area: f64,
    thickness_a: f64,
    conductivity_a: f64,
    thickness_b: f64,
    conductivity_b: f64,
) -> f64 {
    harmonic(area, conductivity_a, 0.5 * thickness_a, conductivity_b, 0.5 * thickness_b)
}

/// Conductance of a barrier \[m²/d\]: its characteristic \[1/d\] over the width \[m\] and the mean wetted height \[m\].
#[inline]
pub fn barrier(characteristic: f64, width: f64, wetted_a: f64, wetted_b: f64) -> f64 {
    characteristic * width * 0.5 * (wetted_a + wetted_b)
}

/// Face between wetted thicknesses: each side's transmissivity from its own saturation, an optional barrier
/// (its characteristic \[1/d\]) in series. A negative characteristic multiplies the conductance instead, as in MODFLOW's HFB.
pub fn central(
    averaging: Averaging,
    width: f64,
    a: Side,
    sat_a: Saturation,
    b: Side,
    sat_b: Saturation,
    wall: Option<f64>,
) -> Conductance {
    let half =
        |side: Side, wetted: f64| Half { conductivity: side.conductivity, wetted, length: side.half_length };
    let (wetted_a, wetted_b) = (a.thickness * sat_a.value, b.thickness * sat_b.value);
    let [aquifer, by_a, by_b] = averaging::mean(averaging, width, half(a, wetted_a), half(b, wetted_b));
    if aquifer == 0.0 {
        return Conductance::default();
    }
    let mut result = Conductance {
        value: aquifer,
        slope_a: by_a * a.thickness * sat_a.slope,
        slope_b: by_b * b.thickness * sat_b.slope,
    };
    match wall {
        None => {}
        Some(multiplier) if multiplier < 0.0 => {
            for part in [&mut result.value, &mut result.slope_a, &mut result.slope_b] {
                *part *= -multiplier;
            }
        }
        Some(characteristic) => {
            let wall = barrier(characteristic, width, wetted_a, wetted_b);
            let value = in_series(aquifer, wall);
            // d(in series)/dh = (C/C₁)² dC₁/dh + (C/C₂)² dC₂/dh
            let (by_aquifer, by_wall) =
                if wall > 0.0 { ((value / aquifer).powi(2), (value / wall).powi(2)) } else { (0.0, 0.0) };
            let wall_slope =
                |side: Side, sat: Saturation| 0.5 * characteristic * width * side.thickness * sat.slope;
            result = Conductance {
                value,
                slope_a: by_aquifer * result.slope_a + by_wall * wall_slope(a, sat_a),
                slope_b: by_aquifer * result.slope_b + by_wall * wall_slope(b, sat_b),
            };
        }
    }
    result
}

/// Face of saturated conductance \[m²/d\] times the saturation of the upstream cell, the one with the higher head; the second where
/// both are equal.
#[inline]
pub fn upstream(
    saturated: f64,
    head_a: f64,
    sat_a: Saturation,
    head_b: f64,
    sat_b: Saturation,
) -> Conductance {
    if head_a > head_b {
        Conductance { value: saturated * sat_a.value, slope_a: saturated * sat_a.slope, slope_b: 0.0 }
    } else {
        Conductance { value: saturated * sat_b.value, slope_a: 0.0, slope_b: saturated * sat_b.slope }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::slopes_agree;
    use crate::package::Exchange;

    const A: Side = Side { conductivity: 3.0, thickness: 10.0, half_length: 50.0 };
    const B: Side = Side { conductivity: 0.4, thickness: 6.0, half_length: 20.0 };

    fn wet(side: Side, head: f64) -> Saturation {
        Saturation::at(head, 0.0, side.thickness, 0.05)
    }

    #[test]
    fn half_cells_are_in_series() {
        let full = central(Averaging::Harmonic, 25.0, A, Saturation::FULL, B, Saturation::FULL, None).value;
        let (first, second) = (25.0 * 30.0 / 50.0, 25.0 * 2.4 / 20.0);
        assert!((full - in_series(first, second)).abs() < 1e-14);
        let walled =
            central(Averaging::Harmonic, 25.0, A, Saturation::FULL, B, Saturation::FULL, Some(1e-3)).value;
        assert!((walled - in_series(full, 1e-3 * 25.0 * 8.0)).abs() < 1e-16);
        // A negative characteristic is a share of the conductance.
        let part =
            central(Averaging::Harmonic, 25.0, A, Saturation::FULL, B, Saturation::FULL, Some(-0.3)).value;
        assert!((part - 0.3 * full).abs() < 1e-15);
        assert!((vertical(100.0, 10.0, 0.2, 30.0, 0.1) - 100.0 / (5.0 / 0.2 + 15.0 / 0.1)).abs() < 1e-14);
        assert_eq!(vertical(100.0, 10.0, 0.2, 30.0, 0.0), 0.0);
    }

    #[test]
    fn a_dry_side_carries_nothing() {
        let dry = Saturation::default();
        assert_eq!(
            central(Averaging::Harmonic, 25.0, A, dry, B, Saturation::FULL, Some(1.0)),
            Conductance::default()
        );
        assert_eq!(upstream(7.0, 2.0, dry, 1.0, Saturation::FULL).value, 0.0);
        assert_eq!(upstream(7.0, 2.0, Saturation::FULL, 1.0, dry).value, 7.0);
    }

    #[test]
    fn slopes_are_the_derivatives() {
        for wall in [None, Some(2e-3), Some(-0.2)] {
            slopes_agree(&[0.3, 4.0, 9.8, 12.0], |head| {
                let c = central(Averaging::Harmonic, 25.0, A, wet(A, head), B, wet(B, 2.5), wall);
                Exchange { flow: c.value, slope: c.slope_a }
            });
            slopes_agree(&[0.2, 3.0, 5.9, 12.0], |head| {
                let c = central(Averaging::Harmonic, 25.0, A, wet(A, 4.0), B, wet(B, head), wall);
                Exchange { flow: c.value, slope: c.slope_b }
            });
        }
        slopes_agree(&[0.3, 2.0, 4.0], |head| {
            let c = upstream(7.0, head, wet(A, head), 3.0, wet(B, 3.0));
            Exchange { flow: c.value, slope: c.slope_a }
        });
        slopes_agree(&[0.3, 2.0, 4.0], |head| {
            let c = upstream(7.0, 3.0, wet(A, 3.0), head, wet(B, head));
            Exchange { flow: c.value, slope: c.slope_b }
        });
    }
}
