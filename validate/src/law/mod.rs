//! What must hold whatever the numbers: symmetry, reciprocity, superposition, balance, repeatability.

mod balance;
mod reciprocity;
mod rough;
mod superposition;
mod symmetry;
mod threads;

use crate::case::Case;

/// The cases of general laws.
pub(crate) fn cases() -> Vec<Case> {
    vec![symmetry::case(), reciprocity::case(), superposition::case(), balance::case(), threads::case()]
}
