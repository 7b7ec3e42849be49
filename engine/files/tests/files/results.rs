//! What is written can be read, also while it is written and after an abort.

use std::fs;
use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use jiff::civil::date;
use quanyu_basin::{Crs, Names, Period};
use quanyu_files::{
    GridSize, HeadFile, HeadFileSettings, HeadFileSubject, HeadReader, InputHash, Machine, Precision,
    RunFolder, RunRecord, Series, SeriesColumn, Sources, combined_hash, read_basin, read_run,
};
use quanyu_flow::{CellKind, Grid};
use serde::{Deserialize, Serialize};

use crate::small_basin::Workshop;

/// Set for the child process that aborts.
const ABORTING: &str = "QUANYU_TEST_ABORTS_IN";

fn grid() -> Grid {
    let (layers, rows, columns) = (2, 3, 4);
    let mut kind = vec![CellKind::Active; layers * rows * columns];
    kind[0] = CellKind::Inactive;
    kind[5] = CellKind::PassThrough;
    Grid {
        layers,
        rows,
        columns,
        column_widths: vec![100.0; columns],
        row_heights: vec![50.0; rows],
        top: vec![100.0; rows * columns],
        bottom: [vec![60.0; rows * columns], vec![10.0; rows * columns]].concat(),
        kind,
        corner: [1000.0, 2000.0],
    }
}

fn names(zh: &str, en: &str) -> Names {
    Names { zh: zh.to_owned(), en: en.to_owned() }
}

fn year(year: i16) -> Period {
    Period { start: date(year, 1, 1), end: date(year + 1, 1, 1) }
}

/// Heads that differ from cell to cell and year to year.
fn heads(year: i16) -> Vec<f64> {
    (0..24u8).map(|cell| f64::from(year) / 3.0 + f64::from(cell)).collect()
}

fn with_subject<T>(write: impl FnOnce(&HeadFileSubject<'_>) -> T) -> T {
    write(&HeadFileSubject {
        title: "A test 试验",
        history: "written by a test",
        version: "0.0.0",
        input_hash: "00",
        crs: &Crs { epsg: 32649, name: "WGS 84 / UTM zone 49N".to_owned() },
        grid: &grid(),
        layers: &[names("覆盖层", "cover"), names("岩溶", "karst")],
        springs: &[("big".to_owned(), names("大泉", "Big")), ("dry".to_owned(), names("枯泉", "Dry"))],
        epoch: date(1957, 1, 1),
    })
}

fn create(path: &Path, settings: HeadFileSettings) -> HeadFile {
    with_subject(|subject| HeadFile::create(path, subject, settings)).unwrap()
}

fn append(file: &mut HeadFile, at: i16) {
    file.append_heads(year(at), &heads(at)).unwrap();
    file.append_spring_flow(year(at), &[f64::from(at), 0.5]).unwrap();
}

#[test]
fn heads_come_back_as_they_were_written() {
    let folder = tempfile::tempdir().unwrap();
    for (precision, tolerance) in [(Precision::Single, 1e-4), (Precision::Double, 0.0)] {
        let path = folder.path().join("results.h5");
        let mut file = create(&path, HeadFileSettings { precision, ..HeadFileSettings::default() });
        append(&mut file, 1957);
        append(&mut file, 1958);
        file.close().unwrap();
        let reader = HeadReader::open(&path).unwrap();
        assert_eq!(reader.head_periods().unwrap(), [year(1957), year(1958)]);
        assert_eq!(reader.spring_periods().unwrap(), [year(1957), year(1958)]);
        assert_eq!(reader.spring_ids().unwrap(), ["big", "dry"]);
        assert_eq!(reader.spring_flow().unwrap()[[1, 0]], 1958.0);
        let read = reader.heads(1).unwrap();
        assert_eq!(read.dim(), (2, 3, 4));
        for (cell, (read, written)) in read.iter().zip(heads(1958)).enumerate() {
            if cell == 0 || cell == 5 {
                assert!(read.is_nan(), "cell {cell} has no head");
            } else {
                assert!((read - written).abs() <= tolerance, "cell {cell}: {read} for {written}");
            }
        }
        let (y, x) = reader.axes().unwrap();
        assert_eq!((y.to_vec(), x[3]), (vec![1975.0, 1925.0, 1875.0], 1350.0));
        assert_eq!(reader.surfaces().unwrap().1[[1, 2, 3]], 10.0);
        let failure = reader.heads(2).unwrap_err();
        assert!(failure.to_string().contains("no record 2, there are 2"), "{failure}");
    }
}

#[test]
fn a_record_of_the_wrong_size_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = create(&folder.path().join("results.h5"), HeadFileSettings::default());
    assert!(file.append_heads(year(1957), &[1.0]).unwrap_err().to_string().contains("1 heads for 24 cells"));
    assert!(
        file.append_spring_flow(year(1957), &[1.0])
            .unwrap_err()
            .to_string()
            .contains("1 flows for 2 springs")
    );
}

