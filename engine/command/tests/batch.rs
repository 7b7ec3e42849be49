//! Batches as their users meet them: odds, resuming, faults.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::*;

/// Files of a whole batch: batch.json, basis.json, basin.geojson and the page.
const OF_ALL: usize = 4;

fn batch_folder() -> tempfile::TempDir {
    let folder = copy();
    let more = "[projects]\ndelay_years = [0, 3]\nfrom = \"2019-01\"\n";
    fs::write(folder.path().join("scenarios/small.batch"), batch(3, more)).expect("written");
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

/// Starts a batch and kills it after so many milliseconds: whether it was still at work.
fn kill_after(folder: &Path, arguments: &[&str], milliseconds: u64) -> bool {
    let mut child = Command::new(env!("CARGO_BIN_EXE_quanyu"))
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    std::thread::sleep(Duration::from_millis(milliseconds));
    let at_work = child.try_wait().expect("a child").is_none();
    child.kill().expect("killed");
    child.wait().expect("gone");
    at_work
}

/// Both folders hold the same files with the same bytes.
fn equal(alone: &Path, killed: &Path) -> usize {
    let (alone, killed) = (files(alone), files(killed));
    assert_eq!(alone.keys().collect::<Vec<_>>(), killed.keys().collect::<Vec<_>>());
    for (name, bytes) in &alone {
        assert!(*bytes == killed[name], "{name} differs");
    }
    alone.len()
}

#[test]
fn a_batch_killed_three_times_ends_like_one_left_alone() {
    let folder = batch_folder();
    let arguments =
        |out: &'static str| ["batch", "scenarios/small.batch", "--out", out, "--quiet", "--threads", "1"];
    let alone = quanyu(folder.path(), &arguments("alone"));
    assert_eq!(alone.status.code(), Some(0), "{}", text(&alone.stderr));
    // Ctrl-C keeps what is finished as well, and says so.
    #[cfg(unix)]
    {
        let child = Command::new(env!("CARGO_BIN_EXE_quanyu"))
            .args(arguments("killed"))
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("started");
        std::thread::sleep(Duration::from_millis(400));
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
        let ended = child.wait_with_output().expect("ended");
        assert_eq!(ended.status.code(), Some(130), "{}", text(&ended.stderr));
        assert!(text(&ended.stderr).contains("goes on from there"), "{}", text(&ended.stderr));
    }
    for milliseconds in [900, 1700, 400] {
        kill_after(folder.path(), &arguments("killed"), milliseconds);
    }
    let two_threads = ["batch", "scenarios/small.batch", "--out", "killed", "--quiet", "--threads", "2"];
    let rest = quanyu(folder.path(), &two_threads);
    assert_eq!(rest.status.code(), Some(0), "{}", text(&rest.stderr));
    let compared = equal(&folder.path().join("alone/small"), &folder.path().join("killed/small"));
    assert_eq!(compared, 2 * 3 + 2 + OF_ALL);
}

/// The whole library, killed at three times that nobody chose.
#[test]
fn the_library_batch_killed_at_random_ends_like_one_left_alone() {
    let folder = copy();
    for part in ["library", "batches"] {
        let part = Path::new("scenarios").join(part);
        copy_files(&root().join(&part), &folder.path().join(&part));
    }
    let arguments = |out: &'static str| {
        let file = "scenarios/batches/library.toml";
        ["batch", file, "--members", "2", "--cell", "5km", "--out", out, "--quiet"]
    };
    let began = Instant::now();
    let alone = quanyu(folder.path(), &arguments("alone"));
    assert_eq!(alone.status.code(), Some(0), "{}", text(&alone.stderr));
    let took = began.elapsed().as_millis() as u64;
    for _ in 0..3 {
        // The keys of a new hasher are random, and nothing else here needs to be.
        let milliseconds = RandomState::new().hash_one("when") % (took / 3).max(1);
        let at_work = kill_after(folder.path(), &arguments("killed"), milliseconds);
        eprintln!("killed after {milliseconds} ms of {took}; at work: {at_work}");
    }
    let rest = quanyu(folder.path(), &arguments("killed"));
    assert_eq!(rest.status.code(), Some(0), "{}", text(&rest.stderr));
    let scenarios = fs::read_dir(root().join("scenarios/library")).expect("a folder").count() + 1;
    let compared = equal(&folder.path().join("alone/library"), &folder.path().join("killed/library"));
    assert_eq!(compared, scenarios * 2 + scenarios + OF_ALL);
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
    let verdict = fs::read(folder.path().join("out/small/verdicts/cut-pumping.json")).expect("a verdict");
    let verdict: quanyu_policy::Verdict =
        serde_json::from_slice(&verdict).expect("in the form of verdict.json");
    let cap = verdict.targets.iter().find(|ruling| ruling.test == "cap").expect("a cap");
    let of_batch = odds(1, "cap");
    assert_eq!(cap.odds, of_batch["met"].as_f64());
    assert_eq!(cap.odds_error, of_batch["error"].as_f64());
    assert_eq!(cap.value, of_batch["band"][1].as_f64());
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

/// What an engine of other sources stored stands in for a program that was built anew since.
#[test]
fn members_of_another_engine_are_run_again() {
    let folder = batch_folder();
    let arguments = ["batch", "scenarios/small.batch", "--out", "out", "--threads", "2"];
    let first = quanyu(folder.path(), &arguments);
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    let as_it_was = files(&folder.path().join("out/small"));
    let version = text(&quanyu(folder.path(), &["--version"]).stdout);
    let (_, engine) = version.trim().trim_end_matches(')').split_once("(engine ").expect("an engine");
    for member in ["business-as-usual/000000", "business-as-usual/000002", "cut-pumping/000001"] {
        let path = folder.path().join("out/small/members").join(member).with_extension("json");
        replace(&path, engine, "0123456789abcdef");
    }
    let again = quanyu(folder.path(), &arguments);
    assert_eq!(again.status.code(), Some(0), "{}", text(&again.stderr));
    assert!(text(&again.stderr).contains("3 runs to do (3 are there already)"), "{}", text(&again.stderr));
    assert!(as_it_was == files(&folder.path().join("out/small")), "the same engine gives the same bytes");
}

/// Rock of a member so conductive that no flow in it is a number: that member alone is lost, and says why.
#[test]
fn a_member_that_cannot_be_solved_is_named_and_counts_as_undetermined() {
    let folder = copy();
    let range = "Karst conductivity,karst-conductivity,1,0.3,3,";
    let parameters = folder.path().join("seeds/jincheng/parameters.csv");
    replace(&parameters, range, "Karst conductivity,karst-conductivity,1,0.3,1e300,");
    fs::write(folder.path().join("scenarios/small.batch"), batch(4, "")).expect("written");
    let arguments = ["batch", "scenarios/small.batch", "--out", "out", "--format", "json"];
    let run = quanyu(folder.path(), &arguments);
    assert_eq!(run.status.code(), Some(1), "{}", text(&run.stderr));
    assert!(text(&run.stderr).contains("of 8 runs failed; batch.json names each"), "{}", text(&run.stderr));
    let found: serde_json::Value = serde_json::from_slice(&run.stdout).expect("JSON");
    let failures = found["failures"].as_array().expect("failures");
    let lost: Vec<_> = failures.iter().map(|failure| failure["member"].as_u64().expect("a number")).collect();
    let of_one = lost.len() / 2;
    assert!((1..4).contains(&of_one) && lost[..of_one] == lost[of_one..], "{failures:?}");
    for failure in failures {
        let cause = failure["cause"].as_str().expect("a cause");
        assert!(cause.contains("worst cell: layer") && cause.contains("Look "), "{cause}");
    }
    for scenario in found["scenarios"].as_array().expect("scenarios") {
        let cap = &scenario["odds"][0];
        let share = |what: &str| cap[what].as_f64().expect("a share");
        assert!((share("undetermined") - of_one as f64 / 4.0).abs() < 1e-12, "{cap}");
        assert!((share("met") + share("missed") + share("undetermined") - 1.0).abs() < 1e-12, "{cap}");
    }
    // What failed is stored as well: the same again does nothing anew.
    let again = quanyu(folder.path(), &arguments);
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(again.stdout, run.stdout);
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
        ("name = \"small\"", "name = \"business-as-usual\""),
    ] {
        replace(&path, from, to);
    }
    let run = quanyu(folder.path(), &["batch", "scenarios/small.batch", "--out", "out"]);
    assert_eq!(run.status.code(), Some(2));
    let said = text(&run.stderr);
    for part in [
        "`members`",
        "sead",
        "did you mean",
        "`variation`",
        "cut.toml",
        "`monthly_from`",
        "small.batch:",
        "name of its own",
    ] {
        assert!(said.contains(part), "no {part} in\n{said}");
    }
    assert!(!folder.path().join("out").exists());
}

