//! The answer in four lines: the cap, the balance, how sure, what to do first.

use maud::{Markup, html};
use quanyu_policy::{Ruling, Status, Text};

use crate::page::gather::{Findings, RunView};
use crate::page::rulings::{
    answered, is_past, key, leading, light, mark, meets_all, place_of, required, spread, status_name,
};
use crate::page::words::{Unit, both, figure, name, shown};

/// The headline.
pub(crate) fn answer(findings: &Findings) -> Markup {
    let best = leading(findings);
    html! {
        section.answer #answer aria-labelledby="answer-title" {
            h2 #answer-title { (headline(findings, best)) }
            (premise(findings))
            (target(findings, best, "cap", "city", &Text::new("总量上限", "The cap")))
            (target(findings, best, "allowable", "all-zones", &Text::new("采补平衡", "The balance")))
            (sure(findings, best))
            (first_step(findings, best))
        }
    }
}

/// The question of the page, and its answer in a word or two.
fn headline(findings: &Findings, best: usize) -> Markup {
    let (base, run) = (findings.base(), &findings.runs[best]);
    if required(base).is_empty() {
        return both("结论", "The answer");
    }
    let asked = [base.ruling("cap", "city"), base.ruling("allowable", "all-zones")];
    let usual = match asked {
        [Some(cap), Some(balance)] => as_usual(base.says(cap), base.says(balance)),
        _ if required(base).iter().any(|own| base.says(own) == Status::Missed) => {
            Text::new("维持现状达不到。", "As usual, no.")
        }
        _ => Text::new("维持现状不能判定。", "As usual it is undetermined."),
    };
    html! {
        @if asked.iter().all(Option::is_some) { (both("总量上限和采补平衡能否达到？", "Can the cap and the balance be reached? ")) }
        @else { (both("政策要求能否达到？", "Can what the policy requires be reached? ")) }
        @match (meets_all(run), best) {
            (true, 0) => { (both("能：维持现状即可。", "Yes, as usual.")) }
            (true, _) => { (both("能：", "Yes, with ")) (name(&run.title())) (both("。", ". ")) (name(&usual)) }
            (false, 0) => { (both("本页没有方案有把握达到。", "Not for certain with any scenario here.")) }
            (false, _) => { (both("本页没有方案有把握全部达到；最接近的是：", "Not both for certain with any scenario here; the closest is ")) (name(&run.title())) (both("。", ".")) }
        }
    }
}

/// What the scenario as usual comes to, each target by its own word.
fn as_usual(cap: Status, balance: Status) -> Text {
    let (of_cap, of_balance) = (status_name(cap), status_name(balance));
    if cap == balance {
        return Text::new(
            format!("维持现状：两项都{}。", of_cap.zh),
            format!("As usual both are {}.", of_cap.en),
        );
    }
    Text::new(
        format!("维持现状：总量上限{}，采补平衡{}。", of_cap.zh, of_balance.zh),
        format!("As usual the cap is {} and the balance {}.", of_cap.en, of_balance.en),
    )
}

/// What kind of answer it is, and what the marks mean.
fn premise(findings: &Findings) -> Markup {
    let base = findings.base();
    let mut past: Vec<i16> =
        required(base).iter().filter(|own| is_past(base, own)).map(|own| own.by.year()).collect();
    past.sort_unstable();
    past.dedup();
    let years = |and: &str| past.iter().map(i16::to_string).collect::<Vec<_>>().join(and);
    let figures = &base.basis.figures;
    let assumed = figures.iter().filter(|figure| figure.sureness == "assumed").count();
    let all = figures.len();
    html! {
        p.premise {
            @if !past.is_empty() {
                (both(&format!("{}年已过，此为事后推算。", years("、")), &format!("Looking back: {} {} past. ", years(" and "), if past.len() == 1 { "is" } else { "are" })))
            }
            (both(&format!("{all} 个数值中 {assumed} 个是假定，结论以假定成立为前提。"), &format!("{assumed} of {all} figures are assumed, and the answer holds as far as they do. ")))
            (mark(Status::Met)) (both(" 达到、", " met and ")) (mark(Status::Missed))
            @if findings.batch.is_some() {
                (both(" 未达到：在假定的两端、在九成抽样中都如此；", " missed: at both ends of what is assumed and in nine tenths of the draws; "))
            } @else {
                (both(" 未达到：在假定的两端都如此；", " missed: at both ends of what is assumed; "))
            }
            (mark(Status::Undetermined)) (both(" 不能判定：两者不一，数字只是最可能取值。", " undetermined: these disagree, and the number is the best estimate alone."))
        }
    }
}

