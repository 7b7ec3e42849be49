//! Holding a folder: a file in it that one process at a time has locked.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use super::OutputFailure;

/// Holds a folder by a file in it, which says who does, for as long as the file is open; the system releases it whatever happens to
/// the program.
///
/// # Errors
///
/// Where the file cannot be made, or another process holds the folder; the cause says which.
pub(super) fn hold(folder: &Path, name: &str) -> Result<File, OutputFailure> {
    let path = folder.join(name);
    let mut lock = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(OutputFailure::at(&path, "open"))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let known = lock.read_to_string(&mut holder).is_ok() && !holder.trim().is_empty();
            let holder = if known { holder.trim() } else { "another process" };
            let cause = format!("{holder} works on this folder; wait for it, or choose another `--out`");
            return Err(OutputFailure::new(folder, "hold", cause));
        }
        Err(TryLockError::Error(error)) => return Err(OutputFailure::new(&path, "lock", error)),
    }
    let say = |lock: &mut File| {
        lock.set_len(0)?;
        lock.rewind()?;
        writeln!(lock, "process {}", std::process::id())
    };
    say(&mut lock).map_err(OutputFailure::at(&path, "write"))?;
    Ok(lock)
}
