//! What the page has beside verdicts: budgets by basin, wedges, odds of a batch alone.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use support::*;

const RAIN: &str = r#"
name = "rain"
title = { zh = "增雨", en = "Rain" }
base = "business-as-usual.toml"
[[measure]]
id = "sangu"
kind = "enhance_rain"
programme = "cloud-seeding"
basin = "sangu"
months = [6, 7]
from = "2020-01"
[[measure]]
id = "yanhe"
kind = "enhance_rain"
programme = "cloud-seeding"
basin = "yanhe"
months = [6, 7]
from = "2020-01"
"#;

/// Columns of a series by name, their units dropped.
fn series(path: &Path) -> BTreeMap<String, Vec<f64>> {
    let file = fs::read_to_string(path).expect("a series");
    let mut lines = file.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    let named = header.iter().enumerate().map(|(column, name)| {
        let values = rows.iter().filter_map(|row| row[column].parse().ok()).collect();
        (name.split([' ', '[']).next().expect("a name").to_owned(), values)
    });
    named.collect()
}

#[test]
fn budgets_of_the_basins_add_up_and_wedges_stand_in_verdict_and_page() {
    let folder = copy();
    let names = ["scenarios/business-as-usual.toml", "scenarios/cut-pumping.toml"];
    let cost =
        "by = \"30 %\"\ncost = { per_m3 = \"2 yuan/m3\", per_m3_range = [\"1 yuan/m3\", \"4 yuan/m3\"] }";
    replace(&folder.path().join(names[1]), "by = \"30 %\"", cost);
    fs::write(folder.path().join("scenarios/rain.toml"), RAIN).expect("written");
    let all = ["run", "--cell", "4km", "--quiet", "--out", "out", "scenarios/rain.toml", names[0], names[1]];
    let run = quanyu(folder.path(), &all);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    rain(folder.path());
    fs::remove_dir_all(folder.path().join("out/rain")).expect("removed");
    budgets(&folder.path().join("out/cut-pumping"));
    let other = ["attribute", names[1], "--cell", "4km", "--quiet", "--out", "elsewhere", "--years", "2022"];
    let alone = quanyu(folder.path(), &other);
    assert!(text(&alone.stdout).contains("no run lies there"), "{}", text(&alone.stderr));
    let told = text(&alone.stdout);
    let widest = told.lines().map(|line| line.chars().count()).max().unwrap_or_default();
    assert!(widest <= 120, "{widest} columns where the output is no terminal:\n{told}");
    let here = ["attribute", names[1], "--cell", "4km", "--quiet", "--out", "out", "--years", "2022"];
    let here = quanyu(folder.path(), &here);
    assert!(text(&here.stdout).contains("and in verdict.json"), "{}", text(&here.stderr));
    assert!(text(&here.stdout).contains("2.00 (1.00–4.00) yuan/m³"), "{}", text(&here.stdout));
    let report = quanyu(folder.path(), &["report", "out"]);
    assert_eq!(report.status.code(), Some(0), "{}", text(&report.stderr));
    wedges(folder.path());
    costs(folder.path());
    let html = fs::read_to_string(folder.path().join("out/report.html")).expect("a page");
    check_in_browser(folder.path(), &html, include_str!("support/self_check.js"), 1400);
}

