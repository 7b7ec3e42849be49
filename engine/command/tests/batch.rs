//! Batches as their users meet them: odds, resuming, faults.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use support::*;

const BATCH: &str = r#"
name = "small"
scenarios = ["business-as-usual.toml", "cut-pumping.toml"]
members = 3
seed = 7
cell_m = 4000
monthly_from = 2019
[climate]
variation = [0.15, 0.3]
persistence = [0.0, 0.3]
[projects]
delay_years = [0, 3]
from = "2019-01"
[measures]
compliance = [0.6, 1.0]
"#;

fn batch_folder() -> tempfile::TempDir {
    let folder = copy();
    fs::write(folder.path().join("scenarios/small.batch"), BATCH).expect("written");
    folder
}

/// Every file of a finished batch but the lock and the HDF5 file, whose bytes hold addresses of no meaning.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(folder).expect("inside").display().to_string();
            if path.is_dir() {
                open.push(path);
            } else if !name.ends_with("lock") && !name.ends_with("h5") {
                found.insert(name, fs::read(path).expect("bytes"));
            }
        }
    }
    found
}

#[test]
fn a_batch_killed_three_times_ends_like_one_left_alone() {
    let folder = batch_folder();
    let arguments =
        |out: &'static str| ["batch", "scenarios/small.batch", "--out", out, "--quiet", "--threads", "1"];
    let alone = quanyu(folder.path(), &arguments("alone"));
    assert_eq!(alone.status.code(), Some(0), "{}", text(&alone.stderr));
    for milliseconds in [900, 1700, 400] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_quanyu"))
            .args(arguments("killed"))
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().expect("killed");
        child.wait().expect("gone");
    }
    let two_threads = ["batch", "scenarios/small.batch", "--out", "killed", "--quiet", "--threads", "2"];
    let rest = quanyu(folder.path(), &two_threads);
    assert_eq!(rest.status.code(), Some(0), "{}", text(&rest.stderr));
    let (alone, killed) =
        (files(&folder.path().join("alone/small")), files(&folder.path().join("killed/small")));
    assert_eq!(alone.keys().collect::<Vec<_>>(), killed.keys().collect::<Vec<_>>());
    assert_eq!(alone.len(), 2 * 3 + 1, "{:?}", alone.keys());
    for (name, bytes) in &alone {
        assert!(*bytes == killed[name], "{name} differs");
    }
}

#[test]
fn an_outcome_does_not_depend_on_what_else_was_left_to_run() {
    let folder = batch_folder();
    let arguments = ["batch", "scenarios/small.batch", "--out", "out", "--quiet"];
    let run = || {
        let run = quanyu(folder.path(), &arguments);
        assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
        files(&folder.path().join("out/small"))
    };
    let together = run();
    for lost in ["business-as-usual/000002", "cut-pumping/000001"] {
        let path = folder.path().join("out/small/members").join(lost).with_extension("json");
        fs::remove_file(path).expect("stored");
        let apart = run();
        for (name, bytes) in &together {
            assert!(*bytes == apart[name], "{name} differs after {lost} was run by itself");
        }
    }
}

#[test]
fn a_batch_gives_odds_and_reruns_only_what_an_edit_touches() {
    let folder = batch_folder();
    let arguments = ["batch", "scenarios/small.batch", "--out", "out", "--format", "json"];
    let first = quanyu(folder.path(), &arguments);
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    assert!(text(&first.stderr).contains("6 runs to do"), "{}", text(&first.stderr));
    let summary: serde_json::Value = serde_json::from_slice(&first.stdout).expect("JSON");
    let odds = |scenario: usize, test: &str| {
        let all = summary["scenarios"][scenario]["odds"].as_array().expect("odds");
        all.iter().find(|odds| odds["judged"]["test"] == test).expect("a ruling").clone()
    };
    for scenario in 0..2 {
        let cap = odds(scenario, "cap");
        let share = |key: &str| cap[key].as_f64().expect("a share");
        let sum = share("met") + share("missed") + share("undetermined");
        assert!((sum - 1.0).abs() < 1e-9 && share("error") > 0.0, "{cap}");
    }
    let middle = |scenario: usize| odds(scenario, "cap")["band"][1].as_f64().expect("a value");
    assert!(middle(1) < middle(0), "a cut lowers abstraction in the middle of the members");
    let effective = summary["effective_members"].as_f64().expect("a number");
    assert!(effective > 0.0 && effective <= 3.0 + 1e-9, "{effective}");
    assert!(folder.path().join("out/small/ensemble.h5").is_file());

    replace(&folder.path().join("scenarios/cut-pumping.toml"), "name = ", "# edited\nname = ");
    let again = quanyu(folder.path(), &arguments);
    assert_eq!(again.status.code(), Some(0), "{}", text(&again.stderr));
    assert!(text(&again.stderr).contains("3 runs to do (3 are there already)"), "{}", text(&again.stderr));
}

#[test]
fn wrong_batches_are_refused_with_every_fault_and_nothing_is_written() {
    let folder = batch_folder();
    let path = folder.path().join("scenarios/small.batch");
    for (from, to) in [
        ("members = 3", "members = 0"),
        ("seed = 7", "sead = 7"),
        ("[0.15, 0.3]", "[0.3, 0.15]"),
        ("\"cut-pumping.toml\"", "\"cut.toml\""),
        ("monthly_from = 2019", "monthly_from = 1900"),
    ] {
        replace(&path, from, to);
    }
    let run = quanyu(folder.path(), &["batch", "scenarios/small.batch", "--out", "out"]);
    assert_eq!(run.status.code(), Some(2));
    let said = text(&run.stderr);
    for part in
        ["`members`", "sead", "did you mean", "`variation`", "cut.toml", "`monthly_from`", "small.batch:"]
    {
        assert!(said.contains(part), "no {part} in\n{said}");
    }
    assert!(!folder.path().join("out").exists());
}
