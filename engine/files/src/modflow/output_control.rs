//! OC: what is saved and printed, and when.

use quanyu_flow::FaultKind;

use super::block::{Block, Grammar, blocks};
use super::list::Entry;
use super::option::{self, FileName};
use super::period::{self, Periods};
use super::reading::Reading;
use super::source::{Line, Mark};
use super::word::{self, Words};

const GRAMMAR: Grammar =
    Grammar { what: "the OC package", order: &["OPTIONS", "PERIOD"], repeated: &["PERIOD"], required: &[] };

/// The OC package.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutputControl {
    /// File of heads.
    pub heads: Option<FileName>,
    /// File of flows.
    pub budget: Option<FileName>,
    /// Table of the budget.
    pub budget_csv: Option<FileName>,
    /// How heads are printed.
    pub head_format: Option<PrintFormat>,
    /// What is saved and printed; each block takes the place of the one before.
    pub periods: Periods<OutputRow>,
}

/// How an array is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrintFormat {
    /// Numbers on a line.
    pub columns: usize,
    /// Letters of each.
    pub width: usize,
    /// Digits after the point.
    pub digits: usize,
    /// Shape of the numbers.
    pub notation: Notation,
}

/// Shape of printed numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// With an exponent where the number asks for it.
    General,
    /// With an exponent.
    Exponential,
    /// Without.
    Fixed,
    /// With an exponent and one digit before the point.
    Scientific,
}

impl Notation {
    pub(crate) const WORDS: [(&'static str, Self); 4] = [
        ("GENERAL", Self::General),
        ("EXPONENTIAL", Self::Exponential),
        ("FIXED", Self::Fixed),
        ("SCIENTIFIC", Self::Scientific),
    ];
}

impl Default for PrintFormat {
    /// `COLUMNS 10 WIDTH 11 DIGITS 4 GENERAL`, MODFLOW's own.
    fn default() -> Self {
        Self { columns: 10, width: 11, digits: 4, notation: Notation::General }
    }
}

/// What is done with a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Written to its file.
    Save,
    /// Written to the listing.
    Print,
}

/// What is saved or printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Heads.
    Head,
    /// Flows, or the table of the budget.
    Budget,
}

/// At which steps of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// All.
    All,
    /// The first.
    First,
    /// The last.
    Last,
    /// Every so many.
    Frequency(usize),
    /// These, from one.
    Steps(Vec<usize>),
}

/// One line of a `PERIOD` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputRow {
    /// Save or print.
    pub action: Action,
    /// Of what.
    pub output: Output,
    /// When.
    pub when: When,
    /// Where it stands.
    pub mark: Mark,
}

impl When {
    fn holds(&self, step: usize, last: bool) -> bool {
        match self {
            Self::All => true,
            Self::First => step == 1,
            Self::Last => last,
            Self::Frequency(every) => *every > 0 && step.is_multiple_of(*every),
            Self::Steps(steps) => steps.contains(&step),
        }
    }
}

impl OutputControl {
    /// Whether a quantity is saved or printed at a step (from one) of a stress period (from nought); `last` says whether
    /// the step ends the period.
    pub fn wants(&self, action: Action, output: Output, period: usize, step: usize, last: bool) -> bool {
        let rows = self.periods.at(period).unwrap_or(&[]);
        rows.iter().any(|row| row.action == action && row.output == output && row.when.holds(step, last))
    }

    /// Whether the table of the budget is printed at a step: where it is asked for, at the end of every period, and after
    /// a step that did not converge.
    pub fn prints_budget(&self, period: usize, step: usize, last: bool, converged: bool) -> bool {
        last || !converged || self.wants(Action::Print, Output::Budget, period, step, last)
    }
}

pub(crate) fn read(reading: &mut Reading, entry: &Entry, count: usize) -> Option<OutputControl> {
    let file = reading.text(&entry.file, entry.origin)?;
    let blocks = blocks(reading, &file, GRAMMAR);
    let mut control = OutputControl::default();
    for line in blocks.iter().filter(|block| block.name == "OPTIONS").flat_map(|block| &block.lines) {
        let mut words = Words::new(line.text());
        let word = words.keyword().unwrap_or_default();
        match word.as_str() {
            "HEAD" if words.clone().keyword().as_deref() == Some("PRINT_FORMAT") => {
                words.next();
                control.head_format = format(reading, line, &mut words);
            }
            "HEAD" => control.heads = option::file(reading, line, &mut words, "FILEOUT"),
            "BUDGET" => control.budget = option::file(reading, line, &mut words, "FILEOUT"),
            "BUDGETCSV" => control.budget_csv = option::file(reading, line, &mut words, "FILEOUT"),
            _ => {
                const KNOWN: [&str; 3] = ["HEAD", "BUDGET", "BUDGETCSV"];
                reading.unknown(line.origin(), "the OPTIONS of the OC package", &word, &KNOWN);
            }
        }
    }
    let saved = [control.heads.is_some(), control.budget.is_some()];
    control.periods = period::read(reading, &blocks, GRAMMAR.what, count, |reading, block: &Block| {
        block.lines.iter().filter_map(|line| row(reading, line, saved)).collect()
    });
    Some(control)
}

