//! A member: the basin with every open figure drawn, and the scenario as far as it is carried out.

use jiff::ToSpan;
use jiff::civil::Date;
use quanyu_basin::{Basin, Figure, Group, GroupKind};

use super::factor::{
    BOUNDARY, CLIMATE_PERSISTENCE, CLIMATE_START, CLIMATE_VARIATION, COMPLIANCE, METERING, MINING_SHIFT,
    PLACES, PROJECT_DELAY, TAKES, index_id, is_open,
};
use super::{Factor, LatinHypercube, climate, figures, places};
use crate::demand::Demand;
use crate::scenario::{MeasureKind, delay};
use crate::ties::{Fitted, fit};
use crate::{Ends, Scenario};

/// Months of a year, for delays.
const MONTHS: f64 = 12.0;

/// What a batch leaves open besides the basin's own figures, each as the ends of its range.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Freedom {
    /// Coefficient of variation of yearly precipitation \[-\]; without it every year has its expected precipitation.
    pub climate_variation: Option<[f64; 2]>,
    /// Lag-one autocorrelation of yearly precipitation \[-\].
    pub climate_persistence: Option<[f64; 2]>,
    /// Delay of projects that start after `projects_from` \[a\].
    pub project_delay_years: Option<[f64; 2]>,
    /// Share of every measure that is carried out \[-\].
    pub compliance: Option<[f64; 2]>,
    /// Projects that start on this day or later may be late; earlier ones are there.
    pub projects_from: Option<Date>,
    /// Dry, mean or wet years with which the future begins.
    pub climate_start: Option<ClimateStart>,
    /// Relative error of every take \[-\]: what was published is off by as much, so members no longer add up to it.
    pub metering_error: Option<[f64; 2]>,
    /// Years by which all mines begin, end and close later (negative: earlier) \[a\].
    pub mining_shift_years: Option<[f64; 2]>,
    /// Takes of unknown place that the data spread over a disc stand, in a member, in a smaller disc somewhere inside it: its radius
    /// as a share of the disc's \[-\].
    pub place_spread: Option<[f64; 2]>,
}

/// A spell of years that is dry or wet as a whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClimateStart {
    /// Factor on the rain of each of its years, the ends of its range \[-\].
    pub factor: [f64; 2],
    /// First year.
    pub from: i16,
    /// Last year.
    pub to: i16,
}

/// A basin without ranges, and how far measures are carried out in it.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// The basin.
    pub basin: Basin,
    /// Share of every measure that is carried out \[-\].
    pub compliance: f64,
}

/// Draws a member.
pub fn draw(
    basin: &Basin,
    freedom: &Freedom,
    factors: &[Factor],
    sample: &LatinHypercube,
    member: usize,
) -> Drawn {
    let scores = sample.member(member);
    let value = |id: &str| {
        factors
            .iter()
            .zip(&scores)
            .find(|(factor, _)| factor.id == id)
            .map(|(factor, score)| factor.at(*score))
    };
    let mut drawn = basin.clone();
    draw_demand(basin, &mut drawn, &value);
    figures::visit(&mut drawn, &mut |id, figure| {
        if let Some(value) = value(id) {
            figure.value = value;
        }
    });
    drawn = figures::at_its_figures(&drawn);
    for parameter in &mut drawn.parameters {
        // A member stands for the prior; the marks weight it.
        parameter.calibrated = None;
    }
    if let Some(share) = value(BOUNDARY) {
        drawn.boundary = choose_boundary(basin, share);
    }
    if let Some(variation) = value(CLIMATE_VARIATION) {
        let persistence = value(CLIMATE_PERSISTENCE).unwrap_or(0.0);
        climate::weather(&mut drawn, variation, persistence, &mut sample.weather(member));
    }
    if let (Some(start), Some(factor)) = (freedom.climate_start, value(CLIMATE_START)) {
        climate::spell(&mut drawn, start.from..=start.to, factor);
    }
    if let Some(error) = value(METERING) {
        let counted = drawn.groups.iter_mut();
        let counted = counted.filter(|group| !matches!(group.kind, GroupKind::MineDrainage { .. }));
        counted.for_each(|group| group.take.value *= 1.0 + error);
    }
    if let Some(years) = value(MINING_SHIFT) {
        shift_mines(&mut drawn, years);
    }
    if let Some(spread) = value(PLACES) {
        places::scatter(&mut drawn, spread, &mut sample.places(member));
    }
    if let (Some(years), Some(from)) = (value(PROJECT_DELAY), freedom.projects_from) {
        let months = (years * MONTHS).round() as i32;
        drawn.projects.iter_mut().filter(|project| project.start >= from).for_each(|project| {
            delay(project, months);
        });
    }
    Drawn { basin: drawn, compliance: value(COMPLIANCE).unwrap_or(1.0) }
}

