//! Flexible conjugate gradients with multigrid, for symmetric matrices that are on no grid.

use std::time::Instant;

use crate::aggregation::GraphMultigrid;
use crate::conjugate_gradient::{CgSettings, ConjugateGradient};
use crate::error::SolveError;
use crate::operator::LinearOperator;
use crate::sparse::SparseOperator;
use crate::stopping::SolveReport;

/// Solver for systems of one size: `rebuild` and `solve` by turns.
///
/// ```
/// use nalgebra_sparse::{CooMatrix, CsrMatrix};
/// use quanyu_solve::{CgSettings, SparseOperator, SparseSolver};
///
/// // Three cells in a row, the first tied to a level outside of 6 by a conductance of 1, water taken from the last.
/// let entries = [(0, 0, 3.0), (0, 1, -2.0), (1, 0, -2.0), (1, 1, 3.0), (1, 2, -1.0), (2, 1, -1.0), (2, 2, 1.0)];
/// let mut matrix = CooMatrix::new(3, 3);
/// entries.iter().for_each(|(row, column, value)| matrix.push(*row, *column, *value));
/// let a = SparseOperator::new(&CsrMatrix::from(&matrix))?;
/// let mut solver = SparseSolver::new(3, CgSettings::default());
/// let mut head = [0.0; 3];
/// solver.rebuild(&a)?;
/// solver.solve(&a, &[6.0, 0.0, -1.0], &mut head)?;
/// for (head, expected) in head.iter().zip([5.0, 4.5, 3.5]) {
///     assert!((head - expected).abs() < 1e-6);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SparseSolver {
    krylov: ConjugateGradient,
    multigrid: GraphMultigrid,
    stop: CgSettings,
    setup_seconds: f64,
}

impl SparseSolver {
    /// Lays out the vectors for `size` unknowns.
    pub fn new(size: usize, stop: CgSettings) -> Self {
        let stop = CgSettings { flexible: true, ..stop };
        Self {
            krylov: ConjugateGradient::new(size),
            multigrid: GraphMultigrid::new(),
            stop,
            setup_seconds: 0.0,
        }
    }

    /// Takes a matrix: checks that it determines its unknowns and rebuilds the multigrid.
    ///
    /// # Errors
    ///
    /// [`SolveError::Singular`] where nothing holds the level of a connected part, named by its first row.
    pub fn rebuild(&mut self, a: &SparseOperator) -> Result<(), SolveError> {
        let started = Instant::now();
        a.check()?;
        self.multigrid.rebuild(a);
        self.setup_seconds = started.elapsed().as_secs_f64();
        Ok(())
    }

    /// Solves `A x = b` from the given `x`, with the multigrid of the last [`rebuild`](Self::rebuild).
    ///
    /// # Errors
    ///
    /// Those of [`ConjugateGradient::solve`].
    pub fn solve(&mut self, a: &SparseOperator, b: &[f64], x: &mut [f64]) -> Result<SolveReport, SolveError> {
        if self.multigrid.levels() == 0 {
            self.rebuild(a)?;
        }
        debug_assert_eq!(a.size(), b.len());
        let mut report = self.krylov.solve(a, &mut self.multigrid, b, x, &self.stop)?;
        report.setup_seconds = self.setup_seconds;
        Ok(report)
    }

    /// Residual norms of the last solve; see [`ConjugateGradient::history`].
    pub fn history(&self) -> &[f64] {
        self.krylov.history()
    }
}
