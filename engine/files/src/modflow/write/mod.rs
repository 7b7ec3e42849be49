//! A simulation as MODFLOW 6 input files.
//!
//! What is written reads back as the same document, to the last bit of every number.

mod model;
mod package;
mod simulation;
mod text;

use std::fs;
use std::io;
use std::path::Path;

pub use model::conductivity_block;
pub use package::period_block;
pub use text::TextFile;

use super::Simulation;

/// The input files of a simulation, `mfsim.nam` first.
pub fn input_files(simulation: &Simulation) -> Vec<TextFile> {
    let mut files = simulation::files(simulation);
    files.extend(model::files(&simulation.model));
    files
}

/// Writes the input files of a simulation into a folder, which is made where it does not exist.
///
/// # Errors
///
/// Those of the file system.
pub fn write_input(simulation: &Simulation, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for file in input_files(simulation) {
        let path = folder.join(&file.name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, file.text)?;
    }
    Ok(())
}
