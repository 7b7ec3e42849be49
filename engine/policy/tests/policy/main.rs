//! Policy end to end on a small basin on paper: plan, ledger, verdict.

mod fixture;
mod ledger;
mod plan;
mod properties;
mod takes;
mod ties;
mod water;
