//! Linear algebra for layered grids: operators, preconditioners and Krylov solvers.
//!
//! This crate knows matrices whose unknowns sit on `layers × rows × columns` boxes and whose
//! couplings are those of a seven-point stencil. It attaches no physical meaning to them.
//!
//! * [`LayeredOperator`]: symmetric, in flux form, `(A x)_n = Σ_m c_nm (x_n − x_m) + e_n x_n`.
//! * [`ConjugateGradient`]: preconditioned conjugate gradients that judge by the true residual.
//! * [`LayeredMultigrid`], [`IncompleteCholesky`], [`Jacobi`]: preconditioners; all storage is
//!   laid out once, values are rewritten by `rebuild`.
//! * [`SymmetricSolver`]: the three together, with a choice by measured convergence.
//!
//! Results are the same to the bit on any number of threads: sums run over fixed chunks and are
//! added in order ([`vector`]), and everything else is computed cell by cell.

mod banded_cholesky;
mod conjugate_gradient;
mod error;
mod incomplete_cholesky;
mod jacobi;
mod layered;
mod multigrid;
mod operator;
mod symmetric_solver;
pub mod vector;

pub use banded_cholesky::BandedCholesky;
pub use conjugate_gradient::{CgSettings, ConjugateGradient, SolveReport};
pub use error::{Cell, CoefficientFault, FaultKind, SolveError};
pub use incomplete_cholesky::IncompleteCholesky;
pub use jacobi::Jacobi;
pub use layered::{LayeredOperator, LayeredShape};
pub use multigrid::{LayeredMultigrid, MultigridSettings};
pub use operator::{LinearOperator, Preconditioner};
pub use symmetric_solver::{Choice, Method, SymmetricSettings, SymmetricSolver};
