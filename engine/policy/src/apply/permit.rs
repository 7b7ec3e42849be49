//! Freezes, closings and cuts: what a group may still take.

use quanyu_basin::{Period, Sector};

use super::{Draft, Resolved, Work};
use crate::{Cut, FreezeRule, Litres, MeasureKind};

impl Draft<'_> {
    /// Step 2: growth beyond the twelve months before each freeze is unmet.
    pub(super) fn freeze(&self, period: &Period, work: &mut Work) {
        for (index, resolved) in self.measures.iter().enumerate() {
            let MeasureKind::Freeze(rule) = &resolved.measure.kind else { continue };
            for &group in
                resolved.selected.iter().filter(|group| self.frozen(rule, resolved, **group, period))
            {
                let growth = work.allowed[group].less(self.demand.before(group, rule.from, period.month()));
                if growth > Litres::ZERO {
                    work.allowed[group] -= growth;
                    work.plan.entries[group].unmet.push((index, growth));
                    work.plan.effects[index].claimed += growth;
                    work.plan.effects[index].reduced += growth;
                }
            }
        }
    }

    /// True where a freeze holds a group in a period: from the first period that begins on or after its date.
    pub(super) fn frozen(
        &self,
        rule: &FreezeRule,
        resolved: &Resolved,
        group: usize,
        period: &Period,
    ) -> bool {
        period.start >= rule.from
            && !(rule.domestic_exempt && self.basin.groups[group].sector == Sector::Domestic)
            && resolved.selected.binary_search(&group).is_ok()
    }

    /// Step 3: closings and cuts in stated order lower what is permitted, never below nothing.
    pub(super) fn permit(&self, period: &Period, work: &mut Work) {
        for (index, resolved) in self.measures.iter().enumerate() {
            match &resolved.measure.kind {
                MeasureKind::CloseWells { stages, .. } => {
                    let share = stages.mean(period);
                    work.closed[index] = vec![Litres::ZERO; work.allowed.len()];
                    for &group in &resolved.selected {
                        let claim = work.allowed[group].share(share);
                        work.closed[index][group] = work.lower(index, group, claim, Litres::ZERO);
                    }
                }
                MeasureKind::Cut { by, ramp, floor } => {
                    let in_force = ramp.mean(period);
                    let share = match by {
                        Cut::Share(share) => *share,
                        Cut::Volume(volume) => self.volume_share(*volume, resolved, period),
                    };
                    for &group in &resolved.selected {
                        let of = match by {
                            Cut::Share(_) => work.allowed[group],
                            Cut::Volume(_) => work.plan.entries[group].demanded,
                        };
                        let claim = of.share(in_force * share);
                        let least = work.allowed[group].share(*floor);
                        let cut = work.lower(index, group, claim, least);
                        if cut > Litres::ZERO {
                            work.plan.entries[group].unmet.push((index, cut));
                        }
                    }
                }
                MeasureKind::Swap { .. } | MeasureKind::Freeze(_) => {}
            }
        }
    }

    /// Share of every selected group's demand that a yearly volume is \[-\], at most all of it. It goes by the demand of the
    /// calendar year before any freeze, so that a freeze on some groups does not shift the cut onto others.
    fn volume_share(&self, volume: f64, resolved: &Resolved, period: &Period) -> f64 {
        let demand = self.demand_of_year(&resolved.selected, period.year()).cubic_metres();
        if volume < demand { volume / demand } else { 1.0 }
    }

    /// Demand of some groups in a calendar year.
    pub(super) fn demand_of_year(&self, groups: &[usize], year: i16) -> Litres {
        groups.iter().map(|group| self.demand.year(*group, year)).sum()
    }
}

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
}
