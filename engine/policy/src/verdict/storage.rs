//! Test (b) of `balance`: with the year's take held through at least twenty years of normal climate, the storage of the
//! connected karst no longer falls over the last cycle **and** the springs keep a floor. Without the floor a dead spring
//! would pass.

use super::wording::{en, word, zh};
use super::{
    Area, Band, Binding, Evidence, Ruling, Scope, SpringYield, Status, StorageChange, StorageEvidence,
    StorageTest,
};
use crate::{Target, Text};

/// Fewest years of normal climate.
const LEAST_YEARS: u16 = 20;

pub(super) fn rule(evidence: &Evidence, target: &Target, area: &Area, scope: Scope, floor: f64) -> Ruling {
    let mut ruling = Ruling::open(target, scope, "storage", false, "m3");
    let test = match evidence.value.storage {
        StorageEvidence::NotRun => {
            ruling.reason.say("未做储量检验。", "The storage test was not run.");
            return ruling;
        }
        StorageEvidence::Failed(why) => {
            ruling.reason.say(
                format!("储量检验没有结果：{}", why.zh),
                format!("The storage test came to no result: {}", why.en),
            );
            return ruling;
        }
        StorageEvidence::Done(test) => test,
    };
    let Some(found) = found(test, area, target, &mut ruling.reason) else { return ruling };
    let at_value = judge(found, test, floor);
    ruling.value = Some(found.change);
    ruling.threshold = Some(0.0 - found.dead_band);
    ruling.margin_m3 = Some(found.change + found.dead_band);
    ruling.binding = Some(Binding {
        year: Some(test.held_year),
        spring: lowest(test, floor).map(|spring| spring.spring.clone()),
        ..Binding::default()
    });
    say_value(&mut ruling.reason, found, test, floor);
    ruling.status = at_value;
    let mut changes = Vec::new();
    for (end, name) in evidence.ends().into_iter().zip([("低端", "low"), ("高端", "high")]) {
        let reason = &mut ruling.reason;
        match end.storage {
            StorageEvidence::NotRun => {}
            StorageEvidence::Failed(why) => {
                ruling.status = Status::Undetermined;
                reason.say(
                    format!("假定区间{}的模拟失败：{}", name.0, why.zh),
                    format!("The run at the {} end of the assumed ranges failed: {}", name.1, why.en),
                );
            }
            StorageEvidence::Done(test) => {
                let Some(found) = self::found(test, area, target, reason) else {
                    ruling.status = Status::Undetermined;
                    continue;
                };
                let at_end = judge(found, test, floor);
                ruling.status = Status::agreed(ruling.status, &[at_end]);
                changes.push(found.change);
                reason.say(
                    format!("假定区间{}：{}（储量变化{}）。", name.0, word(at_end).0, zh(found.change)),
                    format!(
                        "At the {} end of the assumed ranges: {} (change {}).",
                        name.1,
                        word(at_end).1,
                        en(found.change)
                    ),
                );
            }
        }
    }
    match changes[..] {
        [low, high] => ruling.band = Some(Band::over(low, high)),
        _ => ruling.reason.say(
            "未在假定区间两端都做检验，仅按取值判定。",
            "It was not run at both ends of the assumed ranges and is judged at the value alone.",
        ),
    }
    ruling
}

/// The area's change, if the test is of the right year, long enough and covers the area; else the reason says what is wrong.
fn found<'t>(
    test: &'t StorageTest,
    area: &Area,
    target: &Target,
    reason: &mut Text,
) -> Option<&'t StorageChange> {
    let by = target.by.year();
    if test.held_year != by || test.years < LEAST_YEARS {
        reason.say(
            format!("储量检验保持的是{}年取水、共{}年，而此处须保持{by}年取水至少{LEAST_YEARS}年。", test.held_year, test.years),
            format!(
                "The storage test held the take of {} for {} years; here it must hold that of {by} for at least {LEAST_YEARS}.",
                test.held_year, test.years
            ),
        );
        return None;
    }
    let found = test.changes.iter().find(|change| change.area == *area);
    if found.is_none() {
        reason.say("储量检验未给出此处的储量变化。", "The storage test gives no change of storage here.");
    }
    found.filter(|found| found.change.is_finite() && found.dead_band.is_finite())
}

/// Undetermined where no spring has a published long-term flow and nothing else fails.
fn judge(found: &StorageChange, test: &StorageTest, floor: f64) -> Status {
    let springs: Vec<Status> = test.springs.iter().map(|spring| keeps(spring, floor)).collect();
    Status::all(&[Status::of(found.change >= -found.dead_band), Status::all(&springs)])
}

fn keeps(spring: &SpringYield, floor: f64) -> Status {
    spring.long_term.map_or(Status::Undetermined, |long_term| Status::of(spring.flow >= floor * long_term))
}

/// The spring furthest below, or least above, its floor.
fn lowest(test: &StorageTest, floor: f64) -> Option<&SpringYield> {
    let over = |spring: &SpringYield| spring.long_term.map(|long_term| spring.flow - floor * long_term);
    let known = test.springs.iter().filter_map(|spring| Some((over(spring)?, spring)));
    known.min_by(|a, b| a.0.total_cmp(&b.0)).map(|lowest| lowest.1)
}

fn say_value(reason: &mut Text, found: &StorageChange, test: &StorageTest, floor: f64) {
    reason.say(
        format!(
            "保持{}年取水、重复正常气候{}年：最后{}年岩溶储量变化{}（允许误差{}）。",
            test.held_year, test.years, test.cycle_years, zh(found.change), zh(found.dead_band)
        ),
        format!(
            "With the take of {} held through {} normal years, karst storage changes by {} over the last {} year(s) (dead band {}).",
            test.held_year, test.years, en(found.change), test.cycle_years, en(found.dead_band)
        ),
    );
    if test.springs.is_empty() {
        reason.say(
            "未给出泉流量，不能排除泉已干涸。",
            "No spring flow is given, so a dead spring cannot be ruled out.",
        );
    }
    for spring in &test.springs {
        let flow = spring.flow / 86_400.0;
        match spring.long_term.map(|long_term| long_term / 86_400.0) {
            Some(long_term) => reason.say(
                format!(
                    "泉{}：{flow:.3} m³/s，下限为多年均值{long_term:.3} m³/s的{:.0} %。",
                    spring.spring,
                    floor * 100.0
                ),
                format!(
                    "Spring {}: {flow:.3} m³/s, floor {:.0} % of the long-term {long_term:.3} m³/s.",
                    spring.spring,
                    floor * 100.0
                ),
            ),
            None => reason.say(
                format!("泉{}：{flow:.3} m³/s，无公布的多年均值可比。", spring.spring),
                format!(
                    "Spring {}: {flow:.3} m³/s, with no published long-term flow to hold it to.",
                    spring.spring
                ),
            ),
        }
    }
}
