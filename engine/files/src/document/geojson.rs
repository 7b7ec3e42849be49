//! GeoJSON feature collections in the basin's projected reference system; every feature and property knows its line.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::rc::Rc;

use geo::{Area, LineString, MultiPolygon, Polygon, Validation};
use geojson::{GeometryValue, Position};
use quanyu_flow::{FaultKind, Origin};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::row::{Cell, Row, Schema};
use crate::diagnostic::{Collector, FileId, Sources};

/// A feature: its properties as a row, and its shape.
#[derive(Debug)]
pub(crate) struct Feature {
    pub(crate) row: Row,
    shape: Option<GeometryValue>,
    /// Place of the shape.
    place: Origin,
}

#[derive(Deserialize)]
struct Collection<'a> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(borrow)]
    crs: Option<&'a RawValue>,
    #[serde(borrow)]
    features: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct RawFeature<'a> {
    #[serde(borrow)]
    geometry: Option<&'a RawValue>,
    #[serde(borrow)]
    properties: Option<BTreeMap<String, &'a RawValue>>,
}

/// Reads a collection; `epsg` is the code its `crs` member must name.
pub(crate) fn read_features(
    path: &Path,
    named_at: Origin,
    epsg: u32,
    schema: &'static Schema,
    sources: &mut Sources,
    faults: &mut Collector,
) -> Option<Vec<Feature>> {
    let file = sources.open(path, named_at, faults)?;
    let text = sources.text(file).to_owned();
    let collection: Collection<'_> = match serde_json::from_str(&text) {
        Ok(collection) => collection,
        Err(error) => {
            let origin = sources.mark_at(file, error.line(), error.column());
            faults.add(
                FaultKind::Syntax,
                origin,
                format!("not a GeoJSON feature collection: {error}"),
                "",
                "",
                "",
            );
            return None;
        }
    };
    let top = sources.mark_file(file);
    if collection.kind != "FeatureCollection" {
        faults.add(
            FaultKind::Syntax,
            top,
            "the top level must be a collection",
            collection.kind,
            "FeatureCollection",
            "",
        );
    }
    check_crs(collection.crs, epsg, &text, file, sources, faults);
    let mut features = Vec::new();
    for raw in collection.features {
        let span = span_in(&text, raw.get());
        match serde_json::from_str::<RawFeature<'_>>(raw.get()) {
            Ok(feature) => features.push(read_feature(feature, span, &text, file, schema, sources, faults)),
            Err(error) => {
                let origin = sources.mark(file, span);
                faults.add(FaultKind::Syntax, origin, format!("not a GeoJSON feature: {error}"), "", "", "");
            }
        }
    }
    Some(features)
}

/// Where a part lies in the text that it was borrowed from.
fn span_in(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr() as usize - text.as_ptr() as usize;
    start..start + part.len()
}

fn check_crs(
    crs: Option<&RawValue>,
    epsg: u32,
    text: &str,
    file: FileId,
    sources: &mut Sources,
    faults: &mut Collector,
) {
    let wanted = format!("urn:ogc:def:crs:EPSG::{epsg}");
    let remedy = format!(
        "\"crs\": {{\"type\": \"name\", \"properties\": {{\"name\": \"{wanted}\"}}}}, with coordinates in metres"
    );
    let Some(crs) = crs else {
        let origin = sources.mark_file(file);
        faults.add(
            FaultKind::Missing,
            origin,
            "the collection names no reference system",
            "",
            wanted,
            remedy,
        );
        return;
    };
    let name = serde_json::from_str::<Value>(crs.get())
        .ok()
        .and_then(|crs| crs["properties"]["name"].as_str().map(str::to_owned))
        .unwrap_or_default();
    if name != wanted && name != format!("EPSG:{epsg}") {
        let origin = sources.mark(file, span_in(text, crs.get()));
        let message = "the collection is in another reference system than the basin";
        faults.add(
            FaultKind::Inconsistent,
            origin,
            message,
            name,
            wanted,
            "reproject it; coordinates must be metres",
        );
    }
}

