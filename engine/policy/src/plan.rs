//! The plan: who wants, may take, is served otherwise and asks of the aquifer, before the physics has answered.

use quanyu_basin::{
    Basin, Booking, Climate, Group, GroupKind, LayerRole, Names, Owner, Period, Placement, Sector,
};
use serde::{Deserialize, Serialize};

use crate::apply::{RainSite, RechargeSite};
use crate::selection::zone_and_parents;
use crate::{Ends, Litres};

/// A sentence in Chinese and in English.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Text {
    /// From both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

impl From<&Names> for Text {
    fn from(names: &Names) -> Self {
        Self { zh: names.zh.clone(), en: names.en.clone() }
    }
}

/// What the ledger keeps of a group: every attribute that totals are formed over.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupRow {
    /// Group id.
    pub id: String,
    /// Name.
    pub names: Names,
    /// County; `None` outside the city.
    pub county: Option<String>,
    /// Spring basin; `None` outside both.
    pub basin: Option<String>,
    /// Layer.
    pub layer: Option<String>,
    /// True where that layer is karst, and for spring intakes.
    pub karst: bool,
    /// Its zone and every zone that it belongs to, innermost first.
    pub zones: Vec<String>,
    /// Sector.
    pub sector: Sector,
    /// Owner.
    pub owner: Owner,
    /// How it takes.
    pub kind: GroupKind,
    /// Statistical booking.
    pub booking: Booking,
    /// True for wells whose rate the physics is asked for; wells outside the model get what they request.
    pub in_model: bool,
    /// True where its place is our assumption.
    pub location_unknown: bool,
}

impl GroupRow {
    pub(crate) fn new(basin: &Basin, group: &Group) -> Self {
        let karst_layer = group.layer.as_ref().is_some_and(|id| {
            basin.layers.iter().any(|layer| layer.id == *id && layer.role == LayerRole::Karst)
        });
        Self {
            id: group.id.clone(),
            names: group.names.clone(),
            county: group.county.clone(),
            basin: group.basin.clone(),
            layer: group.layer.clone(),
            karst: karst_layer || matches!(group.kind, GroupKind::SpringIntake { .. }),
            zones: group.zone.as_ref().map(|zone| zone_and_parents(&basin.zones, zone)).unwrap_or_default(),
            sector: group.sector,
            owner: group.owner,
            kind: group.kind.clone(),
            booking: group.booking,
            in_model: group.kind == GroupKind::Wells && group.placement != Placement::Outside,
            location_unknown: group.location_unknown,
        }
    }
}

/// One group in one period.
///
/// `demanded = saved + Σ substituted + requested + Σ unmet` and `requested ≤ permitted`, to the litre.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanEntry {
    /// What the users want.
    pub demanded: Litres,
    /// What they no longer need.
    pub saved: Litres,
    /// The same by measure: (index of the measure, volume).
    pub saved_by: Vec<(usize, Litres)>,
    /// What had seeped back of the saved water and no longer does; not part of the account, but lost to the aquifer.
    pub lost_return: Litres,
    /// What projects serve instead: (index of the project, volume), in the order in which it was given.
    pub substituted: Vec<(usize, Litres)>,
    /// What the measures still let the group take.
    pub permitted: Litres,
    /// What it asks of the aquifer or spring.
    pub requested: Litres,
    /// What a measure forbids and nothing replaces: (index of the measure, volume).
    pub unmet: Vec<(usize, Litres)>,
}

impl PlanEntry {
    /// All that projects serve.
    pub fn substituted_total(&self) -> Litres {
        self.substituted.iter().map(|(_, volume)| *volume).sum()
    }

    /// Adds to what a measure leaves unmet.
    pub(crate) fn add_unmet(&mut self, measure: usize, volume: Litres) {
        match self.unmet.iter_mut().find(|(of, _)| *of == measure) {
            Some((_, unmet)) => *unmet += volume,
            None => self.unmet.push((measure, volume)),
        }
    }
}

