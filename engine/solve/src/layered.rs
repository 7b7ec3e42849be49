//! The symmetric seven-point operator on a layered grid, in flux form.

use nalgebra_sparse::{CooMatrix, CsrMatrix};
use rayon::prelude::*;

use crate::coefficients::{Coefficients, check};
use crate::error::{Cell, SolveError};
use crate::operator::LinearOperator;
use crate::wide::wide;

/// Below this many cells a product stays on the calling thread.
const PARALLEL: usize = 32_768;
/// Cells that one task of a parallel product should have at least.
const TASK: usize = 8_192;

/// The box of cells that the unknowns sit on; `index = (layer · rows + row) · columns + column`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayeredShape {
    /// Number of layers, counted downwards.
    pub layers: usize,
    /// Number of rows, counted southwards.
    pub rows: usize,
    /// Number of columns, counted eastwards.
    pub columns: usize,
}

impl LayeredShape {
    /// Number of cells, active or not.
    pub fn cells(&self) -> usize {
        self.layers * self.rows * self.columns
    }

    /// Position of a cell in a vector of unknowns.
    pub fn index(&self, layer: usize, row: usize, column: usize) -> usize {
        (layer * self.rows + row) * self.columns + column
    }

    /// Layer, row and column of an index.
    pub fn position(&self, index: usize) -> [usize; 3] {
        let column = index % self.columns;
        let row = index / self.columns % self.rows;
        [index / (self.columns * self.rows), row, column]
    }

    /// The cell at an index, named for an error message.
    pub fn cell(&self, index: usize) -> Cell {
        Cell { index, position: (index < self.cells()).then(|| self.position(index)) }
    }

    /// Cells of a layer: the distance in a vector between a cell and the one below it.
    pub fn layer_cells(&self) -> usize {
        self.rows * self.columns
    }

    /// The index of the neighbour through the east, south or down face (0, 1, 2), if the grid goes on there.
    pub fn neighbour(&self, index: usize, face: usize) -> Option<usize> {
        let [layer, row, column] = self.position(index);
        match face {
            0 => (column + 1 < self.columns).then_some(index + 1),
            1 => (row + 1 < self.rows).then_some(index + self.columns),
            _ => (layer + 1 < self.layers).then_some(index + self.layer_cells()),
        }
    }
}

/// Symmetric seven-point operator in flux form: `(A x)_n = Σ_m c_nm (x_n − x_m) + extra_n x_n`.
///
/// `c_nm ≥ 0` belongs to the face between cells `n` and `m`, `extra_n ≥ 0` ties a cell to a level given
/// outside. Each face is stored once, with its western, northern or upper cell. Faces to inactive
/// cells and out of the grid must hold zero. A row of an inactive cell is empty: a solver leaves the
/// unknown there as it was given.
///
/// The flux form keeps its accuracy where neighbours are strongly joined: a constant gives exactly
/// `extra · x`.
#[derive(Clone, Debug, PartialEq)]
pub struct LayeredOperator {
    /// The box of cells.
    pub shape: LayeredShape,
    /// Coefficient of the face between `(layer, row, column)` and `(layer, row, column + 1)`.
    pub east: Vec<f64>,
    /// Coefficient of the face between `(layer, row, column)` and `(layer, row + 1, column)`.
    pub south: Vec<f64>,
    /// Coefficient of the face between `(layer, row, column)` and `(layer + 1, row, column)`.
    pub down: Vec<f64>,
    /// What the diagonal has beyond the sum of the faces.
    pub extra: Vec<f64>,
    active: Vec<bool>,
    /// Stands for the face row beyond the edge.
    no_faces: Vec<f64>,
}

impl LayeredOperator {
    /// An operator with all coefficients zero.
    ///
    /// # Errors
    ///
    /// [`SolveError::WrongLength`] if `active` has not one value a cell.
    pub fn new(shape: LayeredShape, active: Vec<bool>) -> Result<Self, SolveError> {
        let cells = shape.cells();
        if active.len() != cells {
            return Err(SolveError::WrongLength {
                what: "the mask of active cells",
                length: active.len(),
                expected: cells,
            });
        }
        let zero = || vec![0.0; cells];
        let (east, south, down, extra) = (zero(), zero(), zero(), zero());
        Ok(Self { shape, east, south, down, extra, active, no_faces: vec![0.0; shape.columns] })
    }

    /// Which cells are solved for.
    pub fn active(&self) -> &[bool] {
        &self.active
    }

    /// Changes which cells are solved for, in place. The faces must be brought in line by the caller.
    pub fn active_mut(&mut self) -> &mut [bool] {
        &mut self.active
    }

    /// The matrix in compressed rows. Inactive cells have an empty row with an explicit zero diagonal.
    pub fn to_csr(&self) -> CsrMatrix<f64> {
        let cells = self.shape.cells();
        let mut triplets = CooMatrix::new(cells, cells);
        let mut diagonal = vec![0.0; cells];
        self.diagonal(&mut diagonal);
        for (n, value) in diagonal.into_iter().enumerate() {
            triplets.push(n, n, value);
            for (face, faces) in [&self.east, &self.south, &self.down].into_iter().enumerate() {
                if let Some(m) = self.shape.neighbour(n, face).filter(|_| faces[n] != 0.0) {
                    triplets.push(n, m, -faces[n]);
                    triplets.push(m, n, -faces[n]);
                }
            }
        }
        CsrMatrix::from(&triplets)
    }

