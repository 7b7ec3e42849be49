//! Abstraction, water budget, springs, levels, levers and all targets.

use maud::{Markup, html};
use quanyu_policy::Ruling;
use quanyu_policy::ensemble::Odds;

use super::Shelf;
use super::answer::cause_name;
use super::attribution::attribution;
use crate::cost_line::{in_all, of_a_m3};
use crate::page::gather::{Findings, RunView};
use crate::page::rulings::{key, last_asked, light, ruling_name, spread, status_name, test_name};
use crate::page::stock::Stock;
use crate::page::words::{Unit, both, figure, name, shown};

/// Who takes it: by sector and by county, the base beside the chosen scenario.
pub(crate) fn abstraction(findings: &Findings, shelf: &Shelf, stock: &Stock) -> Markup {
    html! {
        section #abstraction aria-labelledby="abstraction-title" {
            h2 #abstraction-title { (both("谁在取水：按行业、按县", "Who takes it: by sector and by county")) }
            (pairs(findings, shelf, stock, &["sectors", "counties"]))
        }
    }
}

/// Water budget, and storage.
pub(crate) fn budget(findings: &Findings, shelf: &Shelf, stock: &Stock) -> Markup {
    html! {
        section #budget aria-labelledby="budget-title" {
            h2 #budget-title { (both("水量均衡与储量", "Water budget and storage")) }
            p.quiet { (both("正值进入含水层，负值流出；储量一项为正，表示含水层在释水；“邻域”为越过分水岭的水量。", "Positive into the aquifers, negative out of them; where storage is positive the aquifers are giving water up. “Other basins” is what crosses the divide between the two.")) }
            @for basin in findings.base().basin_budget.keys() { (pairs(findings, shelf, stock, &[&format!("budget-{basin}")])) }
            div.pair { @for id in shelf.beginning("storage-") { (shelf.figure(id)) } }
        }
    }
}

/// The base's figure, and beside it that of the scenario in view.
fn pairs(findings: &Findings, shelf: &Shelf, stock: &Stock, kinds: &[&str]) -> Markup {
    html! {
        @for kind in kinds {
            div.pair {
                @for (number, run) in findings.runs.iter().enumerate() {
                    (shelf.of_run(&format!("{kind}-{}", run.name()), number, stock))
                }
            }
        }
    }
}

/// Spring hydrographs and the dates of reflow.
pub(crate) fn springs(findings: &Findings, shelf: &Shelf, stock: &Stock) -> Markup {
    let tests = ["spring-stable", "spring-level", "spring-reflow"];
    let base = findings.base();
    // Springs that a target asks about come first.
    let mut order: Vec<String> = base
        .basis
        .springs
        .iter()
        .filter(|spring| spring.floor_m3_s.is_some())
        .map(|own| own.id.clone())
        .collect();
    order.extend(base.basis.springs.iter().map(|spring| spring.id.clone()));
    let rows: Vec<_> =
        base.verdict.targets.iter().filter(|ruling| tests.contains(&ruling.test.as_str())).collect();
    html! {
        section #springs aria-labelledby="springs-title" {
            h2 #springs-title { (both("泉流量", "Springs")) }
            @if findings.batch.is_some() {
                p.quiet { (both("灰带：样本的 5–95 %（现状）。", "Grey band: 5–95 % of the members, as usual.")) }
            }
            div.pair { @for id in shelf.springs(&order) { (shelf.figure(id)) } }
            @for number in 0..findings.runs.len() { (stock.part(number, outlets(findings, number))) }
            @if !rows.is_empty() {
                div.scroll tabindex="0" { table.compact {
                    caption { (both("趋稳、水位与复流：自何时起成立", "Stable, level and reflow: since when each holds")) }
                    thead { tr {
                        th scope="col" { (both("方案", "Scenario")) }
                        @for row in &rows { th scope="col" { (name(&row.scope.name)) (both("：", ": ")) (name(&test_name(&row.test))) } }
                    } }
                    tbody {
                        @for run in &findings.runs {
                            tr {
                                th scope="row" { (name(&run.title())) }
                                @for row in &rows {
                                    td {
                                        @if let Some(ruling) = run.same(row) {
                                            (light(run.says(ruling))) " " (ruling.first_met.as_deref().unwrap_or("–"))
                                        }
                                    }
                                }
                            }
                        }
                    }
                } }
            }
        }
    }
}

