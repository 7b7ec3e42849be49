//! The listing: arrays of heads, and the time at the end of a step.

use std::io::{self, Write};

use super::RecordTime;
use super::fortran;
use super::heads::INACTIVE_HEAD;
use crate::modflow::{Grid, Notation, PrintFormat, TimeUnit};

/// The line that ends a run that went well, on the screen and in the listing of the simulation.
pub const NORMAL_TERMINATION: &str = "Normal termination of simulation.";

/// Writes the heads of one step layer by layer.
///
/// # Errors
///
/// Those of the writer.
pub fn write_head_table(
    out: &mut impl Write,
    grid: &Grid,
    time: RecordTime,
    format: PrintFormat,
    heads: &[f64],
) -> io::Result<()> {
    for (layer, heads) in heads.chunks_exact(grid.per_layer()).enumerate() {
        let (number, step, period) = (layer + 1, time.step, time.period);
        write!(
            out,
            "1\n  HEAD IN LAYER {number:3} AT END OF TIME STEP {step:3} IN STRESS PERIOD {period:4}\n"
        )?;
        writeln!(out, "  {}", "-".repeat(75))?;
        write_column_numbers(out, grid.columns, format)?;
        for (row, heads) in heads.chunks_exact(grid.columns).enumerate() {
            let first = layer * grid.per_layer() + row * grid.columns;
            write!(out, " {:3} ", row + 1)?;
            for (column, head) in heads.iter().enumerate() {
                if column > 0 && column % format.columns == 0 {
                    write!(out, "\n     ")?;
                }
                let head = if grid.is_active(first + column) { *head } else { INACTIVE_HEAD };
                write!(out, " {}", number_text(head, format))?;
            }
            writeln!(out)?;
        }
    }
    Ok(())
}

fn number_text(value: f64, format: PrintFormat) -> String {
    let PrintFormat { width, digits, .. } = format;
    match format.notation {
        Notation::Fixed => fortran::fixed(value, width, digits),
        Notation::General => fortran::general(value, width, digits, true),
        Notation::Exponential | Notation::Scientific => fortran::scientific(value, width, digits),
    }
}

fn write_column_numbers(out: &mut impl Write, columns: usize, format: PrintFormat) -> io::Result<()> {
    let field = format.width + 1;
    let indent = if format.notation == Notation::Fixed { 3 } else { 0 };
    writeln!(out, " ")?;
    let numbers: Vec<usize> = (1..=columns).collect();
    for line in numbers.chunks(format.columns) {
        write!(out, " {:indent$}", "")?;
        for number in line {
            write!(out, "{number:field$}")?;
        }
        writeln!(out)?;
    }
    let width = (indent + columns.max(format.columns) * field).min(1000);
    writeln!(out, " {}", ".".repeat(width))
}

/// Writes the length of the step and the times at its end.
///
/// # Errors
///
/// Those of the writer.
pub fn write_time_summary(out: &mut impl Write, unit: TimeUnit, time: RecordTime) -> io::Result<()> {
    write!(
        out,
        " \n\n\n         TIME SUMMARY AT END OF TIME STEP{:5} IN STRESS PERIOD {:4}\n",
        time.step, time.period
    )?;
    let times = [time.length, time.period_time, time.total_time];
    let Some(seconds) = unit.seconds() else {
        let labels = ["     TIME STEP LENGTH =", "   STRESS PERIOD TIME =", "TOTAL SIMULATION TIME ="];
        for (label, time) in labels.iter().zip(times) {
            writeln!(out, "{:21}{label}{}", "", fortran::general(time, 15, 6, false))?;
        }
        return Ok(());
    };
    writeln!(out, "{:19} SECONDS     MINUTES      HOURS       DAYS        YEARS", "")?;
    writeln!(out, "{:20}{}", "", "-".repeat(59))?;
    for (label, time) in ["  TIME STEP LENGTH", "STRESS PERIOD TIME", "        TOTAL TIME"].iter().zip(times)
    {
        let seconds = seconds * time;
        let days = seconds / 86_400.0;
        write!(out, " {label}")?;
        for value in [seconds, seconds / 60.0, seconds / 3600.0, days, days / 365.25] {
            write!(out, "{}", fortran::general(value, 12, 5, true))?;
        }
        writeln!(out)?;
    }
    writeln!(out)
}