/// Writes two records and is killed; does nothing unless it runs as the child of the test below.
#[test]
fn a_writer_that_aborts() {
    if let Some(folder) = std::env::var_os(ABORTING) {
        let folder = Path::new(&folder);
        let run = RunFolder::create(folder, "run").unwrap();
        run.write_record(&record()).unwrap();
        let mut springs = run.series("springs.csv", &[SeriesColumn::new("big", "m3/s")]).unwrap();
        let mut file = create(&run.path().join("results.h5"), HeadFileSettings::default());
        for at in [1957, 1958] {
            append(&mut file, at);
            springs.append(year(at), &[f64::from(at)]).unwrap();
        }
        std::process::abort();
    }
}

#[test]
fn an_aborted_run_is_readable_up_to_its_last_record() {
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["results::a_writer_that_aborts", "--exact"])
        .env(ABORTING, folder.path())
        .output()
        .unwrap()
        .status;
    assert!(!status.success(), "the child was to abort");
    assert!(!folder.path().join("run").exists());
    let run = read_run(&folder.path().join("run.partial")).unwrap();
    assert!(!run.is_whole());
    assert_eq!(run.series("springs.csv").unwrap().column("big"), Some(vec![1957.0, 1958.0]));
    let reader = run.heads().unwrap();
    assert_eq!(reader.head_periods().unwrap(), [year(1957), year(1958)]);
    assert!((reader.heads(1).unwrap()[[1, 2, 3]] - heads(1958)[23]).abs() < 1e-4);
}

