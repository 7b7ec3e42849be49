//! Layers, rock, surfaces, faults, mines, outer boundaries and parameters.

use std::path::Path;

use quanyu_basin::{
    BoundaryAlternative, FaultLine, Figure, InfiltrationKind, Layer, LayerRole, Mine, Parameter,
    ParameterKind, Raster, RechargeArea, Rock, RockArea,
};
use quanyu_flow::FaultKind;

use super::manifest::Manifest;
use super::tables::{Names, Tables};
use crate::diagnostic::{Collector, Ids, Sources};
use crate::document::dates::Day;
use crate::document::raster::read_raster;
use crate::document::row::Domain;
use crate::document::toml_figure::read_figure;
use crate::document::toml_tree::read_toml;

/// The elevation of the ground.
pub(super) fn read_ground(
    manifest: &Manifest,
    source_ids: &Ids,
    sources: &mut Sources,
    faults: &mut Collector,
) -> Option<Raster> {
    const WHOSE: &str = "`ground`";
    let tree = manifest.ground.as_ref()?;
    tree.check_keys(
        WHOSE,
        &["error_m", "error_m_low", "error_m_high", "low", "high", "origin", "sureness", "note"],
        faults,
    );
    tree.required("error_m", WHOSE, faults);
    let provenance = read_figure(tree, "error_m", Domain::NonNegative, true, source_ids, faults)?;
    let (path, named_at) = manifest.file("ground")?;
    read_raster(path, named_at, provenance, sources, faults)
}

/// Layers from the top down; a layer whose surface cannot be read is left out.
pub(super) fn read_layers(
    folder: &Path,
    tables: &Tables,
    names: &Names,
    sources: &mut Sources,
    faults: &mut Collector,
) -> Vec<Layer> {
    tables.layers.need_rows("layers", faults);
    let roles = [
        ("cover", LayerRole::Cover),
        ("coal-measures", LayerRole::CoalMeasures),
        ("karst", LayerRole::Karst),
    ];
    tables
        .layers
        .rows
        .iter()
        .filter_map(|row| {
            let (id, names_of_layer) = (row.text("id", faults), row.names(faults));
            let role = row.choice("role", &roles, faults);
            let least_thickness =
                row.figure("least_thickness_m", Domain::NonNegative, &names.sources, faults);
            let error = row.figure("bottom_error_m", Domain::NonNegative, &names.sources, faults);
            let rock = row.reference("rock", &names.rocks, faults);
            let cell = row.needed("bottom", faults)?;
            let bottom = read_raster(&folder.join(&cell.text), cell.origin, error, sources, faults)?;
            Some(Layer { id, names: names_of_layer, role, bottom, least_thickness, rock, origin: row.origin })
        })
        .collect()
}

pub(super) fn read_rocks(tables: &Tables, names: &Names, faults: &mut Collector) -> Vec<Rock> {
    tables
        .rocks
        .rows
        .iter()
        .map(|row| {
            let mut figure = |column, domain| row.figure(column, domain, &names.sources, faults);
            let conductivity = figure("conductivity_m_per_d", Domain::Positive);
            let vertical_ratio = figure("vertical_ratio", Domain::Positive);
            let specific_storage = figure("specific_storage_per_m", Domain::Positive);
            let specific_yield = figure("specific_yield", Domain::Share);
            Rock {
                id: row.text("id", faults),
                names: row.names(faults),
                conductivity,
                vertical_ratio,
                specific_storage,
                specific_yield,
                origin: row.origin,
            }
        })
        .collect()
}

pub(super) fn read_rock_areas(tables: &Tables, names: &Names, faults: &mut Collector) -> Vec<RockArea> {
    tables
        .rock_areas
        .iter()
        .map(|feature| RockArea {
            layer: feature.row.reference("layer", &names.layers, faults),
            rock: feature.row.reference("rock", &names.rocks, faults),
            polygon: feature.polygon(faults),
            origin: feature.row.origin,
        })
        .collect()
}

/// The first kind of surface everywhere, then the areas that override it.
pub(super) fn read_recharge_areas(
    tables: &Tables,
    names: &Names,
    faults: &mut Collector,
) -> Vec<RechargeArea> {
    tables.infiltration.need_rows("kinds of surface", faults);
    let kinds: Vec<InfiltrationKind> = tables
        .infiltration
        .rows
        .iter()
        .map(|row| InfiltrationKind {
            id: row.text("id", faults),
            names: row.names(faults),
            coefficient: row.figure("coefficient", Domain::Share, &names.sources, faults),
        })
        .collect();
    let everywhere = kinds.first().zip(tables.infiltration.rows.first());
    let everywhere =
        everywhere.map(|(kind, row)| RechargeArea { kind: kind.clone(), polygon: None, origin: row.origin });
    let areas = tables.recharge_areas.iter().filter_map(|feature| {
        let polygon = Some(feature.polygon(faults));
        let id = feature.row.reference("kind", &names.surfaces, faults);
        let kind = kinds.iter().find(|kind| kind.id == id)?.clone();
        Some(RechargeArea { kind, polygon, origin: feature.row.origin })
    });
    let areas: Vec<RechargeArea> = areas.collect();
    everywhere.into_iter().chain(areas).collect()
}

