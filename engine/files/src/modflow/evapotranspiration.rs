//! EVT: water that plants and the air take, less and less with depth, as a list or as arrays.

use quanyu_flow::FaultKind;

use super::arrays::{ArrayKind, ArrayPackage, reads_arrays};
use super::block::Block;
use super::check::Ground;
use super::list::{self, Entry, Frame, ListPackage, RowGrammar, RowPlace, StressRow, Value};
use super::option;
use super::package::Package;
use super::reading::Reading;
use super::recharge::UppermostOptions;
use super::source::Line;
use super::word::Words;

/// Rows of the EVT package.
pub type Evapotranspirations = ListPackage<Evapotranspiration>;

/// The EVT package by arrays.
pub type EvapotranspirationArrays = ArrayPackage<EvapotranspirationKind>;

/// Evapotranspiration of one cell's area.
#[derive(Clone, Debug, PartialEq)]
pub struct Evapotranspiration {
    /// The cell and what goes with it.
    pub place: RowPlace,
    /// Elevation of the surface, at and above which the rate is whole.
    pub surface: Value,
    /// Whole rate, length per time.
    pub rate: Value,
    /// Depth below the surface at which it ends.
    pub depth: Value,
    /// Between two segments: share of the depth, share of the rate.
    pub segments: Box<[(Value, Value)]>,
    /// Share of the rate at the surface, where the package says so (`SURF_RATE_SPECIFIED`).
    pub surface_share: Option<Value>,
}

/// Options of the EVT package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvapotranspirationOptions {
    /// What it shares with recharge.
    pub uppermost: UppermostOptions,
    /// The share of the rate at the surface is given.
    pub surface_rate: bool,
    /// Number of segments.
    pub segments: usize,
}

impl Default for EvapotranspirationOptions {
    fn default() -> Self {
        Self { uppermost: UppermostOptions::default(), surface_rate: false, segments: 1 }
    }
}

impl StressRow for Evapotranspiration {
    type Options = EvapotranspirationOptions;
    const KIND: &'static str = "EVT";
    const WHAT: &'static str = "the EVT package";

    fn columns(options: &EvapotranspirationOptions) -> Vec<&'static str> {
        let mut columns = vec!["SURFACE", "RATE", "DEPTH"];
        let between = options.segments - 1;
        columns.extend(std::iter::repeat_n("PXDP", between));
        columns.extend(std::iter::repeat_n("PETM", between));
        columns.extend(options.surface_rate.then_some("PETM0"));
        columns
    }

    fn new(place: RowPlace, values: &[Value], options: &EvapotranspirationOptions) -> Self {
        let between = options.segments - 1;
        let (shares, rest) = values[3..].split_at(2 * between);
        Self {
            place,
            surface: values[0],
            rate: values[1],
            depth: values[2],
            segments: (0..between).map(|at| (shares[at], shares[between + at])).collect(),
            surface_share: rest.first().copied(),
        }
    }

    fn place(&self) -> &RowPlace {
        &self.place
    }

    fn values(&self) -> Vec<Value> {
        let mut values = vec![self.surface, self.rate, self.depth];
        values.extend(self.segments.iter().map(|(depth, _)| *depth));
        values.extend(self.segments.iter().map(|(_, rate)| *rate));
        values.extend(self.surface_share);
        values
    }
}

