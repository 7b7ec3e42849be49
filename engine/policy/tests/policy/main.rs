//! Policy end to end on a small basin on paper: plan, ledger, verdict.

mod around;
mod fixture;
mod ledger;
mod needs;
mod plan;
mod properties;
mod quotas;
mod takes;
mod ties;
mod water;
