//! The basin and the places in it.

use geo::MultiPolygon;

use crate::{
    BoundaryAlternative, Climate, FaultLine, Figure, Group, Layer, Levers, Mark, Mine, Names, Origin,
    Parameter, Project, Raster, RechargeArea, River, Rock, RockArea, Source, Spring, Tie, TimeFrame,
    UseSeries, ZoneGrade,
};

/// Projected coordinate reference system, metres.
#[derive(Clone, Debug, PartialEq)]
pub struct Crs {
    /// EPSG code.
    pub epsg: u32,
    /// Its name in the EPSG register.
    pub name: String,
}

/// Everything known about the basin; see the crate documentation.
#[derive(Clone, Debug)]
pub struct Basin {
    /// Id, used in file names.
    pub id: String,
    /// Title.
    pub title: Names,
    /// Reference system of every coordinate.
    pub crs: Crs,
    /// Simulated time.
    pub time: TimeFrame,
    /// Sources that figures refer to.
    pub sources: Vec<Source>,
    /// Spring basins; their union is the model domain.
    pub outlines: Vec<Outline>,
    /// Counties, also outside the spring basins.
    pub counties: Vec<County>,
    /// Overdraft zones and sub-zones.
    pub zones: Vec<Zone>,
    /// Elevation of the ground \[m\].
    pub ground: Raster,
    /// Layers from the top down.
    pub layers: Vec<Layer>,
    /// Rock kinds.
    pub rocks: Vec<Rock>,
    /// Where each rock kind lies; a later area overrides an earlier one.
    pub rock_areas: Vec<RockArea>,
    /// Surface kinds by how much rain they let in; a later area overrides an earlier one.
    pub recharge_areas: Vec<RechargeArea>,
    /// Faults that hinder flow.
    pub faults: Vec<FaultLine>,
    /// Coal mines.
    pub mines: Vec<Mine>,
    /// Alternatives to the no-flow outer boundary.
    pub boundary_alternatives: Vec<BoundaryAlternative>,
    /// Alternative in use; `None` is no-flow.
    pub boundary: Option<String>,
    /// Rivers.
    pub rivers: Vec<River>,
    /// Springs.
    pub springs: Vec<Spring>,
    /// Rain.
    pub climate: Climate,
    /// Who takes water.
    pub groups: Vec<Group>,
    /// How use developed.
    pub use_series: Vec<UseSeries>,
    /// Shares of the year by month, named; each sums to one.
    pub month_shapes: Vec<(String, [f64; 12])>,
    /// Substitution projects.
    pub projects: Vec<Project>,
    /// Points where levels are reported.
    pub observations: Vec<Observation>,
    /// Published marks to calibrate against or to hold out.
    pub marks: Vec<Mark>,
    /// Published sums that the groups must add up to.
    pub ties: Vec<Tie>,
    /// Free parameters.
    pub parameters: Vec<Parameter>,
    /// What the policy's levers need.
    pub levers: Levers,
}

/// A spring basin.
#[derive(Clone, Debug)]
pub struct Outline {
    /// Id.
    pub id: String,
    /// Name.
    pub names: Names,
    /// Outline.
    pub polygon: MultiPolygon<f64>,
    /// Official area \[km²\].
    pub area: Figure,
    /// Where it stands.
    pub origin: Origin,
}

/// A county of the city.
#[derive(Clone, Debug)]
pub struct County {
    /// Id.
    pub id: String,
    /// Name.
    pub names: Names,
    /// Outline (simplified).
    pub polygon: MultiPolygon<f64>,
    /// Area \[km²\].
    pub area: Figure,
    /// Where it stands.
    pub origin: Origin,
}

/// An overdraft zone or sub-zone.
#[derive(Clone, Debug)]
pub struct Zone {
    /// Id.
    pub id: String,
    /// Zone that this sub-zone belongs to.
    pub parent: Option<String>,
    /// Name.
    pub names: Names,
    /// Outline.
    pub polygon: MultiPolygon<f64>,
    /// Area \[km²\].
    pub area: Option<Figure>,
    /// Allowable abstraction 可开采量 \[m³/a\]; published and administrative.
    pub allowable: Option<Figure>,
    /// Published grade of its overdraft; a sub-zone without one has that of its zone.
    pub grade: Option<ZoneGrade>,
    /// Where it stands.
    pub origin: Origin,
}

/// A measured level.
#[derive(Clone, Debug)]
pub struct YearLevel {
    /// Year.
    pub year: i16,
    /// Level of the year, at the same season every year \[m\].
    pub level: Figure,
}

/// A point where the model's level is reported.
#[derive(Clone, Debug)]
pub struct Observation {
    /// Id.
    pub id: String,
    /// Name.
    pub names: Names,
    /// Position `[x, y]` \[m\].
    pub position: [f64; 2],
    /// Layer id.
    pub layer: String,
    /// Zone whose level it stands for.
    pub zone: Option<String>,
    /// True where a real well with measurements stands behind it.
    pub measured: bool,
    /// What was measured there, by year, ascending.
    pub levels: Vec<YearLevel>,
    /// Where it stands.
    pub origin: Origin,
}
