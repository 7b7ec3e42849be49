//! Rock properties of every cell.

use quanyu_flow::{Grid, Properties};

use super::domain::Domain;
use super::log::Log;
use crate::{Basin, FaultKind, LayerRole, Origin, ParameterKind, Parameters};

/// What the cells of one rock have, with the multipliers of the layer's role.
#[derive(Clone, Copy, Debug)]
struct Values {
    conductivity: f64,
    vertical_conductivity: f64,
    specific_storage: f64,
    specific_yield: f64,
}

/// Properties of every cell. A rock area counts by the lattice points in it, a later area overriding an earlier one.
///
/// All are arithmetic means over the points of the cell. For conductivity that is the mean of rocks side by side that the flow
/// follows: vertically it always is, and horizontally strong-runoff belts matter by what they carry along
/// themselves, which a belt narrower than the cells, or one they cut askew, must not lose. On the seeds of Jincheng the levels then
/// change a third as much from 2 km to 500 m cells as with geometric means.
pub(crate) fn properties(
    basin: &Basin,
    parameters: &Parameters,
    domain: &Domain,
    grid: &Grid,
    log: &mut Log,
) -> Option<Properties> {
    let before = log.faults.len();
    for rock in &basin.rocks {
        log.positive(&rock.conductivity, &format!("conductivity of the rock {}", rock.id));
        log.positive(&rock.vertical_ratio, &format!("vertical ratio of the rock {}", rock.id));
        log.positive(&rock.specific_storage, &format!("specific storage of the rock {}", rock.id));
        log.within(
            &rock.specific_yield,
            &format!("specific yield of the rock {}", rock.id),
            f64::MIN_POSITIVE,
            1.0,
        );
    }
    if basin.rocks.len() > usize::from(u16::MAX) {
        log.fault(
            basin.rocks[0].origin,
            FaultKind::Unsupported,
            [
                "There are too many rock kinds.".into(),
                basin.rocks.len().to_string(),
                format!("at most {}", u16::MAX),
                "Merge rock kinds.".into(),
            ],
        );
    }
    let rock_index = |id: &str, origin: Origin, log: &mut Log| {
        let found = basin.rocks.iter().position(|rock| rock.id == id);
        if found.is_none() {
            log.unknown(origin, "rock", id, basin.rocks.iter().map(|rock| rock.id.as_str()));
        }
        found
    };
    let base: Vec<Option<usize>> =
        basin.layers.iter().map(|layer| rock_index(&layer.rock, layer.origin, log)).collect();
    let mut areas = Vec::new();
    for area in &basin.rock_areas {
        let layer = basin.layers.iter().position(|layer| layer.id == area.layer);
        if layer.is_none() {
            log.unknown(
                area.origin,
                "layer",
                &area.layer,
                basin.layers.iter().map(|layer| layer.id.as_str()),
            );
        }
        let rock = rock_index(&area.rock, area.origin, log);
        areas.push((layer, rock, &area.polygon));
    }
    if log.faults.len() > before {
        return None;
    }
    let cells = grid.cells();
    let mut properties = Properties {
        conductivity: vec![1.0; cells],
        anisotropy: None,
        vertical_conductivity: vec![1.0; cells],
        specific_storage: vec![1e-6; cells],
        specific_yield: vec![0.01; cells],
        convertible: vec![true; cells],
    };
    let mut label = vec![0u16; domain.lattice.len()];
    let mut count = vec![0u32; basin.rocks.len()];
    for (number, layer) in basin.layers.iter().enumerate() {
        let values: Vec<Values> =
            basin.rocks.iter().map(|rock| values(rock, layer.role, parameters)).collect();
        let whole = base[number].unwrap_or(0);
        label.fill(whole as u16);
        for (area_layer, rock, polygon) in &areas {
            if let (true, Some(rock)) = (*area_layer == Some(number), rock) {
                domain.lattice.cover(polygon, |point| label[point] = *rock as u16);
            }
        }
        let uniform = !areas.iter().any(|(layer, _, _)| *layer == Some(number));
        for column in domain.footprint.active_columns() {
            let cell = number * grid.cells_per_layer() + column;
            let mean =
                if uniform { values[whole] } else { mean_over(column, &label, &values, &mut count, domain) };
            properties.conductivity[cell] = mean.conductivity;
            properties.vertical_conductivity[cell] = mean.vertical_conductivity;
            properties.specific_storage[cell] = mean.specific_storage;
            properties.specific_yield[cell] = mean.specific_yield;
        }
    }
    Some(properties)
}

fn values(rock: &crate::Rock, role: LayerRole, parameters: &Parameters) -> Values {
    let karst = role == LayerRole::Karst;
    let factor = |kind| if karst { parameters.get(kind) } else { 1.0 };
    let conductivity = rock.conductivity.value * factor(ParameterKind::KarstConductivity);
    Values {
        conductivity,
        vertical_conductivity: conductivity * rock.vertical_ratio.value,
        specific_storage: rock.specific_storage.value,
        specific_yield: (rock.specific_yield.value * factor(ParameterKind::KarstSpecificYield)).min(1.0),
    }
}

/// Mean over the points of a column that lie in an outline (all points where none does).
fn mean_over(column: usize, label: &[u16], values: &[Values], count: &mut [u32], domain: &Domain) -> Values {
    count.fill(0);
    let mut total = 0u32;
    for inside in [true, false] {
        for point in domain.lattice.points_of(column) {
            if !inside || domain.outline_of(point).is_some() {
                count[usize::from(label[point])] += 1;
                total += 1;
            }
        }
        if total > 0 {
            break;
        }
    }
    let mut mean =
        Values { conductivity: 0.0, vertical_conductivity: 0.0, specific_storage: 0.0, specific_yield: 0.0 };
    for (count, of) in count.iter().zip(values).filter(|(count, _)| **count > 0) {
        if *count == total {
            return *of;
        }
        let share = f64::from(*count) / f64::from(total);
        mean.conductivity += share * of.conductivity;
        mean.vertical_conductivity += share * of.vertical_conductivity;
        mean.specific_storage += share * of.specific_storage;
        mean.specific_yield += share * of.specific_yield;
    }
    mean
}