/// Scenarios that a card names; the others are counted, and the matrix has them all.
const NAMED: usize = 3;

fn target(findings: &Findings, best: usize, test: &str, scope: &str, title: &Text) -> Markup {
    let base = findings.base();
    let Some(ruling) = base.ruling(test, scope) else { return html! {} };
    // The scenario that the page looks at first comes first here, too.
    let mut runs: Vec<&RunView> = findings.runs[1..].iter().collect();
    if best > 0 {
        let lead = runs.remove(best - 1);
        runs.insert(0, lead);
    }
    let of = |status: Status| -> Vec<&RunView> {
        runs.iter()
            .copied()
            .filter(|run| run.same(ruling).is_some_and(|own| run.says(own) == status))
            .collect()
    };
    let (met, open, missed) = (of(Status::Met), of(Status::Undetermined), of(Status::Missed));
    let (by, status) =
        (ruling.by.year(), findings.runs[best].same(ruling).map(|own| findings.runs[best].says(own)));
    html! {
        article class={ "verdict " (status.map_or("open", crate::page::rulings::status_class)) } {
            h3 {
                (name(title)) " "
                small {
                    @if is_past(base, ruling) {
                        (both(&format!("{by}年底（已过，事后推算）"), &format!("by the end of {by} (past: a reconstruction)")))
                    } @else { (both(&format!("{by}年底"), &format!("by the end of {by}"))) }
                }
            }
            p.lead { (lead(base.says(ruling), met.len(), open.len(), runs.len())) }
            p.asks { (asks(ruling, base)) }
            p {
                (light(base.says(ruling))) " " (name(&base.title())) (both("：", ": ")) (state(ruling, base)) (both("。", "."))
            }
            @if let Some(own) = findings.runs[best].same(ruling).filter(|_| best > 0) {
                p {
                    @let run = &findings.runs[best];
                    (light(run.says(own))) " " b { (name(&run.title())) } (both("：", ": ")) (state(own, run)) (both("。", "."))
                }
            }
            @for (status, own, zh, en) in [(Status::Met, &met, "另外达到：", "Also met with "), (Status::Undetermined, &open, "不能判定：", "Undetermined with "), (Status::Missed, &missed, "未达到：", "Missed with ")] {
                @let others: Vec<&RunView> = own.iter().copied().filter(|run| !std::ptr::eq(*run, &findings.runs[best])).collect();
                @if !others.is_empty() { p { (light(status)) " " (both(zh, en)) (titles(&others)) } }
            }
            @if test == "cap" {
                (stricter(findings, "cap-physical", "city", "另计泉口引水与矿井排水（不作要求）：", "Counting spring intakes and mine drainage, too (not required): "))
            } @else {
                (stricter(findings, "storage", "basin", "更严的储量检验（不作要求）：", "By a stricter test of storage (not required): "))
            }
        }
    }
}

