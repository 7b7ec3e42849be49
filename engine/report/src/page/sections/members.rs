//! What the members of a batch say: odds, bands, what they were weighted by, and which ones failed.

use maud::{Markup, html};
use quanyu_files::RunBasis;
use quanyu_policy::ensemble::Odds;
use quanyu_policy::{Status, Text};

use super::Shelf;
use crate::page::assumptions::figure_name;
use crate::page::gather::{BatchView, MembersOnly};
use crate::page::rulings::{light, mark, percent, spread, test_name, unit_of};
use crate::page::words::{Unit, both, name, shown};

/// Scenarios beside one another.
const ACROSS: usize = 6;
/// Factors that are listed.
const LISTED: usize = 20;

fn find<'a>(batch: &'a BatchView, scenario: usize, row: &Odds) -> Option<&'a Odds> {
    batch.scenarios[scenario].odds.iter().find(|own| own.judged.same_test(&row.judged))
}

/// Targets that some member decides, the required ones first.
fn columns(batch: &BatchView) -> Vec<&Odds> {
    let mut all: Vec<&Odds> = Vec::new();
    for own in batch.scenarios.iter().flat_map(|scenario| &scenario.odds) {
        if !all.iter().any(|known| known.judged.same_test(&own.judged)) {
            all.push(own);
        }
    }
    all.retain(|row| {
        (0..batch.scenarios.len())
            .any(|scenario| find(batch, scenario, row).is_some_and(|own| own.undetermined < 1.0 - 1e-9))
    });
    all.sort_by_key(|row| !row.judged.required);
    all
}

fn unit(batch: &BatchView, row: &Odds) -> Unit {
    let scenarios = 0..batch.scenarios.len();
    let values = scenarios.filter_map(|scenario| Some(find(batch, scenario, row)?.band?[1].abs()));
    unit_of(&row.judged.unit, values.chain(row.judged.threshold).fold(0.0, f64::max))
}

/// Where odds stand in `batch.json`.
fn place(scenario: &str, odds: &Odds, field: &str) -> String {
    format!("odds {scenario} {} {} {field}", odds.judged.test, odds.judged.scope)
}

/// Share of the members that meet a target, with its error.
fn share(scenario: &str, odds: &Odds) -> Markup {
    html! {
        b { (percent(odds.met, &place(scenario, odds, "met"))) }
        data value=(odds.error) data-of=(place(scenario, odds, "error")) { (spread(odds.met, odds.error)) }
    }
}

/// Every scenario against every target, by its members.
pub(crate) fn odds(batch: &BatchView) -> Markup {
    let columns = columns(batch);
    html! {
        section #odds aria-labelledby="odds-title" {
            h2 #odds-title { (both("概率：达到各目标的样本份额", "Odds: share of the members that meet each target")) }
            p.quiet { (name(&batch.note)) " " (worth(batch)) }
            // Scenarios beside one another, as many as paper has room for.
            @for part in (0..batch.scenarios.len()).collect::<Vec<_>>().chunks(ACROSS) {
                (odds_table(batch, &columns, part))
            }
            p.legend {
                (light(Status::Met)) (both(" 九成以上样本达到 ", " met by nine tenths of the members or more ")) " · "
                (light(Status::Missed)) (both(" 九成以上未达到 ", " missed by nine tenths or more ")) " · "
                (light(Status::Undetermined)) (both(" 样本意见不一 ", " the members disagree ")) " · "
                (both("份额 ± 抽样误差；下行为判定值：中值（5–95 %） · ＊ 政策规定的目标", "share ± sampling error; below it the judged value, middle (5–95 %) · * required by the policy"))
            }
        }
    }
}

/// A row for every target, a column for each of some scenarios.
fn odds_table(batch: &BatchView, rows: &[&Odds], scenarios: &[usize]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-labelledby="odds-title" { table.matrix {
            thead { tr {
                th scope="col" { (both("目标", "Target")) }
                @for number in scenarios { th scope="col" { (name(&batch.scenarios[*number].title)) } }
            } }
            tbody {
                @for row in rows {
                    @let (judged, unit) = (&row.judged, unit(batch, row));
                    tr {
                        th scope="row" {
                            (name(&judged.name)) (both("：", ": ")) (name(&test_name(&judged.test))) @if judged.required { " *" }
                            small { (judged.by.strftime("%Y-%m").to_string()) " · " (name(&unit.text())) }
                        }
                        @for number in scenarios {
                            @let own = &batch.scenarios[*number];
                            td {
                                @if let Some(odds) = find(batch, *number, row) {
                                    (mark(odds.status())) " " (share(&own.name, odds))
                                    @if let Some([low, middle, high]) = odds.band {
                                        small { (band(unit, low, middle, high)) }
                                    }
                                } @else { "–" }
                            }
                        }
                    }
                }
            }
        } }
    }
}

