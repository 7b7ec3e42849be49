//! Drains and springs: water leaves while the head stands above the outlet.
//!
//! `Q = C (z − h)` while `h > z`, otherwise nothing.

use super::Exchange;
use crate::fault::Origin;

/// A drain or spring.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Drain {
    /// The cell.
    pub cell: usize,
    /// Elevation of the outlet \[m\].
    pub elevation: f64,
    /// Conductance \[m²/d\].
    pub conductance: f64,
    /// Height above the outlet (or below it, where negative) over which the conductance grows to its full value \[m\]; 0 for
    /// a drain whose conductance is whole as soon as it flows.
    pub depth: f64,
    /// Where the row came from.
    pub origin: Origin,
}

impl Drain {
    /// Flow into the aquifer (never positive) at a head \[m\].
    pub fn exchange(&self, head: f64) -> Exchange {
        if head > self.elevation {
            Exchange { flow: self.conductance * (self.elevation - head), slope: -self.conductance }
        } else {
            Exchange::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::slopes_agree;

    const DRAIN: Drain =
        Drain { cell: 0, elevation: 10.0, conductance: 4.0, depth: 0.0, origin: Origin::NONE };

    #[test]
    fn flows_only_above_its_outlet() {
        assert_eq!(DRAIN.exchange(12.0), Exchange { flow: -8.0, slope: -4.0 });
        assert_eq!(DRAIN.exchange(10.0), Exchange::default());
        assert_eq!(DRAIN.exchange(3.0), Exchange::default());
    }

    #[test]
    fn slope_is_the_derivative() {
        slopes_agree(&[3.0, 9.0, 10.5, 30.0], |head| DRAIN.exchange(head));
    }
}
