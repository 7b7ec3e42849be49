//! Water stored in a cell, as a volume that depends on the head alone, so that no step can lose any.
//!
//! A confined cell holds `Sₛ b A (h − top)` more than when its head stands at its top. A convertible one drains its pores,
//! `S_y b A s`, and below its top only its wet part is elastic, about its own middle:
//! `Sₛ b A s (h − z)` with `z = bottom + b s / 2` (Langevin and others, 2017, Documentation for the MODFLOW 6 Groundwater Flow Model).
//! Release in a step of length Δt is `(V(old) − V(new)) / Δt`.

use super::saturation::Saturation;

/// How a cell stores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StoringLaw {
    /// Always full.
    #[default]
    Confined,
    /// A water table may stand in it; what is wet is elastic.
    Convertible,
    /// A water table may stand in it; only the full cell is elastic, `Sₛ b A (h − top)` (MODFLOW's SS_CONFINED_ONLY).
    ElasticWhileFull,
}

impl StoringLaw {
    /// Whether the capacity jumps at the bottom and at the top of the cell.
    pub fn has_kinks(self) -> bool {
        self != Self::Confined
    }
}

/// What a cell's storage depends on, apart from its head.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Store {
    /// Bottom of the cell \[m\].
    pub bottom: f64,
    /// Thickness \[m\].
    pub thickness: f64,
    /// Elastic capacity of the full cell, `Sₛ b A` \[m²\].
    pub elastic: f64,
    /// Pore volume that drains, `S_y b A` \[m³\].
    pub drainable: f64,
    /// How it stores.
    pub law: StoringLaw,
}

/// Stored volume and its slope with head.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stored {
    /// Elastic part \[m³\].
    pub elastic: f64,
    /// Part that drained pores hold \[m³\].
    pub drainable: f64,
    /// Capacity, the derivative of the sum of both with head \[m²\].
    pub capacity: f64,
}

impl Store {
    /// What is stored at a head \[m\], with corners of the saturation rounded over a share `omega` of the thickness.
    #[inline]
    pub fn at(&self, head: f64, omega: f64) -> Stored {
        let saturation = || Saturation::at(head, self.bottom, self.thickness, omega);
        match self.law {
            StoringLaw::Confined => self.confined(head),
            StoringLaw::Convertible => self.convertible(head, saturation()),
            StoringLaw::ElasticWhileFull => self.elastic_while_full(head, saturation()),
        }
    }

    #[inline]
    fn confined(&self, head: f64) -> Stored {
        let above_top = head - (self.bottom + self.thickness);
        Stored { elastic: self.elastic * above_top, drainable: 0.0, capacity: self.elastic }
    }

    #[inline]
    fn convertible(&self, head: f64, saturation: Saturation) -> Stored {
        let Saturation { value: s, slope } = saturation;
        let above_bottom = head - self.bottom;
        let above_middle = above_bottom - 0.5 * self.thickness * s;
        Stored {
            elastic: self.elastic * s * above_middle,
            drainable: self.drainable * s,
            capacity: self.elastic * (slope * (above_bottom - self.thickness * s) + s)
                + self.drainable * slope,
        }
    }

    #[inline]
    fn elastic_while_full(&self, head: f64, saturation: Saturation) -> Stored {
        let above_top = head - (self.bottom + self.thickness);
        let elastic = if above_top >= 0.0 { self.elastic } else { 0.0 };
        Stored {
            elastic: elastic * above_top,
            drainable: self.drainable * saturation.value,
            capacity: elastic + self.drainable * saturation.slope,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::slopes_agree;
    use crate::package::Exchange;

    const STORE: Store =
        Store { bottom: 10.0, thickness: 4.0, elastic: 0.02, drainable: 40.0, law: StoringLaw::Convertible };

    #[test]
    fn a_falling_water_table_drains_pores_and_a_confined_head_relaxes_rock() {
        let at = |head: f64| STORE.at(head, 0.0);
        assert!((at(13.0).drainable - at(12.0).drainable - 10.0).abs() < 1e-12);
        assert!((at(16.0).elastic - at(15.0).elastic - 0.02).abs() < 1e-14);
        assert_eq!(at(16.0).drainable, at(15.0).drainable);
        assert_eq!((at(9.0).elastic, at(9.0).drainable, at(9.0).capacity), (0.0, 0.0, 0.0));
        let confined = |head: f64| Store { law: StoringLaw::Confined, ..STORE }.at(head, 0.0);
        assert!((confined(16.0).elastic - confined(15.0).elastic - 0.02).abs() < 1e-14);
        assert!((confined(11.0).elastic - confined(10.0).elastic - 0.02).abs() < 1e-14);
        assert_eq!(confined(11.0).drainable, 0.0);
    }

    #[test]
    fn rock_that_is_elastic_only_while_full_drains_pores_alone_below_its_top() {
        let at = |head: f64| Store { law: StoringLaw::ElasticWhileFull, ..STORE }.at(head, 0.0);
        assert!((at(16.0).elastic - at(15.0).elastic - 0.02).abs() < 1e-14);
        assert_eq!((at(14.0).elastic, at(12.0).elastic), (0.0, 0.0));
        assert!((at(13.0).drainable - at(12.0).drainable - 10.0).abs() < 1e-12);
    }

    #[test]
    fn capacity_is_the_derivative() {
        for law in [StoringLaw::Confined, StoringLaw::Convertible, StoringLaw::ElasticWhileFull] {
            for omega in [0.0, 0.1] {
                slopes_agree(&[9.0, 10.2, 12.0, 13.9, 15.0], |head| {
                    let stored = Store { law, ..STORE }.at(head, omega);
                    Exchange { flow: stored.elastic + stored.drainable, slope: stored.capacity }
                });
            }
        }
    }
}
