//! Faults and remarks of the gridding, collected to the end.

use crate::{Fault, FaultKind, Figure, Note, Origin};

/// What the gridding has to say.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) faults: Vec<Fault>,
    pub(crate) notes: Vec<Note>,
}

impl Log {
    /// Adds what another has to say.
    pub(super) fn append(&mut self, other: &Self) {
        self.faults.extend_from_slice(&other.faults);
        self.notes.extend_from_slice(&other.notes);
    }

    /// Adds a fault: what is wrong, what was found, what is allowed, what to do.
    pub(crate) fn fault(&mut self, origin: Origin, kind: FaultKind, told: [String; 4]) {
        let [message, value, allowed, remedy] = told;
        self.faults.push(Fault { origin, kind, message, value, allowed, remedy });
    }

    /// Adds a remark.
    pub(crate) fn note(&mut self, origin: Origin, message: String) {
        self.notes.push(Note { origin, message });
    }

    /// A name that refers to nothing.
    pub(crate) fn unknown<'a>(
        &mut self,
        origin: Origin,
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'a str>,
    ) {
        let known: Vec<&str> = known.collect();
        self.fault(
            origin,
            FaultKind::UnknownName,
            [
                format!("There is no {what} of this name."),
                name.to_owned(),
                if known.is_empty() { format!("no {what} is defined") } else { known.join(", ") },
                "Correct the name or define it.".to_owned(),
            ],
        );
    }

    /// Checks that a figure lies in `least ..= most`; false (and a fault) where not.
    pub(crate) fn within(&mut self, figure: &Figure, what: &str, least: f64, most: f64) -> bool {
        let fits = figure.value.is_finite() && figure.value >= least && figure.value <= most;
        if !fits {
            let allowed =
                if most < f64::MAX { format!("{least} to {most}") } else { format!("at least {least}") };
            self.fault(
                figure.origin,
                FaultKind::OutOfRange,
                [
                    format!("The {what} is out of range."),
                    figure.value.to_string(),
                    allowed,
                    "Correct the figure.".to_owned(),
                ],
            );
        }
        fits
    }

    /// Checks that a figure is positive; false (and a fault) where not.
    pub(crate) fn positive(&mut self, figure: &Figure, what: &str) -> bool {
        self.within(figure, what, f64::MIN_POSITIVE, f64::MAX)
    }

    /// Checks that a figure is not negative; false (and a fault) where not.
    pub(crate) fn not_negative(&mut self, figure: &Figure, what: &str) -> bool {
        self.within(figure, what, 0.0, f64::MAX)
    }

    /// Checks that a figure is a finite number; false (and a fault) where not.
    pub(crate) fn finite(&mut self, figure: &Figure, what: &str) -> bool {
        self.within(figure, what, -f64::MAX, f64::MAX)
    }
}
