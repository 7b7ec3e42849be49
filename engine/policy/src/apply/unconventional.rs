//! Unconventional sources (非常规水源): reclaimed water, mine water and cisterns serve users instead of their wells.
//!
//! A source brings its available volume × the rate of use, spread evenly over the days of the year, to selected users within
//! its reach and of a sector that can use it, each litre once; what it cannot bring stays pumped. Mine water is lifted either
//! way: its drainage stays an abstraction of its own, so using it lowers what the wells take and nothing else.
//!
//! Penalty (art. 17): where less of the mine water found users in a year than the least share, the firms selected lose the
//! difference from the next year's plan, in proportion to their demand. What found users is planned anew for the months of
//! that year, so that a period still depends on no other period's plan.

use jiff::civil::Date;
use quanyu_basin::{Basin, Fault, FaultKind, Period, UnconventionalKind};

use super::{Draft, Resolved, Work, check};
use crate::{Litres, Measure, Schedule};

/// Use of an unconventional source.
#[derive(Clone, Debug, PartialEq)]
pub struct UnconventionalRule {
    /// Source.
    pub source: String,
    /// Share of what is available that is used over time \[-\].
    pub rate: Schedule,
    /// At most this share of a user's demand can be served by it \[-\].
    pub most: f64,
    /// From this date on unused mine water costs plan volume in the year after.
    pub penalty: Option<Date>,
}

impl UnconventionalRule {
    pub(super) fn check(&self, measure: &Measure, faults: &mut Vec<Fault>) {
        check::share(measure, "largest share of a user", self.most, faults);
    }
}

/// Faults of the source: unknown, out of reach of everyone selected, or a penalty on other than mine water.
pub(super) fn check_selected(
    basin: &Basin,
    measure: &Measure,
    rule: &UnconventionalRule,
    selected: &[usize],
    faults: &mut Vec<Fault>,
) {
    let mut fault = |kind, message: String, value: String, allowed: String, remedy: &str| {
        faults.push(Fault { origin: measure.origin, kind, message, value, allowed, remedy: remedy.into() });
    };
    let id = &measure.id;
    let sources = &basin.levers.sources;
    let Some(source) = sources.iter().find(|source| source.id == rule.source) else {
        let known: Vec<&str> = sources.iter().map(|source| source.id.as_str()).collect();
        let allowed =
            if known.is_empty() { "(the basin has no such source)".into() } else { known.join(", ") };
        let message = format!("Measure {id} names an unconventional source that does not exist.");
        fault(
            FaultKind::UnknownName,
            message,
            rule.source.clone(),
            allowed,
            "Correct the name or add the source.",
        );
        return;
    };
    if !selected.is_empty() && !selected.iter().any(|group| reaches(basin, source, *group)) {
        let message = format!("Source {} serves nobody whom measure {id} selects.", source.id);
        let sectors: Vec<&str> = source.sectors.iter().map(|sector| crate::sector_word(*sector)).collect();
        let allowed = format!("{} in {}", sectors.join(", "), source.counties.join(", "));
        fault(FaultKind::NotTied, message, source.id.clone(), allowed, "Select users within its reach.");
    }
    if rule.penalty.is_some() && (source.kind != UnconventionalKind::MineWater || source.least.is_none()) {
        let message = format!("Measure {id} penalises unused water of a source that has no penalty.");
        let allowed = "mine water with a least share of use".into();
        fault(FaultKind::Inconsistent, message, source.id.clone(), allowed, "Remove `penalty`.");
    }
}

/// Whether a source can serve a group.
pub(super) fn reaches(basin: &Basin, source: &quanyu_basin::UnconventionalSource, group: usize) -> bool {
    let group = &basin.groups[group];
    source.sectors.contains(&group.sector)
        && group.county.as_ref().is_some_and(|county| source.counties.contains(county))
}

fn whole_year(year: i16) -> Period {
    Period { start: jiff::civil::date(year, 1, 1), end: jiff::civil::date(year + 1, 1, 1) }
}

