//! Lists of boundaries: one row a cell, in `PERIOD` blocks that hold until the next.

use std::rc::Rc;
use std::sync::Arc;

use quanyu_flow::{FaultKind, Origin};

use super::block::{Block, Grammar, blocks};
use super::check::Ground;
use super::grid::Grid;
use super::observation::{self, ObservationFile};
use super::option::{self, PackageOptions};
use super::period::{self, Periods};
use super::reading::Reading;
use super::series::{self, TimeSeries};
use super::source::{Line, Mark, TextFile};
use super::word::{self, Words};

/// A number in a list, or a time series of the package that stands in its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// The series at this place in the package's list.
    Series(u32),
}

impl Value {
    /// The number it is, if it is one.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(value),
            Self::Series(_) => None,
        }
    }

    /// The number it is, or that the series gives a time step; nothing where the series does not cover the step.
    pub fn over(self, series: &[TimeSeries], from: f64, to: f64) -> Option<f64> {
        match self {
            Self::Number(value) => Some(value),
            Self::Series(at) => series.get(at as usize)?.value(from, to),
        }
    }
}

/// What every row of a list has.
#[derive(Clone, Debug, PartialEq)]
pub struct RowPlace {
    /// The cell, counted from nought over the whole grid.
    pub cell: usize,
    /// Auxiliary values in the order of the package's names.
    pub auxiliary: Box<[Value]>,
    /// Name of the boundary in capitals.
    pub boundname: Option<Arc<str>>,
    /// Where it stands.
    pub mark: Mark,
}

/// A row of a stress package.
pub trait StressRow: Clone + PartialEq + Sized {
    /// Options of the package beyond those that all share.
    type Options: Clone + PartialEq + Default;
    /// Its name in MODFLOW's name file without the version (`WEL`).
    const KIND: &'static str;
    /// The package in messages.
    const WHAT: &'static str;
    /// Names of the numbers after the cell, in order.
    fn columns(options: &Self::Options) -> Vec<&'static str>;
    /// A row from its numbers, as many as columns.
    fn new(place: RowPlace, values: &[Value], options: &Self::Options) -> Self;
    /// What all rows have.
    fn place(&self) -> &RowPlace;
    /// Its numbers in the order of the columns.
    fn values(&self) -> Vec<Value>;
}

/// A package that is a list of rows per period.
#[derive(Clone, Debug, PartialEq)]
pub struct ListPackage<R: StressRow> {
    /// Name in capitals.
    pub name: String,
    /// Shared options.
    pub common: PackageOptions,
    /// The package's own options.
    pub options: R::Options,
    /// Most rows of a period (`MAXBOUND`).
    pub maximum: usize,
    /// Time series that values refer to.
    pub series: Vec<TimeSeries>,
    /// What is observed of it.
    pub observations: Vec<ObservationFile>,
    /// Its rows.
    pub periods: Periods<R>,
    /// Where the name file names it.
    pub mark: Mark,
}

impl<R: StressRow> ListPackage<R> {
    /// The number that a row's rate or conductance is multiplied by: one, where the package names no multiplier, and
    /// nothing where it is a series.
    pub(crate) fn multiplier(&self, row: &R) -> Option<f64> {
        self.common.multiplier.map_or(Some(1.0), |at| row.place().auxiliary[at].number())
    }

    /// The rows that hold in a stress period (from nought).
    pub fn rows(&self, period: usize) -> &[R] {
        self.periods.at(period).unwrap_or(&[])
    }
}

/// What a name file says of a package.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) origin: Origin,
}

/// What package readers need to know of the rest of the model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) grid: &'a Grid,
    /// Number of stress periods.
    pub(crate) periods: usize,
}

