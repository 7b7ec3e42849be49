//! Conjugate gradients with a preconditioner, for a sequence of symmetric systems on one grid.

use std::time::Instant;

use rayon::prelude::*;

use crate::choice::{Choice, Chooser, Family};
use crate::cholesky::SparseCholesky;
use crate::coefficients::{EmptyRows, check_active, check_shape};
use crate::conjugate_gradient::{CgSettings, ConjugateGradient};
use crate::error::SolveError;
use crate::incomplete::IncompleteCholesky;
use crate::jacobi::Jacobi;
use crate::layered::{LayeredOperator, LayeredShape};
use crate::multigrid::{
    AggregationMultigrid, AggregationSettings, Cycle, LayeredMultigrid, MultigridSettings,
};
use crate::operator::Preconditioner;
use crate::stopping::SolveReport;
use crate::switching::{self, Switching};

/// Which preconditioner a [`SymmetricSolver`] uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// [`LayeredMultigrid`].
    Multigrid,
    /// [`AggregationMultigrid`].
    Aggregation,
    /// [`IncompleteCholesky`].
    IncompleteCholesky,
    /// [`Jacobi`].
    Jacobi,
    /// [`SparseCholesky`].
    Cholesky,
    /// Multigrid, or aggregation multigrid where the coefficients show thin lines of high contrast (conduits, barriers); then whatever
    /// convergence shows to do better on this system: one of these two, incomplete Cholesky, or, on systems of up to 100,000 cells, the sparse
    /// Cholesky factorisation where all of these are slow or fail; see [`SymmetricSolver::choice`].
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
    /// How aggregation multigrid is laid out.
    pub aggregation: AggregationSettings,
}

/// What `Auto` tries, in this order.
const CANDIDATES: &[Family] = &[Family::Multigrid, Family::Aggregation, Family::Incomplete];
/// The same on systems of at most [`SMALL`] cells.
const SMALL_CANDIDATES: &[Family] =
    &[Family::Multigrid, Family::Aggregation, Family::Incomplete, Family::Cholesky];
/// Cells up to which a factorisation takes no longer than a slow iteration, and some 1 kB a cell.
const SMALL: usize = 100_000;
/// Iterations of multigrid a decade, or as much work, above which `Auto` tries the next.
const SLOW: f64 = 6.0;
/// Iterations after which `Auto` tries the next even in the middle of a solve.
const PATIENCE: usize = 50;
/// Iterations after which `Auto` looks at multigrid in its first solve: conduits show by then.
const GLANCE: usize = 16;

/// Cells from which on all threads share in one solve: below, eight sides with a thread each take 1.1 to 1.6 times less on two threads, at a
/// million as long, and the copies of the preconditioner weigh more.
const SHARED: usize = 500_000;
/// A solve that gains less says nothing about kept levels.
const GAIN: f64 = 100.0;
/// Levels are kept until solves take this many times the iterations.
const WORN: f64 = 1.25;
/// A residual brought down to this part was brought down by a solution.
const TELLING: f64 = 1e-3;

#[derive(Clone, Debug)]
enum Built {
    Multigrid(LayeredMultigrid),
    Aggregation(AggregationMultigrid),
    IncompleteCholesky(IncompleteCholesky),
    Jacobi(Jacobi),
    Cholesky(Box<SparseCholesky>),
}

impl Built {
    fn new(family: Family, shape: LayeredShape, settings: &SymmetricSettings) -> Self {
        match family {
            Family::Multigrid => Self::Multigrid(LayeredMultigrid::new(shape, settings.multigrid)),
            Family::Aggregation => Self::Aggregation(AggregationMultigrid::new(shape, settings.aggregation)),
            Family::Incomplete => Self::IncompleteCholesky(IncompleteCholesky::new(shape)),
            Family::Jacobi => Self::Jacobi(Jacobi::new(shape.cells())),
            Family::Cholesky => Self::Cholesky(Box::new(SparseCholesky::new(shape))),
        }
    }

