//! The `quanyu` program.
fn main() {}
