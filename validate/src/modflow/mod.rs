//! MODFLOW's answers: the models under `modflow/`, each a folder with its whole input, run as `quanyu-mf6` would.

mod exported;
mod flopy;
mod heads;
mod million;
mod parity;
mod printed;
mod program;
mod rates;
mod workspace;

use crate::case::Case;

/// The cases of MODFLOW.
pub(crate) fn cases() -> Vec<Case> {
    [parity::cases(), printed::cases(), vec![exported::case(), flopy::case(), million::case()]]
        .into_iter()
        .flatten()
        .collect()
}
