//! Vector kernels: right, and the same on any number of threads.

#![allow(clippy::unwrap_used)]

mod random_systems;

use quanyu_solve::vector;
use random_systems::Random;

fn values(length: usize, seed: u64) -> Vec<f64> {
    let mut random = Random(seed);
    (0..length).map(|_| random.normal() * (20.0 * random.uniform()).exp()).collect()
}

fn on_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

/// Lengths around the sizes of lanes, chunks and blocks of chunks.
const LENGTHS: [usize; 9] = [0, 1, 17, 4095, 4096, 4097, 65_536, 300_001, 1_100_003];

#[test]
fn sums_are_right_and_the_same_on_any_number_of_threads() {
    for length in LENGTHS {
        let (a, b) = (values(length, 1), values(length, 2));
        let expected: f64 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
        let size: f64 = a.iter().zip(&b).map(|(a, b)| (a * b).abs()).sum();
        let one = on_threads(1, || vector::dot(&a, &b));
        assert!((one - expected).abs() <= 1e-12 * size, "{length}: {one:e} {expected:e}");
        for threads in [2, 3, 5] {
            let many = on_threads(threads, || vector::dot(&a, &b));
            assert_eq!(one.to_bits(), many.to_bits(), "{length} on {threads} threads");
        }
        let largest = a.iter().fold(0.0_f64, |largest, a| largest.max(a.abs()));
        assert_eq!(on_threads(3, || vector::max_abs(&a)), largest);
        assert_eq!(vector::norm(&a), vector::dot(&a, &a).sqrt());
    }
}

#[test]
fn a_step_is_what_it_says() {
    for length in LENGTHS {
        let (p, q) = (values(length, 3), values(length, 4));
        let (x, r) = (values(length, 5), values(length, 6));
        let (mut stepped_x, mut stepped_r) = (x.clone(), r.clone());
        let squared = on_threads(2, || vector::step(0.3, &p, &q, &mut stepped_x, &mut stepped_r));
        for n in 0..length {
            assert_eq!(stepped_x[n], x[n] + 0.3 * p[n]);
            assert_eq!(stepped_r[n], r[n] - 0.3 * q[n]);
        }
        assert_eq!(squared, vector::dot(&stepped_r, &stepped_r));
    }
}

#[test]
fn updates_are_what_they_say() {
    for length in LENGTHS {
        let (a, b) = (values(length, 7), values(length, 8));
        let chosen: Vec<bool> = a.iter().map(|a| *a > 0.0).collect();
        let updated = |update: &(dyn Fn(&mut [f64]) + Sync)| {
            let mut y = b.clone();
            on_threads(2, || update(&mut y));
            y
        };
        let axpy = updated(&|y| vector::axpy(0.7, &a, y));
        let xpby = updated(&|y| vector::xpby(&a, 0.7, y));
        let difference = updated(&|y| vector::subtract_from(&a, y));
        let masked = updated(&|y| vector::subtract_where(&chosen, &a, y));
        for n in 0..length {
            assert_eq!(axpy[n], b[n] + 0.7 * a[n]);
            assert_eq!(xpby[n], a[n] + 0.7 * b[n]);
            assert_eq!(difference[n], a[n] - b[n]);
            assert_eq!(masked[n], if chosen[n] { a[n] - b[n] } else { 0.0 });
        }
    }
}

#[test]
fn the_first_fault_and_the_largest_are_found() {
    assert_eq!(vector::first_not_finite(&[1.0, f64::INFINITY, f64::NAN]), Some(1));
    assert_eq!(vector::first_not_finite(&[1.0, 2.0]), None);
    assert_eq!(vector::position_of_largest(&[1.0, -3.0, 3.0, 2.0]), 1);
    assert_eq!(vector::position_of_largest(&[]), 0);
}
