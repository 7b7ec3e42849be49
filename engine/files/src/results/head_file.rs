//! `results.h5`: heads and spring flow, appended as the run goes on.
//!
//! HDF5 with dimension scales, which is NetCDF-4 to those who read that; CF-1.10. Every record is flushed, so that a run that is
//! aborted leaves a file that is readable up to its last record.

use std::path::{Path, PathBuf};

use hdf5::types::VarLenUnicode;
use hdf5::{Dataset, File, H5Type};
use jiff::civil::Date;
use ndarray::{Array, ArrayView, Dimension, Ix1, Ix3, arr1, s};
use quanyu_basin::{Crs, Names, Period, days_between};
use quanyu_flow::{CellKind, Grid};

use super::OutputFailure;
use super::attributes::{attribute, text_attribute, texts, unicode};
use super::dimension_scales::{anonymous_dimension, attach_scales, set_scale};
use super::projection::grid_mapping;

/// Number of bytes of a head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// Four bytes: at 1000 m above datum, heads to 0.06 mm.
    #[default]
    Single,
    /// Eight bytes: heads as they were computed.
    Double,
}

/// How `results.h5` is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadFileSettings {
    /// Bytes of a head.
    pub precision: Precision,
    /// Deflate level, 0 (none) to 9.
    pub compression: u8,
}

impl Default for HeadFileSettings {
    fn default() -> Self {
        Self { precision: Precision::Single, compression: 1 }
    }
}

/// What the file is about.
#[derive(Clone, Copy, Debug)]
pub struct HeadFileSubject<'a> {
    /// Title of the run.
    pub title: &'a str,
    /// Program, version and scenario.
    pub history: &'a str,
    /// Version of the program.
    pub version: &'a str,
    /// Hash over all inputs; see [`super::combined_hash`].
    pub input_hash: &'a str,
    /// Reference system of the grid's corner.
    pub crs: &'a Crs,
    /// The grid.
    pub grid: &'a Grid,
    /// Names of the layers, one per layer.
    pub layers: &'a [Names],
    /// Id and name of each spring.
    pub springs: &'a [(String, Names)],
    /// Day from which time counts.
    pub epoch: Date,
}

/// The file while it is written.
#[derive(Debug)]
pub struct HeadFile {
    path: PathBuf,
    file: File,
    epoch: Date,
    head: HeadData,
    active: Vec<bool>,
    time: Dataset,
    time_bounds: Dataset,
    spring_flow: Dataset,
    spring_time: Dataset,
    spring_time_bounds: Dataset,
    records: usize,
    spring_records: usize,
}

#[derive(Debug)]
enum HeadData {
    Single(Dataset, Array<f32, Ix3>),
    Double(Dataset, Array<f64, Ix3>),
}

/// Chunks of heads are one record of one layer, of at most this many rows and columns.
const CHUNK_SIDE: usize = 512;
/// Records of time in a chunk.
const TIME_CHUNK: usize = 256;

impl HeadFile {
    /// Creates the file, replacing one of that name, with everything that does not change in time.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written, the parts of `subject` do not fit one another, or the HDF5 library cannot compress.
    pub fn create(
        path: &Path,
        subject: &HeadFileSubject<'_>,
        settings: HeadFileSettings,
    ) -> Result<Self, OutputFailure> {
        let fail = OutputFailure::at(path, "write");
        let grid = subject.grid;
        let sizes = [
            ("names of layers", subject.layers.len(), grid.layers),
            ("tops", grid.top.len(), grid.cells_per_layer()),
            ("bottoms", grid.bottom.len(), grid.cells()),
            ("kinds of cells", grid.kind.len(), grid.cells()),
            ("column widths", grid.column_widths.len(), grid.columns),
            ("row heights", grid.row_heights.len(), grid.rows),
        ];
        if let Some((what, found, needed)) = sizes.into_iter().find(|(_, found, needed)| found != needed) {
            return Err(fail(format!("{found} {what} for a grid that needs {needed}")));
        }
        if settings.compression > 0 && !hdf5::filters::deflate_available() {
            return Err(fail("the HDF5 library was built without deflate; choose compression 0".to_owned()));
        }
        Self::build(path, subject, settings).map_err(OutputFailure::at(path, "write"))
    }

