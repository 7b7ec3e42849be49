//! Levels: test (c) of `balance`, and the level at a spring's outlet.

use quanyu_basin::{Sureness, Zone};

use super::balance::scope;
use super::{Band, Binding, Evidence, Ruling, Scope, Side, Status, measured};
use crate::statistics::trend;
use crate::{Target, Text};

/// Years that a trend goes over.
pub(super) const TREND_YEARS: usize = 5;

/// Test (c), by measured levels ([`super::measured`]). Without any it is undetermined: the model's own trend stands in the reason, so
/// labelled, and is no value of the test.
pub(super) fn trend_of_zone(evidence: &Evidence, target: &Target, zone: &Zone) -> Ruling {
    let mut ruling = Ruling::open(target, scope(zone), "level", false, "m/a");
    let here: Vec<_> = evidence
        .basin
        .observations
        .iter()
        .filter(|point| point.zone.as_deref() == Some(zone.id.as_str()))
        .collect();
    let wells: Vec<_> = here.iter().copied().filter(|point| point.measured).collect();
    if measured::rule(evidence, target, &wells, &mut ruling) {
        return ruling;
    }
    if !wells.is_empty() {
        ruling.reason.say(
            "有实测井，但所报年份内没有满五年的水位序列，故无法判定。",
            "There are measured wells, but none has levels of five reported years up to the date, so it is undetermined.",
        );
    } else {
        ruling.reason.say(
            "没有公布的实测水位，故无法判定。",
            "No measured levels are published, so it is undetermined.",
        );
    }
    for point in here {
        let Some(series) = evidence.value.levels.iter().find(|series| series.observation == point.id) else {
            continue;
        };
        let until = last_reported(evidence, target.by.year());
        let annual: Vec<(f64, f64)> = (evidence.value.annual(&series.head).into_iter())
            .filter(|(year, _)| until.contains(year))
            .map(|(year, head)| (f64::from(year), head))
            .collect();
        if let Some(trend) = (annual.len() >= TREND_YEARS).then(|| trend(&annual)).flatten() {
            let confidence = trend.confidence * 100.0;
            ruling.reason.say(
                format!(
                    "（模型水位，非实测：{}点 {:+.3} m/a，置信度{confidence:.0} %。）",
                    point.id, trend.slope
                ),
                format!(
                    "(Model level, not measured: {:+.3} m/a at {}, confidence {confidence:.0} %.)",
                    trend.slope, point.id
                ),
            );
        }
    }
    ruling
}

/// The last years that are reported and not after a year, at most [`TREND_YEARS`] of them.
pub(super) fn last_reported(evidence: &Evidence, by: i16) -> Vec<i16> {
    let mut years = evidence.reported();
    years.retain(|year| *year <= by);
    years.split_off(years.len().saturating_sub(TREND_YEARS))
}

/// `spring_level`: head at the outlet against its elevation. Without a quoted elevation only the rise since the first
/// reported year is shown, and the test is undetermined.
pub(super) fn level(evidence: &Evidence, target: &Target, id: &str) -> Ruling {
    let mut ruling = Ruling::open(target, Scope::new("spring", id), "spring-level", target.required, "m");
    let by = target.by.year();
    let Some(spring) = evidence.basin.springs.iter().find(|spring| spring.id == id) else {
        ruling.reason.say("流域文件中没有此泉。", "The basin has no such spring.");
        return ruling;
    };
    let reported = evidence.reported();
    let first = reported.first().copied().filter(|first| *first < by && reported.contains(&by));
    let (Some(first), Some(heads)) = (first, heads(&evidence.value, id)) else {
        say_not_covered(&mut ruling.reason, by);
        return ruling;
    };
    let at = |heads: &[(i16, f64)], year: i16| heads.iter().find(|row| row.0 == year).map(|row| row.1);
    let rise = |heads: &[(i16, f64)]| Some(at(heads, by)? - at(heads, first)?);
    let Some(risen) = rise(&heads) else {
        say_not_covered(&mut ruling.reason, by);
        return ruling;
    };
    ruling.binding = Some(Binding { year: Some(by), spring: Some(id.into()), ..Binding::default() });
    ruling.reason.say(
        format!("模型泉口水头自{first}年至{by}年变化{risen:+.2} m。"),
        format!("The model's head at the outlet changes by {risen:+.2} m from {first} to {by}."),
    );
    let ends = evidence.ends().map(|end| self::heads(end, id));
    if spring.elevation.sureness != Sureness::Quoted {
        ruling.value = Some(risen);
        if let [Some(low), Some(high)] = &ends {
            ruling.band = rise(low).zip(rise(high)).map(|(low, high)| Band::over(low, high));
        }
        ruling.reason.say(
            "泉口高程未见公布，只给出升降米数，不作判定。",
            "The outlet's elevation is not published: only metres of rise are given, and it is undetermined.",
        );
        return ruling;
    }
    let elevation = spring.elevation.value;
    let over = |heads: &[(i16, f64)]| at(heads, by).map(|head| head - elevation);
    let Some(value) = over(&heads) else { return ruling };
    ruling.value = Some(value);
    ruling.threshold = Some(0.0);
    let at_value = Status::of(value >= 0.0);
    let of_ends: Vec<f64> = ends.iter().flatten().filter_map(|heads| over(heads)).collect();
    let statuses: Vec<Status> = of_ends.iter().map(|over| Status::of(*over >= 0.0)).collect();
    ruling.status = Status::agreed(at_value, &statuses);
    let holds = |year: i16| at(&heads, year).is_some_and(|head| head >= elevation);
    ruling.first_met = super::cap::first_lasting(&reported, holds).map(|year| year.to_string());
    ruling.reason.say(
        format!("{by}年水头高于泉口{value:+.2} m。"),
        format!("In {by} the head stands {value:+.2} m above the outlet."),
    );
    if let [low, high] = of_ends[..] {
        ruling.band = Some(Band::over(low, high));
        say_ends(&mut ruling.reason, ruling.status, &format!("{low:+.2} m, {high:+.2} m"));
    } else {
        say_value_only(&mut ruling.reason);
    }
    ruling
}

fn heads(side: &Side, id: &str) -> Option<Vec<(i16, f64)>> {
    side.spring(id).map(|series| side.annual(&series.head))
}

/// Whether the ends of the assumed ranges agree, with their values.
pub(super) fn say_ends(reason: &mut Text, status: Status, values: &str) {
    if status == Status::Undetermined {
        reason.say(
            format!("假定区间两端结论不一致（{values}），故无法判定。"),
            format!("The ends of the assumed ranges disagree ({values}), so it is undetermined."),
        );
    } else {
        reason.say(
            format!("假定区间两端结论一致（{values}）。"),
            format!("Both ends of the assumed ranges agree ({values})."),
        );
    }
}

/// That the ends of the assumed ranges were not simulated.
pub(super) fn say_value_only(reason: &mut Text) {
    reason.say(
        "未模拟假定区间两端，仅按取值判定。",
        "The ends of the assumed ranges were not simulated; it is judged at the value alone.",
    );
}

/// That the run or report does not cover a spring up to a year.
pub(super) fn say_not_covered(reason: &mut Text, by: i16) {
    reason.say(
        format!("报告时段或模拟结果不足以判到{by}年。"),
        format!("The report or the run does not cover the spring up to {by}."),
    );
}
