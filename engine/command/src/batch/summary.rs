//! What all members together say.

use quanyu_files::{EnsembleFile, Machine, MemberStore, RunBasis, basin_map, combined_hash};
use quanyu_policy::Text;
use quanyu_policy::ensemble::{
    Influence, MemberOutcome, MemberRun, Odds, effective_size, influences, odds, quantile, undetermined_odds,
    verdict_of_members, weights,
};
use serde::Serialize;

use super::{Prepared, unwritten};
use crate::outcome::CommandError;
use crate::run::write_whole;

/// Most factors that are listed as moving a value.
const LISTED: usize = 5;

/// All odds of a batch.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    pub(super) batch: String,
    pub(super) version: String,
    pub(super) input_sha256: String,
    pub(super) machine: Machine,
    pub(super) cell_m: f64,
    pub(super) seed: u64,
    pub(super) members: usize,
    /// Members whose first scenario ran, which is where their weight comes from.
    pub(super) weighted_members: usize,
    /// Effective number of members as they were drawn, before the marks weight them.
    pub(super) effective_before_marks: f64,
    /// Effective number of members after weighting.
    pub(super) effective_members: f64,
    pub(super) note: Text,
    pub(super) scenarios: Vec<ScenarioOdds>,
    pub(super) marks: Vec<MarkBand>,
    pub(super) factors: Vec<FactorBand>,
    pub(super) failures: Vec<Failure>,
}

#[derive(Debug, Serialize)]
pub(super) struct ScenarioOdds {
    pub(super) name: String,
    pub(super) title: Text,
    pub(super) odds: Vec<Odds>,
    /// Factors that move each ruling's value most, in the order of `odds`.
    pub(super) moved_by: Vec<Vec<Influence>>,
}

/// A published mark beside what the members give.
#[derive(Debug, Serialize)]
pub(super) struct MarkBand {
    pub(super) id: String,
    /// Whether it weights the members.
    pub(super) weights: bool,
    /// 5, 50 and 95 % of the members as they were drawn, by importance: the prior.
    pub(super) prior: Option<[f64; 3]>,
    /// The same by weight.
    pub(super) posterior: Option<[f64; 3]>,
}

/// A factor before and after weighting.
#[derive(Debug, Serialize)]
pub(super) struct FactorBand {
    pub(super) id: String,
    pub(super) low: f64,
    pub(super) value: f64,
    pub(super) high: f64,
    pub(super) prior: Option<[f64; 3]>,
    pub(super) posterior: Option<[f64; 3]>,
}

/// A run that failed.
#[derive(Debug, Serialize)]
pub(super) struct Failure {
    pub(super) scenario: String,
    pub(super) member: usize,
    pub(super) cause: String,
}

fn run(outcome: &MemberOutcome) -> Option<&MemberRun> {
    match outcome {
        MemberOutcome::Ran(run) => Some(run),
        MemberOutcome::Failed(_) => None,
    }
}

fn band(values: &[(f64, f64)]) -> Option<[f64; 3]> {
    let at = |share: f64| quantile(values, share);
    Some([at(0.05)?, at(0.5)?, at(0.95)?])
}

/// Weight of every member before and after the marks: the importance with which it was drawn, and that times what the marks say of its
/// run of the first scenario, where the batch puts the one without measures. A member that failed there weighs nothing.
fn member_weights(prepared: &Prepared, first: &[MemberOutcome]) -> [Vec<f64>; 2] {
    let importance = |number: usize| prepared.sample.log_importance(number);
    let ran: Vec<(usize, &MemberRun)> =
        first.iter().enumerate().filter_map(|(number, outcome)| Some((number, run(outcome)?))).collect();
    let before: Vec<f64> = ran.iter().map(|(number, _)| importance(*number)).collect();
    let after: Vec<f64> = ran.iter().map(|(number, run)| importance(*number) + run.log_weight).collect();
    [before, after].map(|logarithms| {
        let mut all = vec![0.0; first.len()];
        for ((number, _), weight) in ran.iter().zip(weights(&logarithms)) {
            all[*number] = weight;
        }
        all
    })
}

