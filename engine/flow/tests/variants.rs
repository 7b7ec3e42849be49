//! The laws that a model may choose, each in a model small enough to be solved by hand.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;
use quanyu_flow::laws::anisotropy;
use quanyu_flow::*;
use support::*;

fn solve(model: Model, packages: Vec<NamedPackage>, settings: Settings) -> (Vec<f64>, Vec<Vec<f64>>) {
    let problem = problem(model);
    let mut simulation = Simulation::new(&problem, settings, State::start(&problem)).unwrap();
    simulation.stresses_mut().packages = packages;
    let step = simulation.steady().unwrap();
    assert!(step.budget.closure.abs() < 1e-7, "{:e}", step.budget.closure);
    (step.head.to_vec(), step.flows.to_vec())
}

fn picard() -> Settings {
    let picard = PicardSettings { outer_change: 1e-10, inner_change: 1e-12, ..PicardSettings::default() };
    Settings { method: Method::Picard(picard), ..Settings::default() }
}

/// Two confined cells of given head, of unlike length, rock and thickness: the flow is the mean conductance times the fall.
#[test]
fn each_mean_carries_its_own_flow() {
    let log = |x: f64, y: f64| (y - x) / (y / x).ln();
    let cases = [
        (Averaging::Harmonic, 25.0 / (50.0 / 40.0 + 20.0 / 6.0)),
        (Averaging::Logarithmic, 25.0 * log(40.0, 6.0) / 70.0),
        (Averaging::ThicknessLogarithmic, 25.0 * 9.0 * log(5.0, 0.6) / 70.0),
        (Averaging::ThicknessHarmonic, 25.0 * 9.0 / (50.0 / 5.0 + 20.0 / 0.6)),
    ];
    for formulation in [Formulation::Central, Formulation::Upstream] {
        for (averaging, conductance) in cases {
            let basin = Box { widths: vec![100.0, 40.0], heights: vec![25.0], formulation, ..Box::default() };
            let mut model = basin.model();
            (model.grid.bottom[0], model.grid.bottom[1]) = (2.0, 0.0);
            model.properties.conductivity[1] = 0.6;
            model.laws.averaging = averaging;
            // The second cell drains: its head is that of the drain.
            let packages = vec![constant_heads(&[(0, 30.0)]), general_heads(&[(1, 20.0, 1e9)])];
            let (_, flows) = solve(model, packages, Settings::default());
            assert!(
                (flows[0][0] / (10.0 * conductance) - 1.0).abs() < 1e-7,
                "{averaging:?}: {}",
                flows[0][0]
            );
        }
    }
}

/// A column of two cells under rain: the head above is that below and what drives the rain through the face.
#[test]
fn vertical_conductance_follows_the_water_table_as_the_model_says() {
    let (area, rain, kv) = (1e4, 0.04, 0.05);
    let lower_head = 8.0;
    let law = |varying, dewatered, perched| VerticalConductance { varying, dewatered, perched };
    // Cells of 10 m, the lower one wet for 8 m. Flow per area: rain = (h − h_low) / (s 5/K + s₂ 5/K).
    let resistance = |wet: f64| 0.5 * wet / kv;
    let expected = [
        (law(false, false, false), lower_head + rain * (resistance(10.0) + resistance(10.0))),
        // h − 10 m wet above: h = 8 + rain ((h − 10)/2K + 10/2K).
        (
            law(true, false, false),
            (lower_head + rain * (resistance(10.0) - 10.0 * 0.5 / kv)) / (1.0 - rain * 0.5 / kv),
        ),
        (
            law(true, true, false),
            (lower_head + rain * (resistance(lower_head) - 10.0 * 0.5 / kv)) / (1.0 - rain * 0.5 / kv),
        ),
        // Free fall: rain = (h − 10) / (10/2K + 10/2K).
        (law(false, false, true), 10.0 + rain * (resistance(10.0) + resistance(10.0))),
    ];
    for (vertical, expected) in expected {
        let basin = Box {
            widths: vec![100.0],
            heights: vec![100.0],
            surfaces: vec![20.0, 10.0, 0.0],
            vertical_conductivity: kv,
            convertible: true,
            head: 15.0,
            ..Box::default()
        };
        let mut model = basin.model();
        model.laws.vertical = vertical;
        let packages = vec![constant_heads(&[(1, lower_head)]), recharge(0..1, rain)];
        let (head, flows) = solve(model, packages, picard());
        assert!((head[0] - expected).abs() < 1e-8, "{vertical:?}: {} against {expected}", head[0]);
        assert!((flows[0][0] + rain * area).abs() < 1e-6);
    }
}

