//! The first screen, in the order in which a planner asks.

use maud::{Markup, html};
use quanyu_policy::Ruling;

use super::Shelf;
use crate::page::gather::{Findings, RunView};
use crate::page::rulings::{cell, is_past, light, place_of, test_name, unit_of};
use crate::page::words::{Unit, both, figure, name, shown};

/// Scenarios up to which the table of zones stands beside the chart of the cap.
const BESIDE: usize = 8;

/// Groundwater by year, zones, matrix, capacity, drinking water, outlets, and what it all rests on.
pub(crate) fn first_screen(findings: &Findings, shelf: &Shelf) -> Markup {
    html! {
        section #first aria-labelledby="first-title" {
            h2.reader #first-title { (both("一屏概览", "At a glance")) }
            // Beside a long table the chart would stand over nothing.
            div class=[(findings.runs.len() <= BESIDE).then_some("split")] {
                (shelf.figure("cap"))
                (zones(findings))
            }
            (matrix(findings))
            div.thirds {
                (capacity(findings))
                (drinking(findings))
                (outlets(findings))
            }
            (rests(findings))
        }
    }
}

/// Zones with a published allowable abstraction that any run rules on.
fn zone_rulings(run: &RunView) -> Vec<&Ruling> {
    let of = run
        .verdict
        .targets
        .iter()
        .filter(|ruling| ruling.test == "allowable" && ruling.scope.id != "all-zones");
    of.collect()
}

