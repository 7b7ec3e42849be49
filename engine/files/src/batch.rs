//! Batch files: which scenarios to run on how many members, and what else is left open.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use quanyu_flow::{Fault, FaultKind, Origin};
use quanyu_policy::ensemble::{ClimateStart, Freedom};

use crate::diagnostic::{Collector, InputHash, Sources};
use crate::document::dates::Day;
use crate::document::toml_tree::{Node, Tree, read_toml};
use crate::scenario::{Study, read_name, read_scenarios};

const WHOSE: &str = "a batch";
const KEYS: [&str; 14] = [
    "name",
    "scenarios",
    "members",
    "seed",
    "cell_m",
    "monthly_from",
    "climate",
    "projects",
    "measures",
    "metering",
    "mining",
    "places",
    "basin",
    "note",
];
/// Most members of a batch.
const MOST_MEMBERS: f64 = 100_000.0;
/// Cell sizes that make sense \[m\].
const CELLS: std::ops::RangeInclusive<f64> = 50.0..=10_000.0;

/// A batch as read.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Name, also of its folder of results.
    pub name: String,
    /// Scenarios and their one basin.
    pub study: Study,
    /// Members.
    pub members: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// Cell size \[m\].
    pub cell: f64,
    /// First year in months; years before are one step each.
    pub monthly_from: i16,
    /// What is drawn besides the basin's own figures.
    pub freedom: Freedom,
    /// Hash of the batch file.
    pub inputs: Vec<InputHash>,
}

