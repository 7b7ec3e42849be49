//! Mines on the grid.

use super::context::Context;
use super::log::Log;
use crate::{ColumnShare, FaultKind, LayerRole, Mine, MineCells, MineColumn, ParameterKind};

/// Mines: which columns each undermines and by how much, counted on the lattice. The seam lies in the lowest layer of coal
/// measures; where that is absent, or thinner than the height of the seam floor, there is nothing to mine.
pub(crate) fn cells(context: &Context<'_>, log: &mut Log) -> Vec<MineCells> {
    let basin = context.basin;
    let coal = basin.layers.iter().rposition(|layer| layer.role == LayerRole::CoalMeasures);
    let mut mines = Vec::with_capacity(basin.mines.len());
    for mine in &basin.mines {
        let drain_conductance =
            mine.drain_conductance.value * context.parameters.get(ParameterKind::MineDrainage);
        let mut cells =
            MineCells { columns: Vec::new(), surface: Vec::new(), drain_conductance, origin: mine.origin };
        let sound = is_sound(mine, log);
        match coal {
            None => log.fault(
                mine.origin,
                FaultKind::Missing,
                [
                    "There are mines, but no layer of coal measures.".into(),
                    mine.id.clone(),
                    "a layer whose role is coal measures".into(),
                    "Define the coal measures or remove the mine.".into(),
                ],
            ),
            Some(layer) if sound => {
                cells.columns = columns(context, mine, layer, log);
                cells.surface = surface(context, mine);
            }
            Some(_) => {}
        }
        mines.push(cells);
    }
    mines
}

fn surface(context: &Context<'_>, mine: &Mine) -> Vec<ColumnShare> {
    let represented = &context.domain.footprint.represented_area;
    let areas = context.domain.areas(&mine.polygon, |_| true).into_iter();
    let part = |(column, area)| ColumnShare { column, area, share: share_of(area, represented[column]) };
    areas.map(part).collect()
}

fn columns(context: &Context<'_>, mine: &Mine, layer: usize, log: &mut Log) -> Vec<MineColumn> {
    let Context { domain, grid, .. } = *context;
    let areas = domain.areas(&mine.polygon, |_| true);
    let (mut columns, mut whole, mut missed) = (Vec::with_capacity(areas.len()), 0.0, 0.0);
    for (column, area) in areas {
        whole += area;
        let coal_cell = context.cell(column, layer);
        let seam_floor = grid.bottom[coal_cell] + mine.seam_floor.value;
        if !grid.is_active(coal_cell) || seam_floor >= grid.cell_top(coal_cell) {
            missed += area;
            continue;
        }
        let share = share_of(area, domain.footprint.represented_area[column]);
        let karst_cell = context.karst_below(column, layer);
        columns.push(MineColumn { column, area, share, coal_cell, seam_floor, karst_cell });
    }
    if whole == 0.0 || columns.is_empty() {
        log.fault(
            mine.origin,
            FaultKind::EmptySelection,
            [
                "The mine does not reach any cell of the coal measures in the spring basins.".into(),
                format!(
                    "{}: {:.2} km² inside the basins, {:.2} km² of it without coal measures",
                    mine.id,
                    whole / 1e6,
                    missed / 1e6
                ),
                "an area over coal measures inside an outline".into(),
                "Correct its area, the surfaces of the coal measures or the height of the seam floor.".into(),
            ],
        );
    } else if missed > 0.0 {
        log.note(
            mine.origin,
            format!(
                "{:.2} of {:.2} km² of the mine {} have no seam on this grid: nothing drains there.",
                missed / 1e6,
                whole / 1e6,
                mine.id
            ),
        );
    }
    columns
}

/// Share of the area that a column stands for; more than all of it is only rounding.
fn share_of(area: f64, represented: f64) -> f64 {
    (area / represented).min(1.0)
}

fn is_sound(mine: &Mine, log: &mut Log) -> bool {
    let mut sound =
        log.not_negative(&mine.seam_floor, &format!("height of the seam floor of the mine {}", mine.id));
    sound &= log.not_negative(&mine.drain_conductance, &format!("drain conductance of the mine {}", mine.id));
    sound &= log.positive(&mine.vertical_factor, &format!("vertical factor of the mine {}", mine.id));
    sound &= log.not_negative(&mine.recharge_factor, &format!("recharge factor of the mine {}", mine.id));
    let ordered = mine.start < mine.end && mine.closure.is_none_or(|closure| closure >= mine.start);
    if !ordered {
        log.fault(
            mine.origin,
            FaultKind::BadDate,
            [
                format!("The dates of the mine {} are not in order.", mine.id),
                format!(
                    "start {}, end {}, closure {:?}",
                    mine.start,
                    mine.end,
                    mine.closure.map(|date| date.to_string())
                ),
                "start before end, closure not before start".into(),
                "Correct the dates.".into(),
            ],
        );
    }
    sound & ordered
}