/// Q/Qallow and m³ still to cut, per zone and sub-zone.
fn zones(findings: &Findings) -> Markup {
    let base = findings.base();
    let rows = zone_rulings(base);
    if rows.is_empty() {
        return html! {};
    }
    let year = rows[0].by.year();
    let unit = Unit::volume(1e7, true);
    html! {
        div.block {
            h3 #zones-title { (both(&format!("各超采区开采量 ÷ 可开采量（Q/Qallow，大于 1 为超采）与尚须压减（{year}，{}）", unit.text().zh), &format!("Take ÷ allowable by zone (Q/Qallow, above 1 is overdraft), and still to cut ({year}, {})", unit.text().en))) }
            div.scroll tabindex="0" role="region" aria-labelledby="zones-title" {
                table.compact {
                    thead { tr {
                        th scope="col" { (both("方案", "Scenario")) }
                        @for row in &rows {
                            th scope="col" {
                                @if row.scope.kind == "sub-zone" { span.sub aria-hidden="true" { "↳ " } }
                                (name(&row.scope.name))
                            }
                        }
                    } }
                    tbody {
                        @for run in &findings.runs {
                            tr {
                                th scope="row" { (name(&run.title())) }
                                @for row in &rows {
                                    td { (zone_cell(run, row, unit)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn zone_cell(run: &RunView, row: &Ruling, unit: Unit) -> Markup {
    let Some(ruling) = run.same(row) else { return html! { "–" } };
    let (Some(value), Some(threshold)) = (ruling.value, ruling.threshold) else {
        return light(run.says(ruling));
    };
    let cut = ruling.margin_m3.map_or(0.0, |margin| (-margin).max(0.0));
    html! {
        (light(run.says(ruling))) " "
        data value=(value / threshold) data-of=(place_of(run, ruling, "ratio")) { (format!("{:.2}", value / threshold)) }
        small {
            @if cut > 0.0 {
                (both("须减 ", "cut ")) (figure(cut, unit, &place_of(run, ruling, "cut")))
            } @else { (both("无须压减", "nothing to cut")) }
        }
    }
}

/// Rulings on the first screen: what the policy requires, and the stricter bases and tests beside it.
fn columns(base: &RunView) -> Vec<&Ruling> {
    let wanted = |ruling: &&Ruling| {
        ruling.required
            || ruling.test == "cap-physical"
            || (ruling.test == "storage" && ruling.scope.kind == "basin")
            || ruling.test == "spring-stable"
            || ruling.test == "karst-take"
    };
    base.verdict.targets.iter().filter(wanted).collect()
}

fn largest(findings: &Findings, row: &Ruling) -> f64 {
    let own = |run: &RunView| run.same(row).and_then(|ruling| ruling.value).map(f64::abs);
    findings.runs.iter().filter_map(own).chain(row.threshold).fold(0.0, f64::max)
}

/// Each scenario against each target.
fn matrix(findings: &Findings) -> Markup {
    let columns = columns(findings.base());
    html! {
        div.block {
            h3 #matrix-title { (both("各方案对各目标的裁定", "Every scenario against every target")) }
            div.scroll tabindex="0" role="region" aria-labelledby="matrix-title" {
                table.matrix {
                    thead { tr {
                        th scope="col" { (both("方案", "Scenario")) }
                        @for row in &columns { (head(findings, row)) }
                    } }
                    tbody {
                        @for run in &findings.runs {
                            tr {
                                th scope="row" { (name(&run.title())) }
                                @for row in &columns {
                                    td {
                                        @match run.same(row) {
                                            Some(ruling) => { (cell(findings, run, ruling, unit_of(&row.unit, largest(findings, row)))) }
                                            None => { "–" }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            p.legend {
                (light(quanyu_policy::Status::Met)) (both(" 达到 ", " met ")) " · "
                (light(quanyu_policy::Status::Missed)) (both(" 未达到 ", " missed ")) " · "
                (light(quanyu_policy::Status::Undetermined))
                (both(" 不能判定（需求与供给假定的两端结论不一，或没有公布限值） · ＊ 政策规定的目标，其余为参考 · 重建：期限已过，按模型回溯 · 概率：抽取一切不确定因素的样本中达到的份额；有概率时，符号须有九成样本一致才算数，否则不能判定", " undetermined (the ends of what is assumed of demand and supply disagree, or no threshold is published) · * required by the policy, the others are shown beside · reconstruction: the date has passed, and the model is played back to it · odds: share of the members that meet it, with all drawn in them that is uncertain; where there are odds, met or missed counts only if nine tenths of the members share it, else it is undetermined"))
            }
        }
    }
}

/// How a value must lie to the threshold for the target to be met.
fn bound(ruling: &Ruling) -> &'static str {
    match ruling.test.as_str() {
        _ if ruling.unit == "zones" => "",
        "spring-stable" | "spring-level" | "use-rate" => "≥ ",
        "karst-take" => "< ",
        // Of the rates that saving reaches, some are least values and some are greatest ones; the reason says which.
        "saving-rate" => "",
        _ => "≤ ",
    }
}

/// Head of a column: place, test, threshold, date, and whether it is past.
fn head(findings: &Findings, row: &Ruling) -> Markup {
    let unit = unit_of(&row.unit, largest(findings, row));
    let test = test_name(&row.test);
    let past = is_past(findings.base(), row);
    let by = row.by.strftime("%Y-%m").to_string();
    html! {
        th scope="col" {
            (name(&row.scope.name)) (both("：", ": ")) (name(&test))
            @if row.required { " " span title="required" { "*" } }
            small {
                @if let Some(threshold) = row.threshold.filter(|_| row.test != "storage") {
                    (bound(row))
                    (figure(threshold, unit, &place_of(findings.base(), row, "threshold"))) " "
                }
                (name(&unit.text()))
            }
            small {
                (by) " "
                @if past { span.past { (both("重建", "reconstruction")) } }
            }
        }
    }
}

/// Years that the required targets name, the last of the report, and the one half-way between.
pub(crate) fn key_years(findings: &Findings) -> Vec<i16> {
    let base = findings.base();
    let last = base.basis.report.1;
    let mut years = asked_years(base);
    let half_way = years.iter().max().map(|year| year + (last - year) / 2);
    years.extend(half_way);
    years.push(last);
    years.sort_unstable();
    years.dedup();
    years.retain(|year| (base.basis.report.0..=base.basis.report.1).contains(year));
    years
}

/// Years by which the required targets must be met, ascending.
fn asked_years(run: &RunView) -> Vec<i16> {
    let mut years: Vec<i16> =
        crate::page::rulings::required(run).iter().map(|ruling| ruling.by.year()).collect();
    years.sort_unstable();
    years.dedup();
    years
}

/// Required targets whose date has passed, in words.
fn past(run: &RunView) -> Markup {
    let required = crate::page::rulings::required(run);
    let mut gone: Vec<i16> =
        required.iter().filter(|ruling| is_past(run, ruling)).map(|ruling| ruling.by.year()).collect();
    gone.sort_unstable();
    gone.dedup();
    let list = |between: &str, last: &str, year: &str| {
        let years: Vec<String> = gone.iter().map(|own| format!("{own}{year}")).collect();
        match years.split_last() {
            Some((end, others)) if !others.is_empty() => format!("{}{last}{end}", others.join(between)),
            _ => years.concat(),
        }
    };
    match gone.len() {
        0 => html! {},
        number => both(
            &format!(
                "{}已经过去：其裁定是在这些假定下的重建，旁边的“需求临界”说明需求再变多少结论就会翻转。",
                list("、", "和", " 年")
            ),
            &format!(
                "{} {} past: {} under these assumptions, and “flips at demand” says how far demand could move before each one turns.",
                list(", ", " and ", ""),
                if number == 1 { "is" } else { "are" },
                if number == 1 {
                    "its verdict is a reconstruction"
                } else {
                    "their verdicts are reconstructions"
                },
            ),
        ),
    }
}

/// Replacement capacity that exists in a year, and how much of it the leading scenario uses.
fn capacity(findings: &Findings) -> Markup {
    let best = crate::page::rulings::leading(findings);
    let run = &findings.runs[best];
    let years = key_years(findings);
    // What it brings by the ledger: where its river falls short, that is less than what was planned.
    let at = |project: &quanyu_files::ProjectYears, year: i16| -> Option<(f64, f64)> {
        let place = project.years.iter().position(|own| *own == year)?;
        let brought = run.ledger.causes[run.ledger.year(year)?].get(&format!("project:{}", project.id));
        Some((*project.capacity_m3.get(place)?, brought.copied().unwrap_or(0) as f64 / 1000.0))
    };
    let unit = Unit::volume(1e7, true);
    let known = run.basis.projects.iter().filter(|project| {
        years.iter().any(|year| at(project, *year).is_some_and(|(capacity, _)| capacity > 0.0))
    });
    html! {
        div.block {
            h3 { (both(&format!("当年已有的置换能力（{}）", unit.text().zh), &format!("Replacement capacity that exists ({})", unit.text().en))) }
            p.quiet { (both("能力 / 使用：", "capacity / used by ")) (name(&run.title())) }
            div.scroll tabindex="0" { table.compact {
                thead { tr {
                    th scope="col" { (both("工程", "Project")) }
                    @for year in &years { th scope="col" { (year) } }
                } }
                tbody {
                    @for project in known {
                        tr {
                            th scope="row" { (name(&project.name)) }
                            @for year in &years {
                                td {
                                    @if let Some((capacity, used)) = at(project, *year) {
                                        @if capacity > 0.0 {
                                            (figure(capacity, unit, &format!("project {} {} {year} capacity", run.name(), project.id))) " / "
                                            (figure(used, unit, &format!("ledger {} {year} project:{}", run.name(), project.id)))
                                        } @else { "–" }
                                    } @else { "–" }
                                }
                            }
                        }
                    }
                }
            } }
        }
    }
}

/// Drinking water that stays unmet.
fn drinking(findings: &Findings) -> Markup {
    let years = key_years(findings);
    let unit = Unit::volume(1e6, true);
    let unmet = |run: &RunView, year: i16| {
        run.ledger.sum(year, |group| group.sector == "domestic", |entry| entry.unmet)
    };
    html! {
        div.block {
            h3 { (both(&format!("生活用水缺口（{}）", unit.text().zh), &format!("Unmet drinking water ({})", unit.text().en))) }
            div.scroll tabindex="0" { table.compact {
                thead { tr {
                    th scope="col" { (both("方案", "Scenario")) }
                    @for year in &years { th scope="col" { (year) } }
                } }
                tbody {
                    @for run in &findings.runs {
                        tr {
                            th scope="row" { (name(&run.title())) }
                            @for year in &years {
                                td { (figure(unmet(run, *year), unit, &format!("ledger {} {year} unmet domestic", run.name()))) }
                            }
                        }
                    }
                }
            } }
        }
    }
}

/// Metres between the level at each outlet and the outlet.
fn outlets(findings: &Findings) -> Markup {
    let base = findings.base();
    let year = base
        .verdict
        .targets
        .iter()
        .filter(|ruling| ruling.required)
        .map(|ruling| ruling.by.year())
        .max()
        .unwrap_or(base.basis.report.1);
    let last = base.basis.report.1;
    let above = |run: &RunView, id: &str, year: i16| -> Option<f64> {
        let heads = run.outlet_head.get(id)?;
        let head = heads.iter().find(|(own, _)| *own == year)?.1;
        let spring = base.basis.springs.iter().find(|spring| spring.id == id)?;
        head.is_finite().then_some(head - spring.elevation_m)
    };
    let springs: Vec<_> = findings.places.of("spring").collect();
    let quoted = base.basis.springs.iter().all(|spring| spring.elevation_quoted);
    html! {
        div.block {
            h3 { (both(&format!("岩溶水位高出各泉口（m，{year} → {last} 年均）"), &format!("Metres of head above each outlet, yearly mean {year} → {last}"))) }
            div.scroll tabindex="0" { table.compact {
                thead { tr {
                    th scope="col" { (both("方案", "Scenario")) }
                    @for spring in &springs { th scope="col" { (name(&spring.name)) } }
                } }
                tbody {
                    @for run in &findings.runs {
                        tr {
                            th scope="row" { (name(&run.title())) }
                            @for spring in &springs {
                                td {
                                    // Six springs are not wide enough for two values side by side on every screen: the second may go below.
                                    @for (place, of) in [year, last].into_iter().enumerate() {
                                        @if place > 0 { " " }
                                        span.nobr {
                                            @if place > 0 { "→ " }
                                            @match above(run, &spring.id, of) {
                                                Some(metres) => { data value=(metres) data-of=(format!("springs {} {} {of}", run.name(), spring.id)) { (signed(metres)) } }
                                                None => { "–" }
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            } }
            @if !quoted {
                p.quiet { (both("泉口高程均为假定：只看变化，不看绝对值。", "Outlet elevations are assumed: read the change, not the height.")) }
            }
        }
    }
}

fn signed(metres: f64) -> String {
    let text = format!("{metres:+.2}");
    if text == "-0.00" || text == "+0.00" { "0.00".into() } else { text.replace('-', "−") }
}

/// What the verdicts rest on, in two sentences.
fn rests(findings: &Findings) -> Markup {
    let figures = &findings.base().basis.figures;
    let count = |word: &str| figures.iter().filter(|figure| figure.sureness == word).count();
    let [quoted, computed, inferred, assumed] = ["quoted", "computed", "inferred", "assumed"].map(count);
    let base = findings.base();
    let take = base.basis.figures.iter().filter(|figure| figure.id.starts_with("take:"));
    let (mut all, mut open) = (0.0, 0.0);
    for figure in take {
        all += figure.value;
        if figure.sureness == "assumed" {
            open += figure.value;
        }
    }
    let share = if all > 0.0 { 100.0 * open / all } else { 0.0 };
    html! {
        p.rests {
            b { (both("依据：", "What it rests on: ")) }
            (both(
                &format!("模型的 {} 个数值中，引用 {quoted} 个、由引用值计算 {computed} 个、推断 {inferred} 个、假定 {assumed} 个（均带范围）；各用户取水量之和等于公布的总量，但其中 {} % 在用户之间的分配是假定。", figures.len(), shown(share.round())),
                &format!("Of the model's {} figures {quoted} are quoted, {computed} computed from quoted ones, {inferred} inferred and {assumed} assumed, each with a range; the takes add up to the published sums, but how {} % of them divide among users is assumed.", figures.len(), shown(share.round())),
            ))
            " "
            (past(base))
        }
    }
}
