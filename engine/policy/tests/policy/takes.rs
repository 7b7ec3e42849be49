//! Rulings on takes: `cap`, `balance` by allowable abstraction, `karst_take`.

use crate::fixture::*;
use jiff::civil::date;
use quanyu_basin::Basin;
use quanyu_policy::{
    BalanceTest, Ends, Evidence, Ledger, Measure, Ruling, Scenario, Selection, Side, Status, StorageEvidence,
    Target, TargetTest, Verdict, apply, judge, settle_as_requested,
};

/// Ledgers at the value and both ends over 2018–2025, everything delivered, and the verdict on them.
fn verdict(basin: &Basin, measures: Vec<Measure>, targets: Vec<Target>) -> Verdict {
    let scenario = scenario(measures, targets);
    let [value, low, high] = ledgers(basin, &scenario);
    let storage = StorageEvidence::NotRun;
    let side = |ledger| Side { ledger, springs: &[], levels: &[], storage: &storage };
    let (value, low, high) = (side(&value), side(&low), side(&high));
    judge(&Evidence { basin, scenario: &scenario, value, low, high }).expect("evidence that fits together")
}

fn ledgers(basin: &Basin, scenario: &Scenario) -> [Ledger; 3] {
    let plan = |ends| apply(basin, scenario, &months(2018, 2025), ends).expect("a sound scenario");
    let value = settled(basin, &plan(Ends::Value));
    let end = |ends| settle_as_requested(&plan(ends), &value).expect("the same groups and periods");
    let (low, high) = (end(Ends::Low), end(Ends::High));
    [value, low, high]
}

fn cap(most: f64, year: i16) -> Target {
    target("cap", TargetTest::Cap { most }, date(year, 12, 31))
}

fn balance(year: i16) -> Target {
    let test = TargetTest::Balance { decides: BalanceTest::Allowable, spring_floor: 0.5 };
    target("balance", test, date(year, 12, 31))
}

fn row<'v>(verdict: &'v Verdict, test: &str, scope: &str) -> &'v Ruling {
    let found = verdict.targets.iter().find(|ruling| ruling.test == test && ruling.scope.id == scope);
    found.expect("a ruling of this test and scope")
}

fn near(found: Option<f64>, expected: f64, tolerance: f64) {
    let found = found.expect("a number");
    assert!((found - expected).abs() <= tolerance, "{found} is not {expected}");
}

// The paper basin's wells in the city take 9.0e6 m³ a year, on the physical basis 2.4e6 and the mine's inflow more.

#[test]
fn cap_met_on_one_basis_and_missed_on_the_other() {
    let verdict = verdict(&basin(), Vec::new(), vec![cap(9.9e6, 2020)]);
    let (cap, physical) = (row(&verdict, "cap", "city"), row(&verdict, "cap-physical", "city"));
    assert_eq!((cap.status, physical.status), (Status::Met, Status::Missed));
    assert!(cap.required && !physical.required && !verdict.misses_required());
    near(cap.value, 9.0e6, 1e-3);
    near(cap.margin_m3, 0.9e6, 1e-3);
    near(cap.break_even, 0.1, 2e-6);
    near(physical.value, 9.0e6 + 2.4e6 + 366_000.0, 1e-3);
    // Wells and intake may take 9.9e6 less the mine's 366,000 of 11.4e6 in the leap years.
    near(physical.break_even, (9.9e6 - 366_000.0) / 11.4e6 - 1.0, 2e-6);
    for ruling in [cap, physical] {
        assert!(ruling.reason.en.starts_with("The two bases disagree: statistical met, physical missed."));
        assert!(ruling.reason.zh.starts_with("两种口径结论不同：统计口径达标，物理口径未达标。"));
    }
    assert_eq!(cap.first_met.as_deref(), Some("2018"));
    let binding = cap.binding.as_ref().unwrap();
    assert_eq!((binding.year, binding.zone.as_deref()), (Some(2020), Some("gaoping")));
    assert_eq!(binding.sector.as_deref(), Some("industry"));
}

