//! Which engine results come from.

/// Version of the program, and the hash of the sources that results come from: what was stored under another is computed anew, since only the same
/// engine gives the same bits. A build for another processor has the same.
pub(crate) const ENGINE: &str = concat!(env!("CARGO_PKG_VERSION"), " (engine ", env!("QUANYU_SOURCES"), ")");
