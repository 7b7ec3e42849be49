//! Choosing between two preconditioners by measured convergence.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::SolveError;
use crate::stopping::{PRECONDITIONED, SolveReport};

/// The families of preconditioners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Family {
    /// [`LayeredMultigrid`](crate::LayeredMultigrid) or [`JacobianMultigrid`](crate::JacobianMultigrid).
    Multigrid,
    /// [`AggregationMultigrid`](crate::AggregationMultigrid).
    Aggregation,
    /// [`IncompleteCholesky`](crate::IncompleteCholesky) or [`IncompleteLu`](crate::IncompleteLu).
    Incomplete,
    /// [`Jacobi`](crate::Jacobi); never chosen automatically.
    Jacobi,
    /// [`SparseCholesky`](crate::SparseCholesky).
    Cholesky,
}

impl Family {
    const COUNT: usize = 5;

    fn name(self) -> &'static str {
        match self {
            Self::Multigrid => "multigrid",
            Self::Aggregation => "aggregation multigrid",
            Self::Incomplete => "incomplete factorisation",
            Self::Jacobi => "Jacobi",
            Self::Cholesky => "sparse Cholesky",
        }
    }

    fn index(self) -> usize {
        match self {
            Self::Multigrid => 0,
            Self::Aggregation => 1,
            Self::Incomplete => 2,
            Self::Jacobi => 3,
            Self::Cholesky => 4,
        }
    }

    /// What an iteration costs, multigrid's being one; measured on systems beyond the cache.
    fn weight(self) -> f64 {
        match self {
            Self::Aggregation => 2.5,
            Self::Cholesky => 12.0,
            _ => 1.0,
        }
    }

    /// What it costs to set the preconditioner up for new coefficients, in iterations of multigrid. A solve of few decades,
    /// as a step of an outer iteration is, pays it for little.
    fn setup(self) -> f64 {
        match self {
            Self::Aggregation => 6.0,
            Self::Cholesky => 150.0,
            _ => 1.0,
        }
    }
}

