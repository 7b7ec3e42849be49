//! Odds of every ruling, as a table for the terminal.

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{Cell, ContentArrangement, LineStyle, Table};
use quanyu_policy::Text;
use quanyu_policy::ensemble::Odds;

use crate::Language;
use crate::verdict_table::{label, number, shown_unit};

/// Scenarios that stand beside one another; more stand below one another.
pub const MOST_COLUMNS: usize = 6;

/// One column of the table.
#[derive(Clone, Copy, Debug)]
pub struct OddsColumn<'a> {
    /// Scenario's title.
    pub title: &'a Text,
    /// Its odds.
    pub odds: &'a [Odds],
}

/// The table: a row for every ruling, the weighted share of members that meet it with its standard error, and the judged value
/// below which 5, 50 and 95 % of the weight lie. Rulings that no member can decide are left out and counted below.
///
/// More than [`MOST_COLUMNS`] scenarios stand below one another instead, with the required targets beside one another.
///
/// `width` bounds the table, in columns of the terminal.
pub fn odds_table(columns: &[OddsColumn<'_>], language: Language, width: Option<u16>) -> String {
    let mut rows: Vec<&Odds> = Vec::new();
    for own in columns.iter().flat_map(|column| column.odds) {
        if !rows.iter().any(|row| row.judged.same_test(&own.judged)) {
            rows.push(own);
        }
    }
    let found = |column: &OddsColumn<'_>, row: &Odds| {
        column.odds.iter().find(|own| own.judged.same_test(&row.judged)).cloned()
    };
    let decided = |row: &&Odds| {
        columns.iter().filter_map(|column| found(column, row)).any(|own| own.undetermined < 1.0 - 1e-9)
    };
    if columns.len() > MOST_COLUMNS {
        let required: Vec<&Odds> = rows.into_iter().filter(|row| row.judged.required).collect();
        return by_scenario(columns, &required, language, width);
    }
    let (shown, open): (Vec<&Odds>, Vec<&Odds>) = rows.into_iter().partition(decided);
    let mut table = empty(width);
    let mut header = vec![language.pick("目标", "target").to_owned(), language.pick("期限", "by").to_owned()];
    header.extend(columns.iter().map(|column| language.pick(&column.title.zh, &column.title.en).to_owned()));
    table.set_header(header);
    for row in shown {
        let judged = &row.judged;
        let name = language.pick(&judged.name.zh, &judged.name.en);
        let mut cells = vec![
            Cell::new(label(name, &judged.test, &judged.unit, judged.required, language)),
            Cell::new(judged.by.strftime("%Y-%m").to_string()),
        ];
        for column in columns {
            cells.push(Cell::new(found(column, row).map_or("–".to_owned(), |own| cell(&own, language))));
        }
        table.add_row(cells);
    }
    let mut text = table.to_string();
    if !open.is_empty() {
        let names: Vec<String> = open
            .iter()
            .map(|row| {
                let name = language.pick(&row.judged.name.zh, &row.judged.name.en);
                label(name, &row.judged.test, "", false, language)
            })
            .collect();
        text.push('\n');
        text.push_str(language.pick("任何样本都不能判定：", "undetermined in every member: "));
        text.push_str(&names.join(language.pick("；", "; ")));
    }
    text
}

fn empty(width: Option<u16>) -> Table {
    let mut table = Table::new();
    let style = UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none());
    table.load_style(style).set_content_arrangement(ContentArrangement::Dynamic);
    if let Some(width) = width {
        table.set_width(width);
    }
    table
}

