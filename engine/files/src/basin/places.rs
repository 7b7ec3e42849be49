//! Spring basins, counties, zones and observation points.

use geo::{Intersects, MultiPolygon, Point, Rect, coord};
use quanyu_basin::{County, Observation, Outline, Raster, YearLevel, Zone, ZoneGrade};
use quanyu_flow::{FaultKind, Origin};

use super::tables::{Names, Tables};
use crate::diagnostic::Collector;
use crate::document::row::{Domain, Row};

/// A drawn outline may differ from the official area by this share: outlines are simplified, but a slip of units is not.
const AREA_TOLERANCE: f64 = 0.15;
/// Words for the grade of a zone.
const GRADES: [(&str, ZoneGrade); 2] = [("general", ZoneGrade::General), ("severe", ZoneGrade::Severe)];

pub(super) fn read_outlines(tables: &Tables, names: &Names, faults: &mut Collector) -> Vec<Outline> {
    tables
        .outlines
        .iter()
        .map(|feature| {
            let row = &feature.row;
            let outline = Outline {
                id: row.text("id", faults),
                names: row.names(faults),
                polygon: feature.polygon(faults),
                area: row.figure("area_km2", Domain::Positive, &names.sources, faults),
                origin: row.origin,
            };
            check_area(&outline.polygon, outline.area.value, row, faults);
            outline
        })
        .collect()
}

pub(super) fn read_counties(tables: &Tables, names: &Names, faults: &mut Collector) -> Vec<County> {
    tables
        .counties
        .iter()
        .map(|feature| {
            let row = &feature.row;
            let county = County {
                id: row.text("id", faults),
                names: row.names(faults),
                polygon: feature.polygon(faults),
                area: row.figure("area_km2", Domain::Positive, &names.sources, faults),
                origin: row.origin,
            };
            check_area(&county.polygon, county.area.value, row, faults);
            county
        })
        .collect()
}

fn check_area(polygon: &MultiPolygon<f64>, official: f64, row: &Row, faults: &mut Collector) {
    use geo::Area;
    let drawn = polygon.unsigned_area() / 1e6;
    // No polygon or no figure: reported where they were read.
    if drawn > 0.0 && official > 0.0 && (drawn / official - 1.0).abs() > AREA_TOLERANCE {
        faults.add(
            FaultKind::Inconsistent,
            row.place("area_km2"),
            format!("the drawn area is {drawn:.1} km², the official one {official:.1} km²"),
            format!("{drawn:.1} km²"),
            format!("within {:.0} % of the official area", AREA_TOLERANCE * 100.0),
            "mend the outline, its reference system or the figure",
        );
    }
}

pub(super) fn read_zones(tables: &Tables, names: &Names, faults: &mut Collector) -> Vec<Zone> {
    let zones: Vec<Zone> = tables
        .zones
        .iter()
        .map(|feature| {
            let row = &feature.row;
            Zone {
                id: row.text("id", faults),
                parent: row.optional_reference("parent", &names.zones, faults),
                names: row.names(faults),
                polygon: feature.polygon(faults),
                area: row.optional_figure("area_km2", Domain::Positive, &names.sources, faults),
                allowable: row.optional_figure(
                    "allowable_wan_m3",
                    Domain::NonNegative,
                    &names.sources,
                    faults,
                ),
                grade: row.cell("grade").map(|_| row.choice("grade", &GRADES, faults)),
                origin: row.origin,
            }
        })
        .collect();
    for (zone, feature) in zones.iter().zip(&tables.zones) {
        let parent = zone.parent.as_ref().and_then(|id| zones.iter().find(|zone| zone.id == *id));
        if let Some(parent) = parent.filter(|parent| parent.id == zone.id || parent.parent.is_some()) {
            let message = format!("the zone `{}` cannot have the parent `{}`", zone.id, parent.id);
            let allowed = "a zone that has no parent itself";
            faults.add(
                FaultKind::Inconsistent,
                feature.row.place("parent"),
                message,
                &parent.id,
                allowed,
                "",
            );
        }
    }
    zones
}

pub(super) fn read_observations(
    tables: &Tables,
    names: &Names,
    outlines: &[Outline],
    faults: &mut Collector,
) -> Vec<Observation> {
    for row in &tables.measured_levels.rows {
        row.reference("observation", &names.observations, faults);
    }
    tables
        .observations
        .rows
        .iter()
        .map(|row| {
            let position = position(row, faults);
            need_inside(position, outlines, row, faults);
            let measured = row.flag("measured", faults);
            Observation {
                id: row.text("id", faults),
                names: row.names(faults),
                position,
                layer: row.reference("layer", &names.layers, faults),
                zone: row.optional_reference("zone", &names.zones, faults),
                measured,
                levels: measured_levels(tables, names, row, measured, faults),
                origin: row.origin,
            }
        })
        .collect()
}

