//! Measures that collide: what one does that another undoes, forestalls or makes moot for the same users.

use super::Draft;
use crate::MeasureKind;

/// What to know of a measure against the measures beside it, in Chinese and English.
pub(super) fn collisions(draft: &Draft, index: usize) -> Vec<(String, String)> {
    let own = &draft.measures[index];
    let mut notes = Vec::new();
    for (other_index, other) in draft.measures.iter().enumerate() {
        if other_index == index {
            continue;
        }
        let id = &other.measure.id;
        let shared = own.selected.iter().filter(|group| other.selected.binary_search(group).is_ok()).count();
        match (&own.measure.kind, &other.measure.kind) {
            (MeasureKind::Relocate(rule), kind) if rule.served_by.is_empty() => {
                let to = draft.basin.groups.iter().position(|group| group.id == rule.to);
                let there = to.is_some_and(|to| other.selected.binary_search(&to).is_ok());
                if there && refuses(kind) {
                    notes.push((
                        format!("迁入地{}受措施{id}约束，迁入的用水可能成为缺水。", rule.to),
                        format!(
                            "Measure {id} holds the destination {}: what arrives there may stay unmet.",
                            rule.to
                        ),
                    ));
                }
            }
            (MeasureKind::Ban(_), MeasureKind::Limit(_) | MeasureKind::LimitIntake(_)) if shared > 0 => {
                notes.push((
                    format!("措施{id}对其中 {shared} 个取水组另有限额，禁采使其失去作用。"),
                    format!("Measure {id} limits {shared} of these groups too; the ban leaves it nothing to limit."),
                ));
            }
            (MeasureKind::Limit(_), MeasureKind::Limit(_)) if shared > 0 => {
                notes.push((
                    format!("措施{id}也限制其中 {shared} 个取水组，以较低的限额为准。"),
                    format!(
                        "Measure {id} limits {shared} of these groups too; of two quotas the lower holds."
                    ),
                ));
            }
            (MeasureKind::Save(_), MeasureKind::Save(_)) | (MeasureKind::Price(_), MeasureKind::Price(_))
                if shared > 0 && other_index < index =>
            {
                notes.push((
                    format!("措施{id}也作用于其中 {shared} 个取水组；本措施按其后剩余的需水计。"),
                    format!("Measure {id} acts on {shared} of these groups too; this one takes its share of what that leaves."),
                ));
            }
            (MeasureKind::Rain(rule), MeasureKind::Rain(one))
                if rule.site == one.site && other_index < index =>
            {
                notes.push((
                    format!("措施{id}在同一区域增雨；两项的增雨比例相加。"),
                    format!("Measure {id} seeds clouds over the same area; their gains add up."),
                ));
            }
            (MeasureKind::Landscape(_), MeasureKind::Freeze(_)) if shared > 0 && other_index < index => {
                notes.push((
                    format!("措施{id}已停批其中 {shared} 个取水组的新增取水，本措施对其不再起作用。"),
                    format!("Measure {id} freezes {shared} of these groups before: this one has nothing left to refuse there."),
                ));
            }
            (MeasureKind::CloseWells { .. }, MeasureKind::Ban(_)) if shared > 0 => notes.push((
                format!("措施{id}对其中 {shared} 个取水组禁采。"),
                format!(
                    "Measure {id} bans {shared} of these groups too: what is not closed is refused there."
                ),
            )),
            _ => {}
        }
    }
    notes
}

fn refuses(kind: &MeasureKind) -> bool {
    matches!(
        kind,
        MeasureKind::Freeze(_)
            | MeasureKind::Ban(_)
            | MeasureKind::Limit(_)
            | MeasureKind::LimitIntake(_)
            | MeasureKind::CloseWells { .. }
            | MeasureKind::Landscape(_)
    )
}
