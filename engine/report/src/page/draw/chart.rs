//! Charts over the years: stacked columns, lines with bands, thresholds and published marks.

use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use quanyu_policy::Text as Words;
use serde::Serialize;

use super::legend::{self, Item, Key};
use super::sheet::{FINE, Ink, Sheet, document, head_of};
use super::{THRESHOLD, colour, dash, edge};
use crate::Language;
use crate::page::words::{Unit, cleaned, drawn, round};

/// One line.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Name.
    pub(crate) name: Words,
    /// Number that colour and dash go by.
    pub(crate) series: usize,
    /// `(year, value)`, ascending; a gap where a value is not finite.
    pub(crate) points: Vec<(f64, f64)>,
    /// `(year, low, high)`, ascending.
    pub(crate) band: Vec<(f64, f64, f64)>,
}

/// One layer of the stacked columns; what is negative goes down from zero.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// Name.
    pub(crate) name: Words,
    /// Colour.
    pub(crate) colour: RGBColor,
    /// Opacity.
    pub(crate) alpha: f64,
    /// `(year, value)`.
    pub(crate) points: Vec<(f64, f64)>,
}

/// A threshold.
#[derive(Clone, Debug)]
pub(crate) struct Level {
    /// Name.
    pub(crate) name: Words,
    /// Value.
    pub(crate) value: f64,
}

/// A published value over some years.
#[derive(Clone, Debug)]
pub(crate) struct Dot {
    /// Name.
    pub(crate) name: Words,
    /// First and last year.
    pub(crate) years: (f64, f64),
    /// Value.
    pub(crate) value: f64,
    /// Its range.
    pub(crate) range: (f64, f64),
}

/// A chart.
#[derive(Clone, Debug)]
pub(crate) struct Chart {
    /// Id in the page, and the name that `quanyu plot` knows.
    pub(crate) id: String,
    /// Title.
    pub(crate) title: Words,
    /// Unit.
    pub(crate) unit: Unit,
    /// Years shown.
    pub(crate) years: (f64, f64),
    /// Columns, from zero outwards.
    pub(crate) columns: Vec<Column>,
    /// Lines.
    pub(crate) lines: Vec<Line>,
    /// Thresholds.
    pub(crate) levels: Vec<Level>,
    /// Published values.
    pub(crate) dots: Vec<Dot>,
    /// Values that must be seen besides what is drawn, so that charts side by side have one scale.
    pub(crate) reach: Vec<f64>,
    /// Width and height without the legend \[px\].
    pub(crate) size: (u32, u32),
}

/// Colour of published marks.
const PUBLISHED: RGBColor = RGBColor(0, 0, 0);

/// More lines than so many are pale in the page but for the first and the one in view, and share a name in the legend: nobody can
/// tell so many colours apart.
const CROWD: usize = 10;

/// Significant digits of a chart's numbers.
const DIGITS: i32 = 7;

/// What the page's data hold of a chart.
#[derive(Debug, Serialize)]
pub(crate) struct ChartData {
    title: Words,
    unit: Words,
    /// Factors on the values, Chinese and English.
    factor: [f64; 2],
    years: Vec<f64>,
    series: Vec<SeriesData>,
}

#[derive(Debug, Serialize)]
struct SeriesData {
    name: Words,
    values: Vec<Option<f64>>,
}

impl Chart {
    /// Whether there is anything to draw.
    pub(crate) fn has_marks(&self) -> bool {
        let seen =
            |points: &[(f64, f64)]| points.iter().any(|(year, value)| self.shows(*year) && value.is_finite());
        self.columns.iter().any(|column| seen(&column.points))
            || self.lines.iter().any(|line| seen(&line.points))
    }

    fn shows(&self, year: f64) -> bool {
        (self.years.0..=self.years.1).contains(&year)
    }