/// A project in one period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProjectUse {
    /// What it can bring to users, net of loss.
    pub capacity: Litres,
    /// What it brings to them.
    pub used: Litres,
}

impl ProjectUse {
    /// What it could still bring.
    pub fn unused(&self) -> Litres {
        self.capacity - self.used
    }
}

/// A measure in one period, over its whole selection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeasureEffect {
    /// What it lays claim to: growth frozen, share closed, cut or swapped.
    pub claimed: Litres,
    /// By how much it lowers what is asked of the aquifer and springs.
    pub reduced: Litres,
    /// What its projects bring instead.
    pub substituted: Litres,
    /// What its projects should bring and cannot: unmet after a closure, still pumped after a swap.
    pub shortfall: Litres,
    /// The part of its claim that earlier measures or its floor had already taken away.
    pub forestalled: Litres,
    /// What it saves.
    pub saved: Litres,
    /// What had seeped back of that; saved less this is the net saving.
    pub lost_return: Litres,
    /// What it moves from some users to others: demand that relocates, quotas that are traded.
    pub moved: Litres,
}

/// Water that a measure lets into the aquifer in one period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AddedRecharge {
    /// Index of the measure; its site is [`Plan::sites`].
    pub measure: usize,
    /// Rate \[m³/d\], positive.
    pub rate: f64,
}

/// More rain that a measure brings.
#[derive(Clone, Debug, PartialEq)]
pub struct RainGain {
    /// Index of the measure.
    pub measure: usize,
    /// Where.
    pub site: RainSite,
    /// Per period: what is gained, as a share of the rain of that period \[-\].
    pub gains: Vec<f64>,
}

/// A project, or an unconventional source, as the plan knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectRow {
    /// Id.
    pub id: String,
    /// Name.
    pub names: Names,
    /// River that it draws on.
    pub river: Option<String>,
    /// Share lost between intake and user \[-\].
    pub loss: f64,
}

/// A measure as the plan knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureRow {
    /// Id.
    pub id: String,
    /// Name.
    pub names: Names,
}

/// Something about the plan that its author should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Measure that it concerns.
    pub measure: Option<String>,
    /// What to know.
    pub text: Text,
}

impl Note {
    /// The note with the measure that it concerns, in English.
    pub fn named(&self) -> String {
        match &self.measure {
            Some(measure) => format!("{measure}: {}", self.text.en),
            None => self.text.en.clone(),
        }
    }
}

/// All that a plan asks of the flow model in a period. Two plans that ask the same are answered the same; printed for debugging, it
/// tells every figure to the last bit.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked<'p> {
    period: Period,
    /// What each group with wells in the model requests, and what no longer seeps back under it.
    wells: Vec<(Litres, Litres)>,
    river_takes: Vec<RiverTake>,
    precipitation: f64,
    recharge: Vec<(Option<&'p RechargeSite>, f64)>,
    rain: Vec<(&'p RainSite, f64)>,
}

/// What a project takes from its river.
#[derive(Clone, Debug, PartialEq)]
pub struct RiverTake {
    /// River id.
    pub river: String,
    /// Index of the project.
    pub project: usize,
    /// Gross take, losses included \[m³/d\], positive.
    pub rate: f64,
}

/// The plan: every group in every period. Indices run as in the basin (groups, projects) and the scenario (measures).
#[derive(Clone, Debug)]
pub struct Plan {
    /// End of the ranges that the demand was computed from.
    pub ends: Ends,
    /// Periods.
    pub periods: Vec<Period>,
    /// Groups.
    pub groups: Vec<GroupRow>,
    /// Measures.
    pub measures: Vec<MeasureRow>,
    /// Projects of the basin and, after them, its unconventional sources.
    pub projects: Vec<ProjectRow>,
    /// Rain under the scenario.
    pub climate: Climate,
    /// Per measure: where it lets water into the aquifer.
    pub sites: Vec<Option<RechargeSite>>,
    /// Rain that measures bring.
    pub rains: Vec<RainGain>,
    /// Notes.
    pub notes: Vec<Note>,
    pub(crate) by_period: Vec<PeriodPlan>,
}

/// All groups, projects and measures in one period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PeriodPlan {
    pub(crate) entries: Vec<PlanEntry>,
    pub(crate) projects: Vec<ProjectUse>,
    pub(crate) effects: Vec<MeasureEffect>,
    /// Per measure: what it lets into the aquifer.
    pub(crate) recharged: Vec<Litres>,
}

