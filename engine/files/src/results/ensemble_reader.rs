//! `ensemble.h5` read back.

use std::path::{Path, PathBuf};

use hdf5::File;
use ndarray::{Array1, Array3, Array4};

use super::OutputFailure;
use super::head_file::read_texts;

/// The members of a batch: scenario × member × time.
#[derive(Debug)]
pub struct EnsembleReader {
    path: PathBuf,
    file: File,
}

impl EnsembleReader {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// Where it is not such a file.
    pub fn open(path: &Path) -> Result<Self, OutputFailure> {
        let file = File::with_options()
            .with_fapl(|access| access.file_locking(false))
            .open_as(path, hdf5::OpenMode::Read)
            .map_err(OutputFailure::at(path, "read"))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Names of the scenarios.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub fn scenarios(&self) -> Result<Vec<String>, OutputFailure> {
        read_texts(&self.file, "scenario").map_err(OutputFailure::at(&self.path, "read"))
    }

    /// Ids of the springs.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub fn springs(&self) -> Result<Vec<String>, OutputFailure> {
        read_texts(&self.file, "spring").map_err(OutputFailure::at(&self.path, "read"))
    }

    /// Year at each time.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub fn years(&self) -> Result<Vec<i32>, OutputFailure> {
        let years: Array1<i32> = self
            .file
            .dataset("year")
            .and_then(|data| data.read_1d())
            .map_err(OutputFailure::at(&self.path, "read"))?;
        Ok(years.to_vec())
    }

    /// Weight of each member \[-\].
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub fn weights(&self) -> Result<Vec<f64>, OutputFailure> {
        let weights: Array1<f64> = self
            .file
            .dataset("weight")
            .and_then(|data| data.read_1d())
            .map_err(OutputFailure::at(&self.path, "read"))?;
        Ok(weights.to_vec())
    }

    /// City abstraction on the statistical basis \[m³/a\], scenarios × members × years; NaN where a member failed.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub fn abstraction(&self) -> Result<Array3<f64>, OutputFailure> {
        let data = self.file.dataset("abstraction_statistical").and_then(|data| data.read());
        data.map_err(OutputFailure::at(&self.path, "read"))
    }

    /// Flow of the springs \[m³/s\], scenarios × members × springs × years; NaN where a member failed.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub fn spring_flow(&self) -> Result<Array4<f64>, OutputFailure> {
        let data = self.file.dataset("spring_flow").and_then(|data| data.read());
        data.map_err(OutputFailure::at(&self.path, "read"))
    }
}
