//! Colours of every figure.

use plotters::style::RGBColor;

/// Colours that colour-blind readers can tell apart: the hues of Okabe and Ito (2008), without the yellow, each so dark that a thin
/// line of it stands out of white, and unlike enough in lightness that no two of them fall together for anyone.
pub(crate) const PALETTE: [RGBColor; 7] = [
    RGBColor(63, 63, 63),
    RGBColor(0, 80, 125),
    RGBColor(181, 80, 0),
    RGBColor(0, 120, 87),
    RGBColor(163, 97, 134),
    RGBColor(74, 155, 200),
    RGBColor(193, 134, 0),
];

/// Colour of thresholds.
pub(crate) const THRESHOLD: RGBColor = RGBColor(170, 0, 50);

/// Least contrast to white that a mark must have to be seen by those who see little (WCAG 2.2, 1.4.11).
const SEEN: f64 = 3.0;

/// Contrast of a colour to white, from 1 to 21.
fn contrast(colour: RGBColor) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let light = 0.2126 * linear(colour.0) + 0.7152 * linear(colour.1) + 0.0722 * linear(colour.2);
    1.05 / (light + 0.05)
}

/// What a filled mark of a colour is outlined with: the colour itself, or where that is too pale for white a darker tone of it.
pub(crate) fn edge(colour: RGBColor) -> RGBColor {
    let mut edge = colour;
    while contrast(edge) < SEEN {
        let darker = |part: u8| (f64::from(part) * 0.97) as u8;
        edge = RGBColor(darker(edge.0), darker(edge.1), darker(edge.2));
    }
    edge
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_stands_out_of_white() {
        assert!((contrast(RGBColor(0, 0, 0)) - 21.0).abs() < 1e-9);
        assert!((contrast(RGBColor(255, 255, 255)) - 1.0).abs() < 1e-9);
        for colour in PALETTE {
            assert!(contrast(colour) >= SEEN, "{colour:?} has {:.2}", contrast(colour));
            assert_eq!(edge(colour), colour);
        }
        let pale = RGBColor(205, 205, 205);
        assert!(contrast(pale) < SEEN && contrast(edge(pale)) >= SEEN);
    }
}
