//! From plan to ledger: what the aquifer, the springs, the mines and the rivers really gave.

use quanyu_basin::{Basin, Fault, FaultKind, GroupKind, Origin};
use serde::{Deserialize, Serialize};

use crate::{Cause, Entry, Ledger, Litres, Plan, PlanEntry};

/// A delivery may exceed its request by this share before it counts as a contradiction \[-\]; rounding, no more.
const ROUNDING: f64 = 1.0e-6;

/// What the model delivered, collected step by step. All rates are means over the period, in m³/d, and positive.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Delivered {
    springs: Vec<String>,
    mines: Vec<String>,
    /// Per period, per group of the plan.
    wells: Vec<Vec<Option<f64>>>,
    /// Per period, per spring of the basin.
    flow: Vec<Vec<Option<f64>>>,
    /// Per period, per mine of the basin.
    drainage: Vec<Vec<Option<f64>>>,
    /// Per period, per project of the plan.
    from_river: Vec<Vec<Option<f64>>>,
}

impl Delivered {
    /// Nothing recorded yet.
    pub fn new(basin: &Basin, plan: &Plan) -> Self {
        let table = |columns: usize| vec![vec![None; columns]; plan.periods.len()];
        Self {
            springs: basin.springs.iter().map(|spring| spring.id.clone()).collect(),
            mines: basin.mines.iter().map(|mine| mine.id.clone()).collect(),
            wells: table(plan.groups.len()),
            flow: table(basin.springs.len()),
            drainage: table(basin.mines.len()),
            from_river: table(plan.projects.len()),
        }
    }

    /// What the wells of a group in the model gave, all its wells together \[m³/d\].
    pub fn record_wells(&mut self, group: usize, period: usize, rate: f64) {
        self.wells[period][group] = Some(rate);
    }

    /// Discharge of a spring, before its intakes take from it \[m³/d\]; `spring` as in the basin.
    pub fn record_spring(&mut self, spring: usize, period: usize, flow: f64) {
        self.flow[period][spring] = Some(flow);
    }

    /// Inflow to a mine \[m³/d\]; `mine` as in the basin.
    pub fn record_mine(&mut self, mine: usize, period: usize, rate: f64) {
        self.drainage[period][mine] = Some(rate);
    }

    /// What a project's take from its river really gave, losses included \[m³/d\], where the model routes that river. A
    /// project without a record gets all that it asked for.
    pub fn record_river_take(&mut self, project: usize, period: usize, rate: f64) {
        self.from_river[period][project] = Some(rate);
    }

    fn spring(&self, id: &str, period: usize) -> Option<f64> {
        self.springs.iter().position(|spring| spring == id).and_then(|spring| self.flow[period][spring])
    }

    fn mine(&self, id: &str, period: usize) -> Option<f64> {
        self.mines.iter().position(|mine| mine == id).and_then(|mine| self.drainage[period][mine])
    }
}

/// Settles a plan with what the model delivered.
///
/// Wells outside the model get what they request. Intakes of one spring share its flow in the basin's order, at most all of
/// it. Where a project's river gave less than its take, its users go short in reverse order of service, by the share that
/// the river lacked. What the model gave is rounded to the litre once; all else is exact.
///
/// # Errors
/// Every rate that is missing, not a number, negative, or above what was asked for; two groups on one mine.
pub fn settle(plan: &Plan, delivered: &Delivered) -> Result<Ledger, Vec<Fault>> {
    let mut faults = check_mines(plan);
    let entries =
        (0..plan.periods.len()).map(|period| settle_period(plan, delivered, period, &mut faults)).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let ledger = Ledger {
        periods: plan.periods.clone(),
        groups: plan.groups.clone(),
        measures: plan.measures.clone(),
        projects: plan.projects.clone(),
        entries,
    };
    ledger.check()?;
    Ok(ledger)
}

