//! Trials of a search, as a table for the terminal.

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table};

use crate::Language;
use crate::verdict_table::{number, shown_unit};

/// A judged value with the unit that it is shown in.
pub fn shown_value(value: f64, unit: &str, language: Language) -> String {
    let (unit, factor) = shown_unit(unit, language);
    format!("{} {unit}", number(value * factor)).trim_end().to_owned()
}

/// One row for each trial: value, verdict or odds, judged value, by what means.
pub fn search_table(name: &str, trials: &[[String; 4]], language: Language, width: Option<u16>) -> String {
    let header = [
        name,
        language.pick("裁定", "verdict"),
        language.pick("判定值", "judged value"),
        language.pick("依据", "from"),
    ];
    table(&header, trials.iter().map(<[String; 4]>::as_slice), &[0, 2], width)
}

/// A table with some columns set to the right.
pub(crate) fn table<'r>(
    header: &[&str],
    rows: impl Iterator<Item = &'r [String]>,
    right: &[usize],
    width: Option<u16>,
) -> String {
    let mut table = Table::new();
    let style = UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none());
    table.load_style(style).set_content_arrangement(ContentArrangement::Dynamic);
    if let Some(width) = width {
        table.set_width(width);
    }
    table.set_header(header.iter().copied());
    for row in rows {
        table.add_row(row.iter().enumerate().map(|(column, text)| {
            let side = if right.contains(&column) { CellAlignment::Right } else { CellAlignment::Left };
            Cell::new(text).set_alignment(side)
        }));
    }
    table.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trial_has_its_row() {
        let row = |value: &str, verdict: &str| [value, verdict, "1", "plan"].map(str::to_owned);
        let text =
            search_table("cut.by", &[row("0 %", "missed"), row("30 %", "met")], Language::En, Some(80));
        assert!(text.contains("cut.by") && text.contains("30 %") && text.contains("missed"), "{text}");
        assert_eq!(shown_value(1.5e6, "m3/a", Language::En), "1.50 million m³/a");
        assert_eq!(shown_value(2.0, "zones", Language::Zh), "2 个区");
    }
}
