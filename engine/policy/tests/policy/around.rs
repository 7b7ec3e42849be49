//! What stands around the takes: checks of the framework targets on the ledger, and early warning.

use crate::fixture::*;
use jiff::civil::date;
use quanyu_basin::{
    Basin, Observation, Origin, UnconventionalKind, WarningGrade, WarningIndicator, WarningThreshold,
};
use quanyu_policy::{
    Ends, Evidence, Grade, LevelSeries, Measure, MeasureKind, Ruling, SaveRule, SavingRate, Side,
    SpringSeries, Status, StorageEvidence, Target, TargetTest, Text, UnconventionalRule, Verdict, apply,
    judge, settle_as_requested,
};

fn verdict(
    basin: &Basin,
    measures: Vec<Measure>,
    targets: Vec<Target>,
    springs: &[SpringSeries],
    levels: &[LevelSeries],
) -> Verdict {
    let scenario = scenario(measures, targets);
    let plan = |ends| apply(basin, &scenario, &months(2018, 2025), ends).expect("a sound scenario");
    let value = settled(basin, &plan(Ends::Value));
    let [low, high] = [Ends::Low, Ends::High]
        .map(|ends| settle_as_requested(&plan(ends), &value).expect("the same groups and periods"));
    let storage = StorageEvidence::NotRun;
    let end = |ledger| Side { ledger, springs: &[], levels: &[], storage: &storage };
    let at_value = Side { ledger: &value, springs, levels, storage: &storage };
    judge(&Evidence { basin, scenario: &scenario, value: at_value, low: end(&low), high: end(&high) })
        .expect("evidence that fits together")
}

fn only(basin: &Basin, measures: Vec<Measure>, test: TargetTest, year: i16) -> Ruling {
    let target = target("framework", test, date(year, 12, 31));
    verdict(basin, measures, vec![target], &[], &[]).targets.remove(0)
}

fn near(found: Option<f64>, expected: f64) {
    let found = found.expect("a number");
    assert!((found - expected).abs() <= 1e-3 * expected.abs().max(1.0), "{found} is not {expected}");
}

// Users of the city take 9.0e6 m³ from wells and 2.4e6 at the spring; the mine's drainage is nobody's use.

#[test]
fn total_use_is_what_users_have_and_what_stands_beside() {
    let use_ =
        |most| only(&basin(), Vec::new(), TargetTest::TotalUse { most, beside: [5.0e6, 4.0e6, 6.0e6] }, 2020);
    let met = use_(2.0e7);
    assert_eq!(met.status, Status::Met);
    near(met.value, 11.4e6 + 5.0e6);
    let at_odds = use_(16.5e6);
    assert_eq!(at_odds.status, Status::Undetermined, "met at the value, missed at the high end beside");
    assert_eq!(use_(1.0e7).status, Status::Missed);
    // What projects bring instead is used all the same.
    let swapped = measure("swap", ids(&["gp-industry"]), swap(2020, 1.0, &["north"]));
    let test = TargetTest::TotalUse { most: 2.0e7, beside: [0.0; 3] };
    near(only(&basin(), vec![swapped], test, 2021).value, 11.4e6);
}