/// The words of a package's file beyond what all packages share.
pub(crate) trait RowGrammar: StressRow {
    /// Words of its options.
    const WORDS: &'static [&'static str] = &[];

    /// Takes an option line if it is its own.
    fn option(_: &mut Reading, _: &Line, _: &str, _: &mut Words<'_>, _: &mut Self::Options) -> bool {
        false
    }

    /// Reads the dimensions; the answer is `MAXBOUND`.
    fn dimensions(reading: &mut Reading, block: &Block, _: &mut Self::Options) -> Option<usize> {
        option::dimensions(reading, Some(block), Self::WHAT, [("MAXBOUND", None)])[0]
    }

    /// Looks at the options once all are read.
    fn settle(_: &mut Reading, _: &PackageOptions, _: &mut Self::Options) {}

    /// Looks at a row once the whole model is read.
    fn check(&self, _: &mut Reading, _: &ListPackage<Self>, _: Ground<'_>) {}
}

const GRAMMAR: Grammar = Grammar {
    what: "the package",
    order: &["OPTIONS", "DIMENSIONS", "PERIOD"],
    repeated: &["PERIOD"],
    required: &["DIMENSIONS"],
};

/// Reads a package of rows.
pub(crate) fn read<R: RowGrammar>(
    reading: &mut Reading,
    entry: &Entry,
    frame: Frame<'_>,
) -> Option<ListPackage<R>> {
    let file = reading.text(&entry.file, entry.origin)?;
    read_file(reading, entry, &file, frame)
}

/// Reads a package of rows from its open file.
pub(crate) fn read_file<R: RowGrammar>(
    reading: &mut Reading,
    entry: &Entry,
    file: &Rc<TextFile>,
    frame: Frame<'_>,
) -> Option<ListPackage<R>> {
    let blocks = blocks(reading, file, Grammar { what: R::WHAT, ..GRAMMAR });
    let block = |name: &str| blocks.iter().find(|block| block.name == name);
    let mut options = R::Options::default();
    let common =
        option::package(reading, block("OPTIONS"), R::WHAT, R::WORDS, |reading, line, word, words| {
            R::option(reading, line, word, words, &mut options)
        });
    R::settle(reading, &common, &mut options);
    let maximum = block("DIMENSIONS").and_then(|block| R::dimensions(reading, block, &mut options));
    let series = series::read(reading, &common.series_files);
    let columns = R::columns(&options);
    let list = ListReader { frame, columns: &columns, common: &common, series: &series, what: R::WHAT };
    let periods = period::read(reading, &blocks, R::WHAT, frame.periods, |reading, block| {
        let rows = list.rows(reading, block, |place, values| R::new(place, values, &options));
        check_count(reading, block, R::WHAT, "MAXBOUND", rows.len(), maximum);
        rows
    });
    let observations = observation::read_all(reading, &common.observation_files, R::KIND, frame.grid);
    Some(ListPackage {
        name: entry.name.clone(),
        common,
        options,
        maximum: maximum?,
        series,
        observations,
        periods,
        mark: Mark(entry.origin),
    })
}

/// No more rows than a dimension allows, or a fault.
pub(crate) fn check_count(
    reading: &mut Reading,
    block: &Block,
    what: &str,
    dimension: &str,
    count: usize,
    maximum: Option<usize>,
) {
    if let Some(maximum) = maximum.filter(|maximum| count > *maximum) {
        reading.fault(
            block.origin,
            FaultKind::Inconsistent,
            format!("a PERIOD block of {what} has more rows than {dimension} says"),
            format!("{count} rows"),
            format!("at most {maximum}"),
            format!("Set {dimension} to {count} or more."),
        );
    }
}

/// Reads the rows of lists that begin with a cell.
pub(crate) struct ListReader<'a> {
    pub(crate) frame: Frame<'a>,
    pub(crate) columns: &'a [&'static str],
    pub(crate) common: &'a PackageOptions,
    pub(crate) series: &'a [TimeSeries],
    pub(crate) what: &'static str,
}

