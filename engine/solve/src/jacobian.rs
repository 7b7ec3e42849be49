//! The seven-point matrix with two coefficients a face, as Newton's method makes it.

use nalgebra_sparse::{CooMatrix, CsrMatrix};

use crate::coefficients::{Coefficients, check};
use crate::error::{Cell, SolveError};
use crate::layered::{LayeredShape, for_lines};
use crate::operator::LinearOperator;
use crate::vector;

/// The two coefficients of every face in one direction: it carries `own_n x_n − other_n x_m` from cell `n` to the
/// cell `m` on its far side.
#[derive(Clone, Debug, PartialEq)]
pub struct FaceCoefficients {
    /// What multiplies the value of the cell the face is stored with.
    pub own: Vec<f64>,
    /// What multiplies the value of the cell on the far side.
    pub other: Vec<f64>,
}

impl FaceCoefficients {
    fn new(cells: usize) -> Self {
        Self { own: vec![0.0; cells], other: vec![0.0; cells] }
    }
}

/// Seven-point matrix in flux form with two coefficients a face:
/// `(J x)_n = Σ_out (own_n x_n − other_n x_m) − Σ_in (own_m x_m − other_m x_n) + extra_n x_n`, where *out* runs over the faces to the
/// east, south and below, and *in* over those to the west, north and above.
///
/// What a face takes from one cell it gives to the other, so the columns sum to `extra`. With `own, other ≥ 0` and `extra ≥ 0` it is an
/// M-matrix (or a singular limit of one). The part that both coefficients have in common, `min(own, other)`, is diffusion; the rest is
/// carried along with the value upstream, as with upstream weighting. `own = other` gives a
/// [`LayeredOperator`](crate::LayeredOperator). Faces to inactive cells and out of the grid must hold zero; a row of an inactive cell is empty, and a solver leaves
/// the unknown there as it was given.
#[derive(Clone, Debug, PartialEq)]
pub struct LayeredJacobian {
    /// The box of cells.
    pub shape: LayeredShape,
    /// Faces between `(layer, row, column)` and `(layer, row, column + 1)`.
    pub east: FaceCoefficients,
    /// Faces between `(layer, row, column)` and `(layer, row + 1, column)`.
    pub south: FaceCoefficients,
    /// Faces between `(layer, row, column)` and `(layer + 1, row, column)`.
    pub down: FaceCoefficients,
    /// What the diagonal has beyond the faces. May be negative, though the preconditioners are made for what is not.
    pub extra: Vec<f64>,
    active: Vec<bool>,
}

impl LayeredJacobian {
    /// A matrix with all coefficients zero.
    ///
    /// # Errors
    ///
    /// [`SolveError::WrongLength`] if `active` has not one value a cell.
    pub fn new(shape: LayeredShape, active: Vec<bool>) -> Result<Self, SolveError> {
        let cells = shape.cells();
        if active.len() != cells {
            let (what, length) = ("the mask of active cells", active.len());
            return Err(SolveError::WrongLength { what, length, expected: cells });
        }
        let face = || FaceCoefficients::new(cells);
        let (east, south, down) = (face(), face(), face());
        Ok(Self { shape, east, south, down, extra: vec![0.0; cells], active })
    }

    /// Which cells are solved for.
    pub fn active(&self) -> &[bool] {
        &self.active
    }

    /// Changes which cells are solved for, in place. The faces must be brought in line by the caller.
    pub fn active_mut(&mut self) -> &mut [bool] {
        &mut self.active
    }

    /// The three sets of faces with the distance between their cells.
    fn faces(&self) -> [(&FaceCoefficients, usize); 3] {
        let LayeredShape { columns, .. } = self.shape;
        [(&self.east, 1), (&self.south, columns), (&self.down, self.shape.layer_cells())]
    }

