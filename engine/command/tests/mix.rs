//! The cheapest mix of measures, as its users meet it.

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::*;

/// Two cuts of different price, one that concerns the same wells as the cheaper one, and one without a cost.
const COSTED: &str = r#"
name = "costed"
title = { zh = "列明费用", en = "With costs" }
base = "business-as-usual.toml"
[[measure]]
id = "industry"
kind = "cut"
where = { sector = "industry" }
by = "30 %"
ramp = ["2018-01", "2020-01"]
cost = { per_m3 = "3 yuan/m3", per_m3_range = ["2 yuan/m3", "5 yuan/m3"] }
[[measure]]
id = "irrigation"
kind = "cut"
where = { sector = "irrigation" }
by = "30 %"
ramp = ["2018-01", "2020-01"]
cost = { per_m3 = "1 yuan/m3", per_m3_range = ["0.5 yuan/m3", "2 yuan/m3"], once = "500 wan_yuan", once_range = ["300 wan_yuan", "900 wan_yuan"], year = 2018 }
[[measure]]
id = "domestic"
kind = "cut"
where = { sector = "domestic" }
by = "30 %"
ramp = ["2018-01", "2020-01"]
cost = { per_m3 = "8 yuan/m3", per_m3_range = ["5 yuan/m3", "12 yuan/m3"] }
[[measure]]
id = "services"
kind = "cut"
where = { tag = "services" }
by = "5 %"
ramp = ["2018-01", "2020-01"]
"#;

