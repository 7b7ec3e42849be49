//! Layers, rock, recharge, faults and mines.

use geo::{LineString, MultiPolygon};
use jiff::civil::Date;
use ndarray::Array2;

use crate::{Figure, Names, Origin};

/// A regular raster, row 0 in the north; values at cell centres, bilinear between them, NaN where unknown.
#[derive(Clone, Debug)]
pub struct Raster {
    /// Upper-left corner `[x, y]` \[m\].
    pub corner: [f64; 2],
    /// Cell size \[m\].
    pub cell: f64,
    /// Values, rows × columns.
    pub values: Array2<f64>,
    /// Provenance of the surface as a whole: value is its vertical error \[m\].
    pub provenance: Figure,
}

/// What a layer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerRole {
    /// Loess, alluvium and weathered cover.
    Cover,
    /// Coal measures: fissured sandstone and mudstone, an aquitard.
    CoalMeasures,
    /// Karst limestone.
    Karst,
}

/// A layer, described by its bottom; its top is the bottom of the one above (the ground for the first).
#[derive(Clone, Debug)]
pub struct Layer {
    /// Id.
    pub id: String,
    /// Name.
    pub names: Names,
    /// What it is.
    pub role: LayerRole,
    /// Bottom elevation \[m\]; where not below the top the layer is absent (pinched out).
    pub bottom: Raster,
    /// Thinner than this it counts as absent \[m\].
    pub least_thickness: Figure,
    /// Rock kind where no area says otherwise.
    pub rock: String,
    /// Where it stands.
    pub origin: Origin,
}

/// A rock kind's hydraulic properties.
#[derive(Clone, Debug)]
pub struct Rock {
    /// Id.
    pub id: String,
    /// Name.
    pub names: Names,
    /// Horizontal conductivity \[m/d\].
    pub conductivity: Figure,
    /// Vertical over horizontal conductivity \[-\].
    pub vertical_ratio: Figure,
    /// Specific storage \[1/m\].
    pub specific_storage: Figure,
    /// Specific yield \[-\].
    pub specific_yield: Figure,
    /// Where it stands.
    pub origin: Origin,
}

/// Where a rock kind lies.
#[derive(Clone, Debug)]
pub struct RockArea {
    /// Layer id.
    pub layer: String,
    /// Rock id.
    pub rock: String,
    /// Area.
    pub polygon: MultiPolygon<f64>,
    /// Where it stands.
    pub origin: Origin,
}

/// How much rain a surface lets in.
#[derive(Clone, Debug)]
pub struct InfiltrationKind {
    /// Id.
    pub id: String,
    /// Name.
    pub names: Names,
    /// Recharge over precipitation \[-\].
    pub coefficient: Figure,
}

/// Where a surface kind lies; the first has no polygon and covers all.
#[derive(Clone, Debug)]
pub struct RechargeArea {
    /// Kind.
    pub kind: InfiltrationKind,
    /// Area; `None` is everywhere.
    pub polygon: Option<MultiPolygon<f64>>,
    /// Where it stands.
    pub origin: Origin,
}

/// A fault that hinders horizontal flow.
#[derive(Clone, Debug)]
pub struct FaultLine {
    /// Id.
    pub id: String,
    /// Name.
    pub names: Names,
    /// Trace.
    pub line: LineString<f64>,
    /// Layers it cuts.
    pub layers: Vec<String>,
    /// Hydraulic characteristic: conductivity over width of the fault zone \[1/d\].
    pub characteristic: Figure,
    /// Where it stands.
    pub origin: Origin,
}

/// A coal-mining area: a dated stress of its own that persists after closure.
///
/// The mined share of the area grows linearly from `start` to `end`. Where mined, seam-floor cells drain, the vertical
/// conductivity of the coal measures is multiplied, and recharge is multiplied (broken aquifers and cut runoff).
#[derive(Clone, Debug)]
pub struct Mine {
    /// Id.
    pub id: String,
    /// Name.
    pub names: Names,
    /// Area.
    pub polygon: MultiPolygon<f64>,
    /// Mining begins.
    pub start: Date,
    /// Mining has reached the whole area.
    pub end: Date,
    /// Pumps stop (drainage ends; broken rock stays broken).
    pub closure: Option<Date>,
    /// Height of the seam floor above the bottom of the coal measures \[m\].
    pub seam_floor: Figure,
    /// Drain conductance per area of mined seam \[1/d\].
    pub drain_conductance: Figure,
    /// Factor on vertical conductivity of the coal measures over mined seams \[-\].
    pub vertical_factor: Figure,
    /// Factor on recharge over mined seams \[-\].
    pub recharge_factor: Figure,
    /// Where it stands.
    pub origin: Origin,
}

/// An alternative to the no-flow outer boundary: a general head along a stretch.
#[derive(Clone, Debug)]
pub struct BoundaryAlternative {
    /// Alternative that it belongs to.
    pub alternative: String,
    /// Stretch of the outer boundary.
    pub line: LineString<f64>,
    /// Layers it acts on.
    pub layers: Vec<String>,
    /// Outer head \[m\].
    pub head: Figure,
    /// Conductance per metre of boundary \[m/d\].
    pub conductance: Figure,
    /// Where it stands.
    pub origin: Origin,
}

/// What a free parameter multiplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParameterKind {
    /// Conductivity of every karst layer.
    KarstConductivity,
    /// Infiltration coefficient of every surface.
    Infiltration,
    /// Conductance of every spring outlet.
    SpringConductance,
    /// Conductance of every river bed.
    RiverbedConductance,
    /// Drain conductance of every mine.
    MineDrainage,
    /// Specific yield of every karst rock.
    KarstSpecificYield,
}

impl ParameterKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::KarstConductivity,
        Self::Infiltration,
        Self::SpringConductance,
        Self::RiverbedConductance,
        Self::MineDrainage,
        Self::KarstSpecificYield,
    ];
}

/// A free parameter: a multiplier with a prior.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Id.
    pub id: String,
    /// Name.
    pub names: Names,
    /// What it multiplies.
    pub kind: ParameterKind,
    /// Prior best value and range \[-\].
    pub prior: Figure,
    /// True where calibration may move it.
    pub free: bool,
    /// Calibrated value \[-\]; `None` before calibration.
    pub calibrated: Option<f64>,
    /// Where it stands.
    pub origin: Origin,
}

impl Parameter {
    /// The value a run uses: calibrated if there is one, else the prior.
    pub fn value(&self) -> f64 {
        self.calibrated.unwrap_or(self.prior.value)
    }
}
