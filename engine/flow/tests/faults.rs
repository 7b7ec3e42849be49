//! Every fault of a model, of its stresses and of a run is named, all at once.
#![allow(
    clippy::unwrap_used,
    clippy::single_range_in_vec_init,
    reason = "tests may panic; a stream may have one reach"
)]

mod support;
use quanyu_flow::*;
use support::*;

type Spoil = fn(&mut Model);

fn model() -> Model {
    Box { widths: vec![10.0; 4], heights: vec![10.0; 3], surfaces: vec![20.0, 10.0, 0.0], ..Box::default() }
        .model()
}

/// The only fault of a model that was spoilt in one way.
fn fault_of(spoil: impl FnOnce(&mut Model)) -> Fault {
    let mut model = model();
    spoil(&mut model);
    let mut faults = check(model).unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:#?}");
    faults.remove(0)
}

#[test]
fn a_sound_model_has_no_faults() {
    assert!(check(model()).is_ok());
}

#[test]
fn wrong_lengths_are_named() {
    let cases: [(Spoil, &str); 12] = [
        (|m| m.grid.column_widths.push(1.0), "column widths"),
        (|m| m.grid.row_heights.clear(), "row heights"),
        (|m| m.grid.top.push(1.0), "top"),
        (|m| m.grid.bottom.push(1.0), "bottom"),
        (|m| m.grid.kind.clear(), "cell kind"),
        (|m| m.properties.conductivity.clear(), "conductivity"),
        (|m| m.properties.anisotropy = Some(vec![1.0]), "anisotropy"),
        (|m| m.properties.vertical_conductivity.push(1.0), "vertical conductivity"),
        (|m| m.properties.specific_storage.push(1.0), "specific storage"),
        (|m| m.properties.specific_yield.push(1.0), "specific yield"),
        (|m| m.properties.convertible.push(true), "convertible"),
        (|m| m.initial_head.push(1.0), "initial head"),
    ];
    for (spoil, name) in cases {
        let fault = fault_of(spoil);
        assert!(fault.message.contains(name), "{fault}");
        assert_eq!(fault.kind, FaultKind::BadGeometry);
    }
    let mut empty = model();
    empty.grid.layers = 0;
    assert!(check(empty).unwrap_err().iter().any(|fault| fault.message.contains("no layers")));
    let mut huge = model();
    (huge.grid.rows, huge.grid.columns) = (usize::MAX, 2);
    assert!(check(huge).unwrap_err()[0].message.contains("more cells"));
}

#[test]
fn bad_geometry_is_named_with_its_place() {
    let thin = fault_of(|m| m.grid.bottom[5] = 25.0);
    assert!(thin.message.contains("layer 1, row 2, column 2"), "{thin}");
    assert_eq!(thin.value, "top 20, bottom 25");
    assert!(fault_of(|m| m.grid.bottom[17] = f64::NAN).message.contains("layer 2, row 2, column 2"));
    assert!(fault_of(|m| m.grid.column_widths[2] = 0.0).message.contains("width of column 3"));
    assert!(fault_of(|m| m.grid.row_heights[1] = f64::NAN).message.contains("height of row 2"));
    assert!(fault_of(|m| m.grid.corner[0] = f64::INFINITY).message.contains("corner"));
    assert!(fault_of(|m| m.grid.kind.fill(CellKind::Inactive)).message.contains("no active cell"));
    let upside = fault_of(|m| {
        m.grid.kind[5] = CellKind::PassThrough;
        m.grid.bottom[5] = 21.0;
    });
    assert!(upside.message.contains("pass-through"), "{upside}");
    // What an inactive cell holds is nobody's business, but its neighbour below must still have a thickness.
    let mut fine = model();
    fine.grid.kind[17] = CellKind::Inactive;
    (fine.grid.bottom[17], fine.properties.conductivity[17], fine.initial_head[17]) =
        (f64::NAN, -1.0, f64::NAN);
    assert!(check(fine).is_ok());
}

