//! Picard iteration as MODFLOW's standard formulation does it, where the way decides which cells are dry.

mod settings;

pub use settings::{Acceleration, Backtracking, InnerResidual, PicardSettings, UnderRelaxation};
