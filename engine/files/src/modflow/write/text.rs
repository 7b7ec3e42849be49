//! Text of MODFLOW 6 files: blocks, numbers, arrays.

use std::fmt::Write;

use crate::modflow::list::Value;
use crate::modflow::series::TimeSeries;
use crate::modflow::values::{CellValues, LayerValues};

/// One file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFile {
    /// Name relative to the folder of `mfsim.nam`.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// A file in the making.
#[derive(Debug)]
pub(super) struct Text {
    text: String,
}

impl Text {
    pub(super) fn new() -> Self {
        Self { text: String::new() }
    }

    pub(super) fn named(self, name: impl Into<String>) -> TextFile {
        TextFile { name: name.into(), text: self.text }
    }

    pub(super) fn into_string(self) -> String {
        self.text
    }

    /// A block of lines; none where `keep` is false and there are none.
    pub(super) fn block(&mut self, name: &str, argument: &str, keep: bool, lines: impl FnOnce(&mut Self)) {
        let before = self.text.len();
        let head = if argument.is_empty() { name.to_owned() } else { format!("{name} {argument}") };
        self.text.push_str(&format!("BEGIN {head}\n"));
        let begun = self.text.len();
        lines(self);
        if self.text.len() == begun && !keep {
            self.text.truncate(before);
            return;
        }
        self.text.push_str(&format!("END {name}\n\n"));
    }

    pub(super) fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str("  ");
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    /// A word where it is true.
    pub(super) fn flag(&mut self, word: &str, is: bool) {
        if is {
            self.line(word);
        }
    }

    /// An array over all cells, layer by layer.
    pub(super) fn cells<T: Number>(&mut self, name: &str, values: &CellValues<T>, columns: usize) {
        self.line(format!("{name} LAYERED"));
        for layer in values.layers() {
            self.values(layer, columns);
        }
    }

    /// An array without layers.
    pub(super) fn array<T: Number>(&mut self, name: &str, values: &LayerValues<T>, columns: usize) {
        self.line(name);
        self.values(values, columns);
    }

    pub(super) fn values<T: Number>(&mut self, values: &LayerValues<T>, columns: usize) {
        if let Some(value) = values.shared() {
            return self.line(format!("  CONSTANT {}", value.text()));
        }
        self.line("  INTERNAL");
        for (at, value) in values.iter().enumerate() {
            self.text.push_str(if at % columns.max(1) == 0 { "    " } else { " " });
            self.text.push_str(&value.text());
            if (at + 1) % columns.max(1) == 0 {
                self.text.push('\n');
            }
        }
        if !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }
}

/// Numbers that read back as themselves.
pub(super) trait Number: Copy + PartialEq {
    fn text(self) -> String;
}

impl Number for f64 {
    fn text(self) -> String {
        let size = self.abs();
        let mut text = String::new();
        let plain = size == 0.0 || (1e-4..1e15).contains(&size);
        let written = if plain { write!(text, "{self}") } else { write!(text, "{self:e}") };
        debug_assert!(written.is_ok());
        text
    }
}

impl Number for i32 {
    fn text(self) -> String {
        self.to_string()
    }
}

/// A value of a list: its number, or the name of its series.
pub(super) fn value(value: Value, series: &[TimeSeries]) -> String {
    match value {
        Value::Number(value) => value.text(),
        Value::Series(at) => series.get(at as usize).map_or_else(String::new, |series| series.name.clone()),
    }
}

/// A name in quotes where it has to be.
pub(super) fn quoted(name: &str) -> String {
    let plain =
        !name.is_empty() && !name.contains([' ', ',', '\t', '\'', '"']) && !name.starts_with(['#', '!', '/']);
    match (plain, name.contains('\'')) {
        (true, _) => name.to_owned(),
        (false, false) => format!("'{name}'"),
        (false, true) => format!("\"{name}\""),
    }
}
