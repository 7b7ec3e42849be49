//! Maps: outlines, rivers, springs and names, with the heads of a run and a year.

use std::fmt::Write;

use quanyu_policy::Text as Words;

use super::chart::extent;
use super::sheet::{FAMILY, ems, escape};
use crate::Language;
use crate::page::gather::{Frame, Maps, Places, SpringState, WellMark};

/// Shades from little to much, of what stands higher and of what stands lower.
const HIGHER: [&str; 4] = ["#cfe3f2", "#92c0e0", "#4a93c8", "#1b5f9e"];
const LOWER: [&str; 4] = ["#fbe0c8", "#f5b785", "#e5843c", "#b2541a"];

/// The map of one frame, or of all of them with one in view.
pub(crate) struct MapView<'a> {
    /// Places.
    pub(crate) places: &'a Places,
    /// Frames.
    pub(crate) maps: &'a Maps,
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
    let mut put = |class: &str, text: &str| {
        let _ = write!(svg, "<text{class} x=\"{x:.0}\" y=\"{y:.0}\" {style}>{}</text>", escape(text));
    };
    match only {
        Some(language) => put("", language.pick(&text.zh, &text.en)),
        None if text.zh == text.en => put("", &text.en),
        None => {
            put(" class=\"zh\" lang=\"zh-CN\"", &text.zh);
            put(" class=\"en\" lang=\"en\"", &text.en);
        }
    }
}

