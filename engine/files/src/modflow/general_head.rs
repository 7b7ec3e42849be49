//! GHB: cells joined to a head outside through a conductance.

use super::check::{Ground, not_negative};
use super::list::{ListPackage, RowGrammar, RowPlace, StressRow, Value};
use super::reading::Reading;

/// Rows of the GHB package.
pub type GeneralHeads = ListPackage<GeneralHead>;

/// A cell joined to a head outside.
#[derive(Clone, Debug, PartialEq)]
pub struct GeneralHead {
    /// The cell and what goes with it.
    pub place: RowPlace,
    /// Head outside.
    pub head: Value,
    /// Conductance to it.
    pub conductance: Value,
}

impl StressRow for GeneralHead {
    type Options = ();
    const KIND: &'static str = "GHB";
    const WHAT: &'static str = "the GHB package";

    fn columns((): &()) -> Vec<&'static str> {
        vec!["BHEAD", "COND"]
    }

    fn new(place: RowPlace, values: &[Value], (): &()) -> Self {
        Self { place, head: values[0], conductance: values[1] }
    }

    fn place(&self) -> &RowPlace {
        &self.place
    }

    fn values(&self) -> Vec<Value> {
        vec![self.head, self.conductance]
    }
}

impl RowGrammar for GeneralHead {
    fn check(&self, reading: &mut Reading, package: &GeneralHeads, ground: Ground<'_>) {
        ground.not_below_bottom(reading, "the head of GHB", &self.place, self.head.number());
        not_negative(reading, "the conductance of GHB", &self.place, self.conductance.number());
        not_negative(reading, "the multiplier of GHB", &self.place, package.multiplier(self));
    }
}

#[cfg(test)]
mod tests {
    use crate::modflow::testing::{model, read_model};

    #[test]
    fn the_head_outside_is_not_below_the_cell_unless_it_is_confined() {
        let text = "BEGIN DIMENSIONS\nMAXBOUND 2\nEND DIMENSIONS\nBEGIN PERIOD 1\n1 1 1 9 5\n1 1 2 15 -1\nEND PERIOD\n";
        assert_eq!(
            read_model(&model("GHB6 g.ghb\n", &[("g.ghb", text)])).unwrap_err(),
            [
                "g.ghb:5: the head of GHB lies below the bottom of cell (1,1,1) [9]",
                "g.ghb:6: the conductance of GHB is below nought [-1]",
            ]
        );
        let confined = "BEGIN GRIDDATA\nICELLTYPE\nCONSTANT 0\nK\nCONSTANT 5\nEND GRIDDATA\n";
        let text = text.replace("-1", "1");
        assert!(read_model(&model("GHB6 g.ghb\n", &[("g.ghb", &text), ("g.npf", confined)])).is_ok());
    }
}
