//! HFB: thin barriers between cells side by side.

use quanyu_flow::FaultKind;

use super::block::{Block, Grammar, blocks};
use super::list::{self, Entry, Frame};
use super::observation::joined;
use super::option;
use super::period::{self, Periods};
use super::reading::Reading;
use super::source::{Line, Mark};
use super::word::Words;

const GRAMMAR: Grammar = Grammar {
    what: "the HFB package",
    order: &["OPTIONS", "DIMENSIONS", "PERIOD"],
    repeated: &["PERIOD"],
    required: &["DIMENSIONS"],
};

/// The HFB package.
#[derive(Clone, Debug, PartialEq)]
pub struct Barriers {
    /// Name in capitals.
    pub name: String,
    /// Whether the list is printed as read.
    pub print_input: bool,
    /// Most rows of a period (`MAXHFB`).
    pub maximum: usize,
    /// Its rows.
    pub periods: Periods<Barrier>,
    /// Where the name file names it.
    pub mark: Mark,
}

/// A barrier between two cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Barrier {
    /// The cells.
    pub cells: [usize; 2],
    /// Conductivity of the barrier over its width; below nought a factor on the conductance of the face.
    pub characteristic: f64,
    /// Where it stands.
    pub mark: Mark,
}

pub(crate) fn read(reading: &mut Reading, entry: &Entry, frame: Frame<'_>) -> Option<Barriers> {
    let file = reading.text(&entry.file, entry.origin)?;
    let blocks = blocks(reading, &file, GRAMMAR);
    let block = |name: &str| blocks.iter().find(|block| block.name == name);
    let mut print_input = false;
    for line in block("OPTIONS").iter().flat_map(|block| &block.lines) {
        let word = Words::new(line.text()).keyword().unwrap_or_default();
        if word == "PRINT_INPUT" {
            print_input = true;
        } else {
            reading.unknown(line.origin(), "the OPTIONS of the HFB package", &word, &["PRINT_INPUT"]);
        }
    }
    let maximum = block("DIMENSIONS")
        .and_then(|block| option::dimensions(reading, Some(block), GRAMMAR.what, [("MAXHFB", None)])[0]);
    let periods = period::read(reading, &blocks, GRAMMAR.what, frame.periods, |reading, block: &Block| {
        let rows: Vec<Barrier> = block.lines.iter().filter_map(|line| row(reading, line, frame)).collect();
        list::check_count(reading, block, GRAMMAR.what, "MAXHFB", rows.len(), maximum);
        rows
    });
    Some(Barriers {
        name: entry.name.clone(),
        print_input,
        maximum: maximum?,
        periods,
        mark: Mark(entry.origin),
    })
}

fn row(reading: &mut Reading, line: &Line, frame: Frame<'_>) -> Option<Barrier> {
    let mut words = Words::new(line.text());
    let (grid, origin) = (frame.grid, line.origin());
    let first = list::cell(reading, origin, &mut words, grid, GRAMMAR.what);
    let second = list::cell(reading, origin, &mut words, grid, GRAMMAR.what);
    let characteristic = option::number::<f64>(reading, line, &mut words, "HYDCHR");
    let (first, second, characteristic) = (first?, second?, characteristic?);
    let value = format!("{} and {}", grid.label(first), grid.label(second));
    let layers = [first, second].map(|cell| grid.layer_row_column(cell).0);
    if !(grid.is_active(first) && grid.is_active(second)) {
        reading.fault(
            origin,
            FaultKind::NotTied,
            "a barrier stands at a cell that is not active",
            value,
            "two cells whose IDOMAIN is above 0",
            "Move or remove the row.",
        );
        return None;
    }
    if layers[0] != layers[1] || !joined(grid, first, second) {
        reading.fault(
            origin,
            FaultKind::BadGeometry,
            "the cells of a barrier do not lie side by side",
            value,
            "two cells of one layer that share a face",
            "Correct the cells.",
        );
        return None;
    }
    Some(Barrier { cells: [first, second], characteristic, mark: Mark(origin) })
}

#[cfg(test)]
mod tests {
    use crate::modflow::testing::{model, read_model};

    #[test]
    fn barriers_stand_between_neighbours() {
        let files = [(
            "g.hfb",
            "BEGIN DIMENSIONS\nMAXHFB 1\nEND DIMENSIONS\nBEGIN PERIOD 1\n1 1 1 1 1 2 1e-3\nEND PERIOD\n",
        )];
        let read = read_model(&model("HFB6 g.hfb\n", &files)).unwrap();
        let barriers = read.model.barriers.unwrap();
        assert_eq!(barriers.periods.at(0).unwrap()[0].cells, [0, 1]);
        assert_eq!(barriers.name, "HFB");
    }

    #[test]
    fn others_are_faults() {
        let text = "BEGIN DIMENSIONS\nMAXHFB 1\nEND DIMENSIONS\nBEGIN PERIOD 1\n1 1 1 1 1 3 1\n1 1 1 2 1 1 1\n1 1 1 1 2\n\
            1 2 3 1 2 2 1\n1 1 1 1 2 1 1\n2 1 1 2 2 1 1\nEND PERIOD\n";
        assert_eq!(
            read_model(&model("HFB6 g.hfb\n", &[("g.hfb", text)])).unwrap_err(),
            [
                "g.hfb:4: a PERIOD block of the HFB package has more rows than MAXHFB says [2 rows]",
                "g.hfb:5: the cells of a barrier do not lie side by side [(1,1,1) and (1,1,3)]",
                "g.hfb:6: the cells of a barrier do not lie side by side [(1,1,1) and (2,1,1)]",
                "g.hfb:7: a row of the HFB package names no cell [1 2]",
                "g.hfb:7: HYDCHR is no number [nothing]",
                "g.hfb:8: a barrier stands at a cell that is not active [(1,2,3) and (1,2,2)]",
            ]
        );
    }
}
