//! WEL: water put into or taken from cells at a given rate.

use super::list::{ListPackage, RowGrammar, RowPlace, StressRow, Value};
use super::option::{self, FileName, PackageOptions, Wanted};
use super::reading::Reading;
use super::source::Line;
use super::word::Words;

/// Rows of the WEL package.
pub type Wells = ListPackage<Well>;

/// A well.
#[derive(Clone, Debug, PartialEq)]
pub struct Well {
    /// The cell and what goes with it.
    pub place: RowPlace,
    /// Rate, below nought where water is taken.
    pub rate: Value,
}

/// Options of the WEL package.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WellOptions {
    /// Share of the cell's thickness (or length, see below) in which an abstraction falls to nought.
    pub reduction: Option<f64>,
    /// The reduction is a length above the cell's bottom instead of a share.
    pub reduction_is_length: bool,
    /// The auxiliary value (by its place) that takes the place of the reduction row by row.
    pub reduction_auxiliary: Option<usize>,
    /// File of the reductions.
    pub reduction_csv: Option<FileName>,
    /// The auxiliary value named, until all options are read.
    wanted: Wanted,
}

impl StressRow for Well {
    type Options = WellOptions;
    const KIND: &'static str = "WEL";
    const WHAT: &'static str = "the WEL package";

    fn columns(_: &WellOptions) -> Vec<&'static str> {
        vec!["Q"]
    }

    fn new(place: RowPlace, values: &[Value], _: &WellOptions) -> Self {
        Self { place, rate: values[0] }
    }

    fn place(&self) -> &RowPlace {
        &self.place
    }

    fn values(&self) -> Vec<Value> {
        vec![self.rate]
    }
}

/// The share that stands where the file gives one that is not above nought.
const DEFAULT_REDUCTION: f64 = 0.1;

impl RowGrammar for Well {
    const WORDS: &'static [&'static str] =
        &["AUTO_FLOW_REDUCE", "AUTO_FLOW_REDUCE_CSV", "FLOW_REDUCTION_LENGTH", "AUTO_FLOW_REDUCE_AUXNAME"];

    fn option(
        reading: &mut Reading,
        line: &Line,
        word: &str,
        words: &mut Words<'_>,
        options: &mut WellOptions,
    ) -> bool {
        match word {
            "AUTO_FLOW_REDUCE" => {
                let share = option::number::<f64>(reading, line, words, word);
                options.reduction = share.map(|share| if share > 0.0 { share } else { DEFAULT_REDUCTION });
            }
            "AUTO_FLOW_REDUCE_CSV" => options.reduction_csv = option::file(reading, line, words, "FILEOUT"),
            "FLOW_REDUCTION_LENGTH" => options.reduction_is_length = true,
            "AUTO_FLOW_REDUCE_AUXNAME" => options.wanted = words.keyword().map(|name| (name, line.origin())),
            _ => return false,
        }
        true
    }

    fn settle(reading: &mut Reading, common: &PackageOptions, options: &mut WellOptions) {
        let wanted = options.wanted.take();
        options.reduction_auxiliary = option::auxiliary(reading, &common.auxiliary, &wanted, Self::WHAT);
        if !options.reduction_is_length {
            options.reduction = options.reduction.map(|share| share.min(1.0));
        }
    }
}