#[test]
fn numbers_out_of_range_are_named_with_origin_and_value() {
    let cases: [(Spoil, &str, &str); 8] = [
        (|m| m.properties.conductivity[3] = -1.0, "conductivity", "-1"),
        (|m| m.properties.conductivity[3] = f64::NAN, "conductivity", "NaN"),
        (|m| m.properties.vertical_conductivity[3] = f64::INFINITY, "vertical conductivity", "inf"),
        (|m| m.properties.specific_storage[3] = -0.5, "specific storage", "-0.5"),
        (|m| m.properties.specific_yield[3] = 1.5, "specific yield", "1.5"),
        (|m| m.initial_head[3] = f64::NAN, "initial head", "NaN"),
        (
            |m| {
                m.properties.anisotropy = Some(vec![0.0; 24]).map(|mut a| {
                    a[..23].fill(1.0);
                    a
                })
            },
            "anisotropy",
            "0",
        ),
        (|m| m.properties.conductivity[23] = -2.0, "conductivity", "-2"),
    ];
    for (spoil, name, value) in cases {
        let fault = fault_of(|m| {
            m.origins = ModelOrigins {
                grid: Origin(1),
                conductivity: Origin(2),
                vertical_conductivity: Origin(3),
                storage: Origin(4),
                initial_head: Origin(5),
            };
            spoil(m);
        });
        assert!(fault.message.contains(name) && fault.message.contains("row"), "{fault}");
        assert_eq!((fault.kind, fault.value.as_str()), (FaultKind::OutOfRange, value));
        assert!((2..=5).contains(&fault.origin.0));
    }
}

#[test]
fn barriers_lie_between_active_neighbours_of_a_layer() {
    let barrier = |cell_a: usize, cell_b: usize, characteristic: f64| Barrier {
        cell_a,
        cell_b,
        hydraulic_characteristic: characteristic,
        origin: Origin(7),
    };
    for (bad, words, kind) in [
        (barrier(0, 5, 1.0), "share a vertical face", FaultKind::BadGeometry),
        (barrier(0, 12, 1.0), "share a vertical face", FaultKind::BadGeometry),
        (barrier(3, 4, 1.0), "share a vertical face", FaultKind::BadGeometry),
        (barrier(0, 99, 1.0), "outside the grid", FaultKind::NotTied),
        (barrier(0, 1, f64::NAN), "hydraulic characteristic", FaultKind::OutOfRange),
    ] {
        let fault = fault_of(|m| m.barriers.push(bad));
        assert!(fault.message.contains(words), "{fault}");
        assert_eq!((fault.kind, fault.origin), (kind, Origin(7)));
    }
    let beside = fault_of(|m| {
        m.grid.kind[1] = CellKind::Inactive;
        m.barriers.push(barrier(0, 1, 1.0));
    });
    assert!(beside.message.contains("not active"), "{beside}");
    let twice = fault_of(|m| m.barriers.extend([barrier(0, 1, 1.0), barrier(1, 0, -0.5)]));
    assert!(twice.message.contains("not alone"), "{twice}");
    let mut fine = model();
    fine.barriers = vec![barrier(0, 1, 1.0), barrier(9, 5, 0.0), barrier(5, 6, -0.5)];
    assert!(check(fine).is_ok());
}

#[test]
fn all_faults_come_at_once_and_many_of_a_kind_are_counted() {
    let mut bad = model();
    bad.properties.conductivity.fill(-1.0);
    bad.properties.specific_yield[0] = 2.0;
    bad.grid.column_widths[0] = -5.0;
    let faults = check(bad).unwrap_err();
    assert_eq!(faults.iter().filter(|fault| fault.message.contains("The conductivity")).count(), 21);
    assert!(faults.iter().any(|fault| fault.message.starts_with("4 more of this")));
    assert!(faults.iter().any(|fault| fault.message.contains("specific yield")));
    assert!(faults.iter().any(|fault| fault.message.contains("width of column 1")));
}

