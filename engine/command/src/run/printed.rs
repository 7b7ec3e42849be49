//! What a run prints at its end: the verdict table, what it rests on, and where everything was written.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use quanyu_report::{Line, Panel, VerdictColumn, marks_table, panels_svg, verdict_legend, verdict_table};
use serde_json::json;

use super::background::Background;
use super::member::Finished;
use crate::arguments::{Format, RunArguments};
use crate::outcome::CommandError;
use crate::progress::terminal_width;
use crate::report::{PAGE, at_the_end};

/// Draws `overview.svg` beside the runs.
pub(crate) fn draw(finished: &[Finished], arguments: &RunArguments) -> Result<PathBuf, CommandError> {
    let language = quanyu_report::Language::from(arguments.printing.lang);
    let picture = arguments.out.join("overview.svg");
    let drawn = panels_svg(&overview(finished, language)).map_err(CommandError::Failed)?;
    super::write_whole(&picture, &drawn)?;
    Ok(picture)
}

/// The printed result; writes the page beside the runs.
pub(crate) fn printed(
    finished: &[Finished],
    backgrounds: &[Background],
    picture: Option<&Path>,
    arguments: &RunArguments,
) -> Result<String, CommandError> {
    let language = quanyu_report::Language::from(arguments.printing.lang);
    let folders: Vec<_> = finished.iter().map(|run| run.folder.clone()).collect();
    let page = match folders.is_empty() {
        true => None,
        false => at_the_end(&folders, &arguments.out.join(PAGE), language),
    };
    if arguments.printing.format == Format::Json {
        let runs: Vec<_> = finished
            .iter()
            .map(|run| {
                json!({ "name": run.name, "title": run.title, "folder": run.folder, "seconds": run.seconds,
                        "worst_closure": run.worst_closure, "verdict": run.verdict })
            })
            .collect();
        let document = json!({ "runs": runs, "histories": backgrounds, "page": page });
        return serde_json::to_string_pretty(&document)
            .map_err(|error| CommandError::Failed(format!("cannot put the verdicts into JSON: {error}")));
    }
    let columns: Vec<VerdictColumn<'_>> =
        finished.iter().map(|run| VerdictColumn { title: &run.title, verdict: &run.verdict }).collect();
    let mut text = verdict_table(&columns, language, terminal_width());
    text.push('\n');
    text.push_str(verdict_legend(language));
    text.push('\n');
    for background in backgrounds {
        let _ = writeln!(text, "\n{}", describe(background, language));
    }
    let _ = writeln!(text);
    for run in finished {
        let _ = writeln!(
            text,
            "{}: {}  ({:.0} s, {} {:.1e})",
            run.name,
            run.folder.display(),
            run.seconds,
            language.pick("水量平衡最大相对误差", "largest budget error"),
            run.worst_closure
        );
    }
    if let Some(picture) = picture {
        let _ = writeln!(text, "{}: {}", language.pick("图", "picture"), picture.display());
    }
    if let Some(page) = page {
        let _ = writeln!(text, "{}: {}", language.pick("报告页", "page"), page.display());
    }
    Ok(text)
}

/// Marks, parameters, and springs with and without mining.
fn describe(background: &Background, language: quanyu_report::Language) -> String {
    let mut text =
        marks_table(&background.marks, &background.marks_without_mining, language, terminal_width());
    text.push('\n');
    for parameter in &background.parameters {
        let name = language.pick(&parameter.name.zh, &parameter.name.en);
        let _ = match parameter.calibrated {
            Some(value) => writeln!(
                text,
                "{name}: {value:.3} ({} {} [{}, {}], {} {:+.2} σ)",
                language.pick("先验", "prior"),
                parameter.prior,
                parameter.low,
                parameter.high,
                language.pick("移动", "moved"),
                parameter.deviations
            ),
            None => writeln!(
                text,
                "{name}: {} ({} [{}, {}], {})",
                parameter.prior,
                language.pick("先验", "prior"),
                parameter.low,
                parameter.high,
                language.pick("未率定", "not calibrated")
            ),
        };
    }
    for spring in &background.springs {
        let last = |years: &[(i16, f64)]| years.last().map_or((0, f64::NAN), |last| *last);
        let (year, with) = last(&spring.with_mining);
        let (_, without) = last(&spring.without_mining);
        let _ = writeln!(
            text,
            "{}: {} {:.2}, {year} {:.2}, {} {without:.2} m³/s",
            language.pick(&spring.name.zh, &spring.name.en),
            language.pick("天然", "natural"),
            spring.natural,
            with,
            language.pick("无采煤时", "without mining"),
        );
    }
    let _ = write!(text, "{}: {}", language.pick("历史", "history"), background.path.display());
    text
}

/// Abstraction against the cap, and the main springs, by scenario.
fn overview(finished: &[Finished], language: quanyu_report::Language) -> Vec<Panel> {
    // In the order of the page, where each scenario has the colour that it has here.
    let mut finished: Vec<&Finished> = finished.iter().collect();
    finished.sort_by_key(|run| !run.is_usual);
    let line = |title: &quanyu_policy::Text, years: &[(i16, f64)], factor: f64| Line {
        name: language.pick(&title.zh, &title.en).to_owned(),
        points: years
            .iter()
            .filter(|(year, _)| *year >= 2000)
            .map(|(year, value)| (f64::from(*year), value * factor))
            .collect(),
    };
    let per_unit = match language {
        quanyu_report::Language::En => 1e-6,
        quanyu_report::Language::Zh => 1e-8,
    };
    let cap = finished.iter().flat_map(|run| &run.verdict.targets).find(|ruling| ruling.test == "cap");
    let mut panels = vec![Panel {
        title: language
            .pick("全市地下水开采量（统计口径）", "City groundwater abstraction, statistical basis")
            .into(),
        unit: language.pick("亿m³/a", "million m³/a").into(),
        lines: finished.iter().map(|run| line(&run.title, &run.abstraction, per_unit)).collect(),
        threshold: cap
            .and_then(|ruling| ruling.threshold)
            .map(|most| (language.pick("上限", "cap").to_owned(), most * per_unit)),
    }];
    let springs = finished.first().map_or(0, |run| run.springs.len());
    for place in 0..springs.min(2) {
        let name = &finished[0].springs[place].name;
        panels.push(Panel {
            title: language.pick(&name.zh, &name.en).to_owned(),
            unit: "m³/s".into(),
            lines: finished
                .iter()
                .filter_map(|run| run.springs.get(place).map(|spring| line(&run.title, &spring.years, 1.0)))
                .collect(),
            threshold: None,
        });
    }
    panels
}