/// Reads a batch file with its scenarios and their basin.
///
/// ```toml
/// name = "five"
/// scenarios = ["../business-as-usual.toml", "../all-measures.toml"]  # files or folders, from here; first the one without
///                                      # measures, by which members are weighted
/// members = 100
/// seed = 188
/// cell_m = 1000
/// monthly_from = 2018                  # years before are simulated in yearly steps
///
/// [climate]                            # synthetic years; without it every year is as expected
/// variation = [0.15, 0.30]             # coefficient of variation of yearly precipitation
/// persistence = [0.0, 0.3]             # correlation with the year before
/// start = [0.8, 1.2]                   # factor on the rain of all years of a spell, dry or wet
/// start_years = [2019, 2021]           # that spell
///
/// [projects]
/// delay_years = [0, 3]                 # of those that start from this day on
/// from = "2019-01"
///
/// [metering]
/// error = [-0.1, 0.1]                  # relative error of all published takes
///
/// [mining]
/// shift_years = [-5, 5]                # by which all mines begin, end and close later
///
/// [places]
/// spread = [0.4, 1.0]                  # radius within which a take of unknown place stands, over that of its disc
///
/// [measures]
/// compliance = [0.6, 1.0]              # share of every measure that is carried out
/// ```
///
/// # Errors
///
/// All faults of the batch, the scenarios and the basin at once.
pub fn read_batch(path: &Path, sources: &mut Sources) -> Result<Batch, Vec<Fault>> {
    let mut faults = Collector::default();
    let openings = sources.openings();
    let Some((tree, _)) = read_toml(path, Origin::NONE, sources, &mut faults) else {
        return Err(faults.into_faults());
    };
    let inputs = sources.hashes_since(openings);
    tree.check_keys(WHOSE, &KEYS, &mut faults);
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    let name = tree
        .required("name", WHOSE, &mut faults)
        .map(|node| read_name(node, &mut faults))
        .unwrap_or_default();
    let members = whole(&tree, "members", 1.0..=MOST_MEMBERS, None, &mut faults);
    let seed = whole(&tree, "seed", 0.0..=9.0e15, Some(0.0), &mut faults);
    let cell = bounded(&tree, "cell_m", CELLS, Some(1000.0), &mut faults);
    let freedom = read_freedom(&tree, &mut faults);
    let mut scenarios: Vec<PathBuf> = Vec::new();
    if let Some(node) = tree.required("scenarios", WHOSE, &mut faults) {
        let named = node.texts("`scenarios`", &mut faults);
        if named.is_empty() {
            faults.add(FaultKind::Missing, node.origin, "the batch names no scenario", "", "one or more", "");
        }
        for (text, origin) in named {
            let scenario = folder.join(text);
            if scenario.exists() {
                scenarios.push(scenario);
            } else {
                let message = format!("there is no scenario `{}`", scenario.display());
                faults.add(FaultKind::Missing, origin, message, scenario.display(), "a file or folder", "");
            }
        }
    }
    let basin = tree.get("basin").map(|node| folder.join(node.text("`basin`", &mut faults)));
    let study = read_scenarios(&scenarios, basin.as_deref(), sources)
        .map_err(|found| faults.append(found))
        .unwrap_or_default();
    if study.basins.len() > 1 {
        let message = "the scenarios of one batch belong to different basins";
        faults.add(
            FaultKind::Inconsistent,
            tree.origin,
            message,
            "",
            "one basin",
            "make a batch for each basin",
        );
    }
    // Members are weighted by the marks of their history, and only a scenario without measures leaves the history alone.
    if let Some(first) = study.scenarios.first().filter(|file| !file.scenario.measures.is_empty()) {
        let message = "the first scenario of a batch weights the members, and this one has measures";
        let value = format!("{}, {} measures", first.scenario.name, first.scenario.measures.len());
        let remedy = "begin the list with the scenario as usual";
        let origin = tree.get("scenarios").map_or(tree.origin, |node| node.origin);
        faults.add(FaultKind::Inconsistent, origin, message, value, "a scenario without measures", remedy);
    }
    let time = study.basins.first().map(|folder| folder.basin.time);
    let default = time.map_or(0, |time| time.monthly_from);
    let monthly_from = match (tree.get("monthly_from"), time) {
        (Some(node), Some(time)) => {
            let year = node.year("`monthly_from`", &mut faults);
            if !(time.history_from..=time.to).contains(&year) {
                let allowed = format!("{} to {}", time.history_from, time.to);
                let message = "`monthly_from` is outside the simulated years";
                faults.add(FaultKind::BadDate, node.origin, message, year, allowed, "");
            }
            year
        }
        _ => default,
    };
    if let (Some(time), Some(start)) = (time, &freedom.climate_start)
        && !(time.history_from <= start.from && start.to <= time.to)
    {
        let origin = tree.get("climate").map_or(tree.origin, |node| node.origin);
        let message = "`start_years` has years that are not simulated";
        let allowed = format!("years from {} to {}", time.history_from, time.to);
        let value = format!("[{}, {}]", start.from, start.to);
        faults.add(FaultKind::BadDate, origin, message, value, allowed, "");
    }
    if let Some(scenario) = study.scenarios.iter().find(|file| file.scenario.name == name) {
        let origin = tree.get("name").map_or(tree.origin, |node| node.origin);
        let message = "the batch has the name of a scenario, whose run would lie in the same folder";
        let remedy = "give the batch a name of its own";
        faults.add(FaultKind::Inconsistent, origin, message, &scenario.scenario.name, "another name", remedy);
    }
    faults.finish(Batch {
        name,
        study,
        members: members as usize,
        seed: seed as u64,
        cell,
        monthly_from,
        freedom,
        inputs,
    })
}

fn read_freedom(tree: &Tree, faults: &mut Collector) -> Freedom {
    let climate = part(tree, "climate", &["variation", "persistence", "start", "start_years"], faults);
    let projects = part(tree, "projects", &["delay_years", "from"], faults);
    let measures = part(tree, "measures", &["compliance"], faults);
    let delay = projects.and_then(|projects| range(projects, "delay_years", 0.0..=100.0, faults));
    let from: Option<Date> = projects.and_then(|projects| {
        let node = if delay.is_some() {
            projects.required("from", "`projects`", faults)
        } else {
            projects.get("from")
        };
        node.map(|node| node.date("`from`", Day::First, faults))
    });
    let metering = part(tree, "metering", &["error"], faults);
    let mining = part(tree, "mining", &["shift_years"], faults);
    let places = part(tree, "places", &["spread"], faults);
    let factor = climate.and_then(|climate| range(climate, "start", 0.1..=3.0, faults));
    let spell = climate.and_then(|climate| years(climate, "start_years", faults));
    if let (Some(climate), true) = (climate, factor.is_some() != spell.is_some()) {
        let message = "`start` and `start_years` say nothing without one another";
        faults.add(FaultKind::Missing, climate.origin, message, "", "both, or neither", "add the other");
    }
    let freedom = Freedom {
        climate_start: factor.zip(spell).map(|(factor, [from, to])| ClimateStart { factor, from, to }),
        metering_error: metering.and_then(|metering| range(metering, "error", -0.9..=9.0, faults)),
        mining_shift_years: mining.and_then(|mining| range(mining, "shift_years", -100.0..=100.0, faults)),
        place_spread: places.and_then(|places| range(places, "spread", 0.05..=1.0, faults)),
        climate_variation: climate.and_then(|climate| range(climate, "variation", 0.0..=2.0, faults)),
        climate_persistence: climate.and_then(|climate| range(climate, "persistence", 0.0..=0.95, faults)),
        project_delay_years: delay,
        compliance: measures.and_then(|measures| range(measures, "compliance", 0.0..=1.0, faults)),
        projects_from: from,
    };
    if let (None, Some(_), Some(projects)) = (delay, from, projects) {
        let message = "`from` says nothing without `delay_years`";
        faults.add(FaultKind::Missing, projects.origin, message, "", "both, or neither", "add `delay_years`");
    }
    if let (None, Some(_), Some(climate)) = (freedom.climate_variation, freedom.climate_persistence, climate)
    {
        let message = "`persistence` says nothing without `variation`";
        faults.add(FaultKind::Missing, climate.origin, message, "", "both, or neither", "add `variation`");
    }
    freedom
}

