//! Which cells touch which, in MODFLOW's order.
//!
//! For each cell: itself, then the cells above, north, west, east, south and below. Between layers a connection passes
//! through cells whose IDOMAIN is below nought. Cells that are not active have no row.

use crate::modflow::Grid;

/// Rows of connected cells for all cells of a grid (IA and JA, counted from nought).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connectivity {
    starts: Vec<u32>,
    cells: Vec<u32>,
}

impl Connectivity {
    /// The connections of a grid.
    pub fn new(grid: &Grid) -> Self {
        let domain = grid.domain.to_vec();
        let (per_layer, columns) = (grid.per_layer(), grid.columns);
        let mut starts = Vec::with_capacity(grid.cells() + 1);
        let mut cells = Vec::with_capacity(grid.cells() * 7);
        for cell in 0..grid.cells() {
            starts.push(cells.len() as u32);
            if domain[cell] <= 0 {
                continue;
            }
            let (_, row, column) = grid.layer_row_column(cell);
            let vertical = |step: &dyn Fn(usize) -> Option<usize>| {
                let mut at = step(cell)?;
                while domain[at] < 0 {
                    at = step(at)?;
                }
                (domain[at] > 0).then_some(at)
            };
            let above = vertical(&|at| at.checked_sub(per_layer));
            let below = vertical(&|at| Some(at + per_layer).filter(|at| *at < domain.len()));
            let beside = |there: bool, at: usize| (there && domain[at] > 0).then_some(at);
            let neighbours = [
                Some(cell),
                above,
                beside(row > 0, cell.wrapping_sub(columns)),
                beside(column > 0, cell.wrapping_sub(1)),
                beside(column + 1 < columns, cell + 1),
                beside(row + 1 < grid.rows, cell + columns),
                below,
            ];
            cells.extend(neighbours.into_iter().flatten().map(|cell| cell as u32));
        }
        starts.push(cells.len() as u32);
        Self { starts, cells }
    }

    /// The row of a cell: itself first, then its neighbours; empty where the cell is not active.
    pub fn row(&self, cell: usize) -> &[u32] {
        &self.cells[self.starts[cell] as usize..self.starts[cell + 1] as usize]
    }

    /// Place of a connection in the list of all (from nought), if the cells touch.
    pub fn position(&self, cell: usize, neighbour: usize) -> Option<usize> {
        let at = self.row(cell).iter().position(|other| *other as usize == neighbour)?;
        Some(self.starts[cell] as usize + at)
    }

    /// First place of each cell's row, and one beyond the last.
    pub fn starts(&self) -> &[u32] {
        &self.starts
    }

    /// Number of places, that of each active cell itself included (NJA).
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The cells of all rows.
    pub fn cells(&self) -> &[u32] {
        &self.cells
    }
}
