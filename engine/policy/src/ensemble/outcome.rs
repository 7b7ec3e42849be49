//! What a member's run of a scenario gave, and what all members together say.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::weight::{effective_size, quantile};
use crate::{Ruling, Status, Text};

/// One ruling of a member.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// Target id.
    pub target: String,
    /// Kind and id of what it is about, `zone/gaoping`.
    pub scope: String,
    /// What people call that.
    pub name: Text,
    /// Test.
    pub test: String,
    /// True where the policy requires it.
    pub required: bool,
    /// By when it must hold.
    pub by: Date,
    /// What the test says in this member.
    pub status: Status,
    /// Judged value.
    pub value: Option<f64>,
    /// What it is judged against.
    pub threshold: Option<f64>,
    /// Unit of both.
    pub unit: String,
}

impl Judged {
    /// The part of a ruling that a batch keeps.
    pub fn of(ruling: &Ruling) -> Self {
        Self {
            target: ruling.id.clone(),
            scope: format!("{}/{}", ruling.scope.kind, ruling.scope.id),
            name: ruling.label().clone(),
            test: ruling.test.clone(),
            required: ruling.required,
            by: ruling.by,
            status: ruling.status,
            value: ruling.value,
            threshold: ruling.threshold,
            unit: ruling.unit.clone(),
        }
    }

    /// Whether two judge the same thing.
    pub fn same_test(&self, other: &Self) -> bool {
        self.target == other.target && self.scope == other.scope && self.test == other.test
    }
}

/// A spring's flow by year \[m³/s\].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpringYears {
    /// Spring id.
    pub spring: String,
    /// One value a year.
    pub flow: Vec<f64>,
}

/// What a member's run of a scenario gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemberRun {
    /// Logarithm of the member's weight.
    pub log_weight: f64,
    /// Every mark: id, the member's value, whether it weights.
    pub marks: Vec<(String, Option<f64>, bool)>,
    /// Years of the series.
    pub years: Vec<i16>,
    /// City abstraction on the statistical basis \[m³/a\].
    pub statistical: Vec<f64>,
    /// City abstraction on the physical basis \[m³/a\].
    pub physical: Vec<f64>,
    /// Springs.
    pub springs: Vec<SpringYears>,
    /// Rulings.
    pub rulings: Vec<Judged>,
    /// Largest relative error of any step's water budget.
    pub worst_closure: f64,
}

/// How a member's run of a scenario ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MemberOutcome {
    /// It ran through.
    Ran(MemberRun),
    /// It failed: where, why, what to try.
    Failed(String),
}

/// Odds of one ruling over all members, under the assumed priors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Odds {
    /// What was judged; value, threshold and status are those of the first member that ran.
    pub judged: Judged,
    /// Weighted share of members that meet it \[-\].
    pub met: f64,
    /// That miss it.
    pub missed: f64,
    /// In which it cannot be said; failed members are among them.
    pub undetermined: f64,
    /// Standard error of `met` from the effective number `n` of members \[-\]: `√(q (1 − q) / n)` with `q = (n met + 1) / (n + 2)`
    /// (Laplace's rule of succession), so that few members that agree are not taken for certainty.
    pub error: f64,
    /// Value below which 5, 50 and 95 % of the weight lie.
    pub band: Option<[f64; 3]>,
}

/// Odds of every ruling of a scenario. Failed members keep their place among the undetermined, each with the mean weight.
pub fn odds(outcomes: &[(MemberOutcome, f64)]) -> Vec<Odds> {
    let runs: Vec<(&MemberRun, f64)> = outcomes
        .iter()
        .filter_map(|(outcome, weight)| match outcome {
            MemberOutcome::Ran(run) => Some((run, *weight)),
            MemberOutcome::Failed(_) => None,
        })
        .collect();
    let Some((first, _)) = runs.first() else { return Vec::new() };
    let ran: f64 = runs.iter().map(|(_, weight)| weight).sum();
    let share_ran = runs.len() as f64 / outcomes.len() as f64;
    let size = effective_size(&runs.iter().map(|(_, weight)| *weight).collect::<Vec<_>>());
    first
        .rulings
        .iter()
        .map(|judged| {
            let found: Vec<(&Judged, f64)> = runs
                .iter()
                .filter_map(|(run, weight)| {
                    let own = run.rulings.iter().find(|own| own.same_test(judged))?;
                    Some((own, if ran > 0.0 { weight / ran * share_ran } else { 0.0 }))
                })
                .collect();
            let share = |status: Status| -> f64 {
                let of = found.iter().filter(|(own, _)| own.status == status);
                of.fold(0.0, |sum, (_, weight)| sum + weight)
            };
            let (met, missed) = (share(Status::Met), share(Status::Missed));
            let values: Vec<(f64, f64)> =
                found.iter().filter_map(|(own, weight)| Some((own.value?, *weight))).collect();
            let at = |share: f64| quantile(&values, share);
            Odds {
                judged: judged.clone(),
                met,
                missed,
                undetermined: (1.0 - met - missed).max(0.0),
                error: sampling_error(met, size),
                band: at(0.05).zip(at(0.5)).zip(at(0.95)).map(|((low, middle), high)| [low, middle, high]),
            }
        })
        .collect()
}

