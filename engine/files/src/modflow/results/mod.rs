//! The files MODFLOW 6 writes, byte for byte where other programs read them.
//!
//! Every writer is pure: it takes numbers and writes to anything. The binary files have readers of their own.

mod budget_table;
mod bytes;
mod cell_budget;
mod connectivity;
mod fortran;
mod grid_file;
mod heads;
mod listing;
mod observations;

pub use budget_table::{Budget, BudgetTerm};
pub use cell_budget::{BudgetData, BudgetRecord, BudgetRow, CellBudgetWriter, read_cell_budget};
pub use connectivity::{Connectivity, Neighbours, connections, neighbours};
pub use grid_file::write_grid_file;
pub use heads::{DRY_HEAD, HeadRecord, INACTIVE_HEAD, RecordTime, read_heads, write_heads};
pub use listing::{NORMAL_TERMINATION, write_head_table, write_time_summary};
pub use observations::{write_observation_head, write_observations, write_reduction, write_reduction_head};
