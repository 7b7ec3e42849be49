//! TDIS: stress periods and their time steps, and ATS: periods whose steps adapt.
//!
//! The steps of a period grow by a factor: Δt₁ = L (1 − m)/(1 − mⁿ), Δtᵢ₊₁ = m Δtᵢ; with m = 1 all are L/n.

use quanyu_flow::{FaultKind, Origin};

use super::block::{Block, Grammar, blocks};
use super::option;
use super::reading::Reading;
use super::source::{Line, Mark};
use super::word::Words;

const TDIS: Grammar = Grammar {
    what: "the TDIS file",
    order: &["OPTIONS", "DIMENSIONS", "PERIODDATA"],
    repeated: &[],
    required: &["DIMENSIONS", "PERIODDATA"],
};

const ATS: Grammar = Grammar {
    what: "the ATS file",
    order: &["OPTIONS", "DIMENSIONS", "PERIODDATA"],
    repeated: &[],
    required: &["DIMENSIONS", "PERIODDATA"],
};

/// Unit of time of a simulation. All rates and times of its files are in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeUnit {
    /// Not stated (`UNKNOWN` and `UNDEFINED` are the same).
    #[default]
    Undefined,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
    /// Years of 365.25 days.
    Years,
    /// Hundreds of such years.
    Centuries,
}

impl TimeUnit {
    const ALL: [(&'static str, Self); 8] = [
        ("UNDEFINED", Self::Undefined),
        ("SECONDS", Self::Seconds),
        ("MINUTES", Self::Minutes),
        ("HOURS", Self::Hours),
        ("DAYS", Self::Days),
        ("YEARS", Self::Years),
        ("CENTURIES", Self::Centuries),
        ("UNKNOWN", Self::Undefined),
    ];

    /// Its name in MODFLOW's files.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].0
    }

    /// Seconds in one unit, if it is stated.
    pub fn seconds(self) -> Option<f64> {
        const SECONDS: [Option<f64>; 7] = [
            None,
            Some(1.0),
            Some(60.0),
            Some(3600.0),
            Some(86_400.0),
            Some(31_557_600.0),
            Some(3_155_760_000.0),
        ];
        SECONDS[self as usize]
    }
}

/// When a simulation runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Time {
    /// Unit of time.
    pub unit: TimeUnit,
    /// Date and time of the start as written.
    pub start: Option<String>,
    /// Stress periods in turn.
    pub periods: Vec<StressPeriod>,
}

/// One stress period.
#[derive(Clone, Debug, PartialEq)]
pub struct StressPeriod {
    /// Length.
    pub length: f64,
    /// Number of time steps.
    pub steps: usize,
    /// Each step's length over that of the one before.
    pub multiplier: f64,
    /// How steps adapt, if they do; then `steps` and `multiplier` count for nothing.
    pub adaptive: Option<AdaptiveSteps>,
    /// Where it stands.
    pub mark: Mark,
}

/// How the steps of one period adapt (a row of the ATS file).
#[derive(Clone, Debug, PartialEq)]
pub struct AdaptiveSteps {
    /// First step; nought keeps the last step of the period before.
    pub first: f64,
    /// Least step.
    pub least: f64,
    /// Greatest step.
    pub greatest: f64,
    /// Factor by which an easy step lets the next grow and a hard one shrink; nought or one: never.
    pub growth: f64,
    /// Divisor of a step that failed; nought or one: no retry.
    pub retry: f64,
    /// Where it stands.
    pub mark: Mark,
}

impl StressPeriod {
    /// Length of its first step where they do not adapt.
    pub(crate) fn first_step(&self) -> f64 {
        let count = i32::try_from(self.steps).unwrap_or(i32::MAX);
        if self.multiplier == 1.0 {
            self.length / f64::from(count)
        } else {
            self.length * (1.0 - self.multiplier) / (1.0 - self.multiplier.powi(count))
        }
    }

    /// Times at the ends of its steps where they do not adapt; `begin` is the time at which it begins. The last step
    /// takes what is left, so that no error of rounding adds up.
    pub fn step_ends(&self, begin: f64) -> Vec<f64> {
        let mut length = self.first_step();
        let mut ends = Vec::with_capacity(self.steps);
        let mut time = begin;
        for step in 1..=self.steps {
            if step > 1 {
                length *= self.multiplier;
            }
            if step > 1 && step == self.steps {
                length = begin + self.length - time;
            }
            time += length;
            ends.push(time);
        }
        ends
    }
}

impl Time {
    /// End of the last period.
    pub fn total(&self) -> f64 {
        self.end(self.periods.len().saturating_sub(1))
    }

    /// End of a stress period (from nought).
    pub fn end(&self, period: usize) -> f64 {
        self.periods.iter().take(period + 1).map(|period| period.length).sum()
    }
}

