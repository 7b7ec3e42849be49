//! The kinds of measure besides closing, swapping, cutting and freezing.

use jiff::civil::Date;
use quanyu_basin::{Basin, Sector};
use quanyu_flow::FaultKind;
use quanyu_policy::{
    BanRule, ExitRule, LandRule, LimitRule, MeteringRule, PriceRule, RechargeRule, RechargeSite,
    RelocateRule, Rotation, SaveRule, SavingRate, Tier, TradeRule, TradeWithin,
};

use super::WHOSE;
use super::schedule::{read_schedule, read_share};
use super::selection::{read_polygon, read_projects, words};
use crate::basin::SECTORS;
use crate::diagnostic::{Collector, Ids};
use crate::document::dates::Day;
use crate::document::row::Domain;
use crate::document::toml_figure::read_number;
use crate::document::toml_tree::{Datum, Node, Tree};
use crate::document::units::{AREA_UNITS, UnitFault, area};
use crate::targets::{read_day, read_volume};

pub(crate) const RATES: [(&str, SavingRate); 4] = [
    ("leakage", SavingRate::Leakage),
    ("efficiency", SavingRate::Efficiency),
    ("recycling", SavingRate::Recycling),
    ("quota", SavingRate::Quota),
];
const WITHIN: [(&str, TradeWithin); 3] =
    [("county", TradeWithin::County), ("basin", TradeWithin::Basin), ("city", TradeWithin::City)];

pub(super) fn first_day(tree: &Tree, key: &str, basin: &Basin, faults: &mut Collector) -> Option<Date> {
    let node = tree.required(key, WHOSE, faults)?;
    Some(read_day(node, &format!("`{key}`"), Day::First, basin, faults))
}

pub(super) fn optional_share(tree: &Tree, key: &str, faults: &mut Collector) -> Option<f64> {
    tree.get(key).map(|node| read_share(node, &format!("`{key}`"), faults))
}

fn needed_share(tree: &Tree, key: &str, faults: &mut Collector) -> Option<f64> {
    let node = tree.required(key, WHOSE, faults)?;
    Some(read_share(node, &format!("`{key}`"), faults))
}

/// A name that must be among those of the basin.
pub(super) fn name_of(node: &Node, key: &str, ids: &Ids, faults: &mut Collector) -> String {
    let name = node.text(&format!("`{key}`"), faults);
    if !name.is_empty() && !ids.contains(&name) {
        faults.unknown_name(node.origin, &name, ids);
    }
    name
}

/// `[a, b]` with two numbers.
fn pair(node: &Node, what: &str, form: &str, faults: &mut Collector) -> Option<(f64, f64)> {
    match &node.datum {
        Datum::List(items) if items.len() == 2 => {
            let mut number = |item: &Node| match &item.datum {
                Datum::Text(_) => read_share(item, what, faults),
                _ => item.number(what, faults),
            };
            Some((number(&items[0]), number(&items[1])))
        }
        _ => {
            node.wrong(what, form, faults);
            None
        }
    }
}

pub(super) fn read_ban(tree: &Tree, basin: &Basin, faults: &mut Collector) -> Option<BanRule> {
    let from = first_day(tree, "from", basin, faults);
    Some(BanRule { exempt: words(tree, "exempt", &SECTORS, faults), from: from? })
}

