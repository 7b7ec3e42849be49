//! Line charts over the years, as SVG.

use plotters::prelude::*;

use crate::palette::{PALETTE, THRESHOLD};

/// One line of a panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Name in the legend.
    pub name: String,
    /// `(year, value)`, ascending.
    pub points: Vec<(f64, f64)>,
}

/// One chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// Title.
    pub title: String,
    /// Unit, at the value axis.
    pub unit: String,
    /// Lines.
    pub lines: Vec<Line>,
    /// Threshold and its name.
    pub threshold: Option<(String, f64)>,
}

/// Panels below one another as one SVG document.
///
/// # Errors
/// The drawing library's message; a panel without any finite point is left empty with its title.
pub fn panels_svg(panels: &[Panel]) -> Result<String, String> {
    let mut document = String::new();
    {
        let height = 330 * panels.len().max(1) as u32;
        let root = SVGBackend::with_string(&mut document, (960, height)).into_drawing_area();
        root.fill(&WHITE).map_err(|error| error.to_string())?;
        for (area, panel) in root.split_evenly((panels.len().max(1), 1)).iter().zip(panels) {
            draw(area, panel).map_err(|error| error.to_string())?;
        }
        root.present().map_err(|error| error.to_string())?;
    }
    Ok(document)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn draw(area: &Area<'_>, panel: &Panel) -> Result<(), Box<dyn std::error::Error>> {
    let area = area.titled(&panel.title, ("sans-serif", 18))?;
    let Some((years, values)) = bounds(panel) else { return Ok(()) };
    let mut chart = ChartBuilder::on(&area)
        .margin_right(24)
        .margin_bottom(6)
        .x_label_area_size(26)
        .y_label_area_size(64)
        .build_cartesian_2d(years.0..years.1, values.0..values.1)?;
    chart
        .configure_mesh()
        .y_desc(&panel.unit)
        .x_label_formatter(&|year| format!("{year:.0}"))
        .light_line_style(RGBColor(240, 240, 240))
        .draw()?;
    for (line, colour) in panel.lines.iter().zip(PALETTE.iter().cycle()) {
        let style = colour.stroke_width(2);
        chart
            .draw_series(LineSeries::new(line.points.iter().copied(), style))?
            .label(&line.name)
            .legend(move |(x, y)| PathElement::new(vec![(x, y), (x + 18, y)], style));
    }
    if let Some((name, value)) = &panel.threshold {
        let style = THRESHOLD.stroke_width(2);
        chart
            .draw_series(LineSeries::new([(years.0, *value), (years.1, *value)], style))?
            .label(name)
            .legend(move |(x, y)| PathElement::new(vec![(x, y), (x + 18, y)], style));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.85))
        .border_style(RGBColor(200, 200, 200))
        .draw()?;
    Ok(())
}

type Bounds = ((f64, f64), (f64, f64));

fn bounds(panel: &Panel) -> Option<Bounds> {
    let points = || panel.lines.iter().flat_map(|line| line.points.iter().copied());
    let mut finite = points().filter(|(year, value)| year.is_finite() && value.is_finite());
    let first = finite.next()?;
    let threshold = panel.threshold.as_ref().map(|(_, value)| *value);
    let (mut years, mut values) = ((first.0, first.0), (first.1.min(0.0), first.1));
    for (year, value) in finite.chain(threshold.map(|value| (first.0, value))) {
        years = (years.0.min(year), years.1.max(year));
        values = (values.0.min(value), values.1.max(value));
    }
    let headroom = 0.35 * (values.1 - values.0).max(1e-9);
    Some(((years.0, years.1.max(years.0 + 1.0)), (values.0, values.1 + headroom)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_and_the_threshold_are_drawn_and_hostile_names_stay_text() {
        let line = |name: &str, level: f64| Line {
            name: name.to_owned(),
            points: (2000..2010).map(|year| (f64::from(year), level)).collect(),
        };
        let panel = Panel {
            title: "Groundwater".to_owned(),
            unit: "million m³/a".to_owned(),
            lines: vec![line("base", 200.0), line("<script>", 150.0)],
            threshold: Some(("cap".to_owned(), 188.0)),
        };
        let svg = panels_svg(&[panel]).unwrap();
        assert!(svg.contains("#3F3F3F") && svg.contains("#00507D") && svg.contains(">\ncap\n"), "{svg}");
        assert!(!svg.contains("<script>"));
    }

    #[test]
    fn a_panel_without_points_is_left_empty() {
        let panel = Panel { title: "Empty".to_owned(), unit: String::new(), lines: vec![], threshold: None };
        assert!(panels_svg(&[panel]).unwrap().contains("Empty"));
    }
}
