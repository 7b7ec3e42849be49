//! All levels of a grid, and the cycle over them.

use super::coarsen::coarsen;
use super::conduits::Conduits;
use super::layout::{Colours, RED};
use super::level::{Level, Stencil};
use super::recurrence::Recurrence;
use crate::aggregation::Tail;
use crate::banded::BandedFactors;
use crate::krylov_cycle;
use crate::layered::LayeredShape;
use crate::vector;

/// How a hierarchy coarsens, and how often it visits its levels.
#[derive(Clone, Copy, Debug)]
pub(super) enum Coarsening {
    /// 2 × 2 down to a direct solver that costs this much, by V-cycles or K-cycles.
    Geometric { direct_cost: usize, krylov: bool },
    /// 2 × 2 this many times, then by aggregates, by K-cycles.
    Aggregates { geometric: usize },
}

/// What lies below the last structured level.
#[derive(Clone, Debug)]
enum Bottom {
    Direct {
        factors: BandedFactors,
        /// The coarsest right-hand side and solution, in [`DirectOrder`].
        values: Vec<f64>,
    },
    Aggregates(Box<Tail>),
}

/// Levels from fine to coarse.
#[derive(Clone, Debug)]
pub(super) struct Hierarchy {
    levels: Vec<Level>,
    bottom: Bottom,
    /// Of the finest level; none above geometric levels alone, which conduits defeat.
    conduits: Conduits,
    /// Share of the diffusive coefficients that a coarse level takes.
    share: f32,
    krylov: bool,
    /// The matrix held is the true one times this; zero before there is one.
    scale: f64,
    recurrence: Recurrence,
}

impl Hierarchy {
    pub(super) fn new(shape: LayeredShape, symmetric: bool, coarsening: Coarsening) -> Self {
        let mut levels = vec![Level::new(shape, symmetric)];
        let mut last = shape;
        let coarser = |levels: usize, last: LayeredShape| {
            let deeper = match coarsening {
                Coarsening::Geometric { direct_cost, .. } => direct_work(last) > direct_cost,
                Coarsening::Aggregates { geometric } => levels <= geometric,
            };
            deeper && (last.rows > 1 || last.columns > 1)
        };
        while coarser(levels.len(), last) {
            last.rows = last.rows.div_ceil(2);
            last.columns = last.columns.div_ceil(2);
            levels.push(Level::new(last, symmetric));
        }
        let (bottom, share, krylov) = match coarsening {
            Coarsening::Geometric { krylov, .. } => {
                let factors = BandedFactors::new(last.cells(), half_bandwidth(last));
                (Bottom::Direct { factors, values: vec![0.0; last.cells()] }, 0.5, krylov)
            }
            Coarsening::Aggregates { .. } => (Bottom::Aggregates(Box::default()), 1.0, true),
        };
        Self {
            levels,
            bottom,
            conduits: Conduits::default(),
            share,
            krylov,
            scale: 0.0,
            recurrence: Recurrence::default(),
        }
    }

    /// The structured levels, and the vectors beside the finest.
    pub(super) fn finest(&mut self) -> (&mut [Level], &mut Recurrence) {
        (&mut self.levels, &mut self.recurrence)
    }

    pub(super) fn levels(&self) -> usize {
        self.levels.len() + self.tail_levels()
    }

    /// Coefficients of all levels over those of the finest.
    pub(super) fn operator_complexity(&self) -> f64 {
        let cells = |level: &Level| level.layout.shape.cells() as f64;
        let structured: f64 = self.levels.iter().map(cells).sum();
        let below = match &self.bottom {
            Bottom::Direct { .. } => 0.0,
            Bottom::Aggregates(tail) => tail.entries() as f64 / 7.0,
        };
        (structured + below) / cells(&self.levels[0]).max(1.0)
    }