    /// Looks for coefficients that are not finite, negative or lead nowhere.
    ///
    /// # Errors
    ///
    /// [`SolveError::Coefficients`] with all of them counted and the first ones listed.
    pub fn check_coefficients(&self) -> Result<(), SolveError> {
        let named = [
            ("east", &self.east, Some(0)),
            ("south", &self.south, Some(1)),
            ("down", &self.down, Some(2)),
            ("extra", &self.extra, None),
        ];
        let arrays = named.map(|(name, values, face)| Coefficients { name, values, face, signed: false });
        check(self.shape, &self.active, &arrays)
    }

    /// Looks for everything that makes the system unsolvable: wrong coefficients, then connected groups
    /// of active cells in which no cell has an `extra`. It allocates; call it once a model, not once a step.
    ///
    /// # Errors
    ///
    /// [`SolveError::Coefficients`], or [`SolveError::Singular`] with the first such group.
    pub fn check(&self) -> Result<(), SolveError> {
        self.check_coefficients()?;
        let cells = self.shape.cells();
        let steps = [1, self.shape.columns, self.shape.layer_cells()];
        let mut seen = vec![false; cells];
        let mut front = Vec::new();
        for first in 0..cells {
            if seen[first] || !self.active[first] {
                continue;
            }
            let (mut count, mut held) = (0, false);
            seen[first] = true;
            front.push(first);
            while let Some(n) = front.pop() {
                count += 1;
                held |= self.extra[n] > 0.0;
                for (faces, step) in [&self.east, &self.south, &self.down].into_iter().zip(steps) {
                    let ahead = (faces[n] > 0.0).then_some(n + step);
                    let behind = n.checked_sub(step).filter(|&m| faces[m] > 0.0);
                    for m in [ahead, behind].into_iter().flatten() {
                        if !seen[m] {
                            seen[m] = true;
                            front.push(m);
                        }
                    }
                }
            }
            if !held {
                return Err(SolveError::Singular { cell: self.shape.cell(first), cells: count });
            }
        }
        Ok(())
    }

    fn apply_row(&self, line: usize, x: &[f64], y: &mut [f64]) {
        let LayeredShape { layers, rows, columns } = self.shape;
        let stride = self.shape.layer_cells();
        let (layer, row) = (line / rows, line % rows);
        let at = line * columns;
        let own = at..at + columns;
        let none = (&self.no_faces[..], &x[own.clone()]);
        let line = |at: usize| at..at + columns;
        let north = if row > 0 { (&self.south[line(at - columns)], &x[line(at - columns)]) } else { none };
        let south = if row + 1 < rows { (&self.south[own.clone()], &x[line(at + columns)]) } else { none };
        let up = if layer > 0 { (&self.down[line(at - stride)], &x[line(at - stride)]) } else { none };
        let down = if layer + 1 < layers { (&self.down[own.clone()], &x[line(at + stride)]) } else { none };
        let east = &self.east[own.clone()];
        let extra = &self.extra[own.clone()];
        let x = &x[own];
        vertical_part(y, x, extra, [north, south, up, down]);
        horizontal_part(y, x, east);
    }
}

impl LayeredOperator {
    /// What a row's coefficients come to; as [`apply_row`](Self::apply_row) goes.
    fn diagonal_row(&self, line: usize, diagonal: &mut [f64]) {
        let LayeredShape { layers, rows, columns } = self.shape;
        let stride = self.shape.layer_cells();
        let (layer, row) = (line / rows, line % rows);
        let at = line * columns;
        let own = at..at + columns;
        let none = &self.no_faces[..];
        let north = if row > 0 { &self.south[at - columns..at] } else { none };
        let up = if layer > 0 { &self.down[at - stride..at - stride + columns] } else { none };
        let south = if row + 1 < rows { &self.south[own.clone()] } else { none };
        let down = if layer + 1 < layers { &self.down[own.clone()] } else { none };
        let (east, extra) = (&self.east[own.clone()], &self.extra[own]);
        for (j, value) in diagonal.iter_mut().enumerate() {
            *value = extra[j] + east[j];
        }
        for (value, west) in diagonal[1..].iter_mut().zip(east) {
            *value += west;
        }
        for (j, value) in diagonal.iter_mut().enumerate() {
            *value = *value + south[j] + north[j] + down[j] + up[j];
        }
    }
}

/// A cell whose strongest face within its layer carries at least this many times what its weakest does is part of a conduit or at the rim of
/// one, or of a barrier; rough rock has some such cells too.
const CONTRAST: f64 = 100.0;
/// Fewer than one such cell in so many decide nothing. Smooth rock has none even where the standard deviation of ln K is 2, a karst with
/// a few conduits has one in a hundred.
const FEW: usize = 1_000;
/// More than one such cell in so many are no structures: the rock is rough from cell to cell.
const MANY: usize = 4;

