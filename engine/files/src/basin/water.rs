//! Rain, rivers, springs and the shapes of the year.

use jiff::civil::Date;
use quanyu_basin::{Climate, OutletStage, Outline, PrecipitationYear, River, RiverReach, Spring};
use quanyu_flow::FaultKind;

use super::places::{need_inside, position};
use super::tables::{Names, Tables};
use crate::diagnostic::Collector;
use crate::document::dates::Day;
use crate::document::row::{Domain, Row};

/// The shape that rain follows.
const RAIN_SHAPE: &str = "precipitation";
/// Shares of a year may miss one by this much: they are written with a few digits.
const SHAPE_TOLERANCE: f64 = 1e-6;

pub(super) fn read_shapes(
    tables: &Tables,
    names: &Names,
    faults: &mut Collector,
) -> Vec<(String, [f64; 12])> {
    tables
        .shapes
        .rows
        .iter()
        .map(|row| {
            let id = row.text("id", faults);
            row.optional_figure("error_share", Domain::NonNegative, &names.sources, faults);
            let mut shape = [0.0; 12];
            for (month, share) in shape.iter_mut().enumerate() {
                *share = row.number(&format!("m{}", month + 1), Domain::Share, faults);
            }
            let sum: f64 = shape.iter().sum();
            if (sum - 1.0).abs() > SHAPE_TOLERANCE {
                let message = format!("the months of the shape `{id}` sum to {sum}");
                let allowed = format!("1, to within {SHAPE_TOLERANCE}");
                faults.add(
                    FaultKind::Inconsistent,
                    row.place("id"),
                    message,
                    sum,
                    allowed,
                    "divide each month by the sum",
                );
            }
            (id, shape)
        })
        .collect()
}

pub(super) fn read_climate(
    tables: &Tables,
    names: &Names,
    shapes: &[(String, [f64; 12])],
    faults: &mut Collector,
) -> Option<Climate> {
    let mut mean = None;
    let mut years: Vec<PrecipitationYear> = Vec::new();
    for row in &tables.climate.rows {
        let precipitation = row.figure("precipitation_mm", Domain::NonNegative, &names.sources, faults);
        let is_mean = row.cell("year").is_some_and(|cell| cell.text == "mean");
        let year = if is_mean { 0 } else { row.year("year", faults) };
        let twice = if is_mean { mean.is_some() } else { years.iter().any(|known| known.year == year) };
        if twice {
            let shown = row.cell("year").map_or("", |cell| cell.text.as_str());
            let message = format!("the rain of `{shown}` stands twice");
            faults.add(FaultKind::Collision, row.place("year"), message, shown, "each year once", "");
        } else if is_mean {
            mean = Some(precipitation);
        } else {
            years.push(PrecipitationYear { year, precipitation });
        }
    }
    years.sort_by_key(|row| row.year);
    if mean.is_none() && !tables.climate.rows.is_empty() {
        let message = "the long-term mean of the rain is missing";
        faults.add(
            FaultKind::Missing,
            tables.climate.origin,
            message,
            "",
            "",
            "add a row whose year is `mean`",
        );
    } else {
        tables.climate.need_rows("rain", faults);
    }
    let monthly = shapes.iter().find(|(id, _)| id == RAIN_SHAPE).map(|(_, shape)| *shape);
    if monthly.is_none() && !names.shapes.contains(RAIN_SHAPE) {
        let message = format!("there is no month shape `{RAIN_SHAPE}`");
        faults.add(
            FaultKind::Missing,
            tables.shapes.origin,
            message,
            "",
            "",
            format!("add the row `{RAIN_SHAPE}`"),
        );
    }
    Some(Climate { mean: mean?, years, monthly: monthly? })
}

