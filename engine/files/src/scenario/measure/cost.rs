//! What a measure costs: `cost = { per_m3 = "1.8 yuan/m3", once = "3000 wan_yuan", year = 2019, source = "…" }`.

use quanyu_basin::Basin;
use quanyu_flow::FaultKind;
use quanyu_policy::{Cost, Money};

use crate::diagnostic::{Collector, did_you_mean};
use crate::document::toml_tree::{Datum, Node, Tree};
use crate::document::units::{MONEY_UNITS, PRICE_UNITS, UnitFault, money, price};

const WHOSE: &str = "`cost`";
/// A m³ that costs more is a slip of the pen \[yuan/m³\].
const DEAREST: f64 = 1000.0;
/// So is a sum beyond this \[yuan\].
const LARGEST: f64 = 1e12;

type Reading = fn(&str) -> Result<f64, UnitFault>;

/// What is read of a figure: its key, how, its units and its upper bound.
struct Wanted {
    key: &'static str,
    range: &'static str,
    reading: Reading,
    units: &'static [&'static str],
    most: f64,
}

const PER_M3: Wanted =
    Wanted { key: "per_m3", range: "per_m3_range", reading: price, units: &PRICE_UNITS, most: DEAREST };
const ONCE: Wanted =
    Wanted { key: "once", range: "once_range", reading: money, units: &MONEY_UNITS, most: LARGEST };

/// Reads a cost; `counted` says whether the measure brings m³ that the ledger counts.
pub(super) fn read_cost(node: &Node, counted: bool, basin: &Basin, faults: &mut Collector) -> Option<Cost> {
    let tree = node.table(WHOSE, faults)?;
    tree.check_keys(WHOSE, &["per_m3", "per_m3_range", "once", "once_range", "year", "source"], faults);
    let source = tree.get("source").map(|node| node.text("`source`", faults));
    if let Some(node) =
        tree.get("source").filter(|_| source.as_ref().is_some_and(|text| text.trim().is_empty()))
    {
        let remedy = "name it, or leave `source` out and state ranges";
        faults.add(
            FaultKind::Missing,
            node.origin,
            "the source of a cost is empty",
            "",
            "a title or an id",
            remedy,
        );
    }
    let per_m3 = read_money(tree, &PER_M3, source.is_some(), faults);
    let once = read_money(tree, &ONCE, source.is_some(), faults);
    if let Some(node) = tree.get("per_m3").filter(|_| !counted) {
        let message = "this measure brings no m³ that the ledger counts, so none has a cost";
        faults.add(
            FaultKind::Unsupported,
            node.origin,
            message,
            "per_m3",
            "`once`",
            "state what it costs as `once`",
        );
    }
    if tree.get("per_m3").is_none() && tree.get("once").is_none() {
        let allowed = "`per_m3`, `once` or both";
        faults.add(FaultKind::Missing, node.origin, "a cost states no sum", "", allowed, "add one of them");
    }
    let year = read_year(tree, basin, faults);
    let once = once.and_then(|money| Some((money, year?)));
    Some(Cost { per_m3, once, source })
}

/// The year of a sum that is spent once; it stands with `once` and only there.
fn read_year(tree: &Tree, basin: &Basin, faults: &mut Collector) -> Option<i16> {
    let once = tree.get("once");
    let Some(node) = tree.get("year") else {
        if let Some(once) = once {
            let remedy = "add `year = …`";
            faults.add(
                FaultKind::Missing,
                once.origin,
                "a sum that is spent once has no `year`",
                "",
                "a year",
                remedy,
            );
        }
        return None;
    };
    if once.is_none() {
        let message = "`year` dates a sum that is not stated";
        faults.add(FaultKind::Inconsistent, node.origin, message, "year", "`once` with it", "add `once`");
    }
    let before = faults.len();
    let year = node.year("`year`", faults);
    let (first, last) = (basin.time.history_from, basin.time.to);
    if faults.len() == before && !(first..=last).contains(&year) {
        let allowed = format!("{first} to {last}");
        faults.add(
            FaultKind::BadDate,
            node.origin,
            "`year` of `cost` lies outside the run",
            year,
            allowed,
            "",
        );
    }
    Some(year)
}

fn read_money(tree: &Tree, wanted: &Wanted, quoted: bool, faults: &mut Collector) -> Option<Money> {
    let range = tree.get(wanted.range);
    let Some(node) = tree.get(wanted.key) else {
        if let Some(range) = range {
            let message = format!("`{}` has no `{}` that it is the range of", wanted.range, wanted.key);
            faults.add(FaultKind::Missing, range.origin, message, "", "", format!("add `{}`", wanted.key));
        }
        return None;
    };
    let value = read_sum(node, &format!("`{}`", wanted.key), wanted, faults);
    let Some(range) = range else {
        if !quoted {
            let message =
                format!("`{}` has neither a source nor a range: what is assumed needs one", wanted.key);
            let remedy = format!("add `{}`, or the `source` that published it", wanted.range);
            faults.add(FaultKind::Missing, node.origin, message, "", "two sums, the lower first", remedy);
        }
        let value = value?;
        return Some(Money { low: value, value, high: value });
    };
    let Datum::List(ends) = &range.datum else {
        range.wrong(&format!("`{}`", wanted.range), "two sums, the lower first", faults);
        return None;
    };
    let [low, high] = &ends[..] else {
        range.wrong(&format!("`{}`", wanted.range), "two sums, the lower first", faults);
        return None;
    };
    let what = format!("an end of `{}`", wanted.range);
    let (low, high) = (read_sum(low, &what, wanted, faults), read_sum(high, &what, wanted, faults));
    let money = Money { low: low?, value: value?, high: high? };
    if !(money.low <= money.value && money.value <= money.high) {
        let message = format!("`{}` does not hold `{}`", wanted.range, wanted.key);
        let allowed = format!("ends about {}, the lower first", money.value);
        faults.add(
            FaultKind::OutOfRange,
            range.origin,
            message,
            format!("{} to {}", money.low, money.high),
            allowed,
            "",
        );
    }
    Some(money)
}

fn read_sum(node: &Node, what: &str, wanted: &Wanted, faults: &mut Collector) -> Option<f64> {
    let unit = wanted.units[0];
    let Datum::Text(text) = &node.datum else {
        node.wrong(what, &format!("a number and its unit, such as \"1.8 {unit}\""), faults);
        return None;
    };
    match (wanted.reading)(text) {
        Ok(value) if (0.0..=wanted.most).contains(&value) => Some(value),
        Ok(_) => {
            let message = format!("{what} is out of range");
            let allowed = format!("0 to {} {unit}", wanted.most);
            faults.add(FaultKind::OutOfRange, node.origin, message, text, allowed, "");
            None
        }
        Err(fault) => {
            let (message, remedy) = match fault {
                UnitFault::NotANumber => {
                    (format!("{what} does not begin with a finite number"), String::new())
                }
                UnitFault::NoUnit => (format!("{what} has no unit"), "add the unit".into()),
                UnitFault::UnknownUnit(own) => (
                    format!("{what} has the unit `{own}`, which does not fit"),
                    did_you_mean(&own, wanted.units.iter().copied()),
                ),
            };
            faults.add(FaultKind::BadUnit, node.origin, message, text, wanted.units.join(", "), remedy);
            None
        }
    }
}
