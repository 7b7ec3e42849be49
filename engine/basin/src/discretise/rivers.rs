//! Rivers on the grid.

use geo::{Coord, CoordsIter, LineString};

use super::context::Context;
use super::course::{Stretch, length, nearest_along};
use super::log::Log;
use crate::{FaultKind, ParameterKind, River, RiverCourse, RiverReach, RiverRow};

/// A river that ends farther than this from the one it joins does not join it \[m\].
const FARTHEST_JUNCTION: f64 = 5000.0;

/// Courses of all rivers: the conductance of a row is the reach's per metre times the length of the stay in the cell, its
/// stage is linear along the reach. Only the course inside the spring basins' outlines counts, in the column that stands for
/// it: so the length of all rows is the same on any cell size. Outside it has no rows, but its water flows on.
pub(crate) fn courses(context: &Context<'_>, log: &mut Log) -> Vec<RiverCourse> {
    let basin = context.basin;
    let mut courses = Vec::with_capacity(basin.rivers.len());
    // Where the rows of each river end, along the whole of its course: junctions are looked up in it.
    let mut ends = Vec::with_capacity(basin.rivers.len());
    for river in &basin.rivers {
        let (course, row_ends) = course(context, river, log);
        courses.push(course);
        ends.push(row_ends);
    }
    for (number, river) in basin.rivers.iter().enumerate() {
        courses[number].joins = junction(context, river, &ends, log);
    }
    report_circles(context, &mut courses, log);
    courses
}

fn course(context: &Context<'_>, river: &River, log: &mut Log) -> (RiverCourse, Vec<f64>) {
    let before = log.faults.len();
    log.not_negative(&river.inflow, &format!("inflow of the river {}", river.id));
    let shape = context.basin.month_shapes.iter().any(|(id, _)| *id == river.shape);
    if !shape {
        log.unknown(
            river.origin,
            "month shape",
            &river.shape,
            context.basin.month_shapes.iter().map(|(id, _)| id.as_str()),
        );
    }
    let mut course = RiverCourse { rows: Vec::new(), reaches: Vec::new(), joins: None };
    let (mut ends, mut along, mut lifted) = (Vec::new(), 0.0, 0);
    for reach in &river.reaches {
        let first = course.rows.len();
        if let Some(start) = start_layer(context, reach, log) {
            let whole = length(&reach.line);
            for stretch in context.domain.cut(&reach.line) {
                if let Some(row) = row(context, reach, &stretch, whole, start, &mut lifted) {
                    course.rows.push(row);
                    ends.push(along + stretch.to);
                }
            }
            along += whole;
        }
        course.reaches.push(first..course.rows.len());
    }
    if lifted > 0 {
        log.note(
            river.origin,
            format!("In {lifted} cells the bed of the river {} lies below the lowest layer of the grid and was lifted to its bottom.", river.id),
        );
    }
    if course.rows.is_empty() && log.faults.len() == before {
        log.fault(
            river.origin,
            FaultKind::NotTied,
            [
                "The river does not touch any cell of the grid.".into(),
                river.id.clone(),
                "a course that crosses the spring basins".into(),
                "Correct its reaches or remove the river.".into(),
            ],
        );
    }
    (course, ends)
}

/// The layer at which the search for the reach's cells starts; `None` (and faults) where the reach is not sound.
fn start_layer(context: &Context<'_>, reach: &RiverReach, log: &mut Log) -> Option<usize> {
    let mut sound = log.finite(&reach.stage_from, &format!("upper stage of the reach {}", reach.id));
    sound &= log.finite(&reach.stage_to, &format!("lower stage of the reach {}", reach.id));
    sound &= log.not_negative(&reach.bed_depth, &format!("bed depth of the reach {}", reach.id));
    sound &= log.not_negative(&reach.conductance, &format!("bed conductance of the reach {}", reach.id));
    let finite = reach.line.coords_iter().all(|at| at.x.is_finite() && at.y.is_finite());
    if !(finite && length(&reach.line) > 0.0) {
        log.fault(
            reach.origin,
            FaultKind::BadGeometry,
            [
                "The course of the reach is not a line of numbers.".into(),
                reach.id.clone(),
                "at least two different points in metres".into(),
                "Correct the course.".into(),
            ],
        );
        sound = false;
    }
    let layer = match &reach.layer {
        Some(id) => context.layer(id, reach.origin, log),
        None => Some(0),
    };
    layer.filter(|_| sound)
}

