//! The verdict: what each target's test says, by how much, at both ends of what is assumed.
//!
//! Everything here is a pure function of the [`Evidence`]. A status is decided at the figures' own values and at both ends of
//! the assumed ranges; where the ends disagree, where a threshold is not published, or where a run failed, it is
//! [`Status::Undetermined`]. Takes are sums over the [`Ledger`](crate::Ledger) and nothing else.

mod balance;
mod break_even;
mod cap;
mod evidence;
mod framework;
mod headline;
mod karst;
mod levels;
mod measured;
mod springs;
mod storage;
mod warning;
mod wording;

pub use warning::{Grade, Warning};

pub use evidence::{
    Area, Evidence, LevelSeries, Side, SpringSeries, SpringYield, StorageChange, StorageEvidence, StorageTest,
};

use jiff::civil::Date;
use quanyu_basin::{Basin, Fault};
use serde::{Deserialize, Serialize};

use crate::{Attributed, MeasureCost, Target, TargetTest, Text};

/// Whether a target is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The test holds.
    Met,
    /// The test fails.
    Missed,
    /// It cannot be said, and the reason says why.
    Undetermined,
}

impl Status {
    pub(crate) fn of(holds: bool) -> Self {
        if holds { Self::Met } else { Self::Missed }
    }

    /// The value's status where both ends agree with it.
    pub(crate) fn agreed(value: Self, ends: &[Self]) -> Self {
        if ends.iter().all(|end| *end == value) { value } else { Self::Undetermined }
    }

    /// All must be met; one missed is missed.
    pub(crate) fn all(of: &[Self]) -> Self {
        if of.contains(&Self::Missed) {
            Self::Missed
        } else if of.is_empty() || of.contains(&Self::Undetermined) {
            Self::Undetermined
        } else {
            Self::Met
        }
    }
}

/// What a ruling is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// `city`, `basin`, `zone`, `sub-zone`, `spring` or `domain`.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// What people call it.
    #[serde(default)]
    pub name: Text,
}

impl Scope {
    pub(crate) fn new(kind: &str, id: &str) -> Self {
        Self { kind: kind.into(), id: id.into(), name: Text::default() }
    }

    /// Its name in the basin's files.
    fn named(&self, basin: &Basin) -> Text {
        let place = match self.kind.as_str() {
            "zone" | "sub-zone" => basin.zones.iter().find(|zone| zone.id == self.id).map(|zone| &zone.names),
            "basin" => {
                basin.outlines.iter().find(|outline| outline.id == self.id).map(|outline| &outline.names)
            }
            "spring" => basin.springs.iter().find(|spring| spring.id == self.id).map(|spring| &spring.names),
            "domain" => Some(&basin.title),
            _ => None,
        };
        match (place, self.id.as_str()) {
            (Some(names), _) => Text::from(names),
            (None, "all-zones") => Text::new("全部超采区", "All overdraft zones"),
            (None, "city") => Text::new("全市", "City"),
            (None, id) => Text::new(id, id),
        }
    }
}

/// What decides a ruling: the worst year and who weighs most in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// Year.
    pub year: Option<i16>,
    /// Zone.
    pub zone: Option<String>,
    /// Sector.
    pub sector: Option<String>,
    /// Spring.
    pub spring: Option<String>,
}

/// The judged value at the two ends of the assumed ranges, in the ruling's unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// Lower.
    pub low: f64,
    /// Higher.
    pub high: f64,
}

impl Band {
    pub(crate) fn over(a: f64, b: f64) -> Self {
        Self { low: a.min(b), high: a.max(b) }
    }
}

/// One test of one target in one scope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ruling {
    /// Target id.
    pub id: String,
    /// Target title.
    pub title: Text,
    /// What it is about.
    pub scope: Scope,
    /// Test: `cap`, `cap-physical`, `allowable`, `storage`, `level`, `spring-stable`, `spring-level`, `spring-reflow`,
    /// `karst-take`, `total-use`, `use-rate`, `saving-rate`, `unpublished`.
    pub test: String,
    /// True where the policy requires it; other rulings are shown beside.
    pub required: bool,
    /// What the test says.
    pub status: Status,
    /// Why, with the numbers.
    pub reason: Text,
    /// Judged value.
    pub value: Option<f64>,
    /// What it is judged against.
    pub threshold: Option<f64>,
    /// Unit of value, threshold and band.
    pub unit: String,
    /// Distance to the threshold where it binds, positive where the test holds \[m³ a year; storage: m³ a cycle\].
    pub margin_m3: Option<f64>,
    /// The same where it is least over the value and both ends of the assumed ranges; of takes only.
    #[serde(default)]
    pub worst_margin_m3: Option<f64>,
    /// By when it must hold.
    pub by: Date,
    /// First year (`2022`) or month (`2022-05`) from which it holds, without end within the report.
    pub first_met: Option<String>,
    /// What decides it.
    pub binding: Option<Binding>,
    /// Share by which every demand could rise (positive) before the test flips, or must fall (negative) for it to flip, the
    /// measures applied anew \[-\]; `None` where no share between −1 and 15 flips it.
    pub break_even: Option<f64>,
    /// Share of the members of a batch that meet it, by weight \[-\]; `None` in the verdict of a single run.
    pub odds: Option<f64>,
    /// Sampling error of that share \[-\].
    #[serde(default)]
    pub odds_error: Option<f64>,
    /// Judged value at the ends of the assumed ranges; with odds, at 5 and 95 % of the members.
    pub band: Option<Band>,
}