/// A run's karst level at every outlet by year, from which the first screen takes the metres above it.
fn outlets(findings: &Findings, number: usize) -> Markup {
    let (base, run) = (findings.base(), &findings.runs[number]);
    let springs: Vec<_> =
        base.basis.springs.iter().filter(|spring| run.outlet_head.contains_key(&spring.id)).collect();
    let at = |id: &str, year: i16| {
        let head = run.outlet_head[id].iter().find(|(own, _)| *own == year).map(|(_, head)| *head);
        head.filter(|head| head.is_finite()).map_or_else(|| "–".to_owned(), |head| format!("{head:.2}"))
    };
    let (from, to) = base.basis.report;
    html! {
        @if !springs.is_empty() {
            details.outlets data-run=[(number > 0).then_some(number)] {
                summary { (both("各泉口岩溶水位（年均，m）：", "Karst level at each outlet, yearly mean, m: ")) (name(&run.title())) }
                div.scroll tabindex="0" { table.compact {
                    caption { (both("岩溶水位，海拔 m", "Karst level, m above sea level")) }
                    thead { tr {
                        th scope="col" { (both("年份", "Year")) }
                        @for spring in &springs {
                            th scope="col" {
                                (name(&findings.places.name("spring", &spring.id)))
                                small { (both("泉口 ", "outlet ")) (format!("{:.2}", spring.elevation_m)) }
                            }
                        }
                    } }
                    tbody { @for year in from..=to {
                        tr id=(format!("outlets-{number}-{year}")) {
                            th scope="row" { (year) }
                            @for spring in &springs { td { (at(&spring.id, year)) } }
                        }
                    } }
                } }
            }
        }
    }
}

/// Level hydrographs.
pub(crate) fn levels(shelf: &Shelf) -> Markup {
    html! {
        section #levels aria-labelledby="levels-title" {
            h2 #levels-title { (both("水位", "Levels")) }
            p.quiet { (both("没有公布的观测井：下列均为模型值。", "No observation well is published: all of these are the model's.")) }
            div.pair { @for id in shelf.beginning("level-") { (shelf.figure(id)) } }
        }
    }
}

/// What each measure gives, and what moves the verdicts.
pub(crate) fn levers(findings: &Findings, shelf: &Shelf, stock: &Stock) -> Markup {
    let year = last_asked(findings);
    let unit = Unit::volume(1e7, true);
    let moved: Vec<&str> = shelf.beginning("influence-").collect();
    html! {
        section #levers aria-labelledby="levers-title" {
            h2 #levers-title { (both("哪项措施省出哪方水", "Which lever gives which m³")) }
            p.quiet { (both(&format!("{year}年总账，{}：所节约、未满足的按措施记，由工程供给的按工程记。", unit.text().zh), &format!("From the ledger of {year}, {}: what is saved or left unmet by measure, what is served otherwise by project.", unit.text().en))) }
            @for (number, run) in findings.runs.iter().enumerate().skip(1) {
                (shelf.of_run(&format!("wedge-{}", run.name()), number, stock))
                (shelf.of_run(&format!("served-{}", run.name()), number, stock))
                (stock.part(number, causes(run, number, year)))
            }
            @if !moved.is_empty() {
                h3 { (both("什么最能左右结论（加权样本的秩相关）", "What moves the verdicts most (rank correlation of the weighted members)")) }
                div.pair { @for id in moved { (shelf.figure(id)) } }
            }
            @if findings.runs.len() == 1 { p { (both("没有可比的方案。", "There is no scenario to compare.")) } }
        }
    }
}

/// What the measures of a run cost, where the scenario says so.
fn costs(run: &RunView, number: usize) -> Markup {
    if run.verdict.costs.is_empty() {
        return html! {};
    }
    let volume = Unit::volume(1e7, false);
    let called = |id: &str| cause_name(run, &format!("measure:{id}"));
    html! {
        div.scroll tabindex="0" data-run=(number) { table.compact.costs {
            caption { (both("费用：", "Costs: ")) (name(&run.title())) }
            thead { tr {
                th scope="col" { (both("措施", "Measure")) }
                th scope="col" { (both("每立方米", "Per m³")) }
                th scope="col" { (both("带来的水量", "Water that it brings")) small { (name(&volume.text())) } }
                th scope="col" { (both("合计", "In all")) }
                th scope="col" { (both("来源", "Source")) }
            } }
            tbody {
                @for cost in &run.verdict.costs {
                    @let of = |field: &str| format!("cost {} {} {field}", run.name(), cost.measure);
                    tr {
                        th scope="row" { (name(&called(&cost.measure))) small { (cost.from) "–" (cost.to) } }
                        td {
                            @match cost.yuan_per_m3 {
                                Some(money) => { data value=(money.value) data-of=(of("yuan_per_m3")) { (name(&of_a_m3(cost))) } }
                                None => { (name(&of_a_m3(cost))) }
                            }
                        }
                        td { (figure(cost.volume_m3, volume, &of("volume_m3"))) }
                        td { data value=(cost.yuan.value) data-of=(of("yuan")) { (name(&in_all(cost.yuan))) } }
                        td { @match &cost.source { Some(source) => { (source) } None => { (both("假定", "assumed")) } } }
                    }
                }
            }
        } }
        p.quiet data-run=(number) { (both("一次性投入按其年份至报告期末带来的水量分摊，不计利息。未列出的措施没有给出费用。", "What is spent once is spread over the m³ from its year to the end of the report, without interest. Measures that are not listed state no cost.")) }
    }
}