    fn build(path: &Path, subject: &HeadFileSubject<'_>, settings: HeadFileSettings) -> hdf5::Result<Self> {
        let grid = subject.grid;
        // Without locking others may read the file while it grows; nobody else writes it.
        let file = File::with_options().with_fapl(|access| access.file_locking(false)).create(path)?;
        describe(&file, subject)?;
        write_mapping(&file, subject.crs)?;
        let maker = Maker { file: &file, settings };
        let bounds = anonymous_dimension(&file, "bounds", 2)?;
        let since = format!("days since {}", subject.epoch);
        let (time, time_bounds) = maker.time("time", &since, "end of the record", &bounds)?;
        let (spring_time, spring_time_bounds) =
            maker.time("spring_time", &since, "end of the period", &bounds)?;
        let [layer, y, x] = maker.axes(subject)?;
        let head = maker.heads(grid, [&time, &layer, &y, &x])?;
        maker.surfaces(grid, [&layer, &y, &x])?;
        let spring_flow = maker.springs(subject.springs, &spring_time)?;
        file.flush()?;
        Ok(Self {
            path: path.to_owned(),
            file,
            epoch: subject.epoch,
            head,
            active: grid.kind.iter().map(|kind| *kind == CellKind::Active).collect(),
            time,
            time_bounds,
            spring_flow,
            spring_time,
            spring_time_bounds,
            records: 0,
            spring_records: 0,
        })
    }

    /// Appends the heads at the end of a period \[m\], one per cell, and flushes. Cells that are not active become NaN.
    ///
    /// # Errors
    ///
    /// Where there is not one head per cell, or the file cannot be written.
    pub fn append_heads(&mut self, period: Period, head: &[f64]) -> Result<(), OutputFailure> {
        if head.len() != self.active.len() {
            let cause = format!("{} heads for {} cells", head.len(), self.active.len());
            return Err(OutputFailure::new(&self.path, "append to", cause));
        }
        self.write_heads(period, head).map_err(OutputFailure::at(&self.path, "append to"))
    }

    fn write_heads(&mut self, period: Period, head: &[f64]) -> hdf5::Result<()> {
        let record = self.records;
        let values =
            head.iter().zip(&self.active).map(|(head, active)| if *active { *head } else { f64::NAN });
        match &mut self.head {
            HeadData::Single(data, buffer) => {
                buffer.iter_mut().zip(values).for_each(|(to, from)| *to = from as f32);
                append_layers(data, record, buffer)?;
            }
            HeadData::Double(data, buffer) => {
                buffer.iter_mut().zip(values).for_each(|(to, from)| *to = from);
                append_layers(data, record, buffer)?;
            }
        }
        append_time(&self.time, &self.time_bounds, record, self.epoch, period)?;
        self.records += 1;
        self.file.flush()
    }

    /// Appends the mean flow of every spring over a period \[m³/s\], and flushes.
    ///
    /// # Errors
    ///
    /// Where there is not one flow per spring, or the file cannot be written.
    pub fn append_spring_flow(&mut self, period: Period, flow: &[f64]) -> Result<(), OutputFailure> {
        let springs = self.spring_flow.shape()[1];
        if flow.len() != springs {
            let cause = format!("{} flows for {springs} springs", flow.len());
            return Err(OutputFailure::new(&self.path, "append to", cause));
        }
        self.write_spring_flow(period, flow).map_err(OutputFailure::at(&self.path, "append to"))
    }

    fn write_spring_flow(&mut self, period: Period, flow: &[f64]) -> hdf5::Result<()> {
        let record = self.spring_records;
        self.spring_flow.resize((record + 1, flow.len()))?;
        if !flow.is_empty() {
            self.spring_flow.write_slice(&arr1(flow), s![record, ..])?;
        }
        append_time(&self.spring_time, &self.spring_time_bounds, record, self.epoch, period)?;
        self.spring_records += 1;
        self.file.flush()
    }

    /// Closes the file.
    ///
    /// # Errors
    ///
    /// Where the last bytes cannot be written.
    pub fn close(self) -> Result<(), OutputFailure> {
        let path = self.path.clone();
        self.file.flush().and_then(|()| self.file.close()).map_err(OutputFailure::at(&path, "close"))
    }
}

fn append_layers<T: H5Type>(data: &Dataset, record: usize, layers: &Array<T, Ix3>) -> hdf5::Result<()> {
    let (depth, rows, columns) = layers.dim();
    data.resize((record + 1, depth, rows, columns))?;
    data.write_slice(layers, s![record, .., .., ..])
}

fn append_time(
    time: &Dataset,
    bounds: &Dataset,
    record: usize,
    epoch: Date,
    period: Period,
) -> hdf5::Result<()> {
    let ends = [days_between(epoch, period.start), days_between(epoch, period.end)];
    time.resize(record + 1)?;
    time.write_slice(&arr1(&ends[1..]), s![record..=record])?;
    bounds.resize((record + 1, 2))?;
    bounds.write_slice(&arr1(&ends), s![record, ..])
}

