//! Files of observations, as CSV or binary with a head of 100 bytes, and of reduced wells.

use std::io::{self, Write};

use super::{RecordTime, fortran};
use crate::modflow::ObservationOutput;
use crate::modflow::observation::LONGEST_NAME;

/// Writes the head of an output file: the names of its columns.
///
/// # Errors
///
/// Those of the writer.
pub fn write_observation_head(out: &mut impl Write, output: &ObservationOutput) -> io::Result<()> {
    let names = output.observations.iter().map(|observation| observation.name.as_str());
    if !output.binary {
        let columns: Vec<&str> = std::iter::once("time").chain(names).collect();
        return writeln!(out, "{}", columns.join(","));
    }
    write!(out, "{:<100}", format!("cont double{LONGEST_NAME:4}"))?;
    out.write_all(&(output.observations.len() as i32).to_le_bytes())?;
    for name in names {
        write!(out, "{name:<LONGEST_NAME$}")?;
    }
    Ok(())
}

/// Writes the row of a step, one value an observation; `digits` is the file's setting, nought for all.
///
/// # Errors
///
/// Those of the writer.
pub fn write_observations(
    out: &mut impl Write,
    output: &ObservationOutput,
    digits: usize,
    total_time: f64,
    values: &[f64],
) -> io::Result<()> {
    if output.binary {
        let row: Vec<u8> =
            std::iter::once(&total_time).chain(values).flat_map(|value| value.to_le_bytes()).collect();
        return out.write_all(&row);
    }
    write!(out, "{}", fortran::general(total_time, 20, 13, false).trim())?;
    for value in values {
        let text = if digits == 0 {
            fortran::full(*value)
        } else {
            fortran::general(*value, digits + 7, digits, false)
        };
        write!(out, ",{}", text.trim())?;
    }
    writeln!(out)
}

/// Writes the head of a file of reduced wells (`AUTO_FLOW_REDUCE_CSV`).
///
/// # Errors
///
/// Those of the writer.
pub fn write_reduction_head(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "time,period,step,boundnumber,cellnumber,rate-requested,rate-actual,wel-reduction")
}

/// Writes one reduced well: its place in the list and its cell (both from nought), what was asked and what it gave; the last column is
/// their difference, below nought.
///
/// # Errors
///
/// Those of the writer.
pub fn write_reduction(
    out: &mut impl Write,
    time: RecordTime,
    boundary: usize,
    cell: usize,
    requested: f64,
    actual: f64,
) -> io::Result<()> {
    writeln!(
        out,
        "{},{},{},{},{},{},{},{}",
        fortran::full(time.total_time),
        time.period,
        time.step,
        boundary + 1,
        cell + 1,
        fortran::full(requested),
        fortran::full(actual),
        fortran::full(requested - actual)
    )
}
