//! The files of stress packages, their series and observations.

use super::model::{cell, observations};
use super::text::{Number, Text, TextFile, quoted, value};
use crate::modflow::array_series::ArraySeries;
use crate::modflow::arrays::{ArrayKind, ArrayPackage, ArrayValue};
use crate::modflow::list::{ListPackage, StressRow};
use crate::modflow::series::{NO_VALUE, TimeSeries};
use crate::modflow::{FlowModel, Grid, Package, PackageOptions};

pub(super) fn files(model: &FlowModel, package: &Package, name: &str) -> Vec<TextFile> {
    let grid = &model.grid;
    let mut files = match package {
        Package::Wells(package) => {
            let options = &package.options;
            let reduction = options.reduction.map(|share| format!("AUTO_FLOW_REDUCE {}", share.text()));
            let csv = options.reduction_csv.as_ref();
            let csv = csv.map(|file| format!("AUTO_FLOW_REDUCE_CSV FILEOUT {}", quoted(&file.name)));
            let length = options.reduction_is_length.then(|| "FLOW_REDUCTION_LENGTH".to_owned());
            let auxiliary = options.reduction_auxiliary.map(|at| &package.common.auxiliary[at]);
            let auxiliary = auxiliary.map(|name| format!("AUTO_FLOW_REDUCE_AUXNAME {}", quoted(name)));
            list(grid, package, name, [reduction, csv, length, auxiliary], None)
        }
        Package::Drains(package) => {
            let depth = package.options.depth.map(|at| &package.common.auxiliary[at]);
            list(grid, package, name, [depth.map(|name| format!("AUXDEPTHNAME {}", quoted(name)))], None)
        }
        Package::Rivers(package) => list(grid, package, name, [], None),
        Package::GeneralHeads(package) => list(grid, package, name, [], None),
        Package::ConstantHeads(package) => list(grid, package, name, [], None),
        Package::Recharges(package) => list(grid, package, name, [fixed(package.options.fixed_cell)], None),
        Package::Evapotranspirations(package) => {
            let options = package.options;
            let surface = options.surface_rate.then(|| "SURF_RATE_SPECIFIED".to_owned());
            let own = [fixed(options.uppermost.fixed_cell), surface];
            list(grid, package, name, own, Some(options.segments))
        }
        Package::RechargeArrays(package) => arrays(grid, package, name),
        Package::EvapotranspirationArrays(package) => arrays(grid, package, name),
    };
    let kind = package.kind();
    files.extend(package.observations().iter().map(|file| observations(grid, file, kind)));
    files
}

fn fixed(is: bool) -> Option<String> {
    is.then(|| "FIXED_CELL".to_owned())
}

fn common(text: &mut Text, options: &PackageOptions) {
    if !options.auxiliary.is_empty() {
        let names: Vec<String> = options.auxiliary.iter().map(|name| quoted(name)).collect();
        text.line(format!("AUXILIARY {}", names.join(" ")));
    }
    if let Some(at) = options.multiplier {
        text.line(format!("AUXMULTNAME {}", quoted(&options.auxiliary[at])));
    }
    text.flag("BOUNDNAMES", options.boundnames);
    text.flag("PRINT_INPUT", options.print_input);
    text.flag("PRINT_FLOWS", options.print_flows);
    text.flag("SAVE_FLOWS", options.save_flows);
    for (word, files) in [
        ("TS6", &options.series_files),
        ("TAS6", &options.array_series_files),
        ("OBS6", &options.observation_files),
    ] {
        for file in files {
            text.line(format!("{word} FILEIN {}", quoted(&file.name)));
        }
    }
}

fn list<R: StressRow>(
    grid: &Grid,
    package: &ListPackage<R>,
    name: &str,
    own: impl IntoIterator<Item = Option<String>>,
    segments: Option<usize>,
) -> Vec<TextFile> {
    let mut text = Text::new();
    text.block("OPTIONS", "", true, |text| {
        common(text, &package.common);
        own.into_iter().flatten().for_each(|line| text.line(line));
    });
    text.block("DIMENSIONS", "", true, |text| {
        text.line(format!("MAXBOUND {}", package.maximum));
        if let Some(segments) = segments {
            text.line(format!("NSEG {segments}"));
        }
    });
    for period in package.periods.list() {
        block(&mut text, grid, (period.number, &period.rows), &package.series);
    }
    let mut files = vec![text.named(name)];
    for (at, file) in package.common.series_files.iter().enumerate() {
        let series: Vec<&TimeSeries> = package.series.iter().filter(|series| series.file == at).collect();
        files.push(time_series(&series).named(&file.name));
    }
    files
}

