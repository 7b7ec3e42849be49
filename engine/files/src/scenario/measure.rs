//! One measure of a scenario.

use jiff::civil::Date;
use quanyu_basin::{Basin, Group, Names};
use quanyu_flow::{FaultKind, Origin};
use quanyu_policy::{Cut, FreezeRule, Measure, MeasureKind, Schedule, Selection};

use crate::basin::{OWNERS, SECTORS, read_names};
use crate::diagnostic::{Collector, Ids};
use crate::document::dates::Day;
use crate::document::row::Domain;
use crate::document::toml_figure::read_number;
use crate::document::toml_tree::{Datum, Node, Tree};
use crate::document::units::{UnitFault, share};
use crate::targets::{read_day, read_volume};

const WHOSE: &str = "a measure";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    CloseWells,
    Swap,
    Cut,
    Freeze,
}

const KINDS: [(&str, Kind); 4] =
    [("close_wells", Kind::CloseWells), ("swap", Kind::Swap), ("cut", Kind::Cut), ("freeze", Kind::Freeze)];

impl Kind {
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::CloseWells => &["stages", "ramp", "from", "share", "replaced_by"],
            Self::Swap => &["stages", "ramp", "from", "share", "projects"],
            Self::Cut => &["by", "stages", "ramp", "from", "floor"],
            Self::Freeze => &["from", "domestic_exempt"],
        }
    }
}

pub(super) fn read_measure(tree: &Tree, basin: &Basin, faults: &mut Collector) -> Option<Measure> {
    // A missing id was reported where the file was loaded.
    let id = tree.get("id").map(|node| node.text("`id`", faults)).unwrap_or_default();
    let names = tree.get("title").map(|node| read_names(node, faults));
    let selection = tree.required("where", WHOSE, faults).map(|node| read_selection(node, basin, faults));
    let kind = tree.required("kind", WHOSE, faults)?.choice("`kind`", &KINDS, faults)?;
    let known: Vec<&str> =
        ["id", "title", "kind", "where", "note"].iter().chain(kind.keys()).copied().collect();
    tree.check_keys("a measure of this kind", &known, faults);
    let (selection, selected) = selection.unzip();
    let selected = selected.unwrap_or_default();
    let kind = match kind {
        Kind::CloseWells => MeasureKind::CloseWells {
            stages: read_schedule(tree, true, basin, faults)?,
            replaced_by: read_projects(tree.get("replaced_by"), &selected, basin, faults),
        },
        Kind::Swap => {
            let projects = tree.required("projects", WHOSE, faults);
            let projects = read_projects(projects, &selected, basin, faults);
            MeasureKind::Swap { share: read_schedule(tree, true, basin, faults)?, projects }
        }
        Kind::Cut => {
            let by = tree.required("by", WHOSE, faults).and_then(|node| read_cut(node, faults));
            let floor = tree.get("floor").map_or(0.0, |node| read_share(node, "`floor`", faults));
            MeasureKind::Cut { ramp: read_schedule(tree, false, basin, faults)?, by: by?, floor }
        }
        Kind::Freeze => {
            let from = tree.required("from", WHOSE, faults);
            let from = from.map(|node| read_day(node, "`from`", Day::First, basin, faults));
            let exempt = tree.required("domestic_exempt", WHOSE, faults);
            let exempt = exempt.map(|node| node.boolean("`domestic_exempt`", faults));
            MeasureKind::Freeze(FreezeRule { from: from?, domestic_exempt: exempt? })
        }
    };
    let names = names.unwrap_or_else(|| Names { zh: id.clone(), en: id.clone() });
    Some(Measure { id, names, selection: selection?, kind, origin: tree.origin })
}

