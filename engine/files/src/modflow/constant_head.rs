//! CHD: cells whose head is given.

use super::check::Ground;
use super::list::{ListPackage, RowGrammar, RowPlace, StressRow, Value};
use super::reading::Reading;

/// Rows of the CHD package.
pub type ConstantHeads = ListPackage<ConstantHead>;

/// A cell whose head is given.
#[derive(Clone, Debug, PartialEq)]
pub struct ConstantHead {
    /// The cell and what goes with it.
    pub place: RowPlace,
    /// Its head.
    pub head: Value,
}

impl StressRow for ConstantHead {
    type Options = ();
    const KIND: &'static str = "CHD";
    const WHAT: &'static str = "the CHD package";

    fn columns((): &()) -> Vec<&'static str> {
        vec!["HEAD"]
    }

    fn new(place: RowPlace, values: &[Value], (): &()) -> Self {
        Self { place, head: values[0] }
    }

    fn place(&self) -> &RowPlace {
        &self.place
    }

    fn values(&self) -> Vec<Value> {
        vec![self.head]
    }
}

impl RowGrammar for ConstantHead {
    fn check(&self, reading: &mut Reading, package: &ConstantHeads, ground: Ground<'_>) {
        let head = self.head.number().zip(package.multiplier(self)).map(|(head, factor)| head * factor);
        ground.not_below_bottom(reading, "the head of CHD", &self.place, head);
    }
}

#[cfg(test)]
mod tests {
    use crate::modflow::testing::{model, read_model};

    #[test]
    fn a_head_is_given_once_and_above_the_cell_s_bottom() {
        let text = "BEGIN OPTIONS\nAUXILIARY m\nAUXMULTNAME m\nEND OPTIONS\nBEGIN DIMENSIONS\nMAXBOUND 3\nEND DIMENSIONS\n\
            BEGIN PERIOD 1\n1 1 1 18 1\n1 1 1 17 1\n1 1 2 18 .5\nEND PERIOD\n";
        assert_eq!(
            read_model(&model("CHD6 g.chd\n", &[("g.chd", text)])).unwrap_err(),
            [
                "g.chd:10: the head of a cell is given twice [(1,1,1)]",
                "g.chd:11: the head of CHD lies below the bottom of cell (1,1,2) [9]",
            ]
        );
    }
}
