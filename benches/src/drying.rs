//! A rough water table that dries and wets, solved by Newton's method with the flow engine's default settings.

use std::sync::{Arc, Mutex};

use quanyu_flow::{
    CellKind, Drain, Formulation, GeneralHead, Grid, Laws, Model, ModelOrigins, NamedPackage, Origin,
    Package, Properties, Recharge, Settings, Simulation, State, Well, Wells, check,
};
use quanyu_solve::{JacobianSettings, JacobianSolver, LayeredJacobian, LayeredShape};

use crate::clock::{Moment, Seconds};
use crate::memory;
use crate::problem::random::{Random, normalise, smooth_field};

/// Side of a cell \[m\], thickness of each of three layers \[m\].
const SIDE: f64 = 200.0;
const THICKNESS: f64 = 20.0;
const LAYERS: usize = 3;
/// Fall of the base from west to east \[-\], and how far it rises and falls besides \[m\].
const SLOPE: f64 = 0.02;
const ROUGHNESS: f64 = 4.0;
/// Rain \[m/d\].
const RAIN: f64 = 3e-4;
/// Wells at the bottom, each of this rate \[m³/d\].
const WELLS: usize = 40;
const RATE: f64 = -800.0;

/// What a solution took.
pub(crate) struct Played {
    /// `steady`, or `30 days`.
    pub(crate) what: &'static str,
    pub(crate) seconds: Seconds,
    pub(crate) outer: usize,
    pub(crate) linear: usize,
    /// Most linear iterations of one outer iteration.
    pub(crate) most: usize,
    /// Sub-steps that failed, and sub-steps (or pseudo-time steps).
    pub(crate) failed: usize,
    pub(crate) substeps: usize,
    pub(crate) relative_residual: f64,
    pub(crate) closure: f64,
    /// Share of the cells whose head is below their bottom.
    pub(crate) dry: f64,
    pub(crate) bytes_per_active: f64,
    /// The same of the Jacobian, its multigrid and the vectors of BiCGSTAB alone.
    pub(crate) solver_bytes_per_active: f64,
    pub(crate) note: String,
}

/// Solves the steady state and a step of 30 days, each from the heads that the model starts from.
pub(crate) fn play(cells: usize, sigma: f64, seed: u64) -> Result<Vec<Played>, String> {
    let columns = (cells as f64 / LAYERS as f64).sqrt().round().max(12.0) as usize;
    let (model, packages) = generate(columns, sigma, seed);
    let problem = check(model).map_err(|faults| format!("{faults:?}"))?;
    let solver_bytes = solver_bytes(problem.grid())?;
    let mut all = Vec::new();
    for (what, days) in [("steady", None), ("30 days", Some(30.0))] {
        let mark = memory::mark();
        let mut simulation = Simulation::new(&problem, Settings::default(), State::start(&problem))
            .map_err(|faults| format!("{faults:?}"))?;
        simulation.stresses_mut().packages.clone_from(&packages);
        let most = Arc::new(Mutex::new(0));
        let seen = Arc::clone(&most);
        simulation.watch(move |iteration| {
            if let Ok(mut most) = seen.lock() {
                *most = iteration.inner.max(*most);
            }
        });
        let started = Moment::now();
        let step = match days {
            None => simulation.steady(),
            Some(days) => simulation.advance(days),
        }
        .map_err(|failure| format!("{what}: {failure}"))?;
        let seconds = started.elapsed();
        let grid = problem.grid();
        let dry = (0..grid.cells()).filter(|cell| step.head[*cell] < grid.bottom[*cell]).count();
        let report = step.report;
        let choice = report.linear_choice.newton.map_or("none".into(), |choice| choice.to_string());
        let most = most.lock().map_or(0, |most| *most);
        all.push(Played {
            what,
            seconds,
            outer: report.outer_iterations,
            linear: report.linear_iterations,
            most,
            failed: report.failed_substeps,
            substeps: report.substeps,
            relative_residual: report.relative_residual,
            closure: step.budget.closure,
            dry: dry as f64 / grid.cells() as f64,
            solver_bytes_per_active: solver_bytes,
            bytes_per_active: memory::peak_since(mark) as f64 / grid.active_cells() as f64,
            note: choice,
        });
    }
    Ok(all)
}

