//! The same bits on any number of threads, and from a checkpoint.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;
use quanyu_flow::*;
use support::*;

/// A sloping, heterogeneous, convertible basin with springs, a river and seasonal wells; large enough for several threads.
fn basin(formulation: Formulation) -> Problem {
    let side = 70;
    let mut model = Box {
        widths: vec![200.0; side],
        heights: vec![200.0; side],
        surfaces: vec![100.0, 60.0, 0.0],
        conductivity: 2.0,
        vertical_conductivity: 0.02,
        convertible: true,
        formulation,
        ..Box::default()
    }
    .model();
    let per_layer = side * side;
    for cell in 0..model.grid.cells() {
        let (layer, row, column) = model.grid.layer_row_column(cell);
        let wave = (0.21 * row as f64).sin() + (0.17 * column as f64).cos();
        let lift = 0.5 * row as f64 + 5.0 * wave;
        model.grid.bottom[cell] += lift;
        if layer == 0 {
            model.grid.top[cell] += lift;
        }
        model.properties.conductivity[cell] *= (1.5 * wave).exp();
        model.initial_head[cell] = 80.0 + lift;
        if (row as f64 - 35.0).hypot(column as f64 - 35.0) > 34.0 {
            model.grid.kind[cell] = CellKind::Inactive;
        } else if layer == 0 && (row * column) % 13 == 5 {
            model.grid.kind[cell] = CellKind::PassThrough;
        }
    }
    assert_eq!(model.grid.cells(), 2 * per_layer);
    problem(model)
}

fn packages(problem: &Problem) -> Vec<NamedPackage> {
    let grid = problem.grid();
    let active = || (0..grid.cells()).filter(|cell| grid.is_active(*cell));
    let rivers = active().filter(|cell| cell % 53 == 0).map(|cell| River {
        cell,
        stage: grid.cell_top(cell) - 15.0,
        conductance: 30.0,
        bottom: grid.cell_top(cell) - 18.0,
        limit: f64::INFINITY,
        origin: Origin::NONE,
    });
    let springs =
        active().filter(|cell| cell % 101 == 7).map(|cell| (cell, grid.cell_top(cell) - 8.0, 200.0));
    let pumped = active().filter(|cell| cell % 67 == 3).map(|cell| (cell, -150.0));
    vec![
        recharge((0..grid.cells_per_layer()).filter(|cell| grid.uppermost_active(*cell).is_some()), 4e-4),
        named("rivers", Package::Rivers(rivers.collect())),
        drains(&springs.collect::<Vec<_>>()),
        wells(&pumped.collect::<Vec<_>>()),
    ]
}

fn season(simulation: &mut Simulation<'_>, step: usize) {
    if let Package::Recharge(rows) = &mut simulation.stresses_mut().packages[0].package {
        rows.iter_mut().for_each(|row| row.rate = 4e-4 * (1.0 + (step as f64).sin()));
    }
}

/// All bits that a step reports.
fn bits(step: &Step<'_>) -> Vec<u64> {
    let flows = step.flows.iter().flatten();
    let values = step.head.iter().chain(flows).chain(step.storage_by_cell).chain([&step.storage]);
    values.map(|value| value.to_bits()).collect()
}

fn run(
    problem: &Problem,
    mut simulation: Simulation<'_>,
    steps: std::ops::Range<usize>,
) -> (Vec<u64>, State) {
    simulation.stresses_mut().packages = packages(problem);
    let mut all = Vec::new();
    for at in steps {
        season(&mut simulation, at);
        let step = simulation.advance(30.0).unwrap();
        assert!(step.budget.closure.abs() < 1e-7, "{:e}", step.budget.closure);
        all.extend(bits(&step));
    }
    let state = simulation.state().clone();
    (all, state)
}

