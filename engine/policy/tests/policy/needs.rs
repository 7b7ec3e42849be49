//! Measures on what users want: exit, relocation, land, saving, prices, metering; counted by hand.

use crate::fixture::*;
use jiff::civil::date;
use quanyu_basin::{Basin, FaultKind, Sector, ZoneGrade};
use quanyu_policy::{
    Ends, ExitRule, LandRule, Litres, MeasureKind, MeteringRule, Plan, PriceRule, RelocateRule, Rotation,
    SaveRule, SavingRate, Selection, Tier, apply,
};

const MAY_2020: usize = 28;

fn planned(basin: &Basin, measures: Vec<quanyu_policy::Measure>, ends: Ends) -> Plan {
    apply(basin, &scenario(measures, Vec::new()), &months(2018, 2025), ends).expect("a sound scenario")
}

fn alone(basin: &Basin, selection: Selection, kind: MeasureKind) -> Plan {
    let plan = planned(basin, vec![measure("m", selection, kind)], Ends::Value);
    nothing_else(basin, &plan, &[]);
    plan
}

/// Every entry is that of a plan without measures, but for those of some groups; all of them before 2020.
fn nothing_else(basin: &Basin, plan: &Plan, besides: &[&str]) {
    let before = planned(basin, Vec::new(), plan.ends);
    for group in 0..basin.groups.len() {
        let selected = plan.measures.iter().len() > 0 && touched(plan, group)
            || besides.contains(&plan.groups[group].id.as_str());
        for period in 0..plan.periods.len() {
            if !selected || period < 24 {
                assert_eq!(
                    plan.entry(group, period),
                    before.entry(group, period),
                    "group {group}, period {period}"
                );
            }
        }
    }
}

/// Whether a measure saved anything of a group.
fn touched(plan: &Plan, group: usize) -> bool {
    (0..plan.periods.len()).any(|period| plan.entry(group, period).saved > Litres::ZERO)
}

fn m3(volume: f64) -> Litres {
    Litres::from_cubic_metres(volume)
}

fn faults(basin: &Basin, selection: Selection, kind: MeasureKind) -> Vec<(FaultKind, String)> {
    let scenario = scenario(vec![measure("m", selection, kind)], Vec::new());
    let faults = apply(basin, &scenario, &months(2018, 2025), Ends::Value).expect_err("faults");
    faults.into_iter().map(|fault| (fault.kind, fault.message)).collect()
}

#[test]
fn firms_that_leave_want_nothing_and_their_return_flow_is_lost() {
    let basin = basin();
    let kind = MeasureKind::Exit(ExitRule { stages: from(2020, 0.4), returned: None });
    let plan = alone(&basin, ids(&["gp-industry"]), kind);
    let entry = plan.entry(0, MAY_2020);
    assert_eq!((entry.demanded, entry.saved, entry.requested), (m3(3.0e5), m3(1.2e5), m3(1.8e5)));
    assert_eq!((entry.saved_by.clone(), entry.lost_return), (vec![(0, m3(1.2e5))], m3(2.4e4)));
    assert_eq!(entry.permitted, m3(1.8e5), "their wells go with them");
    assert!((plan.lost_return_rate(0, MAY_2020) - 2.4e4 / 31.0).abs() < 1e-9);
    let ledger = settled(&basin, &plan);
    assert_eq!(ledger.row(0, MAY_2020).saved_by, "measure:m=120000.000");
    let year = ledger.year(2020, |_| true);
    assert_eq!((year.saved, year.lost_return), (m3(1.44e6), m3(2.88e5)));
}

#[test]
fn firms_that_move_want_water_at_the_destination() {
    let basin = basin();
    let rule = |served_by: &[&str]| {
        MeasureKind::Relocate(RelocateRule {
            stages: from(2020, 0.5),
            to: "zz-industry".into(),
            needs: 0.8,
            served_by: served_by.iter().map(|id| (*id).to_owned()).collect(),
        })
    };
    let pumped = planned(&basin, vec![measure("m", ids(&["gp-industry"]), rule(&[]))], Ends::Value);
    nothing_else(&basin, &pumped, &["gp-industry", "zz-industry"]);
    let (left, came) = (pumped.entry(0, MAY_2020), pumped.entry(3, MAY_2020));
    assert_eq!((left.demanded, left.saved, left.requested), (m3(1.8e5), m3(3.0e4), m3(1.5e5)));
    assert_eq!((came.demanded, came.requested), (m3(2.2e5), m3(2.2e5)));
    let effect = pumped.effect(0, MAY_2020);
    assert_eq!((effect.moved, effect.reduced, effect.saved), (m3(1.2e5), m3(3.0e4), m3(3.0e4)));
    // With a project of its own the park pumps nothing for them, and what the project cannot bring is unmet.
    let served = planned(&basin, vec![measure("m", ids(&["gp-industry"]), rule(&["north"]))], Ends::Value);
    let came = served.entry(3, MAY_2020);
    let capacity = Litres::within_cubic_metres(1.2e6 * 31.0 / 366.0);
    assert_eq!((came.requested, came.substituted.clone()), (m3(1.0e5), vec![(0, capacity)]));
    assert_eq!(came.unmet, vec![(0, m3(1.2e5) - capacity)]);
    // A freeze at the destination refuses what arrives to be pumped.
    let frozen = vec![
        measure("m", ids(&["gp-industry"]), rule(&[])),
        measure("freeze", ids(&["zz-industry"]), freeze(date(2019, 1, 1))),
    ];
    let frozen = planned(&basin, frozen, Ends::Value);
    assert_eq!(frozen.entry(3, MAY_2020).unmet, vec![(1, m3(1.2e5))]);
    assert!(frozen.notes.iter().any(|note| note.text.en.contains("freeze")), "{:?}", frozen.notes);
    let kinds = |to: &str| {
        let kind = RelocateRule { stages: from(2020, 0.5), to: to.into(), needs: 1.0, served_by: Vec::new() };
        faults(&basin, ids(&["gp-industry"]), MeasureKind::Relocate(kind))[0].0
    };
    assert_eq!(kinds("nowhere"), FaultKind::UnknownName);
    assert_eq!(kinds("gp-industry"), FaultKind::Collision);
    assert_eq!(kinds("mine-water"), FaultKind::Unsupported);
}

