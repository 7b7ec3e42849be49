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
