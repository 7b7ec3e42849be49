//! A million cells, confined and in time, through `quanyu-mf6`: memory, and the budget.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

use super::program::{built, program};
use super::workspace::text;
use crate::case::{Case, Measure, Outcome, Speed, Stop};
use crate::models::worst;

const LAYERS: usize = 10;
const ROWS: usize = 320;
const COLUMNS: usize = 313;

/// The case.
pub(super) fn case() -> Case {
    Case {
        name: "million-cells",
        checks: "memory of a transient linear model of a million cells, and its budget",
        source: "peak resident memory as the kernel counts it; conservation of mass",
        reason: "the limit the engine is held to; a budget that closes to 1e-6 in every step",
        speed: Speed::Slow,
        known_miss: None,
        run: Box::new(run),
    }
}

/// Writes the model: a river on one side, rain, wells that pump in the lower layers of it.
fn write(folder: &Path) -> std::io::Result<()> {
    let block = |name: &str, body: &str| format!("BEGIN {name}\n{body}END {name}\n\n");
    let constant = |name: &str, value: &str| format!("  {name}\n    CONSTANT {value}\n");
    let packages = ["dis", "ic", "npf", "sto", "oc", "chd", "wel", "rcha"];
    let named = packages
        .map(|package| format!("  {}6 gwf.{package}\n", package.trim_end_matches('a').to_uppercase()));
    let mut bottoms = String::from("  BOTM LAYERED\n");
    let (mut given, mut wells) = (String::new(), String::new());
    for layer in 1..=LAYERS {
        let _ = writeln!(bottoms, "    CONSTANT {}", -10.0 * layer as f64);
    }
    for row in 1..=ROWS {
        let _ = writeln!(given, "  1 {row} 1 10.0");
    }
    for well in 0..50 {
        let (layer, row, column) = (2 + well % (LAYERS - 1), 1 + well * 6, 20 + well * 5);
        let _ = writeln!(wells, "  {layer} {row} {column} -800.0");
    }
    let bound = |rows: usize| block("dimensions", &format!("  MAXBOUND {rows}\n"));
    let shape = format!("  NLAY {LAYERS}\n  NROW {ROWS}\n  NCOL {COLUMNS}\n");
    let surfaces =
        [constant("DELR", "50.0"), constant("DELC", "50.0"), constant("TOP", "0.0"), bottoms].concat();
    let rock = [constant("ICELLTYPE", "0"), constant("K", "5.0"), constant("K33", "0.05")].concat();
    let storage = [constant("ICONVERT", "0"), constant("SS", "1e-5"), constant("SY", "0.1")].concat();
    let output = "  HEAD FILEOUT gwf.hds\n  BUDGETCSV FILEOUT budget.csv\n";
    let files = [
        (
            "mfsim.nam",
            [
                block("timing", "  TDIS6 gwf.tdis\n"),
                block("models", "  GWF6 gwf.nam gwf\n"),
                block("solutiongroup 1", "  IMS6 gwf.ims gwf\n"),
            ]
            .concat(),
        ),
        ("gwf.tdis", [block("dimensions", "  NPER 1\n"), block("perioddata", "  100.0 10 1.3\n")].concat()),
        (
            "gwf.ims",
            [
                block("nonlinear", "  OUTER_DVCLOSE 1e-6\n"),
                block("linear", "  INNER_MAXIMUM 500\n  INNER_DVCLOSE 1e-7\n  INNER_RCLOSE 1e-3\n"),
            ]
            .concat(),
        ),
        ("gwf.nam", block("packages", &named.concat())),
        ("gwf.dis", [block("dimensions", &shape), block("griddata", &surfaces)].concat()),
        ("gwf.ic", block("griddata", &constant("STRT", "10.0"))),
        ("gwf.npf", block("griddata", &rock)),
        ("gwf.sto", [block("griddata", &storage), block("period 1", "  TRANSIENT\n")].concat()),
        ("gwf.oc", [block("options", output), block("period 1", "  SAVE HEAD LAST\n")].concat()),
        ("gwf.chd", [bound(ROWS), block("period 1", &given)].concat()),
        ("gwf.wel", [bound(50), block("period 1", &wells)].concat()),
        (
            "gwf.rcha",
            [block("options", "  READASARRAYS\n"), block("period 1", &constant("RECHARGE", "3e-4"))].concat(),
        ),
    ];
    for (name, body) in files {
        fs::write(folder.join(name), body)?;
    }
    Ok(())
}

/// The most memory that a process has held so far \[bytes\], as Linux tells.
fn peak(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kibibytes| 1024.0 * kibibytes)
}

fn run() -> Outcome {
    if peak(std::process::id()).is_none() {
        return Err(Stop::Skipped("this system does not tell the memory of a process".into()));
    }
    let program = program(&built()?, "quanyu-mf6")?;
    let folder = TempDir::new().map_err(Stop::failed)?;
    write(folder.path()).map_err(Stop::failed)?;
    let mut child = Command::new(program)
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(Stop::failed)?;
    let mut most = 0.0_f64;
    let ended = loop {
        most = peak(child.id()).map_or(most, |now| most.max(now));
        if let Some(ended) = child.try_wait().map_err(Stop::failed)? {
            break ended;
        }
        sleep(Duration::from_millis(10));
    };
    if !ended.success() {
        let listing = text(&folder.path().join("mfsim.lst")).unwrap_or_default();
        let last: Vec<&str> = listing.lines().rev().filter(|line| !line.trim().is_empty()).take(6).collect();
        return Err(Stop::Failed(last.into_iter().rev().collect::<Vec<_>>().join(" / ")));
    }
    let budget = text(&folder.path().join("budget.csv"))?;
    let percent = |line: &str| line.rsplit(',').next().and_then(|last| last.trim().parse::<f64>().ok());
    let closures: Vec<f64> = budget
        .lines()
        .skip(1)
        .map(|line| percent(line).map_or(f64::NAN, |percent| percent.abs() / 100.0))
        .collect();
    if closures.len() != 10 {
        return Err(Stop::Failed(format!("{} steps, not 10", closures.len())));
    }
    let cells = (LAYERS * ROWS * COLUMNS) as f64;
    Ok(vec![
        Measure::of("memory", most / cells, 500.0, "bytes a cell"),
        Measure::share("budget", worst(closures), 1e-6),
    ])
}
