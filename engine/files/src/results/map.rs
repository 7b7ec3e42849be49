//! `basin.geojson`: the places of the basin for maps, in the basin's own reference system.

use geo::{LineString, MultiPolygon};
use geojson::{Feature, FeatureCollection, Geometry, GeometryValue, JsonObject};
use quanyu_basin::{Basin, Names};
use serde_json::{Value, json};

/// Outlines, counties, zones, faults, mines, reaches, springs and observation points, told apart by the property `kind`.
pub fn basin_map(basin: &Basin) -> FeatureCollection {
    let mut features = Vec::new();
    let area = |polygon: &MultiPolygon<f64>| GeometryValue::from(polygon);
    let line = |line: &LineString<f64>| GeometryValue::from(line);
    for outline in &basin.outlines {
        features.push(feature("spring-basin", &outline.id, &outline.names, area(&outline.polygon)));
    }
    for county in &basin.counties {
        features.push(feature("county", &county.id, &county.names, area(&county.polygon)));
    }
    for zone in &basin.zones {
        let mut feature = feature("zone", &zone.id, &zone.names, area(&zone.polygon));
        feature.set_property("parent", zone.parent.clone());
        feature.set_property("allowable_m3_per_year", zone.allowable.as_ref().map(|figure| figure.value));
        features.push(feature);
    }
    for fault in &basin.faults {
        features.push(feature("fault", &fault.id, &fault.names, line(&fault.line)));
    }
    for mine in &basin.mines {
        features.push(feature("mine", &mine.id, &mine.names, area(&mine.polygon)));
    }
    for river in &basin.rivers {
        for reach in &river.reaches {
            let mut feature = feature("river", &reach.id, &river.names, line(&reach.line));
            feature.set_property("river", river.id.clone());
            features.push(feature);
        }
    }
    for spring in &basin.springs {
        let mut feature = feature("spring", &spring.id, &spring.names, point(spring.position));
        feature.set_property("main", spring.main);
        feature.set_property("elevation_m", spring.elevation.value);
        features.push(feature);
    }
    for place in &basin.observations {
        features.push(feature("observation", &place.id, &place.names, point(place.position)));
    }
    let name = format!("urn:ogc:def:crs:EPSG::{}", basin.crs.epsg);
    let mut members = JsonObject::new();
    members.insert("crs".to_owned(), json!({ "type": "name", "properties": { "name": name } }));
    FeatureCollection { bbox: None, features, foreign_members: Some(members) }
}

fn point([x, y]: [f64; 2]) -> GeometryValue {
    GeometryValue::from(&geo::Point::new(x, y))
}

fn feature(kind: &str, id: &str, names: &Names, shape: GeometryValue) -> Feature {
    let mut properties = JsonObject::new();
    for (key, text) in [("kind", kind), ("id", id), ("name_zh", &names.zh), ("name_en", &names.en)] {
        properties.insert(key.to_owned(), Value::from(text));
    }
    Feature { geometry: Some(Geometry::new(shape)), properties: Some(properties), ..Feature::default() }
}