fn part<'t>(tree: &'t Tree, key: &str, known: &[&str], faults: &mut Collector) -> Option<&'t Tree> {
    let whose = format!("`{key}`");
    let part = tree.get(key)?.table(&whose, faults)?;
    part.check_keys(&whose, known, faults);
    Some(part)
}

/// First and last of some years.
fn years(tree: &Tree, key: &str, faults: &mut Collector) -> Option<[i16; 2]> {
    let node = tree.get(key)?;
    let what = format!("`{key}`");
    let ends: Vec<i16> = node.list(&what, faults).iter().map(|end| end.year(&what, faults)).collect();
    let [from, to] = ends[..] else {
        node.wrong(&what, "the first and the last year, [from, to]", faults);
        return None;
    };
    if from > to {
        let message = format!("{what} ends before it begins");
        faults.add(FaultKind::BadDate, node.origin, message, format!("[{from}, {to}]"), "from ≤ to", "");
        return None;
    }
    Some([from, to])
}

/// A pair of ends.
fn range(
    tree: &Tree,
    key: &str,
    allowed: std::ops::RangeInclusive<f64>,
    faults: &mut Collector,
) -> Option<[f64; 2]> {
    let node = tree.get(key)?;
    let what = format!("`{key}`");
    let ends: Vec<f64> = node.list(&what, faults).iter().map(|end| end.number(&what, faults)).collect();
    let [low, high] = ends[..] else {
        node.wrong(&what, "the two ends of a range, [low, high]", faults);
        return None;
    };
    if !(allowed.contains(&low) && allowed.contains(&high) && low <= high) {
        let message = format!("{what} is not a range that can be drawn from");
        let span = format!("{} ≤ low ≤ high ≤ {}", allowed.start(), allowed.end());
        faults.add(FaultKind::OutOfRange, node.origin, message, format!("[{low}, {high}]"), span, "");
        return None;
    }
    Some([low, high])
}

fn bounded(
    tree: &Tree,
    key: &str,
    allowed: std::ops::RangeInclusive<f64>,
    default: Option<f64>,
    faults: &mut Collector,
) -> f64 {
    let node: Option<&Node> = match default {
        Some(_) => tree.get(key),
        None => tree.required(key, WHOSE, faults),
    };
    let Some(node) = node else { return default.unwrap_or(*allowed.start()) };
    let what = format!("`{key}`");
    let number = node.number(&what, faults);
    if !allowed.contains(&number) {
        let span = format!("{} to {}", allowed.start(), allowed.end());
        faults.add(FaultKind::OutOfRange, node.origin, format!("{what} is out of range"), number, span, "");
    }
    number
}

fn whole(
    tree: &Tree,
    key: &str,
    allowed: std::ops::RangeInclusive<f64>,
    default: Option<f64>,
    faults: &mut Collector,
) -> f64 {
    let number = bounded(tree, key, allowed, default, faults);
    if number.fract() != 0.0 {
        let origin = tree.get(key).map_or(tree.origin, |node| node.origin);
        faults.add(
            FaultKind::OutOfRange,
            origin,
            format!("`{key}` is not whole"),
            number,
            "a whole number",
            "",
        );
    }
    number
}
