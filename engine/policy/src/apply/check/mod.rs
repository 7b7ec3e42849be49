//! What can be wrong with measures, targets and projects.

mod projects;

use jiff::civil::Date;
use quanyu_basin::{Basin, Fault, FaultKind, Origin, Period};

use super::{ban, intake, landscape, price, relocate, retire, trade, unconventional};
use crate::{Cut, Measure, MeasureKind, Scenario, Schedule, TargetTest};

pub(super) use projects::{projects, resolve_projects};

/// Faults of the scenario that need only the scenario, the periods and the basin's names.
pub(super) fn scenario(basin: &Basin, scenario: &Scenario, periods: &[Period]) -> Vec<Fault> {
    let mut faults = Vec::new();
    check_periods(periods, &mut faults);
    let run = periods.first().zip(periods.last()).map(|(first, last)| (first.start, last.end));
    for (index, measure) in scenario.measures.iter().enumerate() {
        if scenario.measures[..index].iter().any(|earlier| earlier.id == measure.id) {
            faults.push(twice("measure", &measure.id, measure.origin));
        }
        check_measure(basin, measure, run, &mut faults);
    }
    check_changes(basin, scenario, &mut faults);
    for (index, target) in scenario.targets.iter().enumerate() {
        if scenario.targets[..index].iter().any(|earlier| earlier.id == target.id) {
            faults.push(twice("target", &target.id, target.origin));
        }
        check_target(basin, &target.test, &target.id, target.origin, &mut faults);
    }
    faults
}

/// Faults of changed projects, changed rain, and sources whose rate of use stands twice.
fn check_changes(basin: &Basin, scenario: &Scenario, faults: &mut Vec<Fault>) {
    for (index, change) in scenario.project_changes.iter().enumerate() {
        if scenario.project_changes[..index].iter().any(|earlier| earlier.project == change.project) {
            faults.push(twice("change of a project", &change.project, change.origin));
        }
        let known = basin.projects.iter().any(|project| project.id == change.project);
        let usable = (0..=1200).contains(&change.delay_months) && (0.0..=100.0).contains(&change.capacity);
        if !(known && usable) {
            faults.push(Fault {
                origin: change.origin,
                kind: if known { FaultKind::OutOfRange } else { FaultKind::UnknownName },
                message: "The change of a project is not usable.".into(),
                value: format!(
                    "{}, {} months, {} times",
                    change.project, change.delay_months, change.capacity
                ),
                allowed: "a project of the basin, 0 to 1200 months, 0 to 100 times its capacity".into(),
                remedy: "Correct it.".into(),
            });
        }
    }
    if let Some(change) = &scenario.climate
        && (change.from > change.to || !(0.0..=10.0).contains(&change.factor))
    {
        faults.push(Fault {
            origin: change.origin,
            kind: FaultKind::OutOfRange,
            message: "The change of the climate is not usable.".into(),
            value: format!("{} to {}, {} times the rain", change.from, change.to, change.factor),
            allowed: "years in order, and 0 to 10 times the rain".into(),
            remedy: "Correct it.".into(),
        });
    }
    let source = |measure: &Measure| match &measure.kind {
        MeasureKind::Unconventional(rule) => Some(rule.source.clone()),
        _ => None,
    };
    for measure in &scenario.measures {
        let MeasureKind::Landscape(rule) = &measure.kind else { continue };
        let known = |name: &&String| basin.levers.sources.iter().any(|source| source.id == **name);
        for name in rule.replaced_by.iter().filter(known) {
            if !scenario.measures.iter().any(|other| source(other).as_ref() == Some(name)) {
                faults.push(Fault {
                    origin: measure.origin,
                    kind: FaultKind::Missing,
                    message: format!(
                        "Measure {} names a source of which no measure states a rate of use.",
                        measure.id
                    ),
                    value: name.clone(),
                    allowed: "a source that a measure of the kind `unconventional` uses".into(),
                    remedy: "Add such a measure, or name a project.".into(),
                });
            }
        }
    }
    for (index, measure) in scenario.measures.iter().enumerate() {
        let Some(own) = source(measure) else { continue };
        if scenario.measures[..index].iter().any(|earlier| source(earlier).as_ref() == Some(&own)) {
            faults.push(Fault {
                origin: measure.origin,
                kind: FaultKind::Collision,
                message: format!(
                    "Measure {} uses a source whose rate of use another measure states.",
                    measure.id
                ),
                value: own,
                allowed: "each source in one measure".into(),
                remedy: "Widen the selection of the other measure instead.".into(),
            });
        }
    }
}

