//! The basin: what is known about the ground, the water on it and the people who take it.
//!
//! [`Basin`] is plain data read from a folder (see `quanyu-files`); every number in it is a [`Figure`] with its source,
//! sureness and, where assumed, its range. [`discretise`] turns it into a flow model on any cell size.
//!
//! Coordinates are metres in the basin's projected reference system, elevations metres above datum, time is calendar dates,
//! flows are m³/d unless a name says otherwise.

mod added_recharge;
mod climate;
mod dated;
mod discretise;
mod figure;
mod grid;
mod gridded;
mod ground;
mod levers;
mod parameters;
mod placement;
mod places;
mod refine;
mod sampling;
mod stresses;
#[cfg(test)]
mod synthetic;
#[cfg(test)]
mod tests;
mod time;
mod water;

pub use climate::{Climate, PrecipitationYear};
pub use discretise::{Layout, discretise};
pub use figure::{Figure, Names, Range, Source, Sureness};
pub use grid::{Footprint, GridSpec};
pub use gridded::{
    CellShare, ColumnRecharge, ColumnShare, Gridded, Mask, MineCells, MineColumn, Note, ObservationCells,
    RiverCourse, RiverRow, SpringCell,
};
pub use ground::{
    BoundaryAlternative, FaultLine, InfiltrationKind, Layer, LayerRole, Mine, Parameter, ParameterKind,
    Raster, RechargeArea, Rock, RockArea,
};
pub use levers::{
    CapacityYear, Crop, DryYears, LeastUse, Levers, RainProgramme, SectorRates, UnconventionalKind,
    UnconventionalSource, WarningGrade, WarningIndicator, WarningThreshold, ZoneGrade,
};
pub use parameters::Parameters;
pub use places::{Basin, County, Crs, Observation, Outline, YearLevel, Zone};
pub use quanyu_flow::{Fault, FaultKind, Origin};
pub use stresses::{
    BOUNDARY, ColumnPart, CoveredColumn, MINE_DRAINAGE, Mining, NaturalStresses, PACKAGE_NAMES, RECHARGE,
    RIVERS, SPRINGS, WELLS,
};
pub use time::{Period, TimeFrame, days_between};
pub use water::{
    Booking, Group, GroupKind, IndexYear, Mark, MarkQuantity, MarkUse, OutletStage, Owner, Placement,
    Project, River, RiverReach, Sector, Spring, Tie, UseSeries,
};
