//! Early warning: how each zone stands in each year.

use maud::{Markup, html};
use quanyu_policy::{Grade, Scope, Text, Warning};

use crate::page::gather::{Findings, RunView};
use crate::page::stock::Stock;
use crate::page::words::{both, name};

/// Grades with the sign and the class of each, from the least.
pub(crate) const GRADES: [Grade; 5] =
    [Grade::Unknown, Grade::Normal, Grade::Attention, Grade::Overdrawn, Grade::Severe];

/// What a grade is called.
pub(crate) fn grade_name(grade: Grade) -> Text {
    match grade {
        Grade::Unknown => Text::new("无法评定", "cannot be graded"),
        Grade::Normal => Text::new("正常", "normal"),
        Grade::Attention => Text::new("关注", "attention"),
        Grade::Overdrawn => Text::new("超采", "overdrawn"),
        Grade::Severe => Text::new("严重超采", "severely overdrawn"),
    }
}

/// Its sign: a figure that rises with it, so that colour is not all that tells.
fn sign(grade: Grade) -> &'static str {
    match grade {
        Grade::Unknown => "?",
        Grade::Normal => "·",
        Grade::Attention => "1",
        Grade::Overdrawn => "2",
        Grade::Severe => "3",
    }
}

/// Grades of every zone by year, the base's above those of the scenario in view.
pub(crate) fn warnings(findings: &Findings, stock: &Stock) -> Markup {
    if findings.runs.iter().all(|run| run.verdict.warnings.is_empty()) {
        return html! {};
    }
    let assumed = findings.base().verdict.warnings.iter().any(|warning| warning.assumed);
    html! {
        section #warnings aria-labelledby="warnings-title" {
            h2 #warnings-title { (both("预警分级：各区逐年状况", "Early warning: every zone by year")) }
            p.legend {
                @for (place, grade) in GRADES.into_iter().enumerate().skip(1) {
                    @let name = grade_name(grade);
                    @if place > 1 { " · " }
                    span class={ "grade g" (place) } { (sign(grade)) } " " (both(&name.zh, &name.en))
                }
            }
            p.quiet {
                (both("一年的等级取三项指标中最重的一项：超采系数 Q/Qallow − 1、模型水位的五年下降速度、模型泉流量的五年衰减。", "A year's grade is the worst of three: overdraft coefficient Q/Qallow − 1, five-year fall of the model's level, five-year decay of the model's springs."))
                @if assumed { " " (both("阈值为假定。", "The thresholds are assumed.")) }
                " " (both("指向某一格，或用方向键逐格移动，可看其数值。", "Point at a cell, or go from cell to cell with the arrow keys, for its figures."))
            }
            @for (number, run) in findings.runs.iter().enumerate() {
                (stock.part(number, table(run, number)))
            }
        }
    }
}

fn table(run: &RunView, number: usize) -> Markup {
    let all = &run.verdict.warnings;
    let mut years: Vec<i16> = all.iter().map(|warning| warning.year).collect();
    years.sort_unstable();
    years.dedup();
    let mut scopes: Vec<&Scope> = Vec::new();
    for warning in all {
        if !scopes.iter().any(|scope| **scope == warning.scope) {
            scopes.push(&warning.scope);
        }
    }
    let of = |scope: &Scope, year: i16| -> Option<(usize, &Warning)> {
        all.iter().enumerate().find(|(_, warning)| warning.scope == *scope && warning.year == year)
    };
    html! {
        div.scroll tabindex="0" data-run=[(number > 0).then_some(number)] {
            table.grades data-warnings=(number) {
                caption { (name(&run.title())) }
                thead { tr {
                    th scope="col" { (both("超采区", "Zone")) }
                    @for year in &years { th scope="col" { (year % 100 / 10) (year % 10) } }
                } }
                tbody {
                    @for scope in scopes {
                        tr {
                            th scope="row" {
                                @if scope.kind == "sub-zone" { span.sub aria-hidden="true" { "↳ " } }
                                (name(&scope.name))
                            }
                            @for year in &years {
                                @match of(scope, *year) {
                                    Some((place, warning)) => {
                                        @let grade = GRADES.iter().position(|own| *own == warning.grade).unwrap_or(0);
                                        td class={ "g" (grade) } data-warning=(place) { (sign(warning.grade)) }
                                    }
                                    None => { td { "–" } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
