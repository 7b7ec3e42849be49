//! Units at the door: text like `"500 wan_m3_per_year"` or `"30 %"`, and units in the names of columns.

/// Days of a mean Julian year, by which a flow per day or second becomes a volume per year.
pub(crate) const DAYS_PER_YEAR: f64 = 365.25;

/// Why a quantity could not be read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum UnitFault {
    /// The part before the unit is not a finite number.
    NotANumber,
    /// There is no unit.
    NoUnit,
    /// The unit is none that fits; it is given as written.
    UnknownUnit(String),
}

/// The units that a volume per year may be written in.
pub(crate) const VOLUME_UNITS: [&str; 8] =
    ["m3/a", "m3_per_year", "wan_m3/a", "wan_m3_per_year", "yi_m3/a", "m3/d", "m3/s", "L/s"];

/// Reads a volume per year \[m³/a\], e.g. `"500 wan_m3_per_year"`, `"5e6 m3/a"`, `"0.2 m3/s"`, `"1.88 亿m³/a"`.
///
/// 万 (`wan`) is 10⁴, 亿 (`yi`) 10⁸; flows per day or second are carried on over 365.25 days.
pub(crate) fn volume_per_year(text: &str) -> Result<f64, UnitFault> {
    let (number, unit) = split(text)?;
    let plain = unit.replace('³', "3").replace('万', "wan_").replace('亿', "yi_").replace("__", "_");
    let factor = match plain.as_str() {
        "m3/a" | "m3/year" | "m3_per_year" => 1.0,
        "wan_m3/a" | "wan_m3/year" | "wan_m3_per_year" => 1e4,
        "yi_m3/a" | "yi_m3/year" | "yi_m3_per_year" => 1e8,
        "m3/d" | "m3_per_d" => DAYS_PER_YEAR,
        "m3/s" | "m3_per_s" => 86_400.0 * DAYS_PER_YEAR,
        "L/s" | "l/s" => 86.4 * DAYS_PER_YEAR,
        _ => return Err(UnitFault::UnknownUnit(unit.to_owned())),
    };
    Ok(number * factor)
}

/// The units that an area may be written in.
pub(crate) const AREA_UNITS: [&str; 5] = ["mu", "wan_mu", "ha", "km2", "m2"];

/// Reads an area \[m²\], e.g. `"3000 mu"` (亩, a fifteenth of a hectare), `"0.3 万亩"`, `"200 ha"`.
pub(crate) fn area(text: &str) -> Result<f64, UnitFault> {
    const MU: f64 = 10_000.0 / 15.0;
    let (number, unit) = split(text)?;
    let factor = match unit {
        "mu" | "亩" => MU,
        "wan_mu" | "万亩" => 1e4 * MU,
        "ha" => 1e4,
        "km2" | "km²" => 1e6,
        "m2" | "m²" => 1.0,
        _ => return Err(UnitFault::UnknownUnit(unit.to_owned())),
    };
    Ok(number * factor)
}

/// The units that a price of water may be written in.
pub(crate) const PRICE_UNITS: [&str; 1] = ["yuan/m3"];
/// The units that a sum of money may be written in.
pub(crate) const MONEY_UNITS: [&str; 3] = ["yuan", "wan_yuan", "yi_yuan"];

/// Reads a price of water \[yuan/m³\], e.g. `"1.8 yuan/m3"`, `"1.8 元/m³"`.
pub(crate) fn price(text: &str) -> Result<f64, UnitFault> {
    let (number, unit) = split(text)?;
    match unit.replace('³', "3").replace('元', "yuan").as_str() {
        "yuan/m3" => Ok(number),
        _ => Err(UnitFault::UnknownUnit(unit.to_owned())),
    }
}

/// Reads a sum of money \[yuan\], e.g. `"3000 wan_yuan"`, `"3000 万元"`, `"0.3 yi_yuan"`.
pub(crate) fn money(text: &str) -> Result<f64, UnitFault> {
    let (number, unit) = split(text)?;
    let factor = match unit {
        "yuan" | "元" => 1.0,
        "wan_yuan" | "万元" => 1e4,
        "yi_yuan" | "亿元" => 1e8,
        _ => return Err(UnitFault::UnknownUnit(unit.to_owned())),
    };
    Ok(number * factor)
}

/// Reads a share, `"30 %"` or `"0.3"`, as a fraction of one.
pub(crate) fn share(text: &str) -> Result<f64, UnitFault> {
    match split(text) {
        Ok((number, "%" | "％")) => Ok(number / 100.0),
        Ok((_, unit)) => Err(UnitFault::UnknownUnit(unit.to_owned())),
        Err(UnitFault::NoUnit) => text.trim().parse().map_err(|_| UnitFault::NotANumber),
        Err(fault) => Err(fault),
    }
}

