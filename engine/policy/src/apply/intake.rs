//! Limit on the take of spring water (限制泉水取用): a limit whose users draw on a spring's flow, not on wells.

use quanyu_basin::{Basin, Fault, FaultKind, GroupKind};

use crate::Measure;

/// A fault for every selected group that is no spring intake.
pub(super) fn check_selected(basin: &Basin, measure: &Measure, selected: &[usize], faults: &mut Vec<Fault>) {
    let wells = selected.iter().map(|group| &basin.groups[*group]);
    let wells: Vec<&str> = wells
        .filter(|group| !matches!(group.kind, GroupKind::SpringIntake { .. }))
        .map(|group| group.id.as_str())
        .collect();
    if !wells.is_empty() {
        faults.push(Fault {
            origin: measure.origin,
            kind: FaultKind::Inconsistent,
            message: format!("Measure {} limits spring intakes but selects wells.", measure.id),
            value: wells.join(", "),
            allowed: "spring intakes only".into(),
            remedy: "Select the intakes by id, or use `limit` for wells.".into(),
        });
    }
}