#[test]
fn cap_missed_by_a_later_year() {
    let mut basin = basin();
    basin.groups[1].series = "rising".into();
    let verdict = verdict(&basin, Vec::new(), vec![cap(1.0e7, 2020)]);
    let cap = row(&verdict, "cap", "city");
    assert_eq!(cap.status, Status::Missed);
    near(cap.value, 9.0e6 + 0.2 * 2.4e6, 1e-3);
    near(cap.margin_m3, 1.0e7 - (9.0e6 + 0.7 * 2.4e6), 1e-3);
    near(cap.break_even, 1.0e7 / (9.0e6 + 0.7 * 2.4e6) - 1.0, 2e-6);
    assert_eq!(cap.binding.as_ref().unwrap().year, Some(2025));
    assert_eq!(cap.first_met, None);
    assert!(verdict.misses_required());
}

#[test]
fn cap_met_from_a_year_after_the_target() {
    let selection = ids(&["gp-industry"]);
    let verdict =
        verdict(&basin(), vec![measure("cut", selection, cut(2022, 0.5, 0.0))], vec![cap(8.0e6, 2020)]);
    let cap = row(&verdict, "cap", "city");
    assert_eq!(cap.status, Status::Missed);
    assert_eq!(cap.first_met.as_deref(), Some("2022"));
}

#[test]
fn cap_break_even_applies_the_measures_anew() {
    // A swap at full capacity: 9.0e6 (1 + s) − 1.2e6 = 8.0e6. The mere ratio 8.0/7.8 would say 2.6 %.
    let measures = vec![measure("swap", ids(&["gp-industry"]), swap(2020, 1.0, &["north"]))];
    let verdict = verdict(&basin(), measures, vec![cap(8.0e6, 2021)]);
    let cap = row(&verdict, "cap", "city");
    assert_eq!(cap.status, Status::Met);
    near(cap.break_even, 0.2 / 9.0, 3e-6);
}

#[test]
fn cap_undetermined_where_the_ends_disagree() {
    let mut basin = basin();
    basin.groups[0].take = assumed(3.6e6, 3.0e6, 4.2e6);
    let verdict = verdict(&basin, Vec::new(), vec![cap(9.3e6, 2020)]);
    let cap = row(&verdict, "cap", "city");
    assert_eq!(cap.status, Status::Undetermined);
    let band = cap.band.unwrap();
    near(Some(band.low), 8.4e6, 1e-3);
    near(Some(band.high), 9.6e6, 1e-3);
    near(cap.margin_m3, 0.3e6, 1e-3);
    near(cap.worst_margin_m3, -0.3e6, 1e-3);
    assert!(
        cap.reason.en.contains("low 8.40 million m³ (met), high 9.60 million m³ (missed)"),
        "{}",
        cap.reason.en
    );
    assert!(cap.reason.zh.contains("低端840.0万m³（达标），高端960.0万m³（未达标）"), "{}", cap.reason.zh);
}

#[test]
fn cap_undetermined_where_the_run_ends_before() {
    let verdict = verdict(&basin(), Vec::new(), vec![cap(9.3e6, 2030)]);
    let cap = row(&verdict, "cap", "city");
    assert_eq!((cap.status, cap.value), (Status::Undetermined, None));
    assert!(cap.reason.en.contains("does not cover 2030"));
}

#[test]
fn cap_that_no_fall_of_demand_can_reach() {
    let verdict = verdict(&basin(), Vec::new(), vec![cap(3.0e5, 2020)]);
    let physical = row(&verdict, "cap-physical", "city");
    assert_eq!((physical.status, physical.break_even), (Status::Missed, None));
    assert!(physical.reason.en.contains("No fall of demand alone"));
}

