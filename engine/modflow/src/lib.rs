//! MODFLOW 6 simulations, run by the flow engine.
//!
//! [`run`] reads a folder with an `mfsim.nam`, refuses by file and line whatever is wrong or not supported before it
//! writes anything, then plays the simulation step by step and writes the files that MODFLOW 6 would write, flushed
//! after every step: heads, flows, grid, observations, budget and listings. Units are the model's own.

mod export;
mod faces;
mod failure;
mod output;
mod play;
mod run;
mod translate;

pub use export::{Export, ExportFailure, OwnHeads};
pub use failure::{StepStopped, Stopped};
pub use run::{Finished, Progress, run};
