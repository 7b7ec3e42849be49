//! Sampling of surfaces and areas.
//!
//! Shares of area are counted on a [`Lattice`] of points that is as fine on a coarse grid as on a fine one, so that what
//! is summed over an area hardly depends on the cell size.

use geo::{Coord, LineString, MultiPolygon};

use crate::Raster;

/// The lattice is refined until its spacing is at most this \[m\].
const FINEST_SPACING: f64 = 62.5;
/// Fewest and most lattice points along the side of a cell.
const POINTS_ALONG_A_SIDE: (usize, usize) = (4, 64);

impl Raster {
    /// Value at a point `[x, y]`: bilinear between the centres around it, of which unknown ones are left out; constant
    /// over the outer half cell. NaN where the point is outside or all around it is unknown.
    pub fn sample(&self, [x, y]: [f64; 2]) -> f64 {
        let (rows, columns) = self.values.dim();
        let across = (x - self.corner[0]) / self.cell;
        let down = (self.corner[1] - y) / self.cell;
        let inside = across >= 0.0 && down >= 0.0 && across <= columns as f64 && down <= rows as f64;
        if !inside || rows == 0 || columns == 0 {
            return f64::NAN;
        }
        let (left, right, along) = between(across - 0.5, columns);
        let (upper, lower, below) = between(down - 0.5, rows);
        let corners = [
            (self.values[[upper, left]], (1.0 - below) * (1.0 - along)),
            (self.values[[upper, right]], (1.0 - below) * along),
            (self.values[[lower, left]], below * (1.0 - along)),
            (self.values[[lower, right]], below * along),
        ];
        let (mut sum, mut weight) = (0.0, 0.0);
        for (value, share) in corners {
            if share > 0.0 && !value.is_nan() {
                sum += share * value;
                weight += share;
            }
        }
        if weight > 0.0 { sum / weight } else { f64::NAN }
    }
}

/// The two centres around a place counted in cells, and how far it is from the first towards the second \[-\].
fn between(place: f64, count: usize) -> (usize, usize, f64) {
    let held = place.clamp(0.0, (count - 1) as f64);
    let first = held as usize;
    (first, (first + 1).min(count - 1), held - first as f64)
}

/// A regular lattice of points over the whole grid, `per_side`² of them in every cell.
#[derive(Clone, Debug)]
pub(crate) struct Lattice {
    corner: [f64; 2],
    /// Distance between points \[m\].
    pub(crate) spacing: f64,
    /// Points along the side of a cell.
    pub(crate) per_side: usize,
    /// Points from north to south.
    pub(crate) rows: usize,
    /// Points from west to east.
    pub(crate) columns: usize,
}

impl Lattice {
    /// The lattice of a grid with this north-west corner, cell size, rows and columns.
    pub(crate) fn new(corner: [f64; 2], cell: f64, rows: usize, columns: usize) -> Self {
        let wanted = (cell / FINEST_SPACING).ceil() as usize;
        let per_side = wanted.clamp(POINTS_ALONG_A_SIDE.0, POINTS_ALONG_A_SIDE.1);
        Self {
            corner,
            spacing: cell / per_side as f64,
            per_side,
            rows: rows * per_side,
            columns: columns * per_side,
        }
    }

    /// Number of points.
    pub(crate) fn len(&self) -> usize {
        self.rows * self.columns
    }

    /// Area that a point stands for \[m²\].
    pub(crate) fn point_area(&self) -> f64 {
        self.spacing * self.spacing
    }

    /// The column of the grid in which a point lies.
    pub(crate) fn column_of(&self, point: usize) -> usize {
        let (row, place) = (point / self.columns, point % self.columns);
        row / self.per_side * (self.columns / self.per_side) + place / self.per_side
    }

    /// Position of a point \[m\].
    #[cfg(test)]
    pub(crate) fn position(&self, point: usize) -> [f64; 2] {
        let (row, place) = (point / self.columns, point % self.columns);
        [
            self.corner[0] + (place as f64 + 0.5) * self.spacing,
            self.corner[1] - (row as f64 + 0.5) * self.spacing,
        ]
    }

    /// The points of a column of the grid, from north-west to south-east.
    pub(crate) fn points_of(&self, column: usize) -> impl Iterator<Item = usize> + use<> {
        let across = self.columns / self.per_side;
        let first = column / across * self.per_side * self.columns + column % across * self.per_side;
        let (side, stride) = (self.per_side, self.columns);
        (0..side).flat_map(move |row| (first + row * stride)..(first + row * stride + side))
    }

    /// The point nearest to a position; `None` outside the lattice.
    pub(crate) fn point_at(&self, [x, y]: [f64; 2]) -> Option<usize> {
        let place = ((x - self.corner[0]) / self.spacing).floor();
        let row = ((self.corner[1] - y) / self.spacing).floor();
        let within = place >= 0.0 && row >= 0.0 && place < self.columns as f64 && row < self.rows as f64;
        within.then(|| row as usize * self.columns + place as usize)
    }

