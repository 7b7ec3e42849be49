//! Each way to break a scenario has its message, at its place.

use quanyu_files::{Sources, Style, read_scenarios, render};

use crate::small_basin::Workshop;

pub(crate) const GOOD: &str = r#"name = "good"
title = { zh = "好", en = "Good" }
basin = "../basin"
report = { from = "2005-01", to = "2030-12" }

[[measure]]
id = "close"
kind = "close_wells"
where = { owner = "self-supply", zone = "town" }
stages = [["2020-01", 0.4], ["2021-01", 1.0]]
replaced_by = ["reservoir"]

[[measure]]
id = "cut"
kind = "cut"
where = { sector = "irrigation" }
by = "30 %"
from = "2020-01"
floor = 0.1

[[target]]
id = "cap"
most = "900 wan_m3/a"
"#;

fn message(workshop: &Workshop) -> String {
    let mut sources = Sources::new();
    let faults = read_scenarios(&[workshop.path("scenarios")], None, &mut sources).map(|_| ()).unwrap_err();
    workshop.shorten(&render(&sources, &faults, Style::Plain))
}

/// Text replaced, its replacement, line and column, parts of the message.
const BREAKS: &[(&str, &str, &str, &[&str])] = &[
    ("{ owner", "{ ower", "9:11", &["unknown_key", "`where` has no key `ower`", "did you mean `owner`?"]),
    (
        "\"self-supply\"",
        "\"self-suply\"",
        "9:19",
        &["`owner` cannot be `self-suply`", "did you mean `self-supply`?"],
    ),
    ("\"self-supply\"", "7", "9:19", &["`owner` must be one of public, self-supply", "found: the number 7"]),
    ("zone = \"town\"", "zone = [\"town\", \"twon\"]", "9:50", &["no zone `twon`", "did you mean `town`?"]),
    (
        "owner = \"self-supply\"",
        "owner = \"mine\"",
        "9:9",
        &["empty_selection", "matches no wells and no spring intake"],
    ),
    (
        "\"close_wells\"",
        "\"close-well\"",
        "8:8",
        &["`kind` cannot be `close-well`", "did you mean `close_wells`?"],
    ),
    ("kind = \"close_wells\"\n", "", "6:1", &["a measure has no `kind`"]),
    ("id = \"close\"\n", "", "6:1", &["a measure has no `id`"]),
    ("id = \"cut\"", "id = \"close\"", "14:6", &["collision", "a measure of the id `close` stands twice"]),
    ("[\"reservoir\"]", "[\"reservior\"]", "11:16", &["no project `reservior`", "did you mean `reservoir`?"]),
    (
        "where = { owner = \"self-supply\", zone = \"town\" }",
        "where = { county = \"lower\" }",
        "11:16",
        &["not_tied", "`reservoir` reaches none"],
    ),
    ("\"2020-01\", 0.4", "\"2020-13\", 0.4", "10:12", &["bad_date", "the date of a stage is no date"]),
    ("\"2020-01\", 0.4", "\"2040-01\", 0.4", "10:12", &["lies outside the run", "1990-01-01 to 2030-12-31"]),
    ("\"2020-01\", 0.4", "\"2022-01\", 0.4", "10:30", &["the stages are out of order", "after 2022-01-01"]),
    ("0.4]", "1.4]", "10:23", &["out_of_range", "from 0 to 1"]),
    ("0.4]", "\"140 %\"]", "10:23", &["out_of_range", "0 % to 100 %"]),
    ("0.4]", "\"some\"]", "10:23", &["bad_unit", "no share"]),
    ("[\"2020-01\", 0.4]", "\"2020-01\"", "10:11", &["a stage must be pairs of a date and a share"]),
    (
        "from = \"2020-01\"\n",
        "from = \"2020-01\"\nramp = [\"2020-01\", \"2021-01\"]\n",
        "13:1",
        &["one schedule", "ramp and from"],
    ),
    ("from = \"2020-01\"\n", "", "13:1", &["missing", "one schedule"]),
    (
        "from = \"2020-01\"\n",
        "ramp = [\"2021-01\", \"2020-01\"]\n",
        "18:20",
        &["the ramp ends before it begins"],
    ),
    ("from = \"2020-01\"\n", "ramp = [\"2021-01\"]\n", "18:8", &["two dates"]),
    ("\"30 %\"", "\"30\"", "17:6", &["bad_unit", "`by` has no unit"]),
    (
        "\"30 %\"",
        "\"500 wan_m3_per_yaer\"",
        "17:6",
        &["`wan_m3_per_yaer`", "did you mean `wan_m3_per_year`?"],
    ),
    ("\"30 %\"", "\"-5 m3/a\"", "17:6", &["cannot be negative"]),
    ("\"30 %\"", "0.3", "17:6", &["`by` must be a text with its unit"]),
    ("\"30 %\"", "\"130 %\"", "17:6", &["out_of_range"]),
    ("floor = 0.1", "floor = -0.1", "19:9", &["out_of_range", "from 0 to 1"]),
    ("floor = 0.1", "flor = 0.1", "19:1", &["no key `flor`", "did you mean `floor`?"]),
    (
        "most = \"900 wan_m3/a\"",
        "most = \"2000 wan_m3/a\"",
        "21:1",
        &["inconsistent", "`cap` is looser than the basin's"],
    ),
    ("\"../basin\"", "\"../bassin\"", "3:9", &["cannot be read"]),
    ("basin = \"../basin\"\n", "", "1:1", &["names a basin", "add `basin"]),
    ("to = \"2030-12\"", "to = \"2001-12\"", "4:10", &["the report ends before it begins"]),
    ("name = \"good\"", "name = \"a/b\"", "1:8", &["also that of the folder of its results"]),
    ("name = \"good\"", "nmae = \"good\"", "1:1", &["no key `nmae`", "did you mean `name`?"]),
    ("name = \"good\"", "name = \"good\"\nbase = \"good.toml\"", "2:8", &["cannot be a patch of itself"]),
    (
        "name = \"good\"",
        "name = \"good\"\nbase = \"other.toml\"",
        "2:8",
        &["`scenarios/other.toml` cannot be read"],
    ),
    ("title = { zh = \"好\"", "title = { zh = 好", "2:16", &["syntax"]),
    ("name = \"good\"", "name = \"good\"\nname = \"good\"", "2:1", &["syntax", "duplicate key"]),
    ("[[target]]", "[[targets]]", "21:3", &["no key `targets`", "did you mean `target`?"]),
];

