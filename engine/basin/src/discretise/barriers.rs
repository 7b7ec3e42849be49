//! Faults as barriers on cell faces.
//!
//! A face is barred where the line between the two cells' centres crosses the fault an odd number of times. So every path
//! through cell centres from one side of a fault to the other crosses a barred face: a fault has no leaks, whatever its
//! direction. Crossings are decided by exact predicates with centres on the fault moved aside by the same infinitesimal
//! step for all faces.

use std::collections::BTreeMap;

use geo::kernels::{Kernel, Orientation, RobustKernel};
use geo::{Coord, CoordsIter};
use quanyu_flow::{Barrier, CellKind};

use super::context::Context;
use super::log::Log;
use crate::{FaultKind, FaultLine, Footprint};

/// Barriers of all faults, by cell.
///
/// A fault that crosses the mesh askew bars a staircase longer than itself. The characteristic of each face is therefore
/// that of the fault times the share of the fault's normal across the face, |n·e|: the staircase then passes as much as
/// the straight fault would. Faults on the same face act in series: 1/c = Σ 1/cᵢ.
pub(crate) fn barriers(context: &Context<'_>, log: &mut Log) -> Vec<Barrier> {
    let mut faces: BTreeMap<(usize, usize), Barrier> = BTreeMap::new();
    for fault in &context.basin.faults {
        let what = format!("characteristic of the fault {}", fault.id);
        let sound = log.not_negative(&fault.characteristic, &what) & is_line(fault, log);
        let layers: Vec<usize> =
            fault.layers.iter().filter_map(|id| context.layer(id, fault.origin, log)).collect();
        if !sound {
            continue;
        }
        let crossed = crossed_faces(fault, &context.domain.footprint);
        if crossed.is_empty() {
            log.note(
                fault.origin,
                format!("The fault {} crosses no face between cells of the grid.", fault.id),
            );
        }
        for ((first, second), across) in crossed {
            for &layer in &layers {
                let (cell_a, cell_b) = (context.cell(first, layer), context.cell(second, layer));
                if [cell_a, cell_b].iter().any(|cell| context.grid.kind[*cell] != CellKind::Active) {
                    continue;
                }
                let own = fault.characteristic.value * across;
                faces
                    .entry((cell_a, cell_b))
                    .and_modify(|barrier| {
                        let other = barrier.hydraulic_characteristic;
                        let sum = other + own;
                        barrier.hydraulic_characteristic = if sum > 0.0 { other * own / sum } else { 0.0 };
                    })
                    .or_insert(Barrier {
                        cell_a,
                        cell_b,
                        hydraulic_characteristic: own,
                        origin: fault.origin,
                    });
            }
        }
    }
    faces.into_values().collect()
}

fn is_line(fault: &FaultLine, log: &mut Log) -> bool {
    let sound =
        fault.line.0.len() > 1 && fault.line.coords_iter().all(|at| at.x.is_finite() && at.y.is_finite());
    if !sound {
        log.fault(
            fault.origin,
            FaultKind::BadGeometry,
            [
                "The trace of the fault is not a line of numbers.".into(),
                fault.id.clone(),
                "at least two points in metres".into(),
                "Correct the trace.".into(),
            ],
        );
    }
    sound
}

/// Faces between active columns that a fault bars, each with the share of the fault's normal across it.
fn crossed_faces(fault: &FaultLine, footprint: &Footprint) -> BTreeMap<(usize, usize), f64> {
    let trace = carried_to_the_edge(&fault.line.0, footprint);
    let mut odd: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for pair in trace.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let length = (to.x - from.x).hypot(to.y - from.y);
        if length == 0.0 {
            continue;
        }
        let place = |x: f64| (x - footprint.corner[0]) / footprint.cell;
        let row = |y: f64| (footprint.corner[1] - y) / footprint.cell;
        let places = span(place(from.x), place(to.x), footprint.columns);
        let rows = span(row(from.y), row(to.y), footprint.rows);
        for column in rows.flat_map(|row| places.clone().map(move |place| row * footprint.columns + place)) {
            let east = ((column + 1) % footprint.columns != 0).then_some(column + 1);
            let south = (column + footprint.columns < footprint.len()).then_some(column + footprint.columns);
            for (beside, across) in [(east, (to.y - from.y).abs()), (south, (to.x - from.x).abs())] {
                let Some(beside) =
                    beside.filter(|beside| footprint.active[column] && footprint.active[*beside])
                else {
                    continue;
                };
                if crosses(from, to, footprint.centre(column), footprint.centre(beside))
                    && odd.remove(&(column, beside)).is_none()
                {
                    odd.insert((column, beside), across / length);
                }
            }
        }
    }
    odd
}

/// Cells whose centre links can be touched by a segment between two places.
fn span(one: f64, other: f64, count: usize) -> std::ops::Range<usize> {
    let from = (one.min(other) - 2.0).floor().clamp(0.0, count as f64) as usize;
    let to = (one.max(other) + 2.0).ceil().clamp(0.0, count as f64) as usize;
    from..to
}

/// Whether the segment from `from` to `to` crosses the link between two neighbouring centres.
fn crosses(from: Coord<f64>, to: Coord<f64>, centre: [f64; 2], beside: [f64; 2]) -> bool {
    // The link is held against the segment's ends first: a link between points moved by (ε, δ), δ ≪ ε, separates them
    // where one lies beyond its line and the other does not.
    let along_row = centre[1] == beside[1];
    let separated = if along_row {
        (from.y > centre[1]) != (to.y > centre[1])
    } else {
        (from.x > centre[0]) != (to.x > centre[0])
    };
    separated && side(from, to, centre) != side(from, to, beside)
}

