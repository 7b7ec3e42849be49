//! Simulations from folders to result files, compared with MODFLOW 6.6.2 and with themselves.

mod cases;
mod folder;
mod results;
mod wrong;
