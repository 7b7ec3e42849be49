//! Measures on a small basin, counted by hand.

use crate::fixture::*;
use jiff::civil::date;
use quanyu_basin::{Basin, FaultKind, Period, Sector};
use quanyu_policy::{
    Cut, Ends, ExitRule, FreezeRule, LandRule, Litres, MeasureKind, Plan, Schedule, Selection, apply,
};

fn plan(basin: &Basin, measures: Vec<quanyu_policy::Measure>) -> Plan {
    apply(basin, &scenario(measures, Vec::new()), &months(2018, 2025), Ends::Value).expect("a sound scenario")
}

/// Index of a month from 2018-01.
fn at(year: i16, month: usize) -> usize {
    usize::from(year.abs_diff(2018)) * 12 + month - 1
}

fn m3(volume: f64) -> Litres {
    Litres::from_cubic_metres(volume)
}

#[test]
fn nothing_done_everything_asked() {
    let basin = basin();
    let plan = plan(&basin, Vec::new());
    let entry = plan.entry(0, at(2020, 5));
    assert_eq!((entry.demanded, entry.permitted, entry.requested), (m3(3.0e5), m3(3.0e5), m3(3.0e5)));
    assert!((plan.requested_rate(0, at(2020, 5)) - 3.0e5 / 31.0).abs() < 1e-9);
    assert_eq!(plan.entry(index_of(&basin, "mine-water"), 0).demanded, Litres::ZERO);
    assert!(plan.groups[0].in_model && !plan.groups[4].in_model && !plan.groups[5].in_model);
}

#[test]
fn demand_follows_series_and_shape() {
    let mut basin = basin();
    basin.groups[0].series = "rising".into();
    basin.groups[0].shape = "summer".into();
    let plan = plan(&basin, Vec::new());
    assert_eq!(plan.entry(0, at(2020, 1)).demanded, Litres::ZERO);
    assert_eq!(plan.entry(0, at(2020, 5)).demanded, m3(3.6e6 * 1.2 * 0.2));
    let year: Litres = (1..=12).map(|month| plan.entry(0, at(2023, month)).demanded).sum();
    assert_eq!(year, m3(3.6e6 * 1.5));
}

#[test]
fn ends_bound_the_value_and_share_the_base_year() {
    let mut basin = basin();
    basin.groups[0].take = assumed(3.6e6, 3.0e6, 4.8e6);
    basin.groups[0].series = "rising".into();
    basin.use_series[1].years[1].index = assumed(2.0, 1.5, 3.0);
    let at_end = |ends| {
        let plan = apply(&basin, &scenario(Vec::new(), Vec::new()), &months(2018, 2023), ends).unwrap();
        [0, at(2023, 1)].map(|period| plan.entry(0, period).demanded)
    };
    assert_eq!(at_end(Ends::Value), [m3(3.0e5), m3(4.5e5)]);
    assert_eq!(at_end(Ends::Low), [m3(2.5e5), m3(2.5e5 * 1.25)]);
    assert_eq!(at_end(Ends::High), [m3(4.0e5), m3(4.0e5 * 2.0)]);
}

#[test]
fn closing_is_replaced_where_a_project_reaches_and_unmet_beyond_its_capacity() {
    let basin = basin();
    // 60 % of 300,000 + 200,000 a month; the project brings about 100,000, only from 2020 on.
    let selection = Selection { counties: vec!["gaoping".into()], ..Selection::default() };
    let plan = plan(&basin, vec![measure("close", selection, close(2019, 0.6, &["south", "north"]))]);
    let before = plan.entry(0, at(2019, 5));
    assert_eq!((before.permitted, before.requested), (m3(1.2e5), m3(1.2e5)));
    assert!(before.substituted.is_empty());
    assert_eq!(before.unmet, vec![(0, m3(1.8e5))]);
    let month = at(2020, 5);
    let capacity = Litres::within_cubic_metres(1.2e6 * 31.0 / 366.0);
    let first = plan.entry(0, month);
    assert_eq!(first.substituted, vec![(0, capacity)]);
    assert_eq!(first.unmet, vec![(0, m3(1.8e5) - capacity)]);
    let second = plan.entry(1, month);
    assert!(second.substituted.is_empty());
    assert_eq!(second.unmet, vec![(0, m3(1.2e5))]);
    assert_eq!(plan.project(0, month).unused(), Litres::ZERO);
    assert_eq!(plan.project(1, at(2022, 5)).used, Litres::ZERO);
    let effect = plan.effect(0, month);
    assert_eq!((effect.claimed, effect.reduced), (m3(3.0e5), m3(3.0e5)));
    assert_eq!((effect.substituted, effect.shortfall), (capacity, m3(3.0e5) - capacity));
    assert!(plan.notes.iter().any(|note| note.text.en.contains("south reaches the county of no group")));
}

