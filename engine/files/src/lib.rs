//! Documents in, results out and in again.
//!
//! Readers turn a basin folder ([`read_basin`]) and scenario files ([`read_scenarios`]) into the plain data of `quanyu-basin` and
//! `quanyu-policy`, or into every [`Fault`](quanyu_flow::Fault) of every file at once, each with its place in [`Sources`], which
//! [`render`] shows. Units are converted at the door: inside are metres, days, cubic metres, and cubic metres a year for takes.
//!
//! A [`RunFolder`] takes the results of a run as it goes on; [`read_run`] gives them back.

mod basin;
mod batch;
mod diagnostic;
mod document;
pub mod modflow;
mod quantity;
mod results;
mod scenario;
mod targets;
mod whole_file;

pub use basin::{BasinFolder, read_basin, write_calibration};
pub use batch::{Batch, read_batch};
pub use diagnostic::{InputHash, Place, Sources, Style, fault_code, render};
pub use quantity::{nearest_name, quantity_unit, read_quantity, show_quantity};
pub use results::{
    CheckpointFault, CheckpointHeader, EnsembleFile, EnsembleReader, FigureBasis, GridSize, GroupPlace,
    HeadFile, HeadFileSettings, HeadFileSubject, HeadReader, Machine, MemberStore, Named, OutputFailure,
    Precision, ProjectYears, PublishedMark, PublishedSum, Run, RunBasis, RunFolder, RunRecord, Series,
    SeriesColumn, SeriesFile, SourceBasis, SpringBasis, TrialLog, basin_map, combined_hash, read_checkpoint,
    read_run, text_hash, write_checkpoint, write_table,
};
pub use scenario::{Mixed, ScenarioFile, Study, read_scenario, read_scenarios, why_no_mix, write_mix};
pub use whole_file::write_whole;
