//! The answer in four lines: the cap, the balance, how sure, what to do first.

use maud::{Markup, html};
use quanyu_policy::{Ruling, Status, Text};

use crate::page::gather::{Findings, RunView};
use crate::page::rulings::{key, leading, light, meets_all, place_of, spread, status_name};
use crate::page::words::{Unit, both, figure, name, shown};

/// The headline.
pub(crate) fn answer(findings: &Findings) -> Markup {
    let best = leading(findings);
    html! {
        section.answer #answer aria-labelledby="answer-title" {
            h2.reader #answer-title { (both("结论", "The answer")) }
            (target(findings, best, "cap", "city", &Text::new("总量上限", "The cap")))
            (target(findings, best, "allowable", "all-zones", &Text::new("采补平衡", "The balance")))
            (sure(findings, best))
            (first_step(findings, best))
        }
    }
}

fn target(findings: &Findings, best: usize, test: &str, scope: &str, title: &Text) -> Markup {
    let base = findings.base();
    let Some(ruling) = base.ruling(test, scope) else { return html! {} };
    let runs = &findings.runs[1..];
    let of = |status: Status| -> Vec<&RunView> {
        runs.iter().filter(|run| run.same(ruling).is_some_and(|own| run.says(own) == status)).collect()
    };
    let (met, open) = (of(Status::Met), of(Status::Undetermined));
    let (by, status) =
        (ruling.by.year(), findings.runs[best].same(ruling).map(|own| findings.runs[best].says(own)));
    html! {
        article class={ "verdict " (status.map_or("open", crate::page::rulings::status_class)) } {
            h3 {
                (name(title)) " "
                small { (both(&format!("{by}年底 · 回溯重建"), &format!("by the end of {by} · reconstruction"))) }
            }
            p.asks { (asks(ruling, base)) }
            p {
                (light(base.says(ruling))) " " (name(&base.title())) (both("：", ": ")) (state(ruling, base)) (both("。", "."))
            }
            @if !met.is_empty() {
                p { (light(Status::Met)) " " (both("达到：", "Met with ")) (titles(&met)) }
            }
            @if !open.is_empty() {
                p { (light(Status::Undetermined)) " " (both("不能判定：", "Undetermined with ")) (titles(&open)) }
            }
            @if !runs.is_empty() && met.is_empty() && open.is_empty() {
                p { (light(Status::Missed)) " " (both("所比较的方案均未达到。", "No compared scenario meets it.")) }
            }
            @if test == "cap" {
                (stricter(findings, "cap-physical", "city", "物理口径（另计泉口引水与全部矿井排水）：", "On the physical basis (spring intakes and all mine drainage, too): "))
            } @else {
                (stricter(findings, "storage", "basin", &format!("更严的储量检验（{by}年取水保持到多年正常年景）："), "By the stricter storage test (the take held through normal years): "))
            }
        }
    }
}

/// Which scenarios pass a stricter reading in every place of a kind: a disagreement with the one that decides belongs beside it.
fn stricter(findings: &Findings, test: &str, kind: &str, zh: &str, en: &str) -> Markup {
    let of = |run: &RunView| -> Option<Status> {
        let all = run.verdict.targets.iter().filter(|own| own.test == test && own.scope.kind == kind);
        let all: Vec<Status> = all.map(|ruling| run.says(ruling)).collect();
        match all.as_slice() {
            [] => None,
            _ if all.contains(&Status::Missed) => Some(Status::Missed),
            _ if all.contains(&Status::Undetermined) => Some(Status::Undetermined),
            _ => Some(Status::Met),
        }
    };
    let with = |status: Status| -> Vec<&RunView> {
        findings.runs.iter().filter(|run| of(run) == Some(status)).collect()
    };
    let (met, open, missed) = (with(Status::Met), with(Status::Undetermined), with(Status::Missed));
    if met.is_empty() && open.is_empty() && missed.is_empty() {
        return html! {};
    }
    let status = match (met.is_empty(), open.is_empty()) {
        (false, _) => Status::Met,
        (true, false) => Status::Undetermined,
        (true, true) => Status::Missed,
    };
    html! {
        p {
            (light(status)) " " (both(zh, en))
            @match status {
                Status::Met => { (both("达到的有", "met with ")) (titles(&met)) }
                Status::Undetermined => { (both("没有方案确定达到；不能判定的有", "no scenario meets it for certain; undetermined with ")) (titles(&open)) }
                Status::Missed => { (both("没有方案达到", "no scenario meets it")) }
            }
            (both("。", "."))
        }
    }
}

/// What a target asks.
fn asks(ruling: &Ruling, base: &RunView) -> Markup {
    let Some(threshold) = ruling.threshold else { return html! {} };
    let of = place_of(base, ruling, "threshold");
    if ruling.test == "cap" {
        let unit = Unit::volume(threshold, true);
        return html! {
            (both("全市地下水每年不超过 ", "City groundwater, at most ")) (figure(threshold, unit, &of)) " " (name(&unit.text()))
        };
    }
    html! {
        (both("须全部达到：", "Every one of ")) (figure(threshold, Unit::Plain("", ""), &of))
        (both(" 个超采区开采量都不超过公布的可开采量", " overdraft zones must take no more than its published allowable abstraction"))
    }
}