impl MapView<'_> {
    /// The map as SVG: all frames, those out of view hidden, or one frame in one language.
    pub(crate) fn svg(&self, shown: MapFrame, only: Option<Language>) -> String {
        let [width, height] = self.places.size;
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
                self.heads(&mut svg, frame, in_view);
            }
        }
        self.outlines(&mut svg);
        for frame in &self.maps.frames {
            let in_view = frame.run == shown.run && frame.year == shown.year;
            if only.is_none() || in_view {
                self.marks(&mut svg, frame, in_view, only);
            }
        }
        self.names(&mut svg, only);
        self.scale(&mut svg, only);
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

    fn heads(&self, svg: &mut String, frame: &Frame, in_view: bool) {
        open_frame(svg, frame, in_view, "clip-path=\"url(#domain)\"");
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
        for (_, data, _) in &frame.heads {
            let _ = write!(
                svg,
                "<path class=\"mark\" d=\"{data}\" fill=\"none\" stroke=\"#3b4a5a\" stroke-width=\"1.6\"/>"
            );
        }
        svg.push_str("</g>");
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

    fn marks(&self, svg: &mut String, frame: &Frame, in_view: bool, only: Option<Language>) {
        open_frame(svg, frame, in_view, "");
        for (level, _, at) in &frame.heads {
            let style = "font-size=\"19\" fill=\"#22303d\" text-anchor=\"middle\" class=\"halo\"";
            label(
                svg,
                [at[0], at[1] + 6.0],
                style,
                &Words::new(format!("{level:.0}"), format!("{level:.0}")),
                only,
            );
        }
        for well in &frame.wells {
            wells(svg, well);
        }
        for ([x, y], state) in &frame.springs {
            let shape = format!("M{x:.0} {:.0}l13 23h-26z", y - 15.0);
            let _ = match state {
                SpringState::Flows => {
                    write!(svg, "<path d=\"{shape}\" fill=\"#0072b2\" stroke=\"#fff\" stroke-width=\"2\"/>")
                }
                SpringState::Low => write!(
                    svg,
                    "<path d=\"{shape}\" fill=\"#bfe0f5\" stroke=\"#0072b2\" stroke-width=\"4\"/>"
                ),
                SpringState::Dry => write!(
                    svg,
                    "<path d=\"{shape}m-11 3l22 19m0 -19l-22 19\" fill=\"#fff\" stroke=\"#a0003c\" stroke-width=\"4\"/>"
                ),
            };
        }
        for (zone, coefficient) in &frame.zones {
            if let Some(place) =
                self.places.of("zone").find(|place| place.id == *zone && place.parent.is_none())
            {
                let sign = if *coefficient > 0.0 { "+" } else { "−" };
                let text = format!("k = {sign}{:.2}", coefficient.abs());
                let fill = if *coefficient > 0.0 { "#a0003c" } else { "#00694f" };
                let style = format!(
                    "font-size=\"24\" font-weight=\"700\" fill=\"{fill}\" text-anchor=\"middle\" class=\"halo\""
                );
                label(svg, [place.at[0], place.at[1] + 26.0], &style, &Words::new(&text, &text), only);
            }
        }
        svg.push_str("</g>");
    }

    fn names(&self, svg: &mut String, only: Option<Language>) {
        let mut named: Vec<String> = Vec::new();
        let mut taken: Vec<[f64; 4]> = Vec::new();
        let sorts = [
            (
                "zone",
                "font-size=\"23\" font-weight=\"700\" fill=\"#a0003c\" text-anchor=\"middle\" class=\"halo\"",
                23.0,
                0.0,
            ),
            ("spring", "font-size=\"21\" fill=\"#00507d\" class=\"halo\"", 21.0, 20.0),
            (
                "county",
                "font-size=\"26\" fill=\"#8a8577\" text-anchor=\"middle\" letter-spacing=\"3\" class=\"halo\"",
                26.0,
                0.0,
            ),
            (
                "river",
                "font-size=\"20\" font-style=\"italic\" fill=\"#2a76b3\" text-anchor=\"middle\" class=\"halo\"",
                20.0,
                0.0,
            ),
        ];
        let [width, height] = self.places.size;
        for (kind, style, size, aside) in sorts {
            for place in self.places.of(kind) {
                let mut inside = place.at;
                inside[0] += aside;
                let wide = size * ems(&place.name.zh).max(ems(&place.name.en));
                let left = if aside > 0.0 { inside[0] } else { inside[0] - 0.5 * wide };
                let on_sheet = left > 0.0 && left + wide < width && inside[1] > size && inside[1] < height;
                let bounds = [left, inside[1] - size, left + wide, inside[1] + 4.0];
                let free = taken.iter().all(|own| {
                    own[2] < bounds[0] || own[0] > bounds[2] || own[3] < bounds[1] || own[1] > bounds[3]
                });
                // A river has many reaches and one name; a sub-zone's name would lie on its zone's.
                let wanted = !named.contains(&place.name.en) && (kind != "zone" || place.parent.is_none());
                if wanted && on_sheet && (free || kind == "zone" || kind == "spring") {
                    label(svg, inside, style, &place.name, only);
                    taken.push(bounds);
                    named.push(place.name.en.clone());
                }
            }
        }
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

fn open_frame(svg: &mut String, frame: &Frame, in_view: bool, more: &str) {
    let hidden = if in_view { "" } else { " hidden" };
    let _ = write!(
        svg,
        "<g class=\"frame{hidden}\" data-run=\"{}\" data-year=\"{}\" {more}>",
        frame.run, frame.year
    );
}

/// A ring as large as the demand, filled as far as it is still pumped; blue where projects serve most of the rest.
fn wells(svg: &mut String, well: &WellMark) {
    let radius = |volume: f64| (volume.max(0.0) / 1e6).sqrt() * 3.2;
    let (outer, inner) = (radius(well.demanded).max(3.0), radius(well.delivered));
    let rest = well.demanded - well.delivered;
    let ring = if rest < 0.05 * well.demanded {
        "#555"
    } else if well.substituted > 0.5 * rest {
        "#0072b2"
    } else {
        "#d55e00"
    };
    let [x, y] = well.at;
    let _ = write!(
        svg,
        "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{outer:.1}\" fill=\"#fff\" fill-opacity=\"0.7\" stroke=\"{ring}\" stroke-width=\"2.5\"/>"
    );
    if inner > 0.5 {
        let _ = write!(svg, "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{inner:.1}\" fill=\"#555\"/>");
    }
}
