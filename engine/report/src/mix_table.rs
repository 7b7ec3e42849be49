//! How far each measure of a mix goes, and what it costs.

use quanyu_policy::{MeasureCost, Money, Text};

use crate::Language;
use crate::cost_line::{in_all, of_a_m3};
use crate::search_table::table;

/// One measure of a mix.
#[derive(Clone, Copy, Debug)]
pub struct MixRow<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its title.
    pub title: &'a Text,
    /// How far it goes, 0 to 1 \[-\].
    pub extent: f64,
    /// What it brings and costs.
    pub cost: Option<&'a MeasureCost>,
}

/// One row for each measure: id, title, extent, what it brings and costs over the report.
pub fn mix_table(rows: &[MixRow<'_>], language: Language, width: Option<u16>) -> String {
    let header = [
        language.pick("措施", "measure"),
        "",
        language.pick("实施程度", "extent"),
        language.pick("报告期水量", "water over the report"),
        language.pick("报告期费用", "cost over the report"),
        language.pick("单方费用", "cost of a m³"),
    ];
    let shown: Vec<[String; 6]> = rows.iter().map(|row| cells(row, language)).collect();
    table(&header, shown.iter().map(<[String; 6]>::as_slice), &[2, 3, 4, 5], width)
}

fn cells(row: &MixRow<'_>, language: Language) -> [String; 6] {
    let pick = |text: &Text| language.pick(&text.zh, &text.en).to_owned();
    let at_all = row.cost.filter(|_| row.extent > 0.0);
    let volume = at_all.filter(|cost| cost.volume_m3 > 0.0).map_or_else(String::new, |cost| match language {
        Language::Zh => format!("{:.0} 万m³", cost.volume_m3 / 1e4),
        Language::En => format!("{:.1} million m³", cost.volume_m3 / 1e6),
    });
    [
        row.id.to_owned(),
        pick(row.title),
        if row.extent > 0.0 { format!("{:.1} %", row.extent * 100.0) } else { "–".to_owned() },
        volume,
        at_all.map_or_else(String::new, |cost| pick(&in_all(cost.yuan))),
        at_all.map_or_else(String::new, |cost| pick(&of_a_m3(cost))),
    ]
}

/// A sum of money with its ends.
pub fn money_in_all(money: Money) -> Text {
    in_all(money)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measure_that_is_left_out_costs_nothing() {
        let title = Text::new("置换", "Swap");
        let money = Money { low: 6e7, value: 9e7, high: 1.25e8 };
        let cost = MeasureCost {
            measure: "swap".into(),
            from: 2020,
            to: 2035,
            volume_m3: 5e7,
            yuan: money,
            yuan_per_m3: Some(Money { low: 1.2, value: 1.8, high: 2.5 }),
            source: None,
        };
        let row = |extent| MixRow { id: "swap", title: &title, extent, cost: Some(&cost) };
        let text = mix_table(&[row(0.425)], Language::En, None);
        for part in ["42.5 %", "50.0 million m³", "90 (60–125) million yuan", "1.80 (1.20–2.50) yuan/m³"]
        {
            assert!(text.contains(part), "{part} in\n{text}");
        }
        let text = mix_table(&[row(0.0)], Language::Zh, None);
        assert!(text.contains('–') && !text.contains("万m³") && !text.contains("元"), "{text}");
    }
}
