//! A first guess of the heads, from which the steady state is sought.

use quanyu_flow::Grid;

use super::domain::Domain;
use crate::{Basin, SpringCell};

/// Rise of the guessed karst level away from the nearest outlet \[-\].
const GRADIENT: f64 = 0.003;
/// The guessed level stays this far below the ground \[m\].
const DEPTH: f64 = 5.0;
/// Every cell starts filled to at least this share of its thickness \[-\].
const LEAST_FILLING: f64 = 0.3;

/// Heads that rise gently from the nearest main outlet, stay below the ground, and wet every cell a little. Without any
/// outlet, just below the ground.
pub(crate) fn guess(basin: &Basin, domain: &Domain, grid: &Grid, springs: &[SpringCell]) -> Vec<f64> {
    let outlets: Vec<([f64; 2], f64)> = basin
        .springs
        .iter()
        .zip(springs)
        .filter(|(spring, _)| spring.main)
        .map(|(spring, outlet)| (spring.position, outlet.elevation))
        .collect();
    let mut head = vec![0.0; grid.cells()];
    for column in domain.footprint.active_columns() {
        let [x, y] = domain.footprint.centre(column);
        let ground = grid.top[column] - DEPTH;
        let level = outlets
            .iter()
            .map(|([at, up], elevation)| elevation + GRADIENT * (x - at).hypot(y - up))
            .fold(ground, f64::min);
        for cell in (column..grid.cells()).step_by(grid.cells_per_layer()) {
            head[cell] = level.max(grid.bottom[cell] + LEAST_FILLING * grid.thickness(cell));
        }
    }
    head
}
