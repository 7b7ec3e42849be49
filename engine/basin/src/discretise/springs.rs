//! Spring outlets on the grid.

use std::f64::consts::PI;

use super::context::Context;
use super::log::Log;
use crate::{FaultKind, ParameterKind, SpringCell};

/// Cell size to which the given conductance of an outlet refers \[m\].
pub(crate) const REFERENCE_CELL: f64 = 500.0;
/// The grid correction never takes away more than this share of the given resistance.
const MOST_REDUCTION: f64 = 0.9;

/// Springs: each in its column, in the first layer from its own downwards that is present, is karst where it is not its
/// own, and reaches below the outlet.
///
/// The head of a square cell that holds a point outlet is the head at the equivalent radius r = 0.208 Δ from the outlet
/// (Peaceman, 1978). The given conductance belongs to a cell of 500 m; on another grid the radial flow between the two
/// radii, in the transmissivity T = K b of the cell, is added to its resistance:
///
/// `1/C(Δ) = 1/C + ln(Δ / 500 m) / (2 π T)`
///
/// so that the same head farther out drives the same flow on any cell size. On fine grids this takes resistance away, but
/// never more than nine tenths of the given one (then a note says so).
pub(crate) fn outlets(context: &Context<'_>, log: &mut Log) -> Vec<SpringCell> {
    let Context { basin, domain, grid, properties, parameters } = *context;
    let mut outlets = Vec::with_capacity(basin.springs.len());
    for spring in &basin.springs {
        let mut sound =
            log.finite(&spring.elevation, &format!("outlet elevation of the spring {}", spring.id));
        sound &= log.positive(&spring.conductance, &format!("conductance of the spring {}", spring.id));
        for stage in &spring.stages {
            sound &= log.finite(&stage.stage, &format!("stage over the spring {}", spring.id));
            if stage.months.iter().any(|month| !(1..=12).contains(month)) {
                log.fault(
                    spring.origin,
                    FaultKind::BadDate,
                    [
                        format!("A stage over the spring {} names a month that does not exist.", spring.id),
                        format!("{:?}", stage.months),
                        "months 1 to 12".into(),
                        "Correct the months.".into(),
                    ],
                );
            }
        }
        let layer = context.layer(&spring.layer, spring.origin, log);
        if !basin.outlines.iter().any(|outline| outline.id == spring.basin) {
            log.unknown(
                spring.origin,
                "spring basin",
                &spring.basin,
                basin.outlines.iter().map(|area| area.id.as_str()),
            );
        }
        let column =
            domain.footprint.column_at(spring.position).filter(|column| domain.footprint.active[*column]);
        let (true, Some(layer), Some(column)) = (sound, layer, column) else { continue };
        let elevation = spring.elevation.value;
        let reaches_below = |cell: &usize| grid.bottom[*cell] < elevation;
        let own = context.cell_or_karst_below(column, layer);
        let cell = own.filter(reaches_below).or_else(|| {
            (layer..grid.layers).filter_map(|below| context.karst_below(column, below)).find(reaches_below)
        });
        let Some(cell) = cell else {
            let deepest =
                (layer..grid.layers).filter_map(|below| context.karst_below(column, below)).next_back();
            log.fault(
                spring.elevation.origin,
                FaultKind::Inconsistent,
                [
                    format!(
                        "The outlet of the spring {} lies below the bottom of the lowest karst layer.",
                        spring.id
                    ),
                    format!("{elevation} m"),
                    deepest.map_or_else(
                        || "a karst layer there".into(),
                        |cell| format!("above {:.1} m", grid.bottom[cell]),
                    ),
                    "Correct the outlet elevation, its position or the layer surfaces.".into(),
                ],
            );
            continue;
        };
        if cell != context.cell(column, layer) {
            let (below, _, _) = grid.layer_row_column(cell);
            log.note(
                spring.origin,
                format!(
                    "On this grid the layer {} is absent or ends above the outlet of the spring {}; it flows from the layer {}.",
                    spring.layer, spring.id, basin.layers[below].id
                ),
            );
        }
        let given = spring.conductance.value * parameters.get(ParameterKind::SpringConductance);
        let transmissivity = properties.conductivity[cell] * grid.thickness(cell);
        let change = (domain.footprint.cell / REFERENCE_CELL).ln() / (2.0 * PI * transmissivity);
        let least = (1.0 - MOST_REDUCTION) / given;
        let resistance = 1.0 / given + change;
        if resistance < least {
            log.note(
                spring.origin,
                format!(
                    "The grid correction of the spring {} was held at nine tenths of its resistance: its flow may depend on the cell size.",
                    spring.id
                ),
            );
        }
        outlets.push(SpringCell {
            cell,
            elevation,
            conductance: 1.0 / resistance.max(least),
            origin: spring.origin,
        });
    }
    outlets
}
