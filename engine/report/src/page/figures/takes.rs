//! Who takes how much: the cap by year, sectors and counties, and the wedges that the measures cut.

use plotters::style::RGBColor;
use quanyu_policy::Text;

use super::{HALF, points};
use crate::page::draw::{Chart, Column, Level, Line, PALETTE};
use crate::page::gather::{Findings, GroupView, RunView, Yearly};
use crate::page::words::{Unit, word};

/// Colour of what was published.
const PUBLISHED: RGBColor = RGBColor(150, 150, 150);
/// Colour of what is assumed beside it.
const ASSUMED: RGBColor = RGBColor(205, 205, 205);
/// Size of the chart of the cap \[px\].
const WIDE: (u32, u32) = (760, 300);

/// Charts of what is taken.
pub(super) fn charts(findings: &Findings) -> Vec<Chart> {
    let mut charts = vec![cap(findings)];
    charts.extend(stacks(findings));
    charts.extend(findings.runs.iter().filter_map(|run| wedge(findings, run)));
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
