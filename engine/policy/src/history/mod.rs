//! The simulated years: what they leave behind, and how they compare with what was published.

mod marks;
mod record;

pub use marks::{MarkResult, compare_with_marks};
pub use record::{Record, Series};
