//! Every figure of the page, by its id.

use quanyu_policy::Text;

use plotters::style::RGBColor;

use super::draw::{Bar, Chart, Column, Dot, Level, Line, MapFrame, MapView, PALETTE, Tornado};
use super::gather::{Findings, GroupView, PageError, RunView, Yearly};
use super::words::{Unit, word};
use crate::Language;

/// Colour of what was published.
const PUBLISHED: RGBColor = RGBColor(150, 150, 150);
/// Colour of what is assumed beside it.
const ASSUMED: RGBColor = RGBColor(205, 205, 205);
/// Size of a chart beside others \[px\].
const HALF: (u32, u32) = (560, 290);
/// First year of level charts.
const LEVELS_FROM: f64 = 2000.0;

/// Any figure.
#[derive(Clone, Debug)]
pub(crate) enum Figure {
    /// Over the years.
    Chart(Chart),
    /// Bars to either side.
    Tornado(Tornado),
    /// A map.
    Map {
        /// Its id.
        id: String,
        /// Which frame.
        frame: MapFrame,
    },
}

impl Figure {
    /// Its id.
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Chart(chart) => &chart.id,
            Self::Tornado(tornado) => &tornado.id,
            Self::Map { id, .. } => id,
        }
    }
}

/// All figures that have something to show.
pub(crate) fn all(findings: &Findings) -> Vec<Figure> {
    let mut charts = vec![cap(findings)];
    charts.extend(stacks(findings));
    charts.extend(budgets(findings));
    charts.extend(storage(findings));
    charts.extend(springs(findings));
    charts.extend(levels(findings));
    let mut all: Vec<Figure> = charts.into_iter().filter(Chart::has_marks).map(Figure::Chart).collect();
    all.extend(influences(findings).into_iter().map(Figure::Tornado));
    all.extend(findings.maps.frames.iter().map(|frame| Figure::Map {
        id: format!("map-{}-{}", findings.runs[frame.run].name(), frame.year),
        frame: MapFrame { run: frame.run, year: frame.year },
    }));
    all
}

fn points(years: &Yearly) -> Vec<(f64, f64)> {
    years.iter().map(|(year, value)| (f64::from(*year), *value)).collect()
}

/// Abstraction of the city on the statistical basis by year.
pub(crate) fn abstraction(run: &RunView) -> Yearly {
    let sum = |year: i16| run.ledger.sum(year, GroupView::statistical, |entry| entry.delivered);
    run.ledger.years.iter().map(|year| (*year, sum(*year))).collect()
}

/// The part of a run's abstraction that a published sum covers, by year.
pub(crate) fn published(run: &RunView) -> Yearly {
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
        size: (760, 300),
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

/// Terms of the water budget, in the order in which they are stacked.
const TERMS: [&str; 6] = ["recharge", "rivers", "boundary", "springs", "wells", "mine-drainage"];

fn budgets(findings: &Findings) -> Vec<Chart> {
    let storage = |run: &RunView| -> Yearly {
        let (elastic, drainable) = (run.budget.get("elastic-storage"), run.budget.get("drainable-storage"));
        let (Some(elastic), Some(drainable)) = (elastic, drainable) else { return Vec::new() };
        elastic.iter().zip(drainable).map(|((year, one), (_, other))| (*year, one + other)).collect()
    };
    let ends = |years: &[&Yearly]| -> Vec<f64> {
        let mut sums: std::collections::BTreeMap<i16, (f64, f64)> = std::collections::BTreeMap::new();
        for (year, value) in years.iter().copied().flatten() {
            let sum = sums.entry(*year).or_default();
            if *value > 0.0 { sum.0 += value } else { sum.1 += value }
        }
        let (from, to) = findings.base().basis.report;
        sums.range(from..=to).flat_map(|(_, (up, down))| [*up, *down]).collect()
    };
    let own = |run: &RunView| -> Vec<(String, Yearly)> {
        let mut terms: Vec<(String, Yearly)> = TERMS
            .iter()
            .filter_map(|term| Some(((*term).to_owned(), run.budget.get(*term)?.clone())))
            .filter(|(_, years)| years.iter().any(|(_, value)| value.abs() > 1.0))
            .collect();
        terms.push(("storage".into(), storage(run)));
        terms
    };
    let reach: Vec<f64> = findings
        .runs
        .iter()
        .flat_map(|run| ends(&own(run).iter().map(|(_, years)| years).collect::<Vec<_>>()))
        .collect();
    let span =
        reach.iter().fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(*value), high.max(*value)));
    let (from, to) = findings.base().basis.report;
    let charts = findings.runs.iter().map(|run| {
        let columns = own(run).into_iter().map(|(term, years)| Column {
            name: word(&term),
            colour: term_colour(&term),
            alpha: 0.85,
            points: points(&years),
        });
        let title = run.title();
        Chart {
            id: format!("budget-{}", run.name()),
            title: Text::new(format!("水量均衡：{}", title.zh), format!("Water budget: {}", title.en)),
            unit: Unit::volume(span.1, true),
            years: (f64::from(from), f64::from(to)),
            columns: columns.collect(),
            lines: Vec::new(),
            levels: Vec::new(),
            dots: Vec::new(),
            reach: vec![span.0, span.1],
            size: HALF,
        }
    });
    charts.collect()
}

