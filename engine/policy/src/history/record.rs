//! What one simulated course of years leaves behind: flows and levels by period, and their years.

use quanyu_basin::Period;
use serde::{Deserialize, Serialize};

/// Values of several places in every period.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    places: usize,
    values: Vec<f64>,
}

impl Series {
    /// An empty series of a number of places.
    pub fn new(places: usize) -> Self {
        Self { places, values: Vec::new() }
    }

    /// Appends one period's values, one for each place.
    ///
    /// # Panics
    /// If their number is not that of the places.
    pub fn push(&mut self, values: &[f64]) {
        assert_eq!(values.len(), self.places, "one value for each place");
        self.values.extend_from_slice(values);
    }

    /// Values of one period.
    pub fn period(&self, period: usize) -> &[f64] {
        &self.values[period * self.places..(period + 1) * self.places]
    }

    /// Values of one place over the periods.
    pub fn place(&self, place: usize) -> Vec<f64> {
        self.values.iter().skip(place).step_by(self.places.max(1)).copied().collect()
    }

    /// Number of places.
    pub fn places(&self) -> usize {
        self.places
    }
}

/// One simulated course: periods in order and what was seen in each.
///
/// Flows are means over the period \[m³/d\], levels stand at its end \[m\], volumes are sums over it \[m³\].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Record {
    /// Periods simulated so far.
    pub periods: Vec<Period>,
    /// Flow of each spring before any intake \[m³/d\].
    pub spring_flow: Series,
    /// Head at each spring's outlet \[m\].
    pub outlet_head: Series,
    /// Head at each observation point \[m\].
    pub level: Series,
    /// Mean karst head over each zone \[m\].
    pub zone_level: Series,
    /// Water drained by each mine \[m³/d\].
    pub mine_drainage: Series,
    /// Water that came out of storage, negative where storage filled, for each spring basin \[m³\].
    pub storage_loss: Series,
    /// Return flow that the plan holds for lost and that no recharge of a dry month could give up \[m³\].
    pub kept_return: Vec<f64>,
}

impl Record {
    /// A record of so many springs, observation points, zones, mines and spring basins.
    pub fn new(springs: usize, observations: usize, zones: usize, mines: usize, basins: usize) -> Self {
        Self {
            periods: Vec::new(),
            spring_flow: Series::new(springs),
            outlet_head: Series::new(springs),
            level: Series::new(observations),
            zone_level: Series::new(zones),
            mine_drainage: Series::new(mines),
            storage_loss: Series::new(basins),
            kept_return: Vec::new(),
        }
    }

    /// Calendar years covered, ascending.
    pub fn years(&self) -> Vec<i16> {
        let mut years: Vec<i16> = self.periods.iter().map(Period::year).collect();
        years.dedup();
        years
    }

    /// Mean of a flow over each calendar year, weighted by days: `(year, value)`.
    pub fn yearly_mean(&self, series: &Series, place: usize) -> Vec<(i16, f64)> {
        let mut years: Vec<(i16, f64, f64)> = Vec::new();
        for (index, period) in self.periods.iter().enumerate() {
            let (value, days) = (series.period(index)[place], period.days());
            match years.last_mut() {
                Some((year, sum, total)) if *year == period.year() => {
                    *sum += value * days;
                    *total += days;
                }
                _ => years.push((period.year(), value * days, days)),
            }
        }
        years.into_iter().map(|(year, sum, days)| (year, sum / days)).collect()
    }

    /// Value of a level at the end of each calendar year: `(year, value)`.
    pub fn year_end(&self, series: &Series, place: usize) -> Vec<(i16, f64)> {
        let mut years: Vec<(i16, f64)> = Vec::new();
        for (index, period) in self.periods.iter().enumerate() {
            let value = series.period(index)[place];
            match years.last_mut() {
                Some((year, last)) if *year == period.year() => *last = value,
                _ => years.push((period.year(), value)),
            }
        }
        years
    }
}

#[cfg(test)]
mod tests {
    use quanyu_basin::TimeFrame;

    use super::*;

    #[test]
    fn years_weigh_their_months_by_days() {
        let frame = TimeFrame { history_from: 2000, monthly_from: 2001, to: 2001 };
        let mut record = Record::new(1, 0, 0, 0, 0);
        for period in frame.periods() {
            let value = if period.month().is_some_and(|month| month <= 2) { 1.0 } else { 0.0 };
            record.periods.push(period);
            record.spring_flow.push(&[value]);
        }
        let means = record.yearly_mean(&record.spring_flow, 0);
        assert_eq!(means, vec![(2000, 0.0), (2001, 59.0 / 365.0)]);
        assert_eq!(record.year_end(&record.spring_flow, 0)[1], (2001, 0.0));
        assert_eq!(record.years(), vec![2000, 2001]);
    }
}
