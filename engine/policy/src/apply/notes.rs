//! What the author of a scenario should know about the plan that came of it.

use quanyu_basin::{Names, Period};

use super::{Draft, collisions};
use crate::plan::{MeasureEffect, Note, PeriodPlan};
use crate::{Cut, GroupRow, Litres, MeasureKind, Scenario, Text};

/// Notes on every measure, and on mines whose drainage no group carries.
pub(super) fn notes(
    draft: &Draft,
    scenario: &Scenario,
    periods: &[Period],
    plans: &[PeriodPlan],
) -> Vec<Note> {
    let mut notes = Vec::new();
    for (index, resolved) in draft.measures.iter().enumerate() {
        let mut note = |text: Text| notes.push(Note { measure: Some(resolved.measure.id.clone()), text });
        let first = |volume: fn(&MeasureEffect) -> Litres| {
            let total: Litres = plans.iter().map(|plan| volume(&plan.effects[index])).sum();
            let begin = plans.iter().position(|plan| volume(&plan.effects[index]) > Litres::ZERO);
            begin.and_then(|period| periods.get(period)).map(|period| (period.start, total))
        };
        if let Some((begin, total)) = first(|effect| effect.forestalled) {
            let others = rivals(draft, index);
            let floor = matches!(resolved.measure.kind, MeasureKind::Cut { floor, .. } if floor > 0.0)
                .then_some(("其下限", "its floor"));
            let named = (!others.is_empty())
                .then(|| (format!("措施{}", others.join("、")), format!("measures {}", others.join(", "))));
            let (zh, en) = match (floor, named) {
                (Some((floor, _)), None) => (floor.to_owned(), "its floor".to_owned()),
                (Some((floor, own)), Some((zh, en))) => (format!("{floor}或{zh}"), format!("{own} or {en}")),
                (None, Some(named)) => named,
                (None, None) => ("其他措施".into(), "other measures".into()),
            };
            note(Text::new(
                format!("自{begin}起，本措施要求的 {total} m³ 已被{zh}占去，不重复计算。"),
                format!(
                    "From {begin} on, {total} m³ of what this measure claims was already taken by {en}; it is not counted twice."
                ),
            ));
        }
        if let Some((begin, total)) = first(|effect| effect.shortfall) {
            let (zh, en) = match resolved.measure.kind {
                MeasureKind::Swap { .. } => ("仍由原水源开采", "stays pumped"),
                _ => ("无水可替代，成为缺水", "is replaced by nothing and unmet"),
            };
            note(if resolved.projects.is_empty() {
                Text::new(
                    format!("自{begin}起，共 {total} m³ {zh}：本措施未列替代工程。"),
                    format!("From {begin} on, {total} m³ {en}: the measure names no project."),
                )
            } else {
                Text::new(
                    format!("自{begin}起，替代工程共缺 {total} m³，{zh}。"),
                    format!("From {begin} on, its projects cannot bring {total} m³, which {en}."),
                )
            });
        }
        for &project in &resolved.projects {
            let sources = &draft.basin.levers.sources;
            let own = draft.basin.projects.get(project).map(|row| &row.id);
            let Some(id) =
                own.or_else(|| sources.get(project - draft.basin.projects.len()).map(|row| &row.id))
            else {
                continue;
            };
            let serves = match &resolved.measure.kind {
                MeasureKind::Relocate(rule) => {
                    draft.basin.groups.iter().position(|group| group.id == rule.to).into_iter().collect()
                }
                _ => resolved.selected.clone(),
            };
            if !serves.iter().any(|group| draft.reach[project][*group]) {
                note(Text::new(
                    format!("工程{id}的供水县不含本措施所选的任何取水组，对其不供水。"),
                    format!(
                        "Project {id} reaches the county of no group selected here and serves none of them."
                    ),
                ));
            }
        }
        let stated = match &resolved.measure.kind {
            MeasureKind::Cut { by: Cut::Volume(volume), ramp, .. } => {
                Some((*volume, ramp, "压减量", "the cut"))
            }
            MeasureKind::Land(rule) => {
                Some((draft.land_volume(rule), &rule.ramp, "退减面积的灌溉水量", "the water of the land"))
            }
            _ => None,
        };
        if let Some((volume, ramp, zh, en)) = stated {
            let over = |period: &&Period| {
                ramp.mean(period) > 0.0
                    && draft.wanted_of_year(&resolved.selected, period.year()).cubic_metres() < volume
            };
            if let Some(year) = periods.iter().find(over).map(Period::year) {
                note(Text::new(
                    format!("{year}年起{zh} {volume} m³/a 超过所选取水组的全部需水，按全部需水计。"),
                    format!(
                        "From {year} on {en}, {volume} m³/a, exceeds all that the selected groups want and counts as all of it."
                    ),
                ));
            }
        }
        if let MeasureKind::Unconventional(rule) = &resolved.measure.kind {
            let years = periods.iter().map(|period| period.year());
            if let Some((year, rate, least)) = draft.below_least(rule, years) {
                let (rate, least) = (100.0 * rate, 100.0 * least);
                note(Text::new(
                    format!("{year}年计划利用率 {rate:.0} %，低于规定的最低 {least:.0} %。"),
                    format!(
                        "In {year} {rate:.0} % of the source is to be used, below the least share of {least:.0} %."
                    ),
                ));
            }
            let lost = |year: i16| (year, draft.unused_before(resolved, rule, year));
            let mut years: Vec<i16> = periods.iter().map(Period::year).collect();
            years.dedup();
            if let Some((year, unused)) = years.into_iter().map(lost).find(|(_, unused)| *unused > 0.0) {
                let before = year - 1;
                note(Text::new(
                    format!(
                        "{before}年矿井水利用量比规定的最低利用率少 {unused:.0} m³，{year}年取水计划核减同量。"
                    ),
                    format!(
                        "In {before} {unused:.0} m³ less of the mine water is used than the least share asks; the plan of {year} is cut by as much."
                    ),
                ));
            }
        }
        for (zh, en) in collisions::collisions(draft, index) {
            note(Text::new(zh, en));
        }
        let acts = |plan: &PeriodPlan| {
            plan.effects[index].claimed > Litres::ZERO || plan.recharged[index] > Litres::ZERO
        };
        let rains = match &resolved.measure.kind {
            MeasureKind::Rain(rule) => periods.iter().any(|period| rule.gain(draft.basin, period) > 0.0),
            _ => false,
        };
        let narrows = matches!(resolved.measure.kind, MeasureKind::Metering(_));
        if !narrows && !rains && !plans.iter().any(acts) {
            let before = rivals(draft, index);
            note(if before.is_empty() || !acts_alone(draft, scenario, index, periods) {
                Text::new("本措施在整个时段内没有作用。", "This measure has no effect in any period.")
            } else {
                Text::new(
                    format!("措施{}已占尽其作用，本措施在整个时段内没有作用。", before.join("、")),
                    format!(
                        "This measure has no effect in any period: measures {} leave it nothing.",
                        before.join(", ")
                    ),
                )
            });
        }
    }
    for (sum, off) in draft.demand.unmet_sums() {
        let percent = off * 100.0;
        notes.push(Note {
            measure: None,
            text: Text::new(
                format!("需水区间的这一端，各组取水的区间满足不了公布的合计{sum}（相差{percent:+.2} %）。"),
                format!("At this end of the demand range the groups' ranges cannot meet the published sum {sum} ({percent:+.2} %)."),
            ),
        });
    }
    for mine in &draft.basin.mines {
        let carried = |group: &quanyu_basin::Group| matches!(&group.kind, quanyu_basin::GroupKind::MineDrainage { mine: id } if *id == mine.id);
        if !draft.basin.groups.iter().any(carried) {
            let Names { zh, en } = &mine.names;
            notes.push(Note {
                measure: None,
                text: Text::new(
                    format!("煤矿{zh}（{}）的排水没有取水组承载，不进入账本。", mine.id),
                    format!(
                        "No group carries the drainage of mine {en} ({}), so it does not enter the ledger.",
                        mine.id
                    ),
                ),
            });
        }
    }
    let unplaced = |row: &GroupRow| row.county.is_none() && row.basin.is_none();
    for group in draft.basin.groups.iter().map(|group| GroupRow::new(draft.basin, group)).filter(unplaced) {
        notes.push(Note {
            measure: None,
            text: Text::new(
                format!("取水组{}既不在市内也不在泉域内，不计入任何目标。", group.id),
                format!(
                    "Group {} lies neither in the city nor in a spring basin and counts towards no target.",
                    group.id
                ),
            ),
        });
    }
    notes
}

/// Whether a measure would do something if it were the only one.
fn acts_alone(draft: &Draft, scenario: &Scenario, index: usize, periods: &[Period]) -> bool {
    let only = Scenario { measures: vec![scenario.measures[index].clone()], ..scenario.clone() };
    Draft::new(draft.basin, &only, draft.ends, 1.0, None).is_ok_and(|alone| {
        periods.iter().any(|period| alone.period(period).effects[0].claimed > Litres::ZERO)
    })
}

/// Ids of other measures that lower the take of a group that this one selects.
fn rivals(draft: &Draft, index: usize) -> Vec<String> {
    let selected = &draft.measures[index].selected;
    let shares = |other: usize| {
        draft.measures[other].selected.iter().any(|group| selected.binary_search(group).is_ok())
    };
    (0..draft.measures.len())
        .filter(|other| *other != index && shares(*other))
        .filter(|other| {
            !matches!(draft.measures[*other].measure.kind, MeasureKind::Freeze(_) | MeasureKind::Landscape(_))
        })
        .map(|other| draft.measures[other].measure.id.clone())
        .collect()
}
