//! Simulations from folders to result files, compared with MODFLOW 6.6.2 and with themselves.

#![allow(clippy::unwrap_used, reason = "a test says by it what must be there")]

mod cases;
mod folder;
mod results;
mod wrong;
