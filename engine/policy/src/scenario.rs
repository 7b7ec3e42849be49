//! A scenario: measures and targets, after its patches were merged.

use geo::MultiPolygon;
use jiff::civil::Date;
use quanyu_basin::{Basin, Climate, Names, Origin, Owner, Project, Sector, UnconventionalKind};

use crate::apply::{
    BanRule, ExitRule, LandRule, LandscapeRule, LimitRule, MeteringRule, PriceRule, RainRule, RechargeRule,
    RelocateRule, SaveRule, SavingRate, TradeRule, UnconventionalRule,
};
use crate::{Cost, Text};

/// A scenario ready to be applied to a basin.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Name, also of its run folder.
    pub name: String,
    /// Title.
    pub title: Names,
    /// Measures in stated order: earlier ones have first call on project capacity.
    pub measures: Vec<Measure>,
    /// Targets: the basin's default ones, tightened or extended by the scenario.
    pub targets: Vec<Target>,
    /// What is reported.
    pub report: ReportWindow,
    /// Another rain than the basin's.
    pub climate: Option<ClimateChange>,
    /// Projects that come later or smaller than the basin says.
    pub project_changes: Vec<ProjectChange>,
}

/// Rain of some years times a factor; the long-term mean, and so what a normal year is, stays.
#[derive(Clone, Debug, PartialEq)]
pub struct ClimateChange {
    /// First year.
    pub from: i16,
    /// Last year.
    pub to: i16,
    /// Factor on the rain \[-\].
    pub factor: f64,
    /// Where it stands.
    pub origin: Origin,
}

/// A project that comes later or smaller.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectChange {
    /// Project.
    pub project: String,
    /// Months by which it starts later.
    pub delay_months: i32,
    /// Factor on its capacity \[-\].
    pub capacity: f64,
    /// Where it stands.
    pub origin: Origin,
}

impl Scenario {
    /// The same without the ranges that its targets have: each figure is its value.
    pub fn at_its_figures(&self) -> Self {
        let mut scenario = self.clone();
        for target in &mut scenario.targets {
            if let TargetTest::TotalUse { beside, .. } = &mut target.test {
                *beside = [beside[0]; 3];
            }
        }
        scenario
    }

    /// The rain under this scenario.
    pub fn climate(&self, basin: &Basin) -> Climate {
        match &self.climate {
            Some(change) => basin.climate.changed(change.from..=change.to, change.factor),
            None => basin.climate.clone(),
        }
    }

    /// The projects under this scenario.
    pub fn projects(&self, basin: &Basin) -> Vec<Project> {
        let mut projects = basin.projects.clone();
        for change in &self.project_changes {
            for project in projects.iter_mut().filter(|project| project.id == change.project) {
                delay(project, change.delay_months);
                project.capacity.scale(change.capacity);
                project.capacity_years.iter_mut().for_each(|row| row.capacity.scale(change.capacity));
            }
        }
        projects
    }
}

/// Lets a project start later, and grow later by as many whole years.
pub(crate) fn delay(project: &mut Project, months: i32) {
    project.start = project.start.saturating_add(jiff::Span::new().months(months));
    for row in &mut project.capacity_years {
        row.year = row.year.saturating_add((months / 12) as i16);
    }
}

/// First and last month of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportWindow {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// One measure.
#[derive(Clone, Debug)]
pub struct Measure {
    /// Id, unique in the scenario.
    pub id: String,
    /// Name.
    pub names: Names,
    /// Whom it concerns; nobody for a recharge, which concerns no user.
    pub selection: Selection,
    /// Share of its effect that comes about \[-\]; 1 where everyone complies.
    pub compliance: f64,
    /// What it does.
    pub kind: MeasureKind,
    /// What it costs, where somebody says so.
    pub cost: Option<Cost>,
    /// Where it stands.
    pub origin: Origin,
}

/// What a measure does.
#[derive(Clone, Debug)]
pub enum MeasureKind {
    /// Close wells: permitted take falls by the closed share of the demand; projects serve the users, first come by stated order, the rest is unmet.
    CloseWells {
        /// Closed share over time \[-\], stepwise.
        stages: Schedule,
        /// Projects in order.
        replaced_by: Vec<String>,
    },
    /// Swap users to projects: what a project cannot deliver stays pumped.
    Swap {
        /// Share of the demand to be swapped over time \[-\].
        share: Schedule,
        /// Projects in order.
        projects: Vec<String>,
    },
    /// Cut pumping by a share or a volume; nothing replaces it.
    Cut {
        /// How much.
        by: Cut,
        /// Share of the cut in force over time \[-\].
        ramp: Schedule,
        /// Permitted take is never cut below this share of the demand \[-\].
        floor: f64,
    },
    /// No abstraction beyond that of the twelve months before; growth goes to projects or is unmet.
    Freeze(FreezeRule),
    /// No abstraction at all.
    Ban(BanRule),
    /// At most a volume a year over the selection.
    Limit(LimitRule),
    /// The same for spring intakes only.
    LimitIntake(LimitRule),
    /// Irrigated land that is retired or rotated.
    Land(LandRule),
    /// Rates that improve.
    Save(SaveRule),
    /// Reclaimed water, mine water, cisterns in place of wells.
    Unconventional(UnconventionalRule),
    /// Firms that leave.
    Exit(ExitRule),
    /// Firms that move.
    Relocate(RelocateRule),
    /// Prices, taxes, surcharges.
    Price(PriceRule),
    /// Metering, which narrows the range of demand.
    Metering(MeteringRule),
    /// Trade of quotas under the cap.
    Trade(TradeRule),
    /// Ecological recharge.
    Recharge(RechargeRule),
    /// More rain from seeded clouds.
    Rain(RainRule),
    /// No new landscape water from wells in overdraft zones.
    Landscape(LandscapeRule),
}

