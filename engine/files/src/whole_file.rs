//! Files that are there whole or not at all.

use std::fs::{self, File};
use std::io::{BufWriter, Result, Write};
use std::path::Path;

use crate::OutputFailure;

/// Writes a file beside its place and renames it, so that it is there whole or not at all.
///
/// # Errors
///
/// Where it cannot be written.
pub fn write_whole(path: &Path, content: impl AsRef<[u8]>) -> std::result::Result<(), OutputFailure> {
    write_whole_by(path, |file| file.write_all(content.as_ref()))
}

/// The same for what is written bit by bit.
pub(crate) fn write_whole_by(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<()>,
) -> std::result::Result<(), OutputFailure> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let file = File::create(&beside).map_err(OutputFailure::at(path, "write"))?;
    let mut file = BufWriter::new(file);
    write(&mut file).and_then(|()| file.flush()).map_err(OutputFailure::at(path, "write"))?;
    fs::rename(&beside, path).map_err(OutputFailure::at(path, "write"))
}
