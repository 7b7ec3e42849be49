//! Every lever on the basin of `seeds/jincheng`: what it changes in the ledger is what it changes in the flow model, and nothing else.

use std::path::Path;

use jiff::civil::date;
use quanyu_basin::{
    Basin, Figure, GridSpec, Gridded, IndexYear, Mining, Names, Origin, Parameters, Sector, TimeFrame,
    discretise,
};
use quanyu_files::{Sources, Style, read_basin, render};
use quanyu_flow::{Settings, State};
use quanyu_policy::history::{Course, spin_up};
use quanyu_policy::{
    BanRule, ClimateChange, Cut, Ends, ExitRule, FreezeRule, LandRule, LandscapeRule, LimitRule, Litres,
    Measure, MeasureKind, MeteringRule, PriceRule, RainRule, RainSite, RechargeRule, RechargeSite,
    RelocateRule, ReportWindow, Rotation, SaveRule, SavingRate, Scenario, Schedule, Selection, TradeRule,
    TradeWithin, UnconventionalRule, apply, settle,
};

fn jincheng() -> Basin {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../seeds/jincheng");
    let mut sources = Sources::new();
    match read_basin(&folder, &mut sources) {
        Ok(folder) => folder.basin,
        Err(faults) => panic!("{}", render(&sources, &faults, Style::Plain)),
    }
}

/// The same with a demand of the zones that grows by three tenths in 2021, so that what refuses growth has some to refuse.
fn growing() -> Basin {
    let mut basin = jincheng();
    for series in basin.use_series.iter_mut().filter(|series| series.id.starts_with("zone-")) {
        let (index, figure) = (series.index(2020, |figure| figure.value), series.years[0].index.clone());
        series.years.retain(|row| row.year < 2020);
        series.years.extend(
            [(2020, index), (2021, 1.3 * index)].map(|(year, value)| IndexYear {
                year,
                index: Figure { value, range: None, ..figure.clone() },
            }),
        );
    }
    basin
}

fn zone(id: &str) -> Selection {
    Selection { zones: vec![id.into()], ..Selection::default() }
}

fn sector(sector: Sector) -> Selection {
    Selection {
        sectors: vec![sector],
        counties: vec!["zezhou".into(), "yangcheng".into()],
        ..Selection::default()
    }
}

fn ids(ids: &[&str]) -> Selection {
    Selection { ids: ids.iter().map(|id| (*id).to_owned()).collect(), ..Selection::default() }
}

