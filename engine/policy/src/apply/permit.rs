//! Freezes, closings and cuts: what a group may still take.

use jiff::civil::date;
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
                    let share = ramp.mean(period) * self.cut_share(*by, resolved, period);
                    for &group in &resolved.selected {
                        let claim = work.allowed[group].share(share);
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

    /// Share of the allowed demand that a cut takes when fully in force \[-\]. A yearly volume is the same share of every
    /// group and month: volume over the selection's allowed demand of the calendar year, at most all of it.
    pub(super) fn cut_share(&self, by: Cut, resolved: &Resolved, period: &Period) -> f64 {
        match by {
            Cut::Share(share) => share,
            Cut::Volume(volume) => {
                let allowed = self.allowed_of_year(&resolved.selected, period).cubic_metres();
                if volume < allowed { volume / allowed } else { 1.0 }
            }
        }
    }

    /// Allowed demand of some groups in the calendar year of a period, summed over periods of the same kind.
    pub(super) fn allowed_of_year(&self, groups: &[usize], period: &Period) -> Litres {
        let year = period.year();
        let months: Vec<Period> = match period.month() {
            None => vec![*period],
            Some(_) => (1..=12).map(|month| month_of(year, month)).collect(),
        };
        let in_year = |group: usize| months.iter().map(|month| self.allowed(group, month)).sum::<Litres>();
        groups.iter().map(|group| in_year(*group)).sum()
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

/// A calendar month as a period.
pub(crate) fn month_of(year: i16, month: i8) -> Period {
    let end = if month == 12 { date(year + 1, 1, 1) } else { date(year, month + 1, 1) };
    Period { start: date(year, month, 1), end }
}
