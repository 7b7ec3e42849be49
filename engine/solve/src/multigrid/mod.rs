//! Geometric multigrid for layered seven-point matrices, as a preconditioner.

mod accelerated;
mod alone;
mod coarsen;
mod conduits;
mod hierarchy;
mod joined;
mod krylov;
mod layout;
mod level;
mod passes;
mod recurrence;
mod sweep;
mod transfer;

use crate::conjugate_gradient::CgSettings;
use crate::error::SolveError;
use crate::jacobian::LayeredJacobian;
use crate::layered::{LayeredOperator, LayeredShape};
use crate::operator::{LinearOperator, Preconditioner};
use crate::stopping::SolveReport;
use accelerated::accelerate;
pub use alone::FinestPass;
pub(crate) use hierarchy::power_of_two_below;
use hierarchy::{Coarsening, Hierarchy};
use level::Stencil;

/// How a multigrid hierarchy is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MultigridSettings {
    /// Coarsening ends where a direct factorisation costs at most this many multiplications.
    pub direct_cost: usize,
    /// How often the coarse levels of a symmetric matrix are visited. A [`JacobianMultigrid`] makes V-cycles.
    pub cycle: Cycle,
}

/// How often coarse levels are visited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cycle {
    /// Once. The preconditioner is linear, symmetric and positive.
    #[default]
    V,
    /// Twice, as two steps of conjugate gradients, or once where one step is enough. Takes fewer iterations, the more so on rough
    /// media; the preconditioner is not linear, and wants the flexible form of conjugate gradients.
    K,
}

impl Default for MultigridSettings {
    fn default() -> Self {
        Self { direct_cost: 1_000_000, cycle: Cycle::V }
    }
}

/// Multigrid with 2 × 2 horizontal semi-coarsening; layers are kept.
///
/// Every level is a seven-point operator in flux form. A coarse cell joins 2 × 2 fine ones of a layer; a
/// coarse coefficient is the sum of the fine ones, the horizontal ones halved because they span twice the
/// distance. Transfer is piecewise constant. Smoothing is red–black Gauss–Seidel over vertical lines: a
/// tridiagonal solve per column, so that strong vertical coupling does no harm. The V-cycle smooths
/// red, black on the way down and black, red on the way up, which makes it symmetric and positive: a
/// preconditioner for plain conjugate gradients.
///
/// Values are kept in `f32`; column pivots are sums of positive terms, so that nothing cancels.
/// Coefficients and residuals are scaled by powers of two, so that the result does not depend on their units.
///
/// It converges well on smooth and on rough media. Thin conduits of high contrast, one cell wide, make the
/// number of iterations grow: piecewise-constant coarse cells join what the conduit separates.
#[derive(Clone, Debug)]
pub struct LayeredMultigrid {
    hierarchy: Hierarchy,
    cycle: Cycle,
    diagonal: Vec<f64>,
}

impl LayeredMultigrid {
    /// Lays out all levels for a grid; [`rebuild`](Self::rebuild) it before use. Until then its correction is zero.
    pub fn new(shape: LayeredShape, settings: MultigridSettings) -> Self {
        let MultigridSettings { direct_cost, cycle } = settings;
        let coarsening = Coarsening::Geometric { direct_cost, krylov: cycle == Cycle::K };
        let hierarchy = Hierarchy::new(shape, true, coarsening);
        Self { hierarchy, cycle, diagonal: vec![0.0; shape.cells()] }
    }

    /// Takes the values of `a`, which must have the shape this was made for. Allocates nothing.
    pub fn rebuild(&mut self, a: &LayeredOperator) {
        a.diagonal(&mut self.diagonal);
        self.hierarchy.rebuild(&Stencil::of(a), &self.diagonal);
    }

    /// Takes the values of a matrix much like the last one, for another length of step or a head a little higher: the finest level's are those of
    /// `a`, coarser levels stay as they are. Where that cannot be, all levels are rebuilt; returns whether they were kept.
    pub fn refresh(&mut self, a: &LayeredOperator) -> bool {
        a.diagonal(&mut self.diagonal);
        self.hierarchy.refresh(&Stencil::of(a), &self.diagonal)
    }

    /// How the coarse levels are visited.
    pub fn cycle(&self) -> Cycle {
        self.cycle
    }

    /// Number of levels, the finest included.
    pub fn levels(&self) -> usize {
        self.hierarchy.levels()
    }
}

impl LayeredMultigrid {
    /// See [`accelerate`].
    pub(crate) fn accelerate(
        &mut self,
        a: &LayeredOperator,
        b: &[f64],
        x: &mut [f64],
        settings: &CgSettings,
        history: &mut Vec<f64>,
    ) -> Result<SolveReport, SolveError> {
        accelerate((&mut self.hierarchy, &mut self.diagonal), (a, b), x, settings, history)
    }
}

impl Preconditioner for LayeredMultigrid {
    fn precondition(&mut self, residual: &[f64], correction: &mut [f64]) {
        self.hierarchy.apply(residual, correction);
    }
}

/// How an aggregation hierarchy is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AggregationSettings {
    /// How many times all cells are joined 2 × 2, whatever their coefficients, before these are asked. One costs less on smooth media, and
    /// loses conduits and barriers.
    pub geometric_levels: usize,
}

