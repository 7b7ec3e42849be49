//! What moves a value most: bars to either side of zero.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use quanyu_policy::Text as Words;

use super::PALETTE;
use super::sheet::{FINE, Ink, Sheet, document, head_of};
use crate::Language;
use crate::page::words::drawn;

/// One bar.
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    /// What it is.
    pub(crate) name: Words,
    /// From −1 to 1.
    pub(crate) value: f64,
}

/// Bars below one another.
#[derive(Clone, Debug)]
pub(crate) struct Tornado {
    /// Id in the page.
    pub(crate) id: String,
    /// Title.
    pub(crate) title: Words,
    /// Bars, the longest first.
    pub(crate) bars: Vec<Bar>,
}

/// Height of a bar with its space \[px\].
const ROW: i32 = 26;
/// Width of the figure \[px\].
const WIDTH: i32 = 560;
/// Where the bars' zero lies \[px\].
const ZERO: i32 = 400;
/// Half the width of the bars \[px\].
const HALF: i32 = 140;

impl Tornado {
    /// As SVG, in both languages or in one.
    ///
    /// # Errors
    /// The drawing library's message.
    pub(crate) fn svg(&self, only: Option<Language>) -> Result<String, String> {
        self.draw(only).map_err(|error| error.to_string())
    }

    fn draw(&self, only: Option<Language>) -> Result<String, Box<dyn std::error::Error>> {
        let head = if only.is_some() { 34 } else { 4 };
        let height = head + ROW * self.bars.len() as i32 + 6;
        let ink = Ink::default();
        {
            let root = Sheet::new(&ink, (WIDTH as u32, height as u32), only).into_drawing_area();
            if only.is_some() {
                head_of(&root, &self.title)?;
            }
            let text = |h_pos| {
                TextStyle::from(("sans-serif", 13 * FINE).into_font())
                    .color(&RGBColor(40, 40, 40))
                    .pos(Pos::new(h_pos, VPos::Center))
            };
            for (place, bar) in self.bars.iter().enumerate() {
                let middle = head + ROW * place as i32 + ROW / 2;
                let length = (bar.value.clamp(-1.0, 1.0) * f64::from(HALF * FINE)).round() as i32;
                let colour = if bar.value >= 0.0 { PALETTE[2] } else { PALETTE[1] };
                let (from, to) = (ZERO * FINE, ZERO * FINE + length);
                let (up, down) = ((middle - 8) * FINE, (middle + 8) * FINE);
                ink.open("mark", place);
                root.draw(&Rectangle::new([(from.min(to), up), (from.max(to), down)], colour.filled()))?;
                ink.close();
                root.draw(&Text::new(drawn(&bar.name), (10 * FINE, middle * FINE), text(HPos::Left)))?;
                let (at, side) =
                    if bar.value >= 0.0 { (to + 5 * FINE, HPos::Left) } else { (to - 5 * FINE, HPos::Right) };
                let value = format!("{:+.2}", bar.value).replace('-', "−");
                root.draw(&Text::new(value, (at, middle * FINE), text(side)))?;
            }
            let axis = RGBColor(120, 120, 120).stroke_width(FINE as u32);
            let ends = vec![(ZERO * FINE, head * FINE), (ZERO * FINE, (height - 4) * FINE)];
            root.draw(&PathElement::new(ends, axis))?;
            root.present()?;
        }
        Ok(document(&ink, &self.title, (WIDTH as u32, height as u32), only, ""))
    }
}
