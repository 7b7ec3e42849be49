//! Series in time as CSV: a row per period, a column per place or term with its unit, as in `yanhe [m3/s]`.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use quanyu_basin::Period;

use super::OutputFailure;

/// A column of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesColumn {
    /// Id of a place, or name of a term.
    pub name: String,
    /// Unit, e.g. `m3/s`.
    pub unit: String,
}

impl SeriesColumn {
    /// A column.
    pub fn new(name: impl Into<String>, unit: impl Into<String>) -> Self {
        Self { name: name.into(), unit: unit.into() }
    }
}

/// A series while it is written.
#[derive(Debug)]
pub struct SeriesFile {
    path: PathBuf,
    file: File,
    columns: usize,
}

impl SeriesFile {
    /// Creates the file and writes its header: `start`, `end` (the day after the last), and the columns.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written.
    pub fn create(path: &Path, columns: &[SeriesColumn]) -> Result<Self, OutputFailure> {
        let file = File::create(path).map_err(OutputFailure::at(path, "write"))?;
        let mut series = Self { path: path.to_owned(), file, columns: columns.len() };
        let names = columns.iter().map(|column| format!("{} [{}]", column.name, column.unit));
        series.line(["start".to_owned(), "end".to_owned()].into_iter().chain(names))?;
        Ok(series)
    }

    /// Appends a row and flushes it; NaN is an empty cell.
    ///
    /// # Errors
    ///
    /// Where there is not one value per column, or the file cannot be written.
    pub fn append(&mut self, period: Period, values: &[f64]) -> Result<(), OutputFailure> {
        if values.len() != self.columns {
            let cause = format!("{} values for {} columns", values.len(), self.columns);
            return Err(OutputFailure::new(&self.path, "append to", cause));
        }
        let cells = values.iter().map(|value| if value.is_nan() { String::new() } else { value.to_string() });
        self.line([period.start.to_string(), period.end.to_string()].into_iter().chain(cells))
    }

    fn line(&mut self, cells: impl Iterator<Item = String>) -> Result<(), OutputFailure> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(cells).map_err(OutputFailure::at(&self.path, "write"))?;
        let line = writer.into_inner().map_err(OutputFailure::at(&self.path, "write"))?;
        // One call per line, so that a reader of a running file meets whole lines.
        self.file.write_all(&line).map_err(OutputFailure::at(&self.path, "write"))
    }
}

/// A series read back.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Columns.
    pub columns: Vec<SeriesColumn>,
    /// Periods.
    pub periods: Vec<Period>,
    /// A value per period and column; NaN where the cell is empty.
    pub values: Vec<Vec<f64>>,
}

impl Series {
    /// Reads a series; a last line that is not whole, in a file that is still being written, is left out.
    ///
    /// # Errors
    ///
    /// Where the file is not such a series.
    pub fn read(path: &Path) -> Result<Self, OutputFailure> {
        let text = std::fs::read_to_string(path).map_err(OutputFailure::at(path, "read"))?;
        let whole = &text[..text.rfind('\n').map_or(0, |end| end + 1)];
        let mut reader = csv::Reader::from_reader(whole.as_bytes());
        let header = reader.headers().map_err(OutputFailure::at(path, "read"))?.clone();
        let columns: Option<Vec<SeriesColumn>> = header
            .iter()
            .skip(2)
            .map(|cell| {
                let (name, unit) = cell.strip_suffix(']')?.rsplit_once(" [")?;
                Some(SeriesColumn::new(name, unit))
            })
            .collect();
        let columns = columns.filter(|_| header.iter().take(2).eq(["start", "end"]));
        let columns =
            columns.ok_or_else(|| OutputFailure::new(path, "read", "the header is not that of a series"))?;
        let mut series = Self { columns, periods: Vec::new(), values: Vec::new() };
        for record in reader.records() {
            let record = record.map_err(OutputFailure::at(path, "read"))?;
            let line = record.position().map_or(0, csv::Position::line);
            let bad = |cell: &str| OutputFailure::new(path, "read", format!("line {line}: `{cell}`"));
            let day = |cell: &str| cell.parse::<Date>().map_err(|_| bad(cell));
            series.periods.push(Period { start: day(&record[0])?, end: day(&record[1])? });
            let values = record.iter().skip(2);
            let values = values
                .map(|cell| if cell.is_empty() { Ok(f64::NAN) } else { cell.parse().map_err(|_| bad(cell)) });
            series.values.push(values.collect::<Result<_, _>>()?);
        }
        Ok(series)
    }

    /// Values of a column over the periods.
    pub fn column(&self, name: &str) -> Option<Vec<f64>> {
        let index = self.columns.iter().position(|column| column.name == name)?;
        Some(self.values.iter().map(|row| row[index]).collect())
    }
}
