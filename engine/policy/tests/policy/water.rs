//! Rulings on water: springs, levels and the storage test.

use crate::fixture::*;
use jiff::civil::{Date, date};
use quanyu_basin::{Basin, Observation, Origin, YearLevel};
use quanyu_policy::{
    Area, BalanceTest, Ends, Evidence, LevelSeries, Ruling, Side, SpringSeries, SpringYield, Status,
    StorageChange, StorageEvidence, StorageTest, Target, TargetTest, Text, apply, judge,
};

const DAY: f64 = 86_400.0;

/// What each of value, low and high end shows beside the ledger.
#[derive(Clone)]
struct Shown {
    springs: Vec<SpringSeries>,
    levels: Vec<LevelSeries>,
    storage: StorageEvidence,
}

fn nothing() -> Shown {
    Shown { springs: Vec::new(), levels: Vec::new(), storage: StorageEvidence::NotRun }
}

/// Rulings over 2018–2025 by month.
fn rule(basin: &Basin, target: Target, shown: [&Shown; 3]) -> Vec<Ruling> {
    let scenario = scenario(Vec::new(), vec![target]);
    let plan = apply(basin, &scenario, &months(2018, 2025), Ends::Value).expect("a sound scenario");
    let ledger = settled(basin, &plan);
    let [value, low, high] = shown.map(|shown| Side {
        ledger: &ledger,
        springs: &shown.springs,
        levels: &shown.levels,
        storage: &shown.storage,
    });
    judge(&Evidence { basin, scenario: &scenario, value, low, high })
        .expect("evidence that fits together")
        .targets
}

/// A spring that flows and stands as functions of the month from 2018-01.
fn series(flow: impl Fn(usize) -> f64, head: impl Fn(usize) -> f64) -> Shown {
    let months = 0..96;
    let spring = SpringSeries {
        spring: "great".into(),
        flow: months.clone().map(flow).collect(),
        head: months.map(head).collect(),
    };
    Shown { springs: vec![spring], ..nothing() }
}

fn stable(year: i16) -> Target {
    let test = TargetTest::SpringStable { spring: "great".into(), dead_band: 0.005 };
    target("stable", test, date(year, 12, 31))
}

#[test]
fn a_steady_spring_is_stable_and_a_falling_one_is_not() {
    let basin = basin();
    let steady = series(|_| DAY, |_| 0.0);
    let found = &rule(&basin, stable(2025), [&steady, &steady, &steady])[0];
    assert_eq!((found.status, found.value), (Status::Met, Some(0.0)));
    assert_eq!(found.first_met.as_deref(), Some("2022"), "the first year with five reported years up to it");
    // Falls by 2 % of its first flow a year, against 0.5 % allowed.
    let falling = series(|month| DAY * (1.0 - 0.02 * (month / 12) as f64), |_| 0.0);
    let found = &rule(&basin, stable(2025), [&falling, &falling, &falling])[0];
    assert_eq!((found.status, found.first_met.as_deref()), (Status::Missed, None));
    let mean = 1.0 - 0.02 * 5.0;
    assert!((found.value.unwrap() + 0.02 / mean).abs() < 1e-12);
    assert!(found.reason.en.contains("confidence 98 %") && found.reason.en.contains("does not stop"));
    assert!(found.reason.en.contains("is 0.860 m³/s (from 2025-01-01)"), "{}", found.reason.en);
}

#[test]
fn a_decline_that_stops_names_the_year() {
    let basin = basin();
    let bending = series(|month| DAY * (1.0 - 0.05 * (month / 12).min(2) as f64), |_| 0.0);
    let found = &rule(&basin, stable(2022), [&bending, &nothing(), &nothing()])[0];
    // Five years to 2022: 1, 0.95, 0.9, 0.9, 0.9 → median slope −0.025 to −0.0333; to 2023: 0.95, 0.9 … → 0.
    assert_eq!((found.status, found.first_met.as_deref()), (Status::Missed, Some("2023")));
    assert!(found.reason.en.contains("The decline stops in 2023."));
    assert!(found.reason.en.contains("judged at the value alone"));
}

