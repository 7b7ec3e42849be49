//! Cells that run dry and come back, as MODFLOW's standard formulation has it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;
use quanyu_flow::*;
use support::*;

/// Two layers over three columns; the lower one feeds or drains the upper.
fn basin(drying: Drying) -> Model {
    let basin = Box {
        widths: vec![100.0; 3],
        surfaces: vec![20.0, 10.0, 0.0],
        vertical_conductivity: 0.5,
        convertible: true,
        head: 15.0,
        ..Box::default()
    };
    let mut model = basin.model();
    model.laws.drying = drying;
    model
}

fn rewetting(threshold: f64) -> Rewetting {
    Rewetting { threshold: vec![threshold; 6], factor: 0.5, interval: 1, start: WettingHead::Neighbour }
}

fn settings(outer_maximum: usize) -> Settings {
    let picard = PicardSettings {
        outer_maximum,
        outer_change: 1e-9,
        inner_change: 1e-12,
        ..PicardSettings::default()
    };
    Settings { method: Method::Picard(picard), max_cuts: 0, ..Settings::default() }
}

fn run<'p>(problem: &'p Problem, packages: Vec<NamedPackage>, settings: Settings) -> Simulation<'p> {
    let mut simulation = Simulation::new(problem, settings, State::start(problem)).unwrap();
    simulation.stresses_mut().packages = packages;
    simulation
}

#[test]
fn a_dry_cell_has_no_head_no_storage_and_no_boundary_flow() {
    let problem = problem(basin(Drying::Leave(None)));
    // The lower layer is held at 4 m: the upper one drains away.
    let low: Vec<_> = (3..6).map(|cell| (cell, 4.0)).collect();
    let fixed = Recharge { cell: 1, rate: 0.001, fixed_cell: true, origin: Origin::NONE };
    let evapotranspiration = Evapotranspiration {
        cell: 0,
        surface: 20.0,
        rate: 0.001,
        depth: 30.0,
        ..Evapotranspiration::default()
    };
    let packages = vec![
        constant_heads(&low[..2]),
        wells(&[(0, -10.0), (2, 5.0)]),
        recharge(2..3, 0.001),
        named("fixed", Package::Recharge(vec![fixed])),
        named("evapotranspiration", Package::Evapotranspiration(vec![evapotranspiration])),
        general_heads(&[(1, 30.0, 1.0), (5, 4.0, 100.0)]),
    ];
    let mut simulation = run(&problem, packages.clone(), settings(100));
    let step = simulation.advance_once(10.0).unwrap();
    assert_eq!(step.head[..3], [DRY_HEAD; 3]);
    assert!(step.head[3..].iter().all(|head| *head > 0.0));
    assert_eq!(step.storage_by_cell[..3], [0.0; 3]);
    assert_eq!(step.flows[1], [0.0, 0.0]);
    assert_eq!(step.flows[3], [0.0]);
    assert_eq!(step.flows[5][0], 0.0);
    // Rain goes on to the cell below, and evapotranspiration to one of given head, where it takes nothing.
    assert!((step.flows[2][0] - 10.0).abs() < 1e-12);
    assert_eq!(step.acting_cell(&packages[2].package, 0), 5);
    assert_eq!(step.acting_cell(&packages[3].package, 0), 1);
    assert_eq!(step.flows[4], [0.0]);
    assert!(step.budget.closure.abs() < 1e-9);
    let mut faces = FaceFlows::default();
    step.write_face_flows(&mut faces);
    assert!(faces.down[..3].iter().chain(&faces.east[..3]).all(|flow| *flow == 0.0));
    // It stays so in the next step, and a copy of the state goes on the same way.
    let state = simulation.state().clone();
    let next = simulation.advance_once(10.0).unwrap().head.to_vec();
    assert_eq!(next[..3], [DRY_HEAD; 3]);
    let mut copy = Simulation::new(&problem, settings(100), state).unwrap();
    copy.stresses_mut().packages = packages;
    assert_eq!(copy.advance_once(10.0).unwrap().head, next);
}

