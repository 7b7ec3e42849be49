//! Conductances of all faces of the grid at some saturations.

use crate::grid::Grid;
use crate::laws::conductance::{self, Conductance, Side};
use crate::laws::saturation::Saturation;
use crate::model::{Formulation, Problem};
use crate::properties::Barrier;
use crate::rock::Rock;
use crate::vertical;
use rayon::prelude::*;

/// Cells that one task should have at least.
const TASK: usize = 8192;

/// Bottoms that differ by less than this count as the same \[m\], as in MODFLOW.
const SAME_BOTTOM: f64 = 1e-2;

/// A face with a barrier.
#[derive(Clone, Copy, Debug)]
struct Wall {
    /// The western or northern cell of the face.
    cell: usize,
    /// Whether the face is its southern one, else its eastern one.
    south: bool,
    /// Characteristic of all barriers on the face, in series \[1/d\].
    characteristic: f64,
}

/// Conductances \[m²/d\]; each face is held with its western, northern or upper cell.
#[derive(Clone, Debug)]
pub(crate) struct Faces {
    /// Between a cell and the next to the east.
    pub(crate) east: Vec<f64>,
    /// Between a cell and the next to the south.
    pub(crate) south: Vec<f64>,
    /// Between a cell and the next below.
    pub(crate) down: Vec<f64>,
    /// The eastern and southern faces with all cells full; empty where no cell is convertible, since they are so always.
    full_east: Vec<f64>,
    full_south: Vec<f64>,
    walls: Vec<Wall>,
    /// Smoothing of the saturation's corners at the last update \[-\].
    omega: f64,
    /// Elevation from which water falls freely to the next cell below \[m\], not a number where it does not; empty where the
    /// model knows no free fall.
    fall: Vec<f64>,
}

impl Faces {
    /// Conductances of a full aquifer.
    pub(crate) fn new(problem: &Problem, rock: &Rock) -> Self {
        let cells = problem.grid().cells();
        let zero = || vec![0.0; cells];
        let full = || if problem.geometry().any_convertible { zero() } else { Vec::new() };
        let mut faces = Self {
            east: zero(),
            south: zero(),
            down: zero(),
            full_east: full(),
            full_south: full(),
            walls: walls(problem.grid().columns, problem.barriers()),
            omega: 0.0,
            fall: if problem.laws().vertical.perched { vec![f64::NAN; cells] } else { Vec::new() },
        };
        faces.rebuild(problem, rock);
        faces
    }

    /// Takes other barriers, for a full aquifer.
    pub(crate) fn set_barriers(&mut self, problem: &Problem, rock: &Rock, barriers: &[Barrier]) {
        self.walls = walls(problem.grid().columns, barriers);
        self.rebuild(problem, rock);
    }

    /// Takes the rock anew, for a full aquifer.
    pub(crate) fn rebuild(&mut self, problem: &Problem, rock: &Rock) {
        let grid = problem.grid();
        let full = vec![1.0; grid.cells()];
        self.write_central(problem, rock, &full, &[]);
        if !self.full_east.is_empty() {
            self.full_east.copy_from_slice(&self.east);
            self.full_south.copy_from_slice(&self.south);
        }
        self.down.fill(0.0);
        vertical::each(problem, |above, below, spread| {
            let whole = vertical::full(problem, rock, above, below);
            spread(&mut self.down, whole);
        });
    }

    /// Takes saturations and heads and which cells are dry; only the faces of convertible cells follow them.
    pub(crate) fn update(
        &mut self,
        problem: &Problem,
        rock: &Rock,
        saturation: &[f64],
        head: &[f64],
        dry: &[bool],
        omega: f64,
    ) {
        self.omega = omega;
        if !problem.geometry().any_convertible {
            return;
        }
        match problem.formulation() {
            Formulation::Central => self.write_central(problem, rock, saturation, dry),
            Formulation::Upstream => self.write_upstream(problem, saturation, head),
        }
        let law = problem.laws().vertical;
        if law.varying || law.perched || !dry.is_empty() {
            vertical::write(problem, rock, saturation, head, dry, &mut self.down, &mut self.fall);
        }
    }

