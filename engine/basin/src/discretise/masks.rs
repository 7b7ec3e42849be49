//! Columns of spring basins and zones, and cells around observation points.

use super::context::Context;
use super::domain::Domain;
use super::log::Log;
use crate::{Basin, CellShare, ColumnShare, FaultKind, Mask, ObservationCells};

/// One mask per spring basin. The columns' shares add up to one everywhere.
pub(crate) fn outlines(basin: &Basin, domain: &Domain) -> Vec<Mask> {
    let number = basin.outlines.len();
    let mut count = vec![vec![0u32; domain.footprint.len()]; number];
    for point in 0..domain.lattice.len() {
        if let (Some(column), Some(outline)) = (domain.column_for(point), domain.outline_of(point)) {
            count[outline][column] += 1;
        }
    }
    let mut masks: Vec<Mask> = basin
        .outlines
        .iter()
        .zip(&count)
        .map(|(outline, count)| mask(&outline.id, domain.counted(count), domain))
        .collect();
    // A column held for a spring may stand for nothing: it goes with the spring basin around it.
    for column in
        domain.footprint.active_columns().filter(|column| domain.footprint.represented_area[*column] == 0.0)
    {
        let around = |outline: &usize| {
            domain.footprint.neighbours(column).map(|beside| count[*outline][beside]).sum::<u32>()
        };
        if let Some(outline) = (0..number).max_by_key(|outline| (around(outline), number - outline)) {
            let columns = &mut masks[outline].columns;
            let place = columns.partition_point(|part| part.column < column);
            columns.insert(place, ColumnShare { column, area: 0.0, share: 1.0 });
        }
    }
    masks
}

/// One mask per zone.
pub(crate) fn zones(basin: &Basin, domain: &Domain, log: &mut Log) -> Vec<Mask> {
    let mut masks = Vec::with_capacity(basin.zones.len());
    for zone in &basin.zones {
        if let Some(parent) =
            zone.parent.as_ref().filter(|id| !basin.zones.iter().any(|other| other.id == **id))
        {
            log.unknown(zone.origin, "zone", parent, basin.zones.iter().map(|other| other.id.as_str()));
        }
        let areas = domain.areas(&zone.polygon, |_| true);
        if areas.is_empty() {
            log.fault(
                zone.origin,
                FaultKind::EmptySelection,
                [
                    "The zone lies outside every spring basin.".into(),
                    zone.id.clone(),
                    "an area inside the outlines".into(),
                    "Correct the zone or the outlines.".into(),
                ],
            );
        }
        masks.push(mask(&zone.id, areas, domain));
    }
    masks
}

fn mask(id: &str, areas: Vec<(usize, f64)>, domain: &Domain) -> Mask {
    let share = |column: usize, area: f64| (area / domain.footprint.represented_area[column]).min(1.0);
    let columns = areas
        .into_iter()
        .map(|(column, area)| ColumnShare { column, area, share: share(column, area) })
        .collect();
    Mask { id: id.to_owned(), columns }
}

/// Cells of each observation point: bilinear between the four centres around it, of which those without the layer are left
/// out; where none has it, the next karst layer below in the point's own column.
pub(crate) fn observations(context: &Context<'_>, log: &mut Log) -> Vec<ObservationCells> {
    let Context { basin, domain, grid, .. } = *context;
    let footprint = &domain.footprint;
    let mut list = Vec::with_capacity(basin.observations.len());
    for point in &basin.observations {
        let layer = context.layer(&point.layer, point.origin, log);
        if let Some(zone) = point.zone.as_ref().filter(|id| !basin.zones.iter().any(|other| other.id == **id))
        {
            log.unknown(point.origin, "zone", zone, basin.zones.iter().map(|other| other.id.as_str()));
        }
        let Some(own) = domain.column_at(point.position) else {
            log.fault(
                point.origin,
                FaultKind::NotTied,
                [
                    "The observation point lies outside every spring basin.".into(),
                    format!("{} at {:?}", point.id, point.position),
                    "a position inside an outline".into(),
                    "Move the point.".into(),
                ],
            );
            continue;
        };
        let Some(layer) = layer else { continue };
        let mut cells = footprint
            .around(point.position)
            .filter(|(column, _)| footprint.active[*column])
            .map(|(column, share)| CellShare { cell: context.cell(column, layer), share })
            .filter(|part| part.share > 0.0 && grid.is_active(part.cell))
            .collect::<Vec<_>>();
        if cells.is_empty() {
            let Some(cell) = context.cell_or_karst_below(own, layer) else {
                log.fault(
                    point.origin,
                    FaultKind::NotTied,
                    [
                        "The layer is absent at the observation point, and so is any karst below.".into(),
                        format!("{} in {}", point.id, point.layer),
                        "a layer that is present there".into(),
                        "Choose another layer or position.".into(),
                    ],
                );
                continue;
            };
            log.note(point.origin, format!("The layer {} is absent at the observation point {}; it reads the next karst layer below.", point.layer, point.id));
            cells.push(CellShare { cell, share: 1.0 });
        }
        let sum: f64 = cells.iter().map(|part| part.share).sum();
        cells.iter_mut().for_each(|part| part.share /= sum);
        list.push(ObservationCells { cells });
    }
    list
}
