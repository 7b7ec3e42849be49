//! MODFLOW 6: its input files into plain documents and back, and its output files.
//!
//! [`read`] takes a simulation of one groundwater-flow model on a structured grid (DIS) and gives a [`Simulation`] that says
//! what the files say, or every fault of every file at once. Units are the model's own. What is not supported is refused by
//! name, file and line.

mod array;
mod array_series;
mod arrays;
mod barrier;
mod block;
mod check;
mod clock;
mod constant_head;
mod drain;
mod evapotranspiration;
mod general_head;
mod grid;
mod initial;
mod list;
mod model;
mod observation;
mod option;
mod output_control;
mod package;
mod period;
mod property;
mod reading;
mod recharge;
pub mod results;
mod river;
mod series;
mod show;
mod simulation;
mod solver;
mod source;
mod storage;
#[cfg(test)]
mod testing;
mod time;
mod values;
mod varying;
mod well;
mod word;
mod write;

pub use array_series::{ArraySeries, SeriesName};
pub use arrays::{ArrayKind, ArrayPackage, ArrayValue, ArraysRow};
pub use barrier::{Barrier, Barriers};
pub use clock::{Clock, TimeStep};
pub use constant_head::{ConstantHead, ConstantHeads};
pub use drain::{Drain, DrainOptions, Drains};
pub use evapotranspiration::{
    Evapotranspiration, EvapotranspirationArrays, EvapotranspirationKind, EvapotranspirationOptions,
    Evapotranspirations,
};
pub use general_head::{GeneralHead, GeneralHeads};
pub use grid::Grid;
pub use initial::Initial;
pub use list::{ListPackage, RowPlace, StressRow, Value};
pub use model::FlowModel;
pub use observation::{Observation, ObservationFile, ObservationOutput, Quantity, Target};
pub use option::{FileName, PackageOptions};
pub use output_control::{Action, Notation, Output, OutputControl, OutputRow, PrintFormat, When};
pub use package::Package;
pub use period::{Period, Periods};
pub use property::{CellAveraging, Property, Rewetting};
pub use recharge::{Recharge, RechargeArrays, RechargeKind, Recharges, UppermostOptions};
pub use river::{River, Rivers};
pub use series::{Interpolation, TimeSeries};
pub use show::render;
pub use simulation::{InputFaults, ReadSimulation, Simulation, read};
pub use solver::{
    Acceleration, Complexity, NoContinuation, PrintOption, Reordering, ResidualTest, Scaling, Solver,
    UnderRelaxation,
};
pub use source::{Mark, Place, Sources};
pub use storage::Storage;
pub use time::{AdaptiveSteps, StressPeriod, Time, TimeUnit};
pub use values::{CellValues, LayerValues};
pub use varying::{Conductivity, ConductivityChange, VaryingConductivity};
pub use well::{Well, WellOptions, Wells};
pub use write::{TextFile, conductivity_block, input_files, period_block, write_input};
