//! Linear algebra for layered grids: operators, preconditioners and Krylov solvers.
//!
//! This crate knows matrices whose unknowns sit on `layers × rows × columns` boxes and whose
//! couplings are those of a seven-point stencil. It attaches no physical meaning to them.
//!
//! | matrix | method | preconditioners | all three |
//! |---|---|---|---|
//! | [`LayeredOperator`], symmetric: `(A x)_n = Σ_m c_nm (x_n − x_m) + e_n x_n` | [`ConjugateGradient`] | [`LayeredMultigrid`], [`AggregationMultigrid`], [`IncompleteCholesky`], [`Jacobi`], [`SparseCholesky`] | [`SymmetricSolver`] |
//! | [`LayeredJacobian`], two coefficients a face | [`BiConjugateGradientStabilised`], [`Gmres`] | [`JacobianMultigrid`], [`IncompleteLu`] | [`JacobianSolver`] |
//! | [`SparseOperator`], the same on no grid | [`ConjugateGradient`] | [`GraphMultigrid`], [`Jacobi`] | [`SparseSolver`] |
//!
//! All storage is laid out once for a grid; `rebuild` rewrites the values and allocates nothing. Convergence
//! is judged by the true residual. Errors name the cell.
//!
//! Results are the same to the bit on any number of threads: sums run over fixed chunks and are
//! added in order ([`vector`]), and everything else is computed cell by cell.

mod aggregation;
mod banded;
mod bicgstab;
mod choice;
mod cholesky;
mod coefficients;
mod conjugate_gradient;
mod error;
mod gmres;
mod incomplete;
mod jacobi;
mod jacobian;
mod jacobian_solver;
mod krylov_cycle;
mod layered;
mod multigrid;
mod operator;
mod sparse;
mod sparse_solver;
mod stopping;
mod switching;
mod symmetric_solver;
pub mod vector;
mod wide;

pub use aggregation::GraphMultigrid;
pub use banded::BandedFactors;
pub use bicgstab::{BiConjugateGradientStabilised, BicgstabSettings};
pub use choice::{Choice, Family};
pub use cholesky::SparseCholesky;
pub use conjugate_gradient::{CgSettings, ConjugateGradient};
pub use error::{Cell, CoefficientFault, FaultKind, SolveError};
pub use gmres::{Gmres, GmresSettings};
pub use incomplete::{IncompleteCholesky, IncompleteLu};
pub use jacobi::Jacobi;
pub use jacobian::{FaceCoefficients, LayeredJacobian};
pub use jacobian_solver::{JacobianMethod, JacobianSettings, JacobianSolver};
pub use layered::{LayeredOperator, LayeredShape};
pub use multigrid::{
    AggregationMultigrid, AggregationSettings, Cycle, FinestPass, JacobianMultigrid, LayeredMultigrid,
    MultigridSettings,
};
pub use operator::{LinearOperator, Preconditioner};
pub use sparse::{SparseFault, SparseOperator};
pub use sparse_solver::SparseSolver;
pub use stopping::SolveReport;
pub use symmetric_solver::{Method, Side, SymmetricSettings, SymmetricSolver};
