//! Who takes how much: the cap by year, sectors and counties, and the wedges that the measures cut.

use std::collections::BTreeMap;

use plotters::style::RGBColor;
use quanyu_policy::Text;

use super::{HALF, WIDE, points};
use crate::page::draw::{Chart, Column, Level, Line, PALETTE};
use crate::page::gather::{Findings, GroupView, RunView, YearEntry, Yearly};
use crate::page::sections::cause_name;
use crate::page::words::{Unit, word};

/// Colour of what was published.
const PUBLISHED: RGBColor = RGBColor(150, 150, 150);
/// Colour of what is assumed beside it.
const ASSUMED: RGBColor = RGBColor(205, 205, 205);

/// Charts of what is taken.
pub(super) fn charts(findings: &Findings) -> Vec<Chart> {
    let mut charts = vec![cap(findings)];
    charts.extend(stacks(findings));
    charts.extend(findings.runs.iter().filter_map(|run| wedge(findings, run)));
    charts.extend(findings.runs.iter().filter_map(|run| served(findings, run)));
    charts
}

/// Abstraction of the city on the statistical basis by year.
fn abstraction(run: &RunView) -> Yearly {
    let sum = |year: i16| run.ledger.sum(year, GroupView::statistical, |entry| entry.delivered);
    run.ledger.years.iter().map(|year| (*year, sum(*year))).collect()
}

/// The part of a run's abstraction that a published sum covers, by year.
fn published(run: &RunView) -> Yearly {
    let covered = |year: i16| {
        let sums = run.basis.published.iter().filter(|sum| (sum.from..=sum.to).contains(&year));
        let groups: Vec<&String> = sums.flat_map(|sum| &sum.groups).collect();
        let counts = |group: &GroupView| group.statistical() && groups.contains(&&group.id);
        run.ledger.sum(year, counts, |entry| entry.delivered)
    };
    run.ledger.years.iter().map(|year| (*year, covered(*year))).collect()
}

/// The cap \[m³/a\].
pub(crate) fn cap_of(findings: &Findings) -> Option<f64> {
    findings.runs.iter().find_map(|run| run.ruling("cap", "city")?.threshold)
}

/// First and last year shown: the report, from the first year of which a sum over the whole city was published.
pub(crate) fn years(findings: &Findings) -> (f64, f64) {
    let base = findings.base();
    let groups = base.ledger.groups.iter().filter(|group| group.statistical()).count();
    let whole =
        base.basis.published.iter().filter(|sum| sum.groups.len() == groups).map(|sum| sum.from).min();
    let (from, to) = base.basis.report;
    (f64::from(whole.map_or(from, |year| year.min(from))), f64::from(to))
}

fn cap_level(findings: &Findings) -> Vec<Level> {
    let name = Text::new("上限", "cap");
    cap_of(findings).map(|value| Level { name, value }).into_iter().collect()
}

fn cap(findings: &Findings) -> Chart {
    let base = findings.base();
    let (all, known) = (abstraction(base), published(base));
    let assumed: Yearly =
        all.iter().zip(&known).map(|((year, all), (_, known))| (*year, all - known)).collect();
    let column = |zh: &str, en: &str, colour, years: &Yearly| Column {
        name: Text::new(zh, en),
        colour,
        alpha: 1.0,
        points: points(years),
    };
    let lines = findings.runs.iter().enumerate().map(|(series, run)| Line {
        name: run.title(),
        series,
        points: points(&abstraction(run)),
        band: Vec::new(),
    });
    Chart {
        id: "cap".into(),
        title: Text::new(
            "全市地下水开采量与上限（统计口径）",
            "City groundwater abstraction against the cap, statistical basis",
        ),
        unit: Unit::volume(2e8, true),
        years: years(findings),
        columns: vec![
            column("现状：有公布数据", "as usual: published", PUBLISHED, &known),
            column("现状：假定", "as usual: assumed", ASSUMED, &assumed),
        ],
        lines: lines.collect(),
        levels: cap_level(findings),
        dots: Vec::new(),
        reach: Vec::new(),
        size: WIDE,
    }
}

