//! One scenario: its course, its files, its ledger and its verdict.

use std::path::PathBuf;
use std::time::Instant;

use indicatif::ProgressBar;
use quanyu_basin::Gridded;
use quanyu_files::{
    GridSize, Machine, OutputFailure, RunBasis, RunFolder, RunRecord, ScenarioFile, Sources, combined_hash,
};
use quanyu_policy::history::{Played, Record};
use quanyu_policy::{
    Basis, Evidence, Grade, LevelSeries, Note, Plan, Side, SpringSeries, Text, Verdict, costs, judge, settle,
    settle_as_requested,
};

use serde::Serialize;

use super::files::Growing;
use super::past::{Past, PlayedPeriod};
use super::playing::{PlayedOut, Unfinished, Watch, held_year, play_out, storage_start_year};
use super::prepared::{Plans, Prepared};
use super::storage::storage_evidence;
use crate::arguments::{Heads, RunArguments};
use crate::outcome::CommandError;
use crate::progress;

/// A finished run.
pub(crate) struct Finished {
    pub(crate) name: String,
    pub(crate) title: Text,
    pub(crate) verdict: Verdict,
    /// Whether it takes no measures.
    pub(crate) is_usual: bool,
    /// Abstraction of the city by year on the statistical basis \[m³/a\].
    pub(crate) abstraction: Vec<(i16, f64)>,
    pub(crate) springs: Vec<YearlyFlow>,
    pub(crate) folder: PathBuf,
    pub(crate) seconds: f64,
    /// Largest relative error of any step's water budget.
    pub(crate) worst_closure: f64,
}

/// Flow of a spring by year.
pub(crate) struct YearlyFlow {
    pub(crate) id: String,
    pub(crate) name: Text,
    /// `(year, m³/s)`.
    pub(crate) years: Vec<(i16, f64)>,
}

/// Writes every period as it is played out.
struct Writer<'b> {
    gridded: &'b Gridded,
    files: Growing,
    heads: Heads,
    bar: &'b ProgressBar,
    played: Option<PlayedPeriod>,
}

impl Watch for Writer<'_> {
    fn played(&mut self, played: &Played<'_>) {
        self.played = Some(PlayedPeriod::new(self.gridded, played, self.heads));
        self.bar.set_message(played.period.start.strftime("%Y-%m").to_string());
        self.bar.inc(1);
    }

    fn noted(&mut self, record: &Record) -> Result<(), OutputFailure> {
        match self.played.take() {
            Some(played) => played.write(&mut self.files, record, record.periods.len() - 1),
            None => Ok(()),
        }
    }
}

fn unwritten(failure: OutputFailure) -> CommandError {
    CommandError::Failed(failure.to_string())
}

