//! Figures of the page, as SVG: one drawing serves the page, `quanyu plot` and print.

mod chart;
mod labels;
mod legend;
mod map;
mod map_legend;
mod sheet;
mod tornado;

pub(crate) use chart::{Chart, Column, Dot, Level, Line};
pub(crate) use map::{MapFrame, MapView};
pub(crate) use map_legend::{MapKey, map_keys};
pub(crate) use tornado::{Bar, Tornado};

use plotters::style::RGBColor;

pub(crate) use crate::palette::{PALETTE, THRESHOLD, edge};

/// Dashes that tell apart what has the same colour, in fine pixels.
pub(crate) const DASHES: [&str; 3] = ["", "24 12", "6 10"];

/// Colour of the series of a number.
pub(crate) fn colour(series: usize) -> RGBColor {
    PALETTE[series % PALETTE.len()]
}

/// Dash of the series of a number: the palette begins anew with another one.
pub(crate) fn dash(series: usize) -> &'static str {
    DASHES[(series / PALETTE.len()) % DASHES.len()]
}
