//! Which columns belong to the aquifer, and which column stands for which point of the spring basins.

use geo::{CoordsIter, LineString, MultiPolygon};

use super::course::{self, Stretch};
use super::log::Log;
use crate::sampling::Lattice;
use crate::{Basin, FaultKind, Footprint, GridSpec, Origin};

/// No column.
const NOWHERE: usize = usize::MAX;
/// How far slivers of an outline are carried to an active column, in cells.
const REACH: usize = 3;
/// Most columns of a grid.
const MOST_COLUMNS: f64 = 4e6;
/// Label of lattice points outside every outline.
const OUTSIDE: u8 = u8::MAX;
/// Label of lattice points that no column stands for.
const NO_COLUMN: u32 = u32::MAX;

/// The footprint, and the lattice of points by which areas are shared out.
#[derive(Debug)]
pub(crate) struct Domain {
    pub(crate) footprint: Footprint,
    pub(crate) lattice: Lattice,
    /// Outline of each lattice point, or [`OUTSIDE`].
    outline: Vec<u8>,
    /// Column that stands for each lattice point, or [`NO_COLUMN`].
    stands_for: Vec<u32>,
}

impl Domain {
    /// The active column that stands for a lattice point; `None` outside the outlines.
    pub(crate) fn column_for(&self, point: usize) -> Option<usize> {
        let column = self.stands_for[point];
        (column != NO_COLUMN).then_some(column as usize)
    }

    /// The outline in which a lattice point lies.
    pub(crate) fn outline_of(&self, point: usize) -> Option<usize> {
        (self.outline[point] != OUTSIDE).then_some(self.outline[point] as usize)
    }

    /// The active column that stands for a position: its own, or the one that took over its sliver of an outline.
    pub(crate) fn column_at(&self, position: [f64; 2]) -> Option<usize> {
        let own = self.footprint.column_at(position)?;
        if self.footprint.active[own] {
            return Some(own);
        }
        self.lattice.point_at(position).and_then(|point| self.column_for(point))
    }

    /// Cuts a line where another column begins to stand for it; no column outside the outlines.
    pub(crate) fn cut(&self, line: &LineString<f64>) -> Vec<Stretch> {
        let column = |at| self.lattice.point_at(at).and_then(|point| self.column_for(point));
        course::cut(line, self.footprint.corner, self.lattice.spacing, column)
    }

    /// How much of an area \[m²\] each column stands for, where `wanted` holds for the point; ascending, without zeros.
    pub(crate) fn areas(
        &self,
        area: &MultiPolygon<f64>,
        wanted: impl Fn(usize) -> bool,
    ) -> Vec<(usize, f64)> {
        let mut count = vec![0u32; self.footprint.len()];
        self.lattice.cover(area, |point| {
            if wanted(point)
                && let Some(column) = self.column_for(point)
            {
                count[column] += 1;
            }
        });
        self.counted(&count)
    }

    /// Counts of lattice points as areas \[m²\]; ascending, without zeros.
    pub(crate) fn counted(&self, count: &[u32]) -> Vec<(usize, f64)> {
        let point_area = self.lattice.point_area();
        let counted = count.iter().enumerate().filter(|(_, count)| **count > 0);
        counted.map(|(column, count)| (column, f64::from(*count) * point_area)).collect()
    }
}

