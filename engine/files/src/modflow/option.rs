//! Single words, numbers and file names of option and dimension lines, and the options that all stress packages share.

use quanyu_flow::{FaultKind, Origin};

use super::array::ArrayNumber;
use super::block::Block;
use super::reading::Reading;
use super::source::{Line, Mark};
use super::word::{Words, begins_comment};

/// The number after a word, or a fault.
pub(crate) fn number<T: ArrayNumber>(
    reading: &mut Reading,
    line: &Line,
    words: &mut Words<'_>,
    what: &str,
) -> Option<T> {
    let word = words.next().unwrap_or_default();
    let value = T::parse(word);
    if value.is_none() {
        reading.fault(
            line.origin(),
            FaultKind::Syntax,
            format!("{what} is no number"),
            if word.is_empty() { "nothing" } else { word },
            T::KIND,
            "Give the number after the word.",
        );
    }
    value
}

/// The number after a word where it lies in its range, or a fault.
pub(crate) fn within(
    reading: &mut Reading,
    line: &Line,
    words: &mut Words<'_>,
    what: &str,
    range: (f64, f64),
) -> Option<f64> {
    let value = number(reading, line, words, what)?;
    let (low, high) = range;
    if (low..=high).contains(&value) {
        return Some(value);
    }
    let allowed = if high.is_infinite() { format!("{low} or more") } else { format!("from {low} to {high}") };
    reading.fault(
        line.origin(),
        FaultKind::OutOfRange,
        format!("{what} is out of range"),
        value,
        allowed,
        "Correct the number.",
    );
    None
}

/// The number after a word where it is a count, or a fault.
pub(crate) fn count(
    reading: &mut Reading,
    line: &Line,
    words: &mut Words<'_>,
    what: &str,
    least: usize,
) -> Option<usize> {
    let value: i32 = number(reading, line, words, what)?;
    let valid = usize::try_from(value).ok().filter(|value| *value >= least);
    if valid.is_none() {
        reading.fault(
            line.origin(),
            FaultKind::OutOfRange,
            format!("{what} is out of range"),
            value,
            format!("{least} or more"),
            "Correct the number.",
        );
    }
    valid
}

/// A file named in an option, with the line that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName {
    /// The name as written, relative to the folder of `mfsim.nam`.
    pub name: String,
    /// Where it is named.
    pub mark: Mark,
}

/// The file after `FILEIN` or `FILEOUT`, or a fault.
pub(crate) fn file(
    reading: &mut Reading,
    line: &Line,
    words: &mut Words<'_>,
    direction: &str,
) -> Option<FileName> {
    let found = words.keyword().unwrap_or_default();
    let name = words.next().unwrap_or_default();
    if found == direction && !name.is_empty() && !begins_comment(name) {
        return Some(FileName { name: name.to_owned(), mark: Mark(line.origin()) });
    }
    reading.fault(
        line.origin(),
        FaultKind::Syntax,
        "a file is not named as it should be",
        line.text().trim(),
        format!("the word, then {direction}, then the file"),
        format!("Write {direction} and the file name."),
    );
    None
}

/// Remarks on words at the end of a line that MODFLOW does not read.
pub(crate) fn ignored(reading: &mut Reading, line: &Line, words: &mut Words<'_>) {
    if let Some(word) = words.next().filter(|word| !begins_comment(word)) {
        reading.note(line.origin(), "words after the option are not read", word);
    }
}

/// Whole numbers of a `DIMENSIONS` block in the order of their names; what is missing or wrong is a fault and none.
pub(crate) fn dimensions<const N: usize>(
    reading: &mut Reading,
    block: Option<&Block>,
    what: &str,
    names: [(&str, Option<usize>); N],
) -> [Option<usize>; N] {
    let mut found = [None; N];
    let known = names.map(|(name, _)| name);
    let Some(block) = block else { return names.map(|(_, default)| default) };
    let mut faulty = [false; N];
    for line in &block.lines {
        let mut words = Words::new(line.text());
        let word = words.keyword().unwrap_or_default();
        match known.iter().position(|name| *name == word) {
            Some(at) => {
                found[at] = count(reading, line, &mut words, &word, usize::from(word != "MAXBOUND"));
                faulty[at] = found[at].is_none();
            }
            None => reading.unknown(line.origin(), &format!("the DIMENSIONS of {what}"), &word, &known),
        }
    }
    for (at, (name, default)) in names.iter().enumerate() {
        if found[at].is_none() && !faulty[at] {
            found[at] = *default;
            if default.is_none() {
                missing(reading, block.origin, &format!("the DIMENSIONS of {what}"), name);
            }
        }
    }
    found
}

/// Something required is not there.
pub(crate) fn missing(reading: &mut Reading, origin: Origin, what: &str, name: &str) {
    reading.fault(
        origin,
        FaultKind::Missing,
        format!("{what} lacks {name}"),
        "nothing",
        name,
        format!("Add {name}."),
    );
}

/// Options that stress packages share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PackageOptions {
    /// Names of auxiliary values, in capitals, in the order of their columns.
    pub auxiliary: Vec<String>,
    /// The auxiliary value (by its place) that multiplies the package's rate or conductance.
    pub multiplier: Option<usize>,
    /// Whether rows end with the name of a boundary.
    pub boundnames: bool,
    /// Whether the list is printed as read.
    pub print_input: bool,
    /// Whether flows are printed in the listing.
    pub print_flows: bool,
    /// Whether flows are saved to the budget file.
    pub save_flows: bool,
    /// Files of time series.
    pub series_files: Vec<FileName>,
    /// Files of time-array series.
    pub array_series_files: Vec<FileName>,
    /// Files of observations.
    pub observation_files: Vec<FileName>,
}

