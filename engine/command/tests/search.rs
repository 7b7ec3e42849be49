//! Searches for the least that is enough, and what each measure brings, as their users meet them.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::*;

/// One measure, so that what is enough is its own doing.
const CUT: &str = r#"
name = "one-cut"
title = { zh = "工业压减", en = "Cut industry" }
base = "business-as-usual.toml"
[[measure]]
id = "industry"
kind = "cut"
where = { sector = "industry" }
by = "30 %"
ramp = ["2018-01", "2020-01"]
"#;

fn with_cut() -> tempfile::TempDir {
    let folder = copy();
    fs::write(folder.path().join("scenarios/one-cut.scenario"), CUT).expect("written");
    folder
}

fn json(folder: &Path, arguments: &[&str]) -> serde_json::Value {
    let run = quanyu(folder, arguments);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    serde_json::from_slice(&run.stdout).expect("one JSON document")
}

#[test]
fn what_is_found_is_enough_and_what_falls_short_is_not() {
    let folder = with_cut();
    let arguments = [
        "search",
        "scenarios/one-cut.scenario",
        "--vary",
        "industry.by",
        "--until",
        "cap",
        "--judge",
        "value",
        "--tolerance",
        "1 %",
        "--cell",
        "4km",
        "--quiet",
        "--format",
        "json",
    ];
    let found = json(folder.path(), &arguments);
    let (value, short) = (&found["answer"]["value"], &found["answer"]["short"]);
    let (value, short) = (value.as_f64().expect("an answer"), short.as_f64().expect("a shortfall"));
    assert_eq!(found["answer"]["kind"], "at");
    assert!(short < value && value - short <= 0.01 && found["monotone"] == true, "{found}");
    let trials = found["trials"].as_array().expect("trials");
    let by = |at: f64| {
        let trial = trials.iter().find(|trial| trial["value"] == at).expect("tried");
        (trial["meets"].as_bool().expect("said"), trial["by"].as_str().expect("said").to_owned())
    };
    assert_eq!(by(value), (true, "flow-model".to_owned()));
    assert_eq!(by(short), (false, "flow-model".to_owned()));
    assert_eq!((by(0.0).1.as_str(), by(1.0).1.as_str()), ("flow-model", "flow-model"));
    assert!(trials.iter().any(|trial| trial["by"] == "plan"), "{found}");
    // The same values as scenarios of their own.
    for (at, enough) in [(value, true), (short, false)] {
        let scenario = CUT.replace("30 %", &format!("{} %", at * 100.0));
        fs::write(folder.path().join("scenarios/one-cut.scenario"), scenario).expect("written");
        let run = ["run", "scenarios/one-cut.scenario", "--cell", "4km", "--quiet", "--format", "json"];
        let run = json(folder.path(), &run);
        let targets = run["runs"][0]["verdict"]["targets"].as_array().expect("targets");
        let cap = targets.iter().find(|ruling| ruling["test"] == "cap").expect("a cap");
        assert_eq!(cap["margin_m3"].as_f64().expect("a margin") >= 0.0, enough, "{at}: {cap}");
    }
}

#[test]
fn members_give_odds_at_every_value() {
    let folder = with_cut();
    let batch = r#"
name = "few"
scenarios = ["business-as-usual.toml"]
members = 3
seed = 7
cell_m = 4000
monthly_from = 2019
[measures]
compliance = [0.6, 1.0]
"#;
    fs::write(folder.path().join("scenarios/few.batch"), batch).expect("written");
    let arguments = [
        "search",
        "scenarios/one-cut.scenario",
        "--vary",
        "industry.by",
        "--until",
        "cap",
        "--batch",
        "scenarios/few.batch",
        "--odds",
        "50 %",
        "--tolerance",
        "5 %",
        "--quiet",
        "--format",
        "json",
    ];
    let found = json(folder.path(), &arguments);
    assert_eq!((&found["members"]["number"], &found["judged_at"]), (&3.into(), &"members".into()));
    let trials = found["trials"].as_array().expect("trials");
    let odds: Vec<f64> = trials.iter().map(|trial| trial["met"].as_f64().expect("a share")).collect();
    assert!(odds.windows(2).all(|pair| pair[0] <= pair[1] + 1e-9), "a deeper cut lowers no odds: {odds:?}");
    assert!(odds[0] < 0.5 && odds[odds.len() - 1] >= 0.5, "{odds:?}");
    let again = json(folder.path(), &[&arguments[..], &["--threads", "1"]].concat());
    assert_eq!(found["trials"], again["trials"], "on any number of threads");
}

