//! A finished run as the page needs it.

use std::collections::BTreeMap;

use quanyu_files::{OutputFailure, Run, RunBasis, RunRecord, Series};
use quanyu_policy::{Ruling, Status, Text, Verdict};
use serde::Deserialize;

use super::batch::BatchView;
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
    /// What the page says of each ruling: the ruling's own status, and with the odds of a batch what both say.
    pub(crate) said: Vec<Status>,
    /// Its ledger by year.
    pub(crate) ledger: YearlyLedger,
    /// Mean flow of each spring \[m³/s\].
    pub(crate) spring_flow: BTreeMap<String, Yearly>,
    /// Mean head at each outlet \[m\].
    pub(crate) outlet_head: BTreeMap<String, Yearly>,
    /// Level at each observation point, and the mean over each zone as `zone-mean:ID`, at the end of the year \[m\].
    pub(crate) levels: BTreeMap<String, Yearly>,
    /// Per spring basin: net flow of each budget term into it \[m³/a\].
    pub(crate) basin_budget: BTreeMap<String, BTreeMap<String, Yearly>>,
    /// Water out of storage of each spring basin \[m³/a\].
    pub(crate) storage_loss: BTreeMap<String, Yearly>,
    /// What each measure takes off the city's abstraction, statistical basis; nothing unless the verdict holds an attribution.
    pub(crate) attribution: Vec<AttributionRow>,
}

/// A row of `attribution.csv`, as far as the page needs it.
#[derive(Debug, Deserialize)]
pub(crate) struct AttributionRow {
    quantity: String,
    place: String,
    /// Year.
    pub(crate) year: i16,
    /// Measure, or `all`.
    pub(crate) measure: String,
    /// Without any measure.
    pub(crate) none: f64,
    /// With all of them.
    pub(crate) all: f64,
    /// What the measure changes on top of all others.
    pub(crate) on_top: f64,
    /// Of `all`: what no single measure can claim.
    pub(crate) joint: f64,
}

impl RunView {
    /// Reads a run's folder.
    ///
    /// # Errors
    /// Where a file of it cannot be read.
    pub(crate) fn read(run: Run) -> Result<Self, OutputFailure> {
        let (springs, levels, budget) =
            (run.series("springs.csv")?, run.series("levels.csv")?, run.series("budget.csv")?);
        let verdict: Verdict = run.verdict()?;
        // The table by year counts as this run's where its verdict says so: it may be older, or of another grid.
        let mut attribution: Vec<AttributionRow> = match verdict.attribution.is_empty() {
            true => Vec::new(),
            false => run.rows("attribution.csv")?,
        };
        attribution.retain(|row| row.quantity == "abstraction" && row.place == "city");
        let under = |series: &Series, prefix: &str, mean: bool| -> BTreeMap<String, Yearly> {
            let named = series.columns.iter().filter_map(|column| column.name.strip_prefix(prefix));
            named.map(|id| (id.to_owned(), by_year(series, &format!("{prefix}{id}"), mean))).collect()
        };
        Ok(Self {
            record: run.record.clone(),
            basis: run.basis()?,
            ledger: read_ledger(&run)?,
            spring_flow: under(&springs, "flow:", true),
            outlet_head: under(&springs, "head:", true),
            levels: under(&levels, "", false),
            basin_budget: by_basin(&run.series("basin-budget.csv")?),
            storage_loss: storage(&budget),
            attribution,
            said: verdict.targets.iter().map(|ruling| ruling.status).collect(),
            verdict,
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

    /// This run's ruling on what another run rules on.
    pub(crate) fn same(&self, other: &Ruling) -> Option<&Ruling> {
        let is_same = |own: &&Ruling| {
            own.id == other.id
                && own.test == other.test
                && own.scope.kind == other.scope.kind
                && own.scope.id == other.scope.id
        };
        self.verdict.targets.iter().find(is_same)
    }

    /// What the page says of a ruling of this run.
    pub(crate) fn says(&self, ruling: &Ruling) -> Status {
        let place = self.verdict.targets.iter().position(|own| std::ptr::eq(own, ruling));
        place.and_then(|place| self.said.get(place)).copied().unwrap_or(ruling.status)
    }

    /// Takes the odds of a batch into what the page says.
    pub(crate) fn hear(&mut self, batch: &BatchView) {
        for (said, ruling) in self.said.iter_mut().zip(&self.verdict.targets) {
            let odds = batch.odds(&self.record.scenario, ruling);
            *said = odds.map_or(ruling.status, |odds| odds.with(ruling.status));
        }
    }

    /// The first ruling of a test in a scope.
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

fn by_basin(budget: &Series) -> BTreeMap<String, BTreeMap<String, Yearly>> {
    let mut basins: BTreeMap<String, BTreeMap<String, Yearly>> = BTreeMap::new();
    for column in &budget.columns {
        if let Some((basin, term)) = column.name.split_once(':') {
            basins
                .entry(basin.to_owned())
                .or_default()
                .insert(term.to_owned(), total(budget, &column.name, true));
        }
    }
    basins
}

fn storage(budget: &Series) -> BTreeMap<String, Yearly> {
    let named = budget.columns.iter().filter_map(|column| column.name.strip_prefix("storage-loss:"));
    named.map(|id| (id.to_owned(), total(budget, &format!("storage-loss:{id}"), false))).collect()
}