fn record() -> RunRecord {
    let inputs = vec![InputHash { path: "a.csv".to_owned(), sha256: "1f".to_owned() }];
    RunRecord {
        version: "0.0.0".to_owned(),
        scenario: "run".to_owned(),
        title_zh: "试验".to_owned(),
        title_en: "Test".to_owned(),
        basin: "small".to_owned(),
        input_sha256: combined_hash(&inputs),
        inputs,
        epsg: 32649,
        crs: "WGS 84 / UTM zone 49N".to_owned(),
        grid: GridSize { cell_m: 500.0, layers: 2, rows: 3, columns: 4, active_cells: 22 },
        machine: Machine::here(),
        threads: 2,
        started: Timestamp::now(),
        wall_seconds: None,
        notes: vec!["a remark".to_owned()],
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct LedgerLine {
    group: String,
    zone: Option<String>,
    demanded_m3: f64,
}

#[test]
fn a_run_folder_is_partial_then_whole_and_reads_back() {
    let workshop = Workshop::new();
    let basin = read_basin(&workshop.path("basin"), &mut Sources::new()).unwrap().basin;
    let out = workshop.path("out");
    let rows = || vec![LedgerLine { group: "泉, 一".to_owned(), zone: None, demanded_m3: 0.1 + 0.2 }];
    let run = RunFolder::create(&out, "close").unwrap();
    let mut started = record();
    run.write_record(&started).unwrap();
    run.write_map(&basin).unwrap();
    run.write_verdict(&serde_json::json!({ "targets": [] })).unwrap();
    run.write_rows("ledger.csv", rows()).unwrap();
    let mut springs = run.series("springs.csv", &[SeriesColumn::new("big, main", "m3/s")]).unwrap();
    springs.append(year(2000), &[1.0 / 3.0]).unwrap();
    springs.append(year(2001), &[f64::NAN]).unwrap();
    assert_eq!(
        Series::read(&run.path().join("springs.csv")).unwrap().periods.len(),
        2,
        "readable while it is written"
    );
    with_subject(|subject| run.heads(subject, HeadFileSettings::default())).unwrap().close().unwrap();
    started.wall_seconds = Some(1.5);
    run.write_record(&started).unwrap();
    assert!(out.join("close.partial").exists() && !out.join("close").exists());
    let path = run.finish().unwrap();
    assert!(!out.join("close.partial").exists() && path == out.join("close"));

    let read = read_run(&path).unwrap();
    assert!(read.is_whole());
    assert_eq!(read.record, started);
    assert_eq!(read.verdict::<serde_json::Value>().unwrap()["targets"], serde_json::json!([]));
    assert_eq!(read.rows::<LedgerLine>("ledger.csv").unwrap(), rows());
    let springs = read.series("springs.csv").unwrap();
    assert_eq!(springs.columns[0], SeriesColumn::new("big, main", "m3/s"));
    assert_eq!(springs.column("big, main").unwrap()[0], 1.0 / 3.0);
    assert!(springs.column("big, main").unwrap()[1].is_nan());
    let map = read.map().unwrap();
    assert_eq!(map.features.len(), 11);
    assert!(serde_json::to_string(&map).unwrap().contains("EPSG::32649"));
    assert!(read.heads().unwrap().head_periods().unwrap().is_empty());
    let leftovers: Vec<_> = fs::read_dir(&path).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert!(!leftovers.iter().any(|name| name.to_string_lossy().ends_with(".new")), "{leftovers:?}");
}

#[test]
fn an_older_run_stays_until_the_new_one_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let write = |remark: &str| {
        let run = RunFolder::create(folder.path(), "run").unwrap();
        run.write_record(&RunRecord { notes: vec![remark.to_owned()], ..record() }).unwrap();
        run
    };
    let remark = || read_run(&folder.path().join("run")).unwrap().record.notes[0].clone();
    write("first").finish().unwrap();
    let second = write("second");
    assert_eq!(remark(), "first");
    drop(second);
    let third = write("third");
    assert_eq!(remark(), "first");
    third.finish().unwrap();
    assert_eq!(remark(), "third");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    fs::rename(folder.path().join("run"), folder.path().join("run.replaced")).unwrap();
    drop(write("fourth"));
    assert_eq!(remark(), "third", "restored after an end between the two renames");
}

#[test]
fn two_runs_do_not_write_into_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    let first = RunFolder::create(folder.path(), "run").unwrap();
    first.write_record(&record()).unwrap();
    let refused = RunFolder::create(folder.path(), "run").unwrap_err().to_string();
    assert!(refused.contains(&format!("process {} works on this folder", std::process::id())), "{refused}");
    let whole = first.finish().unwrap();
    assert!(whole.join("run.json").exists(), "what the first had written is untouched");
    let names: Vec<_> = fs::read_dir(whole).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["run.json"], "the lock goes with the run");
    // Whoever was killed holds nothing, and what it left goes.
    let killed = RunFolder::create(folder.path(), "run").unwrap();
    fs::write(killed.path().join("springs.csv"), "half").unwrap();
    drop(killed);
    let again = RunFolder::create(folder.path(), "run").unwrap();
    assert!(!again.path().join("springs.csv").exists());
}

#[test]
fn nothing_but_a_run_is_ever_replaced() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["run", "run.partial"] {
        fs::create_dir(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name).join("thesis.txt"), "years of work").unwrap();
        let failure = RunFolder::create(folder.path(), "run").unwrap_err();
        assert!(failure.to_string().contains("holds no run"), "{failure}");
        assert!(folder.path().join(name).join("thesis.txt").exists());
        fs::remove_dir_all(folder.path().join(name)).unwrap();
    }
    let run = RunFolder::create(folder.path(), "run").unwrap();
    assert!(run.finish().unwrap_err().to_string().contains("no run.json"));
}

#[test]
fn a_line_that_is_not_whole_yet_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("springs.csv");
    fs::write(&path, "start,end,big [m3/s]\n2000-01-01,2001-01-01,0.5\n2001-01-01,2002-0").unwrap();
    assert_eq!(Series::read(&path).unwrap().values, [[0.5]]);
    fs::write(&path, "start,end,big [m3/s]\n2000-01-01,2001-01-01,half\n").unwrap();
    assert!(Series::read(&path).unwrap_err().to_string().contains("line 2: `half`"));
    fs::write(&path, "from,to,big [m3/s]\n").unwrap();
    assert!(Series::read(&path).unwrap_err().to_string().contains("header"));
}