fn format(reading: &mut Reading, line: &Line, words: &mut Words<'_>) -> Option<PrintFormat> {
    let mut format = PrintFormat::default();
    while words.more() {
        let word = words.keyword().unwrap_or_default();
        match word.as_str() {
            "COLUMNS" => format.columns = option::count(reading, line, words, &word, 1)?,
            "WIDTH" => format.width = option::count(reading, line, words, &word, 1)?,
            "DIGITS" => format.digits = option::count(reading, line, words, &word, 0)?,
            _ => match Notation::WORDS.iter().find(|(known, _)| *known == word) {
                Some((_, notation)) => format.notation = *notation,
                None => {
                    let known = ["COLUMNS", "WIDTH", "DIGITS"];
                    let all: Vec<&str> =
                        known.into_iter().chain(Notation::WORDS.iter().map(|(known, _)| *known)).collect();
                    reading.unknown(line.origin(), "PRINT_FORMAT", &word, &all);
                    return None;
                }
            },
        }
    }
    Some(format)
}

fn row(reading: &mut Reading, line: &Line, saved: [bool; 2]) -> Option<OutputRow> {
    let mut words = Words::new(line.text());
    let mut pick = |reading: &mut Reading, what: &str, known: &[&str]| {
        let word = words.keyword().unwrap_or_default();
        let found = known.iter().position(|known| *known == word);
        if found.is_none() {
            reading.unknown(line.origin(), what, &word, known);
        }
        found
    };
    let action = pick(reading, "a PERIOD block of the OC package", &["SAVE", "PRINT"])?;
    let output = pick(reading, "SAVE or PRINT", &["HEAD", "BUDGET"])?;
    let when = pick(reading, "the times of SAVE or PRINT", &["ALL", "FIRST", "LAST", "FREQUENCY", "STEPS"])?;
    let when = match when {
        0 => When::All,
        1 => When::First,
        2 => When::Last,
        3 => When::Frequency(option::count(reading, line, &mut words, "FREQUENCY", 1)?),
        _ => When::Steps(
            words
                .map_while(|word| usize::try_from(word::integer(word)?).ok().filter(|step| *step > 0))
                .collect(),
        ),
    };
    if action == 0 && !saved[output] {
        let name = ["HEAD", "BUDGET"][output];
        reading.fault(
            line.origin(),
            FaultKind::Missing,
            format!("{name} is to be saved, but no file is named for it"),
            line.text().trim(),
            format!("{name} FILEOUT file in the OPTIONS of the OC package"),
            "Name the file.",
        );
    }
    let action = if action == 0 { Action::Save } else { Action::Print };
    let output = if output == 0 { Output::Head } else { Output::Budget };
    Some(OutputRow { action, output, when, mark: Mark(line.origin()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modflow::testing::{model, read_model};

    fn oc(text: &str) -> Result<OutputControl, Vec<String>> {
        let read = read_model(&model("OC6 g.oc\n", &[("g.oc", text)]))?;
        Ok(read.model.output)
    }

    #[test]
    fn lines_add_up_and_blocks_replace() {
        let control = oc("BEGIN OPTIONS\nhead fileout g.hds\nHEAD PRINT_FORMAT columns 5 width 9 digits 2 fixed\n\
            BUDGETCSV FILEOUT g.csv\nEND OPTIONS\nBEGIN PERIOD 1\nSAVE HEAD FIRST\nSAVE HEAD STEPS 3 4\nPRINT BUDGET \
            FREQUENCY 2\nEND PERIOD\nBEGIN PERIOD 2\nSAVE HEAD LAST\nEND PERIOD\n")
        .unwrap();
        let saves = |period, step, last| control.wants(Action::Save, Output::Head, period, step, last);
        let steps: Vec<usize> = (1..=6).filter(|step| saves(0, *step, *step == 6)).collect();
        assert_eq!(steps, [1, 3, 4]);
        assert!(saves(1, 6, true) && !saves(1, 3, false) && saves(2, 6, true));
        assert!(control.wants(Action::Print, Output::Budget, 0, 4, false));
        assert!(!control.wants(Action::Print, Output::Budget, 1, 4, false));
        let fixed = PrintFormat { columns: 5, width: 9, digits: 2, notation: Notation::Fixed };
        assert_eq!(control.head_format, Some(fixed));
    }

    #[test]
    fn what_is_saved_needs_a_file() {
        let faults =
            oc("BEGIN PERIOD 1\nSAVE HEAD ALL\nSAVE HEADS ALL\nSAVED HEAD ALL\nPRINT HEAD NOW\nEND PERIOD\n");
        assert_eq!(
            faults.unwrap_err(),
            [
                "g.oc:2: HEAD is to be saved, but no file is named for it [SAVE HEAD ALL]",
                "g.oc:3: SAVE or PRINT knows no such word [HEADS]",
                "g.oc:4: a PERIOD block of the OC package knows no such word [SAVED]",
                "g.oc:5: the times of SAVE or PRINT knows no such word [NOW]",
            ]
        );
    }
}
