//! MODFLOW 6 files, read and written.

#![expect(clippy::unwrap_used, reason = "tests")]

mod cases;
mod faults;
mod results;
mod spelling;
mod writing;
mod written_by_flopy;