pub(super) fn read_faults(tables: &Tables, names: &Names, faults: &mut Collector) -> Vec<FaultLine> {
    tables
        .faults
        .iter()
        .map(|feature| {
            let row = &feature.row;
            row.needed("layers", faults);
            FaultLine {
                id: row.text("id", faults),
                names: row.names(faults),
                line: feature.line(faults),
                layers: row.references("layers", &names.layers, faults),
                characteristic: row.figure(
                    "characteristic_per_d",
                    Domain::NonNegative,
                    &names.sources,
                    faults,
                ),
                origin: row.origin,
            }
        })
        .collect()
}

pub(super) fn read_mines(tables: &Tables, names: &Names, faults: &mut Collector) -> Vec<Mine> {
    tables
        .mines
        .iter()
        .map(|feature| {
            let row = &feature.row;
            let (start, end) = (row.date("start", Day::First, faults), row.date("end", Day::Last, faults));
            let closure = row.optional_date("closure", Day::First, faults);
            let both_read = row.cell("start").is_some() && row.cell("end").is_some();
            if both_read && (start >= end || closure.is_some_and(|closure| closure < start)) {
                let shown = row.cell("end").map_or("", |cell| cell.text.as_str());
                let message = "the dates of the mine are out of order";
                faults.add(
                    FaultKind::BadDate,
                    row.place("end"),
                    message,
                    shown,
                    "start < end, start ≤ closure",
                    "",
                );
            }
            let mut figure = |column, domain| row.figure(column, domain, &names.sources, faults);
            let seam_floor = figure("seam_floor_m", Domain::NonNegative);
            let drain_conductance = figure("drain_conductance_per_d", Domain::NonNegative);
            let vertical_factor = figure("vertical_factor", Domain::Positive);
            let recharge_factor = figure("recharge_factor", Domain::NonNegative);
            Mine {
                id: row.text("id", faults),
                names: row.names(faults),
                polygon: feature.polygon(faults),
                start,
                end,
                closure,
                seam_floor,
                drain_conductance,
                vertical_factor,
                recharge_factor,
                origin: row.origin,
            }
        })
        .collect()
}

pub(super) fn read_boundaries(
    tables: &Tables,
    names: &Names,
    faults: &mut Collector,
) -> Vec<BoundaryAlternative> {
    tables
        .boundaries
        .iter()
        .map(|feature| {
            let row = &feature.row;
            row.needed("layers", faults);
            BoundaryAlternative {
                alternative: row.text("alternative", faults),
                line: feature.line(faults),
                layers: row.references("layers", &names.layers, faults),
                head: row.figure("head_m", Domain::Finite, &names.sources, faults),
                conductance: row.figure("conductance_m_per_d", Domain::NonNegative, &names.sources, faults),
                origin: row.origin,
            }
        })
        .collect()
}

/// Parameters, with their calibrated values where there is a `calibrated.toml`.
pub(super) fn read_parameters(
    manifest: &Manifest,
    tables: &Tables,
    names: &Names,
    sources: &mut Sources,
    faults: &mut Collector,
) -> Vec<Parameter> {
    let kinds = [
        ("karst-conductivity", ParameterKind::KarstConductivity),
        ("infiltration", ParameterKind::Infiltration),
        ("spring-conductance", ParameterKind::SpringConductance),
        ("riverbed-conductance", ParameterKind::RiverbedConductance),
        ("mine-drainage", ParameterKind::MineDrainage),
        ("karst-specific-yield", ParameterKind::KarstSpecificYield),
    ];
    let mut parameters: Vec<Parameter> = tables
        .parameters
        .rows
        .iter()
        .map(|row| {
            let prior = row.figure("value", Domain::Positive, &names.sources, faults);
            let free = row.flag("free", faults);
            if free && prior.range.is_none() && row.cell("value").is_some() {
                let message = "a free parameter needs a range";
                faults.add(
                    FaultKind::Missing,
                    row.place("value"),
                    message,
                    "",
                    "",
                    "fill in `low` and `high`",
                );
            }
            Parameter {
                id: row.text("id", faults),
                names: row.names(faults),
                kind: row.choice("kind", &kinds, faults),
                prior,
                free,
                calibrated: None,
                origin: row.origin,
            }
        })
        .collect();
    if let Some((path, named_at)) = manifest.file("calibrated").filter(|(path, _)| path.exists())
        && let Some((tree, _)) = read_toml(path, named_at, sources, faults)
    {
        tree.check_keys("a calibration", &["parameter"], faults);
        let values = tree.required("parameter", "a calibration", faults);
        let values = values.and_then(|node| node.table("`parameter`", faults));
        for entry in values.iter().flat_map(|values| &values.entries) {
            let value = entry.node.number(&format!("`{}`", entry.key), faults);
            match parameters.iter_mut().find(|parameter| parameter.id == entry.key) {
                Some(parameter) => {
                    parameter.calibrated = Some(within(value, entry.node.origin, &parameter.prior, faults));
                }
                None if names.parameters.contains(&entry.key) => {}
                None => faults.unknown_name(entry.origin, &entry.key, &names.parameters),
            }
        }
    }
    parameters
}

fn within(value: f64, origin: quanyu_flow::Origin, prior: &Figure, faults: &mut Collector) -> f64 {
    if !(prior.low() <= value && value <= prior.high()) && prior.value.is_finite() {
        let allowed = format!("from {} to {}, the range of its prior", prior.low(), prior.high());
        faults.add(
            FaultKind::OutOfRange,
            origin,
            "the calibrated value lies outside its range",
            value,
            allowed,
            "take it out of calibrated.toml, or calibrate again without that file",
        );
    }
    value
}
