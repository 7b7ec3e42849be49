//! All that a simulation remembers from one step to the next.

use serde::{Deserialize, Serialize};

use crate::linear::LinearChoice;
use crate::model::Problem;
use crate::options::Drying;
use crate::properties::PropertyChange;

/// Head reported in inactive and pass-through cells, as in MODFLOW.
pub const NO_HEAD: f64 = 1e30;

/// Head of a cell that left the problem because it is dry, as in MODFLOW; see [`Drying::Leave`](crate::Drying::Leave).
pub const DRY_HEAD: f64 = -1e30;

/// The state of a simulation: a run continued from a copy of it equals the uninterrupted run, to the bit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Head \[m\], one per cell; [`NO_HEAD`] where the cell is not active.
    pub head: Vec<f64>,
    /// Time since the start \[d\], for reports.
    pub time: f64,
    /// Length of the sub-step that last succeeded after a failure \[d\]; `None` while whole steps succeed.
    pub substep: Option<f64>,
    /// The rock's changes so far, at most one per cell and ordered by cell.
    pub changes: Vec<PropertyChange>,
    /// What the linear solvers learned about their preconditioners.
    pub linear_choice: LinearChoice,
}

impl State {
    /// The state at the start of a problem: its initial heads, at time 0.
    pub fn start(problem: &Problem) -> Self {
        let grid = problem.grid();
        let head = (0..grid.cells())
            .map(|cell| {
                let head = problem.initial_head()[cell];
                let dries = problem.laws().drying != Drying::Stay && problem.geometry().convertible[cell];
                match grid.is_active(cell) {
                    false => NO_HEAD,
                    true if dries && head <= grid.bottom[cell] => DRY_HEAD,
                    true => head,
                }
            })
            .collect();
        Self { head, time: 0.0, substep: None, changes: Vec::new(), linear_choice: LinearChoice::default() }
    }

    /// Notes a change of the rock over an earlier one of the same cell.
    pub(crate) fn remember(&mut self, change: &PropertyChange) {
        match self.changes.binary_search_by_key(&change.cell, |known| known.cell) {
            Ok(at) => {
                let known = &mut self.changes[at];
                known.conductivity = change.conductivity.or(known.conductivity);
                known.vertical_conductivity = change.vertical_conductivity.or(known.vertical_conductivity);
                known.specific_storage = change.specific_storage.or(known.specific_storage);
                known.specific_yield = change.specific_yield.or(known.specific_yield);
                known.origin = change.origin;
            }
            Err(at) => self.changes.insert(at, *change),
        }
    }
}
