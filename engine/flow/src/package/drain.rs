//! Drains and springs: water leaves while the head stands above the outlet.
//!
//! `Q = C (z − h)` while `h > z`, otherwise nothing. A drain with a depth `d` has `Q = f(s) C (z − h)`, `s = (h − z) / d` between 0
//! and 1 and `z` the lower end of the depth.

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

/// How the conductance of a drain grows over its depth: the formulation decides (MODFLOW 6's AUXDEPTHNAME).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DepthScaling {
    /// With the filled share `s` of the depth: standard formulation.
    #[default]
    Linear,
    /// With `2 s² − s³`: Newton formulation.
    Cubic,
}

impl Drain {
    /// Flow into the aquifer (never positive) at a head \[m\].
    pub fn exchange(&self, head: f64, scaling: DepthScaling) -> Exchange {
        if self.depth == 0.0 {
            return if head > self.elevation {
                Exchange { flow: self.conductance * (self.elevation - head), slope: -self.conductance }
            } else {
                Exchange::default()
            };
        }
        let bottom = self.bottom();
        let height = head - bottom;
        if height <= 0.0 {
            return Exchange::default();
        }
        let depth = self.depth.abs();
        let s = (height / depth).min(1.0);
        let (share, growth) = match scaling {
            _ if s >= 1.0 => (1.0, 0.0),
            DepthScaling::Linear => (s, 1.0 / depth),
            DepthScaling::Cubic => (s * s * (2.0 - s), s * (4.0 - 3.0 * s) / depth),
        };
        Exchange {
            flow: -self.conductance * share * height,
            slope: -self.conductance * (share + growth * height),
        }
    }

    /// The same exchange with what scales the conductance held at this head, as in Picard's linear model.
    pub(crate) fn held(&self, head: f64, exchange: Exchange) -> Exchange {
        let above = head - self.bottom();
        let slope = if above > 0.0 { -(exchange.flow / above).abs() } else { 0.0 };
        Exchange { slope, ..exchange }
    }

    /// The head at which it begins to flow \[m\].
    pub fn bottom(&self) -> f64 {
        self.elevation.min(self.elevation + self.depth)
    }
}

#[cfg(test)]
mod tests {
    use super::DepthScaling::{Cubic, Linear};
    use super::*;
    use crate::laws::slopes_agree;

    const DRAIN: Drain =
        Drain { cell: 0, elevation: 10.0, conductance: 4.0, depth: 0.0, origin: Origin::NONE };

    #[test]
    fn flows_only_above_its_outlet() {
        assert_eq!(DRAIN.exchange(12.0, Linear), Exchange { flow: -8.0, slope: -4.0 });
        assert_eq!(DRAIN.exchange(10.0, Linear), Exchange::default());
        assert_eq!(DRAIN.exchange(3.0, Linear), Exchange::default());
    }

    #[test]
    fn slope_is_the_derivative() {
        slopes_agree(&[3.0, 9.0, 10.5, 30.0], |head| DRAIN.exchange(head, Linear));
    }

    #[test]
    fn conductance_grows_over_the_depth() {
        let deep = Drain { depth: 2.0, ..DRAIN };
        let flows = |scaling| [10.0, 11.0, 12.0, 13.0].map(|head| deep.exchange(head, scaling).flow);
        assert_eq!(flows(Linear), [0.0, -2.0, -8.0, -12.0]);
        // 2 s² − s³ = 3/8 at half the depth.
        assert_eq!(flows(Cubic), [0.0, -1.5, -8.0, -12.0]);
        // A depth below the outlet is the same drain, told from its upper end.
        let upper = Drain { elevation: 12.0, depth: -2.0, ..DRAIN };
        assert_eq!(upper.exchange(11.0, Cubic), deep.exchange(11.0, Cubic));
        for scaling in [Linear, Cubic] {
            slopes_agree(&[9.0, 10.3, 11.5, 13.0], |head| deep.exchange(head, scaling));
        }
    }
}
