//! A basin exported to MODFLOW 6 and run again: the same heads.

#![allow(clippy::unwrap_used, reason = "a test says by it what must be there")]

mod support;

use std::fs;
use std::process::Command;

use quanyu_files::modflow::results::read_heads;
use support::{copy, quanyu, text};

#[test]
fn an_exported_scenario_gives_the_same_heads_to_a_millionth_of_a_metre() {
    let folder = copy();
    let scenario = "scenarios/close-self-supply-wells.toml";
    let arguments = ["export", "mf6", scenario, "--out", "mf6", "--cell", "4km", "--own-heads", "--quiet"];
    let exported = quanyu(folder.path(), &arguments);
    assert_eq!(exported.status.code(), Some(0), "{}", text(&exported.stderr));
    let out = folder.path().join("mf6");
    let rivers = fs::read_to_string(out.join("basin.rivers")).unwrap();
    assert!(rivers.lines().any(|line| line.starts_with('#') && line.contains("the flow that resulted")));
    let run = Command::new(env!("CARGO_BIN_EXE_quanyu-mf6")).current_dir(&out).output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    assert!(text(&run.stdout).contains("Normal termination of simulation."));
    let heads = |file: &str| read_heads(&fs::read(out.join(file)).unwrap()).unwrap();
    let (own, theirs) = (heads("quanyu.hds"), heads("basin.hds"));
    assert_eq!(own.len(), theirs.len());
    let mut worst = 0.0_f64;
    for (own, theirs) in own.iter().zip(&theirs) {
        assert_eq!((own.period, own.layer), (theirs.period, theirs.layer));
        for (own, theirs) in own.values.iter().zip(&theirs.values) {
            worst = worst.max((own - theirs).abs());
        }
    }
    assert!(worst <= 1e-6, "{worst}");
    assert!(own.iter().any(|record| record.values.iter().any(|head| head.abs() < 1e29)));
}

#[test]
fn the_drop_in_program_says_what_it_takes() {
    let folder = tempfile::tempdir().unwrap();
    let program = |argument: Option<&str>| {
        Command::new(env!("CARGO_BIN_EXE_quanyu-mf6"))
            .args(argument)
            .current_dir(folder.path())
            .output()
            .unwrap()
    };
    assert_eq!(program(Some("model.nam")).status.code(), Some(2));
    assert_eq!(program(Some("--version")).status.code(), Some(0));
    let nothing = program(None);
    assert_eq!(nothing.status.code(), Some(2));
    assert!(text(&nothing.stderr).contains("mfsim.nam"), "{}", text(&nothing.stderr));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
