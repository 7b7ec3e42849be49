//! The MODFLOW 6 cases, run and compared with MODFLOW's own results.
//!
//! Heads within 1e-3 m or 1e-5 of their range, whichever is larger; every term of the budget of every step within 0.1 % or 1e-5
//! of the inflow: MODFLOW's own closure is of that size, and its table has four decimals.

use std::fs;

use quanyu_modflow::{Progress, run};

use crate::folder::{case, copy, heads, play, rates, replace};

fn agrees(name: &str) {
    let folder = copy(name);
    play(folder.path()).unwrap_or_else(|stopped| panic!("{name}: {stopped}"));
    if case(name).join("gwf.hds").exists() {
        agree_in_heads(name, folder.path());
    }
    let rows = fs::read_to_string(case(name).join("budget_rates.csv")).unwrap();
    let mut rows = rows.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let names = rows.next().unwrap();
    let ours = rates(&folder.path().join("gwf.lst"));
    let mut steps = 0;
    for (theirs, ours) in rows.zip(&ours) {
        let number = |name: &str| -> f64 {
            theirs[names.iter().position(|known| *known == name).unwrap()].parse().unwrap()
        };
        let inflow = number("TOTAL_IN");
        assert!(ours.len() >= 2);
        for (term, rate) in ours {
            let expected = number(term);
            let tolerance = (1e-3 * expected.abs()).max(1e-5 * inflow).max(6e-5);
            assert!((rate - expected).abs() <= tolerance, "{name}, step {steps}: {term} {rate} {expected}");
        }
        steps += 1;
    }
    assert_eq!(steps, ours.len(), "{name}");
    assert!(steps > 0, "{name}");
}

fn agree_in_heads(name: &str, folder: &std::path::Path) {
    let (ours, theirs) = (heads(folder, "gwf.hds"), heads(&case(name), "gwf.hds"));
    assert_eq!(ours.len(), theirs.len(), "{name}");
    let real = |head: &&f64| head.abs() < 1e29;
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!((ours.period, ours.step, ours.layer), (theirs.period, theirs.step, theirs.layer));
        let low = theirs.values.iter().filter(real).copied().fold(f64::INFINITY, f64::min);
        let high = theirs.values.iter().filter(real).copied().fold(f64::NEG_INFINITY, f64::max);
        let tolerance = (1e-5 * (high - low)).max(1e-3);
        for (at, (mine, expected)) in ours.values.iter().zip(&theirs.values).enumerate() {
            assert!(
                (mine - expected).abs() <= tolerance,
                "{name}, period {} step {} layer {} place {at}: {mine} {expected}",
                ours.period,
                ours.step,
                ours.layer
            );
        }
    }
}

#[test]
fn steady_confined_flow_with_a_barrier() {
    agrees("steady-confined-barrier");
}

#[test]
fn wells_that_follow_time_series() {
    agrees("transient-wells-timeseries");
}

#[test]
fn irregular_spacing_and_arrays() {
    agrees("irregular-spacing-arrays");
}

#[test]
fn newton_on_a_sloping_base() {
    agrees("newton-sloping-base");
}

#[test]
fn newton_with_perched_water_and_drains() {
    agrees("newton-perched-drains");
}

#[test]
fn a_water_table_that_dries_and_rewets_cells() {
    agrees("water-table-picard");
    agrees("rewetting-picard");
}

#[test]
fn layers_that_pinch_out() {
    agrees("pinch-out-pass-through");
}

#[test]
fn options_of_conductance_and_storage() {
    for name in ["cv-perched", "cv-variable", "cv-variable-dewatered", "storage-coefficient"] {
        agrees(name);
    }
    for name in ["averaging-amt-hmk", "averaging-amt-lmk", "averaging-logarithmic"] {
        agrees(name);
    }
}

#[test]
fn steps_that_adapt_by_the_number_of_iterations() {
    agrees("adaptive-steps");
}

#[test]
fn a_step_that_may_not_be_cut_is_solved_in_the_engine_s_own_way() {
    let folder = copy("adaptive-steps");
    // MODFLOW's iterations fail in the first step of the second period; nothing may be cut.
    replace(folder.path(), "gwf.ats", "       5.00000000\n", "       0.00000000\n");
    let mut remarks = Vec::new();
    let told = |progress: Progress<'_>| {
        if let Progress::Remark(text) = progress {
            remarks.push(text.to_owned());
        }
    };
    run(folder.path(), told).unwrap();
    assert!(remarks.iter().any(|text| text.contains("stress period 2, time step 1")), "{remarks:?}");
    let last = heads(folder.path(), "gwf.hds").pop().unwrap();
    assert_eq!((last.period, last.total_time), (3, 400.0));
}
