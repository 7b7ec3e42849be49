//! The basin on a grid: a checked flow problem and where everything of the basin lies in it.

use std::ops::Range;

use quanyu_flow::{GeneralHead, Problem};

use crate::{Footprint, Origin};

/// A basin on a grid, as [`crate::discretise`] makes it. Every list named after a list of [`crate::Basin`] has its order.
#[derive(Clone, Debug)]
pub struct Gridded {
    /// Grid, rock, barriers and a first guess of the heads.
    pub problem: Problem,
    /// The grid seen from above.
    pub footprint: Footprint,
    /// Recharge of every active column, ascending.
    pub recharge: Vec<ColumnRecharge>,
    /// One outlet per spring.
    pub springs: Vec<SpringCell>,
    /// One course per river.
    pub rivers: Vec<RiverCourse>,
    /// One per mine.
    pub mines: Vec<MineCells>,
    /// General heads of the boundary alternative in use; none where the outer boundary lets nothing through.
    pub boundary: Vec<GeneralHead>,
    /// Cells of each group's wells and their shares of its take, which sum to one; empty for groups without wells in
    /// the model.
    pub wells: Vec<Vec<CellShare>>,
    /// For each group that takes from a spring, the spring.
    pub intake_springs: Vec<Option<usize>>,
    /// For each group that drains a mine, the mine.
    pub drained_mines: Vec<Option<usize>>,
    /// One per observation point.
    pub observations: Vec<ObservationCells>,
    /// One per spring basin; together they share out every active column.
    pub outlines: Vec<Mask>,
    /// One per overdraft zone.
    pub zones: Vec<Mask>,
    /// Layers of karst, from the top down.
    pub karst_layers: Vec<usize>,
    /// What was decided where the basin does not fit the grid exactly.
    pub notes: Vec<Note>,
}

/// A remark on a decision of the gridding: not a fault, but the user should be able to read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it is about.
    pub origin: Origin,
    /// One plain sentence.
    pub message: String,
}

/// A cell and its share of something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CellShare {
    /// The cell.
    pub cell: usize,
    /// Its share \[-\].
    pub share: f64,
}

/// How much of the rain an active column takes in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ColumnRecharge {
    /// The column.
    pub column: usize,
    /// Its uppermost active cell.
    pub cell: usize,
    /// Recharge over precipitation \[-\], with the infiltration multiplier, over the whole area of the column.
    ///
    /// It carries the slivers of the outlines in inactive neighbours too, so the sum of coefficient × area is the same on
    /// any cell size; a single column may therefore exceed the coefficient of its rock.
    pub coefficient: f64,
    /// Where the surface kind at the centre of the column stands.
    pub origin: Origin,
}

/// The outlet of a spring on the grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpringCell {
    /// The cell.
    pub cell: usize,
    /// Outlet elevation \[m\].
    pub elevation: f64,
    /// Conductance between the cell and the outlet \[m²/d\], with its multiplier and the grid correction.
    pub conductance: f64,
    /// Where the spring stands.
    pub origin: Origin,
}

/// The course of a river through the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct RiverCourse {
    /// One row for every stay of the course in a cell, downstream.
    pub rows: Vec<RiverRow>,
    /// Rows of each of its reaches.
    pub reaches: Vec<Range<usize>>,
    /// River that it joins, and the row of that river whose water it joins; `None` where it leaves the model.
    pub joins: Option<(usize, usize)>,
}

/// A stay of a river in a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RiverRow {
    /// The cell.
    pub cell: usize,
    /// Length of the course in it \[m\].
    pub length: f64,
    /// Stage at the middle of it \[m\].
    pub stage: f64,
    /// Bottom of the bed \[m\].
    pub bottom: f64,
    /// Conductance of the bed \[m²/d\], with its multiplier.
    pub conductance: f64,
    /// Where the reach stands.
    pub origin: Origin,
}

/// A mine on the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct MineCells {
    /// Columns that it undermines, ascending.
    pub columns: Vec<MineColumn>,
    /// Columns under its whole area, ascending, also where the seam is absent: there its recharge factor acts all the same,
    /// since an area may reach over the limestone whose runoff the mining cuts.
    pub surface: Vec<ColumnShare>,
    /// Conductance of its drains per area of mined seam \[1/d\], with its multiplier.
    pub drain_conductance: f64,
    /// Where the mine stands.
    pub origin: Origin,
}

/// A column over a mine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MineColumn {
    /// The column.
    pub column: usize,
    /// Area of the mine that the column stands for \[m²\].
    pub area: f64,
    /// The same as a share of all that the column stands for, at most one \[-\].
    pub share: f64,
    /// The cell of the coal measures.
    pub coal_cell: usize,
    /// Seam floor \[m\], where the drains are.
    pub seam_floor: f64,
    /// The uppermost active karst cell below.
    pub karst_cell: Option<usize>,
}

/// Cells around an observation point, by which its level is interpolated; the shares sum to one.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservationCells {
    /// Cells and shares.
    pub cells: Vec<CellShare>,
}

impl ObservationCells {
    /// Level at the point \[m\] from the heads of all cells.
    pub fn level(&self, head: &[f64]) -> f64 {
        self.cells.iter().map(|part| part.share * head[part.cell]).sum()
    }
}

/// The columns of an area.
#[derive(Clone, Debug, PartialEq)]
pub struct Mask {
    /// Id of the area.
    pub id: String,
    /// Its columns, ascending.
    pub columns: Vec<ColumnShare>,
}

/// A column's part in an area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ColumnShare {
    /// The column.
    pub column: usize,
    /// How much of the area it stands for \[m²\].
    pub area: f64,
    /// How much of what is in the column belongs to the area \[-\], at most one.
    pub share: f64,
}

impl Mask {
    /// Area on the grid \[m²\].
    pub fn area(&self) -> f64 {
        self.columns.iter().map(|part| part.area).sum()
    }
}

impl Gridded {
    /// Level of the karst water in a column \[m\]: the head of its uppermost karst cell that is not dry, or of its lowest.
    pub fn karst_level(&self, column: usize, head: &[f64]) -> f64 {
        let grid = self.problem.grid();
        let mut level = f64::NAN;
        for &layer in &self.karst_layers {
            let cell = layer * grid.cells_per_layer() + column;
            if grid.is_active(cell) {
                level = head[cell];
                if level > grid.bottom[cell] {
                    break;
                }
            }
        }
        level
    }

    /// Mean karst level of an area \[m\], weighted by area; NaN for an empty one.
    pub fn mean_karst_level(&self, mask: &Mask, head: &[f64]) -> f64 {
        let sum: f64 = mask.columns.iter().map(|part| part.area * self.karst_level(part.column, head)).sum();
        sum / mask.area()
    }

    /// Sum of a value per cell over all layers of an area, each column by its share: of storage release \[m³/d\], for one.
    pub fn sum_over(&self, mask: &Mask, by_cell: &[f64]) -> f64 {
        let per_layer = self.footprint.len();
        let column_sum = |column: usize| by_cell.iter().skip(column).step_by(per_layer).sum::<f64>();
        mask.columns.iter().map(|part| part.share * column_sum(part.column)).sum()
    }

    /// The same over the karst layers only.
    pub fn sum_over_karst(&self, mask: &Mask, by_cell: &[f64]) -> f64 {
        let per_layer = self.footprint.len();
        let column_sum = |column: usize| {
            self.karst_layers.iter().map(|layer| by_cell[layer * per_layer + column]).sum::<f64>()
        };
        mask.columns.iter().map(|part| part.share * column_sum(part.column)).sum()
    }
}