/// Plays a scenario out, from the end of the past that it shares with others where there is one, and writes its folder.
pub(crate) fn play(
    prepared: &Prepared<'_>,
    file: &ScenarioFile,
    plans: &Plans,
    past: Option<&Past>,
    arguments: &RunArguments,
    sources: &Sources,
) -> Result<Finished, CommandError> {
    let began = Instant::now();
    let scenario = &file.scenario;
    let basin = &prepared.folder.basin;
    let folder = RunFolder::create(&arguments.out, &scenario.name).map_err(unwritten)?;
    let mut run = run_record(prepared, file);
    folder.write_record(&run).map_err(unwritten)?;
    folder.write_map(basin).map_err(unwritten)?;
    let files = Growing::begin(&folder, prepared, scenario, &run).map_err(unwritten)?;
    let bar = progress::bar(&scenario.name, plans.value.periods.len(), arguments.effort.quiet);
    let mut writer =
        Writer { gridded: &prepared.gridded, files, heads: arguments.heads, bar: &bar, played: None };
    if let Some(past) = past {
        for (index, played) in past.played.iter().enumerate() {
            played.write(&mut writer.files, &past.shared.checkpoint.record, index).map_err(unwritten)?;
        }
        bar.set_position(past.played.len() as u64);
    }
    let shared = past.map(|past| &past.shared);
    let start_year = storage_start_year(scenario);
    let interrupted = || {
        let path = folder.path().display();
        CommandError::Interrupted(format!("interrupted; what {} had reached is in {path}", scenario.name))
    };
    let PlayedOut { record, delivered, storage_start, worst_closure } =
        match play_out(prepared, &plans.value, shared, start_year, &mut writer) {
            Ok(played) => played,
            Err(unfinished) => {
                bar.abandon();
                let path = folder.path().display();
                return Err(match unfinished {
                    Unfinished::Interrupted => interrupted(),
                    Unfinished::Wrong(faults) => super::wrong(sources, &faults),
                    Unfinished::Unwritten(failure) => unwritten(failure),
                    Unfinished::Unsolved(failure) => {
                        run.notes.push(format!("failed: {failure}"));
                        folder.write_record(&run).map_err(unwritten)?;
                        CommandError::Failed(format!("{failure}\nwhat was finished is in {path}"))
                    }
                });
            }
        };
    let files = writer.files;
    bar.finish_and_clear();

    let held_year = held_year(scenario);
    let wrong = |faults: Vec<_>| super::wrong(sources, &faults);
    let ledger = settle(&plans.value, &delivered).map_err(wrong)?;
    let low = settle_as_requested(&plans.low, &ledger).map_err(wrong)?;
    let high = settle_as_requested(&plans.high, &ledger).map_err(wrong)?;
    let sides = [(&plans.value, &ledger), (&plans.low, &low), (&plans.high, &high)];
    let storage = super::side_by_side(sides.len(), |side| {
        let (plan, ledger) = sides[side];
        storage_evidence(prepared, plan, ledger, held_year, storage_start.as_ref())
    });
    // Only who asks to stop ends the test early.
    let storage = storage.into_iter().collect::<Result<Vec<_>, _>>().map_err(|_| interrupted())?;
    let [at_value, at_low, at_high] = storage.as_slice() else {
        return Err(CommandError::Failed("the storage test did not come back".into()));
    };
    let (springs, levels) = (spring_series(prepared, &record), level_series(prepared, &record));
    let verdict = judge(&Evidence {
        basin,
        scenario,
        value: Side { ledger: &ledger, springs: &springs, levels: &levels, storage: at_value },
        low: Side { ledger: &low, springs: &[], levels: &[], storage: at_low },
        high: Side { ledger: &high, springs: &[], levels: &[], storage: at_high },
    })
    .map_err(wrong)?;
    let verdict = Verdict { costs: costs(scenario, &plans.value), ..verdict };

    files.close().map_err(unwritten)?;
    folder.write_ledger(&ledger).map_err(unwritten)?;
    folder.write_rows("warnings.csv", warning_rows(&verdict)).map_err(unwritten)?;
    folder.write_verdict(&verdict).map_err(unwritten)?;
    let natural = &prepared.start.spring_flow;
    let basis = RunBasis::new(basin, scenario, &plans.value, natural, &record);
    folder.write_basis(&basis).map_err(unwritten)?;
    let seconds = began.elapsed().as_secs_f64();
    run.wall_seconds = Some(seconds);
    run.notes.extend(plans.value.notes.iter().map(Note::named));
    run.notes.extend(kept_return(&plans.value, &record));
    folder.write_record(&run).map_err(unwritten)?;
    Ok(Finished {
        name: scenario.name.clone(),
        title: Text::from(&scenario.title),
        verdict,
        is_usual: basis.measures.is_empty(),
        abstraction: ledger
            .years()
            .into_iter()
            .map(|year| (year, ledger.abstraction(year, Basis::Statistical).cubic_metres()))
            .collect(),
        springs: yearly_springs(prepared, &record),
        folder: folder.finish().map_err(unwritten)?,
        seconds,
        worst_closure,
    })
}

