//! Measures on demand: who wants, may, is swapped and asks of the aquifer.
//!
//! In every period, in this order:
//!
//! 1. *demand* of each group;
//! 2. *freezes*, all that are in force: demand beyond that of the same month in the twelve whole months before the freeze
//!    is unmet; what is left is the *allowed* demand that every share below refers to (a cut by volume is spread in
//!    proportion to demand itself);
//! 3. *closings and cuts*, in stated order: each lowers what is permitted by its share of the allowed demand, and by no more
//!    than earlier ones have left;
//! 4. *projects*, measure by measure in stated order, group by group in the basin's order: what was closed is served where
//!    a project reaches and has capacity left, and is unmet otherwise; what is to be swapped is served likewise, and stays
//!    pumped otherwise;
//! 5. *request*: what is permitted and not swapped.
//!
//! A period depends on no other period, so any choice of periods may be planned alone.

mod check;
mod notes;
mod permit;
mod substitute;

use quanyu_basin::{Basin, Fault, Period};

use crate::plan::PeriodPlan;
use crate::{Demand, Ends, GroupRow, Litres, Measure, MeasureRow, Plan, PlanEntry, ProjectRow, Scenario};

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
                loss: project.loss.value,
            })
            .collect(),
        notes: notes::notes(&draft, periods, &by_period),
        by_period,
    })
}

/// A measure with its names resolved to indices.
pub(crate) struct Resolved<'b> {
    pub(crate) measure: &'b Measure,
    /// Groups that it concerns.
    pub(crate) selected: Vec<usize>,
    /// Projects that serve, in order.
    pub(crate) projects: Vec<usize>,
}

/// Everything needed to plan any single period.
pub(crate) struct Draft<'b> {
    pub(crate) basin: &'b Basin,
    pub(crate) demand: Demand<'b>,
    pub(crate) measures: Vec<Resolved<'b>>,
    /// Per project, per group: whether it reaches the group's county.
    pub(crate) reach: Vec<Vec<bool>>,
}

/// A period being planned.
pub(crate) struct Work {
    /// Per group: demand that the freezes leave.
    allowed: Vec<Litres>,
    /// Per group: permitted and not swapped so far.
    pumped: Vec<Litres>,
    /// Per measure, per group: what a closing took and projects should serve.
    closed: Vec<Vec<Litres>>,
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
        let mut keep = |result: Result<Vec<usize>, Vec<Fault>>| {
            result.unwrap_or_else(|more| {
                faults.extend(more);
                Vec::new()
            })
        };
        let mut measures = Vec::new();
        for measure in &scenario.measures {
            let selected = keep(measure.selection.groups(basin));
            let projects = keep(check::resolve_projects(basin, measure));
            measures.push(Resolved { measure, selected, projects });
        }
        let demand = Demand::focused(basin, ends, scale, focus);
        let reach = (basin.projects.iter())
            .map(|project| {
                let reaches = |county: &String| project.counties.contains(county);
                basin.groups.iter().map(|group| group.county.as_ref().is_some_and(reaches)).collect()
            })
            .collect();
        match demand {
            Ok(demand) if faults.is_empty() => Ok(Self { basin, demand, measures, reach }),
            Ok(_) => Err(faults),
            Err(more) => {
                faults.extend(more);
                Err(faults)
            }
        }
    }

    /// Plans one period.
    pub(crate) fn period(&self, period: &Period) -> PeriodPlan {
        let groups = self.basin.groups.len();
        let mut work = Work {
            allowed: Vec::with_capacity(groups),
            pumped: Vec::new(),
            closed: vec![Vec::new(); self.measures.len()],
            plan: PeriodPlan {
                entries: vec![PlanEntry::default(); groups],
                projects: self.capacities(period),
                effects: vec![Default::default(); self.measures.len()],
            },
        };
        for group in 0..groups {
            let demanded = self.demand.period(group, period);
            work.plan.entries[group].demanded = demanded;
            work.allowed.push(demanded);
        }
        self.freeze(period, &mut work);
        work.pumped = work.allowed.clone();
        self.permit(period, &mut work);
        for group in 0..groups {
            work.plan.entries[group].permitted = work.pumped[group];
        }
        self.substitute(period, &mut work);
        for group in 0..groups {
            work.plan.entries[group].requested = work.pumped[group];
        }
        work.plan
    }
}
