//! Figures of measures as they stand on a command line, and as they are printed.

use quanyu_policy::Quantity;

use crate::diagnostic::did_you_mean;
use crate::document::units::{AREA_UNITS, UnitFault, VOLUME_UNITS, area, share, volume_per_year};

/// Square metres of a 亩 (`mu`).
const MU: f64 = 10_000.0 / 15.0;

/// Reads a figure with its unit, such as `"30 %"`, `"500 wan_m3_per_year"`, `"3000 mu"`, `"1.5 yuan/m3"`.
///
/// # Errors
///
/// What is wrong with it and what is allowed, in words.
pub fn read_quantity(text: &str, quantity: Quantity) -> Result<f64, String> {
    let (read, units): (_, &[&str]) = match quantity {
        Quantity::Share | Quantity::Ratio => (share(text), &["%"]),
        Quantity::Volume => (volume_per_year(text), &VOLUME_UNITS),
        Quantity::Area => (area(text), &AREA_UNITS),
        Quantity::Tax => {
            let number =
                text.trim().strip_suffix("yuan/m3").map(str::trim).and_then(|text| text.parse().ok());
            (number.ok_or_else(|| UnitFault::UnknownUnit(text.to_owned())), &["yuan/m3"])
        }
    };
    let allowed = match quantity {
        Quantity::Share => "0 to 1, or as in \"30 %\"".to_owned(),
        Quantity::Ratio => "0 or more, or as in \"30 %\"".to_owned(),
        _ => format!("a number of 0 or more and one of {}", units.join(", ")),
    };
    let value = read.map_err(|fault| match fault {
        UnitFault::UnknownUnit(unit) => {
            let meant = did_you_mean(&unit, units.iter().copied());
            format!("`{text}` has no unit that fits; allowed: {allowed}; {meant}")
                .trim_end_matches("; ")
                .to_owned()
        }
        UnitFault::NoUnit => format!("`{text}` has no unit; allowed: {allowed}"),
        UnitFault::NotANumber => format!("`{text}` is no number; allowed: {allowed}"),
    })?;
    let most = if quantity == Quantity::Share { 1.0 } else { f64::MAX };
    if (0.0..=most).contains(&value) {
        Ok(value)
    } else {
        Err(format!("`{text}` is out of range; allowed: {allowed}"))
    }
}

/// Shows a figure in a unit that [`read_quantity`] reads.
pub fn show_quantity(value: f64, quantity: Quantity) -> String {
    let plain = |value: f64, decimals: usize| {
        let text = format!("{value:.decimals$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    };
    match quantity {
        Quantity::Share | Quantity::Ratio => format!("{} %", plain(value * 100.0, 3)),
        Quantity::Volume => format!("{} wan_m3_per_year", plain(value / 1e4, 3)),
        Quantity::Area => format!("{} mu", plain(value / MU, 1)),
        Quantity::Tax => format!("{} yuan/m3", plain(value, 4)),
    }
}

/// Unit of the plain number of a figure, as JSON has it.
pub fn quantity_unit(quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::Share | Quantity::Ratio => "1",
        Quantity::Volume => "m3/a",
        Quantity::Area => "m2",
        Quantity::Tax => "yuan/m3",
    }
}

/// The nearest of some names to one that is none of them, as a remedy; empty where none is near.
pub fn nearest_name<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    did_you_mean(name, known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_read() {
        for (value, quantity) in [
            (0.375, Quantity::Share),
            (1.5, Quantity::Ratio),
            (5.125e6, Quantity::Volume),
            (2.0e6, Quantity::Area),
            (1.25, Quantity::Tax),
        ] {
            let shown = show_quantity(value, quantity);
            let read = read_quantity(&shown, quantity).unwrap_or_else(|fault| panic!("{shown}: {fault}"));
            assert!((read / value - 1.0).abs() < 1e-4, "{value} {shown} {read}");
        }
        assert_eq!(show_quantity(0.3, Quantity::Share), "30 %");
        assert_eq!(show_quantity(100.0, Quantity::Volume), "0.01 wan_m3_per_year");
    }

    #[test]
    fn wrong_figures_are_told_in_words() {
        assert!(read_quantity("130 %", Quantity::Share).unwrap_err().contains("out of range"));
        assert!(read_quantity("500", Quantity::Volume).unwrap_err().contains("no unit"));
        assert!(read_quantity("5 wan_m3_per_yaer", Quantity::Volume).unwrap_err().contains("did you mean"));
        assert!(read_quantity("x", Quantity::Tax).is_err());
        assert!(read_quantity("-1 mu", Quantity::Area).is_err());
    }
}