    /// Whether water falls freely through the lower face of a cell.
    pub(crate) fn falls_freely(&self, cell: usize) -> bool {
        self.fall.get(cell).is_some_and(|elevation| !elevation.is_nan())
    }

    /// Flow through the lower face of a cell, out of it \[m³/d\].
    pub(crate) fn flow_down(&self, cell: usize, head: &[f64], stride: usize) -> f64 {
        let below = if self.falls_freely(cell) { self.fall[cell] } else { head[cell + stride] };
        self.down[cell] * (head[cell] - below)
    }

    /// Corrects net inflows that were summed up from heads on both sides of the faces where water falls freely.
    pub(crate) fn let_fall(&self, problem: &Problem, head: &[f64], residual: &mut [f64]) {
        let stride = problem.grid().cells_per_layer();
        for cell in 0..self.fall.len() {
            if self.falls_freely(cell) {
                let more = self.down[cell] * (self.fall[cell] - head[cell + stride]);
                residual[cell] += more;
                residual[cell + stride] -= more;
            }
        }
    }

    /// The eastern and southern faces with all cells full.
    fn full_faces(&self) -> (&[f64], &[f64]) {
        if self.full_east.is_empty() {
            (&self.east, &self.south)
        } else {
            (&self.full_east, &self.full_south)
        }
    }

    /// Sum of the full conductances around a cell \[m²/d\].
    pub(crate) fn full_around(&self, grid: &Grid, cell: usize) -> f64 {
        let stride = grid.cells_per_layer();
        let before = |faces: &[f64], step: usize| cell.checked_sub(step).map_or(0.0, |at| faces[at]);
        let (east, south) = self.full_faces();
        east[cell]
            + south[cell]
            + self.down[cell]
            + before(east, 1)
            + before(south, grid.columns)
            + before(&self.down, stride)
    }

    /// All pairs of cells that a full aquifer joins.
    pub(crate) fn full_pairs(&self, grid: &Grid) -> impl Iterator<Item = (usize, usize)> {
        let (east, south) = self.full_faces();
        let named = [(east, 1), (south, grid.columns), (&self.down[..], grid.cells_per_layer())];
        named.into_iter().flat_map(|(faces, step)| {
            let joined = faces.iter().enumerate().filter(|(_, conductance)| **conductance > 0.0);
            joined.map(move |(cell, _)| (cell, cell + step))
        })
    }

    /// All pairs of cells that are joined at the heads of the last evaluation.
    pub(crate) fn open_pairs(&self, grid: &Grid) -> impl Iterator<Item = (usize, usize)> {
        let named = [(&self.east, 1), (&self.south, grid.columns), (&self.down, grid.cells_per_layer())];
        named.into_iter().flat_map(|(faces, step)| {
            let joined = faces.iter().enumerate().filter(|(_, conductance)| **conductance > 0.0);
            joined.map(move |(cell, _)| (cell, cell + step))
        })
    }

    /// Calls `visit(neighbour, flow)` for every neighbour that a cell is joined to, with the flow out of the cell \[m³/d\].
    pub(crate) fn around(
        &self,
        problem: &Problem,
        cell: usize,
        head: &[f64],
        mut visit: impl FnMut(usize, f64),
    ) {
        let grid = problem.grid();
        for (faces, step) in [(&self.east, 1), (&self.south, grid.columns)] {
            if faces[cell] > 0.0 {
                visit(cell + step, faces[cell] * (head[cell] - head[cell + step]));
            }
            if let Some(before) = cell.checked_sub(step)
                && faces[before] > 0.0
            {
                visit(before, faces[before] * (head[cell] - head[before]));
            }
        }
        let stride = grid.cells_per_layer();
        if self.down[cell] > 0.0 {
            visit(cell + stride, self.flow_down(cell, head, stride));
        }
        if let Some(above) = cell.checked_sub(stride)
            && self.down[above] > 0.0
        {
            visit(above, -self.flow_down(above, head, stride));
        }
    }