/// Rain enhancement over both basins: a tenth more recharge in its months, nothing else in the others, and no user wants, may or asks
/// for another litre.
fn rain(folder: &Path) {
    let [more, usual] = ["rain", "business-as-usual"].map(|name| folder.join("out").join(name));
    let starts = fs::read_to_string(more.join("budget.csv")).expect("a budget");
    let starts = starts.lines().skip(1).map(|line| line.split(',').next().expect("a date"));
    let (with, without) = (series(&more.join("budget.csv")), series(&usual.join("budget.csv")));
    let mut seeded = 0;
    for (period, start) in starts.enumerate() {
        let ratio = with["recharge:in"][period] / without["recharge:in"][period];
        let months = start >= "2020-01-01" && ["-06-", "-07-"].iter().any(|month| start.contains(month));
        seeded += usize::from(months);
        assert!((ratio - if months { 1.1 } else { 1.0 }).abs() < 1e-9, "{start}: {ratio}");
    }
    assert_eq!(seeded, 32, "June and July of sixteen years");
    let [more, usual] =
        [&more, &usual].map(|folder| fs::read_to_string(folder.join("ledger.csv")).expect("a ledger"));
    let header: Vec<&str> = more.lines().next().expect("a header").split(',').collect();
    let last = header.iter().position(|name| *name == "requested_m3").expect("a column");
    for (one, other) in more.lines().zip(usual.lines()).filter(|(one, _)| !one.contains('"')) {
        let asked = |line: &str| line.split(',').take(last + 1).map(str::to_owned).collect::<Vec<String>>();
        assert_eq!(asked(one), asked(other));
    }
    let springs = |name: &str| series(&folder.join("out").join(name).join("springs.csv"));
    let (with, without) = (springs("rain"), springs("business-as-usual"));
    let last = |all: &BTreeMap<String, Vec<f64>>| *all["flow:yanhe"].last().expect("a flow");
    assert!(
        last(&with) > 1.0001 * last(&without),
        "the spring has no more: {} {}",
        last(&with),
        last(&without)
    );
}

/// Over all basins every term is that of the domain, and what they exchange cancels.
fn budgets(folder: &Path) {
    let (domain, basins) = (series(&folder.join("budget.csv")), series(&folder.join("basin-budget.csv")));
    let sum = |term: &str, period: usize| -> f64 {
        let own = basins.iter().filter(|(name, _)| name.ends_with(&format!(":{term}")));
        own.map(|(_, values)| values[period]).sum()
    };
    let periods = domain["wells:in"].len();
    assert!(periods > 400);
    (0..periods).for_each(|period| {
        let net = |term: &str| domain[&format!("{term}:in")][period] - domain[&format!("{term}:out")][period];
        let scale = domain["recharge:in"][period].max(1e5);
        for term in ["wells", "recharge", "springs", "mine-drainage", "rivers", "boundary"] {
            assert!((sum(term, period) - net(term)).abs() <= 1e-6 * scale, "{term} in period {period}");
        }
        let storage = net("elastic-storage") + net("drainable-storage");
        assert!((sum("storage", period) - storage).abs() <= 1e-6 * scale, "storage in period {period}");
        assert!(sum("exchange", period).abs() <= 1e-5 * scale, "exchange in period {period}");
    });
    let crossing = basins.iter().find(|(name, _)| name.ends_with(":exchange")).expect("an exchange").1;
    assert!(crossing.iter().any(|flow| flow.abs() > 100.0), "the divide is free to move");
}

/// The wedge table of the verdict, and each number of it on the page.
fn wedges(folder: &Path) {
    let verdict: Value =
        serde_json::from_slice(&fs::read(folder.join("out/cut-pumping/verdict.json")).expect("a verdict"))
            .expect("JSON");
    let all = verdict["attribution"].as_array().expect("an attribution");
    let number = |value: &Value, key: &str| value[key].as_f64().expect("a number");
    let city = all.iter().find(|own| own["place"] == "city").expect("the city");
    let on_top: f64 =
        city["measures"].as_array().expect("measures").iter().map(|own| number(own, "on_top")).sum();
    let together = number(city, "all") - number(city, "none");
    assert!(together < -1e6 && (together - on_top - number(city, "joint")).abs() < 1e-3, "{city}");
    let html = fs::read_to_string(folder.join("out/report.html")).expect("a page");
    assert!(html.contains("id=\"wedge-cut-pumping\""), "no wedge chart");
    let mut compared = 0;
    for (value, of) in shown(&html) {
        let parts: Vec<&str> = of.split(' ').collect();
        let ["attribution", "cut-pumping", year, quantity, place, measure, field] = parts[..] else {
            continue;
        };
        let own = all.iter().find(|own| {
            own["year"].as_i64() == year.parse().ok() && own["quantity"] == quantity && own["place"] == place
        });
        let own = own.unwrap_or_else(|| panic!("no {of}"));
        let expected = match (measure, field) {
            ("all", "together") => number(own, "all") - number(own, "none"),
            ("all", field) => number(own, field),
            (measure, field) => {
                let measures = own["measures"].as_array().expect("measures");
                number(measures.iter().find(|own| own["measure"] == measure).expect("a measure"), field)
            }
        };
        assert_eq!(value, expected, "{of}");
        compared += 1;
    }
    assert!(compared > 30, "only {compared} numbers");
}

