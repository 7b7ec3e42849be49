//! What a search for a mix prints.

use std::path::Path;

use quanyu_policy::{MeasureCost, Money, Ruling, Status, Text, costs};
use quanyu_report::{Language, MixRow, mix_table, money_in_all, shown_value, status_symbol};
use serde_json::json;

use super::question::Question;
use super::{Answer, Said, cost};
use crate::arguments::{Format, MixArguments};
use crate::outcome::CommandError;
use crate::progress::{result, terminal_width};
use crate::until::full_name;

/// One mix, as it is said while the search goes on.
pub(super) fn line(name: &str, question: &Question, said: &Said) -> String {
    let each = question.rulings(said).flatten().map(|ruling| stands(ruling, Language::En));
    format!("{name}: {}", each.collect::<Vec<_>>().join("; "))
}

/// A ruling with its worst margin.
fn stands(ruling: &Ruling, language: Language) -> String {
    let margin = ruling.worst_margin_m3.map_or_else(
        || "–".to_owned(),
        |margin| {
            format!("{}{}", if margin < 0.0 { "−" } else { "+" }, shown_value(margin.abs(), "m3/a", language))
        },
    );
    let name = full_name(ruling);
    format!("{} {name} {margin}", status_symbol(ruling.status))
}

struct Row {
    id: String,
    title: Text,
    extent: f64,
    cost: Option<MeasureCost>,
}

fn rows(question: &Question, answer: &Answer) -> Vec<Row> {
    let all = costs(&question.at(&answer.mix.extents), &answer.said.plan);
    let row = |(index, extent): (&usize, &f64)| {
        let measure = &question.scenario.measures[*index];
        Row {
            id: measure.id.clone(),
            title: Text::from(&measure.names),
            extent: *extent,
            cost: all.iter().find(|cost| cost.measure == measure.id).cloned(),
        }
    };
    question.mixed.iter().zip(&answer.mix.extents).map(row).collect()
}

/// The answer in words.
fn sentences(question: &Question, answer: &Answer, total: Money) -> Text {
    let name = Text::from(&question.scenario.title);
    let (zh_at, en_at) = match question.terms.at_ends {
        true => ("假定区间两端一致", "at both ends of the assumed ranges"),
        false => ("按最佳取值", "at the best figures"),
    };
    let targets = question.names().join(", ");
    let zh_targets = question.names().join("、");
    let (spent, full) = (money_in_all(total), money_in_all(answer.in_full));
    let mut text = match (answer.met, answer.mix.holds) {
        (true, _) if answer.mix.extents.iter().all(|extent| *extent == 0.0) => Text::new(
            format!("不需要任何有费用的措施，{zh_targets} 已达标（{zh_at}）。"),
            format!("{targets}: met {en_at} without any of the measures that cost."),
        ),
        (true, _) => Text::new(
            format!(
                "“{}”中最省的组合使{targets}达标（{zh_at}），报告期内费用 {}；全部措施足额实施为 {}。",
                name.zh, spent.zh, full.zh
            ),
            format!(
                "The cheapest mix of `{}` that was found meets {targets} {en_at} for {} over the report; all measures in full cost {}.",
                name.en, spent.en, full.en
            ),
        ),
        (false, true) => Text::new(
            format!("按计划可达到 {zh_targets}，但水流模型判定该组合仍不足。"),
            format!("On the plan a mix meets {targets}, but the flow model still finds it short."),
        ),
        (false, false) => Text::new(
            format!("即使全部措施足额实施，{zh_targets} 也不能全部达标（{zh_at}）；所示为差额最小的组合。"),
            format!(
                "Not even all measures in full meet {targets} {en_at}; shown is the mix that lacks least."
            ),
        ),
    };
    for (ruling, price) in question.asked.iter().zip(&answer.mix.prices) {
        let Some(price) = price.filter(|price| answer.met && *price > 0.0) else { continue };
        let name = full_name(ruling);
        text.zh.push_str(&format!("{name} 每多 1 m³/a 余量，报告期内约需 {price:.2} 元。"));
        text.en.push_str(&format!(
            " One more m³ a year of margin at {name} would cost some {price:.2} yuan over the report."
        ));
    }
    if let [Some(down), Some(up)] = answer.mix.ends
        && (down - up).abs() > 0.01 * down.max(up)
    {
        let (least, most) = (money_in_all(sharp(down.min(up))), money_in_all(sharp(down.max(up))));
        text.zh.push_str(&format!(
            "两个搜索方向结果不同（{} 与 {}），取较省者；未证明全局最优。",
            least.zh, most.zh
        ));
        text.en.push_str(&format!(
            " The search from the other side ended at {} instead of {}: there is more than one cheapest mix nearby.",
            most.en, least.en
        ));
    }
    text
}

