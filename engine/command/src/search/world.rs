//! One basin in which a value is tried: the one as it stands, or a member.

use quanyu_basin::Fault;
use quanyu_policy::ensemble::{carried_out, log_weight};
use quanyu_policy::history::compare_with_marks;
use quanyu_policy::{
    Ends, Evidence, Ledger, Plan, Scenario, Side, Status, StorageEvidence, apply, judge, settle,
    settle_as_requested, settle_in_proportion,
};

use super::question::{Question, WorldFolder};
use crate::run::member::{level_series, spring_series};
use crate::run::past::shared_periods;
use crate::run::playing::{
    PlayedOut, SharedPast, Unfinished, Unwatched, held_year, play_out, play_past, storage_start_year,
};
use crate::run::prepared::{PrepareError, Prepared};
use crate::run::storage::storage_evidence;

/// A world, ready for trials.
pub(super) struct World<'a> {
    question: &'a Question,
    prepared: Prepared<'a>,
    compliance: f64,
    /// What all trials have in common, and the plan that asked it.
    past: Option<(SharedPast, Plan)>,
    /// Logarithm of a member's weight.
    pub(super) log_weight: f64,
}

/// What a trial says in one world.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) status: Status,
    pub(super) value: Option<f64>,
    pub(super) margin: Option<f64>,
}

/// What cannot be said, and why; `None` where the user asked to stop.
pub(super) type Unsaid = Option<String>;

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
    /// Grids the basin, plays the past that the two ends share and, for a member, the history by whose marks it is weighted.
    pub(super) fn new(question: &'a Question, own: &'a WorldFolder, ends: [f64; 2]) -> Result<Self, Unsaid> {
        let prepared = Prepared::new(&own.folder, question.cell).map_err(|error| match error {
            PrepareError::Faults(faults) => Some(in_words(&faults)),
            PrepareError::Unsolved(failure) => Some(failure.to_string()),
        })?;
        let mut world = Self { question, prepared, compliance: own.compliance, past: None, log_weight: 0.0 };
        let [lax, strict] = [world.plan(ends[0], Ends::Value)?, world.plan(ends[1], Ends::Value)?];
        let shared = shared_periods(&lax, &[&strict], storage_start_year(&question.scenario));
        if shared > 0 {
            let past =
                play_past(&world.prepared, &lax, None, shared, &mut Unwatched).map_err(|why| unsaid(&why))?;
            world.past = Some((past, lax));
        }
        if let Some(members) = &question.members {
            let as_usual = &members.batch.study.scenarios[0].scenario;
            world.log_weight = world.weigh(as_usual)?;
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

    fn scenario(&self, value: f64) -> Scenario {
        carried_out(&self.question.scenario.varied(&self.question.variable, value), self.compliance)
    }

    fn plan(&self, value: f64, ends: Ends) -> Result<Plan, Unsaid> {
        let basin = &self.prepared.folder.basin;
        apply(basin, &self.scenario(value), &basin.time.periods(), ends)
            .map_err(|faults| Some(in_words(&faults)))
    }

    /// The past, if this plan asks the same throughout it.
    fn past_of(&self, plan: &Plan) -> Option<&SharedPast> {
        let (past, asked) = self.past.as_ref()?;
        let periods = 0..past.checkpoint.record.periods.len();
        periods.into_iter().all(|period| plan.asks_the_same(asked, period)).then_some(past)
    }

    /// A value in the flow model, and the ledger that came of it.
    pub(super) fn simulated(&self, value: f64) -> Result<(Said, Ledger), Unsaid> {
        let scenario = self.scenario(value);
        let plan = self.plan(value, Ends::Value)?;
        let start = self.question.needs_storage().then(|| storage_start_year(&scenario)).flatten();
        let PlayedOut { record, delivered, storage_start, .. } =
            play_out(&self.prepared, &plan, self.past_of(&plan), start, &mut Unwatched)
                .map_err(|unfinished| unsaid(&unfinished))?;
        let ledger = settle(&plan, &delivered).map_err(|faults| Some(in_words(&faults)))?;
        let evidence = |plan: &Plan, ledger: &Ledger| match self.question.needs_storage() {
            true => {
                storage_evidence(&self.prepared, plan, ledger, held_year(&scenario), storage_start.as_ref())
            }
            false => StorageEvidence::NotRun,
        };
        let storage = evidence(&plan, &ledger);
        let (springs, levels) =
            (spring_series(&self.prepared, &record), level_series(&self.prepared, &record));
        let side = Side { ledger: &ledger, springs: &springs, levels: &levels, storage: &storage };
        let said = self.judged(&scenario, value, side, &ledger, &evidence)?;
        Ok((said, ledger))
    }

    /// A value on the plan alone: aquifer and springs refuse in proportion what they refused in a simulated ledger.
    pub(super) fn planned(&self, value: f64, simulated: &Ledger) -> Result<Said, Unsaid> {
        let scenario = self.scenario(value);
        let plan = self.plan(value, Ends::Value)?;
        let ledger = settle_in_proportion(&plan, simulated).map_err(|faults| Some(in_words(&faults)))?;
        let storage = StorageEvidence::NotRun;
        let side = Side { ledger: &ledger, springs: &[], levels: &[], storage: &storage };
        self.judged(&scenario, value, side, simulated, &|_, _| StorageEvidence::NotRun)
    }

    /// The ruling, with both ends of the demand range beside the value where they are asked for.
    fn judged(
        &self,
        scenario: &Scenario,
        value: f64,
        side: Side<'_>,
        simulated: &Ledger,
        storage: &dyn Fn(&Plan, &Ledger) -> StorageEvidence,
    ) -> Result<Said, Unsaid> {
        let basin = &self.prepared.folder.basin;
        let end = |ends: Ends| -> Result<Option<(Ledger, StorageEvidence)>, Unsaid> {
            if !self.question.at_ends {
                return Ok(None);
            }
            let plan = self.plan(value, ends)?;
            let ledger = settle_as_requested(&plan, simulated).map_err(|faults| Some(in_words(&faults)))?;
            let storage = storage(&plan, &ledger);
            Ok(Some((ledger, storage)))
        };
        let (low, high) = (end(Ends::Low)?, end(Ends::High)?);
        // Nothing in a member has a range: both ends are what was drawn.
        let [low, high] = [&low, &high].map(|end| match end {
            Some((ledger, storage)) => Side { ledger, springs: &[], levels: &[], storage },
            None => Side { springs: &[], levels: &[], ..side },
        });
        let evidence = Evidence { basin, scenario, value: side, low, high };
        let verdict = judge(&evidence).map_err(|faults| Some(in_words(&faults)))?;
        let ruling = self.question.pick(&verdict.targets);
        let ruling =
            ruling.ok_or_else(|| Some("the ruling that is asked for did not come back".to_owned()))?;
        Ok(Said { status: ruling.status, value: ruling.value, margin: ruling.margin_m3 })
    }
}
