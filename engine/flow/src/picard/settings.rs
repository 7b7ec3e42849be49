//! Settings of MODFLOW's Iterative Model Solution, which its path through wetting and drying depends on.

/// How an outer iteration of MODFLOW's kind is done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PicardSettings {
    /// Most outer iterations of one solution (`OUTER_MAXIMUM`).
    pub outer_maximum: usize,
    /// A solution is accepted when no head moved by more than this \[m\] (`OUTER_DVCLOSE`).
    pub outer_change: f64,
    /// What is done to a change of heads before the next iteration (`UNDER_RELAXATION`).
    pub under_relaxation: UnderRelaxation,
    /// Going back while the residual grows (`BACKTRACKING_NUMBER` and its like).
    pub backtracking: Option<Backtracking>,
    /// Most inner iterations of one outer one (`INNER_MAXIMUM`).
    pub inner_maximum: usize,
    /// An inner solution is accepted when no head moved by more than this \[m\] (`INNER_DVCLOSE`) …
    pub inner_change: f64,
    /// … and its residual is at most this \[m³/d\], or this share of the first one (`INNER_RCLOSE`).
    pub inner_residual: f64,
    /// How that residual is measured (the option of `INNER_RCLOSE`).
    pub residual: InnerResidual,
    /// The inner method (`LINEAR_ACCELERATION`).
    ///
    /// Its preconditioner is an incomplete factorisation without fill, whatever MODFLOW's would be.
    pub acceleration: Acceleration,
    /// Share of what the factorisation drops that its diagonal is given (`RELAXATION_FACTOR`) \[-\].
    pub relaxation: f64,
}

impl Default for PicardSettings {
    /// MODFLOW's `SIMPLE`, with tolerances that suit metres and days.
    fn default() -> Self {
        Self {
            outer_maximum: 500,
            outer_change: 1e-6,
            under_relaxation: UnderRelaxation::None,
            backtracking: None,
            inner_maximum: 500,
            inner_change: 1e-9,
            inner_residual: 1e-6,
            residual: InnerResidual::Largest,
            acceleration: Acceleration::ConjugateGradient,
            relaxation: 0.0,
        }
    }
}

/// What is done to a change of heads.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum UnderRelaxation {
    /// It is taken whole.
    #[default]
    None,
    /// A fixed share of it (`SIMPLE`).
    Simple {
        /// The share (`UNDER_RELAXATION_GAMMA`).
        gamma: f64,
    },
    /// A share that follows the largest change (`COOLEY`; Cooley, 1983).
    Cooley {
        /// Weight of past changes (`UNDER_RELAXATION_GAMMA`).
        gamma: f64,
    },
    /// A share of its own in every cell, cut where changes turn round (`DBD`, delta-bar-delta).
    DeltaBarDelta {
        /// Cut of the share where a change turns round (`UNDER_RELAXATION_THETA`).
        theta: f64,
        /// Growth of the share where it does not (`UNDER_RELAXATION_KAPPA`).
        kappa: f64,
        /// Weight of past changes (`UNDER_RELAXATION_GAMMA`).
        gamma: f64,
        /// Share of past changes that is added (`UNDER_RELAXATION_MOMENTUM`).
        momentum: f64,
    },
}

/// Going back along a change of heads while the residual grows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backtracking {
    /// Most times in one outer iteration (`BACKTRACKING_NUMBER`).
    pub maximum: usize,
    /// Growth of the residual that is allowed (`BACKTRACKING_TOLERANCE`).
    pub tolerance: f64,
    /// What a change is multiplied by (`BACKTRACKING_REDUCTION_FACTOR`).
    pub reduction: f64,
    /// A residual below which nothing more is done (`BACKTRACKING_RESIDUAL_LIMIT`) \[m³/d\].
    pub limit: f64,
}

/// How the residual of an inner solution is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum InnerResidual {
    /// The largest of all cells.
    #[default]
    Largest,
    /// The same: MODFLOW's outer iteration ends by the change of heads alone (`STRICT`).
    Strict,
    /// The 2-norm, or the change alone, or a hundredth of the norm before the first inner iteration (`L2NORM_RCLOSE`).
    Norm,
    /// The 2-norm as a share of that before the first inner iteration, or the change alone (`RELATIVE_RCLOSE`).
    Relative,
    /// The 2-norm, or a ten-thousandth of that before the first inner iteration (`L2NORM_RELATIVE_RCLOSE`).
    NormOrShare,
}

/// The method of an inner solution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Acceleration {
    /// Conjugate gradients, for symmetric matrices.
    #[default]
    ConjugateGradient,
    /// Stabilised bi-conjugate gradients.
    Bicgstab,
}
