//! The model against the published marks.

use quanyu_basin::{Basin, Mark, MarkQuantity, MarkUse};
use serde::Serialize;

use super::record::Record;
use crate::statistics::trend;

const SECONDS_PER_DAY: f64 = 86_400.0;

/// Years averaged at either end of a [`MarkQuantity::FlowChange`], so that one wet year does not decide it.
const CHANGE_YEARS: usize = 5;

/// Misfit of a spring that does not flow in the years of a mark on its trend or change, of which it then has none. Assumed: far
/// outside every range, and finite, so that a search finds its way back.
const DRY_MISFIT: f64 = 4.0;

/// A published mark beside what the model gives.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MarkResult {
    /// Id of the mark.
    pub id: String,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Unit of the values.
    pub unit: &'static str,
    /// First year.
    pub from: i16,
    /// Last year, inclusive.
    pub to: i16,
    /// Published value.
    pub published: f64,
    /// Lower end of agreement; `None` is unbounded.
    pub low: Option<f64>,
    /// Upper end of agreement; `None` is unbounded.
    pub high: Option<f64>,
    /// The model's value; `None` where the course does not cover the years, or where a spring whose trend or change it is does not
    /// flow in them.
    pub modelled: Option<f64>,
    /// Distance outside the range over its half-width \[-\]; zero inside, and four for a spring that does not flow.
    pub misfit: Option<f64>,
    /// True where calibration used it.
    pub calibrated: bool,
}

impl MarkResult {
    /// True where the model lies in the range.
    pub fn agrees(&self) -> Option<bool> {
        self.misfit.map(|misfit| misfit == 0.0)
    }
}

/// Every mark of the basin against a course.
pub fn compare_with_marks(basin: &Basin, record: &Record) -> Vec<MarkResult> {
    basin.marks.iter().map(|mark| compare(basin, mark, record)).collect()
}

fn compare(basin: &Basin, mark: &Mark, record: &Record) -> MarkResult {
    let (modelled, unit) = model_value(basin, mark, record);
    let (low, high) = (mark.value.low(), mark.value.high());
    MarkResult {
        id: mark.id.clone(),
        zh: mark.names.zh.clone(),
        en: mark.names.en.clone(),
        unit,
        from: mark.from,
        to: mark.to,
        published: mark.value.value,
        low: low.is_finite().then_some(low),
        high: high.is_finite().then_some(high),
        modelled,
        misfit: modelled
            .map(|value| misfit(value, mark.value.value, low, high))
            .or_else(|| runs_dry(basin, mark, record).then_some(DRY_MISFIT)),
        calibrated: mark.usage == MarkUse::Calibrate,
    }
}

/// Distance outside `low..=high` over the half-width; a one-sided range uses the distance of its end from the published
/// value as its half-width.
fn misfit(value: f64, published: f64, low: f64, high: f64) -> f64 {
    let half_width = if low.is_finite() && high.is_finite() {
        0.5 * (high - low)
    } else if low.is_finite() {
        (published - low).abs()
    } else {
        (high - published).abs()
    };
    let outside = (low - value).max(value - high).max(0.0);
    if outside == 0.0 { 0.0 } else { outside / half_width.max(1e-9) }
}

fn model_value(basin: &Basin, mark: &Mark, record: &Record) -> (Option<f64>, &'static str) {
    let spring = |id: &str| basin.springs.iter().position(|spring| spring.id == id);
    let within = |yearly: Vec<(i16, f64)>| -> Option<Vec<(i16, f64)>> {
        let inside: Vec<_> =
            yearly.into_iter().filter(|(year, _)| (mark.from..=mark.to).contains(year)).collect();
        let covered = inside.first()?.0 == mark.from && inside.last()?.0 == mark.to;
        covered.then_some(inside)
    };
    let flow = |id: &str| {
        let place = spring(id)?;
        within(record.yearly_mean(&record.spring_flow, place))
    };
    match &mark.quantity {
        MarkQuantity::SpringFlow { spring } => {
            (flow(spring).map(|years| mean(&years) / SECONDS_PER_DAY), "m³/s")
        }
        MarkQuantity::FlowTrend { spring } => {
            let trend = flow(spring).and_then(|years| {
                let mean = mean(&years);
                (mean > 0.0).then(|| slope(&years).map(|slope| slope / mean)).flatten()
            });
            (trend, "1/a")
        }
        MarkQuantity::FlowChange { spring } => {
            let change = flow(spring).and_then(|years| {
                let count = CHANGE_YEARS.min(years.len() / 2);
                let first = mean(years.get(..count)?);
                let last = mean(years.get(years.len() - count..)?);
                (count > 0 && first > 0.0).then(|| last / first - 1.0)
            });
            (change, "-")
        }
        MarkQuantity::LevelTrend { zone } => {
            let place = basin.zones.iter().position(|candidate| &candidate.id == zone);
            let trend = place.and_then(|place| {
                within(record.year_end(&record.zone_level, place)).and_then(|years| slope(&years))
            });
            (trend, "m/a")
        }
    }
}

/// Whether a mark asks how the flow of a spring changes that has none.
fn runs_dry(basin: &Basin, mark: &Mark, record: &Record) -> bool {
    let (MarkQuantity::FlowTrend { spring } | MarkQuantity::FlowChange { spring }) = &mark.quantity else {
        return false;
    };
    let Some(place) = basin.springs.iter().position(|own| &own.id == spring) else { return false };
    let flows = record.yearly_mean(&record.spring_flow, place);
    let covers = |year: i16| flows.iter().any(|(own, _)| *own == year);
    let mut first = flows.iter().filter(|(year, _)| (mark.from..=mark.to).contains(year)).take(CHANGE_YEARS);
    covers(mark.from) && covers(mark.to) && first.all(|(_, flow)| *flow <= 0.0)
}

fn mean(years: &[(i16, f64)]) -> f64 {
    years.iter().map(|(_, value)| value).sum::<f64>() / years.len() as f64
}

fn slope(years: &[(i16, f64)]) -> Option<f64> {
    let points: Vec<(f64, f64)> = years.iter().map(|&(year, value)| (f64::from(year), value)).collect();
    trend(&points).map(|trend| trend.slope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misfit_counts_only_what_is_outside() {
        assert_eq!(misfit(5.0, 5.0, 4.0, 6.0), 0.0);
        assert_eq!(misfit(8.0, 5.0, 4.0, 6.0), 2.0);
        assert_eq!(misfit(-0.1, -0.5, f64::NEG_INFINITY, 0.0), 0.0);
        assert_eq!(misfit(1.0, -0.5, f64::NEG_INFINITY, 0.0), 2.0);
    }
}
