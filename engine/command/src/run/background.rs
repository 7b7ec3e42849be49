//! What the verdicts of a basin rest on: the model's history against the published marks, with and without mining.

use std::path::{Path, PathBuf};

use quanyu_basin::Mining;
use quanyu_policy::Text;
use quanyu_policy::history::{CalibrationError, MarkResult, compare_with_marks, history};
use serde::Serialize;

use super::member::yearly_springs;
use super::prepared::Prepared;
use crate::interrupt;
use crate::outcome::CommandError;
use crate::progress;

/// A parameter as the run used it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ParameterUsed {
    pub(crate) id: String,
    pub(crate) name: Text,
    pub(crate) prior: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Calibrated value; `None` where it was left at its prior.
    pub(crate) calibrated: Option<f64>,
    /// How far calibration moved it, in prior standard deviations (a quarter of the logarithmic range).
    pub(crate) deviations: f64,
}

/// A spring's yearly flow with and without mining \[m³/s\].
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SpringHistory {
    pub(crate) id: String,
    pub(crate) name: Text,
    /// Before anyone pumped or mined.
    pub(crate) natural: f64,
    pub(crate) with_mining: Vec<(i16, f64)>,
    pub(crate) without_mining: Vec<(i16, f64)>,
}

/// The history of a basin.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Background {
    pub(crate) basin: String,
    pub(crate) cell_m: f64,
    pub(crate) parameters: Vec<ParameterUsed>,
    pub(crate) marks: Vec<MarkResult>,
    pub(crate) marks_without_mining: Vec<MarkResult>,
    pub(crate) springs: Vec<SpringHistory>,
    #[serde(skip)]
    pub(crate) path: PathBuf,
}

impl Background {
    /// Simulates the history twice, in yearly steps, and writes `history-BASIN.json`.
    pub(crate) fn new(prepared: &Prepared<'_>, out: &Path, quiet: bool) -> Result<Self, CommandError> {
        let basin = &prepared.folder.basin;
        let to = basin.marks.iter().map(|mark| mark.to).max().unwrap_or(basin.time.to).min(basin.time.to);
        let bar = progress::bar("history, with and without mining", 2, quiet);
        let mut records = super::side_by_side(2, |number| {
            let mining = if number == 0 { Mining::On } else { Mining::Off };
            let (gridded, settings) = (&prepared.gridded, prepared.settings);
            let record = history(basin, gridded, &prepared.start, to, mining, settings, &interrupt::goes_on);
            bar.inc(1);
            record.map_err(|error| match error {
                CalibrationError::Stopped => {
                    CommandError::Interrupted("stopped in the comparison with the marks".into())
                }
                other => CommandError::Failed(explain(&other)),
            })
        })
        .into_iter();
        let mut next = || records.next().unwrap_or_else(|| Err(CommandError::Failed("no history".into())));
        let (mined, unmined) = (next()?, next()?);
        bar.finish_and_clear();
        let springs = yearly_springs(prepared, &mined)
            .into_iter()
            .zip(yearly_springs(prepared, &unmined))
            .zip(&prepared.start.spring_flow)
            .map(|((with, without), natural)| SpringHistory {
                id: with.id,
                name: with.name,
                natural: natural / 86_400.0,
                with_mining: with.years,
                without_mining: without.years,
            })
            .collect();
        let parameters = basin
            .parameters
            .iter()
            .map(|parameter| {
                let prior = &parameter.prior;
                let deviation = (prior.high() / prior.low()).ln() / 4.0;
                // Without a range there is nothing to move in.
                let moved =
                    |value: f64| if deviation > 0.0 { (value / prior.value).ln() / deviation } else { 0.0 };
                ParameterUsed {
                    id: parameter.id.clone(),
                    name: Text::from(&parameter.names),
                    prior: prior.value,
                    low: prior.low(),
                    high: prior.high(),
                    calibrated: parameter.calibrated,
                    deviations: moved(parameter.value()),
                }
            })
            .collect();
        let mut background = Self {
            basin: basin.id.clone(),
            cell_m: prepared.cell,
            parameters,
            marks: compare_with_marks(basin, &mined),
            marks_without_mining: compare_with_marks(basin, &unmined),
            springs,
            path: out.join(format!("history-{}.json", basin.id)),
        };
        background.path = background.write(&background.path)?;
        Ok(background)
    }

    fn write(&self, path: &Path) -> Result<PathBuf, CommandError> {
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| CommandError::Failed(format!("cannot put the history into JSON: {error}")))?;
        super::write_whole(path, &text)?;
        Ok(path.to_path_buf())
    }
}

/// An error of a history in words.
pub(crate) fn explain(error: &CalibrationError) -> String {
    match error {
        CalibrationError::Faults(faults) => {
            faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        }
        CalibrationError::Unsolved(failure) => failure.to_string(),
        CalibrationError::Stopped => "stopped".into(),
    }
}
