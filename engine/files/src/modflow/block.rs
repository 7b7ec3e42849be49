//! The blocks of a MODFLOW 6 file: `BEGIN name … END name`, with the lines between.
//!
//! A block whose first line is `OPEN/CLOSE file` takes its lines from that file; with `(BINARY)` the file is a binary
//! list and is left to the reader of the package. In the blocks that hold nothing but arrays the line is the control record of
//! the first of them.

use std::rc::Rc;

use quanyu_flow::{FaultKind, Origin};

use super::reading::Reading;
use super::source::{Line, TextFile};
use super::word::{Words, begins_comment, skipped};

/// Blocks of arrays, in which `OPEN/CLOSE` belongs to an array.
const OF_ARRAYS: [&str; 2] = ["GRIDDATA", "TIME"];

/// One block, its remarks and empty lines left out.
#[derive(Debug)]
pub(crate) struct Block {
    /// Name in capitals.
    pub(crate) name: String,
    /// Words after the name on the `BEGIN` line.
    pub(crate) argument: Vec<String>,
    pub(crate) origin: Origin,
    pub(crate) lines: Vec<Line>,
    /// The binary file that holds the list instead of `lines`.
    pub(crate) binary: Option<(String, Origin)>,
}

impl Block {
    /// The lines as a cursor that array readers move along.
    pub(crate) fn cursor(&self) -> Cursor<'_> {
        Cursor::over(&self.lines)
    }

    /// The stress period of a `PERIOD` block, counted from one, or a fault.
    pub(crate) fn period(&self, reading: &mut Reading) -> Option<usize> {
        let word = self.argument.first().map_or("", String::as_str);
        match word.parse::<usize>() {
            Ok(number) if number > 0 => Some(number),
            _ => {
                reading.fault(
                    self.origin,
                    FaultKind::Syntax,
                    "a PERIOD block names no stress period",
                    word,
                    "a whole number from 1",
                    "Write BEGIN PERIOD and the number of the period.",
                );
                None
            }
        }
    }
}

/// A place in the lines of a block.
#[derive(Debug)]
pub(crate) struct Cursor<'a> {
    lines: &'a [Line],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn over(lines: &'a [Line]) -> Self {
        Self { lines, at: 0 }
    }

    pub(crate) fn peek(&self) -> Option<&'a Line> {
        self.lines.get(self.at)
    }
}

impl<'a> Iterator for Cursor<'a> {
    type Item = &'a Line;

    fn next(&mut self) -> Option<&'a Line> {
        let line = self.lines.get(self.at)?;
        self.at += 1;
        Some(line)
    }
}

/// What a file may hold: its blocks in the order they must come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grammar {
    /// The package or file, for messages.
    pub(crate) what: &'static str,
    /// Block names in order.
    pub(crate) order: &'static [&'static str],
    /// Blocks that may come again.
    pub(crate) repeated: &'static [&'static str],
    /// Blocks that must be there.
    pub(crate) required: &'static [&'static str],
}

/// Reads all blocks of a file that is already open; names, order and number are checked against the grammar.
pub(crate) fn blocks(reading: &mut Reading, file: &Rc<TextFile>, grammar: Grammar) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut open: Option<Block> = None;
    for line in file.lines() {
        if skipped(line.text()) {
            continue;
        }
        let text = line.text();
        let mut words = Words::new(text);
        let first = words.keyword().unwrap_or_default();
        match (&mut open, first.as_str()) {
            (None, "BEGIN") => {
                let name = words.keyword().unwrap_or_default();
                let argument = words.take_while(|word| !begins_comment(word)).map(str::to_owned).collect();
                open = Some(Block { name, argument, origin: line.origin(), lines: Vec::new(), binary: None });
            }
            (Some(block), "END") => {
                let name = words.keyword().unwrap_or_default();
                if name != block.name {
                    reading.fault(
                        line.origin(),
                        FaultKind::Syntax,
                        format!("the block {} is closed by another name", block.name),
                        &name,
                        format!("END {}", block.name),
                        "Close each block by its own name.",
                    );
                }
                found.extend(open.take());
            }
            (Some(block), "BEGIN") => {
                reading.fault(
                    line.origin(),
                    FaultKind::Syntax,
                    format!("a block begins before {} has ended", block.name),
                    text.trim(),
                    format!("END {}", block.name),
                    "Add the missing END line.",
                );
                found.extend(open.take());
                let name = words.keyword().unwrap_or_default();
                let argument = words.map(str::to_owned).collect();
                open = Some(Block { name, argument, origin: line.origin(), lines: Vec::new(), binary: None });
            }
            (Some(block), "OPEN/CLOSE")
                if block.lines.is_empty() && !OF_ARRAYS.contains(&block.name.as_str()) =>
            {
                elsewhere(reading, block, &line, words);
            }
            (Some(block), _) => block.lines.push(line),
            (None, _) => reading.fault(
                line.origin(),
                FaultKind::Syntax,
                "the line stands outside every block",
                text.trim(),
                "a line that begins with BEGIN, or a remark (#, !, //)",
                "Move the line into a block.",
            ),
        }
    }
    if let Some(block) = open {
        reading.fault(
            block.origin,
            FaultKind::Syntax,
            format!("the block {} has no end", block.name),
            "end of file",
            format!("END {}", block.name),
            "Add the END line.",
        );
        found.push(block);
    }
    check(reading, file, grammar, found)
}

