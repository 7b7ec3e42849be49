//! Measures on what users may take and are served with: bans, limits, intakes, unconventional sources, trade, projects over the years,
//! recharge; counted by hand.

use crate::fixture::*;
use geo::polygon;
use jiff::civil::date;
use quanyu_basin::{Basin, CapacityYear, DryYears, FaultKind, Sector};
use quanyu_policy::{
    BanRule, ClimateChange, Cut, Ends, LimitRule, Litres, Measure, MeasureKind, Plan, ProjectChange,
    RechargeRule, RechargeSite, Selection, TradeRule, TradeWithin, UnconventionalRule, apply,
};

const MAY_2020: usize = 28;

fn planned(basin: &Basin, measures: Vec<Measure>) -> Plan {
    apply(basin, &scenario(measures, Vec::new()), &months(2018, 2025), Ends::Value).expect("a sound scenario")
}

fn faults(basin: &Basin, selection: Selection, kind: MeasureKind) -> Vec<FaultKind> {
    let scenario = scenario(vec![measure("m", selection, kind)], Vec::new());
    let faults = apply(basin, &scenario, &months(2018, 2025), Ends::Value).expect_err("faults");
    faults.into_iter().map(|fault| fault.kind).collect()
}

/// One measure; every group but those named, and every period before 2020, is as without it.
fn alone(basin: &Basin, selection: Selection, kind: MeasureKind, touched: &[&str]) -> Plan {
    let (plan, before) = (planned(basin, vec![measure("m", selection, kind)]), planned(basin, Vec::new()));
    for (group, row) in plan.groups.iter().enumerate() {
        for period in 0..plan.periods.len() {
            if period < 24 || !touched.contains(&row.id.as_str()) {
                assert_eq!(
                    plan.entry(group, period),
                    before.entry(group, period),
                    "{}, period {period}",
                    row.id
                );
            }
        }
    }
    plan
}

fn zone(id: &str) -> Selection {
    Selection { zones: vec![id.into()], ..Selection::default() }
}

fn m3(volume: f64) -> Litres {
    Litres::from_cubic_metres(volume)
}

fn ban(exempt: &[Sector]) -> MeasureKind {
    MeasureKind::Ban(BanRule { from: date(2020, 1, 1), exempt: exempt.into() })
}

fn limit(most: f64, exempt: &[Sector]) -> MeasureKind {
    MeasureKind::Limit(LimitRule { most: vec![(date(2020, 1, 1), most)], exempt: exempt.into() })
}

#[test]
fn a_ban_refuses_what_is_still_pumped_and_spares_the_exempt() {
    let basin = basin();
    let plan = alone(&basin, zone("suburb"), ban(&[Sector::Domestic]), &["zz-industry"]);
    let entry = plan.entry(3, MAY_2020);
    assert_eq!(
        (entry.permitted, entry.requested, entry.unmet.clone()),
        (m3(0.0), m3(0.0), vec![(0, m3(1.0e5))])
    );
    // What a swap serves stays served, whichever is stated first.
    let swapped = |order: [usize; 2]| {
        let list = [
            measure("ban", zone("suburb"), ban(&[Sector::Domestic])),
            measure("swap", ids(&["zz-industry"]), swap(2020, 0.6, &["north"])),
        ];
        planned(&basin, order.map(|index| list[index].clone()).into())
    };
    for order in [[0, 1], [1, 0]] {
        let plan = swapped(order);
        let entry = plan.entry(3, MAY_2020);
        assert_eq!((entry.substituted_total(), entry.requested), (m3(0.6e5), m3(0.0)));
        assert_eq!(entry.unmet.iter().map(|(_, volume)| *volume).sum::<Litres>(), m3(0.4e5));
    }
    assert_eq!(faults(&basin, ids(&["zz-domestic"]), ban(&[Sector::Domestic])), [FaultKind::EmptySelection]);
}

