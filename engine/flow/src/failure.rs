//! Why a step failed, in plain words.

use crate::balance::Balance;
use crate::fault::Fault;
use crate::islands;
use crate::model::{Formulation, Problem};
use crate::package::Package;
use crate::stresses::Stresses;
use std::fmt;

/// The class of what went wrong.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FailureCause {
    /// The stresses are wrong: all their faults.
    Stresses(Vec<Fault>),
    /// A number of the call is wrong, such as a step of negative length.
    Argument(String),
    /// The linear solver broke down or did not converge, even for the shortest sub-step.
    LinearSolver(String),
    /// The outer iteration did not converge, even for the shortest sub-step.
    NotConverged,
    /// A residual or head is not a finite number.
    NotFinite,
    /// A cell of given head, the worst cell, fell dry: its head is not above its bottom.
    DryConstantHead,
    /// Water enters a part of the aquifer (of this many cells, the worst cell being one) that has no outlet, and nothing
    /// stores it: no steady state exists.
    NoOutlet(usize),
}

/// A cell and its residual, by layer, row and column (from 0).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WorstCell {
    /// The cell's index.
    pub cell: usize,
    /// Layer.
    pub layer: usize,
    /// Row.
    pub row: usize,
    /// Column.
    pub column: usize,
    /// Net inflow that remained \[m³/d\].
    pub residual: f64,
}

/// What the heads at which a solution failed show.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Sign {
    /// Dry cells cut a part off that gains or loses water which nothing there can balance; nothing is stored.
    CutOff {
        /// A cell of it.
        cell: usize,
        /// Number of its cells.
        cells: usize,
        /// What it gains \[m³/d\].
        source: f64,
    },
    /// A well that nothing reduces takes water from a cell whose head fell below its bottom.
    Overdrawn {
        /// The cell.
        cell: usize,
        /// Name of the package.
        package: String,
        /// Its rate \[m³/d\], negative.
        rate: f64,
    },
}

/// A step that could not be solved. The state is as it was before the step.
#[derive(Clone, Debug, PartialEq)]
pub struct StepFailure {
    /// What class of cause.
    pub cause: FailureCause,
    /// Where the residual was largest.
    pub worst: Option<WorstCell>,
    /// Time at which the failing (sub-)step began \[d since the start\].
    pub time: f64,
    /// Length of the shortest (sub-)step tried \[d\]; 0 for a steady solution.
    pub shortest: f64,
    /// Relative residual that was reached.
    pub relative_residual: f64,
    /// What to try.
    pub advice: &'static str,
}

impl fmt::Display for StepFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            FailureCause::Stresses(faults) => {
                write!(f, "the stresses have {} fault(s)", faults.len())?;
                if let Some(first) = faults.first() {
                    write!(f, ", the first: {first}")?;
                }
            }
            FailureCause::Argument(what) => write!(f, "{what}")?,
            FailureCause::LinearSolver(what) => write!(f, "the linear solver failed: {what}")?,
            FailureCause::NotConverged => {
                write!(
                    f,
                    "the outer iteration did not converge (relative residual {:.1e})",
                    self.relative_residual
                )?;
            }
            FailureCause::NotFinite => write!(f, "a head or flow became infinite or undefined")?,
            FailureCause::DryConstantHead => write!(f, "a cell of given head fell dry")?,
            FailureCause::NoOutlet(cells) => {
                write!(
                    f,
                    "{cells} connected cell(s) receive or lose water but nothing there can balance it"
                )?;
            }
        }
        write!(f, "; day {}", self.time)?;
        if self.shortest > 0.0 {
            write!(f, ", shortest sub-step {:.3e} d", self.shortest)?;
        }
        if let Some(worst) = self.worst {
            write!(
                f,
                "; worst cell: layer {}, row {}, column {} (net inflow {:.3e} m³/d)",
                worst.layer + 1,
                worst.row + 1,
                worst.column + 1,
                worst.residual
            )?;
        }
        write!(f, ". {}", self.advice)
    }
}

impl std::error::Error for StepFailure {}

/// Most wells that are named.
const NAMED: usize = 4;

/// What the heads of the moment show of why there is no solution; `storing`: whether the rock stores.
pub(crate) fn signs(problem: &Problem, stresses: &Stresses, balance: &Balance, storing: bool) -> Vec<Sign> {
    let mut signs = Vec::new();
    if !storing && problem.formulation() == Formulation::Central {
        let part = islands::cut_off(problem, stresses, balance);
        signs.extend(part.map(|(cell, cells, source)| Sign::CutOff { cell, cells, source }));
    }
    let (bottom, geometry) = (&problem.grid().bottom, problem.geometry());
    for named in &stresses.packages {
        let Package::Wells(wells) = &named.package else { continue };
        for (row, well) in wells.rows.iter().enumerate() {
            let cell = well.cell;
            let reduced = wells.fading(row, geometry.thickness[cell]) > 0.0;
            let low = geometry.unknown[cell] && !balance.is_dry(cell) && balance.head[cell] <= bottom[cell];
            if signs.len() < NAMED && well.rate < 0.0 && !reduced && geometry.convertible[cell] && low {
                signs.push(Sign::Overdrawn { cell, package: named.name.clone(), rate: well.rate });
            }
        }
    }
    signs
}