/// How much a cut takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cut {
    /// Share of each group's demand \[-\].
    Share(f64),
    /// Volume a year over the whole selection, shared in proportion to demand \[m³/a\].
    Volume(f64),
}

/// Freeze on new abstraction.
#[derive(Clone, Debug, PartialEq)]
pub struct FreezeRule {
    /// From this date.
    pub from: Date,
    /// Domestic use is exempt.
    pub domestic_exempt: bool,
    /// Projects to which growth goes instead, in order; what they cannot bring, or all of it where none is named, is unmet.
    pub replaced_by: Vec<String>,
}

/// A value over time: zero before the first date.
#[derive(Clone, Debug, PartialEq)]
pub enum Schedule {
    /// Holds from each date on.
    Stages(Vec<(Date, f64)>),
    /// Grows linearly from nothing at the first date to all of `value` at the second.
    Ramp {
        /// Begin.
        from: Date,
        /// Fully in force.
        to: Date,
        /// Value then.
        value: f64,
    },
}

/// Conditions that must all hold; an empty list is no condition.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Group ids.
    pub ids: Vec<String>,
    /// County ids.
    pub counties: Vec<String>,
    /// Spring basin ids.
    pub basins: Vec<String>,
    /// Zone or sub-zone ids; a zone includes its sub-zones.
    pub zones: Vec<String>,
    /// Sectors.
    pub sectors: Vec<Sector>,
    /// Owners.
    pub owners: Vec<Owner>,
    /// Tags; any one suffices.
    pub tags: Vec<String>,
    /// Takes of at least this in the base year \[m³/a\].
    pub at_least: Option<f64>,
    /// Takes of at most this in the base year \[m³/a\].
    pub at_most: Option<f64>,
    /// Area in the basin's coordinates \[m\], in which the centre of a group's place must lie.
    pub polygon: Option<MultiPolygon<f64>>,
    /// Where it stands.
    pub origin: Origin,
}

/// A target to rule on.
#[derive(Clone, Debug)]
pub struct Target {
    /// Id.
    pub id: String,
    /// Name.
    pub names: Names,
    /// What must hold.
    pub test: TargetTest,
    /// By when.
    pub by: Date,
    /// Required by the policy (as against shown beside it).
    pub required: bool,
    /// Where it stands.
    pub origin: Origin,
}

/// What a target tests.
#[derive(Clone, Debug, PartialEq)]
pub enum TargetTest {
    /// City groundwater abstraction in every year from `by`'s year on at most this \[m³/a\].
    Cap {
        /// Threshold \[m³/a\].
        most: f64,
    },
    /// Extraction–recharge balance in every overdraft zone.
    Balance {
        /// Test that decides; all three are shown.
        decides: BalanceTest,
        /// Spring-flow floor of the storage test, as a share of the published long-term flow \[-\].
        spring_floor: f64,
    },
    /// Discharge of a spring stops declining.
    SpringStable {
        /// Spring id.
        spring: String,
        /// Decline up to this counts as stable \[1/a\], relative to the mean.
        dead_band: f64,
    },
    /// Level at a spring's outlet against the outlet elevation.
    SpringLevel {
        /// Spring id.
        spring: String,
    },
    /// A dried-up spring flows again.
    SpringReflow {
        /// Spring id.
        spring: String,
    },
    /// Water use of the city in the year of `by` at most this.
    TotalUse {
        /// Threshold \[m³/a\].
        most: f64,
        /// Use that no group of the basin stands for: value, low, high \[m³/a\].
        beside: [f64; 3],
    },
    /// Share of the available unconventional water of a kind that finds users in the year of `by`.
    UseRate {
        /// Kind.
        kind: UnconventionalKind,
        /// At least this \[-\].
        least: f64,
    },
    /// Rate that the scenario's saving measures reach by the end of the year of `by`.
    SavingRate {
        /// Rate.
        rate: SavingRate,
        /// At most this where the rate falls, at least this where it rises.
        bound: f64,
    },
    /// A target of the policy that nothing published can check.
    Unpublished {
        /// What is missing.
        missing: Text,
    },
    /// Take of karst water (karst wells and spring intakes) falls against a base year.
    KarstTake {
        /// Base year.
        base_year: i16,
    },
}

/// The three tests of balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BalanceTest {
    /// Abstraction in the year, and its mean over that and the two years before, at most the allowable abstraction.
    Allowable,
    /// The year's take held through twenty or more normal years: storage no longer falls and springs keep a floor.
    Storage,
    /// Slope of measured levels.
    Level,
}
