//! A figure written in TOML: `dead_band = 0.005`, with `dead_band_low`, `dead_band_high`, `dead_band_origin` and
//! `dead_band_sureness` beside it, or plain `low`, `high`, `origin` and `sureness` of the whole table.

use quanyu_basin::{Figure, Range, Sureness};
use quanyu_flow::FaultKind;

use super::row::Domain;
use super::toml_tree::{Node, Tree};
use crate::diagnostic::{Collector, Ids};

/// Words for how sure a figure is.
pub(crate) const SURENESS: [(&str, Sureness); 4] = [
    ("quoted", Sureness::Quoted),
    ("computed", Sureness::Computed),
    ("inferred", Sureness::Inferred),
    ("assumed", Sureness::Assumed),
];

/// Keys that may stand beside a figure, besides those of the whole table.
pub(crate) fn figure_keys(key: &str) -> Vec<String> {
    let own = ["_low", "_high", "_origin", "_sureness"].map(|part| format!("{key}{part}"));
    own.into_iter().chain(["low", "high"].map(str::to_owned)).collect()
}

/// Reads the figure `key` of a table; `None` where it is absent. Who must give a source is the caller's to say: the figures of a
/// basin must, the wishes of a scenario need not.
pub(crate) fn read_figure(
    tree: &Tree,
    key: &str,
    domain: Domain,
    needs_source: bool,
    sources: &Ids,
    faults: &mut Collector,
) -> Option<Figure> {
    let node = tree.get(key)?;
    let before = faults.len();
    let value = within(node, key, domain, faults);
    let part = |part: &str| tree.get(&format!("{key}_{part}")).or_else(|| tree.get(part));
    let low = part("low").map(|node| within(node, &format!("{key}_low"), domain, faults));
    let high = part("high").map(|node| within(node, &format!("{key}_high"), domain, faults));
    let sureness = part("sureness").and_then(|node| node.choice("`sureness`", &SURENESS, faults));
    let source = part("origin").map(|node| (node.text("`origin`", faults), node.origin));
    if let Some((source, origin)) = source.as_ref().filter(|(source, _)| !sources.contains(source)) {
        faults.unknown_name(*origin, source, sources);
    }
    for (name, given) in [("origin", source.is_some()), ("sureness", part("sureness").is_some())] {
        if needs_source && !given {
            let message = format!("the figure `{key}` has no `{name}`");
            faults.add(
                FaultKind::Missing,
                node.origin,
                message,
                "",
                "",
                format!("add `{name}` or `{key}_{name}`"),
            );
        }
    }
    let range = match (low, high) {
        (Some(low), Some(high)) => {
            if faults.len() == before && !(low <= value && value <= high) {
                let message = format!("`{key}` lies outside its own range");
                let allowed = format!("from {low} to {high}");
                let remedy = "mend the value or its range";
                faults.add(FaultKind::Inconsistent, node.origin, message, value, allowed, remedy);
            }
            Some(Range { low, high })
        }
        (None, None) => {
            if sureness == Some(Sureness::Assumed) {
                let message = format!("the assumed figure `{key}` has no range");
                let remedy = format!("add `{key}_low` and `{key}_high`");
                faults.add(FaultKind::Missing, node.origin, message, value, "", remedy);
            }
            None
        }
        _ => {
            let message = format!("the range of `{key}` has one end only");
            faults.add(FaultKind::Missing, node.origin, message, "", "both ends or none", "");
            None
        }
    };
    Some(Figure {
        value,
        range,
        sureness: sureness.unwrap_or(Sureness::Inferred),
        source: source.map(|(source, _)| source).unwrap_or_default(),
        origin: node.origin,
    })
}

fn within(node: &Node, key: &str, domain: Domain, faults: &mut Collector) -> f64 {
    read_number(node, &format!("`{key}`"), domain, faults)
}

/// A number within a domain.
pub(crate) fn read_number(node: &Node, what: &str, domain: Domain, faults: &mut Collector) -> f64 {
    let value = node.number(what, faults);
    if !domain.allows(value) {
        let message = format!("{what} must be {}", domain.words());
        faults.add(FaultKind::OutOfRange, node.origin, message, value, domain.words(), "");
    }
    value
}
