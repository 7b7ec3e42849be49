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

#[cfg(test)]
mod tests {
    use crate::modflow::testing::{model, read_model};
    use crate::modflow::{ArrayValue, Package};

    #[test]
    fn recharge_is_a_list_or_arrays() {
        let list = "BEGIN OPTIONS\nFIXED_CELL\nEND OPTIONS\nBEGIN DIMENSIONS\nMAXBOUND 1\nEND DIMENSIONS\nBEGIN PERIOD 1\n\
            1 1 1 1e-3\nEND PERIOD\n";
        let arrays = "BEGIN OPTIONS\nauxiliary m\nREADASARRAYS\nTAS6 FILEIN g.tas\nEND OPTIONS\nBEGIN PERIOD 1\nIRCH\n\
            CONSTANT 2\nRECHARGE TIMEARRAYSERIES r\nm\nCONSTANT 2\nEND PERIOD\nBEGIN PERIOD 2\nIRCH\nINTERNAL\n1 1 1 1 1 2\n\
            END PERIOD\n";
        let series = "BEGIN ATTRIBUTES\nNAME r\nMETHOD linear\nSFAC 0.5\nEND ATTRIBUTES\nBEGIN TIME 0\nOPEN/CLOSE r.txt FACTOR 0.5\nEND TIME 0\n\
            BEGIN TIME 20\nINTERNAL FACTOR 2\n1 1 1 1 1 2\nEND TIME 20\n";
        let read = read_model(&model(
            "RCH6 g.rcha arrays\nRCH6 g.rch list\n",
            &[("g.rch", list), ("g.rcha", arrays), ("g.tas", series), ("r.txt", "6*2.0\n")],
        ))
        .unwrap();
        let [Package::RechargeArrays(arrays), Package::Recharges(list)] = &read.model.packages[..] else {
            panic!("{:?}", read.model.packages);
        };
        assert!(list.options.fixed_cell);
        assert_eq!((arrays.layer(0).unwrap().at(0), arrays.layer(1).unwrap().at(0)), (2, 1));
        let value = arrays.value(1, 0).unwrap();
        assert!(matches!(value, ArrayValue::Series(_)));
        assert_eq!(arrays.over(value, 0.0, 20.0), Some(vec![0.75, 0.75, 0.75, 0.75, 0.75, 1.25]));
        assert!(arrays.auxiliary(0, 0).is_some() && arrays.auxiliary(1, 0).is_none());
    }

    #[test]
    fn faults_of_arrays_are_found() {
        let arrays = "BEGIN OPTIONS\nREADASARRAYS\nEND OPTIONS\nBEGIN PERIOD 1\nIRCH\nCONSTANT 3\nRECHARG\nCONSTANT 1\n\
            END PERIOD\nBEGIN PERIOD 2\nRECHARGE TIMEARRAYSERIES r\nEND PERIOD\n";
        assert_eq!(
            read_model(&model("RCH6 g.rch\n", &[("g.rch", arrays)])).unwrap_err(),
            [
                "g.rch:6: IRCH of column (1,1) of cells and 5 more of the line is no layer [3]",
                "g.rch:7: a PERIOD block of the RCH package knows no such word [RECHARG]",
                "g.rch:11: RECHARGE names a time-array series that the package does not have [R]",
            ]
        );
    }
}
