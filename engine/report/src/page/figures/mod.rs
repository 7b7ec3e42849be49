//! Every figure of the page, by its id.

mod members;
mod takes;
mod water;

use quanyu_policy::Text;

use super::draw::{Chart, MapFrame, MapView, Tornado};
use super::gather::{Findings, PageError, Yearly};
use super::stock::Stock;
use crate::Language;

pub(crate) use members::of_members;
pub(crate) use takes::years;

/// Size of a chart beside others \[px\]: a telephone shows it whole with letters that can be read.
const HALF: (u32, u32) = (460, 226);
/// Size of a chart by itself, of which the same holds \[px\].
const WIDE: (u32, u32) = (480, 220);

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

    /// As SVG, in both languages or in one; a map is drawn by [`map`], which knows the places.
    ///
    /// # Errors
    /// Where it cannot be drawn.
    pub(crate) fn svg(&self, only: Option<Language>) -> Result<String, PageError> {
        let drawn = match self {
            Self::Chart(chart) => chart.svg(only),
            Self::Tornado(tornado) => tornado.svg(only),
            Self::Map { .. } => Err("a map is no chart".to_owned()),
        };
        drawn.map_err(|text| PageError::Drawing(format!("{}: {text}", self.id())))
    }
}

/// All figures that have something to show.
pub(crate) fn all(findings: &Findings) -> Vec<Figure> {
    let charts = [takes::charts(findings), water::charts(findings)].concat();
    let mut all: Vec<Figure> = charts.into_iter().filter(Chart::has_marks).map(Figure::Chart).collect();
    let names = &findings.base().basis.names;
    let tornados = findings.batch.iter().flat_map(|batch| members::influences(batch, names));
    all.extend(tornados.map(Figure::Tornado));
    all.extend(findings.maps.frames.iter().map(|frame| Figure::Map {
        id: format!("map-{}-{}", findings.runs[frame.run].name(), frame.year),
        frame: MapFrame { run: frame.run, year: frame.year },
    }));
    all
}

fn points(years: &Yearly) -> Vec<(f64, f64)> {
    years.iter().map(|(year, value)| (f64::from(*year), *value)).collect()
}

/// The map of a frame as SVG, in both languages or in one.
pub(crate) fn map(findings: &Findings, frame: MapFrame, only: Option<Language>, stock: &Stock) -> String {
    let (run, year) = (findings.runs[frame.run].title(), frame.year);
    let title =
        Text::new(format!("{}：{year}年岩溶水位", run.zh), format!("{}: karst heads in {year}", run.en));
    MapView { places: &findings.places, maps: &findings.maps, title }.svg(frame, only, stock)
}