#[test]
fn a_limit_shares_quotas_after_exempt_uses() {
    let basin = basin();
    // 6,000,000 wanted in the zone, half allowed: half of each demand.
    let plan = alone(&basin, zone("gaoping"), limit(3.0e6, &[]), &["gp-industry", "gp-irrigation"]);
    for (group, wanted) in [(0, 3.0e5), (1, 2.0e5)] {
        let entry = plan.entry(group, MAY_2020);
        assert_eq!((entry.permitted, entry.requested), (m3(0.5 * wanted), m3(0.5 * wanted)));
        assert_eq!(entry.unmet, vec![(0, m3(0.5 * wanted))]);
    }
    // Irrigation exempt: 2,400,000 go to it, 600,000 of 3,600,000 are left to industry.
    let plan = alone(&basin, zone("gaoping"), limit(3.0e6, &[Sector::Irrigation]), &["gp-industry"]);
    assert_eq!(plan.entry(0, MAY_2020).requested, m3(0.5e5));
    let year: Litres =
        (24..36).map(|period| plan.entry(0, period).requested + plan.entry(1, period).requested).sum();
    assert!(year <= m3(3.0e6) && year.count() > m3(3.0e6).count() - 100);
    // A limit above the demand binds nobody, and says so.
    let loose = alone(&basin, zone("gaoping"), limit(7.0e6, &[]), &[]);
    assert!(loose.notes.iter().any(|note| note.text.en.contains("no effect in any period")));
}

#[test]
fn limits_and_bans_commute() {
    let basin = basin();
    let list = [
        measure("a", zone("gaoping"), limit(3.0e6, &[])),
        measure("b", ids(&["gp-industry"]), limit(1.2e6, &[])),
        measure("c", ids(&["gp-irrigation"]), ban(&[])),
    ];
    let take = |order: [usize; 3]| -> Vec<Litres> {
        let plan = planned(&basin, order.map(|index| list[index].clone()).into());
        (0..7).map(|group| plan.entry(group, MAY_2020).requested).collect()
    };
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(take(order), take([0, 1, 2]));
    }
    assert_eq!(take([0, 1, 2])[..2], [m3(1.0e5), m3(0.0)], "the lower limit holds");
}

#[test]
fn a_spring_intake_is_limited() {
    let basin = basin();
    let kind = |most| {
        MeasureKind::LimitIntake(LimitRule { most: vec![(date(2020, 1, 1), most)], exempt: Vec::new() })
    };
    let plan = alone(&basin, ids(&["yc-intake"]), kind(6.0e5), &["yc-intake"]);
    assert_eq!(plan.entry(4, MAY_2020).requested, m3(0.5e5));
    assert_eq!(settled(&basin, &plan).entry(4, MAY_2020).delivered, m3(0.5e5));
    assert_eq!(faults(&basin, zone("gaoping"), kind(1.0)), [FaultKind::Inconsistent]);
}

fn mine_water(rate: f64, penalty: bool) -> MeasureKind {
    MeasureKind::Unconventional(UnconventionalRule {
        source: "mine-water".into(),
        rate: from(2020, rate),
        most: 0.5,
        penalty: penalty.then(|| date(2020, 1, 1)),
    })
}

#[test]
fn mine_water_serves_industry_in_place_of_wells() {
    let basin = basin();
    let selection = || Selection { sectors: vec![Sector::Industry], ..Selection::default() };
    let plan = alone(&basin, selection(), mine_water(0.75, false), &["gp-industry", "zz-industry"]);
    let available = Litres::within_cubic_metres(0.75 * 1.2e6 * 31.0 / 366.0);
    let source = basin.projects.len();
    // Half of what gp-industry wants is more than there is: it gets all.
    assert_eq!(plan.entry(0, MAY_2020).substituted, vec![(source, available)]);
    assert_eq!(plan.entry(0, MAY_2020).requested, m3(3.0e5) - available);
    assert!(plan.entry(3, MAY_2020).substituted.is_empty());
    assert_eq!(plan.projects[source].id, "mine-water");
    assert!(plan.river_takes(MAY_2020).is_empty());
    assert_eq!(faults(&basin, ids(&["gp-irrigation"]), mine_water(0.75, false)), [FaultKind::NotTied]);
    let twice = ["a", "b"].map(|id| measure(id, selection(), mine_water(0.5, false)));
    let scenario = scenario(twice.into(), Vec::new());
    let faults = apply(&basin, &scenario, &months(2018, 2025), Ends::Value).unwrap_err();
    assert_eq!(faults[0].kind, FaultKind::Collision);
}

