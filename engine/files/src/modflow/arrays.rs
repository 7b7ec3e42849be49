//! Packages whose stress is an array over the columns of cells (`READASARRAYS`).

use std::marker::PhantomData;
use std::rc::Rc;

use quanyu_flow::FaultKind;

use super::array;
use super::array_series::{self, ArraySeries, SeriesName};
use super::block::{Block, Cursor, Grammar, blocks};
use super::list::{Entry, Frame};
use super::observation::{self, ObservationFile};
use super::option::{self, PackageOptions};
use super::period::{self, Periods};
use super::reading::Reading;
use super::source::{Mark, TextFile};
use super::values::LayerValues;
use super::word::{Words, skipped};

/// What a package by arrays is of.
pub trait ArrayKind: Clone + PartialEq {
    /// Its name in MODFLOW's name file without the version (`RCH`).
    const KIND: &'static str;
    /// The package in messages.
    const WHAT: &'static str;
    /// The array of layers.
    const LAYER: &'static str;
    /// The arrays of its numbers.
    const COLUMNS: &'static [&'static str];
}

/// One array of a package, or a series in its place.
#[derive(Clone, Debug, PartialEq)]
pub enum ArrayValue {
    /// An array.
    Values(LayerValues<f64>),
    /// A time-array series.
    Series(SeriesName),
}

/// The arrays that one `PERIOD` block gives.
#[derive(Clone, Debug, PartialEq)]
pub struct ArraysRow {
    /// Layer of each column of cells, from one.
    pub layer: Option<LayerValues<i32>>,
    /// The package's numbers in the order of its columns.
    pub values: Vec<Option<ArrayValue>>,
    /// Auxiliary values in the order of their names.
    pub auxiliary: Vec<Option<ArrayValue>>,
}

/// A package by arrays. Each array is nought until a `PERIOD` block gives it and holds until another gives it again; an auxiliary
/// one only until the next block.
#[derive(Clone, Debug, PartialEq)]
pub struct ArrayPackage<K: ArrayKind> {
    /// Name in capitals.
    pub name: String,
    /// Shared options.
    pub common: PackageOptions,
    /// It acts on the named cell alone, and not at all while that is dry.
    pub fixed_cell: bool,
    /// Time-array series that values refer to.
    pub series: Vec<ArraySeries>,
    /// What is observed of it.
    pub observations: Vec<ObservationFile>,
    /// Its arrays: each block holds one row.
    pub periods: Periods<ArraysRow>,
    /// Where the name file names it.
    pub mark: Mark,
    kind: PhantomData<K>,
}

impl<K: ArrayKind> ArrayPackage<K> {
    /// A package of these parts, for writing.
    pub fn new(name: String, common: PackageOptions, periods: Periods<ArraysRow>) -> Self {
        Self {
            name,
            common,
            fixed_cell: false,
            series: Vec::new(),
            observations: Vec::new(),
            periods,
            mark: Mark::default(),
            kind: PhantomData,
        }
    }

    fn latest<'a, T>(
        &'a self,
        period: usize,
        pick: impl Fn(&'a ArraysRow) -> Option<&'a T>,
    ) -> Option<&'a T> {
        let blocks = self.periods.list().iter().rev().filter(|block| block.number <= period);
        blocks.flat_map(|block| &block.rows).find_map(pick)
    }

    /// Whether anything has been given up to a stress period (from nought).
    pub fn begun(&self, period: usize) -> bool {
        self.periods.block(period).is_some()
    }

    /// The layers (from one) that hold in a stress period (from nought).
    pub fn layer(&self, period: usize) -> Option<&LayerValues<i32>> {
        self.latest(period, |row| row.layer.as_ref())
    }

    /// The array of a column that holds in a stress period (from nought).
    pub fn value(&self, period: usize, column: usize) -> Option<&ArrayValue> {
        self.latest(period, |row| row.values[column].as_ref())
    }

    /// The auxiliary array that holds in a stress period (from nought); where its block gives none it is nought.
    pub fn auxiliary(&self, period: usize, at: usize) -> Option<&ArrayValue> {
        self.periods.at(period)?.first()?.auxiliary[at].as_ref()
    }

    /// The numbers of a column for a time step of a stress period, or nothing where a series ends before it.
    pub fn over(&self, value: &ArrayValue, from: f64, to: f64) -> Option<Vec<f64>> {
        match value {
            ArrayValue::Values(values) => Some(values.iter().collect()),
            ArrayValue::Series(name) => self.series[name.series].values(from, to),
        }
    }
}

/// Whether the options of a file say `READASARRAYS`.
pub(crate) fn reads_arrays(file: &Rc<TextFile>) -> bool {
    for line in file.lines().filter(|line| !skipped(line.text())) {
        match Words::new(line.text()).keyword().as_deref() {
            Some("READASARRAYS") => return true,
            Some("END") => return false,
            _ => {}
        }
    }
    false
}