/// Every kind of measure, in force from the beginning of 2021.
fn levers() -> Vec<(&'static str, Selection, MeasureKind)> {
    let first = date(2021, 1, 1);
    let from = |share: f64| Schedule::Stages(vec![(first, share)]);
    let land = |rotation| LandRule {
        area: 1.0e6,
        crop: "wheat-maize".into(),
        ramp: from(1.0),
        returned: None,
        rotation,
    };
    let limit = |most| LimitRule { most: vec![(first, most)], exempt: Vec::new() };
    let recharge = |site| {
        MeasureKind::Recharge(RechargeRule {
            site,
            volume: 5.0e6,
            months: Vec::new(),
            infiltrates: 0.4,
            ramp: from(1.0),
        })
    };
    let rotation = Rotation { fallow: 0.3, severe: vec!["gaoping".into()] };
    vec![
        (
            "close",
            zone("gaoping"),
            MeasureKind::CloseWells { stages: from(0.5), replaced_by: vec!["zhangfeng-east".into()] },
        ),
        (
            "cut",
            zone("jincheng-suburb"),
            MeasureKind::Cut { by: Cut::Share(0.3), ramp: from(1.0), floor: 0.0 },
        ),
        (
            "freeze",
            zone("gaoping"),
            MeasureKind::Freeze(FreezeRule {
                from: date(2021, 1, 1),
                domestic_exempt: true,
                replaced_by: Vec::new(),
            }),
        ),
        (
            "swap",
            zone("gaoping"),
            MeasureKind::Swap { share: from(0.5), projects: vec!["zhangfeng-east".into()] },
        ),
        ("ban", zone("gaoping"), MeasureKind::Ban(BanRule { from: first, exempt: vec![Sector::Domestic] })),
        ("limit", zone("jincheng-suburb"), MeasureKind::Limit(limit(3.0e7))),
        ("limit-intake", ids(&["yanhe-power-plant"]), MeasureKind::LimitIntake(limit(1.0e7))),
        (
            "retire",
            Selection { zones: vec!["jincheng-suburb".into()], ..sector(Sector::Irrigation) },
            MeasureKind::Land(land(None)),
        ),
        ("rotate", ids(&["gp-zone-irrigation"]), MeasureKind::Land(land(Some(rotation)))),
        (
            "save",
            sector(Sector::Irrigation),
            MeasureKind::Save(SaveRule {
                rate: SavingRate::Efficiency,
                from: 0.5,
                to: 0.6,
                ramp: from(1.0),
                returned: None,
            }),
        ),
        (
            "unconventional",
            sector(Sector::Industry),
            MeasureKind::Unconventional(UnconventionalRule {
                source: "mine-water-north".into(),
                rate: from(0.5),
                most: 1.0,
                penalty: None,
            }),
        ),
        ("exit", ids(&["bg-foundries"]), MeasureKind::Exit(ExitRule { stages: from(0.5), returned: None })),
        (
            "relocate",
            ids(&["bg-foundries"]),
            MeasureKind::Relocate(RelocateRule {
                stages: from(0.5),
                to: "yc-ceramics".into(),
                needs: 0.8,
                served_by: Vec::new(),
            }),
        ),
        (
            "price",
            sector(Sector::Industry),
            MeasureKind::Price(PriceRule {
                rise: 0.5,
                tax: 0.0,
                ramp: from(1.0),
                tiers: Vec::new(),
                elasticity: Vec::new(),
            }),
        ),
        (
            "metering",
            sector(Sector::Industry),
            MeasureKind::Metering(MeteringRule { share: from(1.0), error: 0.05 }),
        ),
        (
            "trade",
            sector(Sector::Industry),
            MeasureKind::Trade(TradeRule { from: first, within: TradeWithin::County, most: 0.5 }),
        ),
        (
            "rain",
            Selection::default(),
            MeasureKind::Rain(RainRule {
                programme: "cloud-seeding".into(),
                site: RainSite::Basin("sangu".into()),
                months: Vec::new(),
                share: from(1.0),
            }),
        ),
        (
            "landscape",
            Selection { sectors: vec![Sector::Ecology], ..Selection::default() },
            MeasureKind::Landscape(LandscapeRule { from: date(2021, 1, 1), replaced_by: Vec::new() }),
        ),
        ("recharge-reach", Selection::default(), recharge(RechargeSite::Reach("danhe-gaodu".into()))),
        ("recharge-zone", Selection::default(), recharge(RechargeSite::Zone("jincheng-suburb".into()))),
    ]
}

/// What the flow model did in 2021, and what the ledger says of it \[m³\].
struct Played {
    wells: f64,
    recharge: f64,
    river: f64,
    springs_delivered: f64,
    /// What the one limited intake got.
    intake: f64,
    delivered: f64,
    added: f64,
    lost_return: f64,
    asked_of_rivers: f64,
    /// Asked and given, by group.
    groups: Vec<(Litres, Litres)>,
}

