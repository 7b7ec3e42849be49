//! Which cells the wells of each group stand in, and with which share of its take.

use std::collections::BTreeMap;

use geo::Area;

use crate::discretise::{Context, Log};
use crate::sampling::contains;
use crate::{CellShare, FaultKind, Group, GroupKind, Placement};

/// At most this share of a zone may lie outside the spring basins: boundaries of the two are drawn to a line's width, and areas
/// are counted on a lattice.
const MOST_OUTSIDE: f64 = 0.02;
/// Cells thinner than this many times their layer's least thickness get no well while others can.
const THIN: f64 = 2.0;

/// Columns and areas of a zone, or of a county within a spring basin.
type Counted = BTreeMap<(String, Option<usize>), Vec<(usize, f64)>>;

/// What each group of the basin takes from.
#[derive(Debug, Default)]
pub(crate) struct Places {
    pub(crate) wells: Vec<Vec<CellShare>>,
    pub(crate) intake_springs: Vec<Option<usize>>,
    pub(crate) drained_mines: Vec<Option<usize>>,
}

/// Places all groups.
///
/// A group's columns are those that its disc, zone or county covers inside the spring basins, weighted by the area covered
/// (at least the column under its point). In each column it takes from its own layer, or where that is absent from the next
/// karst layer below. Thin cells, which would run dry first, are left out while any other remains.
pub(crate) fn places(context: &Context<'_>, log: &mut Log) -> Places {
    let basin = context.basin;
    let mut places = Places::default();
    // Many groups share a zone or a county: each area is counted once.
    let mut counted = Counted::new();
    for group in &basin.groups {
        let (mut wells, mut spring, mut mine) = (Vec::new(), None, None);
        match &group.kind {
            GroupKind::Wells if Context::is_placed(&group.placement) => {
                if let Some(cells) = well_cells(context, group, &mut counted, log) {
                    wells = cells;
                }
            }
            GroupKind::Wells => {}
            GroupKind::SpringIntake { spring: id } => {
                spring = basin.springs.iter().position(|spring| spring.id == *id);
                if spring.is_none() {
                    log.unknown(
                        group.origin,
                        "spring",
                        id,
                        basin.springs.iter().map(|spring| spring.id.as_str()),
                    );
                }
            }
            GroupKind::MineDrainage { mine: id } => {
                mine = basin.mines.iter().position(|mine| mine.id == *id);
                if mine.is_none() {
                    log.unknown(group.origin, "mine", id, basin.mines.iter().map(|mine| mine.id.as_str()));
                }
            }
        }
        places.wells.push(wells);
        places.intake_springs.push(spring);
        places.drained_mines.push(mine);
    }
    places
}

fn well_cells(
    context: &Context<'_>,
    group: &Group,
    counted: &mut Counted,
    log: &mut Log,
) -> Option<Vec<CellShare>> {
    let Some(name) = &group.layer else {
        log.fault(
            group.origin,
            FaultKind::Missing,
            [
                "The group has wells in the model but no layer that they take from.".into(),
                group.id.clone(),
                "the id of a layer".into(),
                "Name the layer, or place the group outside.".into(),
            ],
        );
        return None;
    };
    let layer = context.layer(name, group.origin, log);
    let columns = columns(context, group, counted, log)?;
    let layer = layer?;
    let grid = context.grid;
    let whole: f64 = columns.iter().map(|(_, area)| area).sum();
    let (mut cells, mut below) = (Vec::with_capacity(columns.len()), 0.0);
    for (column, area) in columns {
        if let Some(cell) = context.cell_or_karst_below(column, layer) {
            if cell != context.cell(column, layer) {
                below += area;
            }
            cells.push((cell, area));
        }
    }
    if below > 0.0 {
        let share = 100.0 * below / whole;
        log.note(
            group.origin,
            format!("Where the layer {name} is absent ({share:.0} % of its area), the group {} takes from the next karst layer below.", group.id),
        );
    }
    let thick = |cell: usize| {
        let (own, _, _) = grid.layer_row_column(cell);
        grid.thickness(cell) >= THIN * context.basin.layers[own].least_thickness.value
    };
    if cells.iter().any(|(cell, _)| thick(*cell)) {
        cells.retain(|(cell, _)| thick(*cell));
    }
    if cells.is_empty() {
        log.fault(
            group.origin,
            FaultKind::EmptySelection,
            [
                "Neither the group's layer nor any karst below it is present where the group is.".into(),
                format!("{} in {name}", group.id),
                "a layer that is present there".into(),
                "Correct the layer or the place.".into(),
            ],
        );
        return None;
    }
    let sum: f64 = cells.iter().map(|(_, area)| area).sum();
    Some(cells.into_iter().map(|(cell, area)| CellShare { cell, share: area / sum }).collect())
}