    /// Conductance of the eastern or southern face of a cell while all cells are full \[m²/d\].
    pub(crate) fn full(&self, cell: usize, east: bool) -> f64 {
        let (to_east, to_south) = self.full_faces();
        if east { to_east[cell] } else { to_south[cell] }
    }

    /// Conductance of the eastern or southern face of a cell, with its slopes, for any saturations and heads.
    pub(crate) fn conductance(
        &self,
        problem: &Problem,
        rock: &Rock,
        wetness: &impl Fn(usize) -> Saturation,
        head: &impl Fn(usize) -> f64,
        cell: usize,
        east: bool,
    ) -> Conductance {
        let grid = problem.grid();
        let full = self.full(cell, east);
        if full == 0.0 {
            return Conductance::default();
        }
        if problem.formulation() == Formulation::Upstream {
            let neighbour = if east { cell + 1 } else { cell + grid.columns };
            let (head_a, head_b) = (head(cell), head(neighbour));
            let (a, b) = higher_cell(problem, self.omega, [cell, neighbour], [head_a, head_b])
                .unwrap_or_else(|| (wetness(cell), wetness(neighbour)));
            return conductance::upstream(full, head_a, a, head_b, b);
        }
        let at = self.walls.binary_search_by_key(&(cell, !east), |wall| (wall.cell, wall.south));
        let wall = at.ok().map(|at| self.walls[at].characteristic);
        let place = [cell / grid.columns % grid.rows, cell % grid.columns];
        central(problem, rock, wetness, place, cell, !east, wall)
    }

    fn write_central(&mut self, problem: &Problem, rock: &Rock, saturation: &[f64], dry: &[bool]) {
        let grid = problem.grid();
        let is_dry = |cell: usize| dry.get(cell) == Some(&true);
        let wetness = |cell: usize| Saturation { value: saturation[cell], slope: 0.0 };
        let face = |[row, column]: [usize; 2], cell: usize, south: bool| {
            if is_dry(cell) || is_dry(if south { cell + grid.columns } else { cell + 1 }) {
                return 0.0;
            }
            central(problem, rock, wetness, [row, column], cell, south, None).value
        };
        self.write_lines(problem, face);
        for wall in &self.walls {
            let faces = if wall.south { &mut self.south } else { &mut self.east };
            if faces[wall.cell] == 0.0 {
                continue;
            }
            let wall_at = Some(wall.characteristic);
            let at = [wall.cell / grid.columns % grid.rows, wall.cell % grid.columns];
            faces[wall.cell] = central(problem, rock, wetness, at, wall.cell, wall.south, wall_at).value;
        }
    }

    fn write_upstream(&mut self, problem: &Problem, saturation: &[f64], head: &[f64]) {
        let (columns, omega) = (problem.grid().columns, self.omega);
        let (full_east, full_south) =
            (std::mem::take(&mut self.full_east), std::mem::take(&mut self.full_south));
        let face = |_: [usize; 2], cell: usize, south: bool| {
            let (full, other) =
                if south { (full_south[cell], cell + columns) } else { (full_east[cell], cell + 1) };
            let wet = |cell: usize| Saturation { value: saturation[cell], slope: 0.0 };
            let (a, b) = higher_cell(problem, omega, [cell, other], [head[cell], head[other]])
                .unwrap_or_else(|| (wet(cell), wet(other)));
            conductance::upstream(full, head[cell], a, head[other], b).value
        };
        self.write_lines(problem, face);
        (self.full_east, self.full_south) = (full_east, full_south);
    }

