//! Abstraction groups, how use developed, and the projects that replace it.

use quanyu_basin::{
    Booking, Group, GroupKind, IndexYear, Outline, Owner, Placement, Project, Sector, UseSeries,
};
use quanyu_flow::FaultKind;

use super::levers;
use super::places::{need_inside, position};
use super::tables::{Names, Tables};
use crate::diagnostic::{Collector, Ids};
use crate::document::dates::Day;
use crate::document::row::{Domain, Row};

/// Words for sectors.
pub(crate) const SECTORS: [(&str, Sector); 5] = [
    ("domestic", Sector::Domestic),
    ("industry", Sector::Industry),
    ("irrigation", Sector::Irrigation),
    ("ecology", Sector::Ecology),
    ("mine-drainage", Sector::MineDrainage),
];
/// Words for owners.
pub(crate) const OWNERS: [(&str, Owner); 4] = [
    ("public", Owner::Public),
    ("self-supply", Owner::SelfSupply),
    ("village", Owner::Village),
    ("mine", Owner::Mine),
];
/// Words for bookings.
pub(super) const BOOKINGS: [(&str, Booking); 3] =
    [("groundwater", Booking::Groundwater), ("surface", Booking::Surface), ("other", Booking::Other)];

pub(super) fn read_groups(
    tables: &Tables,
    names: &Names,
    outlines: &[Outline],
    faults: &mut Collector,
) -> Vec<Group> {
    tables.groups.rows.iter().map(|row| read_group(row, names, outlines, faults)).collect()
}

fn read_group(row: &Row, names: &Names, outlines: &[Outline], faults: &mut Collector) -> Group {
    let kind = read_kind(row, names, faults);
    let county = row.optional_reference("county", &names.counties, faults);
    let basin = row.optional_reference("basin", &names.outlines, faults);
    let placement = read_placement(row, names, county.as_deref(), basin.as_deref(), outlines, faults);
    let layer = row.optional_reference("layer", &names.layers, faults);
    if kind == GroupKind::Wells && placement != Placement::Outside && layer.is_none() {
        let message = "wells in the model need a layer";
        faults.add(
            FaultKind::Missing,
            row.place("layer"),
            message,
            "",
            "the id of a layer",
            "fill in `layer`",
        );
    }
    Group {
        id: row.text("id", faults),
        names: row.names(faults),
        county,
        basin,
        layer,
        zone: row.optional_reference("zone", &names.zones, faults),
        sector: row.choice("sector", &SECTORS, faults),
        owner: row.choice("owner", &OWNERS, faults),
        kind,
        booking: row.choice("booking", &BOOKINGS, faults),
        placement,
        location_unknown: row.flag("location_unknown", faults),
        base_year: row.year("base_year", faults),
        take: row.figure("take_wan_m3", Domain::NonNegative, &names.sources, faults),
        series: row.reference("series", &names.series, faults),
        shape: row.reference("shape", &names.shapes, faults),
        tags: row.items("tags"),
        origin: row.origin,
    }
}

/// A cell of the form `word` or `word:id`.
fn word_and_id(text: &str) -> (&str, Option<&str>) {
    text.split_once(':').map_or((text, None), |(word, id)| (word.trim(), Some(id.trim())))
}

fn check_id(row: &Row, column: &str, id: &str, ids: &Ids, faults: &mut Collector) -> String {
    if !ids.contains(id) {
        faults.unknown_name(row.place(column), id, ids);
    }
    id.to_owned()
}

fn read_kind(row: &Row, names: &Names, faults: &mut Collector) -> GroupKind {
    let Some(cell) = row.needed("kind", faults) else { return GroupKind::Wells };
    match word_and_id(&cell.text) {
        ("wells", None) => GroupKind::Wells,
        ("spring-intake", Some(id)) => {
            GroupKind::SpringIntake { spring: check_id(row, "kind", id, &names.springs, faults) }
        }
        ("mine-drainage", Some(id)) => {
            GroupKind::MineDrainage { mine: check_id(row, "kind", id, &names.mines, faults) }
        }
        _ => {
            let words = ["wells", "spring-intake:SPRING", "mine-drainage:MINE"];
            row.unknown_word(cell, "kind", words.into_iter(), faults);
            GroupKind::Wells
        }
    }
}

fn read_placement(
    row: &Row,
    names: &Names,
    county: Option<&str>,
    basin: Option<&str>,
    outlines: &[Outline],
    faults: &mut Collector,
) -> Placement {
    let Some(cell) = row.needed("placement", faults) else { return Placement::Outside };
    match word_and_id(&cell.text) {
        ("point", None) => {
            let position = position(row, faults);
            need_inside(position, outlines, row, faults);
            Placement::Point { position, radius: row.number("radius_m", Domain::NonNegative, faults) }
        }
        ("zone", Some(id)) => Placement::Zone(check_id(row, "placement", id, &names.zones, faults)),
        ("county-in-basin", None) => match (county, basin) {
            (Some(county), Some(basin)) => {
                Placement::CountyInBasin { county: county.to_owned(), basin: basin.to_owned() }
            }
            _ => {
                let message = "`county-in-basin` needs a county and a basin";
                faults.add(
                    FaultKind::Missing,
                    cell.origin,
                    message,
                    &cell.text,
                    "",
                    "fill in `county` and `basin`",
                );
                Placement::Outside
            }
        },
        ("outside", None) => Placement::Outside,
        _ => {
            let words = ["point", "zone:ZONE", "county-in-basin", "outside"];
            row.unknown_word(cell, "placement", words.into_iter(), faults);
            Placement::Outside
        }
    }
}

/// Use series in the order of their first rows.
pub(super) fn read_use_series(tables: &Tables, names: &Names, faults: &mut Collector) -> Vec<UseSeries> {
    let mut series: Vec<UseSeries> = Vec::new();
    for row in &tables.use_series.rows {
        let id = row.text("series", faults);
        let year = row.year("year", faults);
        let index = row.figure("index", Domain::NonNegative, &names.sources, faults);
        let position = series.iter().position(|known| known.id == id).unwrap_or_else(|| {
            series.push(UseSeries { id: id.clone(), years: Vec::new(), origin: row.origin });
            series.len() - 1
        });
        let years = &mut series[position].years;
        if years.iter().any(|known| known.year == year) {
            let message = format!("the year {year} of the series `{id}` stands twice");
            faults.add(FaultKind::Collision, row.place("year"), message, year, "each year once", "");
        } else {
            years.push(IndexYear { year, index });
        }
    }
    for one in &mut series {
        one.years.sort_by_key(|row| row.year);
    }
    series
}

pub(super) fn read_projects(tables: &Tables, names: &Names, faults: &mut Collector) -> Vec<Project> {
    tables
        .projects
        .rows
        .iter()
        .map(|row| {
            row.needed("counties", faults);
            Project {
                id: row.text("id", faults),
                names: row.names(faults),
                start: row.date("start", Day::First, faults),
                capacity: row.figure("capacity_wan_m3", Domain::NonNegative, &names.sources, faults),
                ramp_years: row.figure("ramp_years", Domain::NonNegative, &names.sources, faults),
                loss: row.figure("loss_share", Domain::Share, &names.sources, faults),
                capacity_years: levers::capacity_years(tables, names, row.cell("id"), faults),
                dry: levers::dry_years(row, names, faults),
                counties: row.references("counties", &names.counties, faults),
                river: row.optional_reference("river", &names.rivers, faults),
                origin: row.origin,
            }
        })
        .collect()
}
