//! What a search has tried, kept line by line, so that one that was stopped goes on from there.
//!
//! The first line holds the hash of all that a trial depends on, each further one what came of one value in one world. A line that a
//! killed search left unfinished counts for nothing, and under another hash the file begins anew. One search at a time holds the
//! file, by a lock that the system releases whatever happens to the program.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::OutputFailure;

/// The file of a search, whose trials each came to a `T`.
#[derive(Debug)]
pub struct TrialLog<T> {
    path: PathBuf,
    open: Mutex<Open<T>>,
}

#[derive(Debug)]
struct Open<T> {
    file: File,
    /// By the bits of the value, and the world.
    known: BTreeMap<(u64, usize), T>,
}

#[derive(Deserialize, Serialize)]
struct Header {
    hash: String,
}

#[derive(Deserialize, Serialize)]
struct Line<T> {
    value: f64,
    world: usize,
    outcome: T,
}

impl<T: Serialize + DeserializeOwned + Clone> TrialLog<T> {
    /// Opens the file, making it and its folder where there is none, and holds it.
    ///
    /// # Errors
    ///
    /// Where it cannot be read or written, or another search holds it.
    pub fn open(path: &Path, hash: &str) -> Result<Self, OutputFailure> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(OutputFailure::at(folder, "create"))?;
        }
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(OutputFailure::at(path, "open"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let cause = "another search for the same works on it; wait for it, or choose another `--out`";
                return Err(OutputFailure::new(path, "hold", cause));
            }
            Err(TryLockError::Error(error)) => return Err(OutputFailure::new(path, "lock", error)),
        }
        let known = take_up(&mut file, hash).map_err(OutputFailure::at(path, "write"))?;
        Ok(Self { path: path.to_owned(), open: Mutex::new(Open { file, known }) })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What came of a value in a world, if it was tried.
    pub fn get(&self, value: f64, world: usize) -> Option<T> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.known.get(&(value.to_bits(), world)).cloned()
    }

    /// Keeps what came of a value in a world.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub fn put(&self, value: f64, world: usize, outcome: &T) -> Result<(), OutputFailure> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let line = Line { value, world, outcome: outcome.clone() };
        let write = |file: &mut File| -> std::io::Result<()> {
            let text = serde_json::to_string(&line)? + "\n";
            file.write_all(text.as_bytes())?;
            file.sync_data()
        };
        write(&mut open.file).map_err(OutputFailure::at(&self.path, "write"))?;
        open.known.insert((value.to_bits(), world), outcome.clone());
        Ok(())
    }
}

/// Reads what is there under the hash, cuts off what is not, and leaves the file at its end.
fn take_up<T: DeserializeOwned>(file: &mut File, hash: &str) -> std::io::Result<BTreeMap<(u64, usize), T>> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let mut known = BTreeMap::new();
    let mut sound = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n")) {
        if sound == 0 {
            match serde_json::from_slice::<Header>(line) {
                Ok(header) if header.hash == hash => {}
                _ => break,
            }
        } else {
            let Ok(read) = serde_json::from_slice::<Line<T>>(line) else { break };
            known.insert((read.value.to_bits(), read.world), read.outcome);
        }
        sound += line.len();
    }
    file.set_len(sound as u64)?;
    file.seek(SeekFrom::End(0))?;
    if sound == 0 {
        let header = serde_json::to_string(&Header { hash: hash.to_owned() })? + "\n";
        file.write_all(header.as_bytes())?;
        file.sync_data()?;
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_tried_comes_back_and_half_a_line_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("searches/one.jsonl");
        let third = 1.0 / 3.0;
        {
            let log = TrialLog::<Option<f64>>::open(&path, "1").unwrap();
            assert_eq!(log.get(third, 0), None);
            log.put(third, 0, &Some(0.1 + 0.2)).unwrap();
            log.put(third, 1, &None).unwrap();
            let held = TrialLog::<Option<f64>>::open(&path, "1").unwrap_err();
            assert!(held.to_string().contains("another search"), "{held}");
        }
        let whole = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{whole}{{\"value\":0.5,\"wor")).unwrap();
        {
            let log = TrialLog::<Option<f64>>::open(&path, "1").unwrap();
            assert_eq!(log.get(third, 0), Some(Some(0.1 + 0.2)), "to the bit");
            assert_eq!((log.get(third, 1), log.get(0.5, 0)), (Some(None), None));
            assert_eq!(fs::read_to_string(&path).unwrap(), whole, "the half is cut off");
            log.put(0.5, 0, &None).unwrap();
        }
        let log = TrialLog::<Option<f64>>::open(&path, "2").unwrap();
        assert_eq!((log.get(third, 0), log.get(0.5, 0)), (None, None), "other inputs, other trials");
    }
}
