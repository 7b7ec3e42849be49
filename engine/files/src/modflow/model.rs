//! The name file of a groundwater-flow model, and the model as one document.

use quanyu_flow::{FaultKind, Origin};

use super::block::{Block, Grammar, blocks};
use super::grid::{self, Grid};
use super::initial::{self, Initial};
use super::list::{self, Entry, Frame};
use super::observation::{self, ObservationFile};
use super::option::{self, FileName};
use super::output_control::{self, OutputControl};
use super::package::Package;
use super::property::{self, Property};
use super::reading::Reading;
use super::source::{Line, Mark};
use super::storage::{self, Storage};
use super::word::Words;
use super::{barrier, evapotranspiration, recharge};

const GRAMMAR: Grammar = Grammar {
    what: "the name file of the model",
    order: &["OPTIONS", "PACKAGES"],
    repeated: &[],
    required: &["PACKAGES"],
};

/// Longest name of a model or package.
const LONGEST_NAME: usize = 16;

/// A groundwater-flow model.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowModel {
    /// Name in capitals.
    pub name: String,
    /// Its name file, relative to the folder.
    pub file: String,
    /// Its listing file, relative to the folder.
    pub listing: String,
    /// Lists are printed as read, for all packages.
    pub print_input: bool,
    /// Flows are printed, for all packages.
    pub print_flows: bool,
    /// Flows are saved, for all packages.
    pub save_flows: bool,
    /// The Newton–Raphson formulation with upstream weighting.
    pub newton: bool,
    /// … with heads below the model's bottom drawn back (`UNDER_RELAXATION`).
    pub newton_under_relaxation: bool,
    /// The grid.
    pub grid: Grid,
    /// Heads at the start.
    pub initial: Initial,
    /// How water moves.
    pub property: Property,
    /// How water is held; without it the model is at rest.
    pub storage: Option<Storage>,
    /// What is written.
    pub output: OutputControl,
    /// Thin barriers.
    pub barriers: Option<barrier::Barriers>,
    /// Observations of the model itself.
    pub observations: Vec<ObservationFile>,
    /// Stress packages in MODFLOW's order of budgets.
    pub packages: Vec<Package>,
    /// Where `mfsim.nam` names it.
    pub mark: Mark,
}

/// A line of the `PACKAGES` block.
struct Listed {
    kind: String,
    entry: Entry,
}