#[test]
fn swapping_leaves_pumped_what_the_project_cannot_bring() {
    let basin = basin();
    let plan = plan(&basin, vec![measure("swap", ids(&["gp-industry"]), swap(2019, 0.5, &["north"]))]);
    assert_eq!(plan.entry(0, at(2019, 12)).requested, m3(3.0e5));
    assert_eq!(plan.effect(0, at(2019, 12)).shortfall, m3(1.5e5));
    let month = at(2020, 5);
    let capacity = Litres::within_cubic_metres(1.2e6 * 31.0 / 366.0);
    let entry = plan.entry(0, month);
    assert_eq!((entry.permitted, entry.requested), (m3(3.0e5), m3(3.0e5) - capacity));
    assert!(entry.unmet.is_empty());
    assert_eq!(plan.effect(0, month).shortfall, m3(1.5e5) - capacity);
}

#[test]
fn capacity_goes_to_the_measure_stated_first() {
    let basin = basin();
    let one = || measure("one", ids(&["gp-industry"]), swap(2019, 1.0, &["north"]));
    let two = || measure("two", ids(&["zz-industry"]), swap(2019, 0.5, &["north"]));
    let month = at(2020, 5);
    let forward = plan(&basin, vec![one(), two()]);
    assert!(forward.entry(3, month).substituted.is_empty());
    let backward = plan(&basin, vec![two(), one()]);
    assert_eq!(backward.entry(3, month).substituted, vec![(0, m3(5.0e4))]);
    assert_eq!(backward.project(0, month).used, backward.project(0, month).capacity);
}

#[test]
fn a_project_ramps_up_and_grosses_its_loss() {
    let mut basin = basin();
    basin.projects[0].ramp_years = quoted(2.0);
    basin.projects[0].loss = quoted(0.2);
    let plan = plan(&basin, vec![measure("swap", ids(&["gp-industry"]), swap(2019, 1.0, &["north"]))]);
    // Half-way through month t the ramp stands at t / 730.5 days.
    let net = 1.2e6 * 0.8 * 31.0 / 366.0 * (15.5 / 730.5);
    assert_eq!(plan.project(0, at(2020, 1)).capacity, Litres::within_cubic_metres(net));
    assert_eq!(
        plan.project(0, at(2022, 7)).capacity,
        Litres::within_cubic_metres(1.2e6 * 0.8 * 31.0 / 365.0)
    );
    let month = at(2022, 7);
    let takes = plan.river_takes(month);
    assert_eq!((takes.len(), takes[0].river.as_str(), takes[0].project), (1, "dan", 0));
    assert!((takes[0].rate - plan.project(0, month).used.cubic_metres() / 31.0 / 0.8).abs() < 1e-9);
    assert!(plan.river_takes(at(2019, 12)).is_empty());
}

