//! Rulings in the page: what a test is called, how a status looks, which scenario to look at first.

use maud::{Markup, html};
use quanyu_policy::{Ruling, Status, Text};

use super::gather::{Findings, RunView};
use super::words::{Unit, both, figure, shown};

/// What a test is called.
pub(crate) fn test_name(test: &str) -> Text {
    let (zh, en) = match test {
        "cap" => ("总量上限（统计口径）", "cap, statistical basis"),
        "cap-physical" => ("总量上限（物理口径）", "cap, physical basis"),
        "allowable" => ("采补平衡：开采不超过可开采量", "balance: take within the allowable"),
        "storage" => ("采补平衡：储量与泉流量", "balance: storage and springs"),
        "level" => ("采补平衡：实测水位", "balance: measured levels"),
        "spring-stable" => ("泉流量趋稳", "discharge stable"),
        "spring-level" => ("泉口水位", "level at the outlet"),
        "spring-reflow" => ("复流", "flows again"),
        "karst-take" => ("岩溶水取水量下降", "karst take falls"),
        "total-use" => ("用水总量", "total water use"),
        "use-rate" => ("非常规水利用率", "unconventional water used"),
        "saving-rate" => ("节水指标", "rate that saving reaches"),
        other => (other, other),
    };
    Text::new(zh, en)
}

/// What a ruling is called: checks of the ledger by their target, since one test serves several.
pub(crate) fn ruling_name(ruling: &Ruling) -> Text {
    match ruling.test.as_str() {
        "total-use" | "use-rate" | "saving-rate" | "unpublished" => ruling.title.clone(),
        test => test_name(test),
    }
}

/// What a status is called.
pub(crate) fn status_name(status: Status) -> Text {
    match status {
        Status::Met => Text::new("达到", "met"),
        Status::Missed => Text::new("未达到", "missed"),
        Status::Undetermined => Text::new("不能判定", "undetermined"),
    }
}

/// Class that the style sheet knows a status by.
pub(crate) fn status_class(status: Status) -> &'static str {
    match status {
        Status::Met => "met",
        Status::Missed => "missed",
        Status::Undetermined => "open",
    }
}

/// A light: shape and colour both tell the status, and a word to those who hear the page.
pub(crate) fn light(status: Status) -> Markup {
    let name = status_name(status);
    html! {
        (mark(status))
        span.reader { (both(&name.zh, &name.en)) }
    }
}

/// A light beside which the text says as much: a word more would be heard a thousand times in a long table.
pub(crate) fn mark(status: Status) -> Markup {
    html! {
        span class={ "light " (status_class(status)) } aria-hidden="true" {
            @match status {
                Status::Met => { "✓" }
                Status::Missed => { "✗" }
                Status::Undetermined => { "?" }
            }
        }
    }
}

/// Where a number of a ruling stands.
pub(crate) fn place_of(run: &RunView, ruling: &Ruling, field: &str) -> String {
    format!("verdict {} {} {field}", run.name(), key(ruling))
}

/// Target, test and scope: what tells a ruling of a run from its others.
pub(crate) fn key(ruling: &Ruling) -> String {
    format!("{} {} {}/{}", ruling.id, ruling.test, ruling.scope.kind, ruling.scope.id)
}

/// Unit that a ruling's values are shown in.
pub(crate) fn unit_of(unit: &str, largest: f64) -> Unit {
    match unit {
        "m3/a" => Unit::volume(largest, true),
        "m3" => Unit::volume(largest, false),
        "zones" => Unit::Plain("个区", "zones"),
        "d/a" => Unit::Plain("天/年", "d/a"),
        "1/a" => Unit::Plain("/年", "per year"),
        "m" => Unit::Plain("m", "m"),
        "m/a" => Unit::Plain("m/年", "m/a"),
        "m3/s" => Unit::Plain("m³/s", "m³/s"),
        _ => Unit::Plain("", ""),
    }
}

/// A cell of the matrix: light, value, since when, break-even and odds.
pub(crate) fn cell(findings: &Findings, run: &RunView, ruling: &Ruling, unit: Unit) -> Markup {
    let odds = findings.batch.as_ref().and_then(|batch| batch.odds(run.name(), ruling));
    html! {
        span.nobr {
            (light(run.says(ruling)))
            @if let Some(value) = ruling.value {
                " " b { (figure(value, unit, &place_of(run, ruling, "value"))) }
                @if let Some(all) = ruling.threshold.filter(|_| ruling.unit == "zones") {
                    (both(&format!(" / {} 个区", shown(all)), &format!(" of {} zones", shown(all))))
                }
            }
        }
        @if let Some(since) = &ruling.first_met {
            small { (both(&format!("自{since}起达到"), &format!("met from {since}"))) }
        }
        @if let Some(margin) = ruling.margin_m3.filter(|_| ruling.unit == "m3/a") {
            small {
                @if margin < 0.0 { (both("超出 ", "over by ")) } @else { (both("余量 ", "to spare ")) }
                (figure(margin.abs(), unit, &place_of(run, ruling, "margin")))
            }
        }
        @if let Some(share) = ruling.break_even {
            small title="break-even" { (break_even(run, ruling, share)) }
        }
        @if run.says(ruling) != ruling.status {
            @let alone = status_name(ruling.status);
            small { (both(&format!("仅按需求与供给：{}", alone.zh), &format!("by demand and supply alone: {}", alone.en))) }
        }
        @if let Some(odds) = odds {
            small { (both("概率 ", "odds ")) (percent(odds.met, &format!("batch {} {}", run.name(), key(ruling)))) (spread(odds.met, odds.error)) }
        }
    }
}

