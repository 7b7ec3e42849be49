//! Faults of MODFLOW files, shown as those of every other input are.

use quanyu_flow::{Fault, Origin};

use super::source::Sources;
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
                    let span = match line.find(fault.value.as_str()).filter(|_| !fault.value.is_empty()) {
                        Some(at) => start + at..start + at + fault.value.len(),
                        None => start + line.len() - line.trim_start().len()..start + line.trim_end().len(),
                    };
                    register.mark(file, span)
                });
            fault
        })
        .collect();
    diagnostic::render(&register, &placed, style)
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
}
