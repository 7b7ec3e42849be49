//! The odds of a scenario in the form of a verdict, so that whoever reads verdicts reads them, too.

use super::Odds;
use crate::verdict::{Band, Binding};
use crate::{Ruling, Scenario, Scope, Status, Text, Verdict};

/// Share of the members, by weight, from which on their common ruling is that of the scenario; below it is undetermined.
pub const AGREED: f64 = 0.9;

/// A ruling for each of the odds: value and band are those of the members at 50, 5 and 95 %, the status that on which at least
/// [`AGREED`] of them agree.
pub fn verdict_of_members(scenario: &Scenario, odds: &[Odds], members: usize, effective: f64) -> Verdict {
    let targets = odds.iter().map(|odds| ruling(scenario, odds, members, effective)).collect();
    Verdict { targets, ..Verdict::default() }
}

fn ruling(scenario: &Scenario, odds: &Odds, members: usize, effective: f64) -> Ruling {
    let judged = &odds.judged;
    let target = scenario.targets.iter().find(|target| target.id == judged.target);
    let (kind, id) = judged.scope.split_once('/').unwrap_or(("", &judged.scope));
    let status = match (odds.met >= AGREED, odds.missed >= AGREED) {
        (true, _) => Status::Met,
        (_, true) => Status::Missed,
        _ => Status::Undetermined,
    };
    let (met, error) = (odds.met * 100.0, odds.error * 100.0);
    Ruling {
        id: judged.target.clone(),
        title: target.map_or_else(|| judged.name.clone(), |target| Text::from(&target.names)),
        scope: Scope { kind: kind.to_owned(), id: id.to_owned(), name: judged.name.clone() },
        test: judged.test.clone(),
        required: judged.required,
        status,
        reason: Text::new(
            format!(
                "{members}个样本（加权后相当于{effective:.1}个）中{met:.1} ± {error:.1} %达标；样本取自假定先验，并非预报。"
            ),
            format!(
                "{met:.1} ± {error:.1} % of {members} members meet it (worth {effective:.1} after weighting); they are drawn from \
                 assumed priors and are no forecast."
            ),
        ),
        value: odds.band.map(|band| band[1]),
        threshold: judged.threshold,
        unit: judged.unit.clone(),
        margin_m3: None,
        worst_margin_m3: None,
        by: judged.by,
        first_met: None,
        binding: None::<Binding>,
        break_even: None,
        odds: Some(odds.met),
        odds_error: Some(odds.error),
        band: odds.band.map(|[low, _, high]| Band { low, high }),
    }
}
