//! Which ruling `--until` names.

use quanyu_basin::Basin;
use quanyu_files::{Sources, nearest_name};
use quanyu_policy::{
    Ends, Evidence, Ruling, Scenario, Side, StorageEvidence, apply, judge, settle_unsimulated,
};

use crate::outcome::CommandError;
use crate::run::wrong;

/// Place of the ruling over all overdraft zones.
pub(crate) const ALL_ZONES: &str = "all-zones";
/// Tests that ask for sums over the ledger and nothing else.
const ON_LEDGER: [&str; 6] = ["cap", "allowable", "karst-take", "total-use", "use-rate", "saving-rate"];

/// Whether a ruling asks for sums over the ledger and nothing else.
pub(crate) fn on_ledger_alone(ruling: &Ruling) -> bool {
    ON_LEDGER.contains(&ruling.test.as_str())
}

/// The ruling of a verdict that is about the same as another.
pub(crate) fn same<'r>(asked: &Ruling, rulings: &'r [Ruling]) -> Option<&'r Ruling> {
    let same = |ruling: &&Ruling| {
        (&ruling.id, &ruling.scope.kind, &ruling.scope.id, &ruling.test)
            == (&asked.id, &asked.scope.kind, &asked.scope.id, &asked.test)
    };
    rulings.iter().find(same)
}

/// A ruling's full name, as `--until` takes it.
pub(crate) fn full_name(ruling: &Ruling) -> String {
    format!("{}/{}/{}", ruling.id, ruling.scope.id, ruling.test)
}

/// All rulings of a scenario, as they are on the plan alone.
pub(crate) fn rulings(
    basin: &Basin,
    scenario: &Scenario,
    sources: &Sources,
) -> Result<Vec<Ruling>, CommandError> {
    let faulty = |faults: Vec<_>| wrong(sources, &faults);
    let plan = apply(basin, scenario, &basin.time.periods(), Ends::Value).map_err(faulty)?;
    let ledger = settle_unsimulated(&plan).map_err(faulty)?;
    let storage = StorageEvidence::NotRun;
    let side = Side { ledger: &ledger, springs: &[], levels: &[], storage: &storage };
    let verdict = judge(&Evidence { basin, scenario, value: side, low: side, high: side }).map_err(faulty)?;
    Ok(verdict.targets)
}

/// The ruling that is named: a target's id, and where it has several rulings the place and the test.
pub(crate) fn ruling(
    basin: &Basin,
    scenario: &Scenario,
    name: &str,
    sources: &Sources,
) -> Result<Ruling, CommandError> {
    let rulings = rulings(basin, scenario, sources)?;
    let parts: Vec<&str> = name.split('/').collect();
    let [target, rest @ ..] = parts.as_slice() else { return Err(refusal("until", "no target", "", "")) };
    let of_target: Vec<&Ruling> = rulings.iter().filter(|ruling| ruling.id == *target).collect();
    if of_target.is_empty() {
        let mut ids: Vec<&str> = scenario.targets.iter().map(|target| target.id.as_str()).collect();
        ids.dedup();
        let near = nearest_name(target, ids.iter().copied());
        return Err(refusal("until", &format!("there is no target `{target}`"), &near, &ids.join(", ")));
    }
    if let [one] = rest {
        let of_it = of_target.iter().filter(|ruling| ruling.scope.id == *one || ruling.test == *one);
        let names: Vec<String> = of_it.map(|ruling| full_name(ruling)).collect();
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
        let names: Vec<String> = (of_target.iter()).map(|ruling| full_name(ruling)).collect();
        let near = nearest_name(name, names.iter().map(String::as_str));
        refusal("until", &format!("target `{target}` has no ruling `{name}`"), &near, &names.join(", "))
    })
}

/// An option that names what is not there.
pub(crate) fn refusal(option: &str, what: &str, near: &str, allowed: &str) -> CommandError {
    let near = if near.is_empty() { String::new() } else { format!("\n  {near}") };
    CommandError::WrongInput(format!("--{option}: {what}{near}\n  allowed: {allowed}"))
}
