//! Tests of the gridding and the stresses on the invented basin.

mod faulty;
mod flowing;
mod geometry;
mod placed;
mod stressed;

use crate::synthetic::basin;
use crate::{GridSpec, Gridded, Parameters, discretise};

/// The invented basin on a grid.
fn gridded(cell: f64) -> Gridded {
    discretise(&basin(), &Parameters::default(), &GridSpec { cell }).unwrap()
}

/// The cell sizes that must agree with one another \[m\].
const CELLS: [f64; 4] = [250.0, 500.0, 1000.0, 2000.0];