/// `most = "300 wan_m3_per_year"` with `from`, or `stages = [["2020-01", "300 wan_m3_per_year"], …]`.
pub(super) fn read_limit(tree: &Tree, basin: &Basin, faults: &mut Collector) -> Option<LimitRule> {
    const FORM: &str = "pairs of a date and a volume, such as [[\"2020-01\", \"300 wan_m3_per_year\"]]";
    let exempt = words(tree, "exempt", &SECTORS, faults);
    let Some(stages) = tree.get("stages") else {
        let most = tree.required("most", WHOSE, faults).and_then(|node| read_volume(node, "`most`", faults));
        let from = first_day(tree, "from", basin, faults);
        return Some(LimitRule { most: vec![(from?, most?)], exempt });
    };
    for key in ["most", "from"] {
        if let Some(node) = tree.get(key) {
            let message = "`stages` state dates and volumes themselves";
            let remedy = format!("remove `{key}`, or remove `stages`");
            faults.add(FaultKind::Inconsistent, node.origin, message, key, "`stages` alone", remedy);
        }
    }
    let mut most: Vec<(Date, f64)> = Vec::new();
    let items = stages.list("`stages`", faults);
    if items.is_empty() && matches!(stages.datum, Datum::List(_)) {
        stages.wrong("`stages`", FORM, faults);
    }
    for item in items {
        let Datum::List(parts) = &item.datum else {
            item.wrong("a stage", FORM, faults);
            continue;
        };
        let [date, volume] = &parts[..] else {
            item.wrong("a stage", FORM, faults);
            continue;
        };
        let before = faults.len();
        let day = read_day(date, "the date of a stage", Day::First, basin, faults);
        if let Some((earlier, _)) =
            most.last().filter(|(earlier, _)| *earlier >= day && faults.len() == before)
        {
            let allowed = format!("a date after {earlier}");
            faults.add(FaultKind::BadDate, date.origin, "the stages are out of order", day, allowed, "");
        }
        most.push((day, read_volume(volume, "the volume of a stage", faults).unwrap_or_default()));
    }
    Some(LimitRule { most, exempt })
}

pub(super) fn read_land(
    tree: &Tree,
    rotates: bool,
    basin: &Basin,
    faults: &mut Collector,
) -> Option<LandRule> {
    let size = tree.required("area", WHOSE, faults).and_then(|node| read_area(node, faults));
    let crops = Ids::new("crop", basin.levers.crops.iter().map(|crop| crop.id.clone()));
    let crop = tree.required("crop", WHOSE, faults).map(|node| name_of(node, "crop", &crops, faults));
    let rotation = if rotates {
        let fallow = needed_share(tree, "fallow", faults);
        let zones = Ids::new("zone", basin.zones.iter().map(|zone| zone.id.clone()));
        let severe = tree.get("severe").map(|node| node.texts("`severe`", faults)).unwrap_or_default();
        for (name, origin) in severe.iter().filter(|(name, _)| !name.is_empty() && !zones.contains(name)) {
            faults.unknown_name(*origin, name, &zones);
        }
        Some(Rotation { fallow: fallow?, severe: severe.into_iter().map(|(name, _)| name).collect() })
    } else {
        None
    };
    let returned = optional_share(tree, "returned", faults);
    let ramp = read_schedule(tree, false, basin, faults);
    Some(LandRule { area: size?, crop: crop?, ramp: ramp?, returned, rotation })
}

/// An area with its unit \[m²\].
fn read_area(node: &Node, faults: &mut Collector) -> Option<f64> {
    let allowed = format!("a number above 0 and one of {}", AREA_UNITS.join(", "));
    let Datum::Text(text) = &node.datum else {
        node.wrong("`area`", "an area with its unit, such as \"3000 mu\"", faults);
        return None;
    };
    match area(text) {
        Ok(size) if size > 0.0 => Some(size),
        Ok(_) => {
            faults.add(FaultKind::OutOfRange, node.origin, "`area` must be above 0", text, allowed, "");
            None
        }
        Err(fault) => {
            let (message, remedy) = match fault {
                UnitFault::NotANumber => ("`area` does not begin with a finite number".into(), String::new()),
                UnitFault::NoUnit => ("`area` has no unit".into(), "add the unit".into()),
                UnitFault::UnknownUnit(unit) => (
                    format!("`area` has the unit `{unit}`, which is no area"),
                    crate::diagnostic::did_you_mean(&unit, AREA_UNITS),
                ),
            };
            faults.add(FaultKind::BadUnit, node.origin, message, text, allowed, remedy);
            None
        }
    }
}

/// `rate = "leakage"` and `rates = [0.15, 0.10]`.
pub(super) fn read_save(tree: &Tree, basin: &Basin, faults: &mut Collector) -> Option<SaveRule> {
    let rate = tree.required("rate", WHOSE, faults).and_then(|node| node.choice("`rate`", &RATES, faults));
    let rates = tree.required("rates", WHOSE, faults);
    let rates = rates
        .and_then(|node| pair(node, "`rates`", "the rate before and after, such as [0.15, 0.10]", faults));
    let returned = optional_share(tree, "returned", faults);
    let ramp = read_schedule(tree, false, basin, faults);
    let (before, after) = rates?;
    Some(SaveRule { rate: rate?, from: before, to: after, ramp: ramp?, returned })
}

