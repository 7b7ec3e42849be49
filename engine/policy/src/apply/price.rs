//! Prices, taxes and surcharges (水价、水资源税、超定额加价): users want less as water costs more.
//!
//! What a user still wants is split by the tiers over the quota; each part answers to its own price,
//! part × (p / p₀)^ε with p / p₀ = (1 + rise + tax / price) × (1 + surcharge of the tier) and ε ≤ 0 the sector's elasticity. The quota
//! is the demand of the same months in the twelve months before the measure, times its share.

use quanyu_basin::{Fault, FaultKind, Period, Sector};

use super::{Draft, Resolved, Work};
use crate::{Ends, Measure, Schedule};

/// Prices.
#[derive(Clone, Debug, PartialEq)]
pub struct PriceRule {
    /// Rise of the whole price \[-\]: 0.3 is 30 % more.
    pub rise: f64,
    /// Tax on top \[yuan/m³\].
    pub tax: f64,
    /// Share of the rise in force over time \[-\].
    pub ramp: Schedule,
    /// Surcharges by tier, ascending; use below the first threshold pays none.
    pub tiers: Vec<Tier>,
    /// Elasticities that stand in for those of the basin.
    pub elasticity: Vec<(Sector, f64)>,
}

/// A tier of over-quota use.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tier {
    /// Begins at this share of the demand before the measure \[-\].
    pub above: f64,
    /// Surcharge on the price \[-\].
    pub surcharge: f64,
}

impl PriceRule {
    pub(super) fn check(&self, measure: &Measure, faults: &mut Vec<Fault>) {
        let mut fault = |what: &str, value: String, allowed: &str| {
            faults.push(Fault {
                origin: measure.origin,
                kind: FaultKind::OutOfRange,
                message: format!("The {what} of measure {} is not usable.", measure.id),
                value,
                allowed: allowed.into(),
                remedy: "Correct it.".into(),
            });
        };
        if !(0.0..=1000.0).contains(&self.rise) {
            fault("rise of the price", self.rise.to_string(), "0 to 1000");
        }
        if !(0.0..=1000.0).contains(&self.tax) {
            fault("tax", self.tax.to_string(), "0 to 1000 yuan/m³");
        }
        if self
            .tiers
            .iter()
            .any(|tier| !(0.0..=1000.0).contains(&tier.above) || !(0.0..=1000.0).contains(&tier.surcharge))
        {
            fault("tiers", format!("{:?}", self.tiers), "thresholds and surcharges of 0 to 1000");
        }
        let falling = |pair: &[Tier]| pair[0].above >= pair[1].above || pair[0].surcharge > pair[1].surcharge;
        if self.tiers.windows(2).any(falling) {
            fault(
                "order of the tiers",
                format!("{:?}", self.tiers),
                "rising thresholds and surcharges that do not fall",
            );
        }
        for (sector, elasticity) in self.elasticity.iter().filter(|(_, value)| !(-10.0..=0.0).contains(value))
        {
            fault(&format!("elasticity of {sector:?}"), elasticity.to_string(), "-10 to 0");
        }
        if self.rise == 0.0 && self.tax == 0.0 && self.tiers.iter().all(|tier| tier.surcharge == 0.0) {
            fault("price", "no rise, no tax, no surcharge".into(), "at least one of them");
        }
    }
}

/// Faults of sectors without elasticity, or without price where a tax is stated.
pub(super) fn check_selected(
    basin: &quanyu_basin::Basin,
    measure: &Measure,
    rule: &PriceRule,
    selected: &[usize],
    faults: &mut Vec<Fault>,
) {
    let mut sectors: Vec<Sector> = selected.iter().map(|group| basin.groups[*group].sector).collect();
    sectors.sort();
    sectors.dedup();
    for sector in sectors {
        let stated = rule.elasticity.iter().any(|(of, _)| *of == sector);
        let known = basin.levers.sector(sector).is_some();
        if (!stated || rule.tax > 0.0) && !known {
            faults.push(Fault {
                origin: measure.origin,
                kind: FaultKind::Missing,
                message: format!("Measure {} needs the elasticity and price of a sector.", measure.id),
                value: crate::sector_word(sector).into(),
                allowed: "a row of the basin's table of sectors".into(),
                remedy: "Add the row, or select other users.".into(),
            });
        }
    }
}

impl Draft<'_> {
    /// Books what the users no longer want at the price as saved.
    pub(super) fn price(
        &self,
        index: usize,
        resolved: &Resolved,
        rule: &PriceRule,
        period: &Period,
        work: &mut Work,
    ) {
        let in_force = rule.ramp.mean(period);
        if in_force == 0.0 {
            return;
        }
        let Some(from) = rule.ramp.dates().first().copied() else { return };
        for &group in &resolved.selected {
            let sector = self.basin.groups[group].sector;
            let rates = self.basin.levers.sector(sector);
            let stated = rule.elasticity.iter().find(|(of, _)| *of == sector).map(|(_, value)| *value);
            let elasticity = stated.or(rates.map(|rates| self.ends.pick(&rates.elasticity))).unwrap_or(0.0);
            let before = rates.map_or(f64::INFINITY, |rates| match self.ends {
                Ends::Value => rates.price.value,
                Ends::Low => rates.price.low(),
                Ends::High => rates.price.high(),
            });
            let rise = 1.0 + in_force * (rule.rise + if rule.tax > 0.0 { rule.tax / before } else { 0.0 });
            let quota = self.wanted_before(group, from, period.month()).cubic_metres();
            let want = work.allowed[group].cubic_metres();
            let (mut left, mut below) = (0.0, 0.0);
            for place in 0..=rule.tiers.len() {
                let above = rule.tiers.get(place).map_or(f64::INFINITY, |tier| tier.above * quota);
                let surcharge = place.checked_sub(1).map_or(0.0, |tier| rule.tiers[tier].surcharge);
                let part = want.min(above) - want.min(below);
                left += part * (rise * (1.0 + in_force * surcharge)).powf(elasticity);
                below = above;
            }
            let gone = if want > 0.0 { (1.0 - left / want).clamp(0.0, 1.0) } else { 0.0 };
            let claim = work.allowed[group].share(gone * resolved.measure.compliance);
            work.save(index, group, claim, self.returned(None, group));
        }
    }
}