pub(crate) fn read(reading: &mut Reading, name: &str, origin: Origin) -> Option<Time> {
    let file = reading.text(name, origin)?;
    let blocks = blocks(reading, &file, TDIS);
    let block = |name: &str| blocks.iter().find(|block| block.name == name);
    let mut time = Time { unit: TimeUnit::Undefined, start: None, periods: Vec::new() };
    let mut adaptive = Vec::new();
    for line in block("OPTIONS").iter().flat_map(|block| &block.lines) {
        let mut words = Words::new(line.text());
        let word = words.keyword().unwrap_or_default();
        match word.as_str() {
            "TIME_UNITS" => time.unit = unit(reading, line, &mut words),
            "START_DATE_TIME" => time.start = words.next().map(str::to_owned),
            "ATS6" => adaptive.extend(option::file(reading, line, &mut words, "FILEIN")),
            _ => reading.unknown(
                line.origin(),
                "the OPTIONS of the TDIS file",
                &word,
                &["TIME_UNITS", "START_DATE_TIME", "ATS6"],
            ),
        }
    }
    let [count] = option::dimensions(reading, Some(block("DIMENSIONS")?), TDIS.what, [("NPER", None)]);
    let data = block("PERIODDATA")?;
    time.periods = data.lines.iter().filter_map(|line| period(reading, line)).collect();
    rows(reading, TDIS.what, "NPER", count?, data);
    for file in &adaptive {
        read_adaptive(reading, &file.name, file.mark.0, &mut time.periods);
    }
    (time.periods.len() == count?).then_some(time)
}

fn unit(reading: &mut Reading, line: &Line, words: &mut Words<'_>) -> TimeUnit {
    let word = words.keyword().unwrap_or_default();
    let found = TimeUnit::ALL.iter().find(|(name, _)| *name == word);
    if found.is_none() {
        let known = TimeUnit::ALL.map(|(name, _)| name);
        reading.unknown(line.origin(), "TIME_UNITS", &word, &known);
    }
    found.map_or(TimeUnit::Undefined, |(_, unit)| *unit)
}

/// As many rows as a dimension says, or a fault.
fn rows(reading: &mut Reading, what: &str, dimension: &str, count: usize, block: &Block) {
    if block.lines.len() != count {
        reading.fault(
            block.origin,
            FaultKind::Inconsistent,
            format!("{what} has another number of rows than {dimension} says"),
            block.lines.len(),
            format!("{count} rows"),
            format!("Correct {dimension} or the rows."),
        );
    }
}

fn period(reading: &mut Reading, line: &Line) -> Option<StressPeriod> {
    let mut words = Words::new(line.text());
    let length = option::within(reading, line, &mut words, "PERLEN", (0.0, f64::INFINITY));
    let steps = option::count(reading, line, &mut words, "NSTP", 1);
    let multiplier = option::number::<f64>(reading, line, &mut words, "TSMULT")?;
    let (length, steps) = (length?, steps?);
    if multiplier <= 0.0 {
        reading.fault(
            line.origin(),
            FaultKind::OutOfRange,
            "TSMULT is out of range",
            multiplier,
            "above 0",
            "Correct the number.",
        );
    }
    if length == 0.0 && steps > 1 {
        reading.fault(
            line.origin(),
            FaultKind::Inconsistent,
            "a stress period of no length has more than one step",
            steps,
            "1 step",
            "Give the period a length, or one step.",
        );
    }
    Some(StressPeriod { length, steps, multiplier, adaptive: None, mark: Mark(line.origin()) })
}

fn read_adaptive(
    reading: &mut Reading,
    name: &str,
    origin: Origin,
    periods: &mut [StressPeriod],
) -> Option<()> {
    let file = reading.text(name, origin)?;
    let blocks = blocks(reading, &file, ATS);
    let block = |name: &str| blocks.iter().find(|block| block.name == name);
    for line in block("OPTIONS").iter().flat_map(|block| &block.lines) {
        let word = Words::new(line.text()).keyword().unwrap_or_default();
        reading.unknown(line.origin(), "the OPTIONS of the ATS file", &word, &[]);
    }
    let [count] = option::dimensions(reading, Some(block("DIMENSIONS")?), ATS.what, [("MAXATS", None)]);
    let data = block("PERIODDATA")?;
    if data.lines.len() > count? {
        rows(reading, ATS.what, "MAXATS", count?, data);
    }
    for line in &data.lines {
        let mut words = Words::new(line.text());
        let number = option::count(reading, line, &mut words, "the stress period", 1);
        let Some((number, steps)) = number.zip(adaptive(reading, line, &mut words)) else { continue };
        let last = periods.len();
        match periods.get_mut(number - 1) {
            Some(period) if period.adaptive.is_some() => reading.fault(
                line.origin(),
                FaultKind::Collision,
                "the ATS file names a stress period twice",
                number,
                "each period once",
                "Remove one of the rows.",
            ),
            Some(period) => period.adaptive = Some(steps),
            None => reading.fault(
                line.origin(),
                FaultKind::NotTied,
                "the ATS file names a stress period that does not exist",
                number,
                format!("from 1 to {last}"),
                "Correct the period.",
            ),
        }
    }
    Some(())
}