/// Which preconditioner a solver uses, and the measurements that an automatic one goes by.
///
/// It is all that a solver has learned: handed to another one, it makes that repeat what the first would have done.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// The preconditioner in use.
    pub family: Family,
    /// Iterations that multigrid took for each factor of ten in the residual, when last measured; infinite where it failed.
    pub multigrid_rate: Option<f64>,
    /// The same for aggregation multigrid.
    pub aggregation_rate: Option<f64>,
    /// The same for the incomplete factorisation.
    pub incomplete_rate: Option<f64>,
    /// The same for the sparse Cholesky factorisation.
    pub cholesky_rate: Option<f64>,
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.family.name())?;
        let mut separator = " (";
        let rates = [
            (Family::Multigrid.name(), self.multigrid_rate),
            (Family::Aggregation.name(), self.aggregation_rate),
            (Family::Incomplete.name(), self.incomplete_rate),
            (Family::Cholesky.name(), self.cholesky_rate),
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

/// Less than this part of a decade gained by an attempt is a failure.
const NO_GAIN: f64 = 0.5;

/// Keeps the rates, and says which preconditioner to go on with.
///
/// Rates are weighed with what an iteration costs, by fixed weights and not by time, so that the choice is the same on every machine and on
/// any number of threads.
#[derive(Clone, Debug)]
pub(crate) struct Chooser {
    rates: [Option<f64>; Family::COUNT],
    /// In the order in which they are tried.
    candidates: &'static [Family],
    /// Above this cost a decade a preconditioner is not doing its work and the next is tried.
    slow: f64,
    /// Iterations that a preconditioner gets while another is untried.
    patience: usize,
    /// Iterations after which the first preconditioner of a first solve is looked at, if it is.
    glance: Option<usize>,
}

impl Chooser {
    pub(crate) fn new(candidates: &'static [Family], slow: f64, patience: usize) -> Self {
        Self { rates: [None; Family::COUNT], candidates, slow, patience, glance: None }
    }

    /// Looks at the first preconditioner of a first solve after so many iterations, and goes on only where they do their work.
    pub(crate) fn glancing(self, iterations: usize) -> Self {
        Self { glance: Some(iterations), ..self }
    }

    pub(crate) fn choice(&self, family: Family) -> Choice {
        let [multigrid_rate, aggregation_rate, incomplete_rate, _, cholesky_rate] = self.rates;
        Choice { family, multigrid_rate, aggregation_rate, incomplete_rate, cholesky_rate }
    }

    /// Whether nothing was learned yet.
    pub(crate) fn knows_nothing(&self) -> bool {
        self.rates.iter().all(Option::is_none)
    }

    /// Takes over what was learned elsewhere; says which preconditioner to go on with.
    pub(crate) fn recall(&mut self, choice: Option<Choice>) -> Family {
        self.rates = choice.map_or([None; Family::COUNT], |choice| {
            [
                choice.multigrid_rate,
                choice.aggregation_rate,
                choice.incomplete_rate,
                None,
                choice.cholesky_rate,
            ]
        });
        choice.map_or(self.candidates[0], |choice| choice.family)
    }

    fn cost(&self, family: Family) -> Option<f64> {
        self.rates[family.index()].map(|rate| rate * family.weight())
    }

    fn others(&self, family: Family) -> impl Iterator<Item = Family> {
        self.candidates.iter().copied().filter(move |other| *other != family)
    }

    fn untried(&self, family: Family) -> Option<Family> {
        self.others(family).find(|other| self.rates[other.index()].is_none())
    }

    /// What a solve of so many decades costs a decade, set-up and all.
    fn whole_cost(&self, family: Family, decades: f64) -> Option<f64> {
        self.cost(family).map(|cost| cost + family.setup() / decades)
    }

    /// The cheapest of the others for a solve of so many decades, with its cost a decade.
    fn best_other(&self, family: Family, decades: f64) -> Option<(Family, f64)> {
        let known = self.others(family).filter_map(|other| Some((other, self.whole_cost(other, decades)?)));
        known.filter(|(_, cost)| cost.is_finite()).min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Most iterations before a look at how it goes, where nothing is known of any preconditioner.
    pub(crate) fn glance(&self, family: Family) -> Option<usize> {
        let first = self.knows_nothing() && self.untried(family).is_some();
        self.glance.filter(|_| first)
    }

    /// Whether a solve that was looked at comes down fast enough to go on.
    pub(crate) fn goes_well(&self, family: Family, error: &SolveError) -> bool {
        let SolveError::NotConverged { iterations, initial_residual, final_residual, .. } = error else {
            return false;
        };
        let decades = (initial_residual / final_residual).log10();
        decades > 0.0 && *iterations as f64 * family.weight() <= self.slow * decades
    }

    /// Most iterations for a solve with a preconditioner, `tried` being those that failed in this solve.
    pub(crate) fn limit(&self, family: Family, most: usize, tried: &[Family]) -> usize {
        if self.others(family).all(|other| tried.contains(&other)) {
            return most;
        }
        if let Some((_, cost)) =
            self.best_other(family, TRIAL_DECADES).filter(|(other, _)| !tried.contains(other))
        {
            return most.min((cost / family.weight() * TRIAL_DECADES).ceil() as usize);
        }
        if self.untried(family).is_some() { most.min(self.patience) } else { most }
    }

    /// Takes note of a solve; says which other preconditioner should be used from now on, if any.
    pub(crate) fn learn(&mut self, family: Family, report: &SolveReport) -> Option<Family> {
        let gain = report.initial_residual / report.final_residual;
        if !gain.is_finite() || gain <= 1.0 {
            return None;
        }
        let decades = gain.log10();
        let telling = gain >= TELLING;
        // A short solve measures nothing, yet it is where what a set-up costs counts most.
        if telling {
            self.rates[family.index()] = Some(report.iterations as f64 / decades);
        }
        let cost = self.cost(family)?;
        let whole = cost + family.setup() / decades;
        match self.best_other(family, decades) {
            Some((other, least)) if least < whole => Some(other),
            // Multigrid's own set-up is the least that any pays.
            _ if telling => self
                .untried(family)
                .filter(|other| whole > self.slow + (other.setup() + Family::Multigrid.setup()) / decades),
            _ => None,
        }
    }

    /// Takes note of a solve that failed; says which other preconditioner is worth an attempt.
    pub(crate) fn fail(
        &mut self,
        family: Family,
        error: &SolveError,
        tried: &mut Vec<Family>,
    ) -> Option<Family> {
        let rate = match error {
            SolveError::NotConverged { iterations, initial_residual, final_residual, .. } => {
                let decades = (initial_residual / final_residual).log10();
                if decades > NO_GAIN { *iterations as f64 / decades } else { f64::INFINITY }
            }
            SolveError::NotPositiveDefinite { .. } => f64::INFINITY,
            SolveError::NotFinite { what: PRECONDITIONED, .. }
            | SolveError::OutOfRange { what: PRECONDITIONED, .. } => f64::INFINITY,
            _ => return None,
        };
        self.rates[family.index()] = Some(rate);
        tried.push(family);
        let fresh = |other: &Family| !tried.contains(other);
        let known = self.best_other(family, TRIAL_DECADES).map(|(other, _)| other).filter(fresh);
        let next = self.others(family).find(|other| fresh(other) && self.rates[other.index()].is_none());
        let next = next.or(known).or_else(|| self.others(family).find(fresh));
        if next.is_none() {
            // All failed: the fault is the system's, and says nothing about the next.
            self.rates = [None; Family::COUNT];
        }
        next
    }
}
