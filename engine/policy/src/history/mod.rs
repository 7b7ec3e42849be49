//! The simulated years: the plan played out in the aquifer, what that leaves behind, and how it compares with what was
//! published.

mod added;
mod calibration;
mod course;
mod marks;
mod record;
mod seasons;

pub use added::check_sites;
pub use calibration::{Calibration, CalibrationError, Moved, calibrate, history};
pub use course::{Checkpoint, Course, CourseFailure, HELD_YEARS, Held, Played, SpinUp, hold_take, spin_up};
pub use marks::{MarkResult, compare_with_marks};
pub use record::{Record, Series};
