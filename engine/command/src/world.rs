//! One basin in which variants of a scenario are tried: the basin as it stands, or a member.

use quanyu_basin::Fault;
use quanyu_files::BasinFolder;
use quanyu_policy::ensemble::{at_its_figures, carried_out, log_weight};
use quanyu_policy::history::compare_with_marks;
use quanyu_policy::{
    Ends, Evidence, Ledger, Plan, Scenario, Side, StorageEvidence, Verdict, apply, judge, settle,
    settle_as_requested, settle_in_proportion,
};

use crate::run::member::{level_series, spring_series};
use crate::run::past::shared_periods;
use crate::run::playing::{
    PlayedOut, SharedPast, Unfinished, Unwatched, held_year, play_out, play_past, storage_start_year,
};
use crate::run::prepared::{PrepareError, Prepared};
use crate::run::storage::storage_evidence;

/// What is asked in every world.
pub(crate) struct Terms {
    /// Cell size \[m\].
    pub(crate) cell: f64,
    /// Whether both ends of the assumed ranges are judged.
    pub(crate) at_ends: bool,
    /// Whether the storage test is run.
    pub(crate) storage: bool,
    /// The scenario whose history weights a member.
    pub(crate) weighed_by: Option<Scenario>,
}

/// A basin of a world, and how far measures are carried out in it.
pub(crate) struct WorldFolder {
    pub(crate) folder: BasinFolder,
    pub(crate) compliance: f64,
    /// Logarithm of the importance weight with which it was drawn.
    pub(crate) log_importance: f64,
}

impl WorldFolder {
    /// The basin as it stands, or, where its ends are not judged, without ranges.
    pub(crate) fn as_it_stands(folder: &BasinFolder, at_ends: bool) -> Self {
        let folder = if at_ends { folder.clone() } else { folder.with_basin(at_its_figures(&folder.basin)) };
        Self { folder, compliance: 1.0, log_importance: 0.0 }
    }
}

/// A world, ready for trials.
pub(crate) struct World<'a> {
    terms: &'a Terms,
    prepared: Prepared<'a>,
    compliance: f64,
    /// What all trials have in common, and the plan that asked it.
    past: Option<(SharedPast, Plan)>,
    /// Logarithm of a member's weight.
    pub(crate) log_weight: f64,
}

/// What a trial says in one world.
pub(crate) struct Said {
    /// All rulings of the scenario's targets.
    pub(crate) verdict: Verdict,
    /// What was planned at the value of the demand.
    pub(crate) plan: Plan,
}

/// What cannot be said, and why; `None` where the user asked to stop.
pub(crate) type Unsaid = Option<String>;

fn unsaid(unfinished: &Unfinished) -> Unsaid {
    match unfinished {
        Unfinished::Interrupted => None,
        other => Some(other.explain()),
    }
}

