//! Layers: surfaces of every column, and where a layer is absent.

use quanyu_flow::{CellKind, Grid};

use super::domain::Domain;
use super::log::Log;
use crate::{Basin, FaultKind, LayerRole, Origin, Raster};

/// Most samples of a surface along the side of a cell.
const MOST_SAMPLES: usize = 16;

/// Makes the grid: surfaces are averaged over each cell; a layer thinner than its least thickness is absent, and its
/// thickness goes to the layer below. An absent layer with none present above it (an outcrop) or none below is inactive;
/// between present layers it is passed through. The deepest karst layer is kept everywhere, at least as thick as that.
pub(crate) fn stack(basin: &Basin, domain: &Domain, log: &mut Log) -> Option<Grid> {
    let footprint = &domain.footprint;
    let Some(lowest_karst) = basin.layers.iter().rposition(|layer| layer.role == LayerRole::Karst) else {
        log.fault(
            basin.layers.last().map_or(Origin::NONE, |layer| layer.origin),
            FaultKind::Missing,
            [
                "The basin has no karst layer.".into(),
                format!("{} layers", basin.layers.len()),
                "at least one layer of karst".into(),
                "Define the karst aquifer as a layer.".into(),
            ],
        );
        return None;
    };
    for layer in &basin.layers {
        let lowest = layer.role == LayerRole::Karst;
        let what = format!("least thickness of the layer {}", layer.id);
        if lowest {
            log.positive(&layer.least_thickness, &what)
        } else {
            log.not_negative(&layer.least_thickness, &what)
        };
    }
    let columns = footprint.len();
    let mut grid = Grid {
        layers: basin.layers.len(),
        rows: footprint.rows,
        columns: footprint.columns,
        column_widths: vec![footprint.cell; footprint.columns],
        row_heights: vec![footprint.cell; footprint.rows],
        top: vec![0.0; columns],
        bottom: vec![0.0; basin.layers.len() * columns],
        kind: vec![CellKind::Inactive; basin.layers.len() * columns],
        corner: footprint.corner,
    };
    let ground = average(&basin.ground, domain);
    report_unknown(&ground, domain, "ground", basin.ground.provenance.origin, log);
    grid.top.copy_from_slice(&ground);
    for (number, layer) in basin.layers.iter().enumerate() {
        let bottom = average(&layer.bottom, domain);
        report_unknown(&bottom, domain, &layer.id, layer.origin, log);
        grid.bottom[number * columns..(number + 1) * columns].copy_from_slice(&bottom);
    }
    let mut present = vec![false; basin.layers.len()];
    for column in footprint.active_columns() {
        let mut above = grid.top[column];
        for (number, layer) in basin.layers.iter().enumerate() {
            let cell = number * columns + column;
            let least = layer.least_thickness.value;
            if number == lowest_karst {
                grid.bottom[cell] = grid.bottom[cell].min(above - least);
                present[number] = true;
            } else {
                present[number] = above - grid.bottom[cell] >= least.max(f64::MIN_POSITIVE);
                if !present[number] {
                    grid.bottom[cell] = above;
                }
            }
            above = grid.bottom[cell];
        }
        for number in 0..present.len() {
            let between = present[..number].contains(&true) && present[number..].contains(&true);
            grid.kind[number * columns + column] = match (present[number], between) {
                (true, _) => CellKind::Active,
                (false, true) => CellKind::PassThrough,
                (false, false) => CellKind::Inactive,
            };
        }
    }
    Some(grid)
}

/// Mean of a surface over every active column, 0 elsewhere; NaN where it is unknown in the whole cell.
fn average(raster: &Raster, domain: &Domain) -> Vec<f64> {
    let footprint = &domain.footprint;
    // A cell smaller than the raster's needs its middle and little more; a larger one all that lies in it.
    let wanted = (2.0 * footprint.cell / raster.cell).ceil();
    let side = if wanted.is_finite() { (wanted as usize).clamp(2, MOST_SAMPLES) } else { 2 };
    let spacing = footprint.cell / side as f64;
    let mut mean = vec![0.0; footprint.len()];
    for column in footprint.active_columns() {
        let [x, y] = footprint.centre(column);
        let (west, north) = (x - 0.5 * footprint.cell, y + 0.5 * footprint.cell);
        let (mut sum, mut count) = (0.0, 0u32);
        for row in 0..side {
            for place in 0..side {
                let across = west + (place as f64 + 0.5) * spacing;
                let value = raster.sample([across, north - (row as f64 + 0.5) * spacing]);
                if value.is_finite() {
                    sum += value;
                    count += 1;
                }
            }
        }
        mean[column] = if count > 0 { sum / f64::from(count) } else { f64::NAN };
    }
    mean
}

fn report_unknown(surface: &[f64], domain: &Domain, name: &str, origin: Origin, log: &mut Log) {
    let unknown: Vec<usize> = (0..surface.len()).filter(|column| surface[*column].is_nan()).collect();
    if let Some(first) = unknown.first() {
        let [x, y] = domain.footprint.centre(*first);
        log.fault(
            origin,
            FaultKind::BadGeometry,
            [
                format!("The surface {name} is unknown in {} cells inside the spring basins.", unknown.len()),
                format!("no value, first around ({x:.0}, {y:.0})"),
                "a value everywhere inside the outlines".into(),
                "Extend the raster beyond the outlines.".into(),
            ],
        );
    }
}
