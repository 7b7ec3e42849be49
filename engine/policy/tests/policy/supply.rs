//! What projects and unconventional sources bring is assumed as well: verdicts are judged at both ends of it.

use crate::fixture::*;
use jiff::civil::date;
use quanyu_basin::{Basin, CapacityYear, DryYears, FaultKind, Origin, UnconventionalKind};
use quanyu_policy::ensemble::{Freedom, LatinHypercube, at_its_figures, draw, factors};
use quanyu_policy::{
    ClimateChange, Ends, Evidence, Litres, MeasureKind, ProjectChange, Scenario, Side, Status,
    StorageEvidence, Target, TargetTest, UnconventionalRule, apply, judge, settle_as_requested,
};

/// January 2023: five years of months from 2018 on, the ramp complete at every end but the last.
const JANUARY_2023: usize = 60;

/// The project `north` and the mine water, their figures assumed.
fn unsure() -> Basin {
    let mut basin = basin();
    let north = &mut basin.projects[0];
    north.capacity = assumed(1.2e6, 0.6e6, 2.4e6);
    north.loss = assumed(0.2, 0.1, 0.4);
    north.dry = Some(DryYears { below: assumed(0.8, 0.7, 0.9), share: assumed(0.5, 0.25, 0.75) });
    basin.levers.sources[0].available = assumed(1.2e6, 0.3e6, 1.8e6);
    basin
}

fn brought(basin: &Basin, scenario: &Scenario, project: usize) -> [f64; 3] {
    [Ends::Value, Ends::Low, Ends::High].map(|ends| {
        let plan = apply(basin, scenario, &months(2018, 2025), ends).expect("a sound scenario");
        plan.project(project, JANUARY_2023).capacity.cubic_metres()
    })
}

fn january(volumes: [f64; 3]) -> [f64; 3] {
    volumes.map(|volume| Litres::within_cubic_metres(volume * 31.0 / 365.0).cubic_metres())
}

#[test]
fn projects_bring_most_where_least_is_taken_and_least_where_most_is() {
    let mut basin = unsure();
    let plain = scenario(Vec::new(), Vec::new());
    assert_eq!(
        brought(&basin, &plain, 0),
        january([1.2e6 * (1.0 - 0.2), 2.4e6 * (1.0 - 0.1), 0.6e6 * (1.0 - 0.4)])
    );
    // With 85 % of the mean rain only the high end counts the year as dry, and leaves the least share of the capacity.
    let climate = Some(ClimateChange { from: 2023, to: 2023, factor: 0.85, origin: Origin::NONE });
    let damp = Scenario { climate, ..plain.clone() };
    assert_eq!(
        brought(&basin, &damp, 0),
        january([1.2e6 * (1.0 - 0.2), 2.4e6 * (1.0 - 0.1), 0.6e6 * 0.25 * (1.0 - 0.4)])
    );
    // A changed project has its range changed with it.
    let halved =
        ProjectChange { project: "north".into(), delay_months: 0, capacity: 0.5, origin: Origin::NONE };
    let smaller = Scenario { project_changes: vec![halved], ..plain.clone() };
    assert_eq!(
        brought(&basin, &smaller, 0),
        january([0.6e6 * (1.0 - 0.2), 1.2e6 * (1.0 - 0.1), 0.3e6 * (1.0 - 0.4)])
    );
    basin.projects[0].capacity_years =
        vec![CapacityYear { year: 2022, capacity: assumed(2.0e6, 1.0e6, 3.0e6) }];
    assert_eq!(
        brought(&basin, &plain, 0),
        january([2.0e6 * (1.0 - 0.2), 3.0e6 * (1.0 - 0.1), 1.0e6 * (1.0 - 0.4)])
    );
    let rule =
        UnconventionalRule { source: "mine-water".into(), rate: from(2020, 0.5), most: 1.0, penalty: None };
    let mine = measure("mine", ids(&["gp-industry"]), MeasureKind::Unconventional(rule));
    let source = basin.projects.len();
    assert_eq!(brought(&basin, &scenario(vec![mine], Vec::new()), source), january([0.6e6, 0.9e6, 0.15e6]));
    // A river gives the loss of each end on top.
    let swap =
        scenario(vec![measure("swap", ids(&["gp-industry"]), swap(2019, 1.0, &["north"]))], Vec::new());
    for (ends, loss) in [(Ends::Value, 0.2), (Ends::Low, 0.1), (Ends::High, 0.4)] {
        let plan = apply(&basin, &swap, &months(2018, 2025), ends).expect("a sound scenario");
        let used = plan.project(0, JANUARY_2023).used.cubic_metres();
        let rate = plan.river_takes(JANUARY_2023)[0].rate;
        assert!((rate * 31.0 * (1.0 - loss) - used).abs() < 1e-6 * used, "{ends:?}: {rate}");
    }
}

