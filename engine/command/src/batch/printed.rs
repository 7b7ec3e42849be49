//! What a batch prints at its end.

use std::fmt::Write;
use std::path::PathBuf;

use quanyu_files::MemberStore;
use quanyu_report::{Language, OddsColumn, odds_table};

use super::Prepared;
use super::summary::Summary;
use crate::arguments::{BatchArguments, Format};
use crate::outcome::CommandError;
use crate::progress::{result, terminal_width};
use crate::report::{PAGE, at_the_end};

pub(super) fn say(
    prepared: &Prepared,
    summary: &Summary,
    store: &MemberStore,
    arguments: &BatchArguments,
) -> Result<(), CommandError> {
    let language = Language::from(arguments.printing.lang);
    let page = page(prepared, store, arguments, language);
    if arguments.printing.format == Format::Json {
        let text = serde_json::to_string_pretty(summary)
            .map_err(|error| CommandError::Failed(format!("cannot put the odds into JSON: {error}")))?;
        result(&text);
        return Ok(());
    }
    let mut text = describe(prepared, summary, store, language);
    let _ = match page {
        Some(page) => write!(text, "\n{}: {}", language.pick("报告页", "page"), page.display()),
        None => write!(text, "\n{}", language.pick("未写报告页", "no page was written")),
    };
    result(&text);
    Ok(())
}

/// The page of the batch with the runs of its scenarios that lie beside it; where there are none, of the batch alone, in its folder.
fn page(
    prepared: &Prepared,
    store: &MemberStore,
    arguments: &BatchArguments,
    language: Language,
) -> Option<PathBuf> {
    let beside = prepared.scenarios.iter().map(|scenario| arguments.out.join(&scenario.name));
    let mut folders: Vec<PathBuf> = beside.filter(|folder| folder.join("basis.json").is_file()).collect();
    let holder = if folders.is_empty() { store.folder() } else { &arguments.out };
    folders.push(store.folder().to_owned());
    at_the_end(&folders, &holder.join(PAGE), language)
}

fn describe(prepared: &Prepared, summary: &Summary, store: &MemberStore, language: Language) -> String {
    let columns: Vec<OddsColumn<'_>> =
        summary.scenarios.iter().map(|own| OddsColumn { title: &own.title, odds: &own.odds }).collect();
    let mut text = odds_table(&columns, language, terminal_width());
    let _ = writeln!(
        text,
        "\n{}",
        language.pick(
            "达到目标的样本份额 ± 抽样标准误（? 任何样本都不能判定）；数值为 50 %（5 % … 95 %）· * 政策规定的目标",
            "share of members that meet the target ± its sampling error (? none can decide it); value at 50 % (5 % … 95 %) · * required by the policy"
        )
    );
    let _ = writeln!(text, "{}", language.pick(&summary.note.zh, &summary.note.en));
    let _ = writeln!(
        text,
        "{} {} · {} {:.1} · {} {}",
        language.pick("样本数", "members"),
        summary.members,
        language.pick("加权后的有效样本数", "effective after weighting"),
        summary.effective_members,
        language.pick("失败的运行", "failed runs"),
        summary.failures.len()
    );
    let _ = writeln!(
        text,
        "\n{}",
        language
            .pick("标志：先验与加权后（5 %、50 %、95 %）", "marks, before and after weighting (5, 50, 95 %)")
    );
    let basin = &prepared.batch.study.basins[0].basin;
    let three = |band: Option<[f64; 3]>| {
        band.map_or("–".to_owned(), |[low, middle, high]| format!("{low:.3} {middle:.3} {high:.3}"))
    };
    for mark in &summary.marks {
        let names = basin.marks.iter().find(|known| known.id == mark.id).map(|known| &known.names);
        let name = names.map_or(mark.id.as_str(), |names| language.pick(&names.zh, &names.en));
        let used = if mark.weights { "" } else { language.pick("（检验）", " (held out)") };
        let _ = writeln!(text, "  {name}{used}: {} → {}", three(mark.prior), three(mark.posterior));
    }
    let _ = writeln!(
        text,
        "\n{}",
        language.pick(
            "最能影响各规定目标的因素（加权样本的秩相关）",
            "what moves the required targets most (rank correlation of the weighted members)"
        )
    );
    let before = text.len();
    for own in &summary.scenarios {
        for (odds, moved_by) in own.odds.iter().zip(&own.moved_by).filter(|(odds, _)| odds.judged.required) {
            let list: Vec<String> = moved_by
                .iter()
                .take(3)
                .map(|influence| format!("{} {:+.2}", influence.factor, influence.correlation))
                .collect();
            if !list.is_empty() {
                let title = language.pick(&own.title.zh, &own.title.en);
                let place = language.pick(&odds.judged.name.zh, &odds.judged.name.en);
                let _ = writeln!(text, "  {title}, {place} {}: {}", odds.judged.test, list.join(", "));
            }
        }
    }
    if text.len() == before {
        let _ = writeln!(
            text,
            "  {}",
            language
                .pick("样本太少，没有因素超出偶然", "with so few members no factor stands out from chance")
        );
    }
    let _ = write!(text, "\n{}", store.folder().display());
    text
}
