//! Policy: measures on abstraction groups, the ledger of every cubic metre, targets and the verdict.
//!
//! [`apply`] turns a basin and a scenario into a [`Plan`]: who wants, may, is served otherwise and asks of the aquifer. The
//! flow model answers ([`Delivered`]); [`settle`] makes the [`Ledger`] of both, which closes to the litre; [`judge`] rules on the
//! targets from ledgers, springs and levels at the value and at both ends of the assumed ranges.

mod apply;
mod attribution;
mod cost;
mod demand;
pub mod ensemble;
pub mod history;
mod least;
mod ledger;
mod litres;
mod mix;
mod plan;
mod row;
mod scenario;
mod schedule;
mod selection;
mod settle;
mod statistics;
mod ties;
mod totals;
mod vary;
mod verdict;
mod words;

pub use apply::{
    BanRule, ExitRule, LandRule, LandscapeRule, LimitRule, MeteringRule, PriceRule, RainRule, RainSite,
    RechargeRule, RechargeSite, RelocateRule, Rotation, SaveRule, SavingRate, Tier, TradeRule, TradeWithin,
    UnconventionalRule, apply,
};
pub use attribution::{Attributed, AttributedMeasure, Effects, Share};
pub use cost::{Cost, MeasureCost, Money, costs};
pub use demand::{Demand, Ends};
pub use least::{Found, Least, LeastSettings, Trial, least};
pub use ledger::{Cause, Entry, Ledger};
pub use litres::{Litres, NotLitres};
pub use mix::{Mix, MixPoint, MixSettings, cheapest_mix};
pub use plan::{
    AddedRecharge, Asked, GroupRow, MeasureEffect, MeasureRow, Note, Plan, PlanEntry, ProjectRow, ProjectUse,
    RainGain, RiverTake, Text,
};
pub use row::LedgerRow;
pub use scenario::{
    BalanceTest, ClimateChange, Cut, FreezeRule, Measure, MeasureKind, ProjectChange, ReportWindow, Scenario,
    Schedule, Selection, Target, TargetTest,
};
pub use settle::{Delivered, settle, settle_as_requested, settle_in_proportion, settle_unsimulated};
pub use statistics::{Trend, trend};
pub use totals::{Account, Basis, Dimension, Total, TotalRow};
pub use vary::{Quantity, Variable};
pub use verdict::{
    Area, Band, Binding, Evidence, Grade, LevelSeries, Ruling, Scope, Side, SpringSeries, SpringYield,
    Status, StorageChange, StorageEvidence, StorageTest, Verdict, Warning, judge,
};
pub use words::{booking_word, kind_word, owner_word, sector_word};
