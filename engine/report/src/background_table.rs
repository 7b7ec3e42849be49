//! The model's history beside what was published, as tables for the terminal.

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{ContentArrangement, LineStyle, Table};
use quanyu_policy::history::MarkResult;

use crate::Language;

/// A mark with the model's value with and without mining.
///
/// `width` bounds the table, in columns of the terminal.
pub fn marks_table(
    marks: &[MarkResult],
    without_mining: &[MarkResult],
    language: Language,
    width: Option<u16>,
) -> String {
    let mut table = Table::new();
    table
        .load_style(UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none()))
        .set_content_arrangement(ContentArrangement::Dynamic);
    if let Some(width) = width {
        table.set_width(width);
    }
    table.set_header(vec![
        language.pick("已发表的标志", "published mark"),
        language.pick("年份", "years"),
        language.pick("发表值 [范围]", "published [range]"),
        language.pick("模型", "model"),
        language.pick("无采煤时", "without mining"),
        language.pick("用途", "used for"),
        language.pick("是否相符", "agrees"),
    ]);
    for mark in marks {
        let without =
            without_mining.iter().find(|other| other.id == mark.id).and_then(|other| other.modelled);
        table.add_row(vec![
            language.pick(&mark.zh, &mark.en).to_owned(),
            format!("{}–{}", mark.from, mark.to),
            format!("{} {} {}", number(mark.published), mark.unit, range(mark)),
            mark.modelled.map_or_else(|| "–".into(), number),
            without.map_or_else(|| "–".into(), number),
            language
                .pick(
                    if mark.calibrated { "率定" } else { "检验" },
                    if mark.calibrated { "calibration" } else { "hold-out" },
                )
                .to_owned(),
            agreement(mark, language),
        ]);
    }
    table.to_string()
}

fn number(value: f64) -> String {
    if value == 0.0 {
        "0".into()
    } else if value.abs() < 0.1 {
        format!("{value:.4}")
    } else {
        format!("{value:.2}")
    }
}

fn range(mark: &MarkResult) -> String {
    match (mark.low, mark.high) {
        (Some(low), Some(high)) => format!("[{}, {}]", number(low), number(high)),
        (Some(low), None) => format!("[≥ {}]", number(low)),
        (None, Some(high)) => format!("[≤ {}]", number(high)),
        (None, None) => String::new(),
    }
}

fn agreement(mark: &MarkResult, language: Language) -> String {
    let Some(misfit) = mark.misfit else { return language.pick("未模拟", "not simulated").into() };
    match language {
        _ if mark.agrees() == Some(true) => language.pick("✓ 相符", "✓ yes").into(),
        Language::En => format!("✗ no, {misfit:.1} half-widths off"),
        Language::Zh => format!("✗ 不符，偏离 {misfit:.1} 个半宽"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_that_is_missed_says_by_how_much() {
        let mark = MarkResult {
            id: "change".into(),
            zh: "衰减".into(),
            en: "Change".into(),
            unit: "-",
            from: 1957,
            to: 2017,
            published: -0.75,
            low: Some(-0.8),
            high: Some(-0.7),
            modelled: Some(-0.5),
            misfit: Some(4.0),
            calibrated: false,
        };
        let text = marks_table(std::slice::from_ref(&mark), &[], Language::En, None);
        assert!(text.contains("hold-out") && text.contains("4.0 half-widths"), "{text}");
        assert!(marks_table(&[mark], &[], Language::Zh, None).contains("检验"));
    }
}