fn check_periods(periods: &[Period], faults: &mut Vec<Fault>) {
    let whole = |period: &Period| {
        let first = period.start.day() == 1 && period.end.day() == 1;
        let months = 12 * i32::from(period.end.year() - period.start.year())
            + i32::from(period.end.month() - period.start.month());
        first && (months == 1 || (months == 12 && period.start.month() == 1))
    };
    let bad = (periods.iter().find(|period| !whole(period)))
        .or_else(|| periods.windows(2).find(|pair| pair[1].start < pair[0].end).map(|pair| &pair[1]));
    if periods.is_empty() || bad.is_some() {
        faults.push(Fault {
            origin: Origin::NONE,
            kind: FaultKind::BadDate,
            message: "The periods are not calendar months and years in time order.".into(),
            value: bad.map_or("none".into(), |period| format!("{} to {}", period.start, period.end)),
            allowed: "whole calendar months or years that do not overlap".into(),
            remedy: "Use the periods of the basin's time frame.".into(),
        });
    }
}

/// A fault where a value is no share.
pub(super) fn share(measure: &Measure, what: &str, value: f64, faults: &mut Vec<Fault>) {
    if !(0.0..=1.0).contains(&value) {
        faults.push(Fault {
            origin: measure.origin,
            kind: FaultKind::OutOfRange,
            message: format!("The {what} of measure {} is not a share.", measure.id),
            value: value.to_string(),
            allowed: "0 to 1 (0 to 100 %)".into(),
            remedy: "Correct it.".into(),
        });
    }
}

/// A fault for something that a measure lacks.
pub(super) fn missing(measure: &Measure, what: &str, allowed: &str) -> Fault {
    Fault {
        origin: measure.origin,
        kind: FaultKind::Missing,
        message: format!("Measure {} {what}.", measure.id),
        value: "nothing".into(),
        allowed: allowed.into(),
        remedy: "State it.".into(),
    }
}

/// Faults of a measure against whom it selects and what the basin knows of them.
pub(super) fn selected(basin: &Basin, measure: &Measure, selected: &[usize], faults: &mut Vec<Fault>) {
    match &measure.kind {
        MeasureKind::Ban(rule) => ban::check_exempt(basin, measure, selected, &rule.exempt, faults),
        MeasureKind::Limit(rule) => ban::check_exempt(basin, measure, selected, &rule.exempt, faults),
        MeasureKind::LimitIntake(rule) => {
            ban::check_exempt(basin, measure, selected, &rule.exempt, faults);
            intake::check_selected(basin, measure, selected, faults);
        }
        MeasureKind::Land(rule) => {
            retire::check_selected(basin, measure, rule, selected, faults);
            check_returned(basin, measure, rule.returned, selected, faults);
        }
        MeasureKind::Save(rule) => check_returned(basin, measure, rule.returned, selected, faults),
        MeasureKind::Exit(rule) => check_returned(basin, measure, rule.returned, selected, faults),
        MeasureKind::Relocate(rule) => relocate::check_selected(basin, measure, rule, selected, faults),
        MeasureKind::Price(rule) => price::check_selected(basin, measure, rule, selected, faults),
        MeasureKind::Landscape(_) => landscape::check_selected(basin, measure, selected, faults),
        MeasureKind::Trade(_) => trade::check_selected(basin, measure, selected, faults),
        MeasureKind::Unconventional(rule) => {
            unconventional::check_selected(basin, measure, rule, selected, faults);
        }
        _ => {}
    }
}

