//! TS6: values that change with time, named in place of a number.
//!
//! A step series keeps each value until the next time and a linear one joins them; both give a time step their mean
//! over it. A `LINEAREND` series gives the value at its end. The value `3e30` stands for none. A step that begins before
//! the first time gets nought from a series that gives means; that is MODFLOW's rule.

use quanyu_flow::{FaultKind, Origin};

use super::block::{Block, Grammar, blocks};
use super::option::FileName;
use super::reading::Reading;
use super::source::{Line, Mark};
use super::word::{self, Words, begins_comment};

const GRAMMAR: Grammar = Grammar {
    what: "the time-series file",
    order: &["ATTRIBUTES", "TIMESERIES"],
    repeated: &[],
    required: &["ATTRIBUTES", "TIMESERIES"],
};

/// What stands in a time series for no value.
pub(crate) const NO_VALUE: f64 = 3.0e30;

/// How a series passes between its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interpolation {
    /// Each value until the next time; mean over a step.
    Stepwise,
    /// Straight lines; mean over a step.
    Linear,
    /// Straight lines; value at the end of a step.
    LinearEnd,
}

impl Interpolation {
    pub(crate) const WORDS: [(&'static str, Self); 3] =
        [("STEPWISE", Self::Stepwise), ("LINEAR", Self::Linear), ("LINEAREND", Self::LinearEnd)];

    /// The word in MODFLOW's files.
    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize].0
    }

    pub(crate) fn read(reading: &mut Reading, origin: Origin, word: &str) -> Option<Self> {
        let upper = word.to_ascii_uppercase();
        let found = Self::WORDS.iter().find(|(known, _)| *known == upper);
        if found.is_none() {
            reading.unknown(origin, "the method of a series", word, &Self::WORDS.map(|(known, _)| known));
        }
        found.map(|(_, method)| *method)
    }
}

/// One time series.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeSeries {
    /// Name in capitals.
    pub name: String,
    /// How it passes between its times.
    pub method: Interpolation,
    /// Times, rising, since the start of the simulation.
    pub times: Vec<f64>,
    /// Value at each time, its scale factor applied.
    pub values: Vec<f64>,
    /// Its file, by its place in the package's list.
    pub file: usize,
    /// Where it is named.
    pub mark: Mark,
}

/// Whether two times are the same to MODFLOW: within a part in 10¹⁰.
pub(crate) fn same_time(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-10 * a.abs().max(b.abs())
}

fn not_after(a: f64, b: f64) -> bool {
    a < b || same_time(a, b)
}

impl TimeSeries {
    /// The value for a time step from `from` to `to`, or nothing where the series ends before it (or, for one that gives
    /// the value at the end, begins after it).
    pub fn value(&self, from: f64, to: f64) -> Option<f64> {
        if self.method == Interpolation::LinearEnd || to <= from {
            return self.at(to);
        }
        self.integral(from, to).map(|integral| integral / (to - from))
    }

    /// The value at one time.
    fn at(&self, time: f64) -> Option<f64> {
        let later = self.times.partition_point(|known| *known < time && !same_time(*known, time));
        if self.times.get(later).is_some_and(|known| same_time(*known, time)) {
            return Some(self.values[later]);
        }
        let earlier = later.checked_sub(1)?;
        if self.method == Interpolation::Stepwise {
            return Some(self.values[earlier]);
        }
        let (t0, t1) = (self.times[earlier], *self.times.get(later)?);
        Some(self.values[earlier] + (time - t0) / (t1 - t0) * (self.values[later] - self.values[earlier]))
    }

    /// The integral over a time step, summed from its beginning.
    fn integral(&self, from: f64, to: f64) -> Option<f64> {
        let Some(first) = self.times.partition_point(|time| not_after(*time, from)).checked_sub(1) else {
            return Some(0.0);
        };
        let mut sum = 0.0;
        for at in first.. {
            let (t0, t1) = (self.times[at], *self.times.get(at + 1)?);
            let begin = if t0 > from || same_time(t0, from) { t0 } else { from };
            let end = if not_after(t1, to) { t1 } else { to };
            let (v0, v1) = (self.values[at], self.values[at + 1]);
            sum += match self.method {
                Interpolation::Stepwise => v0 * (end - begin),
                _ => {
                    let value = |time: f64| v0 + (time - t0) / (t1 - t0) * (v1 - v0);
                    0.5 * (end - begin) * (value(begin) + value(end))
                }
            };
            if not_after(to, t1) {
                return Some(sum);
            }
        }
        None
    }
}

pub(crate) fn read(reading: &mut Reading, files: &[FileName]) -> Vec<TimeSeries> {
    let mut all: Vec<TimeSeries> = Vec::new();
    for (at, file) in files.iter().enumerate() {
        for mut series in read_file(reading, &file.name, file.mark.0).unwrap_or_default() {
            series.file = at;
            if all.iter().any(|known| known.name == series.name) {
                reading.fault(
                    series.mark.0,
                    FaultKind::Collision,
                    "two time series of the package share a name",
                    &series.name,
                    "a name of its own",
                    "Rename one of them.",
                );
            } else {
                all.push(series);
            }
        }
    }
    all
}

fn read_file(reading: &mut Reading, name: &str, origin: Origin) -> Option<Vec<TimeSeries>> {
    let file = reading.text(name, origin)?;
    let blocks = blocks(reading, &file, GRAMMAR);
    let block = |name: &str| blocks.iter().find(|block| block.name == name);
    let mut series = attributes(reading, block("ATTRIBUTES")?)?;
    let mut last: Option<f64> = None;
    for line in &block("TIMESERIES")?.lines {
        if let Some((time, values)) = row(reading, line, series.len()) {
            if last.is_some_and(|last| last >= time) {
                reading.fault(
                    line.origin(),
                    FaultKind::Inconsistent,
                    "the times of a time series do not rise",
                    time,
                    format!("above {}", last.unwrap_or_default()),
                    "Bring the rows into the order of their times.",
                );
            }
            last = Some(time);
            for (series, value) in series.iter_mut().zip(values) {
                if value != NO_VALUE {
                    series.0.times.push(time);
                    series.0.values.push(value * series.1);
                }
            }
        }
    }
    Some(series.into_iter().map(|(series, _)| series).collect())
}

