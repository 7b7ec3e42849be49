//! What every part of the gridding looks things up in.

use quanyu_flow::{CellKind, Grid, Properties};

use super::domain::Domain;
use super::log::Log;
use crate::{Basin, LayerRole, Origin, Parameters, Placement};

/// The basin, its grid and its rock, while rows are being laid out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) basin: &'a Basin,
    pub(crate) parameters: &'a Parameters,
    pub(crate) domain: &'a Domain,
    pub(crate) grid: &'a Grid,
    pub(crate) properties: &'a Properties,
}

impl Context<'_> {
    /// The layer of an id; a fault where there is none.
    pub(crate) fn layer(&self, id: &str, origin: Origin, log: &mut Log) -> Option<usize> {
        let found = self.basin.layers.iter().position(|layer| layer.id == id);
        if found.is_none() {
            log.unknown(origin, "layer", id, self.basin.layers.iter().map(|layer| layer.id.as_str()));
        }
        found
    }

    /// The cell of a layer in a column.
    pub(crate) fn cell(&self, column: usize, layer: usize) -> usize {
        layer * self.grid.cells_per_layer() + column
    }

    /// The cell of a layer in an active column where the layer is present, else of the next karst layer below.
    pub(crate) fn cell_or_karst_below(&self, column: usize, layer: usize) -> Option<usize> {
        (layer..self.grid.layers)
            .filter(|below| *below == layer || self.basin.layers[*below].role == LayerRole::Karst)
            .map(|below| self.cell(column, below))
            .find(|cell| self.grid.kind[*cell] == CellKind::Active)
    }

    /// The uppermost active karst cell at or below a layer.
    pub(crate) fn karst_below(&self, column: usize, layer: usize) -> Option<usize> {
        (layer..self.grid.layers)
            .filter(|below| self.basin.layers[*below].role == LayerRole::Karst)
            .map(|below| self.cell(column, below))
            .find(|cell| self.grid.kind[*cell] == CellKind::Active)
    }

    /// Whether a group has wells in the model.
    pub(crate) fn is_placed(placement: &Placement) -> bool {
        !matches!(placement, Placement::Outside)
    }
}
