//! Everything that acts on the aquifer in a step: boundary packages and routed streams.

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
