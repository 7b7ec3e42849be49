//! The page's data block: every number that the page shows or reckons with, as JSON inside an inert script element.

use std::collections::BTreeMap;

use quanyu_policy::{Ruling, Text, Verdict};
use serde::Serialize;
use serde_json::{Value, json};

use super::assumptions::figure_name;
use super::draw::Chart;
use super::figures::Figure;
use super::gather::{Findings, YearEntry};
use super::rulings::leading;
use super::words::word;

/// The data block.
#[derive(Debug, Serialize)]
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
    verdict: Verdict,
    /// Per field: per group, per year [L]; `null` where it is the first run's.
    ledger: BTreeMap<&'static str, Option<Vec<Vec<i64>>>>,
}

type Field = (&'static str, fn(&YearEntry) -> i64);

const FIELDS: [Field; 5] = [
    ("demanded", |entry| entry.demanded),
    ("saved", |entry| entry.saved),
    ("substituted", |entry| entry.substituted),
    ("delivered", |entry| entry.delivered),
    ("unmet", |entry| entry.unmet),
];

/// A verdict without its sentences: they stand in the page.
fn bare(verdict: &Verdict) -> Verdict {
    let strip =
        |ruling: &Ruling| Ruling { reason: Text::default(), title: Text::default(), ..ruling.clone() };
    Verdict { targets: verdict.targets.iter().map(strip).collect(), ..verdict.clone() }
}

/// The data as JSON in which no `<` stands, so that nothing in it can end the element that holds it.
///
/// # Errors
/// Where the data cannot be put into JSON.
pub(crate) fn block(findings: &Findings, figures: &[Figure]) -> Result<String, serde_json::Error> {
    let base = findings.base();
    let (from, to) = super::figures::years(findings);
    let shown: Vec<usize> = (0..base.ledger.years.len())
        .filter(|place| (from..=to).contains(&f64::from(base.ledger.years[*place])))
        .collect();
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
    let runs = findings.runs.iter().enumerate().map(|(number, run)| {
        let fields = FIELDS.iter().map(|(name, field)| {
            let own = sums(number, *field);
            (*name, (number == 0 || own != sums(0, *field)).then_some(own))
        });
        RunData {
            name: run.name(),
            title: run.title(),
            verdict: bare(&run.verdict),
            ledger: fields.collect(),
        }
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
    for sureness in ["quoted", "computed", "inferred", "assumed"] {
        words.insert(format!("sure:{sureness}"), word(sureness));
    }
    let groups = base.ledger.groups.iter().map(|group| {
        json!({ "id": group.id, "name": group.name, "county": group.county, "basin": group.basin, "zones": group.zones,
                "sector": group.sector, "owner": group.owner, "kind": group.kind, "booking": group.booking })
    });
    let charts = figures.iter().filter_map(|figure| match figure {
        Figure::Chart(chart) => Some(chart),
        Figure::Tornado(_) | Figure::Map { .. } => None,
    });
    let charts = charts.map(|chart: &Chart| Ok((chart.id.as_str(), serde_json::to_value(chart.data())?)));
    let assumptions = base.basis.figures.iter().map(|figure| {
        json!([
            figure.id,
            figure_name(&figure.id),
            figure.value,
            figure.low,
            figure.high,
            figure.unit,
            figure.sureness,
            figure.source
        ])
    });
    let data = Data {
        version: &base.record.version,
        shown: leading(findings),
        runs: runs.collect(),
        years: shown.iter().map(|place| base.ledger.years[*place]).collect(),
        groups: groups.collect(),
        words,
        charts: charts.collect::<Result<_, serde_json::Error>>()?,
        assumptions: assumptions.collect(),
        sources: base
            .basis
            .sources
            .iter()
            .map(|source| (source.id.as_str(), source.citation.as_str()))
            .collect(),
        map_years: &findings.maps.years,
    };
    Ok(serde_json::to_string(&data)?.replace('<', "\\u003c"))
}