/// Columns of a group and the area in each \[m²\].
fn columns(
    context: &Context<'_>,
    group: &Group,
    counted: &mut Counted,
    log: &mut Log,
) -> Option<Vec<(usize, f64)>> {
    let (basin, domain) = (context.basin, context.domain);
    let found = match &group.placement {
        Placement::Outside => Vec::new(),
        Placement::Point { position, radius } => {
            if !(radius.is_finite() && *radius >= 0.0) {
                log.fault(
                    group.origin,
                    FaultKind::OutOfRange,
                    [
                        "The radius of the group is not a length.".into(),
                        radius.to_string(),
                        "0 m or more".into(),
                        "Correct the radius.".into(),
                    ],
                );
                return None;
            }
            let inside = basin.outlines.iter().any(|outline| contains(&outline.polygon, *position));
            let own = domain.column_at(*position).filter(|_| inside);
            let Some(own) = own else {
                return outside(group, format!("{} at {position:?}", group.id), log);
            };
            let mut count = vec![0u32; domain.footprint.len()];
            domain.lattice.cover_disc(*position, *radius, |point| {
                if let Some(column) = domain.column_for(point) {
                    count[column] += 1;
                }
            });
            let columns = domain.counted(&count);
            if columns.is_empty() { vec![(own, domain.footprint.column_area())] } else { columns }
        }
        Placement::Zone(id) => {
            let Some(zone) = basin.zones.iter().find(|zone| zone.id == *id) else {
                log.unknown(group.origin, "zone", id, basin.zones.iter().map(|zone| zone.id.as_str()));
                return None;
            };
            let key = (id.clone(), None);
            let columns = counted.entry(key).or_insert_with(|| domain.areas(&zone.polygon, |_| true)).clone();
            let inside: f64 = columns.iter().map(|(_, area)| area).sum();
            let whole = zone.polygon.unsigned_area();
            if inside < (1.0 - MOST_OUTSIDE) * whole {
                let share = 100.0 * (1.0 - inside / whole);
                return outside(
                    group,
                    format!("{share:.0} % of the zone {id} of the group {}", group.id),
                    log,
                );
            }
            columns
        }
        Placement::CountyInBasin { county, basin: outline } => {
            let area = basin.counties.iter().find(|other| other.id == *county);
            if area.is_none() {
                log.unknown(
                    group.origin,
                    "county",
                    county,
                    basin.counties.iter().map(|county| county.id.as_str()),
                );
            }
            let number = basin.outlines.iter().position(|other| other.id == *outline);
            if number.is_none() {
                log.unknown(
                    group.origin,
                    "spring basin",
                    outline,
                    basin.outlines.iter().map(|area| area.id.as_str()),
                );
            }
            let (area, number) = (area?, number?);
            let inside = |point| domain.outline_of(point) == Some(number);
            let key = (county.clone(), Some(number));
            let columns = counted.entry(key).or_insert_with(|| domain.areas(&area.polygon, inside)).clone();
            if columns.is_empty() {
                return outside(group, format!("{}: {county} does not reach into {outline}", group.id), log);
            }
            columns
        }
    };
    if found.is_empty() { outside(group, group.id.clone(), log) } else { Some(found) }
}

fn outside<T>(group: &Group, value: String, log: &mut Log) -> Option<T> {
    log.fault(
        group.origin,
        FaultKind::NotTied,
        [
            "The group's wells lie outside the spring basins, wholly or in part.".into(),
            value,
            "a place inside the outlines, or the placement outside".into(),
            "Correct the place, or place the group outside: then it counts for the cap but not for the flow."
                .into(),
        ],
    );
    None
}