#[test]
fn a_cell_of_given_head_that_dries_stops_the_run() {
    let problem = problem(basin(Drying::Leave(None)));
    let mut simulation = run(&problem, vec![constant_heads(&[(1, 9.0)])], settings(100));
    let failure = simulation.steady().unwrap_err();
    assert_eq!(failure.cause, FailureCause::DryConstantHead);
    assert_eq!(failure.worst.unwrap().cell, 1);
}

#[test]
fn cells_begin_dry_where_the_initial_head_is_below_them() {
    let mut model = basin(Drying::Leave(None));
    model.initial_head = vec![9.0; 6];
    let problem = problem(model);
    assert_eq!(State::start(&problem).head[..3], [DRY_HEAD; 3]);
}

/// The lower layer rises to a level that wets the upper one, or does not.
fn risen(rewetting: Rewetting, level: f64) -> Vec<f64> {
    let mut model = basin(Drying::Leave(Some(rewetting)));
    model.initial_head = vec![9.0; 6];
    let problem = problem(model);
    let low: Vec<_> = (3..6).map(|cell| (cell, level, 1e4)).collect();
    let mut simulation = run(&problem, vec![general_heads(&low)], settings(200));
    simulation.steady().unwrap().head.to_vec()
}

#[test]
fn dry_cells_come_back_when_the_water_below_has_risen_far_enough() {
    for threshold in [0.5, -0.5] {
        let wet = risen(rewetting(threshold), 10.6);
        assert!(wet.iter().all(|head| (head - 10.6).abs() < 1e-6), "{wet:?}");
        assert_eq!(risen(rewetting(threshold), 10.4)[..3], [DRY_HEAD; 3]);
    }
    assert_eq!(risen(rewetting(0.0), 12.0)[..3], [DRY_HEAD; 3]);
    // Tried in every third iteration only: a solution that ends before leaves the cells dry, as in MODFLOW.
    assert_eq!(risen(Rewetting { interval: 3, ..rewetting(0.5) }, 10.6)[..3], [DRY_HEAD; 3]);
}

/// One layer with its water table at the western side.
fn beside(threshold: f64) -> Vec<f64> {
    let mut model = basin(Drying::Leave(Some(Rewetting { threshold: vec![threshold; 6], ..rewetting(0.5) })));
    model.initial_head = vec![12.0, 9.0, 9.0, 9.0, 9.0, 9.0];
    model.properties.vertical_conductivity = vec![0.0; 6];
    let problem = problem(model);
    let mut simulation = run(&problem, vec![general_heads(&[(0, 12.0, 1e4)])], settings(200));
    simulation.steady().unwrap().head.to_vec()
}

#[test]
fn neighbours_beside_wet_a_cell_only_where_the_threshold_is_positive() {
    assert!(beside(0.5)[..3].iter().all(|head| (head - 12.0).abs() < 1e-6), "{:?}", beside(0.5));
    assert_eq!(beside(-0.5)[1..3], [DRY_HEAD; 2]);
}

#[test]
fn cells_come_back_one_after_the_other_from_west_to_east() {
    let mut model = basin(Drying::Leave(Some(Rewetting { factor: 1.0, ..rewetting(0.5) })));
    model.initial_head = vec![12.0, 9.0, 9.0, 9.0, 9.0, 9.0];
    model.properties.vertical_conductivity = vec![0.0; 6];
    let problem = problem(model);
    let dry = std::sync::Mutex::new(Vec::new());
    let mut simulation = run(&problem, vec![general_heads(&[(0, 12.0, 1e4)])], settings(200));
    simulation.watch(|iteration| dry.lock().unwrap().push(iteration.dry_cells));
    simulation.steady().unwrap();
    drop(simulation);
    // Both eastern cells in the first iteration: the second wets the third. The lower layer, cut off, stays as it is.
    assert_eq!(dry.into_inner().unwrap()[0], 0);
}

