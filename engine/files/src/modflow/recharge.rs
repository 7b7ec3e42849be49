//! RCH: water that reaches the aquifer from above, as a list or as arrays.

use super::arrays::{ArrayKind, ArrayPackage, reads_arrays};
use super::list::{self, Entry, Frame, ListPackage, RowGrammar, RowPlace, StressRow, Value};
use super::package::Package;
use super::reading::Reading;
use super::source::Line;
use super::word::Words;

/// Rows of the RCH package.
pub type Recharges = ListPackage<Recharge>;

/// The RCH package by arrays.
pub type RechargeArrays = ArrayPackage<RechargeKind>;

/// Recharge of one cell's area.
#[derive(Clone, Debug, PartialEq)]
pub struct Recharge {
    /// The cell and what goes with it.
    pub place: RowPlace,
    /// Length per time over the cell's area.
    pub rate: Value,
}

/// Options of packages that act on the uppermost active cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UppermostOptions {
    /// They act on the named cell alone, and not at all while it is dry.
    pub fixed_cell: bool,
}

impl UppermostOptions {
    pub(crate) fn option(&mut self, word: &str) -> bool {
        self.fixed_cell |= word == "FIXED_CELL";
        word == "FIXED_CELL"
    }
}

impl StressRow for Recharge {
    type Options = UppermostOptions;
    const KIND: &'static str = "RCH";
    const WHAT: &'static str = "the RCH package";

    fn columns(_: &UppermostOptions) -> Vec<&'static str> {
        vec!["RECHARGE"]
    }

    fn new(place: RowPlace, values: &[Value], _: &UppermostOptions) -> Self {
        Self { place, rate: values[0] }
    }

    fn place(&self) -> &RowPlace {
        &self.place
    }

    fn values(&self) -> Vec<Value> {
        vec![self.rate]
    }
}

impl RowGrammar for Recharge {
    const WORDS: &'static [&'static str] = &["FIXED_CELL", "READASARRAYS"];

    fn option(
        _: &mut Reading,
        _: &Line,
        word: &str,
        _: &mut Words<'_>,
        options: &mut UppermostOptions,
    ) -> bool {
        options.option(word)
    }
}

/// Recharge by arrays: one value for each column of cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RechargeKind;

impl ArrayKind for RechargeKind {
    const KIND: &'static str = "RCH";
    const WHAT: &'static str = "the RCH package";
    const LAYER: &'static str = "IRCH";
    const COLUMNS: &'static [&'static str] = &["RECHARGE"];
}

pub(crate) fn read(reading: &mut Reading, entry: &Entry, frame: Frame<'_>) -> Option<Package> {
    let file = reading.text(&entry.file, entry.origin)?;
    if reads_arrays(&file) {
        super::arrays::read(reading, entry, &file, frame).map(Package::RechargeArrays)
    } else {
        list::read_file(reading, entry, &file, frame).map(Package::Recharges)
    }
}
