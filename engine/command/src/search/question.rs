//! What is asked: which figure of which measure, which ruling, in which worlds.

use std::path::{Path, PathBuf};

use quanyu_files::{
    Batch, InputHash, Sources, Study, combined_hash, nearest_name, read_batch, read_quantity, show_quantity,
    text_hash,
};
use quanyu_policy::ensemble::{LatinHypercube, draw, factors};
use quanyu_policy::{Ends, Ruling, Scenario, Variable, apply};

use super::trial::Tried;
use crate::arguments::{JudgedAt, SearchArguments};
use crate::engine::ENGINE;
use crate::outcome::CommandError;
use crate::run::wrong;
use crate::until::{self, full_name, refusal};
use crate::world::{Terms, WorldFolder};

/// Cell size without another \[m\].
const CELL: f64 = 1000.0;

/// The question.
pub(super) struct Question {
    /// The scenario, with the one target that is asked for.
    pub(super) scenario: Scenario,
    pub(super) variable: Variable,
    /// The ruling, as it would be on the plan alone: its place, test and unit.
    pub(super) ruling: Ruling,
    pub(super) members: Option<Members>,
    pub(super) terms: Terms,
    /// Hash of all that a trial of a value depends on.
    pub(super) hash: String,
}

/// Members that are asked.
pub(super) struct Members {
    pub(super) batch: Batch,
    /// Share of them that must meet the target \[-\].
    pub(super) wanted: f64,
}

impl Question {
    pub(super) fn new(
        arguments: &SearchArguments,
        study: &Study,
        sources: &mut Sources,
    ) -> Result<Self, CommandError> {
        let [file] = &study.scenarios[..] else {
            return Err(CommandError::WrongInput(format!(
                "{} has {} scenarios; name the file of one",
                arguments.scenario.display(),
                study.scenarios.len()
            )));
        };
        let variable = variable(&file.scenario, &arguments.vary)?;
        let basin = &study.basins[file.basin].basin;
        let ruling = until::ruling(basin, &file.scenario, &arguments.until, sources)?;
        let mut scenario = file.scenario.clone();
        scenario.targets.retain(|target| target.id == ruling.id);
        let members = match &arguments.batch {
            None => None,
            Some(path) => {
                let mut batch = read_batch(path, sources).map_err(|faults| wrong(sources, &faults))?;
                batch.members = arguments.members.map_or(batch.members, |members| members as usize);
                if batch.study.basins.first().is_none_or(|known| known.basin.id != basin.id) {
                    return Err(CommandError::WrongInput(format!(
                        "{} draws members of another basin than the scenario's, {}",
                        path.display(),
                        basin.id
                    )));
                }
                let wanted = read_quantity(&arguments.odds, quanyu_policy::Quantity::Share)
                    .map_err(|fault| CommandError::WrongInput(format!("--odds: {fault}")))?;
                Some(Members { batch, wanted })
            }
        };
        let cell = arguments.cell.or(members.as_ref().map(|members| members.batch.cell)).unwrap_or(CELL);
        let at_ends = members.is_none() && arguments.judge == JudgedAt::Ends;
        if !at_ends {
            scenario = scenario.at_its_figures();
        }
        let weighed_by = members.as_ref().map(|members| members.batch.study.scenarios[0].scenario.clone());
        let terms = Terms { cell, at_ends, storage: ruling.test == "storage", weighed_by };
        let inputs = [study.basins[file.basin].inputs.as_slice(), &file.inputs].concat();
        let hash = hash(inputs, &variable, &ruling, members.as_ref(), &terms);
        Ok(Self { scenario, variable, ruling, members, terms, hash })
    }

    /// Plans both ends of the search, so that a value that the measure cannot take is told before anything is simulated.
    pub(super) fn check_ends(
        &self,
        study: &Study,
        ends: [f64; 2],
        sources: &Sources,
    ) -> Result<(), CommandError> {
        let basin = &study.basins[study.scenarios[0].basin].basin;
        for value in ends {
            let varied = self.at(value);
            if let Err(faults) = apply(basin, &varied, &basin.time.periods(), Ends::Value) {
                return Err(CommandError::WrongInput(format!(
                    "{} cannot be {}; give other ends with --from and --to\n{}",
                    self.variable.name(),
                    show_quantity(value, self.variable.quantity),
                    wrong(sources, &faults)
                )));
            }
        }
        Ok(())
    }

