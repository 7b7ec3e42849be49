//! NPF: how easily water moves between cells.

use quanyu_flow::FaultKind;

use super::array::{self, ArrayNumber};
use super::block::{Block, Grammar};
use super::grid::Grid;
use super::option::{self, FileName};
use super::reading::Reading;
use super::source::{Line, Mark};
use super::values::CellValues;
use super::varying::{self, VaryingConductivity};
use super::word::Words;

pub(crate) const GRAMMAR: Grammar = Grammar {
    what: "the NPF package",
    order: &["OPTIONS", "GRIDDATA"],
    repeated: &[],
    required: &["GRIDDATA"],
};

const ARRAYS: [&str; 8] = ["ICELLTYPE", "K", "K22", "K33", "ANGLE1", "ANGLE2", "ANGLE3", "WETDRY"];

/// How the conductance between two cells follows from theirs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CellAveraging {
    /// Harmonic mean of the transmissivities.
    #[default]
    Harmonic,
    /// Logarithmic mean of the transmissivities.
    Logarithmic,
    /// Arithmetic mean of thickness, logarithmic mean of conductivity.
    ArithmeticLogarithmic,
    /// Arithmetic mean of thickness, harmonic mean of conductivity.
    ArithmeticHarmonic,
}

impl CellAveraging {
    pub(crate) const WORDS: [(&'static str, Self); 3] = [
        ("LOGARITHMIC", Self::Logarithmic),
        ("AMT-LMK", Self::ArithmeticLogarithmic),
        ("AMT-HMK", Self::ArithmeticHarmonic),
    ];
}

/// How a dry cell becomes wet again (`REWET`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rewetting {
    /// Factor of the head that a rewetted cell begins with (`WETFCT`).
    pub factor: f64,
    /// Outer iterations between attempts (`IWETIT`).
    pub interval: usize,
    /// Equation of that head (`IHDWET`): nought from the wetting neighbour's head, else from the threshold.
    pub equation: i32,
}

/// The NPF package.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// Flows between cells are saved.
    pub save_flows: bool,
    /// Flows between cells are printed.
    pub print_flows: bool,
    /// Specific discharge is saved.
    pub save_specific_discharge: bool,
    /// Saturation is saved.
    pub save_saturation: bool,
    /// Mean of the conductances.
    pub averaging: CellAveraging,
    /// A cell type below nought keeps the thickness of its starting head (`THICKSTRT`).
    pub starting_thickness: bool,
    /// Vertical conductance follows the water table (`VARIABLECV`).
    pub variable_vertical: bool,
    /// … and leaves out the dry part of the lower cell (`DEWATERED`).
    pub dewatered: bool,
    /// Flow into a dewatered cell below is not drawn by the head there (`PERCHED`).
    pub perched: bool,
    /// Rewetting, if any.
    pub rewetting: Option<Rewetting>,
    /// Saturation of a confining face from its highest cell (`HIGHEST_CELL_SATURATION`).
    pub highest_cell_saturation: bool,
    /// `K22` is a ratio to `K`.
    pub k22_is_ratio: bool,
    /// `K33` is a ratio to `K`.
    pub k33_is_ratio: bool,
    /// Nought: confined; above: convertible; below: see `starting_thickness`.
    pub cell_type: CellValues<i32>,
    /// Hydraulic conductivity along the first axis.
    pub k: CellValues<f64>,
    /// Conductivity along the second axis, or its ratio to the first.
    pub k22: Option<CellValues<f64>>,
    /// Conductivity along the third axis, or its ratio to the first.
    pub k33: Option<CellValues<f64>>,
    /// Turn of the first axis in the horizontal \[degrees\].
    pub angle1: Option<CellValues<f64>>,
    /// Dip of the first axis \[degrees\].
    pub angle2: Option<CellValues<f64>>,
    /// Turn about the first axis \[degrees\].
    pub angle3: Option<CellValues<f64>>,
    /// Rewetting threshold: nought never, below nought from below only.
    pub wet_dry: Option<CellValues<f64>>,
    /// Conductivities that change (`TVK6`).
    pub varying: Option<VaryingConductivity>,
    /// Where the package begins.
    pub mark: Mark,
}

