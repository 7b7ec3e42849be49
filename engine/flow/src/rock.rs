//! One simulation's copy of the rock: what changes with mining and between members of an ensemble.

use crate::laws::saturation::Saturation;
use crate::laws::storage::{Store, StoringLaw};
use crate::model::Problem;
use crate::properties::PropertyChange;
use rayon::prelude::*;

/// Cells that one task should have at least.
const TASK: usize = 8192;

/// Properties as the equations use them; zero in cells that are not active.
#[derive(Clone, Debug)]
pub(crate) struct Rock {
    /// Conductivity along rows \[m/d\].
    pub(crate) along_row: Vec<f64>,
    /// Conductivity along columns \[m/d\]; empty where it is that along rows everywhere.
    along_column: Vec<f64>,
    /// Vertical conductivity \[m/d\].
    pub(crate) vertical: Vec<f64>,
    /// Elastic capacity of the full cell, Sₛ b A \[m²\].
    pub(crate) elastic: Vec<f64>,
    /// Pore volume that drains, S_y b A \[m³\].
    pub(crate) drainable: Vec<f64>,
}

impl Rock {
    /// The rock of a problem after the given changes.
    pub(crate) fn new(problem: &Problem, changes: &[PropertyChange]) -> Self {
        let (grid, properties) = (problem.grid(), problem.properties());
        let anisotropy = properties.anisotropy.as_deref();
        let active = |values: &dyn Fn(usize) -> f64| {
            (0..grid.cells())
                .map(|cell| if grid.is_active(cell) { values(cell) } else { 0.0 })
                .collect::<Vec<_>>()
        };
        let mut rock = Self {
            along_row: active(&|cell| properties.conductivity[cell]),
            along_column: anisotropy.map_or_else(Vec::new, |anisotropy| {
                active(&|cell| properties.conductivity[cell] * anisotropy[cell])
            }),
            vertical: active(&|cell| properties.vertical_conductivity[cell]),
            elastic: active(&|cell| elastic(problem, cell, properties.specific_storage[cell])),
            drainable: active(&|cell| drainable(problem, cell, properties.specific_yield[cell])),
        };
        for change in changes {
            rock.apply(problem, change);
        }
        rock
    }

    /// Conductivity along columns \[m/d\].
    pub(crate) fn along_column(&self) -> &[f64] {
        if self.along_column.is_empty() { &self.along_row } else { &self.along_column }
    }

    /// The store of a cell.
    #[inline]
    pub(crate) fn store(&self, problem: &Problem, cell: usize) -> Store {
        Store {
            bottom: problem.grid().bottom[cell],
            thickness: problem.geometry().thickness[cell],
            elastic: self.elastic[cell],
            drainable: self.drainable[cell],
            law: problem.storing_law(cell),
        }
    }

    /// Whether the rock of some active cell stores nothing.
    pub(crate) fn stores_nothing_somewhere(&self, problem: &Problem) -> bool {
        let mut stores = self.elastic.iter().zip(&self.drainable).enumerate();
        stores
            .any(|(cell, (elastic, drainable))| problem.grid().is_active(cell) && elastic + drainable == 0.0)
    }

    /// Changes one active cell.
    pub(crate) fn apply(&mut self, problem: &Problem, change: &PropertyChange) {
        let cell = change.cell;
        if let Some(conductivity) = change.conductivity {
            self.along_row[cell] = conductivity;
            if let Some(anisotropy) = problem.properties().anisotropy.as_deref() {
                self.along_column[cell] = conductivity * anisotropy[cell];
            }
        }
        if let Some(conductivity) = change.vertical_conductivity {
            self.vertical[cell] = conductivity;
        }
        if let Some(storage) = change.specific_storage {
            self.elastic[cell] = elastic(problem, cell, storage);
        }
        if let Some(specific_yield) = change.specific_yield {
            self.drainable[cell] = drainable(problem, cell, specific_yield);
        }
    }
}

/// Elastic capacity of the full cell \[m²\] for a specific storage \[1/m\] or, where the model says so, storage coefficient \[-\].
fn elastic(problem: &Problem, cell: usize, storage: f64) -> f64 {
    let area = problem.grid().area(cell);
    if problem.laws().storage.coefficient {
        storage * area
    } else {
        storage * problem.geometry().thickness[cell] * area
    }
}

/// Pore volume that drains \[m³\]; none in a cell that is always full.
fn drainable(problem: &Problem, cell: usize, specific_yield: f64) -> f64 {
    match problem.storing_law(cell) {
        StoringLaw::Confined => 0.0,
        _ => specific_yield * problem.geometry().thickness[cell] * problem.grid().area(cell),
    }
}

/// Wet share and stored volumes of every cell at some heads.
#[derive(Clone, Debug)]
pub(crate) struct Wetness {
    /// Wet share of the thickness \[-\].
    pub(crate) saturation: Vec<f64>,
    /// Its derivative with head \[1/m\].
    pub(crate) steepness: Vec<f64>,
    /// Elastic part of the stored volume \[m³\].
    pub(crate) elastic: Vec<f64>,
    /// Drainable part of the stored volume \[m³\].
    pub(crate) drainable: Vec<f64>,
    /// Derivative of the stored volume with head \[m²\].
    pub(crate) capacity: Vec<f64>,
}

impl Wetness {
    pub(crate) fn new(cells: usize) -> Self {
        Self {
            saturation: vec![1.0; cells],
            steepness: vec![0.0; cells],
            elastic: vec![0.0; cells],
            drainable: vec![0.0; cells],
            capacity: vec![0.0; cells],
        }
    }

    /// Rewrites everything for these heads.
    pub(crate) fn update(&mut self, problem: &Problem, rock: &Rock, omega: f64, head: &[f64]) {
        let (grid, geometry) = (problem.grid(), problem.geometry());
        let columns = grid.columns;
        let Self { saturation, steepness, elastic, drainable, capacity } = self;
        let wet = saturation.par_chunks_mut(columns).zip(steepness.par_chunks_mut(columns));
        let stored = elastic.par_chunks_mut(columns).zip(drainable.par_chunks_mut(columns));
        let lines = wet.zip(stored).zip(capacity.par_chunks_mut(columns)).zip(&geometry.spans).enumerate();
        lines.with_min_len(TASK.div_ceil(columns)).for_each(
            |(line, ((((saturation, steepness), (elastic, drainable)), capacity), span))| {
                for at in span.from..span.to {
                    let cell = line * columns + at;
                    let store = rock.store(problem, cell);
                    if geometry.convertible[cell] {
                        let wet = Saturation::at(head[cell], store.bottom, store.thickness, omega);
                        (saturation[at], steepness[at]) = (wet.value, wet.slope);
                    }
                    let stored = store.at(head[cell], omega);
                    (elastic[at], drainable[at]) = (stored.elastic, stored.drainable);
                    capacity[at] = stored.capacity;
                }
            },
        );
    }
}