pub(super) fn read_exit(tree: &Tree, basin: &Basin, faults: &mut Collector) -> Option<ExitRule> {
    let returned = optional_share(tree, "returned", faults);
    Some(ExitRule { stages: read_schedule(tree, true, basin, faults)?, returned })
}

pub(super) fn read_relocate(tree: &Tree, basin: &Basin, faults: &mut Collector) -> Option<RelocateRule> {
    let groups = Ids::new("group", basin.groups.iter().map(|group| group.id.clone()));
    let to = tree.required("to", WHOSE, faults).map(|node| name_of(node, "to", &groups, faults));
    let needs = optional_share(tree, "needs", faults).unwrap_or(1.0);
    let destination: Vec<_> =
        basin.groups.iter().filter(|group| to.as_ref().is_some_and(|to| *to == group.id)).collect();
    let served_by = read_projects(tree.get("served_by"), &destination, basin, faults);
    let stages = read_schedule(tree, true, basin, faults);
    Some(RelocateRule { stages: stages?, to: to?, needs, served_by })
}

/// `rise = "30 %"`, `tax = "1.5 yuan/m3"`, `tiers = [[1.0, 0.5], [1.3, 1.0]]`, `elasticity = { industry = -0.3 }`.
pub(super) fn read_price(tree: &Tree, basin: &Basin, faults: &mut Collector) -> Option<PriceRule> {
    let before = faults.len();
    let rise = tree.get("rise").map_or(0.0, |node| read_rise(node, "`rise`", faults));
    let tax = tree.get("tax").map_or(0.0, |node| read_tax(node, faults));
    let mut tiers = Vec::new();
    for item in tree.get("tiers").map(|node| node.list("`tiers`", faults)).unwrap_or_default() {
        let form = "the share of the quota where it begins and its surcharge, such as [1.0, 0.5]";
        if let Some((above, surcharge)) = pair(item, "a tier", form, faults) {
            tiers.push(Tier { above, surcharge });
        }
    }
    let mut elasticity: Vec<(Sector, f64)> = Vec::new();
    if let Some(stated) = tree.get("elasticity").and_then(|node| node.table("`elasticity`", faults)) {
        let sectors: Vec<&str> = SECTORS.iter().map(|(word, _)| *word).collect();
        stated.check_keys("`elasticity`", &sectors, faults);
        for entry in &stated.entries {
            let sector = SECTORS.iter().find(|(word, _)| *word == entry.key);
            let value = entry.node.number("an elasticity", faults);
            if !(-10.0..=0.0).contains(&value) {
                let message = "an elasticity must not be positive";
                faults.add(FaultKind::OutOfRange, entry.node.origin, message, value, "-10 to 0", "");
            }
            elasticity.extend(sector.map(|(_, sector)| (*sector, value)));
        }
    }
    if faults.len() == before && rise == 0.0 && tax == 0.0 && tiers.is_empty() {
        let message = "a price measure changes no price";
        let allowed = "one or more of `rise`, `tax`, `tiers`";
        faults.add(FaultKind::Missing, tree.origin, message, "", allowed, "add one of them");
    }
    Some(PriceRule { rise, tax, ramp: read_schedule(tree, false, basin, faults)?, tiers, elasticity })
}

/// A rise as a number or as `"30 %"`; unlike a share it may exceed one.
fn read_rise(node: &Node, what: &str, faults: &mut Collector) -> f64 {
    let Datum::Text(text) = &node.datum else { return read_number(node, what, Domain::NonNegative, faults) };
    match crate::document::units::share(text) {
        Ok(value) if value >= 0.0 => value,
        _ => {
            let message = format!("{what} is no rise");
            let allowed = "0 or more, or as in \"30 %\"";
            faults.add(FaultKind::BadUnit, node.origin, message, text, allowed, "");
            0.0
        }
    }
}

