//! What a scenario assumes of the world besides its measures: another rain, projects that come later or smaller.

use quanyu_basin::Basin;
use quanyu_flow::FaultKind;
use quanyu_policy::{ClimateChange, ProjectChange};

use super::measure::read_share;
use crate::diagnostic::{Collector, Ids};
use crate::document::row::Domain;
use crate::document::toml_figure::read_number;
use crate::document::toml_tree::{Datum, Node, Tree};
use crate::document::units::share;

/// `climate = { from = 2020, to = 2035, rain = "85 %" }`: the rain of those years as a share of what it would be.
pub(super) fn read_climate(node: &Node, basin: &Basin, faults: &mut Collector) -> Option<ClimateChange> {
    const WHOSE: &str = "`climate`";
    let tree = node.table(WHOSE, faults)?;
    tree.check_keys(WHOSE, &["from", "to", "rain"], faults);
    let (first, last) = (basin.time.history_from, basin.time.to);
    let mut year = |key: &str| -> Option<i16> {
        let node = tree.required(key, WHOSE, faults)?;
        let before = faults.len();
        let year = node.year(&format!("`{key}`"), faults);
        if faults.len() == before && !(first..=last).contains(&year) {
            let message = format!("`{key}` of `climate` lies outside the run");
            faults.add(FaultKind::BadDate, node.origin, message, year, format!("{first} to {last}"), "");
        }
        Some(year)
    };
    let (from, to) = (year("from"), year("to"));
    let factor = tree.required("rain", WHOSE, faults).map(|node| read_factor(node, "`rain`", faults));
    let (from, to) = (from?, to?);
    if from > to {
        let allowed = format!("`to` of {from} or later");
        faults.add(
            FaultKind::BadDate,
            node.origin,
            "the changed rain ends before it begins",
            to,
            allowed,
            "",
        );
    }
    Some(ClimateChange { from, to, factor: factor?, origin: node.origin })
}

/// A factor as a number or as `"120 %"`; unlike a share it may exceed one.
fn read_factor(node: &Node, what: &str, faults: &mut Collector) -> f64 {
    let Datum::Text(text) = &node.datum else { return read_number(node, what, Domain::NonNegative, faults) };
    match share(text) {
        Ok(value) if (0.0..=10.0).contains(&value) => value,
        Ok(_) => {
            let message = format!("{what} is out of range");
            faults.add(FaultKind::OutOfRange, node.origin, message, text, "0 % to 1000 %", "");
            1.0
        }
        Err(_) => {
            let message = format!("{what} is no factor");
            faults.add(FaultKind::BadUnit, node.origin, message, text, "such as 0.85 or \"85 %\"", "");
            1.0
        }
    }
}

/// `[[project]] id = "…"`, `delay_months = 36`, `capacity = "50 %"`.
pub(super) fn read_project_change(
    tree: &Tree,
    basin: &Basin,
    faults: &mut Collector,
) -> Option<ProjectChange> {
    const WHOSE: &str = "a change of a project";
    tree.check_keys(WHOSE, &["id", "delay_months", "capacity", "note"], faults);
    // A missing id was reported where the file was loaded.
    let node = tree.get("id")?;
    let project = node.text("`id`", faults);
    let ids = Ids::new("project", basin.projects.iter().map(|project| project.id.clone()));
    if !project.is_empty() && !ids.contains(&project) {
        faults.unknown_name(node.origin, &project, &ids);
    }
    let delay = tree.get("delay_months").map_or(0.0, |node| {
        let delay = read_number(node, "`delay_months`", Domain::NonNegative, faults);
        if delay.fract() != 0.0 || delay > 1200.0 {
            let allowed = "whole months from 0 to 1200";
            faults.add(FaultKind::OutOfRange, node.origin, "`delay_months` is no delay", delay, allowed, "");
        }
        delay
    });
    let capacity = tree.get("capacity").map_or(1.0, |node| match &node.datum {
        Datum::Text(text) if text.trim_end().ends_with('%') => read_factor(node, "`capacity`", faults),
        Datum::Text(_) => read_share(node, "`capacity`", faults),
        _ => read_factor(node, "`capacity`", faults),
    });
    if tree.get("delay_months").is_none() && tree.get("capacity").is_none() {
        let allowed = "`delay_months`, `capacity` or both";
        faults.add(FaultKind::Missing, tree.origin, "a change of a project changes nothing", "", allowed, "");
    }
    Some(ProjectChange { project, delay_months: delay as i32, capacity, origin: tree.origin })
}
