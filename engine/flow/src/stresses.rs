//! Everything that acts on the aquifer in a step: boundary packages and routed streams.

use crate::fault::Fault;
use crate::model::Problem;
use crate::package::NamedPackage;
use crate::stream::Stream;

/// The stresses of a step. Values may be rewritten in place between steps, and rows may come and go.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stresses {
    /// Boundary packages, in the order in which budgets report them.
    pub packages: Vec<NamedPackage>,
    /// Streams routed along rows of river packages.
    pub streams: Vec<Stream>,
}

impl Stresses {
    /// Checks the stresses against a problem; a simulation does the same at every step.
    ///
    /// # Errors
    /// All faults: rows outside the active cells, numbers out of range, streams that name no rivers.
    pub fn check(&self, problem: &Problem) -> Result<(), Vec<Fault>> {
        let faults = crate::check::stress_faults(problem, self);
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}
