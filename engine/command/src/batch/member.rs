//! One member: its basin, its history once, and each scenario from where they part.

use quanyu_basin::{Basin, Fault, GridSpec, Layout, Parameters};
use quanyu_files::{BasinFolder, Batch};
use quanyu_flow::Settings;
use quanyu_policy::ensemble::{Judged, MemberOutcome, MemberRun, SpringYears, carried_out, draw, log_weight};
use quanyu_policy::history::{check_sites, compare_with_marks, spin_up};
use quanyu_policy::{Basis, Ends, Evidence, Plan, Scenario, Side, apply, judge, settle};

use super::Prepared;
use crate::interrupt;
use crate::outcome::CommandError;
use crate::run::member::{level_series, spring_series, yearly_springs};
use crate::run::past::shared_periods;
use crate::run::playing::{
    PlayedOut, SharedPast, Unfinished, Unwatched, held_year, play_out, play_past, storage_start_year,
};
use crate::run::prepared::{Prepared as OnGrid, TOLERANCE};
use crate::run::storage::storage_evidence;

/// What came of a run: an outcome, or nothing where the user asked to stop.
type Ended = Result<Option<MemberOutcome>, String>;

/// Faults of the basin as it stands and of the scenarios on it, or the grid that all members share, and the number of its cells.
pub(super) fn check(
    batch: &Batch,
    basin: &Basin,
    scenarios: &[Scenario],
) -> Result<(Layout, usize), Vec<Fault>> {
    let mut faults = Vec::new();
    let gridded = Layout::new(basin, &GridSpec { cell: batch.cell }).and_then(|layout| {
        let gridded = layout.fill(basin, &Parameters::of(basin))?;
        let sites = |scenario| check_sites(basin, scenario, &gridded);
        faults.extend(scenarios.iter().flat_map(sites));
        Ok((layout, gridded.problem.grid().cells()))
    });
    let gridded = gridded.map_err(|found| faults.extend(found)).ok();
    for scenario in scenarios {
        let at = |ends| apply(basin, scenario, &basin.time.periods(), ends).err();
        faults.extend([Ends::Value, Ends::Low, Ends::High].into_iter().find_map(at).unwrap_or_default());
    }
    gridded.filter(|_| faults.is_empty()).ok_or(faults)
}

impl Prepared {
    fn folder(&self) -> &BasinFolder {
        &self.batch.study.basins[0]
    }
}

/// Plays a member's scenarios out and hands each over as soon as it is finished. What cannot be solved becomes a failed outcome,
/// and the others go on.
///
/// # Errors
/// An outcome could not be handed over.
pub(super) fn play(
    prepared: &Prepared,
    number: usize,
    wanted: &[usize],
    done: &mut dyn FnMut(usize, MemberOutcome) -> Result<(), CommandError>,
) -> Result<(), CommandError> {
    if interrupt::asked() {
        return Ok(());
    }
    let mut all_fail = |why: String| -> Result<(), CommandError> {
        wanted.iter().try_for_each(|&scenario| done(scenario, MemberOutcome::Failed(why.clone())))
    };
    let original = prepared.folder();
    let mut drawn =
        draw(&original.basin, &prepared.batch.freedom, &prepared.factors, &prepared.sample, number);
    drawn.basin.time.monthly_from = prepared.batch.monthly_from;
    let scenarios: Vec<Scenario> =
        prepared.scenarios.iter().map(|own| carried_out(&own.at_its_figures(), drawn.compliance)).collect();
    let folder = original.with_basin(drawn.basin);
    let settings = Settings { tolerance: TOLERANCE, ..Settings::default() };
    let cell = prepared.batch.cell;
    let gridded = match prepared.layout.fill(&folder.basin, &Parameters::of(&folder.basin)) {
        Ok(gridded) => gridded,
        Err(faults) => return all_fail(explain(&faults)),
    };
    let start = match spin_up(&folder.basin, &gridded, settings) {
        Ok(start) => start,
        Err(failure) => return all_fail(failure.to_string()),
    };
    let member = OnGrid { folder: &folder, gridded, start, cell, settings };
    let periods = folder.basin.time.periods();
    let plans: Vec<(usize, Result<Plan, String>)> = wanted
        .iter()
        .map(|&scenario| {
            let plan = apply(&folder.basin, &scenarios[scenario], &periods, Ends::Value);
            (scenario, plan.map_err(|faults| explain(&faults)))
        })
        .collect();
    let first_held = wanted.iter().filter_map(|&scenario| storage_start_year(&scenarios[scenario])).min();
    let history = match shared_history(&member, &plans, first_held) {
        Ok(Some(history)) => history,
        Ok(None) => return Ok(()),
        Err(why) => return all_fail(why),
    };
    for (scenario, plan) in plans {
        let ended = plan.and_then(|plan| finish(&member, &scenarios[scenario], &plan, &history));
        match ended {
            Ok(Some(outcome)) => done(scenario, outcome)?,
            Ok(None) => return Ok(()),
            Err(why) => done(scenario, MemberOutcome::Failed(why))?,
        }
    }
    Ok(())
}

