//! CSV with a header; every cell knows its line and column.

use std::ops::Range;
use std::path::Path;
use std::rc::Rc;

use csv::{ReaderBuilder, StringRecord, Trim};
use quanyu_flow::{FaultKind, Origin};

use super::row::{Cell, Row, Schema, Table};
use crate::diagnostic::{Collector, Sources};

/// Reads a table; `named_at` is the place that names the file.
pub(crate) fn read_csv(
    path: &Path,
    named_at: Origin,
    schema: &'static Schema,
    sources: &mut Sources,
    faults: &mut Collector,
) -> Option<Table> {
    let file = sources.open(path, named_at, faults)?;
    let text = sources.text(file).to_owned();
    let first_line = sources.mark_file(file);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let mut records: Vec<StringRecord> = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => records.push(record),
            Err(error) => {
                faults.add(FaultKind::Syntax, first_line, format!("not valid CSV: {error}"), "", "", "");
                return None;
            }
        }
    }
    let starts: Vec<usize> = records
        .iter()
        .map(|record| record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0)))
        .map(|start| skip_comments(&text, start))
        .collect();
    let mut lines = records.iter().enumerate().map(|(index, record)| {
        let end = starts.get(index + 1).copied().unwrap_or(text.len());
        (record, starts[index], fields(&text, starts[index]..end))
    });
    let Some((header, start, spans)) = lines.next() else {
        faults.add(FaultKind::Missing, first_line, "the table is empty", "", "a header and rows", "");
        return None;
    };
    let origin = sources.mark(file, start..spans.last().map_or(start, |span| span.end));
    let columns: Rc<[String]> = header.iter().map(str::to_owned).collect();
    let header_origins: Vec<Origin> = spans.iter().map(|span| sources.mark(file, span.clone())).collect();
    schema.check(&columns, |index| header_origins.get(index).copied().unwrap_or(origin), origin, faults);
    let mut rows = Vec::new();
    for (record, start, spans) in lines {
        let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
        let row_origin = sources.mark(file, start..start + text[start..end].trim_end().len());
        let raw = &text[start..spans.last().map_or(start, |span| span.end.max(start))];
        if raw.matches('"').count() % 2 == 1 {
            faults.add(
                FaultKind::Syntax,
                row_origin,
                "a quoted cell is never closed",
                "",
                "",
                "close it with `\"`",
            );
            break;
        }
        if record.len() != columns.len() {
            let message = format!("the row has {} cells, the header {}", record.len(), columns.len());
            faults.add(
                FaultKind::Syntax,
                row_origin,
                message,
                record.len(),
                format!("{} cells", columns.len()),
                "put a cell that holds a comma in double quotes",
            );
            continue;
        }
        let cells = record
            .iter()
            .zip(&spans)
            .map(|(text, span)| Cell { text: text.to_owned(), origin: sources.mark(file, span.clone()) })
            .collect();
        rows.push(Row { origin: row_origin, columns: Rc::clone(&columns), cells, schema });
    }
    Some(Table { origin, rows })
}

/// From where a record may begin to where it does: blank lines and comments are not part of it.
fn skip_comments(text: &str, mut start: usize) -> usize {
    while let Some(line) = text[start..].split_inclusive('\n').next() {
        if !line.trim().is_empty() && !line.starts_with('#') {
            break;
        }
        start += line.len();
    }
    start
}

/// Spans of the cells of a record, without the blanks around them.
fn fields(text: &str, record: Range<usize>) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut quoted = false;
    let mut start = record.start;
    let mut push = |from: usize, to: usize| {
        let cell = &text[from..to];
        let from = from + (cell.len() - cell.trim_start().len());
        spans.push(from..from + cell.trim().len());
    };
    for (offset, character) in text[record.clone()].char_indices() {
        let at = record.start + offset;
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                push(start, at);
                start = at + 1;
            }
            '\n' if !quoted => {
                push(start, at);
                return spans;
            }
            _ => {}
        }
    }
    push(start, record.end);
    spans
}