    /// Visits every point inside an area, polygon by polygon, by the even–odd rule.
    pub(crate) fn cover(&self, area: &MultiPolygon<f64>, mut visit: impl FnMut(usize)) {
        let mut crossings = Vec::new();
        for polygon in area {
            crossings.clear();
            self.cross(polygon.exterior(), &mut crossings);
            for ring in polygon.interiors() {
                self.cross(ring, &mut crossings);
            }
            crossings.sort_unstable_by(|a: &(usize, f64), b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            for pair in crossings.chunks_exact(2) {
                let row = pair[0].0;
                for place in self.first_at_or_after(pair[0].1)..self.first_at_or_after(pair[1].1) {
                    visit(row * self.columns + place);
                }
            }
        }
    }

    /// Visits every point within a distance \[m\] of a position.
    pub(crate) fn cover_disc(&self, [x, y]: [f64; 2], radius: f64, mut visit: impl FnMut(usize)) {
        let from = self.first_row_at_or_below(y + radius);
        let to = self.first_row_at_or_below(y - radius);
        for row in from..to {
            let height = self.corner[1] - (row as f64 + 0.5) * self.spacing - y;
            let half = (radius * radius - height * height).max(0.0).sqrt();
            for place in self.first_at_or_after(x - half)..self.first_at_or_after(x + half) {
                visit(row * self.columns + place);
            }
        }
    }

    /// Where a ring crosses the rows of points: (row, x).
    fn cross(&self, ring: &LineString<f64>, crossings: &mut Vec<(usize, f64)>) {
        for edge in ring.lines() {
            let (upper, lower) =
                if edge.start.y >= edge.end.y { (edge.start, edge.end) } else { (edge.end, edge.start) };
            let rows = self.first_row_at_or_below(upper.y)..self.first_row_at_or_below(lower.y);
            for row in rows {
                let y = self.corner[1] - (row as f64 + 0.5) * self.spacing;
                let share = (upper.y - y) / (upper.y - lower.y);
                crossings.push((row, upper.x + share * (lower.x - upper.x)));
            }
        }
    }

    fn first_at_or_after(&self, x: f64) -> usize {
        let place = ((x - self.corner[0]) / self.spacing - 0.5).ceil();
        place.clamp(0.0, self.columns as f64) as usize
    }

    fn first_row_at_or_below(&self, y: f64) -> usize {
        let row = ((self.corner[1] - y) / self.spacing - 0.5).ceil();
        row.clamp(0.0, self.rows as f64) as usize
    }
}

/// Whether a position lies inside an area, by the even–odd rule in each polygon.
pub(crate) fn contains(area: &MultiPolygon<f64>, [x, y]: [f64; 2]) -> bool {
    let crossed = |ring: &LineString<f64>| {
        let beyond = |a: Coord<f64>, b: Coord<f64>| {
            (a.y > y) != (b.y > y) && x < a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x)
        };
        ring.lines().filter(|edge| beyond(edge.start, edge.end)).count()
    };
    area.iter().any(|polygon| {
        let count = crossed(polygon.exterior()) + polygon.interiors().iter().map(crossed).sum::<usize>();
        count % 2 == 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::{figure, square};
    use geo::{LineString, Polygon};
    use ndarray::array;

    fn raster() -> Raster {
        Raster {
            corner: [0.0, 20.0],
            cell: 10.0,
            values: array![[1.0, 3.0], [5.0, f64::NAN]],
            provenance: figure(1.0),
        }
    }

    #[test]
    fn a_raster_is_bilinear_between_its_centres() {
        assert_eq!(raster().sample([5.0, 15.0]), 1.0);
        assert_eq!(raster().sample([10.0, 15.0]), 2.0);
        assert_eq!(raster().sample([5.0, 10.0]), 3.0);
        assert_eq!(raster().sample([0.0, 20.0]), 1.0);
        assert!(raster().sample([-0.1, 10.0]).is_nan());
        assert!(raster().sample([15.0, 5.0]).is_nan());
        assert_eq!(raster().sample([10.0, 10.0]), 3.0);
    }

    #[test]
    fn points_are_counted_by_area_and_holes_are_left_out() {
        let lattice = Lattice::new([0.0, 2000.0], 500.0, 4, 6);
        assert_eq!(lattice.per_side, 8);
        let with_hole = MultiPolygon(vec![Polygon::new(
            square([100.0, 100.0], [2100.0, 1900.0]).0[0].exterior().clone(),
            vec![LineString::from(vec![(500.0, 500.0), (1000.0, 500.0), (1000.0, 1000.0), (500.0, 1000.0)])],
        )]);
        let mut count = 0;
        lattice.cover(&with_hole, |point| {
            count += 1;
            assert!(contains(&with_hole, lattice.position(point)));
        });
        let area = count as f64 * lattice.point_area();
        assert!((area - (2000.0 * 1800.0 - 250_000.0)).abs() < 0.03 * 3.35e6, "{area}");
        for point in [0, 77, 1535] {
            assert_eq!(lattice.point_at(lattice.position(point)), Some(point));
            assert!(lattice.points_of(lattice.column_of(point)).any(|own| own == point));
        }
    }

    #[test]
    fn a_disc_covers_its_area() {
        let lattice = Lattice::new([0.0, 8000.0], 1000.0, 8, 8);
        let mut count = 0;
        lattice.cover_disc([4000.0, 3000.0], 1500.0, |_| count += 1);
        let area = f64::from(count) * lattice.point_area();
        let exact = std::f64::consts::PI * 1500.0 * 1500.0;
        assert!((area / exact - 1.0).abs() < 0.01, "{}", area / exact);
    }
}