impl Plan {
    /// A group in a period.
    pub fn entry(&self, group: usize, period: usize) -> &PlanEntry {
        &self.by_period[period].entries[group]
    }

    /// A project in a period.
    pub fn project(&self, project: usize, period: usize) -> ProjectUse {
        self.by_period[period].projects[project]
    }

    /// A measure in a period.
    pub fn effect(&self, measure: usize, period: usize) -> MeasureEffect {
        self.by_period[period].effects[measure]
    }

    /// Mean rate that a group asks for in a period \[m³/d\], positive. The flow model's wells take the rates of the groups
    /// with [`GroupRow::in_model`]; a well's own sign (abstraction negative) is the caller's.
    pub fn requested_rate(&self, group: usize, period: usize) -> f64 {
        self.entry(group, period).requested.rate(self.periods[period].days())
    }

    /// Rate at which water no longer seeps back under a group because of what it saves \[m³/d\], positive.
    pub fn lost_return_rate(&self, group: usize, period: usize) -> f64 {
        self.entry(group, period).lost_return.rate(self.periods[period].days())
    }

    /// Water that measures let into the aquifer in a period.
    pub fn added_recharge(&self, period: usize) -> Vec<AddedRecharge> {
        let days = self.periods[period].days();
        let volumes = self.by_period[period].recharged.iter().enumerate();
        volumes
            .filter(|(_, volume)| **volume > Litres::ZERO)
            .map(|(measure, volume)| AddedRecharge { measure, rate: volume.rate(days) })
            .collect()
    }

    /// Whether two plans of one basin ask the same of the flow model in a period: of its wells, its rivers and its rain.
    pub fn asks_the_same(&self, other: &Self, period: usize) -> bool {
        self.asks(period) == other.asks(period)
    }

    /// All that the plan asks of the flow model in a period.
    pub fn asks(&self, period: usize) -> Asked<'_> {
        let wells = (0..self.groups.len()).filter(|&group| self.groups[group].in_model);
        let added = self.added_recharge(period).into_iter();
        Asked {
            period: self.periods[period],
            wells: wells
                .map(|group| {
                    let entry = self.entry(group, period);
                    (entry.requested, entry.lost_return)
                })
                .collect(),
            river_takes: self.river_takes(period),
            precipitation: self.climate.year(self.periods[period].year()),
            recharge: added.map(|added| (self.sites[added.measure].as_ref(), added.rate)).collect(),
            rain: (self.rains.iter())
                .map(|rain| (&rain.site, rain.gains[period]))
                .filter(|(_, gain)| *gain > 0.0)
                .collect(),
        }
    }

    /// What the projects take from rivers in a period: the used volume grossed up by the loss on the way, used / (1 − loss).
    pub fn river_takes(&self, period: usize) -> Vec<RiverTake> {
        let days = self.periods[period].days();
        let takes = self.projects.iter().zip(&self.by_period[period].projects).enumerate();
        takes
            .filter(|(_, (_, spent))| spent.used > Litres::ZERO)
            .filter_map(|(project, (row, spent))| {
                let river = row.river.clone()?;
                Some(RiverTake { river, project, rate: spent.used.rate(days) / (1.0 - row.loss) })
            })
            .collect()
    }
}
