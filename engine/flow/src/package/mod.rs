//! Boundary packages: rows of one law each. One file a package: its row, its law with its slope, its test.
//!
//! Every law returns an [`Exchange`]: the flow into the aquifer and its slope with head. The same value serves the
//! residual, the matrix and the budget. Sign: positive into the aquifer.

mod constant_head;
mod drain;
mod evapotranspiration;
mod general_head;
mod recharge;
mod river;
mod well;

pub use constant_head::ConstantHead;
pub use drain::{DepthScaling, Drain};
pub use evapotranspiration::Evapotranspiration;
pub use general_head::GeneralHead;
pub use recharge::Recharge;
pub use river::River;
pub use well::{Well, Wells};

use crate::fault::Origin;

/// One head-dependent exchange with the aquifer, linearised about the present head.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Exchange {
    /// Flow into the aquifer \[m³/d\].
    pub flow: f64,
    /// Its derivative with the head of the cell \[m²/d\]; never positive for a stable law.
    pub slope: f64,
}

/// The rows of one package.
#[derive(Clone, Debug, PartialEq)]
pub enum Package {
    /// Wells of given rate, reduced as their cell dries.
    Wells(Wells),
    /// Drains and springs.
    Drains(Vec<Drain>),
    /// Rivers, gaining and losing.
    Rivers(Vec<River>),
    /// General heads: a distant head behind a conductance.
    GeneralHeads(Vec<GeneralHead>),
    /// Cells whose head is given.
    ConstantHeads(Vec<ConstantHead>),
    /// Areal recharge.
    Recharge(Vec<Recharge>),
    /// Evapotranspiration, linear with depth.
    Evapotranspiration(Vec<Evapotranspiration>),
}

impl Package {
    /// What kind of package it is, as the field calls it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Wells(_) => "wells",
            Self::Drains(_) => "drains",
            Self::Rivers(_) => "rivers",
            Self::GeneralHeads(_) => "general heads",
            Self::ConstantHeads(_) => "constant heads",
            Self::Recharge(_) => "recharge",
            Self::Evapotranspiration(_) => "evapotranspiration",
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Wells(wells) => wells.rows.len(),
            Self::Drains(rows) => rows.len(),
            Self::Rivers(rows) => rows.len(),
            Self::GeneralHeads(rows) => rows.len(),
            Self::ConstantHeads(rows) => rows.len(),
            Self::Recharge(rows) => rows.len(),
            Self::Evapotranspiration(rows) => rows.len(),
        }
    }

    /// Whether the package has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Cell and origin of a row.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, row: usize) -> (usize, Origin) {
        match self {
            Self::Wells(wells) => (wells.rows[row].cell, wells.rows[row].origin),
            Self::Drains(rows) => (rows[row].cell, rows[row].origin),
            Self::Rivers(rows) => (rows[row].cell, rows[row].origin),
            Self::GeneralHeads(rows) => (rows[row].cell, rows[row].origin),
            Self::ConstantHeads(rows) => (rows[row].cell, rows[row].origin),
            Self::Recharge(rows) => (rows[row].cell, rows[row].origin),
            Self::Evapotranspiration(rows) => (rows[row].cell, rows[row].origin),
        }
    }
}

/// A package under the name by which budgets and results report it.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedPackage {
    /// Its name; unique among the packages of a run.
    pub name: String,
    /// Its rows.
    pub package: Package,
}
