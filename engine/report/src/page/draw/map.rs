//! Maps: outlines, rivers, springs and names, with the heads of a run and a year.

use std::fmt::Write;

use quanyu_policy::Text as Words;

use super::labels::{Anchor, Place as Spot, Sheet};
use super::map_legend::{below, map_keys};
use super::sheet::{FAMILY, escape, extent};
use crate::Language;
use crate::page::gather::{Frame, Maps, Places, SpringState, WellMark};
use crate::page::stock::Stock;

/// Shades from little to much, of what stands higher and of what stands lower.
pub(super) const HIGHER: [&str; 4] = ["#cfe3f2", "#92c0e0", "#4a93c8", "#1b5f9e"];
pub(super) const LOWER: [&str; 4] = ["#fbe0c8", "#f5b785", "#e5843c", "#b2541a"];

/// The light around letters, as `.halo` of the style sheet has it.
const HALO: &str = "paint-order=\"stroke\" stroke=\"#fff\" stroke-width=\"5\" stroke-linejoin=\"round\"";

/// The map of one frame, or of all of them with one in view.
pub(crate) struct MapView<'a> {
    /// Places.
    pub(crate) places: &'a Places,
    /// Frames.
    pub(crate) maps: &'a Maps,
    /// What the frame in view is, for a map by itself.
    pub(crate) title: Words,
}

/// Which frame of a map.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MapFrame {
    /// Number of the run.
    pub(crate) run: usize,
    /// Year.
    pub(crate) year: i16,
}

/// Writes a text in both languages, or in one.
fn label(svg: &mut String, at: [f64; 2], style: &str, text: &Words, only: Option<Language>) {
    let [x, y] = at;
    // By itself a figure has no style sheet.
    let style = match only {
        Some(_) => style.replace("class=\"halo\"", HALO),
        None => style.to_owned(),
    };
    // An element has one `class`: what is written second would be lost.
    let haloed = style.contains("class=\"halo\"");
    let style = style.replace(" class=\"halo\"", "");
    let mut put = |class: &str, text: &str| {
        let class = match (class, haloed) {
            ("", false) => String::new(),
            (class, halo) => {
                format!(" class=\"{}\"", [class, if halo { "halo" } else { "" }].join(" ").trim())
            }
        };
        let _ = write!(svg, "<text{class} x=\"{x:.0}\" y=\"{y:.0}\" {style}>{}</text>", escape(text));
    };
    match only {
        Some(language) => put("", language.pick(&text.zh, &text.en)),
        None if text.zh == text.en => put("", &text.en),
        None => {
            put("zh", &text.zh);
            put("en", &text.en);
        }
    }
}

