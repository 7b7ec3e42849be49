//! Properties that hold for any users, measures, schedules and answers of the model.

use crate::fixture::*;
use jiff::civil::{Date, date};
use proptest::collection::vec;
use proptest::prelude::*;
use quanyu_basin::{Basin, GroupKind, Sector};
use quanyu_policy::{
    BanRule, Cut, Delivered, Ends, ExitRule, FreezeRule, LimitRule, Litres, Measure, MeasureKind,
    MeteringRule, Plan, PriceRule, RainRule, RainSite, SaveRule, SavingRate, Schedule, Selection, Tier,
    TradeRule, TradeWithin, apply, settle,
};

const FROM: i16 = 2018;
const TO: i16 = 2022;

pub(crate) fn plan(basin: &Basin, measures: Vec<Measure>, ends: Ends) -> Plan {
    apply(basin, &scenario(measures, Vec::new()), &months(FROM, TO), ends).expect("a sound scenario")
}

pub(crate) fn any_date() -> impl Strategy<Value = Date> {
    (FROM..=TO, 1..=12i8, 1..=28i8).prop_map(|(year, month, day)| date(year, month, day))
}

pub(crate) fn schedule() -> impl Strategy<Value = Schedule> {
    let stages = vec((any_date(), 0.0..=1.0f64), 1..4).prop_map(|mut stages| {
        stages.sort_by_key(|stage| stage.0);
        stages.dedup_by_key(|stage| stage.0);
        Schedule::Stages(stages)
    });
    let ramp = (any_date(), 1..1500i32, 0.0..=1.0f64).prop_map(|(from, days, value)| Schedule::Ramp {
        from,
        to: from.saturating_add(jiff::Span::new().days(days)),
        value,
    });
    prop_oneof![stages, ramp]
}

fn projects() -> impl Strategy<Value = Vec<String>> {
    prop_oneof![
        Just(vec!["north".to_owned()]),
        Just(vec!["south".to_owned()]),
        Just(vec!["south".to_owned(), "north".to_owned()]),
    ]
}

fn kind() -> impl Strategy<Value = MeasureKind> {
    let volume = prop_oneof![(0.0..=1.0f64).prop_map(Cut::Share), (0.0..2.0e7f64).prop_map(Cut::Volume)];
    prop_oneof![
        (schedule(), prop_oneof![Just(Vec::new()), projects()])
            .prop_map(|(stages, replaced_by)| MeasureKind::CloseWells { stages, replaced_by }),
        (schedule(), projects()).prop_map(|(share, projects)| MeasureKind::Swap { share, projects }),
        (volume, schedule(), 0.0..=1.0f64).prop_map(|(by, ramp, floor)| MeasureKind::Cut { by, ramp, floor }),
        (any_date(), any::<bool>(), prop_oneof![Just(Vec::new()), projects()]).prop_map(
            |(from, domestic_exempt, replaced_by)| {
                MeasureKind::Freeze(FreezeRule { from, domestic_exempt, replaced_by })
            }
        ),
        later_kind(),
    ]
}

fn exempt() -> impl Strategy<Value = Vec<Sector>> {
    // Never all sectors of a selection: no group is one of ecology.
    Just(vec![Sector::Ecology])
}

