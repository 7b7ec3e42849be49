//! Properties of measures of every kind at once, in any order, under any answers of the model.

use crate::fixture::*;
use crate::properties::{answered, answers, any_date, basins, measures, plan, schedule, trade};
use jiff::civil::date;
use proptest::prelude::*;
use quanyu_basin::{Basin, Period, Sector, SectorRates};
use quanyu_policy::{
    BanRule, Cut, Ends, ExitRule, FreezeRule, LandRule, LandscapeRule, LimitRule, Litres, Measure,
    MeasureKind, MeteringRule, Plan, PriceRule, RechargeRule, RechargeSite, RelocateRule, Rotation, SaveRule,
    SavingRate, Tier, UnconventionalRule, settle,
};

/// A random basin with green space in the zone of Gaoping.
fn green_basins() -> impl Strategy<Value = Basin> {
    basins().prop_map(|mut basin| {
        let mut green = group("gp-green", "gaoping", Some("gaoping"), Sector::Ecology, 6.0e5);
        (green.series, green.shape) = ("any".into(), "any".into());
        basin.groups.push(green);
        let rates = SectorRates { sector: Sector::Ecology, ..basin.levers.sectors[0].clone() };
        basin.levers.sectors.push(rates);
        basin
    })
}

fn relocate() -> impl Strategy<Value = Measure> {
    let served = prop_oneof![Just(Vec::new()), Just(vec!["north".to_owned()])];
    (schedule(), 0.0..=1.0f64, served).prop_map(|(stages, needs, served_by)| {
        let rule = RelocateRule { stages, to: "zz-industry".into(), needs, served_by };
        measure("relocate", ids(&["gp-industry"]), MeasureKind::Relocate(rule))
    })
}

fn land() -> impl Strategy<Value = Measure> {
    (1.0..3.0e7f64, schedule(), prop::option::of(0.0..=1.0f64)).prop_map(|(area, ramp, fallow)| {
        let rotation = fallow.map(|fallow| Rotation { fallow, severe: vec!["gaoping".into()] });
        let fields: &[&str] =
            if rotation.is_some() { &["gp-irrigation"] } else { &["gp-irrigation", "yc-outside"] };
        let rule = LandRule { area, crop: "wheat".into(), ramp, returned: None, rotation };
        measure("land", ids(fields), MeasureKind::Land(rule))
    })
}

fn mine_water() -> impl Strategy<Value = Measure> {
    (schedule(), 0.0..=1.0f64, prop::option::of(any_date())).prop_map(|(rate, most, penalty)| {
        let rule = UnconventionalRule { source: "mine-water".into(), rate, most, penalty };
        measure("mine", ids(&["gp-industry", "zz-industry"]), MeasureKind::Unconventional(rule))
    })
}

fn landscape() -> impl Strategy<Value = Measure> {
    let replaced_by = prop_oneof![Just(Vec::new()), Just(vec!["north".to_owned()])];
    (any_date(), replaced_by).prop_map(|(from, replaced_by)| {
        let rule = LandscapeRule { from, replaced_by };
        measure("landscape", ids(&["gp-green"]), MeasureKind::Landscape(rule))
    })
}

fn intake() -> impl Strategy<Value = Measure> {
    (any_date(), 0.0..5.0e6f64).prop_map(|(from, most)| {
        let rule = LimitRule { most: vec![(from, most)], exempt: Vec::new() };
        measure("intake", ids(&["yc-intake"]), MeasureKind::LimitIntake(rule))
    })
}

fn recharge() -> impl Strategy<Value = Measure> {
    (schedule(), 0.0..1.0e7f64).prop_map(|(ramp, volume)| {
        let site = RechargeSite::Zone("gaoping".into());
        let rule = RechargeRule { site, volume, months: vec![6, 7], infiltrates: 0.5, ramp };
        measure("recharge", Default::default(), MeasureKind::Recharge(rule))
    })
}

fn save(selection: quanyu_policy::Selection) -> impl Strategy<Value = Measure> {
    (0.1..1.0f64, schedule()).prop_map(move |(to, ramp)| {
        let rule = SaveRule { rate: SavingRate::Quota, from: 1.0, to, ramp, returned: None };
        measure("save", selection.clone(), MeasureKind::Save(rule))
    })
}

