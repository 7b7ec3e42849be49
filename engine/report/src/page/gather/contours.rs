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
        let found = self.builder().lines(&values, &[level]).ok()?;
        let mut data = String::new();
        let mut longest: (usize, [f64; 2]) = (0, [0.0; 2]);
        for line in found.iter().flat_map(|line| &line.geometry().0) {
            // Beside a cell without a head a vertex has no place: the ring is cut there.
            for part in line.0.split(|point| !(point.x.is_finite() && point.y.is_finite())) {
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

/// Appends a path on whole units.
pub(crate) fn write_path(data: &mut String, points: impl Iterator<Item = [f64; 2]>, closed: bool) {
    let mut last: Option<(i64, i64)> = None;
    for [x, y] in points {
        let at = (x.round() as i64, y.round() as i64);
        let _ = match last {
            None => write!(data, "M{} {}", at.0, at.1),
            Some(before) if before == at => continue,
            Some(before) => write!(data, "l{} {}", at.0 - before.0, at.1 - before.1),
        };
        last = Some(at);
    }
    if closed && last.is_some() {
        data.push('z');
    }
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
