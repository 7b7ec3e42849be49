//! How a step is solved.

use crate::picard::PicardSettings;

/// Which linear model a round of the outer iteration solves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LinearModel {
    /// Symmetric: conductances at the present heads (Picard's), with the diagonal slopes of storage, boundaries and films.
    Symmetric,
    /// Newton's: how every flow answers to the heads on both its sides.
    Newton,
    /// Symmetric, and Newton's where that converges slowly.
    #[default]
    Automatic,
}

/// How the outer iteration goes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Method {
    /// Down the residual, by whatever linear model makes headway; the answer does not depend on the way.
    #[default]
    Residual,
    /// As MODFLOW does it: with the central formulation Picard's, so that the same cells run dry; with the upstream formulation Newton's,
    /// so that it takes as many iterations.
    Picard(PicardSettings),
}

/// Settings of the non-linear solution and of the time stepping.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// How the outer iteration goes. The settings below are those of [`Method::Residual`], except those of sub-steps.
    pub method: Method,
    /// A step is accepted when the 2-norm of the residual (net inflow of every cell) is at most this share of the gross
    /// flow through the model.
    pub tolerance: f64,
    /// And when the last iteration moved no head by more than this \[m\]; infinite where only the residual counts.
    pub largest_change: f64,
    /// And when the 2-norm of the residual is at most this \[m³/d\]; infinite where only its share of the gross flow counts. Where
    /// the iteration comes no nearer than the other two ask for, that is enough.
    pub largest_residual: f64,
    /// Which linear model the outer iteration solves.
    pub linear_model: LinearModel,
    /// Most outer (non-linear) iterations of one solution.
    pub max_outer: usize,
    /// Most halvings of an outer correction while the residual rises above that of all the last iterations.
    pub max_halvings: usize,
    /// Each inner (linear) solution reduces its residual by this factor, or by as much as the tolerance still needs.
    pub forcing: f64,
    /// Most inner iterations of one linear solution.
    pub max_inner: usize,
    /// Whether a head that falls below the lowest bottom of its column is put a tenth of the way back above it (MODFLOW's `NEWTON
    /// UNDER_RELAXATION`).
    pub reset_below_bottom: bool,
    /// Most times that a failing step is cut in `substep_factor` before it is given up.
    pub max_cuts: usize,
    /// A failing (sub-)step is divided by this, and a succeeding one multiplied by it up to what remains of the step.
    pub substep_factor: f64,
    /// Most pseudo-time steps of a steady solution that plain iteration does not reach.
    pub max_pseudo_steps: usize,
    /// Most saturation smoothings, from 0.1 down to that of the formulation, that lead to a solution which is not reached
    /// otherwise; 0 for none. Unless it is 0, heads are also let fall below the bottoms, and shorter steps show the way. Upstream
    /// formulation only.
    pub max_smoothings: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            method: Method::Residual,
            tolerance: 1e-8,
            largest_change: f64::INFINITY,
            largest_residual: f64::INFINITY,
            linear_model: LinearModel::Automatic,
            max_outer: 60,
            max_halvings: 8,
            forcing: 1e-2,
            max_inner: 300,
            reset_below_bottom: true,
            max_cuts: 10,
            substep_factor: 4.0,
            max_pseudo_steps: 200,
            max_smoothings: 0,
        }
    }
}

impl Settings {
    /// The same for a solution that only leads to another: the gross flow alone says what is enough.
    pub(crate) fn roughly(self, tolerance: f64) -> Self {
        Self {
            tolerance: tolerance.max(self.tolerance),
            largest_change: f64::INFINITY,
            largest_residual: f64::INFINITY,
            ..self
        }
    }
}