/// What a target says with `north` serving industry at Gaoping.
fn swapped(basin: &Basin, target: Target) -> (Status, f64, f64) {
    let swap = measure("swap", ids(&["gp-industry"]), swap(2020, 1.0, &["north"]));
    let scenario = scenario(vec![swap], vec![target]);
    let plan = |ends| apply(basin, &scenario, &months(2018, 2025), ends).expect("a sound scenario");
    let value = settled(basin, &plan(Ends::Value));
    let end = |ends| settle_as_requested(&plan(ends), &value).expect("the same groups and periods");
    let (low, high) = (end(Ends::Low), end(Ends::High));
    let storage = StorageEvidence::NotRun;
    let side = |ledger| Side { ledger, springs: &[], levels: &[], storage: &storage };
    let (value, low, high) = (side(&value), side(&low), side(&high));
    let verdict = judge(&Evidence { basin, scenario: &scenario, value, low, high }).expect("a verdict");
    let ruling = &verdict.targets[0];
    let band = ruling.band.expect("a band");
    (ruling.status, band.low, band.high)
}

#[test]
fn a_cap_that_rests_on_an_assumed_capacity_is_undetermined_where_its_ends_disagree() {
    let mut basin = basin();
    let cap = |most| target("cap", TargetTest::Cap { most }, date(2020, 12, 31));
    // Nothing else has a range: 9.0e6 less 1.2e6.
    assert_eq!(swapped(&basin, cap(8.0e6)).0, Status::Met);
    basin.projects[0].capacity = assumed(1.2e6, 0.6e6, 2.4e6);
    let (status, low, high) = swapped(&basin, cap(8.0e6));
    assert_eq!(status, Status::Undetermined);
    assert!((low - 6.6e6).abs() < 1.0 && (high - 8.4e6).abs() < 1.0, "{low} to {high}");
    assert_eq!(swapped(&basin, cap(8.5e6)).0, Status::Met, "at both ends");
    // A basin without ranges is judged at its figures, however often.
    let (status, low, high) = swapped(&at_its_figures(&basin), cap(8.0e6));
    assert_eq!((status, low), (Status::Met, high));
    assert!((low - 7.8e6).abs() < 1.0, "{low}");
}

#[test]
fn a_rate_of_use_is_that_of_what_is_available_at_each_end() {
    let basin = unsure();
    let rule =
        UnconventionalRule { source: "mine-water".into(), rate: from(2020, 0.8), most: 1.0, penalty: None };
    let mine = measure("mine", ids(&["gp-industry"]), MeasureKind::Unconventional(rule));
    let test = TargetTest::UseRate { kind: UnconventionalKind::MineWater, least: 0.75 };
    let scenario = scenario(vec![mine], vec![target("mine", test, date(2022, 12, 31))]);
    let plan = |ends| apply(&basin, &scenario, &months(2018, 2025), ends).expect("a sound scenario");
    let value = settled(&basin, &plan(Ends::Value));
    let end = |ends| settle_as_requested(&plan(ends), &value).expect("the same groups and periods");
    let (low, high) = (end(Ends::Low), end(Ends::High));
    let storage = StorageEvidence::NotRun;
    let side = |ledger| Side { ledger, springs: &[], levels: &[], storage: &storage };
    let (value, low, high) = (side(&value), side(&low), side(&high));
    let verdict =
        judge(&Evidence { basin: &basin, scenario: &scenario, value, low, high }).expect("a verdict");
    let band = verdict.targets[0].band.expect("a band");
    assert_eq!(verdict.targets[0].status, Status::Met, "{}", verdict.targets[0].reason.en);
    assert!((band.low - 0.8).abs() < 1e-6 && (band.high - 0.8).abs() < 1e-6, "{band:?}");
}

#[test]
fn an_end_of_a_range_that_no_project_can_have_is_wrong_input() {
    let mut basin = unsure();
    basin.projects[0].loss = assumed(0.2, 0.1, 1.0);
    basin.projects[0].ramp_years = assumed(2.0, -1.0, 4.0);
    let faults = apply(&basin, &scenario(Vec::new(), Vec::new()), &months(2018, 2025), Ends::Value)
        .expect_err("two faults");
    let told: Vec<(FaultKind, &str)> =
        faults.iter().map(|fault| (fault.kind, fault.value.as_str())).collect();
    assert_eq!(told, [(FaultKind::OutOfRange, "-1"), (FaultKind::OutOfRange, "1")]);
}

#[test]
fn a_member_has_no_ranges_and_its_late_projects_grow_late() {
    let mut basin = unsure();
    basin.projects[0].capacity_years =
        vec![CapacityYear { year: 2022, capacity: assumed(2.0e6, 1.0e6, 3.0e6) }];
    // A range that nothing can be drawn from: its value lies outside.
    basin.projects[0].ramp_years = assumed(0.0, 1.0, 2.0);
    let freedom = Freedom {
        project_delay_years: Some([2.0, 2.0]),
        projects_from: Some(date(2018, 1, 1)),
        ..Freedom::default()
    };
    let factors = factors(&basin, &freedom);
    let sample = LatinHypercube::new(&factors, 4, 7);
    for member in 0..4 {
        let drawn = draw(&basin, &freedom, &factors, &sample, member).basin;
        let project = &drawn.projects[0];
        assert_eq!(project.capacity_years[0].year, 2024);
        assert_eq!(project.start.year(), basin.projects[0].start.year() + 2);
        let figures =
            [&project.capacity, &project.loss, &project.ramp_years, &project.capacity_years[0].capacity];
        assert!(figures.iter().all(|figure| figure.range.is_none()));
        let plain = scenario(Vec::new(), Vec::new());
        let [value, low, high] = brought(&drawn, &plain, 0);
        assert!(value > 0.0 && value == low && value == high, "{value} {low} {high}");
    }
}
