//! The headline of `balance`: every overdraft zone by the deciding test.

use super::balance::test_word;
use super::wording::word;
use super::{Binding, Evidence, Ruling, Scope, Status};
use crate::{BalanceTest, Target};

/// Met only if the deciding test is met in every zone that is not a sub-zone; one missed zone misses it.
pub(super) fn over_zones(
    evidence: &Evidence,
    target: &Target,
    decides: BalanceTest,
    rulings: &[Ruling],
) -> Ruling {
    let test = test_word(decides);
    let zones: Vec<&Ruling> =
        (rulings.iter()).filter(|ruling| ruling.test == test && ruling.scope.kind == "zone").collect();
    let mut headline = Ruling::open(target, Scope::new("city", "all-zones"), test, target.required, "zones");
    let statuses: Vec<Status> = zones.iter().map(|ruling| ruling.status).collect();
    headline.status = Status::all(&statuses);
    if zones.is_empty() {
        headline.reason.say("流域文件中没有超采区。", "The basin has no overdraft zone.");
        return headline;
    }
    let met = statuses.iter().filter(|status| **status == Status::Met).count();
    headline.value = Some(met as f64);
    headline.threshold = Some(zones.len() as f64);
    let smallest = |of: fn(&Ruling) -> Option<f64>| -> Option<f64> {
        zones.iter().map(|ruling| of(ruling)).try_fold(f64::INFINITY, |least, next| Some(least.min(next?)))
    };
    headline.margin_m3 = smallest(|ruling| ruling.margin_m3);
    // The first zone to fail decides while all hold; the last one to hold decides while one fails.
    headline.break_even = smallest(|ruling| match (ruling.status, ruling.break_even) {
        (Status::Met, None) => Some(f64::INFINITY),
        (_, share) => share,
    })
    .filter(|share| share.is_finite());
    headline.first_met = zones
        .iter()
        .map(|ruling| ruling.first_met.clone())
        .try_fold(String::new(), |latest, next| Some(latest.max(next?)));
    let weakest = weakest(&zones);
    headline.binding = Some(Binding {
        year: weakest.binding.as_ref().and_then(|binding| binding.year),
        zone: Some(weakest.scope.id.clone()),
        sector: weakest.binding.as_ref().and_then(|binding| binding.sector.clone()),
        spring: weakest.binding.as_ref().and_then(|binding| binding.spring.clone()),
    });
    let reason = &mut headline.reason;
    reason.say(
        format!("{}个超采区中{met}个达标；盈余不得抵补他区。", zones.len()),
        format!(
            "{met} of {} overdraft zones meet it; a surplus elsewhere never offsets a zone.",
            zones.len()
        ),
    );
    for ruling in &zones {
        let (zh, en) = word(ruling.status);
        let names =
            evidence.basin.zones.iter().find(|zone| zone.id == ruling.scope.id).map(|zone| &zone.names);
        let (name_zh, name_en) = names.map_or(("", ""), |names| (names.zh.as_str(), names.en.as_str()));
        reason.say(format!("{name_zh}：{zh}。"), format!("{name_en}: {en}."));
    }
    let others = rulings.iter().filter(|ruling| ruling.test != test && ruling.scope.kind == "zone");
    for other in others.filter(|other| other.status != Status::Undetermined) {
        let same = zones.iter().any(|zone| zone.scope == other.scope && zone.status == other.status);
        if !same {
            let (zh, en) = word(other.status);
            reason.say(
                format!("另一检验（{}）在{}：{zh}。", other.test, other.scope.id),
                format!("The {} test says otherwise of {}: {en}.", other.test, other.scope.id),
            );
        }
    }
    headline
}

/// The zone that decides: a missed one before an undetermined one before a met one, then the smallest margin.
fn weakest<'r>(zones: &[&'r Ruling]) -> &'r Ruling {
    let rank = |status: Status| match status {
        Status::Missed => 0,
        Status::Undetermined => 1,
        Status::Met => 2,
    };
    let mut weakest = zones[0];
    for zone in &zones[1..] {
        let (a, b) = (rank(zone.status), rank(weakest.status));
        let margin = |ruling: &Ruling| ruling.margin_m3.unwrap_or(f64::INFINITY);
        if a < b || (a == b && margin(zone) < margin(weakest)) {
            weakest = zone;
        }
    }
    weakest
}
