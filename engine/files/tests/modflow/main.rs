//! MODFLOW 6 files, read and written.

#![expect(clippy::unwrap_used, reason = "tests")]

mod cases;
mod writing;
