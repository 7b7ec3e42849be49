//! What each measure of a scenario brings: leave-one-out and add-one-in.
//!
//! With `f(S)` a quantity under the set `S` of measures, `N` all of them and `∅` none: measure `i` brings `f({i}) − f(∅)` where it is
//! the only one, and `f(N) − f(N∖{i})` on top of all others. Where the two differ, measures overlap (or, where the second is
//! more, help one another): `Σᵢ (f({i}) − f(∅))` less `f(N) − f(∅)` is what they would bring one by one and do not bring together.

use serde::{Deserialize, Serialize};

use crate::Text;

/// One quantity in one year under all sets of measures that are played out.
#[derive(Clone, Debug, PartialEq)]
pub struct Effects {
    /// Without any measure.
    pub none: f64,
    /// With all.
    pub all: f64,
    /// With one only, by measure.
    pub only: Vec<f64>,
    /// With all but one, by measure.
    pub without: Vec<f64>,
}

/// What a measure brings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// As the only measure.
    pub alone: f64,
    /// On top of all others.
    pub on_top: f64,
}

impl Share {
    /// What it brings alone and the others bring without it, too: `alone − on_top`; negative where it works only with others.
    pub fn joint(&self) -> f64 {
        self.alone - self.on_top
    }
}

impl Effects {
    /// What all measures bring together.
    pub fn together(&self) -> f64 {
        self.all - self.none
    }

    /// What a measure brings.
    pub fn share(&self, measure: usize) -> Share {
        Share { alone: self.only[measure] - self.none, on_top: self.all - self.without[measure] }
    }

    /// What no single measure can claim: what all bring together less the sum of what each brings on top of the others.
    pub fn joint(&self) -> f64 {
        let on_top: f64 = (0..self.only.len()).map(|measure| self.share(measure).on_top).sum();
        self.together() - on_top
    }

    /// Whether any measure moves it.
    pub fn moves(&self) -> bool {
        let changed = |value: &f64| *value != self.none;
        changed(&self.all) || self.only.iter().any(changed)
    }

    /// What the measures would bring one by one and do not bring together.
    pub fn overlap(&self) -> f64 {
        let alone: f64 = (0..self.only.len()).map(|measure| self.share(measure).alone).sum();
        alone - self.together()
    }
}

/// What the measures of a scenario bring to one quantity in one year, as a verdict holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attributed {
    /// `abstraction`, `spring-flow`, `outlet-head` or `zone-level`.
    pub quantity: String,
    /// Id of the place; `city` and `city-physical` are the city on the two bases of the cap.
    pub place: String,
    /// Its name.
    pub name: Text,
    /// Unit of all values.
    pub unit: String,
    /// Year.
    pub year: i16,
    /// The quantity without any measure.
    pub none: f64,
    /// With all of them.
    pub all: f64,
    /// What no single measure can claim; see [`Effects::joint`].
    pub joint: f64,
    /// Every measure, in the scenario's order.
    pub measures: Vec<AttributedMeasure>,
}

/// What one measure brings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributedMeasure {
    /// Id of the measure.
    pub measure: String,
    /// As the only one.
    pub alone: f64,
    /// On top of all others.
    pub on_top: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two measures that each close the same 10 of 100, and one that saves 5 elsewhere.
    #[test]
    fn what_two_measures_share_belongs_to_neither() {
        let effects =
            Effects { none: 100.0, all: 85.0, only: vec![90.0, 90.0, 95.0], without: vec![85.0, 85.0, 90.0] };
        assert_eq!(effects.together(), -15.0);
        assert_eq!(effects.share(0), Share { alone: -10.0, on_top: 0.0 });
        assert_eq!(effects.share(0).joint(), -10.0);
        assert_eq!(effects.share(2), Share { alone: -5.0, on_top: -5.0 });
        assert_eq!((effects.joint(), effects.overlap()), (-10.0, -10.0));
    }
}
