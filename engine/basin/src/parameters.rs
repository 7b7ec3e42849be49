//! The free parameters of a run: multipliers on what the basin states.

use crate::{Basin, ParameterKind};

/// One multiplier for each [`ParameterKind`] \[-\]; 1 leaves the basin as it is.
///
/// [`Parameters::of`] takes them from the basin; a calibration or an ensemble overrides them with [`Parameters::set`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    values: [f64; ParameterKind::ALL.len()],
}

impl Default for Parameters {
    fn default() -> Self {
        Self { values: [1.0; ParameterKind::ALL.len()] }
    }
}

impl Parameters {
    /// What the basin states: for each kind the product of [`crate::Parameter::value`] over its parameters, 1 where it
    /// has none.
    pub fn of(basin: &Basin) -> Self {
        let mut parameters = Self::default();
        for parameter in &basin.parameters {
            parameters.values[place(parameter.kind)] *= parameter.value();
        }
        parameters
    }

    /// The multiplier of a kind \[-\].
    pub fn get(&self, kind: ParameterKind) -> f64 {
        self.values[place(kind)]
    }

    /// Overrides the multiplier of a kind \[-\].
    pub fn set(&mut self, kind: ParameterKind, value: f64) {
        self.values[place(kind)] = value;
    }

    /// The same with one multiplier overridden.
    #[must_use]
    pub fn with(mut self, kind: ParameterKind, value: f64) -> Self {
        self.set(kind, value);
        self
    }
}

fn place(kind: ParameterKind) -> usize {
    match kind {
        ParameterKind::KarstConductivity => 0,
        ParameterKind::Infiltration => 1,
        ParameterKind::SpringConductance => 2,
        ParameterKind::RiverbedConductance => 3,
        ParameterKind::MineDrainage => 4,
        ParameterKind::KarstSpecificYield => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_place_of_its_own() {
        let mut parameters = Parameters::default();
        for (number, kind) in ParameterKind::ALL.into_iter().enumerate() {
            parameters.set(kind, 2.0 + number as f64);
        }
        for (number, kind) in ParameterKind::ALL.into_iter().enumerate() {
            assert_eq!(parameters.get(kind), 2.0 + number as f64);
        }
        assert_eq!(
            Parameters::default().with(ParameterKind::Infiltration, 3.0).get(ParameterKind::MineDrainage),
            1.0
        );
    }
}