#[test]
fn ends_that_disagree_or_a_short_report_leave_it_open() {
    let basin = basin();
    let steady = series(|_| DAY, |_| 0.0);
    let falling = series(|month| DAY * (1.0 - 0.02 * (month / 12) as f64), |_| 0.0);
    let found = &rule(&basin, stable(2025), [&steady, &steady, &falling])[0];
    assert_eq!(found.status, Status::Undetermined);
    assert!(found.band.is_some_and(|band| band.low < -0.02 && band.high == 0.0));
    let short = &rule(&basin, stable(2021), [&steady, &steady, &steady])[0];
    assert_eq!((short.status, short.value), (Status::Undetermined, None));
    let unknown = &rule(&basin, stable(2025), [&nothing(), &nothing(), &nothing()])[0];
    assert_eq!(unknown.status, Status::Undetermined);
}

#[test]
fn a_dry_spring_is_not_stable() {
    let dry = series(|_| 0.0, |_| 0.0);
    let found = &rule(&basin(), stable(2025), [&dry, &dry, &dry])[0];
    assert_eq!((found.status, found.value), (Status::Missed, None));
    assert!(found.reason.en.contains("run dry"));
}

fn level(year: i16) -> Target {
    target("level", TargetTest::SpringLevel { spring: "great".into() }, date(year, 12, 31))
}

#[test]
fn a_level_is_judged_only_against_a_quoted_elevation() {
    let mut basin = basin();
    let rising = series(|_| DAY, |month| 455.0 + (month / 12) as f64);
    let found = &rule(&basin, level(2022), [&rising, &rising, &rising])[0];
    assert_eq!((found.status, found.threshold), (Status::Undetermined, None));
    assert!((found.value.unwrap() - 4.0).abs() < 1e-9, "metres of rise since 2018");
    basin.springs[0].elevation = quoted(459.5);
    let found = &rule(&basin, level(2022), [&rising, &rising, &rising])[0];
    assert_eq!((found.status, found.first_met.as_deref()), (Status::Missed, Some("2023")));
    assert!((found.value.unwrap() + 0.5).abs() < 1e-9);
    let found = &rule(&basin, level(2023), [&rising, &rising, &rising])[0];
    assert_eq!(found.status, Status::Met);
    let flat = series(|_| DAY, |_| 455.0);
    let found = &rule(&basin, level(2023), [&rising, &rising, &flat])[0];
    assert_eq!(found.status, Status::Undetermined);
    let found = &rule(&basin, level(2030), [&rising, &rising, &rising])[0];
    assert_eq!((found.status, found.value), (Status::Undetermined, None));
}

fn reflow(by: Date) -> Target {
    target("reflow", TargetTest::SpringReflow { spring: "great".into() }, by)
}

#[test]
fn reflow_needs_a_year_of_flow_on_end() {
    let mut basin = basin();
    // Dry until 2020-03, a spell of four months, then lasting flow from 2021-06 on.
    let returning =
        series(|month| if (26..30).contains(&month) || month >= 41 { 500.0 } else { 0.0 }, |_| 0.0);
    let shown = [&returning, &returning, &returning];
    let found = &rule(&basin, reflow(date(2023, 12, 31)), shown)[0];
    assert_eq!(found.status, Status::Undetermined, "neither elevation nor drying is quoted");
    basin.springs[0] = spring("great", quoted(460.0), Some(date(2005, 1, 1)));
    let found = &rule(&basin, reflow(date(2023, 12, 31)), shown)[0];
    assert_eq!((found.status, found.value), (Status::Met, Some(0.0)));
    assert_eq!(found.first_met.as_deref(), Some("2021-06"));
    let found = &rule(&basin, reflow(date(2020, 5, 1)), shown)[0];
    assert_eq!((found.status, found.value), (Status::Missed, Some(366.0 - 122.0)));
    let dry = series(|_| 0.0, |_| 0.0);
    let found = &rule(&basin, reflow(date(2023, 12, 31)), [&returning, &returning, &dry])[0];
    assert_eq!(found.status, Status::Undetermined);
    let found = &rule(&basin, reflow(date(2023, 12, 31)), [&dry, &dry, &dry])[0];
    assert_eq!((found.status, found.first_met.as_deref()), (Status::Missed, None));
    assert_eq!(found.value, Some(365.0));
    basin.springs[0].dried = None;
    let found = &rule(&basin, reflow(date(2023, 12, 31)), shown)[0];
    assert_eq!(found.status, Status::Undetermined);
}

