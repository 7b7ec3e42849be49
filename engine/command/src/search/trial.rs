//! One value tried in all worlds.

use std::path::Path;

use indicatif::ProgressBar;
use quanyu_basin::{GridSpec, Parameters, discretise};
use quanyu_files::{OutputFailure, TrialLog};
use quanyu_policy::ensemble::{effective_size, quantile, sampling_error, weights};
use quanyu_policy::{LeastSettings, Ledger, Scenario, Status};
use serde::{Deserialize, Serialize};

use super::question::Question;
use crate::interrupt;
use crate::outcome::CommandError;
use crate::progress::{message, runs_bar};
use crate::run::side_by_side;
use crate::until;
use crate::world::{Said, Unsaid, World, WorldFolder};

/// Memory that a world takes between trials, for each cell of the grid \[B\]: measured, with room to spare.
const BYTES_A_CELL: f64 = 800.0;

/// How a value was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Means {
    /// In the flow model.
    FlowModel,
    /// On the plan, in proportion to what the flow model delivered at the lax end.
    Plan,
}

/// What a value came to.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Tried {
    pub(super) by: Means,
    /// Share of the worlds, by weight, in which the target is met: 0 or 1 where there is one.
    pub(super) met: f64,
    /// What is said where there is one world.
    pub(super) status: Option<Status>,
    /// Sampling error of the share; `None` where there is one world.
    pub(super) error: Option<f64>,
    /// Judged value; the middle of the members'.
    pub(super) value: Option<f64>,
    /// Distance to the threshold \[m³\], positive where the test holds; of one world only.
    pub(super) margin_m3: Option<f64>,
    /// Members in which it could not be tried.
    pub(super) failed: usize,
}

/// What the ruling that is asked for says in one world.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Judged {
    status: Status,
    value: Option<f64>,
    margin: Option<f64>,
}

impl Judged {
    fn of(question: &Question, said: &Said) -> Result<Self, Unsaid> {
        let ruling = until::same(&question.ruling, &said.verdict.targets);
        let ruling =
            ruling.ok_or_else(|| Some("the ruling that is asked for did not come back".to_owned()))?;
        Ok(Self { status: ruling.status, value: ruling.value, margin: ruling.margin_m3 })
    }
}

/// What was tried, by value and world: what the ruling said, or why it could say nothing.
pub(super) type Log = TrialLog<Result<Judged, String>>;

/// What came of a value in a world, and its ledger where it was simulated.
type Came = (Result<Judged, String>, Option<Ledger>);

/// All worlds, and both ends as tried in them.
pub(super) struct Trials<'a> {
    question: &'a Question,
    worlds: Vec<Result<World<'a>, String>>,
    weights: Vec<f64>,
    ends: [(f64, Tried); 2],
    /// Per world: the ledger at the lax end.
    ledgers: Vec<Option<Ledger>>,
    log: Log,
    quiet: bool,
}

fn heard<T>(said: Result<T, Unsaid>, log: &Path) -> Result<Result<T, String>, CommandError> {
    match said {
        Ok(said) => Ok(Ok(said)),
        Err(Some(why)) => Ok(Err(why)),
        Err(None) => Err(CommandError::Interrupted(format!(
            "interrupted; what was tried is kept in {}, and the same command goes on from there",
            log.display()
        ))),
    }
}

fn unwritten(failure: OutputFailure) -> CommandError {
    CommandError::Failed(format!(
        "{failure}\nwhat was tried before is kept; once this is mended, the same command goes on from there"
    ))
}