impl Ruling {
    /// What to call it beside its test: its place, or its title where the test is a check of the ledger that has several targets
    /// in one place.
    pub fn label(&self) -> &Text {
        match self.test.as_str() {
            "total-use" | "use-rate" | "saving-rate" | "unpublished" => &self.title,
            _ => &self.scope.name,
        }
    }

    /// A ruling that says nothing yet.
    pub(crate) fn open(target: &Target, scope: Scope, test: &str, required: bool, unit: &str) -> Self {
        Self {
            id: target.id.clone(),
            title: Text::from(&target.names),
            scope,
            test: test.into(),
            required,
            status: Status::Undetermined,
            reason: Text::default(),
            value: None,
            threshold: None,
            unit: unit.into(),
            margin_m3: None,
            worst_margin_m3: None,
            by: target.by,
            first_met: None,
            binding: None,
            break_even: None,
            odds: None,
            odds_error: None,
            band: None,
        }
    }
}

/// All rulings, in the order of the scenario's targets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Rulings.
    pub targets: Vec<Ruling>,
    /// Early warning of every zone in every reported year, by zone, then year; nothing where the basin has no thresholds.
    #[serde(default)]
    pub warnings: Vec<Warning>,
    /// What each measure brings; nothing until somebody attributes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attribution: Vec<Attributed>,
    /// What the measures cost of which the scenario says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub costs: Vec<MeasureCost>,
}

impl Verdict {
    /// True where a required target is missed. Undetermined is not missed.
    pub fn misses_required(&self) -> bool {
        self.targets.iter().any(|ruling| ruling.required && ruling.status == Status::Missed)
    }
}

/// Rules on every target of the scenario.
///
/// # Errors
/// Evidence whose parts do not fit together: series of another length than the ledger's periods, ledgers of different
/// periods, or a basin and scenario that [`crate::apply`] would refuse.
pub fn judge(evidence: &Evidence) -> Result<Verdict, Vec<Fault>> {
    evidence.check()?;
    let mut targets = Vec::new();
    for target in &evidence.scenario.targets {
        match &target.test {
            TargetTest::Cap { most } => targets.extend(cap::rule(evidence, target, *most)?),
            TargetTest::Balance { decides, spring_floor } => {
                targets.extend(balance::rule(evidence, target, *decides, *spring_floor)?);
            }
            TargetTest::SpringStable { spring, dead_band } => {
                targets.push(springs::stable(evidence, target, spring, *dead_band));
            }
            TargetTest::SpringLevel { spring } => targets.push(levels::level(evidence, target, spring)),
            TargetTest::SpringReflow { spring } => targets.push(springs::reflow(evidence, target, spring)),
            TargetTest::TotalUse { most, beside } => {
                targets.push(framework::total_use(evidence, target, *most, *beside));
            }
            TargetTest::UseRate { kind, least } => {
                targets.push(framework::use_rate(evidence, target, *kind, *least)?);
            }
            TargetTest::SavingRate { rate, bound } => {
                targets.push(framework::saving_rate(evidence, target, *rate, *bound));
            }
            TargetTest::Unpublished { missing } => targets.push(framework::unpublished(target, missing)),
            TargetTest::KarstTake { base_year } => targets.push(karst::rule(evidence, target, *base_year)),
        }
    }
    for ruling in &mut targets {
        ruling.scope.name = ruling.scope.named(evidence.basin);
    }
    let mut warnings = warning::grade(evidence);
    for warning in &mut warnings {
        warning.scope.name = warning.scope.named(evidence.basin);
    }
    Ok(Verdict { targets, warnings, attribution: Vec::new(), costs: Vec::new() })
}
