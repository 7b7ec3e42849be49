//! What measures cost, where a scenario states it: per m³ that they bring, and once.
//!
//! A cost per m³ applies to what the plan says that the measure brings in a year: by how much it lowers what is asked of wells and
//! springs, what a recharge lets into the aquifer, what a trade moves. A sum that is spent once is spread evenly over the m³ that the
//! measure brings from its year to the end of the report, without interest:
//!
//! cost per m³ = stated per m³ + once / Σ m³.

use serde::{Deserialize, Serialize};

use crate::{Litres, MeasureKind, Plan, Scenario};

/// A value between its ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Money {
    /// Lower end.
    pub low: f64,
    /// Value.
    pub value: f64,
    /// Upper end.
    pub high: f64,
}

impl Money {
    fn map(self, of: impl Fn(f64) -> f64) -> Self {
        Self { low: of(self.low), value: of(self.value), high: of(self.high) }
    }

    /// The sum, end by end.
    pub fn plus(self, other: Self) -> Self {
        Self { low: self.low + other.low, value: self.value + other.value, high: self.high + other.high }
    }
}

/// What a measure costs, as a scenario states it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// Per m³ that it brings \[yuan/m³\].
    pub per_m3: Option<Money>,
    /// Spent once \[yuan\], and in which year.
    pub once: Option<(Money, i16)>,
    /// Where the figures were published; without a source they are assumed.
    pub source: Option<String>,
}

/// What a measure costs over a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureCost {
    /// Id of the measure.
    pub measure: String,
    /// First year that counts.
    pub from: i16,
    /// Last year that counts.
    pub to: i16,
    /// What it brings over these years \[m³\]; none of what the ledger does not count, such as rain.
    pub volume_m3: f64,
    /// What it costs over these years \[yuan\].
    pub yuan: Money,
    /// Cost of a m³ that it brings \[yuan/m³\]; none where it brings nothing that is counted.
    pub yuan_per_m3: Option<Money>,
    /// Where the figures were published; none: they are assumed.
    pub source: Option<String>,
}

impl Scenario {
    /// The scenario with some measures carried out to an extent only, by their index: so much less of their effect comes about, and
    /// what is spent once is spent in proportion.
    pub fn mixed(&self, extents: &[(usize, f64)]) -> Self {
        let mut scenario = self.clone();
        for (index, extent) in extents {
            let Some(measure) = scenario.measures.get_mut(*index) else { continue };
            measure.compliance *= extent;
            let once = measure.cost.as_mut().and_then(|cost| cost.once.as_mut());
            if let Some((yuan, _)) = once {
                *yuan = yuan.map(|yuan| yuan * extent);
            }
        }
        scenario
    }
}

/// What each measure of which a scenario states the cost costs, over the years of its report.
pub fn costs(scenario: &Scenario, plan: &Plan) -> Vec<MeasureCost> {
    let report = (scenario.report.from.year(), scenario.report.to.year());
    let stated = scenario.measures.iter().enumerate();
    let stated = stated.filter_map(|(index, measure)| Some((index, measure, measure.cost.as_ref()?)));
    let each = stated.map(|(index, measure, cost)| {
        let from = cost.once.map_or(report.0, |(_, year)| year.max(report.0));
        let volume = |from: i16| -> f64 {
            let periods = plan.periods.iter().enumerate();
            let counted = periods.filter(|(_, period)| (from..=report.1).contains(&period.year()));
            counted
                .map(|(period, _)| brought(plan, index, &measure.kind, period))
                .sum::<Litres>()
                .cubic_metres()
        };
        let volume_m3 = volume(from);
        let nothing = Money { low: 0.0, value: 0.0, high: 0.0 };
        let running = cost.per_m3.unwrap_or(nothing).map(|yuan| yuan * volume_m3);
        let yuan = running.plus(cost.once.map_or(nothing, |(yuan, _)| yuan));
        MeasureCost {
            measure: measure.id.clone(),
            from,
            to: report.1,
            volume_m3,
            yuan,
            yuan_per_m3: (volume_m3 > 0.0).then(|| yuan.map(|yuan| yuan / volume_m3)),
            source: cost.source.clone(),
        }
    });
    each.collect()
}

/// What a measure brings in a period.
fn brought(plan: &Plan, measure: usize, kind: &MeasureKind, period: usize) -> Litres {
    let effect = plan.effect(measure, period);
    match kind {
        MeasureKind::Recharge(_) => plan.by_period[period].recharged[measure],
        MeasureKind::Trade(_) => effect.moved,
        _ => effect.reduced,
    }
}
