//! The planner's page as its readers meet it: its numbers, its names, and in a browser without a network.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::*;

/// How long a browser may take for a page.
const PATIENCE: Duration = Duration::from_secs(120);

/// Title that would be a script, were it not shown as text.
const HOSTILE: &str = "</script><img src=x onerror=window.hacked=1>\\\"'";

/// Runs two scenarios coarsely, one of them with a hostile title, and returns the page that the run left.
fn page() -> (tempfile::TempDir, PathBuf) {
    let folder = copy();
    let scenario = folder.path().join("scenarios/cut-pumping.toml");
    let text = fs::read_to_string(&scenario).expect("a scenario");
    let line = text.lines().find(|line| line.starts_with("title")).expect("a title");
    fs::write(
        &scenario,
        text.replace(line, &format!("title = {{ zh = \"{HOSTILE}\", en = \"{HOSTILE}\" }}")),
    )
    .expect("written");
    let names = ["scenarios/business-as-usual.toml", "scenarios/cut-pumping.toml"];
    let run =
        quanyu(folder.path(), &[&["run", "--cell", "4km", "--quiet", "--out", "out"], &names[..]].concat());
    assert_eq!(run.status.code(), Some(0), "{}", text_of(&run.stderr));
    let page = folder.path().join("out/report.html");
    assert!(page.is_file(), "the run writes its page: {}", text_of(&run.stderr));
    (folder, page)
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn data(html: &str) -> Value {
    let from = html.find("id=\"data\">").expect("a data block") + "id=\"data\">".len();
    let to = from + html[from..].find("</script>").expect("its end");
    serde_json::from_str(&html[from..to]).expect("JSON")
}

/// Every `data` element of the page: the value, and what names its place in the files.
fn shown(html: &str) -> Vec<(f64, String)> {
    let elements = html.split("<data value=\"").skip(1);
    let read = elements.map(|rest| {
        let (value, rest) = rest.split_once('"').expect("a value");
        let of = rest.split_once("data-of=\"").and_then(|(_, rest)| rest.split_once('"')).expect("a place").0;
        (value.parse().expect("a number"), of.to_owned())
    });
    read.collect()
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
            let ["verdict", run, test, scope, field] = parts[..] else { continue };
            if run != name {
                continue;
            }
            let ruling = verdict["targets"].as_array().expect("targets").iter().find(|ruling| {
                let (kind, id) = (&ruling["scope"]["kind"], &ruling["scope"]["id"]);
                ruling["test"] == test
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
    }
    ledger_agrees(folder.path(), &data, &html);
    plots(folder.path());
}

/// The ledger's yearly sums, and the unmet drinking water on the first screen, against the rows of `ledger.csv`.
fn ledger_agrees(folder: &Path, data: &Value, html: &str) {
    let text = fs::read_to_string(folder.join("out/cut-pumping/ledger.csv")).expect("a ledger");
    let header: Vec<&str> = text.lines().next().expect("a header").split(',').collect();
    let at = |name: &str| header.iter().rposition(|column| *column == name).expect("a column");
    let litres = |cell: &str| cell.replace('.', "").parse::<i64>().expect("a volume");
    let (mut delivered, mut unmet) = (0, 0);
    for line in text.lines().skip(1).filter(|line| !line.contains('"')) {
        let cells: Vec<&str> = line.split(',').collect();
        if cells[at("start")].starts_with("2022") {
            delivered += litres(cells[at("delivered_m3")]);
            if cells[at("sector")] == "domestic" {
                unmet += litres(cells[at("unmet_m3")]);
            }
        }
    }
    let quoted: Vec<&str> = text
        .lines()
        .skip(1)
        .filter(|line| line.contains('"'))
        .map(|line| line.split(',').next().expect("a group"))
        .collect();
    let year = data["years"].as_array().expect("years").iter().position(|year| *year == 2022).expect("2022");
    let run = data["runs"]
        .as_array()
        .expect("runs")
        .iter()
        .find(|run| run["name"] == "cut-pumping")
        .expect("the run");
    let groups = data["groups"].as_array().expect("groups").iter().enumerate();
    let plain = groups.filter(|(_, group)| !quoted.contains(&group["id"].as_str().expect("an id")));
    let sum: i64 =
        plain.map(|(group, _)| run["ledger"]["delivered"][group][year].as_i64().expect("litres")).sum();
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
    assert_eq!(svg.status.code(), Some(0), "{}", text_of(&svg.stderr));
    let drawn = fs::read_to_string(folder.join("cap.svg")).expect("a figure");
    assert!(drawn.contains("亿m³") && drawn.contains("&lt;/script&gt;"), "Chinese units, and names as text");
    let png = quanyu(folder, &["plot", "cap", "out", "--out", "cap.png"]);
    if png.status.code() == Some(0) {
        assert!(fs::read(folder.join("cap.png")).expect("a picture").starts_with(b"\x89PNG"));
    } else {
        assert!(text_of(&png.stderr).contains("no font is installed"), "{}", text_of(&png.stderr));
    }
    let none = quanyu(folder, &["plot", "nothing", "out", "--out", "x.svg"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(text_of(&none.stderr).contains("spring-yanhe"), "all figures are listed");
    let compared =
        quanyu(folder, &["compare", "out/business-as-usual", "out/cut-pumping", "--out", "two.html"]);
    assert_eq!(compared.status.code(), Some(0), "{}", text_of(&compared.stderr));
    assert!(text_of(&compared.stdout).contains("188") && folder.join("two.html").is_file());
    let empty = quanyu(folder, &["report", "scenarios"]);
    assert_eq!(empty.status.code(), Some(2));
    assert!(text_of(&empty.stderr).contains("holds no finished run"), "{}", text_of(&empty.stderr));
}

fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("QUANYU_BROWSER").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .flat_map(|folder| ["chromium", "chromium-browser", "google-chrome"].map(|name| folder.join(name)))
        .find(|path| path.is_file());
    named.or(found)
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that is left out must say so")]
fn the_page_works_in_a_browser_without_a_network() {
    let Some(browser) = browser() else {
        let text = "LEFT OUT: the_page_works_in_a_browser_without_a_network: no chromium. Type:  sudo apt-get install chromium \
                    fonts-wqy-zenhei";
        assert!(std::env::var_os("QUANYU_NEED_BROWSER").is_none(), "{text}");
        eprintln!("{text}");
        return;
    };
    let (folder, path) = page();
    let html = fs::read_to_string(&path).expect("a page");
    let before = "<script>window.faults=[];addEventListener('error',e=>faults.push(e.message));\
                  addEventListener('securitypolicyviolation',e=>faults.push('blocked '+e.blockedURI));\
                  console.error=(...t)=>faults.push(t.join(' '))</script><title";
    let check = format!("<script>{}</script></body>", include_str!("support/self_check.js"));
    let checked = html.replacen("<title", before, 1).replacen("</body>", &check, 1);
    let file = folder.path().join("checked.html");
    fs::write(&file, checked).expect("written");
    for width in [1400, 390] {
        let mut child = Command::new(&browser)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--dump-dom"])
            .arg("--virtual-time-budget=4000")
            // No name is resolved and no address reached.
            .args(["--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9"])
            .arg(format!("--window-size={width},1000"))
            .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
            .arg(format!("file://{}", file.display()))
            .stdout(fs::File::create(folder.path().join("dom")).expect("a file"))
            .stderr(fs::File::create(folder.path().join("said")).expect("a file"))
            .spawn()
            .expect("the browser can be started");
        let until = Instant::now() + PATIENCE;
        while child.try_wait().expect("a child").is_none() {
            if Instant::now() > until {
                child.kill().expect("killed");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let read = |name: &str| text_of(&fs::read(folder.path().join(name)).expect("a file"));
        let (dom, stderr) = (read("dom"), read("said"));
        if dom.is_empty() {
            let text = format!("LEFT OUT: the browser shows no page at all on this machine: {stderr}");
            assert!(std::env::var_os("QUANYU_NEED_BROWSER").is_none(), "{text}");
            eprintln!("{text}");
            return;
        }
        let verdict = dom.split_once("data-checked=\"").and_then(|(_, rest)| rest.split_once('"'));
        let said = verdict.map_or("the page did not come to its check", |(said, _)| said);
        assert_eq!(said, "PASSED", "at {width} px; {}", stderr.lines().last().unwrap_or_default());
    }
}
