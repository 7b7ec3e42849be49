//! Measured orders of convergence, by manufactured solutions: a smooth head is chosen, the sources that it needs are put into
//! the model, and the error is followed as cells or steps are halved.

mod averaging;
mod manufactured;
mod space_confined;
mod space_unconfined;
mod space_upstream;
mod time_confined;
mod time_unconfined;

use crate::case::Case;

/// The cases of convergence.
pub(crate) fn cases() -> Vec<Case> {
    vec![
        space_confined::case(),
        space_unconfined::case(),
        averaging::case(),
        space_upstream::case(),
        time_confined::case(),
        time_unconfined::case(),
    ]
}

/// The order at which errors fall, each with cells or steps half as large as the one before: that of the last two.
pub(crate) fn last_order(errors: &[f64]) -> f64 {
    match errors {
        [.., coarse, fine] => (coarse / fine).log2(),
        _ => f64::NAN,
    }
}