/// Kinds besides closing, swapping, cutting and freezing that any selection admits.
fn later_kind() -> impl Strategy<Value = MeasureKind> {
    let limit = (vec((any_date(), 0.0..2.0e7f64), 1..3), exempt()).prop_map(|(mut most, exempt)| {
        most.sort_by_key(|stage| stage.0);
        most.dedup_by_key(|stage| stage.0);
        MeasureKind::Limit(LimitRule { most, exempt })
    });
    let save = (0.0..1.0f64, schedule()).prop_map(|(to, ramp)| {
        MeasureKind::Save(SaveRule { rate: SavingRate::Quota, from: 1.0, to, ramp, returned: None })
    });
    let price =
        (0.01..5.0f64, schedule(), 0.2..2.0f64, 0.0..3.0f64).prop_map(|(rise, ramp, above, surcharge)| {
            let tiers = vec![Tier { above, surcharge }];
            MeasureKind::Price(PriceRule { rise, tax: 0.0, ramp, tiers, elasticity: Vec::new() })
        });
    let metering = (schedule(), 0.0..0.3f64)
        .prop_map(|(share, error)| MeasureKind::Metering(MeteringRule { share, error }));
    let rain = schedule().prop_map(|share| {
        let (programme, site) = ("seeding".to_owned(), RainSite::Zone("gaoping".into()));
        MeasureKind::Rain(RainRule { programme, site, months: vec![6, 7], share })
    });
    prop_oneof![
        (any_date(), exempt()).prop_map(|(from, exempt)| MeasureKind::Ban(BanRule { from, exempt })),
        limit,
        schedule().prop_map(|stages| MeasureKind::Exit(ExitRule { stages, returned: None })),
        save,
        price,
        metering,
        rain,
    ]
}

pub(crate) fn trade() -> impl Strategy<Value = Measure> {
    (any_date(), 0.0..=1.0f64).prop_map(|(from, most)| {
        let rule = TradeRule { from, within: TradeWithin::City, most };
        measure("trade", Selection::default(), MeasureKind::Trade(rule))
    })
}

/// Measures that act independently of their order: nothing is served by projects, no cut has a floor, and bans and limits begin
/// with a month, so that they bind whole months.
fn unordered() -> impl Strategy<Value = Vec<Measure>> {
    let first = || (FROM..=TO, 1..=12i8).prop_map(|(year, month)| date(year, month, 1));
    let kind = prop_oneof![
        schedule().prop_map(|stages| MeasureKind::CloseWells { stages, replaced_by: Vec::new() }),
        (0.0..=1.0f64, schedule()).prop_map(|(by, ramp)| MeasureKind::Cut {
            by: Cut::Share(by),
            ramp,
            floor: 0.0
        }),
        (0.0..2.0e7f64, schedule()).prop_map(|(by, ramp)| MeasureKind::Cut {
            by: Cut::Volume(by),
            ramp,
            floor: 0.0
        }),
        schedule().prop_map(|stages| MeasureKind::Exit(ExitRule { stages, returned: None })),
        (first(), exempt()).prop_map(|(from, exempt)| MeasureKind::Ban(BanRule { from, exempt })),
        (first(), 0.0..2.0e7f64).prop_map(|(from, most)| {
            MeasureKind::Limit(LimitRule { most: vec![(from, most)], exempt: Vec::new() })
        }),
        (schedule(), 0.0..0.3f64)
            .prop_map(|(share, error)| MeasureKind::Metering(MeteringRule { share, error })),
    ];
    vec((selection(), kind), 2..6).prop_map(|list| {
        let named = |(index, (selection, kind)): (usize, _)| measure(&format!("m{index}"), selection, kind);
        list.into_iter().enumerate().map(named).collect()
    })
}

fn selection() -> impl Strategy<Value = Selection> {
    let listed = |list: &'static [&'static str]| prop::sample::subsequence(list.to_vec(), 1..=list.len());
    prop_oneof![
        Just(Selection::default()),
        listed(&["gp-industry", "gp-irrigation", "zz-domestic", "zz-industry", "yc-intake", "yc-outside"])
            .prop_map(|list| ids(&list)),
        listed(&["gaoping", "suburb", "bagong"]).prop_map(|list| Selection {
            zones: list.into_iter().map(str::to_owned).collect(),
            ..Selection::default()
        }),
        Just(Selection { sectors: vec![Sector::Industry], ..Selection::default() }),
    ]
}

