//! The past that scenarios share: the periods before their plans part, simulated once.

use quanyu_basin::{Mining, Period};
use quanyu_files::OutputFailure;
use quanyu_policy::Plan;
use quanyu_policy::history::{Checkpoint, Course, Played, Record};

use super::files::Growing;
use super::prepared::Prepared;
use crate::arguments::Heads;
use crate::outcome::CommandError;
use crate::{interrupt, progress};

/// What a run writes of a period besides its record.
pub(crate) struct PlayedPeriod {
    pub(crate) period: Period,
    heads: Option<Vec<f64>>,
    budget: Vec<f64>,
    solution: [f64; 5],
}

impl PlayedPeriod {
    pub(crate) fn new(played: &Played<'_>, heads: Heads) -> Self {
        let kept = heads == Heads::All || ends_year(played.period);
        Self {
            period: played.period,
            heads: kept.then(|| played.step.head.to_vec()),
            budget: Growing::budget_values(&played.step),
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
        files.period(record, index, &self.budget, &self.solution)
    }

    /// Relative error of its water budget, without sign.
    pub(crate) fn closure(&self) -> f64 {
        self.solution[0].abs()
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

/// The shared past.
pub(crate) struct Past {
    pub(crate) played: Vec<PlayedPeriod>,
    pub(crate) checkpoint: Checkpoint,
}

impl Past {
    /// Plays out what all plans of a basin have in common; `None` where that is nothing, or there is one plan only.
    ///
    /// Every head of it is held in memory until the last scenario has written its own files, so where all are to be kept
    /// nothing is shared.
    pub(crate) fn new(
        prepared: &Prepared<'_>,
        plans: &[&Plan],
        first_held: Option<i16>,
        heads: Heads,
        quiet: bool,
    ) -> Result<Option<Self>, CommandError> {
        let [first, others @ ..] = plans else { return Ok(None) };
        let shared = shared_periods(first, others, first_held);
        if others.is_empty() || shared == 0 || heads == Heads::All {
            return Ok(None);
        }
        let bar = progress::bar("shared history", shared, quiet);
        let state = prepared.start.state.clone();
        let basin = &prepared.folder.basin;
        let mut course = Course::new(basin, &prepared.gridded, first, state, Mining::On, prepared.settings)
            .map_err(|faults| {
            CommandError::Failed(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        })?;
        let mut played = Vec::with_capacity(shared);
        while played.len() < shared {
            if interrupt::asked() {
                bar.abandon();
                return Err(CommandError::Interrupted(
                    "interrupted in the history that the scenarios share".into(),
                ));
            }
            let step = course.advance().map_err(|failure| CommandError::Failed(failure.to_string()))?;
            let Some(step) = step else { break };
            played.push(PlayedPeriod::new(&step, heads));
            bar.set_message(step.period.start.strftime("%Y-%m").to_string());
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(Some(Self { played, checkpoint: course.checkpoint() }))
    }
}
