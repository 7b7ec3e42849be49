//! What moves a value most: bars to either side of zero.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use quanyu_policy::Text as Words;

use super::PALETTE;
use super::legend;
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

/// Height of a bar with its name above it and its space \[px\].
const ROW: i32 = 40;
/// Height of the line that says what the bars are \[px\].
const SCALE: i32 = 22;
/// Width of the figure \[px\].
const WIDTH: i32 = 460;
/// Colour of names and numbers.
const DARK: RGBColor = RGBColor(40, 40, 40);
/// Colour of what is said of all bars.
const QUIET: RGBColor = RGBColor(90, 90, 90);
/// Size of letters \[px\].
const SIZE: i32 = 13;
/// Where the bars' zero lies \[px\].
const ZERO: i32 = WIDTH / 2;
/// Half the width of the bars; beside the longest there is room for its number \[px\].
const HALF: i32 = 170;

impl Tornado {
    /// As SVG, in both languages or in one.
    ///
    /// # Errors
    /// The drawing library's message.
    pub(crate) fn svg(&self, only: Option<Language>) -> Result<String, String> {
        self.draw(only).map_err(|error| error.to_string())
    }

    fn draw(&self, only: Option<Language>) -> Result<String, Box<dyn std::error::Error>> {
        let head = SCALE + if only.is_some() { 34 } else { 4 };
        let height = head + ROW * self.bars.len() as i32 + 6;
        let ink = Ink::default();
        {
            let root = Sheet::new(&ink, (WIDTH as u32, height as u32), only).into_drawing_area();
            if let Some(language) = only {
                head_of(&root, &self.title, language)?;
            }
            let text = |h_pos, colour: &'static RGBColor| {
                TextStyle::from(("sans-serif", SIZE * FINE).into_font())
                    .color(colour)
                    .pos(Pos::new(h_pos, VPos::Center))
            };
            let scale = Words::new(
                "加权秩相关（−1 至 1）：向右，因素越大，所判定的量越大",
                "weighted rank correlation; right: more of it raises the value",
            );
            let at = (10 * FINE, (head - SCALE / 2) * FINE);
            root.draw(&Text::new(drawn(&scale), at, text(HPos::Left, &QUIET)))?;
            let axis = RGBColor(120, 120, 120).stroke_width(FINE as u32);
            for (place, bar) in self.bars.iter().enumerate() {
                let top = head + ROW * place as i32;
                let middle = top + 27;
                let length = (bar.value.clamp(-1.0, 1.0) * f64::from(HALF * FINE)).round() as i32;
                let colour = if bar.value >= 0.0 { PALETTE[2] } else { PALETTE[1] };
                let (from, to) = (ZERO * FINE, ZERO * FINE + length);
                let (up, down) = ((middle - 8) * FINE, (middle + 8) * FINE);
                ink.open("mark", place);
                root.draw(&Rectangle::new([(from.min(to), up), (from.max(to), down)], colour.filled()))?;
                ink.close();
                // Above its bar a name may be as long as the figure is wide, and no bar reaches into it.
                let name = legend::cut_to(&drawn(&bar.name), f64::from(WIDTH - 20) / f64::from(SIZE));
                root.draw(&Text::new(name, (10 * FINE, (top + 9) * FINE), text(HPos::Left, &DARK)))?;
                let (at, side) =
                    if bar.value >= 0.0 { (to + 5 * FINE, HPos::Left) } else { (to - 5 * FINE, HPos::Right) };
                let value = format!("{:+.2}", bar.value).replace('-', "−");
                root.draw(&Text::new(value, (at, middle * FINE), text(side, &DARK)))?;
                let zero = [(middle - 11) * FINE, (middle + 11) * FINE].map(|y| (ZERO * FINE, y));
                root.draw(&PathElement::new(zero.to_vec(), axis))?;
            }
            root.present()?;
        }
        Ok(document(&ink, &self.title, (WIDTH as u32, height as u32), only, ""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::draw::sheet::ems;

    #[test]
    fn no_text_leaves_the_figure_or_lies_on_a_bar() {
        let long = "Ordovician, recharge area (fissure-vein flow) · specific storage";
        let bar = |value: f64| Bar { name: Words::new(long, long), value };
        let tornado = Tornado {
            id: "influence".into(),
            title: Words::new("上限", "What moves the verdict, in a title as long as titles are"),
            bars: [0.99, -0.99, -0.4].map(bar).to_vec(),
        };
        let svg = tornado.svg(Some(Language::En)).expect("drawn");
        assert!(svg.contains("font-weight=\"600\""), "the title is checked, too");
        let number = |text: &str, key: &str| -> f64 {
            let rest = text.split_once(&format!("{key}=\"")).expect("an attribute").1;
            rest.split_once('"').expect("its end").0.parse().expect("a number")
        };
        let fine = f64::from(FINE);
        let bars: Vec<(f64, f64)> = svg
            .split("class=\"mark\"")
            .skip(1)
            .map(|own| {
                let path = own.split_once("d=\"M").expect("a bar").1;
                let mut parts = path.split([' ', 'h', 'v']);
                let mut next =
                    || parts.next().expect("a coordinate").parse::<f64>().expect("a number") / fine;
                let (_, top, _, height) = (next(), next(), next(), next());
                (top, top + height)
            })
            .collect();
        assert_eq!(bars.len(), 3);
        let mut names = 0;
        for text in svg.split("<text").skip(1) {
            let content = text.split_once('>').expect("a text").1.split_once("</text>").expect("its end").0;
            let (at, down) = (number(text, " x") / fine, number(text, " y") / fine);
            let size = number(text, "font-size") / fine;
            let wide = size * ems(content);
            let left = if text.contains("text-anchor=\"end\"") { at - wide } else { at };
            assert!(left >= 0.0 && left + wide <= f64::from(WIDTH), "{content} from {left} over {wide}");
            if content.starts_with("Ordovician") {
                names += 1;
                // Letters reach from their size above the baseline to a quarter of it below.
                let free = |(top, bottom): &(f64, f64)| down - size > *bottom || down + 0.25 * size < *top;
                assert!(bars.iter().all(free), "{content} lies on a bar");
            }
        }
        assert_eq!(names, 3);
    }
}
