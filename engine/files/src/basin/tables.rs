//! Every table of a basin, loaded before any is interpreted, so that references between them can be checked in one pass.

use quanyu_flow::Origin;

use super::manifest::Manifest;
use super::schemas as schema;
use crate::diagnostic::{Collector, Ids, Sources};
use crate::document::csv_table::read_csv;
use crate::document::geojson::{Feature, read_features};
use crate::document::row::{Row, Schema, Table};

/// The tables as rows.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    pub(crate) sources: Table,
    pub(crate) outlines: Vec<Feature>,
    pub(crate) counties: Vec<Feature>,
    pub(crate) zones: Vec<Feature>,
    pub(crate) layers: Table,
    pub(crate) rocks: Table,
    pub(crate) rock_areas: Vec<Feature>,
    pub(crate) infiltration: Table,
    pub(crate) recharge_areas: Vec<Feature>,
    pub(crate) faults: Vec<Feature>,
    pub(crate) mines: Vec<Feature>,
    pub(crate) boundaries: Vec<Feature>,
    pub(crate) rivers: Table,
    pub(crate) reaches: Vec<Feature>,
    pub(crate) springs: Table,
    pub(crate) spring_stages: Table,
    pub(crate) climate: Table,
    pub(crate) shapes: Table,
    pub(crate) groups: Table,
    pub(crate) use_series: Table,
    pub(crate) projects: Table,
    pub(crate) observations: Table,
    pub(crate) marks: Table,
    pub(crate) ties: Table,
    pub(crate) parameters: Table,
    pub(crate) sectors: Table,
    pub(crate) crops: Table,
    pub(crate) unconventional: Table,
    pub(crate) rain_enhancement: Table,
    pub(crate) project_years: Table,
    pub(crate) warnings: Table,
    pub(crate) measured_levels: Table,
}

/// The names that rows may refer to.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) sources: Ids,
    pub(crate) outlines: Ids,
    pub(crate) counties: Ids,
    pub(crate) zones: Ids,
    pub(crate) observations: Ids,
    pub(crate) layers: Ids,
    pub(crate) rocks: Ids,
    pub(crate) surfaces: Ids,
    pub(crate) mines: Ids,
    pub(crate) boundaries: Ids,
    pub(crate) rivers: Ids,
    pub(crate) springs: Ids,
    pub(crate) shapes: Ids,
    pub(crate) series: Ids,
    pub(crate) parameters: Ids,
    pub(crate) projects: Ids,
}

struct Loader<'a> {
    manifest: &'a Manifest,
    sources: &'a mut Sources,
    faults: &'a mut Collector,
}

impl Loader<'_> {
    fn table(&mut self, role: &str, schema: &'static Schema) -> Option<Table> {
        let (path, named_at) = self.manifest.file(role)?;
        read_csv(path, named_at, schema, self.sources, self.faults)
    }

    fn features(&mut self, role: &str, schema: &'static Schema) -> Option<Vec<Feature>> {
        let (path, named_at) = self.manifest.file(role)?;
        read_features(path, named_at, self.manifest.crs.epsg, schema, self.sources, self.faults)
    }

    /// A table whose rows have ids.
    fn listed(&mut self, role: &str, schema: &'static Schema, what: &'static str) -> (Table, Ids) {
        match self.table(role, schema) {
            Some(table) => {
                let ids = row_ids(table.rows.iter(), "id", what, self.faults);
                (table, ids)
            }
            None => (Table::default(), Ids::unread(what)),
        }
    }

    /// Features that have ids.
    fn drawn(&mut self, role: &str, schema: &'static Schema, what: &'static str) -> (Vec<Feature>, Ids) {
        match self.features(role, schema) {
            Some(features) => {
                let ids = row_ids(features.iter().map(|feature| &feature.row), "id", what, self.faults);
                (features, ids)
            }
            None => (Vec::new(), Ids::unread(what)),
        }
    }
}

fn row_ids<'a>(
    rows: impl Iterator<Item = &'a Row>,
    column: &str,
    what: &'static str,
    faults: &mut Collector,
) -> Ids {
    let mut names: Vec<String> = Vec::new();
    for cell in rows.filter_map(|row| row.cell(column)) {
        if names.contains(&cell.text) {
            let message = format!("the {what} `{}` stands twice", cell.text);
            let kind = quanyu_flow::FaultKind::Collision;
            faults.add(
                kind,
                cell.origin,
                message,
                &cell.text,
                "each id once",
                "rename or remove one of them",
            );
        } else {
            names.push(cell.text.clone());
        }
    }
    Ids::new(what, names)
}

/// Names in a column that may stand in many rows.
fn repeated_ids<'a>(rows: Option<impl Iterator<Item = &'a Row>>, column: &str, what: &'static str) -> Ids {
    let Some(rows) = rows else { return Ids::unread(what) };
    let mut names: Vec<String> =
        rows.filter_map(|row| row.cell(column)).map(|cell| cell.text.clone()).collect();
    names.dedup();
    Ids::new(what, names)
}

