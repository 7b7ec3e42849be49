//! Where the water goes: budgets, storage, springs and levels.

use plotters::style::RGBColor;
use quanyu_policy::Text;

use super::{HALF, points};
use crate::page::draw::{Chart, Column, Dot, Level, Line, PALETTE};
use crate::page::gather::{Findings, RunView, Yearly};
use crate::page::words::{Unit, word};

/// Colour of what comes from the other basins.
const EXCHANGE: RGBColor = RGBColor(170, 170, 170);
/// First year of level charts.
const LEVELS_FROM: f64 = 2000.0;

/// Charts of what the aquifers do.
pub(super) fn charts(findings: &Findings) -> Vec<Chart> {
    [budgets(findings), storage(findings), springs(findings), levels(findings)].concat()
}

/// Terms of the water budget, in the order in which they are stacked.
const TERMS: [&str; 8] =
    ["recharge", "rivers", "boundary", "springs", "wells", "mine-drainage", "exchange", "storage"];

/// Signed and stacked, a chart for each basin and run; those of a basin have one scale.
fn budgets(findings: &Findings) -> Vec<Chart> {
    let (from, to) = findings.base().basis.report;
    let mut charts = Vec::new();
    for basin in findings.base().basin_budget.keys() {
        let name = findings.places.name("spring-basin", basin);
        let shown = |run: &RunView| -> Vec<(&str, Yearly)> {
            let Some(terms) = run.basin_budget.get(basin) else { return Vec::new() };
            let known = TERMS.iter().filter_map(|term| Some((*term, terms.get(*term)?.clone())));
            known.filter(|(_, years)| years.iter().any(|(_, value)| value.abs() > 1.0)).collect()
        };
        let own: Vec<_> = findings.runs.iter().map(shown).collect();
        let ends: Vec<f64> = own
            .iter()
            .flat_map(|terms| {
                (from..=to).flat_map(move |year| {
                    let at = |years: &Yearly| {
                        years.iter().find(|(known, _)| *known == year).map_or(0.0, |(_, value)| *value)
                    };
                    let values = || terms.iter().map(|(_, years)| at(years));
                    [values().filter(|value| *value > 0.0).sum(), values().filter(|value| *value < 0.0).sum()]
                })
            })
            .collect();
        let span =
            ends.iter().fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(*value), high.max(*value)));
        for (run, terms) in findings.runs.iter().zip(own) {
            let columns = terms.into_iter().map(|(term, years)| Column {
                name: word(term),
                colour: term_colour(term),
                alpha: 0.85,
                points: points(&years),
            });
            let title = run.title();
            charts.push(Chart {
                id: format!("budget-{basin}-{}", run.name()),
                title: Text::new(
                    format!("{}水量均衡：{}", name.zh, title.zh),
                    format!("{}, water budget: {}", name.en, title.en),
                ),
                unit: Unit::volume(span.1.max(-span.0), true),
                years: (f64::from(from), f64::from(to)),
                columns: columns.collect(),
                lines: Vec::new(),
                levels: Vec::new(),
                dots: Vec::new(),
                reach: vec![span.0, span.1],
                size: HALF,
            });
        }
    }
    charts
}

fn term_colour(term: &str) -> RGBColor {
    match term {
        "recharge" => PALETTE[1],
        "rivers" => PALETTE[5],
        "springs" => PALETTE[3],
        "wells" => PALETTE[2],
        "mine-drainage" => PALETTE[0],
        "storage" => PALETTE[6],
        "exchange" => EXCHANGE,
        _ => PALETTE[4],
    }
}

/// Storage of each basin: its change in every year, and the sum of those since the report began.
fn storage(findings: &Findings) -> Vec<Chart> {
    let (from, to) = findings.base().basis.report;
    let chart = |basin: &String, summed: bool| {
        let name = findings.places.name("spring-basin", basin);
        let lines = findings.runs.iter().enumerate().map(|(series, run)| {
            let mut sum = 0.0;
            let years = run.storage_loss.get(basin).into_iter().flatten().filter(|(year, _)| *year >= from);
            let points = years.map(|(year, loss)| {
                sum -= loss;
                (f64::from(*year), if summed { sum } else { -loss })
            });
            Line { name: run.title(), series, points: points.collect(), band: Vec::new() }
        });
        let lines: Vec<Line> = lines.collect();
        let largest =
            lines.iter().flat_map(|line| &line.points).map(|(_, value)| value.abs()).fold(0.0, f64::max);
        let title = match summed {
            true => Text::new(
                format!("{}：储量累计变化（自{from}年起）", name.zh),
                format!("{}: storage, change since {from}", name.en),
            ),
            false => Text::new(
                format!("{}：储量逐年变化", name.zh),
                format!("{}: storage, change in each year", name.en),
            ),
        };
        Chart {
            id: format!("storage-{basin}{}", if summed { "" } else { "-yearly" }),
            title,
            unit: Unit::volume(largest, !summed),
            years: (f64::from(from), f64::from(to)),
            columns: Vec::new(),
            lines,
            levels: Vec::new(),
            dots: Vec::new(),
            reach: vec![0.0],
            size: HALF,
        }
    };
    let basins = findings.base().storage_loss.keys();
    basins.flat_map(|basin| [false, true].map(|summed| chart(basin, summed))).collect()
}

fn springs(findings: &Findings) -> Vec<Chart> {
    let base = findings.base();
    let charts = findings.places.of("spring").map(|place| {
        let lines = findings.runs.iter().enumerate().map(|(series, run)| {
            let bands = findings.batch.iter().flat_map(|batch| &batch.bands);
            let own = bands.filter(|band| band.spring == place.id && band.scenario == run.name());
            let band = if series == 0 {
                own.flat_map(|band| &band.years).map(|(year, low, _, high)| (*year, *low, *high)).collect()
            } else {
                Vec::new()
            };
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
            // A spring that never flows needs a scale, too.
            reach: vec![0.0, 0.01],
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