fn attributes(reading: &mut Reading, block: &Block) -> Option<Vec<(TimeSeries, f64)>> {
    let mut names: Vec<(String, Mark)> = Vec::new();
    let mut methods: Option<Vec<Option<Interpolation>>> = None;
    let mut factors: Option<Vec<f64>> = None;
    let each = |one: bool, count: usize, known: usize| if one { known.max(1) } else { count };
    for line in &block.lines {
        let mut words = Words::new(line.text());
        let word = words.keyword().unwrap_or_default();
        let rest: Vec<&str> = words.take_while(|word| !begins_comment(word)).collect();
        match word.as_str() {
            "NAME" | "NAMES" => {
                let upper = rest.iter().map(|name| (name.to_ascii_uppercase(), Mark(line.origin())));
                names = upper.collect();
            }
            "METHOD" | "METHODS" => {
                let read: Vec<_> =
                    rest.iter().map(|word| Interpolation::read(reading, line.origin(), word)).collect();
                let count = each(word == "METHOD", read.len(), names.len());
                methods =
                    Some(read.into_iter().cycle().take(if rest.is_empty() { 0 } else { count }).collect());
            }
            "SFAC" | "SFACS" => {
                let read: Vec<f64> = rest.iter().filter_map(|word| factor(reading, line, word)).collect();
                let count = each(word == "SFAC", read.len(), names.len());
                factors = Some(
                    read.iter().copied().cycle().take(if read.is_empty() { 0 } else { count }).collect(),
                );
            }
            _ => {
                const KNOWN: [&str; 6] = ["NAME", "NAMES", "METHOD", "METHODS", "SFAC", "SFACS"];
                reading.unknown(line.origin(), "the ATTRIBUTES of a time-series file", &word, &KNOWN);
            }
        }
    }
    let factors = factors.unwrap_or_else(|| vec![1.0; names.len()]);
    let methods = methods.unwrap_or_default();
    if names.is_empty() || methods.len() != names.len() || factors.len() != names.len() {
        reading.fault(
            block.origin,
            FaultKind::Inconsistent,
            "the attributes of a time-series file do not agree",
            format!("{} names, {} methods, {} factors", names.len(), methods.len(), factors.len()),
            "at least one name, and a method (and a factor, if any) for each",
            "Add what is missing.",
        );
        return None;
    }
    let series = names.into_iter().zip(methods).zip(factors).map(|(((name, mark), method), factor)| {
        let (times, values) = (Vec::new(), Vec::new());
        Some((TimeSeries { name, method: method?, times, values, file: 0, mark }, factor))
    });
    series.collect()
}

fn factor(reading: &mut Reading, line: &Line, word: &str) -> Option<f64> {
    let value = word::real(word);
    if value.is_none() {
        bad(reading, line, word);
    }
    value
}

fn bad(reading: &mut Reading, line: &Line, word: &str) {
    reading.fault(
        line.origin(),
        FaultKind::Syntax,
        "a time-series file holds something else than a number",
        word,
        "a real number",
        "Correct the number.",
    );
}

fn row(reading: &mut Reading, line: &Line, count: usize) -> Option<(f64, Vec<f64>)> {
    let mut words = Words::new(line.text());
    let mut numbers = Vec::with_capacity(count + 1);
    while numbers.len() <= count {
        let word = words.next().unwrap_or_default();
        let Some(value) = word::real(word) else {
            bad(reading, line, if word.is_empty() { "nothing" } else { word });
            return None;
        };
        numbers.push(value);
    }
    let values = numbers.split_off(1);
    Some((numbers[0], values))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(method: Interpolation) -> TimeSeries {
        TimeSeries {
            name: "Q".to_owned(),
            method,
            times: vec![0.0, 10.0, 30.0],
            values: vec![1.0, 3.0, -1.0],
            file: 0,
            mark: Mark::default(),
        }
    }

    #[test]
    fn a_step_gets_the_mean_or_the_end() {
        let (step, line, end) = (
            series(Interpolation::Stepwise),
            series(Interpolation::Linear),
            series(Interpolation::LinearEnd),
        );
        assert_eq!(step.value(0.0, 10.0), Some(1.0));
        assert_eq!(step.value(5.0, 15.0), Some(2.0));
        assert_eq!(line.value(0.0, 10.0), Some(2.0));
        assert_eq!(line.value(0.0, 30.0), Some((20.0 + 20.0) / 30.0));
        assert_eq!(line.value(10.0, 20.0), Some(2.0));
        assert_eq!(end.value(0.0, 20.0), Some(1.0));
        assert_eq!(end.value(0.0, 10.0), Some(3.0));
        assert_eq!(end.value(20.0, 30.0 + 1e-10), Some(-1.0));
    }

    #[test]
    fn beyond_its_times_a_series_gives_nothing() {
        for method in [Interpolation::Stepwise, Interpolation::Linear, Interpolation::LinearEnd] {
            assert_eq!(series(method).value(20.0, 31.0), None, "{method:?}");
        }
        assert_eq!(series(Interpolation::Linear).value(-1.0, 5.0), Some(0.0));
        assert_eq!(series(Interpolation::LinearEnd).value(-2.0, -1.0), None);
        assert!(series(Interpolation::Linear).value(25.0, 30.0).is_some());
    }
}
