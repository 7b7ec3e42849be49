//! Every fault of a model, at once.

use crate::fault::Fault;
use crate::model::Model;

/// All faults of a model.
pub(crate) fn faults(_model: &Model) -> Vec<Fault> {
    todo!()
}
