//! A TOML document as a tree of owned values, each with its place, read in spite of syntax errors.

use std::path::Path;

use jiff::civil::Date;
use quanyu_flow::{FaultKind, Origin};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::dates::{DATE_FORM, Day, parse_date};
use crate::diagnostic::{Collector, FileId, Sources, did_you_mean, list};

/// A value and its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) origin: Origin,
    pub(crate) datum: Datum,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Datum {
    /// Text, or a date written without quotes.
    Text(String),
    /// Integer or decimal.
    Number(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// Array.
    List(Vec<Node>),
    /// Table.
    Table(Tree),
}

/// A table: its keys in the order of the file.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(crate) origin: Origin,
    pub(crate) entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) origin: Origin,
    pub(crate) node: Node,
}

/// Reads a file. Syntax errors become faults, and what could be understood comes back; the flag tells whether all could.
pub(crate) fn read_toml(
    path: &Path,
    named_at: Origin,
    sources: &mut Sources,
    faults: &mut Collector,
) -> Option<(Tree, bool)> {
    let file = sources.open(path, named_at, faults)?;
    let text = sources.text(file).to_owned();
    let (table, errors) = DeTable::parse_recoverable(&text);
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        let origin = sources.mark(file, span);
        faults.add(FaultKind::Syntax, origin, format!("not valid TOML: {}", error.message()), "", "", "");
    }
    let origin = sources.mark_file(file);
    let mut tree = tree(table.into_inner(), file, sources, faults);
    tree.origin = origin;
    Some((tree, errors.is_empty()))
}

fn tree(table: DeTable<'_>, file: FileId, sources: &mut Sources, faults: &mut Collector) -> Tree {
    let mut entries: Vec<(usize, Entry)> = table
        .into_iter()
        .map(|(key, value)| {
            let start = key.span().start;
            let origin = sources.mark(file, key.span());
            (
                start,
                Entry {
                    key: key.into_inner().into_owned(),
                    origin,
                    node: node(value, file, sources, faults),
                },
            )
        })
        .collect();
    entries.sort_by_key(|(start, _)| *start);
    Tree { origin: Origin::NONE, entries: entries.into_iter().map(|(_, entry)| entry).collect() }
}

fn node(value: Spanned<DeValue<'_>>, file: FileId, sources: &mut Sources, faults: &mut Collector) -> Node {
    let origin = sources.mark(file, value.span());
    let datum = match value.into_inner() {
        DeValue::String(text) => Datum::Text(text.into_owned()),
        DeValue::Datetime(date) => Datum::Text(date.to_string()),
        DeValue::Boolean(flag) => Datum::Boolean(flag),
        DeValue::Float(number) => Datum::Number(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Integer(number) => {
            Datum::Number(match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(integer) => integer as f64,
                Err(_) => f64::NAN,
            })
        }
        DeValue::Array(items) => {
            Datum::List(items.into_iter().map(|item| node(item, file, sources, faults)).collect())
        }
        DeValue::Table(table) => Datum::Table(Tree { origin, ..tree(table, file, sources, faults) }),
    };
    Node { origin, datum }
}

impl Datum {
    fn describe(&self) -> String {
        match self {
            Self::Text(text) => format!("the text {text:?}"),
            Self::Number(number) => format!("the number {number}"),
            Self::Boolean(flag) => format!("{flag}"),
            Self::List(_) => "a list".to_owned(),
            Self::Table(_) => "a table".to_owned(),
        }
    }
}

impl Node {
    /// A fault: this value is of the wrong form.
    pub(crate) fn wrong(&self, what: &str, allowed: &str, faults: &mut Collector) {
        let message = format!("{what} must be {allowed}");
        faults.add(FaultKind::Syntax, self.origin, message, self.datum.describe(), allowed, "");
    }

    /// Text that is not empty.
    pub(crate) fn text(&self, what: &str, faults: &mut Collector) -> String {
        match &self.datum {
            Datum::Text(text) if !text.trim().is_empty() => text.clone(),
            _ => {
                self.wrong(what, "a text", faults);
                String::new()
            }
        }
    }

    /// A finite number.
    pub(crate) fn number(&self, what: &str, faults: &mut Collector) -> f64 {
        match self.datum {
            Datum::Number(number) if number.is_finite() => number,
            _ => {
                self.wrong(what, "a finite number", faults);
                0.0
            }
        }
    }

