//! TAS6: arrays that change with time.
//!
//! Each `TIME` block holds one array. Between two times a step series keeps the first array and a linear one joins the
//! two; a time step gets the mean over it, or nought where it begins before the first time.

use quanyu_flow::{FaultKind, Origin};

use super::array;
use super::block::{Block, Grammar, blocks};
use super::option::FileName;
use super::reading::Reading;
use super::series::Interpolation;
use super::source::Mark;
use super::values::LayerValues;
use super::word::{self, Words};

const GRAMMAR: Grammar = Grammar {
    what: "the time-array-series file",
    order: &["ATTRIBUTES", "TIME"],
    repeated: &["TIME"],
    required: &["ATTRIBUTES", "TIME"],
};

/// One time-array series.
#[derive(Clone, Debug, PartialEq)]
pub struct ArraySeries {
    /// Name in capitals.
    pub name: String,
    /// How it passes between its times; never `LinearEnd`.
    pub method: Interpolation,
    /// Times, rising, since the start of the simulation.
    pub times: Vec<f64>,
    /// Array at each time, its scale factor applied.
    pub arrays: Vec<LayerValues<f64>>,
    /// The file.
    pub file: FileName,
}

impl ArraySeries {
    /// The array for a time step from `from` to `to`; nothing where the series ends before the step does.
    pub fn values(&self, from: f64, to: f64) -> Option<Vec<f64>> {
        let length = self.arrays.first().map_or(0, LayerValues::len);
        let mut sum = vec![0.0; length];
        let Some(first) = self.times.partition_point(|time| *time <= from).checked_sub(1) else {
            return Some(sum);
        };
        for at in first.. {
            if self.times[at] >= to {
                break;
            }
            let (t0, t1) = (self.times[at], *self.times.get(at + 1)?);
            let (begin, end) = (t0.max(from), t1.min(to));
            let (a0, a1) = (&self.arrays[at], &self.arrays[at + 1]);
            for (place, sum) in sum.iter_mut().enumerate() {
                let (v0, v1) = (a0.at(place), a1.at(place));
                let value = |time: f64| v0 + (time - t0) / (t1 - t0) * (v1 - v0);
                *sum += match self.method {
                    Interpolation::Stepwise => v0 * (end - begin),
                    _ => 0.5 * (end - begin) * (value(begin) + value(end)),
                };
            }
            if t1 >= to {
                break;
            }
        }
        sum.iter_mut().for_each(|sum| *sum /= to - from);
        Some(sum)
    }
}

pub(crate) fn read(reading: &mut Reading, files: &[FileName], per_layer: usize) -> Vec<ArraySeries> {
    files.iter().filter_map(|file| read_file(reading, file, per_layer)).collect()
}

fn read_file(reading: &mut Reading, file: &FileName, per_layer: usize) -> Option<ArraySeries> {
    let text = reading.text(&file.name, file.mark.0)?;
    let blocks = blocks(reading, &text, GRAMMAR);
    let attributes = blocks.iter().find(|block| block.name == "ATTRIBUTES")?;
    let (name, method, factor) = attribute_values(reading, attributes)?;
    let mut series = ArraySeries { name, method, times: Vec::new(), arrays: Vec::new(), file: file.clone() };
    for block in blocks.iter().filter(|block| block.name == "TIME") {
        let word = block.argument.first().map_or("", String::as_str);
        let Some(time) = word::real(word) else {
            syntax(reading, block.origin, "a TIME block names no time", word);
            continue;
        };
        if let Some(last) = series.times.last().filter(|last| **last >= time) {
            let allowed = format!("above {last}");
            reading.fault(
                block.origin,
                FaultKind::Inconsistent,
                "the times of a time-array series do not rise",
                time,
                allowed,
                "Bring the blocks into the order of their times.",
            );
        }
        let read = array::one::<f64>(reading, &mut block.cursor(), &series.name, block.origin, &[per_layer]);
        if let Some(values) = read {
            let scaled = match values.shared() {
                Some(value) => LayerValues::uniform(per_layer, value * factor),
                None => LayerValues::each(values.iter().map(|value| value * factor).collect()),
            };
            series.times.push(time);
            series.arrays.push(scaled.marked(block.origin, Vec::new()));
        }
    }
    Some(series)
}

fn syntax(reading: &mut Reading, origin: Origin, message: &str, word: &str) {
    let found = if word.is_empty() { "nothing" } else { word };
    reading.fault(origin, FaultKind::Syntax, message, found, "a real number", "Give the number.");
}

fn attribute_values(reading: &mut Reading, block: &Block) -> Option<(String, Interpolation, f64)> {
    let (mut name, mut method, mut factor) = (None, None, 1.0);
    for line in &block.lines {
        let mut words = Words::new(line.text());
        let word = words.keyword().unwrap_or_default();
        match word.as_str() {
            "NAME" | "NAMES" => name = words.keyword(),
            "METHOD" | "METHODS" => {
                let word = words.next().unwrap_or_default();
                method = Interpolation::read(reading, line.origin(), word);
                if method == Some(Interpolation::LinearEnd) {
                    reading.unknown(
                        line.origin(),
                        "the method of an array series",
                        word,
                        &["STEPWISE", "LINEAR"],
                    );
                }
            }
            "SFAC" | "SFACS" => {
                let word = words.next().unwrap_or_default();
                match word::real(word) {
                    Some(value) => factor = value,
                    None => syntax(reading, line.origin(), "SFAC is no number", word),
                }
            }
            _ => {
                const KNOWN: [&str; 3] = ["NAME", "METHOD", "SFAC"];
                reading.unknown(line.origin(), "the ATTRIBUTES of a time-array-series file", &word, &KNOWN);
            }
        }
    }
    for (what, absent) in [("NAME", name.is_none()), ("METHOD", method.is_none())] {
        if absent {
            super::option::missing(reading, block.origin, "a time-array-series file", what);
        }
    }
    Some((name?, method?, factor))
}

/// Where an array package names a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesName {
    /// The series by its place in the package's list.
    pub series: usize,
    /// Where it is named.
    pub mark: Mark,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_gets_the_mean_array() {
        let mut series = ArraySeries {
            name: "R".to_owned(),
            method: Interpolation::Linear,
            times: vec![0.0, 10.0, 20.0],
            arrays: vec![
                LayerValues::uniform(2, 0.0),
                LayerValues::each(vec![1.0, 2.0]),
                LayerValues::uniform(2, 1.0),
            ],
            file: FileName { name: "r.tas".to_owned(), mark: Mark::default() },
        };
        assert_eq!(series.values(0.0, 10.0), Some(vec![0.5, 1.0]));
        assert_eq!(series.values(5.0, 15.0), Some(vec![0.875, 1.625]));
        series.method = Interpolation::Stepwise;
        assert_eq!(series.values(5.0, 15.0), Some(vec![0.5, 1.0]));
        assert_eq!(series.values(5.0, 25.0), None);
        assert_eq!(series.values(-5.0, 5.0), Some(vec![0.0, 0.0]));
    }
}
