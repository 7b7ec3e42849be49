//! What each measure brings, as a wedge table for the terminal.

use quanyu_policy::{Effects, Text};

use crate::Language;
use crate::search_table::table;
use crate::verdict_table::shown_unit;

/// A quantity in one year.
#[derive(Clone, Copy, Debug)]
pub struct AttributionColumn<'a> {
    /// Where.
    pub name: &'a Text,
    /// What: `abstraction`, `spring-flow`, `outlet-head`.
    pub quantity: &'a str,
    /// Unit of the effects.
    pub unit: &'a str,
    /// What it is under all sets of measures.
    pub effects: &'a Effects,
}

/// Width of a table where nobody knows that of the terminal: it fits a page.
const WIDTH: u16 = 100;
/// Width that the names of the measures may take, and that of a quantity.
const NAMES: u16 = 28;
const QUANTITY: u16 = 18;

/// A row for every measure, then what is joint, and all together; a column for every quantity that any measure moves. What is too
/// wide for one table stands in several below one another: takes, flows, levels.
pub fn attribution_table(
    measures: &[Text],
    columns: &[AttributionColumn<'_>],
    language: Language,
    width: Option<u16>,
) -> String {
    let width = width.unwrap_or(WIDTH);
    let beside = usize::from((width.saturating_sub(NAMES) / QUANTITY).max(1));
    let mut kinds: Vec<(&str, Vec<&AttributionColumn<'_>>)> = Vec::new();
    for column in columns.iter().filter(|column| column.effects.moves()) {
        match kinds.iter_mut().find(|(kind, _)| *kind == column.quantity) {
            Some((_, own)) => own.push(column),
            None => kinds.push((column.quantity, vec![column])),
        }
    }
    let parts = kinds.iter().flat_map(|(_, own)| own.chunks(beside));
    let tables: Vec<String> = parts.map(|part| one_table(measures, part, language, width)).collect();
    tables.join("\n\n")
}

fn one_table(
    measures: &[Text],
    columns: &[&AttributionColumn<'_>],
    language: Language,
    width: u16,
) -> String {
    let mut header = vec![language.pick("措施", "measure").to_owned()];
    header.extend(columns.iter().map(|column| title(column, language)));
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let value = |column: &AttributionColumn<'_>, value: f64| {
        signed(value * shown_unit(column.unit, language).1, decimals(column.unit, language))
    };
    let mut rows: Vec<Vec<String>> = measures
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let mut row = vec![language.pick(&name.zh, &name.en).to_owned()];
            row.extend(columns.iter().map(|column| {
                let share = column.effects.share(index);
                let (alone, on_top) = (value(column, share.alone), value(column, share.on_top));
                if alone == on_top { alone } else { format!("{alone} → {on_top}") }
            }));
            row
        })
        .collect();
    let mut sum = |name: &str, of: fn(&Effects) -> f64| {
        let mut row = vec![name.to_owned()];
        row.extend(columns.iter().map(|column| value(column, of(column.effects))));
        rows.push(row);
    };
    sum(language.pick("共有", "joint"), Effects::joint);
    sum(language.pick("全部措施合计", "all together"), Effects::together);
    let right: Vec<usize> = (1..=columns.len()).collect();
    table(&header, rows.iter().map(Vec::as_slice), &right, Some(width))
}

/// Digits behind the point, so that a change below what the model can tell is shown as none.
pub(crate) fn decimals(unit: &str, language: Language) -> usize {
    match (unit, language) {
        ("m3/s", _) => 3,
        ("m3/a", Language::Zh) => 0,
        _ => 2,
    }
}

/// A change with its sign.
pub(crate) fn signed(value: f64, decimals: usize) -> String {
    let shown = format!("{value:+.decimals$}");
    if shown.chars().all(|letter| matches!(letter, '+' | '-' | '0' | '.')) { "0".to_owned() } else { shown }
}

fn title(column: &AttributionColumn<'_>, language: Language) -> String {
    let what = match column.quantity {
        "spring-flow" => language.pick("流量", "flow"),
        "outlet-head" => language.pick("泉口水位", "level"),
        _ => language.pick("开采量", "take"),
    };
    let unit = shown_unit(column.unit, language).0;
    format!("{} {what} [{unit}]", language.pick(&column.name.zh, &column.name.en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlap_stands_in_a_row_of_its_own() {
        let name = Text::new("全市", "City");
        let effects =
            Effects { none: 100.0e6, all: 85.0e6, only: vec![90.0e6, 90.0e6], without: vec![90.0e6, 88.0e6] };
        let still = Effects { none: 1.0, all: 1.0, only: vec![1.0; 2], without: vec![1.0; 2] };
        let columns = [
            AttributionColumn { name: &name, quantity: "abstraction", unit: "m3/a", effects: &effects },
            AttributionColumn { name: &name, quantity: "outlet-head", unit: "m", effects: &still },
        ];
        let measures = [Text::new("关", "Close"), Text::new("压", "Cut")];
        let text = attribution_table(&measures, &columns, Language::En, Some(100));
        assert!(text.contains("City take [million m³/a]") && !text.contains("level"), "{text}");
        assert!(text.contains("-10.00 → -5.00") && text.contains("-10.00 → -3.00"), "{text}");
        let joint = text.lines().find(|line| line.contains("joint")).unwrap_or_default();
        assert!(joint.contains("-7"), "{text}");
        assert!(text.contains("-15"), "{text}");
    }

    #[test]
    fn no_line_is_wider_than_a_page_where_the_output_is_no_terminal() {
        let effects = Effects { none: 100.0, all: 85.0, only: vec![90.25], without: vec![91.75] };
        let names: Vec<Text> = (0..12)
            .map(|place| {
                Text::new(format!("岩溶超采区第{place}"), format!("Karst overdraft zone number {place}"))
            })
            .collect();
        let kinds = ["abstraction", "spring-flow", "outlet-head"];
        let columns: Vec<AttributionColumn<'_>> = names
            .iter()
            .enumerate()
            .map(|(place, name)| AttributionColumn {
                name,
                quantity: kinds[place % 3],
                unit: "m3/s",
                effects: &effects,
            })
            .collect();
        let measures = [Text::new("关", "Close the self-supply wells of every firm in the suburb")];
        for (width, most) in [(None, 100), (Some(60), 60)] {
            let text = attribution_table(&measures, &columns, Language::En, width);
            let widest = text.lines().map(|line| line.chars().count()).max();
            assert!(widest.is_some_and(|widest| widest <= most), "{widest:?} columns:\n{text}");
            assert_eq!(text.matches("all together").count(), if most == 100 { 3 } else { 12 }, "{text}");
        }
    }
}
