//! Wells of given rate, reduced smoothly as their cell dries.
//!
//! Injection is delivered whole. An abstraction is multiplied by `3 s² − 2 s³`, where `s` is the wetted part of the lowest
//! `reduction` share of the cell's thickness (MODFLOW 6's AUTO_FLOW_REDUCE): whole above it, nothing at the cell's bottom.

use super::Exchange;
use crate::fault::Origin;

/// A well.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Well {
    /// The cell.
    pub cell: usize,
    /// Requested rate \[m³/d\], positive into the aquifer: an abstraction is negative.
    pub rate: f64,
    /// Where the row came from.
    pub origin: Origin,
}

/// The wells of a package, and when they are reduced.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wells {
    /// The wells.
    pub rows: Vec<Well>,
    /// Share of the cell's thickness, above its bottom, over which an abstraction fades \[-\]; 0 never reduces.
    /// Only convertible cells dry, so only there it acts.
    pub reduction: f64,
    /// Heights above the bottom over which the abstractions fade \[m\], one per well, instead of a share of the thickness.
    pub fading: Option<Vec<f64>>,
}

impl Wells {
    /// Height above the bottom over which the abstraction of a row fades, in a cell of this thickness \[m\]; 0 where it never does.
    pub fn fading(&self, row: usize, thickness: f64) -> f64 {
        match &self.fading {
            Some(heights) => heights[row],
            None => self.reduction * thickness,
        }
    }
}

impl Well {
    /// Flow into the aquifer at a head \[m\] in a cell with this bottom \[m\], fading over `fade` metres above it
    /// (0: never).
    pub fn exchange(&self, head: f64, bottom: f64, fade: f64) -> Exchange {
        if self.rate >= 0.0 || fade <= 0.0 {
            return Exchange { flow: self.rate, slope: 0.0 };
        }
        let s = (head - bottom) / fade;
        if s >= 1.0 {
            Exchange { flow: self.rate, slope: 0.0 }
        } else if s > 0.0 {
            Exchange {
                flow: self.rate * s * s * (3.0 - 2.0 * s),
                slope: self.rate * 6.0 * s * (1.0 - s) / fade,
            }
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
    fn fades_as_its_cell_dries() {
        let well = Well { cell: 0, rate: -8.0, origin: Origin::NONE };
        assert_eq!(well.exchange(12.0, 10.0, 2.0).flow, -8.0);
        assert_eq!(well.exchange(11.0, 10.0, 2.0).flow, -4.0);
        assert_eq!(well.exchange(9.0, 10.0, 2.0).flow, 0.0);
        assert_eq!(well.exchange(9.0, 10.0, 0.0).flow, -8.0);
        slopes_agree(&[9.0, 10.3, 11.0, 11.9, 14.0], |head| well.exchange(head, 10.0, 2.0));
    }

    #[test]
    fn heights_of_their_own_come_before_the_share() {
        let rows = vec![Well::default(); 2];
        let wells = Wells { rows, reduction: 0.1, fading: None };
        assert_eq!(wells.fading(1, 30.0), 3.0);
        let wells = Wells { fading: Some(vec![2.0, 5.0]), ..wells };
        assert_eq!((wells.fading(0, 30.0), wells.fading(1, 30.0)), (2.0, 5.0));
    }

    #[test]
    fn injection_is_never_reduced() {
        let well = Well { cell: 0, rate: 8.0, origin: Origin::NONE };
        assert_eq!(well.exchange(0.0, 10.0, 2.0), Exchange { flow: 8.0, slope: 0.0 });
    }
}
