//! The sums of every cell, line by line: faces, steady sources and storage.

use crate::balance::{Balance, Storing};
use crate::boundaries::{Boundaries, InOut};
use crate::faces::Faces;
use crate::geometry::Span;
use crate::grid::Grid;
use crate::model::Problem;
use crate::rock::Wetness;
use rayon::prelude::*;

/// Cells that one task should have at least.
const TASK: usize = 8192;
/// Storage of a pseudo-transient solution as a share of the plan area \[-\]; any positive share leads to the same end.
const PSEUDO_YIELD: f64 = 0.1;
/// Share of the faces' conductance that the gain of a film's outflow must exceed to count. At 0 the slope of every
/// thick water table would count too, which slows the long waves; at 1 thin films on slopes still oscillate.
const FILM: f64 = 0.1;

/// Sums over one line of cells.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Line {
    /// Release from and uptake into storage.
    pub(crate) storage: InOut,
    /// Net inflow that rounding of the heads may cause, and its square.
    pub(crate) rounding: f64,
    pub(crate) rounding_squared: f64,
}

/// Sums over the faces of a cell.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Around {
    /// Flow in through all faces \[m³/d\].
    net: f64,
    /// Conductance of all faces \[m²/d\].
    pub(crate) joined: f64,
    /// Conductance of the horizontal ones among them \[m²/d\].
    pub(crate) horizontal: f64,
    /// Conductance of those through which water flows out \[m²/d\].
    pub(crate) outward: f64,
    /// Flow out through them \[m³/d\].
    outflow: f64,
    /// What the outflow of a thin film gains as its head rises \[m²/d\].
    pub(crate) film: f64,
}

impl Around {
    #[inline]
    fn add_horizontal(&mut self, conductance: f64, rise: f64) {
        let flow = conductance * rise;
        self.net += flow;
        self.joined += conductance;
        self.horizontal += conductance;
        if flow < 0.0 {
            self.outflow -= flow;
            self.outward += conductance;
        }
    }

    #[inline]
    fn add_vertical(&mut self, conductance: f64, rise: f64) {
        self.net += conductance * rise;
        self.joined += conductance;
    }

    /// What the horizontal outflow gains because conductance grows with saturation: `∂(outflow)/∂h = outflow · s′/s`. Where
    /// the water table is thick beside its fall from cell to cell this is little and spread by the faces anyway; only
    /// what exceeds their share counts.
    #[inline]
    fn find_film(&mut self, saturation: f64, steepness: f64) {
        if steepness > 0.0 && saturation > 0.0 {
            self.film = (self.outflow * steepness / saturation - FILM * self.horizontal).max(0.0);
        }
    }
}

/// What a line of cells reads.
struct Inputs<'a> {
    shape: [usize; 3],
    head: &'a [f64],
    faces: &'a Faces,
    wet: &'a Wetness,
    boundaries: &'a Boundaries,
    old_elastic: &'a [f64],
    old_drainable: &'a [f64],
    old_head: &'a [f64],
    /// No face at all: stands for those beyond the edge.
    none: &'a [f64],
    grid: &'a Grid,
    dry: &'a [bool],
    storing: Storing,
}

/// What a line of cells writes, from the first of its unknowns to the last.
struct Outputs<'a> {
    residual: &'a mut [f64],
    slope: &'a mut [f64],
    release: &'a mut [f64],
    around: &'a mut [Around],
}

/// Rewrites residual, slope, release and face sums for the present heads, saturations and conductances.
pub(crate) fn write(problem: &Problem, balance: &mut Balance, storing: Storing) {
    let grid = problem.grid();
    let (columns, spans) = (grid.columns, &problem.geometry().spans);
    let inputs = Inputs {
        shape: [grid.layers, grid.rows, columns],
        head: &balance.head,
        faces: &balance.faces,
        wet: &balance.wet,
        boundaries: &balance.boundaries,
        old_elastic: &balance.old_elastic,
        old_drainable: &balance.old_drainable,
        old_head: &balance.old_head,
        none: &balance.none,
        grid,
        dry: &balance.dry,
        storing,
    };
    let residual = balance.residual.par_chunks_mut(columns).zip(balance.slope.par_chunks_mut(columns));
    let around = balance.release.par_chunks_mut(columns).zip(balance.around.par_chunks_mut(columns));
    let lines = residual.zip(around).zip(&mut balance.lines).zip(spans).enumerate();
    lines.with_min_len(TASK.div_ceil(columns)).for_each(
        |(at, ((((residual, slope), (release, around)), line), span))| {
            let Span { from, to } = *span;
            let outputs = Outputs {
                residual: &mut residual[from..to],
                slope: &mut slope[from..to],
                release: &mut release[from..to],
                around: &mut around[from..to],
            };
            *line = inputs.line(at, *span, outputs);
        },
    );
}

