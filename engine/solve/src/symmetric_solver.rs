//! Conjugate gradients with a preconditioner, for a sequence of symmetric systems on one grid.

use std::time::Instant;

use crate::choice::{Choice, Chooser, Family};
use crate::coefficients::{EmptyRows, check_shape};
use crate::conjugate_gradient::{CgSettings, ConjugateGradient};
use crate::error::SolveError;
use crate::incomplete::IncompleteCholesky;
use crate::jacobi::Jacobi;
use crate::layered::{LayeredOperator, LayeredShape};
use crate::multigrid::{LayeredMultigrid, MultigridSettings};
use crate::operator::Preconditioner;
use crate::stopping::SolveReport;

/// Which preconditioner a [`SymmetricSolver`] uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// [`LayeredMultigrid`].
    Multigrid,
    /// [`IncompleteCholesky`].
    IncompleteCholesky,
    /// [`Jacobi`].
    Jacobi,
    /// Multigrid, unless a solve shows that incomplete Cholesky does better on this system; see
    /// [`SymmetricSolver::choice`].
    #[default]
    Auto,
}

/// Settings of a [`SymmetricSolver`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SymmetricSettings {
    /// The preconditioner.
    pub method: Method,
    /// When to stop.
    pub stop: CgSettings,
    /// How multigrid is laid out.
    pub multigrid: MultigridSettings,
}

/// Iterations a decade above which `Auto` tries incomplete Cholesky.
const SLOW: f64 = 10.0;
/// Iterations after which `Auto` gives multigrid up.
const PATIENCE: usize = 300;

#[derive(Clone, Debug)]
enum Built {
    Multigrid(LayeredMultigrid),
    IncompleteCholesky(IncompleteCholesky),
    Jacobi(Jacobi),
}

impl Built {
    fn new(method: Method, shape: LayeredShape, multigrid: MultigridSettings) -> Self {
        match method {
            Method::Multigrid | Method::Auto => Self::Multigrid(LayeredMultigrid::new(shape, multigrid)),
            Method::IncompleteCholesky => Self::IncompleteCholesky(IncompleteCholesky::new(shape)),
            Method::Jacobi => Self::Jacobi(Jacobi::new(shape.cells())),
        }
    }

    fn rebuild(&mut self, a: &LayeredOperator) {
        match self {
            Self::Multigrid(m) => m.rebuild(a),
            Self::IncompleteCholesky(m) => m.rebuild(a),
            Self::Jacobi(m) => m.rebuild(a),
        }
    }

    fn family(&self) -> Family {
        match self {
            Self::Multigrid(_) => Family::Multigrid,
            Self::IncompleteCholesky(_) => Family::Incomplete,
            Self::Jacobi(_) => Family::Jacobi,
        }
    }
}

impl Preconditioner for Built {
    fn precondition(&mut self, residual: &[f64], correction: &mut [f64]) {
        match self {
            Self::Multigrid(m) => m.precondition(residual, correction),
            Self::IncompleteCholesky(m) => m.precondition(residual, correction),
            Self::Jacobi(m) => m.precondition(residual, correction),
        }
    }
}

/// Solver for a sequence of systems on one grid: storage is laid out once, then `rebuild` and `solve` by turns.
///
/// With [`Method::Auto`] the choice rests on iteration counts, never on time, so that it is the same on every
/// machine; the first switch lays out the second preconditioner, and nothing is allocated otherwise.
#[derive(Clone, Debug)]
pub struct SymmetricSolver {
    shape: LayeredShape,
    settings: SymmetricSettings,
    krylov: ConjugateGradient,
    current: Built,
    other: Option<Built>,
    chooser: Chooser,
    empty: EmptyRows,
    /// Whether `current` lacks the values of the last `rebuild`.
    stale: bool,
    setup_seconds: f64,
}

