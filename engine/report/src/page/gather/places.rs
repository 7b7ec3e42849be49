//! Places of the basin on the map.

use std::path::Path;

use geo::{CoordsIter, LineString, Polygon, Simplify};
use geojson::{Feature, FeatureCollection, GeometryValue};
use quanyu_files::Run;
use quanyu_policy::Text;

use super::PageError;
use super::contours::{Projection, write_path};

/// Width or height of the map, whichever is greater, in its own units.
const EXTENT: f64 = 1000.0;
/// Room around the basins, as a share of their extent \[-\].
const MARGIN: f64 = 0.06;

/// One place.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Kind: `spring-basin`, `county`, `zone`, `river`, `fault`, `mine`, `spring` or `observation`.
    pub(crate) kind: String,
    /// Id.
    pub(crate) id: String,
    /// Name.
    pub(crate) name: Text,
    /// Zone that a sub-zone belongs to.
    pub(crate) parent: Option<String>,
    /// Allowable abstraction of a zone \[m³/a\].
    pub(crate) allowable: Option<f64>,
    /// Outline or course as SVG path data; empty for points.
    pub(crate) path: String,
    /// Where its name goes, or where it is.
    pub(crate) at: [f64; 2],
}

/// All places.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// In the order in which they are drawn.
    pub(crate) all: Vec<Place>,
    /// From the basin's metres to the map.
    pub(crate) projection: Projection,
    /// Width and height of the map, in its units.
    pub(crate) size: [f64; 2],
}

impl Places {
    /// Reads a run's map.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(crate) fn read(run: &Run) -> Result<Self, PageError> {
        Self::on(&run.map()?, &run.folder)
    }

    /// Places of the map of a folder.
    ///
    /// # Errors
    /// Where it shows no spring basin.
    pub(crate) fn on(map: &FeatureCollection, folder: &Path) -> Result<Self, PageError> {
        let mut bounds: Option<[f64; 4]> = None;
        for feature in map.features.iter().filter(|feature| text(feature, "kind") == "spring-basin") {
            for (x, y) in shapes(feature).iter().flat_map(|shape| shape.points().to_vec()) {
                let own = bounds.get_or_insert([x, y, x, y]);
                *own = [own[0].min(x), own[1].min(y), own[2].max(x), own[3].max(y)];
            }
        }
        let Some([west, south, east, north]) = bounds else {
            return Err(PageError::Unreadable(format!(
                "{}: the map shows no spring basin",
                folder.display()
            )));
        };
        let (width, height) = (east - west, north - south);
        let margin = MARGIN * width.max(height);
        let scale = EXTENT / (width.max(height) + 2.0 * margin);
        let projection = Projection { corner: [west - margin, north + margin], scale };
        let size = [(width + 2.0 * margin) * scale, (height + 2.0 * margin) * scale];
        let all = map.features.iter().map(|feature| place(feature, projection)).collect();
        Ok(Self { all, projection, size })
    }

    /// Places of a kind.
    pub(crate) fn of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Place> {
        self.all.iter().filter(move |place| place.kind == kind)
    }

    /// Name of a place, or its id.
    pub(crate) fn name(&self, kind: &str, id: &str) -> Text {
        let found = self.all.iter().find(|place| place.kind == kind && place.id == id);
        found.map_or_else(|| Text::new(id, id), |place| place.name.clone())
    }
}

/// A line or the rings of a polygon.
enum Shape {
    Line(Vec<(f64, f64)>),
    Area(Vec<Vec<(f64, f64)>>),
    Point((f64, f64)),
}

impl Shape {
    fn points(&self) -> &[(f64, f64)] {
        match self {
            Self::Line(points) => points,
            Self::Area(rings) => rings.first().map_or(&[], Vec::as_slice),
            Self::Point(point) => std::slice::from_ref(point),
        }
    }
}

fn text(feature: &Feature, key: &str) -> String {
    feature.property(key).and_then(|value| value.as_str()).unwrap_or_default().to_owned()
}

fn shapes(feature: &Feature) -> Vec<Shape> {
    let pair = |position: &geojson::Position| (position.as_slice()[0], position.as_slice()[1]);
    let line =
        |positions: &Vec<geojson::Position>| -> Vec<(f64, f64)> { positions.iter().map(pair).collect() };
    match feature.geometry.as_ref().map(|geometry| &geometry.value) {
        Some(GeometryValue::Point { coordinates }) => vec![Shape::Point(pair(coordinates))],
        Some(GeometryValue::LineString { coordinates }) => vec![Shape::Line(line(coordinates))],
        Some(GeometryValue::MultiLineString { coordinates }) => {
            coordinates.iter().map(|own| Shape::Line(line(own))).collect()
        }
        Some(GeometryValue::Polygon { coordinates }) => {
            vec![Shape::Area(coordinates.iter().map(line).collect())]
        }
        Some(GeometryValue::MultiPolygon { coordinates }) => {
            coordinates.iter().map(|rings| Shape::Area(rings.iter().map(line).collect())).collect()
        }
        _ => Vec::new(),
    }
}

fn place(feature: &Feature, projection: Projection) -> Place {
    let shapes = shapes(feature);
    let mut path = String::new();
    let mut at = [0.0; 2];
    let mut largest = -1.0;
    for shape in &shapes {
        let put = |points: &[(f64, f64)]| -> LineString<f64> {
            let placed = points.iter().map(|(x, y)| projection.place(*x, *y));
            placed.map(|[x, y]| (x, y)).collect()
        };
        let simple =
            |line: &LineString<f64>| line.simplify(0.7).0.into_iter().map(|point| [point.x, point.y]);
        match shape {
            Shape::Point((x, y)) => at = projection.place(*x, *y),
            Shape::Line(points) => {
                let line = put(points);
                let middle = line.0[line.coords_count() / 2];
                at = [middle.x, middle.y];
                write_path(&mut path, simple(&line), false);
            }
            Shape::Area(rings) => {
                for (ring, points) in rings.iter().enumerate() {
                    let line = put(points);
                    if ring == 0 {
                        let polygon = Polygon::new(line.clone(), Vec::new());
                        let size = geo::Area::unsigned_area(&polygon);
                        if size > largest
                            && let Some(middle) = geo::InteriorPoint::interior_point(&polygon)
                        {
                            largest = size;
                            at = [middle.x(), middle.y()];
                        }
                    }
                    write_path(&mut path, simple(&line), true);
                }
            }
        }
    }
    let parent = text(feature, "parent");
    Place {
        kind: text(feature, "kind"),
        id: text(feature, "id"),
        name: Text::new(text(feature, "name_zh"), text(feature, "name_en")),
        parent: (!parent.is_empty()).then_some(parent),
        allowable: feature.property("allowable_m3_per_year").and_then(|value| value.as_f64()),
        path,
        at,
    }
}
