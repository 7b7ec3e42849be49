//! Exact solutions of groundwater flow, one file a case.

mod boussinesq;
mod dupuit;
mod edelman;
mod glover;
mod hantush_jacob;
mod hantush_partial_penetration;
mod hunt;
mod papadopulos_cooper;
mod recession;
mod stream;
mod theis;
mod zaidel;

use crate::case::Case;

/// The cases of exact solutions.
pub(crate) fn cases() -> Vec<Case> {
    vec![
        theis::case(),
        hantush_jacob::case(),
        hantush_partial_penetration::case(),
        papadopulos_cooper::case(),
        glover::case(),
        hunt::case(),
        dupuit::case(),
        boussinesq::case(),
        edelman::case(),
        recession::case(),
        zaidel::case(),
    ]
}