#[test]
fn balance_asks_every_zone_and_shows_sub_zones_beside() {
    let verdict = verdict(&basin(), Vec::new(), vec![balance(2022)]);
    let headline = row(&verdict, "allowable", "all-zones");
    assert_eq!(verdict.targets[0], *headline);
    assert_eq!((headline.status, headline.required), (Status::Met, true));
    assert_eq!((headline.value, headline.threshold), (Some(2.0), Some(2.0)));
    let status = |zone: &str| row(&verdict, "allowable", zone).status;
    assert_eq!([status("gaoping"), status("suburb")], [Status::Met, Status::Met]);
    assert_eq!([status("bagong"), status("urban")], [Status::Missed, Status::Undetermined]);
    assert_eq!(row(&verdict, "allowable", "bagong").scope.kind, "sub-zone");
    near(row(&verdict, "allowable", "suburb").margin_m3, 0.6e6, 1e-3);
    near(row(&verdict, "allowable", "suburb").break_even, 0.25, 2e-6);
    near(row(&verdict, "allowable", "bagong").break_even, 1.0 / 1.2 - 1.0, 2e-6);
    near(headline.margin_m3, 0.0, 1e-3);
    assert_eq!(headline.binding.as_ref().unwrap().zone.as_deref(), Some("gaoping"));
    assert!(row(&verdict, "allowable", "urban").reason.en.contains("No allowable abstraction is published"));
    for zone in ["gaoping", "suburb", "bagong", "urban"] {
        assert_eq!(row(&verdict, "storage", zone).status, Status::Undetermined);
        let level = row(&verdict, "level", zone);
        assert!(level.status == Status::Undetermined && level.reason.en.contains("No measured levels"));
    }
    assert!(verdict.targets.iter().skip(1).all(|ruling| !ruling.required));
}

#[test]
fn balance_counts_the_mean_of_three_years() {
    let mut basin = basin();
    basin.zones[0].allowable = Some(quoted(4.0e6));
    let selection = Selection { zones: vec!["gaoping".into()], ..Selection::default() };
    let verdict = verdict(&basin, vec![measure("cut", selection, cut(2022, 0.5, 0.0))], vec![balance(2022)]);
    let zone = row(&verdict, "allowable", "gaoping");
    near(zone.value, 3.0e6, 1e-3);
    near(zone.margin_m3, 4.0e6 - 5.0e6, 1e-3);
    assert_eq!(zone.status, Status::Missed);
    assert_eq!(zone.first_met.as_deref(), Some("2023"));
    near(zone.break_even, 4.0 / 5.0 - 1.0, 2e-6);
    let headline = row(&verdict, "allowable", "all-zones");
    assert_eq!((headline.status, headline.value), (Status::Missed, Some(1.0)));
    assert_eq!(headline.first_met.as_deref(), Some("2023"));
}

#[test]
fn balance_undetermined_by_either_range() {
    let mut basin = basin();
    basin.zones[1].allowable = Some(assumed(3.0e6, 2.0e6, 4.0e6));
    let both = verdict(&basin, Vec::new(), vec![balance(2022)]);
    assert_eq!(row(&both, "allowable", "suburb").status, Status::Undetermined);
    assert_eq!(row(&both, "allowable", "all-zones").status, Status::Undetermined);
    basin.zones[1].allowable = Some(quoted(3.0e6));
    basin.groups[3].take = assumed(1.2e6, 1.0e6, 2.0e6);
    basin.groups[3].location_unknown = true;
    let take = verdict(&basin, Vec::new(), vec![balance(2022)]);
    let zone = row(&take, "allowable", "suburb");
    assert_eq!(zone.status, Status::Undetermined);
    assert!(zone.reason.en.contains("The place of 1.20 million m³ of it is assumed."), "{}", zone.reason.en);
}

#[test]
fn a_missed_zone_outweighs_an_undetermined_one() {
    let mut basin = basin();
    basin.zones[0].allowable = Some(quoted(5.0e6));
    basin.zones[1].allowable = None;
    let verdict = verdict(&basin, Vec::new(), vec![balance(2022)]);
    assert_eq!(row(&verdict, "allowable", "all-zones").status, Status::Missed);
    assert_eq!(row(&verdict, "allowable", "all-zones").margin_m3, None);
}

#[test]
fn balance_that_is_lost_again_says_so() {
    let mut basin = basin();
    basin.groups[0].series = "rising".into();
    basin.zones[0].allowable = Some(quoted(7.9e6));
    let verdict = verdict(&basin, Vec::new(), vec![balance(2022)]);
    let zone = row(&verdict, "allowable", "gaoping");
    assert_eq!((zone.status, zone.first_met.as_deref()), (Status::Met, None));
    assert!(zone.reason.en.contains("It is exceeded again in 2024."), "{}", zone.reason.en);
}

