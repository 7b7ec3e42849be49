//! Looking on while a step is solved.

use std::fmt;

/// One outer iteration, as it ends.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OuterIteration {
    /// Its number in the present solution, from 1.
    pub iteration: usize,
    /// Inner (linear) iterations that it took.
    pub inner: usize,
    /// Time at which the step being solved began \[d since the start\].
    pub time: f64,
    /// Length of the (sub-)step being solved \[d\]; 0 for a steady solution.
    pub days: f64,
    /// The largest change of head \[m\], with its sign.
    pub change: f64,
    /// The cell whose head changed most.
    pub change_cell: usize,
    /// The largest net inflow that is left \[m³/d\], with its sign.
    pub residual: f64,
    /// The cell of it.
    pub residual_cell: usize,
    /// 2-norm of all net inflows over the gross flow \[-\].
    pub relative_residual: f64,
    /// Number of cells that are out of the problem because they are dry.
    pub dry_cells: usize,
}

/// Whoever looks on, if anybody does.
#[derive(Default)]
pub(crate) struct Watch<'p>(Option<Box<dyn FnMut(OuterIteration) + Send + 'p>>);

impl<'p> Watch<'p> {
    pub(crate) fn new(watcher: impl FnMut(OuterIteration) + Send + 'p) -> Self {
        Self(Some(Box::new(watcher)))
    }

    /// Whether anybody looks on; else nobody need find out what there is to see.
    pub(crate) fn is_open(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) fn show(&mut self, iteration: OuterIteration) {
        if let Some(watcher) = &mut self.0 {
            watcher(iteration);
        }
    }
}

impl fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_open() { "Watch(open)" } else { "Watch(closed)" })
    }
}
