//! `quanyu search`: the least value of one figure of a measure that meets a target.
//!
//! Both ends are played out in the flow model first. A target that rests on the ledger alone is then searched on plans, of which
//! as much is delivered in proportion as at the lax end, and the flow model confirms both sides of the turn that was found; where it does not, the search
//! is done again with the flow model at every value. Any other target has the flow model at every value. What the flow model said is
//! kept at once, so that a search that was stopped goes on from there.

mod printed;
mod question;
mod trial;

use quanyu_files::{Sources, read_quantity, show_quantity};
use quanyu_policy::{Found, Least, LeastSettings, least};

use crate::arguments::SearchArguments;
use crate::folder::writable;
use crate::outcome::{CommandError, Outcome};
use crate::progress::message;
use crate::run::{read, use_threads};
use question::Question;
use trial::{Trials, Tried};

/// The way between the ends is this many times the tolerance, unless said otherwise.
const PARTS: f64 = 200.0;
/// Points between the ends that are tried before halving, to notice a test that turns twice.
const BETWEEN: usize = 3;

/// A finished search.
struct Answer {
    found: Found<Tried>,
    settings: LeastSettings,
    /// Whether plans were enough between the ends.
    by_plan: bool,
}

/// Searches.
pub(crate) fn search(arguments: &SearchArguments) -> Result<Outcome, CommandError> {
    use_threads(arguments.effort.threads)?;
    let mut sources = Sources::new();
    let study = read(std::slice::from_ref(&arguments.scenario), &mut sources)?;
    let question = Question::new(arguments, &study, &mut sources)?;
    let settings = settings(arguments, &question)?;
    question.check_ends(&study, [settings.lax, settings.strict], &sources)?;
    let folders = question.folders(&study)?;
    let log = question.log(&arguments.out);
    log.parent().map_or(Ok(()), writable)?;
    let trials = Trials::begin(&question, &folders, &settings, &log, arguments.effort.quiet)?;
    let say = |tried: &Tried, value: f64| {
        if !arguments.effort.quiet {
            message(&printed::line(&question, tried, value));
        }
    };
    let answer = find(&question, &trials, settings, &say)?;
    printed::say(&question, &trials, &answer, arguments)?;
    Ok(Outcome::Done)
}

fn find(
    question: &Question,
    trials: &Trials<'_>,
    settings: LeastSettings,
    say: &dyn Fn(&Tried, f64),
) -> Result<Answer, CommandError> {
    let tried = |tried: Tried, value: f64| {
        say(&tried, value);
        (question.is_enough(&tried), tried)
    };
    if question.on_ledger_alone() {
        let mut found = least(&settings, |value| match trials.at_end(value) {
            Some(end) => Ok(tried(end, value)),
            None => trials.planned(value).map(|found| tried(found, value)),
        })?;
        let mut confirmed = true;
        if let Least::At { value, short } = found.least {
            for (value, wanted) in [(value, true), (short, false)] {
                let (meets, simulated) = tried(trials.simulated(value)?, value);
                confirmed &= meets == wanted;
                if let Some(trial) = found.trials.iter_mut().find(|trial| trial.value == value) {
                    (trial.meets, trial.outcome) = (meets, simulated);
                }
            }
        }
        if confirmed {
            return Ok(Answer { found, settings, by_plan: true });
        }
    }
    let found = least(&settings, |value| trials.simulated(value).map(|found| tried(found, value)))?;
    Ok(Answer { found, settings, by_plan: false })
}

fn settings(arguments: &SearchArguments, question: &Question) -> Result<LeastSettings, CommandError> {
    let variable = &question.variable;
    let read = |text: &Option<String>, option: &str, default: f64| match text {
        Some(text) => read_quantity(text, variable.quantity)
            .map_err(|fault| CommandError::WrongInput(format!("--{option}: {fault}"))),
        None => Ok(default),
    };
    let lax = read(&arguments.from, "from", variable.lax)?;
    let strict = read(&arguments.to, "to", variable.strict)?;
    if lax == strict {
        return Err(CommandError::WrongInput(format!(
            "{} goes from {} to {}, which leaves nothing to search; give the ends with --from and --to",
            variable.name(),
            show_quantity(lax, variable.quantity),
            show_quantity(strict, variable.quantity)
        )));
    }
    if (strict - lax).signum() != (variable.strict - variable.lax).signum() && variable.strict != variable.lax
    {
        let (less, more) = if variable.strict > variable.lax { ("low", "high") } else { ("high", "low") };
        return Err(CommandError::WrongInput(format!(
            "--from is the end that asks least, --to the end that asks most; {} asks less where it is {less} and more where it is \
             {more}",
            variable.name()
        )));
    }
    let tolerance = read(&arguments.tolerance, "tolerance", (strict - lax).abs() / PARTS)?;
    if tolerance <= 0.0 {
        let given = arguments.tolerance.as_deref().unwrap_or_default();
        return Err(CommandError::WrongInput(format!(
            "--tolerance: `{given}` is out of range; allowed: above zero, in the unit of {}",
            variable.name()
        )));
    }
    Ok(LeastSettings { lax, strict, tolerance, between: BETWEEN })
}
