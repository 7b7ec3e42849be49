//! What can be wrong with the basin's projects, and with the projects that a measure names.

use quanyu_basin::{Basin, Fault, FaultKind, Figure};

use super::twice;
use crate::{Measure, MeasureKind};

/// Faults of the basin's groups and projects that would spoil the accounts.
pub(in crate::apply) fn projects(basin: &Basin) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (index, group) in basin.groups.iter().enumerate() {
        if basin.groups[..index].iter().any(|earlier| earlier.id == group.id) {
            faults.push(twice("group", &group.id, group.origin));
        }
    }
    for (index, project) in basin.projects.iter().enumerate() {
        if basin.projects[..index].iter().any(|earlier| earlier.id == project.id) {
            faults.push(twice("project", &project.id, project.origin));
        }
        // Verdicts are judged at the ends of the ranges, too.
        let mut within = |figure: &Figure, what: &str, usable: &dyn Fn(f64) -> bool, allowed: &str| {
            let all = [figure.value, figure.low(), figure.high()];
            if let Some(wrong) = all.into_iter().find(|value| !usable(*value)) {
                faults.push(Fault {
                    origin: figure.origin,
                    kind: FaultKind::OutOfRange,
                    message: format!("The {what} of project {} is not usable.", project.id),
                    value: wrong.to_string(),
                    allowed: allowed.into(),
                    remedy: "Correct it.".into(),
                });
            }
        };
        let volume = |value| (0.0..=1.0e11).contains(&value);
        within(&project.capacity, "capacity", &volume, "0 to 1e11 m³/a");
        for row in &project.capacity_years {
            within(&row.capacity, "capacity", &volume, "0 to 1e11 m³/a");
        }
        let years = |value| (0.0..=1000.0).contains(&value);
        within(&project.ramp_years, "ramp", &years, "0 to 1000 years");
        within(&project.loss, "loss", &|value| (0.0..1.0).contains(&value), "0 to below 1");
        if let Some(dry) = &project.dry {
            let share = |value| (0.0..=1.0).contains(&value);
            within(&dry.share, "share that is left in a dry year", &share, "0 to 1");
        }
    }
    faults
}

/// Indices of the projects that a measure names, in its order.
pub(in crate::apply) fn resolve_projects(basin: &Basin, measure: &Measure) -> Result<Vec<usize>, Vec<Fault>> {
    let names: &[String] = match &measure.kind {
        MeasureKind::CloseWells { replaced_by, .. } => replaced_by,
        MeasureKind::Swap { projects, .. } => projects,
        MeasureKind::Relocate(rule) => &rule.served_by,
        MeasureKind::Landscape(rule) => &rule.replaced_by,
        MeasureKind::Freeze(rule) => &rule.replaced_by,
        _ => &[],
    };
    if let MeasureKind::Unconventional(rule) = &measure.kind {
        // An unknown source is reported with the selection.
        let source = basin.levers.sources.iter().position(|source| source.id == rule.source);
        return Ok(source.map(|source| basin.projects.len() + source).into_iter().collect());
    }
    let mut faults = Vec::new();
    let mut found = Vec::new();
    if names.is_empty() && matches!(measure.kind, MeasureKind::Swap { .. }) {
        faults.push(Fault {
            origin: measure.origin,
            kind: FaultKind::Missing,
            message: format!("Measure {} swaps users to no project.", measure.id),
            value: "no project".into(),
            allowed: "one or more projects".into(),
            remedy: "Name the projects that serve instead, in order.".into(),
        });
    }
    for name in names {
        // Only landscape water may come from an unconventional source by name: the other uses have a measure of their own for it.
        let sources = &basin.levers.sources;
        let source = sources.iter().position(|source| source.id == *name);
        let source = source.filter(|_| matches!(measure.kind, MeasureKind::Landscape(_)));
        let project = basin.projects.iter().position(|project| project.id == *name);
        match project.or(source.map(|source| basin.projects.len() + source)) {
            Some(index) if found.contains(&index) => faults.push(Fault {
                origin: measure.origin,
                kind: FaultKind::Collision,
                message: format!("Measure {} names a project twice; its capacity is spent once.", measure.id),
                value: name.clone(),
                allowed: "each project once".into(),
                remedy: "Remove the second mention.".into(),
            }),
            Some(index) => found.push(index),
            None => faults.push(Fault {
                origin: measure.origin,
                kind: FaultKind::UnknownName,
                message: format!("Measure {} names a project that does not exist.", measure.id),
                value: name.clone(),
                allowed: basin
                    .projects
                    .iter()
                    .map(|project| project.id.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
                remedy: "Correct the name or add the project to the basin.".into(),
            }),
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(faults) }
}