/// How far demand could rise, or must fall, for the ruling to flip.
fn break_even(run: &RunView, ruling: &Ruling, share: f64) -> Markup {
    let of = place_of(run, ruling, "break_even");
    let percent = if share >= 0.0 { format!("+{}", shown(100.0 * share)) } else { shown(100.0 * share) };
    html! { (both("需求临界 ", "flips at demand ")) data value=(share) data-of=(of) { (percent) "\u{a0}%" } }
}

/// The sampling error of a share of members, or where that would pass nought or all of them the end that it leaves.
pub(crate) fn spread(share: f64, error: f64) -> Markup {
    let percent = |value: f64| shown((100.0 * value).round());
    if share + error >= 1.0 {
        let least = percent(share - error);
        both(&format!("（至少 {least}\u{a0}%）"), &format!(" (at least {least}\u{a0}%)"))
    } else if share - error <= 0.0 {
        let most = percent(share + error);
        both(&format!("（至多 {most}\u{a0}%）"), &format!(" (at most {most}\u{a0}%)"))
    } else {
        let error = percent(error);
        both(&format!(" ±{error}\u{a0}%"), &format!(" ±{error}\u{a0}%"))
    }
}

/// A share in per cent.
pub(crate) fn percent(share: f64, of: &str) -> Markup {
    html! { data value=(share) data-of=(of) { (shown((100.0 * share).round())) "\u{a0}%" } }
}

/// The two targets that the policy sets, of one run: the cap and the balance over all zones.
pub(crate) fn required(run: &RunView) -> Vec<&Ruling> {
    run.verdict.targets.iter().filter(|ruling| ruling.required).collect()
}

/// Whether a ruling's date has passed: it is then a reconstruction.
pub(crate) fn is_past(run: &RunView, ruling: &Ruling) -> bool {
    ruling.by <= run.record.started.to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// The last year that a required target asks about, or the end of the report.
pub(crate) fn last_asked(findings: &Findings) -> i16 {
    let base = findings.base();
    required(base).iter().map(|ruling| ruling.by.year()).max().unwrap_or(base.basis.report.1)
}

/// The year of which the answer names measures: that of the balance, or of the cap.
pub(crate) fn answered(run: &RunView) -> Option<i16> {
    let ruling = run.ruling("allowable", "all-zones").or_else(|| run.ruling("cap", "city"));
    ruling.map(|ruling| ruling.by.year())
}

/// How many required targets are met, and how many not missed.
fn rank(run: &RunView) -> (usize, usize) {
    let of = |wanted: &dyn Fn(Status) -> bool| {
        required(run).iter().filter(|ruling| wanted(run.says(ruling))).count()
    };
    (of(&|status| status == Status::Met), of(&|status| status != Status::Missed))
}

/// The scenario to look at first: the one that meets most of the required targets, and of those the one that leaves least water unmet
/// in the last year that they ask about, with the fewest measures.
pub(crate) fn leading(findings: &Findings) -> usize {
    let key = |run: &RunView| {
        let (met, open) = rank(run);
        let year = required(run).iter().map(|ruling| ruling.by.year()).max();
        let unmet = year.map_or(0.0, |year| run.ledger.sum(year, |_| true, |entry| entry.unmet));
        // Where measures do no better than none, none is what to look at first.
        let usual = run.basis.measures.is_empty();
        let litres = (1000.0 * unmet).round() as i64;
        (met, open, usual, std::cmp::Reverse(litres), std::cmp::Reverse(run.basis.measures.len()))
    };
    let mut best = 0;
    for number in 1..findings.runs.len() {
        if key(&findings.runs[number]) > key(&findings.runs[best]) {
            best = number;
        }
    }
    best
}

/// Whether every required target of a run is met.
pub(crate) fn meets_all(run: &RunView) -> bool {
    let required = required(run);
    !required.is_empty() && required.iter().all(|ruling| run.says(ruling) == Status::Met)
}
