//! Puts into the program the hash of the sources that results come from, so that what was stored by another engine is not taken for its own.
#![allow(clippy::print_stdout, reason = "cargo is told by what is printed")]

#[path = "sources.rs"]
mod sources;

use std::io::{Error, Result};
use std::path::{Path, PathBuf};

/// Crates that results pass through. The page, its charts and MODFLOW's files are not among them.
const CRATES: [&str; 6] = ["solve", "flow", "basin", "policy", "files", "command"];

fn main() -> Result<()> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = own.ancestors().nth(2).ok_or_else(|| Error::other("the crate lies in no workspace"))?;
    let folders = CRATES.map(|name| PathBuf::from("engine").join(name).join("src"));
    // Versions of the libraries.
    let files = [PathBuf::from("Cargo.lock")];
    for path in folders.iter().chain(&files) {
        println!("cargo::rerun-if-changed={}", root.join(path).display());
    }
    println!("cargo::rustc-env=QUANYU_SOURCES={}", sources::hash(root, &folders, &files)?);
    Ok(())
}
