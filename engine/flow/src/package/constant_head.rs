//! Cells whose head is given; their flow is what the aquifer asks of them.
//!
//! As in MODFLOW, such a cell stores nothing and no other package acts in it: its balance is the flow through its faces.

use crate::fault::Origin;

/// A cell whose head is given.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ConstantHead {
    /// The cell.
    pub cell: usize,
    /// Its head \[m\].
    pub head: f64,
    /// Where the row came from.
    pub origin: Origin,
}
