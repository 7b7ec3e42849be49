//! Boundary packages and routed streams at work in a model; their laws alone are tested beside them.
#![allow(
    clippy::unwrap_used,
    clippy::single_range_in_vec_init,
    reason = "tests may panic; a stream may have one reach"
)]

mod support;
use quanyu_flow::*;
use support::*;

fn one_cell(head: f64, convertible: bool) -> Problem {
    Box { widths: vec![100.0], head, convertible, ..Box::default() }.problem()
}

/// The head of a single cell follows from its law alone.
#[test]
fn each_head_dependent_package_balances_a_well_by_its_law() {
    let river = |stage: f64, bottom: f64| River {
        cell: 0,
        stage,
        conductance: 20.0,
        bottom,
        limit: f64::INFINITY,
        origin: Origin::NONE,
    };
    let evapotranspiration =
        Evapotranspiration { cell: 0, surface: 9.0, rate: 0.01, depth: 4.0, ..Evapotranspiration::default() };
    let cases = [
        // Inflow 60 m³/d, law, head at which the law sheds it.
        (60.0, drains(&[(0, 3.0, 20.0)]), 6.0),
        (60.0, general_heads(&[(0, 3.0, 20.0)]), 6.0),
        (-60.0, general_heads(&[(0, 3.0, 20.0)]), 0.0),
        (60.0, named("r", Package::Rivers(vec![river(3.0, 1.0)])), 6.0),
        (-20.0, named("r", Package::Rivers(vec![river(3.0, 1.0)])), 2.0),
        (60.0, named("e", Package::Evapotranspiration(vec![evapotranspiration])), 7.4),
    ];
    for (rate, package, exact) in cases {
        let problem = one_cell(6.5, false);
        let mut simulation = simulation(&problem, vec![wells(&[(0, rate)]), package]);
        let step = simulation.steady().unwrap();
        assert!((step.head[0] - exact).abs() < 1e-8, "{} against {exact}", step.head[0]);
        assert!((step.flows[0][0] + step.flows[1][0]).abs() < 1e-6);
        assert_eq!(step.flows[0][0], rate);
    }
}

#[test]
fn a_well_delivers_less_as_its_cell_dries() {
    // Recharge of 10 m³/d, 25 asked for: what is delivered must come to 10, with the cell within the lowest tenth.
    let problem = one_cell(8.0, true);
    let mut simulation = simulation(&problem, vec![wells(&[(0, -25.0)]), recharge(0..1, 0.001)]);
    let step = simulation.steady().unwrap();
    assert!((step.flows[0][0] + 10.0).abs() < 1e-7, "{}", step.flows[0][0]);
    let s = step.head[0] / 1.0;
    assert!((25.0 * s * s * (3.0 - 2.0 * s) - 10.0).abs() < 1e-6);
    // A confined cell does not dry.
    let problem = one_cell(8.0, false);
    let packages = vec![wells(&[(0, -25.0)]), general_heads(&[(0, 0.0, 1.0)])];
    let mut simulation = support::simulation(&problem, packages);
    assert_eq!(simulation.steady().unwrap().flows[0][0], -25.0);
}

#[test]
fn constant_heads_give_what_their_faces_carry() {
    let basin = Box { widths: vec![100.0; 5], ..Box::default() };
    let problem = basin.problem();
    let packages = vec![
        constant_heads(&[(0, 20.0), (1, 18.0), (4, 10.0)]),
        // Nothing else acts in a cell of given head, as in MODFLOW.
        wells(&[(0, -100.0), (3, -5.0)]),
    ];
    let mut simulation = simulation(&problem, packages);
    let step = simulation.steady().unwrap();
    let conductance = 5.0 * 10.0;
    // Cells 1 to 4 in series with a well of 5 in cell 3.
    let exact_3 = 10.0 + (18.0 - 10.0) / 3.0 - 5.0 / conductance * (2.0 / 3.0);
    assert!((step.head[3] - exact_3).abs() < 1e-8, "{} against {exact_3}", step.head[3]);
    assert_eq!(step.flows[1], [0.0, -5.0]);
    // Between two given heads nothing is exchanged with the aquifer.
    assert_eq!(step.flows[0][0], 0.0);
    assert!((step.flows[0][1] - conductance * (18.0 - step.head[2])).abs() < 1e-7);
    assert!((step.flows[0][2] - conductance * (10.0 - step.head[3])).abs() < 1e-7);
    let term = &step.budget.terms[0];
    assert!((term.inflow - step.flows[0][1]).abs() < 1e-9 && (term.outflow + step.flows[0][2]).abs() < 1e-9);
    assert!((step.budget.inflow - step.budget.outflow).abs() < 1e-7);
}