/// By what a figure in this column is multiplied to be in the unit used inside.
pub(crate) fn column_factor(column: &str) -> f64 {
    if column.ends_with("_wan_m3") {
        1e4
    } else if column.ends_with("_m3_per_mu") {
        15.0 / 10_000.0
    } else {
        1.0
    }
}

/// Number and unit.
fn split(text: &str) -> Result<(f64, &str), UnitFault> {
    let text = text.trim();
    // The longest beginning that is a number: the `e` of "5e6" belongs to it, letters of a unit do not.
    let number_end = (1..=text.len())
        .rev()
        .filter(|end| text.is_char_boundary(*end))
        .find(|end| {
            text[..*end].trim_end().ends_with(|last: char| last.is_ascii_digit() || last == '.')
                && text[..*end].trim_end().parse::<f64>().is_ok()
        })
        .ok_or(UnitFault::NotANumber)?;
    let number: f64 = text[..number_end].trim_end().parse().map_err(|_| UnitFault::NotANumber)?;
    let unit = text[number_end..].trim();
    if !number.is_finite() {
        Err(UnitFault::NotANumber)
    } else if unit.is_empty() {
        Err(UnitFault::NoUnit)
    } else {
        Ok((number, unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_of_every_unit_are_cubic_metres_a_year() {
        for (text, value) in [
            ("500 wan_m3_per_year", 5e6),
            ("500万m³/a", 5e6),
            ("1.88 亿 m³/a", 1.88e8),
            ("5e6 m3/a", 5e6),
            ("0.2 m3/s", 0.2 * 86_400.0 * 365.25),
            ("100 m3/d", 36_525.0),
            ("1 L/s", 86.4 * 365.25),
        ] {
            let got = volume_per_year(&text.replace("亿 m", "亿m")).unwrap();
            assert!((got - value).abs() <= 1e-9 * value, "{text}: {got}");
        }
    }

    #[test]
    fn what_is_no_volume_is_refused() {
        assert_eq!(volume_per_year("500"), Err(UnitFault::NoUnit));
        assert_eq!(volume_per_year("500 acres"), Err(UnitFault::UnknownUnit("acres".to_owned())));
        assert_eq!(volume_per_year("many m3/a"), Err(UnitFault::NotANumber));
        assert_eq!(volume_per_year("1e999 m3/a"), Err(UnitFault::NotANumber));
        assert_eq!(volume_per_year(""), Err(UnitFault::NotANumber));
    }

    #[test]
    fn areas_of_every_unit_are_square_metres() {
        for (text, value) in
            [("3 mu", 2000.0), ("0.3 万亩", 2.0e6), ("1 wan_mu", 1.0e8 / 15.0), ("2 ha", 2e4), ("1 km2", 1e6)]
        {
            assert!((area(text).unwrap() - value).abs() <= 1e-9 * value, "{text}");
        }
        assert_eq!(area("3 acres"), Err(UnitFault::UnknownUnit("acres".to_owned())));
        assert_eq!(column_factor("quota_m3_per_mu"), 0.0015);
    }

    #[test]
    fn prices_and_sums_are_yuan() {
        assert_eq!([price("1.8 yuan/m3"), price("1.8元/m³")], [Ok(1.8), Ok(1.8)]);
        assert_eq!([money("3000 wan_yuan"), money("0.3 亿元"), money("7 yuan")], [Ok(3e7), Ok(3e7), Ok(7.0)]);
        assert_eq!(price("1.8 yuan"), Err(UnitFault::UnknownUnit("yuan".to_owned())));
        assert_eq!(money("3000 dollars"), Err(UnitFault::UnknownUnit("dollars".to_owned())));
        assert_eq!(money("a fortune"), Err(UnitFault::NotANumber));
    }

    #[test]
    fn shares_are_percent_or_plain() {
        assert_eq!(share("30 %"), Ok(0.3));
        assert_eq!(share("30%"), Ok(0.3));
        assert_eq!(share("0.3"), Ok(0.3));
        assert_eq!(share("30 m3/a"), Err(UnitFault::UnknownUnit("m3/a".to_owned())));
        assert_eq!(share("a third"), Err(UnitFault::NotANumber));
    }

    #[test]
    fn a_column_carries_its_unit() {
        assert_eq!(column_factor("take_wan_m3"), 1e4);
        assert_eq!(column_factor("inflow_m3_per_s"), 1.0);
    }
}
