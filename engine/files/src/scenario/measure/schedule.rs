//! When a measure is in force.

use jiff::civil::Date;
use quanyu_basin::Basin;
use quanyu_flow::FaultKind;
use quanyu_policy::Schedule;

use crate::diagnostic::Collector;
use crate::document::dates::Day;
use crate::document::row::Domain;
use crate::document::toml_figure::read_number;
use crate::document::toml_tree::{Datum, Node, Tree};
use crate::document::units::share;
use crate::targets::read_day;

/// `stages = [["2020-01", 0.4], …]`, `ramp = ["2020-01", "2022-01"]` or `from = "2020-01"`; the last two reach `share`, or all.
pub(super) fn read_schedule(
    tree: &Tree,
    shares: bool,
    basin: &Basin,
    faults: &mut Collector,
) -> Option<Schedule> {
    let stated: Vec<(&str, &Node)> = ["stages", "ramp", "from"]
        .into_iter()
        .filter_map(|key| tree.get(key).map(|node| (key, node)))
        .collect();
    let [(key, node)] = stated[..] else {
        let message = "a measure needs one schedule";
        let (found, kind) = if stated.is_empty() {
            (String::new(), FaultKind::Missing)
        } else {
            (stated.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(" and "), FaultKind::Inconsistent)
        };
        faults.add(kind, tree.origin, message, found, "exactly one of stages, ramp, from", "");
        return None;
    };
    let share = tree.get("share").filter(|_| shares);
    if let Some(node) = share.filter(|_| key == "stages") {
        let remedy = "remove `share`, or replace `stages` by `ramp` or `from`";
        let message = "`stages` state their shares themselves";
        faults.add(
            FaultKind::Inconsistent,
            node.origin,
            message,
            "",
            "`share` only with `ramp` or `from`",
            remedy,
        );
    }
    let value = share.map_or(1.0, |node| read_share(node, "`share`", faults));
    match key {
        "stages" => read_stages(node, basin, faults).map(Schedule::Stages),
        "ramp" => {
            let ends = node.list("`ramp`", faults);
            let [from, to] = ends else {
                if !ends.is_empty() || matches!(node.datum, Datum::List(_)) {
                    node.wrong("`ramp`", "two dates, such as [\"2020-01\", \"2022-01\"]", faults);
                }
                return None;
            };
            let before = faults.len();
            let from = read_day(from, "`ramp`", Day::First, basin, faults);
            let end = read_day(to, "`ramp`", Day::First, basin, faults);
            if from >= end && faults.len() == before {
                let allowed = format!("a date after {from}");
                faults.add(FaultKind::BadDate, to.origin, "the ramp ends before it begins", end, allowed, "");
            }
            Some(Schedule::Ramp { from, to: end, value })
        }
        _ => Some(Schedule::Stages(vec![(read_day(node, "`from`", Day::First, basin, faults), value)])),
    }
}

pub(super) fn read_stages(node: &Node, basin: &Basin, faults: &mut Collector) -> Option<Vec<(Date, f64)>> {
    const FORM: &str = "pairs of a date and a share, such as [[\"2020-01\", 0.4], [\"2021-01\", 1.0]]";
    let mut stages: Vec<(Date, f64)> = Vec::new();
    let items = node.list("`stages`", faults);
    if items.is_empty() && matches!(node.datum, Datum::List(_)) {
        node.wrong("`stages`", FORM, faults);
    }
    for item in items {
        let Datum::List(pair) = &item.datum else {
            item.wrong("a stage", FORM, faults);
            continue;
        };
        let [date, share] = &pair[..] else {
            item.wrong("a stage", FORM, faults);
            continue;
        };
        let before = faults.len();
        let day = read_day(date, "the date of a stage", Day::First, basin, faults);
        let share = read_share(share, "the share of a stage", faults);
        let earlier = stages.last().filter(|(earlier, _)| *earlier >= day && faults.len() == before);
        if let Some((earlier, _)) = earlier {
            let allowed = format!("a date after {earlier}");
            faults.add(FaultKind::BadDate, date.origin, "the stages are out of order", day, allowed, "");
        }
        stages.push((day, share));
    }
    Some(stages)
}

/// A share, as a number or as `"30 %"`.
pub(crate) fn read_share(node: &Node, what: &str, faults: &mut Collector) -> f64 {
    let Datum::Text(text) = &node.datum else { return read_number(node, what, Domain::Share, faults) };
    match share(text) {
        Ok(value) if Domain::Share.allows(value) => value,
        Ok(_) => {
            let message = format!("{what} must be from 0 to 1, or from 0 % to 100 %");
            faults.add(FaultKind::OutOfRange, node.origin, message, text, "0 to 1, or 0 % to 100 %", "");
            0.0
        }
        Err(_) => {
            let message = format!("{what} is no share");
            faults.add(
                FaultKind::BadUnit,
                node.origin,
                message,
                text,
                "a number from 0 to 1, or as in \"30 %\"",
                "",
            );
            0.0
        }
    }
}
