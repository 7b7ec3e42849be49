//! Ways to a solution where the plain way does not lead there: each to the answer that the laws have.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic and print")]

mod support;
use quanyu_flow::*;
use support::rough::rough;
use support::*;

/// A well that nothing reduces, in an aquifer whose neighbour gives 1 m²/d per metre of fall: the head ends where that gives the
/// rate, far below the bottom.
#[test]
fn a_well_that_is_not_reduced_draws_a_head_below_the_bottom() {
    let basin = Box {
        widths: vec![100.0; 2],
        conductivity: 1.0,
        convertible: true,
        head: 1.0,
        formulation: Formulation::Upstream,
        ..Box::default()
    };
    let problem = basin.problem();
    let settings = Settings { max_smoothings: 6, ..Settings::default() };
    let mut simulation = Simulation::new(&problem, settings, State::start(&problem)).unwrap();
    let well = Well { cell: 1, rate: -20.0, origin: Origin::NONE };
    let wells = Package::Wells(Wells { rows: vec![well], ..Wells::default() });
    simulation.stresses_mut().packages = vec![constant_heads(&[(0, 1.0)]), named("wells", wells)];
    let step = simulation.steady().unwrap();
    assert!((step.head[1] + 19.0).abs() < 1e-4, "{}", step.head[1]);
    let step = simulation.advance_once(10.0).unwrap();
    assert!((step.head[1] + 19.0).abs() < 1e-4, "{}", step.head[1]);
}

/// Rain on cells whose heads begin far below their bottoms, down a slope: nothing acts on such a cell until its head is lifted.
#[test]
fn rain_fills_cells_that_begin_below_their_bottoms() {
    let columns = 12;
    let basin = Box {
        widths: vec![100.0; columns],
        convertible: true,
        head: 0.5,
        formulation: Formulation::Upstream,
        ..Box::default()
    };
    let mut model = basin.model();
    for column in 0..columns {
        model.grid.bottom[column] = 3.0 * column as f64;
        model.grid.top[column] = 3.0 * column as f64 + 10.0;
    }
    let problem = problem(model);
    for smoothings in [0, 6] {
        let settings = Settings { max_smoothings: smoothings, ..Settings::default() };
        let mut simulation = Simulation::new(&problem, settings, State::start(&problem)).unwrap();
        simulation.stresses_mut().packages =
            vec![general_heads(&[(0, 1.0, 100.0)]), recharge(0..columns, 0.001)];
        let step = simulation.advance_once(10.0).unwrap();
        assert!(step.budget.closure.abs() < 1e-6, "{:e}", step.budget.closure);
        for column in 1..columns {
            let bottom = 3.0 * column as f64;
            assert!(step.head[column] > bottom && step.head[column] < bottom + 5.0, "{:?}", step.head);
        }
    }
}

/// With few iterations allowed, rough models are brought to their solutions by shorter steps.
#[test]
fn shorter_steps_lead_where_a_step_is_not_solved_from_its_own_beginning() {
    let mut led = 0;
    for seed in 0..24 {
        let (model, packages) = rough(seed, Formulation::Upstream, Drying::Stay);
        let problem = problem(model);
        let settings = Settings { max_smoothings: 1, max_outer: 8, ..Settings::default() };
        let mut simulation = Simulation::new(&problem, settings, State::start(&problem)).unwrap();
        simulation.stresses_mut().packages = packages;
        let Ok(step) = simulation.advance_once(100.0) else { continue };
        assert!(step.budget.closure.abs() < 1e-6 && step.days == 100.0, "{:e}", step.budget.closure);
        led += usize::from(step.report.notes.iter().any(|note| note.contains("shorter steps led")));
    }
    assert!(led > 2, "{led}");
}

/// Rewetting in every iteration cycles in many rough models; tried only when heads have settled, it mostly ends.
#[test]
fn patience_ends_cycles_of_drying_and_rewetting() {
    let (mut failed, mut solved) = (0, 0);
    for seed in 0..24 {
        let (mut model, packages) = rough(seed, Formulation::Central, Drying::Stay);
        let even = |surface: &mut f64| *surface = 20.0 * (*surface / 20.0).floor() + 0.2 * (*surface % 20.0);
        model.grid.bottom.iter_mut().chain(&mut model.grid.top).for_each(even);
        model.laws.drying = Drying::Leave(Some(Rewetting {
            threshold: vec![0.1; model.grid.cells()],
            factor: 1.0,
            interval: 1,
            start: WettingHead::Neighbour,
        }));
        let problem = problem(model);
        let picard = PicardSettings { outer_maximum: 100, ..PicardSettings::default() };
        let settings = Settings { method: Method::Picard(picard), max_cuts: 0, ..Settings::default() };
        let mut simulation = Simulation::new(&problem, settings, State::start(&problem)).unwrap();
        simulation.stresses_mut().packages = packages;
        if simulation.steady().is_ok() {
            continue;
        }
        failed += 1;
        let before = simulation.state().clone();
        match simulation.persist(None) {
            Ok(step) => {
                solved += 1;
                assert!(step.budget.closure.abs() < 1e-3, "{:e}", step.budget.closure);
                assert!(
                    step.report.notes.iter().any(|note| note.contains("damped")),
                    "{:?}",
                    step.report.notes
                );
                let sound = |(cell, head): (usize, &f64)| {
                    *head == DRY_HEAD || *head > problem.grid().bottom[cell] && *head < 1e3
                };
                assert!(step.head.iter().enumerate().all(sound));
            }
            Err(_) => assert_eq!(*simulation.state(), before),
        }
    }
    println!("{failed} of 24 cycle, {solved} of them are solved with patience");
    assert!(failed > 4 && 2 * solved > failed, "{failed} {solved}");
}

