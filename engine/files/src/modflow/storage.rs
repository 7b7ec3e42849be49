//! STO: water held in the cells, and which stress periods are transient.

use quanyu_flow::FaultKind;

use super::array;
use super::block::{Block, Grammar};
use super::grid::Grid;
use super::option;
use super::period::{self, Period, Periods};
use super::property::{bounded, take};
use super::reading::Reading;
use super::source::Mark;
use super::values::CellValues;
use super::word::Words;

pub(crate) const GRAMMAR: Grammar = Grammar {
    what: "the STO package",
    order: &["OPTIONS", "GRIDDATA", "PERIOD"],
    repeated: &["PERIOD"],
    required: &["GRIDDATA"],
};

const ARRAYS: [&str; 3] = ["ICONVERT", "SS", "SY"];

/// The STO package.
#[derive(Clone, Debug, PartialEq)]
pub struct Storage {
    /// Storage terms are saved.
    pub save_flows: bool,
    /// `SS` is a storage coefficient (dimensionless), not a specific storage (1/length).
    pub coefficient: bool,
    /// Specific storage acts only where the cell is full (`SS_CONFINED_ONLY`).
    pub confined_only: bool,
    /// Nought: confined; above: convertible.
    pub convertible: CellValues<i32>,
    /// Specific storage, or storage coefficient.
    pub specific_storage: CellValues<f64>,
    /// Specific yield; where the file gives none, nought.
    pub specific_yield: CellValues<f64>,
    /// Whether a period is transient, from the periods that say so. Before the first of them the model is at rest.
    pub transient: Periods<bool>,
    /// Where the package begins.
    pub mark: Mark,
}

impl Storage {
    /// Whether a stress period (from nought) is transient.
    pub fn is_transient(&self, period: usize) -> bool {
        self.transient.at(period).and_then(|rows| rows.first().copied()).unwrap_or(false)
    }

    /// Whether any cell yields water by draining: only then does the budget have a term STO-SY.
    pub fn has_yield(&self) -> bool {
        self.convertible.iter().any(|kind| kind != 0)
    }
}

pub(crate) fn read(reading: &mut Reading, blocks: &[Block], grid: &Grid, count: usize) -> Option<Storage> {
    let block = |name: &str| blocks.iter().find(|block| block.name == name);
    let (mut save_flows, mut coefficient, mut confined_only) = (false, false, false);
    for line in block("OPTIONS").iter().flat_map(|block| &block.lines) {
        let mut words = Words::new(line.text());
        let word = words.keyword().unwrap_or_default();
        match word.as_str() {
            "SAVE_FLOWS" => save_flows = true,
            "STORAGECOEFFICIENT" => coefficient = true,
            "SS_CONFINED_ONLY" => confined_only = true,
            "EXPORT_ARRAY_ASCII" | "EXPORT_ARRAY_NETCDF" => {
                reading.note(line.origin(), "arrays are not exported", &word);
            }
            "TVS6" => reading.fault(
                line.origin(),
                FaultKind::Unsupported,
                "the STO package asks for something that is not supported",
                line.text().trim(),
                "storage that does not change",
                "Remove the option.",
            ),
            _ => {
                const KNOWN: [&str; 3] = ["SAVE_FLOWS", "STORAGECOEFFICIENT", "SS_CONFINED_ONLY"];
                reading.unknown(line.origin(), "the OPTIONS of the STO package", &word, &KNOWN);
            }
        }
    }
    let data = block("GRIDDATA")?;
    let mut cursor = data.cursor();
    let mut given = [false; 3];
    let (mut convertible, mut storage) = (None, None);
    let mut specific_yield = Some(CellValues::uniform(grid.layers, grid.per_layer(), 0.0));
    while let Some(tag) = array::tag(reading, &mut cursor) {
        let at = ARRAYS.iter().position(|known| *known == tag.name);
        match at {
            Some(0) => convertible = take::<i32>(reading, &mut cursor, &tag, grid),
            Some(1) => storage = take::<f64>(reading, &mut cursor, &tag, grid),
            Some(_) => specific_yield = take::<f64>(reading, &mut cursor, &tag, grid),
            None => {
                reading.unknown(tag.origin, "the GRIDDATA of the STO package", &tag.name, &ARRAYS);
                array::skip(&mut cursor, &ARRAYS);
            }
        }
        if let Some(at) = at {
            given[at] = true;
        }
    }
    for (name, given) in ARRAYS.iter().zip(given).take(2) {
        if !given {
            option::missing(reading, data.origin, "the GRIDDATA of the STO package", name);
        }
    }
    let transient = states(reading, blocks, count);
    let sto = Storage {
        save_flows,
        coefficient,
        confined_only,
        convertible: convertible?,
        specific_storage: storage?,
        specific_yield: specific_yield?,
        transient,
        mark: Mark(data.origin),
    };
    bounded(reading, grid, "SS", &sto.specific_storage, |ss| ss >= 0.0, "0 or more");
    bounded(reading, grid, "SY", &sto.specific_yield, |sy| sy >= 0.0, "0 or more");
    if !given[2] && sto.has_yield() {
        option::missing(reading, data.origin, "the GRIDDATA of the STO package with convertible cells", "SY");
    }
    Some(sto)
}

fn states(reading: &mut Reading, blocks: &[Block], count: usize) -> Periods<bool> {
    period::read(reading, blocks, GRAMMAR.what, count, |reading, block| {
        let mut state = None;
        for line in &block.lines {
            let word = Words::new(line.text()).keyword().unwrap_or_default();
            match word.as_str() {
                "STEADY-STATE" => state = Some(false),
                "TRANSIENT" => state = Some(true),
                _ => {
                    const KNOWN: [&str; 2] = ["STEADY-STATE", "TRANSIENT"];
                    reading.unknown(line.origin(), "a PERIOD of the STO package", &word, &KNOWN);
                }
            }
        }
        state.into_iter().collect()
    })
    .without_empty()
}

impl Periods<bool> {
    /// A block that says nothing leaves the state as it was.
    fn without_empty(self) -> Self {
        Self::from_list(
            self.into_list().into_iter().filter(|period: &Period<bool>| !period.rows.is_empty()).collect(),
        )
    }
}