#[test]
fn every_break_is_told_at_its_place() {
    let good = Workshop::new();
    good.write("scenarios/good.toml", GOOD);
    assert!(read_scenarios(&[good.path("scenarios/good.toml")], None, &mut Sources::new()).is_ok());
    let mut missed = String::new();
    for (old, new, place, parts) in BREAKS {
        let workshop = Workshop::new();
        workshop.write("scenarios/good.toml", GOOD);
        workshop.replace("scenarios/good.toml", old, new);
        let message = message(&workshop);
        for part in parts.iter().chain([&format!("--> scenarios/good.toml:{place}\n").as_str()]) {
            if !message.contains(part) {
                missed.push_str(&format!("`{old}` → `{new}`: no `{part}` in\n{message}\n"));
            }
        }
    }
    assert!(missed.is_empty(), "{missed}");
}

#[test]
fn a_ring_of_patches_is_found() {
    let workshop = Workshop::new();
    for (name, base) in [("a", "b"), ("b", "c"), ("c", "a")] {
        let text = format!("name = \"{name}\"\ntitle = \"T\"\nbase = \"{base}.toml\"\n");
        workshop.write(&format!("scenarios/{name}.toml"), &text);
    }
    let message = message(&workshop);
    assert!(message.contains("a.toml → scenarios/b.toml → scenarios/c.toml → scenarios/a.toml"), "{message}");
}

#[test]
fn faults_of_every_scenario_and_of_the_basin_come_at_once() {
    let workshop = Workshop::new();
    workshop.write("scenarios/one.toml", &GOOD.replace("ower", "x").replace("{ owner", "{ ower"));
    workshop.write("scenarios/two.toml", &GOOD.replace("floor = 0.1", "floor = 2"));
    let first = message(&workshop);
    assert!(first.contains("one.toml:9:11") && first.contains("two.toml:19:9"), "{first}");
    assert!(first.contains("two scenarios have the name `good`"), "{first}");
    workshop.replace("basin/rocks.csv", "5,0.5,50", "five,0.5,50");
    workshop.replace("scenarios/two.toml", "title", "titel");
    let second = message(&workshop);
    assert!(second.contains("basin/rocks.csv:3") && second.contains("two.toml:2:1"), "{second}");
}

#[test]
fn drop_names_measures_of_the_base() {
    let workshop = Workshop::new();
    workshop.write("scenarios/good.toml", GOOD);
    let patch = "name = \"patch\"\ntitle = \"P\"\nbase = \"good.toml\"\ndrop = [\"cutt\"]\n";
    workshop.write("scenarios/patch.toml", patch);
    let message = message(&workshop);
    assert!(message.contains("--> scenarios/patch.toml:4:9"), "{message}");
    assert!(
        message.contains("no measure in the base `cutt`") && message.contains("did you mean `cut`?"),
        "{message}"
    );
}