/// Whether a target is reached, in a sentence.
fn lead(usual: Status, met: usize, open: usize, all: usize) -> Markup {
    let (zh, en) = match (usual, met, open) {
        (Status::Met, ..) => ("维持现状即可达到。".to_owned(), "Reached as usual.".to_owned()),
        (usual, 0, _) if all == 0 => {
            let word = status_name(usual);
            (format!("维持现状：{}。", word.zh), format!("As usual: {}.", word.en))
        }
        (Status::Undetermined, 0, _) | (_, 0, 1..) => {
            ("没有方案确定达到。".to_owned(), "Not certain with any scenario.".to_owned())
        }
        (_, 0, 0) => ("没有方案达到。".to_owned(), "Not reached with any scenario.".to_owned()),
        (usual, met, _) => {
            let (zh, en) = match usual {
                Status::Missed => ("维持现状达不到", "not as usual"),
                _ => ("维持现状不能判定", "undetermined as usual"),
            };
            (
                format!("采取措施可以达到（{all} 个方案中 {met} 个）；{zh}。"),
                format!("Can be reached with measures ({met} of {all} scenarios); {en}."),
            )
        }
    };
    both(&zh, &en)
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
            (name(&word)) (both(&format!("，{total} 个区中达到 "), ", ")) (figure(value, Unit::Plain("", ""), &of))
            (both(" 个", &format!(" of {total} zones")))
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
    // To count one instead of naming it saves nothing.
    let named = if runs.len() > NAMED + 1 { NAMED } else { runs.len() };
    let rest = runs.len() - named;
    html! {
        @for (place, run) in runs.iter().take(named).enumerate() {
            @if place > 0 { (both("、", ", ")) }
            b { (name(&run.title())) }
        }
        @if rest > 0 {
            " " a href="#matrix-title" { (both(&format!("等，另有 {rest} 个"), &format!("and {rest} more"))) }
        }
    }
}

fn sure(findings: &Findings, best: usize) -> Markup {
    let run = &findings.runs[best];
    let odds = |ruling: &Ruling| findings.batch.as_ref()?.odds(run.name(), ruling);
    let asked = [
        ("cap", "city", Text::new("总量上限", "The cap")),
        ("allowable", "all-zones", Text::new("采补平衡", "The balance")),
    ];
    html! {
        article.verdict.sure {
            h3 { (both("有多大把握", "How sure")) }
            p.lead { (firmness(run)) }
            p {
                b { (name(&run.title())) }
                @if meets_all(run) {
                    (both("，在需求与供给假定的两端都达到：", ", met at both ends of what is assumed of demand and supply:"))
                } @else { (both("：", ":")) }
            }
            ul.plain {
                @for (test, scope, title) in &asked {
                    @if let Some(ruling) = run.ruling(test, scope) {
                        li { (light(run.says(ruling))) " " (name(title)) (both("：", ": ")) (holds(run, ruling, odds(ruling), meets_all(run))) }
                    }
                }
            }
            @if let Some(batch) = &findings.batch {
                p.quiet { (both(&format!("概率：对假定的数值随机抽样 {} 次（模型网格 {} m），其中达到目标的比例；按与已发表实测值的吻合程度加权，相当于 {:.0} 次等权抽样，“至少”计入抽样误差。这不是预报。", batch.members, batch.cell_m, batch.effective_members), &format!("Odds: share that meets the target of {} random draws of what is assumed (model cells of {} m), weighted by how they fit what was measured and published (as telling as {:.0} equal draws; “at least” takes in the error of so few). It is not a forecast.", batch.members, batch.cell_m, batch.effective_members))) }
            } @else {
                p.quiet { (both("本页未附样本批次，没有概率：只在两端检验：需求取假定的最多、供给取最少，以及反之；两端不一就是“不能判定”。", "No batch of members is part of this page, so there are no odds: a verdict is tried with the most demand and the least supply that are assumed, and the other way round; where the two disagree it is undetermined.")) }
            }
            p.quiet {
                (both("各项判定的理由见", "The reason of every ruling: "))
                a href="#targets" { (both("“全部目标”", "“All targets”")) } (both("。", "."))
            }
        }
    }
}

/// How firm the answer for a scenario is, in a sentence.
fn firmness(run: &RunView) -> Markup {
    let says = |status: Status| required(run).iter().any(|ruling| run.says(ruling) == status);
    match (says(Status::Undetermined), says(Status::Missed)) {
        (true, _) => both("没有定论。", "Open within what is assumed."),
        (_, true) => {
            both("在假定之内已有定论：未全部达到。", "Settled within what is assumed: not all is met.")
        }
        _ => both("把握较大，前提是假定成立。", "Fairly sure, if what is assumed holds."),
    }
}

