//! OBS6: what is written at the end of every time step.

use quanyu_flow::{FaultKind, Origin};

use super::block::{Block, Grammar, blocks};
use super::grid::Grid;
use super::list;
use super::option::{self, FileName};
use super::reading::Reading;
use super::source::{Line, Mark};
use super::word::{self, Words};

const GRAMMAR: Grammar = Grammar {
    what: "the OBS file",
    order: &["OPTIONS", "CONTINUOUS"],
    repeated: &["CONTINUOUS"],
    required: &[],
};

/// Longest name of an observation.
pub(crate) const LONGEST_NAME: usize = 40;

/// One OBS6 file.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservationFile {
    /// The file itself.
    pub file: FileName,
    /// Significant digits of text output; nought: all.
    pub digits: usize,
    /// Whether the observations are listed as read.
    pub print_input: bool,
    /// Its output files.
    pub outputs: Vec<ObservationOutput>,
}

/// One output file (`CONTINUOUS` block).
#[derive(Clone, Debug, PartialEq)]
pub struct ObservationOutput {
    /// The file.
    pub file: FileName,
    /// Binary instead of text.
    pub binary: bool,
    /// The columns in order.
    pub observations: Vec<Observation>,
}

/// One observation.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// Name in capitals.
    pub name: String,
    /// What is observed.
    pub quantity: Quantity,
    /// Where.
    pub target: Target,
    /// Where it stands.
    pub mark: Mark,
}

/// What an observation is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Head of a cell.
    Head,
    /// Starting head less head.
    Drawdown,
    /// Flow into the first cell from the second.
    FaceFlow,
    /// Flow of a package's boundary into the aquifer.
    PackageFlow,
    /// What a well gave less than was asked.
    WellReduction,
}

/// Where an observation is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A cell.
    Cell(usize),
    /// Two neighbouring cells.
    Face(usize, usize),
    /// All boundaries of a name.
    Boundname(String),
}

/// What may be observed of a package, by the words of the file.
fn quantities(kind: &str) -> Vec<(&str, Quantity)> {
    match kind {
        "GWF" => vec![
            ("HEAD", Quantity::Head),
            ("DRAWDOWN", Quantity::Drawdown),
            ("FLOW-JA-FACE", Quantity::FaceFlow),
        ],
        "WEL" => vec![("WEL", Quantity::PackageFlow), ("WEL-REDUCTION", Quantity::WellReduction)],
        _ => vec![(kind, Quantity::PackageFlow)],
    }
}

pub(crate) fn read_all(
    reading: &mut Reading,
    files: &[FileName],
    kind: &str,
    grid: &Grid,
) -> Vec<ObservationFile> {
    files.iter().filter_map(|file| read(reading, file, kind, grid)).collect()
}

/// Reads one file; `kind` is the package's, or `GWF` for those of the model.
fn read(reading: &mut Reading, name: &FileName, kind: &str, grid: &Grid) -> Option<ObservationFile> {
    let text = reading.text(&name.name, name.mark.0)?;
    let blocks = blocks(reading, &text, GRAMMAR);
    let mut file = ObservationFile { file: name.clone(), digits: 0, print_input: false, outputs: Vec::new() };
    for block in &blocks {
        if block.name == "CONTINUOUS" {
            file.outputs.extend(output(reading, block, kind, grid));
            continue;
        }
        for line in &block.lines {
            let mut words = Words::new(line.text());
            let word = words.keyword().unwrap_or_default();
            match word.as_str() {
                "DIGITS" => {
                    let digits = option::count(reading, line, &mut words, "DIGITS", 0).unwrap_or(0);
                    file.digits = if digits == 0 { 0 } else { digits.clamp(2, 16) };
                }
                "PRINT_INPUT" => file.print_input = true,
                _ => {
                    reading.unknown(
                        line.origin(),
                        "the OPTIONS of the OBS file",
                        &word,
                        &["DIGITS", "PRINT_INPUT"],
                    );
                }
            }
        }
    }
    Some(file)
}

fn output(reading: &mut Reading, block: &Block, kind: &str, grid: &Grid) -> Option<ObservationOutput> {
    let argument: Vec<&str> = block.argument.iter().map(String::as_str).collect();
    let (direction, name, rest) = match argument[..] {
        [direction, name, ref rest @ ..] => (direction, name, rest),
        _ => ("", "", &[][..]),
    };
    if !direction.eq_ignore_ascii_case("FILEOUT") {
        reading.fault(
            block.origin,
            FaultKind::Syntax,
            "a CONTINUOUS block names no output file",
            argument.join(" "),
            "BEGIN CONTINUOUS FILEOUT file [BINARY]",
            "Name the file.",
        );
        return None;
    }
    let binary = rest.iter().any(|word| word.eq_ignore_ascii_case("BINARY"));
    let observations = block.lines.iter().filter_map(|line| observation(reading, line, kind, grid)).collect();
    let file = FileName { name: name.to_owned(), mark: Mark(block.origin) };
    Some(ObservationOutput { file, binary, observations })
}