/// The state of a ruling in words, with its number.
fn state(ruling: &Ruling, run: &RunView) -> Markup {
    let word = status_name(run.says(ruling));
    let Some(value) = ruling.value else { return name(&word) };
    let of = place_of(run, ruling, "value");
    if ruling.unit == "zones" {
        let total = shown(ruling.threshold.unwrap_or(0.0));
        return html! {
            (name(&word)) (both("，达到 ", ", ")) (figure(value, Unit::Plain("", ""), &of))
            (both(&format!("/{total} 个区"), &format!(" of {total} zones")))
        };
    }
    let unit = Unit::volume(value, true);
    html! {
        (name(&word)) (both("，", ", ")) (figure(value, unit, &of)) " " (name(&unit.text()))
        @if let Some(band) = ruling.band {
            (both("（假定范围 ", " (assumed range ")) (figure(band.low, unit, &place_of(run, ruling, "band.low")))
            "–" (figure(band.high, unit, &place_of(run, ruling, "band.high"))) (both("）", ")"))
        }
    }
}

fn titles(runs: &[&RunView]) -> Markup {
    html! {
        @for (place, run) in runs.iter().enumerate() {
            @if place > 0 { (both("、", ", ")) }
            b { (name(&run.title())) }
        }
    }
}

fn sure(findings: &Findings, best: usize) -> Markup {
    let run = &findings.runs[best];
    let odds = |ruling: &Ruling| findings.batch.as_ref()?.odds(run.name(), ruling);
    html! {
        article.verdict.sure {
            h3 { (both("有多大把握", "How sure")) }
            @if let Some(batch) = &findings.batch {
                p {
                    (both(&format!("{}个样本中，", batch.members), &format!("In {} members, ", batch.members)))
                    b { (name(&run.title())) }
                    @let asked = [("cap", "city", "满足上限", "meets the cap"), ("allowable", "all-zones", "满足平衡", "meets the balance")];
                    @for (place, (test, scope, zh, en)) in asked.into_iter().enumerate() {
                        @if let Some(ruling) = run.ruling(test, scope) && let Some(odds) = odds(ruling) {
                            (both("，", if place > 0 { " and " } else { " " })) (both(&format!("{zh} "), &format!("{en} in ")))
                            (crate::page::rulings::percent(odds.met, &format!("batch {} {}", run.name(), key(ruling))))
                            (spread(odds.met, odds.error))
                        }
                    }
                    (both("。", "."))
                }
                p.quiet { (both(&format!("网格 {} m，按已发表的标志加权后，信息量相当于 {:.0} 个等权样本。这是假定先验下的份额，不是预报。", batch.cell_m, batch.effective_members), &format!("On cells of {} m, weighted by the published marks, which leaves them worth some {:.0} equal members; shares under assumed priors, no forecast.", batch.cell_m, batch.effective_members))) }
            } @else {
                p { (both("没有概率：未附样本批次。每项裁定在假定的需求范围两端都要成立才算数，两端不一就是“不能判定”。", "No odds: no batch of members is part of this page. A verdict counts only if it holds at both ends of the assumed demand range; where the ends disagree it is undetermined.")) }
            }
            p.quiet { (both("各裁定的理由见下方“全部目标”。", "The reason of every ruling stands under “All targets” below.")) }
        }
    }
}

/// The scenario to begin with and its measures that lower the take most.
fn first_step(findings: &Findings, best: usize) -> Markup {
    let run = &findings.runs[best];
    let year = run
        .ruling("allowable", "all-zones")
        .or_else(|| run.ruling("cap", "city"))
        .map_or(0, |ruling| ruling.by.year());
    let mut causes: Vec<(String, i64)> = match run.ledger.year(year) {
        Some(place) => {
            run.ledger.causes[place].iter().map(|(cause, volume)| (cause.clone(), *volume)).collect()
        }
        None => Vec::new(),
    };
    causes.retain(|(cause, volume)| {
        *volume > 0 && (cause.starts_with("measure:") || cause.starts_with("project:"))
    });
    causes.sort_by_key(|(cause, volume)| (std::cmp::Reverse(*volume), cause.clone()));
    let unit = Unit::volume(1e7, true);
    html! {
        article.verdict.first {
            h3 { (both("先做什么", "What to do first")) }
            @if best == 0 {
                p { (both("没有可比的方案比现状更好。", "No compared scenario does better than the base.")) }
            } @else {
                p {
                    @if meets_all(run) {
                        (both("措施最少而要求的目标全部达到的方案：", "The smallest package here that meets all that is required: "))
                    } @else {
                        (both("尚无方案达到全部要求的目标；最接近的是：", "No scenario here meets all that is required; the closest is "))
                    }
                    b { (name(&run.title())) }
                    (both(&format!("（{} 项措施）", run.basis.measures.len()), &format!(" ({} measures)", run.basis.measures.len())))
                }
                @if !causes.is_empty() {
                    p { (both(&format!("{year}年最大的几笔（{}）：", unit.text().zh), &format!("Largest in {year}, {}:", unit.text().en))) }
                    ol {
                        @for (cause, volume) in causes.iter().take(3) {
                            li { (name(&cause_name(run, cause))) " " (figure(*volume as f64 / 1000.0, unit, &format!("ledger {} {year} {cause}", run.name()))) }
                        }
                    }
                }
            }
        }
    }
}

/// What a cause of the ledger is called.
pub(crate) fn cause_name(run: &RunView, cause: &str) -> Text {
    let Some((kind, id)) = cause.split_once(':') else { return Text::new(cause, cause) };
    if kind == "measure" {
        let named = run.basis.measures.iter().find(|measure| measure.id == id);
        return named.map_or_else(|| Text::new(id, id), |measure| measure.name.clone());
    }
    let named = run.basis.projects.iter().find(|project| project.id == id);
    let text = named.map_or_else(|| Text::new(id, id), |project| project.name.clone());
    Text::new(format!("供水工程：{}", text.zh), format!("Water from {}", text.en))
}