/// On which side of the segment a centre lies, moved by (ε, δ) with 0 < δ ≪ ε where it lies on it.
fn side(from: Coord<f64>, to: Coord<f64>, [x, y]: [f64; 2]) -> bool {
    match <RobustKernel as Kernel<f64>>::orient2d(from, to, Coord { x, y }) {
        Orientation::CounterClockwise => true,
        Orientation::Clockwise => false,
        Orientation::Collinear if to.y == from.y => to.x > from.x,
        Orientation::Collinear => to.y < from.y,
    }
}

/// The trace, each end carried on straight by two cells where that leads out of the active columns within one cell: a fault
/// drawn to the boundary of the basin must not leave a gap beside cells that the boundary cuts.
fn carried_to_the_edge(trace: &[Coord<f64>], footprint: &Footprint) -> Vec<Coord<f64>> {
    let mut carried = trace.to_vec();
    let outside =
        |at: Coord<f64>| footprint.column_at([at.x, at.y]).is_none_or(|column| !footprint.active[column]);
    for _ in 0..2 {
        carried.reverse();
        let Some(&end) = carried.last() else { return carried };
        let Some(&inner) = carried.iter().rev().find(|at| **at != end) else { return carried };
        let length = (end.x - inner.x).hypot(end.y - inner.y);
        let beyond = |cells: f64| {
            let share = cells * footprint.cell / length;
            Coord { x: end.x + share * (end.x - inner.x), y: end.y + share * (end.y - inner.y) }
        };
        if outside(end) || outside(beyond(1.0)) {
            carried.push(beyond(2.0));
        }
    }
    carried
}

#[cfg(test)]
mod tests {
    use super::*;

    const CENTRES: f64 = 10.0;

    fn barred(trace: &[(f64, f64)]) -> Vec<(usize, usize)> {
        let (rows, columns) = (12, 12);
        let footprint = Footprint {
            corner: [0.0, CENTRES * rows as f64],
            cell: CENTRES,
            rows,
            columns,
            active: vec![true; rows * columns],
            represented_area: vec![CENTRES * CENTRES; rows * columns],
        };
        let line = geo::LineString::from(trace.to_vec());
        let fault = crate::synthetic::fault_line("f", line, &[], 1e-4);
        crossed_faces(&fault, &footprint).into_keys().collect()
    }

    /// Number of columns reached from the north-west one without crossing a barred face.
    fn reached(barred: &[(usize, usize)]) -> usize {
        let footprint = Footprint {
            corner: [0.0, 120.0],
            cell: CENTRES,
            rows: 12,
            columns: 12,
            active: vec![true; 144],
            represented_area: vec![100.0; 144],
        };
        let (mut seen, mut open) = (vec![false; 144], vec![0]);
        seen[0] = true;
        while let Some(column) = open.pop() {
            for beside in footprint.neighbours(column) {
                let face = (column.min(beside), column.max(beside));
                if !seen[beside] && !barred.contains(&face) {
                    seen[beside] = true;
                    open.push(beside);
                }
            }
        }
        seen.iter().filter(|seen| **seen).count()
    }

    #[test]
    fn a_fault_from_edge_to_edge_has_no_leak_in_any_direction() {
        // Through centres, along centre lines, along faces, zigzag, and any slope.
        let traces: [&[(f64, f64)]; 7] = [
            &[(0.0, 0.0), (120.0, 120.0)],
            &[(120.0, 5.0), (5.0, 120.0)],
            &[(0.0, 55.0), (120.0, 55.0)],
            &[(55.0, 0.0), (55.0, 120.0)],
            &[(60.0, 0.0), (60.0, 120.0)],
            &[
                (0.0, 65.0),
                (25.0, 45.0),
                (25.0, 75.0),
                (45.0, 75.0),
                (45.0, 45.0),
                (85.0, 65.0),
                (120.0, 65.0),
            ],
            &[(3.0, 0.0), (117.0, 120.0)],
        ];
        for trace in traces {
            let parted = reached(&barred(trace));
            assert!((1..144).contains(&parted), "{trace:?} leaks: {parted} columns reached");
        }
        for step in 0..200 {
            let angle = f64::from(step) * 0.0157;
            let (dx, dy) = (90.0 * angle.cos(), 90.0 * angle.sin());
            let parted = reached(&barred(&[(60.0 - dx, 60.0 - dy), (60.0 + dx, 60.0 + dy)]));
            assert!((1..144).contains(&parted), "angle {angle} leaks");
        }
    }

    #[test]
    fn a_fault_drawn_nearly_to_the_edge_leaves_no_gap_beside_it() {
        // Neither end reaches the outermost centres, at 5 and 115.
        assert!((1..144).contains(&reached(&barred(&[(7.0, 61.0), (113.0, 58.0)]))));
    }

    #[test]
    fn a_fault_that_ends_inside_can_be_walked_around() {
        assert_eq!(reached(&barred(&[(0.0, 0.0), (70.0, 70.0)])), 144);
    }

    #[test]
    fn the_staircase_passes_as_much_as_the_straight_fault() {
        let line = geo::LineString::from(vec![(0.0, 13.0), (120.0, 87.0)]);
        let fault = crate::synthetic::fault_line("f", line, &[], 1e-4);
        let footprint = Footprint {
            corner: [0.0, 120.0],
            cell: CENTRES,
            rows: 12,
            columns: 12,
            active: vec![true; 144],
            represented_area: vec![100.0; 144],
        };
        let passed: f64 = crossed_faces(&fault, &footprint).values().map(|share| share * CENTRES).sum();
        let length = 120f64.hypot(74.0);
        assert!((passed / length - 1.0).abs() < 0.08, "{passed} against {length}");
    }
}