#[test]
fn free_fall_and_varying_conductance_pass_through_absent_layers() {
    let basin = Box {
        widths: vec![100.0],
        heights: vec![100.0],
        surfaces: vec![20.0, 10.0, 0.0],
        vertical_conductivity: 0.05,
        convertible: true,
        head: 15.0,
        ..Box::default()
    };
    for (vertical, expected) in [
        (VerticalConductance { perched: true, ..VerticalConductance::default() }, 18.0),
        (VerticalConductance { varying: true, ..VerticalConductance::default() }, 40.0 / 3.0),
    ] {
        let mut model = basin.model();
        model.grid.layers = 4;
        model.grid.bottom = vec![10.0, 10.0, 10.0, 0.0];
        let absent = CellKind::PassThrough;
        model.grid.kind = vec![CellKind::Active, absent, absent, CellKind::Active];
        let rock = &mut model.properties;
        rock.conductivity = vec![5.0; 4];
        rock.vertical_conductivity = vec![0.05; 4];
        rock.specific_storage = vec![1e-5; 4];
        rock.specific_yield = vec![0.1; 4];
        rock.convertible = vec![true; 4];
        model.initial_head = vec![15.0; 4];
        model.laws.vertical = vertical;
        let packages = vec![constant_heads(&[(3, 8.0)]), recharge(0..1, 0.04)];
        let (head, _) = solve(model, packages, picard());
        assert!((head[0] - expected).abs() < 1e-8, "{vertical:?}: {} against {expected}", head[0]);
    }
}

/// One confined cell fed for a day: the head rises by what it stores.
#[test]
fn a_storage_coefficient_does_not_grow_with_the_thickness() {
    let rise = |coefficient: bool, storage: f64| {
        let basin = Box { widths: vec![100.0], specific_storage: storage, ..Box::default() };
        let mut model = basin.model();
        model.laws.storage.coefficient = coefficient;
        let problem = problem(model);
        let mut simulation = simulation(&problem, vec![wells(&[(0, 50.0)])]);
        simulation.advance_once(1.0).unwrap().head[0] - 10.0
    };
    assert!((rise(false, 1e-4) - 50.0 / (1e-4 * 10.0 * 1e4)).abs() < 1e-9);
    assert!((rise(true, 1e-3) - 50.0 / (1e-3 * 1e4)).abs() < 1e-9);
}

/// Storage may be convertible where flow is not, and the other way round; elastic rock may count only while the cell is full.
#[test]
fn what_stores_follows_its_own_flags() {
    let fall = |flow: bool, stores: Option<bool>, confined_only: bool| {
        let basin = Box {
            widths: vec![100.0],
            convertible: flow,
            specific_storage: 1e-3,
            head: 9.0,
            ..Box::default()
        };
        let mut model = basin.model();
        model.laws.storage =
            StorageLaw { confined_only, convertible: stores.map(|s| vec![s]), ..StorageLaw::default() };
        let problem = problem(model);
        let mut simulation = simulation(&problem, vec![wells(&[(0, -500.0)])]);
        let step = simulation.advance_once(1.0).unwrap();
        (9.0 - step.head[0], step.storage_split(0))
    };
    let (pores, rock) = (0.1 * 1e4, 1e-3 * 10.0 * 1e4);
    assert!((fall(false, None, false).0 - 500.0 / rock).abs() < 1e-7);
    let (drained, split) = fall(false, Some(true), true);
    assert!((drained - 500.0 / pores).abs() < 1e-7, "{drained}");
    assert!((split[0], (split[1] - 500.0).abs() < 1e-6) == (0.0, true), "{split:?}");
    // Elastic about the middle of what is wet: Sₛ A (h²/2) for a water table.
    let (drained, split) = fall(true, None, false);
    let (high, low) = (9.0, 9.0 - drained);
    assert!((split[0] - 1e-3 * 1e4 * 0.5 * (high * high - low * low)).abs() < 1e-6, "{split:?}");
    assert!((fall(true, Some(false), false).0 - 500.0 / rock).abs() < 1e-7);
}

