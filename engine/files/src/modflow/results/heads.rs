//! The head file (`.hds`): one record a layer and saved step, all numbers in double precision.

use std::io::{self, Write};

use super::bytes::Bytes;
use crate::modflow::Grid;

/// Head that stands for a cell that is not active.
pub const INACTIVE_HEAD: f64 = 1.0e30;

/// Head that stands for a dry cell.
pub const DRY_HEAD: f64 = -1.0e30;

/// When a record belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecordTime {
    /// Time step within the stress period, from one.
    pub step: usize,
    /// Stress period, from one.
    pub period: usize,
    /// Length of the step.
    pub length: f64,
    /// Time since the start of the period.
    pub period_time: f64,
    /// Time since the start of the simulation.
    pub total_time: f64,
}

/// Writes the heads of one step: a record for each layer.
///
/// # Errors
///
/// Those of the writer.
pub fn write_heads(out: &mut impl Write, grid: &Grid, time: RecordTime, heads: &[f64]) -> io::Result<()> {
    for (layer, heads) in heads.chunks_exact(grid.per_layer()).enumerate() {
        let mut record = Vec::with_capacity(52 + heads.len() * 8);
        record.extend((time.step as i32).to_le_bytes());
        record.extend((time.period as i32).to_le_bytes());
        record.extend(time.period_time.to_le_bytes());
        record.extend(time.total_time.to_le_bytes());
        record.extend(format!("{:<16}", "HEAD").into_bytes());
        for size in [grid.columns, grid.rows, layer + 1] {
            record.extend((size as i32).to_le_bytes());
        }
        let first = layer * grid.per_layer();
        for (at, head) in heads.iter().enumerate() {
            let head = if grid.is_active(first + at) { *head } else { INACTIVE_HEAD };
            record.extend(head.to_le_bytes());
        }
        out.write_all(&record)?;
    }
    Ok(())
}

/// One record of a head file.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadRecord {
    /// Time step, from one.
    pub step: i32,
    /// Stress period, from one.
    pub period: i32,
    /// Time since the start of the period.
    pub period_time: f64,
    /// Time since the start of the simulation.
    pub total_time: f64,
    /// What is recorded.
    pub text: String,
    /// Columns.
    pub columns: i32,
    /// Rows.
    pub rows: i32,
    /// Layer, from one.
    pub layer: i32,
    /// The values, row by row.
    pub values: Vec<f64>,
}

/// Reads a head file; nothing where the bytes are none.
pub fn read_heads(bytes: &[u8]) -> Option<Vec<HeadRecord>> {
    let mut bytes = Bytes(bytes);
    let mut records = Vec::new();
    while !bytes.0.is_empty() {
        let (step, period) = (bytes.integer()?, bytes.integer()?);
        let (period_time, total_time) = (bytes.real()?, bytes.real()?);
        let text = bytes.text(16)?;
        let (columns, rows, layer) = (bytes.integer()?, bytes.integer()?, bytes.integer()?);
        let count = usize::try_from(columns).ok()?.checked_mul(usize::try_from(rows).ok()?)?;
        let values = bytes.reals(count)?;
        records.push(HeadRecord {
            step,
            period,
            period_time,
            total_time,
            text,
            columns,
            rows,
            layer,
            values,
        });
    }
    Some(records)
}