#[test]
fn karst_take_falls_or_does_not() {
    let by = |year| target("karst", TargetTest::KarstTake { base_year: 2019 }, date(year, 12, 31));
    let same = verdict(&basin(), Vec::new(), vec![by(2022)]);
    assert_eq!(row(&same, "karst-take", "paper").status, Status::Missed, "equal is not less");
    let measures = || vec![measure("cut", ids(&["yc-intake"]), cut(2021, 0.5, 0.0))];
    let less = verdict(&basin(), measures(), vec![by(2022)]);
    let ruling = row(&less, "karst-take", "paper");
    assert_eq!((ruling.status, ruling.first_met.as_deref()), (Status::Met, Some("2021")));
    // Karst wells 8.4e6 (without the one outside the model) and half the intake.
    near(ruling.value, 8.4e6 + 1.2e6, 1e-3);
    near(ruling.margin_m3, 1.2e6, 1e-3);
    let mut growing = basin();
    growing.groups[3].series = "rising".into();
    growing.use_series[1].years[1].index = assumed(2.0, 1.0, 11.0);
    let ends = verdict(&growing, measures(), vec![by(2022)]);
    assert_eq!(row(&ends, "karst-take", "paper").status, Status::Undetermined);
    let before = verdict(&basin(), Vec::new(), vec![by(2019)]);
    assert_eq!(row(&before, "karst-take", "paper").value, None);
}

#[test]
fn verdict_has_the_agreed_keys_and_reads_back() {
    let verdict = verdict(&basin(), Vec::new(), vec![cap(9.9e6, 2020), balance(2022)]);
    let text = serde_json::to_string(&verdict).unwrap();
    assert_eq!(serde_json::from_str::<Verdict>(&text).unwrap(), verdict);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut keys: Vec<&String> = json["targets"][0].as_object().unwrap().keys().collect();
    keys.sort();
    let agreed = [
        "band",
        "binding",
        "break_even",
        "by",
        "first_met",
        "id",
        "margin_m3",
        "odds",
        "odds_error",
        "reason",
        "required",
        "scope",
        "status",
        "test",
        "threshold",
        "title",
        "unit",
        "value",
        "worst_margin_m3",
    ];
    assert_eq!(keys, agreed);
    assert_eq!(json["targets"][0]["status"], "met");
    assert_eq!(json["targets"][0]["by"], "2020-12-31");
    assert_eq!(json["targets"][0]["scope"]["kind"], "city");
    assert!(json["targets"][0]["odds"].is_null());
}

#[test]
fn a_zone_is_judged_at_the_ends_that_published_sums_leave_it() {
    let tie = |id: &str, zone: &str, total| quanyu_basin::Tie {
        id: id.into(),
        county: None,
        zone: Some(zone.into()),
        booking: None,
        from: 2018,
        to: 2018,
        total: quoted(total),
        tolerance: 0.0,
        origin: quanyu_basin::Origin::NONE,
    };
    let mut basin = basin();
    for group in [2, 3] {
        basin.groups[group].take = assumed(1.2e6, 0.6e6, 1.6e6);
    }
    basin.ties = vec![tie("suburb", "suburb", 2.4e6)];
    basin.zones[3].allowable = Some(quoted(1.5e6));
    let verdict = verdict(&basin, Vec::new(), vec![balance(2022)]);
    // The zone's sum is published; its sub-zones' is not: urban may take 1.6e6, since bagong can then take 0.8e6.
    let zone = row(&verdict, "allowable", "suburb");
    assert_eq!(zone.status, Status::Met);
    near(zone.band.map(|band| band.high), 2.4e6, 1.0);
    let urban = row(&verdict, "allowable", "urban");
    assert_eq!(urban.status, Status::Undetermined);
    near(urban.band.map(|band| band.low), 0.8e6, 1.0);
    near(urban.band.map(|band| band.high), 1.6e6, 1.0);
}