    /// Takes coefficients whose diagonal is given.
    pub(super) fn rebuild(&mut self, stencil: &Stencil<'_>, diagonal: &[f64]) {
        if diagonal.is_empty() {
            return;
        }
        self.scale = power_of_two_below(vector::max_abs(diagonal)).recip();
        self.levels[0].load(stencil, self.scale);
        for l in 1..self.levels.len() {
            let (fine, coarse) = self.levels.split_at_mut(l);
            coarsen(&fine[l - 1], &mut coarse[0], self.share);
        }
        match &mut self.bottom {
            Bottom::Direct { .. } => self.factorise_coarsest(),
            Bottom::Aggregates(tail) => {
                self.conduits.rebuild(&self.levels[0]);
                if let Some(level) = self.levels.last() {
                    tail.rebuild(level);
                }
            }
        }
    }

    /// Takes the finest level's values alone: a matrix like that of the last [`rebuild`](Self::rebuild) is corrected well by that one's coarse
    /// levels. Rebuilds all where there are none yet, or where the unit of the values has changed; returns whether they were kept.
    pub(super) fn refresh(&mut self, stencil: &Stencil<'_>, diagonal: &[f64]) -> bool {
        let ratio = power_of_two_below(vector::max_abs(diagonal)) * self.scale;
        if self.levels() < 2 || !(0.25..=4.0).contains(&ratio) {
            self.rebuild(stencil, diagonal);
            return false;
        }
        self.levels[0].load(stencil, self.scale);
        if let Bottom::Aggregates(_) = self.bottom {
            self.conduits.rebuild(&self.levels[0]);
        }
        true
    }

    fn tail_levels(&self) -> usize {
        match &self.bottom {
            Bottom::Direct { .. } => 0,
            Bottom::Aggregates(tail) => tail.levels(),
        }
    }

    /// One V-cycle from nothing.
    pub(super) fn apply(&mut self, residual: &[f64], correction: &mut [f64]) {
        if residual.is_empty() {
            return;
        }
        let unit = power_of_two_below(vector::max_abs(residual));
        self.levels[0].take(residual, unit.recip());
        if self.conduits.is_empty() {
            cycle(&mut self.levels, &mut self.bottom, self.krylov);
        } else {
            self.conduits.before(&mut self.levels[0]);
            cycle(&mut self.levels, &mut self.bottom, self.krylov);
            self.conduits.after(&mut self.levels[0], [0.0; 2], None);
        }
        self.levels[0].give(correction, unit * self.scale);
    }

    /// Takes a true residual to go on from.
    pub(super) fn begin(&mut self, residual: &[f64]) {
        let unit = power_of_two_below(vector::max_abs(residual));
        self.recurrence.begin(&mut self.levels[0], residual, unit);
    }

    /// One cycle from the residual at hand, where there is more than the direct solver; returns the preconditioned residual `z`'s products with the residual and with `q`.
    pub(super) fn correct(&mut self) -> [f64; 2] {
        let image = Some(self.recurrence.image());
        if self.conduits.is_empty() {
            return cycle_from_red(&mut self.levels, &mut self.bottom, self.krylov, image);
        }
        self.conduits.before(&mut self.levels[0]);
        let products = cycle_from_red(&mut self.levels, &mut self.bottom, self.krylov, image);
        self.conduits.after(&mut self.levels[0], products, image)
    }

    /// `p ← z + factor p`, or `z` where there is no factor, `q ← A p`; returns `p q` and `p r`.
    pub(super) fn turn(&mut self, factor: Option<f64>) -> [f64; 2] {
        self.recurrence.turn(&self.levels[0], factor)
    }

    /// `x ← x + step p`, `r ← r − step q`; returns the true size of `r r`.
    pub(super) fn step(&mut self, step: f64, x: &mut [f64]) -> f64 {
        self.recurrence.advance(&self.levels[0], step, self.scale, x);
        self.recurrence.reduce(&mut self.levels[0], step)
    }

    fn factorise_coarsest(&mut self) {
        let (Some(level), Bottom::Direct { factors, .. }) = (self.levels.last(), &mut self.bottom) else {
            return;
        };
        let shape = level.layout.shape;
        let order = DirectOrder::new(shape);
        factors.clear();
        for n in 0..shape.cells() {
            let [layer, row, column] = shape.position(n);
            let here = order.place([layer, row, column]);
            let (faces, extra) = level.coefficients(layer, row, column);
            factors.add(here, here, f64::from(extra));
            let ahead = [[layer, row, column + 1], [layer, row + 1, column], [layer + 1, row, column]];
            for ([own, other], position) in faces.into_iter().zip(ahead) {
                if own != 0.0 || other != 0.0 {
                    let (own, other, there) = (f64::from(own), f64::from(other), order.place(position));
                    factors.add(here, here, own);
                    factors.add(here, there, -other);
                    factors.add(there, there, other);
                    factors.add(there, here, -own);
                }
            }
        }
        factors.factorise();
    }
}