/// What a measure costs: in the verdict, in the table of attribution and on the page.
fn costs(folder: &Path) {
    let verdict = fs::read(folder.join("out/cut-pumping/verdict.json")).expect("a verdict");
    let verdict: Value = serde_json::from_slice(&verdict).expect("JSON");
    let [cost] = &verdict["costs"].as_array().expect("costs")[..] else { panic!("{}", verdict["costs"]) };
    let number = |value: &Value| value.as_f64().expect("a number");
    let (volume, yuan) = (number(&cost["volume_m3"]), number(&cost["yuan"]["value"]));
    assert!(volume > 1e7 && (yuan - 2.0 * volume).abs() < 1.0, "{cost}");
    assert_eq!(cost["yuan_per_m3"], serde_json::json!({ "low": 1.0, "value": 2.0, "high": 4.0 }));
    assert!(cost["source"].is_null(), "assumed");
    let table = fs::read_to_string(folder.join("out/cut-pumping/attribution.csv")).expect("a table");
    let measure = cost["measure"].as_str().expect("an id");
    assert!(table.lines().next().is_some_and(|header| header.ends_with(",yuan_per_m3")));
    for row in table.lines().skip(1) {
        assert_eq!(row.ends_with(",2.0"), row.contains(&format!(",{measure},")), "{row}");
    }
    let html = fs::read_to_string(folder.join("out/report.html")).expect("a page");
    let of = |field: &str| format!("cost cut-pumping {measure} {field}");
    for (field, value) in [("yuan_per_m3", 2.0), ("volume_m3", volume), ("yuan", yuan)] {
        let found = shown(&html).into_iter().find(|(_, place)| *place == of(field));
        assert_eq!(found.map(|(value, _)| value), Some(value), "{field}");
    }
}