fn block<R: StressRow>(text: &mut Text, grid: &Grid, (number, rows): (usize, &[R]), series: &[TimeSeries]) {
    text.block("PERIOD", &(number + 1).to_string(), true, |text| {
        for row in rows {
            let place = row.place();
            let mut line = cell(grid, place.cell);
            for number in row.values().iter().chain(place.auxiliary.iter()) {
                line.push(' ');
                line.push_str(&value(*number, series));
            }
            if let Some(boundname) = &place.boundname {
                line.push(' ');
                line.push_str(&quoted(boundname));
            }
            text.line(line);
        }
    });
}

/// The `PERIOD` block of a package as its file has it, for a writer that has not all periods at once: the stress period (from
/// nought), its rows, and the series that they refer to.
pub fn period_block<R: StressRow>(grid: &Grid, number: usize, rows: &[R], series: &[TimeSeries]) -> String {
    let mut text = Text::new();
    block(&mut text, grid, (number, rows), series);
    text.into_string()
}

fn time_series(series: &[&TimeSeries]) -> Text {
    let mut times: Vec<f64> = series.iter().flat_map(|series| series.times.iter().copied()).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let mut text = Text::new();
    text.block("ATTRIBUTES", "", true, |text| {
        let names: Vec<String> = series.iter().map(|series| quoted(&series.name)).collect();
        let methods: Vec<&str> = series.iter().map(|series| series.method.word()).collect();
        text.line(format!("NAMES {}", names.join(" ")));
        text.line(format!("METHODS {}", methods.join(" ")));
    });
    text.block("TIMESERIES", "", true, |text| {
        for time in times {
            let values = series.iter().map(|series| {
                let at = series.times.iter().position(|known| *known == time);
                at.map_or(NO_VALUE, |at| series.values[at]).text()
            });
            let values: Vec<String> = values.collect();
            text.line(format!("{} {}", time.text(), values.join(" ")));
        }
    });
    text
}

fn arrays<K: ArrayKind>(grid: &Grid, package: &ArrayPackage<K>, name: &str) -> Vec<TextFile> {
    let mut text = Text::new();
    text.block("OPTIONS", "", true, |text| {
        text.line("READASARRAYS");
        text.flag("FIXED_CELL", package.fixed_cell);
        common(text, &package.common);
    });
    for period in package.periods.list() {
        text.block("PERIOD", &(period.number + 1).to_string(), true, |text| {
            for row in &period.rows {
                if let Some(layer) = &row.layer {
                    text.array(K::LAYER, layer, grid.columns);
                }
                let names =
                    K::COLUMNS.iter().copied().chain(package.common.auxiliary.iter().map(String::as_str));
                for (name, given) in names.zip(row.values.iter().chain(&row.auxiliary)) {
                    match given {
                        Some(ArrayValue::Values(values)) => text.array(name, values, grid.columns),
                        Some(ArrayValue::Series(series)) => {
                            let series = &package.series[series.series].name;
                            text.line(format!("{name} TIMEARRAYSERIES {}", quoted(series)));
                        }
                        None => {}
                    }
                }
            }
        });
    }
    let mut files = vec![text.named(name)];
    files.extend(package.series.iter().map(|series| array_series(grid, series)));
    files
}

fn array_series(grid: &Grid, series: &ArraySeries) -> TextFile {
    let mut text = Text::new();
    text.block("ATTRIBUTES", "", true, |text| {
        text.line(format!("NAME {}", quoted(&series.name)));
        text.line(format!("METHOD {}", series.method.word()));
    });
    for (time, values) in series.times.iter().zip(&series.arrays) {
        text.block("TIME", &time.text(), true, |text| text.values(values, grid.columns));
    }
    text.named(&series.file.name)
}
