//! `karst_take`: the take of karst water (karst wells and spring intakes) falls below that of a base year.

use super::cap::{binding, first_lasting};
use super::wording::{en, say_ends, zh};
use super::{Band, Evidence, Ruling, Scope, Side, Status};
use crate::{GroupRow, Target};

/// Karst wells and spring intakes of the whole domain, the part outside the city included.
fn counts(group: &GroupRow) -> bool {
    group.karst
}

pub(super) fn rule(evidence: &Evidence, target: &Target, base_year: i16) -> Ruling {
    let scope = Scope::new("domain", &evidence.basin.id);
    let mut ruling = Ruling::open(target, scope, "karst-take", target.required, "m3/a");
    let by = target.by.year();
    let years = evidence.value.ledger.years();
    if !years.contains(&by) || !years.contains(&base_year) || base_year >= by {
        ruling.reason.say(
            format!("模拟时段须含基准年{base_year}年和其后的{by}年。"),
            format!("The run must cover the base year {base_year} and, after it, {by}."),
        );
        return ruling;
    }
    let take = |side: &Side, year: i16| side.ledger.year(year, counts).delivered.cubic_metres();
    let holds = |side: &Side, year: i16| take(side, year) < take(side, base_year);
    let at_value = Status::of(holds(&evidence.value, by));
    let [low, high] = evidence.ends().map(|end| Status::of(holds(end, by)));
    let (value, threshold) = (take(&evidence.value, by), take(&evidence.value, base_year));
    ruling.status = Status::agreed(at_value, &[low, high]);
    ruling.value = Some(value);
    ruling.threshold = Some(threshold);
    ruling.margin_m3 = Some(threshold - value);
    let of_ends = evidence.ends().map(|end| take(end, by));
    let margins = evidence.ends().map(|end| take(end, base_year) - take(end, by));
    ruling.worst_margin_m3 = Some((threshold - value).min(margins[0]).min(margins[1]));
    ruling.band = Some(Band::over(of_ends[0], of_ends[1]));
    let later: Vec<i16> = evidence.reported().into_iter().filter(|year| *year > base_year).collect();
    ruling.first_met =
        first_lasting(&later, |year| holds(&evidence.value, year)).map(|year| year.to_string());
    ruling.binding = Some(binding(evidence.value.ledger, by, counts));
    ruling.reason.say(
        format!("{by}年岩溶水取水（岩溶井加引泉）{}，基准年{base_year}年{}。", zh(value), zh(threshold)),
        format!(
            "Take of karst water (karst wells and spring intakes) is {} in {by}, {} in the base year {base_year}.",
            en(value),
            en(threshold)
        ),
    );
    say_ends(&mut ruling.reason, at_value, low, high, (of_ends[0], of_ends[1]));
    ruling
}
