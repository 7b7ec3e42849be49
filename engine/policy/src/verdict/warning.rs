//! Early warning: how each zone stands in each year, by thresholds of the basin's data.
//!
//! Three indicators, each against the thresholds of the zone, else of the nearest zone that it belongs to, else the general ones; a year's
//! grade is the worst that any of them gives:
//!
//! - overdraft coefficient `Q / Qallow − 1` of the zone's wells in the year;
//! - fall of the level, minus the Sen slope of the model's year-end levels at the zone's observation points over five years, the
//!   steepest of them \[m/a\];
//! - decay of the main springs of the zone's basin, minus the Sen slope of their yearly discharge over five years, relative to its
//!   mean \[1/a\].
//!
//! Levels and springs are the model's own, not measured.

use quanyu_basin::{Basin, GroupKind, Sureness, WarningGrade, WarningIndicator, WarningThreshold, Zone};
use serde::{Deserialize, Serialize};

use super::levels::TREND_YEARS;
use super::{Evidence, Scope, balance};
use crate::selection::zone_and_parents;
use crate::statistics::trend;

/// How a zone stands in a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// No indicator has both a value and a threshold.
    Unknown,
    /// Below every threshold.
    Normal,
    /// Worth watching.
    Attention,
    /// Overdrawn.
    Overdrawn,
    /// Severely overdrawn.
    Severe,
}

impl From<WarningGrade> for Grade {
    fn from(grade: WarningGrade) -> Self {
        match grade {
            WarningGrade::Attention => Self::Attention,
            WarningGrade::Overdrawn => Self::Overdrawn,
            WarningGrade::Severe => Self::Severe,
        }
    }
}

/// A zone in a year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Warning {
    /// Zone or sub-zone.
    pub scope: Scope,
    /// Year.
    pub year: i16,
    /// The worst that an indicator gives.
    pub grade: Grade,
    /// Indicators that give it: `overdraft`, `level-fall`, `spring-decay`.
    pub by: Vec<String>,
    /// True where a threshold that gives it is assumed.
    pub assumed: bool,
    /// Overdraft coefficient \[-\]; `None` without a published allowable abstraction.
    pub overdraft: Option<f64>,
    /// Fall of the model's level \[m/a\], positive where it falls; `None` without an observation point or five years.
    pub level_fall: Option<f64>,
    /// Decay of the springs \[1/a\], positive where they fall; `None` without flow or five years.
    pub spring_decay: Option<f64>,
}

/// The word for an indicator.
fn indicator_word(indicator: WarningIndicator) -> &'static str {
    match indicator {
        WarningIndicator::Overdraft => "overdraft",
        WarningIndicator::LevelFall => "level-fall",
        WarningIndicator::SpringDecay => "spring-decay",
    }
}

/// Every zone in every reported year; nothing where the basin has no thresholds.
pub(super) fn grade(evidence: &Evidence) -> Vec<Warning> {
    if evidence.basin.levers.warnings.is_empty() {
        return Vec::new();
    }
    let reported = evidence.reported();
    let of_zone = |zone| reported.iter().map(move |year| one(evidence, zone, *year));
    evidence.basin.zones.iter().flat_map(of_zone).collect()
}

fn one(evidence: &Evidence, zone: &Zone, year: i16) -> Warning {
    let counts = |group: &crate::GroupRow| group.kind == GroupKind::Wells && group.zones.contains(&zone.id);
    let taken = evidence.value.ledger.year(year, counts).delivered.cubic_metres();
    let overdraft = zone
        .allowable
        .as_ref()
        .filter(|allowable| allowable.value > 0.0)
        .map(|allowable| taken / allowable.value - 1.0);
    let level_fall = level_fall(evidence, zone, year);
    let spring_decay = spring_decay(evidence, zone, year);
    let found = [
        (WarningIndicator::Overdraft, overdraft),
        (WarningIndicator::LevelFall, level_fall),
        (WarningIndicator::SpringDecay, spring_decay),
    ];
    let mut grade = Grade::Unknown;
    let (mut by, mut assumed) = (Vec::new(), false);
    for (indicator, value) in found {
        let Some(value) = value else { continue };
        let own = thresholds(evidence.basin, zone, indicator);
        let mut worst: Option<(Grade, bool)> = None;
        for row in own {
            let reached = if value > row.above.value { Grade::from(row.grade) } else { Grade::Normal };
            if worst.is_none_or(|(grade, _)| reached > grade) {
                worst = Some((reached, row.above.sureness == Sureness::Assumed));
            }
        }
        let Some((reached, on_assumed)) = worst else { continue };
        if reached > grade {
            (grade, by, assumed) = (reached, Vec::new(), false);
        }
        if reached == grade && grade > Grade::Normal {
            by.push(indicator_word(indicator).to_owned());
            assumed |= on_assumed;
        }
    }
    Warning { scope: balance::scope(zone), year, grade, by, assumed, overdraft, level_fall, spring_decay }
}