/// Cells in a row whose middle one is dry: rain on the far side of it has no way out.
#[test]
fn a_failure_names_the_part_that_dry_cells_cut_off() {
    let basin = Box { widths: vec![100.0; 3], convertible: true, head: 9.0, ..Box::default() };
    let mut model = basin.model();
    model.grid.bottom[1] = 8.0;
    model.laws.drying = Drying::Leave(None);
    let problem = problem(model);
    let picard = PicardSettings { outer_maximum: 50, ..PicardSettings::default() };
    let settings = Settings { method: Method::Picard(picard), ..Settings::default() };
    let mut simulation = Simulation::new(&problem, settings, State::start(&problem)).unwrap();
    simulation.stresses_mut().packages = vec![constant_heads(&[(0, 1.0)]), recharge(2..3, 1e-5)];
    assert!(simulation.steady().is_err());
    let signs = simulation.signs(true);
    let [Sign::CutOff { cell: 2, cells: 1, source }] = signs[..] else { panic!("{signs:?}") };
    assert!((source - 0.1).abs() < 1e-12, "{source}");
}

/// A well that nothing reduces, where no neighbour can feed it.
#[test]
fn a_failure_names_the_well_that_takes_too_much() {
    let basin = Box {
        widths: vec![100.0; 3],
        convertible: true,
        head: 1.0,
        formulation: Formulation::Upstream,
        ..Box::default()
    };
    let mut model = basin.model();
    model.grid.bottom[1] = 5.0;
    model.grid.top[1] = 15.0;
    let problem = problem(model);
    let settings = Settings { max_smoothings: 6, ..Settings::default() };
    let mut simulation = Simulation::new(&problem, settings, State::start(&problem)).unwrap();
    let well = Well { cell: 2, rate: -20.0, origin: Origin::NONE };
    let wells = Package::Wells(Wells { rows: vec![well], ..Wells::default() });
    simulation.stresses_mut().packages = vec![constant_heads(&[(0, 1.0)]), named("take", wells)];
    assert!(simulation.advance_once(1e4).is_err());
    let overdrawn = Sign::Overdrawn { cell: 2, package: "take".into(), rate: -20.0 };
    let signs = simulation.signs(false);
    assert!(signs.contains(&overdrawn), "{signs:?}");
    // Told to go on, it says what is left open.
    let step = simulation.carry_on(Some(1e4)).unwrap();
    assert!(step.report.notes.iter().any(|note| note.contains("not converged")), "{:?}", step.report.notes);
    assert!(step.budget.closure.abs() > 1e-3 && step.time == 1e4, "{:e}", step.budget.closure);
}

/// The same row of cells from west to east and from north to south: the same heads in as many iterations.
#[test]
fn a_column_of_cells_is_solved_as_a_row_is() {
    let lengths = vec![100.0; 9];
    let play = |widths: Vec<f64>, heights: Vec<f64>| {
        let formulation = Formulation::Upstream;
        let basin = Box { widths, heights, convertible: true, head: 4.0, formulation, ..Box::default() };
        let problem = basin.problem();
        let mut simulation = simulation(
            &problem,
            vec![general_heads(&[(0, 2.0, 50.0)]), recharge(0..9, 1e-3), wells(&[(6, -40.0)])],
        );
        let step = simulation.steady().unwrap();
        (step.head.to_vec(), step.report.outer_iterations, step.report.notes.clone())
    };
    let row = play(lengths.clone(), vec![100.0]);
    let column = play(vec![100.0], lengths);
    assert_eq!(row.2, Vec::<String>::new());
    assert_eq!((row.1, &row.2), (column.1, &column.2));
    let worst = row.0.iter().zip(&column.0).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(worst < 1e-9, "{worst:e}");
}
