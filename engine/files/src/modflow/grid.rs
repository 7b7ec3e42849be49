//! DIS: the grid of layers, rows and columns.

use quanyu_flow::FaultKind;

use super::array;
use super::block::{Block, Grammar};
use super::option::{self, FileName};
use super::reading::Reading;
use super::source::Mark;
use super::values::{CellValues, LayerValues};
use super::word::Words;

pub(crate) const GRAMMAR: Grammar = Grammar {
    what: "the DIS package",
    order: &["OPTIONS", "DIMENSIONS", "GRIDDATA"],
    repeated: &[],
    required: &["DIMENSIONS", "GRIDDATA"],
};

const ARRAYS: [&str; 5] = ["DELR", "DELC", "TOP", "BOTM", "IDOMAIN"];

/// The grid as the DIS package states it. Lengths are in the model's own unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// The file's name, from which that of the binary grid file is made.
    pub file: String,
    /// Unit of length as written, in capitals.
    pub length_units: Option<String>,
    /// No binary grid file is written.
    pub no_grid_file: bool,
    /// Name of the binary grid file where it is not the default.
    pub grid_file: Option<FileName>,
    /// Coordinate of the lower-left corner, eastward.
    pub x_origin: f64,
    /// Coordinate of the lower-left corner, northward.
    pub y_origin: f64,
    /// Turn of the grid about that corner, counter-clockwise \[degrees\].
    pub rotation: f64,
    /// Coordinate reference system as written.
    pub coordinates: Option<String>,
    /// Number of layers.
    pub layers: usize,
    /// Number of rows, the first in the north.
    pub rows: usize,
    /// Number of columns, the first in the west.
    pub columns: usize,
    /// Widths of the columns (DELR).
    pub column_widths: LayerValues<f64>,
    /// Heights of the rows (DELC).
    pub row_heights: LayerValues<f64>,
    /// Top of the first layer.
    pub top: LayerValues<f64>,
    /// Bottoms of all cells.
    pub bottom: CellValues<f64>,
    /// One and above: a cell; nought: none; below nought: none, but water passes through vertically.
    pub domain: CellValues<i32>,
    /// Where the package begins.
    pub mark: Mark,
}

impl Grid {
    /// Number of cells, inactive ones counted.
    pub fn cells(&self) -> usize {
        self.layers * self.per_layer()
    }

    /// Cells in a layer.
    pub fn per_layer(&self) -> usize {
        self.rows * self.columns
    }

    /// The cell at a layer, row and column, each from nought.
    pub fn cell(&self, layer: usize, row: usize, column: usize) -> usize {
        (layer * self.rows + row) * self.columns + column
    }

    /// Layer, row and column of a cell, each from nought.
    pub fn layer_row_column(&self, cell: usize) -> (usize, usize, usize) {
        let (layer, within) = (cell / self.per_layer(), cell % self.per_layer());
        (layer, within / self.columns, within % self.columns)
    }

    /// The cell as MODFLOW writes it: `(layer,row,column)`, each from one.
    pub fn label(&self, cell: usize) -> String {
        let (layer, row, column) = self.layer_row_column(cell);
        format!("({},{},{})", layer + 1, row + 1, column + 1)
    }

    /// Whether water is computed in a cell.
    pub fn is_active(&self, cell: usize) -> bool {
        self.domain.at(cell) > 0
    }

    /// Top of a cell: the bottom of the one above, whether that is active or not.
    pub fn cell_top(&self, cell: usize) -> f64 {
        match cell.checked_sub(self.per_layer()) {
            Some(above) => self.bottom.at(above),
            None => self.top.at(cell),
        }
    }

    /// Name of the binary grid file, if one is written.
    pub fn grid_file_name(&self) -> Option<String> {
        if self.no_grid_file {
            return None;
        }
        Some(self.grid_file.as_ref().map_or_else(|| format!("{}.grb", self.file), |file| file.name.clone()))
    }
}

pub(crate) fn read(reading: &mut Reading, blocks: &[Block], file: &str) -> Option<Grid> {
    let block = |name: &str| blocks.iter().find(|block| block.name == name);
    let mut grid = options(reading, block("OPTIONS"), file);
    let [layers, rows, columns] = option::dimensions(
        reading,
        Some(block("DIMENSIONS")?),
        GRAMMAR.what,
        [("NLAY", None), ("NROW", None), ("NCOL", None)],
    );
    let (layers, rows, columns) = (layers?, rows?, columns?);
    let cells =
        layers.checked_mul(rows).and_then(|n| n.checked_mul(columns)).filter(|n| *n <= i32::MAX as usize);
    let Some(_) = cells else {
        reading.fault(
            block("DIMENSIONS")?.origin,
            FaultKind::OutOfRange,
            "the grid has too many cells",
            format!("{layers} × {rows} × {columns}"),
            format!("{} cells", i32::MAX),
            "Make the grid coarser.",
        );
        return None;
    };
    (grid.layers, grid.rows, grid.columns) = (layers, rows, columns);
    arrays(reading, block("GRIDDATA")?, grid)
}