/// What a member gave counts only where the scenario ran that it is weighed by; else nothing can be said of it.
fn weighed(outcome: &MemberOutcome, first: &MemberOutcome) -> MemberOutcome {
    match run(first) {
        Some(_) => outcome.clone(),
        None => MemberOutcome::Failed("the scenario that weighs the member failed".into()),
    }
}

impl Summary {
    pub(super) fn new(prepared: &Prepared, outcomes: &[Vec<MemberOutcome>]) -> Self {
        let (batch, members) = (&prepared.batch, prepared.batch.members);
        let [importance, weights] = member_weights(prepared, &outcomes[0]);
        let scores: Vec<Vec<f64>> = (0..members).map(|number| prepared.sample.member(number)).collect();
        let ids: Vec<String> = prepared.factors.iter().map(|factor| factor.id.clone()).collect();
        let mut scenarios: Vec<ScenarioOdds> = prepared
            .scenarios
            .iter()
            .zip(outcomes)
            .map(|(scenario, own)| {
                let weighted: Vec<_> = own
                    .iter()
                    .zip(&outcomes[0])
                    .zip(&weights)
                    .map(|((outcome, first), weight)| (weighed(outcome, first), *weight))
                    .collect();
                let odds = odds(&weighted);
                let moved_by = odds
                    .iter()
                    .map(|odds| {
                        let (mut of, mut values, mut by) = (Vec::new(), Vec::new(), Vec::new());
                        for (number, run) in own.iter().enumerate().filter_map(|(n, o)| Some((n, run(o)?))) {
                            let judged = run.rulings.iter().find(|judged| judged.same_test(&odds.judged));
                            if let Some(value) = judged.and_then(|judged| judged.value) {
                                of.push(scores[number].clone());
                                values.push(value);
                                by.push(weights[number]);
                            }
                        }
                        let mut found = influences(&ids, &of, &values, &by);
                        found.truncate(LISTED);
                        found
                    })
                    .collect();
                ScenarioOdds {
                    name: scenario.name.clone(),
                    title: Text::from(&scenario.title),
                    odds,
                    moved_by,
                }
            })
            .collect();
        let asked = scenarios.iter().find(|own| !own.odds.is_empty()).map(|own| own.odds.clone());
        for lost in scenarios.iter_mut().filter(|own| own.odds.is_empty()) {
            lost.odds = undetermined_odds(asked.as_deref().unwrap_or_default());
            lost.moved_by = vec![Vec::new(); lost.odds.len()];
        }
        let factors = prepared
            .factors
            .iter()
            .enumerate()
            .map(|(place, factor)| {
                let drawn: Vec<f64> = scores.iter().map(|scores| factor.at(scores[place])).collect();
                FactorBand {
                    id: factor.id.clone(),
                    low: factor.low,
                    value: factor.value,
                    high: factor.high,
                    prior: band(&drawn.iter().copied().zip(importance.iter().copied()).collect::<Vec<_>>()),
                    posterior: band(&drawn.iter().copied().zip(weights.iter().copied()).collect::<Vec<_>>()),
                }
            })
            .collect();
        let failures = prepared
            .scenarios
            .iter()
            .zip(outcomes)
            .flat_map(|(scenario, own)| {
                own.iter().enumerate().filter_map(|(member, outcome)| match outcome {
                    MemberOutcome::Failed(cause) => {
                        Some(Failure { scenario: scenario.name.clone(), member, cause: cause.clone() })
                    }
                    MemberOutcome::Ran(_) => None,
                })
            })
            .collect();
        let inputs: Vec<_> = batch
            .study
            .scenarios
            .iter()
            .flat_map(|file| file.inputs.clone())
            .chain(batch.study.basins[0].inputs.clone())
            .chain(batch.inputs.clone())
            .collect();
        Self {
            batch: batch.name.clone(),
            version: env!("CARGO_PKG_VERSION").into(),
            input_sha256: combined_hash(&inputs),
            machine: Machine::here(),
            cell_m: batch.cell,
            seed: batch.seed,
            members,
            weighted_members: weights.iter().filter(|weight| **weight > 0.0).count(),
            effective_before_marks: effective_size(&importance),
            effective_members: effective_size(&weights),
            note: Text::new(
                "各概率是在假定先验下、按已发表标志加权的样本份额，不是对实际的预报。",
                "Odds are shares of members under assumed priors, weighted by the published marks; they are no forecast of what is.",
            ),
            scenarios,
            marks: marks(&outcomes[0], &importance, &weights),
            factors,
            failures,
        }
    }

