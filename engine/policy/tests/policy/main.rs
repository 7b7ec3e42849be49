//! Policy end to end on a small basin on paper: plan, ledger, verdict.

mod around;
mod costs;
mod every_kind;
mod fixture;
mod ledger;
mod needs;
mod parameters;
mod plan;
mod properties;
mod quotas;
mod recharge;
mod sources;
mod supply;
mod takes;
mod ties;
mod water;
