//! Hash of the sources that results come from.

use std::fs;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Digits of the hash that are kept: more than enough to tell builds of one program apart.
const DIGITS: usize = 16;

/// Hash over the Rust sources in these folders and the other files, by their paths from `root` and their text: another comment changes it, another
/// place, time or order of reading does not.
///
/// # Errors
/// A folder or file cannot be read.
pub(crate) fn hash(root: &Path, folders: &[PathBuf], files: &[PathBuf]) -> Result<String> {
    let mut all: Vec<PathBuf> = files.to_vec();
    folders.iter().try_for_each(|folder| sources(&root.join(folder), &mut all))?;
    let mut named = Vec::new();
    for path in all {
        let path = root.join(path);
        let within = path.strip_prefix(root).map_err(Error::other)?;
        let name: Vec<_> = within.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        named.push((name.join("/"), fs::read(&path)?));
    }
    named.sort_unstable();
    let mut digest = Sha256::new();
    for (name, text) in named {
        // Lengths first, so that no text can pass for the beginning of the next name.
        digest.update(format!("{} {} {name}", name.len(), text.len()));
        digest.update(text);
    }
    let digits: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(digits[..DIGITS].to_owned())
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    Ok(())
}
