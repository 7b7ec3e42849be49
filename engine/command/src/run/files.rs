//! The files of a run that grow with it: heads, springs, levels and budgets, flushed after every step.

use quanyu_basin::{PACKAGE_NAMES, Period};
use quanyu_files::{
    HeadFile, HeadFileSettings, HeadFileSubject, OutputFailure, RunFolder, RunRecord, SeriesColumn,
    SeriesFile,
};
use quanyu_flow::Step;
use quanyu_policy::Scenario;
use quanyu_policy::history::Record;

use super::basin_budget;
use super::prepared::Prepared;

const SECONDS_PER_DAY: f64 = 86_400.0;

/// The growing files of one run.
pub(crate) struct Growing {
    heads: HeadFile,
    springs: SeriesFile,
    levels: SeriesFile,
    budget: SeriesFile,
    basin_budget: SeriesFile,
}

impl Growing {
    /// Begins them, with everything that does not change in time.
    pub(crate) fn begin(
        folder: &RunFolder,
        prepared: &Prepared<'_>,
        scenario: &Scenario,
        run: &RunRecord,
    ) -> Result<Self, OutputFailure> {
        let basin = &prepared.folder.basin;
        let layers: Vec<_> = basin.layers.iter().map(|layer| layer.names.clone()).collect();
        let springs: Vec<_> =
            basin.springs.iter().map(|spring| (spring.id.clone(), spring.names.clone())).collect();
        let subject = HeadFileSubject {
            title: &scenario.title.en,
            history: &format!("quanyu {} run {}", run.version, scenario.name),
            version: &run.version,
            input_hash: &run.input_sha256,
            crs: &basin.crs,
            grid: prepared.gridded.problem.grid(),
            layers: &layers,
            springs: &springs,
            epoch: jiff::civil::date(basin.time.history_from, 1, 1),
        };
        let of = |prefix: &str, ids: &mut dyn Iterator<Item = &String>, unit: &str| -> Vec<SeriesColumn> {
            ids.map(|id| SeriesColumn::new(format!("{prefix}{id}"), unit)).collect()
        };
        let spring_ids = || basin.springs.iter().map(|spring| &spring.id);
        let spring_columns = [
            of("flow:", &mut spring_ids(), "m3/s"),
            of("head:", &mut spring_ids(), "m"),
            of("mine-drainage:", &mut basin.mines.iter().map(|mine| &mine.id), "m3/s"),
        ]
        .concat();
        let level_columns = [
            of("", &mut basin.observations.iter().map(|point| &point.id), "m"),
            of("zone-mean:", &mut basin.zones.iter().map(|zone| &zone.id), "m"),
        ]
        .concat();
        let terms = PACKAGE_NAMES.iter().copied().chain(["elastic-storage", "drainable-storage"]);
        let mut budget_columns: Vec<SeriesColumn> = terms
            .flat_map(|name| ["in", "out"].map(|way| SeriesColumn::new(format!("{name}:{way}"), "m3/d")))
            .collect();
        budget_columns.extend(of(
            "storage-loss:",
            &mut basin.outlines.iter().map(|outline| &outline.id),
            "m3",
        ));
        budget_columns.extend(
            ["closure", "relative-residual", "outer-iterations", "linear-iterations", "substeps"]
                .map(|name| SeriesColumn::new(name, "1")),
        );
        Ok(Self {
            heads: folder.heads(&subject, HeadFileSettings::default())?,
            springs: folder.series("springs.csv", &spring_columns)?,
            levels: folder.series("levels.csv", &level_columns)?,
            budget: folder.series("budget.csv", &budget_columns)?,
            basin_budget: folder.series("basin-budget.csv", &basin_budget::columns(basin))?,
        })
    }

    /// Appends heads at the end of a period.
    pub(crate) fn heads(&mut self, period: Period, head: &[f64]) -> Result<(), OutputFailure> {
        self.heads.append_heads(period, head)
    }

    /// The part of a budget row that the step knows.
    pub(crate) fn budget_values(step: &Step<'_>) -> Vec<f64> {
        let budget = step.budget;
        let storage = [&budget.elastic_storage, &budget.drainable_storage];
        budget.terms.iter().chain(storage).flat_map(|term| [term.inflow, term.outflow]).collect()
    }

    /// How the step was solved, the other part of a budget row.
    pub(crate) fn solution_values(step: &Step<'_>) -> [f64; 5] {
        let report = step.report;
        [
            step.budget.closure,
            report.relative_residual,
            report.outer_iterations as f64,
            report.linear_iterations as f64,
            report.substeps as f64,
        ]
    }

    /// Appends a period of a record, with the budget row's two parts and the basins' budgets.
    pub(crate) fn period(
        &mut self,
        record: &Record,
        index: usize,
        budget: &[f64],
        basin_budget: &[f64],
        solution: &[f64; 5],
    ) -> Result<(), OutputFailure> {
        let period = record.periods[index];
        let per_second =
            |flows: &[f64]| flows.iter().map(|flow| flow / SECONDS_PER_DAY).collect::<Vec<f64>>();
        let flows = per_second(record.spring_flow.period(index));
        self.heads.append_spring_flow(period, &flows)?;
        let springs = [
            flows,
            record.outlet_head.period(index).to_vec(),
            per_second(record.mine_drainage.period(index)),
        ]
        .concat();
        self.springs.append(period, &springs)?;
        let levels = [record.level.period(index), record.zone_level.period(index)].concat();
        self.levels.append(period, &levels)?;
        let row = [budget, record.storage_loss.period(index), solution].concat();
        self.budget.append(period, &row)?;
        self.basin_budget.append(period, basin_budget)
    }

    /// Closes them.
    pub(crate) fn close(self) -> Result<(), OutputFailure> {
        self.heads.close()
    }
}
