//! The planner's page as its readers meet it: its numbers, its names, and in a browser without a network.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::*;

/// Title that would be a script, were it not shown as text; it turns the direction of writing and has no place to break a line at.
const HOSTILE: &str = "</script><img src=x onerror=window.hacked=1>\\\"'\u{202e}\
                       xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

/// A second cap: another target of the same test and place.
const LATER_CAP: &str = r#"
[[target]]
id = "later-cap"
title = { zh = "更低的总量上限", en = "A lower cap" }
test = "cap"
by = "2030-12"
most = "1.5e8 m3/a"
required = true
"#;

/// Runs two scenarios coarsely, one of them with a hostile title, and returns the page that the run left.
fn page() -> (tempfile::TempDir, PathBuf) {
    let folder = copy();
    let scenario = folder.path().join("scenarios/cut-pumping.toml");
    let original = fs::read_to_string(&scenario).expect("a scenario");
    let line = original.lines().find(|line| line.starts_with("title")).expect("a title");
    fs::write(
        &scenario,
        original.replace(line, &format!("title = {{ zh = \"{HOSTILE}\", en = \"{HOSTILE}\" }}")),
    )
    .expect("written");
    let names = ["scenarios/business-as-usual.toml", "scenarios/cut-pumping.toml"];
    for name in names {
        let path = folder.path().join(name);
        let text = fs::read_to_string(&path).expect("a scenario");
        fs::write(&path, text + LATER_CAP).expect("written");
    }
    let run =
        quanyu(folder.path(), &[&["run", "--cell", "4km", "--quiet", "--out", "out"], &names[..]].concat());
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let page = folder.path().join("out/report.html");
    assert!(page.is_file(), "the run writes its page: {}", text(&run.stderr));
    (folder, page)
}

#[test]
fn every_number_shown_stands_in_the_files_and_names_are_text() {
    let (folder, path) = page();
    let html = fs::read_to_string(&path).expect("a page");
    assert!(html.len() < 3_000_000, "{} bytes", html.len());
    assert!(!html.contains("<img"), "a hostile title became an element");
    let data = data(&html);
    for run in data["runs"].as_array().expect("runs") {
        let name = run["name"].as_str().expect("a name");
        let file = folder.path().join("out").join(name).join("verdict.json");
        let verdict: Value = serde_json::from_slice(&fs::read(file).expect("a verdict")).expect("JSON");
        for (own, other) in run["verdict"]["targets"]
            .as_array()
            .expect("targets")
            .iter()
            .zip(verdict["targets"].as_array().expect("targets"))
        {
            for key in ["status", "value", "threshold", "margin_m3", "by", "first_met", "break_even", "band"]
            {
                assert_eq!(own[key], other[key], "{key} of {other}");
            }
        }
        let mut compared = 0;
        for (value, of) in shown(&html) {
            let parts: Vec<&str> = of.split(' ').collect();
            let ["verdict", run, target, test, scope, field] = parts[..] else { continue };
            if run != name {
                continue;
            }
            let ruling = verdict["targets"].as_array().expect("targets").iter().find(|ruling| {
                let (kind, id) = (&ruling["scope"]["kind"], &ruling["scope"]["id"]);
                ruling["id"] == target
                    && ruling["test"] == test
                    && format!("{}/{}", kind.as_str().expect("a kind"), id.as_str().expect("an id")) == scope
            });
            let ruling = ruling.unwrap_or_else(|| panic!("no ruling {of}"));
            let number = |key: &str| ruling[key].as_f64().unwrap_or_else(|| panic!("no {key} of {of}"));
            let expected = match field {
                "value" | "threshold" | "break_even" => number(field),
                "margin" => number("margin_m3").abs(),
                "cut" => -number("margin_m3"),
                "ratio" => number("value") / number("threshold"),
                "band.low" => ruling["band"]["low"].as_f64().expect("a band"),
                "band.high" => ruling["band"]["high"].as_f64().expect("a band"),
                other => panic!("unknown field {other}"),
            };
            assert_eq!(value, expected, "{of}");
            compared += 1;
        }
        assert!(compared > 15, "only {compared} numbers of {name}");
        let later = format!("verdict {name} later-cap cap city/city value");
        assert!(shown(&html).iter().any(|(_, of)| *of == later), "no {later}");
    }
    ledger_agrees(folder.path(), &data, &html);
    plots(folder.path());
}

