//! Discharge of springs: `spring_stable` and `spring_reflow`.

use jiff::civil::Date;
use quanyu_basin::{Period, Sureness};

use super::cap::first_lasting;
use super::levels::{TREND_YEARS, last_reported, say_ends, say_not_covered, say_value_only};
use super::wording::percent;
use super::{Band, Binding, Evidence, Ruling, Scope, Side, Status};
use crate::Target;
use crate::statistics::{Trend, trend};

/// Discharge below which a spring counts as not flowing \[m³/d\].
const FLOWING: f64 = 1.0;
/// Days of flow without a break that count as sustained \[d\].
const SUSTAINED: f64 = 365.0;

/// Trend of annual discharge over the last years up to a year, relative to its mean over them.
struct Course {
    trend: Trend,
    mean: f64,
}

impl Course {
    fn relative(&self) -> f64 {
        self.trend.slope / self.mean
    }

    fn holds(&self, dead_band: f64) -> bool {
        self.mean >= FLOWING && self.relative() >= -dead_band
    }
}

/// The course over the last reported years up to `by`; `None` where there are fewer than [`TREND_YEARS`].
fn course(evidence: &Evidence, side: &Side, id: &str, by: i16) -> Option<Course> {
    let years = last_reported(evidence, by);
    if years.len() < TREND_YEARS || years.last() != Some(&by) {
        return None;
    }
    let annual: Vec<(f64, f64)> = (side.annual(&side.spring(id)?.flow).into_iter())
        .filter(|(year, _)| years.contains(year))
        .map(|(year, flow)| (f64::from(year), flow))
        .collect();
    let mean = annual.iter().map(|row| row.1).sum::<f64>() / annual.len() as f64;
    Some(Course { trend: trend(&annual)?, mean })
}

/// `spring_stable`: the Sen slope of annual discharge over the five reported years up to the target's year, relative to its
/// mean over them, is not below minus the dead band; a spring that has run dry is not stable.
pub(super) fn stable(evidence: &Evidence, target: &Target, id: &str, dead_band: f64) -> Ruling {
    let mut ruling = Ruling::open(target, Scope::new("spring", id), "spring-stable", target.required, "1/a");
    ruling.threshold = Some(-dead_band);
    let by = target.by.year();
    let Some(found) = course(evidence, &evidence.value, id, by) else {
        say_not_covered(&mut ruling.reason, by);
        return ruling;
    };
    let at_value = Status::of(found.holds(dead_band));
    let reason = &mut ruling.reason;
    ruling.binding = Some(Binding { year: Some(by), spring: Some(id.into()), ..Binding::default() });
    let (mean, slope) = (found.mean / 86_400.0, found.trend.slope / 86_400.0);
    let confidence = found.trend.confidence * 100.0;
    reason.say(
        format!("至{by}年的{TREND_YEARS}年平均流量{mean:.3} m³/s，Sen斜率{slope:+.4} m³/s·a（置信度{confidence:.0} %）。"),
        format!(
            "Mean discharge over the {TREND_YEARS} years to {by} is {mean:.3} m³/s, Sen slope {slope:+.4} m³/s a year \
             (confidence {confidence:.0} %)."
        ),
    );
    if found.mean < FLOWING {
        reason.say("泉已干涸，不算稳定。", "The spring has run dry, which is not stable.");
    } else {
        ruling.value = Some(found.relative());
        reason.say(
            format!("相对变化每年{}，允许{}。", percent(found.relative()), percent(-dead_band)),
            format!("That is {} a year, against {} allowed.", percent(found.relative()), percent(-dead_band)),
        );
    }
    if let Some((flow, start)) = low_flow(evidence, id, by) {
        let flow = flow / 86_400.0;
        reason.say(
            format!("其间最低时段流量{flow:.3} m³/s（{start}起）。"),
            format!("The lowest flow of a period among them is {flow:.3} m³/s (from {start})."),
        );
    }
    let holds =
        |year: i16| course(evidence, &evidence.value, id, year).is_some_and(|course| course.holds(dead_band));
    let stops = first_lasting(&evidence.reported(), holds);
    ruling.first_met = stops.map(|year| year.to_string());
    let earliest = evidence.reported().get(TREND_YEARS - 1).copied();
    match stops {
        Some(year) if Some(year) == earliest => {
            reason
                .say("报告时段内未见超出允许的下降。", "There is no decline beyond that within the report.");
        }
        Some(year) => reason.say(format!("自{year}年起不再下降。"), format!("The decline stops in {year}.")),
        None => reason.say("报告时段内下降未停止。", "The decline does not stop within the report."),
    }
    let ends: Vec<Course> = evidence.ends().iter().filter_map(|end| course(evidence, end, id, by)).collect();
    let statuses: Vec<Status> = ends.iter().map(|course| Status::of(course.holds(dead_band))).collect();
    ruling.status = Status::agreed(at_value, &statuses);
    if let [low, high] = &ends[..] {
        if low.mean >= FLOWING && high.mean >= FLOWING {
            ruling.band = Some(Band::over(low.relative(), high.relative()));
        }
        let of = |course: &Course| {
            if course.mean < FLOWING { "0 m³/s".into() } else { format!("{}/a", percent(course.relative())) }
        };
        say_ends(reason, ruling.status, &format!("{}, {}", of(low), of(high)));
    } else {
        say_value_only(reason);
    }
    ruling
}

