//! Reading scenario files: one file, or all of a folder, with the basins they name.

mod changes;
mod measure;
mod mixed;
mod patch;

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use quanyu_flow::{Fault, FaultKind, Origin};
use quanyu_policy::{ReportWindow, Scenario, Target, TargetTest};

use crate::basin::{BasinFolder, read_basin_named_at, read_names};
use crate::diagnostic::{Collector, InputHash, Sources};
use crate::document::dates::Day;
use crate::document::toml_tree::Tree;
use crate::targets::{read_day, read_targets};

pub use mixed::{Mixed, why_no_mix, write_mix};

pub(crate) use measure::{RATES, read_share};
pub(crate) use patch::read_name;
use patch::{Document, load, merge};

/// A scenario as read, after its patches were merged.
#[derive(Clone, Debug)]
pub struct ScenarioFile {
    /// The file.
    pub path: PathBuf,
    /// The scenario.
    pub scenario: Scenario,
    /// Which of [`Study::basins`] it belongs to.
    pub basin: usize,
    /// Hash of the file and of every file that it is a patch of.
    pub inputs: Vec<InputHash>,
}

/// Scenarios and the basins they belong to.
#[derive(Clone, Debug, Default)]
pub struct Study {
    /// Basins, each once.
    pub basins: Vec<BasinFolder>,
    /// Scenarios, in the order in which they were asked for; those of a folder by file name.
    pub scenarios: Vec<ScenarioFile>,
}

impl Study {
    /// The basin of a scenario.
    pub fn basin_of(&self, scenario: &ScenarioFile) -> &BasinFolder {
        &self.basins[scenario.basin]
    }
}

/// Reads scenarios and the basins they name. A path is a scenario file, or a folder, of which every `.toml` file is read, but
/// none of the folders below it. `basin` stands in for the basin that the files name.
///
/// # Errors
///
/// All faults of all files at once, those of the basins included; also two scenarios of one name.
pub fn read_scenarios(
    paths: &[PathBuf],
    basin: Option<&Path>,
    sources: &mut Sources,
) -> Result<Study, Vec<Fault>> {
    let mut faults = Collector::default();
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(scenario_files(path, &mut faults));
        } else {
            files.push(path.clone());
        }
    }
    let mut read: Vec<(PathBuf, Document, Vec<InputHash>)> = Vec::new();
    for path in files {
        let openings = sources.openings();
        if let Some(document) = load(&path, Origin::NONE, &mut Vec::new(), sources, &mut faults) {
            read.push((path, document, sources.hashes_since(openings)));
        }
    }
    let documents: Vec<&Document> = read.iter().map(|(_, document, _)| document).collect();
    check_names(&documents, &mut faults);
    let mut basins: Vec<(PathBuf, Option<BasinFolder>)> = Vec::new();
    let mut scenarios = Vec::new();
    for (path, document, inputs) in read {
        let named = match (basin, &document.basin) {
            (Some(folder), _) => Some((folder.to_owned(), Origin::NONE)),
            (None, Some((folder, origin))) => Some((folder.clone(), *origin)),
            (None, None) => {
                let message = "neither the scenario nor any that it is a patch of names a basin";
                faults.add(FaultKind::Missing, document.origin, message, "", "", "add `basin = \"FOLDER\"`");
                None
            }
        };
        let Some((folder, named_at)) = named else { continue };
        let folder = plain_path(&folder);
        let position = basins.iter().position(|(known, _)| *known == folder).unwrap_or_else(|| {
            let basin =
                read_basin_named_at(&folder, named_at, sources).map_err(|found| faults.append(found)).ok();
            basins.push((folder, basin));
            basins.len() - 1
        });
        // Names can only be checked against a basin that could be read.
        let Some(basin) = &basins[position].1 else { continue };
        let scenario = interpret(&document, basin, &mut faults);
        scenarios.push(ScenarioFile { path, scenario, basin: position, inputs });
    }
    let basins: Vec<BasinFolder> = basins.into_iter().filter_map(|(_, basin)| basin).collect();
    faults.finish(Study { basins, scenarios })
}

/// Reads one scenario for a basin that is read already.
///
/// # Errors
///
/// All faults of the file and of those that it is a patch of.
pub fn read_scenario(
    path: &Path,
    basin: &BasinFolder,
    sources: &mut Sources,
) -> Result<Scenario, Vec<Fault>> {
    let mut faults = Collector::default();
    let Some(document) = load(path, Origin::NONE, &mut Vec::new(), sources, &mut faults) else {
        return Err(faults.into_faults());
    };
    let scenario = interpret(&document, basin, &mut faults);
    faults.finish(scenario)
}

fn scenario_files(folder: &Path, faults: &mut Collector) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(error) => {
            let message = format!("the folder `{}` cannot be read: {error}", folder.display());
            faults.add(FaultKind::Missing, Origin::NONE, message, folder.display(), "a readable folder", "");
            return Vec::new();
        }
    };
    files.retain(|path| path.is_file() && path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    if files.is_empty() {
        let message = format!("the folder `{}` holds no scenario", folder.display());
        faults.add(
            FaultKind::Missing,
            Origin::NONE,
            message,
            folder.display(),
            "one or more `.toml` files",
            "",
        );
    }
    files
}