    /// Solves by conjugate gradients: in the preconditioner's own memory if it can, and in double precision where that cannot, or gets
    /// no further.
    fn solve(
        &mut self,
        (a, b): (&LayeredOperator, &[f64]),
        x: &mut [f64],
        mut stop: CgSettings,
        krylov: &mut Option<ConjugateGradient>,
        history: &mut Vec<f64>,
    ) -> Result<SolveReport, SolveError> {
        let begun = match self {
            // A system that is solved directly takes an iteration or two, which may as well be exact.
            Self::Multigrid(m) if m.levels() == 1 => None,
            Self::Multigrid(m) => Some(m.accelerate(a, b, x, &stop, history)?),
            Self::Aggregation(m) => Some(m.accelerate(a, b, x, &stop, history)?),
            Self::Cholesky(m) if !m.is_factorised() => return Err(m.why_not(a)),
            Self::IncompleteCholesky(_) | Self::Jacobi(_) | Self::Cholesky(_) => None,
        };
        if let Some(report) = begun {
            if report.final_residual <= report.target || report.at_rounding_floor {
                return Ok(report);
            }
            stop.relative_tolerance = 0.0;
            stop.absolute_tolerance = report.target;
            stop.max_iterations -= report.iterations.min(stop.max_iterations);
        } else {
            history.clear();
        }
        let krylov = krylov.get_or_insert_with(|| ConjugateGradient::new(x.len()));
        let solved = krylov.solve(a, self, b, x, &stop);
        // The first one is the starting point's.
        history
            .extend_from_slice(&krylov.history()[usize::from(begun.is_some()).min(krylov.history().len())..]);
        let Some(begun) = begun else { return solved };
        match solved {
            Ok(mut report) => {
                report.iterations += begun.iterations;
                report.restarts += begun.restarts + 1;
                report.initial_residual = begun.initial_residual;
                report.solve_seconds += begun.solve_seconds;
                Ok(report)
            }
            Err(SolveError::NotConverged { iterations, final_residual, target, worst, .. }) => {
                let iterations = iterations + begun.iterations;
                let initial_residual = begun.initial_residual;
                Err(SolveError::NotConverged { iterations, initial_residual, final_residual, target, worst })
            }
            Err(error) => Err(error),
        }
    }

    /// Whether it changes from one iteration to the next.
    fn is_nonlinear(&self) -> bool {
        match self {
            Self::Multigrid(m) => m.cycle() == Cycle::K,
            Self::Aggregation(_) => true,
            Self::IncompleteCholesky(_) | Self::Jacobi(_) | Self::Cholesky(_) => false,
        }
    }
}

impl switching::Built<LayeredOperator> for Built {
    fn rebuild(&mut self, a: &LayeredOperator) {
        match self {
            Self::Multigrid(m) => m.rebuild(a),
            Self::Aggregation(m) => m.rebuild(a),
            Self::IncompleteCholesky(m) => m.rebuild(a),
            Self::Jacobi(m) => m.rebuild(a),
            Self::Cholesky(m) => m.rebuild(a),
        }
    }

    fn refresh(&mut self, a: &LayeredOperator) -> bool {
        match self {
            Self::Multigrid(m) => m.refresh(a),
            Self::Aggregation(m) => m.refresh(a),
            Self::IncompleteCholesky(_) | Self::Jacobi(_) | Self::Cholesky(_) => {
                self.rebuild(a);
                false
            }
        }
    }

    fn family(&self) -> Family {
        match self {
            Self::Multigrid(_) => Family::Multigrid,
            Self::Aggregation(_) => Family::Aggregation,
            Self::IncompleteCholesky(_) => Family::Incomplete,
            Self::Jacobi(_) => Family::Jacobi,
            Self::Cholesky(_) => Family::Cholesky,
        }
    }
}

impl Preconditioner for Built {
    fn precondition(&mut self, residual: &[f64], correction: &mut [f64]) {
        match self {
            Self::Multigrid(m) => m.precondition(residual, correction),
            Self::Aggregation(m) => m.precondition(residual, correction),
            Self::IncompleteCholesky(m) => m.precondition(residual, correction),
            Self::Jacobi(m) => m.precondition(residual, correction),
            Self::Cholesky(m) => m.precondition(residual, correction),
        }
    }
}