/// Lays the grid over the union of the outlines.
pub(crate) fn lay_out(basin: &Basin, spec: &GridSpec, log: &mut Log) -> Option<Domain> {
    let (corner, rows, columns) = extent(basin, spec, log)?;
    let lattice = Lattice::new(corner, spec.cell, rows, columns);
    let mut outline = vec![OUTSIDE; lattice.len()];
    for (number, area) in basin.outlines.iter().enumerate() {
        lattice.cover(&area.polygon, |point| {
            if outline[point] == OUTSIDE {
                outline[point] = number as u8;
            }
        });
    }
    let mut covered = vec![0usize; rows * columns];
    for (point, label) in outline.iter().enumerate() {
        covered[lattice.column_of(point)] += usize::from(*label != OUTSIDE);
    }
    let half = lattice.per_side * lattice.per_side;
    let active = covered.iter().map(|count| 2 * count >= half).collect();
    let mut footprint = Footprint {
        corner,
        cell: spec.cell,
        rows,
        columns,
        active,
        represented_area: vec![0.0; rows * columns],
    };
    let kept = hold_springs(basin, &mut footprint, &covered, log);
    remove_islands(&mut footprint, log);
    for (spring, column) in kept {
        if !footprint.active[column] {
            log.fault(
                basin.springs[spring].origin,
                FaultKind::NotTied,
                [
                    "The spring lies in a part of the basin that is not connected to its main body on this grid.".into(),
                    basin.springs[spring].id.clone(),
                    "a position in the main body of the spring basins".into(),
                    "Move the spring, correct the outlines or use smaller cells.".into(),
                ],
            );
        }
    }
    if !footprint.active.contains(&true) {
        log.fault(
            basin.outlines.first().map_or(Origin::NONE, |area| area.origin),
            FaultKind::EmptySelection,
            [
                "No cell of the grid lies in a spring basin.".into(),
                format!("cells of {} m", spec.cell),
                "at least one cell half covered by an outline".into(),
                "Use smaller cells or correct the outlines.".into(),
            ],
        );
        return None;
    }
    let home = find_homes(&footprint, &covered);
    let mut lost = 0;
    for (column, count) in covered.iter().enumerate() {
        if home[column] == NOWHERE {
            lost += count;
        } else {
            footprint.represented_area[home[column]] += *count as f64 * lattice.point_area();
        }
    }
    if lost > 0 {
        let area = lost as f64 * lattice.point_area() / 1e6;
        log.note(
            Origin::NONE,
            format!("{area:.3} km² of the spring basins lie too far from any active cell and are left out."),
        );
    }
    let column = |(point, label): (usize, &u8)| match home[lattice.column_of(point)] {
        home if *label != OUTSIDE && home != NOWHERE => home as u32,
        _ => NO_COLUMN,
    };
    let stands_for = outline.iter().enumerate().map(column).collect();
    Some(Domain { footprint, lattice, outline, stands_for })
}

/// North-west corner, rows and columns: the outlines' extent on whole multiples of the cell size.
fn extent(basin: &Basin, spec: &GridSpec, log: &mut Log) -> Option<([f64; 2], usize, usize)> {
    let cell = spec.cell;
    if !(cell.is_finite() && cell > 0.0) {
        log.fault(
            Origin::NONE,
            FaultKind::OutOfRange,
            [
                "The cell size is not a length.".into(),
                cell.to_string(),
                "more than 0 m".into(),
                "Give a positive cell size.".into(),
            ],
        );
    }
    if basin.outlines.is_empty() || basin.outlines.len() >= usize::from(OUTSIDE) {
        log.fault(
            Origin::NONE,
            FaultKind::Missing,
            [
                "The basin has no outline, or too many.".into(),
                basin.outlines.len().to_string(),
                format!("1 to {}", OUTSIDE - 1),
                "Define the spring basins.".into(),
            ],
        );
    }
    let (mut least, mut most) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for outline in &basin.outlines {
        let mut sound = !outline.polygon.0.is_empty();
        for point in outline.polygon.coords_iter() {
            sound &= point.x.is_finite() && point.y.is_finite();
            least = [least[0].min(point.x), least[1].min(point.y)];
            most = [most[0].max(point.x), most[1].max(point.y)];
        }
        if !sound {
            log.fault(
                outline.origin,
                FaultKind::BadGeometry,
                [
                    "The outline of the spring basin is empty or has a coordinate that is not a number."
                        .into(),
                    outline.id.clone(),
                    "a polygon in metres".into(),
                    "Correct the outline.".into(),
                ],
            );
        }
    }
    if !log.faults.is_empty() {
        return None;
    }
    let west = (least[0] / cell).floor();
    let north = (most[1] / cell).ceil();
    let columns = ((most[0] / cell).ceil() - west).max(1.0);
    let rows = (north - (least[1] / cell).floor()).max(1.0);
    if rows * columns > MOST_COLUMNS {
        log.fault(
            Origin::NONE,
            FaultKind::OutOfRange,
            [
                "The cells are too small for the extent of the spring basins.".into(),
                format!("{rows} rows × {columns} columns"),
                format!("at most {MOST_COLUMNS} columns of cells"),
                "Use larger cells.".into(),
            ],
        );
        return None;
    }
    Some(([west * cell, north * cell], rows as usize, columns as usize))
}

