//! Measures on water outside rivers and wells: unconventional sources, rain that is brought down, landscape water.

use quanyu_basin::{Basin, Group};
use quanyu_flow::{FaultKind, Origin};
use quanyu_policy::{LandscapeRule, RainRule, RainSite, UnconventionalRule};

use super::WHOSE;
use super::levers::{first_day, name_of, one_site, optional_share, read_months};
use super::schedule::read_schedule;
use super::selection::read_polygon;
use crate::diagnostic::{Collector, Ids};
use crate::document::dates::Day;
use crate::document::toml_tree::Tree;
use crate::targets::read_day;

/// `source = "…"` with the share of it that is used.
pub(super) fn read_unconventional(
    tree: &Tree,
    basin: &Basin,
    faults: &mut Collector,
) -> Option<UnconventionalRule> {
    let sources =
        Ids::new("unconventional source", basin.levers.sources.iter().map(|source| source.id.clone()));
    let source = tree.required("source", WHOSE, faults).map(|node| name_of(node, "source", &sources, faults));
    let most = optional_share(tree, "most", faults).unwrap_or(1.0);
    let penalty = tree.get("penalty_from");
    let penalty = penalty.map(|node| read_day(node, "`penalty_from`", Day::First, basin, faults));
    let rate = read_schedule(tree, true, basin, faults);
    Some(UnconventionalRule { source: source?, rate: rate?, most, penalty })
}

/// `programme = "…"`, `zone`, `basin` or `polygon`, and `months`.
pub(super) fn read_rain(tree: &Tree, basin: &Basin, faults: &mut Collector) -> Option<RainRule> {
    let ids = Ids::new("programme of rain enhancement", basin.levers.rain.iter().map(|row| row.id.clone()));
    let programme = tree.required("programme", WHOSE, faults);
    let programme = programme.map(|node| name_of(node, "programme", &ids, faults));
    let site = match one_site(tree, ["zone", "basin", "polygon"], "rain enhancement needs one area", faults) {
        Some(("zone", node)) => {
            let ids = Ids::new("zone", basin.zones.iter().map(|zone| zone.id.clone()));
            Some(RainSite::Zone(name_of(node, "zone", &ids, faults)))
        }
        Some(("basin", node)) => {
            let ids = Ids::new("spring basin", basin.outlines.iter().map(|outline| outline.id.clone()));
            Some(RainSite::Basin(name_of(node, "basin", &ids, faults)))
        }
        Some((_, node)) => read_polygon(node, "`polygon`", faults).map(RainSite::Area),
        None => None,
    };
    let months = read_months(tree, faults);
    let share = read_schedule(tree, true, basin, faults);
    Some(RainRule { programme: programme?, site: site?, months, share: share? })
}

/// `from = "…"` and, if other water serves what is refused, `replaced_by` with projects and unconventional sources.
pub(super) fn read_landscape(
    tree: &Tree,
    selected: &[&Group],
    basin: &Basin,
    faults: &mut Collector,
) -> Option<LandscapeRule> {
    let from = first_day(tree, "from", basin, faults);
    let node = tree.get("replaced_by");
    let stated: Vec<(String, Origin)> =
        node.map(|node| node.texts("a list of projects and sources", faults)).unwrap_or_default();
    let sources = basin.levers.sources.iter();
    let known =
        basin.projects.iter().map(|project| project.id.clone()).chain(sources.map(|own| own.id.clone()));
    let ids = Ids::new("project or unconventional source", known);
    for (index, (name, origin)) in stated.iter().enumerate() {
        if !name.is_empty() && !ids.contains(name) {
            faults.unknown_name(*origin, name, &ids);
            continue;
        }
        if stated[..index].iter().any(|(earlier, _)| earlier == name) {
            let message = format!("`{name}` stands twice");
            faults.add(FaultKind::Collision, *origin, message, name, "each once", "remove one");
        }
        let project = basin.projects.iter().find(|row| row.id == *name).map(|row| &row.counties);
        let source = basin.levers.sources.iter().find(|row| row.id == *name).map(|row| &row.counties);
        let Some(counties) = project.or(source) else { continue };
        let reaches = |group: &&Group| group.county.as_ref().is_some_and(|county| counties.contains(county));
        if !selected.is_empty() && !selected.iter().any(reaches) {
            let message = format!("`{name}` reaches none of the selected groups");
            let allowed = format!("groups in {}", counties.join(", "));
            let remedy = "remove it, or select groups that it reaches";
            faults.add(FaultKind::NotTied, *origin, message, name, allowed, remedy);
        }
    }
    let replaced_by = stated.into_iter().map(|(name, _)| name).collect();
    Some(LandscapeRule { from: from?, replaced_by })
}
