//! Lines cut at the borders of cells.

use geo::{Coord, LineString};

/// A stretch of a line inside one column of the footprint, or outside all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stretch {
    /// Column; `None` where no column takes the line.
    pub(crate) column: Option<usize>,
    /// Where it begins, along the line \[m\].
    pub(crate) from: f64,
    /// Where it ends, along the line \[m\].
    pub(crate) to: f64,
}

/// Length of a line \[m\].
pub(crate) fn length(line: &LineString<f64>) -> f64 {
    line.lines().map(|part| (part.end.x - part.start.x).hypot(part.end.y - part.start.y)).sum()
}

/// Cuts a line at the borders of a square mesh with a corner and a cell size, in the line's own direction; `column` says
/// which column takes what passes a point. Consecutive parts in the same column are one stretch.
pub(crate) fn cut(
    line: &LineString<f64>,
    corner: [f64; 2],
    cell: f64,
    column: impl Fn([f64; 2]) -> Option<usize>,
) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut along = 0.0;
    let mut cuts = Vec::new();
    for part in line.lines() {
        let (start, end) = (part.start, part.end);
        let length = (end.x - start.x).hypot(end.y - start.y);
        if length == 0.0 {
            continue;
        }
        cuts.clear();
        cuts.extend([0.0, 1.0]);
        cross_lines(start.x - corner[0], end.x - corner[0], cell, &mut cuts);
        cross_lines(start.y - corner[1], end.y - corner[1], cell, &mut cuts);
        cuts.sort_unstable_by(f64::total_cmp);
        for pair in cuts.windows(2) {
            if pair[1] > pair[0] {
                let column = column(at(start, end, 0.5 * (pair[0] + pair[1])));
                let (from, to) = (along + pair[0] * length, along + pair[1] * length);
                match stretches.last_mut() {
                    Some(last) if last.column == column => last.to = to,
                    _ => stretches.push(Stretch { column, from, to }),
                }
            }
        }
        along += length;
    }
    stretches
}

/// Shares of a segment, from `start` to `end` along one axis, at which it crosses grid lines.
fn cross_lines(start: f64, end: f64, cell: f64, cuts: &mut Vec<f64>) {
    let (low, high) = (start.min(end) / cell, start.max(end) / cell);
    let mut line = low.floor() + 1.0;
    while line < high {
        cuts.push(((line * cell - start) / (end - start)).clamp(0.0, 1.0));
        line += 1.0;
    }
}

fn at(start: Coord<f64>, end: Coord<f64>, share: f64) -> [f64; 2] {
    [start.x + share * (end.x - start.x), start.y + share * (end.y - start.y)]
}

/// How far along a line the place nearest to a point is, and how far the point is from it \[m\].
pub(crate) fn nearest_along(line: &LineString<f64>, [x, y]: [f64; 2]) -> Option<(f64, f64)> {
    let mut best: Option<(f64, f64)> = None;
    let mut along = 0.0;
    for part in line.lines() {
        let (dx, dy) = (part.end.x - part.start.x, part.end.y - part.start.y);
        let length = dx.hypot(dy);
        let share = if length > 0.0 {
            (((x - part.start.x) * dx + (y - part.start.y) * dy) / (length * length)).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let distance = (x - part.start.x - share * dx).hypot(y - part.start.y - share * dy);
        if best.is_none_or(|(_, least)| distance < least) {
            best = Some((along + share * length, distance));
        }
        along += length;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_at_every_border_and_keeps_its_length() {
        let footprint = crate::Footprint {
            corner: [0.0, 40.0],
            cell: 10.0,
            rows: 4,
            columns: 4,
            active: vec![true; 16],
            represented_area: vec![100.0; 16],
        };
        let cut = |line: &LineString<f64>| {
            cut(line, footprint.corner, footprint.cell, |at| footprint.column_at(at))
        };
        let line =
            LineString::from(vec![(-5.0, 35.0), (15.0, 35.0), (18.0, 39.0), (12.0, 21.0), (40.0, 0.0)]);
        let stretches = cut(&line);
        let sum: f64 = stretches.iter().map(|part| part.to - part.from).sum();
        assert!((sum - length(&line)).abs() < 1e-9);
        assert_eq!(stretches[0].column, None);
        assert_eq!(stretches[1].column, Some(0));
        assert_eq!(stretches[2].column, Some(1));
        assert!(
            stretches.windows(2).all(|pair| pair[0].column != pair[1].column && pair[0].to == pair[1].from)
        );
        for part in stretches.iter().filter(|part| part.column.is_some()) {
            assert!(part.to - part.from <= 3.0 * 10.0 * 2f64.sqrt());
        }
        let (along, distance) = nearest_along(&line, [5.0, 30.0]).unwrap();
        assert!((along - 10.0).abs() < 1e-12 && (distance - 5.0).abs() < 1e-12);
    }
}
