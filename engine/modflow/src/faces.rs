//! Flows through the faces of cells, in the forms in which MODFLOW's files have them.

use quanyu_files::modflow::Grid;
use quanyu_files::modflow::results::neighbours;
use quanyu_flow::Step;

/// On which side of a cell a neighbour lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Above,
    North,
    West,
    East,
    South,
    Below,
}

impl Side {
    /// The side of `cell` on which a joined cell lies.
    pub(crate) fn of(grid: &Grid, cell: usize, neighbour: usize) -> Self {
        let first = neighbour < cell;
        if cell / grid.per_layer() != neighbour / grid.per_layer() {
            if first { Self::Above } else { Self::Below }
        } else if cell / grid.columns != neighbour / grid.columns {
            if first { Self::North } else { Self::South }
        } else if first {
            Self::West
        } else {
            Self::East
        }
    }
}

/// What MODFLOW's files want of the flows through faces.
pub(crate) trait Connected {
    /// Flow into a cell from a joined neighbour.
    fn inflow(&self, grid: &Grid, cell: usize, neighbour: usize) -> f64;

    /// Flow into a cell through all its faces.
    fn net(&self, grid: &Grid, cell: usize) -> f64 {
        neighbours(grid, cell).iter().map(|other| self.inflow(grid, cell, *other)).sum()
    }

    /// Specific discharge at the centre of an active cell, `[east, north, up]`: along each horizontal axis the mean of the faces
    /// that the cell has, over their wetted area; upward the mean of the two faces weighted by the other's distance.
    fn specific_discharge(&self, grid: &Grid, wet: Wet<'_>, cell: usize) -> [f64; 3];
}

impl Connected for Step<'_> {
    fn inflow(&self, grid: &Grid, cell: usize, neighbour: usize) -> f64 {
        match Side::of(grid, cell, neighbour) {
            Side::Above => self.flow_down(neighbour),
            Side::North => self.flow_south(neighbour),
            Side::West => self.flow_east(neighbour),
            Side::East => -self.flow_east(cell),
            Side::South => -self.flow_south(cell),
            Side::Below => -self.flow_down(cell),
        }
    }

    fn specific_discharge(&self, grid: &Grid, wet: Wet<'_>, cell: usize) -> [f64; 3] {
        let (_, at_row, at_column) = grid.layer_row_column(cell);
        let (width, height) = (grid.column_widths.at(at_column), grid.row_heights.at(at_row));
        let middle = |cell: usize| 0.5 * (grid.cell_top(cell) + grid.bottom.at(cell));
        let half = |cell: usize| 0.5 * (grid.cell_top(cell) - grid.bottom.at(cell));
        let mut sums = [(0.0, 0.0); 2];
        let mut upward = [None; 2];
        for other in neighbours(grid, cell).iter().copied() {
            let flow = self.inflow(grid, cell, other);
            let (axis, sign, across) = match Side::of(grid, cell, other) {
                Side::West => (0, 1.0, height),
                Side::East => (0, -1.0, height),
                Side::South => (1, 1.0, width),
                Side::North => (1, -1.0, width),
                side => {
                    let below = side == Side::Below;
                    let velocity = flow / (width * height) * if below { 1.0 } else { -1.0 };
                    let apart = (middle(cell) - middle(other)).abs();
                    let distance = apart * half(cell) / (half(cell) + half(other));
                    upward[usize::from(below)] = Some((velocity, distance));
                    continue;
                }
            };
            let area = across * wet.thickness(grid, cell, other);
            if area > 0.0 {
                sums[axis].0 += sign * flow / area;
            }
            sums[axis].1 += 1.0;
        }
        let mean = |(sum, count): (f64, f64)| if count > 0.0 { sum / count } else { 0.0 };
        let up = match upward {
            [Some((above, to_above)), Some((below, to_below))] => {
                (above * to_below + below * to_above) / (to_above + to_below)
            }
            [Some((velocity, _)), None] | [None, Some((velocity, _))] => velocity,
            [None, None] => 0.0,
        };
        [mean(sums[0]), mean(sums[1]), up]
    }
}

/// How wet cells are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wet<'a> {
    pub(crate) head: &'a [f64],
    pub(crate) saturation: &'a [f64],
    /// Whether a water table may stand in a cell.
    pub(crate) convertible: &'a [bool],
    pub(crate) newton: bool,
}

impl Wet<'_> {
    /// Whether a cell is dry by the standard formulation.
    fn dry(&self, cell: usize) -> bool {
        self.head[cell] <= -1e29
    }

    /// Wetted thickness of the face between two cells side by side.
    fn thickness(&self, grid: &Grid, first: usize, second: usize) -> f64 {
        let whole = |cell: usize| grid.cell_top(cell) - grid.bottom.at(cell);
        let wetted = |cell: usize| self.saturation[cell] * whole(cell);
        if self.dry(first) || self.dry(second) {
            0.0
        } else if !self.convertible[first] && !self.convertible[second] {
            0.5 * (whole(first) + whole(second))
        } else if self.newton {
            if self.head[first] > self.head[second] { wetted(first) } else { wetted(second) }
        } else {
            0.5 * (wetted(first) + wetted(second))
        }
    }
}
