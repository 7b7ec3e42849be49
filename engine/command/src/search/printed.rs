//! What a search prints.

use quanyu_files::{quantity_unit, show_quantity};
use quanyu_policy::{Least, Status, Text};
use quanyu_report::{Language, search_table, shown_value};
use serde_json::json;

use super::Answer;
use super::question::Question;
use super::trial::{Means, Trials, Tried};
use crate::arguments::{Format, SearchArguments};
use crate::outcome::CommandError;
use crate::progress::{result, terminal_width};
use crate::until::full_name;

/// One trial, as it is said while the search goes on.
pub(super) fn line(question: &Question, tried: &Tried, value: f64) -> String {
    let [value, verdict, judged, means] = cells(question, tried, value, Language::En);
    format!("{} = {value}: {verdict}, {judged} ({means})", question.variable.name())
}

fn cells(question: &Question, tried: &Tried, value: f64, language: Language) -> [String; 4] {
    let verdict = match (tried.status, tried.error) {
        (Some(status), _) => match status {
            Status::Met => language.pick("达标", "met").to_owned(),
            Status::Missed => language.pick("未达标", "missed").to_owned(),
            Status::Undetermined => language.pick("无法判定", "undetermined").to_owned(),
        },
        (None, error) => format!("{:.1} ± {:.1} %", tried.met * 100.0, error.unwrap_or(0.0) * 100.0),
    };
    let judged = tried
        .value
        .map_or_else(|| "–".to_owned(), |value| shown_value(value, &question.ruling.unit, language));
    let means = match tried.by {
        Means::FlowModel => language.pick("水流模型", "flow model"),
        Means::Plan => language.pick("仅按计划", "plan alone"),
    };
    [show_quantity(value, question.variable.quantity), verdict, judged, means.to_owned()]
}

/// The answer in a sentence.
fn sentence(question: &Question, answer: &Answer) -> Text {
    let name = question.variable.name();
    let show = |value: f64| show_quantity(value, question.variable.quantity);
    let ruling = &question.ruling;
    let target = full_name(ruling);
    let (zh_by, en_by) = match &question.members {
        Some(members) => {
            let share = members.wanted * 100.0;
            (format!("至少{share:.0} %的样本"), format!(" in at least {share:.0} % of the members"))
        }
        None if question.terms.at_ends => {
            ("假定区间两端一致".into(), " at both ends of the assumed ranges".to_owned())
        }
        None => ("按最佳取值".into(), " at the best figures".to_owned()),
    };
    let mut text = match answer.found.least {
        Least::At { value, short } => Text::new(
            format!("{name} = {}即可达到{target}（{zh_by}）；{}尚不够。", show(value), show(short)),
            format!("{name} = {} is enough for {target}{en_by}; {} is not yet.", show(value), show(short)),
        ),
        Least::AtOnce => Text::new(
            format!("{name}取最松一端（{}）时{target}已达标（{zh_by}）。", show(answer.settings.lax)),
            format!("{target} is met at the laxest end of {name}, {}{en_by}.", show(answer.settings.lax)),
        ),
        Least::Nowhere => Text::new(
            format!("{name}直到{}都达不到{target}（{zh_by}）。", show(answer.settings.strict)),
            format!("No value of {name} up to {} meets {target}{en_by}.", show(answer.settings.strict)),
        ),
    };
    if !answer.found.turns_once() {
        text.zh.push_str("注意：更严的取值反而不达标，结果不是单调的，所给为第一个达标处。");
        text.en.push_str(
            " Beware: it is not monotone; at a stricter value that was tried it fails again, and the answer is the first turn.",
        );
    }
    text
}

/// Prints the answer with all its trials.
pub(super) fn say(
    question: &Question,
    trials: &Trials<'_>,
    answer: &Answer,
    arguments: &SearchArguments,
) -> Result<(), CommandError> {
    let language = match arguments.printing.lang {
        crate::arguments::Language::En => Language::En,
        crate::arguments::Language::Zh => Language::Zh,
    };
    let (members, effective) = trials.size();
    if arguments.printing.format == Format::Json {
        let (kind, value, short) = match answer.found.least {
            Least::At { value, short } => ("at", Some(value), Some(short)),
            Least::AtOnce => ("at-once", Some(answer.settings.lax), None),
            Least::Nowhere => ("nowhere", None, None),
        };
        let rows: Vec<_> = (answer.found.trials.iter())
            .map(|trial| {
                json!({ "value": trial.value, "meets": trial.meets, "met": trial.outcome.met,
                        "status": trial.outcome.status, "error": trial.outcome.error,
                        "judged": trial.outcome.value, "margin_m3": trial.outcome.margin_m3,
                        "by": trial.outcome.by, "failed": trial.outcome.failed })
            })
            .collect();
        let document = json!({
            "scenario": question.scenario.name,
            "vary": question.variable.name(),
            "unit": quantity_unit(question.variable.quantity),
            "stated": question.variable.value,
            "lax": answer.settings.lax,
            "strict": answer.settings.strict,
            "tolerance": answer.settings.tolerance,
            "target": { "id": question.ruling.id, "scope": question.ruling.scope, "test": question.ruling.test,
                        "by": question.ruling.by, "unit": question.ruling.unit },
            "judged_at": if question.members.is_some() { "members" } else if question.terms.at_ends { "ends" } else { "value" },
            "members": question.members.as_ref().map(|wanted| {
                json!({ "batch": wanted.batch.name, "number": members, "effective": effective, "wanted": wanted.wanted })
            }),
            "cell_m": question.terms.cell,
            "answer": { "kind": kind, "value": value, "short": short },
            "monotone": answer.found.turns_once(),
            "plan_between": answer.by_plan,
            "sentence": sentence(question, answer),
            "trials": rows,
        });
        let text = serde_json::to_string_pretty(&document)
            .map_err(|error| CommandError::Failed(format!("cannot put the search into JSON: {error}")))?;
        result(&text);
        return Ok(());
    }
    let rows: Vec<[String; 4]> = (answer.found.trials.iter())
        .map(|trial| cells(question, &trial.outcome, trial.value, language))
        .collect();
    let said = sentence(question, answer);
    let mut text = search_table(&question.variable.name(), &rows, language, terminal_width());
    text.push('\n');
    text.push_str(language.pick(&said.zh, &said.en));
    if let Some(wanted) = &question.members {
        text.push_str(&format!(
            "\n{} {members} ({}), {} {effective:.1}",
            language.pick("样本数", "members"),
            wanted.batch.name,
            language.pick("加权后的有效样本数", "effective after weighting")
        ));
    }
    if answer.by_plan && matches!(answer.found.least, Least::At { .. }) {
        text.push_str(language.pick(
            "\n两端和转折处的两侧由水流模型算出，其间按计划（供给比例取自最松一端）。",
            "\nBoth ends and both sides of the turn come from the flow model; between them as much of a plan is delivered as at the lax end.",
        ));
    }
    result(&text);
    Ok(())
}