impl RowGrammar for Evapotranspiration {
    const WORDS: &'static [&'static str] = &["FIXED_CELL", "SURF_RATE_SPECIFIED", "READASARRAYS"];

    fn option(
        _: &mut Reading,
        _: &Line,
        word: &str,
        _: &mut Words<'_>,
        options: &mut EvapotranspirationOptions,
    ) -> bool {
        options.surface_rate |= word == "SURF_RATE_SPECIFIED";
        options.uppermost.option(word) || word == "SURF_RATE_SPECIFIED"
    }

    fn dimensions(
        reading: &mut Reading,
        block: &Block,
        options: &mut EvapotranspirationOptions,
    ) -> Option<usize> {
        let names = [("MAXBOUND", None), ("NSEG", Some(1))];
        let [maximum, segments] = option::dimensions(reading, Some(block), Self::WHAT, names);
        options.segments = segments.unwrap_or(1).max(1);
        if options.surface_rate && options.segments < 2 {
            reading.fault(
                block.origin,
                FaultKind::Inconsistent,
                "SURF_RATE_SPECIFIED is given for an EVT package of one segment",
                options.segments,
                "NSEG of 2 or more",
                "Remove SURF_RATE_SPECIFIED or add segments.",
            );
        }
        maximum
    }
    fn check(&self, reading: &mut Reading, _: &Evapotranspirations, _: Ground<'_>) {
        let mut last = 0.0;
        for (depth, _) in &self.segments {
            let Some(depth) = depth.number() else { continue };
            if depth < last || depth > 1.0 {
                reading.fault(
                    self.place.mark.0,
                    FaultKind::Inconsistent,
                    "the depths of the segments do not rise",
                    depth,
                    format!("from {last} to 1"),
                    "Give PXDP as rising shares of the depth.",
                );
            }
            last = depth;
        }
    }
}

/// Evapotranspiration by arrays: one value for each column of cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvapotranspirationKind;

impl ArrayKind for EvapotranspirationKind {
    const KIND: &'static str = "EVT";
    const WHAT: &'static str = "the EVT package";
    const LAYER: &'static str = "IEVT";
    const COLUMNS: &'static [&'static str] = &["SURFACE", "RATE", "DEPTH"];
}

pub(crate) fn read(reading: &mut Reading, entry: &Entry, frame: Frame<'_>) -> Option<Package> {
    let file = reading.text(&entry.file, entry.origin)?;
    if reads_arrays(&file) {
        super::arrays::read(reading, entry, &file, frame).map(Package::EvapotranspirationArrays)
    } else {
        list::read_file(reading, entry, &file, frame).map(Package::Evapotranspirations)
    }
}

#[cfg(test)]
mod tests {
    use crate::modflow::testing::{model, read_model};
    use crate::modflow::{Package, Value};

    fn read(rows: &str, dimensions: &str) -> Result<super::Evapotranspirations, Vec<String>> {
        let text = format!(
            "BEGIN OPTIONS\nSURF_RATE_SPECIFIED\nEND OPTIONS\nBEGIN DIMENSIONS\nMAXBOUND 2\n{dimensions}END DIMENSIONS\n\
             BEGIN PERIOD 1\n{rows}END PERIOD\n"
        );
        match read_model(&model("EVT6 g.evt\n", &[("g.evt", &text)]))?.model.packages.into_iter().next() {
            Some(Package::Evapotranspirations(package)) => Ok(package),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn segments_follow_the_depth() {
        let package = read("1 1 1 19 1e-3 3 .3 .6 .7 .2 1.5\n", "NSEG 3\n").unwrap();
        let row = &package.rows(0)[0];
        let number = Value::Number;
        assert_eq!(row.segments[..], [(number(0.3), number(0.7)), (number(0.6), number(0.2))]);
        assert_eq!((row.depth, row.surface_share), (number(3.0), Some(number(1.5))));
    }

    #[test]
    fn depths_rise_and_a_surface_rate_needs_segments() {
        assert_eq!(
            read("1 1 1 19 1e-3 3 .6 .3 .7 .2 1.5\n1 1 2 19 1e-3 3 .6 1.3 .7 .2 1.5\n", "NSEG 3\n")
                .unwrap_err(),
            [
                "g.evt:9: the depths of the segments do not rise [0.3]",
                "g.evt:10: the depths of the segments do not rise [1.3]",
            ]
        );
        assert_eq!(
            read("1 1 1 19 1e-3 3 1\n", "").unwrap_err(),
            ["g.evt:4: SURF_RATE_SPECIFIED is given for an EVT package of one segment [1]"]
        );
    }
}
