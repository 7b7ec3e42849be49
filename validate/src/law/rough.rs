//! A rough aquifer: two layers over an uneven base, rock that varies by orders of magnitude, all from a formula of the place.

use quanyu_flow::{Drain, Formulation, Model, NamedPackage, Package};

use crate::models::{Block, general_heads, recharge, wells};

/// A number between 0 and 1 that depends on the place only, and looks drawn.
pub(super) fn draw(place: usize, of: usize) -> f64 {
    let mixed = ((place * 7919 + of * 104_729) as f64 * 12.9898).sin() * 43_758.547;
    mixed - mixed.floor()
}

/// The aquifer, `side` cells square in plan.
pub(super) fn aquifer(side: usize, convertible: bool, formulation: Formulation) -> Model {
    let mut model = Block {
        widths: vec![100.0; side],
        heights: vec![100.0; side],
        surfaces: vec![40.0, 20.0, 0.0],
        specific_storage: 1e-5,
        specific_yield: 0.1,
        convertible,
        head: 30.0,
        formulation,
        ..Block::default()
    }
    .model();
    let per_layer = side * side;
    for cell in 0..model.grid.cells() {
        let (layer, plan) = (cell / per_layer, cell % per_layer);
        model.grid.bottom[cell] += 8.0 * draw(plan, 1 + layer);
        model.properties.conductivity[cell] = 10f64.powf(1.5 - 2.0 * draw(cell, 3));
        model.properties.vertical_conductivity[cell] = 10f64.powf(-1.0 - 2.0 * draw(cell, 4));
    }
    model
}

/// Rain on all of it, a river on its western edge, drains across the middle and three wells.
pub(super) fn stresses(side: usize) -> Vec<NamedPackage> {
    let per_layer = side * side;
    let drain = |column: usize| Drain {
        cell: (side / 2) * side + column,
        elevation: 29.0,
        conductance: 40.0,
        ..Drain::default()
    };
    let deep = |plan: usize, rate: f64| (per_layer + plan, rate);
    vec![
        recharge((0..per_layer).map(|cell| (cell, 5e-4))),
        general_heads((0..side).map(|row| (row * side, 24.0, 60.0))),
        NamedPackage { name: "drains".into(), package: Package::Drains((2..side).map(drain).collect()) },
        wells([deep(side + side / 2, -600.0), deep(3 * side - 2, -400.0), deep(per_layer - 3, -500.0)]),
    ]
}