impl MapView<'_> {
    /// The map as SVG: all frames, those out of view hidden, or one frame in one language.
    pub(crate) fn svg(&self, shown: MapFrame, only: Option<Language>, stock: &Stock) -> String {
        let [width, map] = self.places.size;
        let legend = only.map(|language| below(&map_keys(self.maps, self.places), [width, map], language));
        let height = map + legend.as_ref().map_or(0.0, |(_, height)| *height);
        let mut svg = String::new();
        let _ = write!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" {} font-family=\"{FAMILY}\" \
             class=\"map\">",
            extent(only, width as u32, height as u32)
        );
        let _ = write!(svg, "<rect width=\"{width:.0}\" height=\"{height:.0}\" fill=\"#fff\"/>");
        self.clip(&mut svg);
        self.ground(&mut svg);
        for frame in &self.maps.frames {
            let in_view = frame.run == shown.run && frame.year == shown.year;
            if only.is_none() || in_view {
                svg.push_str(&stock.drawn(frame.run, self.heads(frame, in_view)));
            }
        }
        self.outlines(&mut svg);
        let names = self.names();
        for frame in &self.maps.frames {
            let in_view = frame.run == shown.run && frame.year == shown.year;
            if only.is_none() || in_view {
                svg.push_str(&stock.drawn(frame.run, self.marks(frame, in_view, &names, only)));
            }
        }
        for name in &names.all {
            let anchor = match name.place.anchor {
                Anchor::Middle => " text-anchor=\"middle\"",
                Anchor::Start => "",
                Anchor::End => " text-anchor=\"end\"",
            };
            label(
                &mut svg,
                name.place.at,
                &format!("{}{anchor} class=\"halo\"", name.style),
                name.text,
                only,
            );
        }
        self.scale(&mut svg, only);
        if let Some((legend, _)) = legend {
            self.head(&mut svg, only);
            svg.push_str(&legend);
        }
        svg.push_str("</svg>");
        svg
    }

    fn paths(&self, svg: &mut String, kind: &str, style: &str) {
        let data: String = self.places.of(kind).map(|place| place.path.as_str()).collect();
        if !data.is_empty() {
            let _ = write!(svg, "<path class=\"{kind}\" d=\"{data}\" {style}/>");
        }
    }

    fn clip(&self, svg: &mut String) {
        svg.push_str("<clipPath id=\"domain\">");
        self.paths(svg, "spring-basin", "");
        svg.push_str("</clipPath>");
    }

    fn ground(&self, svg: &mut String) {
        self.paths(svg, "county", "fill=\"#f6f5f1\" stroke=\"#c9c5ba\" stroke-width=\"1.5\"");
        self.paths(svg, "spring-basin", "fill=\"#fff\"");
        self.paths(svg, "mine", "fill=\"#8a8a8a\" fill-opacity=\"0.18\"");
    }

    fn heads(&self, frame: &Frame, in_view: bool) -> String {
        let mut svg = open_frame(frame, in_view, "clip-path=\"url(#domain)\"");
        for (shades, parts) in [(&HIGHER, &frame.higher), (&LOWER, &frame.lower)] {
            for (step, data) in parts {
                let shade = self.maps.steps.iter().position(|own| own == step).unwrap_or(0);
                let _ = write!(
                    svg,
                    "<path d=\"{data}\" fill=\"{}\" fill-rule=\"evenodd\"/>",
                    shades[shade.min(3)]
                );
            }
        }
        // One path for all of them: what they have in common is said once.
        if !frame.heads.is_empty() {
            let data: String = frame.heads.iter().map(|(_, data, _)| data.as_str()).collect();
            let style = "fill=\"none\" stroke=\"#3b4a5a\" stroke-width=\"1.6\"";
            let _ = write!(svg, "<path class=\"mark\" d=\"{data}\" {style}/>");
        }
        svg.push_str("</g>");
        svg
    }

    fn outlines(&self, svg: &mut String) {
        self.paths(
            svg,
            "zone",
            "fill=\"none\" stroke=\"#a0003c\" stroke-width=\"3\" stroke-dasharray=\"10 5\"",
        );
        self.paths(svg, "fault", "fill=\"none\" stroke=\"#777\" stroke-width=\"2\" stroke-dasharray=\"2 5\"");
        self.paths(
            svg,
            "river",
            "fill=\"none\" stroke=\"#3d8fd1\" stroke-width=\"3\" stroke-linejoin=\"round\"",
        );
        self.paths(svg, "spring-basin", "fill=\"none\" stroke=\"#222\" stroke-width=\"3\"");
    }

    fn marks(&self, frame: &Frame, in_view: bool, names: &Names<'_>, only: Option<Language>) -> String {
        let mut svg = open_frame(frame, in_view, "");
        let mut sheet = names.sheet.clone();
        let halo = if only.is_some() { HALO } else { "class=\"halo\"" };
        let _ = write!(svg, "<g font-size=\"19\" fill=\"#22303d\" text-anchor=\"middle\" {halo}>");
        for (level, _, at) in &frame.heads {
            let text = Words::new(format!("{level:.0}"), format!("{level:.0}"));
            let place = Spot { at: [at[0], at[1] + 6.0], anchor: Anchor::Middle };
            // Where contours crowd, one number tells enough.
            if let Some(place) = sheet.put(&text, 19.0, 1.0, &[place]) {
                label(&mut svg, place.at, "", &text, only);
            }
        }
        svg.push_str("</g>");
        wells(&mut svg, &frame.wells);
        for (at, state) in &frame.springs {
            spring_sign(&mut svg, *at, *state);
        }
        for (zone, coefficient) in &frame.zones {
            if let Some(name) = names.all.iter().find(|name| name.zone == Some(zone)) {
                let sign = if *coefficient > 0.0 { "+" } else { "−" };
                let text = format!("k = {sign}{:.2}", coefficient.abs());
                let fill = if *coefficient > 0.0 { "#a0003c" } else { "#00694f" };
                let style = format!(
                    "font-size=\"22\" font-weight=\"700\" fill=\"{fill}\" text-anchor=\"middle\" class=\"halo\""
                );
                let [x, y] = name.place.at;
                label(&mut svg, [x, y + 24.0], &style, &Words::new(&text, &text), only);
            }
        }
        svg.push_str("</g>");
        svg
    }

    /// All names with their places: springs beside their signs, zones with room for their coefficient below, then counties, rivers.
    fn names(&self) -> Names<'_> {
        let mut sheet = Sheet::new(self.places.size);
        let mut all: Vec<Name<'_>> = Vec::new();
        for spring in self.places.of("spring") {
            sheet.cover(spring.at, 14.0);
        }
        for well in self.maps.frames.first().iter().flat_map(|frame| &frame.wells) {
            sheet.cover(well.at, 0.8 * radius(well.demanded));
        }
        let sorts = [
            ("spring", "font-size=\"21\" fill=\"#00507d\"", 21.0),
            ("zone", "font-size=\"22\" font-weight=\"700\" fill=\"#a0003c\"", 22.0),
            ("county", "font-size=\"26\" fill=\"#5f5a48\" letter-spacing=\"3\"", 28.0),
            ("river", "font-size=\"20\" font-style=\"italic\" fill=\"#1c639c\"", 20.0),
        ];
        for (kind, style, size) in sorts {
            for place in self.places.of(kind) {
                // A river has many reaches and one name; a sub-zone's name would lie on its zone's.
                let known = all.iter().any(|name| name.text == &place.name && name.style == style);
                if known || (kind == "zone" && place.parent.is_some()) {
                    continue;
                }
                let [x, y] = place.at;
                let lines = if kind == "zone" { 2.0 } else { 1.0 };
                let beside = |dx: f64, dy: f64, anchor| Spot { at: [x + dx, y + dy], anchor };
                let mut spots: Vec<Spot> = Vec::new();
                if kind == "spring" {
                    spots.push(beside(20.0, 6.0, Anchor::Start));
                    spots.push(beside(-20.0, 6.0, Anchor::End));
                    spots.push(beside(0.0, 32.0, Anchor::Middle));
                    spots.push(beside(0.0, -20.0, Anchor::Middle));
                } else {
                    for step in 0..10 {
                        let aside = 26.0 * f64::from((step + 1) / 2) * if step % 2 == 0 { 1.0 } else { -1.0 };
                        // Much farther aside a county's name would stand in another.
                        let most = if kind == "county" { 90.0 } else { 150.0 };
                        let across = [0.0, -40.0, 40.0, -90.0, 90.0, -150.0, 150.0];
                        let across = across.into_iter().filter(|dx: &f64| dx.abs() <= most);
                        spots.extend(across.map(|dx| beside(dx, aside, Anchor::Middle)));
                    }
                }
                if let Some(found) = sheet.put(&place.name, size, lines, &spots) {
                    let zone = (kind == "zone").then_some(&place.id);
                    all.push(Name { text: &place.name, style, place: found, zone });
                }
            }
        }
        Names { all, sheet }
    }

    /// Title of a map by itself.
    fn head(&self, svg: &mut String, only: Option<Language>) {
        let style = "font-size=\"24\" font-weight=\"700\" fill=\"#222\" class=\"halo\"";
        label(svg, [16.0, 30.0], style, &self.title, only);
    }

    /// Scale bar and north.
    fn scale(&self, svg: &mut String, only: Option<Language>) {
        let [width, height] = self.places.size;
        let bar = 20_000.0 * self.places.projection.scale;
        let (x, y) = (24.0, height - 24.0);
        let _ = write!(
            svg,
            "<path d=\"M{x:.0} {:.0}v12h{bar:.0}v-12m{:.0} 12v-8\" fill=\"none\" stroke=\"#222\" stroke-width=\"3\"/>",
            y - 12.0,
            -0.5 * bar
        );
        let text = Words::new("0    10    20 km", "0    10    20 km");
        label(
            svg,
            [x + 0.5 * bar, y - 18.0],
            "font-size=\"18\" fill=\"#222\" text-anchor=\"middle\" xml:space=\"preserve\"",
            &text,
            only,
        );
        let right = width - 44.0;
        let _ = write!(svg, "<path d=\"M{right:.0} 78l14 -52 14 52 -14 -12z\" fill=\"#222\"/>");
        label(
            svg,
            [right + 14.0, 102.0],
            "font-size=\"22\" fill=\"#222\" text-anchor=\"middle\"",
            &Words::new("北", "N"),
            only,
        );
    }
}