fn read_feature(
    feature: RawFeature<'_>,
    span: Range<usize>,
    text: &str,
    file: FileId,
    schema: &'static Schema,
    sources: &mut Sources,
    faults: &mut Collector,
) -> Feature {
    let origin = sources.mark(file, span.clone());
    let mut properties: Vec<(Range<usize>, String, String)> = Vec::new();
    for (key, raw) in feature.properties.unwrap_or_default() {
        let span = span_in(text, raw.get());
        match plain_text(raw) {
            Some(value) => properties.push((span, key, value)),
            None => {
                let origin = sources.mark(file, span);
                let message = format!(
                    "the property `{key}` must be a text, a number, true, false, null or a list of texts"
                );
                faults.add(FaultKind::Syntax, origin, message, "", "", "");
            }
        }
    }
    properties.sort_by_key(|(span, _, _)| span.start);
    let columns: Rc<[String]> = properties.iter().map(|(_, key, _)| key.clone()).collect();
    let cells: Vec<Cell> = properties
        .into_iter()
        .map(|(span, _, text)| Cell { text, origin: sources.mark(file, span) })
        .collect();
    schema.check(&columns, |index| cells.get(index).map_or(origin, |cell| cell.origin), origin, faults);
    let row = Row { origin, columns, cells, schema };
    let place = feature.geometry.map_or(origin, |raw| sources.mark(file, span_in(text, raw.get())));
    let shape = feature.geometry.and_then(|raw| match serde_json::from_str::<geojson::Geometry>(raw.get()) {
        Ok(geometry) => Some(geometry.value),
        Err(error) => {
            faults.add(
                FaultKind::BadGeometry,
                place,
                format!("the shape cannot be read: {error}"),
                "",
                "",
                "",
            );
            None
        }
    });
    if feature.geometry.is_none() {
        faults.add(FaultKind::Missing, origin, format!("{} has no shape", schema.what), "", "a geometry", "");
    }
    Feature { row, shape, place }
}

/// A property as the text of a cell; `None` for forms that no property has.
fn plain_text(raw: &RawValue) -> Option<String> {
    match serde_json::from_str(raw.get()).ok()? {
        Value::Null => Some(String::new()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            texts.map(|texts| texts.join(";"))
        }
        Value::Object(_) => None,
    }
}

impl Feature {
    /// Its area: a polygon or several, valid by OGC Simple Features (closed rings that cross neither themselves nor others).
    pub(crate) fn polygon(&self, faults: &mut Collector) -> MultiPolygon<f64> {
        let rings = match &self.shape {
            Some(GeometryValue::Polygon { coordinates }) => std::slice::from_ref(coordinates),
            Some(GeometryValue::MultiPolygon { coordinates }) => coordinates.as_slice(),
            Some(other) => {
                self.wrong_shape(other.type_name(), "Polygon or MultiPolygon", faults);
                &[]
            }
            None => &[],
        };
        let before = faults.len();
        let polygons: Vec<Polygon<f64>> = rings
            .iter()
            .map(|rings| {
                let mut lines = rings.iter().map(|ring| {
                    if ring.first() != ring.last() || ring.len() < 4 {
                        self.bad(
                            "a ring is not closed",
                            "a last position equal to the first, and four or more",
                            faults,
                        );
                    }
                    self.line_of(ring, faults)
                });
                let exterior = lines.next().unwrap_or_else(|| LineString::new(Vec::new()));
                let interiors = lines.collect();
                Polygon::new(exterior, interiors)
            })
            .collect();
        let polygon = MultiPolygon::new(polygons);
        if self.shape.is_some() && faults.len() == before {
            for error in polygon.validation_errors() {
                self.bad(
                    &format!("the polygon is not valid: {error}"),
                    "rings that cross neither themselves nor others",
                    faults,
                );
            }
            if faults.len() == before && polygon.unsigned_area() <= 0.0 {
                self.bad("the polygon has no area", "an area greater than 0", faults);
            }
        }
        polygon
    }

    /// Its line, of two or more positions.
    pub(crate) fn line(&self, faults: &mut Collector) -> LineString<f64> {
        match &self.shape {
            Some(GeometryValue::LineString { coordinates }) => {
                let line = self.line_of(coordinates, faults);
                if line.0.windows(2).all(|pair| pair[0] == pair[1]) {
                    self.bad("the line has no length", "two or more different positions", faults);
                }
                line
            }
            Some(other) => {
                self.wrong_shape(other.type_name(), "LineString", faults);
                LineString::new(Vec::new())
            }
            None => LineString::new(Vec::new()),
        }
    }

    fn line_of(&self, positions: &[Position], faults: &mut Collector) -> LineString<f64> {
        let mut line = Vec::with_capacity(positions.len());
        for position in positions {
            match position.as_slice() {
                [x, y, ..] if x.is_finite() && y.is_finite() => line.push((*x, *y)),
                _ => self.bad("a position is not two finite numbers", "[x, y] in metres", faults),
            }
        }
        LineString::from(line)
    }

    fn wrong_shape(&self, found: &str, allowed: &str, faults: &mut Collector) {
        let message = format!("{} must be drawn as {allowed}", self.row.schema.what);
        faults.add(FaultKind::BadGeometry, self.place, message, found, allowed, "");
    }

    /// A fault of the shape.
    pub(crate) fn bad(&self, message: &str, allowed: &str, faults: &mut Collector) {
        let id = self.row.cell("id").map_or(String::new(), |cell| format!("`{}`: ", cell.text));
        faults.add(FaultKind::BadGeometry, self.place, format!("{id}{message}"), "", allowed, "");
    }
}