/// Makes the columns of springs active where an outline misses them by less than a cell, and joins them to the rest.
fn hold_springs(
    basin: &Basin,
    footprint: &mut Footprint,
    covered: &[usize],
    log: &mut Log,
) -> Vec<(usize, usize)> {
    let mut kept = Vec::new();
    for (number, spring) in basin.springs.iter().enumerate() {
        let near = footprint.nearest_active(spring.position, 1).is_some();
        let Some(column) = footprint.column_at(spring.position).filter(|_| near) else {
            log.fault(
                spring.origin,
                FaultKind::NotTied,
                [
                    "The spring lies outside every spring basin.".into(),
                    format!("{} at {:?}", spring.id, spring.position),
                    "a position inside an outline, or less than a cell outside it".into(),
                    "Move the spring or extend the outline.".into(),
                ],
            );
            continue;
        };
        kept.push((number, column));
        if footprint.active[column] {
            continue;
        }
        footprint.active[column] = true;
        log.note(
            spring.origin,
            format!(
                "The cell of the spring {} was made active, though the outlines cover less than half of it.",
                spring.id
            ),
        );
        if !footprint.neighbours(column).any(|beside| footprint.active[beside]) {
            // The only active neighbours touch at a corner: the side neighbour that leads to one and lies most inside joins them.
            let leads = |beside: &usize| {
                footprint.neighbours(*beside).any(|next| next != column && footprint.active[next])
            };
            let joint = footprint
                .neighbours(column)
                .filter(leads)
                .max_by_key(|beside| (covered[*beside], usize::MAX - beside));
            if let Some(joint) = joint {
                footprint.active[joint] = true;
            }
        }
    }
    kept
}

/// Keeps only the largest connected body of active columns.
fn remove_islands(footprint: &mut Footprint, log: &mut Log) {
    let mut body = vec![NOWHERE; footprint.len()];
    let mut sizes: Vec<usize> = Vec::new();
    let mut open = Vec::new();
    for seed in 0..footprint.len() {
        if !footprint.active[seed] || body[seed] != NOWHERE {
            continue;
        }
        let number = sizes.len();
        sizes.push(0);
        body[seed] = number;
        open.push(seed);
        while let Some(column) = open.pop() {
            sizes[number] += 1;
            for beside in footprint.neighbours(column) {
                if footprint.active[beside] && body[beside] == NOWHERE {
                    body[beside] = number;
                    open.push(beside);
                }
            }
        }
    }
    if sizes.len() < 2 {
        return;
    }
    let largest = (0..sizes.len()).max_by_key(|number| (sizes[*number], usize::MAX - number));
    let mut removed = 0;
    for (active, body) in footprint.active.iter_mut().zip(body) {
        if *active && Some(body) != largest {
            *active = false;
            removed += 1;
        }
    }
    log.note(
        Origin::NONE,
        format!("{removed} columns of cells in {} islands, not connected to the main body on this grid, were removed.", sizes.len() - 1),
    );
}

/// For every column with a part in an outline, the active column that stands for that part.
fn find_homes(footprint: &Footprint, covered: &[usize]) -> Vec<usize> {
    (0..footprint.len())
        .map(|column| {
            if footprint.active[column] {
                column
            } else if covered[column] > 0 {
                footprint.nearest_active(footprint.centre(column), REACH).unwrap_or(NOWHERE)
            } else {
                NOWHERE
            }
        })
        .collect()
}