/// A spring: filled where it flows, pale below its floor, struck out where dry.
pub(super) fn spring_sign(svg: &mut String, [x, y]: [f64; 2], state: SpringState) {
    let shape = format!("M{x:.0} {:.0}l13 23h-26z", y - 15.0);
    let _ = match state {
        SpringState::Flows => {
            write!(svg, "<path d=\"{shape}\" fill=\"#0072b2\" stroke=\"#fff\" stroke-width=\"2\"/>")
        }
        SpringState::Low => {
            write!(svg, "<path d=\"{shape}\" fill=\"#bfe0f5\" stroke=\"#0072b2\" stroke-width=\"4\"/>")
        }
        SpringState::Dry => write!(
            svg,
            "<path d=\"{shape}m-11 3l22 19m0 -19l-22 19\" fill=\"#fff\" stroke=\"#a0003c\" stroke-width=\"4\"/>"
        ),
    };
}

/// Wells of which half is still pumped.
pub(super) fn well_sign(svg: &mut String, [x, y]: [f64; 2], ring: &str) {
    let _ = write!(
        svg,
        "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"9\" fill=\"#fff\" stroke=\"{ring}\" stroke-width=\"2.5\"/>\
         <circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"5\" fill=\"#555\"/>"
    );
}

fn open_frame(frame: &Frame, in_view: bool, more: &str) -> String {
    let hidden = if in_view { "" } else { " hidden" };
    format!("<g class=\"frame{hidden}\" data-run=\"{}\" data-year=\"{}\" {more}>", frame.run, frame.year)
}