/// Solves the finest of `levels` approximately, from its right-hand side to its solution.
fn cycle(levels: &mut [Level], bottom: &mut Bottom, krylov: bool) {
    let Some((fine, rest)) = levels.split_first_mut() else { return };
    if let (true, Bottom::Direct { factors, values }) = (rest.is_empty(), &mut *bottom) {
        return solve_directly(fine, factors, values);
    }
    fine.sweep_red_from_zero();
    cycle_from_red(levels, bottom, krylov, None);
}

/// The rest of a [`cycle`] whose red columns were solved; returns the products of the solution with the right-hand side, and with `image`.
fn cycle_from_red(
    levels: &mut [Level],
    bottom: &mut Bottom,
    krylov: bool,
    image: Option<&Colours>,
) -> [f64; 2] {
    let Some((fine, rest)) = levels.split_first_mut() else { return [0.0; 2] };
    fine.descend(rest.first_mut());
    match (rest.is_empty(), &mut *bottom) {
        (false, _) => {
            let last = rest.len() == 1 && matches!(bottom, Bottom::Direct { .. });
            if krylov && !last {
                krylov_cycle::solve(rest, |levels| &mut levels[0], |levels| cycle(levels, bottom, krylov));
            } else {
                cycle(rest, bottom, krylov);
            }
        }
        (true, Bottom::Aggregates(tail)) => tail.correct(&fine.red_residual, &mut fine.x[RED]),
        (true, Bottom::Direct { .. }) => {}
    }
    fine.ascend(rest.first(), image)
}

fn solve_directly(level: &mut Level, direct: &mut BandedFactors, values: &mut [f64]) {
    let layout = level.layout;
    let shape = layout.shape;
    let order = DirectOrder::new(shape);
    let places = || {
        (0..shape.cells()).map(|n| {
            let [layer, row, column] = shape.position(n);
            (order.place([layer, row, column]), (row + column) & 1, layout.place(layer, row, column))
        })
    };
    for (n, colour, at) in places() {
        values[n] = f64::from(level.rhs[colour][at]);
    }
    direct.solve(values);
    for (n, colour, at) in places() {
        level.x[colour][at] = values[n] as f32;
    }
}

/// A power of two within a factor of two of a positive value; one for zero and for what is not finite.
pub(crate) fn power_of_two_below(value: f64) -> f64 {
    if (f64::MIN_POSITIVE * 4.0..=f64::MAX / 4.0).contains(&value) {
        f64::from_bits(value.to_bits() & 0x7ff0_0000_0000_0000)
    } else {
        1.0
    }
}

/// Order of the unknowns for the direct solver: layers fastest, then the shorter side.
#[derive(Clone, Copy)]
struct DirectOrder {
    layers: usize,
    row_step: usize,
    column_step: usize,
}

impl DirectOrder {
    fn new(shape: LayeredShape) -> Self {
        let LayeredShape { layers, rows, columns } = shape;
        if rows < columns {
            Self { layers, row_step: 1, column_step: rows }
        } else {
            Self { layers, row_step: columns, column_step: 1 }
        }
    }

    fn place(self, [layer, row, column]: [usize; 3]) -> usize {
        (row * self.row_step + column * self.column_step) * self.layers + layer
    }
}

/// Half-bandwidth in [`DirectOrder`].
fn half_bandwidth(shape: LayeredShape) -> usize {
    let LayeredShape { layers, rows, columns } = shape;
    if rows.max(columns) > 1 { rows.min(columns) * layers } else { usize::from(layers > 1) }
}

/// Multiplications of a direct factorisation.
fn direct_work(shape: LayeredShape) -> usize {
    let width = half_bandwidth(shape);
    shape.cells().saturating_mul(width).saturating_mul(2 * width)
}