/// `stages = [["2020-01", 0.4], …]`, `ramp = ["2020-01", "2022-01"]` or `from = "2020-01"`; the last two reach `share`, or all.
fn read_schedule(tree: &Tree, shares: bool, basin: &Basin, faults: &mut Collector) -> Option<Schedule> {
    let stated: Vec<(&str, &Node)> = ["stages", "ramp", "from"]
        .into_iter()
        .filter_map(|key| tree.get(key).map(|node| (key, node)))
        .collect();
    let [(key, node)] = stated[..] else {
        let message = "a measure needs one schedule";
        let (found, kind) = if stated.is_empty() {
            (String::new(), FaultKind::Missing)
        } else {
            (stated.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(" and "), FaultKind::Inconsistent)
        };
        faults.add(kind, tree.origin, message, found, "exactly one of stages, ramp, from", "");
        return None;
    };
    let share = tree.get("share").filter(|_| shares);
    if let Some(node) = share.filter(|_| key == "stages") {
        let remedy = "remove `share`, or replace `stages` by `ramp` or `from`";
        let message = "`stages` state their shares themselves";
        faults.add(
            FaultKind::Inconsistent,
            node.origin,
            message,
            "",
            "`share` only with `ramp` or `from`",
            remedy,
        );
    }
    let value = share.map_or(1.0, |node| read_share(node, "`share`", faults));
    match key {
        "stages" => read_stages(node, basin, faults).map(Schedule::Stages),
        "ramp" => {
            let ends = node.list("`ramp`", faults);
            let [from, to] = ends else {
                if !ends.is_empty() || matches!(node.datum, Datum::List(_)) {
                    node.wrong("`ramp`", "two dates, such as [\"2020-01\", \"2022-01\"]", faults);
                }
                return None;
            };
            let before = faults.len();
            let from = read_day(from, "`ramp`", Day::First, basin, faults);
            let end = read_day(to, "`ramp`", Day::First, basin, faults);
            if from >= end && faults.len() == before {
                let allowed = format!("a date after {from}");
                faults.add(FaultKind::BadDate, to.origin, "the ramp ends before it begins", end, allowed, "");
            }
            Some(Schedule::Ramp { from, to: end, value })
        }
        _ => Some(Schedule::Stages(vec![(read_day(node, "`from`", Day::First, basin, faults), value)])),
    }
}

fn read_stages(node: &Node, basin: &Basin, faults: &mut Collector) -> Option<Vec<(Date, f64)>> {
    const FORM: &str = "pairs of a date and a share, such as [[\"2020-01\", 0.4], [\"2021-01\", 1.0]]";
    let mut stages: Vec<(Date, f64)> = Vec::new();
    let items = node.list("`stages`", faults);
    if items.is_empty() && matches!(node.datum, Datum::List(_)) {
        node.wrong("`stages`", FORM, faults);
    }
    for item in items {
        let Datum::List(pair) = &item.datum else {
            item.wrong("a stage", FORM, faults);
            continue;
        };
        let [date, share] = &pair[..] else {
            item.wrong("a stage", FORM, faults);
            continue;
        };
        let before = faults.len();
        let day = read_day(date, "the date of a stage", Day::First, basin, faults);
        let share = read_share(share, "the share of a stage", faults);
        let earlier = stages.last().filter(|(earlier, _)| *earlier >= day && faults.len() == before);
        if let Some((earlier, _)) = earlier {
            let allowed = format!("a date after {earlier}");
            faults.add(FaultKind::BadDate, date.origin, "the stages are out of order", day, allowed, "");
        }
        stages.push((day, share));
    }
    Some(stages)
}

/// A share, as a number or as `"30 %"`.
fn read_share(node: &Node, what: &str, faults: &mut Collector) -> f64 {
    let Datum::Text(text) = &node.datum else { return read_number(node, what, Domain::Share, faults) };
    match share(text) {
        Ok(value) if Domain::Share.allows(value) => value,
        Ok(_) => {
            let message = format!("{what} must be from 0 to 1, or from 0 % to 100 %");
            faults.add(FaultKind::OutOfRange, node.origin, message, text, "0 to 1, or 0 % to 100 %", "");
            0.0
        }
        Err(_) => {
            let message = format!("{what} is no share");
            faults.add(
                FaultKind::BadUnit,
                node.origin,
                message,
                text,
                "a number from 0 to 1, or as in \"30 %\"",
                "",
            );
            0.0
        }
    }
}

/// `"30 %"` or a volume per year.
fn read_cut(node: &Node, faults: &mut Collector) -> Option<Cut> {
    let Datum::Text(text) = &node.datum else {
        node.wrong("`by`", "a text with its unit, such as \"30 %\" or \"500 wan_m3_per_year\"", faults);
        return None;
    };
    match share(text) {
        Err(UnitFault::UnknownUnit(_)) => read_volume(node, "`by`", faults).map(Cut::Volume),
        Ok(_) if !text.trim_end().ends_with(['%', '％']) => {
            let allowed = "such as \"30 %\" or \"500 wan_m3_per_year\"";
            faults.add(FaultKind::BadUnit, node.origin, "`by` has no unit", text, allowed, "add the unit");
            None
        }
        _ => Some(Cut::Share(read_share(node, "`by`", faults))),
    }
}

/// The selection, and the groups that it selects.
fn read_selection<'a>(node: &Node, basin: &'a Basin, faults: &mut Collector) -> (Selection, Vec<&'a Group>) {
    const KEYS: [&str; 8] = ["id", "county", "basin", "zone", "sector", "owner", "tag", "at_least"];
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

fn words<T: Copy>(tree: &Tree, key: &str, choices: &[(&str, T)], faults: &mut Collector) -> Vec<T> {
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
fn read_projects(
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