#[test]
fn unused_mine_water_is_lost_from_next_years_plan() {
    let basin = basin();
    let plan = planned(&basin, vec![measure("m", ids(&["gp-industry"]), mine_water(0.25, true))]);
    let used = |days: f64, of: f64| Litres::within_cubic_metres(0.25 * 1.2e6 * days / of);
    assert_eq!(plan.entry(0, MAY_2020).requested, m3(3.0e5) - used(31.0, 366.0));
    assert!(plan.entry(0, MAY_2020).unmet.is_empty());
    // From 2021 on the plan is short of (0.75 − 0.25) × 1,200,000 a year.
    let next = plan.entry(0, MAY_2020 + 12);
    assert_eq!(next.permitted, m3(2.5e5));
    assert_eq!(next.requested, (m3(3.0e5) - used(31.0, 365.0)).min(m3(2.5e5)));
    assert_eq!(next.unmet, vec![(0, m3(3.0e5) - used(31.0, 365.0) - next.requested)]);
    let says =
        |plan: &Plan| plan.notes.iter().any(|note| note.text.en.contains("below the least share of 75 %"));
    assert!(says(&plan));
    let enough = planned(&basin, vec![measure("m", ids(&["gp-industry"]), mine_water(0.75, true))]);
    assert!(!says(&enough));
    assert_eq!(enough.entry(0, MAY_2020 + 12).permitted, m3(3.0e5));
}

#[test]
fn mine_water_that_finds_no_user_is_unused_whatever_rate_was_planned() {
    let basin = basin();
    let mut kind = mine_water(0.75, true);
    if let MeasureKind::Unconventional(rule) = &mut kind {
        rule.most = 0.1;
    }
    let plan = planned(&basin, vec![measure("m", ids(&["gp-industry"]), kind)]);
    // 30,000 of some 75,000 m³ a month find a user: 540,000 of 900,000 m³ a year stay unused, 45,000 a month.
    assert_eq!(plan.entry(0, MAY_2020).substituted, vec![(basin.projects.len(), m3(3.0e4))]);
    assert_eq!(plan.entry(0, MAY_2020).permitted, m3(3.0e5));
    let next = plan.entry(0, MAY_2020 + 12);
    assert!((next.permitted.count() - m3(2.55e5).count()).abs() <= 1, "{}", next.permitted);
    assert_eq!(next.requested, next.permitted);
    assert_eq!(next.unmet, vec![(0, m3(2.7e5) - next.permitted)]);
    let said = |note: &quanyu_policy::Note| note.text.en.contains("In 2020 540000 m³ less of the mine water");
    assert!(plan.notes.iter().any(said), "{:?}", plan.notes);
}

#[test]
fn quotas_go_from_the_cheapest_seller_to_the_dearest_buyer_and_the_sum_stays() {
    let basin = basin();
    let cut = |group: &str| measure("cut", ids(&[group]), cut(2020, 0.5, 0.0));
    let trade = |within, most| {
        let rule = TradeRule { from: date(2020, 1, 1), within, most };
        measure("trade", Selection::default(), MeasureKind::Trade(rule))
    };
    let before = planned(&basin, vec![cut("gp-industry")]);
    let after = planned(&basin, vec![cut("gp-industry"), trade(TradeWithin::City, 0.5)]);
    // 150,000 lacking; irrigation in the same zone sells half of its 200,000.
    let (buyer, seller) = (after.entry(0, MAY_2020), after.entry(1, MAY_2020));
    assert_eq!(
        (buyer.requested, buyer.permitted, buyer.unmet.clone()),
        (m3(2.5e5), m3(2.5e5), vec![(0, m3(0.5e5))])
    );
    assert_eq!(
        (seller.requested, seller.permitted, seller.unmet.clone()),
        (m3(1.0e5), m3(1.0e5), vec![(1, m3(1.0e5))])
    );
    for group in 2..7 {
        assert_eq!(after.entry(group, MAY_2020), before.entry(group, MAY_2020), "no zone buys from outside");
    }
    for period in 0..before.periods.len() {
        let sum = |plan: &Plan| -> Litres { (0..7).map(|group| plan.entry(group, period).requested).sum() };
        assert_eq!(sum(&before), sum(&after));
    }
    // Nobody sells to who values water less, and a closed well is no quota.
    let cheap = planned(&basin, vec![cut("gp-irrigation"), trade(TradeWithin::City, 1.0)]);
    assert_eq!(cheap.entry(1, MAY_2020).requested, m3(1.0e5));
    let closed = measure("close", ids(&["gp-industry"]), close(2020, 0.5, &[]));
    let closed = planned(&basin, vec![closed, trade(TradeWithin::City, 1.0)]);
    assert_eq!(closed.entry(0, MAY_2020).requested, m3(1.5e5));
}

