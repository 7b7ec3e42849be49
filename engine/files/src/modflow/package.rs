//! The stress packages of a flow model.

use super::constant_head::ConstantHeads;
use super::drain::Drains;
use super::evapotranspiration::{EvapotranspirationArrays, Evapotranspirations};
use super::general_head::GeneralHeads;
use super::observation::ObservationFile;
use super::option::PackageOptions;
use super::recharge::{RechargeArrays, Recharges};
use super::river::Rivers;
use super::well::Wells;

/// A stress package.
#[derive(Clone, Debug, PartialEq)]
pub enum Package {
    /// WEL.
    Wells(Wells),
    /// DRN.
    Drains(Drains),
    /// RIV.
    Rivers(Rivers),
    /// GHB.
    GeneralHeads(GeneralHeads),
    /// RCH as a list.
    Recharges(Recharges),
    /// RCH by arrays.
    RechargeArrays(RechargeArrays),
    /// EVT as a list.
    Evapotranspirations(Evapotranspirations),
    /// EVT by arrays.
    EvapotranspirationArrays(EvapotranspirationArrays),
    /// CHD.
    ConstantHeads(ConstantHeads),
}

/// One expression for every kind of package.
macro_rules! each {
    ($package:expr, $bound:ident => $answer:expr) => {
        match $package {
            Package::Wells($bound) => $answer,
            Package::Drains($bound) => $answer,
            Package::Rivers($bound) => $answer,
            Package::GeneralHeads($bound) => $answer,
            Package::Recharges($bound) => $answer,
            Package::RechargeArrays($bound) => $answer,
            Package::Evapotranspirations($bound) => $answer,
            Package::EvapotranspirationArrays($bound) => $answer,
            Package::ConstantHeads($bound) => $answer,
        }
    };
}

impl Package {
    /// Its name in capitals.
    pub fn name(&self) -> &str {
        each!(self, package => &package.name)
    }

    /// Options that all packages share.
    pub fn common(&self) -> &PackageOptions {
        each!(self, package => &package.common)
    }

    /// What is observed of it.
    pub fn observations(&self) -> &[ObservationFile] {
        each!(self, package => &package.observations)
    }

    /// Its kind in the name file, without the version.
    pub fn kind(&self) -> &'static str {
        ["WEL", "DRN", "RIV", "GHB", "RCH", "RCH", "EVT", "EVT", "CHD"][self.rank()]
    }

    /// Its term in budgets: the kind, with an A where it is given by arrays.
    pub fn term(&self) -> &'static str {
        ["WEL", "DRN", "RIV", "GHB", "RCH", "RCHA", "EVT", "EVTA", "CHD"][self.rank()]
    }

    /// Place of its kind in MODFLOW's order of packages; those of one rank keep the order of the name file.
    pub(crate) fn rank(&self) -> usize {
        match self {
            Self::Wells(_) => 0,
            Self::Drains(_) => 1,
            Self::Rivers(_) => 2,
            Self::GeneralHeads(_) => 3,
            Self::Recharges(_) => 4,
            Self::RechargeArrays(_) => 5,
            Self::Evapotranspirations(_) => 6,
            Self::EvapotranspirationArrays(_) => 7,
            Self::ConstantHeads(_) => 8,
        }
    }

    /// Place of its kind in the order of budgets: list and array packages of one kind are one.
    pub(crate) fn order(&self) -> usize {
        [0, 1, 2, 3, 4, 4, 5, 5, 6][self.rank()]
    }
}
