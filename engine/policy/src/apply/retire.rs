//! Retired and rotated irrigated land (关井压田、轮作休耕): area × quota of the crop is no longer wanted, and the return flow is lost.
//!
//! The volume is spread over the selected groups in proportion to their demand of the calendar year, and is at most all of
//! it. Rotation leaves a share of the area fallow each year, and is for severe overdraft zones only.

use quanyu_basin::{Basin, Fault, FaultKind, Period, Sector, ZoneGrade};

use super::{Draft, Resolved, Work};
use crate::selection::zone_and_parents;
use crate::{Ends, Measure, Schedule};

/// Land that is no longer watered from wells.
#[derive(Clone, Debug, PartialEq)]
pub struct LandRule {
    /// Area over the whole selection \[m²\].
    pub area: f64,
    /// Crop, which has the quota.
    pub crop: String,
    /// Share of the area in force over time \[-\].
    pub ramp: Schedule,
    /// Share of the water that had seeped back \[-\]; `None`: that of the sector.
    pub returned: Option<f64>,
    /// `None`: the land is retired for good. A rotation has its terms.
    pub rotation: Option<Rotation>,
}

/// Terms of a rotation.
#[derive(Clone, Debug, PartialEq)]
pub struct Rotation {
    /// Share of the area that lies fallow in any year \[-\].
    pub fallow: f64,
    /// Zones that the scenario takes as severely overdrawn, whatever their published grade.
    pub severe: Vec<String>,
}

/// Grade of a zone: its own, or that of the zone that it belongs to.
fn grade(basin: &Basin, zone: &str) -> Option<ZoneGrade> {
    let chain = zone_and_parents(&basin.zones, zone);
    chain.iter().find_map(|id| basin.zones.iter().find(|zone| zone.id == *id)?.grade)
}

/// Faults of the crop, the area, the groups and, for a rotation, the zones.
pub(super) fn check_selected(
    basin: &Basin,
    measure: &Measure,
    rule: &LandRule,
    selected: &[usize],
    faults: &mut Vec<Fault>,
) {
    let id = &measure.id;
    let mut fault = |kind, message: String, value: String, allowed: String, remedy: &str| {
        faults.push(Fault { origin: measure.origin, kind, message, value, allowed, remedy: remedy.into() });
    };
    if !basin.levers.crops.iter().any(|crop| crop.id == rule.crop) {
        let crops: Vec<&str> = basin.levers.crops.iter().map(|crop| crop.id.as_str()).collect();
        let allowed = if crops.is_empty() { "(the basin has no crop)".into() } else { crops.join(", ") };
        let message = format!("Measure {id} names a crop that does not exist.");
        fault(
            FaultKind::UnknownName,
            message,
            rule.crop.clone(),
            allowed,
            "Correct the name or add the crop.",
        );
    }
    if !(rule.area.is_finite() && rule.area > 0.0) {
        let message = format!("The area of measure {id} is not usable.");
        fault(FaultKind::OutOfRange, message, format!("{} m²", rule.area), "above 0".into(), "Correct it.");
    }
    let list = |groups: &[usize]| {
        groups.iter().map(|group| basin.groups[*group].id.as_str()).collect::<Vec<_>>().join(", ")
    };
    let (fields, others): (Vec<usize>, Vec<usize>) =
        selected.iter().partition(|group| basin.groups[**group].sector == Sector::Irrigation);
    if !others.is_empty() {
        let message = format!("Measure {id} takes land out of irrigation but selects other users.");
        let remedy = "Add sector = \"irrigation\" to the selection.";
        fault(FaultKind::Inconsistent, message, list(&others), "irrigation only".into(), remedy);
    }
    let Some(rotation) = &rule.rotation else { return };
    for zone in rotation.severe.iter().filter(|id| !basin.zones.iter().any(|zone| zone.id == **id)) {
        let message = format!("Measure {id} takes an unknown zone as severely overdrawn.");
        let zones: Vec<&str> = basin.zones.iter().map(|zone| zone.id.as_str()).collect();
        fault(FaultKind::UnknownName, message, zone.clone(), zones.join(", "), "Correct the name.");
    }
    let severe = |group: usize| {
        basin.groups[group].zone.as_ref().is_some_and(|zone| {
            let chain = zone_and_parents(&basin.zones, zone);
            chain.iter().any(|id| rotation.severe.contains(id))
                || grade(basin, zone) == Some(ZoneGrade::Severe)
        })
    };
    let elsewhere: Vec<usize> = fields.into_iter().filter(|group| !severe(*group)).collect();
    if !elsewhere.is_empty() {
        let message = format!("Measure {id} rotates land outside the severe overdraft zones.");
        let remedy = "Select severe zones, or name the zones that the scenario takes as such in `severe`.";
        fault(
            FaultKind::Inconsistent,
            message,
            list(&elsewhere),
            "groups in zones graded severe".into(),
            remedy,
        );
    }
}

impl Draft<'_> {
    /// Volume a year that the land no longer takes when all is in force \[m³/a\]; at an end of the demand range the quota's
    /// end that leaves more demand at the high end, and less at the low.
    pub(super) fn land_volume(&self, rule: &LandRule) -> f64 {
        let crop = self.basin.levers.crops.iter().find(|crop| crop.id == rule.crop);
        let quota = crop.map_or(0.0, |crop| match self.ends {
            Ends::Value => crop.quota.value,
            Ends::Low => crop.quota.high(),
            Ends::High => crop.quota.low(),
        });
        rule.area * quota * rule.rotation.as_ref().map_or(1.0, |rotation| rotation.fallow)
    }

    /// Books what the land no longer takes as saved, and its return flow as lost.
    pub(super) fn land(
        &self,
        index: usize,
        resolved: &Resolved,
        rule: &LandRule,
        period: &Period,
        work: &mut Work,
    ) {
        let in_force = rule.ramp.mean(period) * resolved.measure.compliance;
        let volume = self.land_volume(rule);
        let wanted = self.wanted_of_year(&resolved.selected, period.year()).cubic_metres();
        let share = if volume < wanted { volume / wanted } else { 1.0 };
        for &group in &resolved.selected {
            let claim = self.wanted(group, period).share(in_force * share);
            work.save(index, group, claim, self.returned(rule.returned, group));
        }
    }
}