fn in_words(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl<'a> World<'a> {
    /// Grids the basin, plays the past that two variants share and, for a member, the history by whose marks it is weighted.
    pub(crate) fn new(
        terms: &'a Terms,
        own: &'a WorldFolder,
        variants: [&Scenario; 2],
    ) -> Result<Self, Unsaid> {
        let prepared = Prepared::new(&own.folder, terms.cell).map_err(|error| match error {
            PrepareError::Faults(faults) => Some(in_words(&faults)),
            PrepareError::Unsolved(failure) => Some(failure.to_string()),
        })?;
        let mut world = Self { terms, prepared, compliance: own.compliance, past: None, log_weight: 0.0 };
        let [one, other] = variants.map(|variant| carried_out(variant, own.compliance));
        let (one, other) = (world.plan(&one, Ends::Value)?, world.plan(&other, Ends::Value)?);
        let shared = shared_periods(&one, &[&other], storage_start_year(variants[0]));
        if shared > 0 {
            let past =
                play_past(&world.prepared, &one, None, shared, &mut Unwatched).map_err(|why| unsaid(&why))?;
            world.past = Some((past, one));
        }
        if let Some(as_usual) = &terms.weighed_by {
            world.log_weight = world.weigh(as_usual)? + own.log_importance;
        }
        Ok(world)
    }

    /// Logarithm of the weight of a member, from its history as usual up to the last mark.
    fn weigh(&self, as_usual: &Scenario) -> Result<f64, Unsaid> {
        let basin = &self.prepared.folder.basin;
        let scenario = carried_out(as_usual, self.compliance);
        let last = basin.marks.iter().map(|mark| mark.to).max().unwrap_or(basin.time.history_from);
        let periods: Vec<_> =
            basin.time.periods().into_iter().filter(|period| period.year() <= last).collect();
        let plan = apply(basin, &scenario, &basin.time.periods(), Ends::Value)
            .map_err(|faults| Some(in_words(&faults)))?;
        let played = play_past(&self.prepared, &plan, None, periods.len(), &mut Unwatched)
            .map_err(|unfinished| unsaid(&unfinished))?;
        Ok(log_weight(&compare_with_marks(basin, &played.checkpoint.record)))
    }

    fn plan(&self, scenario: &Scenario, ends: Ends) -> Result<Plan, Unsaid> {
        let basin = &self.prepared.folder.basin;
        apply(basin, scenario, &basin.time.periods(), ends).map_err(|faults| Some(in_words(&faults)))
    }

    /// The past, if this plan asks the same throughout it.
    fn past_of(&self, plan: &Plan) -> Option<&SharedPast> {
        let (past, asked) = self.past.as_ref()?;
        let periods = 0..past.checkpoint.record.periods.len();
        periods.into_iter().all(|period| plan.asks_the_same(asked, period)).then_some(past)
    }

    /// A variant in the flow model, and the ledger that came of it.
    pub(crate) fn simulated(&self, variant: &Scenario) -> Result<(Said, Ledger), Unsaid> {
        let scenario = carried_out(variant, self.compliance);
        let plan = self.plan(&scenario, Ends::Value)?;
        let start = self.terms.storage.then(|| storage_start_year(&scenario)).flatten();
        let PlayedOut { record, delivered, storage_start, .. } =
            play_out(&self.prepared, &plan, self.past_of(&plan), start, &mut Unwatched)
                .map_err(|unfinished| unsaid(&unfinished))?;
        let ledger = settle(&plan, &delivered).map_err(|faults| Some(in_words(&faults)))?;
        let evidence = |plan: &Plan, ledger: &Ledger| match self.terms.storage {
            true => {
                storage_evidence(&self.prepared, plan, ledger, held_year(&scenario), storage_start.as_ref())
                    .map_err(|unfinished| unsaid(&unfinished))
            }
            false => Ok(StorageEvidence::NotRun),
        };
        let storage = evidence(&plan, &ledger)?;
        let (springs, levels) =
            (spring_series(&self.prepared, &record), level_series(&self.prepared, &record));
        let side = Side { ledger: &ledger, springs: &springs, levels: &levels, storage: &storage };
        let verdict = self.judged(&scenario, side, &ledger, &evidence)?;
        Ok((Said { verdict, plan }, ledger))
    }

    /// A variant on the plan alone: aquifer and springs refuse in proportion what they refused in a simulated ledger.
    pub(crate) fn planned(&self, variant: &Scenario, simulated: &Ledger) -> Result<Said, Unsaid> {
        let scenario = carried_out(variant, self.compliance);
        let plan = self.plan(&scenario, Ends::Value)?;
        let ledger = settle_in_proportion(&plan, simulated).map_err(|faults| Some(in_words(&faults)))?;
        let storage = StorageEvidence::NotRun;
        let side = Side { ledger: &ledger, springs: &[], levels: &[], storage: &storage };
        let verdict = self.judged(&scenario, side, simulated, &|_, _| Ok(StorageEvidence::NotRun))?;
        Ok(Said { verdict, plan })
    }

    /// The verdict, with both ends of the assumed ranges beside the value where they are asked for.
    fn judged(
        &self,
        scenario: &Scenario,
        value: Side<'_>,
        simulated: &Ledger,
        storage: &dyn Fn(&Plan, &Ledger) -> Result<StorageEvidence, Unsaid>,
    ) -> Result<Verdict, Unsaid> {
        let basin = &self.prepared.folder.basin;
        let end = |ends: Ends| -> Result<Option<(Ledger, StorageEvidence)>, Unsaid> {
            if !self.terms.at_ends {
                return Ok(None);
            }
            let plan = self.plan(scenario, ends)?;
            let ledger = settle_as_requested(&plan, simulated).map_err(|faults| Some(in_words(&faults)))?;
            let storage = storage(&plan, &ledger)?;
            Ok(Some((ledger, storage)))
        };
        let (low, high) = (end(Ends::Low)?, end(Ends::High)?);
        // Nothing in a member has a range: both ends are what was drawn.
        let [low, high] = [&low, &high].map(|end| match end {
            Some((ledger, storage)) => Side { ledger, springs: &[], levels: &[], storage },
            None => Side { springs: &[], levels: &[], ..value },
        });
        judge(&Evidence { basin, scenario, value, low, high }).map_err(|faults| Some(in_words(&faults)))
    }
}
