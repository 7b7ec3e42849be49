//! Conductivity along the axes of the grid of rock whose own axes are turned.
//!
//! Where the rock's principal axes do not lie along the grid, flow across a face depends on all components of the gradient; what
//! stays on the faces of a cell is the conductivity along each axis of the grid, `1/K = Σ eᵢ²/Kᵢ` with the components `eᵢ` of that axis
//! in the rock's own (the conductivity ellipsoid; MODFLOW 6 without XT3D).

/// Conductivities along the x, y and z axes of the grid \[m/d\] of rock with these principal conductivities \[m/d\] and these
/// angles \[radians\]: of the first principal axis from the x axis in plan, of its tilt out of the plane, and of the rotation about it
/// (MODFLOW's ANGLE1, ANGLE2, ANGLE3).
pub fn along_axes(principal: [f64; 3], angles: [f64; 3]) -> [f64; 3] {
    let [(s1, c1), (s2, c2), (s3, c3)] = angles.map(f64::sin_cos);
    // Row: axis of the grid; column: its component along each principal axis.
    let axes = [
        [c1 * c2, c1 * s2 * s3 - s1 * c3, -c1 * s2 * c3 - s1 * s3],
        [s1 * c2, s1 * s2 * s3 + c1 * c3, -s1 * s2 * c3 + c1 * s3],
        [s2, -c2 * s3, c2 * c3],
    ];
    axes.map(|axis| {
        let parts = axis.iter().zip(principal).filter(|(part, _)| **part != 0.0);
        let resistance: f64 = parts.map(|(part, conductivity)| part * part / conductivity).sum();
        if resistance.is_finite() { 1.0 / resistance } else { 0.0 }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::FRAC_PI_2;

    fn close(found: [f64; 3], expected: [f64; 3]) {
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?} {expected:?}");
    }

    #[test]
    fn quarter_turns_exchange_axes() {
        let k = [8.0, 2.0, 0.5];
        assert_eq!(along_axes(k, [0.0; 3]), k);
        close(along_axes(k, [FRAC_PI_2, 0.0, 0.0]), [2.0, 8.0, 0.5]);
        close(along_axes(k, [0.0, FRAC_PI_2, 0.0]), [0.5, 2.0, 8.0]);
        close(along_axes(k, [0.0, 0.0, FRAC_PI_2]), [8.0, 0.5, 2.0]);
    }

    #[test]
    fn between_the_axes_the_ellipse_holds() {
        let half = 1.0 / (0.5 / 8.0 + 0.5 / 2.0);
        close(along_axes([8.0, 2.0, 0.5], [FRAC_PI_2 / 2.0, 0.0, 0.0]), [half, half, 0.5]);
    }

    #[test]
    fn tight_rock_conducts_nothing_along_its_tight_axis() {
        close(along_axes([8.0, 0.0, 0.5], [0.0; 3]), [8.0, 0.0, 0.5]);
    }
}