fn describe(file: &File, subject: &HeadFileSubject<'_>) -> hdf5::Result<()> {
    let pairs = [
        ("Conventions", "CF-1.10"),
        ("title", subject.title),
        ("history", subject.history),
        ("source", "quanyu, groundwater flow by control-volume finite differences"),
        ("quanyu_version", subject.version),
        ("input_sha256", subject.input_hash),
    ];
    texts(file, &pairs)
}

fn write_mapping(file: &File, crs: &Crs) -> hdf5::Result<()> {
    let variable = file.new_dataset::<i32>().create("crs")?;
    variable.write_scalar(&0)?;
    let mapping = grid_mapping(crs);
    for (name, text) in &mapping.texts {
        text_attribute(&variable, name, text)?;
    }
    for (name, number) in &mapping.numbers {
        attribute(&variable, name, *number)?;
    }
    Ok(())
}

/// Makes the datasets of a file.
struct Maker<'a> {
    file: &'a File,
    settings: HeadFileSettings,
}

impl Maker<'_> {
    fn time(
        &self,
        name: &str,
        since: &str,
        what: &str,
        bounds: &Dataset,
    ) -> hdf5::Result<(Dataset, Dataset)> {
        let time = self.file.new_dataset::<f64>().chunk(TIME_CHUNK).shape(0..).create(name)?;
        set_scale(&time, name)?;
        let bounds_name = format!("{name}_bounds");
        let pairs = [
            ("standard_name", "time"),
            ("long_name", what),
            ("units", since),
            ("calendar", "standard"),
            ("axis", "T"),
            ("bounds", bounds_name.as_str()),
        ];
        texts(&time, &pairs)?;
        let data =
            self.file.new_dataset::<f64>().chunk((TIME_CHUNK, 2)).shape((0.., 2)).create(&*bounds_name)?;
        attach_scales(&data, &[&time, bounds])?;
        Ok((time, data))
    }

    fn axes(&self, subject: &HeadFileSubject<'_>) -> hdf5::Result<[Dataset; 3]> {
        let grid = subject.grid;
        let numbers: Vec<i32> = (1..).take(grid.layers).collect();
        let layer = self.file.new_dataset_builder().with_data(&arr1(&numbers)).create("layer")?;
        texts(
            &layer,
            &[("long_name", "layer, from the top down"), ("units", "1"), ("positive", "down"), ("axis", "Z")],
        )?;
        let rows: Vec<f64> = (0..grid.rows).map(|row| grid.centre(grid.index(0, row, 0))[1]).collect();
        let columns: Vec<f64> =
            (0..grid.columns).map(|column| grid.centre(grid.index(0, 0, column))[0]).collect();
        let axis = |name: &str, letter: &str, centres: &[f64]| -> hdf5::Result<Dataset> {
            let data = self.file.new_dataset_builder().with_data(&arr1(centres)).create(name)?;
            let standard = format!("projection_{name}_coordinate");
            let long = format!("{name} of the centre of the cell");
            texts(
                &data,
                &[("standard_name", &standard), ("long_name", &long), ("units", "m"), ("axis", letter)],
            )?;
            set_scale(&data, name)?;
            Ok(data)
        };
        set_scale(&layer, "layer")?;
        let (y, x) = (axis("y", "Y", &rows)?, axis("x", "X", &columns)?);
        for (name, pick) in NAMES_OF {
            let names = subject.layers.iter().map(pick).collect::<Vec<_>>();
            self.texts(&format!("layer_{name}"), &names, "name of the layer", &layer)?;
        }
        Ok([layer, y, x])
    }

    /// A variable of texts along one dimension.
    fn texts(&self, name: &str, values: &[&str], long_name: &str, dimension: &Dataset) -> hdf5::Result<()> {
        let values: hdf5::Result<Vec<VarLenUnicode>> = values.iter().map(|text| unicode(text)).collect();
        let data = self.file.new_dataset_builder().with_data(&arr1(&values?)).create(name)?;
        text_attribute(&data, "long_name", long_name)?;
        attach_scales(&data, &[dimension])
    }

    fn heads(&self, grid: &Grid, scales: [&Dataset; 4]) -> hdf5::Result<HeadData> {
        let shape = (grid.layers, grid.rows, grid.columns);
        let data = match self.settings.precision {
            Precision::Single => HeadData::Single(self.head_variable(grid, f32::NAN)?, Array::zeros(shape)),
            Precision::Double => HeadData::Double(self.head_variable(grid, f64::NAN)?, Array::zeros(shape)),
        };
        let (HeadData::Single(variable, _) | HeadData::Double(variable, _)) = &data;
        let pairs = [
            ("long_name", "hydraulic head at the end of the record"),
            ("units", "m"),
            ("cell_methods", "time: point"),
            ("grid_mapping", "crs"),
            ("coordinates", "layer_name_en layer_name_zh"),
        ];
        texts(variable, &pairs)?;
        attach_scales(variable, &scales)?;
        Ok(data)
    }

    fn head_variable<T: H5Type + Copy + Into<hdf5::types::OwnedDynValue>>(
        &self,
        grid: &Grid,
        fill: T,
    ) -> hdf5::Result<Dataset> {
        let chunk = (1, 1, grid.rows.clamp(1, CHUNK_SIDE), grid.columns.clamp(1, CHUNK_SIDE));
        let mut builder = self.file.new_dataset::<T>().chunk(chunk).fill_value(fill);
        if self.settings.compression > 0 {
            builder = builder.shuffle().deflate(self.settings.compression);
        }
        let variable = builder.shape((0.., grid.layers, grid.rows, grid.columns)).create("head")?;
        attribute(&variable, "_FillValue", fill)?;
        Ok(variable)
    }

    fn surfaces(&self, grid: &Grid, [layer, y, x]: [&Dataset; 3]) -> hdf5::Result<()> {
        let shape = (grid.layers, grid.rows, grid.columns);
        let top = view(&grid.top, (grid.rows, grid.columns))?;
        let top = self.file.new_dataset_builder().with_data(&top).create("top")?;
        texts(&top, &[("long_name", "top of the uppermost layer"), ("units", "m"), ("grid_mapping", "crs")])?;
        attach_scales(&top, &[y, x])?;
        let bottom = view(&grid.bottom, shape)?;
        let bottom = self.file.new_dataset_builder().with_data(&bottom).create("bottom")?;
        texts(&bottom, &[("long_name", "bottom of the layer"), ("units", "m"), ("grid_mapping", "crs")])?;
        attach_scales(&bottom, &[layer, y, x])?;
        let kinds: Vec<i8> = grid
            .kind
            .iter()
            .map(|kind| match kind {
                CellKind::Inactive => 0,
                CellKind::Active => 1,
                CellKind::PassThrough => 2,
            })
            .collect();
        let kinds = view(&kinds, shape)?;
        let kind = self.file.new_dataset_builder().with_data(&kinds).create("cell_kind")?;
        texts(
            &kind,
            &[
                ("long_name", "kind of the cell"),
                ("flag_meanings", "inactive active pass_through"),
                ("grid_mapping", "crs"),
            ],
        )?;
        kind.new_attr_builder().with_data(&arr1(&[0i8, 1, 2])).create("flag_values")?;
        attach_scales(&kind, &[layer, y, x])
    }

    fn springs(&self, springs: &[(String, Names)], time: &Dataset) -> hdf5::Result<Dataset> {
        let ids: hdf5::Result<Vec<VarLenUnicode>> = springs.iter().map(|(id, _)| unicode(id)).collect();
        let spring = self.file.new_dataset_builder().with_data(&arr1(&ids?)).create("spring")?;
        text_attribute(&spring, "long_name", "id of the spring")?;
        set_scale(&spring, "spring")?;
        for (name, pick) in NAMES_OF {
            let names = springs.iter().map(|(_, names)| pick(names)).collect::<Vec<_>>();
            self.texts(&format!("spring_{name}"), &names, "name of the spring", &spring)?;
        }
        let chunk = (TIME_CHUNK, springs.len().max(1));
        let flow =
            self.file.new_dataset::<f64>().chunk(chunk).fill_value(f64::NAN).shape((0.., springs.len()));
        let flow = flow.create("spring_flow")?;
        attribute(&flow, "_FillValue", f64::NAN)?;
        let pairs = [
            ("long_name", "mean flow of the spring over the period"),
            ("units", "m3 s-1"),
            ("cell_methods", "spring_time: mean"),
            ("coordinates", "spring_name_en spring_name_zh"),
        ];
        texts(&flow, &pairs)?;
        attach_scales(&flow, &[time, &spring])?;
        Ok(flow)
    }
}

type PickName = fn(&Names) -> &str;
/// The two languages of a name.
const NAMES_OF: [(&str, PickName); 2] = [("name_zh", |names| &names.zh), ("name_en", |names| &names.en)];

fn view<T, D: Dimension>(
    values: &[T],
    shape: impl Into<ndarray::StrideShape<D>>,
) -> hdf5::Result<ArrayView<'_, T, D>> {
    ArrayView::from_shape(shape, values).map_err(|error| hdf5::Error::from(error.to_string()))
}

/// A one-dimensional array of the file's texts.
pub(super) fn read_texts(file: &File, name: &str) -> hdf5::Result<Vec<String>> {
    let texts: Array<VarLenUnicode, Ix1> = file.dataset(name)?.read_1d()?;
    Ok(texts.iter().map(ToString::to_string).collect())
}
