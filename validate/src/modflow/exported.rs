//! The basin exported to MODFLOW 6 and read back: the programs are built, `quanyu export mf6` plays a scenario and writes it, and
//! `quanyu-mf6` runs what was written.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::process::Command;

use quanyu_files::modflow::results::{HeadRecord, read_heads};
use tempfile::TempDir;

use super::program::{built, program, run_to_end};
use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::models::worst as worst_of;

/// Bytes before the heads of a record, and where the numbers of columns and rows stand in them.
const BEFORE: usize = 52;
const SIZES: [usize; 2] = [40, 44];

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "exported-basin",
        checks: "the Jincheng basin with wells closed, at 1 km over 475 months, exported to MODFLOW 6 and read back by quanyu-mf6",
        source: "the heads of the scenario's own run",
        reason: "two solutions of the same equations, each to a last change of 1e-8 m or less",
        speed: Speed::Slow,
        known_miss: None,
        run: Box::new(|| run("1km")),
    }
}

fn run(cell: &str) -> Outcome {
    let built = built()?;
    let [quanyu, mf6] = [program(&built, "quanyu")?, program(&built, "quanyu-mf6")?];
    let folder = TempDir::new().map_err(Stop::failed)?;
    let out = folder.path().join("mf6");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut export = Command::new(quanyu);
    export.current_dir(root).args(["export", "mf6", "scenarios/close-self-supply-wells.toml", "--quiet"]);
    export.args(["--own-heads", "--cell", cell, "--out"]).arg(&out);
    run_to_end(&mut export).map_err(Stop::Failed)?;
    run_to_end(Command::new(mf6).current_dir(&out)).map_err(Stop::Failed)?;
    let (worst, records) = farthest(&out.join("quanyu.hds"), &out.join("basin.hds"))?;
    let layers = if records == 0 { f64::NAN } else { worst };
    Ok(vec![Measure::of(format!("{records} layers of heads"), layers, 1e-6, "m")])
}

/// The largest difference between two files of heads, and how many records both have.
fn farthest(own: &Path, theirs: &Path) -> Result<(f64, usize), Stop> {
    let open = |path: &Path| File::open(path).map(BufReader::new).map_err(Stop::failed);
    let (mut own, mut theirs) = (open(own)?, open(theirs)?);
    let (mut worst, mut records) = (0.0_f64, 0);
    loop {
        let (own, theirs) = match (next(&mut own)?, next(&mut theirs)?) {
            (Some(own), Some(theirs)) => (own, theirs),
            (None, None) => return Ok((worst, records)),
            _ => return Err(Stop::Failed("the two files have not the same records".into())),
        };
        if (own.period, own.layer, own.values.len()) != (theirs.period, theirs.layer, theirs.values.len()) {
            return Err(Stop::Failed(format!("record {records} is of another period or layer")));
        }
        let apart = own.values.iter().zip(&theirs.values).map(|(own, theirs)| (own - theirs).abs());
        worst = worst_of([worst].into_iter().chain(apart));
        records += 1;
    }
}

/// The next record of a file of heads.
fn next(file: &mut impl Read) -> Result<Option<HeadRecord>, Stop> {
    let mut record = vec![0; BEFORE];
    match file.read(&mut record[..1]).map_err(Stop::failed)? {
        0 => return Ok(None),
        _ => file.read_exact(&mut record[1..]).map_err(Stop::failed)?,
    }
    let [columns, rows] = SIZES.map(|at| {
        let bytes: [u8; 4] = std::array::from_fn(|byte| record[at + byte]);
        u32::from_le_bytes(bytes) as usize
    });
    record.resize(BEFORE + 8 * columns * rows, 0);
    file.read_exact(&mut record[BEFORE..]).map_err(Stop::failed)?;
    let records = read_heads(&record).ok_or_else(|| Stop::Failed("a record is no record of heads".into()))?;
    Ok(records.into_iter().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of one record a value: one column, one row.
    fn file(values: &[f64]) -> Vec<u8> {
        let record = |(at, value): (usize, &f64)| {
            let mut bytes = vec![0; BEFORE];
            bytes[..8].copy_from_slice(&[1, 0, 0, 0, at as u8, 0, 0, 0]);
            bytes[24..40].copy_from_slice(b"HEAD            ");
            bytes[40..].copy_from_slice(&[1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
            bytes.extend(value.to_le_bytes());
            bytes
        };
        values.iter().enumerate().flat_map(record).collect()
    }

    #[test]
    fn records_come_one_after_the_other() {
        let bytes = file(&[1.5, -2.0]);
        let mut rest = &bytes[..];
        let values: Vec<f64> =
            std::iter::from_fn(|| next(&mut rest).ok()?).map(|record| record.values[0]).collect();
        assert_eq!(values, [1.5, -2.0]);
        assert!(next(&mut &bytes[..70]).is_ok() && next(&mut &bytes[60..70]).is_err());
    }

    #[test]
    fn the_largest_difference_is_found_and_another_length_is_refused() {
        let folder = TempDir::new().unwrap_or_else(|error| panic!("{error}"));
        let write = |name: &str, values: &[f64]| {
            let path = folder.path().join(name);
            std::fs::write(&path, file(values)).unwrap_or_else(|error| panic!("{error}"));
            path
        };
        let (a, b, c) = (write("a", &[1.0, 2.0]), write("b", &[1.0, 2.5]), write("c", &[1.0]));
        assert_eq!(farthest(&a, &b), Ok((0.5, 2)));
        assert!(farthest(&a, &c).is_err());
        let unknown = write("unknown", &[f64::NAN, 2.0]);
        assert!(farthest(&a, &unknown).is_ok_and(|(worst, _)| worst.is_nan()));
    }
}
