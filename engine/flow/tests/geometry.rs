//! Barriers, absent layers, cut-off parts, drying columns and changes of the rock.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;
use quanyu_flow::*;
use support::*;

#[test]
fn a_barrier_is_one_more_resistance_in_series() {
    let mut model = Box { widths: vec![100.0; 6], heights: vec![50.0], ..Box::default() }.model();
    let barrier = |characteristic: f64| Barrier {
        cell_a: 3,
        cell_b: 2,
        hydraulic_characteristic: characteristic,
        origin: Origin::NONE,
    };
    // Two barriers on one face are in series too.
    model.barriers = vec![barrier(3e-3), barrier(6e-3)];
    let problem = problem(model);
    let mut simulation = simulation(&problem, vec![constant_heads(&[(0, 20.0), (5, 10.0)])]);
    let step = simulation.steady().unwrap();
    let (area, conductivity) = (50.0 * 10.0, 5.0);
    let resistance = 500.0 / (conductivity * area) + 1.0 / (2e-3 * area);
    assert!((step.flows[0][0] - 10.0 / resistance).abs() < 1e-9 * step.flows[0][0]);
    assert!((step.flows[0][0] + step.flows[0][1]).abs() < 1e-8 * step.flows[0][0]);
}

/// Three layers of which the middle one pinches out, against the same rock in a grid that never had it.
#[test]
fn a_pass_through_cell_lets_its_neighbours_touch() {
    let side = 8;
    let plan = |surfaces: Vec<f64>| Box {
        widths: vec![100.0; side],
        heights: vec![100.0; side],
        surfaces,
        vertical_conductivity: 0.01,
        ..Box::default()
    };
    let mut with = plan(vec![50.0, 30.0, 30.0, 30.0, 0.0]).model();
    let mut without = plan(vec![50.0, 30.0, 0.0]).model();
    let per_layer = side * side;
    with.grid.kind[per_layer..3 * per_layer].fill(CellKind::PassThrough);
    for (cell, conductivity) in without.properties.vertical_conductivity.iter_mut().enumerate() {
        *conductivity *= 1.0 + (cell % 7) as f64;
        let same = if cell < per_layer { cell } else { cell + 2 * per_layer };
        with.properties.vertical_conductivity[same] = *conductivity;
    }
    let deep = 2 * per_layer;
    let solve = |model: Model, offset: usize| {
        let problem = problem(model);
        let packages = vec![
            constant_heads(&[(0, 60.0)]),
            wells(&[(per_layer + 30 + offset, -40.0)]),
            recharge(1..per_layer, 1e-4),
        ];
        let mut simulation = simulation(&problem, packages);
        let head = simulation.advance(100.0).unwrap().head.to_vec();
        let steady = simulation.steady().unwrap();
        (head, steady.head.to_vec())
    };
    let (early, late) = solve(with, deep);
    let (exact_early, exact_late) = solve(without, 0);
    for (found, exact) in [(early, exact_early), (late, exact_late)] {
        assert!(found[per_layer..3 * per_layer].iter().all(|head| *head == NO_HEAD));
        for (cell, exact) in exact.iter().enumerate() {
            let same = if cell < per_layer { cell } else { cell + deep };
            assert!((found[same] - exact).abs() < 1e-6, "{} against {exact}", found[same]);
        }
    }
}

#[test]
fn recharge_falls_through_absent_and_inactive_cells() {
    let mut model = Box {
        widths: vec![10.0; 3],
        heights: vec![10.0],
        surfaces: vec![30.0, 20.0, 10.0, 0.0],
        ..Box::default()
    }
    .model();
    model.grid.kind[0] = CellKind::Inactive;
    model.grid.kind[1] = CellKind::PassThrough;
    let problem = problem(model);
    let mut simulation = simulation(&problem, vec![recharge(0..3, 0.01), drains(&[(3, 5.0, 10.0)])]);
    let step = simulation.steady().unwrap();
    assert_eq!(step.flows[0], [1.0, 1.0, 1.0]);
    assert!((step.flows[1][0] + 3.0).abs() < 1e-7);
    assert_eq!(step.head[0], NO_HEAD);
}

