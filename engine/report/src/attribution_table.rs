//! What each measure brings, as a wedge table for the terminal.

use quanyu_policy::{Effects, Text};

use crate::Language;
use crate::search_table::table;
use crate::verdict_table::{number, shown_unit};

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

/// A row for every measure, then what is joint, and all together; a column for every quantity that any measure moves.
pub fn attribution_table(
    measures: &[Text],
    columns: &[AttributionColumn<'_>],
    language: Language,
    width: Option<u16>,
) -> String {
    let moved: Vec<&AttributionColumn<'_>> = columns.iter().filter(|column| moves(column.effects)).collect();
    let mut header = vec![language.pick("措施", "measure").to_owned()];
    header.extend(moved.iter().map(|column| title(column, language)));
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let value = |column: &AttributionColumn<'_>, value: f64| {
        let factor = shown_unit(column.unit, language).1;
        // A change below what the model can tell is shown as none.
        let shown = number(value * factor);
        if shown.trim_start_matches('-').chars().all(|letter| letter == '0' || letter == '.') {
            "0".to_owned()
        } else {
            format!("{}{shown}", if value > 0.0 { "+" } else { "" })
        }
    };
    let mut rows: Vec<Vec<String>> = measures
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let mut row = vec![language.pick(&name.zh, &name.en).to_owned()];
            row.extend(moved.iter().map(|column| {
                let share = column.effects.share(index);
                let (alone, on_top) = (value(column, share.alone), value(column, share.on_top));
                if alone == on_top { alone } else { format!("{alone} → {on_top}") }
            }));
            row
        })
        .collect();
    let mut sum = |name: &str, of: fn(&Effects) -> f64| {
        let mut row = vec![name.to_owned()];
        row.extend(moved.iter().map(|column| value(column, of(column.effects))));
        rows.push(row);
    };
    sum(language.pick("共有", "joint"), Effects::joint);
    sum(language.pick("全部措施合计", "all together"), Effects::together);
    let right: Vec<usize> = (1..=moved.len()).collect();
    table(&header, rows.iter().map(Vec::as_slice), &right, width)
}

fn moves(effects: &Effects) -> bool {
    let changed = |value: &f64| *value != effects.none;
    changed(&effects.all) || effects.only.iter().any(changed)
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
        assert!(text.contains("-10 → -5") && text.contains("-10 → -3"), "{text}");
        let joint = text.lines().find(|line| line.contains("joint")).unwrap_or_default();
        assert!(joint.contains("-7"), "{text}");
        assert!(text.contains("-15"), "{text}");
    }
}
