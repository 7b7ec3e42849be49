//! Evapotranspiration, linear with the depth of the water table.
//!
//! At or above the surface it takes `rate × area`; at the extinction depth below it, nothing; between, it follows a straight line
//! or one with bends.

use super::Exchange;
use crate::fault::Origin;

/// Evapotranspiration from a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evapotranspiration {
    /// The cell.
    pub cell: usize,
    /// Elevation at and above which the full rate is taken \[m\].
    pub surface: f64,
    /// Full rate over the cell's area \[m/d\], not negative.
    pub rate: f64,
    /// Extinction depth below the surface \[m\].
    pub depth: f64,
    /// Where the straight line from the surface to the extinction depth bends: (share of the depth, share of the rate) from
    /// above to below; none for a straight line.
    pub bends: Vec<[f64; 2]>,
    /// Share of the rate that is taken at and above the surface \[-\]; 1 where absent.
    pub surface_share: Option<f64>,
    /// Whether it acts on this very cell, and not while it is dry, instead of the uppermost one that is not.
    pub fixed_cell: bool,
    /// Where the row came from.
    pub origin: Origin,
}

impl Evapotranspiration {
    /// Flow into the aquifer (never positive) at a head \[m\], over an area \[m²\].
    pub fn exchange(&self, head: f64, area: f64) -> Exchange {
        let full = self.rate * area;
        let below = self.surface - head;
        let at_surface = self.surface_share.unwrap_or(1.0);
        if below <= 0.0 {
            return Exchange { flow: -full * at_surface, slope: 0.0 };
        }
        if below >= self.depth {
            return Exchange::default();
        }
        // Without bends the share at the surface does not bear on the line below it, as in MODFLOW.
        let mut upper = [0.0, if self.bends.is_empty() { 1.0 } else { at_surface }];
        let mut lower = [1.0, 0.0];
        for &bend in &self.bends {
            if below <= bend[0] * self.depth {
                lower = bend;
                break;
            }
            upper = bend;
        }
        let steepness = full * (upper[1] - lower[1]) / ((lower[0] - upper[0]) * self.depth);
        Exchange { flow: -(full * upper[1] - steepness * (below - upper[0] * self.depth)), slope: -steepness }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::slopes_agree;

    #[test]
    fn fades_linearly_to_the_extinction_depth() {
        let row = Evapotranspiration {
            cell: 0,
            surface: 20.0,
            rate: 0.004,
            depth: 4.0,
            ..Evapotranspiration::default()
        };
        assert_eq!(row.exchange(21.0, 100.0).flow, -0.4);
        assert_eq!(row.exchange(18.0, 100.0).flow, -0.2);
        assert_eq!(row.exchange(16.0, 100.0), Exchange::default());
        slopes_agree(&[10.0, 16.5, 19.0, 25.0], |head| row.exchange(head, 100.0));
    }

    #[test]
    fn follows_the_bends() {
        let row = Evapotranspiration {
            surface: 20.0,
            rate: 0.004,
            depth: 4.0,
            bends: vec![[0.25, 0.9], [0.5, 0.2]],
            ..Evapotranspiration::default()
        };
        let flow = |head: f64| row.exchange(head, 100.0).flow;
        for (head, share) in
            [(21.0, 1.0), (19.5, 0.95), (19.0, 0.9), (18.5, 0.55), (18.0, 0.2), (17.0, 0.1), (16.0, 0.0)]
        {
            assert!((flow(head) + 0.4 * share).abs() < 1e-14, "{head}: {}", flow(head));
        }
        slopes_agree(&[10.0, 16.5, 18.3, 19.7, 25.0], |head| row.exchange(head, 100.0));
        let row = Evapotranspiration { surface_share: Some(0.5), ..row };
        assert!((row.exchange(21.0, 100.0).flow + 0.2).abs() < 1e-15);
        assert!((row.exchange(19.5, 100.0).flow + 0.4 * 0.7).abs() < 1e-14);
    }
}
