//! Charts of the measurements.

use std::collections::BTreeMap;
use std::path::Path;

use plotters::prelude::*;

use crate::report::{Row, median};

const SIZE: (u32, u32) = (900, 620);

/// Points of named curves.
type Curves = BTreeMap<String, Vec<(f64, f64)>>;

/// Time against cells for all methods, one chart a problem and number of threads; and a history of convergence each.
pub(crate) fn draw(folder: &Path, rows: &[Row]) -> Result<(), String> {
    let mut problems: Vec<(&str, usize)> =
        rows.iter().map(|row| (row.problem.as_str(), row.threads)).collect();
    problems.sort_unstable();
    problems.dedup();
    for (problem, threads) in problems {
        let own: Vec<&Row> = rows.iter().filter(|r| r.problem == problem && r.threads == threads).collect();
        let noun = if threads == 1 { "thread" } else { "threads" };
        let file = folder.join(format!("time-{problem}-{threads}.svg"));
        let title = format!("{problem}: set-up and solve, {threads} {noun}");
        chart(&file, &title, ("cells", "seconds"), true, &times(&own))?;
        if threads == 1 {
            let largest = own.iter().map(|row| row.cells).max().unwrap_or_default();
            let curves = histories(&own, largest);
            let file = folder.join(format!("history-{problem}.svg"));
            let title = format!("{problem}, {largest} cells: residual over target");
            chart(&file, &title, ("iteration", "residual / target"), false, &curves)?;
        }
    }
    Ok(())
}

fn times(rows: &[&Row]) -> Curves {
    let mut grouped: BTreeMap<(String, usize), Vec<f64>> = BTreeMap::new();
    for row in rows {
        if let Some(seconds) = row.seconds() {
            grouped.entry((row.method.into(), row.cells)).or_default().push(seconds);
        }
    }
    let mut curves = Curves::new();
    for ((method, cells), seconds) in grouped {
        if let Some(seconds) = median(seconds) {
            curves.entry(method).or_default().push((cells as f64, seconds));
        }
    }
    curves
}

fn histories(rows: &[&Row], cells: usize) -> Curves {
    let mut curves = Curves::new();
    for row in rows.iter().filter(|row| row.cells == cells) {
        let Ok(measured) = &row.result else { continue };
        if measured.history.is_empty() || curves.contains_key(row.method) {
            continue;
        }
        let points = measured.history.iter().enumerate().take(400);
        let points = points.map(|(at, value)| (at as f64, value / row.target)).collect();
        curves.insert(row.method.into(), points);
    }
    curves
}

fn chart(
    file: &Path,
    title: &str,
    (across, up): (&str, &str),
    logarithmic: bool,
    curves: &Curves,
) -> Result<(), String> {
    let points = || curves.values().flatten().filter(|p| p.1 > 0.0);
    let bounds = |of: fn(&(f64, f64)) -> f64| {
        points().map(of).fold((f64::INFINITY, 0.0_f64), |(low, high), v| (low.min(v), high.max(v)))
    };
    let ((left, right), (low, high)) = (bounds(|p| p.0), bounds(|p| p.1));
    if points().count() == 0 {
        return Ok(());
    }
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let root = SVGBackend::new(file, SIZE).into_drawing_area();
    root.fill(&WHITE).map_err(|error| failed(&error))?;
    let mut builder = ChartBuilder::on(&root);
    builder.caption(title, ("sans-serif", 20)).margin(12).x_label_area_size(44).y_label_area_size(72);
    let vertical = (low * 0.7..high * 1.5).log_scale();
    // Both kinds of horizontal axis are drawn alike, but have different types.
    macro_rules! draw_on {
        ($horizontal:expr) => {{
            let mut chart =
                builder.build_cartesian_2d($horizontal, vertical).map_err(|error| failed(&error))?;
            let mut mesh = chart.configure_mesh();
            mesh.x_desc(across).y_desc(up).light_line_style(BLACK.mix(0.04));
            mesh.draw().map_err(|error| failed(&error))?;
            for (at, (name, points)) in curves.iter().enumerate() {
                let colour = Palette99::pick(at).stroke_width(2);
                let line =
                    LineSeries::new(points.iter().copied().filter(|p| p.1 > 0.0), colour).point_size(3);
                let drawn = chart.draw_series(line).map_err(|error| failed(&error))?;
                drawn.label(name).legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour));
            }
            let mut labels = chart.configure_series_labels();
            labels.background_style(WHITE.mix(0.8)).border_style(BLACK.mix(0.3));
            labels.draw().map_err(|error| failed(&error))?;
        }};
    }
    if logarithmic {
        draw_on!((left * 0.8..right * 1.25).log_scale());
    } else {
        draw_on!(left..right.max(left + 1.0));
    }
    root.present().map_err(|error| failed(&error))
}
