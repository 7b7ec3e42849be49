//! Flow in time against exact solutions.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;
use support::*;

#[test]
fn the_well_function_has_its_published_values() {
    for (u, w) in [(0.01, 4.037_929_6), (0.1, 1.822_924), (1.0, 0.219_383_93), (5.0, 0.001_148_295_6)] {
        assert!((exponential_integral(u) / w - 1.0).abs() < 1e-7, "W({u}) = {}", exponential_integral(u));
    }
}

/// Theis (1935): s = Q/(4πT) W(r²S/(4Tt)). The grid is one quarter of a plane with the well in its corner cell; its closed
/// edges are the mirrors of three more wells, so the exact drawdown is the sum of four.
#[test]
fn theis_drawdown_around_a_well() {
    let (transmissivity, storage, rate) = (500.0, 1e-4, -250.0);
    let mut widths: Vec<f64> = vec![2.0];
    while widths.iter().sum::<f64>() < 20_000.0 {
        widths.push((widths[widths.len() - 1] * 1.08).min(800.0));
    }
    let basin = Box {
        widths: widths.clone(),
        heights: widths,
        conductivity: transmissivity / 10.0,
        specific_storage: storage / 10.0,
        head: 0.0,
        ..Box::default()
    };
    let problem = basin.problem();
    let [x0, y0] = problem.grid().centre(0);
    let exact = |[x, y]: [f64; 2], time: f64| {
        let image = |[x0, y0]: [f64; 2]| {
            let u = ((x - x0).powi(2) + (y - y0).powi(2)) * storage / (4.0 * transmissivity * time);
            exponential_integral(u)
        };
        let images = [[x0, y0], [-x0, y0], [x0, -y0], [-x0, -y0]];
        rate / (4.0 * std::f64::consts::PI * transmissivity) * images.map(image).iter().sum::<f64>()
    };
    let mut simulation = simulation(&problem, vec![wells(&[(0, rate)])]);
    let (mut time, mut days, mut worst) = (0.0, 1e-5, 0.0_f64);
    while time < 0.5 {
        let step = simulation.advance(days).unwrap();
        time = step.time;
        assert!(step.budget.closure.abs() < 1e-8, "{:?}", step.budget);
        if time > 0.05 {
            for column in 8..50 {
                let centre = problem.grid().centre(column);
                let u =
                    (centre[0] * centre[0] + centre[1] * centre[1]) * storage / (4.0 * transmissivity * time);
                if u < 0.5 {
                    worst = worst.max((step.head[column] / exact(centre, time) - 1.0).abs());
                }
            }
        }
        days *= 1.05;
    }
    println!("theis: relative error {worst:e}");
    assert!(worst < 0.01, "{worst}");
}

/// One cell that empties through a general head by backward Euler: hₙ = h₀ / (1 + C Δt / S)ⁿ, and with the water table
/// in it the same with the specific yield.
#[test]
fn storage_recedes_as_backward_euler_says() {
    for convertible in [false, true] {
        let basin = Box {
            widths: vec![100.0],
            specific_storage: if convertible { 0.0 } else { 1e-5 },
            convertible,
            head: 8.0,
            ..Box::default()
        };
        let problem = basin.problem();
        let capacity = if convertible { 0.1 * 1e4 } else { 1e-5 * 10.0 * 1e4 };
        let conductance = 0.3 * capacity;
        let mut simulation = simulation(&problem, vec![general_heads(&[(0, 2.0, conductance)])]);
        let mut excess = 6.0;
        for _ in 0..20 {
            let step = simulation.advance(1.5).unwrap();
            let next = excess / (1.0 + 0.3 * 1.5);
            assert!((step.head[0] - 2.0 - next).abs() < 1e-9, "{} against {}", step.head[0], 2.0 + next);
            assert!((step.storage - capacity * (excess - next) / 1.5).abs() < 1e-9 * capacity);
            assert!((step.flows[0][0] + step.storage).abs() < 1e-8 * step.storage);
            excess = next;
        }
    }
}