    /// Its numbers, for tables, readings under the pointer and tests.
    pub(crate) fn data(&self) -> ChartData {
        let mut years: Vec<f64> = self
            .columns
            .iter()
            .map(|column| &column.points)
            .chain(self.lines.iter().map(|line| &line.points))
            .flatten()
            .map(|(year, _)| *year)
            .filter(|year| self.shows(*year))
            .collect();
        years.sort_by(f64::total_cmp);
        years.dedup();
        let values = |points: &[(f64, f64)]| {
            years
                .iter()
                .map(|year| points.iter().find(|(own, _)| own == year).map(|(_, value)| *value))
                .map(|value| value.filter(|value| value.is_finite()).map(|value| round(value, DIGITS)))
                .collect()
        };
        let columns = self
            .columns
            .iter()
            .map(|column| SeriesData { name: cleaned(&column.name), values: values(&column.points) });
        let lines = self
            .lines
            .iter()
            .map(|line| SeriesData { name: cleaned(&line.name), values: values(&line.points) });
        let series = columns.chain(lines).collect();
        ChartData {
            title: cleaned(&self.title),
            unit: self.unit.text(),
            factor: [Language::Zh, Language::En].map(|language| self.unit.factor(language)),
            years,
            series,
        }
    }

    /// The chart as SVG, in both languages or in one.
    ///
    /// # Errors
    /// The drawing library's message.
    pub(crate) fn svg(&self, only: Option<Language>) -> Result<String, String> {
        self.draw(only).map_err(|error| error.to_string())
    }

    /// Whether lines are pale until their run is in view; a figure by itself shows all alike.
    fn is_crowded(&self, only: Option<Language>) -> bool {
        only.is_none() && self.lines.len() > CROWD
    }

    fn items(&self, only: Option<Language>) -> Vec<Item> {
        let crowded = self.is_crowded(only);
        let columns = self.columns.iter().map(|column| Item {
            name: drawn(&column.name),
            colour: column.colour,
            alpha: column.alpha,
            key: Key::Box,
        });
        let named = if crowded { 1 } else { self.lines.len() };
        let others = Words::new("其余方案（显示中的加深）", "the other scenarios, the one in view darker");
        let others = crowded.then(|| Item {
            name: drawn(&others),
            colour: RGBColor(140, 140, 140),
            alpha: 1.0,
            key: Key::Line(""),
        });
        let lines = self.lines.iter().take(named).map(|line| Item {
            name: drawn(&line.name),
            colour: colour(line.series),
            alpha: 1.0,
            key: Key::Line(dash(line.series)),
        });
        let levels = self.levels.iter().map(|level| Item {
            name: drawn(&level.name),
            colour: THRESHOLD,
            alpha: 1.0,
            key: Key::Line("16 8"),
        });
        let mut names: Vec<Item> = columns.chain(lines).chain(others).chain(levels).collect();
        for dot in &self.dots {
            let name = drawn(&dot.name);
            if !names.iter().any(|item| item.name == name) {
                names.push(Item { name, colour: PUBLISHED, alpha: 1.0, key: Key::Dot });
            }
        }
        for item in &mut names {
            item.name = legend::fitting(&item.name, self.size.0 as i32);
        }
        names
    }

    /// Least and greatest value shown.
    fn bounds(&self) -> (f64, f64) {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut see = |value: f64| {
            if value.is_finite() {
                low = low.min(value);
                high = high.max(value);
            }
        };
        for line in &self.lines {
            line.points.iter().filter(|point| self.shows(point.0)).for_each(|point| see(point.1));
            for (_, from, to) in line.band.iter().filter(|point| self.shows(point.0)) {
                see(*from);
                see(*to);
            }
        }
        for ups in [true, false] {
            for year in self.column_years() {
                see(self.stack(year).into_iter().filter(|value| (*value > 0.0) == ups).sum());
            }
        }
        for level in &self.levels {
            see(level.value);
        }
        for dot in self.dots.iter().filter(|dot| dot.years.1 >= self.years.0 && dot.years.0 <= self.years.1) {
            see(dot.value);
            see(dot.range.0);
            see(dot.range.1);
        }
        self.reach.iter().copied().for_each(&mut see);
        if !self.columns.is_empty() {
            see(0.0);
        }
        let span = (high - low).max(1e-9 * high.abs()).max(1e-12);
        let below = if low == 0.0 { 0.0 } else { 0.04 * span };
        (low - below, high + 0.06 * span)
    }

