//! Documents in, results out and in again.
//!
//! Readers turn a basin folder ([`read_basin`]) and scenario files ([`read_scenarios`]) into the plain data of `quanyu-basin` and
//! `quanyu-policy`, or into every [`Fault`](quanyu_flow::Fault) of every file at once, each with its place in [`Sources`], which
//! [`render`] shows. Units are converted at the door: inside are metres, days, cubic metres, and cubic metres a year for takes.

mod basin;
mod diagnostic;
mod document;
mod scenario;
mod targets;

pub use basin::{BasinFolder, read_basin};
pub use diagnostic::{InputHash, Place, Sources, Style, fault_code, render};
pub use scenario::{ScenarioFile, Study, read_scenario, read_scenarios};
