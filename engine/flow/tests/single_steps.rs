//! Steps of a length that the caller chooses, what flows through faces, and looking on.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;
use quanyu_flow::*;
use std::sync::{Arc, Mutex};
use support::*;

fn strip() -> Box {
    Box {
        widths: vec![100.0; 6],
        heights: vec![50.0; 3],
        surfaces: vec![20.0, 10.0, 0.0],
        convertible: true,
        head: 15.0,
        formulation: Formulation::Upstream,
        ..Box::default()
    }
}

#[test]
fn face_flows_storage_and_sources_balance_in_every_cell() {
    let mut model = strip().model();
    // A pass-through cell: the flow across it is held with the cell above.
    model.grid.layers = 3;
    model.grid.bottom = [vec![10.0; 18], vec![10.0; 18], vec![0.0; 18]].concat();
    model.grid.kind =
        [vec![CellKind::Active; 18], vec![CellKind::PassThrough; 18], vec![CellKind::Active; 18]].concat();
    let double = |values: &Vec<f64>| [values.clone(), values[..18].to_vec()].concat();
    let rock = &mut model.properties;
    rock.conductivity = double(&rock.conductivity);
    rock.vertical_conductivity = double(&rock.vertical_conductivity);
    rock.specific_storage = double(&rock.specific_storage);
    rock.specific_yield = double(&rock.specific_yield);
    rock.convertible = vec![true; 54];
    model.initial_head = vec![15.0; 54];
    let problem = problem(model);
    let packages = vec![wells(&[(40, -120.0)]), recharge(0..18, 0.002), constant_heads(&[(0, 14.0)])];
    let mut simulation = simulation(&problem, packages);
    let step = simulation.advance_once(3.0).unwrap();
    let mut faces = FaceFlows::default();
    step.write_face_flows(&mut faces);
    let mut net = vec![0.0; 54];
    for (cell, net) in net.iter_mut().enumerate() {
        *net += step.storage_by_cell[cell];
        let split = step.storage_split(cell);
        assert!((split[0] + split[1] - step.storage_by_cell[cell]).abs() < 1e-12);
    }
    for (flows, distance) in [(&faces.east, 1), (&faces.south, 6), (&faces.down, 36)] {
        for (cell, flow) in flows.iter().enumerate().filter(|(_, flow)| **flow != 0.0) {
            net[cell] -= flow;
            net[cell + distance] += flow;
        }
    }
    net[40] += step.flows[0][0];
    for (cell, flow) in step.flows[1].iter().enumerate() {
        net[cell] += flow;
    }
    // What the cell of given head gives its neighbours leaves it through its faces.
    net[0] += step.flows[2][0];
    let scale = step.budget.inflow;
    assert!(net.iter().all(|net| net.abs() < 1e-7 * scale), "{net:?}");
    assert!(faces.down[5] != 0.0 && faces.down[23] == 0.0);
}

#[test]
fn one_step_is_one_step_or_a_failure_that_changes_nothing() {
    let problem = strip().problem();
    let settings = Settings { max_outer: 1, ..Settings::default() };
    let mut simulation = Simulation::new(&problem, settings, State::start(&problem)).unwrap();
    simulation.stresses_mut().packages = vec![wells(&[(20, -300.0)]), drains(&[(0, 4.0, 200.0)])];
    let before = simulation.state().clone();
    assert_eq!(simulation.advance_once(60.0).unwrap_err().cause, FailureCause::NotConverged);
    assert_eq!(*simulation.state(), before);
    assert!(matches!(simulation.advance_once(0.0).unwrap_err().cause, FailureCause::Argument(_)));
    let mut simulation = Simulation::new(&problem, Settings::default(), before).unwrap();
    let step = simulation.advance_once(60.0).unwrap();
    assert_eq!((step.report.substeps, step.report.last_substep, step.time), (1, 60.0, 60.0));
}

#[test]
fn whoever_looks_on_sees_every_outer_iteration() {
    let problem = strip().problem();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let mut simulation = simulation(&problem, vec![wells(&[(20, -300.0)]), drains(&[(0, 4.0, 200.0)])]);
    simulation.watch(move |iteration| sink.lock().unwrap().push(iteration));
    let taken = simulation.advance_once(60.0).unwrap().report.outer_iterations;
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), taken);
    assert_eq!(seen.iter().map(|round| round.iteration).collect::<Vec<_>>(), (1..=taken).collect::<Vec<_>>());
    let last = seen.last().unwrap();
    assert!(last.relative_residual <= 1e-8 && last.change.abs() < seen[0].change.abs());
    assert_eq!((last.time, last.days), (0.0, 60.0));
}

#[test]
fn a_change_that_is_too_large_asks_for_another_iteration() {
    let problem = strip().problem();
    let iterations = |largest_change: f64| {
        let settings = Settings { tolerance: 1e-2, largest_change, ..Settings::default() };
        let mut simulation = Simulation::new(&problem, settings, State::start(&problem)).unwrap();
        simulation.stresses_mut().packages = vec![wells(&[(20, -300.0)]), drains(&[(0, 4.0, 200.0)])];
        simulation.advance_once(60.0).unwrap().report.outer_iterations
    };
    assert!(iterations(1e-9) > iterations(f64::INFINITY));
}

#[test]
fn every_zone_closes_and_all_zones_make_the_whole() {
    let problem = strip().problem();
    let packages = vec![
        wells(&[(20, -120.0), (4, 30.0)]),
        recharge(0..18, 0.002),
        constant_heads(&[(0, 14.0), (1, 13.0), (6, 14.5)]),
        drains(&[(35, 4.0, 20.0)]),
    ];
    let mut simulation = simulation(&problem, packages);
    let step = simulation.advance_once(3.0).unwrap();
    // Three zones that touch, one of them in both layers.
    let zones: Vec<u32> = (0..36)
        .map(|cell| {
            if cell % 6 < 3 {
                7
            } else if cell < 18 {
                1
            } else {
                30
            }
        })
        .collect();
    let budgets = step.zone_budgets(&zones).unwrap();
    assert_eq!(budgets.iter().map(|budget| budget.zone).collect::<Vec<_>>(), [1, 7, 30]);
    let mut crossing = 0.0;
    for budget in &budgets {
        assert!(budget.closure.abs() < 1e-6 && budget.inflow > 1.0, "{budget:#?}");
        for (other, term) in &budget.exchange {
            let back = budgets.iter().find(|budget| budget.zone == *other).unwrap();
            let back = &back.exchange.iter().find(|(zone, _)| *zone == budget.zone).unwrap().1;
            assert!((term.inflow - back.outflow).abs() < 1e-12 && (term.outflow - back.inflow).abs() < 1e-12);
            crossing += term.inflow;
        }
    }
    assert!(crossing > 1.0);
    for (at, term) in step.budget.terms.iter().enumerate() {
        let whole: f64 = budgets.iter().map(|budget| budget.terms[at].inflow).sum();
        assert!((whole - term.inflow).abs() < 1e-9, "{}", term.name);
        assert_eq!(budgets[0].terms[at].name, term.name);
    }
    let stored: f64 = budgets.iter().map(|b| b.drainable_storage.inflow + b.elastic_storage.inflow).sum();
    let whole = step.budget.drainable_storage.inflow + step.budget.elastic_storage.inflow;
    assert!((stored - whole).abs() < 1e-9);
    assert!(step.zone_budgets(&zones[1..]).is_err());
}
