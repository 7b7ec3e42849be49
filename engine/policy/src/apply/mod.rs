//! Measures on demand: who wants, may, is swapped and asks of the aquifer.
//!
//! In every period, in this order; within a step in stated order unless it says otherwise:
//!
//! 1. *demand* of each group, metered where a *metering* measure says so; then *relocations* move demand between groups;
//! 2. *saved*: first *exits*, then *retired* and *rotated* land, then *saving*, then *prices*. Exits and land take shares of the
//!    demand and no more than is left of it; savings and prices take shares of what is left, so those of one kind commute but
//!    for the litre they are rounded to;
//! 3. *freezes*: what is left beyond the demand of the same month in the twelve whole months before the freeze is not pumped: it is
//!    served in step 5 where projects are named, else unmet; what remains is the *allowed* demand that every share below refers to (a cut
//!    by volume is spread in proportion to demand); growth of *landscape* use in the zones goes the same way;
//! 4. *closings and cuts*: each lowers what is permitted by its share of the allowed demand, and by no more than earlier ones
//!    have left;
//! 5. *projects*, measure by measure, group by group in the basin's order: what was closed or has arrived is served where a project
//!    reaches and has capacity left, and is unmet otherwise; what is to be swapped, to a project or to an *unconventional*
//!    source, is served likewise, and stays pumped otherwise;
//! 6. *bans, limits* and the *penalty* for unused mine water: what would still be pumped beyond the quota is unmet. Quotas are
//!    fixed beforehand, so the order of bans and limits doesn't matter;
//! 7. *trades* move quotas from who values water less to who values it more;
//! 8. *request*: what is permitted and not swapped.
//!
//! *Recharge* and *rain enhancement* act on the flow model alone. A measure's *compliance* is the share of its effect that comes about. A period depends
//! on no other period's plan, so any choice of periods may be planned alone.

mod ban;
mod check;
mod close;
mod collisions;
mod cut;
mod exit;
mod freeze;
mod intake;
mod landscape;
mod limit;
mod metering;
mod notes;
mod price;
mod projects;
mod rain;
mod recharge;
mod relocate;
mod retire;
mod save;
mod swap;
mod trade;
mod unconventional;
mod wanted;

use std::cell::RefCell;
use std::collections::BTreeMap;

use quanyu_basin::{Basin, Climate, Fault, Period, Project};

use crate::plan::PeriodPlan;
use crate::{
    Demand, Ends, GroupRow, Litres, Measure, MeasureKind, MeasureRow, Plan, PlanEntry, ProjectRow, Scenario,
};

pub use ban::BanRule;
pub use exit::ExitRule;
pub use landscape::LandscapeRule;
pub use limit::LimitRule;
pub use metering::MeteringRule;
pub use price::{PriceRule, Tier};
pub use rain::{RainRule, RainSite};
pub use recharge::{RechargeRule, RechargeSite};
pub use relocate::RelocateRule;
pub use retire::{LandRule, Rotation};
pub use save::{SaveRule, SavingRate};
pub use trade::{TradeRule, TradeWithin};
pub use unconventional::UnconventionalRule;