    /// A year.
    pub(crate) fn year(&self, what: &str, faults: &mut Collector) -> i16 {
        match self.datum {
            Datum::Number(number) if number.fract() == 0.0 && (1.0..=9998.0).contains(&number) => {
                number as i16
            }
            _ => {
                self.wrong(what, "a year, a whole number from 1 to 9998", faults);
                2000
            }
        }
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&self, what: &str, faults: &mut Collector) -> bool {
        match self.datum {
            Datum::Boolean(flag) => flag,
            _ => {
                self.wrong(what, "true or false", faults);
                false
            }
        }
    }

    /// A date.
    pub(crate) fn date(&self, what: &str, day: Day, faults: &mut Collector) -> Date {
        if let Datum::Text(text) = &self.datum {
            if let Some(date) = parse_date(text, day) {
                return date;
            }
            faults.add(FaultKind::BadDate, self.origin, format!("{what} is no date"), text, DATE_FORM, "");
        } else {
            self.wrong(what, DATE_FORM, faults);
        }
        Date::ZERO
    }

    /// A list.
    pub(crate) fn list(&self, what: &str, faults: &mut Collector) -> &[Node] {
        match &self.datum {
            Datum::List(items) => items,
            _ => {
                self.wrong(what, "a list", faults);
                &[]
            }
        }
    }

    /// A text, or a list of texts.
    pub(crate) fn texts(&self, what: &str, faults: &mut Collector) -> Vec<(String, Origin)> {
        match &self.datum {
            Datum::List(items) => items.iter().map(|item| (item.text(what, faults), item.origin)).collect(),
            Datum::Text(_) => vec![(self.text(what, faults), self.origin)],
            _ => {
                self.wrong(what, "a text or a list of texts", faults);
                Vec::new()
            }
        }
    }

    /// A table.
    pub(crate) fn table(&self, what: &str, faults: &mut Collector) -> Option<&Tree> {
        match &self.datum {
            Datum::Table(tree) => Some(tree),
            _ => {
                self.wrong(what, "a table", faults);
                None
            }
        }
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(
        &self,
        what: &str,
        choices: &[(&str, T)],
        faults: &mut Collector,
    ) -> Option<T> {
        let Datum::Text(text) = &self.datum else {
            self.wrong(what, &format!("one of {}", list(choices.iter().map(|(word, _)| *word))), faults);
            return None;
        };
        let found = choices.iter().find(|(word, _)| word == text).map(|(_, value)| *value);
        if found.is_none() {
            let words = || choices.iter().map(|(word, _)| *word);
            let message = format!("{what} cannot be `{text}`");
            faults.add(
                FaultKind::UnknownName,
                self.origin,
                message,
                text,
                list(words()),
                did_you_mean(text, words()),
            );
        }
        found
    }
}

impl Tree {
    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// The value of a key that must be there; `whose` names the table.
    pub(crate) fn required(&self, key: &str, whose: &str, faults: &mut Collector) -> Option<&Node> {
        let node = self.get(key);
        if node.is_none() {
            let message = format!("{whose} has no `{key}`");
            faults.add(FaultKind::Missing, self.origin, message, "", "", format!("add `{key} = …`"));
        }
        node
    }

    /// Faults for every key that is not among those known; `whose` names the table.
    pub(crate) fn check_keys(&self, whose: &str, known: &[&str], faults: &mut Collector) {
        for entry in self.entries.iter().filter(|entry| !known.contains(&entry.key.as_str())) {
            faults.add(
                FaultKind::UnknownKey,
                entry.origin,
                format!("{whose} has no key `{}`", entry.key),
                &entry.key,
                list(known.iter().copied()),
                did_you_mean(&entry.key, known.iter().copied()),
            );
        }
    }

    /// The tables of an array of tables, `[[key]]`.
    pub(crate) fn tables(&self, key: &str, faults: &mut Collector) -> Vec<&Tree> {
        let what = format!("`{key}`");
        let Some(node) = self.get(key) else { return Vec::new() };
        node.list(&what, faults).iter().filter_map(|item| item.table(&what, faults)).collect()
    }
}
