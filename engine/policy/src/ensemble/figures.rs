//! Every single figure of a basin that a member may draw by itself.
//!
//! Not among them, since they hang together: takes and use indices (drawn as demand, held to the published sums), precipitation
//! (drawn as a synthetic climate), and the published marks and sums, which are not ours to draw. Layer surfaces,
//! outlines and the placement of takes stay as they are.

use quanyu_basin::{Basin, Figure};

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
    for (number, alternative) in basin.boundary_alternatives.iter_mut().enumerate() {
        let id = format!("boundary:{}:{number}", alternative.alternative);
        visit(&format!("{id}:head"), &mut alternative.head);
        visit(&format!("{id}:conductance"), &mut alternative.conductance);
    }
}
