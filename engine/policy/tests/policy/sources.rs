//! Rain enhancement and landscape water, counted by hand.

use crate::fixture::*;
use jiff::civil::date;
use quanyu_basin::{Basin, FaultKind, Sector, TimeFrame};
use quanyu_policy::ensemble::{Freedom, factors};
use quanyu_policy::{
    Ends, LandscapeRule, Litres, Measure, MeasureKind, Plan, RainRule, RainSite, Selection,
    UnconventionalRule, apply,
};

const MAY_2020: usize = 28;
const JUNE_2020: usize = 29;
const GREEN: usize = 7;

/// The paper basin with green space in the zone of Gaoping, whose demand grows by a tenth of 2018's a year: 600,000 m³ then.
fn greening() -> Basin {
    let mut basin = basin();
    let mut green = group("gp-green", "gaoping", Some("gaoping"), Sector::Ecology, 6.0e5);
    green.series = "rising".into();
    basin.groups.push(green);
    basin
}

fn planned(basin: &Basin, measures: Vec<Measure>) -> Plan {
    apply(basin, &scenario(measures, Vec::new()), &months(2018, 2025), Ends::Value).expect("a sound scenario")
}

/// Every entry but those of some groups from 2020 on is as without measures.
fn nothing_else(basin: &Basin, plan: &Plan, touched: &[usize]) {
    let before = planned(basin, Vec::new());
    for group in 0..basin.groups.len() {
        for period in (0..plan.periods.len()).filter(|period| *period < 24 || !touched.contains(&group)) {
            assert_eq!(plan.entry(group, period), before.entry(group, period), "{group}, period {period}");
        }
    }
}

fn faults(basin: &Basin, selection: Selection, kind: MeasureKind) -> Vec<FaultKind> {
    let scenario = scenario(vec![measure("m", selection, kind)], Vec::new());
    let faults = apply(basin, &scenario, &months(2018, 2025), Ends::Value).expect_err("faults");
    faults.into_iter().map(|fault| fault.kind).collect()
}

fn m3(volume: f64) -> Litres {
    Litres::from_cubic_metres(volume)
}

fn zone(id: &str) -> Selection {
    Selection { zones: vec![id.into()], ..Selection::default() }
}

fn landscape(replaced_by: &[&str]) -> MeasureKind {
    let replaced_by = replaced_by.iter().map(|id| (*id).to_owned()).collect();
    MeasureKind::Landscape(LandscapeRule { from: date(2020, 1, 1), replaced_by })
}

#[test]
fn new_landscape_water_is_not_pumped_in_the_zones() {
    let basin = greening();
    let plan = planned(&basin, vec![measure("m", zone("gaoping"), landscape(&[]))]);
    nothing_else(&basin, &plan, &[GREEN]);
    // May 2019 wanted 600,000 × 1.1 / 12; May 2020 wants 1.2 / 12 of it.
    let entry = plan.entry(GREEN, MAY_2020);
    assert_eq!((entry.demanded, entry.permitted, entry.requested), (m3(6.0e4), m3(5.5e4), m3(5.5e4)));
    assert_eq!(entry.unmet, vec![(0, m3(5.0e3))]);
    let later = plan.entry(GREEN, MAY_2020 + 60);
    assert_eq!((later.requested, later.unmet.clone()), (m3(5.5e4), vec![(0, m3(3.0e4))]), "held in 2025 too");
    assert!(
        !plan.asks_the_same(&planned(&basin, Vec::new()), MAY_2020),
        "the wells of the model are asked less"
    );
    assert!(plan.asks_the_same(&planned(&basin, Vec::new()), 12));
    let ledger = settled(&basin, &plan);
    assert_eq!(ledger.row(GREEN, MAY_2020).unmet_by, "measure:m=5000.000");
    // Nobody of the other zone takes landscape water; outside every zone nobody is concerned.
    assert_eq!(faults(&basin, zone("suburb"), landscape(&[])), [FaultKind::EmptySelection]);
    let mut outside = greening();
    outside.groups[GREEN].zone = None;
    assert_eq!(faults(&outside, ids(&["gp-green"]), landscape(&[])), [FaultKind::EmptySelection]);
}

