//! (contract in progress)
