//! Layered rectilinear grid: rectangles in plan, layers of any height (MODFLOW's DIS).
//!
//! Row 0 is the northernmost, layer 0 the uppermost, column 0 the westernmost; the index of a cell is
//! `(layer * rows + row) * columns + column`.

/// What a cell is to the flow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CellKind {
    /// Holds water and has a head.
    #[default]
    Active,
    /// Not part of the aquifer: no flow crosses its faces.
    Inactive,
    /// A layer that is absent here: it has no head of its own, and the cells above and below it touch.
    PassThrough,
}

/// The grid: plan, surfaces and the kind of each cell. All lengths in metres.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// Number of layers.
    pub layers: usize,
    /// Number of rows (north to south).
    pub rows: usize,
    /// Number of columns (west to east).
    pub columns: usize,
    /// Width of each column along a row (DELR) \[m\]; one per column.
    pub column_widths: Vec<f64>,
    /// Height of each row along a column (DELC) \[m\]; one per row.
    pub row_heights: Vec<f64>,
    /// Top of the uppermost layer \[m\]; one per row and column.
    pub top: Vec<f64>,
    /// Bottom of each cell \[m\]; one per cell.
    pub bottom: Vec<f64>,
    /// Kind of each cell; one per cell.
    pub kind: Vec<CellKind>,
    /// x and y of the grid's upper-left (north-west) corner \[m\].
    pub corner: [f64; 2],
}

impl Grid {
    /// Number of cells, active or not.
    pub fn cells(&self) -> usize {
        self.layers * self.rows * self.columns
    }

    /// Number of cells in one layer.
    pub fn cells_per_layer(&self) -> usize {
        self.rows * self.columns
    }

    /// Index of the cell at `layer`, `row`, `column` (all from 0).
    pub fn index(&self, layer: usize, row: usize, column: usize) -> usize {
        (layer * self.rows + row) * self.columns + column
    }

    /// Layer, row and column (from 0) of a cell.
    pub fn layer_row_column(&self, cell: usize) -> (usize, usize, usize) {
        let per_layer = self.cells_per_layer();
        let in_layer = cell % per_layer;
        (cell / per_layer, in_layer / self.columns, in_layer % self.columns)
    }

    /// Top of a cell \[m\]: the bottom of the cell above it, or the top of the grid.
    pub fn cell_top(&self, cell: usize) -> f64 {
        match cell.checked_sub(self.cells_per_layer()) {
            Some(above) => self.bottom[above],
            None => self.top[cell],
        }
    }

    /// Thickness of a cell \[m\].
    pub fn thickness(&self, cell: usize) -> f64 {
        self.cell_top(cell) - self.bottom[cell]
    }

    /// Area of a cell in plan \[m²\].
    pub fn area(&self, cell: usize) -> f64 {
        let (_, row, column) = self.layer_row_column(cell);
        self.row_heights[row] * self.column_widths[column]
    }

    /// x and y of the centre of a cell \[m\].
    pub fn centre(&self, cell: usize) -> [f64; 2] {
        let (_, row, column) = self.layer_row_column(cell);
        let west: f64 = self.column_widths[..column].iter().sum();
        let north: f64 = self.row_heights[..row].iter().sum();
        [
            self.corner[0] + west + 0.5 * self.column_widths[column],
            self.corner[1] - north - 0.5 * self.row_heights[row],
        ]
    }

    /// Whether a cell holds water and has a head.
    pub fn is_active(&self, cell: usize) -> bool {
        self.kind[cell] == CellKind::Active
    }

    /// Number of active cells.
    pub fn active_cells(&self) -> usize {
        self.kind.iter().filter(|kind| **kind == CellKind::Active).count()
    }

    /// The uppermost active cell at or below `cell` in its column, if there is one.
    pub fn uppermost_active(&self, cell: usize) -> Option<usize> {
        (cell..self.cells()).step_by(self.cells_per_layer()).find(|below| self.is_active(*below))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        Grid {
            layers: 2,
            rows: 2,
            columns: 3,
            column_widths: vec![10.0, 20.0, 30.0],
            row_heights: vec![5.0, 7.0],
            top: vec![100.0; 6],
            bottom: [vec![60.0; 6], vec![10.0; 6]].concat(),
            kind: [vec![CellKind::PassThrough; 3], vec![CellKind::Active; 9]].concat(),
            corner: [1000.0, 2000.0],
        }
    }

    #[test]
    fn a_cell_is_found_by_its_layer_row_and_column_and_back() {
        let grid = grid();
        for cell in 0..grid.cells() {
            let (layer, row, column) = grid.layer_row_column(cell);
            assert_eq!(grid.index(layer, row, column), cell);
        }
        assert_eq!(grid.layer_row_column(10), (1, 1, 1));
    }

    #[test]
    fn geometry_follows_from_widths_heights_and_surfaces() {
        let grid = grid();
        assert_eq!(grid.area(10), 140.0);
        assert_eq!(grid.thickness(0), 40.0);
        assert_eq!(grid.thickness(10), 50.0);
        assert_eq!(grid.centre(10), [1020.0, 1991.5]);
        assert_eq!(grid.uppermost_active(0), Some(6));
        assert_eq!(grid.uppermost_active(3), Some(3));
        assert_eq!(grid.active_cells(), 9);
    }
}