fn adaptive(reading: &mut Reading, line: &Line, words: &mut Words<'_>) -> Option<AdaptiveSteps> {
    let mut number = |what: &str, low: f64| option::within(reading, line, words, what, (low, f64::INFINITY));
    let (first, least) = (number("DT0", 0.0), number("DTMIN", f64::MIN_POSITIVE));
    let (greatest, growth) = (number("DTMAX", f64::MIN_POSITIVE), number("DTADJ", 0.0));
    let retry = number("DTFAILADJ", 0.0);
    let (least, greatest, growth, retry) = (least?, greatest?, growth?, retry?);
    if least > greatest {
        reading.fault(
            line.origin(),
            FaultKind::Inconsistent,
            "DTMIN is above DTMAX",
            least,
            format!("at most {greatest}"),
            "Exchange the two or correct them.",
        );
    }
    for (what, value) in [("DTADJ", growth), ("DTFAILADJ", retry)] {
        if value != 0.0 && value < 1.0 {
            reading.fault(
                line.origin(),
                FaultKind::OutOfRange,
                format!("{what} is out of range"),
                value,
                "0, or 1 and above",
                "Correct the number.",
            );
        }
    }
    Some(AdaptiveSteps { first: first?, least, greatest, growth, retry, mark: Mark(line.origin()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_a_period_fill_it() {
        let mark = Mark::default();
        let mut period = StressPeriod { length: 150.0, steps: 4, multiplier: 2.0, adaptive: None, mark };
        assert_eq!(period.step_ends(7.0), [17.0, 37.0, 77.0, 157.0]);
        period.multiplier = 1.0;
        assert_eq!(period.step_ends(0.0), [37.5, 75.0, 112.5, 150.0]);
        period.steps = 1;
        period.multiplier = 1.3;
        assert_eq!(period.step_ends(1.0).len(), 1);
    }

    #[test]
    fn units_of_time_are_named() {
        for (word, unit) in [("unknown", TimeUnit::Undefined), ("Centuries", TimeUnit::Centuries)] {
            let time = format!(
                "BEGIN OPTIONS\nTIME_UNITS {word}\nEND OPTIONS\nBEGIN DIMENSIONS\nNPER 1\nEND DIMENSIONS\n\
                 BEGIN PERIODDATA\n1 1 1\nEND PERIODDATA\n"
            );
            let folder = crate::modflow::testing::model("", &[("g.tdis", &time)]);
            assert_eq!(crate::modflow::testing::read_model(&folder).unwrap().time.unit, unit);
        }
        assert_eq!(TimeUnit::Undefined.name(), "UNDEFINED");
        assert_eq!(TimeUnit::Centuries.seconds(), Some(100.0 * 365.25 * 86_400.0));
    }

    #[test]
    fn faults_of_the_time_are_found() {
        let time = "BEGIN OPTIONS\nTIME_UNITS day\nATS6 FILEIN g.ats\nEND OPTIONS\nBEGIN DIMENSIONS\nNPER 3\nEND DIMENSIONS\n\
            BEGIN PERIODDATA\n1 0 1\n-1 1 1\n0 2 1\n5 1 0\nEND PERIODDATA\n";
        let steps = "BEGIN DIMENSIONS\nMAXATS 3\nEND DIMENSIONS\nBEGIN PERIODDATA\n9 1 .1 10 2 5\n1 1 10 1 2 .5\n1 1 .1 10 2 5\n\
            END PERIODDATA\n";
        let folder = crate::modflow::testing::model("", &[("g.tdis", time), ("g.ats", steps)]);
        assert_eq!(
            crate::modflow::testing::read_model(&folder).unwrap_err(),
            [
                "g.tdis:2: TIME_UNITS knows no such word [DAY]",
                "g.tdis:8: the TDIS file has another number of rows than NPER says [4]",
                "g.tdis:9: NSTP is out of range [0]",
                "g.tdis:10: PERLEN is out of range [-1]",
                "g.tdis:11: a stress period of no length has more than one step [2]",
                "g.tdis:12: TSMULT is out of range [0]",
                "g.ats:5: the ATS file names a stress period that does not exist [9]",
                "g.ats:6: DTMIN is above DTMAX [10]",
                "g.ats:6: DTFAILADJ is out of range [0.5]",
                "g.ats:7: the ATS file names a stress period twice [1]",
            ]
        );
    }
}