fn with_costs() -> tempfile::TempDir {
    let folder = copy();
    fs::write(folder.path().join("scenarios/costed.scenario"), COSTED).expect("written");
    folder
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let run = quanyu(folder, arguments);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    serde_json::from_slice(&run.stdout).expect("one JSON document")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn the_mix_meets_its_target_at_the_least_cost_and_runs_as_written() {
    let folder = with_costs();
    let arguments = [
        "mix",
        "scenarios/costed.scenario",
        "--until",
        "cap",
        "--judge",
        "value",
        "--cell",
        "4km",
        "--quiet",
        "--format",
        "json",
        "--out",
        "scenarios/cheap.scenario",
    ];
    let found = json(folder.path(), &arguments);
    let extent = |id: &str| {
        let measures = found["measures"].as_array().expect("measures");
        number(&measures.iter().find(|measure| measure["id"] == id).expect("a measure")["extent"])
    };
    assert_eq!((&found["met"], &found["kept"]), (&true.into(), &serde_json::json!(["services"])));
    // The cap asks for less than both cuts bring, and irrigation is the cheapest m³.
    let (industry, irrigation, domestic) = (extent("industry"), extent("irrigation"), extent("domestic"));
    assert!(irrigation > 0.0 && domestic == 0.0, "{found}");
    assert!(
        industry == 0.0 || irrigation == 1.0,
        "the dearer one begins where the cheaper one ends: {found}"
    );
    assert!(number(&found["yuan"]["value"]) < 0.7 * number(&found["yuan_in_full"]["value"]));
    let margin = number(&found["targets"][0]["worst_margin_m3"]);
    assert!((0.0..=1e5).contains(&margin), "no more than rounded up: {margin}");
    // As a scenario of its own.
    let run = json(
        folder.path(),
        &["run", "scenarios/cheap.scenario", "--cell", "4km", "--quiet", "--format", "json"],
    );
    let verdict = &run["runs"][0]["verdict"];
    let cap = (verdict["targets"].as_array().expect("targets").iter())
        .find(|ruling| ruling["test"] == "cap")
        .expect("a cap");
    assert_eq!(cap["value"], found["targets"][0]["value"]);
    assert!(number(&cap["margin_m3"]) >= 0.0);
    let spent: f64 =
        verdict["costs"].as_array().expect("costs").iter().map(|cost| number(&cost["yuan"]["value"])).sum();
    assert!((spent - number(&found["yuan"]["value"])).abs() <= 1e-6 * spent, "{spent} {found}");
    // A little less of what is dearest in it is not enough.
    let (id, at) = if industry > 0.0 { ("industry", industry) } else { ("irrigation", irrigation) };
    let file = folder.path().join("scenarios/cheap.scenario");
    let written = fs::read_to_string(&file).expect("written");
    let from = written.find(&format!("id = \"{id}\"")).expect("it is there");
    let short =
        written[from..].replacen(&format!("compliance = {at:?}"), &format!("compliance = {}", at - 0.01), 1);
    assert_ne!(written[from..], short);
    fs::write(&file, format!("{}{short}", &written[..from])).expect("written");
    let run = json(
        folder.path(),
        &["run", "scenarios/cheap.scenario", "--cell", "4km", "--quiet", "--format", "json"],
    );
    let targets = run["runs"][0]["verdict"]["targets"].as_array().expect("targets");
    let cap = targets.iter().find(|ruling| ruling["test"] == "cap").expect("a cap");
    assert!(number(&cap["margin_m3"]) < 0.0, "{cap}");
}

#[test]
fn both_ends_ask_for_more_than_the_best_figures_and_out_of_reach_is_said() {
    let folder = with_costs();
    let mix = |until: &str, judge: &str| {
        json(
            folder.path(),
            &[
                "mix",
                "scenarios/costed.scenario",
                "--until",
                until,
                "--judge",
                judge,
                "--cell",
                "4km",
                "--quiet",
                "--format",
                "json",
                "--out",
                "scenarios/cheap.scenario",
                "--keep",
                "irrigation",
            ],
        )
    };
    let value = mix("cap", "value");
    let ends = mix("cap", "ends");
    assert!(value["met"] == true && ends["met"] == true, "{ends}");
    assert!(number(&ends["yuan"]["value"]) > number(&value["yuan"]["value"]));
    fs::remove_file(folder.path().join("scenarios/cheap.scenario")).expect("written");
    let lacking = mix("cap/city/cap-physical", "value");
    assert!(lacking["met"] == false && lacking["written"].is_null(), "{lacking}");
    assert!(!folder.path().join("scenarios/cheap.scenario").exists());
    assert!(
        lacking["sentence"]["en"].as_str().expect("words").contains("Not even all measures"),
        "{lacking}"
    );
    assert!(lacking["sentence"]["zh"].as_str().expect("words").contains("全部措施足额实施"), "{lacking}");
}

#[test]
fn wrong_names_and_targets_without_a_take_are_refused() {
    let folder = with_costs();
    for (arguments, parts) in [
        (vec!["--until", "cpa"], vec!["there is no target `cpa`", "did you mean `cap`?"]),
        (
            vec!["--until", "cap", "--keep", "industri"],
            vec!["no measure `industri`", "did you mean `industry`?"],
        ),
        (
            vec!["--until", "balance/gaoping/storage"],
            vec!["no margin in m³ of take", "balance/gaoping/allowable"],
        ),
        (
            vec!["--until", "cap", "--keep", "industry,irrigation,domestic"],
            vec!["states what it costs", "services"],
        ),
        (vec!["--until", "cap", "--out", "scenarios/no such/a b.toml"], vec!["a b"]),
    ] {
        let all =
            [&["mix", "scenarios/costed.scenario", "--cell", "4km", "--quiet"][..], &arguments].concat();
        let run = quanyu(folder.path(), &all);
        assert_eq!(run.status.code(), Some(2), "{arguments:?}: {}", text(&run.stderr));
        let said = text(&run.stderr);
        assert!(parts.iter().all(|part| said.contains(part)), "{said}");
    }
    let run = quanyu(folder.path(), &["mix", "scenarios/cut-pumping.toml", "--until", "cap"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(text(&run.stderr).contains("states what it costs"), "{}", text(&run.stderr));
}