/// The middle and the ends of a band.
fn band(unit: Unit, low: f64, middle: f64, high: f64) -> Markup {
    let [low, middle, high] = [low, middle, high].map(|value| unit.shown(value));
    let zh = format!("{} ({} – {})", middle.zh, low.zh, high.zh);
    both(&zh, &format!("{} ({} – {})", middle.en, low.en, high.en))
}

fn worth(batch: &BatchView) -> Markup {
    let (all, effective) = (batch.members, batch.effective_members);
    both(
        &format!("{all} 个样本，按已发表的标志加权后，信息量相当于 {effective:.0} 个等权样本。"),
        &format!(
            "{all} members; weighting by the published marks leaves them worth some {effective:.0} equal ones."
        ),
    )
}

fn three(band: Option<[f64; 3]>) -> String {
    band.map_or("–".to_owned(), |[low, middle, high]| {
        format!("{} ({} – {})", plain(middle), plain(low), plain(high))
    })
}

/// A number with three digits, however small.
fn plain(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-3 { format!("{value:.2e}").replace('-', "−") } else { shown(value) }
}

/// What the members were weighted by, which factors that moved, and runs that failed.
pub(crate) fn weighting(batch: &BatchView, basis: &RunBasis) -> Markup {
    let moved = |band: &crate::page::gather::FactorBand| -> Option<f64> {
        let ([low, before, high], [_, after, _]) = (band.prior?, band.posterior?);
        (high > low).then(|| (after - before) / (high - low))
    };
    let mut factors: Vec<_> =
        batch.factors.iter().filter_map(|factor| Some((factor, moved(factor)?))).collect();
    factors.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then_with(|| a.0.id.cmp(&b.0.id)));
    let heads = || {
        html! {
            th scope="col" { (both("加权前：中值（5–95 %）", "Before weighting: middle (5–95 %)")) }
            th scope="col" { (both("加权后", "After")) }
        }
    };
    html! {
        section #weighting aria-labelledby="weighting-title" {
            h2 #weighting-title { (both("样本的权重：先验与后验", "Weights of the members: prior and posterior")) }
            div.scroll tabindex="0" { table.compact {
                caption { (both("已发表的标志", "Published marks")) }
                thead { tr {
                    th scope="col" { (both("标志", "Mark")) }
                    th scope="col" { (both("公布值 [范围]", "Published [range]")) }
                    (heads())
                    th scope="col" { (both("用途", "Used for")) }
                } }
                tbody {
                    @for band in &batch.marks {
                        @let known = basis.marks.iter().find(|mark| mark.id == band.id);
                        tr {
                            th scope="row" { @match known { Some(mark) => { (name(&mark.name)) } None => { (band.id) } } }
                            td { @if let Some(mark) = known {
                                (shown(mark.value)) " [" (mark.low.map_or("…".into(), shown)) ", " (mark.high.map_or("…".into(), shown)) "] " (mark.unit)
                            } @else { "–" } }
                            td { (three(band.prior)) }
                            td { (three(band.posterior)) }
                            td { @if band.weights { (both("加权", "weights")) } @else { (both("检验", "hold-out")) } }
                        }
                    }
                }
            } }
            div.scroll tabindex="0" { table.compact {
                caption { (both(&format!("被加权移动最多的 {} 个因素（共 {} 个，全部见 batch.json）", factors.len().min(LISTED), batch.factors.len()), &format!("The {} factors that weighting moves most, of {} (all in batch.json)", factors.len().min(LISTED), batch.factors.len()))) }
                thead { tr {
                    th scope="col" { (both("因素", "Factor")) }
                    th scope="col" { (both("范围", "Range")) }
                    (heads())
                } }
                tbody {
                    @for (factor, _) in factors.iter().take(LISTED) {
                        tr {
                            th scope="row" { (name(&figure_name(&factor.id, &basis.names))) }
                            td { (plain(factor.low)) " – " (plain(factor.high)) }
                            td { (three(factor.prior)) }
                            td { (three(factor.posterior)) }
                        }
                    }
                }
            } }
            @if !batch.failures.is_empty() {
                h3 { (both(&format!("未能求解的样本：{} 个，计入不能判定", batch.failures.len()), &format!("{} runs that could not be solved; they count as undetermined", batch.failures.len()))) }
                ul { @for failure in &batch.failures { li { code { (failure.scenario) " " (failure.member) } " " (failure.cause) } } }
            }
        }
    }
}

