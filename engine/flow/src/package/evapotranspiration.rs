//! Evapotranspiration, linear with the depth of the water table.
//!
//! At or above the surface it takes `rate × area`; at the extinction depth below it, nothing; linear between.

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
        let above_extinction = head - (self.surface - self.depth);
        if head >= self.surface {
            Exchange { flow: -full, slope: 0.0 }
        } else if above_extinction > 0.0 {
            Exchange { flow: -full * above_extinction / self.depth, slope: -full / self.depth }
        } else {
            Exchange::default()
        }
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
}