#[test]
fn the_batches_that_come_with_the_program_begin_with_the_scenario_as_usual() {
    for (name, scenarios) in [("five", 5), ("library", 24)] {
        let path = root().join(format!("scenarios/batches/{name}.toml"));
        let mut sources = quanyu_files::Sources::new();
        let batch = quanyu_files::read_batch(&path, &mut sources).expect("no fault");
        assert_eq!(batch.study.scenarios.len(), scenarios, "{name}");
        assert_eq!(batch.study.scenarios[0].scenario.name, "business-as-usual", "{name}");
        assert_eq!(batch.study.basins.len(), 1, "{name}: one basin, and so one history");
    }
}

#[test]
fn a_batch_that_begins_with_measures_is_refused() {
    let folder = batch_folder();
    let path = folder.path().join("scenarios/small.batch");
    replace(
        &path,
        "\"business-as-usual.toml\", \"cut-pumping.toml\"",
        "\"cut-pumping.toml\", \"business-as-usual.toml\"",
    );
    let run = quanyu(folder.path(), &["batch", "scenarios/small.batch", "--out", "out"]);
    assert_eq!(run.status.code(), Some(2));
    let said = text(&run.stderr);
    assert!(said.contains("weights the members") && said.contains("small.batch:3"), "{said}");
    assert!(!folder.path().join("out").exists());
}