impl<'a> Trials<'a> {
    /// Prepares the worlds and tries both ends in the flow model.
    pub(super) fn begin(
        question: &'a Question,
        folders: &'a [WorldFolder],
        settings: &LeastSettings,
        log: &Path,
        quiet: bool,
    ) -> Result<Self, CommandError> {
        let log =
            Log::open(log, &question.hash).map_err(|failure| CommandError::Failed(failure.to_string()))?;
        if question.members.is_some() && !quiet {
            announce(question, folders);
        }
        let ends = [settings.lax, settings.strict];
        let variants = ends.map(|end| question.at(end));
        let bar = runs_bar("history", folders.len(), quiet);
        let worlds = side_by_side(folders.len(), |number| {
            let world = World::new(&question.terms, &folders[number], [&variants[0], &variants[1]]);
            bar.inc(1);
            world
        });
        bar.finish_and_clear();
        let worlds: Vec<_> =
            worlds.into_iter().map(|world| heard(world, log.path())).collect::<Result<_, _>>()?;
        if let [Err(why)] = &worlds[..] {
            return Err(CommandError::Failed(why.clone()));
        }
        let found: Vec<f64> = worlds.iter().flatten().map(|world| world.log_weight).collect();
        if found.is_empty() {
            let why = worlds.iter().find_map(|world| world.as_ref().err().cloned()).unwrap_or_default();
            return Err(CommandError::Failed(format!("no member could be prepared; the first one: {why}")));
        }
        let mut shares = weights(&found).into_iter();
        let mean = 1.0 / found.len() as f64;
        // A member that cannot be prepared counts as undetermined, with the mean weight.
        let raw: Vec<f64> = worlds
            .iter()
            .map(|world| if world.is_ok() { shares.next().unwrap_or(0.0) } else { mean })
            .collect();
        let sum: f64 = raw.iter().sum();
        let nothing = |value| (value, Tried::nothing());
        let mut trials = Self {
            question,
            weights: raw.into_iter().map(|weight| weight / sum).collect(),
            ends: ends.map(nothing),
            ledgers: vec![None; worlds.len()],
            worlds,
            log,
            quiet,
        };
        let bar = trials.bar("both ends", 2 * trials.worlds.len());
        let mut both = side_by_side(2 * trials.worlds.len(), |task| {
            // Plans need the ledger of the lax end, which is not kept.
            let anew = task % 2 == 0 && question.on_ledger_alone();
            let said = trials.tried(task / 2, ends[task % 2], &variants[task % 2], anew);
            bar.inc(1);
            said
        })
        .into_iter();
        bar.finish_and_clear();
        let (mut lax, mut strict) = (Vec::new(), Vec::new());
        for number in 0..trials.worlds.len() {
            let (Some(at_lax), Some(at_strict)) = (both.next(), both.next()) else { continue };
            let (at_lax, ledger) = at_lax?;
            trials.ledgers[number] = ledger;
            lax.push(at_lax);
            strict.push(at_strict?.0);
        }
        trials.ends[0].1 = trials.together(lax, Means::FlowModel)?;
        trials.ends[1].1 = trials.together(strict, Means::FlowModel)?;
        Ok(trials)
    }

    /// Number of worlds, and their effective number after weighting.
    pub(super) fn size(&self) -> (usize, f64) {
        (self.worlds.len(), effective_size(&self.weights))
    }

    /// What the flow model said at an end.
    pub(super) fn at_end(&self, value: f64) -> Option<Tried> {
        self.ends.iter().find(|(end, _)| *end == value).map(|(_, tried)| tried.clone())
    }

    /// A value in the flow model, in every world.
    pub(super) fn simulated(&self, value: f64) -> Result<Tried, CommandError> {
        if let Some(tried) = self.at_end(value) {
            return Ok(tried);
        }
        let variant = self.question.at(value);
        let bar = self.bar("one value", self.worlds.len());
        let said = side_by_side(self.worlds.len(), |number| {
            let said = self.tried(number, value, &variant, false);
            bar.inc(1);
            said
        });
        bar.finish_and_clear();
        let said = said.into_iter().map(|said| Ok(said?.0)).collect::<Result<Vec<_>, CommandError>>()?;
        self.together(said, Means::FlowModel)
    }