/// The ledger's yearly sums, and the unmet drinking water on the first screen, against the rows of `ledger.csv`.
fn ledger_agrees(folder: &Path, data: &Value, html: &str) {
    let ledger = fs::read_to_string(folder.join("out/cut-pumping/ledger.csv")).expect("a ledger");
    let header: Vec<&str> = ledger.lines().next().expect("a header").split(',').collect();
    let at = |name: &str| header.iter().rposition(|column| *column == name).expect("a column");
    let litres = |cell: &str| cell.replace('.', "").parse::<i64>().expect("a volume");
    let (mut delivered, mut unmet) = (0, 0);
    for line in ledger.lines().skip(1).filter(|line| !line.contains('"')) {
        let cells: Vec<&str> = line.split(',').collect();
        if cells[at("start")].starts_with("2022") {
            delivered += litres(cells[at("delivered_m3")]);
            if cells[at("sector")] == "domestic" {
                unmet += litres(cells[at("unmet_m3")]);
            }
        }
    }
    let quoted: Vec<&str> = ledger
        .lines()
        .skip(1)
        .filter(|line| line.contains('"'))
        .map(|line| line.split(',').next().expect("a group"))
        .collect();
    let year = data["years"].as_array().expect("years").iter().position(|year| *year == 2022).expect("2022");
    let runs = data["runs"].as_array().expect("runs");
    let run = runs.iter().find(|run| run["name"] == "cut-pumping").expect("the run");
    let groups = data["groups"].as_array().expect("groups").iter().enumerate();
    let plain = groups.filter(|(_, group)| !quoted.contains(&group["id"].as_str().expect("an id")));
    // The page's data hold steps from year to year, a group's row only where it is not the first run's, and what is taken as the rest.
    let at = |field: &str, group: usize| -> i64 {
        let own = &run["ledger"][field][group];
        let row = if own.is_null() { &runs[0]["ledger"][field][group] } else { own };
        row.as_array().expect("steps").iter().take(year + 1).map(|step| step.as_i64().expect("litres")).sum()
    };
    let taken = |group: usize| {
        at("demanded", group) - at("saved", group) - at("substituted", group) - at("unmet", group)
    };
    let sum: i64 = plain.map(|(group, _)| taken(group)).sum();
    assert_eq!(sum, delivered, "the page's ledger of 2022");
    let first = shown(html)
        .into_iter()
        .find(|(_, of)| of == "ledger cut-pumping 2022 unmet domestic")
        .expect("shown");
    assert!(first.0 * 1000.0 >= unmet as f64 - 0.5, "{} against {unmet} L at least", first.0);
}

/// One figure as a file, compare's table, and the messages where there is nothing to show.
fn plots(folder: &Path) {
    let svg = quanyu(folder, &["plot", "cap", "out", "--lang", "zh", "--out", "cap.svg"]);
    assert_eq!(svg.status.code(), Some(0), "{}", text(&svg.stderr));
    let drawn = fs::read_to_string(folder.join("cap.svg")).expect("a figure");
    assert!(drawn.contains("亿m³") && drawn.contains("&lt;/script&gt;"), "Chinese units, and names as text");
    let png = quanyu(folder, &["plot", "cap", "out", "--out", "cap.png"]);
    if png.status.code() == Some(0) {
        assert!(fs::read(folder.join("cap.png")).expect("a picture").starts_with(b"\x89PNG"));
    } else {
        assert!(text(&png.stderr).contains("no font is installed"), "{}", text(&png.stderr));
    }
    let map = ["plot", "map-cut-pumping-2022", "out", "--lang", "zh", "--out", "map.svg"];
    let map = quanyu(folder, &map);
    assert_eq!(map.status.code(), Some(0), "{}", text(&map.stderr));
    let drawn = fs::read_to_string(folder.join("map.svg")).expect("a map");
    for sign in
        ["岩溶水位等值线", "比现状高", "超采区，k", "泉域边界", "河流", "断流", "橙环", "蓝环", "20 km", "北"]
    {
        assert!(drawn.contains(sign), "no {sign} in the legend");
    }
    let none = quanyu(folder, &["plot", "nothing", "out", "--out", "x.svg"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(text(&none.stderr).contains("spring-yanhe"), "all figures are listed");
    let compared =
        quanyu(folder, &["compare", "out/business-as-usual", "out/cut-pumping", "--out", "two.html"]);
    assert_eq!(compared.status.code(), Some(0), "{}", text(&compared.stderr));
    assert!(text(&compared.stdout).contains("188") && folder.join("two.html").is_file());
    let empty = quanyu(folder, &["report", "scenarios"]);
    assert_eq!(empty.status.code(), Some(2));
    assert!(text(&empty.stderr).contains("holds no finished run"), "{}", text(&empty.stderr));
}

#[test]
fn the_page_works_in_a_browser_without_a_network() {
    let (folder, path) = page();
    let html = fs::read_to_string(&path).expect("a page");
    for width in [1400, 390] {
        check_in_browser(folder.path(), &html, include_str!("support/self_check.js"), width);
    }
    // On paper nothing can be scrolled: A4 less its margins is 718 px wide.
    let paper = html.replace("@media print{", "@media screen{");
    assert_ne!(paper, html, "the page has a style for print");
    check_in_browser(folder.path(), &paper, include_str!("support/print_check.js"), 718);
    let many = many(folder.path());
    check_in_browser(folder.path(), &many, include_str!("support/packed_check.js"), 1400);
}

/// The page of as many scenarios as the library has: one run under many names.
fn many(folder: &Path) -> String {
    replicate(&folder.join("out"), "cut-pumping", 21);
    let report = quanyu(folder, &["report", "out", "--out", "many.html"]);
    assert_eq!(report.status.code(), Some(0), "{}", text(&report.stderr));
    let html = fs::read_to_string(folder.join("many.html")).expect("a page");
    assert_eq!(data(&html)["runs"].as_array().expect("runs").len(), 23);
    assert!(html.len() < 3_000_000, "{} bytes", html.len());
    assert!(!html.contains("<img"), "a hostile title became an element");
    html
}