/// A ledger in which every request is delivered, and mine drainage is copied from another ledger of the same basin and
/// periods. It stands for an end of the assumed ranges that was not simulated: an upper bound of the take at that end.
///
/// # Errors
/// Groups or periods that differ from those of `simulated`.
pub fn settle_as_requested(plan: &Plan, simulated: &Ledger) -> Result<Ledger, Vec<Fault>> {
    if plan.periods != simulated.periods || plan.groups != simulated.groups {
        return Err(vec![Fault {
            origin: Origin::NONE,
            kind: FaultKind::Inconsistent,
            message: "The plan and the simulated ledger do not have the same groups and periods.".into(),
            value: format!("{} groups, {} periods", plan.groups.len(), plan.periods.len()),
            allowed: format!("{} groups, {} periods", simulated.groups.len(), simulated.periods.len()),
            remedy: "Settle a plan of the same basin and time frame.".into(),
        }]);
    }
    as_requested(plan, |group, period| simulated.entry(group, period).clone())
}

/// A ledger in which aquifer and springs refuse of every request the share that they refused in another ledger of the same basin and
/// periods, from which mine drainage is copied. It stands for a plan near that one that was not simulated.
///
/// # Errors
/// Groups or periods that differ from those of `simulated`.
pub fn settle_in_proportion(plan: &Plan, simulated: &Ledger) -> Result<Ledger, Vec<Fault>> {
    let mut ledger = settle_as_requested(plan, simulated)?;
    for (period, entries) in ledger.entries.iter_mut().enumerate() {
        for (group, entry) in entries.iter_mut().enumerate() {
            let cause = match plan.groups[group].kind {
                GroupKind::MineDrainage { .. } => continue,
                GroupKind::SpringIntake { .. } => Cause::Spring,
                GroupKind::Wells => Cause::Aquifer,
            };
            let known = simulated.entry(group, period);
            let (asked, given) = (known.requested.cubic_metres(), known.delivered.cubic_metres());
            if given < asked {
                let planned = plan.entry(group, period);
                *entry = answer(planned, planned.requested.share(given / asked), cause);
            }
        }
    }
    ledger.check()?;
    Ok(ledger)
}

/// A ledger in which every request is delivered and no mine drains anything: what a plan alone says, before any simulation.
///
/// # Errors
/// None unless the program is wrong: accounts that do not close.
pub fn settle_unsimulated(plan: &Plan) -> Result<Ledger, Vec<Fault>> {
    as_requested(plan, |_, _| Entry::default())
}

fn as_requested(plan: &Plan, drained: impl Fn(usize, usize) -> Entry) -> Result<Ledger, Vec<Fault>> {
    let settled = |period: usize, group: usize| match plan.groups[group].kind {
        GroupKind::MineDrainage { .. } => drained(group, period),
        GroupKind::Wells | GroupKind::SpringIntake { .. } => {
            let entry = plan.entry(group, period);
            answer(entry, entry.requested, Cause::Aquifer)
        }
    };
    let entries = (0..plan.periods.len())
        .map(|period| (0..plan.groups.len()).map(|group| settled(period, group)).collect())
        .collect();
    let ledger = Ledger {
        periods: plan.periods.clone(),
        groups: plan.groups.clone(),
        measures: plan.measures.clone(),
        projects: plan.projects.clone(),
        entries,
    };
    ledger.check()?;
    Ok(ledger)
}

fn settle_period(plan: &Plan, delivered: &Delivered, period: usize, faults: &mut Vec<Fault>) -> Vec<Entry> {
    let days = plan.periods[period].days();
    let start = plan.periods[period].start;
    let mut spring_left: Vec<(&str, Litres)> = Vec::new();
    let mut entries = Vec::with_capacity(plan.groups.len());
    for (index, group) in plan.groups.iter().enumerate() {
        let asked = plan.entry(index, period);
        let what = || format!("group {} from {start}", group.id);
        let entry = match &group.kind {
            GroupKind::Wells if !group.in_model => answer(asked, asked.requested, Cause::Aquifer),
            GroupKind::Wells => {
                let most = plan.requested_rate(index, period);
                let rate = rate(delivered.wells[period][index], Some(most), &what, faults);
                answer(asked, Litres::from_cubic_metres(rate * days).min(asked.requested), Cause::Aquifer)
            }
            GroupKind::SpringIntake { spring } => {
                let position = spring_left.iter().position(|(id, _)| id == spring).unwrap_or_else(|| {
                    let flow = rate(delivered.spring(spring, period), None, &what, faults);
                    spring_left.push((spring, Litres::within_cubic_metres(flow * days)));
                    spring_left.len() - 1
                });
                let left = &mut spring_left[position].1;
                let given = asked.requested.min(*left);
                *left -= given;
                answer(asked, given, Cause::Spring)
            }
            GroupKind::MineDrainage { mine } => {
                let inflow =
                    Litres::from_cubic_metres(rate(delivered.mine(mine, period), None, &what, faults) * days);
                Entry {
                    demanded: inflow,
                    permitted: inflow,
                    requested: inflow,
                    delivered: inflow,
                    ..Entry::default()
                }
            }
        };
        entries.push(entry);
    }
    for project in 0..plan.projects.len() {
        if let Some(given) = delivered.from_river[period][project] {
            river_shortage(plan, project, period, given, &mut entries, faults);
        }
    }
    entries
}

