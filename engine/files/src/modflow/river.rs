//! RIV: cells under a river.

use quanyu_flow::FaultKind;

use super::check::{Ground, not_negative};
use super::list::{ListPackage, RowGrammar, RowPlace, StressRow, Value};
use super::reading::Reading;

/// Rows of the RIV package.
pub type Rivers = ListPackage<River>;

/// A cell under a river.
#[derive(Clone, Debug, PartialEq)]
pub struct River {
    /// The cell and what goes with it.
    pub place: RowPlace,
    /// Stage.
    pub stage: Value,
    /// Conductance of the bed.
    pub conductance: Value,
    /// Bottom of the bed.
    pub bottom: Value,
}

impl StressRow for River {
    type Options = ();
    const KIND: &'static str = "RIV";
    const WHAT: &'static str = "the RIV package";

    fn columns((): &()) -> Vec<&'static str> {
        vec!["STAGE", "COND", "RBOT"]
    }

    fn new(place: RowPlace, values: &[Value], (): &()) -> Self {
        Self { place, stage: values[0], conductance: values[1], bottom: values[2] }
    }

    fn place(&self) -> &RowPlace {
        &self.place
    }

    fn values(&self) -> Vec<Value> {
        vec![self.stage, self.conductance, self.bottom]
    }
}

impl RowGrammar for River {
    fn check(&self, reading: &mut Reading, package: &Rivers, ground: Ground<'_>) {
        let (stage, bottom) = (self.stage.number(), self.bottom.number());
        ground.not_below_bottom(reading, "the bottom of a riverbed", &self.place, bottom);
        ground.not_below_bottom(reading, "the stage of a river", &self.place, stage);
        if let Some((stage, bottom)) = stage.zip(bottom).filter(|(stage, bottom)| stage < bottom) {
            reading.fault(
                self.place.mark.0,
                FaultKind::Inconsistent,
                "the stage of a river lies below the bottom of its bed",
                stage,
                format!("{bottom} or above"),
                "Exchange or correct the two.",
            );
        }
        not_negative(reading, "the conductance of RIV", &self.place, self.conductance.number());
        not_negative(reading, "the multiplier of RIV", &self.place, package.multiplier(self));
    }
}

#[cfg(test)]
mod tests {
    use crate::modflow::testing::{model, read_model};

    #[test]
    fn a_river_lies_above_its_bed_and_that_above_its_cell() {
        let text = "BEGIN DIMENSIONS\nMAXBOUND 3\nEND DIMENSIONS\nBEGIN PERIOD 1\n1 1 1 15 5 11\n1 1 2 15 5 9\n\
            1 1 3 11 5 12\nEND PERIOD\n";
        assert_eq!(
            read_model(&model("RIV6 g.riv\n", &[("g.riv", text)])).unwrap_err(),
            [
                "g.riv:6: the bottom of a riverbed lies below the bottom of cell (1,1,2) [9]",
                "g.riv:7: the stage of a river lies below the bottom of its bed [11]",
            ]
        );
    }
}