/// Reads the package; `count` is the number of stress periods.
pub(crate) fn read(reading: &mut Reading, blocks: &[Block], grid: &Grid, count: usize) -> Option<Property> {
    let block = |name: &str| blocks.iter().find(|block| block.name == name);
    let data = block("GRIDDATA")?;
    let (layers, per_layer) = (grid.layers, grid.per_layer());
    let mut property = Property {
        save_flows: false,
        print_flows: false,
        save_specific_discharge: false,
        save_saturation: false,
        averaging: CellAveraging::default(),
        starting_thickness: false,
        variable_vertical: false,
        dewatered: false,
        perched: false,
        rewetting: None,
        highest_cell_saturation: false,
        k22_is_ratio: false,
        k33_is_ratio: false,
        cell_type: CellValues::uniform(layers, per_layer, 0),
        k: CellValues::uniform(layers, per_layer, 1.0),
        k22: None,
        k33: None,
        angle1: None,
        angle2: None,
        angle3: None,
        wet_dry: None,
        varying: None,
        mark: Mark(data.origin),
    };
    let mut varying = None;
    for line in block("OPTIONS").iter().flat_map(|block| &block.lines) {
        options(reading, line, &mut property, &mut varying);
    }
    arrays(reading, data, grid, &mut property)?;
    if let Some(file) = varying {
        let read = varying::read(reading, file, grid, count)?;
        varying::check(reading, &read, &property);
        property.varying = Some(read);
    }
    check(reading, grid, &property, data);
    Some(property)
}

fn options(reading: &mut Reading, line: &Line, property: &mut Property, varying: &mut Option<FileName>) {
    let mut words = Words::new(line.text());
    let word = words.keyword().unwrap_or_default();
    match word.as_str() {
        "SAVE_FLOWS" => property.save_flows = true,
        "PRINT_FLOWS" => property.print_flows = true,
        "ALTERNATIVE_CELL_AVERAGING" => {
            let name = words.keyword().unwrap_or_default();
            match CellAveraging::WORDS.iter().find(|(known, _)| *known == name) {
                Some((_, averaging)) => property.averaging = *averaging,
                None => {
                    reading.unknown(
                        line.origin(),
                        &word,
                        &name,
                        &CellAveraging::WORDS.map(|(known, _)| known),
                    );
                }
            }
        }
        "THICKSTRT" => property.starting_thickness = true,
        "VARIABLECV" => {
            property.variable_vertical = true;
            if words.clone().keyword().as_deref() == Some("DEWATERED") {
                words.next();
                property.dewatered = true;
            }
        }
        "PERCHED" => property.perched = true,
        "REWET" => property.rewetting = rewetting(reading, line, &mut words),
        "HIGHEST_CELL_SATURATION" => property.highest_cell_saturation = true,
        "SAVE_SPECIFIC_DISCHARGE" => property.save_specific_discharge = true,
        "SAVE_SATURATION" => property.save_saturation = true,
        "K22OVERK" => property.k22_is_ratio = true,
        "K33OVERK" => property.k33_is_ratio = true,
        "EXPORT_ARRAY_ASCII" | "EXPORT_ARRAY_NETCDF" => {
            reading.note(line.origin(), "arrays are not exported", &word);
        }
        "TVK6" => *varying = option::file(reading, line, &mut words, "FILEIN"),
        "XT3D" => {
            return reading.fault(
                line.origin(),
                FaultKind::Unsupported,
                "the NPF package asks for something that is not supported",
                line.text().trim(),
                "flow between the faces of neighbours",
                "Remove the option.",
            );
        }
        _ => {
            const KNOWN: [&str; 13] = [
                "TVK6",
                "SAVE_FLOWS",
                "PRINT_FLOWS",
                "ALTERNATIVE_CELL_AVERAGING",
                "THICKSTRT",
                "VARIABLECV",
                "PERCHED",
                "REWET",
                "HIGHEST_CELL_SATURATION",
                "SAVE_SPECIFIC_DISCHARGE",
                "SAVE_SATURATION",
                "K22OVERK",
                "K33OVERK",
            ];
            return reading.unknown(line.origin(), "the OPTIONS of the NPF package", &word, &KNOWN);
        }
    }
    option::ignored(reading, line, &mut words);
}

