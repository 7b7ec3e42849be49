//! Files in the folder of the simulation, each with its path for messages.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::failure::Stopped;

/// The folder of `mfsim.nam`, to which all names are relative.
#[derive(Clone, Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(path: &Path) -> Self {
        Self(path.to_path_buf())
    }

    /// Makes a file, over one of the same name; a backslash in the name stands for a slash.
    pub(crate) fn make(&self, name: &str) -> Result<OutputFile, Stopped> {
        let path = self.0.join(name.replace('\\', "/"));
        match File::create(&path) {
            Ok(file) => Ok(OutputFile { path, out: BufWriter::with_capacity(1 << 16, file) }),
            Err(error) => Err(Stopped::Output(path, error)),
        }
    }
}

/// A file being written.
#[derive(Debug)]
pub(crate) struct OutputFile {
    path: PathBuf,
    out: BufWriter<File>,
}

impl OutputFile {
    pub(crate) fn write(
        &mut self,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> Result<(), Stopped> {
        write(&mut self.out).map_err(|error| Stopped::Output(self.path.clone(), error))
    }

    pub(crate) fn line(&mut self, text: &str) -> Result<(), Stopped> {
        self.write(|out| writeln!(out, "{text}"))
    }

    pub(crate) fn flush(&mut self) -> Result<(), Stopped> {
        self.write(Write::flush)
    }
}
