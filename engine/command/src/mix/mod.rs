//! `quanyu mix`: how far each measure must go for targets to be met at the least cost.
//!
//! None and all of the measures are played out in the flow model first. Between them mixes are judged on plans, of which as much is
//! delivered in proportion as without measures; the flow model then judges the mix that was found, and where it says otherwise
//! the search is done again with that much in reserve.

mod printed;
mod question;

use std::path::Path;

use quanyu_files::{Mixed, Sources, why_no_mix, write_mix};
use quanyu_policy::{Ledger, Mix, MixPoint, MixSettings, Money, Scenario, Status, cheapest_mix, costs};

use crate::arguments::MixArguments;
use crate::folder::writable;
use crate::interrupt;
use crate::outcome::{CommandError, Outcome};
use crate::progress::{message, runs_bar};
use crate::run::{read, side_by_side, use_threads};
use crate::until;
use crate::world::{Said, Terms, Unsaid, World, WorldFolder};
use question::Question;

/// Times that a mix is sought again because the flow model found it short.
const AGAIN: usize = 4;
/// What is kept in reserve from the start \[m³ a year\], so that a sum of whole litres is never short by one.
const RESERVE: f64 = 10.0;
/// Extents are rounded up to this many parts of a measure.
const PARTS: f64 = 1000.0;

/// A mix that the flow model has judged.
struct Answer {
    mix: Mix,
    /// What it says of the mix.
    said: Said,
    /// Whether every target is met.
    met: bool,
    /// Cost of all measures in full \[yuan\].
    in_full: Money,
    /// Times that it was sought.
    sought: usize,
}

/// Finds the cheapest mix.
pub(crate) fn mix(arguments: &MixArguments) -> Result<Outcome, CommandError> {
    use_threads(arguments.effort.threads)?;
    if let Some(why) = arguments.out.as_deref().and_then(why_no_mix) {
        return Err(CommandError::WrongInput(format!("--out: {why}")));
    }
    let mut sources = Sources::new();
    let study = read(std::slice::from_ref(&arguments.scenario), &mut sources)?;
    let question = Question::new(arguments, &study, &sources)?;
    if let Some(folder) = arguments.out.as_deref().and_then(Path::parent) {
        writable(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?;
    }
    let own = WorldFolder::as_it_stands(&study.basins[study.scenarios[0].basin], question.terms.at_ends);
    let answer = find(&question, &own, arguments.effort.quiet)?;
    let written = match &arguments.out {
        Some(path) if answer.met => {
            let rows: Vec<_> =
                question.mixed.iter().copied().zip(answer.mix.extents.iter().copied()).collect();
            let patch = Mixed {
                scenario: &question.scenario,
                base: &arguments.scenario,
                extents: &rows,
                until: &question.names(),
            };
            write_mix(path, &patch).map_err(|failure| CommandError::Failed(failure.to_string()))?;
            Some(path.as_path())
        }
        _ => None,
    };
    printed::say(&question, &answer, written, arguments)?;
    Ok(Outcome::Done)
}

fn find(question: &Question, own: &WorldFolder, quiet: bool) -> Result<Answer, CommandError> {
    let ends = [question.at(&vec![0.0; question.mixed.len()]), question.at(&vec![1.0; question.mixed.len()])];
    let world = World::new(&question.terms, own, [&ends[0], &ends[1]]).map_err(failed)?;
    let bar = runs_bar("none and all", 2, quiet);
    let mut both = side_by_side(2, |end| {
        let said = world.simulated(&ends[end]);
        bar.inc(1);
        said
    })
    .into_iter();
    bar.finish_and_clear();
    let mut next = || both.next().unwrap_or(Err(None)).map_err(failed);
    let ((none, ledger), (all, _)) = (next()?, next()?);
    if !quiet {
        message(&printed::line("no measure", question, &none));
        message(&printed::line("all in full", question, &all));
    }
    let in_full = cost(question, &ends[1], &all);
    let mut reserves = vec![RESERVE; question.asked.len()];
    for sought in 1.. {
        let mut evaluate = |extents: &[Vec<f64>]| planned(question, &world, &ledger, extents);
        let mut mix = cheapest_mix(question.mixed.len(), &reserves, &MixSettings::default(), &mut evaluate)?;
        if mix.holds {
            mix.extents
                .iter_mut()
                .for_each(|extent| *extent = ((*extent * PARTS - 1e-6).ceil() / PARTS).clamp(0.0, 1.0));
        }
        let (said, _) = world.simulated(&question.at(&mix.extents)).map_err(failed)?;
        if !quiet {
            message(&printed::line("cheapest mix", question, &said));
        }
        let margins = question.margins(&said).map_err(failed)?;
        let met = question.statuses(&said).iter().all(|status| *status == Status::Met);
        if met || !mix.holds || sought > AGAIN {
            mix.point = point(question, &mix.extents, &said).map_err(failed)?;
            return Ok(Answer { mix, said, met, in_full, sought });
        }
        for (reserve, margin) in reserves.iter_mut().zip(margins) {
            *reserve += (-margin).max(0.0) * 1.01 + RESERVE;
        }
    }
    Err(CommandError::Failed("no mix was sought".into()))
}

fn planned(
    question: &Question,
    world: &World<'_>,
    ledger: &Ledger,
    extents: &[Vec<f64>],
) -> Result<Vec<MixPoint>, CommandError> {
    side_by_side(extents.len(), |number| {
        if interrupt::asked() {
            return Err(None);
        }
        let said = world.planned(&question.at(&extents[number]), ledger)?;
        point(question, &extents[number], &said)
    })
    .into_iter()
    .map(|found| found.map_err(failed))
    .collect()
}

fn point(question: &Question, extents: &[f64], said: &Said) -> Result<MixPoint, Unsaid> {
    Ok(MixPoint { cost: cost(question, &question.at(extents), said).value, margins: question.margins(said)? })
}

/// What the mixed measures cost together.
fn cost(question: &Question, variant: &Scenario, said: &Said) -> Money {
    let nothing = Money { low: 0.0, value: 0.0, high: 0.0 };
    let of_mix = costs(variant, &said.plan).into_iter().filter(|cost| question.mixes(&cost.measure));
    of_mix.fold(nothing, |sum, cost| sum.plus(cost.yuan))
}

fn failed(unsaid: Unsaid) -> CommandError {
    match unsaid {
        Some(why) => CommandError::Failed(why),
        None => CommandError::Interrupted("interrupted; a search for a mix keeps nothing".into()),
    }
}