fn start(problem: &Problem) -> Simulation<'_> {
    Simulation::new(problem, Settings::default(), State::start(problem)).unwrap()
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    for formulation in [Formulation::Central, Formulation::Upstream] {
        let problem = basin(formulation);
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let mut first = start(&problem);
                first.stresses_mut().packages = packages(&problem);
                let steady = bits(&first.steady().unwrap());
                (steady, run(&problem, first, 0..4).0)
            })
        };
        let one = on(1);
        for threads in [2, 3] {
            assert!(on(threads) == one, "{threads} threads differ from one, {formulation:?}");
        }
    }
}

#[test]
fn a_run_from_a_checkpoint_repeats_the_uninterrupted_one() {
    let problem = basin(Formulation::Upstream);
    let (whole, end) = run(&problem, start(&problem), 0..6);
    let (first, middle) = run(&problem, start(&problem), 0..3);
    let again = Simulation::new(&problem, Settings::default(), middle.clone()).unwrap();
    let (second, end_again) = run(&problem, again, 3..6);
    assert!(whole == [first, second].concat());
    assert_eq!(end, end_again);
    assert_eq!(end.time, 180.0);
}

#[test]
fn a_checkpoint_carries_changes_of_the_rock_and_cut_steps() {
    let problem = basin(Formulation::Central);
    // So few rounds that steps must be cut.
    let settings = Settings { max_outer: 3, ..Settings::default() };
    let change = |cell: usize, conductivity: f64| PropertyChange {
        cell,
        conductivity: Some(conductivity),
        ..PropertyChange::default()
    };
    let cell = problem.grid().index(1, 30, 30);
    let begin = |simulation: &mut Simulation<'_>| {
        simulation.stresses_mut().packages = packages(&problem);
    };
    let mut whole = Simulation::new(&problem, settings, State::start(&problem)).unwrap();
    begin(&mut whole);
    whole.change_properties(&[change(cell + 3, 9.0), change(cell, 50.0)]).unwrap();
    whole.change_properties(&[change(cell, 60.0)]).unwrap();
    assert!(whole.advance(30.0).unwrap().report.substeps > 1);
    let checkpoint = whole.state().clone();
    assert!(checkpoint.substep.is_some());
    assert_eq!(checkpoint.changes.len(), 2);
    let mut again = Simulation::new(&problem, settings, checkpoint).unwrap();
    begin(&mut again);
    assert!(bits(&whole.advance(30.0).unwrap()) == bits(&again.advance(30.0).unwrap()));
}

#[test]
fn a_first_guess_saves_rounds_and_leaves_the_answer() {
    let problem = basin(Formulation::Upstream);
    let mut plain = start(&problem);
    plain.stresses_mut().packages = packages(&problem);
    let found = plain.advance(30.0).unwrap();
    let (heads, rounds) = (found.head.to_vec(), found.report.outer_iterations);
    let good: Vec<f64> = heads.iter().map(|head| head + 1e-4).collect();
    let nonsense: Vec<f64> = heads.iter().map(|head| -head).collect();
    for (guess, helps) in [(good, true), (nonsense, false), (vec![f64::NAN; 3], false)] {
        let mut guessed = start(&problem);
        guessed.stresses_mut().packages = packages(&problem);
        guessed.set_guess(guess);
        let step = guessed.advance(30.0).unwrap();
        assert!(step.budget.closure.abs() < 1e-7);
        let worst = (0..heads.len()).max_by(|a, b| {
            let apart = |cell: usize| (step.head[cell] - heads[cell]).abs();
            apart(*a).total_cmp(&apart(*b))
        });
        let cell = worst.unwrap();
        let (found, plain, bottom) = (step.head[cell], heads[cell], problem.grid().bottom[cell]);
        assert!(
            (found - plain).abs() < 1e-4,
            "cell {cell} with its bottom at {bottom} m: {found} m, not {plain} m"
        );
        assert!(!helps || step.report.outer_iterations < rounds, "{rounds} rounds either way");
    }
}
