//! How much of the rain each column takes in.

use super::context::Context;
use super::log::Log;
use crate::{ColumnRecharge, FaultKind, Origin, ParameterKind};

/// Recharge coefficient of every active column: the sum over the lattice points that the column stands for, a later area
/// overriding an earlier one, times the infiltration multiplier, over the area of the column.
pub(crate) fn columns(context: &Context<'_>, log: &mut Log) -> Vec<ColumnRecharge> {
    let Context { basin, domain, grid, .. } = *context;
    let mut sound = true;
    for area in &basin.recharge_areas {
        let what = format!("infiltration coefficient of {}", area.kind.id);
        sound &= log.within(&area.kind.coefficient, &what, 0.0, 1.0);
    }
    if basin.recharge_areas.is_empty() || basin.recharge_areas.len() > usize::from(u16::MAX) {
        log.fault(
            Origin::NONE,
            FaultKind::Missing,
            [
                "The basin has no infiltration kind, or too many areas.".into(),
                basin.recharge_areas.len().to_string(),
                "at least one kind, which covers all".into(),
                "Define the infiltration kinds.".into(),
            ],
        );
        sound = false;
    }
    if !sound {
        return Vec::new();
    }
    let nothing = u16::MAX;
    let mut label = vec![nothing; domain.lattice.len()];
    for (number, area) in basin.recharge_areas.iter().enumerate() {
        match &area.polygon {
            Some(polygon) => domain.lattice.cover(polygon, |point| label[point] = number as u16),
            None => label.fill(number as u16),
        }
    }
    let mut sum = vec![0.0; domain.footprint.len()];
    let mut bare = 0usize;
    for (point, label) in label.iter().enumerate() {
        if let Some(column) = domain.column_for(point) {
            match basin.recharge_areas.get(usize::from(*label)) {
                Some(area) => sum[column] += area.kind.coefficient.value,
                None => bare += 1,
            }
        }
    }
    if bare > 0 {
        log.fault(
            basin.recharge_areas[0].origin,
            FaultKind::Missing,
            [
                "Part of the spring basins has no infiltration kind.".into(),
                format!("{:.3} km²", bare as f64 * domain.lattice.point_area() / 1e6),
                "a kind everywhere".into(),
                "Let the first kind cover all.".into(),
            ],
        );
    }
    let multiplier = context.parameters.get(ParameterKind::Infiltration);
    let scale = multiplier * domain.lattice.point_area() / domain.footprint.column_area();
    domain
        .footprint
        .active_columns()
        .filter_map(|column| {
            let cell = grid.uppermost_active(column)?;
            let middle = domain
                .lattice
                .point_at(domain.footprint.centre(column))
                .map_or(nothing, |point| label[point]);
            let origin =
                basin.recharge_areas.get(usize::from(middle)).map_or(Origin::NONE, |area| area.origin);
            Some(ColumnRecharge { column, cell, coefficient: scale * sum[column], origin })
        })
        .collect()
}
