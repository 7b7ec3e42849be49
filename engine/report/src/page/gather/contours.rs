//! Contours of heads and of their differences, as paths on the map.

use std::fmt::Write;

use contour::ContourBuilder;
use geo::{LineString, Simplify};
use ndarray::Array2;

/// Where a value far below every level stands for a cell without a head.
const NOTHING: f64 = -1e30;
/// Heads of cells that are drawn for every contour: beyond, the field is sampled more coarsely \[-\].
const MOST_ACROSS: usize = 150;

/// From the basin's metres to the map's own units, y down.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Projection {
    /// Westernmost and northernmost \[m\].
    pub(crate) corner: [f64; 2],
    /// Units of the map for a metre.
    pub(crate) scale: f64,
}

impl Projection {
    /// A place on the map.
    pub(crate) fn place(self, x: f64, y: f64) -> [f64; 2] {
        [(x - self.corner[0]) * self.scale, (self.corner[1] - y) * self.scale]
    }
}

/// A field of values on the grid's cells, y from north to south; NaN where there is none.
pub(crate) struct Field {
    values: Array2<f64>,
    /// First column's and row's centre \[m\].
    origin: [f64; 2],
    /// Distance of columns and of rows, the latter negative \[m\].
    step: [f64; 2],
}

impl Field {
    /// A field from values and the centres of rows and columns; `None` where the grid has no extent.
    pub(crate) fn new(values: &Array2<f64>, y: &[f64], x: &[f64]) -> Option<Self> {
        let across = x.len().max(y.len());
        let every = across.div_ceil(MOST_ACROSS).max(1);
        let (rows, columns) = (y.len().div_ceil(every), x.len().div_ceil(every));
        if rows < 2 || columns < 2 || values.dim() != (y.len(), x.len()) {
            return None;
        }
        let sampled =
            Array2::from_shape_fn((rows, columns), |(row, column)| values[[row * every, column * every]]);
        let step = [x[every] - x[0], y[every] - y[0]];
        Some(Self { values: sampled, origin: [x[0], y[0]], step })
    }

    /// Least and greatest value.
    pub(crate) fn range(&self) -> Option<(f64, f64)> {
        let mut finite = self.values.iter().copied().filter(|value| value.is_finite());
        let first = finite.next()?;
        Some(finite.fold((first, first), |(low, high), value| (low.min(value), high.max(value))))
    }

    /// Contours in columns and rows: which side of a ring is inside follows from its turn, which a step down would reverse.
    fn builder(&self) -> ContourBuilder {
        let (rows, columns) = self.values.dim();
        ContourBuilder::new(columns, rows, true)
    }

    /// A point of a contour on the map; the centre of the first cell is half a cell from the corner.
    fn place(&self, x: f64, y: f64, map: Projection) -> [f64; 2] {
        map.place(self.origin[0] + (x - 0.5) * self.step[0], self.origin[1] + (y - 0.5) * self.step[1])
    }

    /// The lines at a level as SVG path data, and the middle of the longest for its label. They end where the field ends.
    pub(crate) fn lines(&self, level: f64, map: Projection) -> Option<(String, [f64; 2])> {
        let values: Vec<f64> = self.values.iter().copied().collect();
        let (rows, columns) = self.values.dim();
        // Contours are found as rings, which close along the edge of the grid: there is nothing to draw.
        let inside = |x: f64, y: f64| x > 0.0 && x < columns as f64 && y > 0.0 && y < rows as f64;
        let found = self.builder().lines(&values, &[level]).ok()?;
        let mut data = String::new();
        let mut longest: (usize, [f64; 2]) = (0, [0.0; 2]);
        for line in found.iter().flat_map(|line| &line.geometry().0) {
            // Beside a cell without a head a vertex has no place: the ring is cut there.
            for part in line.0.split(|point| !inside(point.x, point.y)) {
                if part.len() < 2 {
                    continue;
                }
                let placed = part.iter().map(|point| self.place(point.x, point.y, map));
                let line: LineString<f64> = placed.map(|[x, y]| (x, y)).collect();
                let line = line.simplify(0.8);
                if part.len() > longest.0 {
                    let middle = part[part.len() / 2];
                    longest = (part.len(), self.place(middle.x, middle.y, map));
                }
                write_path(&mut data, line.0.iter().map(|point| [point.x, point.y]), false);
            }
        }
        (!data.is_empty()).then_some((data, longest.1))
    }