/// Ctrl-C, then a kill, then left alone: each goes on from what was tried before, and the end is that of a search never stopped.
#[cfg(unix)]
#[test]
fn a_search_that_was_stopped_goes_on_from_what_it_tried() {
    let folder = with_cut();
    fs::write(folder.path().join("scenarios/small.batch"), batch(3, "")).expect("written");
    let arguments = |out: &'static str, threads: &'static str| {
        let asked = "search scenarios/one-cut.scenario --vary industry.by --until spring-stable-yanhe --from 10% \
                     --batch scenarios/small.batch --odds 99% --tolerance 20% --cell 5km --quiet --format json";
        let asked = asked.split_whitespace().map(|word| word.replace('%', " %"));
        asked.chain(["--out", out, "--threads", threads].map(str::to_owned)).collect::<Vec<String>>()
    };
    let start = |threads| {
        Command::new(env!("CARGO_BIN_EXE_quanyu"))
            .args(arguments("stopped", threads))
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("started")
    };
    let kept = |out: &str| {
        let found = fs::read_dir(folder.path().join(out).join("searches")).ok()?.next()?.ok()?.path();
        fs::read_to_string(found).ok()
    };
    let wait_for = |lines: usize| {
        let until = Instant::now() + Duration::from_secs(120);
        while kept("stopped").unwrap_or_default().lines().count() < lines && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    let child = start("1");
    wait_for(3);
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
    let ended = child.wait_with_output().expect("ended");
    assert_eq!(ended.status.code(), Some(130), "{}", text(&ended.stderr));
    let said = text(&ended.stderr);
    assert!(said.contains("searches/one-cut") && said.contains("goes on from there"), "{said}");
    let first = kept("stopped").expect("a log");
    assert!(first.lines().count() >= 3, "{first}");
    let mut child = start("2");
    wait_for(first.lines().count() + 2);
    child.kill().expect("killed");
    child.wait().expect("gone");
    let end = |out: &'static str| {
        let arguments = arguments(out, "2");
        json(folder.path(), &arguments.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let (rest, alone) = (end("stopped"), end("alone"));
    assert_eq!(rest, alone);
    let (log, of_alone) = (kept("stopped").expect("a log"), kept("alone").expect("a log"));
    assert!(log.starts_with(&first), "what was kept is rewritten");
    let sorted = |log: &str| {
        let mut lines: Vec<String> = log.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&log), sorted(&of_alone), "nothing is tried twice, nothing is missing");
    // Another figure in the scenario file is another question.
    let edited = CUT.replace("2020-01\"]", "2020-02\"]");
    fs::write(folder.path().join("scenarios/one-cut.scenario"), edited).expect("written");
    end("stopped");
    assert!(!kept("stopped").expect("a log").contains(first.lines().next().expect("a header")));
}

#[test]
fn unknown_names_are_refused_with_the_nearest_that_exists() {
    let folder = with_cut();
    let search = |vary: &str, until: &str| {
        let run = quanyu(
            folder.path(),
            &["search", "scenarios/one-cut.scenario", "--vary", vary, "--until", until, "--cell", "4km"],
        );
        assert_eq!(run.status.code(), Some(2), "{vary} {until}: {}", text(&run.stderr));
        text(&run.stderr)
    };
    for (vary, until, parts) in [
        ("industri.by", "cap", ["there is no measure `industri`", "did you mean `industry`?"]),
        ("industry.florr", "cap", ["no figure `florr`", "did you mean `floor`?"]),
        ("industry", "cap", ["names a measure and no figure of it", "--vary industry.by"]),
        ("industry.by", "cpa", ["there is no target `cpa`", "did you mean `cap`?"]),
        ("industry.by", "balance/gaoping", ["say which", "balance/gaoping/allowable"]),
        ("industry.by", "balance/gaopin/storage", ["no ruling", "did you mean `balance/gaoping/storage`?"]),
    ] {
        let said = search(vary, until);
        assert!(parts.iter().all(|part| said.contains(part)), "{said}");
    }
    let bad = quanyu(
        folder.path(),
        &[
            "search",
            "scenarios/one-cut.scenario",
            "--vary",
            "industry.by",
            "--until",
            "cap",
            "--from",
            "90 %",
            "--to",
            "10 %",
        ],
    );
    assert_eq!(bad.status.code(), Some(2));
    assert!(text(&bad.stderr).contains("asks least"), "{}", text(&bad.stderr));
}

#[test]
fn what_measures_bring_adds_up_with_what_is_joint() {
    let folder = copy();
    let arguments = [
        "attribute",
        "scenarios/cut-pumping.toml",
        "--cell",
        "4km",
        "--quiet",
        "--years",
        "2022",
        "--format",
        "json",
    ];
    let document = json(folder.path(), &arguments);
    let quantities = document["years"][0]["quantities"].as_array().expect("quantities");
    let number = |value: &serde_json::Value, key: &str| value[key].as_f64().expect("a number");
    let city = quantities.iter().find(|of| of["quantity"] == "abstraction").expect("a take");
    assert!(number(city, "together") < -1e6, "cuts lower the take: {city}");
    for of in quantities {
        let on_top: f64 =
            of["measures"].as_array().expect("measures").iter().map(|share| number(share, "on_top")).sum();
        let rest = number(of, "together") - on_top - number(of, "joint");
        assert!(rest.abs() <= 1e-9 * number(of, "none").abs(), "{of}");
    }
    // Nobody irrigates with an industry's well: leaving the one cut out changes nothing of the other.
    let shares = city["measures"].as_array().expect("measures");
    let irrigation = shares.iter().find(|share| share["measure"] == "cut-irrigation").expect("a measure");
    assert!(
        number(irrigation, "alone") < -1e6
            && number(irrigation, "joint").abs() < -0.1 * number(irrigation, "alone"),
        "{irrigation}"
    );
    let spring = quantities.iter().find(|of| of["quantity"] == "spring-flow").expect("a spring");
    assert!(number(spring, "together") > 0.0, "less pumping, more spring: {spring}");
    let mut reader =
        fs::read_to_string(folder.path().join("results/cut-pumping/attribution.csv")).expect("written");
    let rows = reader.split_off(reader.find('\n').expect("a header") + 1);
    assert_eq!(reader.trim_end(), "quantity,place,unit,year,measure,none,all,alone,on_top,joint,yuan_per_m3");
    let mut measures: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows.lines() {
        *measures.entry(row.split(',').nth(4).expect("a measure")).or_default() += 1;
    }
    assert_eq!(
        measures.keys().copied().collect::<Vec<_>>(),
        ["all", "cut-industry", "cut-irrigation", "cut-zones"]
    );
    // A run takes the folder over.
    let run = ["run", "scenarios/cut-pumping.toml", "--cell", "4km", "--quiet", "--format", "json"];
    json(folder.path(), &run);
}