/// What each measure and project of a run brings in a year.
fn causes(run: &RunView, number: usize, year: i16) -> Markup {
    let unit = Unit::volume(1e7, true);
    html! {
        @if !run.verdict.attribution.is_empty() {
            p.quiet data-run=(number) { (both("每格：单独采用时的变化 → 在其余措施之上的变化；各措施重叠的部分单列。", "Each cell: what the measure changes alone → on top of all others; what measures share stands apart.")) }
        }
        (attribution(run, number, year))
        (costs(run, number))
        @if let Some(place) = run.ledger.year(year) {
            div.scroll tabindex="0" data-run=(number) { table.compact.bars {
                caption { (name(&run.title())) }
                thead { tr {
                    th scope="col" { (both("措施或工程", "Measure or project")) }
                    th scope="col" { (name(&unit.text())) }
                } }
                tbody {
                    @let causes = sorted(&run.ledger.causes[place]);
                    @let most = causes.first().map_or(1, |(_, volume)| *volume).max(1);
                    @for (cause, volume) in &causes {
                        tr {
                            th scope="row" { (name(&cause_name(run, cause))) }
                            td {
                                span.bar style=(format!("width:{:.0}%", 60.0 * *volume as f64 / most as f64)) {}
                                (figure(*volume as f64 / 1000.0, unit, &format!("ledger {} {year} {cause}", run.name())))
                            }
                        }
                    }
                }
            } }
        }
    }
}

fn sorted(causes: &std::collections::BTreeMap<String, i64>) -> Vec<(String, i64)> {
    let mut all: Vec<(String, i64)> = causes
        .iter()
        .filter(|(cause, volume)| {
            **volume > 0 && (cause.starts_with("measure:") || cause.starts_with("project:"))
        })
        .map(|(cause, volume)| (cause.clone(), *volume))
        .collect();
    all.sort_by_key(|(cause, volume)| (std::cmp::Reverse(*volume), cause.clone()));
    all
}

/// Every ruling with its reason: all of the base's, and of the scenario in view those that are others.
pub(crate) fn targets(findings: &Findings, stock: &Stock) -> Markup {
    html! {
        section #targets aria-labelledby="targets-title" {
            h2 #targets-title { (both("全部目标及理由", "All targets, with reasons")) }
            @for number in 0..findings.runs.len() {
                (stock.part(number, reasons(findings, number)))
            }
        }
    }
}

/// The rulings of a run with their reasons.
fn reasons(findings: &Findings, number: usize) -> Markup {
    let (base, run) = (findings.base(), &findings.runs[number]);
    let same = |ruling: &Ruling| {
        let mut of_base = base.verdict.targets.iter();
        number > 0 && of_base.any(|own| own == ruling && base.says(own) == run.says(ruling))
    };
    html! {
        details.reasons data-reasons=(number) data-run=[(number > 0).then_some(number)] {
            summary { (name(&run.title())) }
            dl {
                @for ruling in run.verdict.targets.iter().filter(|ruling| !same(ruling)) {
                    dt data-reason=(key(ruling)) { (called(run, ruling)) }
                    dd {
                        (name(&ruling.reason))
                        @if let Some(odds) = findings.batch.as_ref().and_then(|batch| batch.odds(run.name(), ruling)) {
                            " " (both("概率 ", "Odds ")) (shown((100.0 * odds.met).round())) " %" (spread(odds.met, odds.error)) (both("。", "."))
                            @if run.says(ruling) != ruling.status { " " b { (weighed(ruling, odds)) } }
                        }
                    }
                }
            }
            @if run.verdict.targets.iter().any(same) {
                p.quiet {
                    (both("与“", "As under “")) (name(&findings.base().title())) (both("”相同：", "”: "))
                    @for (place, ruling) in run.verdict.targets.iter().filter(|ruling| same(ruling)).enumerate() {
                        @if place > 0 { " · " }
                        (called(run, ruling))
                    }
                }
            }
        }
    }
}

/// Why the page does not say what the run's own ruling says.
fn weighed(ruling: &Ruling, odds: &Odds) -> Markup {
    let (alone, share) = (status_name(ruling.status), shown((100.0 * odds.met).round()));
    both(
        &format!(
            "仅按需求与供给的假定范围为“{}”，而抽取其他一切不确定因素后有 {share} % 的样本达到：不能判定。",
            alone.zh
        ),
        &format!(
            "By what is assumed of demand and supply alone it is {}; with everything else drawn that is uncertain {share} % of the members meet it, so it is undetermined.",
            alone.en
        ),
    )
}

fn called(run: &RunView, ruling: &Ruling) -> Markup {
    html! {
        (light(run.says(ruling))) " " (name(&ruling.scope.name)) (both("：", ": ")) (name(&ruling_name(ruling)))
        @if ruling.required { " *" }
        " " small { (ruling.by.strftime("%Y-%m").to_string()) }
    }
}