impl ListReader<'_> {
    fn rows<R>(
        &self,
        reading: &mut Reading,
        block: &Block,
        make: impl Fn(RowPlace, &[Value]) -> R,
    ) -> Vec<R> {
        if let Some((file, origin)) = &block.binary {
            return self.binary(reading, file, *origin, make);
        }
        let mut names: Vec<Arc<str>> = Vec::new();
        let mut values = Vec::new();
        let rows = block.lines.iter().filter_map(|line| {
            let place = self.row(reading, line, &mut values, &mut names)?;
            Some(make(place, &values))
        });
        rows.collect()
    }

    fn row(
        &self,
        reading: &mut Reading,
        line: &Line,
        values: &mut Vec<Value>,
        names: &mut Vec<Arc<str>>,
    ) -> Option<RowPlace> {
        let mut words = Words::new(line.text());
        let cell = cell(reading, line.origin(), &mut words, self.frame.grid, self.what);
        values.clear();
        let mut sound = true;
        for name in self.columns {
            let value = self.value(reading, line, &mut words, name);
            sound &= value.is_some();
            values.extend(value);
        }
        let auxiliary: Option<Box<[Value]>> =
            self.common.auxiliary.iter().map(|name| self.value(reading, line, &mut words, name)).collect();
        let boundname = if self.common.boundnames && words.more() {
            words.keyword().filter(|name| !name.is_empty()).map(|name| {
                let known = names.iter().rev().take(64).find(|known| ***known == *name).cloned();
                known.unwrap_or_else(|| {
                    let name: Arc<str> = name.into();
                    names.push(Arc::clone(&name));
                    name
                })
            })
        } else {
            None
        };
        let cell = self.active(reading, line.origin(), cell?)?;
        sound.then_some(())?;
        Some(RowPlace { cell, auxiliary: auxiliary?, boundname, mark: Mark(line.origin()) })
    }

    fn value(&self, reading: &mut Reading, line: &Line, words: &mut Words<'_>, name: &str) -> Option<Value> {
        let word = words.next().unwrap_or_default();
        if let Some(value) = word::real(word) {
            return Some(Value::Number(value));
        }
        let upper = word.to_ascii_uppercase();
        if let Some(at) = self.series.iter().position(|series| series.name == upper) {
            return Some(Value::Series(at as u32));
        }
        let known: Vec<&str> = self.series.iter().map(|series| series.name.as_str()).collect();
        let allowed = if known.is_empty() {
            "a real number".to_owned()
        } else {
            format!("a real number, or one of the time series {}", known.join(", "))
        };
        reading.fault(
            line.origin(),
            FaultKind::Syntax,
            format!("{name} in a list of {} is no number", self.what),
            if word.is_empty() { "nothing" } else { word },
            allowed,
            format!("Each row is: layer, row, column, {}.", self.all_columns().join(", ")),
        );
        None
    }

    fn all_columns(&self) -> Vec<String> {
        let auxiliary = self.common.auxiliary.iter().cloned();
        let mut all: Vec<String> =
            self.columns.iter().map(|name| (*name).to_owned()).chain(auxiliary).collect();
        if self.common.boundnames {
            all.push("name".to_owned());
        }
        all
    }

    fn active(&self, reading: &mut Reading, origin: Origin, cell: usize) -> Option<usize> {
        if self.frame.grid.is_active(cell) {
            return Some(cell);
        }
        reading.fault(
            origin,
            FaultKind::NotTied,
            format!("a row of {} lies in a cell that is not active", self.what),
            self.frame.grid.label(cell),
            "a cell whose IDOMAIN is above 0",
            "Move the row, remove it, or make the cell active.",
        );
        None
    }

    /// A binary list: per row three whole numbers of 4 bytes for the cell, then real numbers of 8 bytes.
    fn binary<R>(
        &self,
        reading: &mut Reading,
        file: &str,
        origin: Origin,
        make: impl Fn(RowPlace, &[Value]) -> R,
    ) -> Vec<R> {
        if self.common.boundnames {
            reading.fault(
                origin,
                FaultKind::Unsupported,
                format!("a binary list of {} cannot hold names of boundaries", self.what),
                "BOUNDNAMES",
                "a list of text, or no BOUNDNAMES",
                "Write the list as text.",
            );
            return Vec::new();
        }
        let Some((path, bytes)) = reading.bytes(file, origin) else { return Vec::new() };
        let numbers = self.columns.len() + self.common.auxiliary.len();
        let width = 12 + 8 * numbers;
        let first = reading.sources.add(&path, bytes.len() / width, true);
        if bytes.len() % width != 0 {
            reading.fault(
                origin,
                FaultKind::BadGeometry,
                format!("the binary list {} is no whole number of rows", path.display()),
                format!("{} bytes", bytes.len()),
                format!("rows of {width} bytes: layer, row, column, {}", self.all_columns().join(", ")),
                "Write the file for this package.",
            );
            return Vec::new();
        }
        let mut rows = Vec::with_capacity(bytes.len() / width);
        for (at, row) in bytes.chunks_exact(width).enumerate() {
            let origin = Origin(first.saturating_add(at as u32));
            let whole = |at: usize| i32::from_le_bytes([row[at], row[at + 1], row[at + 2], row[at + 3]]);
            let place = located(reading, origin, [whole(0), whole(4), whole(8)], self.frame.grid, self.what);
            let values: Vec<Value> = row[12..]
                .chunks_exact(8)
                .filter_map(|bytes| Some(f64::from_le_bytes(bytes.try_into().ok()?)))
                .map(Value::Number)
                .collect();
            let finite =
                values.iter().all(|value| matches!(value, Value::Number(value) if value.is_finite()));
            if !finite {
                reading.fault(
                    origin,
                    FaultKind::OutOfRange,
                    format!("a binary list of {} holds a number that is not finite", self.what),
                    "not finite",
                    "finite numbers",
                    "Correct the file.",
                );
            }
            let cell = place.and_then(|cell| self.active(reading, origin, cell));
            let (values, auxiliary) = values.split_at(self.columns.len());
            let Some(cell) = cell.filter(|_| finite) else { continue };
            rows.push(make(
                RowPlace { cell, auxiliary: auxiliary.into(), boundname: None, mark: Mark(origin) },
                values,
            ));
        }
        rows
    }
}

