//! Rivers: gaining and losing reaches.
//!
//! `Q = C (stage − h)`, where a head below the river bottom counts as the bottom (the stream bed then leaks freely), and
//! never more than the limit that routed flow sets.

use super::Exchange;
use crate::fault::Origin;

/// A river row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct River {
    /// The cell.
    pub cell: usize,
    /// Water level of the river \[m\].
    pub stage: f64,
    /// Conductance of the bed \[m²/d\].
    pub conductance: f64,
    /// Bottom of the bed \[m\]; not above the stage.
    pub bottom: f64,
    /// The most it may lose \[m³/d\]; infinite where nothing limits it. Routed streams lower it to what flows there.
    pub limit: f64,
    /// Where the row came from.
    pub origin: Origin,
}

impl River {
    /// Flow into the aquifer at a head \[m\], where at most `limit` \[m³/d\] may be lost.
    pub fn exchange(&self, head: f64, limit: f64) -> Exchange {
        let (flow, slope) = if head > self.bottom {
            (self.conductance * (self.stage - head), -self.conductance)
        } else {
            (self.conductance * (self.stage - self.bottom), 0.0)
        };
        if flow > limit { Exchange { flow: limit, slope: 0.0 } } else { Exchange { flow, slope } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::slopes_agree;

    #[test]
    fn loses_no_more_than_the_bed_or_the_limit_lets_through() {
        let river = River {
            cell: 0,
            stage: 10.0,
            conductance: 3.0,
            bottom: 8.0,
            limit: f64::INFINITY,
            origin: Origin::NONE,
        };
        assert_eq!(river.exchange(12.0, river.limit), Exchange { flow: -6.0, slope: -3.0 });
        assert_eq!(river.exchange(9.0, river.limit), Exchange { flow: 3.0, slope: -3.0 });
        assert_eq!(river.exchange(-5.0, river.limit), Exchange { flow: 6.0, slope: 0.0 });
        assert_eq!(river.exchange(-5.0, 2.5), Exchange { flow: 2.5, slope: 0.0 });
        slopes_agree(&[-5.0, 8.5, 9.9, 13.0], |head| river.exchange(head, 4.0));
    }
}
