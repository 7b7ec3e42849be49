//! Folders that take results.

use std::fs::{self, File};
use std::path::Path;

use crate::outcome::CommandError;

/// Makes a folder of results where there is none and sees that files can be made in it, before anything is computed for it.
pub(crate) fn writable(folder: &Path) -> Result<(), CommandError> {
    let trial = folder.join(format!(".quanyu-{}", std::process::id()));
    let tried = fs::create_dir_all(folder)
        .and_then(|()| File::create_new(&trial))
        .and_then(|_| fs::remove_file(&trial));
    tried.map_err(|error| {
        CommandError::WrongInput(format!(
            "--out: cannot write into `{}`: {error}; make it a folder that can be written, or name another with --out",
            folder.display()
        ))
    })
}
