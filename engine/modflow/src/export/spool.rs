//! The blocks of a file whose head is not known before the last of them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Blocks written so far, beside the file that they are to end. They go when the export does not come to its end.
#[derive(Debug)]
pub(super) struct Spool {
    out: BufWriter<File>,
    path: PathBuf,
    file: PathBuf,
}

impl Spool {
    /// No blocks yet, for a file of this name in a folder.
    pub(super) fn create(folder: &Path, name: &str) -> io::Result<Self> {
        let path = folder.join(format!("{name}.partial"));
        Ok(Self { out: BufWriter::new(File::create(&path)?), path, file: folder.join(name) })
    }

    /// Adds a block.
    pub(super) fn write(&mut self, block: &str) -> io::Result<()> {
        self.out.write_all(block.as_bytes())
    }

    /// Puts the blocks at the end of their file, which has its head.
    pub(super) fn append(mut self) -> io::Result<()> {
        self.out.flush()?;
        let mut file = OpenOptions::new().append(true).create(true).open(&self.file)?;
        io::copy(&mut File::open(&self.path)?, &mut file)?;
        Ok(())
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        // What cannot be removed is in nobody's way.
        let _ = fs::remove_file(&self.path);
    }
}