/// Solver for a sequence of systems on one grid: storage is laid out once, then `rebuild` and `solve` by turns.
///
/// With [`Method::Auto`] the choice rests on iteration counts, never on time, so that it is the same on every
/// machine; each preconditioner is laid out when it is first needed, and nothing is allocated otherwise.
#[derive(Clone, Debug)]
pub struct SymmetricSolver {
    shape: LayeredShape,
    settings: SymmetricSettings,
    /// Vectors in double precision, laid out when a preconditioner without its own first needs them.
    krylov: Option<ConjugateGradient>,
    history: Vec<f64>,
    built: Switching<Built>,
    empty: EmptyRows,
    kept: Kept,
    setup_seconds: f64,
}

/// How well coarse levels that were kept still do.
#[derive(Clone, Copy, Debug, Default)]
struct Kept {
    /// Iterations a decade of the first telling solve since all levels were rebuilt.
    fresh: Option<f64>,
    /// Whether a later one took too many.
    worn: bool,
}

impl Kept {
    fn learn(&mut self, report: &SolveReport) {
        let gain = report.initial_residual / report.final_residual;
        if !gain.is_finite() || gain < GAIN {
            return;
        }
        let rate = report.iterations as f64 / gain.log10();
        match self.fresh {
            None => self.fresh = Some(rate),
            Some(fresh) => self.worn |= rate > WORN * fresh,
        }
    }
}

impl SymmetricSolver {
    /// Lays out the solver for a grid.
    pub fn new(shape: LayeredShape, settings: SymmetricSettings) -> Self {
        let candidates = if shape.cells() <= SMALL { SMALL_CANDIDATES } else { CANDIDATES };
        Self {
            shape,
            settings,
            krylov: None,
            history: Vec::with_capacity(64),
            built: Switching::new(
                family_of(settings.method),
                Chooser::new(candidates, SLOW, PATIENCE).glancing(GLANCE),
                settings.method == Method::Auto,
            ),
            empty: EmptyRows::new(shape),
            kept: Kept::default(),
            setup_seconds: 0.0,
        }
    }

    /// When to stop; may be changed between solves.
    pub fn stop_mut(&mut self) -> &mut CgSettings {
        &mut self.settings.stop
    }

    /// The preconditioner in use, and why.
    pub fn choice(&self) -> Choice {
        self.built.choice()
    }

    /// Continues from what another solver has learned (`None`: nothing), so that a continued run repeats an
    /// uninterrupted one to the bit. Counts only with [`Method::Auto`].
    pub fn set_choice(&mut self, choice: Option<Choice>) {
        self.built.set_choice(choice);
    }

    /// Residual norms of the last solve; see [`ConjugateGradient::history`].
    pub fn history(&self) -> &[f64] {
        &self.history
    }

    /// Takes new coefficients: checks them and rebuilds the preconditioner.
    ///
    /// # Errors
    ///
    /// [`SolveError::WrongShape`] for another grid, [`SolveError::NothingActive`], [`SolveError::Coefficients`] for
    /// coefficients that no operator may have.
    pub fn rebuild(&mut self, a: &LayeredOperator) -> Result<(), SolveError> {
        let started = Instant::now();
        self.take_note_of(a)?;
        self.kept = Kept::default();
        if self.built.is_open() {
            self.built.begin_with(if a.has_conduits() { Family::Aggregation } else { Family::Multigrid });
        }
        let (shape, settings) = (self.shape, self.settings);
        self.built.rebuild(a, &|family| Built::new(family, shape, &settings));
        self.setup_seconds = started.elapsed().as_secs_f64();
        Ok(())
    }

    /// Takes the coefficients of a matrix much like the last one, as that of the next time step is: multigrid takes its finest level from
    /// them and keeps the coarser ones, as long as solves need no more than a quarter more iterations a decade than the first one after
    /// the last [`rebuild`](Self::rebuild) did. Others are rebuilt. What is kept makes results depend on what was solved before, to within the target.
    ///
    /// # Errors
    ///
    /// Those of [`rebuild`](Self::rebuild).
    pub fn refresh(&mut self, a: &LayeredOperator) -> Result<(), SolveError> {
        if self.kept.worn || self.built.is_stale() {
            return self.rebuild(a);
        }
        let started = Instant::now();
        self.take_note_of(a)?;
        let (shape, settings) = (self.shape, self.settings);
        if !self.built.refresh(a, &|family| Built::new(family, shape, &settings)) {
            self.kept = Kept::default();
        }
        self.setup_seconds = started.elapsed().as_secs_f64();
        Ok(())
    }