#[test]
fn given_heads_may_change_from_step_to_step() {
    let basin = Box { widths: vec![100.0; 3], ..Box::default() };
    let problem = basin.problem();
    let mut simulation = simulation(&problem, vec![constant_heads(&[(0, 20.0), (2, 10.0)])]);
    assert!((simulation.steady().unwrap().head[1] - 15.0).abs() < 1e-8);
    simulation.stresses_mut().packages = vec![constant_heads(&[(0, 30.0)]), general_heads(&[(2, 0.0, 50.0)])];
    let step = simulation.steady().unwrap();
    assert!((step.head[1] - 20.0).abs() < 1e-8, "{}", step.head[1]);
    assert!((step.head[2] - 10.0).abs() < 1e-8);
}

/// Three rows of a losing river over a deep water table; each would lose 40.
fn losing(rows: usize) -> NamedPackage {
    let river = |cell: usize| River {
        cell,
        stage: 9.0,
        conductance: 20.0,
        bottom: 7.0,
        limit: f64::INFINITY,
        origin: Origin::NONE,
    };
    named("rivers", Package::Rivers((0..rows).map(river).collect()))
}

fn stream(name: &str, reaches: &[std::ops::Range<usize>], inflow: f64) -> Stream {
    Stream {
        name: name.into(),
        reaches: reaches.iter().map(|rows| Reach { package: 0, rows: rows.clone() }).collect(),
        inflow,
        ..Stream::default()
    }
}

fn dry_strip(columns: usize) -> Problem {
    Box { widths: vec![100.0; columns], head: 2.0, conductivity: 0.0, ..Box::default() }.problem()
}

fn sinks(columns: usize) -> NamedPackage {
    let rows: Vec<_> = (0..columns).map(|cell| (cell, 2.0, 1e6)).collect();
    general_heads(&rows)
}

#[test]
fn a_river_never_loses_more_than_flows_in_it() {
    let problem = dry_strip(6);
    let mut simulation = simulation(&problem, vec![losing(6), sinks(6)]);
    let mut brook = stream("brook", &[0..2], 50.0);
    brook.tributary_of = Some((0, 1));
    let mut main = stream("main", &[2..4, 4..6], 60.0);
    main.takes = vec![
        StreamTake { position: 1, rate: -5.0, origin: Origin::NONE },
        StreamTake { position: 1, rate: -100.0, origin: Origin::NONE },
        StreamTake { position: 1, rate: 30.0, origin: Origin::NONE },
    ];
    simulation.stresses_mut().streams = vec![main, brook];
    let step = simulation.advance(1.0).unwrap();
    let [main, brook] = step.streams else { panic!() };
    // 50 arrive: 40 leak, 10 leak; nothing joins the main stream. There 60: 40, 20, and nothing is left for the takes.
    assert_eq!(step.flows[0], [40.0, 10.0, 40.0, 20.0, 30.0, 0.0]);
    assert_eq!((brook.outflow, brook.reaches[0]), (0.0, 0.0));
    assert_eq!(main.takes, [0.0, 0.0, 30.0]);
    assert_eq!(main.outflow, 0.0);
    // With more water the takes are given and what is left flows on.
    simulation.stresses_mut().streams[1].inflow = 200.0;
    let step = simulation.advance(1.0).unwrap();
    let [main, brook] = step.streams else { panic!() };
    assert_eq!(step.flows[0], [40.0, 40.0, 40.0, 20.0, 40.0, 5.0]);
    assert_eq!(brook.outflow, 120.0);
    assert_eq!(main.takes, [-5.0, -100.0, 30.0]);
    assert_eq!(main.reaches, [0.0, 0.0]);
    assert_eq!(main.outflow, 0.0);
}

