//! A model that is its own mirror image, east and west and about its diagonal, has heads that are too.

use quanyu_flow::Formulation;

use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::models::{Block, constant_heads, recharge, simulation, wells, worst};

const SIDE: usize = 21;

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "symmetry",
        checks: "a symmetric model has symmetric heads: water table, central and upstream",
        source: "mirror images",
        reason: "steps are solved to a residual of 1e-10 of the gross flow, which leaves heads some 1e-8 m apart",
        speed: Speed::Fast,
        known_miss: None,
        run: Box::new(run),
    }
}

fn run() -> Outcome {
    let at = |row: usize, column: usize| row * SIDE + column;
    let mut measures = Vec::new();
    for (what, formulation) in [("central", Formulation::Central), ("upstream", Formulation::Upstream)] {
        let block = Block {
            widths: vec![50.0; SIDE],
            heights: vec![50.0; SIDE],
            surfaces: vec![30.0, 15.0, 0.0],
            convertible: true,
            head: 20.0,
            formulation,
            ..Block::default()
        };
        let problem = block.problem()?;
        let middle = SIDE / 2;
        let end = SIDE - 1;
        let corners = [at(0, 0), at(0, end), at(end, 0), at(end, end)];
        let packages = vec![
            constant_heads(corners.map(|cell| (cell + SIDE * SIDE, 12.0))),
            recharge((0..SIDE * SIDE).map(|cell| (cell, 1e-3))),
            wells(
                [at(middle, middle), at(middle, 3), at(3, middle), at(middle, end - 3), at(end - 3, middle)]
                    .map(|cell| (cell + SIDE * SIDE, -120.0)),
            ),
        ];
        let mut simulation = simulation(&problem, packages)?;
        for days in [10.0, 40.0, 160.0] {
            simulation.advance(days).map_err(Stop::failed)?;
        }
        let head = &simulation.state().head;
        let errors = (0..2 * SIDE * SIDE).flat_map(|cell| {
            let (layer, row, column) = (cell / (SIDE * SIDE), cell / SIDE % SIDE, cell % SIDE);
            [at(row, end - column), at(end - row, column), at(column, row)]
                .map(|mirror| (head[cell] - head[layer * SIDE * SIDE + mirror]).abs())
        });
        measures.push(Measure::of(what, worst(errors), 1e-7, "m"));
    }
    Ok(measures)
}
