//! What is asked: which measures are mixed, and which rulings must be met.

use quanyu_files::{Sources, Study, nearest_name};
use quanyu_policy::{Ends, Ruling, Scenario, Status, apply};

use super::{Said, Terms, Unsaid, until};
use crate::arguments::{JudgedAt, MixArguments};
use crate::outcome::CommandError;
use crate::run::wrong;
use crate::until::refusal;

/// The question.
pub(super) struct Question {
    /// The scenario, with the targets that are asked for.
    pub(super) scenario: Scenario,
    /// Measures that are mixed, by index.
    pub(super) mixed: Vec<usize>,
    /// Rulings that must be met, each with a margin of its own; those of each zone for a headline over all zones.
    pub(super) asked: Vec<Ruling>,
    pub(super) terms: Terms,
}

impl Question {
    pub(super) fn new(
        arguments: &MixArguments,
        study: &Study,
        sources: &Sources,
    ) -> Result<Self, CommandError> {
        let [file] = &study.scenarios[..] else {
            return Err(CommandError::WrongInput(format!(
                "{} has {} scenarios; name the file of one",
                arguments.scenario.display(),
                study.scenarios.len()
            )));
        };
        let basin = &study.basins[file.basin].basin;
        let mixed = mixed(&file.scenario, &arguments.keep)?;
        let rulings = until::rulings(basin, &file.scenario, sources)?;
        let mut asked: Vec<Ruling> = Vec::new();
        for name in &arguments.until {
            let named = until::ruling(basin, &file.scenario, name, sources)?;
            let parts: Vec<Ruling> = match named.scope.id.as_str() {
                until::ALL_ZONES => {
                    let of_zone = |ruling: &&Ruling| {
                        ruling.scope.kind == "zone" && (&ruling.id, &ruling.test) == (&named.id, &named.test)
                    };
                    rulings.iter().filter(of_zone).cloned().collect()
                }
                _ => vec![named],
            };
            for part in parts {
                if part.worst_margin_m3.is_none() {
                    return Err(CommandError::WrongInput(format!(
                        "--until: {} has no margin in m³ of take, which a mix is found by\n  allowed: {}",
                        until::full_name(&part),
                        with_margin(&rulings).join(", ")
                    )));
                }
                if until::same(&part, &asked).is_none() {
                    asked.push(part);
                }
            }
        }
        let mut scenario = file.scenario.clone();
        scenario.targets.retain(|target| asked.iter().any(|ruling| ruling.id == target.id));
        let at_ends = arguments.judge == JudgedAt::Ends;
        if !at_ends {
            scenario = scenario.at_its_figures();
        }
        let terms = Terms { cell: arguments.cell, at_ends, storage: false, weighed_by: None };
        let question = Self { scenario, mixed, asked, terms };
        for extent in [0.0, 1.0] {
            for ends in [Ends::Value, Ends::Low, Ends::High] {
                let variant = question.at(&vec![extent; question.mixed.len()]);
                apply(basin, &variant, &basin.time.periods(), ends)
                    .map_err(|faults| wrong(sources, &faults))?;
            }
        }
        Ok(question)
    }

    /// The scenario with every mixed measure at an extent.
    pub(super) fn at(&self, extents: &[f64]) -> Scenario {
        let pairs: Vec<(usize, f64)> = self.mixed.iter().copied().zip(extents.iter().copied()).collect();
        self.scenario.mixed(&pairs)
    }

    /// Whether a measure is mixed.
    pub(super) fn mixes(&self, id: &str) -> bool {
        self.mixed.iter().any(|index| self.scenario.measures[*index].id == id)
    }

    /// The rulings that are asked for.
    pub(super) fn rulings<'s>(&self, said: &'s Said) -> impl Iterator<Item = Option<&'s Ruling>> {
        self.asked.iter().map(|asked| until::same(asked, &said.verdict.targets))
    }

    /// Their margins \[m³ a year\].
    pub(super) fn margins(&self, said: &Said) -> Result<Vec<f64>, Unsaid> {
        let margin = |ruling: Option<&Ruling>| {
            ruling
                .and_then(|ruling| ruling.worst_margin_m3)
                .ok_or_else(|| Some("a ruling that is asked for did not come back".to_owned()))
        };
        self.rulings(said).map(margin).collect()
    }

    /// What they say.
    pub(super) fn statuses(&self, said: &Said) -> Vec<Status> {
        self.rulings(said).map(|ruling| ruling.map_or(Status::Undetermined, |ruling| ruling.status)).collect()
    }

    /// Their names, as `--until` takes them.
    pub(super) fn names(&self) -> Vec<String> {
        self.asked.iter().map(until::full_name).collect()
    }
}

fn with_margin(rulings: &[Ruling]) -> Vec<String> {
    rulings.iter().filter(|ruling| ruling.worst_margin_m3.is_some()).map(until::full_name).collect()
}

fn mixed(scenario: &Scenario, keep: &[String]) -> Result<Vec<usize>, CommandError> {
    let ids: Vec<&str> = scenario.measures.iter().map(|measure| measure.id.as_str()).collect();
    if let Some(unknown) = keep.iter().find(|id| !ids.contains(&id.as_str())) {
        let near = nearest_name(unknown, ids.iter().copied());
        return Err(refusal("keep", &format!("there is no measure `{unknown}`"), &near, &ids.join(", ")));
    }
    let measures = scenario.measures.iter().enumerate();
    let mixed: Vec<usize> = measures
        .filter(|(_, measure)| measure.cost.is_some() && !keep.contains(&measure.id))
        .map(|(index, _)| index)
        .collect();
    if mixed.is_empty() {
        return Err(CommandError::WrongInput(format!(
            "no measure of {} is left that states what it costs; state it as in cost = {{ per_m3 = \"1.8 yuan/m3\", per_m3_range = \
             [\"1.2 yuan/m3\", \"2.5 yuan/m3\"] }}\n  its measures: {}",
            scenario.name,
            if ids.is_empty() { "none".to_owned() } else { ids.join(", ") }
        )));
    }
    Ok(mixed)
}