/// Multigrid that joins cells by the strength of their coefficients, for one-cell conduits, barriers and layers that pinch out.
///
/// The finest level is that of a [`LayeredMultigrid`]. Its cells are joined 2 × 2 in a layer, less where two parts of a square are
/// joined too weakly for what each is joined to otherwise; so a conduit stays apart from another one, and the sides of a barrier
/// from one another. Below, rows are joined in pairs, twice a level, each with the neighbour it is joined to most strongly, by the same
/// rule. Coarse coefficients are sums (Galerkin with piecewise-constant transfer); smoothing is Gauss–Seidel, forward on the way down and backward on the
/// way up, within blocks of fixed size. All levels are visited by a K-cycle, which makes up for what such simple transfer lacks:
/// use it in flexible conjugate gradients.
///
/// After Y. Notay, Electronic Transactions on Numerical Analysis 37, 2010, and A. Napov and Y. Notay, SIAM J. Sci. Comput. 34, 2012,
/// where the rule comes from: a pair is good if sweeps can move its rows against one another about as easily as the matrix lets them.
#[derive(Clone, Debug)]
pub struct AggregationMultigrid {
    hierarchy: Hierarchy,
    diagonal: Vec<f64>,
}

impl AggregationMultigrid {
    /// Lays out the structured levels for a grid; [`rebuild`](Self::rebuild) it before use. Until then its correction is zero.
    pub fn new(shape: LayeredShape, settings: AggregationSettings) -> Self {
        let coarsening = Coarsening::Aggregates { geometric: settings.geometric_levels };
        Self { hierarchy: Hierarchy::new(shape, true, coarsening), diagonal: vec![0.0; shape.cells()] }
    }

    /// Takes the values of `a`, which must have the shape this was made for. The first time lays out the levels below; later ones
    /// use that memory again.
    pub fn rebuild(&mut self, a: &LayeredOperator) {
        a.diagonal(&mut self.diagonal);
        self.hierarchy.rebuild(&Stencil::of(a), &self.diagonal);
    }

    /// Takes the values of a matrix much like the last one, for another length of step or a head a little higher: the finest level's are those of
    /// `a`, coarser levels stay as they are. Where that cannot be, all levels are rebuilt; returns whether they were kept.
    pub fn refresh(&mut self, a: &LayeredOperator) -> bool {
        a.diagonal(&mut self.diagonal);
        self.hierarchy.refresh(&Stencil::of(a), &self.diagonal)
    }

    /// Number of levels, the finest included.
    pub fn levels(&self) -> usize {
        self.hierarchy.levels()
    }

    /// Coefficients of all levels over those of the finest.
    pub fn operator_complexity(&self) -> f64 {
        self.hierarchy.operator_complexity()
    }
}

impl AggregationMultigrid {
    /// See [`accelerate`].
    pub(crate) fn accelerate(
        &mut self,
        a: &LayeredOperator,
        b: &[f64],
        x: &mut [f64],
        settings: &CgSettings,
        history: &mut Vec<f64>,
    ) -> Result<SolveReport, SolveError> {
        accelerate((&mut self.hierarchy, &mut self.diagonal), (a, b), x, settings, history)
    }
}

impl Preconditioner for AggregationMultigrid {
    fn precondition(&mut self, residual: &[f64], correction: &mut [f64]) {
        self.hierarchy.apply(residual, correction);
    }
}

/// [`LayeredMultigrid`] for a [`LayeredJacobian`], built from the Jacobian itself.
///
/// Both coefficients of a face are coarsened; only the diffusive part that they have in common is halved,
/// what is carried along with the flow is not. A symmetric stand-in for the Jacobian would leave out what makes rough drying
/// hard, and take several times as many iterations.
#[derive(Clone, Debug)]
pub struct JacobianMultigrid {
    hierarchy: Hierarchy,
    diagonal: Vec<f64>,
}

impl JacobianMultigrid {
    /// Lays out all levels for a grid; [`rebuild`](Self::rebuild) it before use. Until then its correction is zero.
    pub fn new(shape: LayeredShape, settings: MultigridSettings) -> Self {
        let coarsening = Coarsening::Geometric { direct_cost: settings.direct_cost, krylov: false };
        let hierarchy = Hierarchy::new(shape, false, coarsening);
        Self { hierarchy, diagonal: vec![0.0; shape.cells()] }
    }

    /// Takes the values of `a`, which must have the shape this was made for. Allocates nothing.
    pub fn rebuild(&mut self, a: &LayeredJacobian) {
        a.diagonal(&mut self.diagonal);
        let stencil = Stencil {
            east: [&a.east.own, &a.east.other],
            south: [&a.south.own, &a.south.other],
            down: [&a.down.own, &a.down.other],
            extra: &a.extra,
        };
        self.hierarchy.rebuild(&stencil, &self.diagonal);
    }

    /// Number of levels, the finest included.
    pub fn levels(&self) -> usize {
        self.hierarchy.levels()
    }
}

impl Preconditioner for JacobianMultigrid {
    fn precondition(&mut self, residual: &[f64], correction: &mut [f64]) {
        self.hierarchy.apply(residual, correction);
    }
}
