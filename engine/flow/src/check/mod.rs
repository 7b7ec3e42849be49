//! Every fault of a model and of its stresses, at once.

mod laws;
mod model;
mod run;
mod streams;
mod stresses;

pub(crate) use model::{barrier_faults, change_faults, model_faults};
pub(crate) use run::{settings_faults, state_faults};
pub(crate) use stresses::stress_faults;

use crate::fault::{Fault, FaultKind, Origin};

/// Most faults of one kind that are listed one by one; the rest are counted.
const LISTED: usize = 20;

/// Faults found so far.
#[derive(Debug, Default)]
struct Faults {
    list: Vec<Fault>,
}

impl Faults {
    fn add(
        &mut self,
        origin: Origin,
        kind: FaultKind,
        message: String,
        value: String,
        allowed: &str,
        remedy: &str,
    ) {
        let (allowed, remedy) = (allowed.to_owned(), remedy.to_owned());
        self.list.push(Fault { origin, kind, message, value, allowed, remedy });
    }

    /// Adds a fault for every item that fails, the first ones one by one and the others as a count.
    fn each<I>(&mut self, items: impl Iterator<Item = I>, mut fault: impl FnMut(&I) -> Option<Fault>) {
        let mut total = 0;
        let mut last = None;
        for item in items {
            if let Some(found) = fault(&item) {
                total += 1;
                if total <= LISTED {
                    self.list.push(found);
                } else {
                    last = Some(found);
                }
            }
        }
        if let Some(mut last) = last {
            last.message = format!("{} more of this: {}", total - LISTED, last.message);
            self.list.push(last);
        }
    }
}

/// A cell by layer, row and column, counted from one as the field does.
fn place(grid: &crate::grid::Grid, cell: usize) -> String {
    let (layer, row, column) = grid.layer_row_column(cell);
    format!("layer {}, row {}, column {}", layer + 1, row + 1, column + 1)
}

/// A second constant head in one cell.
pub(crate) fn given_twice(package: &str, row: &crate::package::ConstantHead) -> Fault {
    Fault {
        origin: row.origin,
        kind: FaultKind::Collision,
        message: format!("A constant head of \"{package}\" lies in a cell whose head is already given."),
        value: format!("head {}", row.head),
        allowed: "one constant head a cell".into(),
        remedy: "Drop one of them.".into(),
    }
}
