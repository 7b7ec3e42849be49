//! From MODFLOW's documents to the flow engine's model, settings and stresses.

pub(crate) mod ground;
pub(crate) mod settings;
pub(crate) mod stress;