#[test]
fn baseflow_feeds_a_losing_reach_downstream() {
    // The first cell rises to above the stage and feeds the river; the second lies deep.
    let problem = dry_strip(2);
    let mut simulation =
        simulation(&problem, vec![losing(2), general_heads(&[(1, 2.0, 1e6)]), recharge(0..1, 0.0025)]);
    simulation.stresses_mut().streams = vec![stream("brook", &[0..2], 0.0)];
    let step = simulation.steady().unwrap();
    assert!((step.flows[0][0] + 25.0).abs() < 1e-5, "{:?}", step.flows[0]);
    assert!((step.flows[0][1] - 25.0).abs() < 1e-5);
    assert!((step.head[0] - 10.25).abs() < 1e-6);
    assert!(step.streams[0].outflow.abs() < 1e-5);
}

#[test]
fn steps_that_must_be_cut_report_means_and_close() {
    let basin = Box {
        widths: vec![100.0; 30],
        convertible: true,
        head: 9.0,
        formulation: Formulation::Upstream,
        ..Box::default()
    };
    let problem = basin.problem();
    let settings = Settings { max_outer: 2, ..Settings::default() };
    let mut simulation = Simulation::new(&problem, settings, State::start(&problem)).unwrap();
    simulation.stresses_mut().packages = vec![wells(&[(12, -90.0)]), drains(&[(0, 4.0, 200.0)])];
    let before = simulation.state().head.clone();
    let step = simulation.advance(60.0).unwrap();
    assert!(step.report.substeps > 1 && step.report.failed_substeps > 0, "{:?}", step.report);
    assert!(step.budget.closure.abs() < 1e-8);
    assert_eq!(step.time, 60.0);
    let released: f64 = step.storage_by_cell.iter().sum();
    assert!((released - step.storage).abs() < 1e-9 * released);
    let exchanged: f64 = step.flows.iter().flatten().sum();
    assert!((exchanged + released).abs() < 1e-7 * released);
    // Means over the step: the volume that left is the fall of the water table.
    let fell: f64 = before.iter().zip(step.head).map(|(a, b)| (a - b) * 0.1 * 1e4).sum();
    assert!((fell / 60.0 / released - 1.0).abs() < 1e-3, "{fell} {released}");
}

#[test]
fn a_step_that_cannot_be_solved_says_where_and_leaves_the_state() {
    let basin = Box { widths: vec![100.0; 3], convertible: true, head: 5.0, ..Box::default() };
    let problem = basin.problem();
    let settings = Settings { max_outer: 1, max_cuts: 2, ..Settings::default() };
    let mut simulation = Simulation::new(&problem, settings, State::start(&problem)).unwrap();
    simulation.stresses_mut().packages = vec![wells(&[(2, -4000.0)]), drains(&[(0, 1.0, 1e3)])];
    let before = simulation.state().clone();
    let failure = simulation.advance(30.0).unwrap_err();
    assert_eq!(failure.cause, FailureCause::NotConverged);
    let text = failure.to_string();
    assert!(text.contains("worst cell: layer 1, row 1, column"), "{text}");
    assert!(text.contains("1.875e0 d"), "{text}");
    assert_eq!(*simulation.state(), before);
    assert!(matches!(simulation.advance(-1.0).unwrap_err().cause, FailureCause::Argument(_)));
    assert!(matches!(simulation.advance(f64::NAN).unwrap_err().cause, FailureCause::Argument(_)));
}
