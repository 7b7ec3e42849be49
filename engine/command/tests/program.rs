//! The program as its users meet it: arguments, messages, files and exit codes.

mod support;

use std::fs;
use std::process::{Command, Stdio};

use support::*;

#[test]
fn a_check_names_the_measure_that_a_note_is_about() {
    let run = quanyu(&root(), &["check", "scenarios/all-measures.toml", "--cell", "4km"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let said = text(&run.stdout);
    assert!(said.contains("note: swap-yangcheng: From 2019-10-01"), "{said}");
}

/// A file stands where the folder should be, which nobody may write into, not even root.
#[test]
fn a_folder_that_cannot_take_results_is_told_before_anything_is_computed() {
    let folder = copy();
    fs::write(folder.path().join("scenarios/small.batch"), batch(2, "")).expect("written");
    fs::write(folder.path().join("taken"), "a file").expect("written");
    let search = ["search", "scenarios/cut-pumping.toml", "--vary", "cut-industry.by", "--until", "cap"];
    for arguments in [
        &["run", "scenarios/cut-pumping.toml"][..],
        &["batch", "scenarios/small.batch"],
        &search,
        &["attribute", "scenarios/cut-pumping.toml"],
    ] {
        let all = [arguments, &["--cell", "5km", "--quiet", "--out", "taken"]].concat();
        let run = quanyu(folder.path(), &all);
        let said = text(&run.stderr);
        assert_eq!(run.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(
            said.starts_with("--out: cannot write into `taken") && said.contains("name another"),
            "{said}"
        );
    }
    assert_eq!(fs::read(folder.path().join("taken")).expect("a file"), b"a file");
}

#[test]
fn a_run_rules_writes_and_reads_back() {
    let folder = copy();
    let run = quanyu(
        folder.path(),
        &[
            "run",
            "scenarios/business-as-usual.toml",
            "scenarios/cut-pumping.toml",
            "--cell",
            "4km",
            "--out",
            "out",
            "--format",
            "json",
        ],
    );
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let document: serde_json::Value = serde_json::from_slice(&run.stdout).expect("one JSON document");
    let runs = document["runs"].as_array().expect("runs");
    assert_eq!(runs.len(), 2);
    for (run, name) in runs.iter().zip(["business-as-usual", "cut-pumping"]) {
        assert_eq!(run["name"], name);
        assert!(run["worst_closure"].as_f64().expect("a number") < 1e-6, "{run}");
        let written = folder.path().join("out").join(name);
        for file in [
            "run.json",
            "basin.geojson",
            "verdict.json",
            "ledger.csv",
            "ledger.parquet",
            "totals.csv",
            "totals.parquet",
            "warnings.csv",
            "budget.csv",
            "springs.csv",
            "levels.csv",
            "results.h5",
        ] {
            assert!(written.join(file).is_file(), "{file} of {name}");
        }
        assert!(!folder.path().join("out").join(format!("{name}.partial")).exists());
        let verdict: serde_json::Value =
            serde_json::from_slice(&fs::read(written.join("verdict.json")).expect("a verdict"))
                .expect("JSON");
        assert_eq!(verdict, run["verdict"]);
    }
    let value = |run: usize, test: &str| {
        let targets = runs[run]["verdict"]["targets"].as_array().expect("targets");
        let found = targets.iter().find(|ruling| ruling["test"] == test).expect("a ruling");
        found["value"].as_f64().expect("a value")
    };
    assert!(value(1, "cap") < value(0, "cap"), "a cut lowers abstraction");
    assert!(value(0, "cap-physical") > value(0, "cap"), "the physical basis counts more");
    let back = quanyu_files::read_run(&folder.path().join("out/cut-pumping")).expect("read back");
    assert!(back.is_whole());
    let heads = back.heads().expect("heads");
    let periods = heads.head_periods().expect("periods");
    assert_eq!(periods.first().map(|period| period.year()), Some(1957));
    assert_eq!(periods.last().map(|period| period.year()), Some(2035));
    assert!(heads.heads(0).expect("a record").iter().any(|head| head.is_finite()));
}

/// Scenarios that run together share their past and run side by side; alone each must give the same bytes.
#[test]
fn a_scenario_gives_the_same_alone_and_in_company() {
    let folder = copy();
    let run = |scenarios: &[&str], out: &str| {
        let arguments = [&["run", "--cell", "4km", "--out", out], scenarios].concat();
        let run = quanyu(folder.path(), &arguments);
        assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    };
    run(&["scenarios/swap-to-surface-water.toml", "scenarios/cut-pumping.toml"], "together");
    run(&["scenarios/cut-pumping.toml"], "alone");
    for file in ["verdict.json", "ledger.csv", "budget.csv", "springs.csv", "levels.csv"] {
        let read =
            |out: &str| fs::read(folder.path().join(out).join("cut-pumping").join(file)).expect("a file");
        assert!(read("together") == read("alone"), "{file} differs");
    }
}

#[test]
fn the_scenario_in_the_readme_is_without_fault() {
    let folder = copy();
    let readme = fs::read_to_string(root().join("README.md")).expect("a README");
    let example =
        readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    fs::write(folder.path().join("scenarios/close-and-cut.toml"), example).expect("written");
    let run = quanyu(folder.path(), &["check", "scenarios"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    assert!(text(&run.stdout).contains("scenario close-and-cut: 2 measures"), "{}", text(&run.stdout));
}

#[test]
fn required_targets_that_are_not_met_have_an_exit_code_of_their_own() {
    let folder = copy();
    let run = quanyu(
        folder.path(),
        &["run", "scenarios/business-as-usual.toml", "--cell", "4km", "--require", "met", "--lang", "zh"],
    );
    assert_eq!(run.status.code(), Some(3), "{}", text(&run.stderr));
    assert!(text(&run.stdout).contains("未达到"), "{}", text(&run.stdout));
}

#[test]
fn every_fault_of_every_file_is_told_at_once_and_nothing_is_written() {
    let folder = copy();
    let scenarios = folder.path().join("scenarios");
    let seeds = folder.path().join("seeds/jincheng");
    replace(&scenarios.join("cut-pumping.toml"), "floor = 0.4", "flor = 0.4");
    replace(&scenarios.join("close-self-supply-wells.toml"), "\"zhangfeng-east\"", "\"zhangfeng-eats\"");
    replace(&scenarios.join("swap-to-surface-water.toml"), "2017-01", "1917-01");
    replace(&seeds.join("ties.csv"), "20097.45", "20197.45");
    let run = quanyu(folder.path(), &["run", "scenarios", "--out", "out"]);
    assert_eq!(run.status.code(), Some(2));
    let told = text(&run.stderr);
    for words in ["ties.csv", "20097.45"] {
        assert!(told.contains(words), "{words:?} is not in\n{told}");
    }
    assert!(!folder.path().join("out").exists(), "something was written");
    replace(&seeds.join("ties.csv"), "20197.45", "20097.45");
    let run = quanyu(folder.path(), &["check", "scenarios"]);
    assert_eq!(run.status.code(), Some(2));
    let told = text(&run.stderr);
    for words in [
        "cut-pumping.toml",
        "did you mean `floor`",
        "close-self-supply-wells.toml",
        "did you mean `zhangfeng-east`",
        "swap-to-surface-water.toml",
        "1917-01",
    ] {
        assert!(told.contains(words), "{words:?} is not in\n{told}");
    }
}

#[test]
fn a_site_that_the_grid_does_not_see_is_wrong_input_everywhere() {
    let folder = copy();
    let measure = |id: &str, site: &str| {
        format!(
            "\n[[measure]]\nid = \"{id}\"\nfrom = \"2020-01\"\npolygon = [[0.0, 0.0], [9.0, 0.0], [9.0, 9.0]]\n{site}\n"
        )
    };
    let text_of_it = format!(
        "name = \"nowhere\"\ntitle = {{ zh = \"无\", en = \"Nowhere\" }}\nbase = \"business-as-usual.toml\"\n{}{}",
        measure("fill", "kind = \"recharge\"\nvolume = \"1 wan_m3_per_year\"\ninfiltrates = \"50 %\""),
        measure("seed", "kind = \"enhance_rain\"\nprogramme = \"cloud-seeding\"")
    );
    fs::write(folder.path().join("scenarios/nowhere.scenario"), text_of_it).expect("written");
    let of_two = batch(2, "").replace("cut-pumping.toml", "nowhere.scenario");
    fs::write(folder.path().join("scenarios/small.batch"), of_two).expect("written");
    let scenario = "scenarios/nowhere.scenario";
    for arguments in [
        &["check", scenario, "--cell", "4km"][..],
        &["run", scenario, "scenarios/cut-pumping.toml", "--cell", "4km", "--out", "out"],
        &["attribute", scenario, "--cell", "4km", "--out", "out"],
        &["batch", "scenarios/small.batch", "--out", "out"],
    ] {
        let run = quanyu(folder.path(), arguments);
        let said = text(&run.stderr);
        assert_eq!(run.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains("fill covers no column") && said.contains("seed covers no column"), "{said}");
        assert!(said.contains("nowhere.scenario:5:1"), "{said}");
        assert!(!folder.path().join("out").exists(), "{arguments:?} wrote something");
    }
}

/// A drought from the first year on leaves the storage test no state before it: that is said, and decides nothing.
#[test]
fn a_storage_test_without_a_beginning_says_why() {
    let folder = copy();
    let drought = "name = \"dry\"\ntitle = { zh = \"枯\", en = \"Dry\" }\nbase = \"business-as-usual.toml\"\n\
                   climate = { from = 1957, to = 2035, rain = \"90 %\" }\n";
    fs::write(folder.path().join("scenarios/dry.scenario"), drought).expect("written");
    let arguments = ["run", "scenarios/dry.scenario", "--cell", "5km", "--out", "out", "--quiet"];
    let run = quanyu(folder.path(), &arguments);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let verdict = fs::read(folder.path().join("out/dry/verdict.json")).expect("a verdict");
    let verdict: serde_json::Value = serde_json::from_slice(&verdict).expect("JSON");
    let tests =
        verdict["targets"].as_array().expect("targets").iter().filter(|ruling| ruling["test"] == "storage");
    let mut seen = 0;
    for ruling in tests {
        assert_eq!(ruling["status"], "undetermined");
        let reason = ruling["reason"]["en"].as_str().expect("a reason");
        assert!(reason.contains("holds from the first year of the run on"), "{reason}");
        seen += 1;
    }
    assert!(seen > 0);
}

#[test]
fn a_missing_scenario_and_a_wrong_argument_are_wrong_input() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = quanyu(folder.path(), &["run", "nowhere.toml"]);
    assert_eq!(run.status.code(), Some(2), "{}", text(&run.stderr));
    assert!(text(&run.stderr).contains("nowhere.toml"));
    let run = quanyu(folder.path(), &["run", "nowhere.toml", "--cell", "-1"]);
    assert_eq!(run.status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn a_killed_run_leaves_a_readable_part_and_no_whole_one() {
    let folder = copy();
    let mut child = Command::new(env!("CARGO_BIN_EXE_quanyu"))
        .args(["run", "scenarios/business-as-usual.toml", "--cell", "2km", "--out", "out"])
        .current_dir(folder.path())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("started");
    let partial = folder.path().join("out/business-as-usual.partial");
    let springs = partial.join("springs.csv");
    for _ in 0..6000 {
        let lines = fs::read_to_string(&springs).map(|text| text.lines().count()).unwrap_or(0);
        if lines > 20 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
    assert!(!folder.path().join("out/business-as-usual").exists());
    let run = quanyu_files::read_run(&partial).expect("the part can be read");
    assert!(!run.is_whole());
    let flows = run.series("springs.csv").expect("springs");
    assert!(flows.periods.len() >= 19, "{} periods", flows.periods.len());
    assert!(run.heads().expect("heads").head_periods().expect("periods").len() >= 15);
}

/// Ctrl-C after the last period is played out: the years of the storage test are still before it.
#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_storage_test_too() {
    let folder = copy();
    let child = Command::new(env!("CARGO_BIN_EXE_quanyu"))
        .args(["run", "scenarios/business-as-usual.toml", "--cell", "1500m", "--out", "out", "--quiet"])
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let springs = folder.path().join("out/business-as-usual.partial/springs.csv");
    let last = || fs::read_to_string(&springs).is_ok_and(|text| text.contains("\n2035-12-01,"));
    for _ in 0..60_000 {
        if last() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
    let ended = child.wait_with_output().expect("ended");
    assert_eq!(ended.status.code(), Some(130), "{}", text(&ended.stderr));
    assert!(text(&ended.stderr).contains("what business-as-usual had reached"), "{}", text(&ended.stderr));
    assert!(!folder.path().join("out/business-as-usual").exists(), "the storage test went on to its end");
}

#[test]
fn the_same_run_gives_the_same_bytes_on_any_number_of_threads() {
    let folder = copy();
    for threads in ["1", "2"] {
        let out = format!("out-{threads}");
        let run = quanyu(
            folder.path(),
            &["run", "scenarios/all-measures.toml", "--cell", "4km", "--threads", threads, "--out", &out],
        );
        assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    }
    for file in ["verdict.json", "ledger.csv", "budget.csv", "springs.csv", "levels.csv"] {
        let read = |threads: &str| {
            fs::read(folder.path().join(format!("out-{threads}/all-measures")).join(file)).expect("a file")
        };
        assert!(read("1") == read("2"), "{file} differs between one and two threads");
    }
}

/// `quanyu check … 2>&1 | head` closes both streams before everything is said.
#[test]
fn nobody_who_listens_is_no_failure() {
    let folder = copy();
    replace(&folder.path().join("scenarios/cut-pumping.toml"), "kind = \"cut\"", "kind = \"cutt\"");
    let mut child = Command::new(env!("CARGO_BIN_EXE_quanyu"))
        .args(["check", "scenarios"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().expect("ended").code(), Some(2));
}