impl LayeredOperator {
    /// Whether the coefficients have thin structures of high contrast, which coarsening by the grid alone loses.
    pub(crate) fn has_conduits(&self) -> bool {
        let LayeredShape { rows, columns, .. } = self.shape;
        let in_line = |line: usize| {
            let own = line * columns..(line + 1) * columns;
            let north = if !line.is_multiple_of(rows) {
                &self.south[own.start - columns..own.start]
            } else {
                &self.no_faces[..]
            };
            count_contrasts(&self.east[own.clone()], &self.south[own.clone()], north, &self.no_faces)
        };
        let lines = 0..self.shape.layers * rows;
        let count: usize = if self.active.len() < PARALLEL {
            lines.map(in_line).sum()
        } else {
            lines.into_par_iter().with_min_len(TASK.div_ceil(columns.max(1))).map(in_line).sum()
        };
        let active = self.active.iter().filter(|active| **active).count();
        count > 0 && count * FEW >= active && count * MANY <= active
    }
}

/// Runs `work(line, values)` over the lines of a grid, `line = layer · rows + row`, on several threads where that pays.
pub(crate) fn for_lines(values: &mut [f64], shape: LayeredShape, work: impl Fn(usize, &mut [f64]) + Sync) {
    if values.is_empty() {
        return;
    }
    let each = |(line, values): (usize, &mut [f64])| work(line, values);
    if values.len() < PARALLEL {
        values.chunks_mut(shape.columns).enumerate().for_each(each);
    } else {
        let lines = values.par_chunks_mut(shape.columns).enumerate();
        lines.with_min_len(TASK.div_ceil(shape.columns)).for_each(each);
    }
}

wide! {
    /// `y = extra x + Σ c (x − x_m)` over the four neighbours that lie in other rows.
    fn vertical_part(y: &mut [f64], x: &[f64], extra: &[f64], neighbours: [(&[f64], &[f64]); 4]) {
        let n = y.len();
        let (x, extra) = (&x[..n], &extra[..n]);
        let [(cn, xn), (cs, xs), (cu, xu), (cd, xd)] = neighbours.map(|(c, x)| (&c[..n], &x[..n]));
        for j in 0..n {
            y[j] = extra[j] * x[j]
                + cn[j] * (x[j] - xn[j])
                + cs[j] * (x[j] - xs[j])
                + cu[j] * (x[j] - xu[j])
                + cd[j] * (x[j] - xd[j]);
        }
    }

    /// `y += c (x − x_m)` over the neighbours to the east and west.
    fn horizontal_part(y: &mut [f64], x: &[f64], east: &[f64]) {
        let n = y.len() - 1;
        let faces = &east[..n];
        let (here, next) = (&x[..n], &x[1..=n]);
        for (((y, c), here), next) in y.iter_mut().zip(faces).zip(here).zip(next) {
            *y += c * (here - next);
        }
        for (((y, c), here), next) in y[1..].iter_mut().zip(faces).zip(here).zip(next) {
            *y += c * (next - here);
        }
    }

    /// Cells of a line whose strongest horizontal face carries [`CONTRAST`] times what the weakest does.
    fn count_contrasts(east: &[f64], south: &[f64], north: &[f64], none: &[f64]) -> usize {
        let n = east.len();
        let (south, north, none) = (&south[..n], &north[..n], &none[..n]);
        let contrast = |west: f64, j: usize| {
            let (mut most, mut least) = (0.0, f64::INFINITY);
            for value in [west, east[j], south[j], north[j]] {
                most = if value > most { value } else { most };
                least = if value > 0.0 && value < least { value } else { least };
            }
            usize::from(most >= CONTRAST * least)
        };
        let mut count = if n > 0 { contrast(none[0], 0) } else { 0 };
        for j in 1..n {
            count += contrast(east[j - 1], j);
        }
        count
    }

    /// `y ← b − y` where active, zero elsewhere.
    fn subtract_row(y: &mut [f64], b: &[f64], active: &[bool]) {
        let n = y.len();
        let (b, active) = (&b[..n], &active[..n]);
        for j in 0..n {
            y[j] = if active[j] { b[j] - y[j] } else { 0.0 };
        }
    }
}

impl LinearOperator for LayeredOperator {
    fn size(&self) -> usize {
        self.shape.cells()
    }

    fn apply(&self, x: &[f64], y: &mut [f64]) {
        for_lines(y, self.shape, |line, y| self.apply_row(line, x, y));
    }

    fn residual(&self, b: &[f64], x: &[f64], residual: &mut [f64]) {
        for_lines(residual, self.shape, |line, residual| {
            self.apply_row(line, x, residual);
            let own = line * self.shape.columns..(line + 1) * self.shape.columns;
            subtract_row(residual, &b[own.clone()], &self.active[own]);
        });
    }

    fn diagonal(&self, diagonal: &mut [f64]) {
        for_lines(diagonal, self.shape, |line, diagonal| self.diagonal_row(line, diagonal));
    }

    fn locate(&self, index: usize) -> Cell {
        self.shape.cell(index)
    }
}
