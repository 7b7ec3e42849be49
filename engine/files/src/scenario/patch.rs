//! A scenario as written: a file that may be a patch of another, which may be a patch in turn.
//!
//! Measures and targets merge by id: a key of the patch replaces that of its base, new ones append, `drop` removes measures of the
//! base. A patch that states another `kind` (or `test`) keeps nothing but the title and the selection.

use std::path::{Path, PathBuf};

use quanyu_flow::{FaultKind, Origin};

use super::id_of;
use crate::diagnostic::{Collector, Ids, Sources};
use crate::document::toml_tree::{Datum, Node, Tree, read_toml};
use crate::targets::check_twice;

const WHOSE: &str = "a scenario";
const KEYS: [&str; 11] = [
    "name",
    "title",
    "basin",
    "base",
    "report",
    "measure",
    "target",
    "drop",
    "climate",
    "compliance",
    "project",
];
/// Keys that are alternatives: where a patch states one, those of the base give way.
const ALTERNATIVES: [&str; 3] = ["stages", "ramp", "from"];
/// Keys that survive a change of kind or test.
const KEPT: [&str; 4] = ["id", "title", "where", "compliance"];

/// A scenario after merging, still as text.
#[derive(Clone, Debug)]
pub(super) struct Document {
    pub(super) name: Option<(String, Origin)>,
    pub(super) title: Option<Node>,
    /// Folder of the basin, and the place that names it.
    pub(super) basin: Option<(PathBuf, Origin)>,
    pub(super) report: Option<Node>,
    pub(super) climate: Option<Node>,
    pub(super) compliance: Option<Node>,
    /// Changes of projects.
    pub(super) projects: Vec<Tree>,
    pub(super) measures: Vec<Tree>,
    pub(super) targets: Vec<Tree>,
    pub(super) origin: Origin,
    /// No syntax error in any file of the chain.
    pub(super) whole: bool,
}

/// Loads a file and those that it is a patch of; `chain` holds the files being loaded.
pub(super) fn load(
    path: &Path,
    named_at: Origin,
    chain: &mut Vec<PathBuf>,
    sources: &mut Sources,
    faults: &mut Collector,
) -> Option<Document> {
    let here = super::plain_path(path);
    if chain.contains(&here) {
        let shown = chain
            .iter()
            .chain([&here])
            .map(|path| path.display().to_string())
            .collect::<Vec<_>>()
            .join(" → ");
        let message = "a scenario cannot be a patch of itself";
        faults.add(
            FaultKind::Inconsistent,
            named_at,
            message,
            shown,
            "a chain that ends",
            "remove one `base`",
        );
        return None;
    }
    let before = faults.len();
    let (tree, whole) = read_toml(&here, named_at, sources, faults)?;
    let folder = here.parent().map(Path::to_owned).unwrap_or_default();
    tree.check_keys(WHOSE, &KEYS, faults);
    let base = match tree.get("base") {
        Some(node) => {
            chain.push(here.clone());
            let base = load(&folder.join(node.text("`base`", faults)), node.origin, chain, sources, faults);
            chain.pop();
            // Without its base a patch cannot be understood.
            Some(base?)
        }
        None => None,
    };
    let name = tree.required("name", WHOSE, faults).map(|node| (read_name(node, faults), node.origin));
    let title = tree.required("title", WHOSE, faults).cloned();
    let basin = tree.get("basin").map(|node| (folder.join(node.text("`basin`", faults)), node.origin));
    let measures: Vec<Tree> = tree.tables("measure", faults).into_iter().cloned().collect();
    let targets: Vec<Tree> = tree.tables("target", faults).into_iter().cloned().collect();
    let projects: Vec<Tree> = tree.tables("project", faults).into_iter().cloned().collect();
    check_twice(&projects, "a change of a project", faults);
    check_twice(&measures, "a measure", faults);
    check_twice(&targets, "a target", faults);
    for (trees, whose) in
        [(&measures, "a measure"), (&targets, "a target"), (&projects, "a change of a project")]
    {
        for tree in trees {
            tree.required("id", whose, faults);
        }
    }
    let mut base_measures = base.as_ref().map(|base| base.measures.clone()).unwrap_or_default();
    if let Some(node) = tree.get("drop") {
        let ids = Ids::new("measure in the base", base_measures.iter().filter_map(id_of));
        for (id, origin) in node.texts("`drop`", faults) {
            if !ids.contains(&id) {
                faults.unknown_name(origin, &id, &ids);
            }
            base_measures.retain(|measure| id_of(measure).as_ref() != Some(&id));
        }
    }
    if !whole {
        faults.forget(before, FaultKind::Missing);
    }
    let base_whole = base.as_ref().is_none_or(|base| base.whole);
    let inherited = |own: Option<&Node>, of: fn(&Document) -> Option<&Node>| {
        own.or_else(|| base.as_ref().and_then(of)).cloned()
    };
    let nothing: Vec<Tree> = Vec::new();
    let (base_targets, base_projects) =
        base.as_ref().map_or((&nothing, &nothing), |base| (&base.targets, &base.projects));
    Some(Document {
        name,
        title,
        basin: basin.or_else(|| base.as_ref().and_then(|base| base.basin.clone())),
        report: inherited(tree.get("report"), |base| base.report.as_ref()),
        climate: inherited(tree.get("climate"), |base| base.climate.as_ref()),
        compliance: inherited(tree.get("compliance"), |base| base.compliance.as_ref()),
        projects: merge(base_projects, &projects),
        measures: merge(&base_measures, &measures),
        targets: merge(base_targets, &targets),
        origin: tree.origin,
        whole: whole && base_whole,
    })
}