pub(crate) fn read(
    reading: &mut Reading,
    file: &str,
    name: &str,
    mark: Mark,
    periods: usize,
) -> Option<FlowModel> {
    let text = reading.text(file, mark.0)?;
    let blocks = blocks(reading, &text, GRAMMAR);
    let block = |name: &str| blocks.iter().find(|block| block.name == name);
    check_name(reading, mark.0, name);
    let options = options(reading, block("OPTIONS"));
    let listed = listed(reading, block("PACKAGES")?);
    let single = |kind: &str| listed.iter().find(|listed| listed.kind == kind).map(|listed| &listed.entry);
    for (kind, what) in [("DIS6", "DIS6 (a structured grid)"), ("IC6", "IC6"), ("NPF6", "NPF6")] {
        let other = kind == "DIS6" && listed.iter().any(|listed| listed.kind.starts_with("DIS"));
        if single(kind).is_none() && !other {
            option::missing(reading, block("PACKAGES")?.origin, "the PACKAGES of the model", what);
        }
    }
    let grid = single("DIS6").and_then(|entry| {
        let blocks = open(reading, entry, grid::GRAMMAR)?;
        grid::read(reading, &blocks, &entry.file)
    });
    let grid = grid?;
    let frame = Frame { grid: &grid, periods };
    let initial = single("IC6").and_then(|entry| {
        let blocks = open(reading, entry, initial::GRAMMAR)?;
        initial::read(reading, &blocks, &grid)
    });
    let property = single("NPF6").and_then(|entry| {
        let blocks = open(reading, entry, property::GRAMMAR)?;
        property::read(reading, &blocks, &grid, periods)
    });
    let storage = single("STO6").map(|entry| {
        let blocks = open(reading, entry, storage::GRAMMAR)?;
        storage::read(reading, &blocks, &grid, periods)
    });
    let output = match single("OC6") {
        Some(entry) => output_control::read(reading, entry, periods),
        None => Some(OutputControl::default()),
    };
    let barriers = single("HFB6").map(|entry| barrier::read(reading, entry, frame));
    let observation_files: Vec<FileName> = listed
        .iter()
        .filter(|listed| listed.kind == "OBS6")
        .map(|listed| FileName { name: listed.entry.file.clone(), mark: Mark(listed.entry.origin) })
        .collect();
    let observations = observation::read_all(reading, &observation_files, "GWF", &grid);
    let mut packages: Vec<Option<Package>> =
        listed.iter().filter_map(|listed| package(reading, listed, frame)).collect();
    packages.sort_by_key(|package| package.as_ref().map_or(0, Package::order));
    Some(FlowModel {
        name: name.to_owned(),
        file: file.to_owned(),
        listing: options.listing.unwrap_or_else(|| default_listing(file)),
        print_input: options.print_input,
        print_flows: options.print_flows,
        save_flows: options.save_flows,
        newton: options.newton,
        newton_under_relaxation: options.newton_under_relaxation,
        initial: initial?,
        property: property?,
        storage: storage.map_or(Some(None), |storage| storage.map(Some))?,
        output: output?,
        barriers: barriers.map_or(Some(None), |barriers| barriers.map(Some))?,
        observations,
        packages: packages.into_iter().collect::<Option<Vec<_>>>()?,
        grid,
        mark,
    })
}

/// The listing file of a name file: its name with `.lst` in place of what follows the last dot.
pub(crate) fn default_listing(file: &str) -> String {
    let stem =
        file.rfind('.').filter(|dot| !file[*dot..].contains(['/', '\\'])).map_or(file, |dot| &file[..dot]);
    format!("{stem}.lst")
}

fn open(reading: &mut Reading, entry: &Entry, grammar: Grammar) -> Option<Vec<Block>> {
    let file = reading.text(&entry.file, entry.origin)?;
    Some(blocks(reading, &file, grammar))
}

fn check_name(reading: &mut Reading, origin: Origin, name: &str) {
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.contains(' ') {
        reading.fault(
            origin,
            FaultKind::OutOfRange,
            "a name is empty, too long or has blanks",
            name,
            format!("1 to {LONGEST_NAME} letters without blanks"),
            "Choose another name.",
        );
    }
}

#[derive(Default)]
struct Options {
    listing: Option<String>,
    print_input: bool,
    print_flows: bool,
    save_flows: bool,
    newton: bool,
    newton_under_relaxation: bool,
}

fn options(reading: &mut Reading, block: Option<&Block>) -> Options {
    let mut options = Options::default();
    for line in block.iter().flat_map(|block| &block.lines) {
        let mut words = Words::new(line.text());
        let word = words.keyword().unwrap_or_default();
        match word.as_str() {
            "LIST" => options.listing = words.next().map(str::to_owned),
            "PRINT_INPUT" => options.print_input = true,
            "PRINT_FLOWS" => options.print_flows = true,
            "SAVE_FLOWS" => options.save_flows = true,
            "NEWTON" => {
                options.newton = true;
                if words.clone().keyword().as_deref() == Some("UNDER_RELAXATION") {
                    words.next();
                    options.newton_under_relaxation = true;
                }
            }
            "NETCDF" | "NETCDF_MESH2D" | "NETCDF_STRUCTURED" => {
                reading.fault(
                    line.origin(),
                    FaultKind::Unsupported,
                    "NetCDF input and output of MODFLOW are not supported",
                    line.text().trim(),
                    "text and binary files",
                    "Remove the option.",
                );
                continue;
            }
            _ => {
                const KNOWN: [&str; 5] = ["LIST", "PRINT_INPUT", "PRINT_FLOWS", "SAVE_FLOWS", "NEWTON"];
                reading.unknown(line.origin(), "the OPTIONS of the model", &word, &KNOWN);
                continue;
            }
        }
        option::ignored(reading, line, &mut words);
    }
    options
}