fn land(rotation: Option<Rotation>) -> MeasureKind {
    // 200 ha of wheat at 0.3 m³/m²: 600,000 m³ a year.
    MeasureKind::Land(LandRule {
        area: 2.0e6,
        crop: "wheat".into(),
        ramp: from(2020, 1.0),
        returned: None,
        rotation,
    })
}

#[test]
fn retired_land_saves_its_quota_and_loses_its_return_flow() {
    let basin = basin();
    let fields = Selection { sectors: vec![Sector::Irrigation], ..Selection::default() };
    let plan = alone(&basin, fields.clone(), land(None));
    // 600,000 of 3,000,000 wanted: a fifth of each.
    for (group, wanted) in [(1, 2.0e5), (5, 5.0e4)] {
        let entry = plan.entry(group, MAY_2020);
        assert_eq!((entry.saved, entry.requested), (m3(0.2 * wanted), m3(0.8 * wanted)));
        assert_eq!(entry.lost_return, m3(0.06 * wanted));
    }
    let saved: Litres = (24..36).map(|period| plan.effect(0, period).saved).sum();
    assert_eq!(saved, m3(6.0e5));
    // Less is saved at the high end of the demand, where the quota stands at its low end.
    let high = planned(&basin, vec![measure("m", fields, land(None))], Ends::High);
    assert_eq!(high.entry(1, MAY_2020).saved, m3(2.0e5 * 2.0e6 * 0.2 / 3.0e6));
    assert_eq!(faults(&basin, ids(&["gp-industry"]), land(None))[0].0, FaultKind::Inconsistent);
}

#[test]
fn land_rotates_in_severe_zones_only() {
    let mut basin = basin();
    let rotation = |severe: &[&str]| {
        land(Some(Rotation { fallow: 1.0 / 3.0, severe: severe.iter().map(|id| (*id).to_owned()).collect() }))
    };
    let fields = || ids(&["gp-irrigation"]);
    let [(kind, message)] = &faults(&basin, fields(), rotation(&[]))[..] else { panic!("one fault") };
    assert!(
        *kind == FaultKind::Inconsistent && message.contains("outside the severe overdraft zones"),
        "{message}"
    );
    assert_eq!(alone(&basin, fields(), rotation(&["gaoping"])).entry(1, MAY_2020).saved, m3(2.0e5 / 12.0));
    basin.zones[0].grade = Some(ZoneGrade::Severe);
    assert_eq!(alone(&basin, fields(), rotation(&[])).entry(1, MAY_2020).saved, m3(2.0e5 / 12.0));
    basin.zones[0].grade = Some(ZoneGrade::General);
    assert_eq!(faults(&basin, fields(), rotation(&[])).len(), 1);
}

#[test]
fn saving_is_gross_in_the_ledger_and_loses_what_had_seeped_back() {
    let basin = basin();
    let save = |rate, from_rate, to| {
        let ramp = from(2020, 1.0);
        MeasureKind::Save(SaveRule { rate, from: from_rate, to, ramp, returned: None })
    };
    for (kind, group, wanted, gross) in [
        (save(SavingRate::Leakage, 0.2, 0.1), 2, 1.0e5, 1.0 - 0.8 / 0.9),
        (save(SavingRate::Efficiency, 0.5, 0.6), 1, 2.0e5, 1.0 - 0.5 / 0.6),
        (save(SavingRate::Recycling, 0.8, 0.9), 0, 3.0e5, 0.5),
        (save(SavingRate::Quota, 5.0, 4.0), 2, 1.0e5, 0.2),
    ] {
        let plan = alone(&basin, ids(&[basin.groups[group].id.as_str()]), kind.clone());
        let entry = plan.entry(group, MAY_2020);
        assert_eq!(entry.saved, m3(wanted).share(gross), "{kind:?}");
        assert_eq!(entry.requested, entry.demanded - entry.saved);
        let returned = [0.2, 0.3, 0.1][group];
        assert_eq!(entry.lost_return, entry.saved.share(returned));
    }
    // A second saving takes its share of what the first has left, in whichever order they stand.
    let twice = |first: &str, second: &str| {
        let kind = |id: &str| match id {
            "a" => save(SavingRate::Recycling, 0.8, 0.9),
            _ => save(SavingRate::Quota, 5.0, 4.0),
        };
        let list = [first, second].map(|id| measure(id, ids(&["gp-industry"]), kind(id)));
        planned(&basin, list.into(), Ends::Value).entry(0, MAY_2020).requested
    };
    assert_eq!(twice("a", "b"), m3(3.0e5 * 0.5 * 0.8));
    assert_eq!(twice("a", "b"), twice("b", "a"));
    assert_eq!(
        faults(&basin, ids(&["zz-domestic"]), save(SavingRate::Leakage, 0.1, 0.2))[0].0,
        FaultKind::OutOfRange
    );
}

