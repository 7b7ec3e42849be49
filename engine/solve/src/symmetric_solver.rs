//! Conjugate gradients with a preconditioner, chosen by the caller or by measured convergence.

use std::fmt;
use std::time::Instant;

use crate::conjugate_gradient::{CgSettings, ConjugateGradient, SolveReport};
use crate::error::SolveError;
use crate::incomplete_cholesky::IncompleteCholesky;
use crate::jacobi::Jacobi;
use crate::layered::{LayeredOperator, LayeredShape};
use crate::multigrid::{LayeredMultigrid, MultigridSettings};
use crate::operator::Preconditioner;

/// Which preconditioner a [`SymmetricSolver`] uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// [`LayeredMultigrid`].
    Multigrid,
    /// [`IncompleteCholesky`].
    IncompleteCholesky,
    /// [`Jacobi`].
    Jacobi,
    /// Multigrid, until a solve shows that incomplete Cholesky does better on this system; see [`Choice`].
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
    /// How multigrid runs.
    pub multigrid: MultigridSettings,
}

/// What `Auto` chose, and why.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// The preconditioner in use; never [`Method::Auto`].
    pub method: Method,
    /// Iterations that multigrid took for each factor of ten in the residual, when last measured.
    pub multigrid_rate: Option<f64>,
    /// The same for incomplete Cholesky.
    pub incomplete_cholesky_rate: Option<f64>,
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.method {
            Method::Multigrid => "multigrid",
            Method::IncompleteCholesky => "incomplete Cholesky",
            Method::Jacobi => "Jacobi",
            Method::Auto => "automatic",
        };
        write!(f, "{name}")?;
        let mut separator = ": ";
        for (what, rate) in
            [("multigrid", self.multigrid_rate), ("incomplete Cholesky", self.incomplete_cholesky_rate)]
        {
            if let Some(rate) = rate {
                write!(f, "{separator}{what} took {rate:.1} iterations a decade")?;
                separator = ", ";
            }
        }
        Ok(())
    }
}

/// Above this many iterations a decade multigrid is not doing its work.
const SLOW: f64 = 8.0;
/// Iterations of incomplete Cholesky that cost as much as one of multigrid, by their count of operations.
const RELATIVE_COST: f64 = 2.0;
/// A solve that gains less than this factor says nothing about the rate.
const TELLING: f64 = 100.0;
/// With `Auto`, iterations that multigrid gets before incomplete Cholesky takes over.
const PATIENCE: usize = 120;

/// A preconditioner with room for its values.
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

    fn method(&self) -> Method {
        match self {
            Self::Multigrid(_) => Method::Multigrid,
            Self::IncompleteCholesky(_) => Method::IncompleteCholesky,
            Self::Jacobi(_) => Method::Jacobi,
        }
    }

    fn rebuild(&mut self, a: &LayeredOperator) {
        match self {
            Self::Multigrid(m) => m.rebuild(a),
            Self::IncompleteCholesky(m) => m.rebuild(a),
            Self::Jacobi(m) => m.rebuild(a),
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
    /// Whether `current` lacks the values of the last `rebuild`.
    stale: bool,
    multigrid_rate: Option<f64>,
    incomplete_cholesky_rate: Option<f64>,
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
            stale: true,
            multigrid_rate: None,
            incomplete_cholesky_rate: None,
            setup_seconds: 0.0,
        }
    }

    /// When to stop; may be changed between solves.
    pub fn stop_mut(&mut self) -> &mut CgSettings {
        &mut self.settings.stop
    }

    /// The preconditioner in use, and why.
    pub fn choice(&self) -> Choice {
        Choice {
            method: self.current.method(),
            multigrid_rate: self.multigrid_rate,
            incomplete_cholesky_rate: self.incomplete_cholesky_rate,
        }
    }

    /// Continues from what was learned before (`None`: nothing), so that a continued run repeats an uninterrupted one to
    /// the bit. The rates and the choice only count with [`Method::Auto`].
    pub fn set_choice(&mut self, choice: Option<Choice>) {
        self.multigrid_rate = choice.and_then(|choice| choice.multigrid_rate);
        self.incomplete_cholesky_rate = choice.and_then(|choice| choice.incomplete_cholesky_rate);
        let wanted = choice.map_or(Method::Multigrid, |choice| choice.method);
        if self.settings.method == Method::Auto && wanted != Method::Auto && wanted != self.current.method() {
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
        if a.shape != self.shape {
            let (length, expected) = (a.shape.cells(), self.shape.cells());
            return Err(SolveError::WrongLength { what: "the operator", length, expected });
        }
        let started = Instant::now();
        a.check_coefficients()?;
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
    /// Those of [`ConjugateGradient::solve`]. With [`Method::Auto`], multigrid that fails is followed by
    /// incomplete Cholesky, from where it got to, before an error is given.
    pub fn solve(
        &mut self,
        a: &LayeredOperator,
        b: &[f64],
        x: &mut [f64],
    ) -> Result<SolveReport, SolveError> {
        if self.stale {
            self.rebuild(a)?;
        }
        let mut stop = self.settings.stop;
        let trial = self.settings.method == Method::Auto && self.current.method() == Method::Multigrid;
        if trial {
            stop.max_iterations = stop.max_iterations.min(PATIENCE);
        }
        let mut result = self.krylov.solve(a, &mut self.current, b, x, &stop);
        let mut spent = 0;
        if let (true, Err(SolveError::NotConverged { .. } | SolveError::NotPositiveDefinite { .. })) =
            (trial, &result)
        {
            spent = self.krylov.history().len().saturating_sub(1);
            self.multigrid_rate = Some(f64::INFINITY);
            self.switch();
            self.rebuild(a)?;
            stop.max_iterations = self.settings.stop.max_iterations;
            result = self.krylov.solve(a, &mut self.current, b, x, &stop);
        }
        let mut report = result?;
        self.learn(&report);
        report.iterations += spent;
        report.setup_seconds = self.setup_seconds;
        Ok(report)
    }

    /// Measures the rate of the preconditioner in use, and changes to the other where that promises less work.
    fn learn(&mut self, report: &SolveReport) {
        let gain = report.initial_residual / report.final_residual;
        if self.settings.method != Method::Auto || !gain.is_finite() || gain < TELLING {
            return;
        }
        let rate = report.iterations as f64 / gain.log10();
        let promising = if self.current.method() == Method::Multigrid {
            self.multigrid_rate = Some(rate);
            rate > SLOW && self.incomplete_cholesky_rate.is_none_or(|other| other / RELATIVE_COST < rate)
        } else {
            self.incomplete_cholesky_rate = Some(rate);
            self.multigrid_rate.is_some_and(|other| other < rate / RELATIVE_COST)
        };
        if promising {
            self.switch();
        }
    }

    fn switch(&mut self) {
        let next = match self.current.method() {
            Method::Multigrid => Method::IncompleteCholesky,
            _ => Method::Multigrid,
        };
        let (shape, multigrid) = (self.shape, self.settings.multigrid);
        let next = self.other.take().unwrap_or_else(|| Built::new(next, shape, multigrid));
        self.other = Some(std::mem::replace(&mut self.current, next));
        self.stale = true;
    }
}
