//! Rows of a table, from CSV or from the properties of GeoJSON features, read cell by cell.
//!
//! A cell at fault is reported and a placeholder returned, so that the rest of the row is read as well; the caller discards
//! everything once there is any fault.

use std::rc::Rc;

use jiff::civil::Date;
use quanyu_basin::{Figure, Names, Range, Sureness};
use quanyu_flow::{FaultKind, Origin};

use super::dates::{DATE_FORM, Day, parse_date};
use super::toml_figure::SURENESS;
use super::units::column_factor;
use crate::diagnostic::{Collector, Ids, did_you_mean, list};

/// The columns of a table.
#[derive(Debug)]
pub(crate) struct Schema {
    /// What a row is, e.g. "a spring".
    pub(crate) what: &'static str,
    /// Columns that must exist.
    pub(crate) required: &'static [&'static str],
    /// Columns that may exist.
    pub(crate) optional: &'static [&'static str],
    /// Figures that must exist; each may bring `_low`, `_high`, `_origin` and `_sureness`.
    pub(crate) figures: &'static [&'static str],
    /// Figures that may exist.
    pub(crate) optional_figures: &'static [&'static str],
}

/// Endings of the columns that belong to a figure's column.
const FIGURE_PARTS: [&str; 4] = ["_low", "_high", "_origin", "_sureness"];
/// Row-wide provenance, and free text for the reader of the file.
const ROW_COLUMNS: [&str; 3] = ["origin", "sureness", "note"];

impl Schema {
    /// Faults for unknown, repeated and missing columns; `cell` gives the place of a column, `whole` that of the header.
    pub(crate) fn check(
        &self,
        columns: &[String],
        cell: impl Fn(usize) -> Origin,
        whole: Origin,
        faults: &mut Collector,
    ) {
        let known = self.known();
        for (index, column) in columns.iter().enumerate() {
            if columns[..index].contains(column) {
                let message = format!("the column `{column}` stands twice");
                faults.add(FaultKind::Collision, cell(index), message, column, "each column once", "");
            } else if !known.contains(column) {
                let names = || known.iter().map(String::as_str);
                faults.add(
                    FaultKind::UnknownKey,
                    cell(index),
                    format!("{} has no column `{column}`", self.what),
                    column,
                    list(names().filter(|name| !FIGURE_PARTS.iter().any(|part| name.ends_with(part)))),
                    did_you_mean(column, names()),
                );
            }
        }
        for column in
            self.required.iter().chain(self.figures).filter(|column| !columns.iter().any(|c| c == *column))
        {
            let message = format!("{} needs the column `{column}`", self.what);
            faults.add(FaultKind::Missing, whole, message, "", "", format!("add the column `{column}`"));
        }
    }

    fn known(&self) -> Vec<String> {
        let figures = || self.figures.iter().chain(self.optional_figures);
        let mut known: Vec<String> = self
            .required
            .iter()
            .chain(self.optional)
            .chain(figures())
            .map(|name| (*name).to_owned())
            .collect();
        known.extend(figures().flat_map(|name| FIGURE_PARTS.iter().map(move |part| format!("{name}{part}"))));
        known.extend(ROW_COLUMNS.map(str::to_owned));
        if self.has_one_figure() {
            known.extend(["low".to_owned(), "high".to_owned()]);
        }
        known
    }

    fn has_one_figure(&self) -> bool {
        self.figures.len() + self.optional_figures.len() == 1
    }
}

/// What a number may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Domain {
    /// Any finite number.
    Finite,
    /// Greater than zero.
    Positive,
    /// Zero or greater.
    NonNegative,
    /// From zero to one.
    Share,
    /// Any finite number, between ends that may be infinite.
    OpenRange,
}

impl Domain {
    pub(crate) fn allows(self, number: f64) -> bool {
        match self {
            Self::Finite | Self::OpenRange => number.is_finite(),
            Self::Positive => number.is_finite() && number > 0.0,
            Self::NonNegative => number.is_finite() && number >= 0.0,
            Self::Share => (0.0..=1.0).contains(&number),
        }
    }

    /// In words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Finite | Self::OpenRange => "a finite number",
            Self::Positive => "a number greater than 0",
            Self::NonNegative => "a number of 0 or more",
            Self::Share => "a number from 0 to 1",
        }
    }
}

/// A table as read.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// Its header or first line.
    pub(crate) origin: Origin,
    pub(crate) rows: Vec<Row>,
}

/// A cell and its place.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) origin: Origin,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) origin: Origin,
    pub(crate) columns: Rc<[String]>,
    pub(crate) cells: Vec<Cell>,
    pub(crate) schema: &'static Schema,
}

impl Row {
    /// A cell that is not empty.
    pub(crate) fn cell(&self, column: &str) -> Option<&Cell> {
        let index = self.columns.iter().position(|name| name == column)?;
        self.cells.get(index).filter(|cell| !cell.text.is_empty())
    }

