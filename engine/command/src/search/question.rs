//! What is asked: which figure of which measure, which ruling, in which worlds.

use quanyu_basin::Basin;
use quanyu_files::{
    BasinFolder, Batch, Sources, Study, nearest_name, read_batch, read_quantity, show_quantity,
};
use quanyu_policy::ensemble::{LatinHypercube, draw, factors};
use quanyu_policy::{
    Ends, Evidence, Ruling, Scenario, Side, StorageEvidence, Variable, apply, judge, settle_unsimulated,
};

use super::trial::Tried;
use crate::arguments::{JudgedAt, SearchArguments};
use crate::outcome::CommandError;
use crate::run::wrong;

/// Cell size without another \[m\].
const CELL: f64 = 1000.0;
/// Tests that ask for sums over the ledger and nothing else.
const ON_LEDGER: [&str; 6] = ["cap", "allowable", "karst-take", "total-use", "use-rate", "saving-rate"];

/// The question.
pub(super) struct Question {
    /// The scenario, with the one target that is asked for.
    pub(super) scenario: Scenario,
    pub(super) variable: Variable,
    /// The ruling, as it would be on the plan alone: its place, test and unit.
    pub(super) ruling: Ruling,
    pub(super) cell: f64,
    pub(super) members: Option<Members>,
    /// Whether both ends of the demand range are judged.
    pub(super) at_ends: bool,
}

/// Members that are asked.
pub(super) struct Members {
    pub(super) batch: Batch,
    /// Share of them that must meet the target \[-\].
    pub(super) wanted: f64,
}

/// A basin of a world, and how far measures are carried out in it.
pub(super) struct WorldFolder {
    pub(super) folder: BasinFolder,
    pub(super) compliance: f64,
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
        let ruling = ruling(basin, &file.scenario, &arguments.until, sources)?;
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
        Ok(Self { scenario, variable, ruling, cell, members, at_ends })
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
            let varied = self.scenario.varied(&self.variable, value);
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
            let folder =
                if self.at_ends { folder.clone() } else { folder.with_basin(at_its_figures(&folder.basin)) };
            return Ok(vec![WorldFolder { folder, compliance: 1.0 }]);
        };
        let batch = &members.batch;
        let Some(folder) = batch.study.basins.first() else {
            return Err(CommandError::Failed("the batch has no basin".into()));
        };
        let factors = factors(&folder.basin, &batch.freedom);
        let sample = LatinHypercube::new(&factors, batch.members, batch.seed);
        let member = |number| {
            let mut drawn = draw(&folder.basin, &batch.freedom, &factors, &sample, number);
            drawn.basin.time.monthly_from = batch.monthly_from;
            WorldFolder { folder: folder.with_basin(drawn.basin), compliance: drawn.compliance }
        };
        Ok((0..batch.members).map(member).collect())
    }

    /// Whether the ruling asks for sums over the ledger and nothing else.
    pub(super) fn on_ledger_alone(&self) -> bool {
        ON_LEDGER.contains(&self.ruling.test.as_str())
    }

    /// Whether the storage test must be run.
    pub(super) fn needs_storage(&self) -> bool {
        self.ruling.test == "storage"
    }

    /// The ruling among others.
    pub(super) fn pick<'r>(&self, rulings: &'r [Ruling]) -> Option<&'r Ruling> {
        let same = |ruling: &&Ruling| {
            (&ruling.id, &ruling.scope.kind, &ruling.scope.id, &ruling.test)
                == (&self.ruling.id, &self.ruling.scope.kind, &self.ruling.scope.id, &self.ruling.test)
        };
        rulings.iter().find(same)
    }

    /// Whether what was tried is enough.
    pub(super) fn is_enough(&self, tried: &Tried) -> bool {
        // Shares of members are sums of rounded weights.
        tried.met >= self.members.as_ref().map_or(1.0, |members| members.wanted) - 1e-9
    }
}

/// The basin without the ranges of its demand and of what is allowed.
fn at_its_figures(basin: &Basin) -> Basin {
    let mut basin = basin.clone();
    basin.groups.iter_mut().for_each(|group| group.take.range = None);
    let years = basin.use_series.iter_mut().flat_map(|series| &mut series.years);
    years.for_each(|row| row.index.range = None);
    let allowable = basin.zones.iter_mut().filter_map(|zone| zone.allowable.as_mut());
    allowable.for_each(|figure| figure.range = None);
    basin
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
        let what = format!("measure `{measure}` has no figure `{parameter}` that can be varied");
        (what, nearest_name(parameter, own.iter().copied()), own.join(", "))
    };
    let allowed = if allowed.is_empty() { "none exist".to_owned() } else { allowed };
    let example = names.first().map(|name| format!("; give it as in --vary {name}")).unwrap_or_default();
    Err(refusal("vary", &what, &near, &format!("{allowed}{example}")))
}

fn ruling(basin: &Basin, scenario: &Scenario, name: &str, sources: &Sources) -> Result<Ruling, CommandError> {
    let faulty = |faults: Vec<_>| wrong(sources, &faults);
    let plan = apply(basin, scenario, &basin.time.periods(), Ends::Value).map_err(faulty)?;
    let ledger = settle_unsimulated(&plan).map_err(faulty)?;
    let storage = StorageEvidence::NotRun;
    let side = Side { ledger: &ledger, springs: &[], levels: &[], storage: &storage };
    let verdict = judge(&Evidence { basin, scenario, value: side, low: side, high: side }).map_err(faulty)?;
    let parts: Vec<&str> = name.split('/').collect();
    let [target, rest @ ..] = parts.as_slice() else { return Err(refusal("until", "no target", "", "")) };
    let of_target: Vec<&Ruling> = verdict.targets.iter().filter(|ruling| ruling.id == *target).collect();
    if of_target.is_empty() {
        let mut ids: Vec<&str> = scenario.targets.iter().map(|target| target.id.as_str()).collect();
        ids.dedup();
        let near = nearest_name(target, ids.iter().copied());
        return Err(refusal("until", &format!("there is no target `{target}`"), &near, &ids.join(", ")));
    }
    let full = |ruling: &Ruling| format!("{}/{}/{}", ruling.id, ruling.scope.id, ruling.test);
    if let [one] = rest {
        let of_it = of_target.iter().filter(|ruling| ruling.scope.id == *one || ruling.test == *one);
        let names: Vec<String> = of_it.map(|ruling| full(ruling)).collect();
        if names.len() > 1 {
            let what = format!("`{name}` may be any of {} rulings; say which", names.len());
            return Err(refusal("until", &what, "", &names.join(", ")));
        }
    }
    let chosen = match rest {
        [] => of_target.first(),
        [one] => of_target.iter().find(|ruling| ruling.scope.id == *one || ruling.test == *one),
        [place, test] => of_target.iter().find(|ruling| ruling.scope.id == *place && ruling.test == *test),
        _ => None,
    };
    chosen.map(|ruling| (*ruling).clone()).ok_or_else(|| {
        let names: Vec<String> = (of_target.iter()).map(|ruling| full(ruling)).collect();
        let near = nearest_name(name, names.iter().map(String::as_str));
        refusal("until", &format!("target `{target}` has no ruling `{name}`"), &near, &names.join(", "))
    })
}

fn refusal(option: &str, what: &str, near: &str, allowed: &str) -> CommandError {
    let near = if near.is_empty() { String::new() } else { format!("\n  {near}") };
    CommandError::WrongInput(format!("--{option}: {what}{near}\n  allowed: {allowed}"))
}
