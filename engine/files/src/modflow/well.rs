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

#[cfg(test)]
mod tests {
    use crate::modflow::testing::{model, read_model};
    use crate::modflow::{Package, Value};

    use super::*;

    fn wells(text: &str, series: &str) -> Result<Wells, Vec<String>> {
        let read = read_model(&model("WEL6 g.wel\n", &[("g.wel", text), ("g.ts", series)]))?;
        match read.model.packages.into_iter().next() {
            Some(Package::Wells(wells)) => Ok(wells),
            other => panic!("{other:?}"),
        }
    }

    const SERIES: &str = "BEGIN ATTRIBUTES\nNAMES a b\nMETHODS linear stepwise\nSFAC 2\nEND ATTRIBUTES\nBEGIN TIMESERIES\n\
        0 1 5\n10 3 3e30\n15 4 6\nEND TIMESERIES\n";

    #[test]
    fn rows_have_numbers_series_auxiliary_values_and_names() {
        let wells = wells(
            "BEGIN OPTIONS\nauxiliary conc depth\nAUXMULTNAME DEPTH\nBOUNDNAMES\nTS6 FILEIN g.ts\nAUTO_FLOW_REDUCE 0.\n\
             AUTO_FLOW_REDUCE_AUXNAME conc\nAUTO_FLOW_REDUCE_CSV FILEOUT 'a b.csv'\nSAVE_FLOWS ! all\nEND OPTIONS\n\
             BEGIN DIMENSIONS\nMAXBOUND 2\nEND DIMENSIONS\nBEGIN PERIOD 1\n1,1,1 -5 b 2. 'North field' rest\n\
             2 1 3 A 1d1 .5 # no name\nEND PERIOD\nBEGIN PERIOD 2\nEND PERIOD 2\n",
            SERIES,
        )
        .unwrap();
        let rows = wells.rows(0);
        assert_eq!((rows[0].place.cell, rows[0].rate), (0, Value::Number(-5.0)));
        assert_eq!(rows[0].place.auxiliary[..], [Value::Series(1), Value::Number(2.0)]);
        assert_eq!(rows[0].place.boundname.as_deref(), Some("NORTH FIELD"));
        assert_eq!(
            (rows[1].place.cell, rows[1].rate, rows[1].place.boundname.clone()),
            (8, Value::Series(0), None)
        );
        assert_eq!(rows[1].rate.over(&wells.series, 0.0, 10.0), Some(4.0));
        assert_eq!(rows[0].place.auxiliary[0].over(&wells.series, 0.0, 15.0), Some(10.0));
        assert!(wells.rows(1).is_empty());
        assert_eq!(wells.options.reduction, Some(0.1));
        assert_eq!((wells.options.reduction_auxiliary, wells.common.multiplier), (Some(0), Some(1)));
        assert_eq!(wells.options.reduction_csv.unwrap().name, "a b.csv");
        assert_eq!(wells.name, "WEL-1");
    }

    #[test]
    fn every_fault_of_a_list_is_found() {
        let faults = wells(
            "BEGIN OPTIONS\nMOVER\nAUXMULTNAME m\nBOUNDNAME\nTS6 g.ts\nEND OPTIONS\nBEGIN DIMENSIONS\nMAXBOUNDS 2\n\
             END DIMENSIONS\nBEGIN PERIOD 1\n1 1 1\n3 1 1 -5\n1 2 3 -5\n1 1 x -5\n1 1 1 q\nEND PERIOD\nBEGIN PERIOD 1\n\
             END PERIOD\nBEGIN PERIOD 7\n9 9 9 never read\nEND PERIOD\n",
            SERIES,
        );
        assert_eq!(
            faults.unwrap_err(),
            [
                "g.wel:2: the WEL package asks for something that is not supported [MOVER]",
                "g.wel:3: the WEL package names an auxiliary value that it does not have [M]",
                "g.wel:4: the OPTIONS of the WEL package knows no such word [BOUNDNAME]",
                "g.wel:5: a file is not named as it should be [TS6 g.ts]",
                "g.wel:7: the DIMENSIONS of the WEL package lacks MAXBOUND [nothing]",
                "g.wel:8: the DIMENSIONS of the WEL package knows no such word [MAXBOUNDS]",
                "g.wel:11: Q in a list of the WEL package is no number [nothing]",
                "g.wel:12: a row of the WEL package lies outside the grid [(3,1,1)]",
                "g.wel:13: a row of the WEL package lies in a cell that is not active [(1,2,3)]",
                "g.wel:14: a row of the WEL package names no cell [1 1 x]",
                "g.wel:15: Q in a list of the WEL package is no number [q]",
                "g.wel:17: a PERIOD block of the WEL package is out of order [1]",
            ]
        );
    }

    #[test]
    fn auxiliary_values_have_names_of_their_own() {
        let faults = wells(
            "BEGIN OPTIONS\nAUXILIARY a seventeen-letters A\nEND OPTIONS\nBEGIN DIMENSIONS\nMAXBOUND 1\nEND DIMENSIONS\n\
             BEGIN PERIOD 1\n1 1 1 -5 1 2\nEND PERIOD\n",
            SERIES,
        );
        assert_eq!(
            faults.unwrap_err(),
            [
                "g.wel:2: the name of an auxiliary value is empty, too long or there twice [SEVENTEEN-LETTERS]",
                "g.wel:2: the name of an auxiliary value is empty, too long or there twice [A]",
                "g.wel:8: A in a list of the WEL package is no number [nothing]",
            ]
        );
    }

    #[test]
    fn a_series_must_reach_to_the_end_of_its_use() {
        let text = |last: &str| {
            format!(
                "BEGIN OPTIONS\nTS6 FILEIN g.ts\nEND OPTIONS\nBEGIN DIMENSIONS\nMAXBOUND 1\nEND DIMENSIONS\n\
                 BEGIN PERIOD 1\n1 1 1 a\nEND PERIOD\n{last}"
            )
        };
        let short = SERIES.replace("15 4 6\n", "");
        assert_eq!(
            wells(&text(""), &short).unwrap_err(),
            ["g.wel:8: the time series A ends before the periods that use it [time 10]"]
        );
        assert!(wells(&text("BEGIN PERIOD 2\nEND PERIOD\n"), &short).is_ok());
    }
}
