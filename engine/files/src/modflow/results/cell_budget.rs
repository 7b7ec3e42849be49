//! The file of flows (`.cbc`): whole arrays (`imeth` 1) and lists of cells (`imeth` 6), in double precision.
//!
//! Flows are positive into the cell, or into the aquifer.

use std::io::{self, Write};

use super::bytes::Bytes;
use super::{Connectivity, RecordTime};
use crate::modflow::Grid;

/// Writes records of flows of one model.
#[derive(Clone, Debug)]
pub struct CellBudgetWriter {
    model: String,
    sizes: [usize; 3],
}

/// One row of a list: the cell and a second number (both from nought), the flow and the auxiliary values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BudgetRow<'a> {
    /// The cell.
    pub cell: usize,
    /// The cell or row at the other end.
    pub other: usize,
    /// The flow.
    pub flow: f64,
    /// Auxiliary values in the order of their names.
    pub auxiliary: &'a [f64],
}

impl CellBudgetWriter {
    /// For a model of this name (in capitals) and grid.
    pub fn new(model: &str, grid: &Grid) -> Self {
        Self { model: model.to_owned(), sizes: [grid.columns, grid.rows, grid.layers] }
    }

    fn head(&self, record: &mut Vec<u8>, time: RecordTime, term: &str, sizes: [usize; 3], method: i32) {
        record.extend((time.step as i32).to_le_bytes());
        record.extend((time.period as i32).to_le_bytes());
        record.extend(right(term));
        record.extend((sizes[0] as i32).to_le_bytes());
        record.extend((sizes[1] as i32).to_le_bytes());
        record.extend((-(sizes[2] as i32)).to_le_bytes());
        record.extend(method.to_le_bytes());
        for number in [time.length, time.period_time, time.total_time] {
            record.extend(number.to_le_bytes());
        }
    }

    /// A term with one number for every cell of the grid (`STO-SS`, `STO-SY`).
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn write_cells(
        &self,
        out: &mut impl Write,
        time: RecordTime,
        term: &str,
        values: &[f64],
    ) -> io::Result<()> {
        self.write_array(out, time, term, self.sizes, values)
    }

    /// The flows between cells, in the order of the connections (`FLOW-JA-FACE`); what stands for each cell itself is
    /// its residual.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn write_faces(
        &self,
        out: &mut impl Write,
        time: RecordTime,
        connectivity: &Connectivity,
        values: &[f64],
    ) -> io::Result<()> {
        self.write_array(out, time, "FLOW-JA-FACE", [connectivity.len(), 1, 1], values)
    }

    fn write_array(
        &self,
        out: &mut impl Write,
        time: RecordTime,
        term: &str,
        sizes: [usize; 3],
        values: &[f64],
    ) -> io::Result<()> {
        let mut record = Vec::with_capacity(64 + values.len() * 8);
        self.head(&mut record, time, term, sizes, 1);
        record.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        out.write_all(&record)
    }

    /// The flows of a package, one row a boundary (`other` is its place in the package's list).
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn write_package<'a>(
        &self,
        out: &mut impl Write,
        time: RecordTime,
        term: &str,
        package: &str,
        auxiliary: &[String],
        rows: impl ExactSizeIterator<Item = BudgetRow<'a>>,
    ) -> io::Result<()> {
        let names: Vec<[u8; 16]> = auxiliary.iter().map(|name| left(name)).collect();
        self.write_list(out, time, term, [&self.model, package], &names, rows)
    }

    /// Specific discharge of every active cell (`DATA-SPDIS`): `[qx, qy, qz]` by cell.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn write_specific_discharge(
        &self,
        out: &mut impl Write,
        time: RecordTime,
        package: &str,
        cells: &[(usize, [f64; 3])],
    ) -> io::Result<()> {
        let names = [right("qx"), right("qy"), right("qz")];
        let rows =
            cells.iter().map(|(cell, q)| BudgetRow { cell: *cell, other: *cell, flow: 0.0, auxiliary: q });
        self.write_list(out, time, "DATA-SPDIS", [package, package], &names, rows)
    }

    /// Saturation of every active cell (`DATA-SAT`).
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn write_saturation(
        &self,
        out: &mut impl Write,
        time: RecordTime,
        package: &str,
        cells: &[(usize, f64)],
    ) -> io::Result<()> {
        let rows = cells.iter().map(|(cell, saturation)| BudgetRow {
            cell: *cell,
            other: *cell,
            flow: 0.0,
            auxiliary: std::slice::from_ref(saturation),
        });
        self.write_list(out, time, "DATA-SAT", [package, package], &[right("sat")], rows)
    }

    fn write_list<'a>(
        &self,
        out: &mut impl Write,
        time: RecordTime,
        term: &str,
        packages: [&str; 2],
        names: &[[u8; 16]],
        rows: impl ExactSizeIterator<Item = BudgetRow<'a>>,
    ) -> io::Result<()> {
        let mut record = Vec::with_capacity(160 + rows.len() * (16 + 8 * names.len()));
        self.head(&mut record, time, term, self.sizes, 6);
        for package in packages {
            record.extend(left(&self.model));
            record.extend(left(package));
        }
        record.extend((names.len() as i32 + 1).to_le_bytes());
        record.extend(names.iter().flatten());
        record.extend((rows.len() as i32).to_le_bytes());
        for row in rows {
            record.extend((row.cell as i32 + 1).to_le_bytes());
            record.extend((row.other as i32 + 1).to_le_bytes());
            record.extend(row.flow.to_le_bytes());
            record.extend(row.auxiliary.iter().flat_map(|value| value.to_le_bytes()));
        }
        out.write_all(&record)
    }
}