fn row(
    context: &Context<'_>,
    reach: &RiverReach,
    stretch: &Stretch,
    whole: f64,
    start: usize,
    lifted: &mut usize,
) -> Option<RiverRow> {
    let grid = context.grid;
    let column = stretch.column?;
    let share = 0.5 * (stretch.from + stretch.to) / whole;
    let mut stage = (1.0 - share) * reach.stage_from.value + share * reach.stage_to.value;
    let mut bottom = stage - reach.bed_depth.value;
    // A bed that cuts through a layer exchanges with the one that it lies in: no head can stand below a layer's bottom.
    let present = |layer: usize| Some(context.cell(column, layer)).filter(|cell| grid.is_active(*cell));
    let allowed = |layer: &usize| match reach.layer {
        Some(_) => *layer == start || context.basin.layers[*layer].role == crate::LayerRole::Karst,
        None => true,
    };
    let cells: Vec<usize> = (start..grid.layers).filter(allowed).filter_map(present).collect();
    let cell = match cells.iter().find(|cell| grid.bottom[**cell] <= bottom) {
        Some(cell) => *cell,
        None => {
            let lowest = *cells.last()?;
            *lifted += 1;
            bottom = grid.bottom[lowest];
            stage = stage.max(bottom);
            lowest
        }
    };
    let length = stretch.to - stretch.from;
    let per_metre = reach.conductance.value * context.parameters.get(ParameterKind::RiverbedConductance);
    Some(RiverRow { cell, length, stage, bottom, conductance: per_metre * length, origin: reach.origin })
}

/// River that a river joins and the row whose water it joins.
fn junction(
    context: &Context<'_>,
    river: &River,
    ends: &[Vec<f64>],
    log: &mut Log,
) -> Option<(usize, usize)> {
    let rivers = &context.basin.rivers;
    let name = river.joins.as_ref()?;
    let Some(main) = rivers.iter().position(|other| other.id == *name) else {
        log.unknown(river.origin, "river", name, rivers.iter().map(|other| other.id.as_str()));
        return None;
    };
    let mouth: Coord<f64> = *river.reaches.last()?.line.0.last()?;
    let whole =
        LineString(rivers[main].reaches.iter().flat_map(|reach| reach.line.0.iter().copied()).collect());
    let (_, distance) = nearest_along(&whole, [mouth.x, mouth.y])?;
    if distance > FARTHEST_JUNCTION {
        log.fault(
            river.origin,
            FaultKind::BadGeometry,
            [
                format!("The river {} ends far from the river {name} that it joins.", river.id),
                format!("{distance:.0} m away"),
                format!("at most {FARTHEST_JUNCTION} m"),
                "Correct its course or the river that it joins.".into(),
            ],
        );
        return None;
    }
    // Distances along the reaches one by one, as the rows were laid out: gaps between reaches have no length.
    let (mut along, mut best) = (0.0, (f64::INFINITY, 0.0));
    for reach in &rivers[main].reaches {
        if let Some((place, distance)) = nearest_along(&reach.line, [mouth.x, mouth.y])
            && distance < best.0
        {
            best = (distance, along + place);
        }
        along += length(&reach.line);
    }
    let row = ends[main].partition_point(|end| *end <= best.1);
    if row == ends[main].len() {
        log.note(
            river.origin,
            format!("The river {} joins the river {name} below its last cell in the model.", river.id),
        );
        return None;
    }
    Some((main, row))
}

/// Rivers that join one another in a circle.
fn report_circles(context: &Context<'_>, courses: &mut [RiverCourse], log: &mut Log) {
    for number in 0..courses.len() {
        let mut at = number;
        for _ in 0..=courses.len() {
            match courses[at].joins {
                Some((next, _)) if next == number => {
                    let river = &context.basin.rivers[number];
                    log.fault(
                        river.origin,
                        FaultKind::Inconsistent,
                        [
                            "The river joins itself, directly or through others.".into(),
                            river.id.clone(),
                            "rivers that lead out of the basin".into(),
                            "Correct which river it joins.".into(),
                        ],
                    );
                    courses[number].joins = None;
                    break;
                }
                Some((next, _)) => at = next,
                None => break,
            }
        }
    }
}
