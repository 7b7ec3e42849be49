//! A number with its provenance.

use crate::Origin;

/// How sure a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sureness {
    /// Stands in a published source that was read.
    Quoted,
    /// Follows from quoted figures by arithmetic.
    Computed,
    /// Quoted or computed figures plus judgement.
    Inferred,
    /// No published basis; must carry a range.
    Assumed,
}

/// Closed interval `low ..= high`, in the figure's own unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A number, how sure it is, where it comes from and between what it may lie.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Best value, in the unit its field names.
    pub value: f64,
    /// Where the truth may lie; always present when [`Sureness::Assumed`].
    pub range: Option<Range>,
    /// How sure.
    pub sureness: Sureness,
    /// Id of the [`Source`].
    pub source: String,
    /// Where it stands in the input.
    pub origin: Origin,
}

impl Figure {
    /// Lower end of the range, or the value where there is none.
    pub fn low(&self) -> f64 {
        self.range.map_or(self.value, |range| range.low)
    }

    /// Upper end of the range, or the value where there is none.
    pub fn high(&self) -> f64 {
        self.range.map_or(self.value, |range| range.high)
    }

    /// Multiplies value and range by a factor that is not negative.
    pub fn scale(&mut self, factor: f64) {
        self.value *= factor;
        if let Some(range) = &mut self.range {
            (range.low, range.high) = (range.low * factor, range.high * factor);
        }
    }
}

/// A publication, a computation or our own assumption that figures refer to.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Short id used in the `origin` columns.
    pub id: String,
    /// Full citation, or the statement of the assumption.
    pub citation: String,
    /// Where it stands in the input.
    pub origin: Origin,
}

/// Chinese and English name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}
