//! The past that scenarios share: the periods before their plans part, simulated once.

use indicatif::ProgressBar;
use quanyu_basin::{Gridded, Period};
use quanyu_files::OutputFailure;
use quanyu_policy::Plan;
use quanyu_policy::history::{Played, Record};

use serde::{Deserialize, Serialize};

use super::basin_budget;
use super::files::Growing;
use super::playing::{SharedPast, Unfinished, Watch, play_past};
use super::prepared::Prepared;
use crate::arguments::Heads;
use crate::outcome::CommandError;
use crate::progress;

/// What a run writes of a period besides its record.
#[derive(Serialize, Deserialize)]
pub(crate) struct PlayedPeriod {
    pub(crate) period: Period,
    heads: Option<Vec<f64>>,
    budget: Vec<f64>,
    basin_budget: Vec<f64>,
    solution: [f64; 5],
}

impl PlayedPeriod {
    pub(crate) fn new(gridded: &Gridded, played: &Played<'_>, heads: Heads) -> Self {
        let kept = heads == Heads::All || ends_year(played.period);
        Self {
            period: played.period,
            heads: kept.then(|| played.step.head.to_vec()),
            budget: Growing::budget_values(&played.step),
            basin_budget: basin_budget::values(gridded, &played.step),
            solution: Growing::solution_values(&played.step),
        }
    }

    /// Appends the period, which is number `index` of the record, to the files of a run.
    pub(crate) fn write(
        &self,
        files: &mut Growing,
        record: &Record,
        index: usize,
    ) -> Result<(), OutputFailure> {
        if let Some(heads) = &self.heads {
            files.heads(self.period, heads)?;
        }
        files.period(record, index, &self.budget, &self.basin_budget, &self.solution)
    }
}

/// Whether a period is the last of its year.
pub(crate) fn ends_year(period: Period) -> bool {
    period.month().is_none_or(|month| month == 12)
}

/// How many periods all plans have in common before the first year whose end one of them needs by itself.
pub(crate) fn shared_periods(first: &Plan, others: &[&Plan], first_held: Option<i16>) -> usize {
    let free = |&period: &usize| first_held.is_none_or(|year| first.periods[period].year() < year);
    let same = |&period: &usize| others.iter().all(|other| first.asks_the_same(other, period));
    (0..first.periods.len()).take_while(free).take_while(same).count()
}

/// The shared past of runs, with what they write of it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Past {
    pub(crate) played: Vec<PlayedPeriod>,
    pub(crate) shared: SharedPast,
}

/// Keeps what runs write, and moves the bar on.
struct Keep<'b> {
    gridded: &'b Gridded,
    played: Vec<PlayedPeriod>,
    heads: Heads,
    bar: &'b ProgressBar,
}

impl Watch for Keep<'_> {
    fn played(&mut self, played: &Played<'_>) {
        self.played.push(PlayedPeriod::new(self.gridded, played, self.heads));
        self.bar.set_message(played.period.start.strftime("%Y-%m").to_string());
        self.bar.inc(1);
    }
}

impl Past {
    /// The first `periods` periods of a plan: what is there already, and the rest played out.
    pub(crate) fn up_to(
        prepared: &Prepared<'_>,
        plan: &Plan,
        from: Option<Self>,
        periods: usize,
        heads: Heads,
        quiet: bool,
    ) -> Result<Self, CommandError> {
        let (played, shared) = match from {
            Some(past) if past.played.len() >= periods => return Ok(past),
            Some(past) => (past.played, Some(past.shared)),
            None => (Vec::with_capacity(periods), None),
        };
        let bar = progress::bar("shared history", periods, quiet);
        bar.set_position(played.len() as u64);
        let mut keep = Keep { gridded: &prepared.gridded, played, heads, bar: &bar };
        match play_past(prepared, plan, shared.as_ref(), periods, &mut keep) {
            Ok(shared) => {
                let played = keep.played;
                bar.finish_and_clear();
                Ok(Self { played, shared })
            }
            Err(Unfinished::Interrupted) => {
                bar.abandon();
                let text = "interrupted in the history that the scenarios share";
                Err(CommandError::Interrupted(text.into()))
            }
            Err(unfinished) => Err(CommandError::Failed(unfinished.explain())),
        }
    }

    /// Drops heads that only a run that keeps all of them writes.
    pub(crate) fn forget_heads_within_years(&mut self) {
        for played in self.played.iter_mut().filter(|played| !ends_year(played.period)) {
            played.heads = None;
        }
    }
}
