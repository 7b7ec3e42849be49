//! What is right: the engine against exact solutions, manufactured solutions, MODFLOW 6 and published figures.
//!
//! A [`Case`] is one thing that can be true or false of the engine: what it checks, where the right answer comes from, how far
//! the engine is from it, how far it may be and why. [`cases`] lists them all, one file a case. The tests run the fast ones;
//! `cargo run -p validate --release` runs all, prints the table that the README shows and fails on a miss.

mod analytic;
mod case;
mod figures;
mod law;
mod models;
mod modflow;
mod order;
mod section;
mod table;

pub use case::{Case, Measure, Outcome, Speed, Stop};
pub use table::{Row, markdown, run};

/// Every case, in the order of the table.
pub fn cases() -> Vec<Case> {
    [analytic::cases(), order::cases(), law::cases(), modflow::cases()].into_iter().flatten().collect()
}