    /// A cell that must not be empty. A column that is required and absent was reported with the header.
    pub(crate) fn needed(&self, column: &str, faults: &mut Collector) -> Option<&Cell> {
        let cell = self.cell(column);
        let exists = self.columns.iter().any(|name| name == column);
        let required = self.schema.required.contains(&column) || self.schema.figures.contains(&column);
        if cell.is_none() && (exists || !required) {
            let message = format!("{} needs `{column}`", self.schema.what);
            faults.add(
                FaultKind::Missing,
                self.place(column),
                message,
                "",
                "",
                format!("fill in `{column}`"),
            );
        }
        cell
    }

    /// Place of a cell, also when it is empty; of the row where it has no such column.
    pub(crate) fn place(&self, column: &str) -> Origin {
        let cell =
            self.columns.iter().position(|name| name == column).and_then(|index| self.cells.get(index));
        cell.map_or(self.origin, |cell| cell.origin)
    }

    /// Text.
    pub(crate) fn text(&self, column: &str, faults: &mut Collector) -> String {
        self.needed(column, faults).map(|cell| cell.text.clone()).unwrap_or_default()
    }

    /// Chinese and English name.
    pub(crate) fn names(&self, faults: &mut Collector) -> Names {
        Names { zh: self.text("name_zh", faults), en: self.text("name_en", faults) }
    }

    /// Items separated by `;`.
    pub(crate) fn items(&self, column: &str) -> Vec<String> {
        let text = self.cell(column).map_or("", |cell| cell.text.as_str());
        text.split(';').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }

    /// A name that must exist.
    pub(crate) fn reference(&self, column: &str, ids: &Ids, faults: &mut Collector) -> String {
        self.needed(column, faults);
        self.optional_reference(column, ids, faults).unwrap_or_default()
    }

    /// A name that must exist if it is given.
    pub(crate) fn optional_reference(
        &self,
        column: &str,
        ids: &Ids,
        faults: &mut Collector,
    ) -> Option<String> {
        let cell = self.cell(column)?;
        if !ids.contains(&cell.text) {
            faults.unknown_name(cell.origin, &cell.text, ids);
        }
        Some(cell.text.clone())
    }

    /// Names that must exist, separated by `;`.
    pub(crate) fn references(&self, column: &str, ids: &Ids, faults: &mut Collector) -> Vec<String> {
        let items = self.items(column);
        for item in items.iter().filter(|item| !ids.contains(item)) {
            faults.unknown_name(self.place(column), item, ids);
        }
        items
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(&self, column: &str, choices: &[(&str, T)], faults: &mut Collector) -> T {
        if let Some(cell) = self.needed(column, faults) {
            if let Some((_, value)) = choices.iter().find(|(word, _)| *word == cell.text) {
                return *value;
            }
            self.unknown_word(cell, column, choices.iter().map(|(word, _)| *word), faults);
        }
        choices[0].1
    }

    /// A fault: the cell holds none of the words that it may.
    pub(crate) fn unknown_word<'a>(
        &self,
        cell: &Cell,
        column: &str,
        words: impl Iterator<Item = &'a str> + Clone,
        faults: &mut Collector,
    ) {
        let message = format!("`{column}` of {} cannot be `{}`", self.schema.what, cell.text);
        let remedy = did_you_mean(&cell.text, words.clone());
        faults.add(FaultKind::UnknownName, cell.origin, message, &cell.text, list(words), remedy);
    }

    /// `true` or `false`; an empty cell is `false`.
    pub(crate) fn flag(&self, column: &str, faults: &mut Collector) -> bool {
        self.cell(column).is_some() && self.choice(column, &[("true", true), ("false", false)], faults)
    }

    /// A date.
    pub(crate) fn date(&self, column: &str, day: Day, faults: &mut Collector) -> Date {
        self.needed(column, faults);
        self.optional_date(column, day, faults).unwrap_or_default()
    }

    /// A date that may be absent.
    pub(crate) fn optional_date(&self, column: &str, day: Day, faults: &mut Collector) -> Option<Date> {
        let cell = self.cell(column)?;
        let date = parse_date(&cell.text, day);
        if date.is_none() {
            let message = format!("`{column}` of {} is no date", self.schema.what);
            faults.add(FaultKind::BadDate, cell.origin, message, &cell.text, DATE_FORM, "");
        }
        date
    }

    /// A year.
    pub(crate) fn year(&self, column: &str, faults: &mut Collector) -> i16 {
        let Some(cell) = self.needed(column, faults) else { return 2000 };
        match cell.text.parse::<i16>() {
            Ok(year) if (1..=9998).contains(&year) => year,
            _ => {
                let message = format!("`{column}` of {} is no year", self.schema.what);
                faults.add(FaultKind::BadDate, cell.origin, message, &cell.text, "a year as YYYY", "");
                2000
            }
        }
    }

    /// A plain number without provenance (a position, a share of a month).
    pub(crate) fn number(&self, column: &str, domain: Domain, faults: &mut Collector) -> f64 {
        self.needed(column, faults).map_or(f64::NAN, |cell| self.parse(cell, column, domain, faults))
    }

