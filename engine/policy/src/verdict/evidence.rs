//! What a verdict rests on, and that its parts fit together.

use quanyu_basin::{Basin, Fault, FaultKind, Origin, days_between};

use crate::{Ledger, Scenario, Text};

/// Everything that a verdict is judged from.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The basin.
    pub basin: &'a Basin,
    /// The scenario whose targets are judged.
    pub scenario: &'a Scenario,
    /// At the figures' own values.
    pub value: Side<'a>,
    /// At the low end of the assumed ranges.
    pub low: Side<'a>,
    /// At the high end of the assumed ranges.
    pub high: Side<'a>,
}

/// What was found at one end of the assumed ranges, or at its value.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The ledger; at an end that was not simulated, [`crate::settle_as_requested`].
    pub ledger: &'a Ledger,
    /// Springs; none where this end was not simulated.
    pub springs: &'a [SpringSeries],
    /// Model levels at observation points; none where this end was not simulated.
    pub levels: &'a [LevelSeries],
    /// The storage test.
    pub storage: &'a StorageEvidence,
}

/// A spring over the ledger's periods.
#[derive(Clone, Debug, PartialEq)]
pub struct SpringSeries {
    /// Spring id.
    pub spring: String,
    /// Mean discharge in each period, before its intakes take from it, positive \[m³/d\].
    pub flow: Vec<f64>,
    /// Head at the outlet at the end of each period \[m\].
    pub head: Vec<f64>,
}

/// A model level over the ledger's periods.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelSeries {
    /// Observation id.
    pub observation: String,
    /// Head at the end of each period \[m\].
    pub head: Vec<f64>,
}

/// Whether the storage test was run.
#[derive(Clone, Debug, PartialEq)]
pub enum StorageEvidence {
    /// It was not.
    NotRun,
    /// It should have been, and could not; why.
    Failed(Text),
    /// It was.
    Done(StorageTest),
}

/// One year's take held while normal climate is repeated.
#[derive(Clone, Debug, PartialEq)]
pub struct StorageTest {
    /// Year whose take was held.
    pub held_year: i16,
    /// Years of normal climate that were run, all cycles together.
    pub years: u16,
    /// Years of the last cycle, over which changes and flows are taken.
    pub cycle_years: u16,
    /// Storage change of the connected karst over the last cycle, by area.
    pub changes: Vec<StorageChange>,
    /// Springs over the last cycle.
    pub springs: Vec<SpringYield>,
}

/// Part of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Area {
    /// A zone or sub-zone.
    Zone(String),
    /// A spring basin.
    Basin(String),
}

/// Storage change of an area over the last cycle.
#[derive(Clone, Debug, PartialEq)]
pub struct StorageChange {
    /// Where.
    pub area: Area,
    /// Change over the last cycle, positive where water is gained \[m³\].
    pub change: f64,
    /// A loss up to this counts as none \[m³\]: what the model cannot tell from nothing.
    pub dead_band: f64,
}

/// A spring over the last cycle of the storage test.
#[derive(Clone, Debug, PartialEq)]
pub struct SpringYield {
    /// Spring id.
    pub spring: String,
    /// Mean discharge over the last cycle \[m³/d\].
    pub flow: f64,
    /// Published long-term mean discharge \[m³/d\]; `None` where none is published.
    pub long_term: Option<f64>,
}

impl Side<'_> {
    /// A spring's series.
    pub(crate) fn spring(&self, id: &str) -> Option<&SpringSeries> {
        self.springs.iter().find(|series| series.spring == id)
    }

    /// Mean of a series in every calendar year, by days.
    pub(crate) fn annual(&self, series: &[f64]) -> Vec<(i16, f64)> {
        let mut years: Vec<(i16, f64, f64)> = Vec::new();
        for (period, value) in self.ledger.periods.iter().zip(series) {
            let days = period.days();
            match years.last_mut().filter(|last| last.0 == period.year()) {
                Some(last) => (last.1, last.2) = (last.1 + value * days, last.2 + days),
                None => years.push((period.year(), value * days, days)),
            }
        }
        years.into_iter().map(|(year, sum, days)| (year, sum / days)).collect()
    }
}

impl Evidence<'_> {
    /// Years that are reported and in the ledger, ascending.
    pub(crate) fn reported(&self) -> Vec<i16> {
        let report = self.scenario.report;
        let mut years = self.value.ledger.years();
        years.retain(|year| (report.from.year()..=report.to.year()).contains(year));
        years
    }

    /// The two ends.
    pub(crate) fn ends(&self) -> [&Side<'_>; 2] {
        [&self.low, &self.high]
    }

    pub(crate) fn check(&self) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        let mut differ = |message: String, value: String, allowed: String| {
            faults.push(Fault {
                origin: Origin::NONE,
                kind: FaultKind::Inconsistent,
                message,
                value,
                allowed,
                remedy: "This is an error of the program: please report it with the input.".into(),
            });
        };
        let periods = self.value.ledger.periods.len();
        for (name, side) in [("value", &self.value), ("low end", &self.low), ("high end", &self.high)] {
            if side.ledger.periods != self.value.ledger.periods
                || side.ledger.groups != self.value.ledger.groups
            {
                differ(
                    format!("The ledger at the {name} has other periods or groups than that at the value."),
                    format!("{} periods, {} groups", side.ledger.periods.len(), side.ledger.groups.len()),
                    format!("{periods} periods, {} groups", self.value.ledger.groups.len()),
                );
            }
            let springs = side
                .springs
                .iter()
                .flat_map(|row| [(&row.spring, row.flow.len()), (&row.spring, row.head.len())]);
            let levels = side.levels.iter().map(|row| (&row.observation, row.head.len()));
            for (id, length) in springs.chain(levels).filter(|(_, length)| *length != periods) {
                differ(
                    format!("The series of {id} at the {name} does not have one number a period."),
                    length.to_string(),
                    periods.to_string(),
                );
            }
        }
        if self.value.ledger.groups.len() != self.basin.groups.len() {
            differ(
                "The ledger and the basin do not have the same groups.".into(),
                self.value.ledger.groups.len().to_string(),
                self.basin.groups.len().to_string(),
            );
        }
        for pair in self
            .value
            .ledger
            .periods
            .windows(2)
            .filter(|pair| days_between(pair[0].end, pair[1].start) != 0.0)
        {
            differ(
                "The ledger's periods leave a gap.".into(),
                format!("{} to {}", pair[0].end, pair[1].start),
                "periods that follow one another".into(),
            );
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}
