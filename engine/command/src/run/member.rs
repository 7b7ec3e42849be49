//! One scenario: its course, its files, its ledger and its verdict.

use std::path::PathBuf;
use std::time::Instant;

use quanyu_basin::Mining;
use quanyu_files::{
    GridSize, Machine, OutputFailure, RunFolder, RunRecord, ScenarioFile, Sources, combined_hash,
};
use quanyu_flow::State;
use quanyu_policy::history::{Course, Record};
use quanyu_policy::{
    Basis, Evidence, LevelSeries, Scenario, Side, SpringSeries, TargetTest, Text, Verdict, judge, settle,
    settle_as_requested,
};

use super::files::Growing;
use super::past::{Past, PlayedPeriod, ends_year};
use super::prepared::{Plans, Prepared};
use super::storage::storage_evidence;
use crate::arguments::RunArguments;
use crate::interrupt;
use crate::outcome::CommandError;
use crate::progress;

/// A finished run.
pub(crate) struct Finished {
    pub(crate) name: String,
    pub(crate) title: Text,
    pub(crate) verdict: Verdict,
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
    let mut files = Growing::begin(&folder, prepared, scenario, &run).map_err(unwritten)?;

    let held_year = held_year(scenario);
    let mut at_held_year: Option<State> = None;
    let mut worst_closure = 0.0_f64;
    let bar = progress::bar(&scenario.name, plans.value.periods.len(), arguments.quiet);
    let (gridded, settings) = (&prepared.gridded, prepared.settings);
    let mut course = match past {
        Some(past) => {
            for (index, played) in past.played.iter().enumerate() {
                played.write(&mut files, &past.checkpoint.record, index).map_err(unwritten)?;
                worst_closure = worst_closure.max(played.closure());
            }
            bar.set_position(past.played.len() as u64);
            let from = past.checkpoint.clone();
            Course::resume(basin, gridded, &plans.value, from, Mining::On, settings)
        }
        None => {
            let state = prepared.start.state.clone();
            Course::new(basin, gridded, &plans.value, state, Mining::On, settings)
        }
    }
    .map_err(|faults| super::wrong(sources, &faults))?;
    loop {
        if interrupt::asked() {
            bar.abandon();
            let path = folder.path().display();
            let text = format!("interrupted; what {} had reached is in {path}", scenario.name);
            return Err(CommandError::Interrupted(text));
        }
        let played = match course.advance() {
            Ok(Some(played)) => PlayedPeriod::new(&played, arguments.heads),
            Ok(None) => break,
            Err(failure) => {
                bar.abandon();
                run.notes.push(format!("failed: {failure}"));
                folder.write_record(&run).map_err(unwritten)?;
                let path = folder.path().display();
                return Err(CommandError::Failed(format!("{failure}\nwhat was finished is in {path}")));
            }
        };
        let record = course.record();
        played.write(&mut files, record, record.periods.len() - 1).map_err(unwritten)?;
        worst_closure = worst_closure.max(played.closure());
        if ends_year(played.period) && held_year == Some(played.period.year()) {
            at_held_year = Some(course.state().clone());
        }
        bar.set_message(played.period.start.strftime("%Y-%m").to_string());
        bar.inc(1);
    }
    bar.finish_and_clear();

    let (record, delivered) = course.finish();
    let wrong = |faults: Vec<_>| super::wrong(sources, &faults);
    let ledger = settle(&plans.value, &delivered).map_err(wrong)?;
    let low = settle_as_requested(&plans.low, &ledger).map_err(wrong)?;
    let high = settle_as_requested(&plans.high, &ledger).map_err(wrong)?;
    let sides = [(&plans.value, &ledger), (&plans.low, &low), (&plans.high, &high)];
    let storage = super::side_by_side(sides.len(), |side| {
        let (plan, ledger) = sides[side];
        storage_evidence(prepared, plan, ledger, held_year, at_held_year.as_ref())
    });
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

    files.close().map_err(unwritten)?;
    folder.write_rows("ledger.csv", ledger.rows()).map_err(unwritten)?;
    folder.write_verdict(&verdict).map_err(unwritten)?;
    let seconds = began.elapsed().as_secs_f64();
    run.wall_seconds = Some(seconds);
    run.notes.extend(plans.value.notes.iter().map(|note| note.text.en.clone()));
    folder.write_record(&run).map_err(unwritten)?;
    Ok(Finished {
        name: scenario.name.clone(),
        title: Text::from(&scenario.title),
        verdict,
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

/// Year whose take the storage test holds: that by which balance is asked.
pub(crate) fn held_year(scenario: &Scenario) -> Option<i16> {
    scenario.targets.iter().find_map(|target| match target.test {
        TargetTest::Balance { .. } => Some(target.by.year()),
        _ => None,
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