fn read_tax(node: &Node, faults: &mut Collector) -> f64 {
    let allowed = "a number and `yuan/m3`, such as \"1.5 yuan/m3\"";
    let Datum::Text(text) = &node.datum else {
        node.wrong("`tax`", allowed, faults);
        return 0.0;
    };
    let number = text.trim().strip_suffix("yuan/m3").and_then(|number| number.trim().parse::<f64>().ok());
    match number {
        Some(tax) if tax >= 0.0 && tax.is_finite() => tax,
        _ => {
            faults.add(FaultKind::BadUnit, node.origin, "`tax` is no price of water", text, allowed, "");
            0.0
        }
    }
}

pub(super) fn read_metering(tree: &Tree, basin: &Basin, faults: &mut Collector) -> Option<MeteringRule> {
    let error = needed_share(tree, "error", faults);
    let share = read_schedule(tree, true, basin, faults);
    Some(MeteringRule { share: share?, error: error? })
}

pub(super) fn read_trade(tree: &Tree, basin: &Basin, faults: &mut Collector) -> Option<TradeRule> {
    let from = first_day(tree, "from", basin, faults);
    let within = tree.required("within", WHOSE, faults);
    let within = within.and_then(|node| node.choice("`within`", &WITHIN, faults));
    let most = needed_share(tree, "most", faults);
    Some(TradeRule { from: from?, within: within?, most: most? })
}

/// `reach`, `zone` or `polygon` says where.
pub(super) fn read_recharge(tree: &Tree, basin: &Basin, faults: &mut Collector) -> Option<RechargeRule> {
    let site = match one_site(tree, ["reach", "zone", "polygon"], "a recharge needs one site", faults) {
        Some(("reach", node)) => {
            let reaches = basin.rivers.iter().flat_map(|river| &river.reaches);
            let ids = Ids::new("reach", reaches.map(|reach| reach.id.clone()));
            Some(RechargeSite::Reach(name_of(node, "reach", &ids, faults)))
        }
        Some(("zone", node)) => {
            let ids = Ids::new("zone", basin.zones.iter().map(|zone| zone.id.clone()));
            Some(RechargeSite::Zone(name_of(node, "zone", &ids, faults)))
        }
        Some((_, node)) => read_polygon(node, "`polygon`", faults).map(RechargeSite::Area),
        None => None,
    };
    let volume =
        tree.required("volume", WHOSE, faults).and_then(|node| read_volume(node, "`volume`", faults));
    let infiltrates = needed_share(tree, "infiltrates", faults);
    let months = read_months(tree, faults);
    let ramp = read_schedule(tree, false, basin, faults);
    Some(RechargeRule { site: site?, volume: volume?, months, infiltrates: infiltrates?, ramp: ramp? })
}

/// `months = [4, 5, 6]`; none where it is absent.
pub(super) fn read_months(tree: &Tree, faults: &mut Collector) -> Vec<i8> {
    let mut months = Vec::new();
    for node in tree.get("months").map(|node| node.list("`months`", faults)).unwrap_or_default() {
        let month = node.number("a month", faults);
        if month.fract() == 0.0 && (1.0..=12.0).contains(&month) {
            months.push(month as i8);
        } else {
            faults.add(FaultKind::OutOfRange, node.origin, "a month must be 1 to 12", month, "1 to 12", "");
        }
    }
    months
}

/// The only one of some keys that says where.
pub(super) fn one_site<'t>(
    tree: &'t Tree,
    keys: [&'static str; 3],
    message: &str,
    faults: &mut Collector,
) -> Option<(&'static str, &'t Node)> {
    let stated: Vec<(&str, &Node)> =
        keys.into_iter().filter_map(|key| tree.get(key).map(|node| (key, node))).collect();
    if let [only] = stated[..] {
        return Some(only);
    }
    let named: Vec<&str> = stated.iter().map(|(key, _)| *key).collect();
    let kind = if named.is_empty() { FaultKind::Missing } else { FaultKind::Inconsistent };
    let allowed = format!("exactly one of {}", keys.join(", "));
    faults.add(kind, tree.origin, message, named.join(" and "), allowed, "");
    None
}
