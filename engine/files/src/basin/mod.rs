//! Reading a basin folder.

mod calibration;
mod ground;
mod levers;
mod manifest;
mod places;
mod published;
mod schemas;
mod tables;
mod users;
mod water;

use std::path::{Path, PathBuf};

use quanyu_basin::{Basin, Climate, Figure, Raster, Sureness};
use quanyu_flow::{Fault, FaultKind, Origin};
use quanyu_policy::Target;

pub use calibration::write_calibration;
pub(crate) use levers::SOURCE_KINDS;
pub(crate) use manifest::read_names;
pub(crate) use users::{OWNERS, SECTORS};

use crate::diagnostic::{Collector, Ids, InputHash, Sources};
use crate::document::toml_tree::{Tree, read_toml};
use crate::targets::read_targets;

/// A basin as read from its folder.
#[derive(Clone, Debug)]
pub struct BasinFolder {
    /// The folder.
    pub folder: PathBuf,
    /// The basin.
    pub basin: Basin,
    /// Its default targets.
    pub targets: Vec<Target>,
    /// Hash of every file of the folder that was read.
    pub inputs: Vec<InputHash>,
    /// File that calibrated parameters are read from, and written to; `None` where the basin names none.
    pub calibrated: Option<PathBuf>,
    /// The default targets as written, for scenarios to change key by key.
    pub(crate) target_trees: Vec<Tree>,
    /// Sources that figures may refer to.
    pub(crate) source_ids: Ids,
}

impl BasinFolder {
    /// The same folder with another basin in it, as a member of an ensemble draws one.
    #[must_use]
    pub fn with_basin(&self, basin: Basin) -> Self {
        Self { basin, ..self.clone() }
    }
}

/// Reads a basin folder: `basin.toml` and every file that it names.
///
/// Every table is read whole, references between tables are checked, the shapes of the year must sum to one, and the groups
/// must add up to the published sums.
///
/// # Errors
///
/// All faults of all files at once; [`crate::render`] shows them with the text they stand in.
pub fn read_basin(folder: &Path, sources: &mut Sources) -> Result<BasinFolder, Vec<Fault>> {
    read_basin_named_at(folder, Origin::NONE, sources)
}

/// As [`read_basin`]; `named_at` is the place that names the folder.
pub(crate) fn read_basin_named_at(
    folder: &Path,
    named_at: Origin,
    sources: &mut Sources,
) -> Result<BasinFolder, Vec<Fault>> {
    let mut faults = Collector::default();
    let openings = sources.openings();
    let Some(manifest) = manifest::read_manifest(folder, named_at, sources, &mut faults) else {
        return Err(faults.into_faults());
    };
    let (tables, names) = tables::load(&manifest, sources, &mut faults);
    let ground = ground::read_ground(&manifest, &names.sources, sources, &mut faults);
    let layers = ground::read_layers(folder, &tables, &names, sources, &mut faults);
    let outlines = places::read_outlines(&tables, &names, &mut faults);
    let month_shapes = water::read_shapes(&tables, &names, &mut faults);
    let climate = water::read_climate(&tables, &names, &month_shapes, &mut faults);
    let parameters = ground::read_parameters(&manifest, &tables, &names, sources, &mut faults);
    if let Some((name, origin)) =
        manifest.boundary.as_ref().filter(|(name, _)| !names.boundaries.contains(name))
    {
        faults.unknown_name(*origin, name, &names.boundaries);
    }
    if outlines.is_empty() && names.outlines.is_read() {
        let origin = manifest.origin;
        faults.add(
            FaultKind::Missing,
            origin,
            "the basin has no outline",
            "",
            "one or more spring basins",
            "",
        );
    }
    let mut rasters: Vec<(&str, &Raster, Origin)> =
        layers.iter().map(|layer| ("bottom of a layer", &layer.bottom, layer.origin)).collect();
    rasters.extend(ground.as_ref().map(|raster| ("ground", raster, manifest.origin)));
    places::check_domain(&outlines, &rasters, &mut faults);
    let before_users = faults.len();
    let counties = places::read_counties(&tables, &names, &mut faults);
    let zones = places::read_zones(&tables, &names, &mut faults);
    let springs = water::read_springs(&tables, &names, &outlines, &mut faults);
    let groups = users::read_groups(&tables, &names, &outlines, &mut faults);
    let use_series = users::read_use_series(&tables, &names, &mut faults);
    let ties = published::read_ties(&tables, &names, &mut faults);
    let users_read = faults.len() == before_users;
    let basin = Basin {
        id: manifest.id.clone(),
        title: manifest.title.clone(),
        crs: manifest.crs.clone(),
        time: manifest.time,
        sources: published::read_sources(&tables, &mut faults),
        counties,
        zones,
        ground: ground.unwrap_or_else(no_raster),
        layers,
        rocks: ground::read_rocks(&tables, &names, &mut faults),
        rock_areas: ground::read_rock_areas(&tables, &names, &mut faults),
        recharge_areas: ground::read_recharge_areas(&tables, &names, &mut faults),
        faults: ground::read_faults(&tables, &names, &mut faults),
        mines: ground::read_mines(&tables, &names, &mut faults),
        boundary_alternatives: ground::read_boundaries(&tables, &names, &mut faults),
        boundary: manifest.boundary.as_ref().map(|(name, _)| name.clone()),
        rivers: water::read_rivers(&tables, &names, &mut faults),
        springs,
        climate: climate.unwrap_or_else(|| Climate {
            mean: no_figure(),
            years: Vec::new(),
            monthly: [0.0; 12],
        }),
        groups,
        use_series,
        month_shapes,
        projects: users::read_projects(&tables, &names, &mut faults),
        observations: places::read_observations(&tables, &names, &outlines, &mut faults),
        marks: published::read_marks(&tables, &names, &mut faults),
        ties,
        parameters,
        levers: levers::read_levers(&tables, &names, &mut faults),
        outlines,
    };
    // A sum over groups that were not read whole says nothing.
    if users_read {
        published::check_series(&basin, &tables, &mut faults);
        published::check_ties(&basin, &tables, &mut faults);
    }
    let before_targets = faults.len();
    let mut target_trees = Vec::new();
    if let Some((path, named_at)) = manifest.file("targets")
        && let Some((tree, whole)) = read_toml(path, named_at, sources, &mut faults)
    {
        tree.check_keys("a file of targets", &["target"], &mut faults);
        target_trees = tree.tables("target", &mut faults).into_iter().cloned().collect();
        if !whole {
            faults.forget(before_targets, FaultKind::Missing);
        }
    }
    let targets = read_targets(&target_trees, &basin, &names.sources, &mut faults);
    let inputs = sources.hashes_since(openings);
    faults.finish(BasinFolder {
        folder: folder.to_owned(),
        basin,
        targets,
        inputs,
        calibrated: manifest.file("calibrated").map(|(path, _)| path.to_owned()),
        target_trees,
        source_ids: names.sources,
    })
}

/// Stands in for a figure at fault; never returned to a caller, for there is a fault.
fn no_figure() -> Figure {
    Figure {
        value: f64::NAN,
        range: None,
        sureness: Sureness::Inferred,
        source: String::new(),
        origin: Origin::NONE,
    }
}

/// Stands in for a raster at fault.
fn no_raster() -> Raster {
    Raster { corner: [0.0; 2], cell: 1.0, values: ndarray::Array2::zeros((0, 0)), provenance: no_figure() }
}