/// Takes the lines of a block from the file named after `OPEN/CLOSE`.
fn elsewhere(reading: &mut Reading, block: &mut Block, line: &Line, mut words: Words<'_>) {
    let Some(name) = words.next() else {
        reading.fault(
            line.origin(),
            FaultKind::Missing,
            "OPEN/CLOSE names no file",
            "nothing",
            "OPEN/CLOSE file",
            "Name the file.",
        );
        return;
    };
    if words.any(|word| word.eq_ignore_ascii_case("(BINARY)")) {
        block.binary = Some((name.to_owned(), line.origin()));
    } else if let Some(text) = reading.text(name, line.origin()) {
        block.lines.extend(text.lines().filter(|line| !skipped(line.text())));
    }
}

fn check(reading: &mut Reading, file: &TextFile, grammar: Grammar, found: Vec<Block>) -> Vec<Block> {
    let mut kept: Vec<Block> = Vec::new();
    let mut reached = 0;
    for block in found {
        let Some(rank) = grammar.order.iter().position(|name| *name == block.name) else {
            reading.unknown(block.origin, grammar.what, &block.name, grammar.order);
            continue;
        };
        if rank < reached {
            reading.fault(
                block.origin,
                FaultKind::Inconsistent,
                format!("the block comes too late in {}", grammar.what),
                &block.name,
                format!("blocks in the order {}", grammar.order.join(", ")),
                format!("Move it before {}.", grammar.order[reached]),
            );
        }
        reached = reached.max(rank);
        let again = !grammar.repeated.contains(&grammar.order[rank]);
        if again && kept.iter().any(|other| other.name == block.name) {
            reading.fault(
                block.origin,
                FaultKind::Collision,
                format!("{} has the block twice", grammar.what),
                &block.name,
                "one block of that name",
                "Join the two.",
            );
            continue;
        }
        kept.push(block);
    }
    for required in grammar.required {
        if !kept.iter().any(|block| block.name == *required) {
            reading.fault(
                file.end(),
                FaultKind::Missing,
                format!("{} lacks a block", grammar.what),
                "nothing",
                format!("BEGIN {required} … END {required}"),
                "Add the block.",
            );
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const GRAMMAR: Grammar = Grammar {
        what: "a test",
        order: &["OPTIONS", "DIMENSIONS", "PERIOD"],
        repeated: &["PERIOD"],
        required: &["DIMENSIONS"],
    };

    fn read(text: &str) -> (Vec<Block>, Vec<String>) {
        let mut reading = Reading::new(Path::new("."));
        let file = Rc::new(TextFile::new(Path::new("t"), text.as_bytes(), &mut reading.sources));
        let found = blocks(&mut reading, &file, GRAMMAR);
        (found, reading.finish().1.iter().map(|fault| fault.message.clone()).collect())
    }

    #[test]
    fn blocks_are_read_in_any_case_with_remarks() {
        let (found, faults) = read(
            "# remark\nbegin Options ! remark\n a b\n\n // c\nEnd OPTIONS\nBEGIN dimensions\nEND dimensions\n\
             BEGIN period 2\n1 1 1\nEND PERIOD 2\nBEGIN period 3\nEND period",
        );
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!(found.len(), 4);
        assert_eq!((found[0].lines.len(), found[0].argument.len()), (1, 0));
        assert_eq!(found[2].argument, ["2"]);
    }

    #[test]
    fn every_fault_of_the_blocks_is_found_at_once() {
        let (_, faults) =
            read("x\nBEGIN PERIOD 1\nBEGIN OPTION\nEND OPTIONS\nBEGIN OPTIONS\nEND OPTIONS\nBEGIN OPTIONS");
        assert_eq!(
            faults,
            [
                "the line stands outside every block",
                "a block begins before PERIOD has ended",
                "a test knows no such word",
                "the block OPTION is closed by another name",
                "the block comes too late in a test",
                "the block OPTIONS has no end",
                "the block comes too late in a test",
                "a test has the block twice",
                "a test lacks a block",
            ]
        );
    }
}
