//! What the rock is: conductivity, storage, barriers, and their dated changes.

use serde::{Deserialize, Serialize};

use crate::fault::Origin;

/// Hydraulic properties, one value per cell (inactive and pass-through cells hold any value: they are not read,
/// except the vertical conductivity of a pass-through cell, which has none either: its neighbours touch).
#[derive(Clone, Debug, PartialEq)]
pub struct Properties {
    /// Hydraulic conductivity along rows (east–west) \[m/d\].
    pub conductivity: Vec<f64>,
    /// Horizontal anisotropy, conductivity along columns over that along rows; 1 where absent.
    pub anisotropy: Option<Vec<f64>>,
    /// Vertical hydraulic conductivity \[m/d\].
    pub vertical_conductivity: Vec<f64>,
    /// Specific storage \[1/m\].
    pub specific_storage: Vec<f64>,
    /// Specific yield \[-\]; read in convertible cells only.
    pub specific_yield: Vec<f64>,
    /// Whether a water table may stand in the cell; otherwise it is always full.
    pub convertible: Vec<bool>,
}

/// A thin barrier (fault, wall) on the face between two horizontal neighbours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Barrier {
    /// One of the two cells.
    pub cell_a: usize,
    /// The other cell: the neighbour to the east, west, north or south of the first.
    pub cell_b: usize,
    /// Conductivity of the barrier over its width \[1/d\]; where negative, minus the share of the conductance that it leaves \[-\].
    pub hydraulic_characteristic: f64,
    /// Where the row came from.
    pub origin: Origin,
}

/// A change of the rock in one cell from now on; what is `None` stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PropertyChange {
    /// The cell.
    pub cell: usize,
    /// New conductivity along rows \[m/d\].
    pub conductivity: Option<f64>,
    /// New vertical conductivity \[m/d\].
    pub vertical_conductivity: Option<f64>,
    /// New specific storage \[1/m\].
    pub specific_storage: Option<f64>,
    /// New specific yield \[-\].
    pub specific_yield: Option<f64>,
    /// Where the row came from; not stored, since it means nothing in another session.
    #[serde(skip)]
    pub origin: Origin,
}