    /// Writes `face([row, column], cell, south)` for every horizontal face between cells with an unknown.
    fn write_lines(&mut self, problem: &Problem, face: impl Fn([usize; 2], usize, bool) -> f64 + Sync) {
        let (grid, geometry) = (problem.grid(), problem.geometry());
        let (columns, unknown) = (grid.columns, &geometry.unknown);
        let faces = self.east.par_chunks_mut(columns).zip(self.south.par_chunks_mut(columns));
        let lines = faces.zip(&geometry.spans).enumerate();
        lines.with_min_len(TASK.div_ceil(columns)).for_each(|(line, ((east, south), span))| {
            let (first, row) = (line * columns, line % grid.rows);
            for column in span.from..span.to {
                let cell = first + column;
                if column + 1 < span.to && unknown[cell] && unknown[cell + 1] {
                    east[column] = face([row, column], cell, false);
                }
                if row + 1 < grid.rows && unknown[cell] && unknown[cell + columns] {
                    south[column] = face([row, column], cell, true);
                }
            }
        });
    }
}

/// Conductance of the eastern or southern face of a cell in this row and column.
#[inline]
fn central(
    problem: &Problem,
    rock: &Rock,
    wetness: impl Fn(usize) -> Saturation,
    [row, column]: [usize; 2],
    cell: usize,
    south: bool,
    wall: Option<f64>,
) -> Conductance {
    let grid = problem.grid();
    let neighbour = if south { cell + grid.columns } else { cell + 1 };
    let (conductivity, lengths, at, width) = if south {
        (rock.along_column(), &grid.row_heights, row, grid.column_widths[column])
    } else {
        (&rock.along_row[..], &grid.column_widths, column, grid.row_heights[row])
    };
    let side = |cell: usize, at: usize| Side {
        conductivity: conductivity[cell],
        thickness: problem.transmitting_thickness(cell),
        half_length: 0.5 * lengths[at],
    };
    let (a, b) = (wetness(cell), wetness(neighbour));
    conductance::central(problem.laws().averaging, width, side(cell, at), a, side(neighbour, at + 1), b, wall)
}

/// One wall a face: several barriers on one are in series.
fn walls(columns: usize, barriers: &[Barrier]) -> Vec<Wall> {
    let wall = |barrier: &Barrier| Wall {
        cell: barrier.cell_a.min(barrier.cell_b),
        // In a grid of one column the next cell is the one to the south.
        south: barrier.cell_a.abs_diff(barrier.cell_b) == columns,
        characteristic: barrier.hydraulic_characteristic,
    };
    let mut walls: Vec<Wall> = barriers.iter().map(wall).collect();
    walls.sort_by_key(|wall| (wall.cell, wall.south));
    walls.dedup_by(|next, first| {
        let same = next.cell == first.cell && next.south == first.south;
        if same {
            first.characteristic = both(first.characteristic, next.characteristic);
        }
        same
    });
    walls
}

/// Two barriers on one face: in series; of those that multiply the conductance, the product.
fn both(first: f64, next: f64) -> f64 {
    match (first < 0.0, next < 0.0) {
        (false, false) => conductance::in_series(first, next),
        (true, true) => -(first * next),
        // A share of what a barrier leaves cannot be put into one number; the check refuses it.
        _ => 0.0,
    }
}

/// Saturations on both sides of a face measured in the cell of the higher bottom, where the model says so and the bottoms
/// differ (MODFLOW's HIGHEST_CELL_SATURATION).
#[inline]
fn higher_cell(
    problem: &Problem,
    omega: f64,
    cells: [usize; 2],
    heads: [f64; 2],
) -> Option<(Saturation, Saturation)> {
    if !problem.laws().highest_bottom {
        return None;
    }
    let (bottom, geometry) = (&problem.grid().bottom, problem.geometry());
    let [a, b] = cells;
    let convertible = geometry.convertible[a] || geometry.convertible[b];
    if !convertible || (bottom[a] - bottom[b]).abs() < SAME_BOTTOM {
        return None;
    }
    let higher = if bottom[b] > bottom[a] { b } else { a };
    let at = |head: f64| Saturation::at(head, bottom[higher], geometry.thickness[higher], omega);
    Some((at(heads[0]), at(heads[1])))
}
