//! Calendar dates: `YYYY-MM-DD`, or `YYYY-MM` for a whole month.

use jiff::civil::Date;

/// Which day of a month without a day is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    /// The first: for a beginning.
    First,
    /// The last: for an end that is itself included.
    Last,
}

/// What a date must look like.
pub(crate) const DATE_FORM: &str = "a date as YYYY-MM or YYYY-MM-DD";

/// Reads a date; `None` where there is no such day.
pub(crate) fn parse_date(text: &str, day: Day) -> Option<Date> {
    let digits =
        |part: &str, count: usize| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = text.split('-');
    let (year, month, date) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() || !digits(year, 4) || !digits(month, 2) {
        return None;
    }
    let (year, month) = (year.parse::<i16>().ok()?, month.parse::<i8>().ok()?);
    match date {
        Some(date) if digits(date, 2) => Date::new(year, month, date.parse().ok()?).ok(),
        Some(_) => None,
        None => {
            let first = Date::new(year, month, 1).ok()?;
            Some(if day == Day::First { first } else { first.last_of_month() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn months_and_days() {
        assert_eq!(parse_date("2020-02", Day::First), Some(date(2020, 2, 1)));
        assert_eq!(parse_date("2020-02", Day::Last), Some(date(2020, 2, 29)));
        assert_eq!(parse_date("2021-02-29", Day::First), None);
        assert_eq!(parse_date("2020-13", Day::First), None);
        assert_eq!(parse_date("2020", Day::First), None);
        assert_eq!(parse_date("2020-1-1", Day::First), None);
        assert_eq!(parse_date("-020-01", Day::First), None);
    }
}