/// A fault for every sector of which nobody says what of its water seeps back.
fn check_returned(
    basin: &Basin,
    measure: &Measure,
    stated: Option<f64>,
    selected: &[usize],
    faults: &mut Vec<Fault>,
) {
    if let Some(stated) = stated {
        share(measure, "share that had seeped back", stated, faults);
        return;
    }
    let mut sectors: Vec<_> = selected.iter().map(|group| basin.groups[*group].sector).collect();
    sectors.sort();
    sectors.dedup();
    for sector in sectors.into_iter().filter(|sector| basin.levers.sector(*sector).is_none()) {
        faults.push(Fault {
            value: crate::sector_word(sector).into(),
            remedy: "Add the row to the basin's table of sectors, or state the share in the measure.".into(),
            ..missing(measure, "needs the share of a sector's water that seeps back", "a share")
        });
    }
}

fn check_measure(basin: &Basin, measure: &Measure, run: Option<(Date, Date)>, faults: &mut Vec<Fault>) {
    share(measure, "compliance", measure.compliance, faults);
    let mut dates = Vec::new();
    let schedule = match &measure.kind {
        MeasureKind::CloseWells { stages, .. } => Some(stages),
        MeasureKind::Swap { share, .. } => Some(share),
        MeasureKind::Cut { by, ramp, floor } => {
            share(measure, "floor", *floor, faults);
            match by {
                Cut::Share(by) => share(measure, "cut", *by, faults),
                Cut::Volume(volume) if (0.0..=1.0e11).contains(volume) => {}
                Cut::Volume(volume) => faults.push(Fault {
                    origin: measure.origin,
                    kind: FaultKind::OutOfRange,
                    message: format!("The volume that measure {} cuts is not usable.", measure.id),
                    value: format!("{volume} m³/a"),
                    allowed: "0 to 1e11 m³/a".into(),
                    remedy: "Correct it.".into(),
                }),
            }
            Some(ramp)
        }
        MeasureKind::Freeze(rule) => {
            dates.push(rule.from);
            None
        }
        MeasureKind::Ban(rule) => {
            dates.push(rule.from);
            None
        }
        MeasureKind::Limit(rule) | MeasureKind::LimitIntake(rule) => {
            rule.check(measure, faults);
            dates = rule.dates();
            None
        }
        MeasureKind::Land(rule) => {
            if let Some(rotation) = &rule.rotation {
                share(measure, "fallow share", rotation.fallow, faults);
            }
            Some(&rule.ramp)
        }
        MeasureKind::Save(rule) => {
            rule.check(measure, faults);
            Some(&rule.ramp)
        }
        MeasureKind::Unconventional(rule) => {
            rule.check(measure, faults);
            dates.extend(rule.penalty);
            Some(&rule.rate)
        }
        MeasureKind::Exit(rule) => Some(&rule.stages),
        MeasureKind::Relocate(rule) => {
            share(measure, "share needed at the destination", rule.needs, faults);
            Some(&rule.stages)
        }
        MeasureKind::Price(rule) => {
            rule.check(measure, faults);
            Some(&rule.ramp)
        }
        MeasureKind::Metering(rule) => {
            rule.check(measure, faults);
            Some(&rule.share)
        }
        MeasureKind::Trade(rule) => {
            rule.check(measure, faults);
            dates.push(rule.from);
            None
        }
        MeasureKind::Recharge(rule) => {
            rule.check(basin, measure, faults);
            Some(&rule.ramp)
        }
        MeasureKind::Rain(rule) => {
            rule.check(basin, measure, faults);
            Some(&rule.share)
        }
        MeasureKind::Landscape(rule) => {
            dates.push(rule.from);
            None
        }
    };
    check_order(measure, &dates, faults);
    check_dates(measure, &dates, run, faults);
    if let Some(schedule) = schedule {
        check_schedule(measure, schedule, run, faults);
    }
}

/// A fault where dates do not follow one another.
fn check_order(measure: &Measure, dates: &[Date], faults: &mut Vec<Fault>) {
    if dates.windows(2).any(|pair| pair[0] >= pair[1]) {
        faults.push(Fault {
            origin: measure.origin,
            kind: FaultKind::BadDate,
            message: format!("The dates of measure {} do not follow one another.", measure.id),
            value: dates.iter().map(Date::to_string).collect::<Vec<_>>().join(", "),
            allowed: "dates in rising order, each once".into(),
            remedy: "Put them in order.".into(),
        });
    }
}