#[test]
fn a_cut_has_schedule_floor_and_volume() {
    let basin = basin();
    let ramp = Schedule::Ramp { from: date(2020, 1, 1), to: date(2022, 1, 1), value: 1.0 };
    let kind = MeasureKind::Cut { by: Cut::Share(0.8), ramp, floor: 0.4 };
    let by_share = plan(&basin, vec![measure("cut", ids(&["gp-industry"]), kind)]);
    assert_eq!(by_share.entry(0, at(2019, 12)).requested, m3(3.0e5));
    let ramped = by_share.entry(0, at(2020, 12)).requested;
    assert_eq!(ramped, m3(3.0e5) - m3(3.0e5).share(0.8 * (366.0 - 15.5) / 731.0));
    assert_eq!(by_share.entry(0, at(2022, 1)).requested, m3(1.2e5));
    assert_eq!(by_share.entry(0, at(2022, 1)).unmet, vec![(0, m3(1.8e5))]);

    let kind = MeasureKind::Cut { by: Cut::Volume(1.2e6), ramp: from(2020, 1.0), floor: 0.0 };
    let selection = Selection { zones: vec!["gaoping".into()], ..Selection::default() };
    let by_volume = plan(&basin, vec![measure("cut", selection.clone(), kind)]);
    let cut: Litres = (1..=12).map(|month| by_volume.effect(0, at(2021, month)).reduced).sum();
    assert_eq!(cut, m3(1.2e6));
    assert_eq!(by_volume.entry(0, at(2021, 3)).requested, m3(3.0e5 * 0.8));
    assert_eq!(by_volume.entry(1, at(2021, 3)).requested, m3(2.0e5 * 0.8));

    let kind = MeasureKind::Cut { by: Cut::Volume(9.0e6), ramp: from(2020, 1.0), floor: 0.0 };
    let all = plan(&basin, vec![measure("cut", selection, kind)]);
    assert_eq!(all.entry(0, at(2021, 3)).requested, Litres::ZERO);
    assert!(all.notes.iter().any(|note| note.text.en.contains("exceeds all")));
}

#[test]
fn a_freeze_stops_growth_month_by_month_and_spares_households() {
    let mut basin = basin();
    for group in &mut basin.groups {
        group.series = "rising".into();
        group.shape = "summer".into();
    }
    let everyone = Selection::default();
    let plan = plan(&basin, vec![measure("freeze", everyone, freeze(date(2020, 6, 1)))]);
    // July 2020 is held to July 2019 (index 1.1), May 2021 to May 2020 (index 1.2).
    let july = plan.entry(0, at(2020, 7));
    assert_eq!((july.demanded, july.requested), (m3(3.6e6 * 1.2 * 0.2), m3(3.6e6 * 1.1 * 0.2)));
    assert_eq!(july.unmet, vec![(0, july.demanded - july.requested)]);
    assert_eq!(plan.entry(0, at(2021, 5)).requested, m3(3.6e6 * 1.2 * 0.2));
    assert_eq!(plan.entry(0, at(2025, 7)).requested, m3(3.6e6 * 1.1 * 0.2));
    assert_eq!(plan.entry(0, at(2020, 5)).requested, m3(3.6e6 * 1.2 * 0.2));
    let domestic = index_of(&basin, "zz-domestic");
    assert_eq!(plan.entry(domestic, at(2025, 7)).unmet, Vec::new());
    assert_eq!(basin.groups[domestic].sector, Sector::Domestic);
}

#[test]
fn two_measures_on_the_same_water_are_counted_once_and_said() {
    let basin = basin();
    let measures = vec![
        measure("close", ids(&["gp-industry"]), close(2020, 0.7, &[])),
        measure("cut", ids(&["gp-industry"]), cut(2020, 0.5, 0.0)),
    ];
    let plan = plan(&basin, measures);
    let entry = plan.entry(0, at(2020, 5));
    assert_eq!(entry.requested, Litres::ZERO);
    assert_eq!(entry.unmet, vec![(1, m3(9.0e4)), (0, m3(2.1e5))]);
    assert_eq!(plan.effect(1, at(2020, 5)).forestalled, m3(6.0e4));
    let said =
        |note: &quanyu_policy::Note| note.measure.as_deref() == Some("cut") && note.text.en.contains("close");
    assert!(plan.notes.iter().any(said), "{:?}", plan.notes);
    // Without a floor none is blamed.
    assert!(plan.notes.iter().all(|note| !note.text.en.contains("its floor")), "{:?}", plan.notes);
}

