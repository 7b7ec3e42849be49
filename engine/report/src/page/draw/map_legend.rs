//! What the signs of a map mean: one list for the page, where the style sheet draws the keys, and for a map by itself.

use std::fmt::Write;

use quanyu_policy::Text;

use super::map::{HIGHER, LOWER, RINGS, spring_sign, well_sign};
use super::sheet::{ems, escape};
use crate::Language;
use crate::page::gather::{Maps, Places, SpringState};

/// Size of the letters, height of a row, width of a key with its space, and space behind a name.
const SIZE: f64 = 18.0;
const ROW: f64 = 30.0;
const KEY: f64 = 42.0;
const GAP: f64 = 22.0;

/// How a sign is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum MapKey {
    /// A line: colour, width, dashes.
    Line(&'static str, f64, &'static str),
    /// An area: colour.
    Area(&'static str),
    /// A spring.
    Spring(SpringState),
    /// Wells: colour of the ring.
    Wells(&'static str),
}

/// Every sign of a map with its meaning.
pub(crate) fn map_keys(maps: &Maps, places: &Places) -> Vec<(MapKey, Text)> {
    let mut all =
        vec![(MapKey::Line("#3b4a5a", 1.6, ""), Text::new("岩溶水位等值线（m）", "karst head contours (m)"))];
    let shades = |colours: [&'static str; 4], zh: &str, en: &str| -> Vec<(MapKey, Text)> {
        let steps = maps.steps.iter().zip(colours);
        let each = steps.map(|(step, colour)| {
            let text = Text::new(
                format!("比现状{zh} {step} m 以上"),
                format!("{en} than as usual by {step} m or more"),
            );
            (MapKey::Area(colour), text)
        });
        each.collect()
    };
    all.extend(shades(HIGHER, "高", "higher"));
    all.extend(shades(LOWER, "低", "lower"));
    let marks = [
        (
            "zone",
            MapKey::Line("#a0003c", 3.0, "10 5"),
            "超采区，k = (Q − Qallow) / Qallow",
            "overdraft zone, k = (Q − Qallow) / Qallow",
        ),
        ("spring-basin", MapKey::Line("#222", 3.0, ""), "泉域边界", "spring basin"),
        ("river", MapKey::Line("#3d8fd1", 3.0, ""), "河流", "river"),
        ("fault", MapKey::Line("#777", 2.0, "2 5"), "断层", "fault"),
        ("mine", MapKey::Area("#e6e6e6"), "矿区", "mined area"),
        (
            "spring",
            MapKey::Spring(SpringState::Flows),
            "泉：有流量，不低于下限",
            "spring flows, at its floor or above",
        ),
        ("spring", MapKey::Spring(SpringState::Low), "泉：低于下限", "spring below its floor"),
        ("spring", MapKey::Spring(SpringState::Dry), "泉：断流", "spring dry"),
    ];
    let there = marks.into_iter().filter(|(kind, ..)| places.of(kind).next().is_some());
    all.extend(there.map(|(_, key, zh, en)| (key, Text::new(zh, en))));
    let wells = [
        ("井群：圆环为需求，实心为仍在开采", "wells: ring is demand, disc what is still pumped"),
        ("橙环：已关停或压减", "orange ring: closed or cut"),
        ("蓝环：多由工程置换", "blue ring: mostly swapped to projects"),
    ];
    all.extend(wells.iter().zip(RINGS).map(|((zh, en), ring)| (MapKey::Wells(ring), Text::new(*zh, *en))));
    all
}

/// The legend below a map, wrapped to its width, and its height.
pub(super) fn below(keys: &[(MapKey, Text)], size: [f64; 2], language: Language) -> (String, f64) {
    let [width, top] = size;
    let mut svg = String::new();
    let (mut x, mut y) = (16.0, top + 28.0);
    for (key, text) in keys {
        let text = language.pick(&text.zh, &text.en);
        let wide = KEY + SIZE * ems(text) + GAP;
        if x > 16.0 && x + wide > width {
            (x, y) = (16.0, y + ROW);
        }
        sign(&mut svg, *key, [x, y - 6.0]);
        let _ = write!(
            svg,
            "<text x=\"{:.0}\" y=\"{y:.0}\" font-size=\"{SIZE}\" fill=\"#222\">{}</text>",
            x + KEY,
            escape(text)
        );
        x += wide;
    }
    let height = y - top + 14.0;
    let ground = format!("<rect y=\"{top:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" fill=\"#fff\"/>");
    (ground + &svg, height)
}

/// A key about a point to the left of its name.
fn sign(svg: &mut String, key: MapKey, [x, y]: [f64; 2]) {
    let _ = match key {
        MapKey::Line(colour, width, dashes) => write!(
            svg,
            "<path d=\"M{x:.0} {y:.0}h32\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-dasharray=\"{dashes}\"/>"
        ),
        MapKey::Area(colour) => write!(
            svg,
            "<rect x=\"{x:.0}\" y=\"{:.0}\" width=\"32\" height=\"16\" fill=\"{colour}\" stroke=\"#999\"/>",
            y - 8.0
        ),
        MapKey::Spring(state) => {
            spring_sign(svg, [x + 16.0, y], state);
            Ok(())
        }
        MapKey::Wells(ring) => {
            well_sign(svg, [x + 16.0, y], ring);
            Ok(())
        }
    };
}