const SINGLE: [&str; 6] = ["DIS6", "IC6", "NPF6", "STO6", "OC6", "HFB6"];
const MANY: [&str; 8] = ["WEL6", "DRN6", "RIV6", "GHB6", "RCH6", "EVT6", "CHD6", "OBS6"];
const REFUSED: [&str; 14] = [
    "DISV6", "DISU6", "CSUB6", "BUY6", "VSC6", "SFR6", "LAK6", "MAW6", "UZF6", "MVR6", "GNC6", "API6",
    "IBC6", "SWI6",
];

fn listed(reading: &mut Reading, block: &Block) -> Vec<Listed> {
    let mut all: Vec<Listed> = Vec::new();
    for line in &block.lines {
        all.extend(one(reading, line, &all));
    }
    all
}

fn one(reading: &mut Reading, line: &Line, before: &[Listed]) -> Option<Listed> {
    let mut words = Words::new(line.text());
    let kind = words.keyword().unwrap_or_default();
    let origin = line.origin();
    if REFUSED.contains(&kind.as_str()) {
        reading.fault(
            origin,
            FaultKind::Unsupported,
            "the package is not supported",
            &kind,
            format!("{}, {}", SINGLE.join(", "), MANY.join(", ")),
            "Remove the package, or run the model with MODFLOW 6.",
        );
        return Some(Listed { kind, entry: Entry { name: String::new(), file: String::new(), origin } });
    }
    if !SINGLE.contains(&kind.as_str()) && !MANY.contains(&kind.as_str()) {
        let known: Vec<&str> = SINGLE.iter().chain(&MANY).copied().collect();
        reading.unknown(origin, "the PACKAGES of the model", &kind, &known);
        return None;
    }
    let Some(file) = words.next().map(str::to_owned) else {
        option::missing(reading, origin, &format!("the line of {kind}"), "the name of its file");
        return None;
    };
    let bare = kind.trim_end_matches('6').to_owned();
    if SINGLE.contains(&kind.as_str()) && before.iter().any(|other| other.kind == kind) {
        reading.fault(
            origin,
            FaultKind::Collision,
            "the package is listed twice",
            &kind,
            "once",
            "Remove one of the lines.",
        );
        return None;
    }
    let given = if words.more() { words.keyword() } else { None };
    let name = given.unwrap_or_else(|| {
        let number = 1 + before.iter().filter(|other| other.kind == kind).count();
        if SINGLE.contains(&kind.as_str()) { bare.clone() } else { format!("{bare}-{number}") }
    });
    check_name(reading, origin, &name);
    if before.iter().any(|other| other.entry.name == name) {
        reading.fault(
            origin,
            FaultKind::Collision,
            "two packages share a name",
            &name,
            "a name of its own",
            "Rename one of them.",
        );
    }
    Some(Listed { kind, entry: Entry { name, file, origin } })
}

/// The stress package of a line, if it is one; nothing within where it has faults.
fn package(reading: &mut Reading, listed: &Listed, frame: Frame<'_>) -> Option<Option<Package>> {
    let entry = &listed.entry;
    Some(match listed.kind.as_str() {
        "WEL6" => list::read(reading, entry, frame).map(Package::Wells),
        "DRN6" => list::read(reading, entry, frame).map(Package::Drains),
        "RIV6" => list::read(reading, entry, frame).map(Package::Rivers),
        "GHB6" => list::read(reading, entry, frame).map(Package::GeneralHeads),
        "CHD6" => list::read(reading, entry, frame).map(Package::ConstantHeads),
        "RCH6" => recharge::read(reading, entry, frame),
        "EVT6" => evapotranspiration::read(reading, entry, frame),
        _ => return None,
    })
}
