//! The document around the sections.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use quanyu_policy::Text;

use super::data;
use super::figures::Figure;
use super::gather::{Findings, MembersOnly, PageError};
use super::rulings::leading;
use super::sections::{self, Shelf};
use super::stock::{ROOM, Stock};
use super::words::{both, name};
use crate::Language;

const STYLE: [&str; 3] =
    [include_str!("assets/page.css"), include_str!("assets/tables.css"), include_str!("assets/print.css")];
const SCRIPT: [&str; 5] = [
    include_str!("assets/page.js"),
    include_str!("assets/packed.js"),
    include_str!("assets/charts.js"),
    include_str!("assets/tables.js"),
    include_str!("assets/downloads.js"),
];

/// The page of runs.
///
/// # Errors
/// Where a figure cannot be drawn or the data not be put into JSON.
pub(crate) fn of_runs(
    findings: &Findings,
    figures: &[Figure],
    language: Language,
) -> Result<String, PageError> {
    let shelf = Shelf::draw(figures)?;
    let whole = with_stock(findings, figures, &shelf, &Stock::unpacked(), language)?;
    // The first run and the one in view stay open: with two there is nothing to pack.
    if whole.len() <= ROOM || findings.runs.len() <= 2 {
        return Ok(whole);
    }
    with_stock(findings, figures, &shelf, &Stock::but(vec![0, leading(findings)]), language)
}

/// The page of runs, some of them packed.
fn with_stock(
    findings: &Findings,
    figures: &[Figure],
    shelf: &Shelf,
    stock: &Stock,
    language: Language,
) -> Result<String, PageError> {
    let base = findings.base();
    let body = html! {
        (sections::answer(findings))
        (sections::first_screen(findings, shelf))
        (chooser(findings))
        @if let Some(batch) = &findings.batch { (sections::members::odds(batch)) }
        (sections::abstraction(findings, shelf, stock))
        (sections::levers(findings, shelf, stock))
        (sections::warnings(findings, stock))
        (sections::budget(findings, shelf, stock))
        (sections::springs(findings, shelf, stock))
        (sections::maps(findings, stock))
        (sections::levels(shelf))
        (sections::targets(findings, stock))
        (sections::ledger(findings))
        @if let Some(batch) = &findings.batch { (sections::members::weighting(batch, &base.basis)) }
        (sections::assumptions(&base.basis))
        (sections::methods(findings))
        (sections::downloads(true))
    };
    let failed = |error: serde_json::Error| PageError::Drawing(error.to_string());
    let data = data::block(findings, figures, stock).map_err(failed)?;
    let packed = data::packed_runs(findings, figures, stock).map_err(failed)?;
    let made =
        Made { basin: &base.basis.basin, version: &base.record.version, hash: &base.record.input_sha256 };
    Ok(document(&made, &body, data, &packed, language))
}

/// The page of a batch by itself.
///
/// # Errors
/// As of the page of runs.
pub(crate) fn of_members(
    members: &MembersOnly,
    figures: &[Figure],
    language: Language,
) -> Result<String, PageError> {
    let shelf = Shelf::draw(figures)?;
    let batch = &members.batch;
    let body = html! {
        (sections::members::answer(members))
        (sections::members::odds(batch))
        (sections::members::bands(members, &shelf))
        (sections::members::influences(&shelf))
        (sections::members::weighting(batch, &members.basis))
        (sections::assumptions(&members.basis))
        (sections::members::inputs(batch))
        (sections::downloads(false))
    };
    let data =
        data::members_block(members, figures).map_err(|error| PageError::Drawing(error.to_string()))?;
    let made = Made { basin: &members.basis.basin, version: &batch.version, hash: &batch.input_sha256 };
    Ok(document(&made, &body, data, &[], language))
}

/// What a page is of, and by what it was made.
struct Made<'a> {
    basin: &'a Text,
    version: &'a str,
    hash: &'a str,
}

fn document(made: &Made<'_>, body: &Markup, data: String, packed: &[Markup], language: Language) -> String {
    let title = made.basin;
    let page = html! {
        (DOCTYPE)
        html lang=(language.pick("zh-CN", "en")) data-lang=(language.pick("zh", "en")) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                // Nothing is fetched, whatever a name may hold.
                meta http-equiv="Content-Security-Policy"
                    content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'";
                meta name="generator" content=(format!("quanyu {}", made.version));
                title data-label-zh=(title.zh) data-label-en=(title.en) { (language.pick(&title.zh, &title.en)) }
                style { (PreEscaped(STYLE.concat())) }
            }
            body {
                a.skip href="#answer" { (both("跳到结论", "Skip to the answer")) }
                (header(made))
                main {
                    (body)
                    @if !packed.is_empty() {
                        p.quiet { (both(
                            &format!("为缩小文件，{} 个未显示方案的图、地图、预警和理由压缩存放在本文件内，选中时由浏览器展开，内容不减。", packed.len()),
                            &format!("To keep this file small, charts, maps, grades and reasons of {} scenarios out of view are packed within it and unpacked by the browser when chosen; nothing is left out.", packed.len()),
                        )) }
                    }
                }
                div #reading role="status" hidden {}
                noscript { p { (both("未启用脚本：切换、滑块、排序、筛选和展开压缩存放的方案不可用，其余照常显示。", "Scripts are off: switching, slider, sorting, filtering and unpacking of scenarios do not work; all else is here.")) } }
                script type="application/json" id="data" { (PreEscaped(data)) }
                @for run in packed { (run) }
                script { (PreEscaped(SCRIPT.concat())) }
            }
        }
    };
    page.into_string()
}

fn header(made: &Made<'_>) -> Markup {
    html! {
        header.top {
            div {
                h1 { (name(made.basin)) }
                p.quiet { (both("地下水超采治理方案评估", "Groundwater overdraft: scenarios against the policy's targets")) " · quanyu " (made.version) " · " code { (made.hash.chars().take(10).collect::<String>()) } }
            }
            div.language role="group" aria-label="语言 / Language" {
                button type="button" data-set-lang="zh" lang="zh-CN" { "中文" }
                button type="button" data-set-lang="en" lang="en" { "English" }
            }
        }
    }
}

/// Which scenario stands beside the base in all that follows.
fn chooser(findings: &Findings) -> Markup {
    let best = leading(findings);
    let odds = findings.batch.iter().map(|_| ("odds", "概率", "Odds"));
    let sections = [
        ("abstraction", "取水", "Takes"),
        ("levers", "措施", "Levers"),
        ("warnings", "预警", "Early warning"),
        ("budget", "均衡", "Budget"),
        ("springs", "泉", "Springs"),
        ("maps", "地图", "Maps"),
        ("levels", "水位", "Levels"),
        ("targets", "目标", "Targets"),
        ("ledger", "总账", "Ledger"),
        ("assumptions", "数值", "Figures"),
        ("methods", "方法", "Methods"),
    ];
    html! {
        nav.chooser data-label-zh="本页各节" data-label-en="Sections of the page" {
            @if findings.runs.len() > 1 {
                label for="run" { (both("与现状对比的方案：", "Scenario beside the base: ")) }
                select #run {
                    @for (number, run) in findings.runs.iter().enumerate().skip(1) {
                        option value=(number) selected[number == best] data-label-zh=(run.record.title_zh) data-label-en=(run.record.title_en) { (run.record.title_en) }
                    }
                }
            }
            span #unpacking role="status" {}
            span.jumps { @for (id, zh, en) in odds.chain(sections) { a href=(format!("#{id}")) { (both(zh, en)) } } }
        }
    }
}
