//! One thing that can be true or false of the engine.

/// How long a case takes, and so who runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speed {
    /// Seconds at most: run by the tests too.
    Fast,
    /// Run by the program only.
    Slow,
}

/// One number that was measured, and how large it may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// What was measured.
    pub what: String,
    /// How far the engine is from the right answer, not negative.
    pub error: f64,
    /// The most it may be.
    pub tolerance: f64,
    /// Unit of both; empty for a share.
    pub unit: &'static str,
}

impl Measure {
    /// A share, such as a relative error.
    pub fn share(what: impl Into<String>, error: f64, tolerance: f64) -> Self {
        Self { what: what.into(), error, tolerance, unit: "" }
    }

    /// A number with a unit.
    pub fn of(what: impl Into<String>, error: f64, tolerance: f64, unit: &'static str) -> Self {
        Self { what: what.into(), error, tolerance, unit }
    }

    /// Whether it is as small as it has to be; an error that is no number is not.
    pub fn passed(&self) -> bool {
        self.error <= self.tolerance
    }
}

/// Why a case measured nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The engine failed.
    Failed(String),
    /// Something outside the engine that the case needs is not there.
    Skipped(String),
}

impl Stop {
    /// The engine failed, in its own words.
    pub fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }

    /// Faults of a model or its stresses, all of them.
    pub fn faults(faults: Vec<quanyu_flow::Fault>) -> Self {
        Self::Failed(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    }
}

/// What running a case gave.
pub type Outcome = Result<Vec<Measure>, Stop>;

/// A case: its claim, and how to try it.
pub struct Case {
    /// Its name, unique.
    pub name: &'static str,
    /// What it checks, in a line.
    pub checks: &'static str,
    /// Where the right answer comes from.
    pub source: &'static str,
    /// Why the tolerance is what it is.
    pub reason: &'static str,
    /// Who runs it.
    pub speed: Speed,
    /// A defect that is known and not yet mended, because of which the case misses: in words.
    pub known_miss: Option<&'static str>,
    /// Runs it.
    pub run: Box<dyn Fn() -> Outcome + Send + Sync>,
}
