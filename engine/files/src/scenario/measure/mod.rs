//! One measure of a scenario.

mod cost;
mod levers;
mod schedule;
mod selection;
mod sources;

use quanyu_basin::{Basin, Names};
use quanyu_flow::FaultKind;
use quanyu_policy::{Cut, FreezeRule, Measure, MeasureKind, Selection};

use crate::basin::read_names;
use crate::diagnostic::Collector;
use crate::document::dates::Day;
use crate::document::toml_tree::{Datum, Node, Tree};
use crate::document::units::{UnitFault, share};
use crate::targets::{read_day, read_volume};

pub(crate) use levers::RATES;
use schedule::read_schedule;
pub(crate) use schedule::read_share;
use selection::{read_projects, read_selection};

const WHOSE: &str = "a measure";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    CloseWells,
    Swap,
    Cut,
    Freeze,
    Ban,
    Limit,
    LimitIntake,
    Retire,
    Rotate,
    Save,
    Unconventional,
    Exit,
    Relocate,
    Price,
    Metering,
    Trade,
    Recharge,
    EnhanceRain,
    NoNewLandscape,
}

const KINDS: [(&str, Kind); 19] = [
    ("close_wells", Kind::CloseWells),
    ("swap", Kind::Swap),
    ("cut", Kind::Cut),
    ("freeze", Kind::Freeze),
    ("ban", Kind::Ban),
    ("limit", Kind::Limit),
    ("limit_intake", Kind::LimitIntake),
    ("retire", Kind::Retire),
    ("rotate", Kind::Rotate),
    ("save", Kind::Save),
    ("unconventional", Kind::Unconventional),
    ("exit", Kind::Exit),
    ("relocate", Kind::Relocate),
    ("price", Kind::Price),
    ("metering", Kind::Metering),
    ("trade", Kind::Trade),
    ("recharge", Kind::Recharge),
    ("enhance_rain", Kind::EnhanceRain),
    ("no_new_landscape", Kind::NoNewLandscape),
];

impl Kind {
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::CloseWells => &["stages", "ramp", "from", "share", "replaced_by"],
            Self::Swap => &["stages", "ramp", "from", "share", "projects"],
            Self::Cut => &["by", "stages", "ramp", "from", "floor"],
            Self::Freeze => &["from", "domestic_exempt", "replaced_by"],
            Self::Ban => &["from", "exempt"],
            Self::Limit | Self::LimitIntake => &["most", "from", "stages", "exempt"],
            Self::Retire => &["area", "crop", "stages", "ramp", "from", "returned"],
            Self::Rotate => &["area", "crop", "fallow", "severe", "stages", "ramp", "from", "returned"],
            Self::Save => &["rate", "rates", "stages", "ramp", "from", "returned"],
            Self::Unconventional => &["source", "stages", "ramp", "from", "share", "most", "penalty_from"],
            Self::Exit => &["stages", "ramp", "from", "share", "returned"],
            Self::Relocate => &["to", "needs", "served_by", "stages", "ramp", "from", "share"],
            Self::Price => &["rise", "tax", "tiers", "elasticity", "stages", "ramp", "from"],
            Self::Metering => &["error", "stages", "ramp", "from", "share"],
            Self::Trade => &["from", "within", "most"],
            Self::Recharge => {
                &["reach", "zone", "polygon", "volume", "months", "infiltrates", "stages", "ramp", "from"]
            }
            Self::EnhanceRain => {
                &["programme", "zone", "basin", "polygon", "months", "stages", "ramp", "from", "share"]
            }
            Self::NoNewLandscape => &["from", "replaced_by"],
        }
    }
}

/// Reads a measure; `compliance` is the scenario's, where the measure states none.
pub(super) fn read_measure(
    tree: &Tree,
    basin: &Basin,
    compliance: f64,
    faults: &mut Collector,
) -> Option<Measure> {
    // A missing id was reported where the file was loaded.
    let id = tree.get("id").map(|node| node.text("`id`", faults)).unwrap_or_default();
    let names = tree.get("title").map(|node| read_names(node, faults));
    let concerns = |tree: &Tree| {
        // Recharge and rain concern no user; whether it is one of them is known only if its kind can be read.
        let without_users = |kind: &str| ["recharge", "enhance_rain"].contains(&kind);
        tree.get("kind").is_none_or(|node| !matches!(&node.datum, Datum::Text(kind) if without_users(kind)))
    };
    let selection = match concerns(tree) {
        true => tree.required("where", WHOSE, faults).map(|node| read_selection(node, basin, faults)),
        false => Some((Selection { origin: tree.origin, ..Selection::default() }, Vec::new())),
    };
    let kind = tree.required("kind", WHOSE, faults)?.choice("`kind`", &KINDS, faults)?;
    let common: &[&str] = match kind {
        Kind::Recharge | Kind::EnhanceRain => &["id", "title", "kind", "note", "compliance", "cost"],
        _ => &["id", "title", "kind", "note", "compliance", "cost", "where"],
    };
    let known: Vec<&str> = common.iter().chain(kind.keys()).copied().collect();
    tree.check_keys("a measure of this kind", &known, faults);
    let compliance =
        tree.get("compliance").map_or(compliance, |node| read_share(node, "`compliance`", faults));
    let counted = !matches!(kind, Kind::EnhanceRain | Kind::Metering);
    let cost = tree.get("cost").and_then(|node| cost::read_cost(node, counted, basin, faults));
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
            let replaced_by = read_projects(tree.get("replaced_by"), &selected, basin, faults);
            MeasureKind::Freeze(FreezeRule { from: from?, domestic_exempt: exempt?, replaced_by })
        }
        Kind::Ban => MeasureKind::Ban(levers::read_ban(tree, basin, faults)?),
        Kind::Limit => MeasureKind::Limit(levers::read_limit(tree, basin, faults)?),
        Kind::LimitIntake => MeasureKind::LimitIntake(levers::read_limit(tree, basin, faults)?),
        Kind::Retire => MeasureKind::Land(levers::read_land(tree, false, basin, faults)?),
        Kind::Rotate => MeasureKind::Land(levers::read_land(tree, true, basin, faults)?),
        Kind::Save => MeasureKind::Save(levers::read_save(tree, basin, faults)?),
        Kind::Unconventional => {
            MeasureKind::Unconventional(sources::read_unconventional(tree, basin, faults)?)
        }
        Kind::Exit => MeasureKind::Exit(levers::read_exit(tree, basin, faults)?),
        Kind::Relocate => MeasureKind::Relocate(levers::read_relocate(tree, basin, faults)?),
        Kind::Price => MeasureKind::Price(levers::read_price(tree, basin, faults)?),
        Kind::Metering => MeasureKind::Metering(levers::read_metering(tree, basin, faults)?),
        Kind::Trade => MeasureKind::Trade(levers::read_trade(tree, basin, faults)?),
        Kind::Recharge => MeasureKind::Recharge(levers::read_recharge(tree, basin, faults)?),
        Kind::EnhanceRain => MeasureKind::Rain(sources::read_rain(tree, basin, faults)?),
        Kind::NoNewLandscape => {
            MeasureKind::Landscape(sources::read_landscape(tree, &selected, basin, faults)?)
        }
    };
    let names = names.unwrap_or_else(|| Names { zh: id.clone(), en: id.clone() });
    Some(Measure { id, names, selection: selection?, kind, compliance, cost, origin: tree.origin })
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
