//! Scenarios against targets, as a table for the terminal.

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table};
use quanyu_policy::{Ruling, Status, Text, Verdict};

use crate::Language;

/// One column of the table.
#[derive(Clone, Copy, Debug)]
pub struct VerdictColumn<'a> {
    /// Scenario's title.
    pub title: &'a Text,
    /// Its verdict.
    pub verdict: &'a Verdict,
}

/// The table: a row for every ruling that any scenario has, in the order of the first scenario that has it, with the judged
/// value in the scenario's column and the threshold in its own, or behind the value where scenarios differ in it. Targets that
/// nothing published can check have no row.
///
/// `width` bounds the table, in columns of the terminal.
pub fn verdict_table(columns: &[VerdictColumn<'_>], language: Language, width: Option<u16>) -> String {
    let mut rows: Vec<&Ruling> = Vec::new();
    for column in columns {
        for ruling in &column.verdict.targets {
            let checkable = ruling.test != "unpublished";
            if checkable && !rows.iter().any(|row| same_row(row, ruling)) {
                rows.push(ruling);
            }
        }
    }
    let mut table = Table::new();
    let style = UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none());
    table.load_style(style).set_content_arrangement(ContentArrangement::Dynamic);
    if let Some(width) = width {
        table.set_width(width);
    }
    let mut header = vec![
        language.pick("目标", "target").to_owned(),
        language.pick("期限", "by").to_owned(),
        language.pick("限值", "threshold").to_owned(),
    ];
    header.extend(columns.iter().map(|column| language.pick(&column.title.zh, &column.title.en).to_owned()));
    table.set_header(header);
    for row in rows {
        let own = |column: &VerdictColumn<'_>| {
            column.verdict.targets.iter().find(|candidate| same_row(candidate, row)).cloned()
        };
        let rulings: Vec<Option<Ruling>> = columns.iter().map(own).collect();
        let shared = shared_threshold(&rulings);
        let mut cells = vec![
            Cell::new(ruling_label(row, language)),
            Cell::new(row.by.strftime("%Y-%m").to_string()),
            Cell::new(shared.map_or(String::new(), |at| number(at * shown_unit(&row.unit, language).1)))
                .set_alignment(CellAlignment::Right),
        ];
        for ruling in &rulings {
            let text = ruling.as_ref().map_or_else(|| "–".to_owned(), |own| cell(own, shared, language));
            cells.push(Cell::new(text));
        }
        table.add_row(cells);
    }
    table.to_string()
}

/// What the symbols in the table mean, and what else must be known to read it.
pub fn verdict_legend(language: Language) -> &'static str {
    language.pick(
        "✓ 达到 · ✗ 未达到 · ? 不能判定：需求与供给假定的两端结论不一，或没有公布的限值（理由见 verdict.json）· * 政策规定的目标，其余为参考\n\
         期限已过的裁定是在所列假定下的重建。",
        "✓ met · ✗ missed · ? undetermined: the ends of what is assumed of demand and supply disagree, or no threshold \
         is\npublished (verdict.json says which)\n* required by the policy; the others are shown beside. The verdict of a date \
         that has passed is a\nreconstruction under the stated assumptions.",
    )
}

fn same_row(a: &Ruling, b: &Ruling) -> bool {
    a.id == b.id && a.scope == b.scope && a.test == b.test
}

/// The threshold, where all scenarios have the same.
fn shared_threshold(rulings: &[Option<Ruling>]) -> Option<f64> {
    let mut all = rulings.iter().flatten().map(|ruling| ruling.threshold);
    let first = all.next()??;
    all.all(|other| other == Some(first)).then_some(first)
}

/// Symbol of a status; it tells it without colour.
pub fn status_symbol(status: Status) -> &'static str {
    match status {
        Status::Met => "✓",
        Status::Missed => "✗",
        Status::Undetermined => "?",
    }
}

fn ruling_label(ruling: &Ruling, language: Language) -> String {
    let name = language.pick(&ruling.label().zh, &ruling.label().en);
    let name = if name.is_empty() { &ruling.scope.id } else { name };
    label(name, &ruling.test, &ruling.unit, ruling.required, language)
}