/// Confined cells that transmit only through what their starting head wetted.
#[test]
fn starting_saturation_thins_transmissivity_and_shortens_the_way_down() {
    let basin = Box { widths: vec![100.0; 2], surfaces: vec![20.0, 10.0, 0.0], ..Box::default() };
    let mut model = basin.model();
    model.laws.starting_saturation = Some(vec![0.5, 0.25, 1.0, 1.0]);
    model.properties.conductivity[2] = 0.0;
    model.properties.conductivity[3] = 0.0;
    let flows = |model: &Model, packages: Vec<NamedPackage>| {
        let (_, flows) = solve(model.clone(), packages, Settings::default());
        flows[0][0]
    };
    // Across: w / (50/T₁ + 50/T₂) with T = 5 · 10 · share.
    let across = flows(&model, vec![constant_heads(&[(0, 30.0)]), general_heads(&[(1, 20.0, 1e9)])]);
    let exact = 10.0 * 100.0 / (50.0 / 25.0 + 50.0 / 12.5);
    assert!((across / exact - 1.0).abs() < 1e-6, "{across} {exact}");
    model.properties.conductivity.fill(0.0);
    let down = flows(&model, vec![constant_heads(&[(0, 30.0)]), general_heads(&[(2, 20.0, 1e9)])]);
    let exact = 10.0 * 1e4 / (0.5 * 5.0 / 0.5 + 0.5 * 10.0 / 0.5);
    assert!((down / exact - 1.0).abs() < 1e-6, "{down} {exact}");
}

/// Upstream saturation measured above the higher of two bottoms.
#[test]
fn the_higher_bottom_may_decide_how_wet_a_face_is() {
    let flow = |highest_bottom: bool| {
        let basin = Box {
            widths: vec![100.0; 2],
            convertible: true,
            formulation: Formulation::Upstream,
            ..Box::default()
        };
        let mut model = basin.model();
        model.grid.bottom[1] = 5.0;
        model.grid.top[1] = 15.0;
        model.laws.highest_bottom = highest_bottom;
        let packages = vec![constant_heads(&[(0, 7.0)]), general_heads(&[(1, 6.0, 1e9)])];
        solve(model, packages, Settings::default()).1[0][0]
    };
    // T = 50 m²/d on both sides; wet share 7/10 of the first cell, or (7 − 5)/10 of the second.
    assert!((flow(false) / (50.0 * 0.7) - 1.0).abs() < 1e-4, "{}", flow(false));
    assert!((flow(true) / (50.0 * 0.2) - 1.0).abs() < 1e-4, "{}", flow(true));
}