#[test]
fn a_source_is_used_as_far_as_it_finds_users() {
    let test = || TargetTest::UseRate { kind: UnconventionalKind::MineWater, least: 0.75 };
    let unused = only(&basin(), Vec::new(), test(), 2022);
    assert_eq!((unused.status, unused.value), (Status::Missed, Some(0.0)));
    let rule =
        UnconventionalRule { source: "mine-water".into(), rate: from(2020, 0.8), most: 1.0, penalty: None };
    let used = measure("mine", ids(&["gp-industry"]), MeasureKind::Unconventional(rule));
    let used = only(&basin(), vec![used], test(), 2022);
    assert_eq!(used.status, Status::Met);
    near(used.value, 0.8);
    // Months hold whole litres: what is lost of the last one is no miss.
    let rule =
        UnconventionalRule { source: "mine-water".into(), rate: from(2020, 0.75), most: 1.0, penalty: None };
    let just = measure("mine", ids(&["gp-industry"]), MeasureKind::Unconventional(rule));
    let just = only(&basin(), vec![just], test(), 2022);
    assert_eq!(just.status, Status::Met, "{}", just.reason.en);
    let rule = UnconventionalRule {
        source: "mine-water".into(),
        rate: from(2020, 0.7499),
        most: 1.0,
        penalty: None,
    };
    let short = measure("mine", ids(&["gp-industry"]), MeasureKind::Unconventional(rule));
    assert_eq!(only(&basin(), vec![short], test(), 2022).status, Status::Missed);
    // Of more water than the value less finds a user, of less water all: the ends of what is available disagree.
    let rule =
        UnconventionalRule { source: "mine-water".into(), rate: from(2020, 0.8), most: 0.255, penalty: None };
    let kind = MeasureKind::Unconventional(rule);
    let of = |low, high| {
        let mut basin = basin();
        basin.levers.sources[0].available = assumed(1.2e6, low, high);
        only(&basin, vec![measure("mine", ids(&["gp-industry"]), kind.clone())], test(), 2022)
    };
    let open = of(6.0e5, 2.4e6);
    assert_eq!(open.status, Status::Undetermined, "{}", open.reason.en);
    // Of 3.6e6 m³ 25.5 % have room for it: 918,000 of 2.4e6 m³.
    let band = open.band.unwrap();
    assert!((band.low - 0.3825).abs() < 1e-9, "{band:?}");
    near(Some(band.high), 0.8);
    assert!(open.reason.en.contains("of 2.40 million m³ 38.2 % (missed)"), "{}", open.reason.en);
    let closed = of(6.0e5, 1.2e6);
    assert_eq!(closed.status, Status::Met, "{}", closed.reason.en);
    let cistern = TargetTest::UseRate { kind: UnconventionalKind::Cistern, least: 0.1 };
    assert_eq!(only(&basin(), Vec::new(), cistern, 2022).status, Status::Undetermined, "no such source");
}

#[test]
fn a_rate_is_what_measures_reach_by_the_date() {
    let test = || TargetTest::SavingRate { rate: SavingRate::Leakage, bound: 0.10 };
    assert_eq!(only(&basin(), Vec::new(), test(), 2020).status, Status::Undetermined);
    let leak = |to, compliance| {
        let rule =
            SaveRule { rate: SavingRate::Leakage, from: 0.14, to, ramp: from(2020, 1.0), returned: None };
        Measure { compliance, ..measure("leak", ids(&["zz-domestic"]), MeasureKind::Save(rule)) }
    };
    let good = only(&basin(), vec![leak(0.10, 1.0)], test(), 2020);
    assert_eq!(good.status, Status::Met);
    near(good.value, 0.10);
    assert_eq!(
        only(&basin(), vec![leak(0.10, 1.0)], test(), 2019).status,
        Status::Missed,
        "not in force yet"
    );
    let half = only(&basin(), vec![leak(0.10, 0.5)], test(), 2020);
    assert_eq!(half.status, Status::Missed, "half of them comply");
    near(half.value, 0.12);
    let missing = TargetTest::Unpublished { missing: Text::new("国内生产总值", "GDP") };
    let open = only(&basin(), Vec::new(), missing, 2020);
    assert!(open.status == Status::Undetermined && open.reason.en.contains("GDP"), "{open:?}");
}

fn threshold(indicator: WarningIndicator, grade: WarningGrade, above: f64) -> WarningThreshold {
    WarningThreshold {
        zone: None,
        indicator,
        grade,
        above: assumed(above, above, above),
        origin: Origin::NONE,
    }
}

fn warned() -> Basin {
    let mut basin = basin();
    basin.observations.push(Observation {
        id: "well".into(),
        names: names("well"),
        position: [0.0; 2],
        layer: "karst".into(),
        zone: Some("bagong".into()),
        measured: false,
        levels: Vec::new(),
        origin: Origin::NONE,
    });
    use WarningIndicator::{LevelFall, Overdraft, SpringDecay};
    basin.levers.warnings = vec![
        threshold(Overdraft, WarningGrade::Attention, -0.3),
        threshold(Overdraft, WarningGrade::Overdrawn, 0.0),
        threshold(Overdraft, WarningGrade::Severe, 0.3),
        threshold(LevelFall, WarningGrade::Overdrawn, 1.0),
        threshold(SpringDecay, WarningGrade::Severe, 0.1),
    ];
    basin
}

