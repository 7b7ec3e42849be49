//! Choosing between two preconditioners by measured convergence.

use std::fmt;

use crate::error::SolveError;
use crate::stopping::SolveReport;

/// The families of preconditioners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// [`LayeredMultigrid`](crate::LayeredMultigrid) or [`JacobianMultigrid`](crate::JacobianMultigrid).
    Multigrid,
    /// [`IncompleteCholesky`](crate::IncompleteCholesky) or [`IncompleteLu`](crate::IncompleteLu).
    Incomplete,
    /// [`Jacobi`](crate::Jacobi); never chosen automatically.
    Jacobi,
}

impl Family {
    fn name(self) -> &'static str {
        match self {
            Self::Multigrid => "multigrid",
            Self::Incomplete => "incomplete factorisation",
            Self::Jacobi => "Jacobi",
        }
    }
}

/// Which preconditioner a solver uses, and the measurements that an automatic one goes by.
///
/// It is all that a solver has learned: handed to another one, it makes that repeat what the first would have done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// The preconditioner in use.
    pub family: Family,
    /// Iterations that multigrid took for each factor of ten in the residual, when last measured; infinite where it failed.
    pub multigrid_rate: Option<f64>,
    /// The same for the incomplete factorisation.
    pub incomplete_rate: Option<f64>,
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.family.name())?;
        let mut separator = " (";
        let rates = [
            (Family::Multigrid.name(), self.multigrid_rate),
            (Family::Incomplete.name(), self.incomplete_rate),
        ];
        for (name, rate) in rates {
            match rate {
                Some(rate) if rate.is_finite() => {
                    write!(f, "{separator}{name} took {rate:.1} iterations a decade")?;
                }
                Some(_) => write!(f, "{separator}{name} failed")?,
                None => continue,
            }
            separator = ", ";
        }
        if separator == ", " { write!(f, ")") } else { Ok(()) }
    }
}

/// A solve that gains less than this factor says nothing about the rate.
const TELLING: f64 = 100.0;
/// A trial may take as many iterations as the other would for this many decades.
const TRIAL_DECADES: f64 = 10.0;

/// Keeps the rates. An iteration with either preconditioner costs about the same, so that rates compare as they are.
#[derive(Clone, Debug)]
pub(crate) struct Chooser {
    /// Of multigrid, and of the incomplete factorisation.
    rates: [Option<f64>; 2],
    /// Above this rate multigrid is not doing its work and the other is tried.
    slow: f64,
    /// Iterations that multigrid gets before it counts as failed.
    patience: usize,
}

impl Chooser {
    pub(crate) fn new(slow: f64, patience: usize) -> Self {
        Self { rates: [None; 2], slow, patience }
    }

    pub(crate) fn choice(&self, family: Family) -> Choice {
        let [multigrid_rate, incomplete_rate] = self.rates;
        Choice { family, multigrid_rate, incomplete_rate }
    }

    /// Takes over what was learned elsewhere; says which preconditioner to go on with.
    pub(crate) fn recall(&mut self, choice: Option<Choice>) -> Family {
        self.rates = choice.map_or([None; 2], |choice| [choice.multigrid_rate, choice.incomplete_rate]);
        choice.map_or(Family::Multigrid, |choice| choice.family)
    }

    fn of_other(&self, family: Family) -> Option<f64> {
        self.rates[usize::from(family == Family::Multigrid)]
    }

    fn set(&mut self, family: Family, rate: f64) {
        self.rates[usize::from(family != Family::Multigrid)] = Some(rate);
    }

    /// Most iterations for a solve with a preconditioner.
    pub(crate) fn limit(&self, family: Family, most: usize) -> usize {
        match (self.of_other(family), family) {
            (Some(rate), _) if rate.is_finite() => most.min((rate * TRIAL_DECADES).ceil() as usize),
            (None, Family::Multigrid) => most.min(self.patience),
            _ => most,
        }
    }

    /// Takes note of a solve; says whether the other preconditioner should be used from now on.
    pub(crate) fn learn(&mut self, family: Family, report: &SolveReport) -> bool {
        let gain = report.initial_residual / report.final_residual;
        if !gain.is_finite() || gain < TELLING {
            return false;
        }
        let rate = report.iterations as f64 / gain.log10();
        self.set(family, rate);
        match (self.of_other(family), family) {
            (Some(other), _) => other < rate,
            (None, Family::Multigrid) => rate > self.slow,
            (None, _) => false,
        }
    }

    /// Takes note of a solve that failed; says whether the other preconditioner is worth an attempt.
    pub(crate) fn fail(&mut self, family: Family, error: &SolveError) -> bool {
        let of_method =
            matches!(error, SolveError::NotConverged { .. } | SolveError::NotPositiveDefinite { .. });
        if !of_method {
            return false;
        }
        if self.of_other(family) == Some(f64::INFINITY) {
            // Both failed: the fault is the system's, and says nothing about the next.
            self.rates = [None; 2];
            return false;
        }
        self.set(family, f64::INFINITY);
        true
    }
}