fn play(basin: &Basin, gridded: &Gridded, state: &State, scenario: &Scenario) -> Played {
    let frame = TimeFrame { history_from: 2020, monthly_from: 2022, to: 2021 };
    let plan = apply(basin, scenario, &frame.periods(), Ends::Value).expect("a plan");
    let mut course =
        Course::new(basin, gridded, &plan, state.clone(), Mining::On, Settings::default()).expect("a course");
    let (mut wells, mut recharge, mut river) = (0.0, 0.0, 0.0);
    while let Some(played) = course.advance().unwrap_or_else(|failure| panic!("{failure}")) {
        let term = |name: &str| {
            let found = played.step.budget.terms.iter().find(|term| term.name == name);
            found.map_or(0.0, |term| (term.inflow - term.outflow) * played.step.days)
        };
        let takes = played.step.streams.iter().flat_map(|stream| &stream.takes);
        (wells, recharge) = (-term("wells"), term("recharge"));
        river = -takes.sum::<f64>() * played.step.days;
    }
    let ledger = settle(&plan, &course.finish().1).expect("a ledger");
    let days = plan.periods[1].days();
    let in_model = (0..plan.groups.len()).filter(|group| plan.groups[*group].in_model);
    Played {
        wells,
        recharge,
        river,
        springs_delivered: ledger
            .year(2021, |group| matches!(group.kind, quanyu_basin::GroupKind::SpringIntake { .. }))
            .delivered
            .cubic_metres(),
        intake: ledger.year(2021, |group| group.id == "yanhe-power-plant").delivered.cubic_metres(),
        delivered: ledger.year(2021, |group| group.in_model).delivered.cubic_metres(),
        added: plan.added_recharge(1).iter().map(|added| added.rate * days).sum(),
        lost_return: in_model.map(|group| plan.lost_return_rate(group, 1) * days).sum(),
        asked_of_rivers: plan.river_takes(1).iter().map(|take| take.rate * days).sum(),
        groups: (0..plan.groups.len())
            .map(|group| (ledger.entry(group, 1).requested, ledger.entry(group, 1).delivered))
            .collect(),
    }
}

fn scenario(measures: Vec<Measure>) -> Scenario {
    Scenario {
        name: "lever".into(),
        title: Names::default(),
        measures,
        targets: Vec::new(),
        report: ReportWindow { from: date(2020, 1, 1), to: date(2021, 12, 31) },
        climate: None,
        project_changes: Vec::new(),
    }
}

fn measure(id: &str, selection: Selection, kind: MeasureKind) -> Measure {
    Measure {
        id: id.into(),
        names: Names::default(),
        selection,
        compliance: 1.0,
        kind,
        cost: None,
        origin: Origin::NONE,
    }
}

/// A quota that is sold is not pumped where it was and is pumped where it goes.
#[test]
fn a_trade_moves_the_take_from_seller_to_buyer_in_the_flow_too() {
    let basin = jincheng();
    let gridded = discretise(&basin, &Parameters::of(&basin), &GridSpec { cell: 4000.0 }).expect("a grid");
    let start = spin_up(&basin, &gridded, Settings::default()).expect("a steady state");
    let first = date(2021, 1, 1);
    // Within the model, so that what moves stays in it.
    let zezhou = |sectors: Vec<Sector>| Selection {
        sectors,
        counties: vec!["zezhou".into()],
        basins: vec!["sangu".into(), "yanhe".into()],
        ..Selection::default()
    };
    let limit = LimitRule { most: vec![(first, 1.0e7)], exempt: Vec::new() };
    let limit = measure("limit", zezhou(vec![Sector::Industry]), MeasureKind::Limit(limit));
    let rule = TradeRule { from: first, within: TradeWithin::County, most: 0.3 };
    let trade =
        measure("trade", zezhou(vec![Sector::Industry, Sector::Irrigation]), MeasureKind::Trade(rule));
    let limited = play(&basin, &gridded, &start.state, &scenario(vec![limit.clone()]));
    let traded = play(&basin, &gridded, &start.state, &scenario(vec![limit, trade]));
    let (mut sold, mut bought, mut refused) = (Litres::ZERO, Litres::ZERO, Litres::ZERO);
    for (group, (before, after)) in limited.groups.iter().zip(&traded.groups).enumerate() {
        let row = &basin.groups[group];
        let rose = row.county.as_deref() == Some("zezhou") && row.sector == Sector::Industry;
        if after.0 != before.0 && row.sector != Sector::MineDrainage {
            assert_eq!(after.0 > before.0, rose, "{}: {} after {}", row.id, after.0, before.0);
            // What is asked less is given less, and what is asked more is given more.
            assert_eq!(after.1 > before.1, rose, "{}: gives {} after {}", row.id, after.1, before.1);
            sold += before.0.less(after.0);
            bought += after.0.less(before.0);
            refused += before.0.less(before.1);
        }
    }
    assert!(sold > Litres::from_cubic_metres(1.0e6), "{sold}");
    let wells = traded.wells - limited.wells;
    assert!((wells - (traded.delivered - limited.delivered)).abs() < 10.0, "wells {wells}");
    // A well that runs dry has sold what it would not have got.
    assert_eq!(sold, bought);
    assert!((0.0..=refused.cubic_metres()).contains(&wells), "{wells} of {refused} refused before");
}