    fn parse(&self, cell: &Cell, column: &str, domain: Domain, faults: &mut Collector) -> f64 {
        // Words such as "nan" and "inf" parse as numbers; the domain refuses them.
        let number = cell.text.parse::<f64>();
        match number {
            Ok(number) if domain.allows(number) => number,
            _ => {
                let message = format!("`{column}` of {} must be {}", self.schema.what, domain.words());
                let remedy =
                    if cell.text.contains(',') { "write it without separators of thousands" } else { "" };
                let kind = if number.is_ok() { FaultKind::OutOfRange } else { FaultKind::Syntax };
                faults.add(kind, cell.origin, message, &cell.text, domain.words(), remedy);
                f64::NAN
            }
        }
    }

    /// A figure with its provenance, in the unit used inside.
    pub(crate) fn figure(
        &self,
        column: &str,
        domain: Domain,
        sources: &Ids,
        faults: &mut Collector,
    ) -> Figure {
        let before = faults.len();
        let Some(cell) = self.needed(column, faults) else {
            return Figure {
                value: f64::NAN,
                range: None,
                sureness: Sureness::Inferred,
                source: String::new(),
                origin: self.origin,
            };
        };
        let value = self.parse(cell, column, domain, faults);
        let low = self.range_end(column, "low");
        let high = self.range_end(column, "high");
        let sureness = self.sureness(column, faults);
        let range = match (low, high) {
            (Some(low), Some(high)) => {
                let low = self.parse_end(low, column, f64::NEG_INFINITY, domain, faults);
                let high = self.parse_end(high, column, f64::INFINITY, domain, faults);
                if faults.len() == before && !(low <= value && value <= high) {
                    let message = format!("`{column}` lies outside its own range");
                    let allowed = format!("from {low} to {high}");
                    faults.add(
                        FaultKind::Inconsistent,
                        cell.origin,
                        message,
                        value,
                        allowed,
                        "mend the value or its range",
                    );
                }
                Some(Range { low, high })
            }
            (None, None) => {
                if sureness == Sureness::Assumed {
                    faults.add(
                        FaultKind::Missing,
                        cell.origin,
                        format!("the assumed figure `{column}` has no range"),
                        &cell.text,
                        "",
                        format!("fill in `{column}_low` and `{column}_high`"),
                    );
                }
                None
            }
            (Some(end), None) | (None, Some(end)) => {
                let message = format!("the range of `{column}` has one end only");
                faults.add(FaultKind::Missing, end.origin, message, &end.text, "both ends or none", "");
                None
            }
        };
        let factor = column_factor(column);
        Figure {
            value: value * factor,
            range: range.map(|range| Range { low: range.low * factor, high: range.high * factor }),
            sureness,
            source: self.source(column, sources, faults),
            origin: cell.origin,
        }
    }

    /// A figure that may be absent.
    pub(crate) fn optional_figure(
        &self,
        column: &str,
        domain: Domain,
        sources: &Ids,
        faults: &mut Collector,
    ) -> Option<Figure> {
        self.cell(column).map(|_| self.figure(column, domain, sources, faults))
    }

    fn range_end(&self, column: &str, end: &str) -> Option<&Cell> {
        let own = self.cell(&format!("{column}_{end}"));
        own.or_else(|| self.schema.has_one_figure().then(|| self.cell(end)).flatten())
    }

    fn parse_end(&self, cell: &Cell, column: &str, open: f64, domain: Domain, faults: &mut Collector) -> f64 {
        if domain == Domain::OpenRange && cell.text.parse() == Ok(open) {
            return open;
        }
        self.parse(cell, column, domain, faults)
    }

    fn sureness(&self, column: &str, faults: &mut Collector) -> Sureness {
        let own = format!("{column}_sureness");
        if self.cell(&own).is_some() {
            return self.choice(&own, &SURENESS, faults);
        }
        if self.cell("sureness").is_some() {
            return self.choice("sureness", &SURENESS, faults);
        }
        self.no_provenance(column, "sureness", "quoted, computed, inferred or assumed", faults);
        Sureness::Inferred
    }

    fn source(&self, column: &str, sources: &Ids, faults: &mut Collector) -> String {
        let own = format!("{column}_origin");
        let chosen = if self.cell(&own).is_some() { own.as_str() } else { "origin" };
        if self.cell(chosen).is_none() {
            self.no_provenance(column, "origin", "the id of a source", faults);
        }
        self.optional_reference(chosen, sources, faults).unwrap_or_default()
    }

    fn no_provenance(&self, column: &str, part: &str, allowed: &str, faults: &mut Collector) {
        let message = format!("the figure `{column}` has no `{part}`");
        let remedy = format!("fill in `{part}`, or `{column}_{part}` where it differs from the row's");
        faults.add(FaultKind::Missing, self.place(column), message, "", allowed, remedy);
    }
}