/// What a row is about: place, test, unit, and a star where the policy requires it.
pub(crate) fn label(name: &str, test: &str, unit: &str, required: bool, language: Language) -> String {
    let test = match (test, language) {
        ("cap", Language::En) => "cap, statistical basis",
        ("cap", Language::Zh) => "总量上限（统计口径）",
        ("cap-physical", Language::En) => "cap, physical basis",
        ("cap-physical", Language::Zh) => "总量上限（物理口径）",
        ("allowable", Language::En) => "balance: take ≤ allowable",
        ("allowable", Language::Zh) => "采补平衡：开采量不超过可开采量",
        ("storage", Language::En) => "balance: storage and springs",
        ("storage", Language::Zh) => "采补平衡：储量与泉流量",
        ("level", Language::En) => "balance: measured levels",
        ("level", Language::Zh) => "采补平衡：实测水位",
        ("spring-stable", Language::En) => "discharge stable",
        ("spring-stable", Language::Zh) => "泉流量趋稳",
        ("spring-level", Language::En) => "level at the outlet",
        ("spring-level", Language::Zh) => "泉口水位",
        ("spring-reflow", Language::En) => "flows again",
        ("spring-reflow", Language::Zh) => "复流",
        ("karst-take", Language::En) => "karst take falls",
        ("karst-take", Language::Zh) => "岩溶水取水量下降",
        ("total-use", Language::En) => "total water use",
        ("total-use", Language::Zh) => "用水总量",
        ("use-rate", Language::En) => "unconventional water used",
        ("use-rate", Language::Zh) => "非常规水利用率",
        ("saving-rate", Language::En) => "rate that saving reaches",
        ("saving-rate", Language::Zh) => "节水指标",
        (other, _) => other,
    };
    let required = if required { " *" } else { "" };
    let unit = shown_unit(unit, language).0;
    let unit = if unit.is_empty() { unit } else { format!(" [{unit}]") };
    let colon = language.pick("：", ": ");
    format!("{name}{colon}{test}{unit}{required}")
}

fn cell(ruling: &Ruling, shared: Option<f64>, language: Language) -> String {
    let symbol = status_symbol(ruling.status);
    let scale = shown_unit(&ruling.unit, language).1;
    match (ruling.value, ruling.threshold) {
        (Some(value), Some(threshold)) if shared.is_none() => {
            format!("{symbol} {} / {}", number(value * scale), number(threshold * scale))
        }
        (Some(value), _) => format!("{symbol} {}", number(value * scale)),
        (None, _) => symbol.to_owned(),
    }
}

/// Unit that a row is shown in, and its factor on the ruling's own.
pub(crate) fn shown_unit(unit: &str, language: Language) -> (String, f64) {
    match (unit, language) {
        ("m3/a", Language::En) => ("million m³/a".into(), 1e-6),
        ("m3/a", Language::Zh) => ("万m³/a".into(), 1e-4),
        ("m3", Language::En) => ("million m³".into(), 1e-6),
        ("m3", Language::Zh) => ("万m³".into(), 1e-4),
        ("zones", Language::Zh) => ("个区".into(), 1.0),
        ("d/a", Language::Zh) => ("天/年".into(), 1.0),
        ("m3/s", _) => ("m³/s".into(), 1.0),
        (other, _) => (other.into(), 1.0),
    }
}

/// Three significant digits, and never an exponent.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    let decimals = if size >= 100.0 || value == value.trunc() {
        usize::from(value != value.trunc())
    } else if size >= 10.0 {
        1
    } else if size >= 1.0 {
        2
    } else {
        (2.0 - size.log10().floor()).clamp(0.0, 5.0) as usize
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ruling(test: &str, status: &str, value: f64) -> Ruling {
        serde_json::from_value(serde_json::json!({
            "id": "cap", "title": {"zh": "上限", "en": "Cap"}, "scope": {"kind": "city", "id": "city", "name": {"zh": "全市", "en": "City"}}, "test": test,
            "required": true, "status": status, "reason": {"zh": "", "en": ""}, "value": value, "threshold": 1.88e8,
            "unit": "m3/a", "margin_m3": null, "by": "2020-12-31", "first_met": null, "binding": null,
            "break_even": null, "odds": null, "band": null
        }))
        .unwrap()
    }

    #[test]
    fn every_scenario_has_its_column_and_every_ruling_its_row() {
        let (base, package) = (
            Verdict {
                targets: vec![ruling("cap", "missed", 2.0e8), ruling("cap-physical", "missed", 2.2e8)],
                ..Verdict::default()
            },
            Verdict { targets: vec![ruling("cap", "met", 1.7e8)], ..Verdict::default() },
        );
        let titles = [Text::new("维持现状", "Business as usual"), Text::new("综合", "All measures")];
        let columns = [
            VerdictColumn { title: &titles[0], verdict: &base },
            VerdictColumn { title: &titles[1], verdict: &package },
        ];
        let english = verdict_table(&columns, Language::En, Some(140));
        assert!(english.contains("✗ 200") && english.contains("✓ 170"), "{english}");
        assert!(english.contains("City: cap, physical basis [million m³/a] *"), "{english}");
        assert_eq!(english.matches(" 188").count(), 2, "each row has its threshold once: {english}");
        let chinese = verdict_table(&columns, Language::Zh, Some(140));
        assert!(chinese.contains("✓ 17000"), "{chinese}");
    }
}
