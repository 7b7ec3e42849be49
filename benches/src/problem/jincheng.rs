//! The Jincheng basin's own matrix: a steady state linearised at the heads it starts from.

use std::path::Path;

use quanyu_basin::{GridSpec, Mining, NaturalStresses, Parameters, discretise};
use quanyu_files::{Sources, Style, read_basin, render};
use quanyu_flow::{Settings, Simulation, State};
use quanyu_solve::{LayeredOperator, SolveError};

use super::Problem;

/// The basin of this project.
const SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../seeds/jincheng");

/// The basin with cells of this many metres.
pub(super) fn generate(name: String, cell: f64) -> Result<Problem, String> {
    let mut sources = Sources::new();
    let folder = read_basin(Path::new(SEEDS), &mut sources)
        .map_err(|faults| render(&sources, &faults, Style::Plain))?;
    let basin = &folder.basin;
    let gridded = discretise(basin, &Parameters::of(basin), &GridSpec { cell })
        .map_err(|faults| format!("{name}: {faults:?}"))?;
    let natural = NaturalStresses::new(basin, &gridded, Mining::Off);
    let mut simulation =
        Simulation::new(&gridded.problem, Settings::default(), State::start(&gridded.problem))
            .map_err(|faults| format!("{name}: {faults:?}"))?;
    *simulation.stresses_mut() = natural.empty();
    natural.write_mean(simulation.stresses_mut());
    let (mut operator, mut rhs) = simulation.linearised().map_err(|failure| format!("{name}: {failure}"))?;
    // Cells that nothing ties to a level keep theirs in the flow model, and are no unknowns.
    while let Err(SolveError::Singular { cell, .. }) = operator.check() {
        take_out(&mut operator, &mut rhs, cell.index);
    }
    Problem::with_mean_level(name, 0, operator, rhs)
}

/// Makes the connected group of a cell inactive.
fn take_out(operator: &mut LayeredOperator, rhs: &mut [f64], first: usize) {
    let shape = operator.shape;
    operator.active_mut()[first] = false;
    let mut front = vec![first];
    while let Some(n) = front.pop() {
        rhs[n] = 0.0;
        for (face, step) in [1, shape.columns, shape.layer_cells()].into_iter().enumerate() {
            let faces = match face {
                0 => &mut operator.east,
                1 => &mut operator.south,
                _ => &mut operator.down,
            };
            let ahead = (std::mem::take(&mut faces[n]) > 0.0).then_some(n + step);
            let behind = n.checked_sub(step).filter(|m| std::mem::take(&mut faces[*m]) > 0.0);
            for m in [ahead, behind].into_iter().flatten() {
                if std::mem::replace(&mut operator.active_mut()[m], false) {
                    front.push(m);
                }
            }
        }
    }
}
