//! Every single figure of a basin that a member may draw by itself.
//!
//! Not among them, since they hang together: takes and use indices (drawn as demand, held to the published sums), precipitation
//! (drawn as a synthetic climate), the place of takes and the dates of mines (drawn as a whole, see [`super::Freedom`]), the published
//! marks and sums and the thresholds of warnings, which are not ours to draw. Layer surfaces and outlines stay as they are.

use quanyu_basin::{Basin, Figure};

use crate::sector_word;

/// Each of them with its id, in a fixed order.
pub fn figures(basin: &Basin) -> Vec<(String, Figure)> {
    let mut all = Vec::new();
    visit(&mut basin.clone(), &mut |id, figure| all.push((id.to_owned(), figure.clone())));
    all
}

/// A basin in which every figure that takes and verdicts rest on is its value: both ends of the ranges are one.
pub fn at_its_figures(basin: &Basin) -> Basin {
    let mut basin = basin.clone();
    visit(&mut basin, &mut |_, figure| figure.range = None);
    basin.groups.iter_mut().for_each(|group| group.take.range = None);
    let years = basin.use_series.iter_mut().flat_map(|series| &mut series.years);
    years.for_each(|row| row.index.range = None);
    let allowable = basin.zones.iter_mut().filter_map(|zone| zone.allowable.as_mut());
    allowable.for_each(|figure| figure.range = None);
    basin
}

/// Visits them in a fixed order, each with its id.
pub(super) fn visit(basin: &mut Basin, visit: &mut dyn FnMut(&str, &mut Figure)) {
    for parameter in &mut basin.parameters {
        visit(&format!("parameter:{}", parameter.id), &mut parameter.prior);
    }
    for rock in &mut basin.rocks {
        visit(&format!("rock:{}:conductivity", rock.id), &mut rock.conductivity);
        visit(&format!("rock:{}:vertical-ratio", rock.id), &mut rock.vertical_ratio);
        visit(&format!("rock:{}:specific-storage", rock.id), &mut rock.specific_storage);
        visit(&format!("rock:{}:specific-yield", rock.id), &mut rock.specific_yield);
    }
    for area in &mut basin.recharge_areas {
        visit(&format!("infiltration:{}", area.kind.id), &mut area.kind.coefficient);
    }
    for fault in &mut basin.faults {
        visit(&format!("fault:{}:characteristic", fault.id), &mut fault.characteristic);
    }
    for mine in &mut basin.mines {
        visit(&format!("mine:{}:seam-floor", mine.id), &mut mine.seam_floor);
        visit(&format!("mine:{}:drain-conductance", mine.id), &mut mine.drain_conductance);
        visit(&format!("mine:{}:vertical-factor", mine.id), &mut mine.vertical_factor);
        visit(&format!("mine:{}:recharge-factor", mine.id), &mut mine.recharge_factor);
    }
    for river in &mut basin.rivers {
        visit(&format!("river:{}:inflow", river.id), &mut river.inflow);
        for reach in &mut river.reaches {
            visit(&format!("reach:{}:conductance", reach.id), &mut reach.conductance);
            visit(&format!("reach:{}:bed-depth", reach.id), &mut reach.bed_depth);
        }
    }
    for spring in &mut basin.springs {
        visit(&format!("spring:{}:elevation", spring.id), &mut spring.elevation);
        visit(&format!("spring:{}:conductance", spring.id), &mut spring.conductance);
    }
    for project in &mut basin.projects {
        visit(&format!("project:{}:capacity", project.id), &mut project.capacity);
        visit(&format!("project:{}:ramp-years", project.id), &mut project.ramp_years);
        visit(&format!("project:{}:loss", project.id), &mut project.loss);
    }
    for project in &mut basin.projects {
        if let Some(dry) = &mut project.dry {
            visit(&format!("project:{}:dry-below", project.id), &mut dry.below);
            visit(&format!("project:{}:dry-share", project.id), &mut dry.share);
        }
        for row in &mut project.capacity_years {
            visit(&format!("project:{}:capacity-{}", project.id, row.year), &mut row.capacity);
        }
    }
    for rates in &mut basin.levers.sectors {
        let sector = sector_word(rates.sector);
        visit(&format!("sector:{sector}:elasticity"), &mut rates.elasticity);
        visit(&format!("sector:{sector}:price"), &mut rates.price);
        visit(&format!("sector:{sector}:value"), &mut rates.value);
        visit(&format!("sector:{sector}:returned"), &mut rates.returned);
    }
    for crop in &mut basin.levers.crops {
        visit(&format!("crop:{}:quota", crop.id), &mut crop.quota);
    }
    for source in &mut basin.levers.sources {
        visit(&format!("source:{}:available", source.id), &mut source.available);
    }
    for programme in &mut basin.levers.rain {
        visit(&format!("rain:{}:gain", programme.id), &mut programme.gain);
    }
    for (number, alternative) in basin.boundary_alternatives.iter_mut().enumerate() {
        let id = format!("boundary:{}:{number}", alternative.alternative);
        visit(&format!("{id}:head"), &mut alternative.head);
        visit(&format!("{id}:conductance"), &mut alternative.conductance);
    }
}