/// A limit on the size of files stands in for a full disk: writing fails with an error, and not at the beginning.
#[cfg(unix)]
#[test]
fn a_batch_that_cannot_store_says_so_and_goes_on_when_it_can() {
    let folder = batch_folder();
    let program = env!("CARGO_BIN_EXE_quanyu");
    let limited = Command::new("sh")
        .arg("-c")
        .arg(format!(
            "trap '' XFSZ; ulimit -f 1; exec '{program}' batch scenarios/small.batch --out out --quiet --threads 1"
        ))
        .current_dir(folder.path())
        .output()
        .expect("a shell");
    let said = text(&limited.stderr);
    assert_eq!(limited.status.code(), Some(1), "{said}");
    assert!(said.contains("000000.json") && said.contains("the same command goes on"), "{said}");
    assert!(!folder.path().join("out/small/batch.json").exists());
    let rest = quanyu(folder.path(), &["batch", "scenarios/small.batch", "--out", "out", "--quiet"]);
    assert_eq!(rest.status.code(), Some(0), "{}", text(&rest.stderr));
    let alone = quanyu(folder.path(), &["batch", "scenarios/small.batch", "--out", "alone", "--quiet"]);
    assert_eq!(alone.status.code(), Some(0), "{}", text(&alone.stderr));
    let (alone, limited) =
        (files(&folder.path().join("alone/small")), files(&folder.path().join("out/small")));
    for (name, bytes) in &alone {
        assert!(limited.get(name) == Some(bytes), "{name} differs");
    }
}
