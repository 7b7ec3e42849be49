//! Rivers, springs, users, projects and the published marks and sums.

use geo::LineString;
use jiff::civil::Date;

use crate::{CapacityYear, DryYears, Figure, Names, Origin};

/// A river, routed downstream: it cannot lose more than flows in it.
#[derive(Clone, Debug)]
pub struct River {
    /// Id.
    pub id: String,
    /// Name.
    pub names: Names,
    /// Mean flow at the head of the first reach \[m³/s\].
    pub inflow: Figure,
    /// Month shape of the inflow (id in `Basin::month_shapes`).
    pub shape: String,
    /// River that it joins.
    pub joins: Option<String>,
    /// Reaches, downstream.
    pub reaches: Vec<RiverReach>,
    /// Where it stands.
    pub origin: Origin,
}

/// A reach of a river.
#[derive(Clone, Debug)]
pub struct RiverReach {
    /// Id.
    pub id: String,
    /// Course, downstream.
    pub line: LineString<f64>,
    /// Stage at its upper end \[m\].
    pub stage_from: Figure,
    /// Stage at its lower end \[m\].
    pub stage_to: Figure,
    /// Bed bottom below the stage \[m\].
    pub bed_depth: Figure,
    /// Bed conductance per metre of course \[m/d\].
    pub conductance: Figure,
    /// Layer it exchanges with (`None`: the uppermost present).
    pub layer: Option<String>,
    /// Where it stands.
    pub origin: Origin,
}

/// A spring outlet: a drain whose level is the outlet or the water standing over it, whichever is higher.
#[derive(Clone, Debug)]
pub struct Spring {
    /// Id.
    pub id: String,
    /// Name.
    pub names: Names,
    /// Spring basin id.
    pub basin: String,
    /// Layer id.
    pub layer: String,
    /// Position `[x, y]` \[m\].
    pub position: [f64; 2],
    /// Outlet elevation \[m\].
    pub elevation: Figure,
    /// Outlet conductance \[m²/d\].
    pub conductance: Figure,
    /// Dated stages of lakes and ponds over the outlet.
    pub stages: Vec<OutletStage>,
    /// Main outlet of its basin (others are small or dried up).
    pub main: bool,
    /// Date from which it is known to be dry, where quoted.
    pub dried: Option<Date>,
    /// Where it stands.
    pub origin: Origin,
}

/// Water standing over an outlet.
#[derive(Clone, Debug)]
pub struct OutletStage {
    /// From this date.
    pub from: Date,
    /// Until this date, exclusive.
    pub to: Option<Date>,
    /// Months in which it stands; all when empty. A yearly step uses the mean over its months.
    pub months: Vec<i8>,
    /// Stage \[m\].
    pub stage: Figure,
}

/// Who uses the water.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sector {
    /// Town and village households and public services.
    Domestic,
    /// Industry, power and mines' own use.
    Industry,
    /// Irrigation.
    Irrigation,
    /// Forestry, livestock, fishery, ecology.
    Ecology,
    /// Water lifted to keep mines dry.
    MineDrainage,
}

/// Who owns the works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// Public waterworks.
    Public,
    /// Self-supply well (自备井).
    SelfSupply,
    /// Village or township.
    Village,
    /// Mine.
    Mine,
}

/// How the water is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// Wells: a rate asked of cells.
    Wells,
    /// A spring intake: taken from the flow of the spring, at most all of it.
    SpringIntake {
        /// Spring id.
        spring: String,
    },
    /// Drainage of a mine: whatever the model says flows into it.
    MineDrainage {
        /// Mine id.
        mine: String,
    },
}

/// What the city's statistics book the take as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Booking {
    /// Groundwater: counted by the cap on the statistical basis.
    Groundwater,
    /// Surface water (the power plant's spring intake).
    Surface,
    /// Other sources (mine water).
    Other,
}

/// Where a group's wells are.
#[derive(Clone, Debug, PartialEq)]
pub enum Placement {
    /// Around a point, spread over a radius \[m\].
    Point {
        /// Centre `[x, y]` \[m\].
        position: [f64; 2],
        /// Radius \[m\].
        radius: f64,
    },
    /// Spread evenly over a zone.
    Zone(String),
    /// Spread evenly over the part of a county that lies in a spring basin.
    CountyInBasin {
        /// County id.
        county: String,
        /// Spring basin id.
        basin: String,
    },
    /// Not in the model: outside both basins (counted by the cap, not by the physics).
    Outside,
}

