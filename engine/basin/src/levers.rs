//! What the policy's levers need to know of the people and their water, besides who takes how much.

use jiff::civil::Date;

use crate::{Figure, Names, Origin, Sector};

/// How far the published assessment says a zone is overdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ZoneGrade {
    /// General overdraft (一般超采).
    General,
    /// Severe overdraft (严重超采).
    Severe,
}

/// Data for measures that go by sector, crop or source; all of it may be empty, and then the measures that need it say so.
#[derive(Clone, Debug, Default)]
pub struct Levers {
    /// Sectors.
    pub sectors: Vec<SectorRates>,
    /// Crops.
    pub crops: Vec<Crop>,
    /// Reclaimed water, mine water, cisterns.
    pub sources: Vec<UnconventionalSource>,
    /// From when on a zone is warned of.
    pub warnings: Vec<WarningThreshold>,
    /// Programmes of rain enhancement.
    pub rain: Vec<RainProgramme>,
}

/// What early warning goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WarningIndicator {
    /// Overdraft coefficient, take over allowable abstraction less one \[-\].
    Overdraft,
    /// Fall of the level \[m/a\].
    LevelFall,
    /// Decay of the springs' discharge \[1/a\].
    SpringDecay,
}

/// How serious it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WarningGrade {
    /// Worth watching (临界).
    Attention,
    /// Overdrawn (超载).
    Overdrawn,
    /// Severely overdrawn (严重超载).
    Severe,
}

/// From when on a grade holds.
#[derive(Clone, Debug)]
pub struct WarningThreshold {
    /// Zone, with its sub-zones, for which it stands in for the general ones of its indicator; `None`: every zone without its own.
    pub zone: Option<String>,
    /// By what.
    pub indicator: WarningIndicator,
    /// Grade.
    pub grade: WarningGrade,
    /// It holds above this, in the unit of the indicator.
    pub above: Figure,
    /// Where it stands.
    pub origin: Origin,
}

/// How a sector answers to prices, and what of its water comes back.
#[derive(Clone, Debug)]
pub struct SectorRates {
    /// Sector.
    pub sector: Sector,
    /// Price elasticity of demand \[-\], 0 or less: demand goes by (price / price before) to this power.
    pub elasticity: Figure,
    /// Price of water before any measure, taxes included \[yuan/m³\].
    pub price: Figure,
    /// What the last m³ is worth to its user \[yuan/m³\]: who sells and who buys in a trade.
    pub value: Figure,
    /// Share of the take that seeps back into the layer below the field or the street \[-\].
    pub returned: Figure,
    /// Where it stands.
    pub origin: Origin,
}

/// A crop and what it is watered with.
#[derive(Clone, Debug)]
pub struct Crop {
    /// Id.
    pub id: String,
    /// Name.
    pub names: Names,
    /// Irrigation quota, as taken from the well \[m³/m²/a\].
    pub quota: Figure,
    /// Where it stands.
    pub origin: Origin,
}

/// What kind of water a source brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnconventionalKind {
    /// Treated waste water (再生水).
    Reclaimed,
    /// Water lifted from mines (矿井水); its lifting stays an abstraction of its own.
    MineWater,
    /// Rain collected in cisterns (窖池集雨).
    Cistern,
}

/// A source outside rivers and aquifers.
#[derive(Clone, Debug)]
pub struct UnconventionalSource {
    /// Id.
    pub id: String,
    /// Name.
    pub names: Names,
    /// Kind.
    pub kind: UnconventionalKind,
    /// What there is of it \[m³/a\].
    pub available: Figure,
    /// Share that must be used \[-\], and from when, where the policy says.
    pub least: Option<LeastUse>,
    /// Counties that it reaches.
    pub counties: Vec<String>,
    /// Sectors that can use it.
    pub sectors: Vec<Sector>,
    /// Where it stands.
    pub origin: Origin,
}

/// A programme of rain enhancement (人工增雨): clouds are seeded, and more rain falls while that goes on.
#[derive(Clone, Debug)]
pub struct RainProgramme {
    /// Id.
    pub id: String,
    /// Name.
    pub names: Names,
    /// What it adds, as a share of the rain that falls where and while it works \[-\].
    pub gain: Figure,
    /// Where it stands.
    pub origin: Origin,
}

/// The least share of a source that must be used.
#[derive(Clone, Debug)]
pub struct LeastUse {
    /// Share \[-\].
    pub share: Figure,
    /// From this date; `None` where the policy sets none.
    pub from: Option<Date>,
}

/// What a project brings in dry years.
#[derive(Clone, Debug)]
pub struct DryYears {
    /// A year is dry whose rain is below this share of the long-term mean \[-\].
    pub below: Figure,
    /// Share of its capacity that the project brings then \[-\].
    pub share: Figure,
}

/// Capacity of a project from a year on, in place of its full size.
#[derive(Clone, Debug)]
pub struct CapacityYear {
    /// From this year until the next row.
    pub year: i16,
    /// Capacity \[m³/a\].
    pub capacity: Figure,
}

impl Levers {
    /// What is known of a sector.
    pub fn sector(&self, sector: Sector) -> Option<&SectorRates> {
        self.sectors.iter().find(|row| row.sector == sector)
    }
}