fn rewetting(reading: &mut Reading, line: &Line, words: &mut Words<'_>) -> Option<Rewetting> {
    let (mut factor, mut interval, mut equation) = (None, None, None);
    while words.more() {
        let word = words.keyword().unwrap_or_default();
        match word.as_str() {
            "WETFCT" => factor = Some(option::within(reading, line, words, &word, (0.0, f64::INFINITY))?),
            "IWETIT" => interval = Some(option::count(reading, line, words, &word, 0)?.max(1)),
            "IHDWET" => equation = Some(option::number::<i32>(reading, line, words, &word)?),
            _ => {
                reading.unknown(line.origin(), "REWET", &word, &["WETFCT", "IWETIT", "IHDWET"]);
                return None;
            }
        }
    }
    for (name, missing) in
        [("WETFCT", factor.is_none()), ("IWETIT", interval.is_none()), ("IHDWET", equation.is_none())]
    {
        if missing {
            option::missing(reading, line.origin(), "REWET", name);
        }
    }
    Some(Rewetting { factor: factor?, interval: interval?, equation: equation? })
}

fn arrays(reading: &mut Reading, block: &Block, grid: &Grid, property: &mut Property) -> Option<()> {
    let mut cursor = block.cursor();
    let mut given = [false; ARRAYS.len()];
    let mut whole = true;
    while let Some(tag) = array::tag(reading, &mut cursor) {
        let Some(at) = ARRAYS.iter().position(|known| *known == tag.name) else {
            reading.unknown(tag.origin, "the GRIDDATA of the NPF package", &tag.name, &ARRAYS);
            array::skip(&mut cursor, &ARRAYS);
            continue;
        };
        given[at] = true;
        if at == 0 {
            whole &= take(reading, &mut cursor, &tag, grid).map(|read| property.cell_type = read).is_some();
            continue;
        }
        let read = take(reading, &mut cursor, &tag, grid);
        whole &= read.is_some();
        match at {
            1 => property.k = read.unwrap_or_else(|| property.k.clone()),
            2 => property.k22 = read,
            3 => property.k33 = read,
            4 => property.angle1 = read,
            5 => property.angle2 = read,
            6 => property.angle3 = read,
            _ => property.wet_dry = read,
        }
    }
    for (name, given) in ARRAYS.iter().zip(given).take(2) {
        if !given {
            option::missing(reading, block.origin, "the GRIDDATA of the NPF package", name);
            whole = false;
        }
    }
    whole.then_some(())
}

/// One array over the cells of the grid.
pub(crate) fn take<T: ArrayNumber>(
    reading: &mut Reading,
    cursor: &mut super::block::Cursor<'_>,
    tag: &array::Tag,
    grid: &Grid,
) -> Option<CellValues<T>> {
    array::cells(reading, cursor, tag, grid.layers, grid.per_layer())
}

/// Every value of an active cell within its range, or a fault at its line.
pub(crate) fn bounded(
    reading: &mut Reading,
    grid: &Grid,
    name: &str,
    values: &CellValues<f64>,
    valid: impl Fn(f64) -> bool,
    allowed: &str,
) {
    let wrong = values.iter().enumerate().filter(|(cell, value)| !valid(*value) && grid.is_active(*cell));
    reading.cells_fault(
        wrong.map(|(cell, value)| (values.origin(cell), grid.label(cell), value.to_string())),
        FaultKind::OutOfRange,
        |cells| format!("{name} of cell {cells} is out of range"),
        allowed,
        "Correct the value, or make the cell inactive with IDOMAIN.",
    );
}

