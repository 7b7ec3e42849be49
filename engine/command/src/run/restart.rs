//! Checkpoints: where the scenarios stand on a date, kept in a file, and scenarios that branch from it.

use std::path::Path;

use jiff::civil::Date;
use quanyu_basin::Period;
use quanyu_files::{CheckpointHeader, Study, combined_hash, read_checkpoint, text_hash, write_checkpoint};
use quanyu_policy::Plan;

use super::past::{Past, shared_periods};
use super::playing;
use super::prepared::{Plans, Prepared};
use crate::arguments::{Heads, RunArguments};
use crate::engine::ENGINE;
use crate::outcome::CommandError;
use crate::progress::message;

/// How the past of one basin's scenarios is come by.
pub(crate) struct Beginning<'p> {
    plans: Vec<&'p Plan>,
    /// Periods that all plans have in common before one of them needs a state of its own.
    shared: usize,
    /// Read from a file.
    from: Option<Past>,
    /// Periods after which the state is kept in a file.
    keep: Option<usize>,
}

/// Checks what is asked for and reads what is given, before anything is written; one for each basin.
pub(crate) fn beginnings<'p>(
    study: &Study,
    prepared: &[Prepared<'_>],
    plans: &'p [Plans],
    arguments: &RunArguments,
) -> Result<Vec<Beginning<'p>>, CommandError> {
    let mut faults = Vec::new();
    let mut beginnings: Vec<Beginning<'p>> = (0..prepared.len())
        .map(|basin| {
            let own = study.scenarios.iter().zip(plans).filter(|(file, _)| file.basin == basin);
            let held = own.clone().filter_map(|(file, _)| playing::storage_start_year(&file.scenario)).min();
            let plans: Vec<_> = own.map(|(_, plans)| &plans.value).collect();
            let shared = plans.split_first().map_or(0, |(first, others)| shared_periods(first, others, held));
            Beginning { plans, shared, from: None, keep: None }
        })
        .collect();
    if let Some(date) = arguments.checkpoint {
        for beginning in &mut beginnings {
            match beginning.periods_before(date) {
                Ok(periods) => beginning.keep = Some(periods),
                Err(fault) => faults.push(format!("--checkpoint {date}: {fault}")),
            }
        }
    }
    for path in &arguments.from {
        if let Err(fault) = give(path, prepared, &mut beginnings, arguments.heads) {
            faults.push(format!("--from {}: {fault}", path.display()));
        }
    }
    if let Some(date) = arguments.checkpoint {
        for beginning in &beginnings {
            let begun = beginning.from.as_ref().map_or(0, |past| past.played.len());
            if beginning.keep.is_some_and(|keep| keep < begun) {
                faults.push(format!(
                    "--checkpoint {date}: a checkpoint is given that stands later; give a later day"
                ));
            }
        }
    }
    if faults.is_empty() { Ok(beginnings) } else { Err(CommandError::WrongInput(faults.join("\n"))) }
}

impl Beginning<'_> {
    fn periods(&self) -> &[Period] {
        self.plans.first().map_or(&[], |plan| &plan.periods)
    }

    /// The day on which the scenarios part, or one of them needs a state of its own.
    fn parting(&self) -> Option<Date> {
        self.periods().get(self.shared).map(|period| period.start)
    }

    fn periods_before(&self, date: Date) -> Result<usize, String> {
        let periods = self.periods();
        let months = periods.iter().find(|period| period.month().is_some()).map(|period| period.start);
        let Some(before) = periods.iter().position(|period| period.start == date) else {
            let (Some(first), Some(last)) = (periods.first(), periods.last()) else {
                return Err("no scenario simulates anything".into());
            };
            let months = months.map_or(String::new(), |start| format!(", or of a month from {start} on"));
            return Err(format!(
                "no period begins on that day; give the first day of a year{months}, from {} to {}",
                first.start, last.start
            ));
        };
        match self.parting() {
            Some(parting) if before > self.shared => Err(format!(
                "from {parting} on the scenarios ask different things of the aquifer, or a storage test starts; give a day up to then"
            )),
            _ if before == 0 => Err("nothing is simulated before that day; give a later one".into()),
            _ => Ok(before),
        }
    }

    /// The past, read or played out; `None` where there is nothing to share.
    ///
    /// Every head of it is held in memory until the last scenario has written its own files, so where all are to be kept
    /// nothing is shared that nobody asked for.
    pub(crate) fn past(
        self,
        prepared: &Prepared<'_>,
        arguments: &RunArguments,
    ) -> Result<Option<Past>, CommandError> {
        let Some(first) = self.plans.first() else { return Ok(None) };
        let (heads, quiet) = (arguments.heads, arguments.effort.quiet);
        let mut past = self.from;
        if let Some(keep) = self.keep {
            let kept = Past::up_to(prepared, first, past, keep, heads, quiet)?;
            write(prepared, first, &kept, arguments)?;
            past = Some(kept);
        }
        let worth = self.plans.len() > 1 && self.shared > 0 && heads != Heads::All;
        if worth { Past::up_to(prepared, first, past, self.shared, heads, quiet).map(Some) } else { Ok(past) }
    }
}