pub(crate) fn read<K: ArrayKind>(
    reading: &mut Reading,
    entry: &Entry,
    file: &Rc<TextFile>,
    frame: Frame<'_>,
) -> Option<ArrayPackage<K>> {
    let grammar =
        Grammar { what: K::WHAT, order: &["OPTIONS", "PERIOD"], repeated: &["PERIOD"], required: &[] };
    let blocks = blocks(reading, file, grammar);
    let mut fixed_cell = false;
    let options = blocks.iter().find(|block| block.name == "OPTIONS");
    let common =
        option::package(reading, options, K::WHAT, &["READASARRAYS", "FIXED_CELL"], |_, _, word, _| {
            fixed_cell |= word == "FIXED_CELL";
            matches!(word, "FIXED_CELL" | "READASARRAYS")
        });
    let series = array_series::read(reading, &common.array_series_files, frame.grid.per_layer());
    let mut first = true;
    let periods = period::read(reading, &blocks, K::WHAT, frame.periods, |reading, block| {
        vec![row::<K>(reading, block, frame, &common, &series, std::mem::take(&mut first))]
    });
    let observations = observation::read_all(reading, &common.observation_files, K::KIND, frame.grid);
    Some(ArrayPackage {
        name: entry.name.clone(),
        common,
        fixed_cell,
        series,
        observations,
        periods,
        mark: Mark(entry.origin),
        kind: PhantomData,
    })
}

fn row<K: ArrayKind>(
    reading: &mut Reading,
    block: &Block,
    frame: Frame<'_>,
    common: &PackageOptions,
    series: &[ArraySeries],
    first: bool,
) -> ArraysRow {
    let mut row = ArraysRow {
        layer: None,
        values: vec![None; K::COLUMNS.len()],
        auxiliary: vec![None; common.auxiliary.len()],
    };
    let auxiliary = common.auxiliary.iter().map(String::as_str);
    let known: Vec<&str> =
        std::iter::once(K::LAYER).chain(K::COLUMNS.iter().copied()).chain(auxiliary).collect();
    let mut given = vec![!first; known.len()];
    let mut cursor = block.cursor();
    while let Some(line) = cursor.peek() {
        let mut words = Words::new(line.text());
        let name = words.keyword().unwrap_or_default();
        let Some(at) = known.iter().position(|known| *known == name) else {
            reading.unknown(line.origin(), &format!("a PERIOD block of {}", K::WHAT), &name, &known);
            cursor.next();
            array::skip(&mut cursor, &known);
            continue;
        };
        given[at] = true;
        if at == 0 {
            cursor.next();
            row.layer = layer::<K>(reading, &mut cursor, line.origin(), frame);
            continue;
        }
        let value = value(reading, &mut cursor, &name, frame, series);
        match row.values.get_mut(at - 1) {
            Some(place) => *place = value,
            None => row.auxiliary[at - 1 - K::COLUMNS.len()] = value,
        }
    }
    for (name, _) in K::COLUMNS.iter().zip(&given[1..]).filter(|(_, given)| !**given) {
        let message = format!(
            "the first PERIOD block of {} lacks an array, which is nought until one gives it",
            K::WHAT
        );
        reading.note(block.origin, message, name);
    }
    row
}

fn layer<K: ArrayKind>(
    reading: &mut Reading,
    cursor: &mut Cursor<'_>,
    origin: quanyu_flow::Origin,
    frame: Frame<'_>,
) -> Option<LayerValues<i32>> {
    let layer = array::one::<i32>(reading, cursor, K::LAYER, origin, &[frame.grid.per_layer()])?;
    let layers = frame.grid.layers;
    let columns = frame.grid.columns;
    let known = |value: i32| usize::try_from(value).is_ok_and(|value| (1..=layers).contains(&value));
    let wrong = layer.iter().enumerate().filter(|(_, value)| !known(*value));
    reading.cells_fault(
        wrong.map(|(at, value)| {
            (
                layer.origin(at),
                format!("({},{}) of cells", at / columns + 1, at % columns + 1),
                value.to_string(),
            )
        }),
        FaultKind::NotTied,
        |which| format!("{} of column {which} is no layer", K::LAYER),
        &format!("from 1 to {layers}"),
        "Correct the layer.",
    );
    Some(layer)
}

fn value(
    reading: &mut Reading,
    cursor: &mut Cursor<'_>,
    name: &str,
    frame: Frame<'_>,
    series: &[ArraySeries],
) -> Option<ArrayValue> {
    let line = cursor.next()?;
    let mut words = Words::new(line.text());
    words.next();
    if words.keyword().as_deref() == Some("TIMEARRAYSERIES") {
        let wanted = words.keyword().unwrap_or_default();
        let at = series.iter().position(|series| series.name == wanted);
        if at.is_none() {
            let known: Vec<&str> = series.iter().map(|series| series.name.as_str()).collect();
            reading.fault(
                line.origin(),
                FaultKind::UnknownName,
                format!("{name} names a time-array series that the package does not have"),
                wanted,
                if known.is_empty() { "a series of a TAS6 file".to_owned() } else { known.join(", ") },
                "Name the file of the series after TAS6 FILEIN in the options.",
            );
        }
        return at.map(|series| ArrayValue::Series(SeriesName { series, mark: Mark(line.origin()) }));
    }
    array::one(reading, cursor, name, line.origin(), &[frame.grid.per_layer()]).map(ArrayValue::Values)
}