    /// The area above a level as SVG path data.
    pub(crate) fn above(&self, level: f64, map: Projection) -> Option<String> {
        let values: Vec<f64> =
            self.values.iter().map(|value| if value.is_finite() { *value } else { NOTHING }).collect();
        let found = self.builder().contours(&values, &[level]).ok()?;
        let mut data = String::new();
        for polygon in found.iter().flat_map(|contour| &contour.geometry().0) {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                let placed = ring.0.iter().map(|point| self.place(point.x, point.y, map));
                let line: LineString<f64> = placed.map(|[x, y]| (x, y)).collect();
                write_path(&mut data, line.simplify(0.8).0.iter().map(|point| [point.x, point.y]), true);
            }
        }
        (!data.is_empty()).then_some(data)
    }

    /// The other sign of this field.
    pub(crate) fn negative(&self) -> Self {
        Self { values: -&self.values, origin: self.origin, step: self.step }
    }
}

/// Appends a path on whole units, as short as SVG lets it be: one `l` for all steps, a minus parts numbers by itself.
pub(crate) fn write_path(data: &mut String, points: impl Iterator<Item = [f64; 2]>, closed: bool) {
    let mut last: Option<(i64, i64)> = None;
    let mut stepped = false;
    for [x, y] in points {
        let at = (x.round() as i64, y.round() as i64);
        match last {
            None => {
                let _ = write!(data, "M{} {}", at.0, at.1);
            }
            Some(before) if before == at => continue,
            Some(before) => {
                write_step(data, &mut stepped, at.0 - before.0, at.1 - before.1);
            }
        }
        last = Some(at);
    }
    if closed && last.is_some() {
        data.push('z');
    }
}

/// Appends a step to a path's data.
fn write_step(data: &mut String, stepped: &mut bool, dx: i64, dy: i64) {
    let lead = match (*stepped, dx < 0) {
        (false, _) => "l",
        (true, true) => "",
        (true, false) => " ",
    };
    let between = if dy < 0 { "" } else { " " };
    let _ = write!(data, "{lead}{dx}{between}{dy}");
    *stepped = true;
}