fn balance(decides: BalanceTest) -> Target {
    target("balance", TargetTest::Balance { decides, spring_floor: 0.5 }, date(2022, 12, 31))
}

fn storage(change: f64, flow: f64, long_term: Option<f64>) -> StorageTest {
    let area = |area| StorageChange { area, change, dead_band: 1000.0 };
    let zones = ["gaoping", "suburb", "bagong", "urban"].map(|id| area(Area::Zone(id.into())));
    let mut changes = zones.to_vec();
    changes.push(area(Area::Basin("sangu".into())));
    let springs = vec![SpringYield { spring: "great".into(), flow, long_term }];
    StorageTest { held_year: 2022, years: 40, cycle_years: 20, changes, springs }
}

fn stored(test: StorageTest) -> Shown {
    Shown { storage: StorageEvidence::Done(test), ..nothing() }
}

fn of<'r>(rulings: &'r [Ruling], test: &str, scope: &str) -> &'r Ruling {
    let found = rulings.iter().find(|ruling| ruling.test == test && ruling.scope.id == scope);
    found.expect("a ruling of this test and scope")
}

#[test]
fn storage_needs_both_no_loss_and_living_springs() {
    let basin = basin();
    let status = |test: StorageTest| {
        let shown = stored(test);
        let rulings = rule(&basin, balance(BalanceTest::Storage), [&shown, &shown, &shown]);
        let zone = of(&rulings, "storage", "gaoping");
        assert_eq!(of(&rulings, "storage", "sangu").status, zone.status);
        let headline = of(&rulings, "storage", "all-zones");
        assert_eq!((headline.status, headline.required), (zone.status, true));
        zone.status
    };
    assert_eq!(status(storage(-1000.0, 0.6 * DAY, Some(DAY))), Status::Met);
    assert_eq!(status(storage(-1000.1, 0.6 * DAY, Some(DAY))), Status::Missed);
    assert_eq!(status(storage(5.0, 0.4 * DAY, Some(DAY))), Status::Missed);
    assert_eq!(status(storage(5.0, 0.6 * DAY, None)), Status::Undetermined);
    assert_eq!(status(storage(-5.0e6, 0.6 * DAY, None)), Status::Missed);
    assert_eq!(status(StorageTest { springs: Vec::new(), ..storage(5.0, 0.0, None) }), Status::Undetermined);
    assert_eq!(status(StorageTest { years: 19, ..storage(5.0, DAY, Some(DAY)) }), Status::Undetermined);
    assert_eq!(status(StorageTest { held_year: 2021, ..storage(5.0, DAY, Some(DAY)) }), Status::Undetermined);
    assert_eq!(
        status(StorageTest { changes: Vec::new(), ..storage(5.0, DAY, Some(DAY)) }),
        Status::Undetermined
    );
}

#[test]
fn storage_at_the_ends() {
    let basin = basin();
    let good = stored(storage(5.0, DAY, Some(DAY)));
    let bad = stored(storage(-5.0e6, DAY, Some(DAY)));
    let failed = Shown {
        storage: StorageEvidence::Failed(Text::new("不收敛。", "It did not converge.")),
        ..nothing()
    };
    let zone = |shown: [&Shown; 3]| {
        let rulings = rule(&basin, balance(BalanceTest::Allowable), shown);
        of(&rulings, "storage", "gaoping").clone()
    };
    let disagreeing = zone([&good, &good, &bad]);
    assert_eq!(disagreeing.status, Status::Undetermined);
    assert!(disagreeing.band.is_some_and(|band| band.low == -5.0e6 && band.high == 5.0));
    assert_eq!(zone([&good, &good, &failed]).status, Status::Undetermined);
    assert_eq!(zone([&good, &nothing(), &nothing()]).status, Status::Met);
    let failed = zone([&failed, &good, &good]);
    assert!(failed.status == Status::Undetermined && failed.reason.en.contains("did not converge"));
}

