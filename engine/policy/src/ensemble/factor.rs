//! What is uncertain, one factor each.

use quanyu_basin::{Basin, Figure};
use serde::{Deserialize, Serialize};

use super::{Freedom, figures};

/// Ranges wider than this ratio are drawn by their logarithm.
const WIDE: f64 = 10.0;

/// One uncertain quantity: half of the members lie below its value, half above, evenly on both sides (by the logarithm where the
/// range spans a factor of ten or more).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Factor {
    /// Id, such as `parameter:karst-conductivity` or `demand:takes`.
    pub id: String,
    /// Lower end.
    pub low: f64,
    /// Best value.
    pub value: f64,
    /// Upper end.
    pub high: f64,
}

impl Factor {
    pub(super) fn new(id: &str, low: f64, value: f64, high: f64) -> Self {
        Self { id: id.into(), low, value, high }
    }

    /// How fast [`Factor::at`] grows with the score: one over the density of the prior.
    pub(super) fn slope(&self, score: f64) -> f64 {
        let (from, to) = if score < 0.5 { (self.low, self.value) } else { (self.value, self.high) };
        if self.by_logarithm() { 2.0 * self.at(score) * (to / from).ln() } else { 2.0 * (to - from) }
    }

    fn by_logarithm(&self) -> bool {
        self.low > 0.0 && self.high >= WIDE * self.low
    }

    /// The value below which a share `score` of the members lie, 0 ≤ score ≤ 1.
    pub fn at(&self, score: f64) -> f64 {
        let (from, to, share) = if score < 0.5 {
            (self.low, self.value, 2.0 * score)
        } else {
            (self.value, self.high, 2.0 * score - 1.0)
        };
        if self.by_logarithm() { from * (to / from).powf(share) } else { from + share * (to - from) }
    }
}

/// Whether a figure leaves something to be drawn.
pub(super) fn is_open(figure: &Figure) -> bool {
    let (low, high) = (figure.low(), figure.high());
    low < high && low.is_finite() && high.is_finite() && (low..=high).contains(&figure.value)
}

/// All factors of a basin, in a fixed order.
pub fn factors(basin: &Basin, freedom: &Freedom) -> Vec<Factor> {
    let mut all = Vec::new();
    figures::visit(&mut basin.clone(), &mut |id, figure| {
        if is_open(figure) {
            all.push(Factor::new(id, figure.low(), figure.value, figure.high()));
        }
    });
    if basin.groups.iter().any(|group| is_open(&group.take)) {
        all.push(Factor::new(TAKES, -1.0, 0.0, 1.0));
    }
    for series in &basin.use_series {
        if series.years.iter().any(|row| is_open(&row.index)) {
            all.push(Factor::new(&index_id(&series.id), -1.0, 0.0, 1.0));
        }
    }
    if !basin.boundary_alternatives.is_empty() {
        all.push(Factor::new(BOUNDARY, 0.0, 0.5, 1.0));
    }
    let ranges = [
        (CLIMATE_VARIATION, freedom.climate_variation),
        (CLIMATE_PERSISTENCE, freedom.climate_persistence),
        (PROJECT_DELAY, freedom.project_delay_years),
        (COMPLIANCE, freedom.compliance),
        (CLIMATE_START, freedom.climate_start.map(|start| start.factor)),
        (METERING, freedom.metering_error),
        (MINING_SHIFT, freedom.mining_shift_years),
        (PLACES, freedom.place_spread),
    ];
    for (id, range) in ranges {
        if let Some([low, high]) = range {
            all.push(Factor::new(id, low, 0.5 * (low + high), high));
        }
    }
    all
}

/// Level of all takes whose size is assumed: −1 the least that the published sums allow, 1 the most.
pub(super) const TAKES: &str = "demand:takes";
/// Which outer boundary holds.
pub(super) const BOUNDARY: &str = "boundary:choice";
/// Coefficient of variation of yearly precipitation.
pub(super) const CLIMATE_VARIATION: &str = "climate:variation";
/// Correlation of a year's precipitation with the last year's.
pub(super) const CLIMATE_PERSISTENCE: &str = "climate:persistence";
/// Delay of projects that have not started when the report begins.
pub(super) const PROJECT_DELAY: &str = "projects:delay-years";
/// Share of every measure that is carried out.
pub(super) const COMPLIANCE: &str = "measures:compliance";

/// Factor on the rain of the years with which the future begins.
pub(super) const CLIMATE_START: &str = "climate:start";
/// Relative error of the takes that were published.
pub(super) const METERING: &str = "demand:metering-error";
/// By how many years all mines begin, end and close later.
pub(super) const MINING_SHIFT: &str = "mining:shift-years";
/// Share of the radius of its disc within which a take of unknown place stands.
pub(super) const PLACES: &str = "places:spread";

/// Level of a use series: −1 its lower ends, 1 its upper ones.
pub(super) fn index_id(series: &str) -> String {
    format!("demand:index:{series}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_members_lie_below_the_value() {
        let even = Factor::new("x", 0.0, 1.0, 4.0);
        assert_eq!(
            [even.at(0.0), even.at(0.25), even.at(0.5), even.at(0.75), even.at(1.0)],
            [0.0, 0.5, 1.0, 2.5, 4.0]
        );
        let wide = Factor::new("x", 0.2, 1.0, 5.0);
        assert!((wide.at(0.75) - 5.0_f64.sqrt()).abs() < 1e-12);
        assert!((wide.at(0.25) - 0.2_f64.sqrt()).abs() < 1e-12);
        assert_eq!(wide.at(0.5), 1.0);
    }
}
