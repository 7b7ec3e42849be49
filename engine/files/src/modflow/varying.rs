//! TVK: conductivities that change at the beginning of stress periods and stay so.

use quanyu_flow::FaultKind;

use super::block::{Block, Grammar, blocks};
use super::grid::Grid;
use super::list;
use super::option::{self, FileName};
use super::period::{self, Periods};
use super::property::Property;
use super::reading::Reading;
use super::source::{Line, Mark};
use super::word::{self, Words};

const GRAMMAR: Grammar =
    Grammar { what: "the TVK file", order: &["OPTIONS", "PERIOD"], repeated: &["PERIOD"], required: &[] };

/// Which conductivity changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conductivity {
    /// Along the first axis (`K`).
    First,
    /// Along the second axis, or its ratio to the first (`K22`).
    Second,
    /// Along the third axis, or its ratio to the first (`K33`).
    Third,
}

impl Conductivity {
    const WORDS: [(&'static str, Self); 3] =
        [("K", Self::First), ("K22", Self::Second), ("K33", Self::Third)];

    /// The word in MODFLOW's files.
    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

/// A conductivity of a cell from a stress period on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConductivityChange {
    /// The cell.
    pub cell: usize,
    /// Which one.
    pub which: Conductivity,
    /// Its value.
    pub value: f64,
    /// Where it stands.
    pub mark: Mark,
}

/// The TVK file of an NPF package.
#[derive(Clone, Debug, PartialEq)]
pub struct VaryingConductivity {
    /// The file.
    pub file: FileName,
    /// Whether changes are listed as read.
    pub print_input: bool,
    /// The changes that each stress period brings; what is not named stays as it was.
    pub periods: Periods<ConductivityChange>,
}

/// Reads the file; `count` is the number of stress periods.
pub(crate) fn read(
    reading: &mut Reading,
    file: FileName,
    grid: &Grid,
    count: usize,
) -> Option<VaryingConductivity> {
    let text = reading.text(&file.name, file.mark.0)?;
    let blocks = blocks(reading, &text, GRAMMAR);
    let (mut print_input, mut series) = (false, false);
    for line in blocks.iter().filter(|block| block.name == "OPTIONS").flat_map(|block| &block.lines) {
        let word = Words::new(line.text()).keyword().unwrap_or_default();
        match word.as_str() {
            "PRINT_INPUT" => print_input = true,
            "TS6" => {
                series = true;
                reading.fault(
                    line.origin(),
                    FaultKind::Unsupported,
                    "time series of conductivities are not supported",
                    line.text().trim(),
                    "numbers, one block a stress period",
                    "Write the values of each stress period as numbers, or run the simulation with MODFLOW 6.",
                );
            }
            _ => reading.unknown(line.origin(), "the OPTIONS of the TVK file", &word, &["PRINT_INPUT"]),
        }
    }
    let periods = period::read(reading, &blocks, GRAMMAR.what, count, |reading, block: &Block| {
        block.lines.iter().filter_map(|line| row(reading, line, grid, series)).collect()
    });
    Some(VaryingConductivity { file, print_input, periods })
}

/// Refuses changes that would also move what is derived from the changed value.
pub(crate) fn check(reading: &mut Reading, varying: &VaryingConductivity, property: &Property) {
    for change in varying.periods.list().iter().flat_map(|block| &block.rows) {
        let why = match change.which {
            Conductivity::Second => "a K22 that changes is not supported",
            Conductivity::First if property.k22.is_some() => "a K that changes beside a K22 is not supported",
            Conductivity::Third if property.k33_is_ratio => {
                "a K33 that changes as a ratio (K33OVERK) is not supported"
            }
            _ if property.angle1.is_some() => {
                "conductivities that change along turned axes are not supported"
            }
            _ => continue,
        };
        reading.fault(
            change.mark.0,
            FaultKind::Unsupported,
            why,
            change.which.word(),
            "K in models without K22 and angles; K33 as a value",
            "Remove the row, or run the simulation with MODFLOW 6.",
        );
    }
}

/// One row; where the file asks for `series`, which is refused once, the names of series are no faults of their own.
fn row(reading: &mut Reading, line: &Line, grid: &Grid, series: bool) -> Option<ConductivityChange> {
    let mut words = Words::new(line.text());
    let cell = list::cell(reading, line.origin(), &mut words, grid, GRAMMAR.what);
    let word = words.keyword().unwrap_or_default();
    let which = Conductivity::WORDS.iter().find(|(known, _)| *known == word).map(|(_, which)| *which);
    if which.is_none() {
        let known = Conductivity::WORDS.map(|(known, _)| known);
        reading.unknown(line.origin(), "a PERIOD of the TVK file", &word, &known);
    }
    if series && words.clone().next().is_some_and(|word| word::real(word).is_none()) {
        return None;
    }
    let value = option::number::<f64>(reading, line, &mut words, &word)?;
    let (cell, which) = (cell?, which?);
    if value <= 0.0 {
        reading.fault(
            line.origin(),
            FaultKind::OutOfRange,
            format!("{word} of cell {} is out of range", grid.label(cell)),
            value,
            "above 0",
            "Correct the value.",
        );
    }
    if !grid.is_active(cell) {
        reading.fault(
            line.origin(),
            FaultKind::NotTied,
            "a row of the TVK file lies in a cell that is not active",
            grid.label(cell),
            "a cell whose IDOMAIN is above 0",
            "Remove the row.",
        );
    }
    Some(ConductivityChange { cell, which, value, mark: Mark(line.origin()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modflow::testing::{model, read_model};

    const NPF: &str = "BEGIN OPTIONS\nTVK6 FILEIN g.tvk\nEND OPTIONS\nBEGIN GRIDDATA\nICELLTYPE\nCONSTANT 1\nK\nCONSTANT 5\n\
        K33\nCONSTANT 1\nEND GRIDDATA\n";

    #[test]
    fn changes_are_read_by_period() {
        let text = "BEGIN PERIOD 2\n1 1 1 K33 2.5\n 2 1 3 k 1d1 # more\nEND PERIOD\n";
        let read = read_model(&model("", &[("g.npf", NPF), ("g.tvk", text)])).unwrap();
        let varying = read.model.property.varying.unwrap();
        assert_eq!(varying.periods.at(0), None);
        let rows = varying.periods.at(1).unwrap();
        assert_eq!((rows[0].cell, rows[0].which, rows[0].value), (0, Conductivity::Third, 2.5));
        assert_eq!((rows[1].cell, rows[1].which, rows[1].value), (8, Conductivity::First, 10.0));
    }

    #[test]
    fn faults_of_changes_are_found() {
        let text = "BEGIN OPTIONS\nTS6 FILEIN k.ts\nEND OPTIONS\nBEGIN PERIOD 1\n1 2 3 K 1\n1 1 1 K44 1\n1 1 1 K -1\n\
            1 1 1 K22 2\n1 1 1 K series\nEND PERIOD\n";
        assert_eq!(
            read_model(&model("", &[("g.npf", NPF), ("g.tvk", text)])).unwrap_err(),
            [
                "g.tvk:2: time series of conductivities are not supported [TS6 FILEIN k.ts]",
                "g.tvk:5: a row of the TVK file lies in a cell that is not active [(1,2,3)]",
                "g.tvk:6: a PERIOD of the TVK file knows no such word [K44]",
                "g.tvk:7: K of cell (1,1,1) is out of range [-1]",
                "g.tvk:8: a K22 that changes is not supported [K22]",
            ]
        );
    }
}