/// Applies a scenario's measures to a basin's users over calendar months and years, in time order.
///
/// Pure: equal arguments give equal plans, to the litre.
///
/// # Errors
/// Every fault of the measures (unknown names, empty selections, shares outside 0–1, dates outside the periods) and of
/// the basin's demand and projects, all at once.
pub fn apply(basin: &Basin, scenario: &Scenario, periods: &[Period], ends: Ends) -> Result<Plan, Vec<Fault>> {
    let mut faults = check::scenario(basin, scenario, periods);
    let draft = match Draft::new(basin, scenario, ends, 1.0, None) {
        Ok(draft) if faults.is_empty() => draft,
        Ok(_) => return Err(faults),
        Err(more) => {
            faults.extend(more);
            return Err(faults);
        }
    };
    let by_period: Vec<PeriodPlan> = periods.iter().map(|period| draft.period(period)).collect();
    Ok(Plan {
        ends,
        periods: periods.to_vec(),
        groups: basin.groups.iter().map(|group| GroupRow::new(basin, group)).collect(),
        measures: (scenario.measures.iter())
            .map(|measure| MeasureRow { id: measure.id.clone(), names: measure.names.clone() })
            .collect(),
        projects: (basin.projects.iter())
            .map(|project| ProjectRow {
                id: project.id.clone(),
                names: project.names.clone(),
                river: project.river.clone(),
                loss: ends.pick(&project.loss),
            })
            .chain(basin.levers.sources.iter().map(|source| ProjectRow {
                id: source.id.clone(),
                names: source.names.clone(),
                river: None,
                loss: 0.0,
            }))
            .collect(),
        climate: draft.climate.clone(),
        sites: (scenario.measures.iter())
            .map(|measure| match &measure.kind {
                MeasureKind::Recharge(rule) => Some(rule.site.clone()),
                _ => None,
            })
            .collect(),
        notes: notes::notes(&draft, scenario, periods, &by_period),
        rains: draft.rain_gains(periods),
        by_period,
    })
}

/// A measure with its names resolved to indices.
pub(crate) struct Resolved<'b> {
    pub(crate) measure: &'b Measure,
    /// Groups, ascending.
    pub(crate) selected: Vec<usize>,
    /// Projects and, after them, unconventional sources, in stated order.
    pub(crate) projects: Vec<usize>,
}

/// Everything needed to plan any single period.
pub(crate) struct Draft<'b> {
    pub(crate) basin: &'b Basin,
    pub(crate) ends: Ends,
    pub(crate) demand: Demand<'b>,
    /// Demand at its value, where measures meter an end of the range.
    value: Option<Demand<'b>>,
    pub(crate) measures: Vec<Resolved<'b>>,
    /// The basin's projects as the scenario changes them.
    projects: Vec<Project>,
    /// The rain as the scenario changes it.
    climate: Climate,
    /// Per project and source, per group: whether it reaches the group's county.
    pub(crate) reach: Vec<Vec<bool>>,
    /// Per year that somebody asked for, per project and source: what found users, and what there was.
    used_in_year: RefCell<BTreeMap<i16, Vec<(Litres, Litres)>>>,
}

/// A period being planned.
pub(crate) struct Work {
    /// Per group: demand that is neither saved nor frozen.
    allowed: Vec<Litres>,
    /// Per group: permitted and not swapped so far.
    pumped: Vec<Litres>,
    /// Per measure, per group: what a closing took and projects should serve.
    closed: Vec<Vec<Litres>>,
    /// Per measure: what a relocation brought and projects should serve.
    arrived: Vec<Litres>,
    plan: PeriodPlan,
}

impl<'b> Draft<'b> {
    /// Resolves names; `scale` multiplies every demand \[-\], `focus` is whose sum stands at the end of its range (`None`: all).
    pub(crate) fn new(
        basin: &'b Basin,
        scenario: &'b Scenario,
        ends: Ends,
        scale: f64,
        focus: Option<&[usize]>,
    ) -> Result<Self, Vec<Fault>> {
        let mut faults = check::projects(basin);
        let mut measures = Vec::new();
        for measure in &scenario.measures {
            let selected = match &measure.kind {
                MeasureKind::Recharge(_) | MeasureKind::Rain(_) => Ok(Vec::new()),
                _ => measure.selection.groups(basin),
            };
            let mut keep = |result: Result<Vec<usize>, Vec<Fault>>| {
                result.unwrap_or_else(|more| {
                    faults.extend(more);
                    Vec::new()
                })
            };
            let (selected, projects) = (keep(selected), keep(check::resolve_projects(basin, measure)));
            check::selected(basin, measure, &selected, &mut faults);
            measures.push(Resolved { measure, selected, projects });
        }
        let demand = Demand::focused(basin, ends, scale, focus);
        let meters = |measure: &Measure| matches!(measure.kind, MeasureKind::Metering(_));
        let value = match ends {
            Ends::Low | Ends::High if scenario.measures.iter().any(meters) => {
                Demand::focused(basin, Ends::Value, scale, None).ok()
            }
            _ => None,
        };
        let of_projects = (basin.projects.iter()).map(|project| {
            let reaches = |county: &String| project.counties.contains(county);
            basin.groups.iter().map(|group| group.county.as_ref().is_some_and(reaches)).collect()
        });
        let of_sources = (basin.levers.sources.iter()).map(|source| {
            (0..basin.groups.len()).map(|group| unconventional::reaches(basin, source, group)).collect()
        });
        let reach = of_projects.chain(of_sources).collect();
        let (projects, climate) = (scenario.projects(basin), scenario.climate(basin));
        match demand {
            Ok(demand) if faults.is_empty() => {
                let used_in_year = RefCell::default();
                Ok(Self { basin, ends, demand, value, measures, projects, climate, reach, used_in_year })
            }
            Ok(_) => Err(faults),
            Err(more) => {
                faults.extend(more);
                Err(faults)
            }
        }
    }