    /// Basins of all worlds: the one as it stands, or one for each member.
    pub(super) fn folders(&self, study: &Study) -> Result<Vec<WorldFolder>, CommandError> {
        let Some(members) = &self.members else {
            let folder = &study.basins[study.scenarios[0].basin];
            return Ok(vec![WorldFolder::as_it_stands(folder, self.terms.at_ends)]);
        };
        let batch = &members.batch;
        let Some(folder) = batch.study.basins.first() else {
            return Err(CommandError::Failed("the batch has no basin".into()));
        };
        let factors = factors(&folder.basin, &batch.freedom);
        let sample = LatinHypercube::new(&factors, batch.members, batch.seed).feeding(
            &folder.basin,
            &batch.freedom,
            &factors,
        );
        let member = |number| {
            let mut drawn = draw(&folder.basin, &batch.freedom, &factors, &sample, number);
            drawn.basin.time.monthly_from = batch.monthly_from;
            WorldFolder {
                folder: folder.with_basin(drawn.basin),
                compliance: drawn.compliance,
                log_importance: sample.log_importance(number),
            }
        };
        Ok((0..batch.members).map(member).collect())
    }

    /// File in a folder of results that keeps what is tried, named after what is asked.
    pub(super) fn log(&self, results: &Path) -> PathBuf {
        let plain = |letter: char| {
            if letter.is_alphanumeric() || ".-_".contains(letter) { letter } else { '-' }
        };
        let asked = format!("{} {} {}", self.scenario.name, self.variable.name(), full_name(&self.ruling));
        let name: String = asked.chars().map(plain).collect();
        results.join("searches").join(format!("{name}.jsonl"))
    }

    /// Whether the ruling asks for sums over the ledger and nothing else.
    pub(super) fn on_ledger_alone(&self) -> bool {
        until::on_ledger_alone(&self.ruling)
    }

    /// The scenario with the figure at a value.
    pub(super) fn at(&self, value: f64) -> Scenario {
        self.scenario.varied(&self.variable, value)
    }

    /// Whether what was tried is enough.
    pub(super) fn is_enough(&self, tried: &Tried) -> bool {
        // Shares of members are sums of rounded weights.
        tried.met >= self.members.as_ref().map_or(1.0, |members| members.wanted) - 1e-9
    }
}

/// Hash of all that a trial of a value depends on: neither the ends of the search nor how near its answer must be.
fn hash(
    mut inputs: Vec<InputHash>,
    variable: &Variable,
    ruling: &Ruling,
    members: Option<&Members>,
    terms: &Terms,
) -> String {
    let drawn = members.map(|members| {
        let batch = &members.batch;
        // The scenario that weights the members is an input as well.
        inputs.extend(batch.study.scenarios[0].inputs.iter().cloned());
        inputs.extend(batch.study.basins[0].inputs.iter().cloned());
        format!("fed {} {} {} {:?}", batch.members, batch.seed, batch.monthly_from, batch.freedom)
    });
    text_hash(&format!(
        "{} {} {} {} cell {} ends {} {}",
        ENGINE,
        combined_hash(&inputs),
        variable.name(),
        full_name(ruling),
        terms.cell,
        terms.at_ends,
        drawn.unwrap_or_default()
    ))
}

fn variable(scenario: &Scenario, name: &str) -> Result<Variable, CommandError> {
    let all = scenario.variables();
    if let Some(found) = all.iter().find(|variable| variable.name() == name) {
        return Ok(found.clone());
    }
    let names: Vec<String> = all.iter().map(Variable::name).collect();
    let (measure, parameter) = name.rsplit_once('.').unwrap_or((name, ""));
    let known = |id: &str| scenario.measures.iter().any(|measure| measure.id == id);
    let (what, near, allowed) = if !known(measure) {
        let ids: Vec<&str> = scenario.measures.iter().map(|measure| measure.id.as_str()).collect();
        (
            format!("there is no measure `{measure}`"),
            nearest_name(measure, ids.iter().copied()),
            ids.join(", "),
        )
    } else {
        let own: Vec<&str> = all.iter().filter(|own| own.id == measure).map(|own| own.parameter).collect();
        let what = match parameter {
            "" => format!("`{name}` names a measure and no figure of it"),
            _ => format!("measure `{measure}` has no figure `{parameter}` that can be varied"),
        };
        (what, nearest_name(parameter, own.iter().copied()), own.join(", "))
    };
    let allowed = if allowed.is_empty() { "none exist".to_owned() } else { allowed };
    let example = names.first().map(|name| format!("; give it as in --vary {name}")).unwrap_or_default();
    Err(refusal("vary", &what, &near, &format!("{allowed}{example}")))
}
