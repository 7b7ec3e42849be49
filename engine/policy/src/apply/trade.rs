//! Trade of quotas under the cap (水权交易): who values water more takes over quotas of who values it less, cheapest first.
//!
//! Buyers are the users whom a cut, a limit or a freeze leaves short, the one who values water most first; sellers are the
//! others, the one who values it least first, and nobody sells to a user of no higher value. Households don't sell. What the
//! participants ask altogether stays the same to the litre, so does what they are permitted; only who asks it changes. (A well that
//! runs dry sells what it would not have got: a buyer with a better well then takes more than the seller did.) A
//! buyer in an overdraft zone buys from sellers in the same zone only, so that no zone's take rises.

use jiff::civil::Date;
use quanyu_basin::{Basin, Fault, FaultKind, GroupKind, Period, Sector};

use super::{Draft, Resolved, Work, check};
use crate::selection::zone_and_parents;
use crate::{Litres, Measure, MeasureKind};

/// Within what quotas may move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TradeWithin {
    /// Within a county.
    County,
    /// Within a spring basin.
    Basin,
    /// Anywhere.
    City,
}

/// Trade.
#[derive(Clone, Debug, PartialEq)]
pub struct TradeRule {
    /// From this date.
    pub from: Date,
    /// Within what.
    pub within: TradeWithin,
    /// A seller keeps at least the rest of what it would have taken: share that may be sold \[-\].
    pub most: f64,
}

impl TradeRule {
    pub(super) fn check(&self, measure: &Measure, faults: &mut Vec<Fault>) {
        check::share(measure, "share that may be sold", self.most, faults);
    }
}

/// A fault for every sector whose water has no value to trade by.
pub(super) fn check_selected(basin: &Basin, measure: &Measure, selected: &[usize], faults: &mut Vec<Fault>) {
    let mut sectors: Vec<Sector> = selected.iter().map(|group| basin.groups[*group].sector).collect();
    sectors.sort();
    sectors.dedup();
    for sector in sectors.into_iter().filter(|sector| basin.levers.sector(*sector).is_none()) {
        faults.push(Fault {
            origin: measure.origin,
            kind: FaultKind::Missing,
            message: format!("Measure {} needs to know what water is worth to a sector.", measure.id),
            value: crate::sector_word(sector).into(),
            allowed: "a row of the basin's table of sectors".into(),
            remedy: "Add the row, or select other users.".into(),
        });
    }
}

impl Draft<'_> {
    /// Moves quotas from sellers to buyers.
    pub(super) fn trade(
        &self,
        index: usize,
        resolved: &Resolved,
        rule: &TradeRule,
        period: &Period,
        work: &mut Work,
    ) {
        if period.start < rule.from {
            return;
        }
        let groups = &self.basin.groups;
        let worth =
            |group: usize| self.basin.levers.sector(groups[group].sector).map_or(0.0, |row| row.value.value);
        let wells = |group: &&usize| groups[**group].kind == GroupKind::Wells;
        let mut cheapest: Vec<usize> = resolved.selected.iter().filter(wells).copied().collect();
        // Stable, so that equals stay in the basin's order.
        cheapest.sort_by(|a, b| worth(*a).total_cmp(&worth(*b)));
        let mut dearest = cheapest.clone();
        dearest.sort_by(|a, b| worth(*b).total_cmp(&worth(*a)));
        let share = rule.most * resolved.measure.compliance;
        let mut for_sale: Vec<Litres> = work.pumped.iter().map(|pumped| pumped.part(share)).collect();
        for &buyer in &dearest {
            for &seller in &cheapest {
                let lacking = self.tradable(buyer, work);
                if lacking == Litres::ZERO || worth(seller) >= worth(buyer) {
                    break;
                }
                if groups[seller].sector == Sector::Domestic || !self.may_move(rule, seller, buyer) {
                    continue;
                }
                let sold = lacking.min(for_sale[seller]);
                for_sale[seller] -= sold;
                self.hand_over(index, seller, buyer, sold, work);
            }
        }
    }

    /// What a group lacks for want of quota.
    fn tradable(&self, group: usize, work: &Work) -> Litres {
        let unmet = work.plan.entries[group].unmet.iter();
        unmet.filter(|(measure, _)| self.is_quota(*measure)).map(|(_, volume)| *volume).sum()
    }

    fn is_quota(&self, measure: usize) -> bool {
        let kind = &self.measures[measure].measure.kind;
        matches!(kind, MeasureKind::Cut { .. } | MeasureKind::Limit(_) | MeasureKind::Freeze(_))
    }

    fn may_move(&self, rule: &TradeRule, seller: usize, buyer: usize) -> bool {
        let (from, to) = (&self.basin.groups[seller], &self.basin.groups[buyer]);
        let near = match rule.within {
            TradeWithin::County => from.county == to.county,
            TradeWithin::Basin => from.basin == to.basin,
            TradeWithin::City => from.county.is_some() && to.county.is_some(),
        };
        let zones = |zone: &Option<String>| {
            zone.as_ref().map(|zone| zone_and_parents(&self.basin.zones, zone)).unwrap_or_default()
        };
        near && to.zone.as_ref().is_none_or(|zone| zones(&from.zone).contains(zone))
    }

    fn hand_over(&self, index: usize, seller: usize, buyer: usize, volume: Litres, work: &mut Work) {
        if volume == Litres::ZERO {
            return;
        }
        work.pumped[seller] -= volume;
        let entry = &mut work.plan.entries[seller];
        entry.permitted -= volume;
        entry.add_unmet(index, volume);
        work.pumped[buyer] += volume;
        let entry = &mut work.plan.entries[buyer];
        entry.permitted += volume;
        let mut left = volume;
        for (measure, unmet) in &mut entry.unmet {
            if self.is_quota(*measure) {
                let bought = left.min(*unmet);
                *unmet -= bought;
                left -= bought;
            }
        }
        entry.unmet.retain(|(_, unmet)| *unmet > Litres::ZERO);
        work.plan.effects[index].claimed += volume;
        work.plan.effects[index].moved += volume;
    }
}
