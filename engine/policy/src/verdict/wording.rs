//! Numbers and sentences as verdicts print them.

use super::Status;
use crate::Text;

/// A volume \[m³\] in 亿 or 万 m³.
pub(super) fn zh(volume: f64) -> String {
    if volume.abs() >= 1.0e8 {
        format!("{:.4}亿m³", volume / 1.0e8)
    } else {
        format!("{:.1}万m³", volume / 1.0e4)
    }
}

/// A volume \[m³\] in millions of m³, small ones in thousands.
pub(super) fn en(volume: f64) -> String {
    if volume.abs() < 1.0e5 && volume != 0.0 {
        format!("{:.1} thousand m³", volume / 1.0e3)
    } else {
        format!("{:.2} million m³", volume / 1.0e6)
    }
}

/// A share \[-\] in per cent, with its sign.
pub(super) fn percent(share: f64) -> String {
    format!("{:+.1} %", share * 100.0)
}

/// The word for a status.
pub(super) fn word(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Met => ("达标", "met"),
        Status::Missed => ("未达标", "missed"),
        Status::Undetermined => ("无法判定", "undetermined"),
    }
}

impl Text {
    /// Appends a sentence; Chinese ones follow at once, English ones after a space.
    pub(crate) fn say(&mut self, zh: impl AsRef<str>, en: impl AsRef<str>) {
        self.zh.push_str(zh.as_ref());
        if !self.en.is_empty() && !en.as_ref().is_empty() {
            self.en.push(' ');
        }
        self.en.push_str(en.as_ref());
    }
}

/// States how a test stands at the value and at both ends, where they disagree or agree.
pub(super) fn say_ends(reason: &mut Text, value: Status, low: Status, high: Status, band: (f64, f64)) {
    let (low_word, high_word) = (word(low), word(high));
    if low == value && high == value {
        reason.say(
            format!("假定区间两端（{}至{}）结论一致。", zh(band.0), zh(band.1)),
            format!("Both ends of the assumed ranges ({} to {}) agree.", en(band.0), en(band.1)),
        );
    } else {
        reason.say(
            format!(
                "假定区间两端结论不一致：低端{}（{}），高端{}（{}），取值处{}，故无法判定。",
                zh(band.0), low_word.0, zh(band.1), high_word.0, word(value).0
            ),
            format!(
                "The ends of the assumed ranges disagree: low {} ({}), high {} ({}), at the value {}; so it is undetermined.",
                en(band.0), low_word.1, en(band.1), high_word.1, word(value).1
            ),
        );
    }
}

/// States the share of demand that would flip a test.
pub(super) fn say_break_even(reason: &mut Text, status: Status, break_even: Option<f64>) {
    match (status, break_even) {
        (Status::Met, Some(share)) => reason.say(
            format!("按取值，需水再增{:.1} %才会超限。", share * 100.0),
            format!("At the value, demand could rise by {:.1} % before it fails.", share * 100.0),
        ),
        (Status::Missed, Some(share)) => reason.say(
            format!("按取值，需水须减{:.1} %方可达标。", -share * 100.0),
            format!("At the value, demand must fall by {:.1} % for it to hold.", -share * 100.0),
        ),
        (Status::Missed, None) => {
            reason.say("仅靠减少需水无法达标。", "No fall of demand alone would make it hold.");
        }
        (Status::Met, None) => {
            reason.say("需水增至16倍仍不超限。", "It would hold even at sixteen times the demand.");
        }
        (Status::Undetermined, _) => {}
    }
}