    fn column_years(&self) -> Vec<f64> {
        let Some(first) = self.columns.first() else { return Vec::new() };
        first.points.iter().map(|point| point.0).filter(|year| self.shows(*year)).collect()
    }

    fn stack(&self, year: f64) -> Vec<f64> {
        let at =
            |column: &Column| column.points.iter().find(|point| point.0 == year).map_or(0.0, |point| point.1);
        self.columns.iter().map(at).collect()
    }

    fn draw(&self, only: Option<Language>) -> Result<String, Box<dyn std::error::Error>> {
        let items = self.items(only);
        let (places, legend_height) = legend::layout(&items, self.size.0 as i32);
        let (width, height) = (self.size.0, self.size.1 + legend_height as u32);
        let ink = Ink::default();
        let head = if only.is_some() { 30 } else { 6 };
        let (low, high) = self.bounds();
        let plot = {
            let root = Sheet::new(&ink, (width, height + head), only).into_drawing_area();
            if let Some(language) = only {
                head_of(&root, &self.title, language)?;
            }
            let body = root.margin(head * FINE as u32, legend_height * FINE, 0, 0);
            let columns = !self.columns.is_empty();
            let pad = if columns { 0.6 } else { 0.0 };
            let small = ("sans-serif", 13 * FINE);
            let mut chart = ChartBuilder::on(&body)
                .margin_right(24 * FINE)
                .margin_top(20 * FINE)
                .x_label_area_size(22 * FINE)
                .y_label_area_size(64 * FINE)
                .build_cartesian_2d(self.years.0 - pad..self.years.1 + pad, low..high)?;
            chart
                .configure_mesh()
                .disable_x_mesh()
                .x_labels(8)
                .y_labels(6)
                .x_label_formatter(&|year| format!("{year:.0}"))
                .y_label_formatter(&|value| self.unit.drawn(*value))
                .label_style(small)
                .axis_style(RGBColor(120, 120, 120).stroke_width(FINE as u32))
                .bold_line_style(RGBColor(222, 222, 222).stroke_width(FINE as u32 / 2))
                .light_line_style(TRANSPARENT)
                .draw()?;
            let unit = TextStyle::from(small.into_font()).color(&RGBColor(90, 90, 90));
            body.draw(&Text::new(drawn(&self.unit.text()), (8 * FINE, 2 * FINE), unit))?;
            self.draw_columns(&mut chart, &ink)?;
            if low < 0.0 && high > 0.0 {
                let zero = [(self.years.0 - pad, 0.0), (self.years.1 + pad, 0.0)];
                chart
                    .draw_series(LineSeries::new(zero, RGBColor(120, 120, 120).stroke_width(FINE as u32)))?;
            }
            self.draw_lines(&mut chart, &ink, self.is_crowded(only))?;
            self.draw_levels(&mut chart, &ink, pad)?;
            self.draw_dots(&mut chart, &ink)?;
            let pixels = chart.plotting_area().get_pixel_range();
            legend::draw(&root, &ink, &items, &places, (height + head) as i32 - legend_height)?;
            root.present()?;
            pixels
        };
        let pad = if self.columns.is_empty() { 0.0 } else { 0.6 };
        let axes = format!(
            " data-plot=\"{} {} {} {}\" data-years=\"{} {}\"",
            plot.0.start,
            plot.1.start,
            plot.0.end,
            plot.1.end,
            self.years.0 - pad,
            self.years.1 + pad
        );
        Ok(document(&ink, &self.title, (width, height + head), only, &axes))
    }