/// Some of the kinds that need a selection of their own, in any order among the others, with any compliance.
fn every_kind() -> impl Strategy<Value = Vec<Measure>> {
    let own = prop::sample::subsequence((0..6usize).collect::<Vec<_>>(), 0..=6);
    let rules = (relocate(), land(), mine_water(), landscape(), intake(), recharge());
    (measures(), own, rules, any::<prop::sample::Index>(), 0.0..=1.0f64).prop_map(
        |(mut list, own, (a, b, c, d, e, f), place, compliance)| {
            let rules = [a, b, c, d, e, f];
            for which in own {
                let place = place.index(list.len() + 1);
                list.insert(place, Measure { compliance, ..rules[which].clone() });
            }
            list
        },
    )
}

/// At most one measure of every step of the order of application, so that the order in which they stand cannot matter.
fn one_of_every_step() -> impl Strategy<Value = Vec<Measure>> {
    let all = quanyu_policy::Selection::default;
    let named = |id: &'static str| move |kind: MeasureKind| measure(id, all(), kind);
    let exit = schedule()
        .prop_map(|stages| MeasureKind::Exit(ExitRule { stages, returned: None }))
        .prop_map(named("exit"));
    let price = (0.01..3.0f64, schedule(), 0.2..2.0f64, 0.0..3.0f64)
        .prop_map(|(rise, ramp, above, surcharge)| {
            let tiers = vec![Tier { above, surcharge }];
            MeasureKind::Price(PriceRule { rise, tax: 0.0, ramp, tiers, elasticity: Vec::new() })
        })
        .prop_map(named("price"));
    let freeze = any_date()
        .prop_map(|from| {
            MeasureKind::Freeze(FreezeRule { from, domestic_exempt: true, replaced_by: Vec::new() })
        })
        .prop_map(named("freeze"));
    let permit = prop_oneof![
        schedule().prop_map(|stages| MeasureKind::CloseWells { stages, replaced_by: Vec::new() }),
        (0.0..=1.0f64, schedule(), 0.0..=1.0f64).prop_map(|(by, ramp, floor)| MeasureKind::Cut {
            by: Cut::Share(by),
            ramp,
            floor
        }),
    ]
    .prop_map(named("permit"));
    // Who moves may be served by the other project: what is short goes to the measure stated first.
    let swap = schedule()
        .prop_map(|share| MeasureKind::Swap { share, projects: vec!["south".into()] })
        .prop_map(named("swap"));
    let serve = prop_oneof![swap, mine_water()];
    let hold = prop_oneof![
        any_date().prop_map(|from| MeasureKind::Ban(BanRule { from, exempt: vec![Sector::Domestic] })),
        (any_date(), 0.0..2.0e7f64).prop_map(|(from, most)| {
            MeasureKind::Limit(LimitRule { most: vec![(from, most)], exempt: Vec::new() })
        }),
    ]
    .prop_map(named("hold"));
    let metering = (schedule(), 0.0..0.3f64)
        .prop_map(|(share, error)| MeasureKind::Metering(MeteringRule { share, error }))
        .prop_map(named("metering"));
    let first = (relocate(), exit, land(), save(all()), price, freeze);
    let last = (permit, serve, hold, trade(), metering, recharge());
    let kept = prop::sample::subsequence((0..12usize).collect::<Vec<_>>(), 2..=12);
    (first, last, kept).prop_map(|((a, b, c, d, e, f), (g, h, i, j, k, l), kept)| {
        let all = [a, b, c, d, e, f, g, h, i, j, k, l];
        // Mine water has a penalty, which holds as bans and limits do and starts with a year: within a month of a limit they would
        // not commute.
        let penal = |measure: &Measure| matches!(&measure.kind, MeasureKind::Unconventional(rule) if rule.penalty.is_some());
        let held = kept.contains(&8);
        let mut list: Vec<Measure> = kept.into_iter().map(|which| all[which].clone()).collect();
        list.retain(|measure| !(held && penal(measure)));
        list
    })
}