    /// Plans one period.
    pub(crate) fn period(&self, period: &Period) -> PeriodPlan {
        let mut work = self.served(period);
        for step in [Self::hold, Self::exchange] {
            self.in_order(step, period, &mut work);
        }
        for (entry, pumped) in work.plan.entries.iter_mut().zip(&work.pumped) {
            entry.requested = *pumped;
        }
        work.plan
    }

    /// A period up to what projects and sources serve.
    fn served(&self, period: &Period) -> Work {
        let groups = self.basin.groups.len();
        let mut work = Work {
            allowed: Vec::with_capacity(groups),
            pumped: Vec::new(),
            closed: vec![Vec::new(); self.measures.len()],
            arrived: vec![Litres::ZERO; self.measures.len()],
            plan: PeriodPlan {
                entries: vec![PlanEntry::default(); groups],
                projects: self.capacities(period),
                effects: vec![Default::default(); self.measures.len()],
                recharged: self.recharged(period),
            },
        };
        for group in 0..groups {
            let demanded = self.wanted(group, period);
            work.plan.entries[group].demanded = demanded;
            work.allowed.push(demanded);
        }
        for step in [
            Self::move_demand,
            Self::leave,
            Self::leave_land,
            Self::save,
            Self::answer_prices,
            Self::freeze_growth,
        ] {
            self.in_order(step, period, &mut work);
        }
        work.pumped = work.allowed.clone();
        self.in_order(Self::permit, period, &mut work);
        for group in 0..groups {
            work.plan.entries[group].permitted = work.pumped[group];
        }
        self.in_order(Self::substitute, period, &mut work);
        work
    }

    /// A step for every measure in stated order.
    fn in_order(&self, step: Step<'b>, period: &Period, work: &mut Work) {
        for (index, resolved) in self.measures.iter().enumerate() {
            step(self, index, resolved, period, work);
        }
    }

    fn move_demand(&self, index: usize, resolved: &Resolved<'b>, period: &Period, work: &mut Work) {
        if let MeasureKind::Relocate(rule) = &resolved.measure.kind {
            self.relocate(index, resolved, rule, period, work);
        }
    }

    fn leave(&self, index: usize, resolved: &Resolved<'b>, period: &Period, work: &mut Work) {
        if let MeasureKind::Exit(rule) = &resolved.measure.kind {
            self.exit(index, resolved, rule, period, work);
        }
    }

    fn leave_land(&self, index: usize, resolved: &Resolved<'b>, period: &Period, work: &mut Work) {
        if let MeasureKind::Land(rule) = &resolved.measure.kind {
            self.land(index, resolved, rule, period, work);
        }
    }

    fn save(&self, index: usize, resolved: &Resolved<'b>, period: &Period, work: &mut Work) {
        if let MeasureKind::Save(rule) = &resolved.measure.kind {
            self.saving(index, resolved, rule, period, work);
        }
    }