impl Inputs<'_> {
    fn line(&self, at: usize, span: Span, outputs: Outputs<'_>) -> Line {
        let Outputs { residual, slope, release, around } = outputs;
        let [layers, rows, columns] = self.shape;
        let (layer, row, stride) = (at / rows, at % rows, rows * columns);
        let (start, count) = (at * columns + span.from, span.to - span.from);
        let here = |values| part(values, start, count);
        let nothing = (&self.none[..count], here(self.head));
        let before = |there: bool, faces, step: usize| {
            if there {
                (part(faces, start - step, count), part(self.head, start - step, count))
            } else {
                nothing
            }
        };
        let after = |there: bool, faces, step: usize| {
            if there { (here(faces), part(self.head, start + step, count)) } else { nothing }
        };
        let north = before(row > 0, &self.faces.south, columns);
        let south = after(row + 1 < rows, &self.faces.south, columns);
        let above = before(layer > 0, &self.faces.down, stride);
        let below = after(layer + 1 < layers, &self.faces.down, stride);
        let (head, east) = (here(self.head), here(&self.faces.east));
        let (saturation, steepness) = (here(&self.wet.saturation), here(&self.wet.steepness));
        let source = here(&self.boundaries.source);
        let mut line = Line::default();
        let mut west = (0.0, 0.0);
        for at in 0..count {
            let own = head[at];
            let mut sums = Around::default();
            sums.add_horizontal(west.0, west.1 - own);
            // Nothing lies east of the last unknown; its face is closed.
            sums.add_horizontal(east[at], head.get(at + 1).map_or(0.0, |other| other - own));
            west = (east[at], own);
            sums.add_horizontal(north.0[at], north.1[at] - own);
            sums.add_horizontal(south.0[at], south.1[at] - own);
            sums.find_film(saturation[at], steepness[at]);
            sums.add_vertical(above.0[at], above.1[at] - own);
            sums.add_vertical(below.0[at], below.1[at] - own);
            let Release { flow, rounding, capacity } = self.release(start + at, own);
            line.storage.add(flow);
            let rounding = f64::EPSILON * (sums.joined * own.abs() + rounding);
            line.rounding += rounding;
            line.rounding_squared += rounding * rounding;
            residual[at] = sums.net + source[at] + flow;
            slope[at] = capacity;
            release[at] = flow;
            around[at] = sums;
        }
        line
    }

    #[inline]
    fn release(&self, cell: usize, head: f64) -> Release {
        if self.boundaries.fixed[cell] || self.dry.get(cell) == Some(&true) {
            return Release::default();
        }
        match self.storing {
            Storing::Nothing => Release::default(),
            Storing::Rock(days) => {
                let (elastic, drainable) = (self.wet.elastic[cell], self.wet.drainable[cell]);
                let change = (self.old_elastic[cell] - elastic) + (self.old_drainable[cell] - drainable);
                let per_day = days.recip();
                Release {
                    flow: change * per_day,
                    rounding: (elastic.abs() + drainable) * per_day,
                    capacity: self.wet.capacity[cell] * per_day,
                }
            }
            Storing::Pseudo(days) => {
                let capacity = PSEUDO_YIELD * self.grid.area(cell) / days;
                let flow = capacity * (self.old_head[cell] - head);
                Release { flow, rounding: capacity * head.abs(), capacity }
            }
        }
    }
}

/// What the storage of a cell does.
#[derive(Clone, Copy, Debug, Default)]
struct Release {
    /// Release \[m³/d\].
    flow: f64,
    /// What rounding is relative to \[m³/d\].
    rounding: f64,
    /// Minus its derivative with head \[m²/d\].
    capacity: f64,
}

fn part(values: &[f64], start: usize, count: usize) -> &[f64] {
    &values[start..start + count]
}
