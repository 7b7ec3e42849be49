//! Volumes in whole litres, so that accounts close exactly.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A volume of water in whole litres (1 L = 0.001 m³).
///
/// Printed, parsed and serialised as cubic metres with exactly three decimals, which loses nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Litres(i64);

impl Litres {
    /// No water.
    pub const ZERO: Self = Self(0);

    /// From a count of litres.
    pub const fn new(litres: i64) -> Self {
        Self(litres)
    }

    /// How many litres.
    pub const fn count(self) -> i64 {
        self.0
    }

    /// Nearest whole litre to a volume \[m³\]; not-a-number counts as nothing.
    pub fn from_cubic_metres(volume: f64) -> Self {
        Self((volume * 1000.0).round() as i64)
    }

    /// Whole litres that fit in a volume \[m³\]: never more than it holds.
    pub fn within_cubic_metres(volume: f64) -> Self {
        Self((volume * 1000.0).floor() as i64)
    }

    /// The volume \[m³\].
    pub fn cubic_metres(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// Nearest whole litre to a share of this volume \[-\].
    pub fn share(self, share: f64) -> Self {
        Self((self.0 as f64 * share).round() as i64)
    }

    /// Whole litres that fit in a share of this volume \[-\].
    pub fn part(self, share: f64) -> Self {
        Self((self.0 as f64 * share).floor() as i64)
    }

    /// Mean rate over so many days \[m³/d\].
    pub fn rate(self, days: f64) -> f64 {
        self.cubic_metres() / days
    }

    /// What is left after taking another volume, at least nothing.
    pub fn less(self, other: Self) -> Self {
        Self((self.0 - other.0).max(0))
    }
}

impl Add for Litres {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Litres {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl AddAssign for Litres {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl SubAssign for Litres {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl Sum for Litres {
    fn sum<I: Iterator<Item = Self>>(volumes: I) -> Self {
        volumes.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Litres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let count = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:03}", count / 1000, count % 1000)
    }
}

/// Text that is not a volume in cubic metres with three decimals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotLitres(pub String);

impl fmt::Display for NotLitres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a volume in m³ with three decimals", self.0)
    }
}

impl std::error::Error for NotLitres {}

impl FromStr for Litres {
    type Err = NotLitres;

    fn from_str(text: &str) -> Result<Self, NotLitres> {
        let fault = || NotLitres(text.to_owned());
        let (whole, thousandths) = text.split_once('.').ok_or_else(fault)?;
        if thousandths.len() != 3 || !thousandths.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(fault());
        }
        let digits = whole.strip_prefix('-').unwrap_or(whole);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(fault());
        }
        format!("{whole}{thousandths}").parse().map(Self).map_err(|_| fault())
    }
}

impl Serialize for Litres {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Litres {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_parses_without_loss() {
        for count in [0, 1, -1, 999, 1000, -1001, 188_000_000_123, i64::MAX, i64::MIN + 1] {
            let volume = Litres::new(count);
            assert_eq!(volume.to_string().parse(), Ok(volume));
        }
        assert_eq!(Litres::new(-1).to_string(), "-0.001");
        assert_eq!(Litres::new(1234).to_string(), "1.234");
    }

    #[test]
    fn rejects_what_is_no_volume() {
        for text in ["", "1", "1.2", "1.2345", ".123", "-.123", "1.+23", "+1.234", "x.123", "--1.000"] {
            assert!(text.parse::<Litres>().is_err(), "{text}");
        }
    }

    #[test]
    fn fits_within_never_exceeds() {
        assert_eq!(Litres::within_cubic_metres(1.9999), Litres::new(1999));
        assert_eq!(Litres::from_cubic_metres(1.9999), Litres::new(2000));
        assert_eq!(Litres::from_cubic_metres(f64::NAN), Litres::ZERO);
    }
}
