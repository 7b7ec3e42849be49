//! The steady flow that a chosen head needs: what must enter every cell, and the head at the edges.

use quanyu_flow::{Averaging, Formulation, Grid, Laws, Model, NamedPackage, check};

use crate::case::Stop;
use crate::models::{Block, constant_heads, simulation, wells, worst};

/// A point \[m\].
pub(super) type Point = [f64; 3];
/// A smooth function of place.
pub(super) type Field = fn(Point) -> f64;

/// A chosen solution.
pub(super) struct Manufactured {
    /// Size of the box \[m\].
    pub(super) size: Point,
    /// The head \[m\].
    pub(super) head: Field,
    /// Conductivity along rows \[m/d\].
    pub(super) conductivity: Field,
    /// Conductivity along columns and across layers over that along rows.
    pub(super) anisotropy: [f64; 2],
    /// Bottom of the aquifer where a water table stands in it \[m\]; the box is full where there is none.
    pub(super) bottom: Option<Field>,
    /// How conductance follows the water table.
    pub(super) formulation: Formulation,
    /// How two neighbours share one conductance.
    pub(super) averaging: Averaging,
    /// How much the widths of columns vary along a row: 0 for equal ones.
    pub(super) stretch: f64,
}

/// Step of the differences by which derivatives of the chosen functions are taken, as a share of the box; they are of fourth
/// order, so that their error is some 1e-11.
const NUDGE: f64 = 1e-3;

fn derivative(of: impl Fn(Point) -> f64, at: Point, axis: usize, nudge: f64) -> f64 {
    let value = |by: f64| {
        let mut point = at;
        point[axis] += by * nudge;
        of(point)
    };
    (8.0 * (value(1.0) - value(-1.0)) - (value(2.0) - value(-2.0))) / (12.0 * nudge)
}

impl Manufactured {
    /// What has to enter a unit of volume at a place (of area, where a water table stands): minus the divergence of conductivity times gradient.
    fn source(&self, at: Point) -> f64 {
        let factor = [1.0, self.anisotropy[0], self.anisotropy[1]];
        let axes = if self.bottom.is_some() { 2 } else { 3 };
        let along = |axis: usize| {
            let nudge = NUDGE * self.size[axis];
            let flux = |point: Point| {
                let wet = self.bottom.map_or(1.0, |bottom| (self.head)(point) - bottom(point));
                factor[axis] * (self.conductivity)(point) * wet * derivative(self.head, point, axis, nudge)
            };
            derivative(flux, at, axis, nudge)
        };
        -(0..axes).map(along).sum::<f64>()
    }

    /// Largest error of the head with `cells` cells along each side \[m\].
    pub(super) fn error(&self, cells: usize) -> Result<f64, Stop> {
        let model = self.model(cells);
        let points: Vec<Point> =
            (0..model.grid.cells()).map(|cell| place(&model.grid, cell, self.size)).collect();
        let edge = |cell: usize| {
            let (layer, row, column) = model.grid.layer_row_column(cell);
            let at_end = |at: usize, count: usize| count > 1 && (at == 0 || at + 1 == count);
            at_end(layer, model.grid.layers)
                || at_end(row, model.grid.rows)
                || at_end(column, model.grid.columns)
        };
        let (edges, inner): (Vec<usize>, Vec<usize>) = (0..model.grid.cells()).partition(|cell| edge(*cell));
        let extent = |cell: usize| if self.bottom.is_some() { 1.0 } else { model.grid.thickness(cell) };
        let rate = |cell: usize| self.source(points[cell]) * model.grid.area(cell) * extent(cell);
        let packages: Vec<NamedPackage> = vec![
            constant_heads(edges.iter().map(|cell| (*cell, (self.head)(points[*cell])))),
            wells(inner.iter().map(|cell| (*cell, rate(*cell)))),
        ];
        let problem = check(model).map_err(Stop::faults)?;
        let mut simulation = simulation(&problem, packages)?;
        let step = simulation.steady().map_err(Stop::failed)?;
        Ok(worst(inner.iter().map(|cell| (step.head[*cell] - (self.head)(points[*cell])).abs())))
    }

    fn model(&self, cells: usize) -> Model {
        let equal = |size: f64| vec![size / cells as f64; cells];
        let edge = |share: f64| share + self.stretch * (std::f64::consts::TAU * share).sin();
        let widths: Vec<f64> = (0..cells)
            .map(|at| self.size[0] * (edge((at + 1) as f64 / cells as f64) - edge(at as f64 / cells as f64)))
            .collect();
        let layers = if self.bottom.is_some() { 1 } else { cells };
        let surfaces: Vec<f64> =
            (0..=layers).map(|at| self.size[2] * (1.0 - at as f64 / layers as f64)).collect();
        let mut model = Block {
            widths,
            heights: equal(self.size[1]),
            surfaces,
            convertible: self.bottom.is_some(),
            formulation: self.formulation,
            laws: Laws { averaging: self.averaging, ..Laws::default() },
            ..Block::default()
        }
        .model();
        for cell in 0..model.grid.cells() {
            let point = place(&model.grid, cell, self.size);
            model.properties.conductivity[cell] = (self.conductivity)(point);
            model.properties.vertical_conductivity[cell] = self.anisotropy[1] * (self.conductivity)(point);
            if let Some(bottom) = self.bottom {
                model.grid.bottom[cell] = bottom(point);
            }
            model.initial_head[cell] = (self.head)(point);
        }
        model.properties.anisotropy = Some(vec![self.anisotropy[0]; model.grid.cells()]);
        model
    }
}

/// The middle of a cell, y counted from the south and z from the bottom of the box \[m\].
fn place(grid: &Grid, cell: usize, size: Point) -> Point {
    let [x, y] = grid.centre(cell);
    [x, size[1] + y, 0.5 * (grid.cell_top(cell) + grid.bottom[cell])]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_minus_the_divergence_of_the_flow() {
        let chosen = Manufactured {
            size: [1.0, 1.0, 1.0],
            head: |[x, y, z]| x * x + y * y + z * z,
            conductivity: |_| 2.0,
            anisotropy: [0.5, 0.25],
            bottom: None,
            formulation: Formulation::Central,
            averaging: Averaging::Harmonic,
            stretch: 0.0,
        };
        assert!((chosen.source([0.3, 0.4, 0.5]) + 2.0 * 2.0 * 1.75).abs() < 1e-8);
        let table = Manufactured { head: |[x, _, _]| x, bottom: Some(|_| -1.0), ..chosen };
        assert!((table.source([0.3, 0.4, 0.5]) + 2.0).abs() < 1e-8);
    }
}