/// Where less is asked heads rise, so that others may get more of what they ask; all of them together get no more.
#[test]
fn a_deeper_cut_never_raises_what_the_aquifer_gives() {
    let basin = jincheng();
    let gridded = discretise(&basin, &Parameters::of(&basin), &GridSpec { cell: 4000.0 }).expect("a grid");
    let start = spin_up(&basin, &gridded, Settings::default()).expect("a steady state");
    let industry = Selection { sectors: vec![Sector::Industry], ..Selection::default() };
    let given = [0.0, 0.01, 0.25, 0.5, 0.75, 1.0].map(|share| {
        let ramp = Schedule::Stages(vec![(date(2020, 1, 1), 1.0)]);
        let kind = MeasureKind::Cut { by: Cut::Share(share), ramp, floor: 0.0 };
        play(&basin, &gridded, &start.state, &scenario(vec![measure("cut", industry.clone(), kind)])).wells
    });
    assert!(given.windows(2).all(|pair| pair[1] < pair[0]), "{given:?}");
}

#[test]
fn every_lever_moves_the_flow_as_its_ledger_says_and_nothing_else() {
    let basin = growing();
    let gridded = discretise(&basin, &Parameters::of(&basin), &GridSpec { cell: 4000.0 }).expect("a grid");
    let start = spin_up(&basin, &gridded, Settings::default()).expect("a steady state");
    let nothing = play(&basin, &gridded, &start.state, &scenario(Vec::new()));
    for (id, selection, kind) in levers() {
        let done = play(&basin, &gridded, &start.state, &scenario(vec![measure(id, selection, kind)]));
        let wells = done.wells - nothing.wells;
        let recharge = done.recharge - nothing.recharge;
        println!(
            "{id}: wells {wells:+.0}, recharge {recharge:+.0}, rivers {:+.0}, intakes {:+.0} m³",
            done.river - nothing.river,
            done.springs_delivered - nothing.springs_delivered
        );
        // A litre and the solver's rounding on hundreds of millions.
        assert!((wells - (done.delivered - nothing.delivered)).abs() < 10.0, "{id}: wells {wells}");
        if id == "rain" {
            // A tenth more over one of the two basins, which no litre of the ledger knows of.
            assert!(recharge > 0.01 * nothing.recharge && recharge < 0.1 * nothing.recharge, "{recharge}");
        } else {
            assert!((recharge - (done.added - done.lost_return)).abs() < 10.0, "{id}: recharge {recharge}");
        }
        assert!((done.river - done.asked_of_rivers).abs() < 10.0, "{id}: rivers {}", done.river);
        // A limit holds the intake to its volume; a price reaches the plant as it does all industry; no other lever takes from it.
        let intakes = done.springs_delivered - nothing.springs_delivered;
        if id == "limit-intake" {
            assert!(done.intake <= 1.0e7 + 1.0 && done.intake > 0.99e7, "{}", done.intake);
            assert!((intakes - (done.intake - nothing.intake)).abs() < 1.0 && intakes < -1.0e6, "{intakes}");
        } else {
            assert_eq!(intakes < -1.0, id == "price", "{id}: intakes {intakes}");
        }
        let lowers_wells =
            !["limit-intake", "metering", "trade", "rain"].contains(&id) && !id.starts_with("recharge");
        assert_eq!(wells < -1000.0, lowers_wells, "{id}: wells {wells}");
        let returns = ["retire", "rotate", "save", "exit", "relocate", "price"].contains(&id);
        assert_eq!(recharge < -100.0, returns, "{id}: recharge {recharge}");
        assert_eq!(recharge > 1.0e6, id.starts_with("recharge") || id == "rain", "{id}: recharge {recharge}");
        assert_eq!(done.river > 1000.0, ["close", "swap"].contains(&id), "{id}: rivers {}", done.river);
    }
    let mut dry = scenario(Vec::new());
    dry.climate = Some(ClimateChange { from: 2021, to: 2021, factor: 0.8, origin: Origin::NONE });
    let dry = play(&basin, &gridded, &start.state, &dry);
    assert!((dry.recharge / nothing.recharge - 0.8).abs() < 1e-9);
}