fn options(reading: &mut Reading, block: Option<&Block>, file: &str) -> Grid {
    let mut grid = Grid {
        file: file.to_owned(),
        length_units: None,
        no_grid_file: false,
        grid_file: None,
        x_origin: 0.0,
        y_origin: 0.0,
        rotation: 0.0,
        coordinates: None,
        layers: 0,
        rows: 0,
        columns: 0,
        column_widths: LayerValues::uniform(0, 0.0),
        row_heights: LayerValues::uniform(0, 0.0),
        top: LayerValues::uniform(0, 0.0),
        bottom: CellValues::new(Vec::new()),
        domain: CellValues::new(Vec::new()),
        mark: Mark::default(),
    };
    for line in block.iter().flat_map(|block| &block.lines) {
        let mut words = Words::new(line.text());
        let word = words.keyword().unwrap_or_default();
        match word.as_str() {
            "LENGTH_UNITS" => grid.length_units = words.keyword(),
            "NOGRB" => grid.no_grid_file = true,
            "GRB6" => grid.grid_file = option::file(reading, line, &mut words, "FILEOUT"),
            "XORIGIN" => grid.x_origin = option::number(reading, line, &mut words, &word).unwrap_or(0.0),
            "YORIGIN" => grid.y_origin = option::number(reading, line, &mut words, &word).unwrap_or(0.0),
            "ANGROT" => grid.rotation = option::number(reading, line, &mut words, &word).unwrap_or(0.0),
            "CRS" => grid.coordinates = words.next().map(str::to_owned),
            "EXPORT_ARRAY_ASCII" | "EXPORT_ARRAY_NETCDF" | "NCF6" => {
                reading.note(line.origin(), "arrays are not exported", &word);
            }
            _ => {
                const KNOWN: [&str; 9] = [
                    "LENGTH_UNITS",
                    "NOGRB",
                    "GRB6",
                    "XORIGIN",
                    "YORIGIN",
                    "ANGROT",
                    "CRS",
                    "EXPORT_ARRAY_ASCII",
                    "EXPORT_ARRAY_NETCDF",
                ];
                reading.unknown(line.origin(), "the OPTIONS of the DIS package", &word, &KNOWN);
            }
        }
    }
    grid
}

fn arrays(reading: &mut Reading, block: &Block, mut grid: Grid) -> Option<Grid> {
    grid.mark = Mark(block.origin);
    let (layers, rows, columns, per_layer) = (grid.layers, grid.rows, grid.columns, grid.per_layer());
    let mut cursor = block.cursor();
    let mut given = [false; ARRAYS.len()];
    let (mut widths, mut heights, mut top, mut bottom) = (None, None, None, None);
    let mut domain = Some(CellValues::uniform(layers, per_layer, 1));
    while let Some(tag) = array::tag(reading, &mut cursor) {
        let name = tag.name.as_str();
        if let Some(at) = ARRAYS.iter().position(|known| *known == name) {
            given[at] = true;
        }
        match name {
            "DELR" => widths = array::one::<f64>(reading, &mut cursor, name, tag.origin, &[columns]),
            "DELC" => heights = array::one::<f64>(reading, &mut cursor, name, tag.origin, &[rows]),
            "TOP" => top = array::one::<f64>(reading, &mut cursor, name, tag.origin, &vec![columns; rows]),
            "BOTM" => bottom = array::cells::<f64>(reading, &mut cursor, &tag, layers, per_layer),
            "IDOMAIN" => domain = array::cells::<i32>(reading, &mut cursor, &tag, layers, per_layer),
            _ => {
                reading.unknown(tag.origin, "the GRIDDATA of the DIS package", name, &ARRAYS);
                array::skip(&mut cursor, &ARRAYS);
            }
        }
    }
    for (name, given) in ARRAYS.iter().zip(given).take(4) {
        if !given {
            option::missing(reading, block.origin, "the GRIDDATA of the DIS package", name);
        }
    }
    // Where an array has faults, others stand in for it, so that the faults of the other packages are found as well.
    let whole =
        widths.is_some() && heights.is_some() && top.is_some() && bottom.is_some() && domain.is_some();
    grid.column_widths = widths.unwrap_or_else(|| LayerValues::uniform(columns, 1.0));
    grid.row_heights = heights.unwrap_or_else(|| LayerValues::uniform(rows, 1.0));
    grid.top = top.unwrap_or_else(|| LayerValues::uniform(per_layer, 0.0));
    grid.bottom = bottom.unwrap_or_else(|| CellValues::uniform(layers, per_layer, -1.0));
    grid.domain = domain.unwrap_or_else(|| CellValues::uniform(layers, per_layer, 1));
    if whole {
        check(reading, &grid);
    }
    Some(grid)
}

