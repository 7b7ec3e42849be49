//! General heads of the boundary alternative in use.

use std::collections::BTreeMap;

use quanyu_flow::GeneralHead;

use super::context::Context;
use super::course::cut;
use super::log::Log;
use crate::FaultKind;

/// How far from an active column a stretch of boundary may be drawn, in cells.
const REACH: usize = 2;

/// General heads: the conductance per metre times the length of boundary nearest to each column, in each named layer that
/// is present there and reaches below the outer head (elsewhere no water could cross). None where the boundary is no-flow.
pub(crate) fn general_heads(context: &Context<'_>, log: &mut Log) -> Vec<GeneralHead> {
    let Context { basin, domain, grid, .. } = *context;
    let Some(chosen) = &basin.boundary else { return Vec::new() };
    let mut heads = Vec::new();
    let mut found = false;
    for alternative in basin.boundary_alternatives.iter().filter(|other| other.alternative == *chosen) {
        found = true;
        let mut sound = log.finite(&alternative.head, "outer head of the boundary");
        sound &= log.not_negative(&alternative.conductance, "conductance of the boundary");
        let layers: Vec<usize> =
            alternative.layers.iter().filter_map(|id| context.layer(id, alternative.origin, log)).collect();
        if !sound || layers.len() < alternative.layers.len() {
            continue;
        }
        let mut lengths: BTreeMap<usize, f64> = BTreeMap::new();
        let nearest = |at| domain.footprint.nearest_active(at, REACH);
        for stretch in cut(&alternative.line, domain.footprint.corner, domain.footprint.cell, nearest) {
            if let Some(column) = stretch.column {
                *lengths.entry(column).or_default() += stretch.to - stretch.from;
            }
        }
        let before = heads.len();
        for (column, length) in lengths {
            for &layer in &layers {
                let cell = context.cell(column, layer);
                if grid.is_active(cell) && grid.bottom[cell] < alternative.head.value {
                    let conductance = alternative.conductance.value * length;
                    heads.push(GeneralHead {
                        cell,
                        head: alternative.head.value,
                        conductance,
                        origin: alternative.origin,
                    });
                }
            }
        }
        if heads.len() == before {
            log.fault(
                alternative.origin,
                FaultKind::EmptySelection,
                [
                    "The stretch of boundary touches no cell that could take part.".into(),
                    format!("alternative {chosen}, layers {}", alternative.layers.join(", ")),
                    "a stretch along the edge of the basins, with a head above the bottom of the layers"
                        .into(),
                    "Correct the line, the layers or the head.".into(),
                ],
            );
        }
    }
    if !found {
        let known = basin.boundary_alternatives.iter().map(|other| other.alternative.as_str());
        log.unknown(crate::Origin::NONE, "boundary alternative", chosen, known);
    }
    heads
}
