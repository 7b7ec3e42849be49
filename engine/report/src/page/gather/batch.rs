//! A finished batch: odds, bands and what moves them.

use std::path::Path;

use quanyu_files::{EnsembleReader, OutputFailure};
use quanyu_policy::ensemble::{Influence, Judged, Odds, quantile};
use quanyu_policy::{Ruling, Text};
use serde::Deserialize;

use super::PageError;

/// `batch.json`, as far as the page needs it.
#[derive(Debug, Deserialize)]
pub(crate) struct BatchView {
    /// Name.
    pub(crate) batch: String,
    /// Version of the program.
    pub(crate) version: String,
    /// Hash over all inputs.
    pub(crate) input_sha256: String,
    /// Cell size \[m\].
    pub(crate) cell_m: f64,
    /// Seed.
    pub(crate) seed: u64,
    /// Members.
    pub(crate) members: usize,
    /// Effective number of members after weighting.
    pub(crate) effective_members: f64,
    /// What odds are.
    pub(crate) note: Text,
    /// Scenarios.
    pub(crate) scenarios: Vec<ScenarioOdds>,
    /// Published marks before and after weighting.
    pub(crate) marks: Vec<MarkBand>,
    /// Factors before and after weighting.
    pub(crate) factors: Vec<FactorBand>,
    /// Runs that failed.
    pub(crate) failures: Vec<Failure>,
    /// Bands of the springs; read from `ensemble.h5`.
    #[serde(skip)]
    pub(crate) bands: Vec<SpringBand>,
    /// Bands of the city's abstraction, statistical basis, by scenario \[m³/a\]; read from `ensemble.h5`.
    #[serde(skip)]
    pub(crate) abstraction: Vec<(String, Vec<BandYear>)>,
}

/// A published mark beside what the members give, at 5, 50 and 95 %.
#[derive(Debug, Deserialize)]
pub(crate) struct MarkBand {
    /// Id.
    pub(crate) id: String,
    /// Whether it weights the members.
    pub(crate) weights: bool,
    /// Each member counting one.
    pub(crate) prior: Option<[f64; 3]>,
    /// By weight.
    pub(crate) posterior: Option<[f64; 3]>,
}

/// A factor, at 5, 50 and 95 %.
#[derive(Debug, Deserialize)]
pub(crate) struct FactorBand {
    /// Id.
    pub(crate) id: String,
    /// Least.
    pub(crate) low: f64,
    /// Greatest.
    pub(crate) high: f64,
    /// Each member counting one.
    pub(crate) prior: Option<[f64; 3]>,
    /// By weight.
    pub(crate) posterior: Option<[f64; 3]>,
}

/// A run that failed.
#[derive(Debug, Deserialize)]
pub(crate) struct Failure {
    /// Scenario.
    pub(crate) scenario: String,
    /// Member.
    pub(crate) member: usize,
    /// Why.
    pub(crate) cause: String,
}

/// `(year, 5 %, 50 %, 95 %)`.
pub(crate) type BandYear = (f64, f64, f64, f64);

/// A scenario of a batch.
#[derive(Debug, Deserialize)]
pub(crate) struct ScenarioOdds {
    /// Name.
    pub(crate) name: String,
    /// Title.
    pub(crate) title: Text,
    /// Odds of every ruling.
    pub(crate) odds: Vec<Odds>,
    /// Factors that move each ruling's value most.
    pub(crate) moved_by: Vec<Vec<Influence>>,
}

/// Flow of a spring over the members.
#[derive(Debug)]
pub(crate) struct SpringBand {
    /// Scenario.
    pub(crate) scenario: String,
    /// Spring.
    pub(crate) spring: String,
    /// Flow \[m³/s\].
    pub(crate) years: Vec<BandYear>,
}

impl BatchView {
    /// Odds of a ruling of a scenario.
    pub(crate) fn odds(&self, scenario: &str, ruling: &Ruling) -> Option<&Odds> {
        let own = self.scenarios.iter().find(|own| own.name == scenario)?;
        let Judged { target, scope, test, .. } = Judged::of(ruling);
        let is_same =
            |judged: &Judged| judged.target == target && judged.test == test && judged.scope == scope;
        own.odds.iter().find(|odds| is_same(&odds.judged))
    }

    /// Reads a batch's folder; `None` where it holds none.
    ///
    /// # Errors
    /// Where its files cannot be read.
    pub(crate) fn read(folder: &Path) -> Result<Option<Self>, PageError> {
        let path = folder.join("batch.json");
        if !path.is_file() {
            return Ok(None);
        }
        let fail = |cause: &dyn std::fmt::Display| {
            PageError::Unreadable(format!("cannot read {}: {cause}", path.display()))
        };
        let text = std::fs::read_to_string(&path).map_err(|error| fail(&error))?;
        let mut batch: Self = serde_json::from_str(&text).map_err(|error| fail(&error))?;
        let members = EnsembleReader::open(&folder.join("ensemble.h5"))?;
        batch.bands = bands(&members)?;
        batch.abstraction = abstraction(&members)?;
        Ok(Some(batch))
    }
}

/// Values of members by weight as a band; nothing in years without any.
fn band(years: &[i32], weights: &[f64], value: impl Fn(usize, usize) -> f64) -> Vec<BandYear> {
    let band = years.iter().enumerate().filter_map(|(year, number)| {
        let values: Vec<(f64, f64)> = weights
            .iter()
            .enumerate()
            .map(|(member, weight)| (value(member, year), *weight))
            .filter(|(value, _)| value.is_finite())
            .collect();
        let at = |share: f64| quantile(&values, share);
        Some((f64::from(*number), at(0.05)?, at(0.5)?, at(0.95)?))
    });
    band.collect()
}

fn bands(members: &EnsembleReader) -> Result<Vec<SpringBand>, OutputFailure> {
    let (scenarios, springs, years) = (members.scenarios()?, members.springs()?, members.years()?);
    let (weights, flow) = (members.weights()?, members.spring_flow()?);
    let mut all = Vec::new();
    for (at, scenario) in scenarios.iter().enumerate() {
        for (place, spring) in springs.iter().enumerate() {
            let years = band(&years, &weights, |member, year| flow[[at, member, place, year]]);
            all.push(SpringBand { scenario: scenario.clone(), spring: spring.clone(), years });
        }
    }
    Ok(all)
}

fn abstraction(members: &EnsembleReader) -> Result<Vec<(String, Vec<BandYear>)>, OutputFailure> {
    let (scenarios, years, weights) = (members.scenarios()?, members.years()?, members.weights()?);
    let volume = members.abstraction()?;
    let each = scenarios
        .into_iter()
        .enumerate()
        .map(|(at, scenario)| (scenario, band(&years, &weights, |member, year| volume[[at, member, year]])));
    Ok(each.collect())
}
