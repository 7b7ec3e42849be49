//! Synthetic weather: no yearly series is published, so each member has years of its own.
//!
//! Yearly precipitation is lognormal about its expectation with a lag-one autocorrelation: `P = E exp(σ z − σ²/2)`,
//! `z` a Gaussian autoregression of unit variance and `σ² = ln(1 + CV²)`. Years that are quoted stay; years known only as
//! the mean of a block are scaled so that the block keeps its published mean.

use std::f64::consts::TAU;
use std::ops::RangeInclusive;

use quanyu_basin::{Basin, Figure, Origin, PrecipitationYear, Sureness};
use rand_chacha::rand_core::RngCore;

use super::sample::uniform;

/// Gives every simulated year precipitation of its own.
pub(super) fn weather(basin: &mut Basin, variation: f64, persistence: f64, random: &mut impl RngCore) {
    let spread = (1.0 + variation * variation).ln().sqrt();
    let mut state = normal(random);
    let mut years: Vec<(PrecipitationYear, bool)> = Vec::new();
    for year in basin.time.history_from..=basin.time.to {
        let known = basin.climate.years.iter().find(|row| row.year == year).cloned();
        let quoted = known.as_ref().is_some_and(|row| is_known(&row.precipitation));
        let mut row = known.unwrap_or_else(|| PrecipitationYear { year, precipitation: expected(basin) });
        if !quoted {
            row.precipitation.value *= (spread * state - 0.5 * spread * spread).exp();
        }
        years.push((row, quoted));
        state = persistence * state + (1.0 - persistence * persistence).sqrt() * normal(random);
    }
    keep_block_means(basin, &mut years);
    basin.climate.years = years.into_iter().map(|(row, _)| row).collect();
}

/// Whether a year is as it was published for that year alone.
fn is_known(figure: &Figure) -> bool {
    figure.sureness == Sureness::Quoted && figure.range.is_none()
}

/// Makes every year of a spell that is not quoted drier or wetter by one factor.
pub(super) fn spell(basin: &mut Basin, years: RangeInclusive<i16>, factor: f64) {
    for year in years {
        let published = basin.climate.years.iter().position(|row| row.year == year);
        let row = published.unwrap_or_else(|| {
            let row = PrecipitationYear { year, precipitation: expected(basin) };
            basin.climate.years.push(row);
            basin.climate.years.len() - 1
        });
        let figure = &mut basin.climate.years[row].precipitation;
        if !is_known(figure) {
            figure.value *= factor;
        }
    }
    basin.climate.years.sort_by_key(|row| row.year);
}

/// A run of consecutive published years of one value is one block of which only the mean is known.
fn keep_block_means(basin: &Basin, years: &mut [(PrecipitationYear, bool)]) {
    let published = |year: i16| basin.climate.years.iter().find(|row| row.year == year);
    let mut at = 0;
    while at < years.len() {
        let Some(first) = published(years[at].0.year) else {
            at += 1;
            continue;
        };
        let mean = first.precipitation.value;
        let same = |(row, quoted): &&(PrecipitationYear, bool)| {
            !quoted && published(row.year).is_some_and(|row| row.precipitation.value == mean)
        };
        let length = years[at..].iter().take_while(same).count();
        let sum: f64 = years[at..at + length].iter().map(|(row, _)| row.precipitation.value).sum();
        if length > 1 && sum > 0.0 {
            for (row, _) in &mut years[at..at + length] {
                row.precipitation.value *= mean * length as f64 / sum;
            }
        }
        at += length.max(1);
    }
}

fn expected(basin: &Basin) -> Figure {
    let mean = &basin.climate.mean;
    Figure {
        value: mean.value,
        range: None,
        sureness: Sureness::Assumed,
        source: mean.source.clone(),
        origin: Origin::NONE,
    }
}

/// A standard normal deviate, after Box and Muller (1958).
fn normal(random: &mut impl RngCore) -> f64 {
    let radius = (-2.0 * (1.0 - uniform(random)).ln()).sqrt();
    radius * (TAU * uniform(random)).cos()
}
