//! Rivers that lose no more than flows in them, season by season.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;
use quanyu_flow::*;
use support::*;

/// Two losing reaches over a deep water table: each would lose 150 m³/d, whatever the head.
fn river(inflow: f64, seasons: &[f64], take: f64) -> (Vec<f64>, StreamFlow) {
    let problem =
        Box { widths: vec![100.0; 3], heights: vec![100.0], head: 10.0, ..Box::default() }.problem();
    let top = problem.grid().cell_top(0);
    let row = |cell| River {
        cell,
        stage: top + 100.0,
        conductance: 15.0,
        bottom: top + 90.0,
        limit: f64::INFINITY,
        origin: Origin::NONE,
    };
    let mut simulation = simulation(
        &problem,
        vec![named("river", Package::Rivers(vec![row(0), row(1)])), general_heads(&[(2, 10.0, 1e4)])],
    );
    simulation.stresses_mut().streams = vec![Stream {
        name: "river".into(),
        reaches: (0..2).map(|row| Reach { package: 0, rows: row..row + 1 }).collect(),
        inflow,
        seasons: seasons.to_vec(),
        takes: vec![StreamTake { position: 1, rate: -take, origin: Origin::NONE }],
        ..Stream::default()
    }];
    let step = simulation.advance(365.0).unwrap();
    (step.flows[0].clone(), step.streams[0].clone())
}

#[test]
fn a_reach_loses_no_more_than_reaches_it() {
    assert_eq!(river(400.0, &[], 0.0).0, vec![150.0, 150.0]);
    assert_eq!(river(200.0, &[], 0.0).0, vec![150.0, 50.0]);
    assert_eq!(river(100.0, &[], 0.0).0, vec![100.0, 0.0]);
    let (lost, flow) = river(400.0, &[], 200.0);
    assert_eq!(lost, vec![150.0, 50.0]);
    assert_eq!((flow.takes[0], flow.outflow), (-200.0, 0.0));
}

/// A river of 100 m³/d in the mean that flows half of the year: the wet half loses 150 of 200, the dry half nothing, so 75 in
/// the mean and not 100; below, the 50 that are left in the wet half, so 25.
#[test]
fn the_dry_season_loses_nothing_and_the_wet_one_does_not_make_up_for_it() {
    let (lost, flow) = river(100.0, &[2.0, 0.0], 0.0);
    assert_eq!(lost, vec![75.0, 25.0]);
    assert_eq!(flow.reaches, vec![25.0, 0.0]);
    let (lost, flow) = river(100.0, &[2.0, 0.0], 30.0);
    assert_eq!((lost, flow.takes[0], flow.outflow), (vec![75.0, 10.0], -15.0, 0.0));
}

#[test]
fn seasons_that_are_negative_or_do_not_match_are_faults() {
    let problem = Box { widths: vec![100.0; 3], heights: vec![100.0], ..Box::default() }.problem();
    let mut simulation = simulation(&problem, vec![general_heads(&[(2, 10.0, 1e4)])]);
    let stream =
        |seasons: &[f64]| Stream { name: "s".into(), seasons: seasons.to_vec(), ..Stream::default() };
    simulation.stresses_mut().streams = vec![stream(&[1.0, 1.0, 1.0]), stream(&[3.0, -1.0])];
    let failure = simulation.advance(1.0).unwrap_err();
    let FailureCause::Stresses(faults) = failure.cause else { panic!("{failure}") };
    let kinds: Vec<_> = faults.iter().map(|fault| fault.kind).collect();
    assert!(kinds.contains(&FaultKind::Inconsistent) && kinds.contains(&FaultKind::OutOfRange), "{faults:?}");
}