/// Levels measured at an observation point, ascending by year.
fn measured_levels(
    tables: &Tables,
    names: &Names,
    point: &Row,
    measured: bool,
    faults: &mut Collector,
) -> Vec<YearLevel> {
    let Some(id) = point.cell("id") else { return Vec::new() };
    let own = |row: &&Row| row.cell("observation").is_some_and(|cell| cell.text == id.text);
    let mut levels: Vec<YearLevel> = Vec::new();
    for row in tables.measured_levels.rows.iter().filter(own) {
        let year = row.year("year", faults);
        if levels.iter().any(|known| known.year == year) {
            let message = format!("the year {year} of the observation `{}` stands twice", id.text);
            faults.add(FaultKind::Collision, row.place("year"), message, year, "each year once", "");
        }
        if !measured {
            let message = format!("the observation `{}` is no measured well", id.text);
            let allowed = "points with `measured = true`";
            faults.add(FaultKind::Inconsistent, row.place("observation"), message, &id.text, allowed, "");
        }
        levels.push(YearLevel { year, level: row.figure("level_m", Domain::Finite, &names.sources, faults) });
    }
    levels.sort_by_key(|row| row.year);
    levels
}

/// `x_m` and `y_m`.
pub(super) fn position(row: &Row, faults: &mut Collector) -> [f64; 2] {
    [row.number("x_m", Domain::Finite, faults), row.number("y_m", Domain::Finite, faults)]
}

/// A fault if a place lies outside every spring basin, that is outside the model.
pub(super) fn need_inside(position: [f64; 2], outlines: &[Outline], row: &Row, faults: &mut Collector) {
    let point = Point::new(position[0], position[1]);
    let drawn = outlines.iter().any(|outline| !outline.polygon.0.is_empty());
    if drawn
        && position.iter().all(|metres| metres.is_finite())
        && !outlines.iter().any(|outline| outline.polygon.intersects(&point))
    {
        let message = format!("{} lies outside every spring basin", row.schema.what);
        let shown = format!("({}, {})", position[0], position[1]);
        let remedy = "mend `x_m` and `y_m`: metres in the basin's reference system, east first";
        faults.add(FaultKind::NotTied, row.place("x_m"), message, shown, "a place inside an outline", remedy);
    }
}

/// Faults of the domain as a whole: outlines smaller than a cell of the ground raster, and rasters that do not cover them.
pub(super) fn check_domain(
    outlines: &[Outline],
    rasters: &[(&str, &Raster, Origin)],
    faults: &mut Collector,
) {
    use geo::{Area, BoundingRect};
    for outline in outlines {
        for (name, raster, origin) in rasters {
            let area = outline.polygon.unsigned_area();
            if area > 0.0 && area < raster.cell * raster.cell {
                let message =
                    format!("the spring basin `{}` is smaller than one cell of the {name}", outline.id);
                let allowed = format!("an area above {} m²", raster.cell * raster.cell);
                faults.add(
                    FaultKind::BadGeometry,
                    outline.origin,
                    message,
                    format!("{area:.0} m²"),
                    allowed,
                    "",
                );
            }
            let (rows, columns) = raster.values.dim();
            let [west, north] = raster.corner;
            let covered = Rect::new(
                coord! { x: west, y: north - rows as f64 * raster.cell },
                coord! { x: west + columns as f64 * raster.cell, y: north },
            );
            let Some(bounds) = outline.polygon.bounding_rect() else { continue };
            let (least, most) = (covered.min(), covered.max());
            if bounds.min().x < least.x
                || bounds.min().y < least.y
                || bounds.max().x > most.x
                || bounds.max().y > most.y
            {
                faults.add(
                    FaultKind::NotTied,
                    *origin,
                    format!("the {name} does not cover the spring basin `{}`", outline.id),
                    format!("x {} to {}, y {} to {}", least.x, most.x, least.y, most.y),
                    format!(
                        "at least x {} to {}, y {} to {}",
                        bounds.min().x,
                        bounds.max().x,
                        bounds.min().y,
                        bounds.max().y
                    ),
                    "extend the raster",
                );
            }
        }
    }
}