    /// A value in the flow model of one world, as it was kept or, where it was not or is wanted anew, simulated and kept; with its
    /// ledger where it was simulated.
    fn tried(&self, number: usize, value: f64, variant: &Scenario, anew: bool) -> Result<Came, CommandError> {
        let known = self.log.get(value, number);
        if let (Some(known), false) = (&known, anew) {
            return Ok((known.clone(), None));
        }
        let said = self.in_world(number, |world| {
            let (said, ledger) = world.simulated(variant)?;
            Ok((Judged::of(self.question, &said)?, ledger))
        });
        let (said, ledger) = match heard(said, self.log.path())? {
            Ok((said, ledger)) => (Ok(said), Some(ledger)),
            Err(why) => (Err(why), None),
        };
        if known.is_none() {
            self.log.put(value, number, &said).map_err(unwritten)?;
        }
        Ok((said, ledger))
    }

    /// A value on the plan, in every world.
    pub(super) fn planned(&self, value: f64) -> Result<Tried, CommandError> {
        let variant = self.question.at(value);
        let said = side_by_side(self.worlds.len(), |number| {
            if interrupt::asked() {
                return Err(None);
            }
            let Some(ledger) = &self.ledgers[number] else {
                return Err(Some("the lax end could not be simulated".to_owned()));
            };
            self.in_world(number, |world| Judged::of(self.question, &world.planned(&variant, ledger)?))
        });
        let said =
            said.into_iter().map(|said| heard(said, self.log.path())).collect::<Result<Vec<_>, _>>()?;
        self.together(said, Means::Plan)
    }

    fn bar(&self, name: &str, runs: usize) -> ProgressBar {
        runs_bar(name, runs, self.quiet)
    }

    fn in_world<T>(
        &self,
        number: usize,
        task: impl FnOnce(&World<'a>) -> Result<T, Unsaid>,
    ) -> Result<T, Unsaid> {
        match &self.worlds[number] {
            Ok(world) => task(world),
            Err(why) => Err(Some(why.clone())),
        }
    }

    fn together(&self, said: Vec<Result<Judged, String>>, by: Means) -> Result<Tried, CommandError> {
        if let [only] = &said[..] {
            let only = only.as_ref().map_err(|why| CommandError::Failed(why.clone()))?;
            return Ok(Tried {
                by,
                met: if only.status == Status::Met { 1.0 } else { 0.0 },
                status: Some(only.status),
                error: None,
                value: only.value,
                margin_m3: only.margin,
                failed: 0,
            });
        }
        let failed = said.iter().filter(|said| said.is_err()).count();
        if failed > 0
            && !self.quiet
            && let Some(why) = said.iter().find_map(|said| said.as_ref().err())
        {
            message(&format!("{failed} members count as undetermined; the first one: {why}"));
        }
        let met: f64 = said
            .iter()
            .zip(&self.weights)
            .filter(|(said, _)| said.as_ref().is_ok_and(|said| said.status == Status::Met))
            .fold(0.0, |sum, (_, weight)| sum + weight);
        let values: Vec<(f64, f64)> = said
            .iter()
            .zip(&self.weights)
            .filter_map(|(said, weight)| Some((said.as_ref().ok()?.value?, *weight)))
            .collect();
        Ok(Tried {
            by,
            met,
            status: None,
            error: Some(sampling_error(met, effective_size(&self.weights))),
            value: quantile(&values, 0.5),
            margin_m3: None,
            failed,
        })
    }
}

/// Says what the worlds take, before they are made.
fn announce(question: &Question, folders: &[WorldFolder]) {
    let basin = &folders[0].folder.basin;
    let gridded = discretise(basin, &Parameters::of(basin), &GridSpec { cell: question.terms.cell });
    let cells = gridded.map_or(0, |gridded| gridded.problem.grid().cells());
    let megabytes = folders.len() as f64 * cells as f64 * BYTES_A_CELL / 1e6;
    message(&format!(
        "{}: {} members at each value, kept in memory together, about {megabytes:.0} MB",
        question.scenario.name,
        folders.len()
    ));
}

impl Tried {
    fn nothing() -> Self {
        Self {
            by: Means::FlowModel,
            met: 0.0,
            status: None,
            error: None,
            value: None,
            margin_m3: None,
            failed: 0,
        }
    }
}