/// The faults of stresses, through both doors: the check and the step.
fn stress_faults(packages: Vec<NamedPackage>, streams: Vec<Stream>) -> Vec<Fault> {
    let mut model = model();
    model.grid.kind[2] = CellKind::Inactive;
    model.grid.kind[3] = CellKind::PassThrough;
    model.grid.kind[14] = CellKind::Inactive;
    let problem = check(model).unwrap();
    let mut simulation = simulation(&problem, packages);
    simulation.stresses_mut().streams = streams;
    let failure = simulation.advance(1.0).unwrap_err();
    let FailureCause::Stresses(faults) = failure.cause else { panic!("{failure}") };
    if let Err(checked) = simulation.stresses().check(&problem) {
        assert_eq!(checked, faults);
    }
    assert_eq!(simulation.state().time, 0.0);
    faults
}

fn rivers(rows: &[(f64, f64, f64, f64)]) -> NamedPackage {
    let row = |(stage, conductance, bottom, limit): &(f64, f64, f64, f64)| River {
        cell: 0,
        stage: *stage,
        conductance: *conductance,
        bottom: *bottom,
        limit: *limit,
        origin: Origin(9),
    };
    named("rivers", Package::Rivers(rows.iter().map(row).collect()))
}

#[test]
fn rows_outside_the_aquifer_are_named() {
    for cell in [2, 3, 24, usize::MAX] {
        let faults = stress_faults(vec![wells(&[(0, -1.0), (cell, -1.0)])], vec![]);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].message.contains("Row 2 of the wells"), "{}", faults[0]);
        assert_eq!(faults[0].kind, FaultKind::NotTied);
    }
    // Recharge falls through to an active cell, if there is one.
    assert_eq!(stress_faults(vec![recharge([2, 3, 5].into_iter(), 1.0)], vec![]).len(), 1);
}

#[test]
fn numbers_of_rows_are_checked() {
    let nan = f64::NAN;
    let evapotranspiration = |surface: f64, rate: f64, depth: f64| {
        let row = Evapotranspiration {
            cell: 0,
            surface,
            rate,
            depth,
            origin: Origin(9),
            ..Evapotranspiration::default()
        };
        named("evapotranspiration", Package::Evapotranspiration(vec![row]))
    };
    let cases = [
        (wells(&[(0, nan)]), "rate"),
        (drains(&[(0, nan, 1.0)]), "elevation"),
        (drains(&[(0, 1.0, -1.0)]), "conductance"),
        (general_heads(&[(0, f64::INFINITY, 1.0)]), "head"),
        (general_heads(&[(0, 1.0, nan)]), "conductance"),
        (constant_heads(&[(0, nan)]), "head"),
        (recharge(0..1, nan), "rate"),
        (evapotranspiration(nan, 1.0, 1.0), "surface"),
        (evapotranspiration(1.0, -1.0, 1.0), "rate"),
        (evapotranspiration(1.0, 1.0, 0.0), "depth"),
        (rivers(&[(nan, 1.0, 0.0, 1.0)]), "stage"),
        (rivers(&[(1.0, -1.0, 0.0, 1.0)]), "conductance"),
        (rivers(&[(1.0, 1.0, nan, 1.0)]), "bottom"),
        (rivers(&[(1.0, 1.0, 2.0, 1.0)]), "bottom"),
        (rivers(&[(1.0, 1.0, 0.0, -1.0)]), "limit"),
    ];
    for (package, name) in cases {
        let faults = stress_faults(vec![package], vec![]);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].message.contains(&format!("The {name} in row 1")), "{}", faults[0]);
        assert_eq!(faults[0].kind, FaultKind::OutOfRange);
    }
    let reduction = Wells { rows: vec![], reduction: 1.5, fading: None };
    assert!(
        stress_faults(vec![named("w", Package::Wells(reduction))], vec![])[0].message.contains("reduction")
    );
}