/// A name on the map.
struct Name<'a> {
    text: &'a Words,
    style: &'static str,
    place: Spot,
    /// The zone, if it is one's.
    zone: Option<&'a String>,
}

/// All names, and the sheet that they cover.
struct Names<'a> {
    all: Vec<Name<'a>>,
    sheet: Sheet,
}

/// Colours of rings: still pumped, closed or cut, swapped.
pub(super) const RINGS: [&str; 3] = ["#555", "#d55e00", "#0072b2"];

/// A ring as large as the demand, filled as far as it is still pumped; blue where projects serve most of the rest.
fn wells(svg: &mut String, wells: &[WellMark]) {
    let ring = |well: &WellMark| {
        let rest = well.demanded - well.delivered;
        if rest < 0.05 * well.demanded {
            0
        } else if well.substituted > 0.5 * rest {
            2
        } else {
            1
        }
    };
    for (number, colour) in RINGS.into_iter().enumerate() {
        let own: Vec<&WellMark> = wells.iter().filter(|well| ring(well) == number).collect();
        if own.is_empty() {
            continue;
        }
        let _ = write!(svg, "<g fill=\"#fff\" fill-opacity=\".7\" stroke=\"{colour}\" stroke-width=\"2.5\">");
        for well in own {
            circle(svg, well, radius(well.demanded).max(3.0));
        }
        svg.push_str("</g>");
    }
    svg.push_str("<g fill=\"#555\">");
    for well in wells.iter().filter(|well| radius(well.delivered) > 0.5) {
        circle(svg, well, radius(well.delivered));
    }
    svg.push_str("</g>");
}

/// Radius of a disc for a yearly volume: its area goes with it.
fn radius(volume: f64) -> f64 {
    (volume.max(0.0) / 1e6).sqrt() * 3.2
}

fn circle(svg: &mut String, well: &WellMark, radius: f64) {
    let [x, y] = well.at;
    let _ = write!(svg, "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{radius:.1}\"/>");
}
