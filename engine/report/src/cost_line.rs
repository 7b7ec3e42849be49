//! What a measure costs, in words.

use quanyu_policy::{MeasureCost, Money, Text};

use crate::Language;

/// Yuan of 万元, of 亿元 and of a million yuan.
const WAN: f64 = 1e4;
const YI: f64 = 1e8;
const MILLION: f64 = 1e6;

/// A line for the terminal: name, cost of a m³ and of all, since when, and whether it was published.
pub fn cost_line(name: &Text, cost: &MeasureCost, language: Language) -> String {
    let name = language.pick(&name.zh, &name.en);
    let (from, to) = (cost.from, cost.to);
    let each = of_a_m3(cost);
    let (each, all) = (language.pick(&each.zh, &each.en).to_owned(), in_all(cost.yuan));
    let source = match (&cost.source, language) {
        (Some(source), Language::Zh) => format!("来源：{source}"),
        (Some(source), Language::En) => format!("source: {source}"),
        (None, Language::Zh) => "假定".to_owned(),
        (None, Language::En) => "assumed".to_owned(),
    };
    match language {
        Language::Zh => format!("费用：{name} {each}；{from}–{to} 年共 {}；{source}", all.zh),
        Language::En => format!("cost: {name} {each}; {} in {from}–{to}; {source}", all.en),
    }
}

/// Cost of a m³ with its ends.
pub(crate) fn of_a_m3(cost: &MeasureCost) -> Text {
    match cost.yuan_per_m3 {
        Some(money) => {
            let shown = ends(money, |yuan| format!("{yuan:.2}"));
            Text::new(format!("{shown} 元/m³"), format!("{shown} yuan/m³"))
        }
        None => Text::new("没有可计的水量", "no m³ that is counted"),
    }
}

/// A sum with its ends.
pub(crate) fn in_all(money: Money) -> Text {
    let shown = |unit: f64| {
        let decimals = if money.high < 10.0 * unit || unit == YI { 2 } else { 0 };
        ends(money, |yuan| format!("{:.decimals$}", yuan / unit))
    };
    let zh = match money.high < YI {
        true => format!("{} 万元", shown(WAN)),
        false => format!("{} 亿元", shown(YI)),
    };
    Text::new(zh, format!("{} million yuan", shown(MILLION)))
}

fn ends(money: Money, shown: impl Fn(f64) -> String) -> String {
    let (low, value, high) = (shown(money.low), shown(money.value), shown(money.high));
    if low == high { value } else { format!("{value} ({low}–{high})") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_tells_its_ends_and_whether_it_was_published() {
        let money = |low, value, high| Money { low, value, high };
        let cost = MeasureCost {
            measure: "swap".into(),
            from: 2019,
            to: 2035,
            volume_m3: 5e7,
            yuan: money(6e7, 9e7, 1.25e8),
            yuan_per_m3: Some(money(1.2, 1.8, 2.5)),
            source: None,
        };
        let name = Text::new("置换", "Swap");
        let told = cost_line(&name, &cost, Language::En);
        assert_eq!(
            told,
            "cost: Swap 1.80 (1.20–2.50) yuan/m³; 90 (60–125) million yuan in 2019–2035; assumed"
        );
        let quoted =
            MeasureCost { source: Some("S1".into()), yuan: money(9e6, 9e6, 9e6), yuan_per_m3: None, ..cost };
        let told = cost_line(&name, &quoted, Language::Zh);
        assert_eq!(told, "费用：置换 没有可计的水量；2019–2035 年共 900 万元；来源：S1");
        assert_eq!(in_all(money(6e7, 9e7, 1.25e8)).zh, "0.90 (0.60–1.25) 亿元");
    }
}
