//! The file of flows (`.cbc`): whole arrays (`imeth` 1) and lists of cells (`imeth` 6), in double precision.
//!
//! Flows are positive into the cell, or into the aquifer.

use std::io::{self, Write};

use super::RecordTime;
use super::bytes::Bytes;
use crate::modflow::Grid;

/// Writes records of flows of one model.
#[derive(Clone, Debug)]
pub struct CellBudgetWriter {
    model: String,
    sizes: [usize; 3],
}

/// One row of a list: the cell and a second number (both from nought), the flow and the auxiliary values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BudgetRow<A: AsRef<[f64]>> {
    /// The cell.
    pub cell: usize,
    /// The cell or row at the other end.
    pub other: usize,
    /// The flow.
    pub flow: f64,
    /// Auxiliary values in the order of their names.
    pub auxiliary: A,
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
        values: impl IntoIterator<Item = f64>,
    ) -> io::Result<()> {
        self.write_array(out, time, term, self.sizes, values)
    }

    /// The flows between cells, as many as [`connections`](super::connections) counts and in their order (`FLOW-JA-FACE`): for
    /// each active cell its residual, then the flow from each neighbour.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn write_faces(
        &self,
        out: &mut impl Write,
        time: RecordTime,
        count: usize,
        values: impl IntoIterator<Item = f64>,
    ) -> io::Result<()> {
        self.write_array(out, time, "FLOW-JA-FACE", [count, 1, 1], values)
    }

    fn write_array(
        &self,
        out: &mut impl Write,
        time: RecordTime,
        term: &str,
        sizes: [usize; 3],
        values: impl IntoIterator<Item = f64>,
    ) -> io::Result<()> {
        let mut head = Vec::with_capacity(64);
        self.head(&mut head, time, term, sizes, 1);
        out.write_all(&head)?;
        values.into_iter().try_for_each(|value| out.write_all(&value.to_le_bytes()))
    }

    /// The flows of a package, one row a boundary (`other` is its place in the package's list).
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn write_package<A: AsRef<[f64]>>(
        &self,
        out: &mut impl Write,
        time: RecordTime,
        term: &str,
        package: &str,
        auxiliary: &[String],
        rows: impl ExactSizeIterator<Item = BudgetRow<A>>,
    ) -> io::Result<()> {
        let count = rows.len();
        let names: Vec<[u8; 16]> = auxiliary.iter().map(|name| left(name)).collect();
        self.write_list(out, time, term, [&self.model, package], &names, count, rows)
    }

    /// Specific discharge of every active cell (`DATA-SPDIS`), `count` in all: `[qx, qy, qz]` by cell.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn write_specific_discharge(
        &self,
        out: &mut impl Write,
        time: RecordTime,
        package: &str,
        count: usize,
        cells: impl IntoIterator<Item = (usize, [f64; 3])>,
    ) -> io::Result<()> {
        let names = [right("qx"), right("qy"), right("qz")];
        let rows =
            cells.into_iter().map(|(cell, q)| BudgetRow { cell, other: cell, flow: 0.0, auxiliary: q });
        self.write_list(out, time, "DATA-SPDIS", [package, package], &names, count, rows)
    }

    /// Saturation of every active cell (`DATA-SAT`), `count` in all.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn write_saturation(
        &self,
        out: &mut impl Write,
        time: RecordTime,
        package: &str,
        count: usize,
        cells: impl IntoIterator<Item = (usize, f64)>,
    ) -> io::Result<()> {
        let rows = cells.into_iter().map(|(cell, saturation)| BudgetRow {
            cell,
            other: cell,
            flow: 0.0,
            auxiliary: [saturation],
        });
        self.write_list(out, time, "DATA-SAT", [package, package], &[right("sat")], count, rows)
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of a record, one each")]
    fn write_list<A: AsRef<[f64]>>(
        &self,
        out: &mut impl Write,
        time: RecordTime,
        term: &str,
        packages: [&str; 2],
        names: &[[u8; 16]],
        count: usize,
        rows: impl Iterator<Item = BudgetRow<A>>,
    ) -> io::Result<()> {
        let mut record = Vec::with_capacity(160 + 16 * names.len());
        self.head(&mut record, time, term, self.sizes, 6);
        for package in packages {
            record.extend(left(&self.model));
            record.extend(left(package));
        }
        record.extend((names.len() as i32 + 1).to_le_bytes());
        record.extend(names.iter().flatten());
        record.extend((count as i32).to_le_bytes());
        out.write_all(&record)?;
        for row in rows {
            record.clear();
            record.extend((row.cell as i32 + 1).to_le_bytes());
            record.extend((row.other as i32 + 1).to_le_bytes());
            record.extend(row.flow.to_le_bytes());
            record.extend(row.auxiliary.as_ref().iter().flat_map(|value| value.to_le_bytes()));
            out.write_all(&record)?;
        }
        Ok(())
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
