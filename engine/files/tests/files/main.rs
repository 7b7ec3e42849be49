//! The crate as its callers see it.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod broken_basin;
mod broken_scenario;
mod damage;
mod ensemble;
mod good_input;
mod lever_data;
mod levers;
mod mixes;
mod results;
mod seeds;
mod small_basin;
