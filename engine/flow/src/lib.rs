//! Groundwater flow by control-volume finite differences on layered rectilinear grids.
//!
//! A [`Model`] describes an aquifer and may be wrong; [`check`] turns it into a [`Problem`], which cannot be. A
//! [`Simulation`] advances heads under [`Stresses`] and lends each [`Step`]. Signs: positive into the aquifer.
//! Units: the crate assumes none beyond consistency; the documentation says metres and days.

mod assembly;
mod balance;
mod boundaries;
mod check;
mod face_flows;
mod faces;
mod failure;
mod fault;
mod geometry;
mod grid;
mod islands;
mod jacobian;
mod kinks;
pub mod laws;
mod linear;
mod linearised;
mod lines;
mod model;
mod models;
mod options;
mod outer;
mod package;
mod picard;
mod properties;
mod rescue;
mod rock;
mod routing;
mod settings;
mod simulation;
mod smoothing;
mod solver;
mod state;
mod steady;
mod step;
mod stream;
mod stresses;
mod tally;
mod vertical;
mod watch;
mod zone;

pub use face_flows::FaceFlows;
pub use failure::{FailureCause, Sign, StepFailure, WorstCell};
pub use fault::{Fault, FaultKind, Origin};
pub use grid::{CellKind, Grid};
pub use linear::LinearChoice;
pub use model::{Formulation, Model, ModelOrigins, Problem, check};
pub use options::{Averaging, Drying, Laws, Rewetting, StorageLaw, VerticalConductance, WettingHead};
pub use package::{
    ConstantHead, DepthScaling, Drain, Evapotranspiration, Exchange, GeneralHead, NamedPackage, Package,
    Recharge, River, Well, Wells,
};
pub use picard::{Acceleration, Backtracking, InnerResidual, PicardSettings, UnderRelaxation};
pub use properties::{Barrier, Properties, PropertyChange};
pub use settings::{LinearModel, Method, Settings};
pub use simulation::Simulation;
pub use state::{DRY_HEAD, NO_HEAD, State};
pub use step::{Budget, BudgetTerm, Step, StepReport};
pub use stream::{Reach, Stream, StreamFlow, StreamTake};
pub use stresses::Stresses;
pub use watch::OuterIteration;
pub use zone::ZoneBudget;
