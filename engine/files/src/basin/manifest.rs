//! `basin.toml`: what the basin is and which file plays which role.

use std::path::{Path, PathBuf};

use quanyu_basin::{Crs, Names, TimeFrame};
use quanyu_flow::{FaultKind, Origin};

use crate::diagnostic::{Collector, Sources};
use crate::document::toml_tree::{Datum, Node, Tree, read_toml};

/// Roles that every basin fills.
const REQUIRED_ROLES: [&str; 25] = [
    "sources",
    "outlines",
    "counties",
    "zones",
    "layers",
    "ground",
    "rocks",
    "rock_areas",
    "infiltration",
    "recharge_areas",
    "mines",
    "rivers",
    "reaches",
    "springs",
    "spring_stages",
    "climate",
    "shapes",
    "groups",
    "use_series",
    "projects",
    "observations",
    "marks",
    "ties",
    "parameters",
    "targets",
];
/// Roles that a basin may leave empty.
const OPTIONAL_ROLES: [&str; 10] = [
    "faults",
    "boundaries",
    "calibrated",
    "sectors",
    "crops",
    "unconventional",
    "rain_enhancement",
    "project_years",
    "warnings",
    "measured_levels",
];

/// The manifest as read.
#[derive(Debug)]
pub(crate) struct Manifest {
    pub(crate) origin: Origin,
    pub(crate) id: String,
    pub(crate) title: Names,
    pub(crate) crs: Crs,
    pub(crate) boundary: Option<(String, Origin)>,
    pub(crate) time: TimeFrame,
    /// The `[ground]` table.
    pub(crate) ground: Option<Tree>,
    files: Vec<(String, PathBuf, Origin)>,
}

impl Manifest {
    /// File of a role and the place that names it.
    pub(crate) fn file(&self, role: &str) -> Option<(&Path, Origin)> {
        let (_, path, origin) = self.files.iter().find(|(name, _, _)| name == role)?;
        Some((path, *origin))
    }
}

/// Reads `basin.toml` in a folder.
pub(crate) fn read_manifest(
    folder: &Path,
    named_at: Origin,
    sources: &mut Sources,
    faults: &mut Collector,
) -> Option<Manifest> {
    const WHOSE: &str = "a basin";
    let path = folder.join("basin.toml");
    let before = faults.len();
    let (tree, whole) = read_toml(&path, named_at, sources, faults)?;
    tree.check_keys(WHOSE, &["format", "id", "title", "crs", "boundary", "time", "files", "ground"], faults);
    if let Some(node) = tree.required("format", WHOSE, faults) {
        let format = node.number("`format`", faults);
        if format != 1.0 {
            let remedy = "read it with the version of the program that wrote it";
            faults.add(
                FaultKind::Unsupported,
                node.origin,
                "this format of basin is unknown",
                format,
                "1",
                remedy,
            );
        }
    }
    let id = tree.required("id", WHOSE, faults).map(|node| node.text("`id`", faults)).unwrap_or_default();
    let title =
        tree.required("title", WHOSE, faults).map(|node| read_names(node, faults)).unwrap_or_default();
    let crs = tree.required("crs", WHOSE, faults).and_then(|node| read_crs(node, faults));
    let boundary =
        tree.required("boundary", WHOSE, faults).map(|node| (node.text("`boundary`", faults), node.origin));
    let time = tree.required("time", WHOSE, faults).and_then(|node| read_time(node, faults));
    tree.required("ground", WHOSE, faults);
    let ground = tree.get("ground").and_then(|node| node.table("`ground`", faults)).cloned();
    let files = tree
        .required("files", WHOSE, faults)
        .map(|node| read_roles(node, folder, faults))
        .unwrap_or_default();
    if !whole {
        faults.forget(before, FaultKind::Missing);
    }
    Some(Manifest {
        origin: tree.origin,
        id,
        title,
        crs: crs.unwrap_or(Crs { epsg: 0, name: String::new() }),
        boundary: boundary.filter(|(name, _)| name != "no-flow"),
        time: time.unwrap_or(TimeFrame { history_from: 2000, monthly_from: 2000, to: 2000 }),
        ground,
        files,
    })
}

/// `{ zh = "…", en = "…" }`, or one text for both.
pub(crate) fn read_names(node: &Node, faults: &mut Collector) -> Names {
    if let Datum::Table(tree) = &node.datum {
        tree.check_keys("a title", &["zh", "en"], faults);
        let mut text = |key: &str| {
            let node = tree.required(key, "a title", faults);
            node.map(|node| node.text("a title", faults)).unwrap_or_default()
        };
        Names { zh: text("zh"), en: text("en") }
    } else {
        let text = node.text("a title", faults);
        Names { zh: text.clone(), en: text }
    }
}

fn read_crs(node: &Node, faults: &mut Collector) -> Option<Crs> {
    const WHOSE: &str = "the reference system";
    let tree = node.table("`crs`", faults)?;
    tree.check_keys(WHOSE, &["epsg", "name"], faults);
    let name = tree.required("name", WHOSE, faults).map(|node| node.text("`name`", faults));
    let node = tree.required("epsg", WHOSE, faults)?;
    let epsg = node.number("`epsg`", faults);
    if epsg.fract() != 0.0 || !(1024.0..=32_767.0).contains(&epsg) {
        let allowed = "the code of a projected system in metres, from 1024 to 32767";
        faults.add(FaultKind::OutOfRange, node.origin, "`epsg` is no EPSG code", epsg, allowed, "");
    }
    Some(Crs { epsg: epsg as u32, name: name? })
}

fn read_time(node: &Node, faults: &mut Collector) -> Option<TimeFrame> {
    const WHOSE: &str = "`time`";
    let tree = node.table(WHOSE, faults)?;
    tree.check_keys(WHOSE, &["history_from", "monthly_from", "to"], faults);
    let mut year =
        |key: &str| tree.required(key, WHOSE, faults).map(|node| node.year(&format!("`{key}`"), faults));
    let (history_from, monthly_from, to) = (year("history_from"), year("monthly_from"), year("to"));
    let time = TimeFrame { history_from: history_from?, monthly_from: monthly_from?, to: to? };
    if !(time.history_from <= time.monthly_from && time.monthly_from <= time.to) {
        let shown = format!("{}, {}, {}", time.history_from, time.monthly_from, time.to);
        let allowed = "history_from ≤ monthly_from ≤ to";
        faults.add(
            FaultKind::BadDate,
            node.origin,
            "the years of `time` are out of order",
            shown,
            allowed,
            "",
        );
    }
    Some(time)
}

fn read_roles(node: &Node, folder: &Path, faults: &mut Collector) -> Vec<(String, PathBuf, Origin)> {
    const WHOSE: &str = "`files`";
    let Some(tree) = node.table(WHOSE, faults) else { return Vec::new() };
    let known: Vec<&str> = REQUIRED_ROLES.into_iter().chain(OPTIONAL_ROLES).collect();
    tree.check_keys(WHOSE, &known, faults);
    for role in REQUIRED_ROLES {
        tree.required(role, WHOSE, faults);
    }
    tree.entries
        .iter()
        .filter(|entry| known.contains(&entry.key.as_str()))
        .map(|entry| (entry.key.clone(), folder.join(entry.node.text("a file", faults)), entry.node.origin))
        .collect()
}
