//! What is wrong with an input, and where it came from.
//!
//! The physics never sees a file. Every row of a model carries an opaque [`Origin`]; a check deep inside returns all its
//! [`Fault`]s at once, and whoever read the file turns an origin back into file, line and column.

use std::fmt;

/// Opaque mark of where a row came from; its meaning belongs to whoever made the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(pub u32);

impl Origin {
    /// A row made by the program itself, or whose source is not tracked.
    pub const NONE: Self = Self(u32::MAX);
}

impl Default for Origin {
    fn default() -> Self {
        Self::NONE
    }
}

/// The class of a fault, shared by every layer above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultKind {
    /// A key that no reader knows.
    UnknownKey,
    /// A name that refers to nothing.
    UnknownName,
    /// Something required is absent.
    Missing,
    /// A number outside its allowed range, or not finite.
    OutOfRange,
    /// A date that does not exist or lies outside the run.
    BadDate,
    /// A shape that cannot be: wrong length, crossing surfaces, cells that do not touch.
    BadGeometry,
    /// A unit that is unknown or does not fit the quantity.
    BadUnit,
    /// A row that refers to a cell or place outside the model.
    NotTied,
    /// Two rows that claim the same thing.
    Collision,
    /// A selection that matches nothing.
    EmptySelection,
    /// Text that does not parse.
    Syntax,
    /// Something understood that the engine does not do.
    Unsupported,
    /// Values that contradict one another.
    Inconsistent,
}

/// One fault of an input: a sentence, the value found, what is allowed, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where the faulty row came from.
    pub origin: Origin,
    /// The class of the fault.
    pub kind: FaultKind,
    /// One plain sentence: what is wrong.
    pub message: String,
    /// The value that was found.
    pub value: String,
    /// What would have been allowed.
    pub allowed: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (found {}; allowed: {})", self.message, self.value, self.allowed)?;
        if self.remedy.is_empty() { Ok(()) } else { write!(f, " {}", self.remedy) }
    }
}

impl std::error::Error for Fault {}