#[test]
fn parts_without_source_sink_or_storage_keep_their_heads() {
    let mut model = Box { widths: vec![100.0; 7], ..Box::default() }.model();
    model.grid.kind[3] = CellKind::Inactive;
    model.initial_head[5] = 7.5;
    let problem = problem(model);
    let mut simulation = simulation(&problem, vec![constant_heads(&[(0, 20.0), (2, 10.0)])]);
    let step = simulation.steady().unwrap();
    assert!((step.head[1] - 15.0).abs() < 1e-8);
    assert_eq!(step.head[4..], [10.0, 7.5, 10.0]);
    assert_eq!(step.report.held_cells, 3);
    assert!(step.report.notes[0].contains("cut off"), "{:?}", step.report.notes);
    // The same part with a source but no outlet has no steady state; in time it fills.
    simulation.stresses_mut().packages.push(wells(&[(4, 1.0)]));
    let failure = simulation.steady().unwrap_err();
    assert_eq!(failure.cause, FailureCause::NoOutlet(3));
    assert_eq!(failure.worst.unwrap().cell, 4);
    assert!(simulation.advance(1.0).is_ok());
}

/// A column of thin layers that drains to below its lowest layer and fills again: no cell may oscillate or blow up, and no
/// water may be lost.
#[test]
fn a_column_dries_and_fills_again_without_losing_water() {
    for formulation in [Formulation::Central, Formulation::Upstream] {
        let column = Box {
            widths: vec![100.0; 3],
            heights: vec![100.0],
            surfaces: vec![50.0, 40.0, 30.0, 20.0, 10.0, 0.0],
            vertical_conductivity: 0.5,
            convertible: true,
            head: 48.0,
            formulation,
            ..Box::default()
        };
        let problem = column.problem();
        let volume = |head: &[f64]| {
            let thick = |cell: usize| {
                let bottom = problem.grid().bottom[cell];
                (head[cell] - bottom).clamp(0.0, 10.0)
            };
            (0..15).map(|cell| 0.1 * 1e4 * thick(cell)).sum::<f64>()
        };
        let mut simulation = simulation(&problem, vec![wells(&[(13, -400.0)]), recharge(0..3, 0.0)]);
        let mut before = volume(&simulation.state().head);
        let mut driest = f64::INFINITY;
        for step in 0..80 {
            let drying = step < 40;
            if let Package::Wells(wells) = &mut simulation.stresses_mut().packages[0].package {
                wells.rows[0].rate = if drying { -400.0 } else { 0.0 };
            }
            if let Package::Recharge(rows) = &mut simulation.stresses_mut().packages[1].package {
                rows.iter_mut().for_each(|row| row.rate = if drying { 0.0 } else { 0.01 });
            }
            let step = simulation.advance(10.0).unwrap();
            let after = volume(step.head);
            let exchanged: f64 = step.flows.iter().flatten().sum::<f64>() * 10.0;
            assert!((after - before - exchanged).abs() < 30.0, "{after} − {before} against {exchanged}");
            assert!(step.budget.closure.abs() < 1e-8);
            assert!(step.head.iter().all(|head| (-20.0..120.0).contains(head)), "{:?}", step.head);
            assert!(step.flows[0][0] >= -400.0 && step.flows[0][0] <= 0.0);
            before = after;
            driest = driest.min(step.head[12]);
        }
        assert!(driest < 10.0, "the column never dried: {driest}");
        assert!(before > 1.2e4, "the column never filled again: {before}");
    }
}

#[test]
fn mining_changes_the_rock_from_a_day_on() {
    let basin = Box { widths: vec![100.0; 3], ..Box::default() };
    let problem = basin.problem();
    let mut simulation = simulation(&problem, vec![constant_heads(&[(0, 20.0), (2, 10.0)])]);
    let before = simulation.steady().unwrap().flows[0][0];
    let change = |cell: usize| PropertyChange { cell, conductivity: Some(10.0), ..PropertyChange::default() };
    simulation.change_properties(&[change(0), change(1), change(2)]).unwrap();
    let after = simulation.steady().unwrap().flows[0][0];
    assert!((after / before - 2.0).abs() < 1e-9);
    // New storage holds the water of the old: changing it releases nothing.
    let store = PropertyChange { cell: 1, specific_storage: Some(1e-2), ..PropertyChange::default() };
    simulation.change_properties(&[store]).unwrap();
    let step = simulation.advance(1.0).unwrap();
    assert!(step.storage.abs() < 1e-6 * after);
    let faults = simulation
        .change_properties(&[PropertyChange {
            cell: 9,
            conductivity: Some(-1.0),
            ..PropertyChange::default()
        }])
        .unwrap_err();
    assert_eq!(faults.len(), 1);
    let bad = PropertyChange {
        cell: 1,
        conductivity: Some(-1.0),
        specific_yield: Some(1.5),
        ..PropertyChange::default()
    };
    assert_eq!(simulation.change_properties(&[bad]).unwrap_err().len(), 2);
}