/// Moves every date of every mine.
fn shift_mines(basin: &mut Basin, years: f64) {
    let shift = ((years * MONTHS).round() as i64).months();
    for mine in &mut basin.mines {
        for date in [&mut mine.start, &mut mine.end].into_iter().chain(mine.closure.as_mut()) {
            *date = date.saturating_add(shift);
        }
    }
}

/// Fixes a figure.
fn settle(figure: &mut Figure, value: f64) {
    figure.value = value;
    figure.range = None;
}

/// Between its ends: −1 the lower, 0 the value, 1 the upper.
fn between(figure: &Figure, level: f64) -> f64 {
    let end = if level < 0.0 { figure.low() } else { figure.high() };
    figure.value + level.abs() * (end - figure.value)
}

/// Takes and use indices. The ends of the takes are those that the published sums allow, and so is all that lies between them.
fn draw_demand(basin: &Basin, drawn: &mut Basin, value: &dyn Fn(&str) -> Option<f64>) {
    for series in &mut drawn.use_series {
        let level = value(&index_id(&series.id)).unwrap_or(0.0);
        for row in series.years.iter_mut().filter(|row| is_open(&row.index)) {
            let index = between(&row.index, level);
            settle(&mut row.index, index);
        }
    }
    let level = value(TAKES).unwrap_or(0.0);
    let end = if level < 0.0 { Ends::Low } else { Ends::High };
    let Ok(demand) = Demand::new(basin, end, 1.0) else { return };
    for (index, group) in drawn.groups.iter_mut().enumerate() {
        if matches!(group.kind, GroupKind::MineDrainage { .. }) {
            continue;
        }
        let take = group.take.value + level.abs() * (demand.take(index) - group.take.value);
        settle(&mut group.take, take);
    }
    hold_to_published_sums(basin, drawn);
}

/// Between the ends the drawn indices move the sums of the published years a little; the takes give way within their ranges.
fn hold_to_published_sums(basin: &Basin, drawn: &mut Basin) {
    let Ok(demand) = Demand::new(drawn, Ends::Value, 1.0) else { return };
    let fitted = |(own, known): (&Group, &Group)| Fitted {
        take: own.take.value,
        low: known.take.low(),
        high: known.take.high(),
        last: false,
    };
    let mut takes: Vec<Fitted> = drawn.groups.iter().zip(&basin.groups).map(fitted).collect();
    fit(basin, Ends::Value, &mut takes, |group, year| demand.growth(group, year));
    for (group, fitted) in drawn.groups.iter_mut().zip(takes) {
        group.take.value = fitted.take;
    }
}

/// Each boundary, the closed one among them, holds in an equal share of the members.
fn choose_boundary(basin: &Basin, share: f64) -> Option<String> {
    let mut names: Vec<&String> = Vec::new();
    for part in &basin.boundary_alternatives {
        if !names.contains(&&part.alternative) {
            names.push(&part.alternative);
        }
    }
    let choice = (share * (names.len() + 1) as f64) as usize;
    choice.checked_sub(1).and_then(|choice| names.get(choice)).map(|name| (*name).clone())
}

/// A scenario as it would be carried out in a member with this compliance \[-\]: a factor on [`crate::Measure::compliance`], the one
/// owner of it.
pub fn carried_out(scenario: &Scenario, compliance: f64) -> Scenario {
    let mut scenario = scenario.clone();
    for measure in &mut scenario.measures {
        // A freeze forbids new works, which are refused or not.
        if !matches!(measure.kind, MeasureKind::Freeze(_) | MeasureKind::Landscape(_)) {
            measure.compliance *= compliance;
        }
    }
    scenario
}
