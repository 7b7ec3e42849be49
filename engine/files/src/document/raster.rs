//! ESRI ASCII grids.

use std::path::Path;

use ndarray::Array2;
use quanyu_basin::{Figure, Raster};
use quanyu_flow::{FaultKind, Origin};

use crate::diagnostic::{Collector, FileId, Sources, did_you_mean};

/// Keywords of the header, in lower case.
const KEYS: [&str; 8] =
    ["ncols", "nrows", "xllcorner", "yllcorner", "xllcenter", "yllcenter", "cellsize", "nodata_value"];
/// More cells than this are taken for a slip of the header.
const MOST_CELLS: f64 = 1e8;

/// Reads a grid: rows from north to south, values at cell centres, `NODATA_value` becomes NaN.
pub(crate) fn read_raster(
    path: &Path,
    named_at: Origin,
    provenance: Figure,
    sources: &mut Sources,
    faults: &mut Collector,
) -> Option<Raster> {
    let file = sources.open(path, named_at, faults)?;
    let text = sources.text(file).to_owned();
    let before = faults.len();
    let mut header: [Option<f64>; 8] = [None; 8];
    let mut body = 0;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let mut words = line.split_whitespace();
        if let Some(word) = words.next() {
            if !word.starts_with(|first: char| first.is_alphabetic()) || word.eq_ignore_ascii_case("nan") {
                break;
            }
            let origin = sources.mark(file, offset..offset + line.trim_end().len());
            let value =
                words.next().and_then(|value| value.parse::<f64>().ok()).filter(|value| value.is_finite());
            match (KEYS.iter().position(|key| word.eq_ignore_ascii_case(key)), value) {
                (Some(index), Some(value)) => header[index] = Some(value),
                (Some(_), None) => {
                    faults.add(
                        FaultKind::Syntax,
                        origin,
                        format!("`{word}` has no number"),
                        line.trim(),
                        "a finite number",
                        "",
                    );
                }
                (None, _) => {
                    let message = format!("a raster has no `{word}`");
                    let remedy = did_you_mean(&word.to_lowercase(), KEYS);
                    faults.add(FaultKind::UnknownKey, origin, message, word, KEYS.join(", "), remedy);
                }
            }
        }
        offset += line.len();
        body = offset;
    }
    let origin = sources.mark_file(file);
    let mut need = |index: usize, other: usize, allowed: &dyn Fn(f64) -> bool, words: &str| {
        let value = header[index].or(header[other]);
        if value.is_none_or(|value| !allowed(value)) && faults.len() == before {
            let shown = value.map_or(String::new(), |value| value.to_string());
            let message = format!("the raster's `{}` is missing or cannot be", KEYS[index]);
            faults.add(FaultKind::OutOfRange, origin, message, shown, words, "");
        }
        value.unwrap_or(f64::NAN)
    };
    let count = |value: f64| value >= 1.0 && value.fract() == 0.0 && value <= MOST_CELLS;
    let columns = need(0, 0, &count, "a whole number of 1 or more");
    let rows = need(1, 1, &count, "a whole number of 1 or more");
    let west = need(2, 4, &|_| true, "metres");
    let south = need(3, 5, &|_| true, "metres");
    let cell = need(6, 6, &|value| value > 0.0, "metres, greater than 0");
    if faults.len() > before {
        return None;
    }
    if rows * columns > MOST_CELLS {
        faults.add(
            FaultKind::OutOfRange,
            origin,
            "the raster is too large",
            rows * columns,
            format!("at most {MOST_CELLS} cells"),
            "",
        );
        return None;
    }
    let nodata = header[7].unwrap_or(-9999.0);
    let values = read_values(&text, body, (rows as usize, columns as usize), nodata, file, sources, faults)?;
    let west = if header[2].is_some() { west } else { west - 0.5 * cell };
    let south = if header[3].is_some() { south } else { south - 0.5 * cell };
    Some(Raster { corner: [west, south + rows * cell], cell, values, provenance })
}

fn read_values(
    text: &str,
    body: usize,
    (rows, columns): (usize, usize),
    nodata: f64,
    file: FileId,
    sources: &mut Sources,
    faults: &mut Collector,
) -> Option<Array2<f64>> {
    let mut values = Vec::with_capacity(rows * columns);
    let mut offset = body;
    for line in text[body..].split_inclusive('\n') {
        for word in line.split_whitespace() {
            match word.parse::<f64>() {
                Ok(value) if value == nodata || value.is_nan() => values.push(f64::NAN),
                Ok(value) if value.is_finite() => values.push(value),
                _ => {
                    // A cell is found by its address within the text that it was cut from.
                    let start = word.as_ptr() as usize - text.as_ptr() as usize;
                    let origin = sources.mark(file, start..start + word.len());
                    let message =
                        format!("row {} of the raster holds no number here", values.len() / columns + 1);
                    faults.add(FaultKind::Syntax, origin, message, word, "finite numbers", "");
                    return None;
                }
            }
        }
        offset += line.len();
        if values.len() > rows * columns {
            break;
        }
    }
    let found = values.len();
    Array2::from_shape_vec((rows, columns), values).ok().or_else(|| {
        let start = text[..offset].trim_end().rfind('\n').map_or(0, |at| at + 1);
        let origin = sources.mark(file, start..start + 1);
        let (shown, side) = if found > rows * columns {
            (format!("more than {}", rows * columns), "many")
        } else {
            (found.to_string(), "few")
        };
        let allowed = format!("{rows} rows of {columns} values: {}", rows * columns);
        faults.add(
            FaultKind::BadGeometry,
            origin,
            format!("the raster has too {side} values"),
            shown,
            allowed,
            "",
        );
        None
    })
}
