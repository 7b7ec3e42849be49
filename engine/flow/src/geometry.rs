//! What follows from the grid alone and every simulation of a problem shares.

use crate::grid::{CellKind, Grid};
use crate::properties::Properties;

/// No cell.
const NOWHERE: u32 = u32::MAX;

/// A run of pass-through cells between two active ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PassThroughRun {
    /// The active cell above.
    pub(crate) above: usize,
    /// The active cell below.
    pub(crate) below: usize,
    /// Number of pass-through cells between them.
    pub(crate) count: usize,
}

/// The columns of a line of cells that hold all its unknowns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    /// The first of them.
    pub(crate) from: usize,
    /// One past the last.
    pub(crate) to: usize,
}

/// Per-cell geometry and the pass-through runs.
#[derive(Clone, Debug)]
pub(crate) struct Geometry {
    /// Thickness \[m\]; 0 in cells that are not active.
    pub(crate) thickness: Vec<f64>,
    /// Bottom of the lowest active cell of the column, in convertible cells over a convertible one, else −∞ \[m\].
    pub(crate) floor: Vec<f64>,
    /// Whether an active cell may hold a water table.
    pub(crate) convertible: Vec<bool>,
    /// Whether any active cell may.
    pub(crate) any_convertible: bool,
    /// From the lowest active bottom to the highest active top \[m\].
    pub(crate) height: f64,
    /// Which cells carry an unknown: active ones, and pass-through ones that join two active ones.
    pub(crate) unknown: Vec<bool>,
    /// Where the unknowns of each line of cells (one layer, one row) lie.
    pub(crate) spans: Vec<Span>,
    /// Runs of pass-through cells that join two active ones.
    pub(crate) runs: Vec<PassThroughRun>,
    /// The uppermost active cell at or below each cell; [`NOWHERE`] where there is none.
    receiver: Vec<u32>,
}

impl Geometry {
    pub(crate) fn new(grid: &Grid, properties: &Properties) -> Self {
        let (cells, per_layer) = (grid.cells(), grid.cells_per_layer());
        let mut geometry = Self {
            thickness: vec![0.0; cells],
            floor: vec![f64::NEG_INFINITY; cells],
            convertible: vec![false; cells],
            any_convertible: false,
            height: height(grid),
            unknown: vec![false; cells],
            spans: Vec::new(),
            runs: Vec::new(),
            receiver: vec![NOWHERE; cells],
        };
        for column in 0..per_layer {
            let mut above = None;
            let mut lowest = column;
            for cell in (column..cells).step_by(per_layer) {
                match grid.kind[cell] {
                    CellKind::Active => {
                        geometry.enter(grid, properties, cell);
                        lowest = cell;
                        geometry.join(above.replace(cell), cell, per_layer);
                    }
                    CellKind::Inactive => above = None,
                    CellKind::PassThrough => {}
                }
            }
            let floor = if geometry.convertible[lowest] { grid.bottom[lowest] } else { f64::NEG_INFINITY };
            let mut below = usize::MAX;
            for cell in (column..cells).step_by(per_layer).rev() {
                if geometry.convertible[cell] {
                    geometry.floor[cell] = floor;
                }
                if grid.is_active(cell) {
                    below = cell;
                }
                geometry.receiver[cell] = u32::try_from(below).unwrap_or(NOWHERE);
            }
        }
        geometry.spans = geometry.unknown.chunks(grid.columns).map(span).collect();
        geometry
    }

    /// The uppermost active cell at or below a cell, if there is one.
    pub(crate) fn receiver(&self, cell: usize) -> Option<usize> {
        Some(self.receiver[cell] as usize).filter(|receiver| *receiver != NOWHERE as usize)
    }

    fn enter(&mut self, grid: &Grid, properties: &Properties, cell: usize) {
        self.unknown[cell] = true;
        self.thickness[cell] = grid.thickness(cell);
        self.convertible[cell] = properties.convertible[cell];
        self.any_convertible |= properties.convertible[cell];
    }

    fn join(&mut self, above: Option<usize>, below: usize, per_layer: usize) {
        if let Some(above) = above
            && below - above > per_layer
        {
            let count = (below - above) / per_layer - 1;
            for step in 1..=count {
                self.unknown[above + step * per_layer] = true;
            }
            self.runs.push(PassThroughRun { above, below, count });
        }
    }
}

fn span(unknown: &[bool]) -> Span {
    let from = unknown.iter().position(|unknown| *unknown).unwrap_or(0);
    let to = unknown.iter().rposition(|unknown| *unknown).map_or(0, |last| last + 1);
    Span { from, to }
}

fn height(grid: &Grid) -> f64 {
    let active = (0..grid.cells()).filter(|cell| grid.is_active(*cell));
    let (low, high) = active.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), cell| {
        (low.min(grid.bottom[cell]), high.max(grid.cell_top(cell)))
    });
    high - low
}