/// An abstraction group: one row of the ledger.
#[derive(Clone, Debug)]
pub struct Group {
    /// Id.
    pub id: String,
    /// Name.
    pub names: Names,
    /// County id; `None` outside the city.
    pub county: Option<String>,
    /// Spring basin id; `None` outside both.
    pub basin: Option<String>,
    /// Layer id that it takes from (`None` outside the model).
    pub layer: Option<String>,
    /// Zone or sub-zone id.
    pub zone: Option<String>,
    /// Sector.
    pub sector: Sector,
    /// Owner.
    pub owner: Owner,
    /// How.
    pub kind: GroupKind,
    /// Statistical booking.
    pub booking: Booking,
    /// Where; for spring intakes and mine drainage this is `Outside` and unused.
    pub placement: Placement,
    /// True where no publication says where the take is and `placement` is our assumption.
    pub location_unknown: bool,
    /// Year that `take` belongs to.
    pub base_year: i16,
    /// Take in the base year \[m³/a\].
    pub take: Figure,
    /// Use series that carries it through the years.
    pub series: String,
    /// Month shape id.
    pub shape: String,
    /// Free tags for selections.
    pub tags: Vec<String>,
    /// Where it stands.
    pub origin: Origin,
}

/// One year of a use series.
#[derive(Clone, Debug)]
pub struct IndexYear {
    /// Year.
    pub year: i16,
    /// Use relative to any common level \[-\]; only ratios between years matter.
    pub index: Figure,
}

/// How use developed: linear between its years, constant before the first and after the last.
#[derive(Clone, Debug)]
pub struct UseSeries {
    /// Id.
    pub id: String,
    /// Rows, ascending.
    pub years: Vec<IndexYear>,
    /// Where it stands.
    pub origin: Origin,
}

/// A substitution project.
#[derive(Clone, Debug)]
pub struct Project {
    /// Id.
    pub id: String,
    /// Name.
    pub names: Names,
    /// Delivers nothing before.
    pub start: Date,
    /// Capacity at its full size \[m³/a\].
    pub capacity: Figure,
    /// Years from start to full capacity, linear \[a\].
    pub ramp_years: Figure,
    /// Share lost between intake and user \[-\].
    pub loss: Figure,
    /// Capacity from certain years on, ascending; before the first, and where there is none, `capacity` holds.
    pub capacity_years: Vec<CapacityYear>,
    /// What it brings in dry years; all of its capacity where nothing is said.
    pub dry: Option<DryYears>,
    /// Counties it reaches.
    pub counties: Vec<String>,
    /// River that it draws on, and so lowers, in the model.
    pub river: Option<String>,
    /// Where it stands.
    pub origin: Origin,
}

/// What a mark measures.
#[derive(Clone, Debug, PartialEq)]
pub enum MarkQuantity {
    /// Mean flow of a spring \[m³/s\].
    SpringFlow {
        /// Spring id.
        spring: String,
    },
    /// Trend of level in a zone \[m/a\]; usually only its sign is known.
    LevelTrend {
        /// Zone id.
        zone: String,
    },
    /// Trend of a spring's flow relative to its mean over the period \[1/a\].
    FlowTrend {
        /// Spring id.
        spring: String,
    },
    /// Flow at the end over flow at the beginning of the period, minus one \[-\].
    FlowChange {
        /// Spring id.
        spring: String,
    },
}

/// What a mark may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkUse {
    /// In the objective of the calibration.
    Calibrate,
    /// Never seen by the calibration; printed beside it.
    HoldOut,
}

/// A published mark.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Id.
    pub id: String,
    /// Name.
    pub names: Names,
    /// What it measures.
    pub quantity: MarkQuantity,
    /// First year.
    pub from: i16,
    /// Last year, inclusive.
    pub to: i16,
    /// Value; its range is what counts as agreement (half-open ends may be infinite).
    pub value: Figure,
    /// Use.
    pub usage: MarkUse,
    /// Where it stands.
    pub origin: Origin,
}

/// A published sum that the groups must add up to.
#[derive(Clone, Debug)]
pub struct Tie {
    /// Id.
    pub id: String,
    /// County it sums over (`None`: all of them, and nothing outside the city).
    pub county: Option<String>,
    /// Zone it sums over, sub-zones included (`None`: all).
    pub zone: Option<String>,
    /// Booking it sums over (`None`: all).
    pub booking: Option<Booking>,
    /// First year of the mean.
    pub from: i16,
    /// Last year of the mean, inclusive.
    pub to: i16,
    /// Published total \[m³/a\].
    pub total: Figure,
    /// Allowed relative difference \[-\] (rounding of the published figure).
    pub tolerance: f64,
    /// Where it stands.
    pub origin: Origin,
}

impl UseSeries {
    /// Index of a year: linear between rows, constant beyond them; `pick` chooses value, low or high.
    pub fn index(&self, year: i16, pick: impl Fn(&Figure) -> f64) -> f64 {
        let after = self.years.partition_point(|row| row.year <= year);
        match (after.checked_sub(1).and_then(|before| self.years.get(before)), self.years.get(after)) {
            (Some(before), Some(next)) => {
                let share = f64::from(year - before.year) / f64::from(next.year - before.year);
                (1.0 - share) * pick(&before.index) + share * pick(&next.index)
            }
            (Some(only), None) | (None, Some(only)) => pick(&only.index),
            (None, None) => 0.0,
        }
    }
}