/// One row of `warnings.csv`.
#[derive(Serialize)]
struct WarningRow<'v> {
    scope: &'v str,
    zone: &'v str,
    year: i16,
    grade: Grade,
    by: String,
    assumed: bool,
    overdraft: Option<f64>,
    level_fall_m_per_a: Option<f64>,
    spring_decay_per_a: Option<f64>,
}

fn warning_rows(verdict: &Verdict) -> impl Iterator<Item = WarningRow<'_>> {
    verdict.warnings.iter().map(|warning| WarningRow {
        scope: &warning.scope.kind,
        zone: &warning.scope.id,
        year: warning.year,
        grade: warning.grade,
        by: warning.by.join(";"),
        assumed: warning.assumed,
        overdraft: warning.overdraft,
        level_fall_m_per_a: warning.level_fall,
        spring_decay_per_a: warning.spring_decay,
    })
}

fn run_record(prepared: &Prepared<'_>, file: &ScenarioFile) -> RunRecord {
    let basin = &prepared.folder.basin;
    let grid = prepared.gridded.problem.grid();
    let scenario = &file.scenario;
    let inputs = [prepared.folder.inputs.as_slice(), &file.inputs].concat();
    RunRecord {
        version: env!("CARGO_PKG_VERSION").into(),
        scenario: scenario.name.clone(),
        title_zh: scenario.title.zh.clone(),
        title_en: scenario.title.en.clone(),
        basin: basin.id.clone(),
        input_sha256: combined_hash(&inputs),
        inputs,
        epsg: basin.crs.epsg,
        crs: basin.crs.name.clone(),
        grid: GridSize {
            cell_m: prepared.cell,
            layers: grid.layers,
            rows: grid.rows,
            columns: grid.columns,
            active_cells: (0..grid.cells()).filter(|&cell| grid.is_active(cell)).count(),
        },
        machine: Machine::here(),
        threads: rayon::current_num_threads(),
        started: jiff::Timestamp::now(),
        wall_seconds: None,
        notes: prepared.gridded.notes.iter().map(|note| note.message.clone()).collect(),
    }
}

/// What the springs gave.
pub(crate) fn spring_series(prepared: &Prepared<'_>, record: &Record) -> Vec<SpringSeries> {
    let springs = prepared.folder.basin.springs.iter().enumerate();
    springs
        .map(|(place, spring)| SpringSeries {
            spring: spring.id.clone(),
            flow: record.spring_flow.place(place),
            head: record.outlet_head.place(place),
        })
        .collect()
}

/// Levels at the observation points.
pub(crate) fn level_series(prepared: &Prepared<'_>, record: &Record) -> Vec<LevelSeries> {
    let points = prepared.folder.basin.observations.iter().enumerate();
    points
        .map(|(place, point)| LevelSeries { observation: point.id.clone(), head: record.level.place(place) })
        .collect()
}

/// Yearly flow of each spring.
pub(crate) fn yearly_springs(prepared: &Prepared<'_>, record: &Record) -> Vec<YearlyFlow> {
    let springs = prepared.folder.basin.springs.iter().enumerate();
    springs
        .map(|(place, spring)| {
            let years = record.yearly_mean(&record.spring_flow, place);
            YearlyFlow {
                id: spring.id.clone(),
                name: Text::from(&spring.names),
                years: years.into_iter().map(|(year, flow)| (year, flow / 86_400.0)).collect(),
            }
        })
        .collect()
}

/// What the flow model could not take from the recharge of dry months, where there is any.
fn kept_return(plan: &Plan, record: &Record) -> Option<String> {
    let kept: f64 = record.kept_return.iter().sum();
    let lost = |period: usize| -> f64 {
        let days = plan.periods[period].days();
        (0..plan.groups.len()).map(|group| plan.lost_return_rate(group, period) * days).sum()
    };
    let lost: f64 = (0..record.kept_return.len()).map(lost).sum();
    (kept > 0.0).then(|| {
        format!(
            "Of {:.3} million m³ of return flow that measures bring to an end, {:.3} million still recharge the aquifer in the model: in dry \
             months nothing seeps that they could be taken from.",
            lost / 1e6,
            kept / 1e6
        )
    })
}
