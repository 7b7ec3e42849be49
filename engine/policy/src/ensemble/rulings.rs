//! The odds of a scenario in the form of a verdict, so that whoever reads verdicts reads them, too.

use super::Odds;
use crate::verdict::{Band, Binding};
use crate::{Ruling, Scenario, Scope, Status, Text, Verdict};

/// Share of the members, by weight, from which on their common ruling is that of the scenario; below it is undetermined.
pub const AGREED: f64 = 0.9;

impl Odds {
    /// On what at least [`AGREED`] of the members agree.
    pub fn status(&self) -> Status {
        match (self.met >= AGREED, self.missed >= AGREED) {
            (true, _) => Status::Met,
            (_, true) => Status::Missed,
            _ => Status::Undetermined,
        }
    }

    /// What can be said with the ruling of the same scenario's own run, which knows the range of demand and nothing else that is
    /// uncertain: what both say, and where they differ that it is undetermined.
    pub fn with(&self, ruled: Status) -> Status {
        Status::agreed(ruled, &[self.status()])
    }
}

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
    let (met, error) = (odds.met * 100.0, odds.error * 100.0);
    Ruling {
        id: judged.target.clone(),
        title: target.map_or_else(|| judged.name.clone(), |target| Text::from(&target.names)),
        scope: Scope { kind: kind.to_owned(), id: id.to_owned(), name: judged.name.clone() },
        test: judged.test.clone(),
        required: judged.required,
        status: odds.status(),
        reason: Text::new(
            format!(
                "{members}个样本（按标志加权后，信息量相当于{effective:.0}个等权样本）中{met:.1} ± {error:.1} %达标；样本取自假定先验，并非预报。"
            ),
            format!(
                "{met:.1} ± {error:.1} % of {members} members meet it (weighted by the marks, worth some {effective:.0} equal ones); they are drawn from \
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ruling_stands_only_where_nine_tenths_of_the_members_share_it() {
        let odds = |met: f64, missed: f64| -> Odds {
            let judged = serde_json::json!({
                "target": "cap", "scope": "city/city", "name": { "zh": "全市", "en": "City" }, "test": "cap", "required": true,
                "by": "2020-12-31", "status": "met", "value": 1.0, "threshold": 2.0, "unit": "m3/a"
            });
            let judged = serde_json::from_value(judged).expect("judged");
            Odds { judged, met, missed, undetermined: 1.0 - met - missed, error: 0.05, band: None }
        };
        let (sure, half, never) = (odds(0.93, 0.07), odds(0.49, 0.51), odds(0.0, 1.0));
        assert_eq!(
            [&sure, &half, &never].map(Odds::status),
            [Status::Met, Status::Undetermined, Status::Missed]
        );
        for ruled in [Status::Met, Status::Missed, Status::Undetermined] {
            assert_eq!(half.with(ruled), Status::Undetermined);
        }
        assert_eq!((sure.with(Status::Met), sure.with(Status::Missed)), (Status::Met, Status::Undetermined));
        assert_eq!(
            (never.with(Status::Missed), never.with(Status::Met)),
            (Status::Missed, Status::Undetermined)
        );
        assert_eq!(sure.with(Status::Undetermined), Status::Undetermined);
    }
}