/// Least discharge of a period in the years that the course goes over, and when it began.
fn low_flow(evidence: &Evidence, id: &str, by: i16) -> Option<(f64, Date)> {
    let years = last_reported(evidence, by);
    let flows = evidence.value.ledger.periods.iter().zip(&evidence.value.spring(id)?.flow);
    flows
        .filter(|(period, _)| years.contains(&period.year()))
        .map(|(period, flow)| (*flow, period.start))
        .min_by(|a, b| a.0.total_cmp(&b.0))
}

/// `spring_reflow`: a dried-up spring flows again, for a year on end, by the target's date. Undetermined without a quoted
/// outlet elevation and a known date of drying; what the model shows stands in the reason.
pub(super) fn reflow(evidence: &Evidence, target: &Target, id: &str) -> Ruling {
    let mut ruling = Ruling::open(target, Scope::new("spring", id), "spring-reflow", target.required, "d/a");
    let by = target.by.year();
    let Some(spring) = evidence.basin.springs.iter().find(|spring| spring.id == id) else {
        ruling.reason.say("流域文件中没有此泉。", "The basin has no such spring.");
        return ruling;
    };
    let Some(series) = evidence.value.spring(id) else {
        say_not_covered(&mut ruling.reason, by);
        return ruling;
    };
    let periods = &evidence.value.ledger.periods;
    if !evidence.reported().contains(&by) {
        say_not_covered(&mut ruling.reason, by);
        return ruling;
    }
    ruling.binding = Some(Binding { year: Some(by), spring: Some(id.into()), ..Binding::default() });
    ruling.threshold = Some(0.0);
    let dry = dry_days(periods, &series.flow, by);
    ruling.value = Some(dry);
    let after = spring.dried.unwrap_or(periods[0].start);
    let first = sustained(periods, &series.flow, after);
    ruling.reason.say(
        format!("模型中{by}年断流{dry:.0}天。"),
        format!("In the model it has {dry:.0} days without flow in {by}."),
    );
    let known = spring.elevation.sureness == Sureness::Quoted && spring.dried.is_some();
    if !known {
        ruling.reason.say(
            "泉口高程或断流日期未见公布，故无法判定。",
            "The outlet's elevation or the date of drying is not published, so it is undetermined.",
        );
        return ruling;
    }
    let flows = |series: &[f64]| flows_by(periods, series, after, target.by);
    let at_value = Status::of(flows(&series.flow));
    match first {
        Some(date) => {
            ruling.first_met = Some(format!("{:04}-{:02}", date.year(), date.month()));
            ruling
                .reason
                .say(format!("{date}起首次持续出流。"), format!("It first flows lastingly from {date} on."));
        }
        None => ruling.reason.say("未见持续出流。", "It never flows lastingly."),
    }
    let ends: Vec<_> = evidence.ends().iter().filter_map(|end| end.spring(id)).collect();
    let statuses: Vec<Status> = ends.iter().map(|series| Status::of(flows(&series.flow))).collect();
    ruling.status = Status::agreed(at_value, &statuses);
    if let [low, high] = ends[..] {
        let (low, high) = (dry_days(periods, &low.flow, by), dry_days(periods, &high.flow, by));
        ruling.band = Some(Band::over(low, high));
        say_ends(&mut ruling.reason, ruling.status, &format!("{low:.0} d, {high:.0} d"));
    } else {
        say_value_only(&mut ruling.reason);
    }
    ruling
}

/// Days of a year in periods without flow.
fn dry_days(periods: &[Period], flow: &[f64], year: i16) -> f64 {
    let of_year = periods.iter().zip(flow).filter(|(period, _)| period.year() == year);
    let dry = of_year.filter(|(_, flow)| **flow < FLOWING).map(|(period, _)| period.days());
    // An empty sum of floats is −0.
    dry.fold(0.0, |sum, days| sum + days)
}

/// Spells of flow that begin on or after a date and last a year or more: first day, day after the last.
fn spells(periods: &[Period], flow: &[f64], after: Date) -> Vec<(Date, Date)> {
    let mut spells: Vec<(Date, Date, f64)> = Vec::new();
    let mut flowing = false;
    for (period, flow) in periods.iter().zip(flow).filter(|(period, _)| period.start >= after) {
        match (*flow >= FLOWING, flowing) {
            (true, true) => {
                if let Some(spell) = spells.last_mut() {
                    *spell = (spell.0, period.end, spell.2 + period.days());
                }
            }
            (true, false) => spells.push((period.start, period.end, period.days())),
            (false, _) => {}
        }
        flowing = *flow >= FLOWING;
    }
    spells.into_iter().filter(|spell| spell.2 >= SUSTAINED).map(|spell| (spell.0, spell.1)).collect()
}

fn sustained(periods: &[Period], flow: &[f64], after: Date) -> Option<Date> {
    spells(periods, flow, after).first().map(|spell| spell.0)
}

/// True where a sustained spell that began after drying flows on a date.
fn flows_by(periods: &[Period], flow: &[f64], after: Date, by: Date) -> bool {
    spells(periods, flow, after).iter().any(|(first, end)| *first <= by && by < *end)
}