#[test]
fn barriers_may_leave_a_share_and_may_be_changed() {
    let basin = Box { widths: vec![100.0; 2], ..Box::default() };
    let mut model = basin.model();
    let barrier = |hydraulic_characteristic: f64| Barrier {
        cell_a: 1,
        cell_b: 0,
        hydraulic_characteristic,
        origin: Origin::NONE,
    };
    model.barriers = vec![barrier(-0.25)];
    let problem = problem(model);
    let packages = vec![constant_heads(&[(0, 30.0)]), general_heads(&[(1, 20.0, 1e9)])];
    let mut simulation = simulation(&problem, packages);
    let mut flow = |barriers: Option<&[Barrier]>| {
        if let Some(barriers) = barriers {
            simulation.change_barriers(barriers).unwrap();
        }
        simulation.steady().unwrap().flows[0][0]
    };
    assert!((flow(None) - 125.0).abs() < 1e-4);
    assert!((flow(Some(&[])) - 500.0).abs() < 1e-4);
    // 1e-2 1/d over a face of 100 m × 10 m: 10 m²/d in series with 50 m²/d.
    assert!((flow(Some(&[barrier(1e-2)])) - 500.0 / 6.0).abs() < 1e-4);
    assert!(simulation.change_barriers(&[barrier(f64::NAN)]).is_err());
}

/// Under Picard a barrier is as high as the water on both sides; under Newton as the cells.
#[test]
fn a_barrier_is_as_high_as_its_formulation_says() {
    let flow = |formulation: Formulation, settings: Settings| {
        let basin =
            Box { widths: vec![100.0; 2], convertible: true, formulation, head: 8.0, ..Box::default() };
        let mut model = basin.model();
        model.barriers =
            vec![Barrier { cell_a: 0, cell_b: 1, hydraulic_characteristic: 1e-2, origin: Origin::NONE }];
        let packages = vec![constant_heads(&[(0, 8.0)]), general_heads(&[(1, 4.0, 1e9)])];
        solve(model, packages, settings).1[0][0]
    };
    let series = |a: f64, b: f64| a * b / (a + b);
    // Wet 8 m and 4 m: T = 40 and 20 m²/d, barrier 1e-2 · 100 m · 6 m.
    let wetted = 4.0 * series(100.0 / (50.0 / 40.0 + 50.0 / 20.0), 6.0);
    assert!((flow(Formulation::Central, picard()) / wetted - 1.0).abs() < 1e-6);
    let saturated = 4.0 * 0.8 * series(50.0, 10.0);
    assert!((flow(Formulation::Upstream, Settings::default()) / saturated - 1.0).abs() < 1e-5);
}

#[test]
fn turned_rock_conducts_along_the_grid_by_its_ellipsoid() {
    let along = anisotropy::along_axes([8.0, 2.0, 0.5], [0.3, 0.0, 0.0]);
    let exact = 1.0 / (0.3_f64.cos().powi(2) / 8.0 + 0.3_f64.sin().powi(2) / 2.0);
    assert!((along[0] - exact).abs() < 1e-12 && along[2] == 0.5);
}

/// Laws that contradict the formulation or one another are refused.
#[test]
fn laws_that_do_not_go_together_are_faults() {
    type Choose = fn(&mut Model);
    let cases: [(Choose, &str); 6] = [
        (|m| m.laws.vertical.perched = true, "PERCHED"),
        (|m| (m.laws.vertical.varying, m.laws.vertical.dewatered) = (true, false), "VARIABLECV"),
        (|m| m.laws.drying = Drying::Leave(None), "REWET"),
        (|m| m.laws.starting_saturation = Some(vec![1.0]), "starting saturation"),
        (|m| m.laws.storage.convertible = Some(vec![]), "convertible flag of the storage"),
        (
            |m| (m.formulation, m.laws.highest_bottom) = (Formulation::Central, true),
            "HIGHEST_CELL_SATURATION",
        ),
    ];
    for (choose, word) in cases {
        let mut model = Box { formulation: Formulation::Upstream, ..Box::default() }.model();
        choose(&mut model);
        let faults = check(model).unwrap_err();
        assert!(faults.iter().any(|fault| fault.message.contains(word)), "{word}: {faults:?}");
    }
    // What varies between iterations needs the method that follows them.
    let mut model = Box::default().model();
    model.laws.drying = Drying::Leave(None);
    let problem = problem(model);
    let faults = Simulation::new(&problem, Settings::default(), State::start(&problem)).unwrap_err();
    assert!(faults[0].message.contains("Picard"), "{faults:?}");
}
