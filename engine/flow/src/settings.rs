//! How a step is solved.

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

/// Settings of the non-linear solution and of the time stepping.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// A step is accepted when the 2-norm of the residual (net inflow of every cell) is at most this share of the gross
    /// flow through the model.
    pub tolerance: f64,
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
    /// Most times that a failing step is cut in `substep_factor` before it is given up.
    pub max_cuts: usize,
    /// A failing (sub-)step is divided by this, and a succeeding one multiplied by it up to what remains of the step.
    pub substep_factor: f64,
    /// Most pseudo-time steps of a steady solution that plain iteration does not reach.
    pub max_pseudo_steps: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tolerance: 1e-8,
            linear_model: LinearModel::Automatic,
            max_outer: 60,
            max_halvings: 8,
            forcing: 1e-2,
            max_inner: 300,
            max_cuts: 10,
            substep_factor: 4.0,
            max_pseudo_steps: 200,
        }
    }
}
