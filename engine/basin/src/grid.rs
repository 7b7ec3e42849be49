//! The footprint of the grid: a regular square mesh over the spring basins.

/// How fine the grid is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GridSpec {
    /// Side of the square cells \[m\].
    pub cell: f64,
}

/// The footprint of the grid: its squares as seen from above. Its lines lie on whole multiples of the cell size, so that a grid of 250 m nests in one of 500 m.
///
/// A *column* here is the stack of cells over one square of the footprint; its index is `row * columns + column`, row 0 in the
/// north, the same as that of the cells of the uppermost layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Footprint {
    /// x and y of the north-west corner \[m\].
    pub corner: [f64; 2],
    /// Side of the square cells \[m\].
    pub cell: f64,
    /// Number of rows.
    pub rows: usize,
    /// Number of columns along a row.
    pub columns: usize,
    /// Whether the stack belongs to the aquifer; one per column.
    pub active: Vec<bool>,
    /// Area of the spring basins that the column stands for \[m²\]; one per column.
    ///
    /// It is the part of the outlines inside an active column, plus the slivers in inactive neighbours, so that it sums to
    /// the area of the outlines on any cell size.
    pub represented_area: Vec<f64>,
}

impl Footprint {
    /// Number of columns, active or not.
    pub fn len(&self) -> usize {
        self.rows * self.columns
    }

    /// Whether the footprint has no column.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Area of a column \[m²\].
    pub fn column_area(&self) -> f64 {
        self.cell * self.cell
    }

    /// The column under a point `[x, y]` \[m\]; `None` outside the grid.
    pub fn column_at(&self, [x, y]: [f64; 2]) -> Option<usize> {
        let column = ((x - self.corner[0]) / self.cell).floor();
        let row = ((self.corner[1] - y) / self.cell).floor();
        let within = column >= 0.0 && row >= 0.0 && column < self.columns as f64 && row < self.rows as f64;
        within.then(|| row as usize * self.columns + column as usize)
    }

    /// Centre `[x, y]` of a column \[m\].
    pub fn centre(&self, column: usize) -> [f64; 2] {
        let (row, place) = (column / self.columns, column % self.columns);
        [self.corner[0] + (place as f64 + 0.5) * self.cell, self.corner[1] - (row as f64 + 0.5) * self.cell]
    }

    /// Neighbours to the north, west, east and south, as far as the grid reaches.
    pub fn neighbours(&self, column: usize) -> impl Iterator<Item = usize> + use<> {
        let (row, place) = (column / self.columns, column % self.columns);
        let north = (row > 0).then(|| column - self.columns);
        let west = (place > 0).then(|| column - 1);
        let east = (place + 1 < self.columns).then(|| column + 1);
        let south = (row + 1 < self.rows).then(|| column + self.columns);
        [north, west, east, south].into_iter().flatten()
    }

    /// Active columns, ascending.
    pub fn active_columns(&self) -> impl Iterator<Item = usize> + '_ {
        self.active.iter().enumerate().filter(|(_, active)| **active).map(|(column, _)| column)
    }

    /// The columns whose centres surround a point, as far as the grid reaches, with their bilinear shares \[-\].
    pub fn around(&self, [x, y]: [f64; 2]) -> impl Iterator<Item = (usize, f64)> + '_ {
        let across = (x - self.corner[0]) / self.cell - 0.5;
        let down = (self.corner[1] - y) / self.cell - 0.5;
        let (left, upper) = (across.floor(), down.floor());
        let (along, below) = (across - left, down - upper);
        let corners = [
            (left, upper, (1.0 - below) * (1.0 - along)),
            (left + 1.0, upper, (1.0 - below) * along),
            (left, upper + 1.0, below * (1.0 - along)),
            (left + 1.0, upper + 1.0, below * along),
        ];
        let within = |place: f64, count: usize| place >= 0.0 && place < count as f64;
        corners
            .into_iter()
            .filter(move |(place, row, _)| within(*place, self.columns) && within(*row, self.rows))
            .map(|(place, row, share)| (row as usize * self.columns + place as usize, share))
    }

    /// The active column whose centre is nearest to a point, at most `reach` cells from the column under it; the first
    /// in order among equals.
    pub fn nearest_active(&self, position: [f64; 2], reach: usize) -> Option<usize> {
        let column = ((position[0] - self.corner[0]) / self.cell).floor();
        let row = ((self.corner[1] - position[1]) / self.cell).floor();
        if !(column.is_finite() && row.is_finite()) {
            return None;
        }
        let reach = reach as f64;
        let span = |middle: f64, count: usize| {
            let from = (middle - reach).max(0.0) as usize;
            let to = (middle + reach + 1.0).clamp(0.0, count as f64) as usize;
            from..to
        };
        let mut best: Option<(f64, usize)> = None;
        for row in span(row, self.rows) {
            for place in span(column, self.columns) {
                let candidate = row * self.columns + place;
                if self.active[candidate] {
                    let [x, y] = self.centre(candidate);
                    let distance = (x - position[0]).powi(2) + (y - position[1]).powi(2);
                    if best.is_none_or(|(least, _)| distance < least) {
                        best = Some((distance, candidate));
                    }
                }
            }
        }
        best.map(|(_, column)| column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn footprint() -> Footprint {
        let mut active = vec![true; 6];
        active[4] = false;
        Footprint {
            corner: [100.0, 40.0],
            cell: 10.0,
            rows: 2,
            columns: 3,
            active,
            represented_area: vec![100.0; 6],
        }
    }

    #[test]
    fn points_and_columns_agree() {
        let footprint = footprint();
        for column in 0..footprint.len() {
            assert_eq!(footprint.column_at(footprint.centre(column)), Some(column));
        }
        assert_eq!(footprint.column_at([99.0, 35.0]), None);
        assert_eq!(footprint.column_at([105.0, 19.0]), None);
        assert_eq!(footprint.neighbours(4).collect::<Vec<_>>(), [1, 3, 5]);
        assert_eq!(footprint.neighbours(0).collect::<Vec<_>>(), [1, 3]);
    }

    #[test]
    fn the_nearest_active_column_is_found_within_reach() {
        let footprint = footprint();
        assert_eq!(footprint.nearest_active([117.0, 25.0], 1), Some(5));
        assert_eq!(footprint.nearest_active([95.0, 35.0], 1), Some(0));
        assert_eq!(footprint.nearest_active([50.0, 35.0], 1), None);
        assert_eq!(footprint.nearest_active([f64::NAN, 35.0], 1), None);
    }
}
