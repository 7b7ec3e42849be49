//! The storage test of balance, run on the flow model.

use quanyu_basin::MarkQuantity;
use quanyu_flow::State;
use quanyu_policy::history::hold_take;
use quanyu_policy::{Area, Ledger, Plan, SpringYield, StorageChange, StorageEvidence, StorageTest, Text};

use super::playing::Unfinished;
use super::prepared::Prepared;
use crate::interrupt;

const SECONDS_PER_DAY: f64 = 86_400.0;

/// A storage loss up to this share of the area's take counts as none: heads still settle that much after decades.
const DEAD_BAND: f64 = 1e-3;

/// Holds a plan's take of the year from the state at its end; a scenario without such a year has no test.
///
/// The ends of the assumed ranges start from the same state: only their take differs.
///
/// # Errors
/// The user asked to stop; a step that could not be solved is evidence of its own.
pub(crate) fn storage_evidence(
    prepared: &Prepared<'_>,
    plan: &Plan,
    ledger: &Ledger,
    year: Option<i16>,
    state: Option<&State>,
) -> Result<StorageEvidence, Unfinished> {
    let Some(year) = year else { return Ok(StorageEvidence::NotRun) };
    let Some(state) = state else {
        return Ok(StorageEvidence::Failed(Text::new(
            "方案自带的气候从模拟首年起即改变，没有可起算的状态。",
            "the scenario's own climate holds from the first year of the run on, so that no state before it is there to start from.",
        )));
    };
    let basin = &prepared.folder.basin;
    let (gridded, settings) = (&prepared.gridded, prepared.settings);
    let held = match hold_take(basin, gridded, plan, year, state.clone(), settings, &interrupt::goes_on) {
        Ok(Some(held)) => held,
        Ok(None) => return Err(Unfinished::Interrupted),
        Err(failure) => {
            let why = Text::new(format!("模型未收敛：{failure}"), failure.to_string());
            return Ok(StorageEvidence::Failed(why));
        }
    };
    let band = |counts: &dyn Fn(&quanyu_policy::GroupRow) -> bool| {
        DEAD_BAND * ledger.year(year, |group| group.in_model && counts(group)).delivered.cubic_metres()
    };
    let zones = basin.zones.iter().zip(&held.zone_storage).map(|(zone, &change)| StorageChange {
        area: Area::Zone(zone.id.clone()),
        change,
        dead_band: band(&|group| group.zones.contains(&zone.id)),
    });
    let basins = basin.outlines.iter().zip(&held.basin_storage).map(|(outline, &change)| StorageChange {
        area: Area::Basin(outline.id.clone()),
        change,
        dead_band: band(&|group| group.basin.as_ref() == Some(&outline.id)),
    });
    let published = |id: &str| {
        basin.marks.iter().find_map(|mark| match &mark.quantity {
            MarkQuantity::SpringFlow { spring } if spring == id => Some(mark.value.value * SECONDS_PER_DAY),
            _ => None,
        })
    };
    // The floor is asked of the main outlets: a vent that dried long ago is a target of its own.
    let main = basin.springs.iter().zip(&held.spring_flow).filter(|(spring, _)| spring.main);
    let springs = main.map(|(spring, &flow)| SpringYield {
        spring: spring.id.clone(),
        flow,
        long_term: published(&spring.id),
    });
    Ok(StorageEvidence::Done(StorageTest {
        held_year: year,
        years: held.years as u16,
        cycle_years: 1,
        changes: zones.chain(basins).collect(),
        springs: springs.collect(),
    }))
}