#[test]
fn headline_tells_where_another_test_says_otherwise() {
    let basin = basin();
    let bad = stored(storage(-5.0e6, DAY, Some(DAY)));
    let rulings = rule(&basin, balance(BalanceTest::Allowable), [&bad, &bad, &bad]);
    let headline = of(&rulings, "allowable", "all-zones");
    assert_eq!(headline.status, Status::Met);
    assert!(
        headline.reason.en.contains("The storage test says otherwise of gaoping: missed."),
        "{}",
        headline.reason.en
    );
}

#[test]
fn model_levels_are_shown_and_never_decide() {
    let mut basin = basin();
    basin.observations.push(Observation {
        id: "point".into(),
        names: names("point"),
        position: [0.0, 0.0],
        layer: "karst".into(),
        zone: Some("gaoping".into()),
        measured: false,
        levels: Vec::new(),
        origin: Origin::NONE,
    });
    let head = (0..96).map(|month| 700.0 - 0.5 * f64::from(month / 12)).collect();
    let shown = Shown { levels: vec![LevelSeries { observation: "point".into(), head }], ..nothing() };
    let rulings = rule(&basin, balance(BalanceTest::Level), [&shown, &shown, &shown]);
    let zone = of(&rulings, "level", "gaoping");
    assert_eq!((zone.status, zone.value), (Status::Undetermined, None));
    assert!(zone.reason.en.contains("(Model level, not measured: -0.500 m/a at point, confidence 98 %.)"));
    assert_eq!(of(&rulings, "level", "all-zones").status, Status::Undetermined);
}

#[test]
fn measured_levels_decide_where_somebody_brings_them() {
    let well = |id: &str, fall: f64, years: std::ops::RangeInclusive<i16>| Observation {
        id: id.into(),
        names: names(id),
        position: [0.0, 0.0],
        layer: "karst".into(),
        zone: Some("gaoping".into()),
        measured: true,
        levels: years
            .map(|year| YearLevel { year, level: quoted(700.0 - fall * f64::from(year - 2018)) })
            .collect(),
        origin: Origin::NONE,
    };
    let ruled = |wells: Vec<Observation>| {
        let mut basin = basin();
        basin.observations = wells;
        let rulings = rule(&basin, balance(BalanceTest::Level), [&nothing(), &nothing(), &nothing()]);
        of(&rulings, "level", "gaoping").clone()
    };
    let steady = ruled(vec![well("a", 0.02, 2018..=2022)]);
    assert_eq!((steady.status, steady.threshold), (Status::Met, Some(-0.05)), "{}", steady.reason.en);
    let falling = ruled(vec![well("a", 0.02, 2018..=2022), well("b", 0.4, 2018..=2022)]);
    assert_eq!(falling.status, Status::Missed, "every well counts");
    assert!((falling.value.unwrap() + 0.4).abs() < 1e-9);
    assert!(
        falling.reason.en.contains("The lowest is b") && falling.reason.en.contains("not freed of the rain")
    );
    let short = ruled(vec![well("a", 0.4, 2019..=2022)]);
    assert_eq!((short.status, short.value), (Status::Undetermined, None));
    assert!(short.reason.en.contains("none has levels of five reported years"), "{}", short.reason.en);
    let later = ruled(vec![well("a", 0.4, 2021..=2025)]);
    assert_eq!(later.status, Status::Undetermined, "what comes after the date says nothing of it");
}

#[test]
fn evidence_that_does_not_fit_is_refused() {
    let basin = basin();
    let scenario = scenario(Vec::new(), vec![stable(2025)]);
    let ledger = |to| settled(&basin, &apply(&basin, &scenario, &months(2018, to), Ends::Value).unwrap());
    let (long, short) = (ledger(2025), ledger(2024));
    let shown = series(|_| DAY, |_| 0.0);
    let side = |ledger, springs| Side { ledger, springs, levels: &[], storage: &StorageEvidence::NotRun };
    let evidence = Evidence {
        basin: &basin,
        scenario: &scenario,
        value: side(&short, &shown.springs[..]),
        low: side(&long, &[]),
        high: side(&short, &[]),
    };
    let faults = judge(&evidence).unwrap_err();
    assert_eq!(faults.len(), 3, "flow, head and the ledger at the low end: {faults:#?}");
}