#[test]
fn a_batch_alone_has_its_page() {
    let folder = copy();
    fs::write(folder.path().join("scenarios/small.batch"), batch(4, "")).expect("written");
    let run = quanyu(folder.path(), &["batch", "scenarios/small.batch", "--out", "out", "--quiet"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let path = folder.path().join("out/small/report.html");
    let html = fs::read_to_string(&path).expect("the batch writes its page");
    let again = quanyu(folder.path(), &["report", "out/small", "--out", "again.html"]);
    assert_eq!(again.status.code(), Some(0), "{}", text(&again.stderr));
    assert_eq!(fs::read_to_string(folder.path().join("again.html")).expect("a page"), html);
    let batch: Value =
        serde_json::from_slice(&fs::read(folder.path().join("out/small/batch.json")).expect("odds"))
            .expect("JSON");
    let mut compared = 0;
    for (value, of) in shown(&html) {
        let parts: Vec<&str> = of.split(' ').collect();
        let ["odds", scenario, test, scope, field] = parts[..] else { continue };
        let own =
            batch["scenarios"].as_array().expect("scenarios").iter().find(|own| own["name"] == scenario);
        let odds = own.expect("the scenario")["odds"].as_array().expect("odds");
        let odds =
            odds.iter().find(|odds| odds["judged"]["test"] == test && odds["judged"]["scope"] == scope);
        assert_eq!(Some(value), odds.unwrap_or_else(|| panic!("no {of}"))[field].as_f64(), "{of}");
        compared += 1;
    }
    assert!(compared > 60, "only {compared} numbers");
    assert!(
        html.contains("id=\"weighting\"") && html.contains("Yanhe spring flow"),
        "prior beside posterior"
    );
    check_in_browser(folder.path(), &html, include_str!("support/batch_check.js"), 1400);
    check_in_browser(folder.path(), &html, include_str!("support/batch_check.js"), 390);
    let compared = quanyu(folder.path(), &["compare", "out/small"]);
    assert_eq!(compared.status.code(), Some(2), "a batch alone has no verdicts to compare");
}

/// Two runs beside a batch that has both of its scenarios; the odds are set by hand.
#[test]
fn lights_hear_the_odds_and_words_the_dates() {
    let folder = copy();
    fs::write(folder.path().join("scenarios/small.batch"), batch(2, "")).expect("written");
    // The cap a year earlier than the policy's: the page must not know the policy's years by heart.
    let base = folder.path().join("scenarios/business-as-usual.toml");
    let asked =
        fs::read_to_string(&base).expect("text") + "\n[[target]]\nid = \"cap\"\nby = \"2019-12-31\"\n";
    fs::write(&base, asked).expect("written");
    let names = ["scenarios/business-as-usual.toml", "scenarios/cut-pumping.toml"];
    let run = quanyu(folder.path(), &["run", "--cell", "4km", "--quiet", "--out", "out", names[0], names[1]]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let run = quanyu(folder.path(), &["batch", "scenarios/small.batch", "--out", "out", "--quiet"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let file = folder.path().join("out/small/batch.json");
    let whole = fs::read(&file).expect("odds");
    // Lights of the matrix: met and missed ones, and how often the page says why it does not follow the run.
    let page = |met: f64| {
        let mut odds: Value = serde_json::from_slice(&whole).expect("JSON");
        for scenario in odds["scenarios"].as_array_mut().expect("scenarios") {
            for own in scenario["odds"].as_array_mut().expect("odds") {
                (own["met"], own["missed"], own["undetermined"]) =
                    (met.into(), (1.0 - met).into(), 0.0.into());
            }
        }
        fs::write(&file, odds.to_string()).expect("written");
        let run = quanyu(folder.path(), &["report", "out", "--out", "page.html"]);
        assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
        let html = fs::read_to_string(folder.path().join("page.html")).expect("a page");
        let matrix = html.find("class=\"matrix\"").expect("a matrix");
        let matrix = &html[matrix..matrix + html[matrix..].find("</tbody>").expect("its end")];
        let lights =
            ["met", "missed", "open"].map(|light| matrix.matches(&format!("light {light}\"")).count());
        (lights, html)
    };
    let ([met, missed, open], html) = page(0.49);
    assert!(
        (met, missed) == (0, 0) && open > 10,
        "half of the members decide nothing: {met} {missed} {open}"
    );
    assert!(
        html.contains("By what is assumed of demand and supply alone it is missed")
            && html.contains("49 % of the members")
    );
    // Both ends are those of demand and of supply together.
    assert!(html.contains("需求与供给假定的两端结论不一"));
    for word in ["demand range", "range of demand", "需求假定范围", "需求范围"] {
        assert!(!html.contains(word), "a verdict is said to rest on demand alone: {word}");
    }
    let ([met, missed, _], _) = page(1.0);
    assert!(met > 0 && missed == 0, "{met} {missed}");
    let ([met, missed, _], _) = page(0.0);
    assert!(met == 0 && missed > 0, "{met} {missed}");
    assert!(html.contains("2019 and 2022 are past") && html.contains("2019 年和2022 年已经过去"));
    assert!(!html.contains("2020 and 2022 are past"));
    for words in [
        "Can the cap and the balance be reached? Not for certain with any scenario here.",
        "Open within what is",
    ] {
        assert!(seen(&html).contains(words), "no {words:?} in {}", &seen(&html)[..600]);
    }
    sure(folder.path(), &page);
    twelve(folder.path(), &whole);
}

/// What the page says in English, as its reader sees it.
fn seen(html: &str) -> String {
    let body = html.split_once("<main>").and_then(|(_, rest)| rest.split_once("</main>")).expect("a page").0;
    let (mut words, mut skipped) = (String::new(), false);
    for part in body.split('<').skip(1) {
        let (tag, text) = part.split_once('>').expect("a tag");
        if tag.starts_with("span") {
            skipped = tag.contains("class=\"zh\"");
        } else if tag == "/span" {
            skipped = false;
        }
        if !skipped {
            words.push_str(text);
        }
    }
    words
}

/// The first screen where one scenario meets what is required and no other does: yes, how sure, and which to choose.
fn sure(folder: &Path, page: &impl Fn(f64) -> ([usize; 3], String)) {
    let file = folder.join("out/cut-pumping/verdict.json");
    let original = fs::read(&file).expect("a verdict");
    let mut verdict: Value = serde_json::from_slice(&original).expect("JSON");
    for ruling in verdict["targets"].as_array_mut().expect("targets") {
        if ruling["required"] == true {
            ruling["status"] = "met".into();
        }
    }
    fs::write(&file, verdict.to_string()).expect("written");
    let html = page(1.0).1;
    for words in [
        "Can the cap and the balance be reached? Yes, with Cut pumping. As usual both are undetermined.",
        "figures are assumed, and the answer holds as far as they do.",
        "Fairly sure, if what is assumed holds.",
        "met at both ends of what is assumed of demand and supply",
        "Choose Cut pumping",
        "the only scenario here that meets all that is required.",
    ] {
        assert!(seen(&html).contains(words), "no {words:?} in {}", &seen(&html)[..600]);
    }
    assert!(html.contains("总量上限和采补平衡能否达到？") && html.contains("唯一有把握达到全部要求的方案。"));
    fs::write(&file, original).expect("written");
}

/// The page of twelve runs with the odds of a batch of all of them: one run and its odds under many names.
fn twelve(folder: &Path, odds: &[u8]) {
    let mut odds: Value = serde_json::from_slice(odds).expect("JSON");
    replicate(&folder.join("out"), "cut-pumping", 10);
    let factors = odds["factors"].as_array().expect("factors").iter().take(8);
    let moved: Value =
        factors.map(|own| serde_json::json!({ "factor": own["id"], "correlation": -0.5 })).collect();
    let scenarios = odds["scenarios"].as_array_mut().expect("scenarios");
    let mut own = scenarios.iter().find(|own| own["name"] == "cut-pumping").expect("the scenario").clone();
    // Two members move nothing beyond chance, which a hundred do.
    own["moved_by"].as_array_mut().expect("a list").fill(moved);
    scenarios.retain(|own| own["name"] != "cut-pumping");
    for name in (1..=10).map(|number| format!("copy-{number}")).chain(["cut-pumping".to_owned()]) {
        own["name"] = name.into();
        scenarios.push(own.clone());
    }
    fs::write(folder.join("out/small/batch.json"), odds.to_string()).expect("written");
    let run = quanyu(folder, &["report", "out", "--out", "twelve.html"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let html = fs::read_to_string(folder.join("twelve.html")).expect("a page");
    let runs = data(&html)["runs"].as_array().expect("runs").len();
    let with_odds = |name: &str| shown(&html).iter().any(|(_, of)| of.starts_with(&format!("batch {name} ")));
    assert!(runs == 12 && with_odds("copy-10") && html.contains("influence-copy-10-cap"), "{runs} runs");
    assert!(html.len() < 3_000_000, "{} bytes", html.len());
}
