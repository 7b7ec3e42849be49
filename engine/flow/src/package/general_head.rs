//! General heads: exchange with a distant head behind a conductance, either way.
//!
//! `Q = C (h_b − h)`.

use super::Exchange;
use crate::fault::Origin;

/// A general-head boundary.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GeneralHead {
    /// The cell.
    pub cell: usize,
    /// The distant head \[m\].
    pub head: f64,
    /// Conductance between it and the cell \[m²/d\].
    pub conductance: f64,
    /// Where the row came from.
    pub origin: Origin,
}

impl GeneralHead {
    /// Flow into the aquifer at a head \[m\].
    pub fn exchange(&self, head: f64) -> Exchange {
        Exchange { flow: self.conductance * (self.head - head), slope: -self.conductance }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::slopes_agree;

    #[test]
    fn flows_both_ways() {
        let row = GeneralHead { cell: 0, head: 5.0, conductance: 2.0, origin: Origin::NONE };
        assert_eq!(row.exchange(4.0).flow, 2.0);
        assert_eq!(row.exchange(7.0).flow, -4.0);
        slopes_agree(&[-3.0, 5.0, 9.0], |head| row.exchange(head));
    }
}
