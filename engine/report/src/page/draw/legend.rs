//! The legend below a figure, wrapped to its width.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::edge;
use super::sheet::{FINE, Ink, Sheet, ems};
use crate::page::words::BETWEEN;

/// Height of a row of the legend \[px\].
const ROW: i32 = 20;
/// Size of its letters \[px\].
const SIZE: i32 = 13;
/// Width of a key and the space around it \[px\].
const KEY: i32 = 30;

/// How an item is keyed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Key {
    /// A line with its dashes.
    Line(&'static str),
    /// A filled box.
    Box,
    /// A published value.
    Dot,
}

/// An item.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Name, in both languages.
    pub(super) name: String,
    /// Colour.
    pub(super) colour: RGBColor,
    /// Opacity of a box.
    pub(super) alpha: f64,
    /// Key.
    pub(super) key: Key,
}

fn width(item: &Item) -> i32 {
    let widest = item.name.split(BETWEEN).map(ems).fold(0.0, f64::max);
    KEY + (widest * f64::from(SIZE)).ceil() as i32 + 16
}

/// A name as far as a figure of a width has room for it, in both languages.
pub(super) fn fitting(name: &str, figure: i32) -> String {
    cut_to(name, f64::from(figure - 8 - KEY - 16) / f64::from(SIZE))
}

/// The same for a room in ems.
pub(super) fn cut_to(name: &str, room: f64) -> String {
    let cut = |text: &str| {
        if ems(text) <= room {
            return text.to_owned();
        }
        let mut wide = ems("…");
        let within = |letter: &char| {
            wide += ems(letter.encode_utf8(&mut [0; 4]));
            wide <= room
        };
        text.chars().take_while(within).chain(['…']).collect()
    };
    name.split(BETWEEN).map(cut).collect::<Vec<String>>().join(&BETWEEN.to_string())
}

/// Where each item stands, in a figure of a width, and the height of all of them \[px\].
pub(super) fn layout(items: &[Item], figure: i32) -> (Vec<(i32, i32)>, i32) {
    let (mut places, mut x, mut y) = (Vec::new(), 0, 0);
    for item in items {
        let own = width(item);
        if x > 0 && x + own > figure - 8 {
            x = 0;
            y += ROW;
        }
        places.push((x, y));
        x += own;
    }
    let height = if items.is_empty() { 0 } else { y + ROW + 4 };
    (places, height)
}

/// Draws the legend from a height on.
pub(super) fn draw(
    area: &DrawingArea<Sheet, Shift>,
    ink: &Ink,
    items: &[Item],
    places: &[(i32, i32)],
    top: i32,
) -> Result<(), Box<dyn std::error::Error>> {
    for (item, (x, y)) in items.iter().zip(places) {
        let at = |dx: i32, dy: i32| ((8 + x + dx) * FINE, (top + y + ROW / 2 + dy) * FINE);
        match item.key {
            Key::Line(dash) => {
                ink.open_dashed("key", 0, dash);
                let style = item.colour.stroke_width(2 * FINE as u32);
                area.draw(&PathElement::new(vec![at(0, 0), at(22, 0)], style))?;
                ink.close();
            }
            Key::Box => {
                let style = item.colour.mix(item.alpha).filled();
                let outline = edge(item.colour).stroke_width(FINE as u32);
                area.draw(&Rectangle::new([at(4, -6), at(20, 6)], style))?;
                area.draw(&Rectangle::new([at(4, -6), at(20, 6)], outline))?;
            }
            Key::Dot => {
                let style = item.colour.stroke_width(2 * FINE as u32);
                area.draw(&PathElement::new(vec![at(11, -7), at(11, 7)], style))?;
                area.draw(&Circle::new(at(11, 0), 4 * FINE, item.colour.filled()))?;
            }
        }
        let style = TextStyle::from(("sans-serif", SIZE * FINE).into_font())
            .color(&RGBColor(40, 40, 40))
            .pos(Pos::new(HPos::Left, VPos::Center));
        area.draw(&Text::new(item.name.clone(), at(KEY, 0), style))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_longer_than_its_figure_is_cut_in_each_language() {
        assert_eq!(fitting("泉\u{1f}spring", 200), "泉\u{1f}spring");
        let long = fitting(&format!("{}\u{1f}{}", "泉".repeat(90), "x".repeat(90)), 200);
        let (zh, en) = long.split_once(BETWEEN).expect("both languages");
        assert!(zh.ends_with("泉…") && en.ends_with("x…") && zh.chars().count() < en.chars().count());
        assert!(ems(zh).max(ems(en)) * f64::from(SIZE) + f64::from(KEY + 24) <= 200.0, "{long}");
    }
}