/// Odds of a scenario of which no member ran, by what the members of another were judged by: undetermined in all of it.
pub fn undetermined_odds(of_another: &[Odds]) -> Vec<Odds> {
    let nothing = |odds: &Odds| Odds {
        judged: Judged { status: Status::Undetermined, value: None, ..odds.judged.clone() },
        met: 0.0,
        missed: 0.0,
        undetermined: 1.0,
        error: sampling_error(0.0, 0.0),
        band: None,
    };
    of_another.iter().map(nothing).collect()
}

/// Standard error of a share of members from their effective number, as [`Odds::error`] has it \[-\].
pub fn sampling_error(share: f64, size: f64) -> f64 {
    let size = size.max(1.0);
    let tempered = (size * share + 1.0) / (size + 2.0);
    (tempered * (1.0 - tempered) / size).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_members_that_agree_are_no_certainty() {
        assert!((sampling_error(1.0, 4.0) - (5.0 / 6.0 / 6.0 / 4.0_f64).sqrt()).abs() < 1e-12);
        assert!(sampling_error(1.0, 1e6) < 1e-5);
        assert!((sampling_error(0.5, 100.0) - 0.05).abs() < 1e-12);
    }

    fn ran(status: Status, value: f64) -> MemberOutcome {
        let judged = Judged {
            target: "cap".into(),
            scope: "city/city".into(),
            name: Text::default(),
            test: "cap".into(),
            required: true,
            by: Date::constant(2020, 12, 31),
            status,
            value: Some(value),
            threshold: Some(1.0),
            unit: "m3/a".into(),
        };
        MemberOutcome::Ran(MemberRun {
            log_weight: 0.0,
            marks: Vec::new(),
            years: Vec::new(),
            statistical: Vec::new(),
            physical: Vec::new(),
            springs: Vec::new(),
            rulings: vec![judged],
            worst_closure: 0.0,
        })
    }

    #[test]
    fn a_failed_member_is_neither_met_nor_missed() {
        let members = [
            (ran(Status::Met, 0.5), 0.5),
            (ran(Status::Missed, 2.0), 0.25),
            (ran(Status::Undetermined, 1.5), 0.25),
            (MemberOutcome::Failed("no".into()), 0.0),
        ];
        let found = &odds(&members)[0];
        assert!((found.met - 0.375).abs() < 1e-12 && (found.missed - 0.1875).abs() < 1e-12);
        assert!((found.undetermined - 0.4375).abs() < 1e-12);
        assert!(found.error > 0.25 && found.error < 0.4, "{}", found.error);
        let [low, middle, high] = found.band.unwrap();
        assert!(low < middle && middle < high);
    }
    #[test]
    fn a_scenario_that_no_member_ran_is_undetermined_in_all() {
        assert!(odds(&[(MemberOutcome::Failed("no".into()), 1.0)]).is_empty());
        let asked = odds(&[(ran(Status::Met, 0.5), 1.0)]);
        let found = undetermined_odds(&asked);
        assert_eq!(found.len(), asked.len());
        assert_eq!((found[0].met, found[0].missed, found[0].undetermined), (0.0, 0.0, 1.0));
        assert!(found[0].band.is_none() && found[0].judged.same_test(&asked[0].judged));
        assert_eq!(found[0].judged.status, Status::Undetermined);
    }
}