fn left(text: &str) -> [u8; 16] {
    let mut bytes = [b' '; 16];
    bytes.iter_mut().zip(text.bytes()).for_each(|(place, byte)| *place = byte);
    bytes
}

fn right(text: &str) -> [u8; 16] {
    let mut bytes = [b' '; 16];
    let text = &text.as_bytes()[..text.len().min(16)];
    bytes[16 - text.len()..].copy_from_slice(text);
    bytes
}

/// One record of a file of flows.
#[derive(Clone, Debug, PartialEq)]
pub struct BudgetRecord {
    /// Time step, from one.
    pub step: i32,
    /// Stress period, from one.
    pub period: i32,
    /// What is recorded.
    pub term: String,
    /// Columns, rows and (below nought) layers.
    pub sizes: [i32; 3],
    /// Lengths of the step, of the period so far and of the simulation so far.
    pub times: [f64; 3],
    /// The numbers.
    pub data: BudgetData,
}

/// The numbers of a record of flows.
#[derive(Clone, Debug, PartialEq)]
pub enum BudgetData {
    /// A whole array.
    Array(Vec<f64>),
    /// A list.
    List {
        /// Model and package of the one side, then of the other.
        names: [String; 4],
        /// Names of auxiliary values.
        auxiliary: Vec<String>,
        /// Cell and other number (from one), flow, auxiliary values.
        rows: Vec<(i32, i32, f64, Vec<f64>)>,
    },
}

/// Reads a file of flows; nothing where the bytes are none.
pub fn read_cell_budget(bytes: &[u8]) -> Option<Vec<BudgetRecord>> {
    let mut bytes = Bytes(bytes);
    let mut records = Vec::new();
    while !bytes.0.is_empty() {
        let (step, period, term) = (bytes.integer()?, bytes.integer()?, bytes.text(16)?);
        let sizes = [bytes.integer()?, bytes.integer()?, bytes.integer()?];
        let method = bytes.integer()?;
        let times = [bytes.real()?, bytes.real()?, bytes.real()?];
        let data = match method {
            1 => {
                let count = sizes.iter().try_fold(1usize, |count, size| {
                    count.checked_mul(usize::try_from(size.unsigned_abs()).ok()?)
                });
                BudgetData::Array(bytes.reals(count?)?)
            }
            6 => {
                let names = [bytes.text(16)?, bytes.text(16)?, bytes.text(16)?, bytes.text(16)?];
                let extra = usize::try_from(bytes.integer()?.checked_sub(1)?).ok()?;
                let auxiliary: Option<Vec<String>> = (0..extra).map(|_| bytes.text(16)).collect();
                let count = bytes.integer()?;
                let rows: Option<Vec<_>> = (0..count)
                    .map(|_| Some((bytes.integer()?, bytes.integer()?, bytes.real()?, bytes.reals(extra)?)))
                    .collect();
                BudgetData::List { names, auxiliary: auxiliary?, rows: rows? }
            }
            _ => return None,
        };
        records.push(BudgetRecord { step, period, term, sizes, times, data });
    }
    Some(records)
}