/// All volumes of a group and month but the causes, whose order is that of the measures.
fn volumes(plan: &Plan, group: usize, period: usize) -> [Litres; 7] {
    let entry = plan.entry(group, period);
    let sum = |parts: &[(usize, Litres)]| -> Litres { parts.iter().map(|(_, volume)| *volume).sum() };
    [
        entry.demanded,
        entry.saved,
        entry.lost_return,
        sum(&entry.substituted),
        entry.permitted,
        entry.requested,
        sum(&entry.unmet),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_ledger_closes_whatever_is_done(
        basin in green_basins(), list in every_kind(), trade in prop::option::of(trade()), answers in answers(),
        ends in prop::sample::select(vec![Ends::Value, Ends::Low, Ends::High])
    ) {
        let list: Vec<Measure> = list.into_iter().chain(trade).collect();
        let plan = plan(&basin, list, ends);
        let ledger = settle(&plan, &answered(&basin, &plan, &answers)).unwrap();
        prop_assert_eq!(ledger.check(), Ok(()));
        for period in 0..plan.periods.len() {
            for (use_, _) in (0..plan.projects.len()).map(|project| (plan.project(project, period), project)) {
                prop_assert!(use_.used <= use_.capacity);
            }
        }
    }

    #[test]
    fn no_measure_makes_or_loses_demand(basin in green_basins(), list in every_kind()) {
        let before = plan(&basin, Vec::new(), Ends::Value);
        let after = plan(&basin, list, Ends::Value);
        for period in 0..before.periods.len() {
            let all = |plan: &Plan| -> Litres {
                (0..plan.groups.len()).map(|group| plan.entry(group, period).demanded).sum()
            };
            prop_assert_eq!(all(&before), all(&after));
        }
    }

    #[test]
    fn measures_of_different_steps_may_stand_in_any_order(
        basin in green_basins(),
        (list, turned) in one_of_every_step().prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle())),
        ends in prop::sample::select(vec![Ends::Value, Ends::Low, Ends::High])
    ) {
        let (one, other) = (plan(&basin, list, ends), plan(&basin, turned, ends));
        for group in 0..basin.groups.len() {
            for period in 0..one.periods.len() {
                prop_assert_eq!(volumes(&one, group, period), volumes(&other, group, period));
            }
        }
    }

    #[test]
    fn a_deeper_cut_raises_no_request_beside_any_other_measure(
        basin in green_basins(), before in every_kind(), ramp in schedule(), floor in 0.0..=1.0f64,
        shares in (0.0..=1.0f64, 0.0..=1.0f64), place in any::<prop::sample::Index>()
    ) {
        let with = |share: f64| {
            let kind = MeasureKind::Cut { by: Cut::Share(share), ramp: ramp.clone(), floor };
            let mut list = before.clone();
            list.insert(place.index(list.len() + 1), measure("cut", Default::default(), kind));
            plan(&basin, list, Ends::Value)
        };
        let (light, deep) = (with(shares.0.min(shares.1)), with(shares.0.max(shares.1)));
        for group in 0..basin.groups.len() {
            for period in 0..deep.periods.len() {
                let (deep, light) = (deep.entry(group, period).requested, light.entry(group, period).requested);
                prop_assert!(deep <= light, "group {}: {} after {}", basin.groups[group].id, deep, light);
            }
        }
    }

    #[test]
    fn a_month_planned_alone_is_the_month_of_the_whole(basin in green_basins(), list in every_kind(), month in 0..60usize) {
        let whole = plan(&basin, list.clone(), Ends::Value);
        let period = whole.periods[month];
        let year = i16::try_from(2018 + month / 12).unwrap();
        // The first month keeps every date within the run.
        let ends = [Period { start: date(2018, 1, 1), end: date(2018, 2, 1) }, period, Period { start: date(2022, 12, 1), end: date(2023, 1, 1) }];
        let mut few: Vec<Period> = ends.to_vec();
        few.dedup();
        let part = quanyu_policy::apply(&basin, &scenario(list, Vec::new()), &few, Ends::Value).unwrap();
        let at = few.iter().position(|one| *one == period).unwrap();
        prop_assert_eq!(period.year(), year);
        for group in 0..basin.groups.len() {
            prop_assert_eq!(part.entry(group, at), whole.entry(group, month));
        }
    }
}
