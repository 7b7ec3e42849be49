//! What each measure brings, by leaving it out and by adding it alone.

use maud::{Markup, html};
use quanyu_policy::{Attributed, Text};

use crate::Language;
use crate::attribution_table::{decimals, signed};
use crate::cost_line::of_a_m3;
use crate::page::gather::RunView;
use crate::page::rulings::unit_of;
use crate::page::words::{both, name};

/// Kinds of quantities, each in a table of its own.
const KINDS: [(&str, &str, &str); 4] = [
    ("abstraction", "开采量", "Abstraction"),
    ("spring-flow", "泉流量", "Spring flow"),
    ("outlet-head", "泉口水位", "Level at the outlets"),
    ("zone-level", "各区平均岩溶水位", "Mean karst level of the zones"),
];

/// The tables of a run for a year; nothing where nobody attributed.
pub(super) fn attribution(run: &RunView, number: usize, year: i16) -> Markup {
    let all = &run.verdict.attribution;
    let year =
        if all.iter().any(|own| own.year == year) { Some(year) } else { all.first().map(|own| own.year) };
    let Some(year) = year else { return html! {} };
    html! {
        div data-run=[(number > 0).then_some(number)] {
            @for (kind, zh, en) in KINDS {
                @let own: Vec<&Attributed> = all.iter().filter(|own| own.year == year && own.quantity == kind).collect();
                @if !own.is_empty() { (table(run, &own, &Text::new(format!("{zh}的变化（{year}）"), format!("{en}, change in {year}")))) }
            }
        }
    }
}

fn table(run: &RunView, columns: &[&Attributed], title: &Text) -> Markup {
    let unit = |own: &Attributed| unit_of(&own.unit, 0.0);
    let ids: Vec<&str> = columns[0].measures.iter().map(|own| own.measure.as_str()).collect();
    let named = |id: &str| {
        let known = run.basis.measures.iter().find(|measure| measure.id == id);
        known.map_or_else(|| Text::new(id, id), |measure| measure.name.clone())
    };
    let cost_of = |id: &str| run.verdict.costs.iter().find(|cost| cost.measure == id);
    let priced = columns[0].quantity == "abstraction" && !run.verdict.costs.is_empty();
    html! {
        div.scroll tabindex="0" { table.compact.wedge {
            caption { (name(title)) (both("：", ": ")) (name(&run.title())) }
            thead { tr {
                th scope="col" { (both("措施", "Measure")) }
                @if priced { th scope="col" { (both("每立方米费用", "Cost of a m³")) } }
                @for own in columns { th scope="col" { (name(&own.name)) small { (name(&unit(own).text())) } } }
            } }
            tbody {
                @for (place, id) in ids.iter().enumerate() {
                    tr {
                        th scope="row" { (name(&named(id))) }
                        @if priced { td { @match cost_of(id) { Some(cost) => { (name(&of_a_m3(cost))) } None => { "–" } } } }
                        @for own in columns {
                            td {
                                @let share = &own.measures[place];
                                @let [alone, on_top] = [("alone", share.alone), ("on_top", share.on_top)].map(|(field, value)| change(run, own, id, field, value));
                                (alone)
                                @if said(own, share.alone) != said(own, share.on_top) { " → " (on_top) }
                            }
                        }
                    }
                }
                tr {
                    th scope="row" { (both("多项措施共有", "Shared by several measures")) }
                    @if priced { td { "–" } }
                    @for own in columns { td { (change(run, own, "all", "joint", own.joint)) } }
                }
                tr.sum {
                    th scope="row" { (both("全部措施合计", "All together")) }
                    @if priced { td { "–" } }
                    @for own in columns { td { (change(run, own, "all", "together", own.all - own.none)) } }
                }
            }
        } }
    }
}

/// A signed change with its place in the verdict.
fn change(run: &RunView, own: &Attributed, measure: &str, field: &str, value: f64) -> Markup {
    let of =
        format!("attribution {} {} {} {} {measure} {field}", run.name(), own.year, own.quantity, own.place);
    let text = said(own, value);
    html! { data value=(value) data-of=(of) { (both(&text.zh, &text.en)) } }
}

/// A change as it is shown.
fn said(own: &Attributed, value: f64) -> Text {
    let unit = unit_of(&own.unit, 0.0);
    let [zh, en] = [Language::Zh, Language::En].map(|language| {
        signed(value * unit.factor(language), decimals(&own.unit, language)).replace('-', "−")
    });
    Text::new(zh, en)
}
