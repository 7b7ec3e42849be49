//! Figures of the page, as SVG: one drawing serves the page, `quanyu plot` and print.

mod chart;
mod labels;
mod legend;
mod map;
mod sheet;
mod tornado;

pub(crate) use chart::{Chart, Column, Dot, Level, Line};
pub(crate) use map::{MapFrame, MapView};
pub(crate) use tornado::{Bar, Tornado};

use plotters::style::RGBColor;

/// Colours that colour-blind readers can tell apart (Okabe and Ito 2008), without the yellow that pales on white.
pub(crate) const PALETTE: [RGBColor; 7] = [
    RGBColor(90, 90, 90),
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
];

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
