//! Rough models that dry and wet: each is solved, or fails with a reason and a place; none panics.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic and print")]

mod support;
use quanyu_flow::*;
use support::rough::rough;
use support::*;

/// A steady state and steps after it with the pumps stopped; whether all was solved, and if not, why.
fn play(model: Model, packages: Vec<NamedPackage>, settings: Settings, closure: f64) -> Result<(), String> {
    let problem = problem(model);
    let mut simulation = Simulation::new(&problem, settings, State::start(&problem)).unwrap();
    simulation.stresses_mut().packages = packages;
    let judge = |step: Step<'_>| {
        let sound = |head: &f64| head.is_finite() && (head.abs() < 1e6 || *head == DRY_HEAD);
        assert!(step.head.iter().all(sound), "heads are not heads");
        assert!(step.budget.closure.abs() <= closure, "budget closes to {:e}", step.budget.closure);
    };
    let told = |failure: StepFailure| {
        assert!(failure.worst.is_some() && failure.to_string().len() > 40, "{failure}");
        Err(failure.to_string())
    };
    match simulation.steady() {
        Ok(step) => judge(step),
        Err(failure) => return told(failure),
    }
    for day in 0..6 {
        if day == 2 {
            simulation.stresses_mut().packages.remove(2);
        }
        match simulation.advance(f64::powi(3.0, day)) {
            Ok(step) => judge(step),
            Err(failure) => return told(failure),
        }
    }
    Ok(())
}

#[test]
fn rough_models_that_dry_are_solved_by_newton() {
    let settings = Settings { max_smoothings: 6, ..Settings::default() };
    let mut failures = Vec::new();
    for seed in 0..40 {
        let (model, packages) = rough(seed, Formulation::Upstream, Drying::Stay);
        if let Err(failure) = play(model, packages, settings, 1e-6) {
            failures.push((seed, failure));
        }
    }
    println!("Newton: {} of 40 solved", 40 - failures.len());
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn rough_models_that_lose_cells_are_solved_or_say_why_not() {
    let mut failures = Vec::new();
    for seed in 0..40 {
        let (model, packages) = rough(seed, Formulation::Central, Drying::Leave(None));
        let settings = Settings { method: Method::Picard(PicardSettings::default()), ..Settings::default() };
        if let Err(failure) = play(model, packages, settings, 1e-6) {
            failures.push((seed, failure));
        }
    }
    println!("Picard: {} of 40 solved", 40 - failures.len());
    assert!(failures.len() < 12, "{failures:#?}");
}

#[test]
fn rough_models_whose_cells_come_back_are_solved_or_say_why_not() {
    let way = UnderRelaxation::DeltaBarDelta { theta: 0.7, kappa: 0.1, gamma: 0.1, momentum: 0.0 };
    let mut failures = 0;
    for seed in 0..40 {
        let (mut model, packages) = rough(seed, Formulation::Central, Drying::Stay);
        let cells = model.grid.cells();
        let sign = if seed % 2 == 0 { 1.0 } else { -1.0 };
        model.laws.drying = Drying::Leave(Some(Rewetting {
            threshold: vec![0.5 * sign; cells],
            factor: 0.5,
            interval: 1 + (seed % 4) as usize,
            start: if seed % 5 == 0 { WettingHead::Threshold } else { WettingHead::Neighbour },
        }));
        let picard =
            PicardSettings { under_relaxation: way, outer_maximum: 300, ..PicardSettings::default() };
        let settings = Settings { method: Method::Picard(picard), max_cuts: 3, ..Settings::default() };
        failures += usize::from(play(model, packages, settings, 1e-3).is_err());
    }
    println!("Picard with rewetting: {} of 40 solved", 40 - failures);
}

/// With few iterations allowed many steps are not reached plainly; through smoother saturations most of them are.
#[test]
fn smoother_saturations_lead_where_plain_iteration_does_not() {
    let failed = |max_smoothings: usize| {
        let mut failed = 0;
        for seed in 0..24 {
            let (model, packages) = rough(seed, Formulation::Upstream, Drying::Stay);
            let problem = problem(model);
            let settings = Settings { max_smoothings, max_outer: 8, ..Settings::default() };
            let mut simulation = Simulation::new(&problem, settings, State::start(&problem)).unwrap();
            simulation.stresses_mut().packages = packages;
            for _ in 0..3 {
                match simulation.advance_once(100.0) {
                    Ok(step) => assert!(step.budget.closure.abs() < 1e-6, "{:e}", step.budget.closure),
                    Err(_) => failed += 1,
                }
            }
        }
        failed
    };
    let (plain, smoothed) = (failed(0), failed(6));
    println!("of 72 steps {plain} fail plainly, {smoothed} through smoother saturations");
    assert!(smoothed + 10 < plain, "{plain} {smoothed}");
}

/// MODFLOW's own Newton fails on many of the rough models; a step that it fails is rescued, and a steady state by itself.
#[test]
fn what_modflows_iterations_do_not_reach_is_rescued() {
    let picard = PicardSettings { outer_maximum: 4, ..PicardSettings::default() };
    let settings = Settings { method: Method::Picard(picard), ..Settings::default() };
    let mut rescued = [0, 0];
    for seed in 0..24 {
        let (model, packages) = rough(seed, Formulation::Upstream, Drying::Stay);
        let problem = problem(model);
        let mut simulation = Simulation::new(&problem, settings, State::start(&problem)).unwrap();
        simulation.stresses_mut().packages = packages;
        let step = simulation.steady().unwrap();
        rescued[0] += usize::from(step.report.notes.iter().any(|note| note.contains("MODFLOW's iterations")));
        simulation.stresses_mut().packages.remove(2);
        let before = simulation.state().clone();
        if simulation.advance_once(1000.0).is_err() {
            assert_eq!(*simulation.state(), before);
            let step = simulation.rescue(1000.0).unwrap();
            assert!(step.budget.closure.abs() < 1e-6 && step.time == 1000.0);
            rescued[1] += 1;
        }
    }
    println!("rescued: {} steady states and {} steps of 24", rescued[0], rescued[1]);
    assert!(rescued[0] > 0 && rescued[1] > 0);
}
