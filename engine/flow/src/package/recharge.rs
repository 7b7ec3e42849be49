//! Areal recharge, applied to the uppermost active cell at or below the row's cell.
//!
//! `Q = rate × area`, whatever the head.

use super::Exchange;
use crate::fault::Origin;

/// Recharge over the area of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Recharge {
    /// The cell; where it is inactive or passed through, the uppermost active cell below takes the water.
    pub cell: usize,
    /// Rate over the cell's area \[m/d\].
    pub rate: f64,
    /// Whether the water goes to this very cell, and nowhere while it is dry, instead of the uppermost one that is not.
    pub fixed_cell: bool,
    /// Where the row came from.
    pub origin: Origin,
}

impl Recharge {
    /// Flow into the aquifer over an area \[m²\].
    pub fn exchange(&self, area: f64) -> Exchange {
        Exchange { flow: self.rate * area, slope: 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_rate_times_area() {
        let row = Recharge { cell: 0, rate: 0.001, fixed_cell: false, origin: Origin::NONE };
        assert_eq!(row.exchange(2500.0), Exchange { flow: 2.5, slope: 0.0 });
    }
}