#[test]
fn the_worst_indicator_grades_a_zone() {
    let basin = warned();
    let periods = months(2018, 2025);
    let of = |yearly: &dyn Fn(f64) -> f64| -> Vec<f64> {
        periods.iter().map(|period| yearly(f64::from(period.year() - 2018))).collect()
    };
    let graded = |fall: f64, decay: f64| {
        let levels = [LevelSeries { observation: "well".into(), head: of(&|year| 500.0 - fall * year) }];
        let springs = [SpringSeries {
            spring: "great".into(),
            flow: of(&|year| 1.0e5 * (1.0 - decay * year)),
            head: of(&|_| 461.0),
        }];
        verdict(&basin, Vec::new(), Vec::new(), &springs, &levels).warnings
    };
    let warnings = graded(0.2, 0.0);
    let at = |warnings: &[quanyu_policy::Warning], zone: &str, year: i16| {
        warnings.iter().find(|row| row.scope.id == zone && row.year == year).expect("a warning").clone()
    };
    // Gaoping takes all that it may, 6.0e6; Bagong 1.2e6 of 1.0e6; the suburb 2.4e6 of 3.0e6; Urban has no allowable figure.
    assert_eq!(at(&warnings, "gaoping", 2020).grade, Grade::Attention);
    let bagong = at(&warnings, "bagong", 2020);
    assert_eq!((bagong.grade, bagong.by.as_slice()), (Grade::Overdrawn, &["overdraft".to_owned()][..]));
    assert!(bagong.assumed && bagong.level_fall.is_none(), "five years of levels begin with 2022");
    near(bagong.overdraft, 0.2);
    assert_eq!(at(&warnings, "suburb", 2020).grade, Grade::Attention);
    assert_eq!(at(&warnings, "urban", 2019).grade, Grade::Unknown);
    near(at(&warnings, "bagong", 2024).level_fall, 0.2);
    // A fall above a metre a year warns the sub-zone and the zone around it; springs that fall by a fifth of their mean warn all.
    let fallen = graded(1.5, 0.0);
    assert_eq!(at(&fallen, "suburb", 2024).by, ["level-fall"]);
    assert_eq!(at(&fallen, "bagong", 2024).by, ["overdraft", "level-fall"]);
    let decayed = graded(0.2, 0.1);
    assert_eq!(
        (at(&decayed, "urban", 2024).grade, at(&decayed, "urban", 2021).grade),
        (Grade::Severe, Grade::Unknown)
    );
    assert_eq!(at(&decayed, "gaoping", 2024).by, ["spring-decay"]);
}

#[test]
fn thresholds_of_a_zone_stand_in_for_the_general_ones() {
    use WarningIndicator::Overdraft;
    let mut basin = warned();
    let own = |zone: &str, grade, above| WarningThreshold {
        zone: Some(zone.into()),
        ..threshold(Overdraft, grade, above)
    };
    let graded = |basin: &Basin, zone: &str| {
        let warnings = verdict(basin, Vec::new(), Vec::new(), &[], &[]).warnings;
        warnings.iter().find(|row| row.scope.id == zone && row.year == 2020).expect("a warning").grade
    };
    assert_eq!(graded(&basin, "bagong"), Grade::Overdrawn);
    // Bagong takes a fifth too much, the suburb around it a fifth less than it may.
    basin.levers.warnings.push(own("suburb", WarningGrade::Severe, 0.1));
    assert_eq!((graded(&basin, "bagong"), graded(&basin, "suburb")), (Grade::Severe, Grade::Normal));
    basin.levers.warnings.push(own("bagong", WarningGrade::Attention, 0.5));
    assert_eq!(graded(&basin, "bagong"), Grade::Normal, "its own go before those of the zone around it");
    assert_eq!(graded(&basin, "gaoping"), Grade::Attention, "others keep the general ones");
}

#[test]
fn without_thresholds_nobody_is_warned() {
    assert!(verdict(&basin(), Vec::new(), Vec::new(), &[], &[]).warnings.is_empty());
}
