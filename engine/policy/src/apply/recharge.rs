//! Ecological recharge (生态补源): water let into a reach or onto an area, part of which reaches the aquifer.
//!
//! It acts on the flow model alone: no litre of the ledger changes. The volume of a year is released evenly over the days of
//! its season; the share that infiltrates enters the uppermost aquifer of the columns under the site.

use geo::MultiPolygon;
use quanyu_basin::{Basin, ColumnPart, Fault, FaultKind, Gridded, Period, days_between};

use super::{Draft, check};
use crate::{Litres, Measure, Schedule};

/// Where water is let in.
#[derive(Clone, Debug, PartialEq)]
pub enum RechargeSite {
    /// Along a reach.
    Reach(String),
    /// Over a zone.
    Zone(String),
    /// Over an area, in the basin's coordinates \[m\].
    Area(MultiPolygon<f64>),
}

/// Recharge.
#[derive(Clone, Debug, PartialEq)]
pub struct RechargeRule {
    /// Where.
    pub site: RechargeSite,
    /// What is released \[m³/a\].
    pub volume: f64,
    /// Months in which it is released; all where none is named.
    pub months: Vec<i8>,
    /// Share that infiltrates \[-\].
    pub infiltrates: f64,
    /// Share of the volume in force over time \[-\].
    pub ramp: Schedule,
}

impl RechargeRule {
    pub(super) fn check(&self, basin: &Basin, measure: &Measure, faults: &mut Vec<Fault>) {
        check::share(measure, "share that infiltrates", self.infiltrates, faults);
        let mut fault = |kind, message: String, value: String, allowed: String| {
            let remedy = "Correct it.".into();
            faults.push(Fault { origin: measure.origin, kind, message, value, allowed, remedy });
        };
        if !(0.0..=1.0e11).contains(&self.volume) {
            let message = format!("The volume that measure {} releases is not usable.", measure.id);
            fault(FaultKind::OutOfRange, message, format!("{} m³/a", self.volume), "0 to 1e11 m³/a".into());
        }
        if self.months.iter().any(|month| !(1..=12).contains(month)) {
            let message = format!("The months of measure {} are none.", measure.id);
            fault(FaultKind::OutOfRange, message, format!("{:?}", self.months), "1 to 12".into());
        }
        let (what, id, known): (&str, &str, Vec<&str>) = match &self.site {
            RechargeSite::Reach(id) => {
                let reaches = basin.rivers.iter().flat_map(|river| &river.reaches);
                ("reach", id, reaches.map(|reach| reach.id.as_str()).collect())
            }
            RechargeSite::Zone(id) => ("zone", id, basin.zones.iter().map(|zone| zone.id.as_str()).collect()),
            RechargeSite::Area(_) => return,
        };
        if !known.contains(&id) {
            let message = format!("Measure {} names a {what} that does not exist.", measure.id);
            fault(FaultKind::UnknownName, message, id.into(), known.join(", "));
        }
    }

    /// What reaches the aquifer in a period.
    pub fn infiltration(&self, period: &Period) -> Litres {
        let in_season = |month: i8| self.months.is_empty() || self.months.contains(&month);
        let season = |year: i16| -> f64 {
            let month = |month: i8| {
                let first = jiff::civil::date(year, month, 1);
                days_between(first, first.last_of_month()) + 1.0
            };
            (1..=12).filter(|number| in_season(*number)).map(month).sum()
        };
        let share = match period.month() {
            Some(month) if in_season(month) => period.days() / season(period.year()),
            Some(_) => 0.0,
            None => 1.0,
        };
        Litres::from_cubic_metres(self.volume * self.infiltrates * self.ramp.mean(period) * share)
    }
}

impl RechargeSite {
    /// Columns of the site on a grid; empty where it covers none.
    pub fn columns(&self, basin: &Basin, gridded: &Gridded) -> Vec<ColumnPart> {
        match self {
            Self::Reach(id) => {
                let reaches = basin.rivers.iter().enumerate().flat_map(|(river, row)| {
                    row.reaches.iter().enumerate().map(move |(reach, row)| (river, reach, row))
                });
                reaches
                    .filter(|(_, _, row)| row.id == *id)
                    .map(|(river, reach, _)| gridded.columns_of_reach(river, reach))
                    .next()
                    .unwrap_or_default()
            }
            Self::Zone(id) => {
                let zone = basin.zones.iter().position(|zone| zone.id == *id);
                zone.map(|zone| gridded.columns_of_zone(zone)).unwrap_or_default()
            }
            Self::Area(polygon) => gridded.columns_in(polygon),
        }
    }
}

impl Draft<'_> {
    /// What each measure lets into the aquifer in a period.
    pub(super) fn recharged(&self, period: &Period) -> Vec<Litres> {
        let of = |resolved: &super::Resolved<'_>| match &resolved.measure.kind {
            crate::MeasureKind::Recharge(rule) => {
                rule.infiltration(period).share(resolved.measure.compliance)
            }
            _ => Litres::ZERO,
        };
        self.measures.iter().map(of).collect()
    }
}