fn sharp(value: f64) -> Money {
    Money { low: value, value, high: value }
}

/// Prints the answer.
pub(super) fn say(
    question: &Question,
    answer: &Answer,
    written: Option<&Path>,
    arguments: &MixArguments,
) -> Result<(), CommandError> {
    let language = Language::from(arguments.printing.lang);
    let rows = rows(question, answer);
    let total = cost(question, &question.at(&answer.mix.extents), &answer.said);
    let said = sentences(question, answer, total);
    let kept: Vec<&str> = (question.scenario.measures.iter())
        .map(|measure| measure.id.as_str())
        .filter(|id| !question.mixes(id))
        .collect();
    if arguments.printing.format == Format::Json {
        let targets = question.rulings(&answer.said).flatten().zip(&answer.mix.prices);
        let targets: Vec<_> = targets
            .map(|(ruling, price)| {
                json!({ "id": ruling.id, "scope": ruling.scope, "test": ruling.test, "by": ruling.by, "status": ruling.status,
                        "value": ruling.value, "threshold": ruling.threshold, "unit": ruling.unit,
                        "worst_margin_m3": ruling.worst_margin_m3, "yuan_for_one_more_m3": price })
            })
            .collect();
        let measures: Vec<_> = (rows.iter())
            .map(|row| json!({ "id": row.id, "title": row.title, "extent": row.extent, "cost": row.cost }))
            .collect();
        let document = json!({
            "scenario": question.scenario.name,
            "met": answer.met,
            "judged_at": if question.terms.at_ends { "ends" } else { "value" },
            "cell_m": question.terms.cell,
            "targets": targets,
            "measures": measures,
            "kept": kept,
            "yuan": total,
            "yuan_in_full": answer.in_full,
            "from_all_and_from_none": answer.mix.ends,
            "sought": answer.sought,
            "plans": answer.mix.tried,
            "sentence": said,
            "written": written,
        });
        let text = serde_json::to_string_pretty(&document)
            .map_err(|error| CommandError::Failed(format!("cannot put the mix into JSON: {error}")))?;
        result(&text);
        return Ok(());
    }
    let shown: Vec<MixRow<'_>> = (rows.iter())
        .map(|row| MixRow { id: &row.id, title: &row.title, extent: row.extent, cost: row.cost.as_ref() })
        .collect();
    let mut text = mix_table(&shown, language, terminal_width());
    text.push('\n');
    for ruling in question.rulings(&answer.said).flatten() {
        text.push_str(&stands(ruling, language));
        if ruling.status == Status::Undetermined {
            text.push_str(language.pick("（两端不一致）", " (the ends disagree)"));
        }
        text.push('\n');
    }
    text.push_str(language.pick(&said.zh, &said.en));
    if !kept.is_empty() {
        let kept = kept.join(", ");
        text.push_str(
            language.pick("\n保持原样（未列费用）：", "\nas the scenario states them, not mixed: "),
        );
        text.push_str(&kept);
    }
    if arguments.out.is_some() && written.is_none() {
        text.push_str(language.pick("\n未写出情景文件。", "\nNo scenario was written."));
    }
    if let Some(path) = written {
        text.push_str(&format!("\n{} {}", language.pick("情景文件：", "scenario:"), path.display()));
    }
    result(&text);
    Ok(())
}
