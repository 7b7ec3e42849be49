//! A batch by itself: what its members say, without a run of each scenario beside it.

use std::path::Path;

use quanyu_files::RunBasis;
use serde::de::DeserializeOwned;

use super::{BatchView, PageError, Places};

/// A batch and the basin that it is of.
#[derive(Debug)]
pub(crate) struct MembersOnly {
    /// The batch.
    pub(crate) batch: BatchView,
    /// What it rests on; of a run it has nothing but the basin's own part.
    pub(crate) basis: RunBasis,
    /// Places of the basin.
    pub(crate) places: Places,
}

impl MembersOnly {
    /// Reads a batch's folder; `None` where it holds no finished one.
    ///
    /// # Errors
    /// Where a file of it cannot be read.
    pub(crate) fn read(folder: &Path) -> Result<Option<Self>, PageError> {
        let Some(batch) = BatchView::read(folder)? else { return Ok(None) };
        let basis = json(&folder.join("basis.json"))?;
        let places = Places::on(&json(&folder.join("basin.geojson"))?, folder)?;
        Ok(Some(Self { batch, basis, places }))
    }

    /// The scenario to look at first: that whose less certain required target is met most often, then that with most odds together.
    pub(crate) fn leading(&self) -> usize {
        let key = |number: usize| -> (f64, f64) {
            let odds = self.batch.scenarios[number].odds.iter().filter(|odds| odds.judged.required);
            odds.fold((f64::INFINITY, 0.0), |(least, sum), odds| (least.min(odds.met), sum + odds.met))
        };
        let mut best = 0;
        for number in 1..self.batch.scenarios.len() {
            if key(number) > key(best) {
                best = number;
            }
        }
        best
    }
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<T, PageError> {
    let fail = |cause: &dyn std::fmt::Display| {
        PageError::Unreadable(format!("cannot read {}: {cause}", path.display()))
    };
    let text = std::fs::read_to_string(path).map_err(|error| fail(&error))?;
    serde_json::from_str(&text).map_err(|error| fail(&error))
}
