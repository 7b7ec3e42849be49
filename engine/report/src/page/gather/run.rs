//! A finished run as the page needs it.

use std::collections::BTreeMap;

use quanyu_files::{OutputFailure, Run, RunBasis, RunRecord, Series};
use quanyu_policy::{Ruling, Text, Verdict};

use super::ledger::{YearlyLedger, read_ledger};

/// Values by year, ascending.
pub(crate) type Yearly = Vec<(i16, f64)>;

/// A finished run.
#[derive(Debug)]
pub(crate) struct RunView {
    /// Where it lies.
    pub(crate) run: Run,
    /// Its record.
    pub(crate) record: RunRecord,
    /// What it rests on.
    pub(crate) basis: RunBasis,
    /// Its verdict.
    pub(crate) verdict: Verdict,
    /// Its ledger by year.
    pub(crate) ledger: YearlyLedger,
    /// Mean flow of each spring \[m³/s\].
    pub(crate) spring_flow: BTreeMap<String, Yearly>,
    /// Mean head at each outlet \[m\].
    pub(crate) outlet_head: BTreeMap<String, Yearly>,
    /// Level at each observation point, and the mean over each zone as `zone-mean:ID`, at the end of the year \[m\].
    pub(crate) levels: BTreeMap<String, Yearly>,
    /// Net flow of each budget term into the aquifers, `TERM:in` less `TERM:out` \[m³/a\].
    pub(crate) budget: BTreeMap<String, Yearly>,
    /// Water out of storage of each spring basin \[m³/a\].
    pub(crate) storage_loss: BTreeMap<String, Yearly>,
}

impl RunView {
    /// Reads a run's folder.
    ///
    /// # Errors
    /// Where a file of it cannot be read.
    pub(crate) fn read(run: Run) -> Result<Self, OutputFailure> {
        let (springs, levels, budget) =
            (run.series("springs.csv")?, run.series("levels.csv")?, run.series("budget.csv")?);
        let under = |series: &Series, prefix: &str, mean: bool| -> BTreeMap<String, Yearly> {
            let named = series.columns.iter().filter_map(|column| column.name.strip_prefix(prefix));
            named.map(|id| (id.to_owned(), by_year(series, &format!("{prefix}{id}"), mean))).collect()
        };
        Ok(Self {
            record: run.record.clone(),
            basis: run.basis()?,
            verdict: run.verdict()?,
            ledger: read_ledger(&run)?,
            spring_flow: under(&springs, "flow:", true),
            outlet_head: under(&springs, "head:", true),
            levels: under(&levels, "", false),
            budget: net_terms(&budget),
            storage_loss: storage(&budget),
            run,
        })
    }

    /// Title.
    pub(crate) fn title(&self) -> Text {
        Text::new(&self.record.title_zh, &self.record.title_en)
    }

    /// Name.
    pub(crate) fn name(&self) -> &str {
        &self.record.scenario
    }

    /// The ruling of a test in a scope.
    pub(crate) fn ruling(&self, test: &str, scope: &str) -> Option<&Ruling> {
        self.verdict.targets.iter().find(|ruling| ruling.test == test && ruling.scope.id == scope)
    }
}

/// A column by year: the mean over the year's days, or what it was at the end of the year.
fn by_year(series: &Series, column: &str, mean: bool) -> Yearly {
    let values = series.column(column).unwrap_or_default();
    let mut sums: BTreeMap<i16, (f64, f64)> = BTreeMap::new();
    for (period, value) in series.periods.iter().zip(values) {
        let sum = sums.entry(period.year()).or_default();
        if mean {
            sum.0 += value * period.days();
            sum.1 += period.days();
        } else {
            *sum = (value, 1.0);
        }
    }
    sums.into_iter().map(|(year, (sum, days))| (year, sum / days)).collect()
}

/// A column of rates or volumes summed over each year.
fn total(series: &Series, column: &str, per_day: bool) -> Yearly {
    let values = series.column(column).unwrap_or_default();
    let mut sums: BTreeMap<i16, f64> = BTreeMap::new();
    for (period, value) in series.periods.iter().zip(values) {
        *sums.entry(period.year()).or_default() += if per_day { value * period.days() } else { value };
    }
    sums.into_iter().collect()
}

fn net_terms(budget: &Series) -> BTreeMap<String, Yearly> {
    let terms = budget.columns.iter().filter_map(|column| column.name.strip_suffix(":in"));
    terms
        .map(|term| {
            let inflow = total(budget, &format!("{term}:in"), true);
            let outflow = total(budget, &format!("{term}:out"), true);
            let net =
                inflow.iter().zip(&outflow).map(|((year, into), (_, out))| (*year, into - out)).collect();
            (term.to_owned(), net)
        })
        .collect()
}

fn storage(budget: &Series) -> BTreeMap<String, Yearly> {
    let named = budget.columns.iter().filter_map(|column| column.name.strip_prefix("storage-loss:"));
    named.map(|id| (id.to_owned(), total(budget, &format!("storage-loss:{id}"), false))).collect()
}