/// An entry as planned, with what the aquifer or spring gave and what it failed to give.
fn answer(asked: &PlanEntry, given: Litres, failing: Cause) -> Entry {
    let mut unmet: Vec<(Cause, Litres)> =
        asked.unmet.iter().map(|(measure, volume)| (Cause::Measure(*measure), *volume)).collect();
    if given < asked.requested {
        unmet.push((failing, asked.requested - given));
    }
    Entry {
        demanded: asked.demanded,
        saved: asked.saved,
        saved_by: asked.saved_by.clone(),
        lost_return: asked.lost_return,
        substituted: asked.substituted.clone(),
        permitted: asked.permitted,
        requested: asked.requested,
        delivered: given,
        unmet,
    }
}

/// Takes back from a project's users what its river lacked, last served first.
fn river_shortage(
    plan: &Plan,
    project: usize,
    period: usize,
    given: f64,
    entries: &mut [Entry],
    faults: &mut Vec<Fault>,
) {
    let used = plan.project(project, period).used;
    let row = &plan.projects[project];
    let asked = used.rate(plan.periods[period].days()) / (1.0 - row.loss);
    let what = || format!("project {} from {}", row.id, plan.periods[period].start);
    let given = rate(Some(given), Some(asked), &what, faults);
    if used == Litres::ZERO || given >= asked {
        return;
    }
    let mut lacking = used - used.share(given / asked);
    for entry in entries.iter_mut().rev() {
        let Some((_, volume)) = entry.substituted.iter_mut().find(|(of, _)| *of == project) else { continue };
        let short = lacking.min(*volume);
        if short > Litres::ZERO {
            *volume -= short;
            lacking -= short;
            entry.unmet.push((Cause::River(project), short));
        }
    }
}

/// A usable rate, or 0 and a fault.
fn rate(found: Option<f64>, most: Option<f64>, what: &dyn Fn() -> String, faults: &mut Vec<Fault>) -> f64 {
    let upper = most.map_or(f64::MAX, |most| most * (1.0 + ROUNDING) + ROUNDING);
    match found {
        Some(rate) if (-ROUNDING..=upper).contains(&rate) => rate.max(0.0),
        Some(rate) => {
            faults.push(Fault {
                origin: Origin::NONE,
                kind: FaultKind::Inconsistent,
                message: format!("What the model delivered to {} contradicts what was asked.", what()),
                value: format!("{rate} m³/d"),
                allowed: most.map_or("0 m³/d or more".into(), |most| format!("0 to {most} m³/d")),
                remedy: "This is an error of the program: please report it with the input.".into(),
            });
            0.0
        }
        None => {
            faults.push(Fault {
                origin: Origin::NONE,
                kind: FaultKind::Missing,
                message: format!("What the model delivered to {} was not recorded.", what()),
                value: "nothing".into(),
                allowed: "a rate in m³/d".into(),
                remedy: "Check that the wells, spring or mine are in the model.".into(),
            });
            0.0
        }
    }
}

fn check_mines(plan: &Plan) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (index, group) in plan.groups.iter().enumerate() {
        let GroupKind::MineDrainage { mine } = &group.kind else { continue };
        if plan.groups[..index].iter().any(|earlier| earlier.kind == group.kind) {
            faults.push(Fault {
                origin: Origin::NONE,
                kind: FaultKind::Collision,
                message: format!("Two groups carry the drainage of mine {mine}; each m³ is counted once."),
                value: group.id.clone(),
                allowed: "one group a mine".into(),
                remedy: "Remove one of the groups.".into(),
            });
        }
    }
    faults
}
