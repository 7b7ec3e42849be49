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

#[cfg(test)]
mod tests {
    use crate::modflow::testing::{model, read_model};

    const DATA: &str =
        "BEGIN GRIDDATA\nICONVERT\nCONSTANT 1\nSS\nCONSTANT 1e-5\nSY\nCONSTANT 0.2\nEND GRIDDATA\n";

    #[test]
    fn periods_are_at_rest_until_one_is_transient() {
        let states = |text: &str| {
            let read = read_model(&model("STO6 g.sto\n", &[("g.sto", &format!("{DATA}{text}"))])).unwrap();
            let storage = read.model.storage.unwrap();
            [storage.is_transient(0), storage.is_transient(1)]
        };
        assert_eq!(states(""), [false, false]);
        assert_eq!(states("BEGIN PERIOD 1\nTRANSIENT\nEND PERIOD\n"), [true, true]);
        assert_eq!(
            states("BEGIN PERIOD 1\ntransient\nEND PERIOD\nBEGIN PERIOD 2\nEND PERIOD\n"),
            [true, true]
        );
        assert_eq!(states("BEGIN PERIOD 2\nTRANSIENT\nEND PERIOD\n"), [false, true]);
    }

    #[test]
    fn faults_of_storage_are_found() {
        let text = DATA.replace("1e-5", "-1e-5").replace("SY\nCONSTANT 0.2\n", "")
            + "BEGIN PERIOD 1\nTRANSIENTS\nEND PERIOD\nBEGIN PERIOD 2\nTRANSIENT\nEND PERIOD\n";
        assert_eq!(
            read_model(&model("STO6 g.sto\n", &[("g.sto", &text)])).unwrap_err(),
            [
                "g.sto:1: the GRIDDATA of the STO package with convertible cells lacks SY [nothing]",
                "g.sto:5: SS of cell (1,1,1) and 10 more of the line is out of range [-0.00001]",
                "g.sto:8: a PERIOD of the STO package knows no such word [TRANSIENTS]",
            ]
        );
        let text = format!("{DATA}BEGIN PERIOD 1\nTRANSIENT\nEND PERIOD\n");
        let time = "BEGIN DIMENSIONS\nNPER 1\nEND DIMENSIONS\nBEGIN PERIODDATA\n0 1 1\nEND PERIODDATA\n";
        assert_eq!(
            read_model(&model("STO6 g.sto\n", &[("g.sto", &text), ("g.tdis", time)])).unwrap_err(),
            ["g.tdis:5: stress period 1 is transient and has no length [0]"]
        );
    }
}