pub(crate) fn measures() -> impl Strategy<Value = Vec<Measure>> {
    vec((selection(), kind()), 0..6).prop_map(|list| {
        let named = |(index, (selection, kind)): (usize, _)| measure(&format!("m{index}"), selection, kind);
        list.into_iter().enumerate().map(named).collect()
    })
}

prop_compose! {
    pub(crate) fn basins()(
        takes in vec(0.0..5.0e6f64, 6),
        indices in vec(0.2..3.0f64, 4),
        shape in prop::array::uniform12(0.001..1.0f64),
        capacities in prop::array::uniform2(0.0..5.0e6f64),
        starts in prop::array::uniform2(any_date()),
        ramps in prop::array::uniform2(0.0..4.0f64),
        losses in prop::array::uniform2(0.0..0.9f64),
        base in FROM..=TO,
    ) -> Basin {
        let mut basin = basin();
        let sum: f64 = shape.iter().sum();
        basin.month_shapes.push(("any".into(), shape.map(|share| share / sum)));
        let rows: Vec<(i16, f64)> = indices.iter().enumerate().map(|(step, index)| (FROM + step as i16, *index)).collect();
        basin.use_series.push(series("any", &rows));
        for (group, take) in basin.groups.iter_mut().zip(&takes) {
            group.take = assumed(*take, take * 0.8, take * 1.3);
            (group.series, group.shape, group.base_year) = ("any".into(), "any".into(), base);
        }
        for (index, project) in basin.projects.iter_mut().enumerate() {
            project.capacity = quoted(capacities[index]);
            project.start = starts[index];
            project.ramp_years = quoted(ramps[index]);
            project.loss = quoted(losses[index]);
        }
        basin
    }
}

/// Answers of a model: shares of what was asked, flows of spring and mine, share that the rivers give.
pub(crate) fn answers() -> impl Strategy<Value = (Vec<f64>, Vec<f64>, f64)> {
    (vec(0.0..=1.0f64, 60), vec(0.0..2.0e4f64, 60), 0.0..=1.0f64)
}

pub(crate) fn answered(
    basin: &Basin,
    plan: &Plan,
    (shares, flows, river): &(Vec<f64>, Vec<f64>, f64),
) -> Delivered {
    let mut delivered = Delivered::new(basin, plan);
    for period in 0..plan.periods.len() {
        for group in (0..plan.groups.len()).filter(|group| plan.groups[*group].in_model) {
            delivered.record_wells(
                group,
                period,
                plan.requested_rate(group, period) * shares[(period + group) % 60],
            );
        }
        delivered.record_spring(0, period, flows[period % 60]);
        delivered.record_mine(0, period, flows[(period + 7) % 60]);
        for take in plan.river_takes(period) {
            delivered.record_river_take(take.project, period, take.rate * river);
        }
    }
    delivered
}

