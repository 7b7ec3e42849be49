//! `cap`: the city's groundwater abstraction in every year from the target's on is at most a threshold.
//!
//! The statistical basis (wells booked as groundwater; assumed) decides. The physical basis (wells, spring intakes and mine
//! drainage, each m³ once) is a ruling of its own beside it; where the two disagree, both say so first.

use quanyu_basin::Fault;

use super::break_even::Rescaled;
use super::wording::{en, say_break_even, say_ends, word, zh};
use super::{Band, Binding, Evidence, Ruling, Scope, Side, Status};
use crate::words::sector_word;
use crate::{Basis, GroupRow, Ledger, Litres, Target};

pub(super) fn rule(evidence: &Evidence, target: &Target, most: f64) -> Result<Vec<Ruling>, Vec<Fault>> {
    let mut statistical = on_basis(evidence, target, most, Basis::Statistical)?;
    let mut physical = on_basis(evidence, target, most, Basis::Physical)?;
    if statistical.status != physical.status {
        let (a, b) = (word(statistical.status), word(physical.status));
        let zh = format!("两种口径结论不同：统计口径{}，物理口径{}。", a.0, b.0);
        let en = format!("The two bases disagree: statistical {}, physical {}.", a.1, b.1);
        for ruling in [&mut statistical, &mut physical] {
            let rest = std::mem::take(&mut ruling.reason);
            ruling.reason.say(&zh, &en);
            ruling.reason.say(rest.zh, rest.en);
        }
    }
    Ok(vec![statistical, physical])
}

fn on_basis(evidence: &Evidence, target: &Target, most: f64, basis: Basis) -> Result<Ruling, Vec<Fault>> {
    let (test, required) = match basis {
        Basis::Statistical => ("cap", target.required),
        Basis::Physical => ("cap-physical", false),
    };
    let mut ruling = Ruling::open(target, Scope::new("city", "city"), test, required, "m3/a");
    ruling.threshold = Some(most);
    match basis {
        Basis::Statistical => ruling.reason.say(
            "统计口径仅计按地下水统计的机井（假定，待核）。",
            "Statistical basis: wells booked as groundwater only (assumed, to be verified).",
        ),
        Basis::Physical => ruling.reason.say(
            "物理口径计机井、引泉和矿井排水，每立方米只计一次。",
            "Physical basis: wells, spring intakes and mine drainage, each m³ once.",
        ),
    }
    let by = target.by.year();
    let ledger = evidence.value.ledger;
    let years: Vec<i16> = ledger.years().into_iter().filter(|year| *year >= by).collect();
    if years.first() != Some(&by) {
        ruling.reason.say(format!("模拟时段不含{by}年。"), format!("The run does not cover {by}."));
        return Ok(ruling);
    }
    let take = |side: &Side, year: i16| side.ledger.abstraction(year, basis).cubic_metres();
    let worst = |side: &Side| {
        let mut worst = (by, f64::NEG_INFINITY);
        for year in &years {
            let take = take(side, *year);
            if take > worst.1 {
                worst = (*year, take);
            }
        }
        worst
    };
    let (year, worst_take) = worst(&evidence.value);
    let [low, high] = evidence.ends().map(|end| worst(end).1);
    let [at_value, at_low, at_high] = [worst_take, low, high].map(|take| Status::of(take <= most));
    ruling.status = Status::agreed(at_value, &[at_low, at_high]);
    ruling.value = Some(take(&evidence.value, by));
    ruling.band = Some(Band::over(take(&evidence.low, by), take(&evidence.high, by)));
    ruling.margin_m3 = Some(most - worst_take);
    ruling.worst_margin_m3 = Some(most - worst_take.max(low).max(high));
    ruling.first_met = first_lasting(&evidence.reported(), |year| take(&evidence.value, year) <= most)
        .map(|year| year.to_string());
    ruling.binding = Some(binding(ledger, year, |group| basis.counts(group)));
    let rescaled =
        Rescaled::new(evidence.basin, evidence.scenario, ledger, years, |group| basis.counts(group));
    ruling.break_even =
        rescaled.break_even(at_value == Status::Met, |takes| takes.iter().all(|take| *take <= most))?;
    let reason = &mut ruling.reason;
    let first = take(&evidence.value, by);
    reason.say(
        format!(
            "{by}年取水{}；{by}年及以后最大为{year}年的{}，上限{}。",
            zh(first),
            zh(worst_take),
            zh(most)
        ),
        format!(
            "{by} takes {}; the largest take from {by} on is {} in {year}, against at most {}.",
            en(first),
            en(worst_take),
            en(most)
        ),
    );
    say_ends(reason, at_value, at_low, at_high, (low, high));
    say_break_even(reason, at_value, ruling.break_even);
    Ok(ruling)
}

/// First of some ascending years from which a test holds in every one that follows.
pub(super) fn first_lasting(years: &[i16], holds: impl Fn(i16) -> bool) -> Option<i16> {
    years.iter().rev().take_while(|year| holds(**year)).last().copied()
}

/// The largest zone and sector of a year's take.
pub(super) fn binding(ledger: &Ledger, year: i16, counts: impl Fn(&GroupRow) -> bool) -> Binding {
    let mut zones: Vec<(String, Litres)> = Vec::new();
    let mut sectors: Vec<(String, Litres)> = Vec::new();
    let add = |sums: &mut Vec<(String, Litres)>, key: String, volume: Litres| match sums
        .iter_mut()
        .find(|(of, _)| *of == key)
    {
        Some((_, sum)) => *sum += volume,
        None => sums.push((key, volume)),
    };
    for (index, group) in ledger.groups.iter().enumerate().filter(|(_, group)| counts(group)) {
        let taken = (0..ledger.periods.len())
            .filter(|period| ledger.periods[*period].year() == year)
            .map(|period| ledger.entry(index, period).delivered)
            .sum();
        if let Some(zone) = group.zones.last() {
            add(&mut zones, zone.clone(), taken);
        }
        add(&mut sectors, sector_word(group.sector).into(), taken);
    }
    let largest = |sums: Vec<(String, Litres)>| {
        let mut best: Option<(String, Litres)> = None;
        for sum in sums {
            if best.as_ref().is_none_or(|best| sum.1 > best.1) {
                best = Some(sum);
            }
        }
        best.filter(|best| best.1 > Litres::ZERO).map(|best| best.0)
    };
    Binding { year: Some(year), zone: largest(zones), sector: largest(sectors), spring: None }
}
