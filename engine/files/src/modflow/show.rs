//! Faults of MODFLOW files, shown as those of every other input are.

use std::ops::Range;

use quanyu_flow::{Fault, Origin};

use super::source::Sources;
use super::word::{Words, real};
use crate::diagnostic::{self, Collector, Style};

/// All faults as text for people: the file, the line with the value underlined, what is allowed and what to do.
///
/// The files are opened again for it; a line of a binary file is named by its record.
pub fn render(sources: &Sources, faults: &[Fault], style: Style) -> String {
    let mut register = diagnostic::Sources::new();
    let mut unread = Collector::default();
    let placed: Vec<Fault> = faults
        .iter()
        .map(|fault| {
            let mut fault = fault.clone();
            let Some(place) = sources.place(fault.origin) else {
                fault.origin = Origin::NONE;
                return fault;
            };
            if place.binary {
                fault.message = format!("{}, record {}: {}", place.path.display(), place.line, fault.message);
                fault.origin = Origin::NONE;
                return fault;
            }
            fault.origin =
                register.open(place.path, Origin::NONE, &mut unread).map_or(Origin::NONE, |file| {
                    let text = register.text(file);
                    let start =
                        text.split_inclusive('\n').take(place.line as usize - 1).map(str::len).sum::<usize>();
                    let line = text[start..].lines().next().unwrap_or_default();
                    let span = match word(line, &fault.value) {
                        Some(span) => start + span.start..start + span.end,
                        None => start + line.len() - line.trim_start().len()..start + line.trim_end().len(),
                    };
                    register.mark(file, span)
                });
            fault
        })
        .collect();
    diagnostic::render(&register, &placed, style)
}

/// Where a value stands in a line as whole words, in any case, or as a number written another way.
fn word(line: &str, value: &str) -> Option<Range<usize>> {
    let ends = |letter: Option<char>| letter.is_none_or(|letter| " \t,'\"".contains(letter));
    let (upper, wanted) = (line.to_ascii_uppercase(), value.to_ascii_uppercase());
    let whole =
        |at: &usize| ends(line[..*at].chars().next_back()) && ends(line[at + value.len()..].chars().next());
    let at = upper.match_indices(&wanted).map(|(at, _)| at).find(|at| !value.is_empty() && whole(at));
    if let Some(at) = at {
        return Some(at..at + value.len());
    }
    let number = real(value)?;
    let found = Words::new(line).find(|word| real(word) == Some(number))?;
    let at = found.as_ptr() as usize - line.as_ptr() as usize;
    Some(at..at + found.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modflow::read;
    use crate::modflow::testing::model;

    #[test]
    fn a_fault_is_shown_with_its_line() {
        let folder = model("", &[("g.ic", "BEGIN GRIDDATA\nSTRT\nCONSTANT 18x\nEND GRIDDATA\n")]);
        let wrong = read(&folder.0).unwrap_err();
        let text = render(&wrong.sources, &wrong.faults, Style::Plain);
        for part in ["the array STRT holds something else than a number", "g.ic:3:10", "CONSTANT 18x", "^^^"]
        {
            assert!(text.contains(part), "{part} in\n{text}");
        }
    }

    #[test]
    fn a_value_is_underlined_where_it_is_a_word() {
        assert_eq!(word("10.0 0 1.5", "0"), Some(5..6));
        assert_eq!(word("CONSTANT -100.0", "-100"), Some(9..15));
        assert_eq!(word("SAVE heads ALL", "HEADS"), Some(5..10));
        assert_eq!(word("1 1 9 -1.0", "(1,1,9)"), None);
        assert_eq!(word("1 1 3", ""), None);
    }
}