fn check(reading: &mut Reading, grid: &Grid, property: &Property, block: &Block) {
    bounded(reading, grid, "K", &property.k, |k| k > 0.0, "above 0");
    for (name, values) in [("K22", &property.k22), ("K33", &property.k33)] {
        if let Some(values) = values {
            bounded(reading, grid, name, values, |k| k > 0.0, "above 0");
        }
    }
    let mut inconsistent = |message: &str, value: &str, remedy: &str| {
        reading.fault(block.origin, FaultKind::Inconsistent, message, value, "see the remedy", remedy);
    };
    if property.rewetting.is_some() && property.wet_dry.is_none() {
        inconsistent("REWET is given without the array WETDRY", "no WETDRY", "Add WETDRY to the GRIDDATA.");
    }
    if property.rewetting.is_none() && property.wet_dry.is_some() {
        reading.note(block.origin, "WETDRY has no effect without REWET", "WETDRY");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modflow::option::testing;
    use crate::modflow::values::LayerValues;

    fn grid() -> Grid {
        let text = "BEGIN DIMENSIONS\nNLAY 2\nNROW 1\nNCOL 2\nEND DIMENSIONS\nBEGIN GRIDDATA\nDELR\nCONSTANT 1\nDELC\n\
            CONSTANT 1\nTOP\nCONSTANT 2\nBOTM LAYERED\nCONSTANT 1\nCONSTANT 0\nIDOMAIN\nINTERNAL\n1 1 1 0\nEND GRIDDATA";
        testing::read(text, super::super::grid::GRAMMAR, |reading, blocks| {
            super::super::grid::read(reading, &blocks, "g.dis")
        })
        .0
        .unwrap()
    }

    fn parse(text: &str) -> (Option<Property>, Vec<String>) {
        testing::read(text, GRAMMAR, |reading, blocks| read(reading, &blocks, &grid(), 1))
    }

    #[test]
    fn options_and_arrays_are_read() {
        let (property, faults) = parse(
            "BEGIN OPTIONS\nsave_flows\nalternative_cell_averaging amt-lmk\nvariablecv dewatered ! c\n\
             rewet wetfct 0.5 iwetit 0 ihdwet 1\nK33OVERK\nEND OPTIONS\nBEGIN GRIDDATA\nICELLTYPE LAYERED\nCONSTANT 1\n\
             CONSTANT 0\nk\nINTERNAL\n1 2 3 -4\nWETDRY\nCONSTANT 0.1\nEND GRIDDATA",
        );
        assert_eq!(faults, Vec::<String>::new());
        let property = property.unwrap();
        assert_eq!(property.averaging, CellAveraging::ArithmeticLogarithmic);
        assert_eq!(property.rewetting, Some(Rewetting { factor: 0.5, interval: 1, equation: 1 }));
        assert_eq!(property.cell_type.layers()[0], LayerValues::uniform(2, 1));
        assert!(
            property.save_flows && property.variable_vertical && property.dewatered && property.k33_is_ratio
        );
        assert_eq!(property.k.at(2), 3.0);
    }

    #[test]
    fn faults_name_the_option_the_cell_and_the_line() {
        let (_, faults) = parse(
            "BEGIN OPTIONS\nXT3D RHS\nSAVE_FLOW\nREWET WETFCT 1 IWETIT x\nEND OPTIONS\nBEGIN GRIDDATA\nICELLTYPE\n\
             CONSTANT 1\nK\nINTERNAL\n1 2\n0 -4\nK33\nCONSTANT -1\nEND GRIDDATA",
        );
        assert_eq!(
            faults,
            [
                "2: the NPF package asks for something that is not supported [XT3D RHS]",
                "3: the OPTIONS of the NPF package knows no such word [SAVE_FLOW]",
                "4: IWETIT is no number [x]",
                "12: K of cell (2,1,1) is out of range [0]",
                "14: K33 of cell (1,1,1) and 2 more of the line is out of range [-1]",
            ]
        );
        assert_eq!(
            parse("BEGIN GRIDDATA\nK\nCONSTANT 1\nEND GRIDDATA").1,
            ["1: the GRIDDATA of the NPF package lacks ICELLTYPE [nothing]"]
        );
    }
}
