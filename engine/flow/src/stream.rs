//! Rivers routed downstream: a reach never loses more water than flows in it.

use crate::fault::Origin;
use std::ops::Range;

/// A run of consecutive rows of one river package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Which package of the [`crate::Stresses`]; it must hold rivers.
    pub package: usize,
    /// Which of its rows, from upstream to downstream.
    pub rows: Range<usize>,
}

/// Water added to (positive) or taken from (negative) a stream at the head of one of its reaches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StreamTake {
    /// Position of the reach in the stream, from 0 upstream.
    pub position: usize,
    /// Rate \[m³/d\]: positive into the stream; a take is negative and is cut to what flows there.
    pub rate: f64,
    /// Where the row came from.
    pub origin: Origin,
}

/// A stream: reaches from upstream to downstream, what enters at its head and along it, and where it flows to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stream {
    /// Name, for reports.
    pub name: String,
    /// Reaches from upstream to downstream.
    pub reaches: Vec<Reach>,
    /// Inflow at the head of the first reach, mean over the step \[m³/d\].
    pub inflow: f64,
    /// How that inflow is spread over equal parts of the step, relative to the mean; empty for an even one.
    ///
    /// A step of a year over a river that all but dries in winter: each part is routed on its own, since what the dry months
    /// cannot lose the wet ones do not make up for. Streams that have parts have the same number of them.
    pub seasons: Vec<f64>,
    /// Water added or taken along it.
    pub takes: Vec<StreamTake>,
    /// The stream that this one joins and the position of the reach at whose head it does: (stream, position).
    pub tributary_of: Option<(usize, usize)>,
    /// Where the row came from.
    pub origin: Origin,
}

/// What became of a stream in a step (means over it).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StreamFlow {
    /// Flow leaving each reach \[m³/d\], from upstream to downstream.
    pub reaches: Vec<f64>,
    /// Flow leaving the stream at its end \[m³/d\].
    pub outflow: f64,
    /// What each of the stream's takes really gave \[m³/d\], same order and sign.
    pub takes: Vec<f64>,
}