/// Widths above nought, at least one active cell, and every active cell thicker than nought.
fn check(reading: &mut Reading, grid: &Grid) {
    for (name, widths) in [("DELR", &grid.column_widths), ("DELC", &grid.row_heights)] {
        let wrong = (0..widths.len()).filter(|at| widths.at(*at) <= 0.0);
        reading.cells_fault(
            wrong.map(|at| (widths.origin(at), (at + 1).to_string(), widths.at(at).to_string())),
            FaultKind::BadGeometry,
            |which| format!("{name} {which} is not above nought"),
            "above 0",
            "Correct the width.",
        );
    }
    let active = grid.domain.iter().filter(|domain| *domain > 0).count();
    let thin = (0..grid.cells())
        .filter(|cell| grid.is_active(*cell) && grid.cell_top(*cell) <= grid.bottom.at(*cell));
    reading.cells_fault(
        thin.map(|cell| {
            let value = format!("bottom {}, top {}", grid.bottom.at(cell), grid.cell_top(cell));
            (grid.bottom.origin(cell), grid.label(cell), value)
        }),
        FaultKind::BadGeometry,
        |cells| format!("the bottom of cell {cells} is not below its top"),
        "a bottom below the top",
        "Correct TOP or BOTM, or make the cell inactive with IDOMAIN.",
    );
    if active == 0 {
        reading.fault(
            grid.domain.origin(0),
            FaultKind::Inconsistent,
            "the grid has no active cell",
            "0 active cells",
            "an IDOMAIN above 0 somewhere",
            "Correct IDOMAIN.",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modflow::option::testing;

    fn parse(text: &str) -> (Option<Grid>, Vec<String>) {
        testing::read(text, GRAMMAR, |reading, blocks| read(reading, &blocks, "gwf.dis"))
    }

    const PLAIN: &str = "BEGIN DIMENSIONS\nNLAY 2\nNROW 2\nNCOL 3\nEND DIMENSIONS\nBEGIN GRIDDATA\nDELR\nCONSTANT 10\n\
        DELC\nCONSTANT 20\nTOP\nINTERNAL FACTOR 2\n1 1 1\n1 1 1.5\nBOTM LAYERED\nCONSTANT 0\nCONSTANT -5\nEND GRIDDATA\n";

    #[test]
    fn other_spellings_state_the_same_grid() {
        let (plain, faults) = parse(PLAIN);
        assert_eq!(faults, Vec::<String>::new());
        let plain = plain.unwrap();
        assert_eq!(plain.top.iter().collect::<Vec<_>>(), [2.0, 2.0, 2.0, 2.0, 2.0, 3.0]);
        assert_eq!(
            (plain.cell(1, 1, 2), plain.label(11), plain.cell_top(11)),
            (11, "(2,2,3)".to_owned(), 0.0)
        );
        let (other, faults) = parse(
            "begin options\nend options\nBegin Dimensions\n ncol 3\n nrow 2 # two\n nlay 2\nEnd dimensions\n\
             BEGIN griddata\n idomain\n constant 1\n botm\n internal\n 6*0.,\n -5 -5d0\n -.5e1 3*-5 7 8 9\n\
             delc\n internal iprn 3\n 2*2e1\n delr\n INTERNAL\n 10 10\n\n 10\n top\n internal factor 0 \n 2 2 2 999\n\
             2,2 3 remark\nend griddata\n",
        );
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!(other.unwrap(), plain);
    }

    #[test]
    fn every_fault_is_found_with_its_line() {
        let text =
            PLAIN.replace("CONSTANT 10", "CONSTANT -10").replace("CONSTANT -5", "INTERNAL\n-5 -5 0\n-5 -5 1");
        assert_eq!(
            parse(&text).1,
            [
                "8: DELR 1 and 2 more of the line is not above nought [-10]",
                "18: the bottom of cell (2,1,3) is not below its top [bottom 0, top 0]",
                "19: the bottom of cell (2,2,3) is not below its top [bottom 1, top 0]",
            ]
        );
        let text = PLAIN
            .replace("CONSTANT 20", "INTERNAL\n20")
            .replace("BOTM", "BOTTOM")
            .replace("NLAY 2", "NLAY 0");
        assert_eq!(parse(&text).1, ["2: NLAY is out of range [0]"]);
        let text = PLAIN.replace("CONSTANT 20", "INTERNAL\n20").replace("BOTM", "BOTTM");
        assert_eq!(
            parse(&text).1,
            [
                "6: the GRIDDATA of the DIS package lacks BOTM [nothing]",
                "12: the array DELC is too short [1 values]",
                "16: the GRIDDATA of the DIS package knows no such word [BOTTM]",
            ]
        );
        let text = PLAIN.replace("1 1 1.5", "1 x 1.5").replace("CONSTANT -5", "CONSTANT");
        assert_eq!(
            parse(&text).1,
            [
                "14: the array TOP holds something else than a number [x]",
                "17: the array BOTM (layer 2) holds something else than a number [nothing]",
            ]
        );
    }
}