impl Draft<'_> {
    /// What a source brings in a period \[m³\]: available × rate of the measure that uses it × days over those of the year.
    pub(super) fn source_volume(&self, source: usize, period: &Period) -> f64 {
        let source = &self.basin.levers.sources[source];
        let used = self.measures.iter().find_map(|resolved| match &resolved.measure.kind {
            crate::MeasureKind::Unconventional(rule) if rule.source == source.id => {
                Some(rule.rate.mean(period) * resolved.measure.compliance)
            }
            _ => None,
        });
        self.ends.pick_relief(&source.available)
            * used.unwrap_or(0.0)
            * super::projects::share_of_year(period)
    }

    /// First year in which the rate of use stays below the least share that the policy asks, with both shares \[-\].
    pub(super) fn below_least(
        &self,
        rule: &UnconventionalRule,
        years: impl Iterator<Item = i16>,
    ) -> Option<(i16, f64, f64)> {
        let source = self.basin.levers.sources.iter().find(|source| source.id == rule.source)?;
        let least = source.least.as_ref()?;
        let begin = least.from.into_iter().chain(rule.rate.dates()).max()?;
        // A ramp is complete at its last date, and the whole of the year after shows it.
        years.filter(|year| *year > begin.year()).find_map(|year| {
            let rate = rule.rate.mean(&whole_year(year));
            (rate < least.share.value - 1.0e-9).then_some((year, rate, least.share.value))
        })
    }

    /// Serves users from the source, in the basin's order.
    pub(super) fn unconventional(
        &self,
        index: usize,
        resolved: &Resolved,
        rule: &UnconventionalRule,
        work: &mut Work,
    ) {
        let Some(&project) = resolved.projects.first() else { return };
        for &group in resolved.selected.iter().filter(|group| self.reach[project][**group]) {
            let wanted = work.allowed[group].share(rule.most).min(work.pumped[group]);
            let given = self.serve(index, group, wanted, work);
            work.pumped[group] -= given;
            work.plan.effects[index].claimed += given;
            work.plan.effects[index].reduced += given;
            // What the source does not hold is no shortfall of the measure: it promises a rate of use, not a share of users.
            work.plan.effects[index].shortfall -= wanted - given;
        }
    }

    /// Takes from the plan what was left unused of the mine water in the year before.
    pub(super) fn penalty(
        &self,
        index: usize,
        resolved: &Resolved,
        rule: &UnconventionalRule,
        period: &Period,
        work: &mut Work,
    ) {
        let unused = self.unused_before(resolved, rule, period.year());
        if unused == 0.0 {
            return;
        }
        let wanted = self.wanted_of_year(&resolved.selected, period.year()).cubic_metres();
        let share = if unused < wanted { unused / wanted } else { 1.0 };
        for &group in &resolved.selected {
            let loss = self.wanted(group, period).part(share);
            let quota = work.plan.entries[group].permitted.less(loss);
            work.hold_to(index, group, quota, 1.0);
        }
    }

    /// What the firms lose from the plan of a year: what was left unused of the least share in the year before \[m³\].
    pub(super) fn unused_before(&self, resolved: &Resolved, rule: &UnconventionalRule, year: i16) -> f64 {
        let source = self.basin.levers.sources.iter().find(|source| source.id == rule.source);
        let least = source.and_then(|source| source.least.as_ref().map(|least| (source, least)));
        let (Some(from), Some((source, least)), Some(&project)) =
            (rule.penalty, least, resolved.projects.first())
        else {
            return 0.0;
        };
        let before = whole_year(year - 1);
        if before.start < from || least.from.is_some_and(|from| before.start < from) {
            return 0.0;
        }
        let planned = rule.rate.mean(&before) * resolved.measure.compliance;
        let used = if planned > 0.0 { planned * self.share_used(project, year - 1) } else { 0.0 };
        self.ends.pick_relief(&source.available) * (least.share.value - used).max(0.0)
    }

    /// Share of what a source or project could bring in a year that found users, month by month \[-\].
    fn share_used(&self, project: usize, year: i16) -> f64 {
        let mut known = self.used_in_year.borrow_mut();
        let uses = known.entry(year).or_insert_with(|| {
            let mut uses = vec![(Litres::ZERO, Litres::ZERO); self.reach.len()];
            for month in 1..=12 {
                let start = jiff::civil::date(year, month, 1);
                let end = start.saturating_add(jiff::Span::new().months(1));
                let work = self.served(&Period { start, end });
                for (sum, of_month) in uses.iter_mut().zip(&work.plan.projects) {
                    sum.0 += of_month.used;
                    sum.1 += of_month.capacity;
                }
            }
            uses
        });
        let (used, capacity) = uses[project];
        if capacity > Litres::ZERO { used.cubic_metres() / capacity.cubic_metres() } else { 0.0 }
    }
}