/// A step of 1, 2 or 5 times a power of ten that divides a span into about so many.
pub(crate) fn nice_step(span: f64, parts: f64) -> f64 {
    let raw = (span / parts).max(1e-6);
    let power = 10f64.powf(raw.log10().floor());
    let lead = raw / power;
    power
        * if lead < 1.5 {
            1.0
        } else if lead < 3.5 {
            2.0
        } else if lead < 7.5 {
            5.0
        } else {
            10.0
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One unit of the map for a metre, so that the cell of row `r` and column `c` has its centre at `(100 c, 100 r)`.
    const MAP: Projection = Projection { corner: [0.0, 0.0], scale: 1.0 };

    fn field(side: usize, value: impl Fn(usize, usize) -> f64) -> Field {
        let values = Array2::from_shape_fn((side, side), |(row, column)| value(row, column));
        let x: Vec<f64> = (0..side).map(|column| 100.0 * column as f64).collect();
        let y: Vec<f64> = (0..side).map(|row| -100.0 * row as f64).collect();
        Field::new(&values, &y, &x).unwrap()
    }

    /// Points of the pieces of a path.
    fn pieces(data: &str) -> Vec<Vec<[f64; 2]>> {
        let mut all: Vec<Vec<[f64; 2]>> = Vec::new();
        let spaced = data.replace('M', " M ").replace('l', " l ").replace('z', " ").replace('-', " -");
        let (mut order, mut numbers) = ("M", Vec::new());
        for word in spaced.split_whitespace() {
            match word.parse::<f64>() {
                Ok(number) => numbers.push(number),
                Err(_) => order = if word == "M" { "M" } else { "l" },
            }
            if let [x, y] = numbers[..] {
                numbers.clear();
                match (order, all.last_mut()) {
                    ("l", Some(piece)) => {
                        let last = piece[piece.len() - 1];
                        piece.push([last[0] + x, last[1] + y]);
                    }
                    _ => all.push(vec![[x, y]]),
                }
            }
        }
        all
    }

    /// Points along the pieces, a metre apart.
    fn along(data: &str) -> Vec<[f64; 2]> {
        let mut all = Vec::new();
        for piece in pieces(data) {
            for pair in piece.windows(2) {
                let (dx, dy) = (pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]);
                let steps = dx.hypot(dy).ceil().max(1.0);
                let at = |step: f64| [pair[0][0] + dx * step / steps, pair[0][1] + dy * step / steps];
                all.extend((0..=steps as usize).map(|step| at(step as f64)));
            }
        }
        all
    }

    #[test]
    fn a_contour_lies_where_its_value_is_and_not_along_the_edge_of_the_grid() {
        // A plane that rises to the east, cells to the very edge: its contour is one straight line from north to south.
        let plane = field(21, |_, column| column as f64);
        let (data, at) = plane.lines(9.5, MAP).unwrap();
        let points = along(&data);
        assert!(points.iter().all(|[x, _]| (x - 950.0).abs() <= 1.0), "{data}");
        let ends =
            points.iter().fold((f64::MAX, f64::MIN), |(low, high), [_, y]| (low.min(*y), high.max(*y)));
        assert!(ends.0 <= 51.0 && ends.1 >= 1949.0, "it reaches both edges: {ends:?}");
        assert!((at[0] - 950.0).abs() <= 1.0, "its number stands on it: {at:?}");
    }

    #[test]
    fn no_contour_is_drawn_through_or_along_cells_without_a_head() {
        // Cells in a disc in the middle, and outside a larger one, have no head.
        let reach = |row: usize, column: usize| (row as f64 - 20.0).hypot(column as f64 - 20.0);
        let holds = move |row: usize, column: usize| (6.0..=18.0).contains(&reach(row, column));
        let bowl = field(
            41,
            |row, column| {
                if holds(row, column) { column as f64 + 0.3 * row as f64 } else { f64::NAN }
            },
        );
        let mut seen = 0;
        for level in [8.5, 14.0, 20.0, 26.3, 33.1] {
            let Some((data, _)) = bowl.lines(level, MAP) else { continue };
            for [x, y] in along(&data) {
                seen += 1;
                let (column, row) = (x / 100.0, y / 100.0);
                let corners = [(row.floor(), column.floor()), (row.ceil(), column.ceil())];
                let near = |row: f64, column: f64| holds(row.max(0.0) as usize, column.max(0.0) as usize);
                assert!(
                    corners.iter().any(|(row, column)| near(*row, *column)),
                    "at row {row:.2}, column {column:.2} there is no head; level {level}"
                );
                assert!(
                    (column + 0.3 * row - level).abs() < 0.35,
                    "at row {row:.2}, column {column:.2} the head is {:.2}, not {level}",
                    column + 0.3 * row
                );
            }
        }
        assert!(seen > 1000, "contours are drawn at all: {seen} points");
    }

    #[test]
    fn a_shade_covers_what_is_above_and_no_cell_without_a_head() {
        let hill = field(31, |row, column| {
            let reach = (row as f64 - 15.0).hypot(column as f64 - 15.0);
            if column > 15 { f64::NAN } else { 10.0 - reach }
        });
        let data = hill.above(5.0, MAP).unwrap();
        let points = along(&data);
        assert!(points.iter().all(|[x, _]| *x <= 1501.0), "beyond column 15 there is no head: {data}");
        assert!(
            points.iter().any(|[x, _]| (*x - 1000.0).abs() < 12.0),
            "it reaches 5 cells to the west: {data}"
        );
        assert!(hill.above(11.0, MAP).is_none() && hill.negative().above(5.0, MAP).is_some());
    }
}