fn requested(plan: &Plan, group: usize) -> Vec<Litres> {
    (0..plan.periods.len()).map(|period| plan.entry(group, period).requested).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_ledger_closes_to_the_litre(basin in basins(), measures in measures(), answers in answers()) {
        let plan = plan(&basin, measures, Ends::Value);
        let ledger = settle(&plan, &answered(&basin, &plan, &answers)).unwrap();
        prop_assert_eq!(ledger.check(), Ok(()));
        for year in FROM..=TO {
            let all = ledger.year(year, |_| true);
            prop_assert_eq!(all.demanded, all.saved + all.substituted + all.delivered + all.unmet());
            prop_assert_eq!(all.requested, all.delivered + all.unmet_aquifer + all.unmet_spring);
        }
    }

    #[test]
    fn trade_moves_quotas_and_changes_no_sum(
        basin in basins(), measures in measures(), trade in trade(), answers in answers()
    ) {
        let before = plan(&basin, measures.clone(), Ends::Value);
        let after = plan(&basin, measures.into_iter().chain([trade]).collect(), Ends::Value);
        prop_assert_eq!(settle(&after, &answered(&basin, &after, &answers)).unwrap().check(), Ok(()));
        for period in 0..before.periods.len() {
            let sum = |of: &dyn Fn(usize) -> Litres| -> Litres { (0..basin.groups.len()).map(of).sum() };
            let requested = |plan: &Plan| sum(&|group| plan.entry(group, period).requested);
            let permitted = |plan: &Plan| sum(&|group| plan.entry(group, period).permitted);
            prop_assert_eq!(requested(&before), requested(&after));
            prop_assert_eq!(permitted(&before), permitted(&after));
            for zone in ["gaoping", "bagong", "urban"] {
                let take = |plan: &Plan| sum(&|group| {
                    let inside = plan.groups[group].zones.iter().any(|id| id == zone);
                    if inside { plan.entry(group, period).requested } else { Litres::ZERO }
                });
                prop_assert!(take(&after) <= take(&before), "the take of {} rose", zone);
            }
        }
    }

    #[test]
    fn order_does_not_matter_where_it_should_not(
        basin in basins(), measures in unordered(), turn in 1..6usize,
        ends in prop::sample::select(vec![Ends::Value, Ends::Low, Ends::High])
    ) {
        // Several meters on one group act one after the other.
        let meters = measures.iter().filter(|measure| matches!(measure.kind, MeasureKind::Metering(_))).count();
        prop_assume!(meters < 2 || ends == Ends::Value);
        let mut turned = measures.clone();
        turned.rotate_left(turn % measures.len());
        turned.swap(0, 1);
        let (one, other) = (plan(&basin, measures.clone(), ends), plan(&basin, turned, ends));
        for group in 0..basin.groups.len() {
            for (a, b) in requested(&one, group).into_iter().zip(requested(&other, group)) {
                prop_assert_eq!(a, b);
            }
        }
    }

    #[test]
    fn a_lower_limit_never_raises_any_request(
        basin in basins(), before in measures(), selection in selection(), from in any_date(),
        volumes in (0.0..2.0e7f64, 0.0..2.0e7f64)
    ) {
        let with = |most: f64| {
            let kind = MeasureKind::Limit(LimitRule { most: vec![(from, most)], exempt: Vec::new() });
            let mut list = before.clone();
            list.push(measure("limit", selection.clone(), kind));
            plan(&basin, list, Ends::Value)
        };
        let (low, high) = (with(volumes.0.min(volumes.1)), with(volumes.0.max(volumes.1)));
        for group in 0..basin.groups.len() {
            for (low, high) in requested(&low, group).into_iter().zip(requested(&high, group)) {
                prop_assert!(low <= high);
            }
        }
    }

    #[test]
    fn months_add_up_to_the_year(basin in basins(), ends in prop::sample::select(vec![Ends::Value, Ends::Low, Ends::High])) {
        let plan = plan(&basin, Vec::new(), ends);
        for (index, group) in basin.groups.iter().enumerate().take(6) {
            for year in FROM..=TO {
                let first = usize::from(year.abs_diff(FROM)) * 12;
                let months: Litres = (first..first + 12).map(|period| plan.entry(index, period).demanded).sum();
                let series = basin.use_series.iter().find(|series| series.id == group.series).unwrap();
                let growth = series.index(year, |figure| figure.value) / series.index(group.base_year, |figure| figure.value);
                prop_assert_eq!(months, Litres::from_cubic_metres(ends.pick(&group.take) * growth));
            }
        }
    }

    #[test]
    fn what_projects_give_is_what_they_spend_and_no_more_than_they_have(basin in basins(), measures in measures()) {
        let plan = plan(&basin, measures, Ends::Value);
        for period in 0..plan.periods.len() {
            for (project, row) in basin.projects.iter().enumerate() {
                let given: Litres = (0..plan.groups.len())
                    .flat_map(|group| plan.entry(group, period).substituted.iter())
                    .filter(|(of, _)| *of == project)
                    .map(|(_, volume)| *volume)
                    .sum();
                let spent = plan.project(project, period);
                prop_assert_eq!(given, spent.used);
                prop_assert!(spent.used <= spent.capacity);
                let share = plan.periods[period].days() / 365.0;
                let most = row.capacity.value * (1.0 - row.loss.value) * share;
                prop_assert!(spent.capacity.cubic_metres() <= most + 1e-3);
                if row.start >= plan.periods[period].end {
                    prop_assert_eq!(spent.capacity, Litres::ZERO);
                }
            }
            let by_measure: Litres = (0..plan.measures.len()).map(|measure| plan.effect(measure, period).substituted).sum();
            let by_project: Litres = (0..plan.projects.len()).map(|project| plan.project(project, period).used).sum();
            prop_assert_eq!(by_measure, by_project);
        }
    }

    #[test]
    fn a_project_serves_only_counties_that_it_reaches(basin in basins(), measures in measures()) {
        let plan = plan(&basin, measures, Ends::Value);
        for (index, group) in basin.groups.iter().enumerate() {
            for period in 0..plan.periods.len() {
                for (project, _) in &plan.entry(index, period).substituted {
                    prop_assert!(basin.projects[*project].counties.contains(group.county.as_ref().unwrap()));
                }
            }
        }
    }

    #[test]
    fn a_measure_lowers_requests_within_its_selection_only(
        basin in basins(), mut measures in measures(), selection in selection(), kind in kind()
    ) {
        let before = plan(&basin, measures.clone(), Ends::Value);
        let selected = selection.groups(&basin).unwrap();
        measures.push(measure("last", selection, kind));
        let after = plan(&basin, measures, Ends::Value);
        for group in 0..basin.groups.len() {
            for period in 0..after.periods.len() {
                let (a, b) = (after.entry(group, period), before.entry(group, period));
                if !selected.contains(&group) {
                    prop_assert_eq!(a.permitted, b.permitted);
                }
                prop_assert!(a.permitted <= b.permitted);
            }
        }
    }

    #[test]
    fn a_last_measure_without_projects_touches_nobody_else(
        basin in basins(), selection in selection(), schedule in schedule(), other in kind()
    ) {
        let all: Vec<usize> = (0..6).collect();
        let selected = selection.groups(&basin).unwrap();
        let rest: Vec<&str> = (all.iter())
            .filter(|group| !selected.contains(group))
            .map(|group| basin.groups[*group].id.as_str())
            .collect();
        prop_assume!(!rest.is_empty());
        let first = measure("first", ids(&rest), other);
        let cut = MeasureKind::Cut { by: Cut::Share(0.7), ramp: schedule, floor: 0.0 };
        let alone = plan(&basin, vec![first.clone()], Ends::Value);
        let both = plan(&basin, vec![first, measure("cut", selection, cut)], Ends::Value);
        for group in all.into_iter().filter(|group| !selected.contains(group)) {
            for period in 0..alone.periods.len() {
                prop_assert_eq!(alone.entry(group, period), both.entry(group, period));
            }
        }
    }

    #[test]
    fn a_deeper_cut_never_raises_any_request(
        basin in basins(), before in measures(), after in measures(), selection in selection(),
        ramp in schedule(), floor in 0.0..=1.0f64, shares in (0.0..=1.0f64, 0.0..=1.0f64)
    ) {
        let with = |share: f64| {
            let kind = MeasureKind::Cut { by: Cut::Share(share), ramp: ramp.clone(), floor };
            let mut list = before.clone();
            list.push(measure("cut", selection.clone(), kind));
            list.extend(after.iter().map(|later| measure(&format!("later-{}", later.id), later.selection.clone(), later.kind.clone())));
            plan(&basin, list, Ends::Value)
        };
        let (light, deep) = (with(shares.0.min(shares.1)), with(shares.0.max(shares.1)));
        for group in 0..basin.groups.len() {
            for (deep, light) in requested(&deep, group).into_iter().zip(requested(&light, group)) {
                prop_assert!(deep <= light, "group {}: {} after {}", basin.groups[group].id, deep, light);
            }
        }
    }

    /// What a search by halving rests on.
    #[test]
    fn a_stricter_figure_of_a_lone_measure_never_raises_what_is_asked_altogether(
        basin in basins(), selection in selection(), kind in kind(), which in any::<prop::sample::Index>(),
        ways in (0.0..=1.0f64, 0.0..=1.0f64)
    ) {
        let scenario = scenario(vec![measure("one", selection, kind)], Vec::new());
        let open: Vec<_> = scenario.variables().into_iter().filter(|variable| variable.lax != variable.strict).collect();
        prop_assume!(!open.is_empty());
        let variable = which.get(&open);
        let at = |way: f64| {
            let value = variable.lax + way * (variable.strict - variable.lax);
            apply(&basin, &scenario.varied(variable, value), &months(FROM, TO), Ends::Value).expect("between its bounds")
        };
        let (lax, strict) = (at(ways.0.min(ways.1)), at(ways.0.max(ways.1)));
        for period in 0..lax.periods.len() {
            let total = |plan: &Plan| -> Litres { (0..plan.groups.len()).map(|group| plan.entry(group, period).requested).sum() };
            prop_assert!(
                total(&strict).count() <= total(&lax).count() + lax.groups.len() as i64,
                "{}: {} after {}", variable.name(), total(&strict), total(&lax)
            );
        }
    }

    /// All groups' ranges are of one shape here. Metering narrows those of its own groups alone: where the others, with more demand, have the larger
    /// share in a volume that is dealt out and then close, less of that volume is left to those that stay, and more demand asks for less. That is
    /// the order in which measures are stated, not a fault, so metering is left out beside such volumes.
    #[test]
    fn more_demand_never_lowers_any_request(basin in basins(), mut measures in measures()) {
        let dealt_out = |kind: &MeasureKind| matches!(
            kind,
            MeasureKind::Limit(_) | MeasureKind::LimitIntake(_) | MeasureKind::Cut { by: Cut::Volume(_), .. }
        );
        if measures.iter().any(|measure| dealt_out(&measure.kind)) {
            measures.retain(|measure| !matches!(measure.kind, MeasureKind::Metering(_)));
        }
        let [low, value, high] = [Ends::Low, Ends::Value, Ends::High].map(|ends| plan(&basin, measures.clone(), ends));
        for period in 0..value.periods.len() {
            let total = |plan: &Plan| -> Litres { (0..plan.groups.len()).map(|group| plan.entry(group, period).requested).sum() };
            let most = value.groups.len() as i64 * (measures.len() as i64 + 1);
            prop_assert!(total(&low).count() <= total(&value).count() + most);
            prop_assert!(total(&value).count() <= total(&high).count() + most);
        }
    }

    #[test]
    fn a_period_does_not_depend_on_later_ones(basin in basins(), measures in measures(), last in 45..60usize) {
        let whole = plan(&basin, measures.clone(), Ends::Value);
        // Dates after the run are refused, so measures that name one are left out of the comparison.
        let part = apply(&basin, &scenario(measures, Vec::new()), &months(FROM, TO)[..=last], Ends::Value);
        prop_assume!(part.is_ok());
        let part = part.unwrap();
        for group in 0..basin.groups.len() {
            prop_assert_eq!(part.entry(group, last), whole.entry(group, last));
        }
    }
}

#[test]
fn the_random_basin_has_a_mine_that_no_measure_touches() {
    let basin = basin();
    let selected = Selection::default().groups(&basin).unwrap();
    assert!(
        selected.iter().all(|group| !matches!(basin.groups[*group].kind, GroupKind::MineDrainage { .. }))
    );
}
