//! No new landscape water from groundwater (超采区新增景观用水不得取用地下水): in overdraft zones, growth of landscape and ecological
//! use beyond the twelve months before its date is not pumped. Projects and unconventional sources serve it where named, and the rest
//! is unmet.

use jiff::civil::Date;
use quanyu_basin::{Basin, Fault, FaultKind, Group, GroupKind, Period, Sector};

use super::{Draft, Resolved, Work};
use crate::{Litres, Measure};

/// No new landscape water from wells.
#[derive(Clone, Debug, PartialEq)]
pub struct LandscapeRule {
    /// From this date.
    pub from: Date,
    /// Projects and unconventional sources in order; a source has the volume that the measure with its rate of use states.
    pub replaced_by: Vec<String>,
}

/// Whether it concerns a group: wells for landscape and ecology in an overdraft zone.
fn concerns(group: &Group) -> bool {
    group.sector == Sector::Ecology && group.kind == GroupKind::Wells && group.zone.is_some()
}

/// A fault where nobody selected uses landscape water from wells of an overdraft zone.
pub(super) fn check_selected(basin: &Basin, measure: &Measure, selected: &[usize], faults: &mut Vec<Fault>) {
    if !selected.is_empty() && !selected.iter().any(|group| concerns(&basin.groups[*group])) {
        faults.push(Fault {
            origin: measure.origin,
            kind: FaultKind::EmptySelection,
            message: format!(
                "Measure {} selects nobody who takes landscape or ecological water from wells of an overdraft zone.",
                measure.id
            ),
            value: "no such group".into(),
            allowed: "wells of the sector ecology in an overdraft zone".into(),
            remedy: "Select other users.".into(),
        });
    }
}

impl Draft<'_> {
    /// Takes the growth out of what may be pumped, and keeps what is to be served otherwise.
    pub(super) fn landscape(
        &self,
        index: usize,
        resolved: &Resolved,
        rule: &LandscapeRule,
        period: &Period,
        work: &mut Work,
    ) {
        work.closed[index] = vec![Litres::ZERO; work.allowed.len()];
        if period.start < rule.from {
            return;
        }
        for &group in resolved.selected.iter().filter(|group| concerns(&self.basin.groups[**group])) {
            let growth = work.allowed[group].less(self.wanted_before(group, rule.from, period.month()));
            let growth = growth.share(resolved.measure.compliance);
            work.allowed[group] -= growth;
            work.closed[index][group] = growth;
            work.plan.effects[index].claimed += growth;
            work.plan.effects[index].reduced += growth;
        }
    }
}
