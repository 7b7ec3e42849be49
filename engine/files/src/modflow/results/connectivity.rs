//! Which cells touch which, in MODFLOW's order.
//!
//! For each cell: itself, then the cells above, north, west, east, south and below. Between layers a connection passes
//! through cells whose IDOMAIN is below nought. Cells that are not active have no row.

use std::ops::Deref;

use crate::modflow::Grid;

/// The cells that one cell touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    cells: [usize; 6],
    count: usize,
}

impl Deref for Neighbours {
    type Target = [usize];

    fn deref(&self) -> &[usize] {
        &self.cells[..self.count]
    }
}

/// The cells that an active cell touches, in MODFLOW's order; none for one that is not active.
pub fn neighbours(grid: &Grid, cell: usize) -> Neighbours {
    let mut found = Neighbours::default();
    if !grid.is_active(cell) {
        return found;
    }
    let (per_layer, columns) = (grid.per_layer(), grid.columns);
    let (_, row, column) = grid.layer_row_column(cell);
    let vertical = |step: &dyn Fn(usize) -> Option<usize>| {
        let mut at = step(cell)?;
        while grid.domain.at(at) < 0 {
            at = step(at)?;
        }
        grid.is_active(at).then_some(at)
    };
    let beside = |there: bool, at: usize| (there && grid.is_active(at)).then_some(at);
    let all = [
        vertical(&|at| at.checked_sub(per_layer)),
        beside(row > 0, cell.wrapping_sub(columns)),
        beside(column > 0, cell.wrapping_sub(1)),
        beside(column + 1 < columns, cell + 1),
        beside(row + 1 < grid.rows, cell + columns),
        vertical(&|at| Some(at + per_layer).filter(|at| *at < grid.cells())),
    ];
    for neighbour in all.into_iter().flatten() {
        found.cells[found.count] = neighbour;
        found.count += 1;
    }
    found
}

/// Number of places in the rows of all connections (NJA): one for each active cell and one for each of its neighbours.
pub fn connections(grid: &Grid) -> usize {
    (0..grid.cells()).filter(|cell| grid.is_active(*cell)).map(|cell| 1 + neighbours(grid, cell).len()).sum()
}

/// Rows of connected cells for all cells of a grid (IA and JA, counted from nought).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connectivity {
    starts: Vec<u32>,
    cells: Vec<u32>,
}

impl Connectivity {
    /// The connections of a grid.
    pub fn new(grid: &Grid) -> Self {
        let mut starts = Vec::with_capacity(grid.cells() + 1);
        let mut cells = Vec::with_capacity(grid.cells() * 7);
        for cell in 0..grid.cells() {
            starts.push(cells.len() as u32);
            if grid.is_active(cell) {
                cells.push(cell as u32);
                cells.extend(neighbours(grid, cell).iter().map(|cell| *cell as u32));
            }
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
