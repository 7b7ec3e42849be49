//! Rough models that dry and wet.

use super::*;

/// Numbers that look random and are the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.next()
    }
}

/// Layers over a rough base, rock that varies by a hundred, outlets on two sides, wells that empty their cells.
pub fn rough(seed: u64, formulation: Formulation, drying: Drying) -> (Model, Vec<NamedPackage>) {
    let mut random = Random(seed);
    for _ in 0..8 {
        random.next();
    }
    let (layers, rows, columns) = (1 + (seed % 3) as usize, 8, 12);
    let per_layer = rows * columns;
    let surfaces: Vec<f64> = (0..=layers).rev().map(|layer| 20.0 * layer as f64).collect();
    let basin = Box {
        widths: vec![100.0; columns],
        heights: vec![100.0; rows],
        surfaces,
        formulation,
        ..Box::default()
    };
    let mut model = basin.model();
    let slope = random.between(0.0, 0.06);
    let roughness = random.between(0.0, 12.0);
    let mut lift = vec![0.0; per_layer];
    for (place, lift) in lift.iter_mut().enumerate() {
        *lift = slope * 100.0 * (place % columns) as f64 + roughness * random.next();
    }
    for (cell, bottom) in model.grid.bottom.iter_mut().enumerate() {
        *bottom += lift[cell % per_layer]
            + if cell / per_layer + 1 == layers { roughness * random.next() } else { 0.0 };
    }
    for (place, top) in model.grid.top.iter_mut().enumerate() {
        *top += lift[place] + roughness;
    }
    let rock = &mut model.properties;
    for cell in 0..rock.conductivity.len() {
        rock.conductivity[cell] = 10_f64.powf(random.between(-1.0, 1.0));
        rock.vertical_conductivity[cell] = rock.conductivity[cell] * 0.1;
        rock.convertible[cell] = true;
    }
    if layers > 1 && random.next() < 0.5 {
        // A tight bed on which water perches.
        rock.vertical_conductivity[per_layer..2 * per_layer].fill(1e-4);
    }
    let last = (layers - 1) * per_layer;
    for (place, head) in model.initial_head.iter_mut().enumerate() {
        *head = model.grid.top[place % per_layer] - random.between(0.0, 5.0);
    }
    model.laws.drying = drying;
    let low = |row: usize| last + row * columns;
    let given: Vec<_> = (0..rows).map(|row| (low(row), model.grid.bottom[low(row)] + 3.0)).collect();
    let outlets: Vec<_> = (0..rows)
        .map(|row| low(row) + columns - 1)
        .map(|cell| (cell, model.grid.bottom[cell] + 1.0, random.between(1.0, 500.0)))
        .collect();
    let pumps: Vec<_> = (0..4)
        .map(|_| ((random.next() * (layers * per_layer) as f64) as usize, -random.between(10.0, 4000.0)))
        .filter(|(cell, _)| !given.iter().any(|(given, _)| given == cell))
        .collect();
    let rain = random.between(0.0, 0.003);
    (model, vec![constant_heads(&given), drains(&outlets), wells(&pumps), recharge(0..per_layer, rain)])
}
