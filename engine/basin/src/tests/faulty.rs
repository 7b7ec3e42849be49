//! Faults are found, all at once, each with the origin of its row.

use crate::synthetic::{at, basin, figure, spring};
use crate::{Basin, Fault, FaultKind, GridSpec, Origin, Parameters, Placement, discretise};

fn faults(basin: &Basin) -> Vec<Fault> {
    discretise(basin, &Parameters::default(), &GridSpec { cell: 500.0 }).map(|_| ()).unwrap_err()
}

#[test]
fn every_fault_is_told_at_once() {
    let mut basin = basin();
    basin.groups[0].layer = Some("devonian".into());
    basin.groups[1].placement = Placement::Point { position: at(-4.0, 3.0), radius: 100.0 };
    basin.groups[2].placement = Placement::Zone("village".into());
    basin.groups[3].layer = None;
    basin.springs.push(spring("far", "a", at(60.0, 60.0), 500.0));
    basin.springs.push(spring("deep", "a", at(8.0, 5.0), -900.0));
    basin.mines[0].end = basin.mines[0].start;
    basin.rivers[1].joins = Some("nile".into());
    basin.observations[0].position = at(100.0, 3.0);
    let faults = faults(&basin);
    let count = |kind| faults.iter().filter(|fault| fault.kind == kind).count();
    assert_eq!(count(FaultKind::UnknownName), 3, "{faults:#?}");
    assert_eq!(count(FaultKind::NotTied), 3, "{faults:#?}");
    assert_eq!(count(FaultKind::Missing), 1, "{faults:#?}");
    assert_eq!(count(FaultKind::Inconsistent), 1, "{faults:#?}");
    assert_eq!(count(FaultKind::BadDate), 1, "{faults:#?}");
    assert!(faults.iter().all(|fault| fault.origin != Origin::NONE && !fault.remedy.is_empty()));
}

#[test]
fn figures_out_of_range_are_named() {
    let mut basin = basin();
    basin.rocks[0].conductivity = figure(-1.0);
    basin.rocks[1].specific_yield = figure(1.5);
    let faults = faults(&basin);
    assert_eq!(faults.len(), 2);
    assert!(faults.iter().all(|fault| fault.kind == FaultKind::OutOfRange && fault.origin == Origin(7)));
}

#[test]
fn no_input_panics() {
    let run = |basin: &Basin, cell| discretise(basin, &Parameters::default(), &GridSpec { cell }).is_err();
    let sound = basin();
    for cell in [0.0, -3.0, f64::NAN, f64::INFINITY, 1e-9, 1e300] {
        assert!(run(&sound, cell) || cell == 1e300, "{cell}");
    }
    let mut empty = basin();
    empty.outlines.clear();
    assert!(run(&empty, 500.0));
    let mut bare = basin();
    bare.layers.clear();
    assert!(run(&bare, 500.0));
    let mut unknown = basin();
    unknown.ground.values.fill(f64::NAN);
    assert!(run(&unknown, 500.0));
    let mut holed = basin();
    holed.ground.values = ndarray::Array2::zeros((0, 0));
    assert!(run(&holed, 500.0));
    let mut bent = basin();
    bent.outlines[0].polygon.0.clear();
    assert!(run(&bent, 500.0));
    let mut rainless = basin();
    rainless.recharge_areas.clear();
    assert!(run(&rainless, 500.0));
    let mut circle = basin();
    circle.rivers[0].joins = Some("side".into());
    assert!(run(&circle, 500.0));
    let mut pointless = basin();
    pointless.faults[0].line.0.clear();
    pointless.rivers[0].reaches.clear();
    assert!(run(&pointless, 500.0));
    let bad = Parameters::default().with(crate::ParameterKind::Infiltration, f64::NAN);
    assert!(discretise(&sound, &bad, &GridSpec { cell: 500.0 }).is_err());
}