/// Whether all letters of a name can stand in that of a folder everywhere.
pub(super) fn is_plain_name(name: &str) -> bool {
    name.chars().all(|letter| letter.is_alphanumeric() || "-_.".contains(letter))
}

/// A name that is also that of a folder.
pub(crate) fn read_name(node: &Node, faults: &mut Collector) -> String {
    let name = node.text("`name`", faults);
    if !name.is_empty()
        && (!is_plain_name(&name)
            || name.starts_with('.')
            || name.ends_with('.')
            || name.ends_with(".partial"))
    {
        let allowed = "letters, digits, `-`, `_` and inner `.`; not the ending `.partial`";
        let message = "the name is also that of the folder of its results";
        faults.add(FaultKind::OutOfRange, node.origin, message, &name, allowed, "");
    }
    name
}

/// Merges tables by id.
pub(super) fn merge(base: &[Tree], patch: &[Tree]) -> Vec<Tree> {
    let mut merged = base.to_vec();
    for tree in patch {
        let id = id_of(tree);
        match merged.iter_mut().find(|known| id.is_some() && id_of(known) == id) {
            Some(known) => *known = merge_one(known, tree),
            None => merged.push(tree.clone()),
        }
    }
    merged
}

fn merge_one(base: &Tree, patch: &Tree) -> Tree {
    let states = |key: &str| patch.get(key).is_some();
    let changes = |key: &str| match (base.get(key), patch.get(key)) {
        (Some(old), Some(new)) => !same_text(old, new),
        _ => false,
    };
    let other = changes("kind") || changes("test");
    let other_schedule =
        ALTERNATIVES.iter().any(|key| states(key)) && patch.get("kind").or(base.get("kind")).is_some();
    let mut entries: Vec<_> = base
        .entries
        .iter()
        .filter(|entry| !states(&entry.key))
        .filter(|entry| !other || KEPT.contains(&entry.key.as_str()))
        .filter(|entry| !other_schedule || !ALTERNATIVES.contains(&entry.key.as_str()))
        .cloned()
        .collect();
    entries.extend(patch.entries.iter().cloned());
    Tree { origin: patch.origin, entries }
}

fn same_text(a: &Node, b: &Node) -> bool {
    matches!((&a.datum, &b.datum), (Datum::Text(a), Datum::Text(b)) if a == b)
}
