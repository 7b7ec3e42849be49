//! Numbers as Fortran's edit descriptors write them.

/// `Fw.d`: fixed point, right-aligned; stars where it does not fit.
pub(super) fn fixed(value: f64, width: usize, decimals: usize) -> String {
    fit(format!("{value:.decimals$}"), width)
}

/// `1PEw.d` or `ESw.d`: one digit before the point, at least two of the exponent.
pub(super) fn scientific(value: f64, width: usize, decimals: usize) -> String {
    let text = format!("{value:.decimals$e}");
    let (mantissa, exponent) = split(&text);
    fit(format!("{mantissa}{}", exponent_text(exponent)), width)
}

/// `Ew.d`: nought before the point.
pub(super) fn exponential(value: f64, width: usize, decimals: usize) -> String {
    if value == 0.0 {
        let sign = if value.is_sign_negative() { "-" } else { "" };
        return fit(format!("{sign}0.{:0<decimals$}E+00", ""), width);
    }
    let text = format!("{:.*e}", decimals.max(1) - 1, value.abs());
    let (mantissa, exponent) = split(&text);
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let sign = if value < 0.0 { "-" } else { "" };
    fit(format!("{sign}0.{digits}{}", exponent_text(exponent + 1)), width)
}

/// `Gw.d`: fixed where the number has a place in `d` digits, else with an exponent; `scaled` stands for `1P`.
pub(super) fn general(value: f64, width: usize, digits: usize, scaled: bool) -> String {
    let size = if value == 0.0 { 1 } else { split(&format!("{value:.*e}", digits.max(1) - 1)).1 + 1 };
    match usize::try_from(size) {
        Ok(size) if size <= digits => {
            format!("{}    ", fixed(value, width.saturating_sub(4), digits - size))
        }
        _ if scaled => scientific(value, width, digits),
        _ => exponential(value, width, digits),
    }
}

/// `G0`: all seventeen digits, no blanks.
pub(super) fn full(value: f64) -> String {
    const DIGITS: usize = 17;
    if !value.is_finite() {
        return if value.is_nan() {
            "NaN"
        } else if value > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned();
    }
    let text = format!("{value:.*e}", DIGITS - 1);
    let (mantissa, exponent) = split(&text);
    match usize::try_from(exponent + 1) {
        _ if value == 0.0 => format!("{value:.*}", DIGITS - 1),
        Ok(size) if size <= DIGITS => {
            let fixed = format!("{value:.*}", DIGITS - size);
            if size == DIGITS { format!("{fixed}.") } else { fixed }
        }
        _ => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{mantissa}E{sign}{:03}", exponent.abs())
        }
    }
}

fn split(text: &str) -> (&str, i32) {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    (mantissa, exponent.parse().unwrap_or(0))
}

fn exponent_text(exponent: i32) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    let size = exponent.unsigned_abs();
    if size > 99 { format!("{sign}{size:03}") } else { format!("E{sign}{size:02}") }
}

fn fit(text: String, width: usize) -> String {
    let bare = text.strip_prefix("-0.").map(|rest| format!("-.{rest}"));
    let bare = bare.or_else(|| text.strip_prefix("0.").map(|rest| format!(".{rest}")));
    match bare {
        _ if text.len() <= width => format!("{text:>width$}"),
        Some(bare) if bare.len() <= width => format!("{bare:>width$}"),
        _ => "*".repeat(width),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_look_as_fortran_writes_them() {
        assert_eq!(fixed(897.3104, 17, 4), "         897.3104");
        assert_eq!(fixed(123.0, 3, 1), "***");
        assert_eq!(fixed(0.5, 3, 2), ".50");
        assert_eq!(scientific(2.4106e-8, 17, 4), "       2.4106E-08");
        assert_eq!(scientific(1e-120, 17, 4), "       1.0000-120");
        assert_eq!(exponential(0.001, 12, 5), " 0.10000E-02");
        assert_eq!(exponential(-1.5, 12, 5), "-0.15000E+01");
        assert_eq!(exponential(0.0, 12, 5), " 0.00000E+00");
        assert_eq!(general(0.0, 24, 15, true), "    0.00000000000000    ");
        assert_eq!(general(400_000.25, 24, 15, true), "    400000.250000000    ");
        assert_eq!(general(0.01, 24, 15, true), "   1.000000000000000E-02");
        assert_eq!(general(1.0, 20, 13, false), "  1.000000000000    ");
        assert_eq!(general(4.021172376011, 20, 13, false), "  4.021172376011    ");
        assert_eq!(general(0.05, 15, 6, false), "   0.500000E-01");
        assert_eq!(general(9.99999999, 12, 4, false), "   10.00    ");
    }

    #[test]
    fn all_digits_of_a_number() {
        for (value, text) in [
            (1.0, "1.0000000000000000"),
            (39.99437868564462, "39.994378685644620"),
            (1.196_698_668_034_628, "1.1966986680346281"),
            (0.5, "0.50000000000000000"),
            (0.0, "0.0000000000000000"),
            (-0.03125, "-3.1250000000000000E-002"),
            (1e30, "1.0000000000000000E+030"),
            (123_456.0, "123456.00000000000"),
        ] {
            assert_eq!(full(value), text);
        }
    }
}