fn asked(plan: &Plan, periods: usize) -> Vec<String> {
    (0..periods).map(|period| text_hash(&format!("{:?}", plan.asks(period)))).collect()
}

fn header(
    prepared: &Prepared<'_>,
    plan: &Plan,
    periods: usize,
    date: Date,
    heads: Heads,
) -> CheckpointHeader {
    CheckpointHeader {
        version: ENGINE.into(),
        basin: prepared.folder.basin.id.clone(),
        input_sha256: combined_hash(&prepared.folder.inputs),
        cell_m: prepared.cell,
        date,
        all_heads: heads == Heads::All,
        asked: asked(plan, periods),
    }
}

fn write(
    prepared: &Prepared<'_>,
    plan: &Plan,
    past: &Past,
    arguments: &RunArguments,
) -> Result<(), CommandError> {
    let Some(next) = plan.periods.get(past.played.len()) else { return Ok(()) };
    let header = header(prepared, plan, past.played.len(), next.start, arguments.heads);
    let path = arguments.out.join(format!("checkpoint-{}-{}.quanyu", header.basin, header.date));
    write_checkpoint(&path, &header, past).map_err(|error| CommandError::Failed(error.to_string()))?;
    message(&format!("checkpoint of {} in {}", header.date, path.display()));
    Ok(())
}

/// Gives a checkpoint to the basin that it belongs to.
fn give(
    path: &Path,
    prepared: &[Prepared<'_>],
    beginnings: &mut [Beginning<'_>],
    heads: Heads,
) -> Result<(), String> {
    let (told, mut past): (CheckpointHeader, Past) =
        read_checkpoint(path).map_err(|fault| fault.to_string())?;
    let own = |prepared: &&Prepared<'_>| prepared.folder.basin.id == told.basin;
    let Some((basin, prepared)) = prepared.iter().enumerate().find(|(_, prepared)| own(prepared)) else {
        return Err(format!("is of the basin {}, which no scenario is about", told.basin));
    };
    let beginning = &mut beginnings[basin];
    if beginning.from.is_some() {
        return Err(format!("a checkpoint of the basin {} is given already", told.basin));
    }
    let Some(first) = beginning.plans.first() else { return Err("no scenario needs it".into()) };
    let here = header(prepared, first, 0, told.date, heads);
    if told.version != here.version {
        return Err(format!("was made by version {}, this is {}; make it anew", told.version, here.version));
    }
    if told.input_sha256 != here.input_sha256 {
        return Err(format!("was made of other files of the basin {}; make it anew", told.basin));
    }
    if told.cell_m != here.cell_m {
        return Err(format!(
            "has cells of {} m, this run {} m; give the same --cell",
            told.cell_m, here.cell_m
        ));
    }
    if here.all_heads && !told.all_heads {
        return Err("holds heads at ends of years only; make it anew with --heads all".into());
    }
    let periods = told.asked.len();
    for plan in &beginning.plans {
        let differs = asked(plan, periods.min(plan.periods.len()));
        if let Some(period) = differs.iter().zip(&told.asked).position(|(own, others)| own != others) {
            return Err(format!(
                "stands at {}, but a scenario asks something else of the aquifer from {} on; take an earlier checkpoint",
                told.date, plan.periods[period].start
            ));
        }
    }
    if let Some(parting) = beginning.parting().filter(|parting| told.date > *parting) {
        return Err(format!(
            "stands at {}, but a storage test starts from heads before it; take a checkpoint up to {parting}",
            told.date
        ));
    }
    if !here.all_heads {
        past.forget_heads_within_years();
    }
    beginning.from = Some(past);
    Ok(())
}
