//! DRN: cells that lose water above an elevation.

use super::check::{Ground, not_negative};
use super::list::{ListPackage, RowGrammar, RowPlace, StressRow, Value};
use super::option::{self, PackageOptions, Wanted};
use super::reading::Reading;
use super::source::Line;
use super::word::Words;

/// Rows of the DRN package.
pub type Drains = ListPackage<Drain>;

/// A drain.
#[derive(Clone, Debug, PartialEq)]
pub struct Drain {
    /// The cell and what goes with it.
    pub place: RowPlace,
    /// Elevation above which it draws.
    pub elevation: Value,
    /// Conductance.
    pub conductance: Value,
}

/// Options of the DRN package.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DrainOptions {
    /// The auxiliary value (by its place) over whose height the conductance grows from nought to its whole.
    pub depth: Option<usize>,
    /// The auxiliary value named, until all options are read.
    wanted: Wanted,
}

impl StressRow for Drain {
    type Options = DrainOptions;
    const KIND: &'static str = "DRN";
    const WHAT: &'static str = "the DRN package";

    fn columns(_: &DrainOptions) -> Vec<&'static str> {
        vec!["ELEV", "COND"]
    }

    fn new(place: RowPlace, values: &[Value], _: &DrainOptions) -> Self {
        Self { place, elevation: values[0], conductance: values[1] }
    }

    fn place(&self) -> &RowPlace {
        &self.place
    }

    fn values(&self) -> Vec<Value> {
        vec![self.elevation, self.conductance]
    }
}

impl RowGrammar for Drain {
    const WORDS: &'static [&'static str] = &["AUXDEPTHNAME"];

    fn option(
        _: &mut Reading,
        line: &Line,
        word: &str,
        words: &mut Words<'_>,
        options: &mut DrainOptions,
    ) -> bool {
        if word == "AUXDEPTHNAME" {
            options.wanted = words.keyword().map(|name| (name, line.origin()));
        }
        word == "AUXDEPTHNAME"
    }

    fn settle(reading: &mut Reading, common: &PackageOptions, options: &mut DrainOptions) {
        let wanted = options.wanted.take();
        options.depth = option::auxiliary(reading, &common.auxiliary, &wanted, Self::WHAT);
    }
    fn check(&self, reading: &mut Reading, package: &Drains, ground: Ground<'_>) {
        let depth = package.options.depth.map_or(Some(0.0), |at| self.place.auxiliary[at].number());
        let lowest = self.elevation.number().zip(depth).map(|(elevation, depth)| elevation + depth.min(0.0));
        ground.not_below_bottom(reading, "a drain", &self.place, lowest);
        not_negative(reading, "the conductance of DRN", &self.place, self.conductance.number());
        not_negative(reading, "the multiplier of DRN", &self.place, package.multiplier(self));
    }
}

#[cfg(test)]
mod tests {
    use crate::modflow::testing::{model, read_model};

    #[test]
    fn a_drain_lies_above_the_bottom_of_its_cell() {
        let text = "BEGIN OPTIONS\nAUXILIARY d\nAUXDEPTHNAME D\nEND OPTIONS\nBEGIN DIMENSIONS\nMAXBOUND 3\nEND DIMENSIONS\n\
            BEGIN PERIOD 1\n1 1 1 12 5 -3\n1 1 2 9 5 1\n1 1 3 12 -5 1\nEND PERIOD\n";
        assert_eq!(
            read_model(&model("DRN6 g.drn\n", &[("g.drn", text)])).unwrap_err(),
            [
                "g.drn:9: a drain lies below the bottom of cell (1,1,1) [9]",
                "g.drn:10: a drain lies below the bottom of cell (1,1,2) [9]",
                "g.drn:11: the conductance of DRN is below nought [-5]",
            ]
        );
    }
}