fn price(rise: f64, tax: f64, tiers: Vec<Tier>) -> MeasureKind {
    MeasureKind::Price(PriceRule { rise, tax, ramp: from(2020, 1.0), tiers, elasticity: Vec::new() })
}

#[test]
fn users_answer_to_prices_by_their_elasticity() {
    let basin = basin();
    let both = || ids(&["gp-industry", "zz-domestic"]);
    let plan = alone(&basin, both(), price(0.5, 0.0, Vec::new()));
    assert_eq!(plan.entry(0, MAY_2020).saved, m3(3.0e5).share(1.0 - 1.5_f64.powf(-0.5)));
    assert_eq!(plan.entry(2, MAY_2020).saved, m3(1.0e5).share(1.0 - 1.5_f64.powf(-0.2)));
    // A tax of 2 yuan on 4 is the same rise for industry.
    let taxed = alone(&basin, both(), price(0.0, 2.0, Vec::new()));
    assert_eq!(taxed.entry(0, MAY_2020).saved, plan.entry(0, MAY_2020).saved);
    // A surcharge on what exceeds 80 % of the quota touches that fifth only.
    let tiered = alone(&basin, both(), price(0.0, 0.0, vec![Tier { above: 0.8, surcharge: 1.0 }]));
    assert_eq!(tiered.entry(0, MAY_2020).saved, m3(3.0e5).share(0.2 * (1.0 - 2.0_f64.powf(-0.5))));
    // At the high end of the demand the elasticity stands at the end that leaves more.
    let high = planned(&basin, vec![measure("m", both(), price(0.5, 0.0, Vec::new()))], Ends::High);
    assert_eq!(high.entry(0, MAY_2020).saved, m3(3.0e5).share(1.0 - 1.5_f64.powf(-0.25)));
    assert_eq!(faults(&basin, both(), price(0.0, 0.0, Vec::new()))[0].0, FaultKind::OutOfRange);
    let mut poor = basin.clone();
    poor.levers.sectors.remove(0);
    assert_eq!(faults(&poor, both(), price(0.5, 0.0, Vec::new()))[0].0, FaultKind::Missing);
}

#[test]
fn metering_narrows_the_range_and_leaves_the_demand() {
    let mut basin = basin();
    basin.groups[0].take = assumed(3.6e6, 2.4e6, 6.0e6);
    let kind = |error| MeasureKind::Metering(MeteringRule { share: from(2020, 0.75), error });
    let at = |error, ends, period| {
        let plan = planned(&basin, vec![measure("m", ids(&["gp-industry"]), kind(error))], ends);
        if ends == Ends::Value {
            nothing_else(&basin, &plan, &[]);
        }
        plan.entry(0, period).demanded
    };
    assert_eq!(at(0.05, Ends::Value, MAY_2020), m3(3.0e5));
    assert_eq!(at(0.05, Ends::High, 12), m3(5.0e5));
    assert_eq!(at(0.05, Ends::High, MAY_2020), m3(0.25 * 5.0e5 + 0.75 * 3.15e5));
    assert_eq!(at(0.05, Ends::Low, MAY_2020), m3(0.25 * 2.0e5 + 0.75 * 2.85e5));
    // A meter that is worse than the range knows nothing new.
    assert_eq!(at(1.0, Ends::High, MAY_2020), m3(5.0e5));
}

#[test]
fn half_compliance_is_half_the_effect() {
    let basin = basin();
    let mut half = measure(
        "m",
        ids(&["gp-industry"]),
        MeasureKind::Exit(ExitRule { stages: from(2020, 0.4), returned: None }),
    );
    half.compliance = 0.5;
    assert_eq!(planned(&basin, vec![half], Ends::Value).entry(0, MAY_2020).saved, m3(0.6e5));
    let mut half = measure("m", ids(&["gp-industry"]), close(2020, 0.4, &[]));
    half.compliance = 0.5;
    assert_eq!(planned(&basin, vec![half], Ends::Value).entry(0, MAY_2020).requested, m3(2.4e5));
}
