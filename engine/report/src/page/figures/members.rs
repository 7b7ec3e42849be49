//! What the members of a batch say.

use quanyu_files::Named;
use quanyu_policy::Text;

use super::{Figure, HALF, WIDE};
use crate::page::assumptions::figure_name;
use crate::page::draw::{Bar, Chart, Level, Line, Tornado};
use crate::page::gather::{BandYear, BatchView, MembersOnly};
use crate::page::words::Unit;

/// What moves the required rulings of each scenario of a batch.
pub(super) fn influences(batch: &BatchView, names: &[Named]) -> Vec<Tornado> {
    let mut all = Vec::new();
    for own in &batch.scenarios {
        for (odds, moved_by) in own
            .odds
            .iter()
            .zip(&own.moved_by)
            .filter(|(odds, moved)| odds.judged.required && !moved.is_empty())
        {
            let judged = &odds.judged;
            let target = crate::page::rulings::test_name(&judged.test);
            let bars = moved_by.iter().map(|influence| Bar {
                name: figure_name(&influence.factor, names),
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

/// All figures of a batch by itself.
pub(crate) fn of_members(members: &MembersOnly) -> Vec<Figure> {
    let mut charts = vec![cap(members)];
    charts.extend(springs(members));
    let mut all: Vec<Figure> = charts.into_iter().filter(Chart::has_marks).map(Figure::Chart).collect();
    all.extend(influences(&members.batch, &members.basis.names).into_iter().map(Figure::Tornado));
    all
}

/// The middle of a scenario's members, and around the first and the leading one the band from 5 to 95 %.
fn line(members: &MembersOnly, series: usize, years: &[BandYear]) -> Line {
    let banded = series == 0 || series == members.leading();
    Line {
        name: members.batch.scenarios[series].title.clone(),
        series,
        points: years.iter().map(|(year, _, middle, _)| (*year, *middle)).collect(),
        band: years.iter().filter(|_| banded).map(|(year, low, _, high)| (*year, *low, *high)).collect(),
    }
}

fn report(members: &MembersOnly) -> (f64, f64) {
    (f64::from(members.basis.report.0), f64::from(members.basis.report.1))
}

fn cap(members: &MembersOnly) -> Chart {
    let scenarios = members.batch.scenarios.iter().enumerate();
    let lines = scenarios.filter_map(|(series, own)| {
        let years = members.batch.abstraction.iter().find(|(name, _)| *name == own.name)?;
        Some(line(members, series, &years.1))
    });
    let odds = members.batch.scenarios.iter().flat_map(|own| &own.odds);
    let cap = odds.filter(|odds| odds.judged.test == "cap").find_map(|odds| odds.judged.threshold);
    Chart {
        id: "cap".into(),
        title: Text::new(
            "全市地下水开采量与上限：样本中值与 5–95 %",
            "City groundwater abstraction against the cap: middle and 5–95 % of the members",
        ),
        unit: Unit::volume(2e8, true),
        years: report(members),
        columns: Vec::new(),
        lines: lines.collect(),
        levels: cap.map(|value| Level { name: Text::new("上限", "cap"), value }).into_iter().collect(),
        dots: Vec::new(),
        reach: Vec::new(),
        size: WIDE,
    }
}

fn springs(members: &MembersOnly) -> Vec<Chart> {
    let charts = members.places.of("spring").map(|place| {
        let lines = members.batch.scenarios.iter().enumerate().filter_map(|(series, own)| {
            let bands = members.batch.bands.iter();
            let mut own = bands.filter(|band| band.spring == place.id && band.scenario == own.name);
            Some(line(members, series, &own.next()?.years))
        });
        Chart {
            id: format!("spring-{}", place.id),
            title: place.name.clone(),
            unit: Unit::Plain("m³/s", "m³/s"),
            years: report(members),
            columns: Vec::new(),
            lines: lines.collect(),
            levels: Vec::new(),
            dots: Vec::new(),
            reach: vec![0.0, 0.01],
            size: HALF,
        }
    });
    charts.collect()
}