fn term_colour(term: &str) -> RGBColor {
    match term {
        "recharge" => PALETTE[1],
        "rivers" => PALETTE[5],
        "springs" => PALETTE[3],
        "wells" => PALETTE[2],
        "mine-drainage" => PALETTE[0],
        "storage" => PALETTE[6],
        _ => PALETTE[4],
    }
}

/// Storage of each basin since the report began, cumulative.
fn storage(findings: &Findings) -> Vec<Chart> {
    let (from, to) = findings.base().basis.report;
    let basins: Vec<String> = findings.base().storage_loss.keys().cloned().collect();
    let charts = basins.into_iter().map(|basin| {
        let name = findings.places.name("spring-basin", &basin);
        let lines = findings.runs.iter().enumerate().map(|(series, run)| {
            let mut sum = 0.0;
            let years = run.storage_loss.get(&basin).into_iter().flatten().filter(|(year, _)| *year >= from);
            let points = years.map(|(year, loss)| {
                sum -= loss;
                (f64::from(*year), sum)
            });
            Line { name: run.title(), series, points: points.collect(), band: Vec::new() }
        });
        let lines: Vec<Line> = lines.collect();
        let largest =
            lines.iter().flat_map(|line| &line.points).map(|(_, value)| value.abs()).fold(0.0, f64::max);
        Chart {
            id: format!("storage-{basin}"),
            title: Text::new(
                format!("{}：储量累计变化（自{from}年起）", name.zh),
                format!("{}: storage, change since {from}", name.en),
            ),
            unit: Unit::volume(largest, false),
            years: (f64::from(from), f64::from(to)),
            columns: Vec::new(),
            lines,
            levels: Vec::new(),
            dots: Vec::new(),
            reach: vec![0.0],
            size: HALF,
        }
    });
    charts.collect()
}

