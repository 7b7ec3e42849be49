//! A well beside a straight stream: what the two depletion cases share.
//!
//! Half of the plane on the north of the line through the well across the stream; the other half is its mirror.

use quanyu_flow::{NamedPackage, Problem};

use crate::case::Stop;
use crate::models::{Block, growing, simulation, steps, wells};

/// Transmissivity \[m²/d\].
pub(super) const TRANSMISSIVITY: f64 = 0.864 * 50.0;
/// Storage coefficient \[-\].
pub(super) const STORAGE: f64 = 0.1;
/// Distance of the well from the stream \[m\].
pub(super) const DISTANCE: f64 = 250.0;
const RATE: f64 = 100.0;

/// The aquifer, its stream in the middle of a column.
pub(super) struct Bank {
    /// The problem.
    pub(super) problem: Problem,
    /// The cells of the stream, from the line of the well on.
    pub(super) stream: Vec<usize>,
    /// The well's cell.
    well: usize,
}

/// What the stream gave at a moment, both as shares of the well's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Depletion {
    /// Of its rate.
    pub(super) rate: f64,
    /// Of its volume so far.
    pub(super) volume: f64,
}

impl Bank {
    /// An aquifer on the well's side of the stream only, or on both.
    pub(super) fn new(both_sides: bool) -> Result<Self, Stop> {
        let fine = 10.0;
        let far = growing(fine, 1.15, 2000.0, 20_000.0);
        let near = vec![fine; (DISTANCE / fine) as usize + 20];
        let beyond = if both_sides { far.iter().rev().copied().collect() } else { Vec::new() };
        let (stream, well) = (beyond.len(), beyond.len() + (DISTANCE / fine) as usize);
        let widths: Vec<f64> = [beyond, near, far.clone()].concat();
        let columns = widths.len();
        let heights = [vec![0.5 * fine], vec![fine; 10], far].concat();
        let rows = heights.len();
        let problem = Block::confined(widths, heights, TRANSMISSIVITY, STORAGE).problem()?;
        Ok(Self { problem, stream: (0..rows).map(|row| row * columns + stream).collect(), well })
    }

    /// What the stream's package, the first, gives at each of the times \[d\].
    pub(super) fn deplete(&self, stream: NamedPackage, times: &[f64]) -> Result<Vec<Depletion>, Stop> {
        let mut simulation = simulation(&self.problem, vec![stream, wells([(self.well, -0.5 * RATE)])])?;
        let (mut found, mut volume) = (Vec::new(), 0.0);
        for (days, asked) in steps(times, 1e-2, 0.01) {
            let step = simulation.advance(days).map_err(Stop::failed)?;
            let rate = step.flows[0].iter().sum::<f64>() / (0.5 * RATE);
            volume += rate * days;
            if asked {
                found.push(Depletion { rate, volume: volume / step.time });
            }
        }
        Ok(found)
    }
}