/// Loads every table that the manifest names.
pub(crate) fn load(manifest: &Manifest, sources: &mut Sources, faults: &mut Collector) -> (Tables, Names) {
    let mut load = Loader { manifest, sources, faults };
    let (sources, source_ids) = load.listed("sources", &schema::SOURCE, "source");
    let (outlines, outline_ids) = load.drawn("outlines", &schema::OUTLINE, "spring basin");
    let (counties, county_ids) = load.drawn("counties", &schema::COUNTY, "county");
    let (zones, zone_ids) = load.drawn("zones", &schema::ZONE, "zone");
    let (layers, layer_ids) = load.listed("layers", &schema::LAYER, "layer");
    let (rocks, rock_ids) = load.listed("rocks", &schema::ROCK, "rock");
    let (infiltration, surface_ids) = load.listed("infiltration", &schema::INFILTRATION, "kind of surface");
    let (faults_drawn, _) = load.drawn("faults", &schema::FAULT, "fault");
    let (mines, mine_ids) = load.drawn("mines", &schema::MINE, "mine");
    let boundaries = load.features("boundaries", &schema::BOUNDARY);
    let boundary_ids = match (&boundaries, manifest.file("boundaries")) {
        (None, Some(_)) => Ids::unread("boundary alternative"),
        (features, _) => repeated_ids(
            Some(features.iter().flatten().map(|feature| &feature.row)),
            "alternative",
            "boundary alternative",
        ),
    };
    let (rivers, river_ids) = load.listed("rivers", &schema::RIVER, "river");
    let (reaches, _) = load.drawn("reaches", &schema::REACH, "reach");
    let (springs, spring_ids) = load.listed("springs", &schema::SPRING, "spring");
    let (shapes, shape_ids) = load.listed("shapes", &schema::SHAPE, "month shape");
    let use_series = load.table("use_series", &schema::USE_SERIES);
    let series_ids = repeated_ids(use_series.as_ref().map(|table| table.rows.iter()), "series", "use series");
    let (groups, _) = load.listed("groups", &schema::GROUP, "group");
    let (projects, project_ids) = load.listed("projects", &schema::PROJECT, "project");
    let (observations, observation_ids) = load.listed("observations", &schema::OBSERVATION, "observation");
    let (marks, _) = load.listed("marks", &schema::MARK, "mark");
    let (ties, _) = load.listed("ties", &schema::TIE, "tie");
    let (parameters, parameter_ids) = load.listed("parameters", &schema::PARAMETER, "parameter");
    let tables = Tables {
        sources,
        outlines,
        counties,
        zones,
        layers,
        rocks,
        rock_areas: load.features("rock_areas", &schema::ROCK_AREA).unwrap_or_default(),
        infiltration,
        recharge_areas: load.features("recharge_areas", &schema::RECHARGE_AREA).unwrap_or_default(),
        faults: faults_drawn,
        mines,
        boundaries: boundaries.unwrap_or_default(),
        rivers,
        reaches,
        springs,
        spring_stages: load.table("spring_stages", &schema::SPRING_STAGE).unwrap_or_default(),
        climate: load.table("climate", &schema::CLIMATE).unwrap_or_default(),
        shapes,
        groups,
        use_series: use_series.unwrap_or_default(),
        projects,
        observations,
        marks,
        ties,
        parameters,
        sectors: load.table("sectors", &schema::SECTOR).unwrap_or_default(),
        crops: load.listed("crops", &schema::CROP, "crop").0,
        unconventional: load.listed("unconventional", &schema::UNCONVENTIONAL, "unconventional source").0,
        rain_enhancement: load.listed("rain_enhancement", &schema::RAIN_ENHANCEMENT, "programme").0,
        project_years: load.table("project_years", &schema::PROJECT_YEAR).unwrap_or_default(),
        warnings: load.table("warnings", &schema::WARNING).unwrap_or_default(),
        measured_levels: load.table("measured_levels", &schema::MEASURED_LEVEL).unwrap_or_default(),
    };
    let names = Names {
        sources: source_ids,
        outlines: outline_ids,
        counties: county_ids,
        zones: zone_ids,
        observations: observation_ids,
        layers: layer_ids,
        rocks: rock_ids,
        surfaces: surface_ids,
        mines: mine_ids,
        boundaries: boundary_ids,
        rivers: river_ids,
        springs: spring_ids,
        shapes: shape_ids,
        series: series_ids,
        parameters: parameter_ids,
        projects: project_ids,
    };
    (tables, names)
}

impl Table {
    /// A fault if the table has no row.
    pub(crate) fn need_rows(&self, what: &str, faults: &mut Collector) {
        if self.rows.is_empty() && self.origin != Origin::NONE {
            let message = format!("the basin has no {what}");
            faults.add(quanyu_flow::FaultKind::Missing, self.origin, message, "", "one or more rows", "");
        }
    }
}