#[test]
fn claims_that_collide_are_named() {
    let twice = stress_faults(vec![constant_heads(&[(0, 1.0), (5, 1.0), (0, 2.0)])], vec![]);
    assert_eq!((twice.len(), twice[0].kind), (1, FaultKind::Collision));
    let names = stress_faults(vec![wells(&[(0, 1.0)]), wells(&[(1, 1.0)])], vec![]);
    assert_eq!((names.len(), names[0].kind), (1, FaultKind::Collision));
}

#[test]
fn streams_that_lead_nowhere_are_named() {
    let package = || vec![rivers(&[(1.0, 1.0, 0.0, 1.0); 4]), wells(&[(0, 1.0)])];
    let stream = |reaches: &[(usize, std::ops::Range<usize>)], tributary_of: Option<(usize, usize)>| Stream {
        name: "s".into(),
        reaches: reaches
            .iter()
            .map(|(package, rows)| Reach { package: *package, rows: rows.clone() })
            .collect(),
        tributary_of,
        ..Stream::default()
    };
    let with = |change: fn(&mut Stream)| {
        let mut stream = stream(&[(0, 0..2)], None);
        change(&mut stream);
        vec![stream]
    };
    let take = |position: usize, rate: f64| vec![StreamTake { position, rate, origin: Origin(3) }];
    let mut far = with(|_| {});
    far[0].takes = take(1, 1.0);
    let mut odd = with(|_| {});
    odd[0].takes = take(0, f64::NAN);
    let cases = [
        (vec![stream(&[(1, 0..1)], None)], "does not name a package of rivers"),
        (vec![stream(&[(7, 0..1)], None)], "does not name a package of rivers"),
        (vec![stream(&[(0, 2..9)], None)], "names rows that its package does not have"),
        (vec![stream(&[(0, 0..2), (0, 1..3)], None)], "shares rows"),
        (vec![stream(&[(0, 0..2)], None), stream(&[(0, 1..2)], None)], "shares rows"),
        (vec![stream(&[(0, 0..2)], Some((4, 0)))], "a stream that does not exist"),
        (vec![stream(&[(0, 0..2)], None), stream(&[(0, 2..4)], Some((0, 5)))], "a reach that does not exist"),
        (with(|stream| stream.inflow = -1.0), "inflow"),
        (far, "at a reach that does not exist"),
        (odd, "not a finite rate"),
    ];
    for (streams, words) in cases {
        let faults = stress_faults(package(), streams);
        assert_eq!(faults.len(), 1, "{words}: {faults:?}");
        assert!(faults[0].message.contains(words), "{}", faults[0]);
    }
    let circle = vec![stream(&[(0, 0..2)], Some((1, 0))), stream(&[(0, 2..4)], Some((0, 0)))];
    let faults = stress_faults(package(), circle);
    assert_eq!(faults.len(), 2);
    assert!(faults.iter().all(|fault| fault.message.contains("flows back into itself")));
}

#[test]
fn a_state_and_settings_that_do_not_fit_are_refused() {
    let problem = check(model()).unwrap();
    let refused = |change: fn(&mut State)| {
        let mut state = State::start(&problem);
        change(&mut state);
        Simulation::new(&problem, Settings::default(), state).err().unwrap().len()
    };
    assert_eq!(refused(|state| state.head.truncate(3)), 1);
    assert_eq!(refused(|state| state.head[0] = f64::NAN), 1);
    assert_eq!(refused(|state| (state.time, state.substep) = (f64::NAN, Some(0.0))), 2);
    assert_eq!(refused(|state| state.changes = vec![PropertyChange { cell: 99, ..Default::default() }]), 1);
    assert_eq!(refused(|state| state.changes = vec![PropertyChange::default(); 2]), 1);
    let bad = Settings {
        tolerance: 0.0,
        forcing: 1.0,
        substep_factor: 1.0,
        max_outer: 0,
        max_inner: 0,
        max_cuts: 1000,
        max_halvings: 1000,
        ..Settings::default()
    };
    assert_eq!(Simulation::new(&problem, bad, State::start(&problem)).err().unwrap().len(), 7);
}
