//! A plan played out in the aquifer, from the beginning or from where a past that it shares with others ends: the one owner of
//! it for runs, members of a batch, searches and attributions.

use quanyu_basin::{Fault, Mining};
use quanyu_files::OutputFailure;
use quanyu_flow::State;
use quanyu_policy::history::{Checkpoint, Course, CourseFailure, Played, Record};
use quanyu_policy::{Delivered, Plan, Scenario, TargetTest};

use serde::{Deserialize, Serialize};

use super::past::ends_year;
use super::prepared::Prepared;
use crate::interrupt;

/// Someone who follows a course period by period.
pub(crate) trait Watch {
    /// A period was played out.
    fn played(&mut self, played: &Played<'_>);

    /// It stands in the record now.
    ///
    /// # Errors
    /// Where it cannot be written; then the course stops.
    fn noted(&mut self, _record: &Record) -> Result<(), OutputFailure> {
        Ok(())
    }
}

/// Nobody follows.
pub(crate) struct Unwatched;

impl Watch for Unwatched {
    fn played(&mut self, _: &Played<'_>) {}
}

/// Why a course did not come to its end.
pub(crate) enum Unfinished {
    /// The user asked to stop.
    Interrupted,
    /// The plan does not fit the grid.
    Wrong(Vec<Fault>),
    /// A step could not be solved.
    Unsolved(CourseFailure),
    /// What was reached could not be written.
    Unwritten(OutputFailure),
}

impl Unfinished {
    /// In words.
    pub(crate) fn explain(&self) -> String {
        match self {
            Self::Interrupted => "interrupted".into(),
            Self::Wrong(faults) => faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
            Self::Unsolved(failure) => failure.to_string(),
            Self::Unwritten(failure) => failure.to_string(),
        }
    }
}

/// Periods that were played out for several plans at once.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SharedPast {
    pub(crate) checkpoint: Checkpoint,
    /// Largest relative error of any step's water budget so far. Every plan counts it as its own: how much of the past is shared
    /// depends on who else is played out, and the outcomes must not.
    pub(crate) worst_closure: f64,
}

/// A plan that was played out.
pub(crate) struct PlayedOut {
    pub(crate) record: Record,
    pub(crate) delivered: Delivered,
    /// State from which the storage test starts, where the scenario has one.
    pub(crate) storage_start: Option<State>,
    /// Largest relative error of any step's water budget.
    pub(crate) worst_closure: f64,
}

/// Year whose take the storage test holds: that by which balance is asked.
pub(crate) fn held_year(scenario: &Scenario) -> Option<i16> {
    scenario.targets.iter().find_map(|target| match target.test {
        TargetTest::Balance { .. } => Some(target.by.year()),
        _ => None,
    })
}

/// Year at whose end the storage test starts: the held year or, where the scenario's own climate sets in before, the last year
/// of the common one. A test that started from a drought's heads would see them recover under normal rain and call that a balance.
pub(crate) fn storage_start_year(scenario: &Scenario) -> Option<i16> {
    let held = held_year(scenario)?;
    Some(scenario.climate.as_ref().map_or(held, |change| held.min(change.from - 1)))
}

/// Plays the first `periods` periods of a plan, from the end of a past that is known where there is one.
pub(crate) fn play_past(
    prepared: &Prepared<'_>,
    plan: &Plan,
    past: Option<&SharedPast>,
    periods: usize,
    watch: &mut dyn Watch,
) -> Result<SharedPast, Unfinished> {
    let mut course = begin(prepared, plan, past)?;
    let mut worst_closure = past.map_or(0.0, |past| past.worst_closure);
    let known = past.map_or(0, |past| past.checkpoint.record.periods.len());
    for _ in known..periods {
        if !advance(&mut course, &mut worst_closure, watch)?.0 {
            break;
        }
    }
    Ok(SharedPast { checkpoint: course.checkpoint(), worst_closure })
}

/// Plays a plan out, from the end of a past that it shares where there is one.
///
/// `storage_start` is the year at whose end the storage test starts; it must not lie in the shared past.
pub(crate) fn play_out(
    prepared: &Prepared<'_>,
    plan: &Plan,
    past: Option<&SharedPast>,
    storage_start: Option<i16>,
    watch: &mut dyn Watch,
) -> Result<PlayedOut, Unfinished> {
    let mut course = begin(prepared, plan, past)?;
    let mut worst_closure = past.map_or(0.0, |past| past.worst_closure);
    let mut kept = None;
    loop {
        let (goes_on, ended) = advance(&mut course, &mut worst_closure, watch)?;
        if ended.is_some() && ended == storage_start {
            kept = Some(course.state().clone());
        }
        if !goes_on {
            break;
        }
    }
    let (record, delivered) = course.finish();
    Ok(PlayedOut { record, delivered, storage_start: kept, worst_closure })
}

fn begin<'a>(
    prepared: &'a Prepared<'_>,
    plan: &'a Plan,
    past: Option<&SharedPast>,
) -> Result<Course<'a>, Unfinished> {
    let basin = &prepared.folder.basin;
    let (gridded, settings) = (&prepared.gridded, prepared.settings);
    match past {
        Some(past) => Course::resume(basin, gridded, plan, past.checkpoint.clone(), Mining::On, settings),
        None => Course::new(basin, gridded, plan, prepared.start.state.clone(), Mining::On, settings),
    }
    .map_err(Unfinished::Wrong)
}

/// One period on: whether there was one, and the year that ended with it.
fn advance(
    course: &mut Course<'_>,
    worst_closure: &mut f64,
    watch: &mut dyn Watch,
) -> Result<(bool, Option<i16>), Unfinished> {
    if interrupt::asked() {
        return Err(Unfinished::Interrupted);
    }
    let Some(played) = course.advance().map_err(Unfinished::Unsolved)? else { return Ok((false, None)) };
    *worst_closure = worst_closure.max(played.step.budget.closure.abs());
    let ended = ends_year(played.period).then(|| played.period.year());
    watch.played(&played);
    watch.noted(course.record()).map_err(Unfinished::Unwritten)?;
    Ok((true, ended))
}

#[cfg(test)]
mod tests {
    use quanyu_basin::{Names, Origin};
    use quanyu_policy::{BalanceTest, ClimateChange, ReportWindow, Target};

    use super::*;

    #[test]
    fn the_storage_test_of_a_drought_starts_before_it() {
        let names = || Names { zh: "无".into(), en: "none".into() };
        let day = |year| jiff::civil::date(year, 12, 31);
        let drought = |from| ClimateChange { from, to: 2035, factor: 0.85, origin: Origin::NONE };
        let scenario = |climate| Scenario {
            name: "test".into(),
            title: names(),
            measures: Vec::new(),
            targets: vec![Target {
                id: "balance".into(),
                names: names(),
                test: TargetTest::Balance { decides: BalanceTest::Storage, spring_floor: 0.5 },
                by: day(2022),
                required: true,
                origin: Origin::NONE,
            }],
            report: ReportWindow { from: day(2010), to: day(2035) },
            climate,
            project_changes: Vec::new(),
        };
        assert_eq!(storage_start_year(&scenario(None)), Some(2022));
        assert_eq!(storage_start_year(&scenario(Some(drought(2018)))), Some(2017));
        assert_eq!(storage_start_year(&scenario(Some(drought(2030)))), Some(2022), "the drought comes after");
        assert_eq!(
            held_year(&scenario(Some(drought(2018)))),
            Some(2022),
            "the take is that of the target's year"
        );
    }
}