#[test]
fn growth_that_a_freeze_refuses_goes_to_projects_as_far_as_they_bring_it() {
    let mut basin = basin();
    basin.groups[0].series = "rising".into();
    basin.projects[0].capacity = quoted(6.0e5);
    let freeze = |projects: &[&str]| {
        let replaced_by = projects.iter().map(|id| (*id).to_owned()).collect();
        let rule = FreezeRule { from: date(2020, 1, 1), domestic_exempt: true, replaced_by };
        plan(&basin, vec![measure("freeze", Selection::default(), MeasureKind::Freeze(rule))])
    };
    let (refused, served) = (freeze(&[]), freeze(&["north"]));
    for (year, month) in [(2020, 5), (2025, 5)] {
        let month = at(year, month);
        let (one, other) = (refused.entry(0, month), served.entry(0, month));
        assert_eq!((one.permitted, one.requested), (other.permitted, other.requested), "pumped all the same");
        let growth = one.unmet[0].1;
        assert_eq!(one.requested + growth, one.demanded);
        // 3.6e6 m³ a year grow by a tenth a year from 2018 on: 3e4 m³ a month in 2020, 1.8e5 in 2025, when the project has 5e4.
        assert_eq!(
            growth,
            other.substituted.iter().map(|part| part.1).sum::<Litres>()
                + other.unmet.iter().map(|part| part.1).sum()
        );
        assert_eq!(other.unmet.is_empty(), year == 2020, "{other:?}");
    }
    let brought = served.project(0, at(2025, 5)).capacity;
    assert_eq!(served.entry(0, at(2025, 5)).substituted, vec![(0, brought)]);
    assert_eq!(served.entry(1, at(2025, 5)), refused.entry(1, at(2025, 5)), "nobody else is touched");
}

#[test]
fn a_measure_that_others_leave_nothing_says_who_they_are() {
    let basin = basin();
    let exit = MeasureKind::Exit(ExitRule { stages: from(2020, 1.0), returned: None });
    let measures = || {
        vec![
            measure("cut", ids(&["gp-industry"]), cut(2020, 0.5, 0.0)),
            measure("exit", ids(&["gp-industry"]), exit.clone()),
        ]
    };
    let says = |measures, measure: &str| -> Vec<String> {
        let notes = plan(&basin, measures).notes;
        notes.iter().map(quanyu_policy::Note::named).filter(|note| note.starts_with(measure)).collect()
    };
    let both = says(measures(), "cut:");
    assert_eq!(both, ["cut: This measure has no effect in any period: measures exit leave it nothing."]);
    // What does nothing by itself blames nobody, and the name of a measure may stand in the words of its note.
    let idle = measure("no", ids(&["gp-industry"]), cut(2020, 0.0, 0.0));
    let said = says([measures(), vec![idle]].concat(), "no:");
    assert_eq!(said, ["no: This measure has no effect in any period."]);
}

#[test]
fn more_land_than_the_users_water_is_said() {
    let basin = basin();
    let rule =
        |area| LandRule { area, crop: "wheat".into(), ramp: from(2020, 1.0), returned: None, rotation: None };
    let says = |area| {
        let land = measure("land", ids(&["gp-irrigation"]), MeasureKind::Land(rule(area)));
        plan(&basin, vec![land])
            .notes
            .iter()
            .any(|note| note.text.en.contains("exceeds all that the selected"))
    };
    // 0.3 m³/m² over 8 km² is what they take.
    assert!(says(8.1e6) && !says(7.9e6));
}

#[test]
fn years_and_months_agree() {
    let basin = basin();
    let year = Period { start: date(2021, 1, 1), end: date(2022, 1, 1) };
    let measures = || vec![measure("close", ids(&["gp-industry"]), close(2019, 0.3, &["north"]))];
    let yearly = apply(&basin, &scenario(measures(), Vec::new()), &[year], Ends::Value);
    assert!(yearly.is_err(), "the stage of 2019 lies outside a run of 2021 alone");
    let frame = quanyu_basin::TimeFrame { history_from: 2018, monthly_from: 2022, to: 2022 };
    let yearly = apply(&basin, &scenario(measures(), Vec::new()), &frame.periods(), Ends::Value).unwrap();
    let monthly = plan(&basin, measures());
    let sum = |volume: &dyn Fn(&quanyu_policy::PlanEntry) -> Litres| -> Litres {
        (1..=12).map(|month| volume(monthly.entry(0, at(2021, month)))).sum()
    };
    assert_eq!(yearly.entry(0, 3).demanded, sum(&|entry| entry.demanded));
    assert_eq!(yearly.entry(0, 3).requested, sum(&|entry| entry.requested));
    let capacity = |plan: &Plan, period| plan.project(0, period).capacity.count();
    let months: i64 = (1..=12).map(|month| capacity(&monthly, at(2021, month))).sum();
    assert!((capacity(&yearly, 3) - months).abs() <= 12, "capacity of months is cut to whole litres");
}

