//! Steady flow against exact solutions.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;
use quanyu_flow::*;
use support::*;

/// The budget must close far below what a reader would notice.
fn closes(budget: &Budget) {
    assert!(budget.closure.abs() < 1e-8, "closure {:e}", budget.closure);
    assert!(budget.inflow > 0.0);
}

/// Dupuit with recharge between two given heads: h² = h₁² − (h₁² − h₂²) x/L + (w/K) x (L − x).
fn dupuit(columns: usize, formulation: Formulation) -> f64 {
    let (length, k, w, h1, h2) = (1000.0, 10.0, 0.002, 20.0, 16.0);
    let width = length / (columns - 1) as f64;
    // The outer cells' middles lie at the two ends.
    let basin = Box {
        widths: vec![width; columns],
        heights: vec![10.0],
        surfaces: vec![40.0, 0.0],
        conductivity: k,
        convertible: true,
        head: 20.0,
        formulation,
        ..Box::default()
    };
    let problem = basin.problem();
    let packages = vec![constant_heads(&[(0, h1), (columns - 1, h2)]), recharge(1..columns - 1, w)];
    let mut simulation = simulation(&problem, packages);
    let step = simulation.steady().unwrap();
    closes(step.budget);
    let exact = |x: f64| (h1 * h1 - (h1 * h1 - h2 * h2) * x / length + w / k * x * (length - x)).sqrt();
    step.head.iter().enumerate().map(|(at, head)| (head - exact(at as f64 * width)).abs()).fold(0.0, f64::max)
}

#[test]
fn dupuit_parabola_with_recharge_converges_at_second_order() {
    let errors: Vec<f64> =
        [21, 41, 81].iter().map(|columns| dupuit(*columns, Formulation::Central)).collect();
    println!("dupuit, central: {errors:?}");
    assert!(errors[2] < 1e-3, "{errors:?}");
    for pair in errors.windows(2) {
        assert!((pair[0] / pair[1]).log2() > 1.8, "{errors:?}");
    }
}

#[test]
fn dupuit_parabola_upstream_converges_at_first_order() {
    let errors: Vec<f64> =
        [21, 41, 81].iter().map(|columns| dupuit(*columns, Formulation::Upstream)).collect();
    println!("dupuit, upstream: {errors:?}");
    assert!(errors[2] < 0.05, "{errors:?}");
    for pair in errors.windows(2) {
        assert!((pair[0] / pair[1]).log2() > 0.8, "{errors:?}");
    }
}

#[test]
fn a_drain_and_a_well_stand_on_the_exact_line() {
    let basin = Box { widths: vec![10.0; 5], heights: vec![4.0], ..Box::default() };
    let problem = basin.problem();
    let conductance = 5.0 * 10.0 * 4.0 / 10.0;
    let mut simulation = simulation(&problem, vec![drains(&[(0, 1.0, 4.0)]), wells(&[(4, 0.5)])]);
    let step = simulation.steady().unwrap();
    closes(step.budget);
    for (at, head) in step.head.iter().enumerate() {
        let exact = 1.0 + 0.5 / 4.0 + at as f64 * 0.5 / conductance;
        assert!((head - exact).abs() < 1e-8, "cell {at}: {head} against {exact}");
    }
    assert!((step.flows[0][0] + 0.5).abs() < 1e-8);
    assert_eq!(step.flows[1], [0.5]);
}

/// Leaky strip: h'' = (h − h₀)/λ², h(0) given, so h − h₀ = s e^(−x/λ) far from the other end.
#[test]
fn leakage_fades_exponentially_from_a_river() {
    let error = |columns: usize| {
        let (length, transmissivity, resistance, s) = (20_000.0, 50.0, 2000.0, 10.0);
        let lambda = f64::sqrt(transmissivity * resistance);
        let width = length / columns as f64;
        let basin = Box { widths: vec![width; columns], heights: vec![1.0], ..Box::default() };
        let problem = basin.problem();
        let leaky: Vec<_> = (1..columns).map(|cell| (cell, 0.0, width / resistance)).collect();
        let mut simulation = simulation(&problem, vec![constant_heads(&[(0, s)]), general_heads(&leaky)]);
        let step = simulation.steady().unwrap();
        closes(step.budget);
        let exact = |at: usize| s * (-(at as f64) * width / lambda).exp();
        step.head.iter().enumerate().map(|(at, head)| (head - exact(at)).abs()).fold(0.0, f64::max)
    };
    let errors = [error(500), error(1000), error(2000)];
    println!("leaky strip: {errors:?}");
    assert!(errors[2] < 1e-3, "{errors:?}");
    assert!((errors[1] / errors[2]).log2() > 1.9, "{errors:?}");
}

/// A well in a leaky aquifer (Jacob, 1946): s = Q/(2πT) K₀(r/λ).
#[test]
fn a_well_in_a_leaky_aquifer_draws_down_by_a_bessel_function() {
    assert!((2.0 * bessel_k0(0.5) - 1.848_84).abs() < 1e-5);
    assert!((2.0 * bessel_k0(0.01) - 9.442_49).abs() < 1e-5);
    let (transmissivity, resistance, rate) = (50.0, 2000.0, -1000.0);
    let lambda = f64::sqrt(transmissivity * resistance);
    let side = 201;
    let width = 20.0;
    let basin = Box { widths: vec![width; side], heights: vec![width; side], head: 0.0, ..Box::default() };
    let problem = basin.problem();
    let well = problem.grid().index(0, side / 2, side / 2);
    let leaky: Vec<_> = (0..side * side).map(|cell| (cell, 0.0, width * width / resistance)).collect();
    let mut simulation = simulation(&problem, vec![wells(&[(well, rate)]), general_heads(&leaky)]);
    let step = simulation.steady().unwrap();
    closes(step.budget);
    let mut worst: f64 = 0.0;
    for away in 5..60 {
        let r = away as f64 * width;
        let exact = rate / (2.0 * std::f64::consts::PI * transmissivity) * bessel_k0(r / lambda);
        worst = worst.max((step.head[well + away] / exact - 1.0).abs());
    }
    println!("leaky well: relative error {worst:e}");
    assert!(worst < 0.01, "{worst}");
}