/// The cell that the next three words name, or a fault.
pub(crate) fn cell(
    reading: &mut Reading,
    origin: Origin,
    words: &mut Words<'_>,
    grid: &Grid,
    what: &str,
) -> Option<usize> {
    let text: Vec<&str> = words.by_ref().take(3).collect();
    let numbers: Vec<i32> = text.iter().filter_map(|word| word::integer(word)).collect();
    let Ok(numbers) = <[i32; 3]>::try_from(numbers) else {
        reading.fault(
            origin,
            FaultKind::Syntax,
            format!("a row of {what} names no cell"),
            text.join(" "),
            "layer, row and column as whole numbers",
            "Begin the row with layer, row and column.",
        );
        return None;
    };
    located(reading, origin, numbers, grid, what)
}

/// The cell at a layer, row and column from one, or a fault.
fn located(reading: &mut Reading, origin: Origin, at: [i32; 3], grid: &Grid, what: &str) -> Option<usize> {
    let sizes = [grid.layers, grid.rows, grid.columns];
    let inside: Vec<usize> = at
        .iter()
        .zip(sizes)
        .filter_map(|(number, size)| usize::try_from(*number).ok().filter(|n| (1..=size).contains(n)))
        .collect();
    if let [layer, row, column] = inside[..] {
        return Some(grid.cell(layer - 1, row - 1, column - 1));
    }
    reading.fault(
        origin,
        FaultKind::NotTied,
        format!("a row of {what} lies outside the grid"),
        format!("({},{},{})", at[0], at[1], at[2]),
        format!("layers 1 to {}, rows 1 to {}, columns 1 to {}", sizes[0], sizes[1], sizes[2]),
        "Correct the cell.",
    );
    None
}