fn springs(findings: &Findings) -> Vec<Chart> {
    let base = findings.base();
    let charts = findings.places.of("spring").map(|place| {
        let lines = findings.runs.iter().enumerate().map(|(series, run)| {
            let bands = findings.batch.iter().flat_map(|batch| &batch.bands);
            let own = bands.filter(|band| band.spring == place.id && band.scenario == run.name());
            let band =
                if series == 0 { own.flat_map(|band| band.years.clone()).collect() } else { Vec::new() };
            Line {
                name: run.title(),
                series,
                points: run.spring_flow.get(&place.id).map(points).unwrap_or_default(),
                band,
            }
        });
        let floor = base
            .basis
            .springs
            .iter()
            .find(|spring| spring.id == place.id)
            .and_then(|spring| spring.floor_m3_s);
        let marks =
            base.basis.marks.iter().filter(|mark| mark.quantity == "spring-flow" && mark.place == place.id);
        let first =
            base.spring_flow.get(&place.id).and_then(|years| years.first()).map_or(2000, |(year, _)| *year);
        Chart {
            id: format!("spring-{}", place.id),
            title: place.name.clone(),
            unit: Unit::Plain("m³/s", "m³/s"),
            years: (f64::from(first), f64::from(base.basis.report.1)),
            columns: Vec::new(),
            lines: lines.collect(),
            levels: floor
                .map(|value| Level {
                    name: Text::new("储量检验的下限", "floor of the storage test"), value
                })
                .into_iter()
                .collect(),
            dots: marks
                .map(|mark| Dot {
                    name: Text::new("公布值及其范围", "published, with its range"),
                    years: (f64::from(mark.from), f64::from(mark.to)),
                    value: mark.value,
                    range: (mark.low.unwrap_or(mark.value), mark.high.unwrap_or(mark.value)),
                })
                .collect(),
            reach: vec![0.0],
            size: HALF,
        }
    });
    charts.collect()
}

fn levels(findings: &Findings) -> Vec<Chart> {
    let base = findings.base();
    let charts = base.levels.keys().map(|column| {
        let name = match column.strip_prefix("zone-mean:") {
            Some(zone) => {
                let name = findings.places.name("zone", zone);
                Text::new(format!("{}：平均岩溶水位", name.zh), format!("{}: mean karst level", name.en))
            }
            None => {
                let name = findings.places.name("observation", column);
                Text::new(
                    format!("{}：模拟水位（虚拟观测点）", name.zh),
                    format!("{}: modelled level, virtual point", name.en),
                )
            }
        };
        let lines = findings.runs.iter().enumerate().map(|(series, run)| Line {
            name: run.title(),
            series,
            points: run.levels.get(column).map(points).unwrap_or_default(),
            band: Vec::new(),
        });
        Chart {
            id: format!("level-{}", column.replace(':', "-")),
            title: name,
            unit: Unit::Plain("m（海拔）", "m above sea level"),
            years: (LEVELS_FROM, f64::from(base.basis.report.1)),
            columns: Vec::new(),
            lines: lines.collect(),
            levels: Vec::new(),
            dots: Vec::new(),
            reach: Vec::new(),
            size: HALF,
        }
    });
    charts.collect()
}

/// What moves the required rulings of each scenario of a batch.
fn influences(findings: &Findings) -> Vec<Tornado> {
    let Some(batch) = &findings.batch else { return Vec::new() };
    let mut all = Vec::new();
    for own in &batch.scenarios {
        for (odds, moved_by) in own
            .odds
            .iter()
            .zip(&own.moved_by)
            .filter(|(odds, moved)| odds.judged.required && !moved.is_empty())
        {
            let judged = &odds.judged;
            let target = super::rulings::test_name(&judged.test);
            let bars = moved_by.iter().map(|influence| Bar {
                name: super::assumptions::figure_name(&influence.factor),
                value: influence.correlation,
            });
            all.push(Tornado {
                id: format!("influence-{}-{}", own.name, judged.test),
                title: Text::new(
                    format!("{}：{}", own.title.zh, target.zh),
                    format!("{}: {}", own.title.en, target.en),
                ),
                bars: bars.collect(),
            });
        }
    }
    all
}

/// A figure as SVG, in both languages or in one.
///
/// # Errors
/// Where it cannot be drawn.
pub(crate) fn svg(findings: &Findings, figure: &Figure, only: Option<Language>) -> Result<String, PageError> {
    let drawn = match figure {
        Figure::Chart(chart) => chart.svg(only),
        Figure::Tornado(tornado) => tornado.svg(only),
        Figure::Map { frame, .. } => {
            Ok(MapView { places: &findings.places, maps: &findings.maps }.svg(*frame, only))
        }
    };
    drawn.map_err(|text| PageError::Drawing(format!("{}: {text}", figure.id())))
}