    /// Writes `batch.json`, `basis.json`, `basin.geojson`, `ensemble.h5`, and the odds of each scenario as `verdicts/NAME.json`, in the form of `verdict.json`.
    pub(super) fn write(
        &self,
        prepared: &Prepared,
        outcomes: &[Vec<MemberOutcome>],
        store: &MemberStore,
    ) -> Result<(), CommandError> {
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| CommandError::Failed(format!("cannot put the odds into JSON: {error}")))?;
        write_whole(&store.folder().join("batch.json"), &(text + "\n"))?;
        // What the page needs of the basin, for whoever reads the folder without the basin's own files.
        let basin = &prepared.batch.study.basins[0].basin;
        write_json(store, "basis.json", &RunBasis::of_basin(basin, &prepared.scenarios[0]))?;
        write_json(store, "basin.geojson", &basin_map(basin))?;
        let verdicts = store.folder().join("verdicts");
        std::fs::create_dir_all(&verdicts)
            .map_err(|error| CommandError::Failed(format!("cannot make {}: {error}", verdicts.display())))?;
        for (scenario, own) in prepared.scenarios.iter().zip(&self.scenarios) {
            let verdict = verdict_of_members(scenario, &own.odds, self.members, self.effective_members);
            let text = serde_json::to_string_pretty(&verdict).map_err(|error| {
                CommandError::Failed(format!("cannot put the verdict into JSON: {error}"))
            })?;
            write_whole(&verdicts.join(format!("{}.json", scenario.name)), &(text + "\n"))?;
        }
        let names: Vec<String> = prepared.scenarios.iter().map(|scenario| scenario.name.clone()).collect();
        let scores: Vec<Vec<f64>> = (0..self.members).map(|number| prepared.sample.member(number)).collect();
        let members = 0..self.members;
        let importance: Vec<f64> =
            members.clone().map(|number| prepared.sample.log_importance(number).exp()).collect();
        let wanted: Vec<_> = members.map(|number| prepared.sample.wanted(number)).collect();
        let [_, weights] = member_weights(prepared, &outcomes[0]);
        EnsembleFile {
            title: &self.batch,
            version: &self.version,
            input_hash: &self.input_sha256,
            scenarios: &names,
            factors: &prepared.factors,
            scores: &scores,
            weights: &weights,
            importance: &importance,
            wanted: &wanted,
            outcomes,
        }
        .write(&store.folder().join("ensemble.h5"))
        .map_err(unwritten)
    }
}

fn write_json(store: &MemberStore, name: &str, value: &impl Serialize) -> Result<(), CommandError> {
    let text = serde_json::to_string(value)
        .map_err(|error| CommandError::Failed(format!("cannot put {name} into JSON: {error}")))?;
    write_whole(&store.folder().join(name), &(text + "\n"))
}

fn marks(first: &[MemberOutcome], importance: &[f64], weights: &[f64]) -> Vec<MarkBand> {
    let Some(some) = first.iter().find_map(run) else { return Vec::new() };
    some.marks
        .iter()
        .enumerate()
        .map(|(place, (id, _, used))| {
            let by = |weights: &[f64]| -> Vec<(f64, f64)> {
                let weighted = first.iter().zip(weights);
                weighted
                    .filter_map(|(outcome, weight)| Some((run(outcome)?.marks.get(place)?.1?, *weight)))
                    .collect()
            };
            MarkBand {
                id: id.clone(),
                weights: *used,
                prior: band(&by(importance)),
                posterior: band(&by(weights)),
            }
        })
        .collect()
}
