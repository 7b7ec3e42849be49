//! What measures cost, counted by hand.

use crate::fixture::*;
use quanyu_basin::Basin;
use quanyu_policy::{
    Cost, Ends, Measure, MeasureCost, MeasureKind, Money, RainRule, RainSite, RechargeRule, RechargeSite,
    Selection, apply, costs,
};

fn money(low: f64, value: f64, high: f64) -> Money {
    Money { low, value, high }
}

fn cost(per_m3: Option<Money>, once: Option<(Money, i16)>) -> Option<Cost> {
    Some(Cost { per_m3, once, source: None })
}

fn found(basin: &Basin, measures: Vec<Measure>) -> Vec<MeasureCost> {
    let scenario = scenario(measures, Vec::new());
    let plan = apply(basin, &scenario, &months(2018, 2025), Ends::Value).expect("a sound scenario");
    costs(&scenario, &plan)
}

#[test]
fn a_cost_goes_with_the_water_that_a_measure_brings() {
    let basin = basin();
    // A quarter of 3.6e6 m³ a year from 2020 to 2025.
    let quarter = |cost| Measure { cost, ..measure("cut", ids(&["gp-industry"]), cut(2020, 0.25, 0.0)) };
    let plain = measure("other", ids(&["gp-irrigation"]), cut(2020, 0.25, 0.0));
    let running = found(&basin, vec![plain, quarter(cost(Some(money(0.5, 1.0, 2.0)), None))]);
    let [only] = &running[..] else { panic!("{running:?}") };
    assert_eq!((only.measure.as_str(), only.from, only.to, only.volume_m3), ("cut", 2018, 2025, 5.4e6));
    assert_eq!(only.yuan, money(2.7e6, 5.4e6, 1.08e7));
    assert_eq!(only.yuan_per_m3, Some(money(0.5, 1.0, 2.0)));
    // What is spent once in 2022 is borne by the water of four years.
    let once = (money(1.8e6, 1.8e6, 3.6e6), 2022);
    let both = &found(&basin, vec![quarter(cost(Some(money(1.0, 1.0, 1.0)), Some(once)))])[0];
    assert_eq!((both.from, both.volume_m3, both.yuan), (2022, 3.6e6, money(5.4e6, 5.4e6, 7.2e6)));
    assert_eq!(both.yuan_per_m3, Some(money(1.5, 1.5, 2.0)));
}

#[test]
fn water_that_the_ledger_does_not_count_has_a_sum_and_no_cost_of_a_m3() {
    let basin = basin();
    let share = from(2020, 1.0);
    let site = RainSite::Zone("gaoping".into());
    let rain = MeasureKind::Rain(RainRule {
        programme: "seeding".into(),
        site,
        months: Vec::new(),
        share: share.clone(),
    });
    let once = cost(None, Some((money(1e6, 1e6, 1e6), 2020)));
    let rain = Measure { cost: once, ..measure("rain", Selection::default(), rain) };
    let site = RechargeSite::Zone("gaoping".into());
    let recharge = RechargeRule { site, volume: 1e6, months: Vec::new(), infiltrates: 0.5, ramp: share };
    let per_m3 = cost(Some(money(1.0, 2.0, 3.0)), None);
    let recharge =
        Measure { cost: per_m3, ..measure("let-in", Selection::default(), MeasureKind::Recharge(recharge)) };
    let all = found(&basin, vec![rain, recharge]);
    assert_eq!((all[0].volume_m3, all[0].yuan, all[0].yuan_per_m3), (0.0, money(1e6, 1e6, 1e6), None));
    assert!((all[1].volume_m3 - 3e6).abs() < 1.0, "half of 1e6 m³ a year over six: {}", all[1].volume_m3);
    assert_eq!(all[1].yuan_per_m3.map(|money| money.value.round()), Some(2.0));
}