/// A path without the detours of `..`, so that two scenarios that name one basin share it.
fn plain_path(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        let last_is_name = matches!(plain.components().next_back(), Some(std::path::Component::Normal(_)));
        match part {
            std::path::Component::ParentDir if last_is_name => {
                plain.pop();
            }
            std::path::Component::CurDir => {}
            other => plain.push(other),
        }
    }
    if plain.as_os_str().is_empty() { PathBuf::from(".") } else { plain }
}

fn check_names(documents: &[&Document], faults: &mut Collector) {
    for (index, document) in documents.iter().enumerate() {
        let Some((name, origin)) = &document.name else { continue };
        let twice = documents[..index].iter().filter_map(|earlier| earlier.name.as_ref());
        if twice.map(|(name, _)| name).any(|earlier| earlier == name) {
            let message = format!("two scenarios have the name `{name}`, and so the same run folder");
            faults.add(FaultKind::Collision, *origin, message, name, "each name once", "rename one of them");
        }
    }
}

/// Turns a merged document into a scenario, checked against its basin. With any fault the result means nothing.
fn interpret(document: &Document, folder: &BasinFolder, faults: &mut Collector) -> Scenario {
    let before = faults.len();
    let basin = &folder.basin;
    let name = document.name.as_ref().map(|(name, _)| name.clone()).unwrap_or_default();
    let title = document.title.as_ref().map(|node| read_names(node, faults)).unwrap_or_default();
    let report = read_report(document, folder, faults);
    let compliance = document.compliance.as_ref();
    let compliance = compliance.map_or(1.0, |node| measure::read_share(node, "`compliance`", faults));
    let read = |tree| measure::read_measure(tree, basin, compliance, faults);
    let measures = document.measures.iter().filter_map(read).collect();
    let climate = document.climate.as_ref().and_then(|node| changes::read_climate(node, basin, faults));
    let read = |tree| changes::read_project_change(tree, basin, faults);
    let project_changes = document.projects.iter().filter_map(read).collect();
    let merged = merge(&folder.target_trees, &document.targets);
    let targets = read_targets(&merged, basin, &folder.source_ids, faults);
    for target in &targets {
        if let Some(default) = folder.targets.iter().find(|default| default.id == target.id) {
            check_not_looser(target, default, faults);
        }
    }
    if !document.whole {
        faults.forget(before, FaultKind::Missing);
    }
    Scenario { name, title, measures, targets, report, climate, project_changes }
}

fn read_report(document: &Document, folder: &BasinFolder, faults: &mut Collector) -> ReportWindow {
    const WHOSE: &str = "`report`";
    let time = folder.basin.time;
    let whole = ReportWindow {
        from: jiff::civil::date(time.history_from, 1, 1),
        to: jiff::civil::date(time.to, 12, 31),
    };
    let Some(node) = &document.report else { return whole };
    let Some(tree) = node.table(WHOSE, faults) else { return whole };
    tree.check_keys(WHOSE, &["from", "to"], faults);
    let before = faults.len();
    let mut day = |key: &str, day: Day| -> Option<Date> {
        let node = tree.required(key, WHOSE, faults)?;
        Some(read_day(node, &format!("`{key}`"), day, &folder.basin, faults))
    };
    let (from, to) = (day("from", Day::First), day("to", Day::Last));
    let (Some(from), Some(to)) = (from, to) else { return whole };
    if from > to && faults.len() == before {
        let allowed = format!("`to` after {from}");
        faults.add(FaultKind::BadDate, node.origin, "the report ends before it begins", to, allowed, "");
    }
    ReportWindow { from, to }
}

/// A scenario may tighten a target of the basin; one that is looser would carry the name of a policy that it is not.
fn check_not_looser(target: &Target, default: &Target, faults: &mut Collector) {
    let looser = match (&target.test, &default.test) {
        (own, default) if own == default => false,
        (TargetTest::Cap { most }, TargetTest::Cap { most: default }) => most > default,
        (TargetTest::TotalUse { most, beside }, TargetTest::TotalUse { most: default, beside: known }) => {
            most > default || beside != known
        }
        (TargetTest::UseRate { kind, least }, TargetTest::UseRate { kind: known, least: default }) => {
            kind != known || least < default
        }
        (TargetTest::Balance { spring_floor, .. }, TargetTest::Balance { spring_floor: default, .. }) => {
            spring_floor < default
        }
        (
            TargetTest::SpringStable { spring, dead_band },
            TargetTest::SpringStable { spring: default_spring, dead_band: default },
        ) => spring != default_spring || dead_band > default,
        (TargetTest::SpringLevel { spring }, TargetTest::SpringLevel { spring: default }) => {
            spring != default
        }
        (TargetTest::SpringReflow { spring }, TargetTest::SpringReflow { spring: default }) => {
            spring != default
        }
        (TargetTest::KarstTake { base_year }, TargetTest::KarstTake { base_year: default }) => {
            base_year != default
        }
        _ => true,
    };
    if looser || target.by > default.by || (default.required && !target.required) {
        faults.add(
            FaultKind::Inconsistent,
            target.origin,
            format!("the target `{}` is looser than the basin's, or another one", target.id),
            "",
            "the same test, no later and no looser",
            "give it an id of its own",
        );
    }
}

/// The id of a measure or target.
fn id_of(tree: &Tree) -> Option<String> {
    match &tree.get("id")?.datum {
        crate::document::toml_tree::Datum::Text(id) => Some(id.clone()),
        _ => None,
    }
}
