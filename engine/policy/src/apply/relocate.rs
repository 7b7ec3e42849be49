//! Relocation of firms to parks with water (迁入园区): demand moves from the selected users to a destination.
//!
//! The destination wants what arrives. Where projects are named (a park with water of its own) only they serve it, and what
//! they cannot bring is unmet; otherwise it is pumped there, under every other measure in force at the destination.

use quanyu_basin::{Basin, Fault, FaultKind, Period};

use super::{Draft, Resolved, Work};
use crate::{Litres, Measure, Schedule};

/// Firms that move.
#[derive(Clone, Debug, PartialEq)]
pub struct RelocateRule {
    /// Share of the demand that has moved over time \[-\].
    pub stages: Schedule,
    /// Group that it moves to.
    pub to: String,
    /// Share of what they took before that they need at the destination \[-\]; the rest is saved.
    pub needs: f64,
    /// Projects that serve what arrives, in order; none: it is pumped at the destination.
    pub served_by: Vec<String>,
}

/// Faults of a relocation: a destination that is unknown, among those who move, or a mine.
pub(super) fn check_selected(
    basin: &Basin,
    measure: &Measure,
    rule: &RelocateRule,
    selected: &[usize],
    faults: &mut Vec<Fault>,
) {
    let to = basin.groups.iter().position(|group| group.id == rule.to);
    let mut fault = |kind, message: String, allowed: &str, remedy: &str| {
        faults.push(Fault {
            origin: measure.origin,
            kind,
            message,
            value: rule.to.clone(),
            allowed: allowed.into(),
            remedy: remedy.into(),
        });
    };
    match to {
        None => fault(
            FaultKind::UnknownName,
            format!("Measure {} moves firms to a group that does not exist.", measure.id),
            "the id of a group",
            "Correct the name.",
        ),
        Some(to) if !crate::selection::selectable(&basin.groups[to]) => fault(
            FaultKind::Unsupported,
            format!("Measure {} moves firms into mine drainage.", measure.id),
            "a group of wells or a spring intake",
            "Name another destination.",
        ),
        Some(to) if selected.contains(&to) => fault(
            FaultKind::Collision,
            format!("Measure {} moves firms to a group that moves itself.", measure.id),
            "a destination outside the selection",
            "Take it out of the selection.",
        ),
        Some(_) => {}
    }
}

impl Draft<'_> {
    /// Moves demand to the destination.
    pub(super) fn relocate(
        &self,
        index: usize,
        resolved: &Resolved,
        rule: &RelocateRule,
        period: &Period,
        work: &mut Work,
    ) {
        let Some(to) = self.basin.groups.iter().position(|group| group.id == rule.to) else { return };
        let share = rule.stages.mean(period) * resolved.measure.compliance;
        let mut arriving = Litres::ZERO;
        for &group in &resolved.selected {
            let leaving = self.wanted(group, period).share(share).min(work.allowed[group]);
            let needed = leaving.share(rule.needs);
            work.plan.entries[group].demanded -= needed;
            work.allowed[group] -= needed;
            work.plan.effects[index].claimed += needed;
            work.plan.effects[index].reduced += needed;
            work.save(index, group, leaving - needed, self.returned(None, group));
            arriving += needed;
        }
        work.plan.entries[to].demanded += arriving;
        work.plan.effects[index].moved += arriving;
        if rule.served_by.is_empty() {
            work.allowed[to] += arriving;
            work.plan.effects[index].reduced -= arriving;
        } else {
            work.arrived[index] = arriving;
        }
    }

    /// Serves those who arrived where projects are named.
    pub(super) fn serve_arrived(&self, index: usize, rule: &RelocateRule, work: &mut Work) {
        let Some(to) = self.basin.groups.iter().position(|group| group.id == rule.to) else { return };
        let wanted = work.arrived[index];
        let given = self.serve(index, to, wanted, work);
        if given < wanted {
            work.plan.entries[to].add_unmet(index, wanted - given);
        }
    }
}
