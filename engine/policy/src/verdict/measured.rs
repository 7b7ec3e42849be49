//! Test (c) of `balance`: the trend of measured levels, freed of what the rain did.
//!
//! Level of a well in a year = a + b t + c D(t), with D the cumulative departure of the rain from its long-term mean, as a share of that, and c ≥ 0
//! by least squares; the trend is the Sen slope of level − c D over the reported years up to the target's, five at least. A zone passes
//! where no measured well falls by more than the dead band; a fall beyond it counts where the Mann–Kendall test is sure of it.
//!
//! Measured levels tell what was done in those years, whatever a scenario assumes: the ruling says so.

use quanyu_basin::{Climate, Observation, Sureness};

use super::levels::TREND_YEARS;
use super::{Binding, Evidence, Ruling, Status};
use crate::Target;
use crate::statistics::{Trend, trend};

/// Fall that counts as none \[m/a\]: ours, the policy names none.
const DEAD_BAND: f64 = 0.05;
/// Confidence from which a fall beyond the dead band counts \[-\]: ours.
const SURE: f64 = 0.9;

/// Rules on a zone by its measured wells; `false` where no series is long enough.
pub(super) fn rule(
    evidence: &Evidence,
    target: &Target,
    wells: &[&Observation],
    ruling: &mut Ruling,
) -> bool {
    let reported = evidence.reported();
    let counts = |year: &i16| reported.contains(year) && *year <= target.by.year();
    let mut statuses = Vec::new();
    let mut lowest: Option<(f64, &str)> = None;
    for well in wells {
        let levels: Vec<(i16, f64)> = (well.levels.iter())
            .filter(|row| counts(&row.year))
            .map(|row| (row.year, row.level.value))
            .collect();
        if levels.len() < TREND_YEARS {
            continue;
        }
        let (adjusted, share) = without_rain(&evidence.basin.climate, &levels);
        let Some(Trend { slope, confidence }) = trend(&adjusted) else { continue };
        statuses.push(judge(slope, confidence));
        if lowest.is_none_or(|(known, _)| slope < known) {
            lowest = Some((slope, &well.id));
        }
        let (first, last) = (levels[0].0, levels[levels.len() - 1].0);
        let percent = confidence * 100.0;
        let (zh, en) = match share {
            Some(share) => (
                format!("扣除降水影响（每偏离一年均值 {share:+.2} m）"),
                format!("freed of the rain ({share:+.2} m a year's mean rain)"),
            ),
            None => (
                "逐年降水不全或与时间分不开，未扣除降水影响".into(),
                "not freed of the rain, which is not known year by year or goes with time".into(),
            ),
        };
        ruling.reason.say(
            format!("实测井{}（{first}—{last}年）：{slope:+.3} m/a，置信度{percent:.0} %，{zh}。", well.id),
            format!(
                "Measured well {} ({first} to {last}): {slope:+.3} m/a, confidence {percent:.0} %, {en}.",
                well.id
            ),
        );
    }
    let Some((slope, well)) = lowest else { return false };
    ruling.status = Status::all(&statuses);
    ruling.value = Some(slope);
    ruling.threshold = Some(-DEAD_BAND);
    ruling.binding = Some(Binding { year: Some(target.by.year()), ..Binding::default() });
    ruling.reason.say(
        format!("最低为{well}，允许下降{DEAD_BAND} m/a（自定）。实测水位反映当年实际，与方案无关。"),
        format!(
            "The lowest is {well}; a fall of {DEAD_BAND} m/a counts as none (ours). Measured levels tell what was done then, not what a scenario \
             assumes."
        ),
    );
    true
}

/// A fall beyond the dead band decides only where it is sure.
fn judge(slope: f64, confidence: f64) -> Status {
    match slope >= -DEAD_BAND {
        true => Status::Met,
        false if confidence >= SURE => Status::Missed,
        false => Status::Undetermined,
    }
}