#[test]
fn every_fault_of_a_scenario_is_told_at_once() {
    let basin = basin();
    let nowhere = Selection { counties: vec!["atlantis".into()], ..Selection::default() };
    let nobody =
        Selection { counties: vec!["zezhou".into()], zones: vec!["gaoping".into()], ..Selection::default() };
    let backwards = Schedule::Ramp { from: date(2022, 1, 1), to: date(2020, 1, 1), value: 1.0 };
    let measures = vec![
        measure("a", nowhere, cut(2020, 0.3, 0.0)),
        measure("a", nobody, cut(2020, 1.3, 0.0)),
        measure("b", ids(&["mine-water"]), cut(2040, 0.3, 0.0)),
        measure("c", ids(&["gp-industry"]), swap(2020, 0.5, &["north", "north", "styx"])),
        measure(
            "d",
            ids(&["gp-industry"]),
            MeasureKind::Cut { by: Cut::Share(0.1), ramp: backwards, floor: 2.0 },
        ),
        measure("e", ids(&["gp-industry"]), swap(2020, 0.5, &[])),
        measure("f", ids(&["gp-industry"]), freeze(date(1990, 1, 1))),
    ];
    let faults =
        apply(&basin, &scenario(measures, Vec::new()), &months(2018, 2025), Ends::Value).unwrap_err();
    let count = |kind| faults.iter().filter(|fault| fault.kind == kind).count();
    assert_eq!(count(FaultKind::UnknownName), 2, "{faults:#?}");
    assert_eq!(count(FaultKind::EmptySelection), 1);
    assert_eq!(count(FaultKind::Collision), 2);
    assert_eq!(count(FaultKind::OutOfRange), 2);
    assert_eq!(count(FaultKind::BadDate), 3);
    assert_eq!(count(FaultKind::Unsupported), 1);
    assert_eq!(count(FaultKind::Missing), 1);
}

#[test]
fn every_fault_of_the_demand_is_told_at_once() {
    let mut basin = basin();
    basin.groups[0].series = "none".into();
    basin.groups[1].shape = "none".into();
    basin.groups[2].take = quoted(-1.0);
    basin.groups[3].take = quoted(f64::NAN);
    basin.use_series.push(series("zero", &[(2018, 0.0), (2020, 1.0)]));
    basin.groups[4].series = "zero".into();
    basin.month_shapes.push(("lame".into(), [0.1; 12]));
    basin.groups[5].shape = "lame".into();
    basin.projects[0].loss = quoted(1.0);
    let faults =
        apply(&basin, &scenario(Vec::new(), Vec::new()), &months(2018, 2020), Ends::Value).unwrap_err();
    assert_eq!(faults.len(), 7, "{faults:#?}");
}

#[test]
fn a_freeze_does_not_shift_a_cut_by_volume_onto_others() {
    let mut basin = basin();
    basin.groups[0].series = "rising".into();
    let kind = || MeasureKind::Cut { by: Cut::Volume(1.2e6), ramp: from(2020, 1.0), floor: 0.0 };
    let both = || ids(&["gp-industry", "gp-irrigation"]);
    let alone = plan(&basin, vec![measure("cut", both(), kind())]);
    let freeze = measure("freeze", ids(&["gp-industry"]), freeze(date(2019, 1, 1)));
    let frozen = plan(&basin, vec![measure("cut", both(), kind()), freeze]);
    let month = at(2023, 5);
    assert!(frozen.entry(0, month).requested < alone.entry(0, month).requested);
    assert_eq!(frozen.entry(1, month), alone.entry(1, month));
}
