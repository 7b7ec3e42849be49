//! Colours of every figure.

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