fn observation(reading: &mut Reading, line: &Line, kind: &str, grid: &Grid) -> Option<Observation> {
    let mut words = Words::new(line.text());
    let name = words.keyword().unwrap_or_default();
    let word = words.keyword().unwrap_or_default();
    if name.chars().count() > LONGEST_NAME {
        reading.fault(
            line.origin(),
            FaultKind::OutOfRange,
            "the name of an observation is too long",
            &name,
            format!("{LONGEST_NAME} letters"),
            "Shorten it.",
        );
    }
    let known = quantities(kind);
    let Some((_, quantity)) = known.iter().find(|(known, _)| *known == word) else {
        let known: Vec<&str> = known.iter().map(|(known, _)| *known).collect();
        reading.unknown(line.origin(), "the type of an observation", &word, &known);
        return None;
    };
    let origin = line.origin();
    let target = match quantity {
        Quantity::Head | Quantity::Drawdown => Target::Cell(active(reading, origin, &mut words, grid)?),
        Quantity::FaceFlow => {
            let first = active(reading, origin, &mut words, grid);
            let (first, second) = (first?, active(reading, origin, &mut words, grid)?);
            if !joined(grid, first, second) {
                reading.fault(
                    origin,
                    FaultKind::BadGeometry,
                    "the cells of an observed face do not touch",
                    format!("{} and {}", grid.label(first), grid.label(second)),
                    "two cells that share a face",
                    "Correct the cells.",
                );
                return None;
            }
            Target::Face(first, second)
        }
        _ => match words.clone().next().and_then(word::integer) {
            Some(_) => Target::Cell(active(reading, origin, &mut words, grid)?),
            None => Target::Boundname(words.keyword().unwrap_or_default()),
        },
    };
    Some(Observation { name, quantity: *quantity, target, mark: Mark(origin) })
}

fn active(reading: &mut Reading, origin: Origin, words: &mut Words<'_>, grid: &Grid) -> Option<usize> {
    let cell = list::cell(reading, origin, words, grid, "the OBS file")?;
    if !grid.is_active(cell) {
        reading.fault(
            origin,
            FaultKind::NotTied,
            "an observation lies in a cell that is not active",
            grid.label(cell),
            "a cell whose IDOMAIN is above 0",
            "Move the observation.",
        );
        return None;
    }
    Some(cell)
}

/// Whether water passes directly between two active cells: side by side, or one below the other with nothing but
/// pass-through cells between.
pub(crate) fn joined(grid: &Grid, first: usize, second: usize) -> bool {
    let (low, high) = (first.min(second), first.max(second));
    let ((l0, r0, c0), (l1, r1, c1)) = (grid.layer_row_column(low), grid.layer_row_column(high));
    if l0 == l1 {
        return r0.abs_diff(r1) + c0.abs_diff(c1) == 1;
    }
    (r0, c0) == (r1, c1) && (l0 + 1..l1).all(|layer| grid.domain.at(grid.cell(layer, r0, c0)) < 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modflow::testing::{model, read_model};

    #[test]
    fn heads_faces_and_boundaries_are_observed() {
        let wel = "BEGIN OPTIONS\nBOUNDNAMES\nOBS6 FILEIN g.wel.obs\nEND OPTIONS\nBEGIN DIMENSIONS\nMAXBOUND 1\nEND DIMENSIONS\n\
            BEGIN PERIOD 1\n1 1 1 -5 'my well'\nEND PERIOD\n";
        let of_wells =
            "BEGIN CONTINUOUS FILEOUT w.csv\na wel 'My well'\nb wel-reduction 1 1 1\nEND CONTINUOUS\n";
        let of_heads = "BEGIN OPTIONS\nDIGITS 20\nEND OPTIONS\nBEGIN CONTINUOUS FILEOUT 'h 1.csv'\nh head 1 1 1\n\
            f flow-ja-face 1 1 1 2 1 1\nEND CONTINUOUS\nBEGIN CONTINUOUS FILEOUT h.bin BINARY\nd drawdown 2 2 3\nEND CONTINUOUS\n";
        let files = [("g.wel", wel), ("g.wel.obs", of_wells), ("g.obs", of_heads)];
        let read = read_model(&model("WEL6 g.wel\nOBS6 g.obs\n", &files)).unwrap().model;
        let wells = &read.packages[0].observations()[0].outputs[0].observations;
        assert_eq!(wells[0].target, Target::Boundname("MY WELL".to_owned()));
        assert_eq!((wells[1].quantity, &wells[1].target), (Quantity::WellReduction, &Target::Cell(0)));
        let file = &read.observations[0];
        assert_eq!(
            (file.digits, file.outputs[0].file.name.as_str(), file.outputs[1].binary),
            (16, "h 1.csv", true)
        );
        assert_eq!(file.outputs[0].observations[1].target, Target::Face(0, 6));
    }

    #[test]
    fn faults_of_observations_are_found() {
        let text = "BEGIN OPTIONS\nDIGIT 5\nEND OPTIONS\nBEGIN CONTINUOUS h.csv\nEND CONTINUOUS\nBEGIN CONTINUOUS FILEOUT h.csv\n\
            h heads 1 1 1\nh head 1 2 3\nf flow-ja-face 1 1 1 2 2 1\nw wel 1 1 1\nEND CONTINUOUS\n";
        assert_eq!(
            read_model(&model("OBS6 g.obs\n", &[("g.obs", text)])).unwrap_err(),
            [
                "g.obs:2: the OPTIONS of the OBS file knows no such word [DIGIT]",
                "g.obs:4: a CONTINUOUS block names no output file [h.csv]",
                "g.obs:7: the type of an observation knows no such word [HEADS]",
                "g.obs:8: an observation lies in a cell that is not active [(1,2,3)]",
                "g.obs:9: the cells of an observed face do not touch [(1,1,1) and (2,2,1)]",
                "g.obs:10: the type of an observation knows no such word [WEL]",
            ]
        );
    }
}
