//! Published sums that hold the ends of the demand range together.
//!
//! A group's range says how unsure its own take is; a published sum says that not all of them can be high at once. At an end of
//! the range the takes start from their own ends and are then fitted, by proportional steps within their ranges, until
//! every published sum is met: iterative proportional fitting with bounds.

use quanyu_basin::{Basin, Group, GroupKind, Tie};

use crate::Ends;
use crate::selection::zone_and_parents;

/// Sweeps over all sums.
const SWEEPS: usize = 400;
/// A sum this close to its published value, relative to it, is met \[-\].
const CLOSE: f64 = 1.0e-10;

/// Largest factor on a take: a group that starts from next to nothing does not make up a sum.
const MOST: f64 = 1.0e6;

/// Groups under a published sum: in the city, of its county, zone (sub-zones included) and booking. `None` where mine
/// drainage is among them: what flows into mines is the model's answer, so such a sum cannot confine demand.
fn members(basin: &Basin, tie: &Tie) -> Option<Vec<usize>> {
    let counts = |group: &Group| {
        group.county.is_some()
            && (tie.county.is_none() || group.county == tie.county)
            && tie.booking.is_none_or(|booking| group.booking == booking)
            && tie.zone.as_ref().is_none_or(|zone| {
                group.zone.as_ref().is_some_and(|of| zone_and_parents(&basin.zones, of).contains(zone))
            })
    };
    let members: Vec<usize> = (0..basin.groups.len()).filter(|group| counts(&basin.groups[*group])).collect();
    let drains = |group: &usize| matches!(basin.groups[*group].kind, GroupKind::MineDrainage { .. });
    if members.iter().any(drains) { None } else { Some(members) }
}

/// A take being fitted \[m³/a\].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fitted {
    pub(crate) take: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Moved only after all others under the same sum have reached their bounds.
    pub(crate) last: bool,
}

/// Fits takes to every published sum at an end of its own range; `growth` is use in a year relative to a group's base year.
/// Returns the sums that cannot be met within the ranges, with what remains relative to them.
pub(crate) fn fit(
    basin: &Basin,
    ends: Ends,
    takes: &mut [Fitted],
    growth: impl Fn(usize, i16) -> f64,
) -> Vec<(String, f64)> {
    // Per sum: the tie, what it must come to, and its groups with their mean growth over its years.
    let sums: Vec<_> = (basin.ties.iter())
        .filter_map(|tie| {
            let slack = match ends {
                Ends::Value => 1.0,
                Ends::Low => 1.0 - tie.tolerance,
                Ends::High => 1.0 + tie.tolerance,
            };
            let years = f64::from((tie.to - tie.from + 1).max(1));
            let mean =
                |group: usize| (tie.from..=tie.to).map(|year| growth(group, year)).sum::<f64>() / years;
            let weights: Vec<_> =
                members(basin, tie)?.into_iter().map(|group| (group, mean(group))).collect();
            Some((tie, ends.pick(&tie.total) * slack, weights))
        })
        .collect();
    let total = |weights: &[(usize, f64)], takes: &[Fitted]| {
        weights.iter().map(|(group, weight)| takes[*group].take * weight).fold(0.0, |sum, part| sum + part)
    };
    let remains = |target: f64, weights: &[(usize, f64)], takes: &[Fitted]| {
        (total(weights, takes) - target) / target.abs().max(1.0)
    };
    for _ in 0..SWEEPS {
        for (_, target, weights) in &sums {
            for last in [false, true] {
                let (moving, still): (Vec<_>, Vec<_>) =
                    weights.iter().copied().partition(|(group, _)| takes[*group].last == last);
                scale(target - total(&still, takes), &moving, takes);
            }
        }
        if sums.iter().all(|(_, target, weights)| remains(*target, weights, takes).abs() <= CLOSE) {
            break;
        }
    }
    sums.iter()
        .map(|(tie, target, weights)| (*tie, remains(*target, weights, takes)))
        .filter(|(tie, off)| off.abs() > tie.tolerance + 1.0e-6)
        .map(|(tie, off)| (tie.id.clone(), off))
        .collect()
}

/// Multiplies takes by the one factor at which, each held within its bounds, they come closest to a weighted sum.
fn scale(target: f64, moving: &[(usize, f64)], takes: &mut [Fitted]) {
    let at = |fitted: &Fitted, factor: f64| (fitted.take * factor).clamp(fitted.low, fitted.high);
    let sum = |takes: &[Fitted], factor: f64| {
        moving
            .iter()
            .map(|(group, weight)| at(&takes[*group], factor) * weight)
            .fold(0.0, |sum, part| sum + part)
    };
    let most = (moving.iter())
        .filter(|(group, _)| takes[*group].take > 0.0)
        .map(|(group, _)| takes[*group].high / takes[*group].take)
        .fold(1.0, f64::max)
        .min(MOST);
    let (mut below, mut above) = (0.0, most);
    // 100 halvings reach the last bit of any factor.
    for _ in 0..100 {
        let middle = 0.5 * (below + above);
        if sum(takes, middle) < target {
            below = middle;
        } else {
            above = middle;
        }
    }
    for (group, _) in moving {
        takes[*group].take = at(&takes[*group], above);
    }
}