    fn answer_prices(&self, index: usize, resolved: &Resolved<'b>, period: &Period, work: &mut Work) {
        if let MeasureKind::Price(rule) = &resolved.measure.kind {
            self.price(index, resolved, rule, period, work);
        }
    }

    fn freeze_growth(&self, index: usize, resolved: &Resolved<'b>, period: &Period, work: &mut Work) {
        match &resolved.measure.kind {
            MeasureKind::Freeze(rule) => self.freeze(index, resolved, rule, period, work),
            MeasureKind::Landscape(rule) => self.landscape(index, resolved, rule, period, work),
            _ => {}
        }
    }

    fn permit(&self, index: usize, resolved: &Resolved<'b>, period: &Period, work: &mut Work) {
        match &resolved.measure.kind {
            MeasureKind::CloseWells { stages, .. } => self.close(index, resolved, stages, period, work),
            MeasureKind::Cut { by, ramp, floor } => {
                self.cut(index, resolved, (by, ramp, *floor), period, work);
            }
            _ => {}
        }
    }

    fn substitute(&self, index: usize, resolved: &Resolved<'b>, period: &Period, work: &mut Work) {
        match &resolved.measure.kind {
            MeasureKind::CloseWells { .. } | MeasureKind::Landscape(_) | MeasureKind::Freeze(_) => {
                self.serve_closed(index, resolved, work);
            }
            MeasureKind::Relocate(rule) => self.serve_arrived(index, rule, work),
            MeasureKind::Swap { share, .. } => self.swap(index, resolved, share, period, work),
            MeasureKind::Unconventional(rule) => self.unconventional(index, resolved, rule, work),
            _ => {}
        }
    }

    fn hold(&self, index: usize, resolved: &Resolved<'b>, period: &Period, work: &mut Work) {
        match &resolved.measure.kind {
            MeasureKind::Ban(rule) => self.ban(index, resolved, rule, period, work),
            MeasureKind::Limit(rule) | MeasureKind::LimitIntake(rule) => {
                self.limit(index, resolved, rule, period, work);
            }
            MeasureKind::Unconventional(rule) => self.penalty(index, resolved, rule, period, work),
            _ => {}
        }
    }

    fn exchange(&self, index: usize, resolved: &Resolved<'b>, period: &Period, work: &mut Work) {
        if let MeasureKind::Trade(rule) = &resolved.measure.kind {
            self.trade(index, resolved, rule, period, work);
        }
    }
}

/// What a measure does in one step of a period: its number, itself, the period, the work.
type Step<'b> = fn(&Draft<'b>, usize, &Resolved<'b>, &Period, &mut Work);

impl Work {
    /// Lowers what a group may take by a claim, but not below `least`, and books it; returns by how much.
    fn lower(&mut self, measure: usize, group: usize, claim: Litres, least: Litres) -> Litres {
        let taken = claim.min(self.pumped[group].less(least));
        self.pumped[group] -= taken;
        let effect = &mut self.plan.effects[measure];
        effect.claimed += claim;
        effect.reduced += taken;
        effect.forestalled += claim - taken;
        taken
    }

    /// Books a claim, as far as the group still wants it, as saved; `returned` is the share of it that had seeped back \[-\].
    fn save(&mut self, measure: usize, group: usize, claim: Litres, returned: f64) {
        let saved = claim.min(self.allowed[group]);
        let effect = &mut self.plan.effects[measure];
        effect.claimed += claim;
        effect.reduced += saved;
        effect.forestalled += claim - saved;
        if saved > Litres::ZERO {
            self.allowed[group] -= saved;
            let lost = saved.share(returned);
            effect.saved += saved;
            effect.lost_return += lost;
            let entry = &mut self.plan.entries[group];
            entry.saved += saved;
            entry.saved_by.push((measure, saved));
            entry.lost_return += lost;
        }
    }
}