/// How far a ruling carries: the ends of what is assumed of demand and supply, unless they are `said` already, the odds, and how far
/// demand could move before it turns.
fn holds(run: &RunView, ruling: &Ruling, odds: Option<&quanyu_policy::ensemble::Odds>, said: bool) -> Markup {
    let ends = match ruling.status {
        Status::Met => Text::new(
            "需求与供给假定的两端都达到",
            "met at both ends of what is assumed of demand and supply",
        ),
        Status::Missed => Text::new(
            "需求与供给假定的两端都未达到",
            "missed at both ends of what is assumed of demand and supply",
        ),
        Status::Undetermined => Text::new(
            "在需求与供给的假定之内不能定论",
            "not settled within what is assumed of demand and supply",
        ),
    };
    let between = || if said { both("", "") } else { both("；", "; ") };
    html! {
        @if !said { (name(&ends)) }
        @if let Some(share) = ruling.break_even {
            @let of = place_of(run, ruling, "break_even");
            @let percent = shown(100.0 * share.abs());
            // The best figures decide it, whatever the ends say.
            (between())
            @if share >= 0.0 { (both("按最可能取值，需求再高 ", "at the best estimate it holds with demand up to ")) }
            @else { (both("按最可能取值，需求须低 ", "at the best estimate it takes a demand ")) }
            data value=(share) data-of=(of) { (percent) "\u{a0}%" }
            @if share >= 0.0 { (both(" 以内仍达到", " higher")) } @else { (both(" 才达到", " lower")) }
        }
        @if let Some(odds) = odds {
            @if ruling.break_even.is_some() { (both("；", "; ")) } @else { (between()) }
            (both("概率 ", "odds "))
            b { (crate::page::rulings::percent(odds.met, &format!("batch {} {}", run.name(), key(ruling)))) (spread(odds.met, odds.error)) }
        }
        (both("。", "."))
    }
}

/// The scenario to begin with and its measures that lower the take most.
fn first_step(findings: &Findings, best: usize) -> Markup {
    let run = &findings.runs[best];
    let year = answered(run).unwrap_or_default();
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
                    (both("选", "Choose ")) b { (name(&run.title())) }
                    @let measures = run.basis.measures.len();
                    (both(&format!("（{measures} 项措施）："), &format!(" ({measures} {}): ", if measures == 1 { "measure" } else { "measures" })))
                    @match findings.runs.iter().filter(|run| meets_all(run)).count() {
                        0 => { (both("尚无方案有把握达到全部要求，它最接近。", "no scenario here is certain to meet all that is required, and it comes closest.")) }
                        1 => { (both("唯一有把握达到全部要求的方案。", "the only scenario here that meets all that is required.")) }
                        _ => { (both("达到全部要求的方案中缺水最少。", "of those here that meet all that is required, it leaves least water unmet.")) }
                    }
                }
                @if !causes.is_empty() {
                    p { (both(&format!("先做压采量最大的几项（{year}年，{}）：", unit.text().zh), &format!("Start with what lowers the take most (by how much in {year}, {}):", unit.text().en))) }
                    ol {
                        @for (cause, volume) in causes.iter().take(3) {
                            li { (name(&cause_name(run, cause))) " " (figure(*volume as f64 / 1000.0, unit, &format!("ledger {} {year} {cause}", run.name())))
                                @if let Some(since) = since(run, cause) { small { " " (both(&format!("自{since}年起"), &format!("from {since}"))) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// First year in which a measure or a project brings anything.
fn since(run: &RunView, cause: &str) -> Option<i16> {
    let brings = |causes: &std::collections::BTreeMap<String, i64>| {
        causes.get(cause).is_some_and(|volume| *volume > 0)
    };
    let place = run.ledger.causes.iter().position(brings)?;
    run.ledger.years.get(place).copied()
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