fn check_schedule(
    measure: &Measure,
    schedule: &Schedule,
    run: Option<(Date, Date)>,
    faults: &mut Vec<Fault>,
) {
    let dates = schedule.dates();
    check_order(measure, &dates, faults);
    let values: Vec<f64> = match schedule {
        Schedule::Stages(stages) => stages.iter().map(|stage| stage.1).collect(),
        Schedule::Ramp { value, .. } => vec![*value],
    };
    if values.is_empty() {
        faults.push(Fault {
            origin: measure.origin,
            kind: FaultKind::Missing,
            message: format!("Measure {} has no stage, so it would never be in force.", measure.id),
            value: "no stage".into(),
            allowed: "one or more dates with their share".into(),
            remedy: "Give a date and a share.".into(),
        });
    }
    for value in values.iter().filter(|value| !(0.0..=1.0).contains(*value)) {
        faults.push(Fault {
            origin: measure.origin,
            kind: FaultKind::OutOfRange,
            message: format!("A stage of measure {} is not a share.", measure.id),
            value: value.to_string(),
            allowed: "0 to 1 (0 to 100 %)".into(),
            remedy: "Correct it.".into(),
        });
    }
    // A ramp may reach its full value after the run; it must begin within it.
    let begins = if matches!(schedule, Schedule::Ramp { .. }) { &dates[..1] } else { &dates[..] };
    check_dates(measure, begins, run, faults);
}

fn check_dates(measure: &Measure, dates: &[Date], run: Option<(Date, Date)>, faults: &mut Vec<Fault>) {
    let Some((start, end)) = run else { return };
    for date in dates.iter().filter(|date| **date < start || **date >= end) {
        faults.push(Fault {
            origin: measure.origin,
            kind: FaultKind::BadDate,
            message: format!(
                "Measure {} names a date outside the run, where it would do nothing.",
                measure.id
            ),
            value: date.to_string(),
            allowed: format!("from {start}, before {end}"),
            remedy: "Correct the date or lengthen the run.".into(),
        });
    }
}

fn check_target(basin: &Basin, test: &TargetTest, id: &str, origin: Origin, faults: &mut Vec<Fault>) {
    let spring = match test {
        TargetTest::SpringStable { spring, .. }
        | TargetTest::SpringLevel { spring }
        | TargetTest::SpringReflow { spring } => Some(spring),
        _ => None,
    };
    if let Some(spring) = spring.filter(|spring| !basin.springs.iter().any(|row| row.id == **spring)) {
        faults.push(Fault {
            origin,
            kind: FaultKind::UnknownName,
            message: format!("Target {id} names a spring that does not exist."),
            value: spring.clone(),
            allowed: basin.springs.iter().map(|spring| spring.id.as_str()).collect::<Vec<_>>().join(", "),
            remedy: "Correct the name.".into(),
        });
    }
    let bound = match test {
        TargetTest::Cap { most } => Some(("cap", *most)),
        TargetTest::Balance { spring_floor, .. } => Some(("spring-flow floor", *spring_floor)),
        TargetTest::SpringStable { dead_band, .. } => Some(("dead band", *dead_band)),
        TargetTest::TotalUse { most, .. } => Some(("most", *most)),
        TargetTest::UseRate { least, .. } => Some(("least share", *least)),
        TargetTest::SavingRate { bound, .. } => Some(("rate", *bound)),
        _ => None,
    };
    if let Some((what, value)) = bound.filter(|(_, value)| !value.is_finite() || *value < 0.0) {
        faults.push(Fault {
            origin,
            kind: FaultKind::OutOfRange,
            message: format!("The {what} of target {id} is not usable."),
            value: value.to_string(),
            allowed: "0 or more".into(),
            remedy: "Correct it.".into(),
        });
    }
}

fn twice(what: &str, id: &str, origin: Origin) -> Fault {
    Fault {
        origin,
        kind: FaultKind::Collision,
        message: format!("Two {what}s have the same id."),
        value: id.to_owned(),
        allowed: "each id once".into(),
        remedy: "Rename one.".into(),
    }
}