#[test]
fn other_water_serves_new_landscape_use_where_it_is_named() {
    let mut basin = greening();
    let plan = planned(&basin, vec![measure("m", zone("gaoping"), landscape(&["north"]))]);
    nothing_else(&basin, &plan, &[GREEN]);
    let entry = plan.entry(GREEN, MAY_2020);
    assert_eq!((entry.requested, entry.substituted.clone()), (m3(5.5e4), vec![(0, m3(5.0e3))]));
    assert!(entry.unmet.is_empty());
    // A source has what its own measure says that is used of it.
    let by_source = || measure("m", zone("gaoping"), landscape(&["mine-water"]));
    basin.levers.sources[0].sectors.push(Sector::Ecology);
    let alone = scenario(vec![by_source()], Vec::new());
    let missing = apply(&basin, &alone, &months(2018, 2025), Ends::Value).expect_err("no rate of use");
    assert_eq!((missing.len(), missing[0].kind), (1, FaultKind::Missing));
    let used = MeasureKind::Unconventional(UnconventionalRule {
        source: "mine-water".into(),
        rate: from(2020, 0.75),
        most: 1.0,
        penalty: None,
    });
    let plan = planned(&basin, vec![by_source(), measure("used", ids(&["gp-industry"]), used)]);
    let entry = plan.entry(GREEN, MAY_2020);
    assert_eq!(entry.substituted, vec![(2, m3(5.0e3))]);
    let capacity = Litres::within_cubic_metres(0.75 * 1.2e6 * 31.0 / 366.0);
    assert_eq!(plan.entry(0, MAY_2020).substituted, vec![(2, capacity - m3(5.0e3))], "each litre once");
    // Half of the growth slips through where half comply; after a freeze there is none left.
    let half = Measure { compliance: 0.5, ..measure("m", zone("gaoping"), landscape(&[])) };
    assert_eq!(planned(&basin, vec![half]).entry(GREEN, MAY_2020).unmet, vec![(0, m3(2.5e3))]);
    let frozen = measure("freeze", zone("gaoping"), freeze(date(2020, 1, 1)));
    let plan = planned(&basin, vec![frozen, measure("m", zone("gaoping"), landscape(&["north"]))]);
    assert_eq!(plan.entry(GREEN, MAY_2020).unmet, vec![(0, m3(5.0e3))]);
    assert!(
        plan.notes.iter().any(|note| note.text.en.contains("nothing left to refuse")),
        "{:?}",
        plan.notes
    );
}

fn rain(site: RainSite) -> MeasureKind {
    let months = vec![6, 7];
    MeasureKind::Rain(RainRule { programme: "seeding".into(), site, months, share: from(2020, 0.5) })
}

#[test]
fn seeded_clouds_leave_the_ledger_and_raise_the_rain_of_their_months() {
    let basin = basin();
    let over = || rain(RainSite::Basin("sangu".into()));
    let plan = planned(&basin, vec![measure("m", Selection::default(), over())]);
    nothing_else(&basin, &plan, &[]);
    let gains = &plan.rains[0].gains;
    let gained: Vec<usize> = (0..gains.len()).filter(|period| gains[*period] > 0.0).collect();
    assert_eq!(gained, [29, 30, 41, 42, 53, 54, 65, 66, 77, 78, 89, 90], "June and July from 2020 on");
    assert!(gained.iter().all(|period| (gains[*period] - 0.05).abs() < 1e-12), "half of a tenth");
    let before = planned(&basin, Vec::new());
    assert!(!plan.asks_the_same(&before, JUNE_2020) && plan.asks_the_same(&before, MAY_2020));
    assert!(plan.notes.iter().all(|note| note.measure.is_none()), "{:?}", plan.notes);
    // Over a year it counts by the share of the rain that its months bring.
    let years = TimeFrame { history_from: 2018, monthly_from: 2026, to: 2025 }.periods();
    let half = Measure { compliance: 0.5, ..measure("m", Selection::default(), over()) };
    let yearly = apply(&basin, &scenario(vec![half], Vec::new()), &years, Ends::Value).expect("sound");
    let expected = 0.5 * 0.05 * 2.0 / 12.0;
    assert!((yearly.rains[0].gains[2] - expected).abs() < 1e-15 && yearly.rains[0].gains[1] == 0.0);
    let twice = vec![measure("a", Selection::default(), over()), measure("b", Selection::default(), over())];
    assert!(planned(&basin, twice).notes.iter().any(|note| note.text.en.contains("over the same area")));
}

#[test]
fn the_gain_of_a_programme_is_drawn_and_must_be_a_share() {
    let mut basin = basin();
    let drawn = factors(&basin, &Freedom::default());
    let gain = drawn.iter().find(|factor| factor.id == "rain:seeding:gain").expect("a factor");
    assert_eq!((gain.low, gain.value, gain.high), (0.0, 0.1, 0.2));
    let found = |basin: &Basin, kind| faults(basin, Selection::default(), kind);
    assert_eq!(found(&basin, rain(RainSite::Zone("none".into()))), [FaultKind::UnknownName]);
    assert_eq!(found(&basin, rain(RainSite::Basin("none".into()))), [FaultKind::UnknownName]);
    basin.levers.rain[0].gain.value = 1.5;
    assert_eq!(found(&basin, rain(RainSite::Zone("gaoping".into()))), [FaultKind::OutOfRange]);
    basin.levers.rain.clear();
    assert_eq!(found(&basin, rain(RainSite::Zone("gaoping".into()))), [FaultKind::UnknownName]);
}
