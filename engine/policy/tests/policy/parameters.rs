//! Parameters that a measure may state where most leave them as they are, each counted by hand.

use crate::fixture::*;
use jiff::civil::date;
use quanyu_basin::{Basin, Sector};
use quanyu_policy::{
    Ends, ExitRule, FreezeRule, Litres, Measure, MeasureKind, Plan, PriceRule, SaveRule, SavingRate,
    TradeRule, TradeWithin, apply,
};

const MAY_2020: usize = 28;

fn planned(basin: &Basin, measures: Vec<Measure>) -> Plan {
    apply(basin, &scenario(measures, Vec::new()), &months(2018, 2025), Ends::Value).expect("a sound scenario")
}

fn m3(volume: f64) -> Litres {
    Litres::from_cubic_metres(volume)
}

#[test]
fn a_freeze_spares_households_only_where_it_says_so() {
    let mut basin = basin();
    basin.groups[2].series = "rising".into();
    let unmet = |domestic_exempt| {
        let kind = MeasureKind::Freeze(FreezeRule {
            from: date(2020, 1, 1),
            domestic_exempt,
            replaced_by: Vec::new(),
        });
        planned(&basin, vec![measure("m", ids(&["zz-domestic"]), kind)]).entry(2, MAY_2020).unmet.clone()
    };
    assert_eq!(unmet(true), Vec::new());
    assert_eq!(unmet(false), vec![(0, m3(1.0e4))], "a tenth of 1.2e6 m³ a year in twelve months");
}

#[test]
fn quotas_move_within_what_the_trade_says() {
    let mut basin = basin();
    // Neither lies in a zone, whose takes may not rise.
    basin.groups[1].zone = None;
    basin.groups[3].zone = None;
    let requested = |basin: &Basin, within| {
        let trade = MeasureKind::Trade(TradeRule { from: date(2020, 1, 1), within, most: 0.5 });
        let short = measure("cut", ids(&["zz-industry"]), cut(2020, 0.5, 0.0));
        let plan =
            planned(basin, vec![short, measure("trade", ids(&["gp-irrigation", "zz-industry"]), trade)]);
        (plan.entry(1, MAY_2020).requested, plan.entry(3, MAY_2020).requested)
    };
    let (moved, stayed) = ((m3(1.5e5), m3(1.0e5)), (m3(2.0e5), m3(5.0e4)));
    assert_eq!(requested(&basin, TradeWithin::City), moved);
    assert_eq!(requested(&basin, TradeWithin::Basin), moved, "both lie in the Sangu basin");
    assert_eq!(requested(&basin, TradeWithin::County), stayed, "one lies in Gaoping, one in Zezhou");
    basin.groups[1].basin = None;
    assert_eq!(requested(&basin, TradeWithin::Basin), stayed);
}

#[test]
fn a_stated_elasticity_goes_before_that_of_the_sector() {
    let basin = basin();
    let saved = |elasticity: Vec<(Sector, f64)>| {
        let rule = PriceRule { rise: 1.0, tax: 0.0, ramp: from(2020, 1.0), tiers: Vec::new(), elasticity };
        let plan = planned(&basin, vec![measure("m", ids(&["gp-industry"]), MeasureKind::Price(rule))]);
        plan.entry(0, MAY_2020).saved
    };
    assert_eq!(saved(vec![(Sector::Industry, -1.0)]), m3(1.5e5), "twice the price, half the demand");
    let own = m3(3.0e5 * (1.0 - 0.5_f64.sqrt()));
    assert_eq!([saved(Vec::new()), saved(vec![(Sector::Domestic, -1.0)])], [own, own], "-0.5 of its sector");
}

#[test]
fn a_stated_share_that_seeps_back_goes_before_that_of_the_sector() {
    let basin = basin();
    let lost = |kind: MeasureKind| {
        planned(&basin, vec![measure("m", ids(&["gp-industry"]), kind)]).entry(0, MAY_2020).lost_return
    };
    let exit = |returned| MeasureKind::Exit(ExitRule { stages: from(2020, 0.4), returned });
    assert_eq!([lost(exit(None)), lost(exit(Some(0.5)))], [m3(2.4e4), m3(6.0e4)], "of 120,000 m³");
    let save = |returned| {
        let (rate, ramp) = (SavingRate::Quota, from(2020, 1.0));
        MeasureKind::Save(SaveRule { rate, from: 1.0, to: 0.6, ramp, returned })
    };
    assert_eq!([lost(save(None)), lost(save(Some(0.0)))], [m3(2.4e4), Litres::ZERO]);
}