/// A name of an auxiliary value, to be looked up once all options are read.
pub(crate) type Wanted = Option<(String, Origin)>;

/// Reads the options of a stress package. `own` takes the lines it knows and says so; `known` are its words.
pub(crate) fn package(
    reading: &mut Reading,
    block: Option<&Block>,
    what: &str,
    known: &[&str],
    mut own: impl FnMut(&mut Reading, &Line, &str, &mut Words<'_>) -> bool,
) -> PackageOptions {
    const COMMON: [&str; 9] = [
        "AUXILIARY",
        "AUXMULTNAME",
        "BOUNDNAMES",
        "PRINT_INPUT",
        "PRINT_FLOWS",
        "SAVE_FLOWS",
        "TS6",
        "TAS6",
        "OBS6",
    ];
    let mut options = PackageOptions::default();
    let mut multiplier: Wanted = None;
    for line in block.iter().flat_map(|block| &block.lines) {
        let mut words = Words::new(line.text());
        let word = words.keyword().unwrap_or_default();
        if own(reading, line, &word, &mut words) {
            continue;
        }
        match word.as_str() {
            "AUXILIARY" => options.auxiliary = auxiliary_names(reading, line, words),
            "AUXMULTNAME" => multiplier = words.keyword().map(|name| (name, line.origin())),
            "BOUNDNAMES" => options.boundnames = true,
            "PRINT_INPUT" => options.print_input = true,
            "PRINT_FLOWS" => options.print_flows = true,
            "SAVE_FLOWS" => options.save_flows = true,
            "TS6" => options.series_files.extend(file(reading, line, &mut words, "FILEIN")),
            "TAS6" => options.array_series_files.extend(file(reading, line, &mut words, "FILEIN")),
            "OBS6" => options.observation_files.extend(file(reading, line, &mut words, "FILEIN")),
            "EXPORT_ARRAY_NETCDF" | "EXPORT_ARRAY_ASCII" => {
                reading.note(line.origin(), "arrays are not exported", &word);
            }
            "MOVER" | "READARRAYGRID" => reading.fault(
                line.origin(),
                FaultKind::Unsupported,
                format!("{what} asks for something that is not supported"),
                &word,
                "a package without it",
                "Remove the option and what depends on it.",
            ),
            _ => {
                let all: Vec<&str> = COMMON.iter().chain(known).copied().collect();
                reading.unknown(line.origin(), &format!("the OPTIONS of {what}"), &word, &all);
            }
        }
        if !matches!(word.as_str(), "AUXILIARY" | "AUXMULTNAME") {
            ignored(reading, line, &mut words_after(line, &word));
        }
    }
    options.multiplier = auxiliary(reading, &options.auxiliary, &multiplier, what);
    options
}

fn auxiliary_names(reading: &mut Reading, line: &Line, words: Words<'_>) -> Vec<String> {
    const LONGEST: usize = 16;
    let names: Vec<String> =
        words.take_while(|word| !begins_comment(word)).map(str::to_ascii_uppercase).collect();
    for (at, name) in names.iter().enumerate() {
        if name.is_empty() || name.len() > LONGEST || names[..at].contains(name) {
            reading.fault(
                line.origin(),
                FaultKind::OutOfRange,
                "the name of an auxiliary value is empty, too long or there twice",
                name,
                format!("1 to {LONGEST} letters, each name once"),
                "Choose another name.",
            );
        }
    }
    names
}

/// What remains of a line once its option is read: nothing of an option with a file, else all after the word.
fn words_after<'a>(line: &'a Line, word: &str) -> Words<'a> {
    let mut words = Words::new(line.text());
    let read = if matches!(word, "TS6" | "TAS6" | "OBS6") { 3 } else { 1 };
    for _ in 0..read {
        words.next();
    }
    words
}

/// The place of a named auxiliary value, or a fault.
pub(crate) fn auxiliary(
    reading: &mut Reading,
    names: &[String],
    wanted: &Wanted,
    what: &str,
) -> Option<usize> {
    let (name, origin) = wanted.as_ref()?;
    let at = names.iter().position(|known| known == name);
    if at.is_none() {
        reading.fault(
            *origin,
            FaultKind::UnknownName,
            format!("{what} names an auxiliary value that it does not have"),
            name,
            if names.is_empty() { "a name listed after AUXILIARY".to_owned() } else { names.join(", ") },
            "List the name after AUXILIARY.",
        );
    }
    at
}

#[cfg(test)]
pub(crate) mod testing {
    use std::path::Path;
    use std::rc::Rc;

    use crate::modflow::block::{Block, Grammar, blocks};
    use crate::modflow::reading::Reading;
    use crate::modflow::source::TextFile;

    /// Reads blocks from text and hands them to a reader; returns its answer and the faults as `line: message`.
    pub(crate) fn read<T>(
        text: &str,
        grammar: Grammar,
        reader: impl FnOnce(&mut Reading, Vec<Block>) -> T,
    ) -> (T, Vec<String>) {
        let mut reading = Reading::new(Path::new("."));
        let file = Rc::new(TextFile::new(Path::new("t"), text.as_bytes(), &mut reading.sources));
        let found = blocks(&mut reading, &file, grammar);
        let read = reader(&mut reading, found);
        let (sources, faults, _) = reading.finish();
        let text = faults
            .iter()
            .map(|fault| {
                let line = sources.place(fault.origin).map_or(0, |place| place.line);
                format!("{line}: {} [{}]", fault.message, fault.value)
            })
            .collect();
        (read, text)
    }
}
