//! Which groups a measure concerns.

use geo::{BooleanOps, Centroid, Contains, Point};
use quanyu_basin::{Basin, Fault, FaultKind, Group, GroupKind, Origin, Placement, Zone};

use crate::Selection;
use crate::words::{owner_word, sector_word};

/// A zone and every zone that it belongs to, innermost first.
pub(crate) fn zone_and_parents(zones: &[Zone], id: &str) -> Vec<String> {
    let mut chain: Vec<String> = Vec::new();
    let mut next = Some(id.to_owned());
    while let Some(id) = next.filter(|id| !chain.contains(id)) {
        next = zones.iter().find(|zone| zone.id == id).and_then(|zone| zone.parent.clone());
        chain.push(id);
    }
    chain
}

/// True where measures may select the group: wells and spring intakes. Mine drainage is the model's answer, not a take
/// that a measure could forbid.
pub(crate) fn selectable(group: &Group) -> bool {
    !matches!(group.kind, GroupKind::MineDrainage { .. })
}

impl Selection {
    /// Indices of the groups for which every stated condition holds, in the basin's order; mine drainage is never selected.
    ///
    /// # Errors
    /// Every name that refers to nothing, mine drainage named by id, and a selection that matches nothing.
    pub fn groups(&self, basin: &Basin) -> Result<Vec<usize>, Vec<Fault>> {
        let mut faults = Vec::new();
        let names = |ids: Vec<&str>| ids.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let groups = names(basin.groups.iter().map(|group| group.id.as_str()).collect());
        let counties = names(basin.counties.iter().map(|county| county.id.as_str()).collect());
        let basins = names(basin.outlines.iter().map(|outline| outline.id.as_str()).collect());
        let zones = names(basin.zones.iter().map(|zone| zone.id.as_str()).collect());
        let mut tags = names(basin.groups.iter().flat_map(|group| &group.tags).map(String::as_str).collect());
        tags.sort();
        tags.dedup();
        known(&self.ids, &groups, "group", self.origin, &mut faults);
        known(&self.counties, &counties, "county", self.origin, &mut faults);
        known(&self.basins, &basins, "spring basin", self.origin, &mut faults);
        known(&self.zones, &zones, "zone", self.origin, &mut faults);
        known(&self.tags, &tags, "tag", self.origin, &mut faults);
        for group in basin.groups.iter().filter(|group| self.ids.contains(&group.id) && !selectable(group)) {
            faults.push(Fault {
                origin: self.origin,
                kind: FaultKind::Unsupported,
                message: format!(
                    "Group {} is mine drainage, which no measure can close, cut or swap.",
                    group.id
                ),
                value: group.id.clone(),
                allowed: "groups of wells and spring intakes".into(),
                remedy: "Take it out of the selection.".into(),
            });
        }
        let bounds = [self.at_least, self.at_most].into_iter().flatten();
        for bound in bounds.filter(|bound| !bound.is_finite() || *bound < 0.0) {
            faults.push(Fault {
                origin: self.origin,
                kind: FaultKind::OutOfRange,
                message: "The least or greatest take of a selection is not a usable volume.".into(),
                value: format!("{bound} m³/a"),
                allowed: "0 m³/a or more".into(),
                remedy: "Correct it.".into(),
            });
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let selected: Vec<usize> = basin
            .groups
            .iter()
            .enumerate()
            .filter(|(_, group)| selectable(group) && self.matches(basin, group))
            .map(|(index, _)| index)
            .collect();
        if selected.is_empty() {
            return Err(vec![Fault {
                origin: self.origin,
                kind: FaultKind::EmptySelection,
                message: "The selection matches no wells and no spring intake.".into(),
                value: self.conditions(),
                allowed: "conditions that at least one group meets, all at once".into(),
                remedy: "Drop or correct a condition.".into(),
            }]);
        }
        Ok(selected)
    }

    fn matches(&self, basin: &Basin, group: &Group) -> bool {
        let any = |wanted: &[String], of: &Option<String>| {
            wanted.is_empty() || of.as_ref().is_some_and(|of| wanted.contains(of))
        };
        let in_zone = || {
            let zones =
                group.zone.as_ref().map(|zone| zone_and_parents(&basin.zones, zone)).unwrap_or_default();
            zones.iter().any(|zone| self.zones.contains(zone))
        };
        (self.ids.is_empty() || self.ids.contains(&group.id))
            && any(&self.counties, &group.county)
            && any(&self.basins, &group.basin)
            && (self.zones.is_empty() || in_zone())
            && (self.sectors.is_empty() || self.sectors.contains(&group.sector))
            && (self.owners.is_empty() || self.owners.contains(&group.owner))
            && (self.tags.is_empty() || self.tags.iter().any(|tag| group.tags.contains(tag)))
            && self.at_least.is_none_or(|least| group.take.value >= least)
            && self.at_most.is_none_or(|most| group.take.value <= most)
            && self
                .polygon
                .as_ref()
                .is_none_or(|area| centre(basin, group).is_some_and(|point| area.contains(&point)))
    }

    /// The stated conditions in words, for messages.
    fn conditions(&self) -> String {
        let mut parts = Vec::new();
        let lists = [
            ("id", &self.ids),
            ("county", &self.counties),
            ("basin", &self.basins),
            ("zone", &self.zones),
            ("tag", &self.tags),
        ];
        for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
            parts.push(format!("{name} in {}", list.join("|")));
        }
        if !self.sectors.is_empty() {
            let words: Vec<&str> = self.sectors.iter().map(|sector| sector_word(*sector)).collect();
            parts.push(format!("sector in {}", words.join("|")));
        }
        if !self.owners.is_empty() {
            let words: Vec<&str> = self.owners.iter().map(|owner| owner_word(*owner)).collect();
            parts.push(format!("owner in {}", words.join("|")));
        }
        if let Some(least) = self.at_least {
            parts.push(format!("take at least {least} m³/a"));
        }
        if let Some(most) = self.at_most {
            parts.push(format!("take at most {most} m³/a"));
        }
        if self.polygon.is_some() {
            parts.push("centre within the polygon".into());
        }
        if parts.is_empty() { "no condition".into() } else { parts.join(", ") }
    }
}

/// Centre of the place of a group: its point, its spring, or the centroid of its zone or of its county's part of its spring
/// basin; none for a group outside the model that has neither.
fn centre(basin: &Basin, group: &Group) -> Option<Point> {
    if let GroupKind::SpringIntake { spring } = &group.kind {
        let spring = basin.springs.iter().find(|row| row.id == *spring)?;
        return Some(Point::from((spring.position[0], spring.position[1])));
    }
    match &group.placement {
        Placement::Outside => None,
        Placement::Point { position, .. } => Some(Point::from((position[0], position[1]))),
        Placement::Zone(id) => basin.zones.iter().find(|zone| zone.id == *id)?.polygon.centroid(),
        Placement::CountyInBasin { county, basin: outline } => {
            let county = basin.counties.iter().find(|row| row.id == *county)?;
            let outline = basin.outlines.iter().find(|row| row.id == *outline)?;
            county.polygon.intersection(&outline.polygon).centroid()
        }
    }
}

fn known(wanted: &[String], have: &[String], what: &str, origin: Origin, faults: &mut Vec<Fault>) {
    for name in wanted.iter().filter(|name| !have.contains(name)) {
        faults.push(Fault {
            origin,
            kind: FaultKind::UnknownName,
            message: format!("The selection names a {what} that does not exist."),
            value: name.clone(),
            allowed: if have.is_empty() { format!("(the basin has no {what})") } else { have.join(", ") },
            remedy: "Correct the name.".into(),
        });
    }
}
