//! `results.h5` read back.

use std::path::{Path, PathBuf};

use hdf5::File;
use jiff::Span;
use jiff::civil::Date;
use ndarray::{Array1, Array2, Array3, s};
use quanyu_basin::Period;

use super::OutputFailure;
use super::head_file::read_texts;

/// The heads and spring flows of a run, also of one that is still being written.
#[derive(Debug)]
pub struct HeadReader {
    path: PathBuf,
    file: File,
    epoch: Date,
}

impl HeadReader {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// Where it is not such a file.
    pub fn open(path: &Path) -> Result<Self, OutputFailure> {
        let fail = OutputFailure::at(path, "read");
        let file = File::with_options()
            .with_fapl(|access| access.file_locking(false))
            .open_as(path, hdf5::OpenMode::Read)
            .map_err(OutputFailure::at(path, "read"))?;
        let units = file
            .dataset("time")
            .and_then(|time| time.attr("units"))
            .and_then(|units| units.read_scalar::<hdf5::types::VarLenUnicode>())
            .map_err(OutputFailure::at(path, "read"))?;
        let epoch = units.strip_prefix("days since ").and_then(|date| date.parse().ok());
        let epoch = epoch.ok_or_else(|| fail(format!("the time has the units `{}`", units.as_str())))?;
        Ok(Self { path: path.to_owned(), file, epoch })
    }

    /// Periods at whose ends there are heads.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub fn head_periods(&self) -> Result<Vec<Period>, OutputFailure> {
        self.periods("time_bounds")
    }

    /// Periods over which there are spring flows.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub fn spring_periods(&self) -> Result<Vec<Period>, OutputFailure> {
        self.periods("spring_time_bounds")
    }

    fn periods(&self, name: &str) -> Result<Vec<Period>, OutputFailure> {
        let bounds: Array2<f64> = self
            .file
            .dataset(name)
            .and_then(|data| data.read_2d())
            .map_err(OutputFailure::at(&self.path, "read"))?;
        if bounds.ncols() != 2 {
            return Err(OutputFailure::new(&self.path, "read", format!("`{name}` has not two columns")));
        }
        let day = |days: f64| -> Result<Date, OutputFailure> {
            let span =
                Span::new().try_days(days.round() as i64).map_err(OutputFailure::at(&self.path, "read"))?;
            self.epoch.checked_add(span).map_err(OutputFailure::at(&self.path, "read"))
        };
        bounds.rows().into_iter().map(|row| Ok(Period { start: day(row[0])?, end: day(row[1])? })).collect()
    }

    /// Heads of a record \[m\], layers × rows × columns; NaN where a cell is not active.
    ///
    /// # Errors
    ///
    /// Where there is no such record.
    pub fn heads(&self, record: usize) -> Result<Array3<f64>, OutputFailure> {
        let data = self.file.dataset("head").map_err(OutputFailure::at(&self.path, "read"))?;
        let records = data.shape().first().copied().unwrap_or(0);
        if record >= records {
            return Err(OutputFailure::new(
                &self.path,
                "read",
                format!("no record {record}, there are {records}"),
            ));
        }
        data.read_slice(s![record, .., .., ..]).map_err(OutputFailure::at(&self.path, "read"))
    }

    /// Spring flows \[m³/s\], periods × springs.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub fn spring_flow(&self) -> Result<Array2<f64>, OutputFailure> {
        let data = self.file.dataset("spring_flow").and_then(|data| data.read_2d());
        data.map_err(OutputFailure::at(&self.path, "read"))
    }

    /// Ids of the springs, in the order of [`HeadReader::spring_flow`].
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub fn spring_ids(&self) -> Result<Vec<String>, OutputFailure> {
        read_texts(&self.file, "spring").map_err(OutputFailure::at(&self.path, "read"))
    }

    /// Centres of rows and columns \[m\]: y from north to south, x from west to east.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub fn axes(&self) -> Result<(Array1<f64>, Array1<f64>), OutputFailure> {
        let axis = |name: &str| {
            let data = self.file.dataset(name).and_then(|data| data.read_1d());
            data.map_err(OutputFailure::at(&self.path, "read"))
        };
        Ok((axis("y")?, axis("x")?))
    }

    /// Top of the grid \[m\], rows × columns, and bottom of each cell \[m\], layers × rows × columns.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub fn surfaces(&self) -> Result<(Array2<f64>, Array3<f64>), OutputFailure> {
        let fail = || OutputFailure::at(&self.path, "read");
        let top = self.file.dataset("top").and_then(|data| data.read_2d()).map_err(fail())?;
        let bottom = self.file.dataset("bottom").and_then(|data| data.read()).map_err(fail())?;
        Ok((top, bottom))
    }
}