/// Levels less what the cumulative departure of the rain explains, and what a departure of one year's mean rain makes \[m\]; as they are where
/// the rain is not known in every year, or cannot be told from time.
fn without_rain(climate: &Climate, levels: &[(i16, f64)]) -> (Vec<(f64, f64)>, Option<f64>) {
    let points = |coefficient: f64, departure: &[f64]| -> Vec<(f64, f64)> {
        let each = levels.iter().zip(departure);
        each.map(|((year, level), departure)| (f64::from(*year), level - coefficient * departure)).collect()
    };
    let as_they_are = || (points(0.0, &vec![0.0; levels.len()]), None);
    let (Some(first), Some(last)) = (levels.first(), levels.last()) else { return as_they_are() };
    // What was published for that year alone: a decade's mean says nothing of one year, and a member's weather is synthetic.
    let known = |year: i16| {
        let row = climate.years.iter().find(|row| row.year == year).map(|row| &row.precipitation);
        row.is_some_and(|figure| figure.sureness == Sureness::Quoted && figure.range.is_none())
    };
    let mean = climate.mean.value;
    if !(first.0..=last.0).all(known) || mean <= 0.0 {
        return as_they_are();
    }
    let departure: Vec<f64> = (levels.iter())
        .map(|(year, _)| {
            (first.0..=*year).map(|year| climate.year(year) / mean - 1.0).fold(0.0, |sum, part| sum + part)
        })
        .collect();
    let count = levels.len() as f64;
    let centred = |values: &mut dyn Iterator<Item = f64>| -> Vec<f64> {
        let values: Vec<f64> = values.collect();
        let mean = values.iter().fold(0.0, |sum, value| sum + value) / count;
        values.into_iter().map(|value| value - mean).collect()
    };
    let time = centred(&mut levels.iter().map(|(year, _)| f64::from(*year)));
    let rain = centred(&mut departure.iter().copied());
    let level = centred(&mut levels.iter().map(|(_, level)| *level));
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + a * b);
    let (tt, tr, rr) = (dot(&time, &time), dot(&time, &rain), dot(&rain, &rain));
    let determinant = tt * rr - tr * tr;
    if determinant <= 1e-6 * tt * rr || rr == 0.0 {
        return as_they_are();
    }
    // More rain cannot lower a level.
    let coefficient = ((tt * dot(&rain, &level) - tr * dot(&time, &level)) / determinant).max(0.0);
    (points(coefficient, &departure), Some(coefficient))
}

#[cfg(test)]
mod tests {
    use super::*;
    use quanyu_basin::{Figure, Origin, PrecipitationYear};

    fn figure(value: f64) -> Figure {
        Figure { value, range: None, sureness: Sureness::Quoted, source: "S".into(), origin: Origin::NONE }
    }

    #[test]
    fn what_the_rain_did_is_taken_off_and_the_rest_is_the_trend() {
        let rain = [600.0, 480.0, 720.0, 540.0, 660.0, 420.0, 600.0];
        let years =
            (2010..).zip(rain).map(|(year, rain)| PrecipitationYear { year, precipitation: figure(rain) });
        let climate = Climate { mean: figure(600.0), years: years.collect(), monthly: [1.0 / 12.0; 12] };
        let mut departure = 0.0;
        let levels: Vec<(i16, f64)> = (2010..)
            .zip(rain)
            .map(|(year, rain)| {
                departure += rain / 600.0 - 1.0;
                (year, 500.0 - 0.2 * f64::from(year - 2010) + 8.0 * departure)
            })
            .collect();
        let (adjusted, coefficient) = without_rain(&climate, &levels);
        assert!((coefficient.expect("told apart") - 8.0).abs() < 1e-9);
        let slope = trend(&adjusted).expect("a trend").slope;
        assert!((slope + 0.2).abs() < 1e-9, "{slope}");
        let unknown = Climate { years: Vec::new(), ..climate };
        let (raw, coefficient) = without_rain(&unknown, &levels);
        assert_eq!(coefficient, None);
        assert!(raw.iter().zip(&levels).all(|(raw, level)| raw.1 == level.1));
    }

    #[test]
    fn a_fall_beyond_the_band_counts_where_it_is_sure() {
        assert_eq!(judge(-0.04, 1.0), Status::Met);
        assert_eq!(judge(-0.06, 0.95), Status::Missed);
        assert_eq!(judge(-0.06, 0.5), Status::Undetermined);
    }
}