pub(super) fn read_rivers(tables: &Tables, names: &Names, faults: &mut Collector) -> Vec<River> {
    for feature in &tables.reaches {
        feature.row.reference("river", &names.rivers, faults);
    }
    let rivers: Vec<River> = tables
        .rivers
        .rows
        .iter()
        .map(|row| {
            let id = row.text("id", faults);
            let reaches = tables
                .reaches
                .iter()
                .filter(|feature| feature.row.cell("river").is_some_and(|cell| cell.text == id));
            let reaches: Vec<RiverReach> = reaches
                .map(|feature| {
                    let row = &feature.row;
                    let mut figure = |column, domain| row.figure(column, domain, &names.sources, faults);
                    let stage_from = figure("stage_from_m", Domain::Finite);
                    let stage_to = figure("stage_to_m", Domain::Finite);
                    let bed_depth = figure("bed_depth_m", Domain::NonNegative);
                    let conductance = figure("conductance_m_per_d", Domain::NonNegative);
                    if stage_to.value > stage_from.value {
                        let message = "the reach flows uphill";
                        let allowed = format!("at most {} m, the stage at its upper end", stage_from.value);
                        faults.add(
                            FaultKind::Inconsistent,
                            stage_to.origin,
                            message,
                            stage_to.value,
                            allowed,
                            "",
                        );
                    }
                    RiverReach {
                        id: row.text("id", faults),
                        line: feature.line(faults),
                        stage_from,
                        stage_to,
                        bed_depth,
                        conductance,
                        layer: row.optional_reference("layer", &names.layers, faults),
                        origin: row.origin,
                    }
                })
                .collect();
            if reaches.is_empty() && !tables.reaches.is_empty() {
                let message = format!("the river `{id}` has no reach");
                faults.add(FaultKind::Missing, row.place("id"), message, "", "one or more reaches", "");
            }
            River {
                names: row.names(faults),
                inflow: row.figure("inflow_m3_per_s", Domain::NonNegative, &names.sources, faults),
                shape: row.reference("shape", &names.shapes, faults),
                joins: row.optional_reference("joins", &names.rivers, faults),
                reaches,
                origin: row.origin,
                id,
            }
        })
        .collect();
    check_confluences(&rivers, tables, faults);
    rivers
}

/// A river that joins itself, straight or by way of others, flows nowhere.
fn check_confluences(rivers: &[River], tables: &Tables, faults: &mut Collector) {
    for (river, row) in rivers.iter().zip(&tables.rivers.rows) {
        let mut next = river.joins.as_deref();
        for _ in 0..rivers.len() {
            let Some(id) = next else { break };
            if id == river.id {
                let message = format!("the river `{id}` joins itself");
                faults.add(
                    FaultKind::Inconsistent,
                    row.place("joins"),
                    message,
                    id,
                    "a river further down",
                    "",
                );
                break;
            }
            next = rivers.iter().find(|other| other.id == id).and_then(|other| other.joins.as_deref());
        }
    }
}

pub(super) fn read_springs(
    tables: &Tables,
    names: &Names,
    outlines: &[Outline],
    faults: &mut Collector,
) -> Vec<Spring> {
    for row in &tables.spring_stages.rows {
        row.reference("spring", &names.springs, faults);
    }
    tables
        .springs
        .rows
        .iter()
        .map(|row| {
            let id = row.text("id", faults);
            let position = position(row, faults);
            need_inside(position, outlines, row, faults);
            let stages = tables.spring_stages.rows.iter();
            let stages = stages.filter(|stage| stage.cell("spring").is_some_and(|cell| cell.text == id));
            let stages: Vec<OutletStage> = stages.map(|row| read_stage(row, names, faults)).collect();
            Spring {
                names: row.names(faults),
                basin: row.reference("basin", &names.outlines, faults),
                layer: row.reference("layer", &names.layers, faults),
                position,
                elevation: row.figure("elevation_m", Domain::Finite, &names.sources, faults),
                conductance: row.figure("conductance_m2_per_d", Domain::NonNegative, &names.sources, faults),
                stages,
                main: row.flag("main", faults),
                dried: row.optional_date("dried", Day::First, faults),
                origin: row.origin,
                id,
            }
        })
        .collect()
}

fn read_stage(row: &Row, names: &Names, faults: &mut Collector) -> OutletStage {
    let from = row.date("from", Day::First, faults);
    let to: Option<Date> = row.optional_date("to", Day::First, faults);
    if to.is_some_and(|to| to <= from) {
        let shown = row.cell("to").map_or("", |cell| cell.text.as_str());
        faults.add(
            FaultKind::BadDate,
            row.place("to"),
            "the stage ends before it begins",
            shown,
            format!("after {from}"),
            "",
        );
    }
    let months = row.items("months");
    let months = months.iter().map(|item| match item.parse::<i8>() {
        Ok(month) if (1..=12).contains(&month) => month,
        _ => {
            faults.add(
                FaultKind::BadDate,
                row.place("months"),
                "there is no such month",
                item,
                "1 to 12, separated by `;`",
                "",
            );
            1
        }
    });
    let months = months.collect();
    OutletStage { from, to, months, stage: row.figure("stage_m", Domain::Finite, &names.sources, faults) }
}
