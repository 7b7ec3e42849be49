//! Whom a measure concerns, and the projects that serve them.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use quanyu_basin::{Basin, Group};
use quanyu_flow::{FaultKind, Origin};
use quanyu_policy::Selection;

use crate::basin::{OWNERS, SECTORS};
use crate::diagnostic::{Collector, Ids};
use crate::document::toml_tree::{Datum, Node, Tree};
use crate::targets::read_volume;

/// The selection, and the groups that it selects.
pub(super) fn read_selection<'a>(
    node: &Node,
    basin: &'a Basin,
    faults: &mut Collector,
) -> (Selection, Vec<&'a Group>) {
    const KEYS: [&str; 10] =
        ["id", "county", "basin", "zone", "sector", "owner", "tag", "at_least", "at_most", "polygon"];
    let before = faults.len();
    let Some(tree) = node.table("`where`", faults) else {
        return (Selection::default(), Vec::new());
    };
    tree.check_keys("`where`", &KEYS, faults);
    let mut names = |key: &str, what: &'static str, ids: Vec<&String>| -> Vec<String> {
        let ids = Ids::new(what, ids.into_iter().cloned());
        let Some(node) = tree.get(key) else { return Vec::new() };
        let stated = node.texts(&format!("`{key}`"), faults);
        for (name, origin) in stated.iter().filter(|(name, _)| !name.is_empty() && !ids.contains(name)) {
            faults.unknown_name(*origin, name, &ids);
        }
        stated.into_iter().map(|(name, _)| name).collect()
    };
    let mut tags: Vec<&String> = basin.groups.iter().flat_map(|group| &group.tags).collect();
    tags.sort();
    tags.dedup();
    let selection = Selection {
        ids: names("id", "group", basin.groups.iter().map(|group| &group.id).collect()),
        counties: names("county", "county", basin.counties.iter().map(|county| &county.id).collect()),
        basins: names("basin", "spring basin", basin.outlines.iter().map(|outline| &outline.id).collect()),
        zones: names("zone", "zone", basin.zones.iter().map(|zone| &zone.id).collect()),
        tags: names("tag", "tag", tags),
        sectors: words(tree, "sector", &SECTORS, faults),
        owners: words(tree, "owner", &OWNERS, faults),
        at_least: tree.get("at_least").and_then(|node| read_volume(node, "`at_least`", faults)),
        at_most: tree.get("at_most").and_then(|node| read_volume(node, "`at_most`", faults)),
        polygon: tree.get("polygon").and_then(|node| read_polygon(node, "`polygon`", faults)),
        origin: node.origin,
    };
    // With a name that does not exist, who is selected means nothing.
    let selected = if faults.len() > before { Ok(Vec::new()) } else { selection.groups(basin) };
    let selected = selected.unwrap_or_else(|found| {
        faults.append(found);
        Vec::new()
    });
    (selection, selected.into_iter().map(|index| &basin.groups[index]).collect())
}

pub(super) fn words<T: Copy>(
    tree: &Tree,
    key: &str,
    choices: &[(&str, T)],
    faults: &mut Collector,
) -> Vec<T> {
    let what = format!("`{key}`");
    match tree.get(key) {
        None => Vec::new(),
        Some(node) => match &node.datum {
            Datum::List(items) => {
                items.iter().filter_map(|item| item.choice(&what, choices, faults)).collect()
            }
            _ => node.choice(&what, choices, faults).into_iter().collect(),
        },
    }
}

/// Projects in order; each must exist, stand once, and reach a county of the groups that it is to serve.
pub(super) fn read_projects(
    node: Option<&Node>,
    selected: &[&Group],
    basin: &Basin,
    faults: &mut Collector,
) -> Vec<String> {
    let Some(node) = node else { return Vec::new() };
    let ids = Ids::new("project", basin.projects.iter().map(|project| project.id.clone()));
    let stated: Vec<(String, Origin)> = node.texts("a list of projects", faults);
    for (index, (name, origin)) in stated.iter().enumerate() {
        let Some(project) = basin.projects.iter().find(|project| project.id == *name) else {
            if !name.is_empty() {
                faults.unknown_name(*origin, name, &ids);
            }
            continue;
        };
        if stated[..index].iter().any(|(earlier, _)| earlier == name) {
            let message = format!("the project `{name}` stands twice");
            faults.add(FaultKind::Collision, *origin, message, name, "each project once", "remove one");
        }
        let reaches =
            |group: &&Group| group.county.as_ref().is_some_and(|county| project.counties.contains(county));
        if !selected.is_empty() && !selected.iter().any(reaches) {
            let message = format!("the project `{name}` reaches none of the selected groups");
            let allowed = format!("groups in {}", project.counties.join(", "));
            faults.add(
                FaultKind::NotTied,
                *origin,
                message,
                name,
                allowed,
                "remove it, or select groups that it reaches",
            );
        }
    }
    stated.into_iter().map(|(name, _)| name).collect()
}

/// `[[x, y], [x, y], …]`: the corners of one area, in the basin's coordinates \[m\].
pub(super) fn read_polygon(node: &Node, what: &str, faults: &mut Collector) -> Option<MultiPolygon<f64>> {
    const FORM: &str = "three or more corners [x, y] in metres of the basin's reference system";
    let corners = node.list(what, faults);
    let mut line = Vec::new();
    for corner in corners {
        match &corner.datum {
            Datum::List(pair) if pair.len() == 2 => {
                line.push(Coord { x: pair[0].number(what, faults), y: pair[1].number(what, faults) });
            }
            _ => corner.wrong(what, FORM, faults),
        }
    }
    if corners.len() < 3 {
        if matches!(node.datum, Datum::List(_)) {
            node.wrong(what, FORM, faults);
        }
        return None;
    }
    Some(MultiPolygon::new(vec![Polygon::new(LineString::new(line), Vec::new())]))
}
