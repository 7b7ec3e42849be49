//! BiCGSTAB with a preconditioner, for the sequence of systems that Newton's method makes on one grid.

use std::time::Instant;

use crate::bicgstab::{BiConjugateGradientStabilised, BicgstabSettings};
use crate::choice::{Choice, Chooser, Family};
use crate::coefficients::{EmptyRows, check_active, check_shape};
use crate::error::SolveError;
use crate::incomplete::IncompleteLu;
use crate::jacobian::LayeredJacobian;
use crate::layered::LayeredShape;
use crate::multigrid::{JacobianMultigrid, MultigridSettings};
use crate::operator::Preconditioner;
use crate::stopping::SolveReport;
use crate::switching::{self, Switching};

/// Which preconditioner a [`JacobianSolver`] uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JacobianMethod {
    /// [`JacobianMultigrid`].
    Multigrid,
    /// [`IncompleteLu`].
    IncompleteLu,
    /// Multigrid, unless a solve shows that the incomplete factorisation does better on these systems; see
    /// [`JacobianSolver::choice`].
    #[default]
    Auto,
}

/// Settings of a [`JacobianSolver`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct JacobianSettings {
    /// The preconditioner.
    pub method: JacobianMethod,
    /// When to stop.
    pub stop: BicgstabSettings,
    /// How multigrid is laid out.
    pub multigrid: MultigridSettings,
}

/// What `Auto` tries, in this order.
const CANDIDATES: &[Family] = &[Family::Multigrid, Family::Incomplete];
/// Iterations a decade above which `Auto` tries the incomplete factorisation.
const SLOW: f64 = 4.0;
/// Iterations after which `Auto` gives multigrid up.
const PATIENCE: usize = 150;

#[derive(Clone, Debug)]
enum Built {
    Multigrid(Box<JacobianMultigrid>),
    IncompleteLu(IncompleteLu),
}

impl Built {
    fn new(family: Family, shape: LayeredShape, multigrid: MultigridSettings) -> Self {
        match family {
            Family::Incomplete => Self::IncompleteLu(IncompleteLu::new(shape)),
            _ => Self::Multigrid(Box::new(JacobianMultigrid::new(shape, multigrid))),
        }
    }
}

impl switching::Built<LayeredJacobian> for Built {
    fn rebuild(&mut self, a: &LayeredJacobian) {
        match self {
            Self::Multigrid(m) => m.rebuild(a),
            Self::IncompleteLu(m) => m.rebuild(a),
        }
    }

    fn family(&self) -> Family {
        match self {
            Self::Multigrid(_) => Family::Multigrid,
            Self::IncompleteLu(_) => Family::Incomplete,
        }
    }
}

impl Preconditioner for Built {
    fn precondition(&mut self, residual: &[f64], correction: &mut [f64]) {
        match self {
            Self::Multigrid(m) => m.precondition(residual, correction),
            Self::IncompleteLu(m) => m.precondition(residual, correction),
        }
    }
}

/// Solver for a sequence of systems on one grid: storage is laid out once, then `rebuild` and `solve` by turns.
///
/// With [`JacobianMethod::Auto`] the choice rests on iteration counts, never on time, so that it is the same on every
/// machine; each preconditioner is laid out when it is first needed, and nothing is allocated otherwise.
#[derive(Clone, Debug)]
pub struct JacobianSolver {
    shape: LayeredShape,
    settings: JacobianSettings,
    krylov: BiConjugateGradientStabilised,
    built: Switching<Built>,
    empty: EmptyRows,
    setup_seconds: f64,
}

impl JacobianSolver {
    /// Lays out the solver for a grid.
    pub fn new(shape: LayeredShape, settings: JacobianSettings) -> Self {
        Self {
            shape,
            settings,
            krylov: BiConjugateGradientStabilised::new(shape.cells()),
            built: Switching::new(
                family_of(settings.method),
                Chooser::new(CANDIDATES, SLOW, PATIENCE),
                settings.method == JacobianMethod::Auto,
            ),
            empty: EmptyRows::new(shape),
            setup_seconds: 0.0,
        }
    }

    /// When to stop; may be changed between solves.
    pub fn stop_mut(&mut self) -> &mut BicgstabSettings {
        &mut self.settings.stop
    }

    /// The preconditioner in use, and why.
    pub fn choice(&self) -> Choice {
        self.built.choice()
    }

    /// Continues from what another solver has learned (`None`: nothing), so that a continued run repeats an
    /// uninterrupted one to the bit. Counts only with [`JacobianMethod::Auto`].
    pub fn set_choice(&mut self, choice: Option<Choice>) {
        self.built.set_choice(choice);
    }

    /// Residual norms of the last solve; see [`BiConjugateGradientStabilised::history`].
    pub fn history(&self) -> &[f64] {
        self.krylov.history()
    }

    /// Takes new coefficients: checks them and rebuilds the preconditioner.
    ///
    /// # Errors
    ///
    /// [`SolveError::WrongShape`] for another grid, [`SolveError::NothingActive`], [`SolveError::Coefficients`] for
    /// coefficients that no operator may have.
    pub fn rebuild(&mut self, a: &LayeredJacobian) -> Result<(), SolveError> {
        let started = Instant::now();
        check_shape(a.shape, self.shape)?;
        check_active(a.active())?;
        a.check_coefficients()?;
        self.empty.find(a, a.active());
        let (shape, multigrid) = (self.shape, self.settings.multigrid);
        self.built.rebuild(a, &|family| Built::new(family, shape, multigrid));
        self.setup_seconds = started.elapsed().as_secs_f64();
        Ok(())
    }

    /// Solves `A x = b` from the given `x`, with the preconditioner of the last [`rebuild`](Self::rebuild)
    /// (which is called here if it never was).
    ///
    /// # Errors
    ///
    /// Those of [`BiConjugateGradientStabilised::solve`]. With
    /// [`JacobianMethod::Auto`] a preconditioner that fails is followed by the other, from where it got to, before an error is given.
    pub fn solve(
        &mut self,
        a: &LayeredJacobian,
        b: &[f64],
        x: &mut [f64],
    ) -> Result<SolveReport, SolveError> {
        check_shape(a.shape, self.shape)?;
        if self.built.is_stale() {
            self.rebuild(a)?;
        }
        self.empty.check(a, b)?;
        let (shape, settings) = (self.shape, self.settings);
        let lay_out = |family| Built::new(family, shape, settings.multigrid);
        let krylov = &mut self.krylov;
        let solved = self.built.solve(a, settings.stop.max_iterations, &lay_out, |built, max_iterations| {
            krylov.solve(a, built, b, x, &BicgstabSettings { max_iterations, ..settings.stop })
        });
        let mut report = solved?;
        report.setup_seconds = self.setup_seconds;
        Ok(report)
    }
}

/// The preconditioner to begin with.
fn family_of(method: JacobianMethod) -> Family {
    match method {
        JacobianMethod::IncompleteLu => Family::Incomplete,
        JacobianMethod::Multigrid | JacobianMethod::Auto => Family::Multigrid,
    }
}