    /// The matrix in compressed rows. Inactive cells have an empty row with an explicit zero diagonal.
    pub fn to_csr(&self) -> CsrMatrix<f64> {
        let cells = self.shape.cells();
        let mut triplets = CooMatrix::new(cells, cells);
        let mut diagonal = vec![0.0; cells];
        self.diagonal(&mut diagonal);
        for (n, value) in diagonal.into_iter().enumerate() {
            triplets.push(n, n, value);
            for (face, (faces, _)) in self.faces().into_iter().enumerate() {
                let Some(m) = self.shape.neighbour(n, face) else { continue };
                if faces.own[n] != 0.0 || faces.other[n] != 0.0 {
                    triplets.push(n, m, -faces.other[n]);
                    triplets.push(m, n, -faces.own[n]);
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
        let face = |name, values, face| Coefficients { name, values, face: Some(face), signed: false };
        check(
            self.shape,
            &self.active,
            &[
                face("east own", &self.east.own, 0),
                face("east other", &self.east.other, 0),
                face("south own", &self.south.own, 1),
                face("south other", &self.south.other, 1),
                face("down own", &self.down.own, 2),
                face("down other", &self.down.other, 2),
                Coefficients { name: "extra", values: &self.extra, face: None, signed: true },
            ],
        )
    }

    fn apply_row(&self, line: usize, x: &[f64], y: &mut [f64]) {
        let LayeredShape { layers, rows, columns } = self.shape;
        let stride = self.shape.layer_cells();
        let at = line * columns;
        let own = at..at + columns;
        let here = &x[own.clone()];
        for ((y, extra), x) in y.iter_mut().zip(&self.extra[own]).zip(here) {
            *y = extra * x;
        }
        let outward = |y: &mut [f64], faces: &FaceCoefficients, step: usize| {
            let n = y.len();
            let (own, other) = (&faces.own[at..at + n], &faces.other[at..at + n]);
            let (here, there) = (&here[..n], &x[at + step..at + step + n]);
            for j in 0..n {
                y[j] += flux(own[j], other[j], here[j], there[j]);
            }
        };
        outward(&mut y[..columns - 1], &self.east, 1);
        if line % rows + 1 < rows {
            outward(y, &self.south, columns);
        }
        if line / rows + 1 < layers {
            outward(y, &self.down, stride);
        }
        let inward = |y: &mut [f64], faces: &FaceCoefficients, step: usize| {
            let n = y.len();
            let (here, from) = (&here[columns - n..], at + columns - n - step);
            let (own, other) = (&faces.own[from..from + n], &faces.other[from..from + n]);
            let there = &x[from..from + n];
            for j in 0..n {
                y[j] += flux(other[j], own[j], here[j], there[j]);
            }
        };
        inward(&mut y[1..], &self.east, 1);
        if !line.is_multiple_of(rows) {
            inward(y, &self.south, columns);
        }
        if line >= rows {
            inward(y, &self.down, stride);
        }
    }
}

/// `own · here − other · there`, with the diffusive part as a difference so that it keeps its accuracy.
fn flux(own: f64, other: f64, here: f64, there: f64) -> f64 {
    other * (here - there) + (own - other) * here
}

impl LinearOperator for LayeredJacobian {
    fn size(&self) -> usize {
        self.shape.cells()
    }

    fn apply(&self, x: &[f64], y: &mut [f64]) {
        for_lines(y, self.shape, |line, y| self.apply_row(line, x, y));
    }

    fn residual(&self, b: &[f64], x: &[f64], residual: &mut [f64]) {
        self.apply(x, residual);
        vector::subtract_where(&self.active, b, residual);
    }

    fn diagonal(&self, diagonal: &mut [f64]) {
        diagonal.copy_from_slice(&self.extra);
        for (faces, step) in self.faces() {
            for (d, own) in diagonal.iter_mut().zip(&faces.own) {
                *d += own;
            }
            for (d, other) in diagonal.iter_mut().skip(step).zip(&faces.other) {
                *d += other;
            }
        }
    }

    fn locate(&self, index: usize) -> Cell {
        self.shape.cell(index)
    }
}