impl SymmetricSolver {
    /// Lays out the solver for a grid.
    pub fn new(shape: LayeredShape, settings: SymmetricSettings) -> Self {
        Self {
            shape,
            settings,
            krylov: ConjugateGradient::new(shape.cells()),
            current: Built::new(settings.method, shape, settings.multigrid),
            other: None,
            chooser: Chooser::new(SLOW, PATIENCE),
            empty: EmptyRows::new(shape),
            stale: true,
            setup_seconds: 0.0,
        }
    }

    /// When to stop; may be changed between solves.
    pub fn stop_mut(&mut self) -> &mut CgSettings {
        &mut self.settings.stop
    }

    /// The preconditioner in use, and why.
    pub fn choice(&self) -> Choice {
        self.chooser.choice(self.current.family())
    }

    /// Continues from what another solver has learned (`None`: nothing), so that a continued run repeats an
    /// uninterrupted one to the bit. Counts only with [`Method::Auto`].
    pub fn set_choice(&mut self, choice: Option<Choice>) {
        let family = self.chooser.recall(choice);
        if self.settings.method == Method::Auto && family != Family::Jacobi && family != self.current.family()
        {
            self.switch();
        }
    }

    /// Residual norms of the last solve; see [`ConjugateGradient::history`].
    pub fn history(&self) -> &[f64] {
        self.krylov.history()
    }

    /// Takes new coefficients: checks them and rebuilds the preconditioner.
    ///
    /// # Errors
    ///
    /// [`SolveError::WrongLength`] for another grid, [`SolveError::Coefficients`] for coefficients that no
    /// operator may have.
    pub fn rebuild(&mut self, a: &LayeredOperator) -> Result<(), SolveError> {
        let started = Instant::now();
        check_shape(a.shape, self.shape)?;
        a.check_coefficients()?;
        self.empty.find(a, a.active());
        self.current.rebuild(a);
        self.stale = false;
        self.setup_seconds = started.elapsed().as_secs_f64();
        Ok(())
    }

    /// Solves `A x = b` from the given `x`, with the preconditioner of the last [`rebuild`](Self::rebuild)
    /// (which is called here if it never was).
    ///
    /// # Errors
    ///
    /// Those of [`ConjugateGradient::solve`], and [`SolveError::Singular`] where that explains the failure. With
    /// [`Method::Auto`] a preconditioner that fails is followed by the other, from where it got to, before an error is given.
    pub fn solve(
        &mut self,
        a: &LayeredOperator,
        b: &[f64],
        x: &mut [f64],
    ) -> Result<SolveReport, SolveError> {
        check_shape(a.shape, self.shape)?;
        if self.stale {
            self.rebuild(a)?;
        }
        self.empty.check(a, b)?;
        let mut spent = 0;
        loop {
            let family = self.current.family();
            let mut stop = self.settings.stop;
            let auto = self.settings.method == Method::Auto;
            if auto {
                stop.max_iterations = self.chooser.limit(family, stop.max_iterations);
            }
            match self.krylov.solve(a, &mut self.current, b, x, &stop) {
                Ok(mut report) => {
                    if auto && self.chooser.learn(family, &report) {
                        self.switch();
                    }
                    report.iterations += spent;
                    report.setup_seconds = self.setup_seconds;
                    return Ok(report);
                }
                Err(error) if auto && self.chooser.fail(family, &error) => {
                    spent += self.krylov.history().len().saturating_sub(1);
                    self.switch();
                    self.rebuild(a)?;
                }
                // What cannot be solved at all is named before what did not work.
                Err(error) => return Err(a.check().err().unwrap_or(error)),
            }
        }
    }

    fn switch(&mut self) {
        let next = match self.current.family() {
            Family::Multigrid => Method::IncompleteCholesky,
            _ => Method::Multigrid,
        };
        let (shape, multigrid) = (self.shape, self.settings.multigrid);
        let next = self.other.take().unwrap_or_else(|| Built::new(next, shape, multigrid));
        self.other = Some(std::mem::replace(&mut self.current, next));
        self.stale = true;
    }
}
