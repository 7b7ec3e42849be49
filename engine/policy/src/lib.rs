//! Policy: measures on abstraction groups, the ledger of every cubic metre, targets and the verdict.

mod scenario;

pub use scenario::{
    BalanceTest, Cut, FreezeRule, Measure, MeasureKind, ReportWindow, Scenario, Schedule, Selection, Target, TargetTest,
};
