//! IC: heads at the start.

use super::array;
use super::block::{Block, Grammar};
use super::grid::Grid;
use super::option;
use super::property::take;
use super::reading::Reading;
use super::source::Mark;
use super::values::CellValues;
use super::word::Words;

pub(crate) const GRAMMAR: Grammar = Grammar {
    what: "the IC package",
    order: &["OPTIONS", "GRIDDATA"],
    repeated: &[],
    required: &["GRIDDATA"],
};

/// The IC package.
#[derive(Clone, Debug, PartialEq)]
pub struct Initial {
    /// Head of every cell at the start.
    pub head: CellValues<f64>,
    /// Where the package begins.
    pub mark: Mark,
}

pub(crate) fn read(reading: &mut Reading, blocks: &[Block], grid: &Grid) -> Option<Initial> {
    let block = |name: &str| blocks.iter().find(|block| block.name == name);
    for line in block("OPTIONS").iter().flat_map(|block| &block.lines) {
        let word = Words::new(line.text()).keyword().unwrap_or_default();
        match word.as_str() {
            "EXPORT_ARRAY_ASCII" | "EXPORT_ARRAY_NETCDF" => {
                reading.note(line.origin(), "arrays are not exported", &word);
            }
            _ => reading.unknown(
                line.origin(),
                "the OPTIONS of the IC package",
                &word,
                &["EXPORT_ARRAY_ASCII"],
            ),
        }
    }
    let data = block("GRIDDATA")?;
    let mut cursor = data.cursor();
    let mut head = None;
    let mut given = false;
    while let Some(tag) = array::tag(reading, &mut cursor) {
        if tag.name == "STRT" {
            given = true;
            head = take(reading, &mut cursor, &tag, grid);
        } else {
            reading.unknown(tag.origin, "the GRIDDATA of the IC package", &tag.name, &["STRT"]);
            array::skip(&mut cursor, &["STRT"]);
        }
    }
    if !given {
        option::missing(reading, data.origin, "the GRIDDATA of the IC package", "STRT");
    }
    Some(Initial { head: head?, mark: Mark(data.origin) })
}
