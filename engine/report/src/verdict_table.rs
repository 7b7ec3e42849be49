//! Scenarios against targets, as a table for the terminal.

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{Cell, ContentArrangement, Table};
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

/// The table: a row for every ruling that any scenario has, in the order of the first scenario that has it.
///
/// `width` bounds the table, in columns of the terminal.
pub fn verdict_table(columns: &[VerdictColumn<'_>], language: Language, width: Option<u16>) -> String {
    let mut rows: Vec<&Ruling> = Vec::new();
    for column in columns {
        for ruling in &column.verdict.targets {
            if !rows.iter().any(|row| same_row(row, ruling)) {
                rows.push(ruling);
            }
        }
    }
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    if let Some(width) = width {
        table.set_width(width);
    }
    let mut header = vec![language.pick("目标", "target").to_owned(), language.pick("期限", "by").to_owned()];
    header.extend(columns.iter().map(|column| language.pick(&column.title.zh, &column.title.en).to_owned()));
    table.set_header(header);
    for row in rows {
        let mut cells =
            vec![Cell::new(label(row, language)), Cell::new(row.by.strftime("%Y-%m").to_string())];
        for column in columns {
            let ruling = column.verdict.targets.iter().find(|candidate| same_row(candidate, row));
            cells.push(Cell::new(ruling.map_or_else(|| "–".to_owned(), |ruling| cell(ruling, language))));
        }
        table.add_row(cells);
    }
    table.to_string()
}

fn same_row(a: &Ruling, b: &Ruling) -> bool {
    a.id == b.id && a.scope == b.scope && a.test == b.test
}

/// Symbol and word of a status; the symbol lets it be told without colour.
pub fn status_word(status: Status, language: Language) -> &'static str {
    match (status, language) {
        (Status::Met, Language::En) => "✓ met",
        (Status::Missed, Language::En) => "✗ missed",
        (Status::Undetermined, Language::En) => "? undetermined",
        (Status::Met, Language::Zh) => "✓ 达到",
        (Status::Missed, Language::Zh) => "✗ 未达到",
        (Status::Undetermined, Language::Zh) => "? 不能判定",
    }
}

fn label(ruling: &Ruling, language: Language) -> String {
    let test = match (ruling.test.as_str(), language) {
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
        (other, _) => other,
    };
    let required = if ruling.required { " *" } else { "" };
    let unit = unit(ruling, language).0;
    let unit = if unit.is_empty() { unit } else { format!(" [{unit}]") };
    format!("{}: {test}{unit}{required}", ruling.scope.id)
}

fn cell(ruling: &Ruling, language: Language) -> String {
    let status = status_word(ruling.status, language);
    let scale = unit(ruling, language).1;
    match (ruling.value, ruling.threshold) {
        (Some(value), Some(threshold)) => {
            format!("{status} {} / {}", number(value * scale), number(threshold * scale))
        }
        (Some(value), None) => format!("{status} {}", number(value * scale)),
        (None, _) => status.to_owned(),
    }
}

/// Unit that a row is shown in, and its factor on the ruling's own.
fn unit(ruling: &Ruling, language: Language) -> (String, f64) {
    match (ruling.unit.as_str(), language) {
        ("m3/a", Language::En) => ("million m³/a".into(), 1e-6),
        ("m3/a", Language::Zh) => ("万m³/a".into(), 1e-4),
        ("m3", Language::En) => ("million m³".into(), 1e-6),
        ("m3", Language::Zh) => ("万m³".into(), 1e-4),
        ("zones", Language::Zh) => ("个区".into(), 1.0),
        ("d/a", Language::Zh) => ("天/年".into(), 1.0),
        (other, _) => (other.into(), 1.0),
    }
}

/// Three significant digits, and never an exponent.
fn number(value: f64) -> String {
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
            "id": "cap", "title": {"zh": "上限", "en": "Cap"}, "scope": {"kind": "city", "id": "city"}, "test": test,
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
            },
            Verdict { targets: vec![ruling("cap", "met", 1.7e8)] },
        );
        let titles = [Text::new("维持现状", "Business as usual"), Text::new("综合", "All measures")];
        let columns = [
            VerdictColumn { title: &titles[0], verdict: &base },
            VerdictColumn { title: &titles[1], verdict: &package },
        ];
        let english = verdict_table(&columns, Language::En, Some(140));
        assert!(english.contains("✗ missed") && english.contains("✓ met"), "{english}");
        assert!(english.contains("✗ missed 200 / 188"), "{english}");
        assert!(english.contains("city: cap, physical basis [million m³/a] *"), "{english}");
        let chinese = verdict_table(&columns, Language::Zh, Some(140));
        assert!(chinese.contains("✓ 达到 17000 / 18800"), "{chinese}");
    }
}
