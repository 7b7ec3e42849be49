//! The page's data block: every number that the page shows or reckons with, as JSON inside an inert script element.

use std::collections::BTreeMap;

use maud::Markup;
use quanyu_files::RunBasis;
use quanyu_policy::{Text, Verdict};
use serde::Serialize;
use serde_json::{Value, json};

use super::assumptions::figure_name;
use super::draw::Chart;
use super::figures::Figure;
use super::gather::{Findings, MembersOnly, YearEntry};
use super::rulings::{answered, last_asked, leading};
use super::sections::{GRADES, cause_name, grade_name, key_years};
use super::stock::{Stock, packed};
use super::words::{cleaned, round, word};

/// The data block.
#[derive(Debug, Default, Serialize)]
struct Data<'a> {
    version: &'a str,
    shown: usize,
    runs: Vec<RunData<'a>>,
    years: Vec<i16>,
    groups: Vec<Value>,
    words: BTreeMap<String, Text>,
    charts: BTreeMap<&'a str, Value>,
    assumptions: Vec<Value>,
    sources: BTreeMap<&'a str, &'a str>,
    map_years: &'a [i16],
}

#[derive(Debug, Serialize)]
struct RunData<'a> {
    name: &'a str,
    title: Text,
    /// Of a packed run no more than the dates that its numbers are traced by: the whole goes with it.
    verdict: Value,
    /// `None` where they go with the packed run.
    #[serde(flatten)]
    own: Option<OwnData>,
}

/// What the page needs of a run only while it is in view.
#[derive(Debug, Serialize)]
struct OwnData {
    /// Per warning of the verdict: zone, year, grade, what gives it, overdraft, fall of the level, decay of the springs.
    warnings: Vec<Value>,
    /// Per field: per group, each year's volume less that of the year before [L], without zeros at the end; `null` where a group's
    /// row is the first run's. What is delivered is the rest.
    ledger: BTreeMap<&'static str, Vec<Option<Vec<i64>>>>,
    /// Of the years that the page names measures of: year, measure or project, and by number of the group what it saves, replaces or
    /// leaves unmet there \[L\].
    causes: BTreeMap<i16, BTreeMap<String, CauseData>>,
}

#[derive(Debug, Serialize)]
struct CauseData {
    name: Text,
    rows: Vec<(usize, i64)>,
}

/// A packed run: parts of the page, in its order, and data.
#[derive(Debug, Serialize)]
struct Packed<'a> {
    parts: Vec<String>,
    charts: BTreeMap<&'a str, Value>,
    verdict: Value,
    #[serde(flatten)]
    own: OwnData,
}