/// A run's abstraction by sector and by county.
fn stacks(findings: &Findings) -> Vec<Chart> {
    let highest = findings.runs.iter().flat_map(abstraction).map(|(_, value)| value).fold(0.0_f64, f64::max);
    let base = findings.base();
    let mut sectors: Vec<String> = Vec::new();
    let mut counties: Vec<String> = Vec::new();
    for group in base.ledger.groups.iter().filter(|group| group.statistical()) {
        if !sectors.contains(&group.sector) {
            sectors.push(group.sector.clone());
        }
        if let Some(county) = group.county.as_ref().filter(|county| !counties.contains(county)) {
            counties.push(county.clone());
        }
    }
    let mut charts = Vec::new();
    for run in &findings.runs {
        let stack = |id: &str,
                     title: Text,
                     keys: &[String],
                     name: &dyn Fn(&str) -> Text,
                     key: &dyn Fn(&GroupView) -> String| {
            let columns = keys.iter().enumerate().map(|(place, of)| {
                let counts = |group: &GroupView| group.statistical() && key(group) == *of;
                let sum = |year: i16| run.ledger.sum(year, counts, |entry| entry.delivered);
                Column {
                    name: name(of),
                    colour: PALETTE[(place + 1) % PALETTE.len()],
                    alpha: 0.85,
                    points: run.ledger.years.iter().map(|year| (f64::from(*year), sum(*year))).collect(),
                }
            });
            Chart {
                id: format!("{id}-{}", run.name()),
                title,
                unit: Unit::volume(highest, true),
                years: years(findings),
                columns: columns.collect(),
                lines: Vec::new(),
                levels: cap_level(findings),
                dots: Vec::new(),
                reach: vec![highest],
                size: HALF,
            }
        };
        let title = run.title();
        let sector = Text::new(format!("按行业：{}", title.zh), format!("By sector: {}", title.en));
        charts.push(stack("sectors", sector, &sectors, &word, &|group| group.sector.clone()));
        let county = Text::new(format!("按县（市、区）：{}", title.zh), format!("By county: {}", title.en));
        let name = |id: &str| findings.places.name("county", id);
        charts.push(stack("counties", county, &counties, &name, &|group| {
            group.county.clone().unwrap_or_default()
        }));
    }
    charts
}

/// A measure's name, and what a m³ of it costs, where that is stated.
fn priced(run: &RunView, measure: &quanyu_files::Named) -> Text {
    let cost = run.verdict.costs.iter().find(|cost| cost.measure == measure.id);
    let each = cost.filter(|cost| cost.yuan_per_m3.is_some()).map(crate::cost_line::of_a_m3);
    each.map_or_else(
        || measure.name.clone(),
        |each| {
            Text::new(
                format!("{}，{}", measure.name.zh, each.zh),
                format!("{}, {}", measure.name.en, each.en),
            )
        },
    )
}

/// Measures and projects of a chart that have a layer of their own; the others share one.
const LAYERS: usize = 8;

