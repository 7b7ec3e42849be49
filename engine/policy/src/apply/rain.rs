//! Rain enhancement (人工增雨): clouds are seeded over an area in some months, and more rain falls there.
//!
//! It acts on the flow model alone, as the recharge does: of the rain that is gained, as much reaches the aquifer as of any other. What
//! a programme adds is a figure of the basin with its range, so that members draw it; the measure says where, when and how much of
//! the programme is carried out. Where two measures seed the same area, their gains add up.

use geo::MultiPolygon;
use quanyu_basin::{Basin, CoveredColumn, Fault, FaultKind, Gridded, Period, RainProgramme};

use super::Draft;
use crate::plan::RainGain;
use crate::{Measure, Schedule};

/// Where more rain falls.
#[derive(Clone, Debug, PartialEq)]
pub enum RainSite {
    /// Over a zone.
    Zone(String),
    /// Over a spring basin.
    Basin(String),
    /// Over an area, in the basin's coordinates \[m\].
    Area(MultiPolygon<f64>),
}

/// Rain enhancement.
#[derive(Clone, Debug, PartialEq)]
pub struct RainRule {
    /// Programme of the basin.
    pub programme: String,
    /// Where.
    pub site: RainSite,
    /// Months in which it works; all where none is named.
    pub months: Vec<i8>,
    /// Share of the programme that is carried out over time \[-\].
    pub share: Schedule,
}

impl RainRule {
    pub(super) fn check(&self, basin: &Basin, measure: &Measure, faults: &mut Vec<Fault>) {
        let mut fault = |kind, message: String, value: String, allowed: String| {
            let remedy = "Correct it.".into();
            faults.push(Fault { origin: measure.origin, kind, message, value, allowed, remedy });
        };
        let id = &measure.id;
        if self.months.iter().any(|month| !(1..=12).contains(month)) {
            let message = format!("The months of measure {id} are none.");
            fault(FaultKind::OutOfRange, message, format!("{:?}", self.months), "1 to 12".into());
        }
        let known: Vec<&str> = basin.levers.rain.iter().map(|row| row.id.as_str()).collect();
        match self.programme(basin) {
            None => {
                let message =
                    format!("Measure {id} names a programme of rain enhancement that does not exist.");
                let allowed = if known.is_empty() { "(the basin has none)".into() } else { known.join(", ") };
                fault(FaultKind::UnknownName, message, self.programme.clone(), allowed);
            }
            Some(programme) if !(0.0..=1.0).contains(&programme.gain.value) => {
                let message = format!("The gain of programme {} is no share of the rain.", programme.id);
                let value = programme.gain.value.to_string();
                fault(FaultKind::OutOfRange, message, value, "0 to 1 (0 to 100 %)".into());
            }
            Some(_) => {}
        }
        let (what, name, known): (&str, &str, Vec<&str>) = match &self.site {
            RainSite::Zone(id) => ("zone", id, basin.zones.iter().map(|zone| zone.id.as_str()).collect()),
            RainSite::Basin(id) => {
                ("spring basin", id, basin.outlines.iter().map(|outline| outline.id.as_str()).collect())
            }
            RainSite::Area(_) => return,
        };
        if !known.contains(&name) {
            let message = format!("Measure {id} names a {what} that does not exist.");
            fault(FaultKind::UnknownName, message, name.into(), known.join(", "));
        }
    }

    fn programme<'b>(&self, basin: &'b Basin) -> Option<&'b RainProgramme> {
        basin.levers.rain.iter().find(|row| row.id == self.programme)
    }

    /// What is gained in a period, as a share of the rain of that period \[-\]: gain × share carried out in the months of the season;
    /// in a year, each month by its share of the rain.
    pub fn gain(&self, basin: &Basin, period: &Period) -> f64 {
        let Some(programme) = self.programme(basin) else { return 0.0 };
        let in_season = |month: i8| self.months.is_empty() || self.months.contains(&month);
        let share = match period.month() {
            Some(month) if in_season(month) => self.share.mean(period),
            Some(_) => 0.0,
            None => {
                let months = (1..=12_i8).zip(basin.climate.monthly).filter(|(month, _)| in_season(*month));
                let carried_out = months.map(|(month, of_rain)| {
                    let start = jiff::civil::date(period.year(), month, 1);
                    let end = start.saturating_add(jiff::Span::new().months(1));
                    of_rain * self.share.mean(&Period { start, end })
                });
                carried_out.sum()
            }
        };
        programme.gain.value * share
    }
}

impl RainSite {
    /// Columns of the site on a grid; empty where it covers none.
    pub fn columns(&self, basin: &Basin, gridded: &Gridded) -> Vec<CoveredColumn> {
        match self {
            Self::Zone(id) => {
                let zone = basin.zones.iter().position(|zone| zone.id == *id);
                zone.map(|zone| gridded.covered_by_zone(zone)).unwrap_or_default()
            }
            Self::Basin(id) => {
                let outline = basin.outlines.iter().position(|outline| outline.id == *id);
                outline.map(|outline| gridded.covered_by_outline(outline)).unwrap_or_default()
            }
            Self::Area(polygon) => gridded.covered_by(polygon),
        }
    }
}

impl Draft<'_> {
    /// What each measure of rain enhancement gains over some periods.
    pub(super) fn rain_gains(&self, periods: &[Period]) -> Vec<RainGain> {
        let measures = self.measures.iter().enumerate();
        let gains = measures.filter_map(|(measure, resolved)| match &resolved.measure.kind {
            crate::MeasureKind::Rain(rule) => {
                let gain = |period| rule.gain(self.basin, period) * resolved.measure.compliance;
                let gains = periods.iter().map(gain).collect();
                Some(RainGain { measure, site: rule.site.clone(), gains })
            }
            _ => None,
        });
        gains.collect()
    }
}
