//! The gridded basin under the flow engine.

use quanyu_flow::{Settings, Simulation, State};

use crate::synthetic::{at, basin, group};
use crate::{
    Basin, GridSpec, Gridded, MINE_DRAINAGE, Mining, NaturalStresses, Parameters, Placement, RECHARGE,
    SPRINGS, TimeFrame, WELLS, discretise,
};

fn on_grid(basin: &Basin, cell: f64) -> Gridded {
    discretise(basin, &Parameters::default(), &GridSpec { cell }).unwrap()
}

/// Heads and flows of the steady state under the mean climate, with a take of the first group \[m³/d\].
fn steady(basin: &Basin, gridded: &Gridded, take: f64) -> (Vec<f64>, Vec<Vec<f64>>) {
    let natural = NaturalStresses::new(basin, gridded, Mining::On);
    let start = State::start(&gridded.problem);
    let mut simulation = Simulation::new(&gridded.problem, Settings::default(), start).unwrap();
    *simulation.stresses_mut() = natural.empty();
    natural.write_mean(simulation.stresses_mut());
    natural.set_abstraction(simulation.stresses_mut(), 0, take);
    let step = simulation.steady().unwrap();
    assert!(step.budget.closure.abs() < 1e-6, "closure {:e}", step.budget.closure);
    (step.head.to_vec(), step.flows.to_vec())
}

#[test]
fn the_steady_basin_gives_back_what_it_takes_in() {
    let basin = basin();
    let spring_flows = [500.0, 1000.0, 2000.0].map(|cell| {
        let gridded = on_grid(&basin, cell);
        let (_, flows) = steady(&basin, &gridded, 0.0);
        let recharge: f64 = flows[RECHARGE].iter().sum();
        let coefficient: f64 = gridded.recharge.iter().map(|row| row.coefficient).sum();
        let expected = coefficient * gridded.footprint.column_area() * 0.6 / 365.2425;
        assert!((recharge / expected - 1.0).abs() < 1e-9);
        let net: f64 = flows.iter().flatten().sum();
        assert!(net.abs() < 1e-6 * recharge, "{net} of {recharge}");
        assert!(flows[SPRINGS].iter().all(|flow| *flow < 0.0));
        assert!(flows[WELLS].iter().chain(&flows[MINE_DRAINAGE]).all(|flow| *flow == 0.0));
        flows[SPRINGS].clone()
    });
    // The springs share the basin's water in much the same way on grids of 500 m to 2 km.
    let total = |flows: &[f64]| flows.iter().sum::<f64>();
    for flows in &spring_flows[1..] {
        assert!((total(flows) / total(&spring_flows[0]) - 1.0).abs() < 0.02, "{spring_flows:?}");
        for (coarse, fine) in flows.iter().zip(&spring_flows[0]) {
            assert!((coarse / fine - 1.0).abs() < 0.06, "{spring_flows:?}");
        }
    }
}

#[test]
fn a_tight_fault_through_the_basin_keeps_its_sides_apart() {
    let drawdown = |characteristic: f64| {
        let mut basin = basin();
        basin.faults[0].characteristic.value = characteristic;
        basin.groups[0] =
            group("south", Some("ordovician"), Placement::Point { position: at(14.0, 5.0), radius: 1000.0 });
        let gridded = on_grid(&basin, 500.0);
        let (before, _) = steady(&basin, &gridded, 0.0);
        let (after, _) = steady(&basin, &gridded, 20_000.0);
        let level = |position, head: &[f64]| {
            gridded.karst_level(gridded.footprint.column_at(position).unwrap(), head)
        };
        let fall = |position| level(position, &before) - level(position, &after);
        (fall(at(14.0, 5.0)), fall(at(14.0, 11.0)))
    };
    let (south, north) = drawdown(0.0);
    assert!(south > 0.5, "{south}");
    assert!(north.abs() < 1e-4, "the fault leaks: {north}");
    let (south, north) = drawdown(1.0);
    assert!(south > 0.1 && north > 1e-2, "{south} {north}");
}

#[test]
fn a_run_through_mining_keeps_its_budget() {
    let mut basin = basin();
    basin.time = TimeFrame { history_from: 1978, monthly_from: 1984, to: 1984 };
    let gridded = on_grid(&basin, 1000.0);
    let natural = NaturalStresses::new(&basin, &gridded, Mining::On);
    let start = State::start(&gridded.problem);
    let mut simulation = Simulation::new(&gridded.problem, Settings::default(), start).unwrap();
    *simulation.stresses_mut() = natural.empty();
    natural.write_mean(simulation.stresses_mut());
    simulation.steady().unwrap();
    let mut drained = Vec::new();
    for period in basin.time.periods() {
        natural.write(simulation.stresses_mut(), period);
        simulation.change_properties(&natural.property_changes(period)).unwrap();
        let step = simulation.advance(period.days()).unwrap();
        assert!(step.budget.closure.abs() < 1e-6, "{period:?}: {:e}", step.budget.closure);
        drained.push(-step.flows[MINE_DRAINAGE].iter().sum::<f64>());
    }
    assert_eq!(drained.len(), 18);
    assert_eq!(drained[1], 0.0);
    assert!(drained[3] > drained[2] && drained[2] > 0.0, "{drained:?}");
}

#[test]
fn a_coarse_solution_is_a_better_first_guess_for_a_fine_grid() {
    let basin = basin();
    let (coarse, fine) = (on_grid(&basin, 1000.0), on_grid(&basin, 500.0));
    let (from, _) = steady(&basin, &coarse, 0.0);
    let (exact, _) = steady(&basin, &fine, 0.0);
    let guess = fine.heads_from(&coarse, &from);
    let miss = |heads: &[f64]| {
        let grid = fine.problem.grid();
        let active = (0..grid.cells()).filter(|cell| grid.is_active(*cell));
        active.map(|cell| (heads[cell] - exact[cell]).powi(2)).sum::<f64>().sqrt()
    };
    assert!(
        miss(&guess) < 0.2 * miss(fine.problem.initial_head()),
        "{} {}",
        miss(&guess),
        miss(fine.problem.initial_head())
    );
    assert_eq!(fine.heads_from(&fine, &exact).len(), exact.len());
}