/// What the ledger books of the demand that the cap counts: still taken, and above it what each measure and project brings, up to all
/// that is wanted.
fn served(findings: &Findings, run: &RunView) -> Option<Chart> {
    let ledger = &run.ledger;
    let (from, to) = findings.base().basis.report;
    let places: Vec<usize> =
        (0..ledger.years.len()).filter(|place| (from..=to).contains(&ledger.years[*place])).collect();
    let own = |cause: &str| cause.starts_with("measure:") || cause.starts_with("project:");
    let at = |place: usize, cause: &str| -> i64 {
        let groups = ledger.by_group[place].get(cause).into_iter().flatten();
        groups.filter(|(group, _)| ledger.groups[**group].statistical()).map(|(_, volume)| volume).sum()
    };
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for place in &places {
        for cause in ledger.by_group[*place].keys().filter(|cause| own(cause)) {
            *sums.entry(cause).or_default() += at(*place, cause);
        }
    }
    sums.retain(|_, volume| *volume > 0);
    if sums.is_empty() {
        return None;
    }
    let mut order: Vec<&str> = sums.keys().copied().collect();
    order.sort_by_key(|cause| (std::cmp::Reverse(sums[cause]), *cause));
    // One that is left would be named by "one other" in no less room.
    let layers = if order.len() == LAYERS + 1 { order.len() } else { order.len().min(LAYERS) };
    let (named, rest) = order.split_at(layers);
    let column = |name: Text, colour, alpha, of: &dyn Fn(usize) -> i64| Column {
        name,
        colour,
        alpha,
        points: places
            .iter()
            .map(|place| (f64::from(ledger.years[*place]), of(*place) as f64 / 1000.0))
            .collect(),
    };
    let all = |place: usize, of: fn(&YearEntry) -> i64| -> i64 {
        let counted = ledger.groups.iter().zip(&ledger.entries).filter(|(group, _)| group.statistical());
        counted.map(|(_, years)| of(&years[place])).sum()
    };
    let brought = |place: usize| order.iter().map(|cause| at(place, cause)).sum::<i64>();
    let taken = Text::new("仍开采", "still taken");
    let mut columns = vec![column(taken, ASSUMED, 0.9, &|place| all(place, |entry| entry.delivered))];
    for (number, cause) in named.iter().enumerate() {
        let cycle = PALETTE.len() - 1;
        let (colour, alpha) = (PALETTE[1 + number % cycle], if number < cycle { 0.9 } else { 0.45 });
        columns.push(column(cause_name(run, cause), colour, alpha, &|place| at(place, cause)));
    }
    if !rest.is_empty() {
        let name = Text::new(format!("其余 {} 项", rest.len()), format!("{} others", rest.len()));
        columns.push(column(name, PALETTE[0], 0.6, &|place| rest.iter().map(|cause| at(place, cause)).sum()));
    }
    let short = |place: usize| all(place, |entry| entry.demanded - entry.delivered) - brought(place);
    if places.iter().any(|place| short(*place) != 0) {
        let name = Text::new("与措施无关的缺口", "unmet for other reasons");
        columns.push(column(name, PALETTE[0], 0.9, &short));
    }
    let title = run.title();
    Some(Chart {
        id: format!("served-{}", run.name()),
        title: Text::new(
            format!("全市地下水：仍开采的，与各措施、工程替代或压减的（总账）：{}", title.zh),
            format!(
                "City groundwater: still taken, and what measures and projects bring (ledger): {}",
                title.en
            ),
        ),
        unit: Unit::volume(2e8, true),
        years: (f64::from(from), f64::from(to)),
        columns,
        lines: Vec::new(),
        levels: cap_level(findings),
        dots: Vec::new(),
        reach: Vec::new(),
        size: WIDE,
    })
}

/// What is still taken, and above it what each measure no longer takes, up to what would be taken without any.
fn wedge(findings: &Findings, run: &RunView) -> Option<Chart> {
    let first = run.attribution.iter().find(|row| row.measure == "all")?;
    let at = |measure: &str, of: fn(&crate::page::gather::AttributionRow) -> f64| -> Yearly {
        run.attribution.iter().filter(|row| row.measure == measure).map(|row| (row.year, of(row))).collect()
    };
    let column =
        |name: Text, colour, alpha, years: Yearly| Column { name, colour, alpha, points: points(&years) };
    let mut columns =
        vec![column(Text::new("仍开采", "still taken"), ASSUMED, 0.9, at("all", |row| row.all))];
    for (place, measure) in run.basis.measures.iter().enumerate() {
        // Where there are more measures than colours, they begin anew, paler.
        let cycle = PALETTE.len() - 1;
        let (colour, alpha) = (PALETTE[1 + place % cycle], if place < cycle { 0.9 } else { 0.45 });
        // Each measure is shown by what it brings on top of all others, so that the wedges add up with what is joint.
        columns.push(column(priced(run, measure), colour, alpha, at(&measure.id, |row| -row.on_top)));
    }
    columns.push(column(
        Text::new("多项措施共有", "shared by several measures"),
        PALETTE[0],
        0.9,
        at("all", |row| -row.joint),
    ));
    let title = run.title();
    let none = Line {
        name: Text::new("不采取任何措施", "without any measure"),
        series: 0,
        points: points(&at("all", |row| row.none)),
        band: Vec::new(),
    };
    Some(Chart {
        id: format!("wedge-{}", run.name()),
        title: Text::new(
            format!("各措施减少的全市开采量：{}", title.zh),
            format!("What each measure takes off the city's abstraction: {}", title.en),
        ),
        unit: Unit::volume(first.none.max(1e8), true),
        years: (f64::from(findings.base().basis.report.0), f64::from(findings.base().basis.report.1)),
        columns,
        lines: vec![none],
        levels: cap_level(findings),
        dots: Vec::new(),
        reach: Vec::new(),
        size: WIDE,
    })
}