/// A row for every scenario, a column for each of some rulings.
fn by_scenario(
    columns: &[OddsColumn<'_>],
    rulings: &[&Odds],
    language: Language,
    width: Option<u16>,
) -> String {
    let mut table = empty(width);
    let mut header = vec![language.pick("方案", "scenario").to_owned()];
    header.extend(rulings.iter().map(|row| {
        let judged = &row.judged;
        let name = language.pick(&judged.name.zh, &judged.name.en);
        let label = label(name, &judged.test, &judged.unit, judged.required, language);
        format!("{label} {}", judged.by.strftime("%Y-%m"))
    }));
    table.set_header(header);
    for column in columns {
        let mut cells = vec![Cell::new(language.pick(&column.title.zh, &column.title.en))];
        for row in rulings {
            let own = column.odds.iter().find(|own| own.judged.same_test(&row.judged));
            cells.push(Cell::new(own.map_or("–".to_owned(), |own| cell(own, language).replace('\n', "  "))));
        }
        table.add_row(cells);
    }
    let others = language.pick(
        "方案较多，仅列政策规定的目标；其余见 batch.json。",
        "with so many scenarios only the required targets are shown; batch.json has the others",
    );
    format!("{table}\n{others}")
}

fn cell(odds: &Odds, language: Language) -> String {
    let scale = shown_unit(&odds.judged.unit, language).1;
    // No member decides it: no share of them meets it or misses it.
    let share = match odds.undetermined < 1.0 - 1e-9 {
        true => format!("{:.0} ±{:.0} %", 100.0 * odds.met, 100.0 * odds.error),
        false => "?".to_owned(),
    };
    match odds.band {
        Some([low, middle, high]) => format!(
            "{share}\n{} ({} … {})",
            number(middle * scale),
            number(low * scale),
            number(high * scale)
        ),
        None => share,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_stands_with_its_error_and_its_band() {
        let odds: Vec<Odds> = serde_json::from_value(serde_json::json!([
            { "judged": { "target": "cap", "scope": "city/city", "name": {"zh": "全市", "en": "City"}, "test": "cap",
              "required": true, "by": "2020-12-31", "status": "met", "value": 1.7e8, "threshold": 1.88e8, "unit": "m3/a" },
              "met": 0.62, "missed": 0.38, "undetermined": 0.0, "error": 0.049, "band": [1.4e8, 1.8e8, 2.1e8] },
            { "judged": { "target": "balance", "scope": "zone/a", "name": {"zh": "甲区", "en": "Zone A"}, "test": "level",
              "required": false, "by": "2022-12-31", "status": "undetermined", "value": null, "threshold": null, "unit": "m/a" },
              "met": 0.0, "missed": 0.0, "undetermined": 1.0, "error": 0.0, "band": null }
        ]))
        .unwrap();
        let title = Text::new("维持现状", "Business as usual");
        let columns = [OddsColumn { title: &title, odds: &odds }];
        let english = odds_table(&columns, Language::En, Some(160));
        assert!(english.contains("62 ±5 %") && english.contains("180 (140 … 210)"), "{english}");
        assert!(
            english.contains("undetermined in every member: Zone A: balance: measured levels"),
            "{english}"
        );
        let mut lost = odds.clone();
        (lost[0].met, lost[0].missed, lost[0].undetermined, lost[0].band) = (0.0, 0.0, 1.0, None);
        let failed = Text::new("失败", "Failed");
        let beside = [columns[0], OddsColumn { title: &failed, odds: &lost }];
        let beside = odds_table(&beside, Language::En, Some(160));
        let row = beside.lines().find(|line| line.contains("62 ±5 %")).unwrap();
        assert!(row.contains('?') && !row.contains("0 ±"), "{beside}");
        let many = [columns[0]; MOST_COLUMNS + 1];
        let below = odds_table(&many, Language::En, Some(160));
        assert_eq!(below.matches("Business as usual").count(), many.len(), "{below}");
        assert!(below.contains("62 ±5 %  180 (140 … 210)") && !below.contains("Zone A"), "{below}");
        let chinese = odds_table(&columns, Language::Zh, Some(160));
        assert!(chinese.contains("18000 (14000 … 21000)"), "{chinese}");
    }
}
