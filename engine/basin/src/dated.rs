//! What dated mines and outlet stages are over a period.

use jiff::civil::Date;

use crate::time::first_of;
use crate::{Mine, Period, Spring, days_between};

/// Mean over a period of the mined share of a mine's area \[-\], which grows linearly from its start to its end.
pub(crate) fn mean_share(mine: &Mine, from: Date, to: Date) -> f64 {
    let days = days_between(from, to);
    if days > 0.0 { (mined_days(mine, to) - mined_days(mine, from)) / days } else { 0.0 }
}

/// Mean over a period of the mined share that is kept dry \[-\]: nothing once the pumps have stopped.
pub(crate) fn pumped_share(mine: &Mine, period: Period) -> f64 {
    let end = mine.closure.map_or(period.end, |closure| closure.clamp(period.start, period.end));
    (mined_days(mine, end) - mined_days(mine, period.start)) / period.days()
}

/// Integral of the mined share up to a date \[d\].
fn mined_days(mine: &Mine, date: Date) -> f64 {
    let whole = days_between(mine.start, mine.end);
    let since = days_between(mine.start, date).max(0.0);
    if since < whole { 0.5 * since * since / whole } else { since - 0.5 * whole }
}

/// Mean level of a spring's outlet over a period \[m\]: the outlet, or the water standing over it where that is higher,
/// month by month (by the days that a stage stands in a month), then over the months by their days.
pub(crate) fn outlet_level(spring: &Spring, period: Period) -> f64 {
    let outlet = spring.elevation.value;
    let (mut rise, mut from) = (0.0, period.start);
    while from < period.end {
        let next = match from.month() {
            12 => first_of(from.year().saturating_add(1), 1),
            month => first_of(from.year(), month + 1),
        };
        let to = next.min(period.end);
        if to <= from {
            break;
        }
        let standing = |stage: &crate::OutletStage| {
            if !stage.months.is_empty() && !stage.months.contains(&from.month()) {
                return 0.0;
            }
            let first = stage.from.max(from);
            let last = stage.to.map_or(to, |until| until.min(to));
            days_between(first, last).max(0.0) * (stage.stage.value - outlet).max(0.0)
        };
        rise += spring.stages.iter().map(standing).fold(0.0, f64::max);
        from = to;
    }
    outlet + rise / period.days()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OutletStage;
    use crate::synthetic::{figure, mine, spring};
    use jiff::civil::date;

    fn year(year: i16) -> Period {
        Period { start: date(year, 1, 1), end: date(year + 1, 1, 1) }
    }

    #[test]
    fn the_mined_share_grows_linearly_and_stays() {
        let mut mine = mine();
        (mine.start, mine.end, mine.closure) = (date(1980, 1, 1), date(2000, 1, 1), Some(date(2010, 7, 1)));
        assert_eq!(mean_share(&mine, date(1979, 1, 1), date(1980, 1, 1)), 0.0);
        assert!((mean_share(&mine, date(1990, 1, 1), date(1991, 1, 1)) - 0.525).abs() < 1e-3);
        assert!((mean_share(&mine, date(2020, 1, 1), date(2020, 2, 1)) - 1.0).abs() < 1e-12);
        // The shares of the months make up that of the year.
        let months: f64 = (1..=12)
            .map(|month| {
                let (from, to) =
                    (first_of(1985, month), first_of(1985 + i16::from(month == 12), month % 12 + 1));
                mean_share(&mine, from, to) * days_between(from, to)
            })
            .sum();
        assert!((months / 365.0 - mean_share(&mine, date(1985, 1, 1), date(1986, 1, 1))).abs() < 1e-12);
        assert_eq!(pumped_share(&mine, year(1970)), 0.0);
        assert!((pumped_share(&mine, year(2005)) - 1.0).abs() < 1e-12);
        assert!((pumped_share(&mine, year(2010)) - 181.0 / 365.0).abs() < 1e-9);
        assert_eq!(pumped_share(&mine, year(2011)), 0.0);
    }

    #[test]
    fn a_dated_stage_lifts_the_outlet_in_its_months() {
        let mut spring = spring("s", "a", [0.0, 0.0], 100.0);
        let stage = |from, to, months: &[i8], stage| OutletStage {
            from,
            to,
            months: months.to_vec(),
            stage: figure(stage),
        };
        spring.stages = vec![
            stage(date(2001, 1, 1), None, &[6, 7, 8, 9], 104.0),
            stage(date(2003, 1, 1), Some(date(2004, 1, 1)), &[], 101.0),
            stage(date(2001, 1, 1), None, &[], 99.0),
        ];
        let month = |year, month| Period { start: first_of(year, month), end: first_of(year, month + 1) };
        assert_eq!(outlet_level(&spring, year(2000)), 100.0);
        assert_eq!(outlet_level(&spring, month(2002, 5)), 100.0);
        assert_eq!(outlet_level(&spring, month(2002, 6)), 104.0);
        assert!((outlet_level(&spring, year(2002)) - (100.0 + 4.0 * 122.0 / 365.0)).abs() < 1e-12);
        assert_eq!(outlet_level(&spring, month(2003, 5)), 101.0);
        assert_eq!(outlet_level(&spring, month(2003, 6)), 104.0);
        assert_eq!(outlet_level(&spring, month(2004, 2)), 100.0);
    }
}