/// Thresholds of an indicator that hold for a zone.
fn thresholds<'b>(basin: &'b Basin, zone: &Zone, indicator: WarningIndicator) -> Vec<&'b WarningThreshold> {
    let of = |place: Option<&String>| -> Vec<&WarningThreshold> {
        let rows = basin.levers.warnings.iter();
        rows.filter(|row| row.indicator == indicator && row.zone.as_ref() == place).collect()
    };
    let chain = zone_and_parents(&basin.zones, &zone.id);
    let own = chain.iter().map(|id| of(Some(id))).find(|rows| !rows.is_empty());
    own.unwrap_or_else(|| of(None))
}

/// The years of a trend that ends with a year.
fn window(year: i16, annual: &[(i16, f64)]) -> Option<Vec<(f64, f64)>> {
    let first = year + 1 - TREND_YEARS as i16;
    let points: Vec<(f64, f64)> = (annual.iter())
        .filter(|(known, _)| (first..=year).contains(known))
        .map(|(year, value)| (f64::from(*year), *value))
        .collect();
    (points.len() == TREND_YEARS).then_some(points)
}

fn level_fall(evidence: &Evidence, zone: &Zone, year: i16) -> Option<f64> {
    let within = |id: &String| zone_and_parents(&evidence.basin.zones, id).contains(&zone.id);
    let points = evidence.basin.observations.iter();
    let falls = points.filter(|point| point.zone.as_ref().is_some_and(within)).filter_map(|point| {
        let series = evidence.value.levels.iter().find(|series| series.observation == point.id)?;
        let mut annual: Vec<(i16, f64)> = Vec::new();
        for (period, head) in evidence.value.ledger.periods.iter().zip(&series.head) {
            match annual.last_mut() {
                Some((known, last)) if *known == period.year() => *last = *head,
                _ => annual.push((period.year(), *head)),
            }
        }
        Some(-trend(&window(year, &annual)?)?.slope)
    });
    falls.reduce(f64::max)
}

fn spring_decay(evidence: &Evidence, zone: &Zone, year: i16) -> Option<f64> {
    let basin = evidence.basin;
    let own =
        basin.groups.iter().find(|group| group.zone.as_ref() == Some(&zone.id) && group.basin.is_some());
    let of = own.and_then(|group| group.basin.clone()).or_else(|| {
        let inner = basin.zones.iter().filter(|inner| inner.parent.as_ref() == Some(&zone.id));
        let mut groups = inner.filter_map(|inner| {
            basin.groups.iter().find(|group| group.zone.as_ref() == Some(&inner.id))?.basin.clone()
        });
        groups.next()
    })?;
    let mut sum: Vec<(i16, f64)> = Vec::new();
    for spring in basin.springs.iter().filter(|spring| spring.main && spring.basin == of) {
        let annual = evidence.value.annual(&evidence.value.spring(&spring.id)?.flow);
        match sum.is_empty() {
            true => sum = annual,
            false => sum.iter_mut().zip(annual).for_each(|(sum, (_, flow))| sum.1 += flow),
        }
    }
    let points = window(year, &sum)?;
    let mean = points.iter().map(|point| point.1).sum::<f64>() / points.len() as f64;
    (mean > 0.0).then_some(())?;
    Some(-trend(&points)?.slope / mean)
}