#[test]
fn what_a_cell_begins_with_follows_the_rule() {
    let first = |start: WettingHead| {
        let mut model = basin(Drying::Leave(Some(Rewetting { start, ..rewetting(0.5) })));
        model.initial_head = vec![9.0; 6];
        let problem = problem(model);
        let low: Vec<_> = (3..6).map(|cell| (cell, 12.0)).collect();
        let change = std::sync::Mutex::new(0.0);
        let mut simulation =
            run(&problem, vec![constant_heads(&low[..2]), general_heads(&[(5, 12.0, 1e6)])], settings(200));
        simulation.watch(|iteration| {
            if iteration.iteration == 2 {
                *change.lock().unwrap() = iteration.change;
            }
        });
        simulation.steady().unwrap();
        drop(simulation);
        change.into_inner().unwrap()
    };
    // The cell above the general head comes back at 11 m, or at 10.25 m; all then rise to 12 m. Cells of given head wet none.
    assert!((first(WettingHead::Neighbour) - 1.0).abs() < 1e-3, "{}", first(WettingHead::Neighbour));
    assert!((first(WettingHead::Threshold) - 1.75).abs() < 1e-3, "{}", first(WettingHead::Threshold));
}

#[test]
fn picard_and_the_residual_agree_where_nothing_dries() {
    let packages = || vec![wells(&[(4, -60.0)]), recharge(0..3, 0.002), general_heads(&[(3, 14.0, 50.0)])];
    let solve = |drying: Drying, settings: Settings| {
        let problem = problem(basin(drying));
        let mut simulation = run(&problem, packages(), settings);
        simulation.advance_once(20.0).unwrap();
        simulation.advance_once(20.0).unwrap().head.to_vec()
    };
    let plain = solve(Drying::Stay, Settings { tolerance: 1e-11, ..Settings::default() });
    for under_relaxation in [
        UnderRelaxation::None,
        UnderRelaxation::Simple { gamma: 0.7 },
        UnderRelaxation::Cooley { gamma: 0.1 },
        UnderRelaxation::DeltaBarDelta { theta: 0.8, kappa: 0.01, gamma: 0.1, momentum: 0.01 },
    ] {
        for acceleration in [Acceleration::ConjugateGradient, Acceleration::Bicgstab] {
            let Method::Picard(picard) = settings(500).method else { panic!() };
            let backtracking = Some(Backtracking { maximum: 5, tolerance: 1.1, reduction: 0.3, limit: 1e-6 });
            let picard =
                PicardSettings { under_relaxation, acceleration, backtracking, relaxation: 0.5, ..picard };
            let way = Settings { method: Method::Picard(picard), ..settings(500) };
            let heads = solve(Drying::Leave(None), way);
            for (a, b) in heads.iter().zip(&plain) {
                assert!((a - b).abs() < 1e-6, "{under_relaxation:?} {acceleration:?}: {heads:?} {plain:?}");
            }
        }
    }
}

#[test]
fn modflows_newton_ends_where_the_residual_leads() {
    let basin = Box {
        widths: vec![100.0; 30],
        convertible: true,
        head: 9.0,
        formulation: Formulation::Upstream,
        ..Box::default()
    };
    let problem = basin.problem();
    let heads = |settings: Settings| {
        let packages = vec![wells(&[(12, -90.0)]), drains(&[(0, 4.0, 200.0)])];
        let mut simulation = run(&problem, packages, settings);
        simulation.advance_once(20.0).unwrap().head.to_vec()
    };
    let plain = heads(Settings::default());
    for (a, b) in heads(settings(100)).iter().zip(&plain) {
        assert!((a - b).abs() < 1e-5, "{a} {b}");
    }
}

#[test]
fn wide_tolerances_still_close_the_budget_also_where_cells_come_back() {
    let picard = PicardSettings {
        outer_change: 0.5,
        inner_change: 0.5,
        inner_residual: 10.0,
        ..PicardSettings::default()
    };
    let settings = Settings { method: Method::Picard(picard), ..Settings::default() };
    for drying in [Drying::Leave(None), Drying::Leave(Some(rewetting(0.5)))] {
        let problem = problem(basin(drying));
        let packages = vec![wells(&[(4, -60.0)]), general_heads(&[(3, 14.0, 50.0)])];
        let mut simulation = run(&problem, packages, settings);
        let step = simulation.advance_once(20.0).unwrap();
        assert!(step.budget.closure.abs() <= 1e-6, "{:e}", step.budget.closure);
        assert!(step.report.relative_residual <= 1e-6, "{:e}", step.report.relative_residual);
    }
}