    /// Checks new coefficients.
    fn take_note_of(&mut self, a: &LayeredOperator) -> Result<(), SolveError> {
        check_shape(a.shape, self.shape)?;
        check_active(a.active())?;
        a.check_coefficients()?;
        self.empty.find(a, a.active());
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
        if self.built.is_stale() {
            self.rebuild(a)?;
        }
        self.empty.check(a, b)?;
        let started = Instant::now();
        let (shape, settings) = (self.shape, self.settings);
        let lay_out = |family| Built::new(family, shape, &settings);
        let (krylov, history) = (&mut self.krylov, &mut self.history);
        let solved = self.built.solve(a, settings.stop.max_iterations, &lay_out, |built, max_iterations| {
            let mut stop = CgSettings { max_iterations, ..settings.stop };
            stop.flexible |= built.is_nonlinear();
            let solved = built.solve((a, b), x, stop, krylov, history);
            if let Err(SolveError::NotConverged { initial_residual, final_residual, .. }) = &solved
                && final_residual > initial_residual
            {
                // Worse than nothing; the next begins from nothing.
                x.iter_mut().zip(a.active()).filter(|(_, active)| **active).for_each(|(x, _)| *x = 0.0);
            }
            solved
        });
        // Levels that were kept may be why.
        self.kept.worn |= solved.is_err();
        // What cannot be solved at all is named before what did not work.
        let mut report = solved.map_err(|error| a.check().err().unwrap_or(error))?;
        if report.at_rounding_floor && report.final_residual > TELLING * report.initial_residual {
            // Hardly anything was gained: at the floor from the start, or nothing could be.
            a.check()?;
        }
        self.kept.learn(&report);
        report.setup_seconds = self.setup_seconds;
        // Attempts that failed took their time too.
        report.solve_seconds = started.elapsed().as_secs_f64();
        Ok(report)
    }

    /// Solves `A x = b` for several independent right-hand sides with one set-up. The first is solved alone, so that
    /// [`Method::Auto`] learns from it; the others start from what it learned. Up to half a million cells
    /// threads take sides of their own, each with a copy of the solver; on larger systems all threads work on one side after
    /// another, in the same memory. Either way each solution is the same to the bit, on any number of
    /// threads. One that fails does not stop the others.
    ///
    /// # Errors
    ///
    /// For each side those of [`solve`](Self::solve).
    pub fn solve_many(
        &mut self,
        a: &LayeredOperator,
        sides: &mut [Side<'_>],
    ) -> Vec<Result<SolveReport, SolveError>> {
        let Some(((b, x), others)) = sides.split_first_mut() else { return Vec::new() };
        let mut reports = vec![self.solve(a, b, x)];
        if others.is_empty() {
            return reports;
        }
        let learned = self.choice();
        // A switch that the first side brought about is made once, before the others share it.
        if self.built.is_stale()
            && let Err(error) = self.rebuild(a)
        {
            reports.extend(others.iter().map(|_| Err(error.clone())));
            return reports;
        }
        let each = |solver: &mut Self, (b, x): &mut Side<'_>| {
            let solved = solver.solve(a, b, x);
            solver.set_choice(Some(learned));
            solved
        };
        if self.shape.cells() >= SHARED {
            reports.extend(others.iter_mut().map(|side| each(self, side)));
        } else {
            let share = others.len().div_ceil(rayon::current_num_threads());
            let own = others.par_chunks_mut(share).map(|sides| {
                let mut solver = self.clone();
                sides.iter_mut().map(|side| each(&mut solver, side)).collect::<Vec<_>>()
            });
            let own: Vec<Vec<_>> = own.collect();
            reports.extend(own.into_iter().flatten());
        }
        reports
    }
}

/// A right-hand side, and the starting point that becomes the solution.
pub type Side<'a> = (&'a [f64], &'a mut [f64]);

/// The preconditioner to begin with.
fn family_of(method: Method) -> Family {
    match method {
        Method::Multigrid | Method::Auto => Family::Multigrid,
        Method::Aggregation => Family::Aggregation,
        Method::IncompleteCholesky => Family::Incomplete,
        Method::Jacobi => Family::Jacobi,
        Method::Cholesky => Family::Cholesky,
    }
}
