//! Faults of input files: where they stand, what was meant, how they are shown.
//!
//! A reader marks every value it keeps with an [`Origin`](quanyu_flow::Origin) in [`Sources`]; whichever layer later finds fault
//! with it returns that origin, and [`render`] points into the file.

mod collect;
mod render;
mod sources;
mod suggest;

pub(crate) use collect::{Collector, Ids};
pub use render::{Style, fault_code, render};
pub(crate) use sources::{FileId, hexadecimal};
pub use sources::{InputHash, Place, Sources};
pub(crate) use suggest::{did_you_mean, list};