/// The answer of a batch by itself.
pub(crate) fn answer(members: &MembersOnly) -> Markup {
    let batch = &members.batch;
    let best = &batch.scenarios[members.leading()];
    let required = columns(batch).into_iter().filter(|row| row.judged.required);
    html! {
        section.answer #answer aria-labelledby="answer-title" {
            h2.reader #answer-title { (both("结论", "The answer")) }
            @for row in required {
                @let own = best.odds.iter().find(|own| own.judged.same_test(&row.judged));
                article class={ "verdict " (own.map_or("open", |own| crate::page::rulings::status_class(own.status()))) } {
                    h3 { (name(&row.judged.name)) (both("：", ": ")) (name(&test_name(&row.judged.test))) " " small { (row.judged.by.strftime("%Y-%m").to_string()) } }
                    p.asks { (both("各方案中达到它的样本份额：", "Share of the members that meet it, by scenario:")) }
                    ul.plain {
                        @for scenario in &batch.scenarios {
                            @if let Some(odds) = scenario.odds.iter().find(|own| own.judged.same_test(&row.judged)) {
                                li { (light(odds.status())) " " (name(&scenario.title)) (both("：", ": ")) (share(&scenario.name, odds)) }
                            }
                        }
                    }
                }
            }
            article.verdict.sure {
                h3 { (both("有多大把握", "How sure")) }
                p { (worth(batch)) " " (both("有效样本越少，± 越大。", "The fewer they are worth, the larger the ±.")) }
                p.quiet { (name(&batch.note)) }
            }
            article.verdict.first {
                h3 { (both("先做什么", "What to do first")) }
                p { (both("各规定目标中最没把握的一项也最有把握的方案：", "The scenario whose least certain required target is met most often: ")) b { (name(&best.title)) } }
                p.quiet { (both("各项措施的水量要看方案各自的运行结果（quanyu run）。", "Which lever gives which m³ is in a run of the scenario (quanyu run).")) }
            }
        }
    }
}

/// What takes and springs do over the years, by members.
pub(crate) fn bands(members: &MembersOnly, shelf: &Shelf) -> Markup {
    let best = &members.batch.scenarios[members.leading()].title;
    html! {
        section #bands aria-labelledby="bands-title" {
            h2 #bands-title { (both("开采与泉流量", "Takes and springs")) }
            p.quiet { (both(&format!("线为样本中值；带为第一个方案与“{}”的 5–95 %。", best.zh), &format!("Lines are the middle of the members; the bands are 5–95 % of the first scenario and of “{}”.", best.en))) }
            (shelf.figure("cap"))
            div.pair { @for id in shelf.beginning("spring-") { (shelf.figure(id)) } }
        }
    }
}

/// What moves the required targets most.
pub(crate) fn influences(shelf: &Shelf) -> Markup {
    let moved: Vec<&str> = shelf.beginning("influence-").collect();
    html! {
        section #influences aria-labelledby="influences-title" {
            h2 #influences-title { (both("什么最能左右结论（加权样本的秩相关）", "What moves the verdicts most (rank correlation of the weighted members)")) }
            @if moved.is_empty() {
                p { (both("样本太少，没有因素超出偶然。", "With so few members no factor stands out from chance.")) }
            }
            div.pair { @for id in moved { (shelf.figure(id)) } }
        }
    }
}

/// Version and inputs of a batch by itself.
pub(crate) fn inputs(batch: &BatchView) -> Markup {
    let seed = batch.seed;
    let lines = Text::new(
        format!("格距 {} m，种子 {seed}，quanyu {}", shown(batch.cell_m), batch.version),
        format!("cells of {} m, seed {seed}, quanyu {}", shown(batch.cell_m), batch.version),
    );
    html! {
        section #methods aria-labelledby="methods-title" {
            h2 #methods-title { (both("版本与输入", "Version and inputs")) }
            p { code { (batch.batch) } (both("：", ": ")) (worth(batch)) " " (name(&lines)) }
            p { (both("输入 SHA-256：", "SHA-256 of the inputs: ")) code.hash { (batch.input_sha256) } }
        }
    }
}