/// Most bytes an active cell that the linear algebra of Newton's method holds on a grid, from the empty Jacobian to the end of a solve. What it
/// holds does not depend on the coefficients, which are those of a fluent medium here.
fn solver_bytes(grid: &Grid) -> Result<f64, String> {
    let said = |error: quanyu_solve::SolveError| error.to_string();
    let shape = LayeredShape { layers: grid.layers, rows: grid.rows, columns: grid.columns };
    let active: Vec<bool> = (0..grid.cells()).map(|cell| grid.is_active(cell)).collect();
    let (b, mut x) = (vec![1.0; shape.cells()], vec![0.0; shape.cells()]);
    let mark = memory::mark();
    let mut jacobian = LayeredJacobian::new(shape, active).map_err(said)?;
    for cell in 0..shape.cells() {
        jacobian.extra[cell] = 1e-3;
        let faces = [&mut jacobian.east, &mut jacobian.south, &mut jacobian.down];
        for (face, faces) in faces.into_iter().enumerate() {
            if shape.neighbour(cell, face).is_some_and(|other| grid.is_active(other)) && grid.is_active(cell)
            {
                (faces.own[cell], faces.other[cell]) = (1.1, 1.0);
            }
        }
    }
    let mut solver = JacobianSolver::new(shape, JacobianSettings::default());
    solver.rebuild(&jacobian).map_err(said)?;
    solver.solve(&jacobian, &b, &mut x).map_err(said)?;
    Ok(memory::peak_since(mark) as f64 / grid.active_cells() as f64)
}

/// Layers over a rough, sloping base, rain, drains at the surface, wells at the bottom and an outlet in the east.
fn generate(columns: usize, sigma: f64, seed: u64) -> (Model, Vec<NamedPackage>) {
    let mut random = Random(seed ^ 0xd41e_0000);
    let plan = columns * columns;
    let n = columns as f64;
    let sum = |random: &mut Random, widths: &[(f64, f64)]| {
        let mut field = vec![0.0; plan];
        for &(width, weight) in widths {
            let part = smooth_field(random, columns, width);
            field.iter_mut().zip(part).for_each(|(field, part)| *field += weight * part);
        }
        field
    };
    let mut conductivity = Vec::with_capacity(LAYERS * plan);
    for _ in 0..LAYERS {
        let mut field = sum(&mut random, &[(n / 20.0, 1.0), (8.0, 1.0), (2.0, 1.0)]);
        normalise(&mut field);
        conductivity.extend(field.iter().map(|v| 5.0 * (sigma * v).exp()));
    }
    let relief = sum(&mut random, &[(n / 10.0, 1.0), (4.0, 1.0), (1.0, 0.5)]);
    let base: Vec<f64> = (0..plan)
        .map(|at| SLOPE * SIDE * (columns - 1 - at % columns) as f64 + ROUGHNESS * relief[at])
        .collect();
    let height = |layer: usize| (LAYERS - layer) as f64 * THICKNESS;
    let bottom: Vec<f64> =
        (0..LAYERS).flat_map(|layer| base.iter().map(move |base| base + height(layer + 1))).collect();
    let top: Vec<f64> = base.iter().map(|base| base + height(0)).collect();
    let cells = LAYERS * plan;
    let last = (LAYERS - 1) * plan;
    let grid = Grid {
        layers: LAYERS,
        rows: columns,
        columns,
        column_widths: vec![SIDE; columns],
        row_heights: vec![SIDE; columns],
        top: top.clone(),
        bottom: bottom.clone(),
        kind: vec![CellKind::Active; cells],
        corner: [0.0, 0.0],
    };
    let properties = Properties {
        vertical_conductivity: conductivity.iter().map(|k| 0.1 * k).collect(),
        conductivity,
        anisotropy: None,
        specific_storage: vec![1e-5; cells],
        specific_yield: vec![0.1; cells],
        convertible: vec![true; cells],
    };
    let model = Model {
        grid,
        properties,
        barriers: Vec::new(),
        initial_head: (0..cells).map(|cell| bottom[cell % plan] + 10.0).collect(),
        formulation: Formulation::Upstream,
        laws: Laws::default(),
        origins: ModelOrigins::default(),
    };
    let origin = Origin::NONE;
    let rain = (0..plan).map(|cell| Recharge { cell, rate: RAIN, fixed_cell: false, origin }).collect();
    let drains = (0..plan)
        .map(|cell| Drain { cell, elevation: top[cell], conductance: 1000.0, depth: 0.0, origin })
        .collect();
    let outlet = (0..columns).map(|row| last + row * columns + columns - 1);
    let outlet = outlet.map(|cell| GeneralHead { cell, head: bottom[cell] + 8.0, conductance: 1e4, origin });
    let rows = (0..WELLS)
        .map(|_| Well {
            cell: last + random.below(columns) * columns + random.below(columns),
            rate: RATE,
            origin,
        })
        .collect();
    let named = |name: &str, package| NamedPackage { name: name.into(), package };
    let packages = vec![
        named("rain", Package::Recharge(rain)),
        named("surface", Package::Drains(drains)),
        named("outlet", Package::GeneralHeads(outlet.collect())),
        named("wells", Package::Wells(Wells { rows, reduction: 0.1, fading: None })),
    ];
    (model, packages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_one_dries_and_is_solved() {
        let played = play(5_000, 2.0, 1).unwrap();
        assert_eq!(played.len(), 2);
        for step in &played {
            assert!(step.closure.abs() < 1e-6 && step.relative_residual <= 1e-8, "{}", step.what);
            assert!(step.dry > 0.005 && step.linear > 0 && step.most <= step.linear, "{}", step.dry);
        }
    }
}
