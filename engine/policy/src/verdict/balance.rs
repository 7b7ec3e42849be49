//! `balance`: extraction and recharge in balance in every overdraft zone.
//!
//! Three tests for each zone and sub-zone, all shown: (a) allowable, here; (b) storage; (c) level. The headline asks the
//! deciding test of every zone; a surplus elsewhere never offsets a zone.
//!
//! (a) The zone's wells, in the target's year and in the mean of it and the two years before, take at most the allowable
//! abstraction (a published administrative figure). It is judged at both ends of the range of the zone's own sum, which the
//! published sums confine: what the zone takes more, others under the same sum take less.
//! Mine drainage is not counted, since such figures are set for wells.

use quanyu_basin::{Fault, GroupKind, Zone};

use super::break_even::Rescaled;
use super::cap::{binding, first_lasting};
use super::wording::{en, say_break_even, say_ends, zh};
use super::{Area, Band, Evidence, Ruling, Scope, Side, Status, headline, levels, storage};
use crate::{BalanceTest, Ends, GroupRow, Target};

/// Years that the mean of the allowable test goes over.
const MEAN_YEARS: i16 = 3;

/// The word for a test.
pub(super) fn test_word(test: BalanceTest) -> &'static str {
    match test {
        BalanceTest::Allowable => "allowable",
        BalanceTest::Storage => "storage",
        BalanceTest::Level => "level",
    }
}

pub(super) fn rule(
    evidence: &Evidence,
    target: &Target,
    decides: BalanceTest,
    spring_floor: f64,
) -> Result<Vec<Ruling>, Vec<Fault>> {
    let mut rulings = Vec::new();
    for zone in &evidence.basin.zones {
        rulings.push(allowable(evidence, target, zone)?);
        rulings.push(storage::rule(
            evidence,
            target,
            &Area::Zone(zone.id.clone()),
            scope(zone),
            spring_floor,
        ));
        rulings.push(levels::trend_of_zone(evidence, target, zone));
    }
    for outline in &evidence.basin.outlines {
        let area = Area::Basin(outline.id.clone());
        rulings.push(storage::rule(evidence, target, &area, Scope::new("basin", &outline.id), spring_floor));
    }
    let headline = headline::over_zones(evidence, target, decides, &rulings);
    rulings.insert(0, headline);
    Ok(rulings)
}

pub(super) fn scope(zone: &Zone) -> Scope {
    Scope::new(if zone.parent.is_none() { "zone" } else { "sub-zone" }, &zone.id)
}

fn counts(zone: &str) -> impl Fn(&GroupRow) -> bool + '_ {
    move |group| group.kind == GroupKind::Wells && group.zones.iter().any(|id| id == zone)
}

fn allowable(evidence: &Evidence, target: &Target, zone: &Zone) -> Result<Ruling, Vec<Fault>> {
    let mut ruling = Ruling::open(target, scope(zone), "allowable", false, "m3/a");
    let by = target.by.year();
    let years = evidence.value.ledger.years();
    let take = |side: &Side, year: i16| side.ledger.year(year, counts(&zone.id)).delivered.cubic_metres();
    let covered = |year: i16| (year + 1 - MEAN_YEARS..=year).all(|year| years.contains(&year));
    // What is judged: the larger of the year's take and the mean.
    let judged = |side: &Side, year: i16| {
        let mean =
            (year + 1 - MEAN_YEARS..=year).map(|year| take(side, year)).sum::<f64>() / f64::from(MEAN_YEARS);
        (take(side, year), mean)
    };
    let reason = &mut ruling.reason;
    if !covered(by) {
        reason.say(
            format!("模拟时段不含{}至{by}年。", by + 1 - MEAN_YEARS),
            format!("The run does not cover {} to {by}.", by + 1 - MEAN_YEARS),
        );
        return Ok(ruling);
    }
    let (of_year, mean) = judged(&evidence.value, by);
    let span = (by + 1 - MEAN_YEARS..=by).collect();
    let rescaled =
        Rescaled::new(evidence.basin, evidence.scenario, evidence.value.ledger, span, counts(&zone.id));
    let pair = |takes: &[f64]| {
        (takes.last().copied().unwrap_or(0.0), takes.iter().sum::<f64>() / takes.len() as f64)
    };
    let (low, high) = (pair(&rescaled.at(Ends::Low)?), pair(&rescaled.at(Ends::High)?));
    ruling.value = Some(of_year);
    ruling.band = Some(Band::over(low.0, high.0));
    ruling.binding = Some(binding(evidence.value.ledger, by, counts(&zone.id)));
    reason.say(
        format!("{by}年机井取水{}，近三年均值{}。", zh(of_year), zh(mean)),
        format!("Wells take {} in {by}, {} in the mean of three years.", en(of_year), en(mean)),
    );
    let Some(figure) = &zone.allowable else {
        reason.say(
            "未见公布的可开采量，故无法判定。",
            "No allowable abstraction is published, so it is undetermined.",
        );
        return Ok(ruling);
    };
    let most = |pair: (f64, f64)| pair.0.max(pair.1);
    let at_value = Status::of(most((of_year, mean)) <= figure.value);
    let at_low = Status::of(most(low) <= figure.high());
    let at_high = Status::of(most(high) <= figure.low());
    ruling.status = Status::agreed(at_value, &[at_low, at_high]);
    ruling.threshold = Some(figure.value);
    let margin = figure.value - most((of_year, mean));
    ruling.margin_m3 = Some(margin);
    ruling.worst_margin_m3 = Some(margin.min(figure.high() - most(low)).min(figure.low() - most(high)));
    let holds = |year: i16| covered(year) && most(judged(&evidence.value, year)) <= figure.value;
    ruling.first_met = first_lasting(&evidence.reported(), holds).map(|year| year.to_string());
    let span = (by + 1 - MEAN_YEARS..=by).collect();
    let rescaled =
        Rescaled::new(evidence.basin, evidence.scenario, evidence.value.ledger, span, counts(&zone.id));
    ruling.break_even = rescaled.break_even(at_value == Status::Met, |takes| {
        let mean = takes.iter().sum::<f64>() / takes.len() as f64;
        takes.last().is_none_or(|last| last.max(mean) <= figure.value)
    })?;
    reason.say(
        format!("可开采量{}，超采系数{:.2}。", zh(figure.value), of_year / figure.value - 1.0),
        format!(
            "Allowable abstraction {}; overdraft coefficient {:.2}.",
            en(figure.value),
            of_year / figure.value - 1.0
        ),
    );
    say_ends(reason, at_value, at_low, at_high, (most(low), most(high)));
    say_break_even(reason, at_value, ruling.break_even);
    if at_value == Status::Met
        && let Some(year) =
            evidence.reported().into_iter().find(|year| *year > by && covered(*year) && !holds(*year))
    {
        reason.say(format!("但{year}年又超出。"), format!("It is exceeded again in {year}."));
    }
    let unknown = evidence.value.ledger.year(by, |group| counts(&zone.id)(group) && group.location_unknown);
    if unknown.delivered.count() > 0 {
        let volume = unknown.delivered.cubic_metres();
        reason.say(
            format!("其中{}的位置为假定。", zh(volume)),
            format!("The place of {} of it is assumed.", en(volume)),
        );
    }
    reason.say(
        "未计量取水未见单列，含在各组取水量及其区间内。",
        "Unmetered take is not published apart; it is within the groups' takes and their ranges.",
    );
    Ok(ruling)
}