    fn draw_columns(&self, chart: &mut Context<'_>, ink: &Ink) -> Result<(), Box<dyn std::error::Error>> {
        let years = self.column_years();
        let mut bases: Vec<(f64, f64)> = vec![(0.0, 0.0); years.len()];
        for (place, column) in self.columns.iter().enumerate() {
            ink.open_joined("mark", place, edge(column.colour));
            for (year, base) in years.iter().zip(&mut bases) {
                let value = self.stack(*year)[place];
                let side = if value >= 0.0 { &mut base.0 } else { &mut base.1 };
                if value != 0.0 && value.is_finite() {
                    let (from, to) = (*side, *side + value);
                    let style = column.colour.mix(column.alpha).filled();
                    chart.draw_series([Rectangle::new([(year - 0.38, to), (year + 0.38, from)], style)])?;
                    *side = to;
                }
            }
            ink.close_joined();
        }
        Ok(())
    }

    fn draw_lines(
        &self,
        chart: &mut Context<'_>,
        ink: &Ink,
        crowded: bool,
    ) -> Result<(), Box<dyn std::error::Error>> {
        for line in &self.lines {
            let band: Vec<_> = line.band.iter().filter(|point| self.shows(point.0)).collect();
            if !band.is_empty() {
                let there = band.iter().map(|(year, low, _)| (*year, *low));
                let back = band.iter().rev().map(|(year, _, high)| (*year, *high));
                ink.open("band", line.series);
                let outline: Vec<_> = there.chain(back).collect();
                chart.draw_series([Polygon::new(outline, colour(line.series).mix(0.16).filled())])?;
                ink.close();
            }
        }
        // Backwards: where all are alike, the first, with which the others are compared, lies on top.
        for (place, line) in self.lines.iter().enumerate().rev() {
            let series = self.columns.len() + place;
            match crowded && place > 0 {
                true => ink.open_pale(series, line.series),
                false => ink.open_dashed("mark", series, dash(line.series)),
            }
            let style = colour(line.series).stroke_width(2 * FINE as u32);
            let shown: Vec<_> = line.points.iter().copied().filter(|point| self.shows(point.0)).collect();
            for part in shown.split(|point| !point.1.is_finite()).filter(|part| !part.is_empty()) {
                chart.draw_series(LineSeries::new(part.iter().copied(), style))?;
            }
            ink.close();
        }
        Ok(())
    }

    fn draw_levels(
        &self,
        chart: &mut Context<'_>,
        ink: &Ink,
        pad: f64,
    ) -> Result<(), Box<dyn std::error::Error>> {
        for level in &self.levels {
            ink.open_dashed("threshold", 0, "16 8");
            let ends = [(self.years.0 - pad, level.value), (self.years.1 + pad, level.value)];
            chart.draw_series(LineSeries::new(ends, THRESHOLD.stroke_width(2 * FINE as u32)))?;
            ink.close();
        }
        Ok(())
    }

    fn draw_dots(&self, chart: &mut Context<'_>, ink: &Ink) -> Result<(), Box<dyn std::error::Error>> {
        for dot in self.dots.iter().filter(|dot| dot.years.1 >= self.years.0 && dot.years.0 <= self.years.1) {
            let (from, to) = (dot.years.0.max(self.years.0), dot.years.1.min(self.years.1));
            let middle = 0.5 * (from + to);
            ink.open("published", 0);
            let thin = PUBLISHED.stroke_width(FINE as u32);
            chart.draw_series([
                PathElement::new(vec![(from, dot.value), (to, dot.value)], thin),
                PathElement::new(vec![(middle, dot.range.0), (middle, dot.range.1)], thin),
            ])?;
            chart.draw_series([Circle::new((middle, dot.value), 4 * FINE, PUBLISHED.filled())])?;
            ink.close();
        }
        Ok(())
    }
}

type Context<'a> = ChartContext<'a, Sheet, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