type Field = (&'static str, fn(&YearEntry) -> i64);

const FIELDS: [Field; 4] = [
    ("demanded", |entry| entry.demanded),
    ("saved", |entry| entry.saved),
    ("substituted", |entry| entry.substituted),
    ("unmet", |entry| entry.unmet),
];

/// Rulings without their sentences, which stand in the page, and without what is not there.
fn bare(verdict: &Verdict) -> Value {
    let targets = verdict.targets.iter().map(|ruling| {
        let scope = json!({ "kind": ruling.scope.kind, "id": ruling.scope.id });
        let all = json!({
            "id": ruling.id, "scope": scope, "test": ruling.test, "required": ruling.required, "status": ruling.status,
            "value": ruling.value, "threshold": ruling.threshold, "unit": ruling.unit, "margin_m3": ruling.margin_m3,
            "by": ruling.by, "first_met": ruling.first_met, "break_even": ruling.break_even, "band": ruling.band,
        });
        match all {
            Value::Object(fields) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
            other => other,
        }
    });
    json!({ "targets": targets.collect::<Vec<Value>>(), "costs": verdict.costs })
}

/// Which takes are judged of which years.
fn dates(verdict: &Verdict) -> Value {
    let judged = verdict.targets.iter().filter(|own| own.test.starts_with("cap") || own.test == "allowable");
    let targets = judged.map(|own| {
        let scope = json!({ "kind": own.scope.kind, "id": own.scope.id });
        json!({ "id": own.id, "scope": scope, "test": own.test, "by": own.by })
    });
    json!({ "targets": targets.collect::<Vec<Value>>() })
}

fn warnings(verdict: &Verdict) -> Vec<Value> {
    let rows = verdict.warnings.iter().map(|warning| {
        let short = |value: Option<f64>| value.map(|value| round(value, 4));
        json!([
            warning.scope.id,
            warning.year,
            warning.grade,
            warning.by.join(";"),
            short(warning.overdraft),
            short(warning.level_fall),
            short(warning.spring_decay)
        ])
    });
    rows.collect()
}

/// Each value less the one before, without zeros at the end.
fn steps(values: &[i64]) -> Vec<i64> {
    let before = std::iter::once(0).chain(values.iter().copied());
    let mut steps: Vec<i64> = values.iter().zip(before).map(|(value, before)| value - before).collect();
    while steps.last() == Some(&0) {
        steps.pop();
    }
    steps
}

/// The data as JSON in which no `<` stands, so that nothing in it can end the element that holds it.
///
/// # Errors
/// Where the data cannot be put into JSON.
pub(crate) fn block(
    findings: &Findings,
    figures: &[Figure],
    stock: &Stock,
) -> Result<String, serde_json::Error> {
    let base = findings.base();
    let runs = findings.runs.iter().enumerate().map(|(number, run)| RunData {
        name: run.name(),
        title: cleaned(&run.title()),
        verdict: if stock.packs(number) { dates(&run.verdict) } else { bare(&run.verdict) },
        own: (!stock.packs(number)).then(|| own(findings, number)),
    });
    let mut words = BTreeMap::new();
    for group in &base.ledger.groups {
        for id in [&group.sector, &group.owner, &group.booking] {
            words.insert(id.clone(), word(id));
        }
    }
    for (prefix, kind) in [("county", "county"), ("zone", "zone"), ("basin", "spring-basin")] {
        for place in findings.places.of(kind) {
            words.insert(format!("{prefix}:{}", place.id), place.name.clone());
        }
    }
    sureness(&mut words);
    for grade in GRADES {
        if let Ok(Value::String(id)) = serde_json::to_value(grade) {
            words.insert(format!("grade:{id}"), grade_name(grade));
        }
    }
    let groups = base.ledger.groups.iter().map(|group| {
        json!({ "id": group.id, "name": cleaned(&group.name), "county": group.county, "basin": group.basin, "zones": group.zones,
                "sector": group.sector, "owner": group.owner, "kind": group.kind, "booking": group.booking })
    });
    let data = Data {
        version: &base.record.version,
        shown: leading(findings),
        runs: runs.collect(),
        years: shown_years(findings).iter().map(|place| base.ledger.years[*place]).collect(),
        groups: groups.collect(),
        words,
        charts: charts(figures, |id| stock.chart_of(id).is_none())?,
        assumptions: assumptions(&base.basis),
        sources: sources(&base.basis),
        map_years: &findings.maps.years,
    };
    json_text(&data)
}

/// Places in the ledger of the years that the page shows.
fn shown_years(findings: &Findings) -> Vec<usize> {
    let years = &findings.base().ledger.years;
    let (from, to) = super::figures::years(findings);
    (0..years.len()).filter(|place| (from..=to).contains(&f64::from(years[*place]))).collect()
}

/// Early warning and ledger of a run.
fn own(findings: &Findings, number: usize) -> OwnData {
    let base = findings.base();
    let shown = shown_years(findings);
    let sums = |run: usize, field: fn(&YearEntry) -> i64| -> Vec<Vec<i64>> {
        let own = &findings.runs[run].ledger;
        // Groups by their id: scenarios of one basin have the same, in the same order, but nothing rests on that.
        let each = base.ledger.groups.iter().map(|group| {
            let place = own.groups.iter().position(|other| other.id == group.id);
            let at = |year: &usize| {
                let year = own.year(base.ledger.years[*year]);
                place.zip(year).map_or(0, |(group, year)| field(&own.entries[group][year]))
            };
            shown.iter().map(at).collect()
        });
        each.collect()
    };
    let fields = FIELDS.iter().map(|(name, field)| {
        let (own, first) = (sums(number, *field), sums(0, *field));
        let rows =
            own.iter().zip(&first).map(|(own, first)| (number == 0 || own != first).then(|| steps(own)));
        (*name, rows.collect())
    });
    OwnData {
        warnings: warnings(&findings.runs[number].verdict),
        ledger: fields.collect(),
        causes: causes(findings, number),
    }
}

/// What each measure and project of a run brings, group by group.
fn causes(findings: &Findings, number: usize) -> BTreeMap<i16, BTreeMap<String, CauseData>> {
    let (base, run) = (findings.base(), &findings.runs[number]);
    let asked: Vec<i16> = [Some(last_asked(findings)), answered(run)].into_iter().flatten().collect();
    // Of other years the page names only what projects bring under the scenario that it leads with.
    let others = if number == leading(findings) { key_years(findings) } else { Vec::new() };
    let of_year = |year: i16| -> Option<(i16, BTreeMap<String, CauseData>)> {
        let own = &run.ledger.by_group[run.ledger.year(year)?];
        let named = |cause: &str| {
            cause.starts_with("project:") || (cause.starts_with("measure:") && asked.contains(&year))
        };
        let each = own.iter().filter(|(cause, _)| named(cause));
        let named = each.map(|(cause, groups)| {
            let rows = groups.iter().filter_map(|(group, volume)| {
                let id = &run.ledger.groups[*group].id;
                Some((base.ledger.groups.iter().position(|other| other.id == *id)?, *volume))
            });
            (cause.clone(), CauseData { name: cleaned(&cause_name(run, cause)), rows: rows.collect() })
        });
        Some((year, named.collect()))
    };
    asked.iter().copied().chain(others).filter_map(of_year).collect()
}

/// The elements that hold the packed runs.
///
/// # Errors
/// Where the data cannot be put into JSON.
pub(crate) fn packed_runs(
    findings: &Findings,
    figures: &[Figure],
    stock: &Stock,
) -> Result<Vec<Markup>, serde_json::Error> {
    let runs = (0..findings.runs.len()).filter(|number| stock.packs(*number));
    let each = runs.map(|number| {
        let charts = charts(figures, |id| stock.chart_of(id) == Some(number))?;
        let verdict = bare(&findings.runs[number].verdict);
        packed(number, &Packed { parts: stock.parts(number), charts, verdict, own: own(findings, number) })
    });
    each.collect()
}

/// The data of a batch by itself.
///
/// # Errors
/// Where the data cannot be put into JSON.
pub(crate) fn members_block(members: &MembersOnly, figures: &[Figure]) -> Result<String, serde_json::Error> {
    let mut words = BTreeMap::new();
    sureness(&mut words);
    json_text(&Data {
        version: &members.batch.version,
        words,
        charts: charts(figures, |_| true)?,
        assumptions: assumptions(&members.basis),
        sources: sources(&members.basis),
        ..Data::default()
    })
}

fn json_text(data: &Data<'_>) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string(data)?.replace('<', "\\u003c"))
}

fn sureness(words: &mut BTreeMap<String, Text>) {
    for sureness in ["quoted", "computed", "inferred", "assumed"] {
        words.insert(format!("sure:{sureness}"), word(sureness));
    }
}

fn charts(
    figures: &[Figure],
    wanted: impl Fn(&str) -> bool,
) -> Result<BTreeMap<&str, Value>, serde_json::Error> {
    let charts = figures.iter().filter_map(|figure| match figure {
        Figure::Chart(chart) => wanted(&chart.id).then_some(chart),
        Figure::Tornado(_) | Figure::Map { .. } => None,
    });
    charts.map(|chart: &Chart| Ok((chart.id.as_str(), serde_json::to_value(chart.data())?))).collect()
}

fn assumptions(basis: &RunBasis) -> Vec<Value> {
    let each = basis.figures.iter().map(|figure| {
        json!([
            figure.id,
            figure_name(&figure.id, &basis.names),
            figure.value,
            figure.low,
            figure.high,
            figure.unit,
            figure.sureness,
            figure.source
        ])
    });
    each.collect()
}

fn sources(basis: &RunBasis) -> BTreeMap<&str, &str> {
    basis.sources.iter().map(|source| (source.id.as_str(), source.citation.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_the_ledger_is_the_steps_between_its_years() {
        assert_eq!(steps(&[5, 5, 8, 2, 2]), [5, 0, 3, -6]);
        assert_eq!(steps(&[0, 0]), [0i64; 0]);
    }
}