#[test]
fn a_project_grows_by_years_and_brings_less_in_dry_ones() {
    let mut basin = basin();
    basin.projects[0].capacity_years = vec![CapacityYear { year: 2022, capacity: quoted(2.4e6) }];
    basin.projects[0].dry = Some(DryYears { below: quoted(0.8), share: quoted(0.5) });
    let with = |climate, change: Option<ProjectChange>| {
        let mut scenario = scenario(Vec::new(), Vec::new());
        scenario.climate = climate;
        scenario.project_changes = change.into_iter().collect();
        let plan = apply(&basin, &scenario, &months(2018, 2025), Ends::Value).expect("sound");
        [2020, 2021, 2022].map(|year| plan.project(0, (year - 2018) * 12).capacity)
    };
    let january = |capacity: f64, days: f64| Litres::within_cubic_metres(capacity * 31.0 / days);
    assert_eq!(with(None, None), [january(1.2e6, 366.0), january(1.2e6, 365.0), january(2.4e6, 365.0)]);
    let dry = ClimateChange { from: 2021, to: 2022, factor: 0.7, origin: quanyu_basin::Origin::NONE };
    assert_eq!(
        with(Some(dry.clone()), None),
        [january(1.2e6, 366.0), january(0.6e6, 365.0), january(1.2e6, 365.0)]
    );
    let damp = ClimateChange { factor: 0.9, ..dry };
    assert_eq!(with(Some(damp), None), with(None, None));
    let late = ProjectChange {
        project: "north".into(),
        delay_months: 12,
        capacity: 0.5,
        origin: quanyu_basin::Origin::NONE,
    };
    assert_eq!(with(None, Some(late)), [m3(0.0), january(0.6e6, 365.0), january(0.6e6, 365.0)]);
}

#[test]
fn recharge_leaves_the_ledger_and_fills_the_aquifer_in_its_season() {
    let basin = basin();
    let kind = |site| {
        MeasureKind::Recharge(RechargeRule {
            site,
            volume: 6.0e5,
            months: vec![4, 5, 6],
            infiltrates: 0.4,
            ramp: from(2020, 1.0),
        })
    };
    let plan = alone(&basin, Selection::default(), kind(RechargeSite::Zone("gaoping".into())), &[]);
    let rates: Vec<f64> =
        (24..36).flat_map(|period| plan.added_recharge(period)).map(|added| added.rate).collect();
    assert_eq!(rates.len(), 3);
    assert!(rates.iter().all(|rate| (rate - 2.4e5 / 91.0).abs() < 1e-4));
    assert!(plan.added_recharge(16).is_empty());
    assert!(!plan.asks_the_same(&planned(&basin, Vec::new()), MAY_2020));
    assert!(plan.asks_the_same(&planned(&basin, Vec::new()), 24));
    assert_eq!(
        faults(&basin, Selection::default(), kind(RechargeSite::Reach("none".into()))),
        [FaultKind::UnknownName]
    );
}

#[test]
fn selections_by_size_and_polygon() {
    let basin = basin();
    let groups = |selection: Selection| selection.groups(&basin).unwrap();
    let middle = Selection { at_least: Some(1.2e6), at_most: Some(2.4e6), ..Selection::default() };
    assert_eq!(groups(middle), [1, 2, 3, 4]);
    let around = polygon![(x: -1.0, y: -1.0), (x: 1.0, y: -1.0), (x: 0.0, y: 2.0)];
    let inside = Selection { polygon: Some(around.clone().into()), ..Selection::default() };
    assert_eq!(
        groups(inside),
        [0, 1, 2, 3, 4],
        "all points, and the intake's spring; nothing without a place"
    );
    let far = polygon![(x: 9.0, y: 9.0), (x: 11.0, y: 9.0), (x: 10.0, y: 12.0)];
    let outside = Selection { polygon: Some(far.into()), ..Selection::default() };
    assert_eq!(outside.groups(&basin).unwrap_err()[0].kind, FaultKind::EmptySelection);
}

#[test]
fn a_deeper_cut_by_volume_commutes_with_itself() {
    let basin = basin();
    let by = |id: &str, volume| {
        measure(
            id,
            zone("gaoping"),
            MeasureKind::Cut { by: Cut::Volume(volume), ramp: from(2020, 1.0), floor: 0.0 },
        )
    };
    let take = |list: Vec<Measure>| planned(&basin, list).entry(0, MAY_2020).requested;
    assert_eq!(take(vec![by("a", 6.0e5), by("b", 1.2e6)]), take(vec![by("b", 1.2e6), by("a", 6.0e5)]));
}