fn explain(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The periods in which all plans ask the same, played out once, up to the first year whose end somebody needs by itself;
/// `None` where the user asked to stop.
fn shared_history(
    member: &OnGrid<'_>,
    plans: &[(usize, Result<Plan, String>)],
    first_held: Option<i16>,
) -> Result<Option<SharedPast>, String> {
    let sound: Vec<&Plan> = plans.iter().filter_map(|(_, plan)| plan.as_ref().ok()).collect();
    let [first, others @ ..] = sound.as_slice() else { return Err(plans_failed(plans)) };
    let shared = shared_periods(first, others, first_held);
    ended(play_past(member, first, None, shared, &mut Unwatched))
}

/// `None` where the user asked to stop.
fn ended<T>(played: Result<T, Unfinished>) -> Result<Option<T>, String> {
    match played {
        Ok(played) => Ok(Some(played)),
        Err(Unfinished::Interrupted) => Ok(None),
        Err(unfinished) => Err(unfinished.explain()),
    }
}

fn plans_failed(plans: &[(usize, Result<Plan, String>)]) -> String {
    plans.iter().find_map(|(_, plan)| plan.as_ref().err().cloned()).unwrap_or_else(|| "no scenario".into())
}

/// One scenario from the shared history to its verdict.
fn finish(member: &OnGrid<'_>, scenario: &Scenario, plan: &Plan, history: &SharedPast) -> Ended {
    let basin = &member.folder.basin;
    let start_year = storage_start_year(scenario);
    let played = play_out(member, plan, Some(history), start_year, &mut Unwatched);
    let Some(PlayedOut { record, delivered, storage_start, worst_closure }) = ended(played)? else {
        return Ok(None);
    };
    let ledger = settle(plan, &delivered).map_err(|faults| explain(&faults))?;
    let storage = storage_evidence(member, plan, &ledger, held_year(scenario), storage_start.as_ref());
    let Some(storage) = ended(storage)? else { return Ok(None) };
    let (springs, levels) = (spring_series(member, &record), level_series(member, &record));
    // Nothing in a member has a range: both ends are what was drawn.
    let end = Side { ledger: &ledger, springs: &[], levels: &[], storage: &storage };
    let value = Side { ledger: &ledger, springs: &springs, levels: &levels, storage: &storage };
    let verdict = judge(&Evidence { basin, scenario, value, low: end, high: end })
        .map_err(|faults| explain(&faults))?;
    let marks = compare_with_marks(basin, &record);
    let years = ledger.years();
    let volume = |basis: Basis| -> Vec<f64> {
        years.iter().map(|&year| ledger.abstraction(year, basis).cubic_metres()).collect()
    };
    let yearly = |flow: Vec<(i16, f64)>| -> Vec<f64> {
        let at =
            |year: &i16| flow.iter().find(|(known, _)| known == year).map_or(f64::NAN, |(_, flow)| *flow);
        years.iter().map(at).collect()
    };
    Ok(Some(MemberOutcome::Ran(MemberRun {
        log_weight: log_weight(&marks),
        marks: marks.into_iter().map(|mark| (mark.id, mark.modelled, mark.calibrated)).collect(),
        statistical: volume(Basis::Statistical),
        physical: volume(Basis::Physical),
        springs: yearly_springs(member, &record)
            .into_iter()
            .map(|spring| SpringYears { spring: spring.id, flow: yearly(spring.years) })
            .collect(),
        rulings: verdict.targets.iter().map(Judged::of).collect(),
        worst_closure,
        years,
    })))
}
